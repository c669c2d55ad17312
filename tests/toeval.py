"""Random batches and dossiers in which every rule of the catalogue has something to do, and what a check must never do.

A world is made of clients that each have a story: a profile, some days, a few codes that have to do with one another.
Of the dossier any table may be absent, empty or thin; any optional column of either may be absent or empty.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from gevallen import bestand
from wlz_declaratie.codes.tabellen import lees_codes
from wlz_declaratie.contract.tabellen import DECLARATIE, DOSSIER, NODIG, TABELLEN
from wlz_declaratie.diensten.controleren import Uitslag, controleer
from wlz_declaratie.diensten.klaarzetten import zet_klaar
from wlz_declaratie.inlezen.dossier import Dossier
from wlz_declaratie.inlezen.onbruikbaar import ONBRUIKBAAR, Dossierrijen
from wlz_declaratie.kern.in_delen import Verdeling
from wlz_declaratie.kern.regel import alle_regels

Rij = dict[str, Any]
Kies = random.Random
DAG = timedelta(days=1)
BSNS = tuple(
    f"9999{n:05d}"
    for n in range(600)
    if sum(int(c) * w for c, w in zip(f"9999{n:05d}", (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True)) % 11 == 0
)
AGBS = ("06290101", "06290202", "06292149", "73730001")
GRENZEN = tuple(
    date(*d)
    for d in (
        *((2015, 1, 1), (2016, 1, 1), (2017, 1, 1), (2017, 12, 31), (2018, 10, 1), (2019, 1, 1), (2019, 12, 31)),
        *((2020, 2, 29), (2020, 12, 31), (2021, 6, 1), (2022, 1, 1), (2022, 12, 31), (2025, 1, 1), (2025, 7, 1)),
        *((2026, 1, 1), (2026, 3, 15), (2026, 6, 1), (2013, 1, 1), (2012, 12, 31), (2027, 1, 1)),
    )
)
LVG, SGLVG, VV13 = ("780", "782", "784"), ("790",), ("750", "751", "752")
THEMAS: tuple[tuple[tuple[str, ...], tuple[str | None, ...]], ...] = (
    (("Z041", "Z043", "V041", "Z916", "Z917", "H126", "H531", "H803"), ("754", "755", None, "808")),
    (("Z041", "V041", "H117", "H126", "H531", "H894", "Z425"), ("754", None, "750")),
    (("Z453", "Z454", "V454", "H126", "H531", "Z999", "Z513", "Z553", "Z560", "O001", "H325", "H334"), (*LVG, "808")),
    (("Z573", "Z560", "O001", "O002", "Z454", "Z041", "H126", "LC01"), (*SGLVG, *LVG, None)),
    (("H335", "H336", "H330", "H325", "H332", "Z041", "V041", "Z043", "Z833"), ("754", "840", "842", "850", None)),
    (("S335", "S336", "S325", "Z995", "M001", "I001", "H321", "X999", "F125"), (None, "754")),
    (("Z912", "Z918", "Z921", "V918", "Z975", "Z976", "V976", "Z910", "Z913", "Z454", "V454"), ("808", "784", "824")),
    (("ZMZ01", "ZMZTK", "Z910", "V910", "Z913", "Z041", "V041", "WZ041", "WV041", "V981"), ("754", "814", None)),
    (("Z095", "Z097", "V095", "Z101", "V103", "Z031", "V031", "H126", "H117"), ("191", "759", *VV13)),
    (("LC01", "LC02", "LC03", "CC01", "CC02", "CC03", "Z041"), ("754", "880", None)),
    (("HM01", "HP01", "HS01", "HV01", "Z041", "Z043", "V041", "Z513", "O001"), ("754", "784", "888", "790", None)),
    (("10001", "R1001", "O100", "Z043", "Z041", "Z553", "O001", "LC01"), ("754", "784", None)),
    (("H330", "H325", "H335", "V041", "Z031"), (*VV13, "754")),
    (("Z916", "Z917", "Z043"), ("754", None)),
    (("Z285", "Z287", "V287", "H126", "H531", "H117", "Z281"), ("860", "766", "880", "888", "760", None)),
)
TANDARTS = {"10001": ("010", "044"), "R1001": ("010",), "O100": ("033",)}
PRESTATIES = (
    ("LC01", "lvhc", "GP+"), ("LC02", "lvhc", "NAH"), ("LC03", "lvhc", None), ("CC01", "lvhc_consult", "gp+"),
    ("CC02", "lvhc_consult", "LBS"), ("CC03", "lvhc_consult", "Huntington"), ("HM01", "hulpmiddel_mobiliteit", None),
    ("HP01", "hulpmiddel_persoonlijk", None), ("HS01", "hulpmiddel_spraak", None),
    ("HV01", "hulpmiddel_verpleging", None),
)  # fmt: skip
KENMERKEN = ("behandeling", "lvg", "sglvg", "borg", "epilepsie", "rec:GP+", "dec:NAH+", "rec:Huntington", "rec:nah")
BEREIKEN = {regel.id: regel.bereik for regel in alle_regels().values()}


@dataclass(frozen=True)
class Wereld:
    """Lines in their order, the files they are cut into, and the dossier."""

    lijnen: list[Rij]
    historie: list[Rij] | None
    kolommen: tuple[tuple[str, ...], ...]
    """Columns per batch file; a line says in ``_bestand`` which it is in."""
    soorten: tuple[str, ...]
    dossier: dict[str, list[Rij]]
    aanwezig: dict[str, frozenset[str]]
    weggelaten: list[Rij] = field(default_factory=list)
    peildatum: date = date(2026, 11, 1)


def maak(zaad: int, clienten: int = 25, per_client: int = 8, *, uniek: bool = True) -> Wereld:
    """A world; with ``uniek`` no two lines have the same days, so that nothing hangs on the order in the file."""
    kies = Kies(zaad)
    verhalen = [_verhaal(kies, bsn) for bsn in kies.sample(BSNS, clienten)]
    lijnen = [lijn for verhaal in verhalen for lijn in _lijnen(kies, verhaal, kies.randrange(1, 2 * per_client))]
    lijnen += [_vreemd(kies, dict(kies.choice(lijnen))) for _ in range(clienten // 2)]
    kies.shuffle(lijnen)
    if uniek:
        _uniek(lijnen)
    for nr, lijn in enumerate(lijnen):
        lijn["_nr"] = nr
    _crediteer(kies, lijnen)
    aantal = kies.choice((0, len(lijnen) // 4, len(lijnen) // 2))
    batch = lijnen[aantal:]
    bestanden = kies.choice((1, 1, 2))
    for lijn in batch:
        lijn["_bestand"] = kies.randrange(bestanden)
    namen = [naam for naam in DECLARATIE if naam not in ("regelnummer", "debet_credit_2")]
    kolommen = tuple(
        tuple(n for n in namen if n in NODIG or n in ("debet_credit",) or kies.random() < kies.choice((0.5, 0.9, 1.0)))
        for _ in range(bestanden)
    )
    tabellen, aanwezig = _dossier(kies, verhalen, lijnen)
    weg = [
        {"tabel": t, "bestand": f"{t}.csv", "plaats": "regel", "regel": n + 2, "kolom": "einddatum", "reden": "stuk",
         "sleutel": _sleutel(kies, t, verhalen)}
        for t in tabellen for n in range(kies.choice((0, 0, 0, 2)))
    ]  # fmt: skip
    return Wereld(
        batch,
        lijnen[:aantal] if aantal else kies.choice((None, [])),
        kolommen,
        tuple(kies.choice(("csv", "csv", "aw319", "xlsx")) for _ in range(bestanden)),
        tabellen,
        aanwezig,
        weg if kies.random() < 0.3 else [],
        kies.choice((date(2026, 11, 1), date(2026, 11, 1), date(2020, 6, 1))),
    )


def _verhaal(kies: Kies, bsn: str) -> Rij:
    codes, profielen = kies.choice(THEMAS)
    return {
        "bsn": bsn,
        "codes": kies.sample(codes, kies.randrange(2, min(5, len(codes)))),
        "profielen": [kies.choice(profielen) for _ in range(2)],
        "rond": kies.choice(GRENZEN),
        "agbs": kies.sample(AGBS, 2),
        "besluit": kies.sample(("1001", "1002", None), 2),
        "geboren": kies.choice((date(1940, 5, 1), date(2003, 1, 15), date(2004, 2, 29), date(1999, 12, 31))),
        "langste": kies.choice((5, 31, 31, 120, 400)),
        "spreiding": kies.choice((40, 150, 400)),
    }


def _dag(kies: Kies, verhaal: Rij) -> date:
    return verhaal["rond"] + DAG * kies.randrange(-verhaal["spreiding"], verhaal["spreiding"] + 1)


def _soms(kies: Kies, waarde: Any, kans: float = 0.3) -> Any:
    return None if kies.random() < kans else waarde


def _lijnen(kies: Kies, verhaal: Rij, aantal: int) -> list[Rij]:
    gemaakt: list[Rij] = []
    for _ in range(aantal):
        code = kies.choice(verhaal["codes"])
        begin = _dag(kies, verhaal)
        if gemaakt and kies.random() < 0.5:  # right after, on or just before another line
            begin = kies.choice(gemaakt)["einddatum"] + DAG * kies.choice((-1, 0, 1, 2, 28, 29, 31, 32))
        eind = begin + DAG * kies.choice((0, 6, kies.randrange(verhaal["langste"]), kies.randrange(verhaal["langste"])))
        duur = (eind - begin).days + 1
        tarief = kies.choice((None, 9_000, 9_000, 9_500, 10_000))
        hoeveel = kies.choice((duur, 1, kies.randrange(1, 20), kies.randrange(1, 2000)))
        bedrag = None if tarief is None else tarief * hoeveel
        gemaakt.append(
            {
                "bsn": verhaal["bsn"],
                "uitvoerder": kies.choice((verhaal["agbs"][0], *verhaal["agbs"])),
                "prestatiecode": code,
                "prestatiecodelijst": kies.choice(TANDARTS.get(code, ("055",))),
                "zzpcode": kies.choice(verhaal["profielen"]),
                "functiecode": kies.choice((None, None, "08", "09")),
                "besluitnummer": kies.choice(verhaal["besluit"]),
                "begindatum": begin,
                "einddatum": eind,
                "aantal": hoeveel,
                "tijdseenheid": kies.choice((None, "14", "04", "01", "16", "81")),
                "leveringsvorm": kies.choice((None, None, None, "verblijf", "vpt", "mpt", "pgb")),
                "geboortedatum": kies.choice((None, verhaal["geboren"], verhaal["geboren"], date(2001, 1, 1))),
                "overleden": kies.choice((None, False, True)),
                "onderwijs": kies.choice((None, False, True)),
                "machtigingsnummer": kies.choice((None, "M1", "M2")),
                "uzovi": kies.choice((None, "5501", "5502", "55")),
                "declarant": kies.choice(AGBS),
                "factuurnummer": kies.choice(("F1", None)),
                "tarief": tarief,
                "bedrag": bedrag,
                "declaratiebedrag": bedrag,
                "debet_credit": "D",
                "dagtekening": kies.choice((None, eind + DAG * kies.choice((-1, 5, 40, 100)))),
                "begindatum_periode": kies.choice((None, begin.replace(day=1))),
                "einddatum_periode": kies.choice((None, eind)),
            }
        )
    return gemaakt


def _vreemd(kies: Kies, lijn: Rij) -> Rij:
    """A line with something about it that cannot be right."""
    anders: tuple[tuple[str, Sequence[Any]], ...] = (
        ("bsn", (None, "", "999999999", "123456789", "fout", "99990000", "000000000")),
        ("uitvoerder", (None, "", "geen", "00000000", "06000000", "6290101")),
        ("prestatiecode", (None, "", "Q123", "Z41", "z041", "ZZZZZZZZ")),
        ("zzpcode", (None, "999", "", "190", "75")),
        ("begindatum", (None, date(1899, 12, 31), date(9999, 12, 31), date(2030, 1, 1), date(1, 1, 1))),
        ("einddatum", (None, date(1900, 1, 1), date(9999, 12, 31), lijn["begindatum"])),
        ("aantal", (None, 0, -5, 10**12)),
        ("tarief", (None, -100, 0, 10**12)),
        ("bedrag", (None, -100, 1, 10**15)),
        ("declaratiebedrag", (None, -100, 1, 10**15)),
        ("debet_credit", (None, "C", "X", "")),
        ("dagtekening", (None, date(1, 1, 1), date(9999, 12, 31))),
        ("geboortedatum", (date(1850, 1, 1), date(2100, 1, 1), date(9999, 12, 31))),
        ("prestatiecodelijst", (None, "", "010", "033", "999")),
        ("besluitnummer", ("", "999900006")),
        ("machtigingsnummer", ("",)),
        ("begindatum_periode", (date(9999, 12, 31), date(2019, 1, 1))),
        ("einddatum_periode", (date(9999, 12, 31), date(1, 1, 1))),
    )
    for veld, waarden in kies.sample(anders, kies.choice((0, 1, 1, 1, 3))):
        lijn[veld] = kies.choice(waarden)
    return lijn


def _uniek(lijnen: list[Rij]) -> None:
    gezien: set[Any] = set()
    for lijn in lijnen:
        while (dagen := (lijn["begindatum"], lijn["einddatum"])) in gezien and None not in dagen:
            if lijn["einddatum"] > date(9999, 1, 1):
                lijn["einddatum"] = lijn["begindatum"] + DAG * 3 if lijn["begindatum"] < date(9990, 1, 1) else None
            else:
                lijn["einddatum"] += DAG
        gezien.add(dagen)


def _crediteer(kies: Kies, lijnen: list[Rij]) -> None:
    """Reference numbers, a few of them twice, and credit lines of some lines that stand before them."""
    for nr, lijn in enumerate(lijnen):
        lijn["referentienummer"] = kies.choice((f"R{nr}",) * 12 + (None, "", "R1", f"R{max(nr - 1, 0)}"))
        lijn["referentienummer_voorgaand"] = None
        if nr and kies.random() < 0.08:
            ander = lijnen[kies.randrange(nr)]
            zelfde = kies.random() < 0.7
            van = ("bsn", "prestatiecode", "aantal", "uitvoerder", "bedrag") if zelfde else ("bsn",)
            lijn.update({veld: ander[veld] for veld in van})
            lijn["debet_credit"] = "C"
            lijn["referentienummer_voorgaand"] = kies.choice((ander["referentienummer"], None, "R999999"))


def _sleutel(kies: Kies, tabel: str, verhalen: list[Rij]) -> str | None:
    naam = TABELLEN[tabel].sleutel
    if naam == "bsn":
        return kies.choice((None, kies.choice(verhalen)["bsn"]))
    return kies.choice((None, "x", kies.choice(AGBS) if naam == "agb" else kies.choice(verhalen)["codes"][0]))


def _periode(kies: Kies, verhaal: Rij) -> Rij:
    # Often on the same day as other rows, so that one that depends on their order shows.
    begin = kies.choice((verhaal["rond"], _dag(kies, verhaal))) - DAG * kies.choice((0, 0, 100, 400, 1200))
    duur = kies.choice((0, 30, 91, 182, 183, 400, 1095, 1400))
    return {"ingangsdatum": begin, "einddatum": kies.choice((None, begin + DAG * duur, begin + DAG * duur))}


def _dossier(
    kies: Kies, verhalen: list[Rij], lijnen: list[Rij]
) -> tuple[dict[str, list[Rij]], dict[str, frozenset[str]]]:
    codes = sorted({code for verhaal in verhalen for code in verhaal["codes"]} | {"Z043", "V043"})

    def per_client(maak: Callable[[Rij], Rij], hoogste: int = 3) -> list[Rij]:
        return [maak(v) | _periode(kies, v) for v in verhalen for _ in range(kies.randrange(hoogste + 1))]

    def aantal_en(waarden: Sequence[Any]) -> Any:
        return kies.choice(tuple(waarden))

    breed = {"rond": kies.choice((date(2017, 1, 1), date(2020, 1, 1))), "spreiding": kies.choice((30, 800, 2500))}
    alles: dict[str, list[Rij]] = {
        "clienten": [
            {"bsn": v["bsn"], "geboortedatum": kies.choice((v["geboren"], v["geboren"], date(1990, 1, 1))),
             "overlijdensdatum": _soms(kies, _dag(kies, v), 0.6)}
            for v in verhalen for _ in range(kies.choice((0, 1, 1, 1, 2)))
        ],
        "indicaties": per_client(lambda v: {"bsn": v["bsn"], "besluitnummer": kies.choice(v["besluit"]),
            "zzpcode": kies.choice((*v["profielen"], kies.choice(("784", "790", "808", "754")))) or "754"}),
        "toewijzingen": per_client(lambda v: {"bsn": v["bsn"], "zzpcode": kies.choice((*v["profielen"], "808")),
            "instelling": kies.choice(v["agbs"]), "soort": kies.choice((1, 1, 3, 5)),
            "leveringsvorm": kies.choice((2, 4, 5, 7, 8, 8, 9)),
            "etmalen": _soms(kies, kies.choice((0.5, 2.0, 3.5, 7.0))), "percentage": _soms(kies, 100.0)}, 4),
        "wachtstatus": per_client(lambda v: {"bsn": v["bsn"], "instelling": kies.choice(AGBS),
            "status": kies.choice((1, 1, 2, 4, 6, 7))}, 2),
        "leveringen": per_client(lambda v: {"bsn": v["bsn"], "instelling": kies.choice(v["agbs"]),
            "leveringsvorm": _soms(kies, kies.choice((2, 4, 5, 7, 8, 9))), "zzpcode": kies.choice(v["profielen"])}),
        "aanbieders": [
            {"agb": agb, "kenmerk": kenmerk, "plaatsen": kies.choice((None, 0, 1, 2))} | _periode(kies, breed)
            for agb in AGBS for kenmerk in KENMERKEN for _ in range(kies.choice((0, 0, 1, 2)))
        ],
        "afspraken": [
            {"agb": agb, "prestatiecode": code,
             "tarief": _soms(kies, 9_500 if code[-1] == "3" else kies.choice((9_000, 9_490))),
             "aantal": _soms(kies, kies.choice((0, 5, 40))), "uzovi": _soms(kies, kies.choice(("5501", "5502")), 0.6),
             "percentage": _soms(kies, aantal_en((90.0, 95.5)))} | _periode(kies, breed)
            for agb in AGBS for code in codes for _ in range(kies.choice((0, 1, 1, 3)))
        ],
        "machtigingen": per_client(lambda v: {"machtigingsnummer": kies.choice(("M1", "M2", "M3")), "bsn": v["bsn"],
            "prestatiecode": kies.choice(v["codes"]), "aantal": kies.choice((None, 0, 3, 40))}),
        "pgb": per_client(lambda v: {"bsn": v["bsn"], "zzpcode": kies.choice((None, *v["profielen"]))}, 1),
        "onderwijs": per_client(lambda v: {"bsn": v["bsn"]}, 1),
        "tarieven": [
            {"prestatiecode": code, "maximumtarief": kies.choice((9_400, 10_000)), "nhc": kies.choice((None, 0, 800))}
            | _periode(kies, breed)
            for code in codes for _ in range(kies.choice((0, 1, 2)))
        ],
        "prestaties": [
            {"prestatiecode": code, "soort": soort, "doelgroep": doelgroep,
             "behandeling": kies.choice((None, "incl", "excl")) if soort == "lvhc" else None,
             "ingangsdatum": date(2010, 1, 1), "einddatum": None}
            for code, soort, doelgroep in PRESTATIES
        ],
    }  # fmt: skip
    vol = kies.random() < 0.4
    tabellen: dict[str, list[Rij]] = {}
    aanwezig: dict[str, frozenset[str]] = {}
    een = kies.choice(verhalen)["bsn"]
    for naam, rijen in alles.items():
        hoe = "vol" if vol or naam == "prestaties" else kies.choice(("weg", "leeg", "een", "dun", "vol", "vol", "vol"))
        if hoe == "weg" or (naam == "prestaties" and kies.random() < 0.1):
            continue
        if hoe == "leeg":
            rijen = []
        elif hoe == "een":
            rijen = [rij for rij in rijen if rij.get("bsn", een) == een][:20]
        elif hoe == "dun":
            rijen = rijen[::5]
        los = [k.naam if hasattr(k, "naam") else k for k, v in TABELLEN[naam].kolommen.items() if not v.nodig]
        zonder = {k for k in los if kies.random() < (0.05 if vol else 0.2)}
        if zonder & {"soort"}:
            zonder -= {"soort"}
        tabellen[naam] = [{k: v for k, v in rij.items() if k not in zonder} for rij in rijen]
        aanwezig[naam] = frozenset(DOSSIER[naam]) - zonder
    return tabellen, aanwezig


def als_dossier(wereld: Wereld) -> Dossier:
    frames = {
        naam: pl.DataFrame([{k: rij.get(k) for k in DOSSIER[naam]} for rij in rijen], schema=DOSSIER[naam])
        for naam, rijen in wereld.dossier.items()
    }
    onbruikbaar = pl.DataFrame(wereld.weggelaten, schema=ONBRUIKBAAR)
    return Dossier(frames, (), wereld.aanwezig, Dossierrijen((), onbruikbaar))


def toets(
    wereld: Wereld, werkmap: Path, regels: Sequence[str] | None = None, verdeling: Verdeling | None = None
) -> Uitslag:
    """Check the world with the whole catalogue, or these rules."""
    dossier = als_dossier(wereld)
    bestanden = []
    for nr, (kolommen, soort) in enumerate(zip(wereld.kolommen, wereld.soorten, strict=True)):
        rijen = [
            {k: lijn[k] for k in kolommen} | {"regelnummer": plaats}
            for plaats, lijn in enumerate(wereld.lijnen, start=1)
            if lijn["_bestand"] == nr
        ]
        if rijen:
            bestanden.append(bestand(rijen, {}, f"batch{nr}", soort))
    historie = None
    if wereld.historie is not None:
        rijen = [{k: v for k, v in lijn.items() if k[0] != "_"} for lijn in wereld.historie]
        historie = [bestand(rijen, {}, "historie")] if rijen else []
    catalogus = alle_regels()
    codes = lees_codes(dossier.tabellen.get("prestaties"), None)
    return controleer(
        bestanden,
        regels=[catalogus[id_] for id_ in regels or catalogus],
        codes=codes,
        peildatum=wereld.peildatum,
        dossier=zet_klaar(dossier, codes),
        werkmap=werkmap,
        historie=historie,
        verdeling=verdeling,
    )


def gebreken(uitslag: Uitslag, wereld: Wereld) -> list[str]:
    """What no check may do: a rule that crashes, a finding without words, of another rule's ernst or code, twice."""
    catalogus = alle_regels()
    fouten = [f"{s.regel.id}: {s.reden}" for s in uitslag.regels if s.status == "fout"]
    tabel = uitslag.bevindingen
    for b in tabel.to_dicts():
        regel = catalogus[b["regel_id"]]
        wat = f"{regel.id} regel {b['regelnummer']}"
        if b["melding"] is None or b["gegevens"] is None:
            fouten.append(f"{wat}: geen melding of gegevens")
            continue
        if not isinstance(json.loads(b["gegevens"]), dict):
            fouten.append(f"{wat}: gegevens {b['gegevens']}")
        if re.search(r"\b(null|None|NaN)\b|\{|\}", b["melding"]):
            fouten.append(f"{wat}: {b['melding']}")
        if b["ernst"] not in regel.ernst and "niet bruikbaar" not in b["melding"]:
            fouten.append(f"{wat}: ernst {b['ernst']}")
        if b["retourcode"] not in (*regel.retourcodes, None):
            fouten.append(f"{wat}: retourcode {b['retourcode']}")
        if b["rij"] is not None and not 0 <= b["rij"] < len(wereld.lijnen):
            fouten.append(f"{wat}: rij {b['rij']}")
        if re.search(r"9999[0-9]{5}", b["melding"] + b["gegevens"]):
            fouten.append(f"{wat}: bsn in melding: {b['melding']}")
    op_lijn = tabel.filter(pl.col("rij").is_not_null())
    if dubbel := op_lijn.group_by("regel_id", "rij").len().filter(pl.col("len") > 1).rows():
        fouten.append(f"meer dan een bevinding: {dubbel}")
    return fouten


Bevinding = tuple[str, int | None, str | None, str, str | None, str, str]


def gevonden(uitslag: Uitslag, wereld: Wereld, *, met_tekst: bool = True) -> set[Bevinding]:
    """The findings by the line they are about, whatever its place: regel, lijn, uitvoerder, ernst, code, teksten."""

    def lijn(regelnummer: str) -> str:
        return f"regel #{wereld.lijnen[int(regelnummer) - 1]['_nr']}"

    rijen = set()
    for b in uitslag.bevindingen.to_dicts():
        nr = None if b["regelnummer"] is None else wereld.lijnen[b["regelnummer"] - 1]["_nr"]
        melding = re.sub(
            r"(?<!bruikbaar: )\bregel (\d+)",
            lambda m: lijn(m[1]),
            b["melding"].split("; een van")[0].split("; dossierrij")[0],
        )
        gegevens = json.loads(b["gegevens"])
        if gegevens.get("andere_regel"):
            gegevens["andere_regel"] = lijn(gegevens["andere_regel"])
        teksten = (melding, json.dumps(gegevens)) if met_tekst else ("", "")
        rijen.add((b["regel_id"], nr, b["uitvoerder"], b["ernst"], b["retourcode"], *teksten))
    return rijen


def geschud(wereld: Wereld, zaad: int) -> Wereld:
    """The same lines in another order, in batch and in history."""
    kies = Kies(zaad)
    historie = None if wereld.historie is None else kies.sample(wereld.historie, len(wereld.historie))
    return replace(wereld, lijnen=kies.sample(wereld.lijnen, len(wereld.lijnen)), historie=historie)


def dossier_geschud(wereld: Wereld, zaad: int) -> Wereld:
    """The same rows of the dossier in another order."""
    kies = Kies(zaad)
    return replace(wereld, dossier={naam: kies.sample(rijen, len(rijen)) for naam, rijen in wereld.dossier.items()})


def helften(wereld: Wereld, zaad: int) -> list[Wereld]:
    """The clients in two halves, with all of the dossier."""
    kies = Kies(zaad)
    bsns = sorted({str(lijn["bsn"]) for lijn in (*wereld.lijnen, *(wereld.historie or []))})
    een = set(kies.sample(bsns, len(bsns) // 2))
    return [
        replace(
            wereld,
            lijnen=[lijn for lijn in wereld.lijnen if (str(lijn["bsn"]) in een) == kant],
            historie=None
            if wereld.historie is None
            else [h for h in wereld.historie if (str(h["bsn"]) in een) == kant],
        )
        for kant in (True, False)
    ]

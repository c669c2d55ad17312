"""Rules on what goes with a stay, against the same said plainly, day by day: random lines of batch and history."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

import pytest

from gevallen import bevindingen, controleer_geval
from grondig import keren

Rij = dict[str, Any]
Uitkomst = dict[int, tuple[str, str]]
BSNS = ("999900006", "999900018", "999900031")
AGBS = ("06290101", "06290102")
DAG = timedelta(days=1)
VERBLIJF = {"Z041": "excl", "Z043": "incl", "Z454": "excl", "Z533": "incl", "O001": None}
PAKKET = VERBLIJF | {"V041": "excl"}
ZADEN = range(keren(6, 120))


def dagen(regel: Rij) -> set[date]:
    return {regel["begindatum"] + DAG * n for n in range((regel["einddatum"] - regel["begindatum"]).days + 1)}


def alle_dagen(regels: Iterable[Rij]) -> set[date]:
    return set().union(*map(dagen, regels))


def loopt(rij: Rij, op: date) -> bool:
    return rij["ingangsdatum"] <= op <= (rij["einddatum"] or date.max)


def maanden_later(op: date, maanden: int) -> date:
    jaar, maand = divmod(op.year * 12 + op.month - 1 + maanden, 12)
    laatste = (date(jaar + maand // 11, maand % 11 + 1 if maand == 11 else maand + 2, 1) - DAG).day
    return date(jaar, maand + 1, min(op.day, laatste))


class Wereld:
    """Random lines, a third of them history; ``volgorde`` is the Order of the catalogue."""

    def __init__(self, zaad: int, vanaf: date, codes: Iterable[str], aantal: int = 90, *, dagen: int = 150) -> None:
        self.kies = random.Random(zaad)
        self.vanaf, self.spreiding = vanaf, dagen
        self.regels = [self.lijn(list(codes)) for _ in range(aantal)]
        grens = aantal // 3
        self.historie, self.batch = self.regels[:grens], self.regels[grens:]
        for nr, regel in enumerate(self.batch, start=1):
            regel["nr"] = nr
        self.volgorde = [
            regel
            for groep in (self.historie, self.batch)
            for regel in sorted(groep, key=lambda r: (r["begindatum"], r["einddatum"]))
        ]

    def dag(self) -> date:
        return self.vanaf + DAG * self.kies.randrange(self.spreiding)

    def lijn(self, codes: list[str]) -> Rij:
        begin = self.dag()
        return {
            "bsn": self.kies.choice(BSNS), "uitvoerder": self.kies.choice(AGBS),
            "prestatiecode": self.kies.choice(codes), "begindatum": begin,
            "einddatum": begin + DAG * self.kies.choice((0, 2, self.kies.randrange(12))),
            "aantal": self.kies.randrange(1, 9),
        }  # fmt: skip

    def periode(self, langste: int = 90) -> Rij:
        begin = self.dag()
        eind = self.kies.choice((None, begin + DAG * self.kies.randrange(langste)))
        return {"ingangsdatum": begin, "einddatum": eind}

    def met_code(self, *codes: str, **gelijk: Any) -> list[Rij]:
        return [
            r for r in self.volgorde
            if r["prestatiecode"] in codes and all(r[veld] == waarde for veld, waarde in gelijk.items())
        ]  # fmt: skip

    def gevonden(self, regel: str, **dossier: list[Rij]) -> Uitkomst:
        def kaal(regels: list[Rij]) -> list[Rij]:
            return [{k: v for k, v in r.items() if k != "nr"} for r in regels]

        geval = {"naam": "", "regels": kaal(self.batch), "historie": kaal(self.historie), "dossier": dossier}
        uitslag = controleer_geval([regel], geval, {})
        assert uitslag.regels[0].status != "fout"
        return {b["regelnummer"]: (b["ernst"], b["retourcode"]) for b in bevindingen(uitslag)}

    def per_regel(self, oordeel: Callable[[Rij], tuple[str, str] | None]) -> Uitkomst:
        return {r["nr"]: wat for r in self.batch if (wat := oordeel(r))}


def leegstanden(w: Wereld) -> list[list[Rij]]:
    """Per client and uitvoerder, on the calendar: cut by a gap of more than 31 days or a package day in between."""
    per_paar = defaultdict(list)
    for regel in sorted(
        w.met_code("Z916", "Z917"), key=lambda r: (r["begindatum"], r["einddatum"], w.volgorde.index(r))
    ):
        per_paar[regel["bsn"], regel["uitvoerder"]].append(regel)
    gevonden = []
    for (bsn, uitvoerder), regels in per_paar.items():
        pakketdagen = alle_dagen(w.met_code(*PAKKET, bsn=bsn, uitvoerder=uitvoerder))
        eind = None
        for regel in regels:
            tussen = set() if eind is None else {eind + DAG * n for n in range(1, (regel["begindatum"] - eind).days)}
            if eind is None or len(tussen) > 31 or tussen & pakketdagen:
                gevonden.append([])
            gevonden[-1].append(regel)
            eind = regel["einddatum"] if eind is None else max(eind, regel["einddatum"])
    return gevonden


@pytest.mark.parametrize("zaad", ZADEN)
def test_mutatiedagen(zaad: int) -> None:
    w = Wereld(zaad, date(2025, 11, 1), ("Z916", "Z917", "Z043", "V041", "O001"), dagen=200)
    sommen, verwacht_07 = {}, {}
    verwacht_02: Uitkomst = {}
    overleden = [
        {"bsn": bsn, "geboortedatum": date(1940, 1, 1), "overlijdensdatum": w.kies.choice((None, w.dag()))}
        for bsn in BSNS[:2]
    ]
    op = {rij["bsn"]: rij["overlijdensdatum"] for rij in overleden}
    for regel in w.regels:
        regel["overleden"] = w.kies.choice((None, False, True))
    for leegstand in leegstanden(w):
        som = 0
        for regel in sorted(leegstand, key=w.volgorde.index):
            som += regel["aantal"]
            if som > 13 and "nr" in regel:
                sommen[regel["nr"]] = ("afkeur", "0584")
        eerste = leegstand[0]
        if "nr" not in eerste:
            continue
        verblijf = w.met_code(*VERBLIJF, bsn=eerste["bsn"], uitvoerder=eerste["uitvoerder"])
        if not any(r["einddatum"] in (eerste["begindatum"], eerste["begindatum"] - DAG) for r in verblijf):
            verwacht_02[eerste["nr"]] = ("afkeur" if verblijf else "signaal", "8612")
        pakketten = w.met_code(*PAKKET, bsn=eerste["bsn"])
        dood = op.get(eerste["bsn"])
        if (
            (dood and eerste["begindatum"] < dood)
            or any(r["einddatum"] > eerste["begindatum"] for r in pakketten)
            or (eerste["overleden"] is False and dood is None)
        ):
            verwacht_07[eerste["nr"]] = ("signaal", "8612")

    def tijdens(regel: Rij) -> tuple[str, str] | None:
        if regel["prestatiecode"] not in ("Z916", "Z917"):
            return None
        for verblijf in w.met_code(*VERBLIJF, bsn=regel["bsn"], uitvoerder=regel["uitvoerder"]):
            if (dagen(verblijf) - {verblijf["einddatum"]}) & dagen(regel):
                return ("afkeur", "8216")
        return None

    assert w.gevonden("MUT-01") == sommen
    assert w.gevonden("MUT-02") == verwacht_02
    assert w.gevonden("MUT-03") == w.per_regel(tijdens)
    assert w.gevonden("MUT-07", clienten=overleden) == verwacht_07


@pytest.mark.parametrize("zaad", ZADEN)
def test_behandeling_naast_een_pakket(zaad: int) -> None:
    w = Wereld(zaad, date(2017, 9, 1), ("H330", "H325", "Z041", "Z043", "V041", "H335"), dagen=180)
    machtigingen = [
        {"machtigingsnummer": "M", "bsn": w.kies.choice(BSNS), "prestatiecode": w.kies.choice(("H330", "H325")),
         **w.periode(300)}
        for _ in range(zaad % 9)
    ]  # fmt: skip

    def naast(regel: Rij, codes: list[str], ernst: str) -> tuple[str, str] | None:
        """BEH-01, and its mirror."""
        behandeling = ("H330", "H325", "H335")
        if regel["prestatiecode"] in behandeling:
            van_hen = alle_dagen(w.met_code(*codes, bsn=regel["bsn"]))
            samen = van_hen & dagen(regel)
            return (("afkeur" if samen == dagen(regel) else "signaal"), ernst) if samen else None
        eerder = [r for r in w.met_code(*behandeling, bsn=regel["bsn"]) if "nr" not in r]
        raak = regel["prestatiecode"] in codes and dagen(regel) & alle_dagen(eerder)
        return ("signaal", ernst) if raak else None

    assert w.gevonden("BEH-01") == w.per_regel(lambda r: naast(r, ["Z043"], "0634"))

    def ongemachtigd(regel: Rij, pakketdagen: set[date]) -> tuple[set[date], set[date]]:
        """Shared days without a machtiging, and those with none but too long a one."""
        rijen = [
            m for m in machtigingen
            if (m["bsn"], m["prestatiecode"]) == (regel["bsn"], regel["prestatiecode"])
        ]  # fmt: skip
        kort = [m for m in rijen if m["einddatum"] and (m["einddatum"] - m["ingangsdatum"]).days + 1 <= 183]
        samen = dagen(regel) & pakketdagen
        return (
            {op for op in samen if not any(loopt(m, op) for m in rijen)},
            {op for op in samen if not any(loopt(m, op) for m in kort)},
        )

    def zonder(regel: Rij) -> tuple[str, str] | None:
        """BEH-02 until 2019."""
        if regel["prestatiecode"] in ("H330", "H325"):
            pakketdagen = alle_dagen(w.met_code("Z041", "V041", bsn=regel["bsn"]))
            geheel, te_lang = ongemachtigd(regel, pakketdagen)
            bewezen = dagen(regel) <= pakketdagen and regel["begindatum"] <= date(2017, 12, 31)
            if geheel:
                return ("afkeur" if bewezen else "signaal", "0551")
            return ("signaal", "0551") if te_lang else None
        if regel["prestatiecode"] in ("Z041", "V041"):
            for eerder in w.met_code("H330", "H325", bsn=regel["bsn"]):
                if "nr" not in eerder and ongemachtigd(eerder, dagen(regel))[1]:
                    return ("signaal", "0551")
        return None

    assert w.gevonden("BEH-02", machtigingen=machtigingen) == w.per_regel(zonder)


@pytest.mark.parametrize("zaad", ZADEN)
def test_behandeling_zonder_consult(zaad: int) -> None:
    w = Wereld(
        zaad, date(2020, 1, 1), ("H330", "Z041", "V041", "H335") if zaad % 2 else ("H330", "Z041"), 40, dagen=700
    )
    w.batch.append({**w.lijn(["H336"]), "nr": len(w.batch) + 1})
    w.volgorde.append(w.batch[-1])
    for regel in w.met_code("H330"):
        regel["einddatum"] += DAG * w.kies.choice((0, 60, 200))

    def consult(regel: Rij) -> bool:
        return any(
            regel["einddatum"] - DAG * 182 <= r["begindatum"] <= regel["begindatum"]
            or (r["begindatum"].year, r["begindatum"].month) == (regel["begindatum"].year, regel["begindatum"].month)
            for r in w.met_code("H335", "H336", bsn=regel["bsn"])
        )

    def zonder(regel: Rij) -> tuple[str, str] | None:
        if regel["prestatiecode"] == "H330":
            samen = dagen(regel) & alle_dagen(w.met_code("Z041", "V041", bsn=regel["bsn"]))
            return ("signaal", "0634") if samen and not consult(regel) else None
        if regel["prestatiecode"] in ("Z041", "V041"):
            for eerder in w.met_code("H330", bsn=regel["bsn"]):
                if "nr" not in eerder and dagen(eerder) & dagen(regel) and not consult(eerder):
                    return ("signaal", "0634")
        return None

    assert w.gevonden("BEH-02") == w.per_regel(zonder)


@pytest.mark.parametrize("zaad", ZADEN)
def test_toeslagen(zaad: int) -> None:
    w = Wereld(zaad, date(2025, 11, 1), ("Z910", "ZMZ01", "Z041", "V041", "O001", "Z912"))
    for regel in w.regels:
        regel["tijdseenheid"] = w.kies.choice(("14", "14", "01"))

    def pakketdagen(regel: Rij) -> int:
        hier = {} if regel["prestatiecode"] == "ZMZ01" else {"uitvoerder": regel["uitvoerder"]}
        return len(dagen(regel) & alle_dagen(w.met_code(*PAKKET, bsn=regel["bsn"], **hier)))

    toeslag = ("Z910", "ZMZ01", "Z912")
    verwacht = w.per_regel(
        lambda r: ("afkeur", "8065") if r["prestatiecode"] in toeslag and not pakketdagen(r) else None
    )
    assert w.gevonden("TOE-06") == verwacht
    verwacht = w.per_regel(
        lambda r: (
            ("afkeur", "8887")
            if r["prestatiecode"] in toeslag and r["tijdseenheid"] == "14" and r["aantal"] > pakketdagen(r) > 0
            else None
        )
    )
    assert w.gevonden("TOE-07") == verwacht


@pytest.mark.parametrize("zaad", ZADEN)
def test_observatie(zaad: int) -> None:
    w = Wereld(zaad, date(2024, 1, 31), ("Z912",), 30 + zaad % 7 * 10, dagen=900)
    for regel in w.regels:
        regel["zzpcode"] = w.kies.choice(("808", "814", "784", "808", "804"))
        regel["einddatum"] += DAG * w.kies.choice((0, 20, 60))
    eerste_dag: dict[int, date] = {}
    for bsn in BSNS:
        eind = begin = None
        for regel in sorted(w.met_code("Z912", bsn=bsn), key=lambda r: (r["begindatum"], r["einddatum"])):
            if eind is None or (regel["begindatum"] - eind).days - 1 > 28:
                begin, eind = regel["begindatum"], regel["einddatum"]
            eind = max(eind, regel["einddatum"])
            eerste_dag[id(regel)] = begin

    def oordeel(regel: Rij) -> tuple[str, str] | None:
        if regel["zzpcode"] == "804":
            return ("afkeur", "8229")
        for maanden, ernst in ((12, "afkeur"), (9, "signaal"), (6, "signaal")):
            if regel["einddatum"] > maanden_later(eerste_dag[id(regel)], maanden) - DAG:
                return (ernst, "0584")
        return None

    assert w.gevonden("TOE-03") == w.per_regel(oordeel)


@pytest.mark.parametrize("zaad", ZADEN)
def test_overbrugging_na_opname(zaad: int) -> None:
    w = Wereld(zaad, date(2025, 11, 1), ("Z454", "V454", "H126", "Z533", "Z560", "Z573"), 40)
    for regel in w.regels:
        regel["zzpcode"] = "784"
        regel["besluitnummer"] = w.kies.choice((None, "1", "2"))
    brug = ("Z454", "V454", "H126", "Z573")

    def oordeel(regel: Rij) -> tuple[str, str] | None:
        if regel["prestatiecode"] not in brug:
            return None
        for eigen in w.met_code("Z533", "Z560", "Z573", bsn=regel["bsn"]):
            besluiten = {eigen["besluitnummer"], regel["besluitnummer"]}
            na = regel["begindatum"] - (DAG if eigen["prestatiecode"] == "Z573" else 0 * DAG)
            if (len(besluiten) == 1 or None in besluiten) and na >= eigen["begindatum"]:
                return ("signaal", "0553")
        return None

    assert w.gevonden("OVB-05") == w.per_regel(oordeel)


@pytest.mark.parametrize("zaad", ZADEN)
def test_duur_van_overbrugging(zaad: int) -> None:
    w = Wereld(
        zaad, date(2018, 9, 1) if zaad % 3 else date(2025, 1, 1), ("Z454", "V454", "H126", "Z533"), 36, dagen=500
    )
    for regel in w.regels:
        regel["zzpcode"] = "784"
        regel["besluitnummer"] = w.kies.choice((None, "1"))
        regel["einddatum"] += DAG * w.kies.choice((0, 30, 90))
        if regel["begindatum"].year == 2019 and w.kies.random() < 0.5:
            regel["zzpcode"] = None
    verwacht: Uitkomst = {}
    for bsn in BSNS:
        for besluit in (None, "1"):
            lijnen = sorted(
                (r for r in w.met_code("Z454", "V454", "H126", bsn=bsn, besluitnummer=besluit) if r["zzpcode"]),
                key=lambda r: (r["begindatum"], r["einddatum"]),
            )
            eerder, begin, eind = 0, None, None
            for regel in lijnen:
                if eind is None or (regel["begindatum"] - eind).days - 1 > 28:
                    if eind is not None:
                        eerder += max(0, (eind - max(begin, date(2019, 1, 1))).days + 1)
                    begin, eind = regel["begindatum"], regel["einddatum"]
                eind = max(eind, regel["einddatum"])
                gebruikt = eerder + (regel["einddatum"] - max(begin, date(2019, 1, 1))).days + 1
                vrij = regel["einddatum"] <= date(2020, 12, 31) and begin < date(2020, 1, 1)
                if "nr" in regel and gebruikt > 182 and not vrij and regel["begindatum"].year >= 2019:
                    verwacht[regel["nr"]] = ("afkeur", "0584")
    assert w.gevonden("OVB-01") == verwacht


@pytest.mark.parametrize("zaad", ZADEN)
def test_mondzorg_en_hulpmiddelen(zaad: int) -> None:
    w = Wereld(zaad, date(2026, 1, 1), ("10001", "HP01", "HM01", "Z041", "Z043", "O001", "V041"), 45, dagen=250)
    for regel in w.regels:
        if regel["prestatiecode"] == "10001":
            regel["prestatiecodelijst"] = "010"
        if regel["prestatiecode"][0] not in "ZVO":
            regel["einddatum"] += DAG * w.kies.choice((0, 70))
    weg = w.kies.choice((None, *BSNS))
    for groep in (w.batch, w.historie, w.volgorde):
        groep[:] = [r for r in groep if r["bsn"] != weg or r["prestatiecode"][0] not in "ZVO"]
    for nr, regel in enumerate(w.batch, start=1):
        regel["nr"] = nr
    toewijzingen = [
        {"bsn": w.kies.choice(BSNS), "zzpcode": "754", "soort": 1, "instelling": w.kies.choice(AGBS),
         "leveringsvorm": w.kies.choice((2, 4, 5, 8, 9)), **w.periode(60)}
        for _ in range(zaad % 5)
    ]  # fmt: skip
    aanbieders = [{"agb": AGBS[0], "kenmerk": "behandeling", **w.periode(60)} for _ in range(zaad % 3)]
    prestaties = [
        {"prestatiecode": code, "soort": soort, "ingangsdatum": date(2010, 1, 1)}
        for code, soort in (("HP01", "hulpmiddel_persoonlijk"), ("HM01", "hulpmiddel_mobiliteit"))
    ]

    def verblijf(bsn: str, op: date) -> tuple[bool, bool, bool]:
        """A stay line, an allocation, and whether one of them is incl. behandeling."""
        lijnen = [r for r in w.met_code(*VERBLIJF, bsn=bsn) if op in dagen(r)]
        rijen = [t for t in toewijzingen if t["bsn"] == bsn and t["leveringsvorm"] in (4, 8, 9) and loopt(t, op)]
        gemerkt = [t for t in rijen if any(t["instelling"] == a["agb"] and loopt(a, op) for a in aanbieders)]
        incl = any(PAKKET[r["prestatiecode"]] == "incl" or r["prestatiecode"] == "O001" for r in lijnen)
        return bool(lijnen), bool(rijen), incl or bool(gemerkt)

    def bekend(bsn: str) -> bool:
        return bool(w.met_code(*VERBLIJF, bsn=bsn)) or any(t["bsn"] == bsn for t in toewijzingen)

    def met_behandeling(regel: Rij, code: str, retourcode: str) -> tuple[str, str] | None:
        if regel["prestatiecode"] != code:
            return None
        if not bekend(regel["bsn"]):
            return ("signaal", retourcode)
        begin = regel["begindatum"]
        lijn, rij, incl = verblijf(regel["bsn"], begin)
        if incl:
            laatste = max(op for op in dagen(regel) if verblijf(regel["bsn"], op)[2])
            return ("signaal", retourcode) if (regel["einddatum"] - laatste).days > 63 else None
        if any(verblijf(regel["bsn"], begin - DAG * n)[2] for n in range(1, 64)):
            return ("signaal", retourcode)
        return ("signaal" if rij and not lijn else "afkeur", retourcode)

    def mobiliteit(regel: Rij) -> tuple[str, str] | None:
        if regel["prestatiecode"] != "HM01" or any(verblijf(regel["bsn"], regel["begindatum"])[:2]):
            return None
        return ("afkeur" if bekend(regel["bsn"]) else "signaal", "8969")

    dossier = {"toewijzingen": toewijzingen, "aanbieders": aanbieders, "prestaties": prestaties}
    assert w.gevonden("MND-01", **dossier) == w.per_regel(lambda r: met_behandeling(r, "10001", "8968"))
    assert w.gevonden("HLP-02", **dossier) == w.per_regel(lambda r: met_behandeling(r, "HP01", "8969"))
    assert w.gevonden("HLP-01", **dossier) == w.per_regel(mobiliteit)


@pytest.mark.parametrize("zaad", ZADEN)
def test_plaatsen_van_een_expertisecentrum(zaad: int) -> None:
    w = Wereld(zaad, date(2025, 10, 1), ("LC01", "LC02"), 60, dagen=180)
    groep = {"LC01": "gp+", "LC02": "nah+"}
    prestaties = [
        {"prestatiecode": code, "soort": "lvhc", "doelgroep": doelgroep, "ingangsdatum": date(2010, 1, 1)}
        for code, doelgroep in (("LC01", "GP+"), ("LC02", "NAH"))
    ]
    aanbieders = [
        {"agb": w.kies.choice(AGBS), "kenmerk": w.kies.choice(("rec:GP+", "dec:NAH+", "rec:nah")),
         "plaatsen": w.kies.choice((0, 1, 2, 2, None) if zaad % 4 == 0 else (0, 1, 2)), **w.periode(200)}
        for _ in range(1 + zaad % 6)
    ]  # fmt: skip

    def van_centrum(agb: str, doelgroep: str) -> list[Rij]:
        namen = {"gp+": ("rec:GP+",), "nah+": ("dec:NAH+", "rec:nah")}[doelgroep]
        return [a for a in aanbieders if a["agb"] == agb and a["kenmerk"] in namen]

    verwacht_07: Uitkomst = {}
    verwacht_03: Uitkomst = {}
    for agb in AGBS:
        for code, doelgroep in groep.items():
            adviezen, lijnen = van_centrum(agb, doelgroep), w.met_code(code, uitvoerder=agb)
            for op in sorted(alle_dagen(lijnen)):
                lopend = [a for a in adviezen if loopt(a, op)]
                if not lopend or any(a["plaatsen"] is None for a in lopend):
                    continue
                clienten: list[str] = []
                hier = [r for r in lijnen if op in dagen(r)]
                for regel in hier:
                    if regel["bsn"] not in clienten:
                        clienten.append(regel["bsn"])
                te_veel = clienten[sum(a["plaatsen"] for a in lopend) :]
                verwacht_07 |= {r["nr"]: ("signaal", "0584") for r in hier if r["bsn"] in te_veel and "nr" in r}
            for jaar in range(2025, 2028):
                hele_jaar = [date(jaar, 1, 1) + DAG * n for n in range(365)]
                in_jaar = [a for a in adviezen if any(loopt(a, op) for op in hele_jaar)]
                if not in_jaar or any(a["plaatsen"] is None for a in in_jaar):
                    continue
                ruimte = sum(a["plaatsen"] for a in in_jaar for op in hele_jaar if loopt(a, op))
                gehad: set[tuple[str, date]] = set()
                for regel in lijnen:
                    onder = {op for op in dagen(regel) if op.year == jaar and any(loopt(a, op) for a in adviezen)}
                    gehad |= {(regel["bsn"], op) for op in onder}
                    if onder and len(gehad) > ruimte and "nr" in regel:
                        verwacht_03[regel["nr"]] = ("afkeur", "0584")
    assert w.gevonden("LVHC-07", aanbieders=aanbieders, prestaties=prestaties) == verwacht_07
    assert w.gevonden("LVHC-03", aanbieders=aanbieders, prestaties=prestaties) == verwacht_03

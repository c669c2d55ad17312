"""One dossier, three ways: as tables, as iWlz messages, and as answers of the registers; the findings are the same."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

import antwoorden
import iwlzberichten
from grondig import keren
from wlz_declaratie import controleer

BSNS = ("999900006", "999900018", "999900031")
HUIZEN = ("06290101", "06290202")
CODES = {"753": "Z041", "754": "Z053", "755": "V063", "812": "Z471", "784": "Z551"}
VORM_VAN_CODE = {"Z": 4, "V": 5, "H": 7}
EERSTE = date(2024, 1, 1)
Rij = dict[str, Any]

TOEWIJZING = st.fixed_dictionaries(
    {
        "instelling": st.sampled_from(HUIZEN),
        "leveringsvorm": st.sampled_from([2, 4, 5, 7]),
        "na": st.integers(0, 90),
        "duur": st.none() | st.integers(0, 200),
    }
)
BESLUIT = st.fixed_dictionaries(
    {
        "zzpcode": st.sampled_from(list(CODES)),
        "duur": st.integers(30, 400),
        "toewijzingen": st.lists(
            TOEWIJZING, max_size=3, unique_by=lambda t: (t["instelling"], t["leveringsvorm"], t["na"])
        ),
    }
)
LIJN = st.fixed_dictionaries(
    {
        "bsn": st.sampled_from(BSNS),
        "zzpcode": st.sampled_from(list(CODES)),
        "prestatiecode": st.sampled_from([*CODES.values(), "H126", "H117"]),
        "uitvoerder": st.sampled_from(HUIZEN),
        "na": st.integers(0, 900),
        "duur": st.integers(0, 40),
    }
)


def dossier(besluiten: dict[str, list[Rij]]) -> dict[str, list[Rij]]:
    """The tables: each decision ends the day before the next; what is allocated is delivered from that day on."""
    tabellen: dict[str, list[Rij]] = {tabel: [] for tabel in ("clienten", "indicaties", "toewijzingen", "leveringen")}
    for bsn, reeks in besluiten.items():
        tabellen["clienten"].append({"bsn": bsn, "geboortedatum": date(1940, 5, 1)})
        begin = EERSTE
        for nummer, besluit in enumerate(reeks, start=1):
            laatste = nummer == len(reeks)
            eind = None if laatste else begin + timedelta(days=besluit["duur"])
            van_besluit = {"bsn": bsn, "zzpcode": besluit["zzpcode"]}
            tabellen["indicaties"].append(
                {**van_besluit, "besluitnummer": f"{nummer:09d}", "ingangsdatum": begin, "einddatum": eind}
            )
            for toewijzing in besluit["toewijzingen"]:
                van = begin + timedelta(days=toewijzing["na"])
                tot = eind if toewijzing["duur"] is None else van + timedelta(days=toewijzing["duur"])
                if eind is not None and (van > eind or tot is None or tot > eind):
                    van, tot = min(van, eind), eind
                rij = {
                    **van_besluit, "instelling": toewijzing["instelling"], "soort": 1,
                    "leveringsvorm": toewijzing["leveringsvorm"], "ingangsdatum": van, "einddatum": tot,
                    "besluitnummer": f"{nummer:09d}",
                }  # fmt: skip
                if rij not in tabellen["toewijzingen"]:
                    tabellen["toewijzingen"].append(rij)
                    if toewijzing["leveringsvorm"] != 2:
                        tabellen["leveringen"].append(rij)
            begin = begin if eind is None else eind + timedelta(days=1)
    tabellen["pgb"] = [rij for rij in tabellen["toewijzingen"] if rij["leveringsvorm"] == 2]
    return tabellen


def schrijf_tabellen(map_: Path, tabellen: dict[str, list[Rij]], namen: Iterable[str]) -> None:
    kolommen = {
        "clienten": ("bsn", "geboortedatum"),
        "indicaties": ("bsn", "besluitnummer", "zzpcode", "ingangsdatum", "einddatum"),
        "toewijzingen": ("bsn", "zzpcode", "instelling", "soort", "leveringsvorm", "ingangsdatum", "einddatum"),
        "leveringen": ("bsn", "instelling", "leveringsvorm", "zzpcode", "ingangsdatum", "einddatum"),
        "pgb": ("bsn", "zzpcode", "ingangsdatum", "einddatum"),
    }
    for tabel in namen:
        if tabellen[tabel]:
            with (map_ / f"{tabel}.csv").open("w", encoding="utf-8", newline="") as bestand:
                schrijver = csv.DictWriter(bestand, kolommen[tabel], delimiter=";", extrasaction="ignore")
                schrijver.writeheader()
                schrijver.writerows({k: "" if v is None else v for k, v in rij.items()} for rij in tabellen[tabel])


def _dagen(rij: Rij) -> dict[str, str]:
    eind = {} if rij["einddatum"] is None else {"Einddatum": str(rij["einddatum"])}
    return {"Ingangsdatum": str(rij["ingangsdatum"]), **eind}


def schrijf_berichten(map_: Path, tabellen: dict[str, list[Rij]]) -> None:
    """A message AW33 for each decision, on its first day; an AW35 for each delivery, and an AW39 for its end."""
    berichten = {}
    for nummer, indicatie in enumerate(tabellen["indicaties"]):
        toegewezen = [
            {
                "ZzpCode": t["zzpcode"], "Instelling": t["instelling"], "Soort": "1",
                "Leveringsvorm": str(t["leveringsvorm"]), **_dagen(t),
            }
            for t in tabellen["toewijzingen"]
            if (t["bsn"], t["besluitnummer"]) == (indicatie["bsn"], indicatie["besluitnummer"])
        ]  # fmt: skip
        inhoud = iwlzberichten.client(
            indicatie["bsn"],
            geindiceerd=[{"ZzpCode": indicatie["zzpcode"], **_dagen(indicatie)}],
            toegewezen=toegewezen,
            besluit=f"<Besluitnummer>{indicatie['besluitnummer']}</Besluitnummer>"
            f"<Ingangsdatum>{indicatie['ingangsdatum']}</Ingangsdatum>",
        )
        dagtekening = str(indicatie["ingangsdatum"])
        berichten[f"t{nummer:03d}"] = iwlzberichten.bericht(inhoud, dagtekening=dagtekening)
    for nummer, levering in enumerate(tabellen["leveringen"]):
        van = str(levering["ingangsdatum"])
        gemeen = {
            "Besluitnummer": levering["besluitnummer"], "ZzpCode": levering["zzpcode"],
            "ToewijzingIngangsdatum": van, "Instelling": levering["instelling"],
            "Leveringsvorm": str(levering["leveringsvorm"]),
        }  # fmt: skip
        begin = iwlzberichten.geleverd(levering["bsn"], {**gemeen, "Begindatum": van})
        berichten[f"m{nummer:03d}"] = iwlzberichten.bericht(begin, dagtekening=van, soort="aw35")
        if levering["einddatum"] is not None:
            na = str(levering["einddatum"] + timedelta(days=1))
            einde = iwlzberichten.gemuteerd(levering["bsn"], {**gemeen, "Begindatum": van, "Mutatiedatum": na})
            berichten[f"n{nummer:03d}"] = iwlzberichten.bericht(einde, dagtekening=na, soort="aw39")
    iwlzberichten.schrijf(map_, **berichten)


def schrijf_antwoorden(map_: Path, tabellen: dict[str, list[Rij]]) -> None:
    """An answer of each register; they know no deliveries."""

    def dag(waarde: date | None) -> str | None:
        return None if waarde is None else str(waarde)

    indicaties = [
        antwoorden.indicatie(
            rij["bsn"],
            antwoorden.pakket(
                zzpCode=rij["zzpcode"], ingangsdatum=dag(rij["ingangsdatum"]), einddatum=dag(rij["einddatum"])
            ),
            besluitnummer=int(rij["besluitnummer"]),
        )
        for rij in tabellen["indicaties"]
    ]
    toewijzingen = [
        antwoorden.specificatie(
            f"s{nummer}", rij["bsn"], zzpCode=rij["zzpcode"], instelling=rij["instelling"],
            leveringsvorm=str(rij["leveringsvorm"]), toewijzingIngangsdatum=dag(rij["ingangsdatum"]),
            toewijzingEinddatum=dag(rij["einddatum"]), etmalen=None, percentage=None,
        )
        for nummer, rij in enumerate(tabellen["toewijzingen"])
    ]  # fmt: skip
    antwoorden.schrijf(map_, indicaties=antwoorden.antwoord(wlzIndicatie=indicaties))
    if toewijzingen:
        antwoorden.schrijf(map_, bemiddeling=antwoorden.antwoord(bemiddelingspecificatie=toewijzingen))


def batch(lijnen: list[Rij]) -> pl.DataFrame:
    rijen = []
    for nummer, lijn in enumerate(lijnen):
        begin = EERSTE + timedelta(days=lijn["na"])
        rijen.append(
            {
                "referentienummer": f"R{nummer}", "begindatum": begin, "aantal": 1,
                "einddatum": begin + timedelta(days=lijn["duur"]),
                **{k: lijn[k] for k in ("bsn", "zzpcode", "prestatiecode", "uitvoerder")},
            }
        )  # fmt: skip
    return pl.DataFrame(rijen)


def bevindingen(lijnen: list[Rij], map_: Path) -> list[tuple[Any, ...]]:
    """What is found, but for the words, which name where a row comes from.

    Not OVB-02: only an AW39 tells of a wachtstatus.
    """
    uitslag = controleer(batch(lijnen), dossier=map_, peildatum=date(2027, 1, 1), negeer="OVB-02")
    return uitslag.bevindingen.select("regel_id", "ernst", "retourcode", "regelnummer").rows()


@given(
    st.dictionaries(st.sampled_from(BSNS), st.lists(BESLUIT, min_size=1, max_size=3), min_size=1),
    st.lists(LIJN, min_size=1, max_size=8),
)
@settings(deadline=None, max_examples=keren(2, 60))
def test_tabellen_berichten_en_registers_geven_dezelfde_bevindingen(
    besluiten: dict[str, list[Rij]], lijnen: list[Rij]
) -> None:
    tabellen = dossier(besluiten)
    with TemporaryDirectory() as tijdelijk:
        mappen = [Path(tijdelijk, naam) for naam in ("tabellen", "berichten", "registers")]
        for map_ in mappen:
            map_.mkdir()
        schrijf_tabellen(mappen[0], tabellen, tabellen)
        schrijf_berichten(mappen[1], tabellen)
        schrijf_antwoorden(mappen[2], tabellen)
        schrijf_tabellen(mappen[2], tabellen, ["leveringen"])
        als_tabellen, als_berichten, als_antwoorden = (bevindingen(lijnen, map_) for map_ in mappen)
    assert als_berichten == als_tabellen
    assert als_antwoorden == als_tabellen

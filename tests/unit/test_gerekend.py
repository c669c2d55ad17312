"""Rules that look things up in bulk, against the same said plainly, line by line: random lines and random tables."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from gevallen import bevindingen, controleer_geval

Rij = dict[str, Any]
Uitkomst = dict[int, tuple[str, str]]
BSNS = ("999900006", "999900018", "999900031")
AGBS = ("06290101", "06290102", "06292149")
VORMEN = {"verblijf": (4, 8, 9), "vpt": (5,), "mpt": (7, 8), "pgb": (2,)}
CODES = {"Z041": "verblijf", "V041": "vpt", "H126": "mpt", "H117": "mpt"}
DAG = timedelta(days=1)


def dag(kies: random.Random, tot: int = 120) -> date:
    return date(2025, 11, 1) + timedelta(days=kies.randrange(tot))


def periode(kies: random.Random, langste: int) -> Rij:
    begin = dag(kies)
    return {"ingangsdatum": begin, "einddatum": kies.choice((None, begin + timedelta(days=kies.randrange(langste))))}


def loopt(rij: Rij, op: date) -> bool:
    return rij["ingangsdatum"] <= op <= (rij["einddatum"] or date.max)


def lijn(kies: random.Random, **velden: Any) -> Rij:
    begin = dag(kies)
    return {
        "bsn": kies.choice(BSNS), "uitvoerder": kies.choice(AGBS), "begindatum": begin,
        "einddatum": begin + timedelta(days=kies.randrange(40)), "prestatiecode": kies.choice(list(CODES)),
        "uzovi": kies.choice(("5501", "5502", "5503", None)), **velden,
    }  # fmt: skip


def dagen(regel: Rij) -> list[date]:
    return [regel["begindatum"] + DAG * n for n in range((regel["einddatum"] - regel["begindatum"]).days + 1)]


def gevonden(regel: str, regels: list[Rij], **dossier: list[Rij]) -> Uitkomst:
    uitslag = controleer_geval([regel], {"naam": "", "regels": regels, "dossier": dossier}, {})
    return {b["regelnummer"]: (b["ernst"], b["retourcode"]) for b in bevindingen(uitslag)}


def per_regel(regels: list[Rij], oordeel: Callable[[Rij], tuple[str, str] | None]) -> Uitkomst:
    return {nr: wat for nr, regel in enumerate(regels, start=1) if (wat := oordeel(regel))}


def zorg(kies: random.Random) -> list[Rij]:
    return [lijn(kies, zzpcode=kies.choice(("754", "755", None))) for _ in range(150)]


@pytest.mark.parametrize("zaad", range(6))
def test_ind_03(zaad: int) -> None:
    kies = random.Random(zaad)
    regels = zorg(kies)
    rijen = [
        {"bsn": kies.choice(BSNS), "instelling": kies.choice(AGBS), "leveringsvorm": kies.choice((2, 4, 5, 7, 8, 9)),
         "zzpcode": kies.choice(("754", "755", None)), **periode(kies, 200)}
        for _ in range(8 + zaad * 8)
    ]  # fmt: skip

    def oordeel(regel: Rij) -> tuple[str, str] | None:
        hier = [r for r in rijen if (r["bsn"], r["instelling"]) == (regel["bsn"], regel["uitvoerder"])]
        van_vorm = [r for r in hier if r["leveringsvorm"] in VORMEN[CODES[regel["prestatiecode"]]]]
        if not van_vorm:
            return ("afkeur", "0554") if hier else ("afkeur", "0551")
        for op in dagen(regel):
            lopend = [r for r in van_vorm if loopt(r, op)]
            if not any(None in (r["zzpcode"], regel["zzpcode"]) or r["zzpcode"] == regel["zzpcode"] for r in lopend):
                return ("afkeur", "0553")
        return None

    verwacht = per_regel(regels, oordeel)
    assert gevonden("IND-03", regels, toewijzingen=rijen) == verwacht
    assert {code for _, code in verwacht.values()} >= {"0553"}


@pytest.mark.parametrize("zaad", range(6))
def test_ind_04(zaad: int) -> None:
    kies = random.Random(zaad)
    regels = zorg(kies)
    rijen = [
        {"bsn": kies.choice(BSNS), "instelling": kies.choice(AGBS), **periode(kies, 200),
         "leveringsvorm": kies.choice((2, 4, 5, 7, 8, 9, None))}
        for _ in range(8 + zaad * 8)
    ]  # fmt: skip

    def oordeel(regel: Rij) -> tuple[str, str] | None:
        vormen = (*VORMEN[CODES[regel["prestatiecode"]]], None)
        hier = [
            r for r in rijen
            if (r["bsn"], r["instelling"]) == (regel["bsn"], regel["uitvoerder"]) and r["leveringsvorm"] in vormen
        ]  # fmt: skip
        gedekt = [any(loopt(r, op) for r in hier) for op in dagen(regel)]
        return None if all(gedekt) else ("afkeur", "0553" if any(gedekt) else "0551")

    assert gevonden("IND-04", regels, leveringen=rijen) == per_regel(regels, oordeel)


def afspraken(kies: random.Random, aantal: int) -> list[Rij]:
    return [
        {"agb": kies.choice(AGBS), "prestatiecode": kies.choice(list(CODES)), **periode(kies, 90),
         "uzovi": kies.choice(("5501", "5502", None, None)), "tarief": kies.choice((None, 9_000, 9_500)),
         "percentage": kies.choice((None, 90, 95.5, 97.125)), "aantal": kies.choice((None, 5, 20))}
        for _ in range(aantal)
    ]  # fmt: skip


def dient(afspraak: Rij, regel: Rij) -> bool:
    zelfde = (afspraak["agb"], afspraak["prestatiecode"]) == (regel["uitvoerder"], regel["prestatiecode"])
    return zelfde and afspraak["uzovi"] in (None, regel["uzovi"])


@pytest.mark.parametrize("zaad", range(6))
def test_afs_01(zaad: int) -> None:
    kies = random.Random(zaad)
    regels, rijen = [lijn(kies) for _ in range(150)], afspraken(kies, 20 + zaad * 20)

    def oordeel(regel: Rij) -> tuple[str, str] | None:
        hier = [r for r in rijen if dient(r, regel)]
        geldt = [any(loopt(r, op) for r in hier) for op in dagen(regel)]
        return None if all(geldt) else ("signaal" if geldt[0] else "afkeur", "8060")

    assert gevonden("AFS-01", regels, afspraken=rijen) == per_regel(regels, oordeel)


@pytest.mark.parametrize("zaad", range(6))
def test_afs_02_en_05(zaad: int) -> None:
    kies = random.Random(zaad)
    regels = [lijn(kies, tarief=kies.choice((8_999, 9_000, 9_001, 9_451, 9_550, 10_001))) for _ in range(150)]
    rijen = afspraken(kies, 20 + zaad * 20)
    tarieven = [
        {"prestatiecode": kies.choice(list(CODES)), **periode(kies, 90), "maximumtarief": kies.choice((9_999, 10_000)),
         "nhc": kies.choice((None, 0, 1_010))}
        for _ in range(8)
    ]  # fmt: skip

    def maxima(regel: Rij) -> list[Rij]:
        return [t for t in tarieven if t["prestatiecode"] == regel["prestatiecode"] and loopt(t, regel["begindatum"])]

    def prijzen(afspraak: Rij, regel: Rij) -> list[int] | None:
        if afspraak["tarief"] is not None:
            return [afspraak["tarief"]]
        if afspraak["percentage"] is None:
            return None
        deel = Decimal(str(afspraak["percentage"])) / 100
        return [
            int((deel * (t["maximumtarief"] - (t["nhc"] or 0))).quantize(Decimal(1), ROUND_HALF_UP)) + (t["nhc"] or 0)
            for t in maxima(regel)
        ]

    def oordeel(regel: Rij) -> tuple[str, str] | None:
        lopend = [r for r in rijen if dient(r, regel) and loopt(r, regel["begindatum"])]
        gevraagd = [p for r in lopend if (p := prijzen(r, regel)) is not None]
        if not gevraagd or not all(gevraagd):
            return None
        bedragen = [bedrag for p in gevraagd for bedrag in p]
        if regel["tarief"] > max(bedragen):
            return ("afkeur", "0611")
        return ("signaal", "0611") if regel["tarief"] < min(bedragen) else None

    def boven(regel: Rij) -> tuple[str, str] | None:
        hoogste = max((t["maximumtarief"] for t in maxima(regel)), default=regel["tarief"])
        return ("afkeur", "0611") if regel["tarief"] > hoogste else None

    assert gevonden("AFS-02", regels, afspraken=rijen, tarieven=tarieven) == per_regel(regels, oordeel)
    assert gevonden("AFS-05", regels, tarieven=tarieven) == per_regel(regels, boven)


@pytest.mark.parametrize("zaad", range(6))
def test_afs_03(zaad: int) -> None:
    kies = random.Random(zaad)
    regels, rijen = [lijn(kies, aantal=kies.randrange(4)) for _ in range(150)], afspraken(kies, 10 + zaad * 10)

    def tellend(regel: Rij) -> list[int]:
        jaar = regel["begindatum"].year
        raakt = [
            nr for nr, r in enumerate(rijen)
            if dient(r, regel) and r["ingangsdatum"].year <= jaar <= (r["einddatum"] or date.max).year
        ]  # fmt: skip
        laatste = max((rijen[nr]["ingangsdatum"] for nr in raakt), default=None)
        return [nr for nr in raakt if rijen[nr]["ingangsdatum"] == laatste]

    volgorde = sorted(range(150), key=lambda nr: (regels[nr]["begindatum"], regels[nr]["einddatum"], nr))
    sommen: dict[Any, int] = {}
    verwacht = {}
    for nr in volgorde:
        regel = regels[nr]
        rij = tellend(regel)
        # Lines that the same rows serve count together.
        samen = (*(regel[k] for k in ("uitvoerder", "prestatiecode")), regel["begindatum"].year, tuple(rij))
        sommen[samen] = sommen.get(samen, 0) + regel["aantal"]
        volumes = [rijen[n]["aantal"] for n in rij if rijen[n]["aantal"] is not None]
        if volumes and sommen[samen] > sum(volumes):
            verwacht[nr + 1] = ("signaal", "0589")
    assert gevonden("AFS-03", regels, afspraken=rijen) == verwacht


@pytest.mark.parametrize("zaad", range(6))
def test_afs_06(zaad: int) -> None:
    kies = random.Random(zaad)
    regels = [
        lijn(kies, aantal=kies.randrange(4), machtigingsnummer=kies.choice(("M1", "M2", "M9", None)))
        for _ in range(150)
    ]
    rijen = [
        {"bsn": kies.choice(BSNS), "prestatiecode": kies.choice(list(CODES)), **periode(kies, 60),
         "machtigingsnummer": kies.choice(("M1", "M2", "M3")), "aantal": kies.choice((None, nr, 5 + nr))}
        for nr in range(10 + zaad * 10)
    ]  # fmt: skip

    def onder(regel: Rij) -> int | None:
        lopend = [
            nr for nr, r in enumerate(rijen)
            if loopt(r, regel["begindatum"])
            and (r["bsn"], r["prestatiecode"]) == (regel["bsn"], regel["prestatiecode"])
        ]  # fmt: skip
        eigen = [nr for nr in lopend if rijen[nr]["machtigingsnummer"] == regel["machtigingsnummer"]]
        if any(rijen[nr]["aantal"] is None for nr in eigen):
            return None
        hier = [nr for nr in lopend if rijen[nr]["aantal"] is not None]
        return max(eigen or hier, key=lambda nr: (rijen[nr]["ingangsdatum"], rijen[nr]["aantal"]), default=None)

    volgorde = sorted(range(150), key=lambda nr: (regels[nr]["begindatum"], regels[nr]["einddatum"], nr))
    sommen: dict[int, int] = {}
    verwacht = {}
    for nr in volgorde:
        if (rij := onder(regels[nr])) is not None:
            sommen[rij] = sommen.get(rij, 0) + regels[nr]["aantal"]
            if sommen[rij] > rijen[rij]["aantal"]:
                verwacht[nr + 1] = ("afkeur", "0584")
    assert gevonden("AFS-06", regels, machtigingen=rijen) == verwacht

"""iWlz messages in any order give the same dossier, and that is what taking them one by one in order of day gives."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from grondig import keren
from iwlzberichten import bericht, client, geleverd, gemuteerd, schrijf
from wlz_declaratie.inlezen.dossier import Dossier, lees_dossier

BSNS = ["999900006", "999900018"]
INSTELLINGEN = ["06290101", "06290202"]
EERSTE = date(2025, 1, 1)
OPEN = date(9999, 12, 31)


def dag(nummer: int) -> date:
    return EERSTE + timedelta(days=nummer)


@dataclass(frozen=True)
class Toewijzing:
    zzpcode: str
    instelling: str
    van: int
    duur: int | None

    @property
    def velden(self) -> dict[str, str]:
        tot = "" if self.duur is None else str(dag(self.van + self.duur))
        vast = {"ZzpCode": self.zzpcode, "Instelling": self.instelling, "Soort": "1", "Leveringsvorm": "4"}
        return {**vast, "Ingangsdatum": str(dag(self.van)), "Einddatum": tot}


@dataclass(frozen=True)
class Foto:
    bsn: str
    besluit: int
    van: int
    zzpcode: str
    toewijzingen: tuple[Toewijzing, ...]

    def xml(self, dagtekening: int) -> str:
        kop = f"<Besluitnummer>{self.besluit}</Besluitnummer><Ingangsdatum>{dag(self.van)}</Ingangsdatum>"
        pakket = {"ZzpCode": self.zzpcode, "Ingangsdatum": str(dag(self.van))}
        zorg = [toewijzing.velden for toewijzing in self.toewijzingen]
        van_client = client(self.bsn, geindiceerd=(pakket,), toegewezen=zorg, besluit=kop)
        return bericht(van_client, dagtekening=str(dag(dagtekening)))


codes, dagen = st.sampled_from(["754", "755"]), st.integers(0, 12)
toewijzingen = st.builds(
    Toewijzing, codes, st.sampled_from(INSTELLINGEN), dagen, st.none() | st.integers(0, 9)
)  # fmt: skip
fotos = st.lists(
    st.builds(
        Foto,
        st.sampled_from(BSNS),
        st.integers(1, 3),
        dagen,
        codes,
        st.lists(toewijzingen, max_size=3).map(tuple),
    ),
    min_size=1,
    max_size=8,
)


def rijen(dossier: Dossier, tabel: str) -> list[tuple[object, ...]]:
    if tabel not in dossier.tabellen:
        return []
    frame = dossier.tabellen[tabel].with_columns(pl.col("herkomst").cast(pl.String))
    return sorted(frame.fill_null(OPEN).select(pl.exclude("etmalen", "percentage")).rows(), key=str)


def gelezen(inhoud: list[str], namen: list[int]) -> Dossier:
    with tempfile.TemporaryDirectory() as map_:
        return lees_dossier(schrijf(Path(map_), **{f"b{naam}": een for naam, een in zip(namen, inhoud, strict=True)}))


def verwacht(fotos: list[Foto]) -> dict[str, list[tuple[object, ...]]]:
    """One message after another: cut what is there, add what it says."""
    indicaties: list[list[object]] = []
    zorg: list[list[object]] = []
    for nummer, foto in enumerate(fotos):
        herkomst = f"AW33 van {dag(nummer):%d-%m-%Y}"
        sleutels = {(t.zzpcode, t.instelling, dag(t.van)) for t in foto.toewijzingen}
        for rij in indicaties:
            if rij[0] == foto.bsn:
                rij[4] = min(rij[4], dag(foto.van - 1))  # type: ignore[type-var]
        for rij in zorg:
            if rij[0] == foto.bsn and rij[-1] != foto.besluit:
                rij[6] = min(rij[6], dag(foto.van - 1))  # type: ignore[type-var]
        zorg = [
            rij
            for rij in zorg
            if not (rij[0] == foto.bsn and rij[-1] == foto.besluit and (rij[1], rij[2], rij[5]) in sleutels)
        ]
        indicaties.append([foto.bsn, str(foto.besluit), foto.zzpcode, dag(foto.van), OPEN, herkomst, None])
        for t in foto.toewijzingen:
            tot = OPEN if t.duur is None else dag(t.van + t.duur)
            zorg.append([foto.bsn, t.zzpcode, t.instelling, 1, 4, dag(t.van), tot, herkomst, None, foto.besluit])
    over = [rij for rij in indicaties if rij[4] >= rij[3]]  # type: ignore[operator]
    over_zorg = [rij[:-1] for rij in zorg if rij[6] >= rij[5]]  # type: ignore[operator]
    return {
        "indicaties": sorted(map(tuple, over), key=str),
        "toewijzingen": sorted(map(tuple, over_zorg), key=str),
    }


@settings(max_examples=keren(25, 1500), deadline=None)
@given(fotos, st.randoms())
def test_een_geschiedenis_uit_fotos(invoer: list[Foto], loting: object) -> None:
    inhoud = [foto.xml(nummer) for nummer, foto in enumerate(invoer)]
    namen = list(range(len(inhoud)))
    loting.shuffle(namen)  # type: ignore[attr-defined]
    dossier = gelezen(inhoud, namen)
    assert {tabel: rijen(dossier, tabel) for tabel in ("indicaties", "toewijzingen")} == verwacht(invoer)


meldingen = st.builds(
    lambda bsn, status, van, instelling, aanlevering: (
        bsn,
        {
            "Leveringsstatus": status,
            "Begindatum": str(dag(van)),
            "Mutatiedatum": str(dag(van)),
            "Instelling": instelling,
            "StatusAanlevering": aanlevering,
        },
    ),
    st.sampled_from(BSNS),
    st.sampled_from(["1", "2", "4", "4"]),
    dagen,
    st.sampled_from(INSTELLINGEN),
    st.sampled_from(["1", "1", "3"]),
)


@settings(max_examples=keren(25, 1500), deadline=None)
@given(st.lists(st.tuples(st.booleans(), meldingen), min_size=1, max_size=8), st.randoms())
def test_elke_volgorde_van_meldingen(invoer: list[tuple[bool, tuple[str, dict[str, str]]]], loting: object) -> None:
    inhoud = [
        bericht(
            gemuteerd(bsn, velden) if mutatie else geleverd(bsn, velden),
            dagtekening=str(dag(nummer)),
            soort="aw39" if mutatie else "aw35",
        )
        for nummer, (mutatie, (bsn, velden)) in enumerate(invoer)
    ]
    namen = list(range(len(inhoud)))
    een = gelezen(inhoud, namen)
    loting.shuffle(namen)  # type: ignore[attr-defined]
    ander = gelezen(inhoud, namen)
    for tabel in ("leveringen", "wachtstatus"):
        assert rijen(een, tabel) == rijen(ander, tabel)
        # Of one client and instelling the waiting days never overlap.
        if tabel == "wachtstatus" and tabel in een.tabellen:
            per = (
                een.tabellen[tabel]
                .sort("bsn", "instelling", "ingangsdatum")
                .with_columns(vorige=pl.col("einddatum").fill_null(OPEN).shift().over("bsn", "instelling"))
            )
            assert per.filter(pl.col("vorige") >= pl.col("ingangsdatum")).is_empty()

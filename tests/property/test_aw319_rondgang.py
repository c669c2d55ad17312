from __future__ import annotations

import string
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from aw319_hulp import EINDE, bericht, lees, lijnen
from wlz_declaratie.basis import geheugen
from wlz_declaratie.inlezen.aw319 import bestand as aw319_bestand
from wlz_declaratie.inlezen.basis import Invoerfout

TEKENS = string.ascii_letters + string.digits + "-/.éüÇß°"


def tekst(lengte: int) -> st.SearchStrategy[str | None]:
    return st.none() | st.text(TEKENS, min_size=1, max_size=lengte)


def cijfers(lengte: int) -> st.SearchStrategy[str]:
    return st.integers(1, 10**lengte - 1).map(lambda getal: f"{getal:0{lengte}d}")


def getal(lengte: int) -> st.SearchStrategy[int | None]:
    return st.none() | st.integers(0, 10**lengte - 1)


DATUM = st.none() | st.dates(date(1000, 1, 1))
REGEL = st.fixed_dictionaries(
    {
        "referentienummer": tekst(20),
        "referentienummer_voorgaand": tekst(20),
        "besluitnummer": st.none() | cijfers(9),
        "functiecode": st.none() | cijfers(2),
        "zzpcode": st.none() | cijfers(3),
        "begindatum": DATUM,
        "einddatum": DATUM,
        "prestatiecode": tekst(5),
        "aantal": getal(4),
        "tijdseenheid": st.none() | cijfers(2),
        "uitvoerder": st.none() | cijfers(8),
        "tarief": getal(8),
        "bedrag": getal(8),
        "declaratiebedrag": getal(8),
        "debet_credit": st.sampled_from("DC"),
        "debet_credit_2": st.sampled_from("DC"),
        "machtigingsnummer": tekst(15),
    }
)
CLIENT = st.fixed_dictionaries({"geboortedatum": DATUM, "overleden": st.booleans()})
KOP = st.fixed_dictionaries(
    {
        "declarant": st.none() | cijfers(8),
        "uzovi": st.none() | cijfers(4),
        "factuurnummer": tekst(12),
        "dagtekening": DATUM,
        "begindatum_periode": DATUM,
        "einddatum_periode": DATUM,
    }
)


@st.composite
def declaraties(draw: st.DrawFn) -> list[dict[str, Any]]:
    kop = draw(KOP)
    clienten = [
        {"bsn": f"9999{nummer:05d}", **draw(CLIENT)}
        for nummer in draw(st.sets(st.integers(0, 99999), min_size=1, max_size=4))
    ]
    return draw(
        st.lists(
            st.tuples(st.sampled_from(clienten), REGEL).map(lambda delen: {**kop, **delen[0], **delen[1]}),
            min_size=1,
            max_size=12,
        )
    )


@contextmanager
def instelling(blok: int, klein: int) -> Iterator[Path]:
    """A work folder, with other block and spool sizes for as long as it lasts."""
    was = aw319_bestand.BLOK, geheugen.MEESTE_LIJNEN
    aw319_bestand.BLOK, geheugen.MEESTE_LIJNEN = blok, klein
    try:
        with tempfile.TemporaryDirectory() as map_:
            yield Path(map_)
    finally:
        aw319_bestand.BLOK, geheugen.MEESTE_LIJNEN = was


@given(declaraties(), st.sampled_from([100, 312, 700, 10**6]), st.sampled_from([2, 10**6]))
def test_gelezen_is_wat_geschreven_werd(regels: list[dict[str, Any]], blok: int, klein: int) -> None:
    with instelling(blok, klein) as map_:
        batch = lees(map_, bericht(map_, *regels))
        assert_frame_equal(batch.regels.collect(), lijnen(*regels).sort("regelnummer"))
    gevonden = batch.meldingen
    leeg_bedrag = pl.any_horizontal(pl.col("tarief", "bedrag", "declaratiebedrag").is_null())
    zonder_bedrag = lijnen(*regels).filter(leeg_bedrag)["regelnummer"].sort()
    # A sound message has no findings, but for what the lines themselves leave out.
    assert gevonden.filter(regel_id="INL-01")["regelnummer"].to_list() == zonder_bedrag.to_list()
    assert set(gevonden["regel_id"]) <= {"INL-01", "AW-0018", "AW-0020", "AW-0021", "AW-0025", "AW-0030"}
    assert (batch.onleesbaar, batch.aantal) == (0, len(regels))


@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.binary(max_size=400), st.integers(0, 400)), max_size=4),
    st.sampled_from([100, 312, 10**6]),
)
def test_beschadiging_is_een_bevinding_en_nooit_een_val(schade: list[tuple[int, bytes, int]], blok: int) -> None:
    with instelling(blok, 10**6) as map_:
        inhoud = EINDE.join(bericht(map_, {}, {}, {"bsn": "999900018"})) + EINDE
        for plaats, erbij, eraf in schade:
            begin = plaats % (len(inhoud) + 1)
            inhoud = inhoud[:begin] + erbij + inhoud[begin + eraf :]
        try:
            batch = lees(map_, inhoud)
        except Invoerfout:
            return
        regels = batch.regels.collect()
    assert regels.height == batch.aantal
    assert regels["regelnummer"].is_sorted()
    assert regels["regelnummer"].is_unique().all()
    assert batch.meldingen.select("regelnummer", "regel_id").is_unique().all()
    assert batch.meldingen.height or len(inhoud) % 312 == 0 or inhoud.endswith(b"\x1a")
    teksten = " ".join([*batch.meldingen["melding"], *batch.meldingen["gegevens"]])
    assert not any(bsn in teksten for bsn in ("999900006", "999900018"))

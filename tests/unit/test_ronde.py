"""What a round has for a batch is what a look in the store gives, also after batches of the round were added."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from gevallen import bestand
from grondig import keren
from nachthulp import PEILDATUM, asc, csv, opdracht, regel, stand, vul
from wlz_declaratie.basis.slot import beurt
from wlz_declaratie.codes.tabellen import Codes, lees_codes
from wlz_declaratie.historie import ronde as module
from wlz_declaratie.historie.lezen import lees_uit
from wlz_declaratie.historie.opslag import open_historie, open_of_maak
from wlz_declaratie.historie.register import Batch, cijfers
from wlz_declaratie.historie.ronde import Ronde
from wlz_declaratie.historie.vraag import GEEN_BSN, sleutels_van
from wlz_declaratie.inlezen.basis import Batchbestand
from wlz_declaratie.nacht import vooruit
from wlz_declaratie.nacht.draaien import draai
from wlz_declaratie.voorbeeld.nummers import bsns

BSNS = (*map(str, bsns(12, 1)), GEEN_BSN)
AGBS = ("06290101", "06290102", "06290103")
CODES = ("Z916", "Z917", "Z041", "V033", "LV010", "LVC01", "H126")


def lijn(toeval: random.Random) -> dict[str, Any]:
    """A line of few values, so that lines meet in every way."""
    dag = date(toeval.choice((2025, 2026)), toeval.randint(1, 12), toeval.randint(1, 28))
    return {
        "bsn": toeval.choice(BSNS), "uitvoerder": toeval.choice((*AGBS, None)), "prestatiecode": toeval.choice(CODES),
        "begindatum": dag, "einddatum": dag.replace(day=toeval.choice((dag.day, 28))), "aantal": toeval.randint(0, 9),
        "referentienummer": toeval.choice(("R1", "R2", "R3", "R4", None)),
        "referentienummer_voorgaand": toeval.choice(("R1", "R2", "R3", None, None)),
        "debet_credit": toeval.choice("DDDC"), "uzovi": toeval.choice(("5501", "5502", None)),
    }  # fmt: skip


def batch(nummer: int, toeval: random.Random) -> Batchbestand:
    """A batch of a declarant, or of none."""
    declarant = toeval.choice(("06000003", "06000004", None))
    regels = [{**lijn(toeval), "declarant": declarant, "factuurnummer": f"F{nummer}"} for _ in range(6)]
    return replace(bestand(regels, {}, f"b{nummer}"), sha256=f"som-{nummer}")


def met_soorten(map_: Path) -> Codes:
    """The code tables, with LVHC and a consult."""
    extra = pl.DataFrame({"prestatiecode": ["LV010", "LVC01"], "soort": ["lvhc", "lvhc_consult"]})
    codes = lees_codes(None, map_)
    return replace(codes, prestaties=pl.concat([codes.prestaties, extra], how="diagonal"))


def voeg_toe(map_: Path, bestand_: Batchbestand) -> tuple[Batch, pl.DataFrame]:
    """Add all lines, unchecked."""
    historie, regels = open_of_maak(map_), bestand_.regels.collect()
    toegevoegd = Batch(
        volgnr=historie.volgende, bestand=bestand_.naam, soort="csv", sha256=bestand_.sha256,
        facturen=(("06000003", bestand_.naam),), moment="2026-01-01T00:00:00+00:00", peildatum="2026-01-01",
        versie="0", edities=(), toegevoegd=regels.height, afgekeurd=0, **cijfers(regels),
    )  # fmt: skip
    with beurt(map_):
        historie.voeg_toe(toegevoegd, regels)
    return toegevoegd, regels


def gelijk(een: pl.DataFrame, ander: pl.DataFrame) -> bool:
    """The same lines; those of sums have no order."""
    return een.equals(ander) or een.sort(een.columns).equals(ander.sort(een.columns))


AFSPRAKEN = pl.DataFrame(
    {"agb": [*AGBS[:2]] * 2, "prestatiecode": ["Z041", "Z041", "H126", "V033"], "aantal": [9, 9, 5, 1]}
)


@pytest.mark.parametrize("zaad", range(keren(2, 60)))
def test_een_ronde_geeft_wat_de_opslag_geeft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zaad: int) -> None:
    monkeypatch.setattr(module, "MEESTE_LIJNEN", 20)
    toeval = random.Random(zaad)
    codes = met_soorten(tmp_path)
    for nummer in range(6):
        voeg_toe(tmp_path / "h", batch(nummer, toeval))
    nieuwe = [batch(nummer, toeval) for nummer in range(6, 10)]
    vragen = {b.sha256: sleutels_van([b], codes, AFSPRAKEN) for b in nieuwe}
    ronde = Ronde(open_historie(tmp_path / "h"), vragen, tmp_path / "ronde")
    met_sommen = 0
    for nieuw in nieuwe:
        historie = open_historie(tmp_path / "h")
        uit_ronde = ronde.lees(historie, nieuw, tmp_path)
        uit_opslag = lees_uit(
            historie, [nieuw], codes=codes, tabellen={"afspraken": AFSPRAKEN}, werkmap=tmp_path
        ).regels.collect()
        assert uit_ronde is not None
        assert gelijk(uit_ronde.regels.collect(), uit_opslag)
        met_sommen += uit_opslag.filter(pl.col("bsn").is_null()).height
        toegevoegd = voeg_toe(tmp_path / "h", nieuw)
        ronde.neem(*toegevoegd)
    assert met_sommen or zaad > 1, "the quick run sees sums of other clients too"


def test_een_ronde_weet_niets_van_wat_een_ander_schreef(tmp_path: Path) -> None:
    toeval, codes = random.Random(1), met_soorten(tmp_path)
    voeg_toe(tmp_path / "h", batch(0, toeval))
    een, twee, ander, veel = (batch(nummer, toeval) for nummer in range(1, 5))
    # One of many declarants is not looked for at all.
    veel = replace(veel, regels=veel.regels.with_row_index("n").with_columns(declarant=pl.col("n").cast(pl.String)))
    vragen = {b.sha256: sleutels_van([b], codes, None) for b in (een, twee, veel)}
    ronde = Ronde(open_historie(tmp_path / "h"), vragen, tmp_path / "ronde")
    assert [ronde.kent(b.sha256) for b in (een, twee, ander, veel)] == [True, True, False, False]
    assert ronde.lees(open_historie(tmp_path / "h"), een, tmp_path)
    toegevoegd = voeg_toe(tmp_path / "h", een)
    voeg_toe(tmp_path / "h", ander)
    ronde.neem(*toegevoegd)
    assert ronde.lees(open_historie(tmp_path / "h"), twee, tmp_path) is None


@pytest.mark.usefixtures("vlotte_nacht")
def test_een_nacht_in_rondes_is_een_nacht_batch_na_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gelezen: list[bool] = []
    echt = Ronde.lees

    def lees(zelf: Ronde, *wat: Any) -> Batchbestand | None:
        gelezen.append((gevonden := echt(zelf, *wat)) is not None)
        return gevonden

    monkeypatch.setattr(Ronde, "lees", lees)
    standen = []
    for naam, minstens in (("los", 9), ("rondes", 2)):
        map_ = tmp_path / naam
        vul(map_ / "in")
        csv(map_ / "in", "d.csv", regel("R1", "2019-01", "999900018"), regel("R9", "2019-04"))
        asc(map_ / "in", "e.asc", {"factuurnummer": "F-ander"})
        monkeypatch.setattr(vooruit, "MINSTENS", minstens)
        monkeypatch.setattr(vooruit, "HOOGUIT", 3)
        draai(opdracht(
            inbox=map_ / "in", historie=map_ / "historie", uit=map_ / "uit", rust=0, max_afkeur=100, tabellen=map_,
            peildatum=date.fromisoformat(PEILDATUM),
        ))  # fmt: skip
        standen.append(stand(map_))
    assert standen[0] == standen[1]
    assert len(gelezen) >= 4
    assert all(gelezen)

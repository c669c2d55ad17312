"""The shipped samples: what the generator gives, and findings as they announce."""

from __future__ import annotations

from pathlib import Path

import pytest

from verwachting import gevonden, verwacht
from wlz_declaratie.kern.regel import alle_regels
from wlz_declaratie.voorbeeld.__main__ import schrijf_voorbeelden

MAP = Path(__file__).parents[2] / "sample_data"
BESTANDEN = [
    ("schoon", "batch.asc"),
    ("schoon", "batch.csv"),
    ("fout", "batch.asc"),
    ("fout", "batch.csv"),
    ("fout", "beschadigd.asc"),
]


def test_voorbeelden_zijn_wat_de_generator_geeft(tmp_path: Path) -> None:
    schrijf_voorbeelden(tmp_path)
    nieuw, gebundeld = (
        {pad.relative_to(map_): pad.read_bytes() for pad in map_.rglob("*") if pad.is_file()}
        for map_ in (tmp_path, MAP)
    )
    anders = [str(naam) for naam in nieuw if gebundeld.get(naam) != nieuw[naam]]
    assert not anders, "de voorbeelden zijn niet meer wat de generator maakt: draai `make goud`"
    assert set(nieuw) <= set(gebundeld)


@pytest.mark.parametrize(("voorbeeld", "naam"), BESTANDEN)
def test_bevindingen_zijn_die_van_verwacht(voorbeeld: str, naam: str) -> None:
    assert gevonden(MAP / voorbeeld, naam) == verwacht(MAP / voorbeeld)[naam]


def test_schoon_heeft_geen_bevindingen() -> None:
    assert verwacht(MAP / "schoon") == {"batch.asc": [], "batch.csv": []}


def test_fout_raakt_elke_regel_van_de_catalogus() -> None:
    geraakt = {b["regel_id"] for bevindingen in verwacht(MAP / "fout").values() for b in bevindingen}
    nodig = {regel_id for regel_id in alle_regels() if not regel_id.startswith(("AW-", "INL-"))}
    assert not nodig - geraakt, "plant een geval in schemas/voorbeeld/scenario en draai `make goud`"


def test_beschadigd_heeft_alleen_berichtfouten() -> None:
    berichtfouten = {b["regel_id"] for b in verwacht(MAP / "fout")["beschadigd.asc"]}
    assert len(berichtfouten) >= 10
    assert all(regel_id.startswith("AW-") for regel_id in berichtfouten)

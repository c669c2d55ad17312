"""Every rule against its case file: exactly the findings that the case names, no more and no less."""

from __future__ import annotations

from typing import Any

import pytest

from gevallen import bevindingen, casebestanden, controleer_geval

GEVALLEN = casebestanden()


@pytest.mark.parametrize(
    ("regel_id", "geval", "standaard"),
    GEVALLEN,
    ids=[f"{regel_id}: {geval['naam']}" for regel_id, geval, _ in GEVALLEN],
)
def test_geval(regel_id: str, geval: dict[str, Any], standaard: dict[str, Any]) -> None:
    uitslag = controleer_geval([regel_id], geval, standaard)
    gevonden = bevindingen(uitslag)
    verwacht = geval["bevindingen"]
    (status,) = uitslag.regels
    assert status.status == geval.get("status", "uitgevoerd"), status.reden
    if "reden" in geval:
        assert geval["reden"] in (status.reden or "")
    assert [b["regel"] for b in gevonden] == [v.get("regel") for v in verwacht]
    for bevinding, eis in zip(gevonden, verwacht, strict=True):
        for sleutel in eis.keys() - {"gegevens"}:
            assert bevinding[sleutel] == eis[sleutel], sleutel
        for sleutel, waarde in eis.get("gegevens", {}).items():
            assert bevinding["gegevens"][sleutel] == waarde, sleutel

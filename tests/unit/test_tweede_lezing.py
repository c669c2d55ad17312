"""What the second reading of the sources found wrong: good lines that were rejected, double payments that passed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from wlz_declaratie.diensten.gevallen import bevindingen, controleer_geval
from wlz_declaratie.kern.regel import alle_regels

GEVALLEN: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parents[1] / "tweede_lezing.yaml").read_text("utf-8")
)
CATALOGUS = [regel.id for regel in alle_regels().values() if not regel.pakket]


def gevonden(geval: dict[str, Any], regels: Sequence[str] = CATALOGUS) -> list[tuple[int | None, str, str]]:
    """Line, rule and ernst of all that these rules find in the case."""
    uitslag = controleer_geval(regels, geval)
    assert not [status.regel.id for status in uitslag.regels if status.status == "fout"]
    return [(b["regel"], b["regel_id"], str(b["ernst"])) for b in bevindingen(uitslag)]


@pytest.mark.parametrize("geval", GEVALLEN["onterecht"], ids=lambda geval: geval["naam"])
def test_een_goede_regel_wordt_niet_afgekeurd(geval: dict[str, Any]) -> None:
    """Nor does the rule that did so signal it."""
    regel_id, _ = geval["vroeger"].split()
    assert not [b for b in gevonden(geval) if b[2] == "afkeur" or b[1] == regel_id]


@pytest.mark.parametrize("geval", GEVALLEN["dubbel"], ids=lambda geval: geval["naam"])
def test_dubbele_betaling_valt_op(geval: dict[str, Any]) -> None:
    """On the last line, which is the later one."""
    regel_id, ernst = geval["nu"].split()
    assert (len(geval["regels"]), regel_id, ernst) in gevonden(geval, [regel_id])

"""Coverage: every rule is accounted for, every statement is tested or says why not."""

from __future__ import annotations

import pytest

from wlz_declaratie.kern.regel import alle_regels
from wlz_declaratie.rapport import dekking


def test_elke_uitspraak_heeft_regels_of_een_reden() -> None:
    for uitspraak in dekking.uitspraken():
        assert bool(uitspraak.regels) != bool(uitspraak.reden), uitspraak
        assert uitspraak.bron in dekking.bronnen()


GENOEMD = {regel for uitspraak in dekking.uitspraken() for regel in uitspraak.regels}


@pytest.mark.parametrize("regel_id", [regel_id for regel_id in alle_regels() if not regel_id.startswith("INL")])
def test_elke_regel_van_de_catalogus_komt_voor(regel_id: str) -> None:
    assert regel_id in GENOEMD, f"schemas/dekking.toml: geen uitspraak noemt {regel_id}"


def test_alleen_regels_van_de_catalogus_komen_voor() -> None:
    assert set(alle_regels()) >= GENOEMD


def test_bron_van_elke_regel_komt_voor() -> None:
    genoemd = {(regel, uitspraak.bron) for uitspraak in dekking.uitspraken() for regel in uitspraak.regels}
    for regel in alle_regels().values():
        for bron in regel.parameters.bronnen:
            document = bron.split()[0]
            if document.startswith("B"):
                assert (regel.id, document) in genoemd, f"{regel.id} {bron}"

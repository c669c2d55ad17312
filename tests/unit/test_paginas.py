"""The generated pages are those that the code gives, and say something of everything."""

from __future__ import annotations

import pytest

from wlz_declaratie.basis.meegeleverd import pad
from wlz_declaratie.cli.paginas import PAGINAS, contract, regels
from wlz_declaratie.contract.tabellen import ALLEEN_INTERN, DECLARATIE, DOSSIER
from wlz_declaratie.kern.regel import alle_regels


@pytest.mark.parametrize("naam", PAGINAS)
def test_pagina_is_bij(naam: str) -> None:
    assert pad(naam).read_text("utf-8") == PAGINAS[naam](), "draai `make goud`"


def test_elke_regel_staat_op_haar_pagina_zonder_open_veld() -> None:
    pagina = regels()
    for regel in alle_regels().values():
        assert f"### {regel.id} {regel.titel}" in pagina
        assert all(f"{{{naam}}}" not in pagina for naam in regel.parameters.perioden)


def test_elke_kolom_en_opdracht_staat_in_het_contract() -> None:
    pagina = contract()
    kolommen = {*DECLARATIE, *(kolom for tabel in DOSSIER.values() for kolom in tabel)} - {*ALLEEN_INTERN}
    assert all(f"| `{kolom}` |" in pagina for kolom in kolommen)
    opdrachten = (
        *("controleer", "vergelijk", "dossier", "regels", "uitleg", "nacht"),
        *("historie voeg-toe", "tabellen importeer"),
    )
    assert all(f"### declaratie {opdracht}" in pagina for opdracht in opdrachten)

"""A bsn is masked wherever it stands in a finding."""

from __future__ import annotations

import json

import polars as pl

from wlz_declaratie.rapport import opmaak

EIGEN, ANDER = "999900006", "999900018"


def bevinding(**velden: str | None) -> pl.DataFrame:
    gewoon = {
        "bsn": EIGEN, "referentienummer": "A1", "prestatiecode": "Z041", "uitvoerder": "06290101", "melding": "m",
        "gegevens": '{"dagen":14}',
    }  # fmt: skip
    return pl.DataFrame([{**gewoon, **velden}], schema=dict.fromkeys(gewoon, pl.String))


def getoond(**velden: str | None) -> dict[str, str]:
    return opmaak.getoond(bevinding(**velden), toon_bsn=False).row(0, named=True)


def test_het_eigen_bsn_in_elke_tekst() -> None:
    for veld in opmaak.VAN_DE_REGEL:
        assert getoond(**{veld: f"x{EIGEN}-{EIGEN}"})[veld] == "x******006-******006"


def test_alleen_waar_nooit_negen_cijfers_staan_ook_dat_van_een_ander() -> None:
    assert getoond(uitvoerder=ANDER, prestatiecode=ANDER, referentienummer=ANDER) == {
        **getoond(), "uitvoerder": "******018", "prestatiecode": "******018", "referentienummer": ANDER,
    }  # fmt: skip


def test_gegevens_blijven_json_en_een_getal_blijft_een_getal() -> None:
    waarden = {"tekst": f"ref {EIGEN}", "lijst": [EIGEN, "é"], "bedrag_cent": int(EIGEN), "leeg": None}
    gegevens = getoond(gegevens=json.dumps(waarden, ensure_ascii=False, separators=(",", ":")))["gegevens"]
    assert json.loads(gegevens) == {**waarden, "tekst": "ref ******006", "lijst": ["******006", "é"]}


def test_wat_niet_gemaskeerd_wordt() -> None:
    heel = bevinding(referentienummer=EIGEN)
    assert opmaak.getoond(heel, toon_bsn=True).equals(heel)
    zonder = bevinding(bsn=None, referentienummer=EIGEN, melding=None)
    assert opmaak.getoond(zonder, toon_bsn=False).equals(zonder)
    assert opmaak.getoond(bevinding(bsn="1", referentienummer="1"), toon_bsn=False)["referentienummer"].item() == "1"

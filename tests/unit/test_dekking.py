"""Coverage: every rule is accounted for, every statement is tested or says why not, and the two say the same."""

from __future__ import annotations

from collections import Counter

import pytest

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.kern.parameters import BRON
from wlz_declaratie.kern.regel import Regel, alle_regels
from wlz_declaratie.rapport import dekking
from wlz_declaratie.rapport.catalogus import bronnen_van

VOLLEDIG = ("B0", "B1", "B2", "B3", "B4", "EL")
"""The documents that are covered statement by statement, and the numbers that are our own reading."""

UITSPRAKEN = dekking.uitspraken()
GENOEMD = {(regel, uitspraak.verwijzing) for uitspraak in UITSPRAKEN for regel in uitspraak.regels}


def test_elke_uitspraak_heeft_regels_of_een_reden() -> None:
    for uitspraak in UITSPRAKEN:
        assert bool(uitspraak.regels) != bool(uitspraak.reden), uitspraak
        assert bool(uitspraak.waarom) == bool(uitspraak.reden), uitspraak
        assert uitspraak.waarom is None or uitspraak.waarom in dekking.redenen(), uitspraak


def test_elke_uitspraak_noemt_haar_plaats() -> None:
    for uitspraak in UITSPRAKEN:
        assert uitspraak.bron in dekking.bronnen(), uitspraak
        assert BRON.fullmatch(uitspraak.verwijzing), uitspraak
        assert uitspraak.bron not in ("B0", "B1", "B4") or uitspraak.verwijzing != uitspraak.bron, uitspraak


def test_geen_uitspraak_staat_er_tweemaal() -> None:
    telling = Counter((uitspraak.verwijzing, uitspraak.uitspraak.casefold()) for uitspraak in UITSPRAKEN)
    assert [plaats for plaats, aantal in telling.items() if aantal > 1] == []


def test_uitspraken_staan_in_de_volgorde_van_de_bron() -> None:
    plaatsen = [u.verwijzing for u in UITSPRAKEN if u.bron == "B0"]
    assert plaatsen.index("B0 §3.7") < plaatsen.index("B0 §4.9") < plaatsen.index("B0 §4.10")
    assert list(dict.fromkeys(u.bron for u in UITSPRAKEN)) == [
        b for b in dekking.bronnen() if b in {u.bron for u in UITSPRAKEN}
    ]


@pytest.mark.parametrize("regel_id", [regel_id for regel_id in alle_regels() if not regel_id.startswith("INL")])
def test_elke_regel_van_de_catalogus_komt_voor(regel_id: str) -> None:
    assert regel_id in {regel for regel, _ in GENOEMD}, f"schemas/dekking.toml: geen uitspraak noemt {regel_id}"


def test_alleen_regels_van_de_catalogus_komen_voor() -> None:
    assert {regel for regel, _ in GENOEMD} - set(alle_regels()) == set()


@pytest.mark.parametrize("regel", alle_regels().values(), ids=lambda regel: regel.id)
def test_een_regel_en_haar_uitspraken_noemen_dezelfde_plaatsen(regel: Regel) -> None:
    """Both ways: what says that the rule tests it is a source of the rule, and what the rule rests on says so."""
    uitspraken = {plaats for regel_id, plaats in GENOEMD if regel_id == regel.id}
    bronnen = set(bronnen_van(regel))
    assert uitspraken <= bronnen, f"{regel.id}: de dekking noemt ook {sorted(uitspraken - bronnen)}"
    beleid = {bron for bron in bronnen if bron.startswith(VOLLEDIG)}
    assert beleid <= uitspraken, f"{regel.id}: geen uitspraak voor {sorted(beleid - uitspraken)}"


@pytest.mark.parametrize(
    ("gevraagd", "waar"),
    [
        (["B3"], {"B3"}),
        (["b2  Deel 1"], {"B2 deel 1"}),
        (["B0 §4.1", "B0 §3.7"], {"B0 §4.1", "B0 §3.7"}),
        (["B0 §4"], {"B0 §4"}),
    ],
    ids=["bron", "deel", "paragrafen", "hoofdstuk"],
)
def test_uitspraken_van_een_bron(gevraagd: list[str], waar: set[str]) -> None:
    gekozen = dekking.van_bronnen(gevraagd)
    assert {begin for begin in waar if any(u.verwijzing.startswith(begin) for u in gekozen)} == waar
    assert [u for u in UITSPRAKEN if u in gekozen] == gekozen
    assert all(u.verwijzing.startswith(tuple(waar)) for u in gekozen)
    if gevraagd == ["B0 §4.1", "B0 §3.7"]:
        assert {u.verwijzing for u in gekozen} == waar


@pytest.mark.parametrize("bron", ["B9", "B", "", "B2 deel 3", "B0 §99", "B0 §4.1x"])
def test_een_bron_die_niets_zegt_is_een_fout(bron: str) -> None:
    with pytest.raises(Gebruikersfout, match="geen bron met uitspraken"):
        dekking.van_bronnen([bron])


def test_de_kop_telt_wat_niet_getoetst_wordt_per_reden() -> None:
    pagina = dekking.markdown()
    niet = [u for u in UITSPRAKEN if not u.regels]
    assert f"{len(UITSPRAKEN)} uitspraken: {len(UITSPRAKEN) - len(niet)} getoetst, {len(niet)} niet" in pagina
    for waarom, aantal in Counter(u.waarom for u in niet).items():
        assert waarom is not None
        assert f"| {aantal} | {waarom} | {dekking.redenen()[waarom]} |" in pagina

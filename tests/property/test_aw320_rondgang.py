"""However a message is damaged, its answer is whole: it reads back, counts true and agrees with the result."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from aw319_hulp import EINDE, bericht, commentaar
from wlz_declaratie.cli.uitvoeren import Opdracht, uitvoering
from wlz_declaratie.inlezen.aw320.lezen import lees_aw320
from wlz_declaratie.inlezen.basis import Invoerfout
from wlz_declaratie.rapport import aw320

SCHADE = st.tuples(
    st.integers(0, 10**6),
    st.one_of(st.binary(max_size=400), st.sampled_from([b"\r\n", b"\n", b"\r", b"99", b"04", b"01187", b"\x1a"])),
    st.sampled_from([0, 0, 1, 2, 5, 310, 312, 400]),
)


@given(st.lists(SCHADE, max_size=4), st.sampled_from(["", "\n", "geen"]))
def test_een_beschadigd_bericht_krijgt_een_heel_antwoord(schade: list[tuple[int, bytes, int]], einde: str) -> None:
    with tempfile.TemporaryDirectory() as map_naam:
        map_ = Path(map_naam)
        credit = {"debet_credit": "C", "debet_credit_2": "C"}
        records = bericht(map_, {}, credit, {"bsn": "999900018"}, {"bsn": "999900031", "declaratiebedrag": 7})
        records.insert(-1, commentaar(8))
        inhoud = {"": EINDE, "\n": b"\n", "geen": b""}[einde].join(records)
        for plaats, erbij, eraf in schade:
            begin = plaats % (len(inhoud) + 1)
            inhoud = inhoud[:begin] + erbij + inhoud[begin + eraf :]
        bron, doel = map_ / "batch.asc", map_ / "retour.asc"
        bron.write_bytes(inhoud)
        try:
            with uitvoering(
                Opdracht([bron], peildatum=date(2019, 3, 1), selecteer=["AW", "INL", "VLD-0"]), stil=True
            ) as u:
                aw320.schrijf(u, doel)
                telling, afkeur = u.samenvatting, u.bevindingen.filter(ernst="afkeur")
        except Invoerfout:
            return
        retour = lees_aw320(doel, "retour.asc")
    assert retour.opmerkingen == ()
    assert (retour.totaal_ingediend_cent, retour.totaal_toegekend_cent) == (
        telling.bedrag_cent,
        telling.goedgekeurd_cent,
    )
    gegeven = set(retour.records["retourcodes"].explode()) - {"0200"}
    gemeld = set(afkeur["retourcode"])
    assert gegeven <= gemeld | {"0001"}
    assert bool(gegeven) == bool(gemeld)

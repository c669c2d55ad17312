"""Hostile text files: each ends in one Dutch sentence, within 10 s and 1 GiB; none passes as whole."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aw319_hulp import bericht, commentaar, gevonden, lees, lijnen
from grondig import alleen_grondig, keren
from proces import GEDULD
from tabulair import Lezer, waarden
from vijandig import teksten
from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.diensten.opgeslagen.lezen import lees as lees_uitslag
from wlz_declaratie.inlezen import lees_batch
from wlz_declaratie.inlezen.aw320.lezen import lees_aw320
from wlz_declaratie.inlezen.basis import Invoerfout
from wlz_declaratie.inlezen.iwlz.berichten import lees_berichten

pytestmark = pytest.mark.om_de(3)

GiB = 1 << 30
_METER = """
import resource, sys, pathlib, tempfile
from wlz_declaratie.basis.fouten import Gebruikersfout
resource.setrlimit(resource.RLIMIT_DATA, (3 << 30, 3 << 30))
soort, pad = sys.argv[1], pathlib.Path(sys.argv[2])
try:
    if soort == "batch":
        from wlz_declaratie.inlezen import lees_batch
        with tempfile.TemporaryDirectory() as werkmap:
            b = lees_batch(pad, pathlib.Path(werkmap)); print("gelezen", b.aantal, b.onleesbaar)
    elif soort == "aw33":
        from wlz_declaratie.inlezen.iwlz.berichten import lees_berichten
        print([bron.opmerkingen for bron in lees_berichten([pad])])
    elif soort == "aw320":
        from wlz_declaratie.inlezen.aw320.lezen import lees_aw320
        print(lees_aw320(pad, pad.name))
    else:
        from wlz_declaratie.diensten.opgeslagen.lezen import lees
        print(lees(pad))
except Gebruikersfout as fout:
    print("geweigerd:", fout)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def meet(soort: str, pad: Path) -> str:
    """What the reader said of a hostile file, in a process of its own that is measured."""
    klaar = subprocess.run(
        [sys.executable, "-c", _METER, soort, str(pad)], capture_output=True, text=True, timeout=GEDULD
    )
    assert klaar.returncode == 0, klaar.stderr[-500:]
    *tekst, geheugen = klaar.stdout.strip().splitlines()
    assert int(geheugen) * 1024 < GiB
    assert len(tekst) == 1
    return tekst[0]


@pytest.mark.parametrize("naam", teksten.GEWEIGERD)
def test_csv_wordt_geweigerd(tmp_path: Path, naam: str) -> None:
    assert meet("batch", teksten.GEWEIGERD[naam](tmp_path / naam)).startswith("geweigerd: ")


def korte_aanhalingstekens(pad: Path) -> Path:
    return teksten.csv_aanhalingstekens(pad, 500)


@pytest.mark.parametrize(
    "maak", [teksten.csv_lang_record, korte_aanhalingstekens, alleen_grondig(teksten.csv_aanhalingstekens)]
)
def test_csv_met_open_aanhalingstekens(tmp_path: Path, maak: Callable[[Path], Path]) -> None:
    assert meet("batch", maak(tmp_path / "batch.csv")).startswith("gelezen 0 ")


def test_aw319_met_lange_of_lege_regels(tmp_path: Path) -> None:
    kop = bericht(tmp_path, {})[0]
    assert "langer dan 64 MB" in meet("batch", teksten.aw319_lange_regel(tmp_path / "lang.asc", kop))
    assert "leeg of te kort" in meet("batch", teksten.aw319_lege_regels(tmp_path / "leeg.asc", kop))


@pytest.mark.parametrize("maak", [teksten.aw320_lange_regel, teksten.aw320_lege_regels])
def test_aw320(tmp_path: Path, maak: Callable[[Path], Path]) -> None:
    assert meet("aw320", maak(tmp_path / "retour.asc")).startswith("geweigerd: ")


@pytest.mark.parametrize("maak", [teksten.aw33_diep, teksten.aw33_veel_elementen, teksten.aw33_veel_attributen])
def test_aw33(tmp_path: Path, maak: Callable[[Path], Path]) -> None:
    assert "1 overgeslagen (meer dan 1500000 tags" in meet("aw33", maak(tmp_path / "aw33.xml"))


@pytest.mark.grondig
def test_aw33_net_binnen_de_grens(tmp_path: Path) -> None:
    pad = teksten.aw33_veel_elementen(tmp_path / "aw33.xml", 1_499_000)
    assert "onbruikbaar" in meet("aw33", pad)


@pytest.mark.parametrize("maak", [teksten.json_diep, teksten.json_veel, teksten.json_elders, teksten.json_groot_getal])
def test_uitslag(tmp_path: Path, maak: Callable[[Path], Path]) -> None:
    assert "dit is geen uitslag" in meet("uitslag", maak(tmp_path / "vorige.json"))


@pytest.mark.parametrize(
    "vervang",
    [
        ('"regelnummer": 2', '"regelnummer": NaN'),
        ('"regelnummer": 2', '"regelnummer": 1e400'),
        ('"regelnummer": 2', f'"regelnummer": {"9" * 400}'),
        ('"regelnummer": 2', '"regelnummer": true'),
        ('"ernst": "afkeur"', '"ernst": ["afkeur"]'),
        ('"ernst": "afkeur"', '"ernst": "\\ud800"'),
        ('"ernst": "afkeur"', '"ernst": "zwaar"'),
        ('"begindatum": null', '"begindatum": "gisteren"'),
        ("]}", '],"bevindingen":[1]}'),
        ("]}", "]"),
        ("]}", ",]}"),
    ],
)
def test_uitslag_met_verkeerde_waarden(tmp_path: Path, vervang: tuple[str, str]) -> None:
    pad = teksten.uitslag_met_tekst(tmp_path / "vorige.json", "x")
    assert lees_uitslag(pad).uitslag.bevindingen.height == 1
    pad.write_text(pad.read_text().replace(*vervang))
    with pytest.raises(Gebruikersfout, match="dit is geen uitslag"):
        lees_uitslag(pad)


def test_uitslag_toont_geen_stuurtekens(tmp_path: Path) -> None:
    gelezen = lees_uitslag(teksten.uitslag_met_tekst(tmp_path / "vorige.json", "a\x1b[2J\u202eé")).uitslag
    assert "\x1b" not in str(gelezen.bevindingen.rows())
    assert gelezen.bevindingen["melding"][0] == "a\ufffd[2J\ufffdé"


# One byte more or less


DRIE = ({}, {"aantal": 30}, {"bsn": "999900018"})


def test_alle_records_een_byte_te_kort(tmp_path: Path) -> None:
    records = bericht(tmp_path, *DRIE)
    batch = lees(tmp_path, teksten.aw319_korte_records(tmp_path / "kort.asc", records).read_bytes())
    assert batch.aantal == 0
    # The closing record is damaged too.
    assert gevonden(batch) == [("AW-0208", None), *(("AW-0804", nummer) for nummer in range(1, len(records) + 1))]


def test_een_cr_in_plaats_van_een_teken(tmp_path: Path) -> None:
    records = bericht(tmp_path, *DRIE)
    records[2] = records[2][:200] + b"\r" + records[2][201:]
    for einde in (b"\r\n", b"\n"):
        batch = lees(tmp_path, b"".join(record + einde for record in records))
        assert ("AW-0804", 3) in gevonden(batch)
        assert waarden(batch, "regelnummer") == [4, 6]


def test_aaneen_en_verschoven_wordt_niet_geknipt(tmp_path: Path) -> None:
    records = bericht(tmp_path, *DRIE)
    batch = lees(tmp_path, [*records[:2], records[2][:-1] + b"0" + b"4" + records[3][:-1], *records[4:]])
    assert ("AW-0804", 3) in gevonden(batch)


@settings(max_examples=keren(50, 3000), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(einde=st.sampled_from([b"\r\n", b"\n", b"\r", b""]), deel=st.floats(0, 1, exclude_max=True), erbij=st.booleans())
def test_een_byte_kwijt_of_erbij_geeft_nooit_een_andere_regel(
    tmp_path: Path, einde: bytes, deel: float, erbij: bool
) -> None:
    records = bericht(tmp_path, *DRIE)
    records.insert(-1, commentaar(6))
    heel = b"".join(record + einde for record in records)
    plaats = int(deel * len(heel))
    kapot = heel[:plaats] + (b"7" + heel[plaats:] if erbij else heel[plaats + 1 :])
    goed = {regel["referentienummer"]: regel for regel in lijnen(*DRIE).to_dicts()}
    try:
        batch = lees(tmp_path, kapot)
    except Invoerfout:
        return
    assert not batch.meldingen.is_empty()
    for regel in batch.regels.drop("regelnummer").collect().to_dicts():
        # What hangs on a damaged record above it is unread, which is said; it is never another value.
        gelezen = {naam: waarde for naam, waarde in regel.items() if waarde is not None}
        assert gelezen.items() <= goed[regel["referentienummer"]].items()


def test_zonder_regeleinden_op_elke_blokgrens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from wlz_declaratie.inlezen.aw319 import bestand as aw319_bestand

    heel = b"".join(bericht(tmp_path, *DRIE))
    for blok in (1, 309, 310, 311, 620):
        monkeypatch.setattr(aw319_bestand, "BLOK", blok)
        assert lees(tmp_path, heel).aantal == 3
        for plaats in (700, 1500, len(heel) - 311, len(heel) - 400):
            with pytest.raises(Invoerfout, match="geen regeleinden"):
                lees(tmp_path, heel[:plaats] + heel[plaats + 1 :])


def test_bericht_zonder_prestaties(tmp_path: Path) -> None:
    records = bericht(tmp_path, {})
    slot = b"99" + b"0" * 42 + b"D" + b" " * 265
    assert ("AW-8026", None) in gevonden(lees(tmp_path, [records[0], slot]))


# Bytes that are no text


def test_een_slechte_byte_kost_een_regel(lezer: Lezer) -> None:
    batch = lezer.lees(teksten.csv_slechte_bytes(lezer.map / "batch.csv"))
    assert waarden(batch, "referentienummer") == ["Zoë-0", "Zoë-2"]
    assert batch.meldingen["regelnummer"].to_list() == [3]
    assert "tekens die geen UTF-8 zijn" in batch.meldingen["melding"][0]
    assert batch.opmerkingen == ()


def test_tekst_overal_wordt_gelezen(tmp_path: Path) -> None:
    batch = lees_batch(teksten.met_tekst_overal(tmp_path / "batch.csv", "[/x]\x1b[2J=1+1\u202e"), tmp_path)
    assert batch.aantal == 1
    assert batch.meldingen.height >= 1


def test_namen_zonder_bsn(tmp_path: Path) -> None:
    pad = tmp_path / "aw33_999900006.xml"
    pad.write_text("<x/>")
    assert "999900006" not in "".join(opmerking for bron in lees_berichten([pad]) for opmerking in bron.opmerkingen)
    with pytest.raises(Invoerfout, match="CR binnen een record"):
        _aw320_met_cr(tmp_path)


def _aw320_met_cr(map_: Path) -> None:
    record = b"01188".ljust(369) + b"\r"
    (map_ / "retour.asc").write_bytes(record[:100] + b"\r" + record[101:-1] + b" \r\n")
    lees_aw320(map_ / "retour.asc", "retour.asc")

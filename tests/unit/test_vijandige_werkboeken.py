"""Each attack on the reader of workbooks: refused with a word, or read, in bounds."""

from __future__ import annotations

from pathlib import Path

import pytest

from grondig import deel
from tabulair import Lezer
from vijandig import werkboeken
from vijandig.meting import Gemeten, draai_gemeten, lees_alle
from vijandig.werkboeken import BLAD, LEESBAAR, blad, verre_cel, werkboek
from wlz_declaratie.inlezen.basis import Invoerfout
from wlz_declaratie.inlezen.xlsx import blad as werkboek_blad
from wlz_declaratie.inlezen.xlsx.lezen import FOUTCEL, lees_blad
from wlz_declaratie.inlezen.xlsx.zip import Werkboekzip

pytestmark = pytest.mark.om_de(3)

BOMMEN = deel(3, werkboeken.BOMMEN)
ONGELDIGE_PLAATSEN = deel(3, werkboeken.ONGELDIGE_PLAATSEN)
VERRE_CELLEN = deel(3, werkboeken.VERRE_CELLEN)
NAMEN = {
    **{naam: f"v{nummer:03}" for nummer, naam in enumerate(VERRE_CELLEN)},
    **{naam: f"o{nummer:03}" for nummer, naam in enumerate(ONGELDIGE_PLAATSEN)},
    **{naam: f"b{nummer:03}" for nummer, naam in enumerate(BOMMEN)},
    **{naam: f"l{nummer:03}" for nummer, naam in enumerate(LEESBAAR)},
}
WORDT_GELEZEN = {"tekst zonder einde"}
"""Text between the cells: 100 MB of it, that nobody keeps."""


@pytest.fixture(scope="module")
def gelezen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Gemeten]:
    map_ = tmp_path_factory.mktemp("werkboeken")
    for naam, cel in {**VERRE_CELLEN, **ONGELDIGE_PLAATSEN}.items():
        (map_ / f"{NAMEN[naam]}.xlsx").write_bytes(verre_cel(cel))
    for naam, maak in {**BOMMEN, **LEESBAAR}.items():
        (map_ / f"{NAMEN[naam]}.xlsx").write_bytes(maak())
    uitslagen = lees_alle(map_)
    return {naam: uitslagen[bestand] for naam, bestand in NAMEN.items()}


@pytest.mark.parametrize("naam", VERRE_CELLEN)
def test_verre_cel_in_elke_vorm_van_xml(gelezen: dict[str, Gemeten], naam: str) -> None:
    gelezen[naam].assert_binnen_de_grenzen()
    assert "loopt tot rij 1048576 en kolom 16384. Verwijder" in gelezen[naam].uitslag


@pytest.mark.parametrize("naam", ONGELDIGE_PLAATSEN)
def test_onmogelijke_plaats(gelezen: dict[str, Gemeten], naam: str) -> None:
    gelezen[naam].assert_binnen_de_grenzen()
    assert gelezen[naam].uitslag.startswith(f"{NAMEN[naam]}.xlsx: ")


@pytest.mark.parametrize("naam", BOMMEN)
def test_bom(gelezen: dict[str, Gemeten], naam: str) -> None:
    gelezen[naam].assert_binnen_de_grenzen()
    assert gelezen[naam].uitslag.startswith("gelezen" if naam in WORDT_GELEZEN else f"{NAMEN[naam]}.xlsx: ")
    assert "\n" not in gelezen[naam].uitslag


@pytest.mark.parametrize("naam", LEESBAAR)
def test_leesbaar(gelezen: dict[str, Gemeten], naam: str) -> None:
    gelezen[naam].assert_binnen_de_grenzen()
    assert gelezen[naam].uitslag.startswith("gelezen")


def test_niemand_praat_op_stderr(gelezen: dict[str, Gemeten]) -> None:
    assert gelezen["gewoon"].fouten == ""


@pytest.mark.parametrize("cel", ["spaties", "rij zonder nummer", "cel zonder plaats"])
def test_controleer(tmp_path: Path, cel: str) -> None:
    bestand = tmp_path / "batch.xlsx"
    bestand.write_bytes(verre_cel(werkboeken.VERRE_CELLEN[cel]))
    klaar = draai_gemeten("controleer", bestand)
    klaar.assert_binnen_de_grenzen()
    assert (klaar.code, klaar.uitslag, klaar.fouten.count("\n")) == (2, "", 1)
    assert "loopt tot rij" in klaar.fouten


def test_dossiertabel(tmp_path: Path) -> None:
    (tmp_path / "toewijzingen.xlsx").write_bytes(werkboeken.BOMMEN["gedeelde tekst, gewoon"]())
    batch = tmp_path / "batch.xlsx"
    batch.write_bytes(werkboek())
    klaar = draai_gemeten("controleer", batch, "--dossier", tmp_path)
    klaar.assert_binnen_de_grenzen()
    assert klaar.code == 2
    assert "toewijzingen.xlsx: de cellen hebben samen meer dan" in klaar.fouten


def test_tabellen_importeer(tmp_path: Path) -> None:
    bestand = tmp_path / "koppeltabel 2026.xlsx"
    delen = {f"xl/worksheets/sheet{n}.xml": blad("") for n in (1, 2)}
    ver = blad(werkboeken.VERRE_CELLEN["voorvoegsel"])
    bestand.write_bytes(werkboek({**delen, "xl/worksheets/sheet3.xml": ver}, namen=["A", "B", "C"]))
    klaar = draai_gemeten("tabellen", "importeer", bestand)
    klaar.assert_binnen_de_grenzen()
    assert klaar.code == 2
    assert "blad 3 loopt tot rij 1048576" in klaar.fouten


def test_cel_met_fout_in_elke_vorm(lezer: Lezer) -> None:
    vormen = (
        '<row r="3"><c r="A3" t="str"><v>R3</v></c><c r="F3" t="e"><v>#N/A</v></c></row>',
        '<row r="3"><c r="A3" t="str"><v>R3</v></c><c s="0" t=\'e\' r="F3" ><v>#N/A</v></c></row>',
        '<x:row><x:c t="str"><x:v>R3</x:v></x:c><x:c/><x:c/><x:c/><x:c/><x:c t = "e"><x:v>#N/A</x:v></x:c></x:row>',
    )
    for vorm in vormen:
        bestand = lezer.bestand("fout.xlsx", werkboek({BLAD: blad(vorm)}))
        assert lees_blad(bestand, "fout.xlsx", 0).cellen.select("A", "F").row(2) == ("R3", FOUTCEL)


def test_andere_bladen_worden_genoemd(lezer: Lezer) -> None:
    namen = ["Januari", "Februari 999900006", "Leeg", "Grafiek"]
    delen = {"xl/worksheets/sheet2.xml": blad(""), "xl/worksheets/sheet3.xml": b"<worksheet><sheetData/></worksheet>"}
    boek = werkboeken.boek(namen[:3])
    verborgen = boek[0].replace(b'sheetId="1"', b'sheetId="1" state="hidden"')
    inhoud = werkboek({**delen, werkboeken.BOEK: verborgen}, namen=namen[:3])
    batch = lezer.lees(lezer.bestand("batch.xlsx", inhoud))
    assert batch.opmerkingen == (
        "blad 1 'Januari' is verborgen, en wel gelezen",
        "blad 2 'Februari x-onbekend' heeft dezelfde kolommen en is niet gelezen",
    )


def test_een_werkboek_zonder_zijn_eerste_byte(lezer: Lezer) -> None:
    with pytest.raises(Invoerfout):
        lezer.lees(lezer.bestand("batch.xlsx", werkboek()[1:]))


SCHRIJVERS = {
    "Excel": '<row r="3" spans="1:27" x14ac:dyDescent="0.25"><c r="A3" s="1" t="s"><v>0</v></c><c r="B3" s="2"/>'
    '<c r="C3"><f>1+1</f><v>2</v></c><c r="AA3" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>',
    "LibreOffice": '<row r="3" customFormat="false" ht="12.8" hidden="false" customHeight="false" outlineLevel="0" '
    'collapsed="false"><c r="A3" s="0" t="s"><v>0</v></c><c r="AA3" s="0" t="e"><f aca="false">1/0</f>'
    "<v>#DIV/0!</v></c></row>",
    "openpyxl": '<row r="3"><c r="A3" t="s"><v>0</v></c><c r="B3" s="1" /><c r="C3"><f>SUM(A1:A2)</f><v /></c>'
    '<c r="AA3" t="e"><v>#N/A</v></c></row>',
    "XlsxWriter": '<row r="3" spans="1:2"><c r="A3" t="inlineStr"><is><t xml:space="preserve"> a</t></is></c>'
    '<c r="AA3" t="e"><v>#N/A</v></c></row>',
    "rijen zonder cellen": '<row r="3" ht="15"/><row r="4"><c r="AA3"><v>1</v></c></row>'.replace("AA3", "AA4"),
}


@pytest.mark.parametrize("naam", SCHRIJVERS)
def test_wat_gewone_schrijvers_maken_vraagt_geen_ontleder(lezer: Lezer, naam: str) -> None:
    # The pattern is an upper bound of what the parser finds, and they agree on the cells with an error.
    bestand = lezer.bestand("b.xlsx", werkboek({BLAD: blad(SCHRIJVERS[naam])}))
    with Werkboekzip(bestand, "b.xlsx") as zip_:
        snel = werkboek_blad._snel(zip_, BLAD)
        nauwkeurig = werkboek_blad._nauwkeurig(zip_, BLAD, werkboek_blad.Gedeeld())
    assert snel is not None
    assert (snel.rijen, snel.kolommen) == (nauwkeurig.rijen, nauwkeurig.kolommen)
    assert snel.cellen >= nauwkeurig.cellen
    assert snel.fouten == nauwkeurig.fouten


def test_een_blad_dat_anders_is_geschreven_wordt_gelezen(lezer: Lezer) -> None:
    # ClosedXML and the like: a prefix before every element, and places left out.
    anders = blad("").decode().replace("<", "<x:").replace("<x:/", "</x:").replace("<x:?", "<?")
    anders = anders.replace("xmlns=", "xmlns:x=")
    with Werkboekzip(lezer.bestand("b.xlsx", werkboek({BLAD: anders.encode()})), "b.xlsx") as zip_:
        assert werkboek_blad._snel(zip_, BLAD) is not None
    anders = anders.replace(' r="A2"', "").replace(' r="2"', "")
    batch = lezer.lees(lezer.bestand("b.xlsx", werkboek({BLAD: anders.encode()})))
    assert (batch.aantal, batch.regels.select("regelnummer").collect().item()) == (1, 2)


def test_een_lange_tekst_die_zelden_voorkomt_telt_niet_voor_elke_cel(
    lezer: Lezer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(werkboek_blad, "_nauwkeurig", None)
    rijen = "".join(f'<row r="{y}"><c r="A{y}" t="s"><v>{int(y == 9)}</v></c></row>' for y in range(3, 3_000))
    delen = {werkboeken.GEDEELD: werkboeken.gedeeld(["kort", "x" * 32_000]), BLAD: blad(rijen)}
    assert lezer.lees(lezer.bestand("b.xlsx", werkboek(delen))).aantal == 2_998

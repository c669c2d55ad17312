"""Workbooks as an attacker would make them. Each generator gives the bytes of one, small unless said otherwise."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
from collections.abc import Callable, Iterable, Iterator

from tabulair import REGEL

KOP, RIJ = list(REGEL), list(REGEL.values())
NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BLAD = "xl/worksheets/sheet1.xml"
GEDEELD = "xl/sharedStrings.xml"
STIJLEN = "xl/styles.xml"
BOEK = "xl/workbook.xml"
RELATIES = "xl/_rels/workbook.xml.rels"
WORTEL = "_rels/.rels"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

Inhoud = bytes | Iterable[bytes]


def rij(nummer: int, waarden: list[str]) -> str:
    """A row of inline texts in the common form."""
    cellen = "".join(
        f'<c r="{LETTERS[x]}{nummer}" t="inlineStr"><is><t>{waarde}</t></is></c>' for x, waarde in enumerate(waarden)
    )
    return f'<row r="{nummer}">{cellen}</row>'


def blad(rijen: str, kop: str = "", staart: str = "") -> bytes:
    """A sheet with the heading and one good line, and these rows after them."""
    goed = rij(1, KOP) + rij(2, RIJ)
    gegevens = f"{kop}<sheetData>{goed}{rijen}</sheetData>{staart}"
    return f'<?xml version="1.0"?><worksheet xmlns="{NS}">{gegevens}</worksheet>'.encode()


def wortel(doel: str = "xl/workbook.xml") -> bytes:
    """The relations of the package: where the workbook is."""
    return (
        f'<Relationships><Relationship Id="r" Type="{_REL}/officeDocument" Target="{doel}"/></Relationships>'.encode()
    )


def boek(namen: list[str], extra: str = "") -> tuple[bytes, bytes]:
    """workbook.xml and its relations for sheets of these names."""
    bladen = "".join(f'<sheet name="{n}" sheetId="{i}" r:id="rId{i}" {extra}/>' for i, n in enumerate(namen, 1))
    doelen = "".join(
        f'<Relationship Id="rId{i}" Type="{_REL}/worksheet" Target="worksheets/sheet{i}.xml"/>'
        for i in range(1, len(namen) + 1)
    )
    return (
        f'<workbook xmlns="{NS}" xmlns:r="{_REL}"><sheets>{bladen}</sheets></workbook>'.encode(),
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{doelen}</Relationships>'.encode(),
    )


def werkboek(
    delen: dict[str, Inhoud | None] | None = None, *, namen: list[str] | None = None, methode: int = 8
) -> bytes:
    """A workbook with a good sheet, and these members instead or besides; None leaves one out."""
    boek_, relaties = boek(namen or ["Blad1"])
    alle: dict[str, Inhoud | None] = {
        WORTEL: wortel(),
        BOEK: boek_,
        RELATIES: relaties,
        BLAD: blad(""),
        **(delen or {}),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", methode) as archief:
        for naam, inhoud in alle.items():
            if inhoud is None:
                continue
            with archief.open(naam, "w") as lid:
                for stuk in [inhoud] if isinstance(inhoud, bytes) else inhoud:
                    lid.write(stuk)
    return buffer.getvalue()


def _stukken(begin: str, stuk: str, keer: int, einde: str) -> Iterator[bytes]:
    """Text with ``stuk`` so many times in it, without having it in memory."""
    per = max(1, (1 << 20) // len(stuk))
    yield begin.encode()
    for _ in range(keer // per):
        yield (stuk * per).encode()
    yield (stuk * (keer % per) + einde).encode()


def _blad_met(stuk: str, keer: int) -> Iterator[bytes]:
    begin, einde = blad("@@").decode().split("@@")
    return _stukken(begin, stuk, keer, einde)


def gedeeld(teksten: list[str]) -> bytes:
    """Shared strings in the common form."""
    lijst = "".join(f"<si><t>{tekst}</t></si>" for tekst in teksten)
    return f'<sst xmlns="{NS}">{lijst}</sst>'.encode()


def verre_cel(cel: str) -> bytes:
    """One more cell, written this way."""
    return werkboek({BLAD: blad(cel)})


VERRE_CELLEN = {
    "gewoon": '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    "rij zonder nummer": '<row><c r="XFD1048576"><v>1</v></c></row>',
    "cel in een andere rij": '<row r="3"><c r="XFD1048576"><v>1</v></c></row>',
    "buiten een rij": '<c r="XFD1048576"><v>1</v></c>',
    "cel zonder plaats": '<row r="1048576">' + "<c/>" * 16_383 + "<c><v>1</v></c></row>",
    "spaties": '<row r = "1048576"><c\n r\t=\n"XFD1048576" ><v>1</v></c></row>',
    "aanhalingstekens": "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
    "voorvoegsel": f'<x:row xmlns:x="{NS}" r="1048576"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>',
    "teken in kenmerk": '<row spans=">" r="1048576"><c s="/>" r="XFD1048576"><v>1</v></c></row>',
    "kenmerk ervoor": '<row r="1048576"><c s="0" r="XFD1048576"><v>1</v></c></row>',
    "kleine letters": '<row r="1048576"><c r="xfd1048576"><v>1</v></c></row>',
    "na commentaar": '<!-- <row r="3"> --><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    "na cdata": '<row r="3"><c r="A3" t="str"><v><![CDATA[<row r="3">]]></v></c><c r="XFD1048576"><v>1</v></c></row>',
    "einde van gegevens in cdata": "<![CDATA[</sheetData>]]>" + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    "rijen tellen door": '<row r="1048575"/><row>' + "<c/>" * 16_383 + "<c><v>1</v></c></row>",
    "schuine streep": '<row r="1048576"><c r="XFD1048576" cm="/"><v>1</v></c></row>',
}
"""A cell at the far end, in each way that XML allows."""

ONGELDIGE_PLAATSEN = {
    "kolom buiten Excel": '<row r="3"><c r="ZZZ3"><v>1</v></c></row>',
    "rij buiten Excel": '<row r="3"><c r="A9999999"><v>1</v></c></row>',
    "loopt over": '<row r="3"><c r="A4294967300"><v>1</v></c></row>',
    "vier letters": '<row r="3"><c r="AAAA3"><v>1</v></c></row>',
    "geen getal": '<row r="x"><c r="A3"><v>1</v></c></row>',
    "terug naar boven": '<row r="9"><c r="A9"><v>1</v></c></row><row r="3"><c r="A3"><v>1</v></c></row>',
}


def _dubbel(naam: str) -> bytes:
    """A good workbook in which a member comes a second time under this name."""
    buffer = io.BytesIO(werkboek())
    with zipfile.ZipFile(buffer, "a", 8) as archief, warnings.catch_warnings(action="ignore"):
        archief.writestr(zipfile.ZipInfo(naam), VERRE_CELLEN["gewoon"])
    return buffer.getvalue()


def _liegt() -> bytes:
    """A bomb whose directory says that it unpacks to ten bytes."""
    grootte = 200 << 20
    inhoud = werkboek({"docProps/app.xml": _stukken("", " ", grootte, "")})
    return inhoud.replace(struct.pack("<I", grootte), struct.pack("<I", 10))


def _veel_leden(aantal: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archief:
        for nummer in range(aantal):
            archief.writestr(zipfile.ZipInfo(f"{nummer}"), b"")
    return buffer.getvalue()


def _formaten() -> bytes:
    """One long number format, and many styles that have it: the reader goes through it for each."""
    begin = (
        f'<styleSheet xmlns="{NS}"><numFmts><numFmt numFmtId="200" formatCode="{"0" * 1_000_000}"/></numFmts><cellXfs>'
    )
    return werkboek({STIJLEN: _stukken(begin, '<xf numFmtId="200"/>', 400_000, "</cellXfs></styleSheet>")})


def _fouten_overal() -> bytes:
    """An error in each of a million cells, spread over many columns."""
    letters = [a + b for a in LETTERS for b in LETTERS]
    rijen = "".join(
        f'<row r="{y}">' + "".join(f'<c r="{kolom}{y}" t="e"><v>#N/A</v></c>' for kolom in letters) + "</row>"
        for y in range(3, 800)
    )
    return werkboek({BLAD: blad(rijen)})


_VERWIJZING = '<row><c t="s"><v>0</v></c></row>'
_DTD = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'

BOMMEN: dict[str, Callable[[], bytes]] = {
    "patroon van rijen": lambda: werkboek({BLAD: _blad_met("<row" + " x" * 10, 100_000)}),
    "patroon van cellen": lambda: werkboek({BLAD: _blad_met('<c t="e" ', 1_000_000)}),
    "rijen zonder einde": lambda: werkboek({BLAD: _blad_met('<row r="3">', 3_000_000)}),
    "tekst zonder einde": lambda: werkboek({BLAD: _blad_met("a", 40_000_000)}),
    "uitgepakt": lambda: werkboek({"xl/media/a.png": _stukken("", " ", 200 << 20, "")}),
    "uitgepakt blad": lambda: werkboek({BLAD: _blad_met(" ", 200 << 20)}),
    "liegende lijst": _liegt,
    "werkboek.xml": lambda: werkboek(
        {BOEK: _stukken(f'<workbook xmlns="{NS}">', "<sheet/>", 1_000_000, "</workbook>")}
    ),
    "relaties": lambda: werkboek(
        {RELATIES: _stukken("<Relationships>", '<Relationship Id="a" Target="b"/>', 1_000_000, "")}
    ),
    "stijlen": lambda: werkboek(
        {STIJLEN: _stukken("<styleSheet><cellXfs>", "<xf/>", 3_000_000, "</cellXfs></styleSheet>")}
    ),
    "getalnotatie": _formaten,
    "gedeelde tekst": lambda: werkboek({GEDEELD: gedeeld(["x" * 32_000]), BLAD: _blad_met(_VERWIJZING, 500_000)}),
    "gedeelde tekst, gewoon": lambda: werkboek(
        {
            GEDEELD: gedeeld(["x" * 32_000]),
            BLAD: blad("".join(f'<row r="{y}"><c r="A{y}" t="s"><v>0</v></c></row>' for y in range(3, 100_000))),
        }
    ),
    "gedeelde tekst, te lang": lambda: werkboek(
        {GEDEELD: gedeeld(["x" * 8_000_000]), BLAD: _blad_met(_VERWIJZING, 500)}
    ),
    "lege gedeelde teksten": lambda: werkboek({GEDEELD: _stukken("<sst>", "<si><t/></si>", 3_000_000, "</sst>")}),
    "cel te lang": lambda: werkboek({BLAD: blad(rij(3, ["x" * 40_000]))}),
    "cellen zonder plaats": lambda: werkboek({BLAD: _blad_met("<c><v>1</v></c>", 3_000_000)}),
    "lege cellen": lambda: werkboek({BLAD: _blad_met("<c/>", 8_000_000)}),
    "rijen met een cel": lambda: werkboek({BLAD: _blad_met("<row><c><v>1</v></c></row>", 2_000_000)}),
    "diep": lambda: werkboek({BLAD: _blad_met("<a>", 3_000_000)}),
    "diep in werkboek.xml": lambda: werkboek({BOEK: _stukken("", "<a>", 3_000_000, "")}),
    "kenmerken": lambda: werkboek(
        {BLAD: blad('<row r="3" ' + " ".join(f'a{n}=""' for n in range(300_000)) + "></row>")}
    ),
    "dtd in het blad": lambda: werkboek({BLAD: _DTD.encode() + blad("&b;")}),
    "dtd in werkboek.xml": lambda: werkboek({BOEK: _DTD.encode() + b"<workbook>&b;</workbook>"}),
    "utf-16": lambda: werkboek({BLAD: blad(VERRE_CELLEN["gewoon"]).decode().encode("utf-16")}),
    "vreemde codering": lambda: werkboek({BLAD: b'<?xml version="1.0" encoding="cp037"?>' + blad("")[21:]}),
    "veel leden": lambda: _veel_leden(30_000),
    "dubbel lid": lambda: _dubbel(BLAD),
    "hoofdletters": lambda: _dubbel("XL/Worksheets/Sheet1.xml"),
    "omgekeerde streep": lambda: _dubbel("xl\\worksheets\\sheet1.xml"),
    "bzip2": lambda: werkboek(methode=zipfile.ZIP_BZIP2),
    "blad elders": lambda: werkboek({RELATIES: boek(["a"])[1].replace(b"worksheets/", b"../worksheets/")}),
    "twee verwijzingen": lambda: werkboek({BOEK: boek(["a"], 'x:id="rId2" xmlns:x="y"')[0]}),
    "gelijknamige bladen": lambda: werkboek(
        {"xl/worksheets/sheet2.xml": blad(VERRE_CELLEN["gewoon"])}, namen=["A", "a"]
    ),
    "veel bladen": lambda: werkboek(namen=[f"b{n}" for n in range(5_000)]),
    "andere map": lambda: werkboek({RELATIES: boek(["a"])[1].replace(b"worksheets/", b"worksheets/../")}),
    "ander soort": lambda: werkboek({"content.xml": b"<a/>"}),
    "brede kop": lambda: werkboek(
        {BLAD: blad("").replace(b"</row>", b"".join(b"<c><v>%d</v></c>" % n for n in range(9_000)) + b"</row>", 1)}
    ),
}
"""Workbooks that would take hours, gigabytes, or the process; each is refused."""

LEESBAAR: dict[str, Callable[[], bytes]] = {
    "fouten overal": _fouten_overal,
    "gedeelde formule": lambda: werkboek(
        {BLAD: blad('<row r="3"><c r="A3"><f t="shared" ref="A1:XFD1048576" si="0">A1</f><v>1</v></c></row>')}
    ),
    "afmeting": lambda: werkboek({BLAD: blad("", kop='<dimension ref="A1:XFD1048576"/>')}),
    "samengevoegd": lambda: werkboek(
        {BLAD: blad("", staart='<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>')}
    ),
    "verre opmaak": lambda: werkboek({BLAD: blad('<row r="1048576" ht="15"><c r="XFD1048576" s="1"/></row>')}),
    "werkboek elders": lambda: werkboek(
        {WORTEL: wortel("xl/ander.xml"), "xl/ander.xml": boek(["A"])[0], "xl/_rels/ander.xml.rels": boek(["A"])[1]}
    ),
    "voor het archief": lambda: b"MZ" + werkboek(),
    "opmerking erachter": lambda: werkboek()[:-2] + b"\x03\x00abc",
}
"""Workbooks that ask for trouble and can be read all the same, in bounds; the last three apart."""

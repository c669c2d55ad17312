"""The XML inside a workbook by a pull of events: nothing is kept, and nothing may nest, repeat or refer without end."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from xml.parsers import expat

from wlz_declaratie.inlezen.basis import Invoerfout
from wlz_declaratie.inlezen.xlsx.zip import KLEINER, OPNIEUW, Werkboekzip

MEESTE_ELEMENTEN = 300_000
PER_BYTE = 3
"""A member may have this many elements, and for each byte of the workbook so many more: a cell that is like the one
above it still packs to a byte."""

DIEPSTE = 100
MEESTE_ATTRIBUTEN = 100
LANGSTE_ATTRIBUUT = 1 << 20
MEESTE_BLADEN = 1_000
MEESTE_RELATIES = 10_000
_GEWOON = {"/officeDocument": "workbook.xml", "/sharedStrings": "sharedStrings.xml", "/styles": "styles.xml"}
"""Where the part is that a relation of this type points to."""
_CODERINGEN = ("utf-8", "us-ascii", "ascii", "iso-8859-1")
"""Those in which every byte of ASCII means itself: the reader takes tags for what they look like."""

Begin = Callable[[str, dict[str, str]], None]
"""Is told of an element by its name without prefix, and its attributes."""

Werkboekfouten = (expat.ExpatError,)
"""What XML that is not well-formed raises."""


class Lezer:
    """Feeds blocks to the parser and refuses what is out of bounds. Raises Invoerfout and Werkboekfouten."""

    def __init__(
        self,
        zip_: Werkboekzip,
        begin: Begin,
        einde: Callable[[str], None] | None = None,
        *,
        attribuut: int = 0,
        klein: bool = False,
    ) -> None:
        self._naam = zip_.naam
        self._ruimte = MEESTE_ELEMENTEN + (0 if klein else PER_BYTE * zip_.ingepakt)
        self._langste = attribuut or LANGSTE_ATTRIBUUT
        self._diepte = 0
        self._begin, self._einde = begin, einde
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._element
        self.parser.EndElementHandler = self._sluit
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.XmlDeclHandler = self._verklaring

    def neem(self, blokken: Iterable[bytes]) -> None:
        """Everything, to the end."""
        for blok in blokken:
            self.parser.Parse(blok, False)
        self.parser.Parse(b"", True)

    def weiger(self, reden: str) -> Invoerfout:
        """The refusal, to be raised."""
        return Invoerfout(self._naam, reden, OPNIEUW)

    def _element(self, naam: str, attributen: dict[str, str]) -> None:
        self._diepte += 1
        self._ruimte -= 1
        if self._ruimte < 0:
            raise Invoerfout(self._naam, "het werkboek heeft te veel elementen voor zijn grootte", KLEINER)
        if self._diepte > DIEPSTE:
            raise self.weiger("de XML in het werkboek is te diep genest")
        if attributen and (len(attributen) > MEESTE_ATTRIBUTEN or max(map(len, attributen.values())) > self._langste):
            raise self.weiger("een element in het werkboek is onredelijk groot")
        self._begin(naam if ":" not in naam else naam.rpartition(":")[2], attributen)

    def _sluit(self, naam: str) -> None:
        self._diepte -= 1
        if self._einde:
            self._einde(naam if ":" not in naam else naam.rpartition(":")[2])

    def _doctype(self, *_: object) -> None:
        raise self.weiger("het werkboek heeft een DTD, en die kan schadelijk zijn")

    def _verklaring(self, _versie: str, codering: str | None, _los: int) -> None:
        if codering and codering.lower() not in _CODERINGEN:
            raise self.weiger("de XML in het werkboek is geen UTF-8")


@dataclass(frozen=True)
class Bladnaam:
    """A sheet as the workbook names it: ``deel`` is the member that holds it."""

    naam: str
    deel: str
    verborgen: bool


@dataclass(frozen=True)
class Boek:
    """The sheets in their order; ``gewoon`` when every part stands where readers that do not look expect it.

    ``vanaf_1904``: a number that is a day counts from then.
    """

    bladen: list[Bladnaam]
    gewoon: bool
    vanaf_1904: bool = False


def boek(zip_: Werkboekzip) -> Boek:
    """What the workbook says of itself. Raises Invoerfout, Werkboekfouten, and KeyError when a part is not there."""
    gevonden: list[dict[str, str]] = []
    vanaf_1904 = False

    def blad(element: str, attributen: dict[str, str]) -> None:
        nonlocal vanaf_1904
        if element == "sheet":
            gevonden.append(attributen)
        elif element == "workbookPr":
            vanaf_1904 = attributen.get("date1904", "").lower() in ("1", "true", "on")
        if len(gevonden) > MEESTE_BLADEN:
            raise Invoerfout(zip_.naam, f"het werkboek heeft meer dan {MEESTE_BLADEN} bladen", KLEINER)

    wortel = _relaties(zip_, "_rels/.rels")
    Lezer(zip_, blad, klein=True).neem(zip_.stukken("xl/workbook.xml"))
    relaties = _relaties(zip_, "xl/_rels/workbook.xml.rels")
    namen = [attributen["name"] for attributen in gevonden]
    if len({naam.lower() for naam in namen}) < len(namen):
        raise Invoerfout(zip_.naam, "twee bladen van het werkboek heten hetzelfde", OPNIEUW)
    bladen = [
        Bladnaam(
            attributen["name"],
            _deel(zip_, relaties[_verwijzing(attributen)]["Target"]),
            "hidden" in attributen.get("state", "").lower(),
        )
        for attributen in gevonden
    ]
    plaatsen = [(relatie.get("Type", ""), relatie["Target"]) for relatie in (*wortel.values(), *relaties.values())]
    gewoon = all(
        doel.removeprefix("/").removeprefix("xl/") == naam
        for soort, doel in plaatsen
        for einde, naam in _GEWOON.items()
        if soort.endswith(einde)
    )
    return Boek(bladen, gewoon, vanaf_1904)


def _relaties(zip_: Werkboekzip, deel: str) -> dict[str, dict[str, str]]:
    """The relations in that member by their id."""
    gevonden: dict[str, dict[str, str]] = {}

    def relatie(element: str, attributen: dict[str, str]) -> None:
        if element == "Relationship":
            gevonden[attributen["Id"]] = attributen
        if len(gevonden) > MEESTE_RELATIES:
            raise Invoerfout(zip_.naam, "het werkboek heeft te veel onderdelen", KLEINER)

    Lezer(zip_, relatie, klein=True).neem(zip_.stukken(deel))
    return gevonden


def _verwijzing(attributen: dict[str, str]) -> str:
    """The relation of a sheet; two of them would be read in two ways."""
    [verwijzing] = [waarde for sleutel, waarde in attributen.items() if sleutel.endswith(":id")]
    return verwijzing


def _deel(zip_: Werkboekzip, doel: str) -> str:
    """The member that a relation points to."""
    deel = doel.removeprefix("/") if doel.startswith(("/", "xl/")) else f"xl/{doel}"
    if not deel.startswith("xl/") or any(stuk in ("", ".", "..") for stuk in deel.split("/")) or "\\" in deel:
        raise Invoerfout(zip_.naam, "een blad van het werkboek staat buiten de map 'xl'", OPNIEUW)
    return deel


def controleer_stijlen(zip_: Werkboekzip) -> None:
    """Look through the styles, which the reader takes whole. Raises Invoerfout and Werkboekfouten."""
    if "xl/styles.xml" in zip_.namen:
        # The reader goes through a number format for every style that has it.
        Lezer(zip_, lambda *_: None, attribuut=1_000).neem(zip_.stukken("xl/styles.xml"))

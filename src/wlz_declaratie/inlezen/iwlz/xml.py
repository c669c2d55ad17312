"""XML of iWlz: opened within bounds, and its elements by local name, so that every release is read alike."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import TreeBuilder

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException, DTDForbidden

from wlz_declaratie.basis.tonen import zonder_bsn
from wlz_declaratie.inlezen.basis import Invoerfout

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MEESTE_BYTES = 32 << 20
"""A bigger file is skipped: a message holds few clients, and a hostile one must not fill the memory."""

MEESTE_TAGS = 1_500_000
"""Of begin and end together; a lawful message of MEESTE_BYTES has a million. Each element costs some 250 bytes."""
MEESTE_ATTRIBUTEN = 100_000
"""A message has a few, for its namespaces; every one is kept."""
DIEPST = 100
"""Elements within one another; a message has eight."""

_GROOT = f"groter dan {MEESTE_BYTES >> 20} MB"
_TE_VEEL = f"meer dan {MEESTE_TAGS} tags of {MEESTE_ATTRIBUTEN} attributen, of dieper genest dan {DIEPST}"
_GEEN_XML = "geen leesbare XML"
_VREEMDE_DTD = "met een DTD, en die heeft geen bericht"
_WORTEL = "Bericht"


def open_bericht(pad: Path) -> Element | str:
    """The root of a message, or why the file is skipped.

    Raises Invoerfout for a message with a DTD, and when it cannot be opened.
    """
    try:
        if pad.stat().st_size > MEESTE_BYTES:
            return _GROOT
        inhoud = pad.read_bytes()
        # Counted before anything is parsed: what is counted here, at most, has to be kept.
        if inhoud.count(b"<") > MEESTE_TAGS or inhoud.count(b"=") > MEESTE_ATTRIBUTEN:
            return _TE_VEEL
        lezer = ElementTree.DefusedXMLParser(target=_Ondiep(), forbid_dtd=True)
        lezer.feed(inhoud)
        wortel: Element = lezer.close()
    except _TeDiep:
        return _TE_VEEL
    except OSError as fout:
        reden = f"het bestand is niet te openen ({fout.strerror})"
        raise Invoerfout(zonder_bsn(str(pad)), reden, "Vraag toegang of haal het bestand uit de map.") from None
    except DefusedXmlException as fout:
        # Any XML may lie in the folder; only of what calls itself a message the clients would be missed.
        if isinstance(fout, DTDForbidden) and fout.name.rpartition(":")[2] != _WORTEL:
            return _VREEMDE_DTD
        raise Invoerfout(
            zonder_bsn(str(pad)),
            "het bestand heeft een DTD of entiteiten, en die kunnen schadelijk zijn",
            "Haal het bestand uit de map en vraag het bericht opnieuw op.",
        ) from None
    except (ElementTree.ParseError, ValueError, LookupError):
        # The last two: an encoding that the parser does not take, or that does not exist.
        return _GEEN_XML
    return wortel


class _TeDiep(Exception):
    """More elements within one another than DIEPST."""


class _Ondiep(TreeBuilder):
    """Builds the tree, as long as it is shallow."""

    def __init__(self) -> None:
        super().__init__()
        self._diepte = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        self._diepte += 1
        if self._diepte > DIEPST:
            raise _TeDiep
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self._diepte -= 1
        return super().end(tag)


def lokaal(element: Element) -> str:
    """The name of an element, without its namespace."""
    return element.tag.rpartition("}")[2]


def velden(elementen: Iterable[Element]) -> dict[str, str]:
    """Those that hold text, by local name."""
    return {lokaal(element): waarde for element in elementen if (waarde := (element.text or "").strip())}


def onder(element: Element, *pad: str) -> list[Element]:
    """Every element at the end of a path of local names."""
    gevonden = [element]
    for naam in pad:
        gevonden = [kind for ouder in gevonden for kind in ouder if lokaal(kind) == naam]
    return gevonden

"""AW33 messages (iWlz: the zorgkantoor allocates care) as the tables clienten, indicaties and toewijzingen.

Of every client the latest message counts, whole: its rows replace those of all older ones. Latest is the
highest Dagtekening in the header, and on one day the last file name; a message without Dagtekening is older
than any that has one.

Elements are found by their local name, so that every release of the standard is read alike. Source: the
schemas AW33 and basisschema of iWlz 2.0 to 2.2. By these a percentage is in hundredths of a percent, a birth
date with a DatumGebruik is not wholly known, and a date of death is never given.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import TreeBuilder

import polars as pl
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from wlz_declaratie.basis.tonen import zonder_bsn
from wlz_declaratie.contract.tabellen import DOSSIER
from wlz_declaratie.inlezen.basis import Invoerfout
from wlz_declaratie.inlezen.velden import ontleed, soort_van

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from pandera.polars import DataFrameSchema

MEESTE_BYTES = 32 << 20
"""A bigger file is skipped: a message holds few clients, and a hostile one must not fill the memory."""

MEESTE_TAGS = 1_500_000
"""Of begin and end together; a lawful message of MEESTE_BYTES has a million. Each element costs some 250 bytes."""
MEESTE_ATTRIBUTEN = 100_000
"""A message has a few, for its namespaces; every one is kept."""
DIEPST = 100
"""Elements within one another; a message has eight."""

_WORTEL = re.compile(r"\{[^}]*/iwlz/[0-9_]+/aw33/schema(/[0-9_]*)?\}Bericht")
_HOOGUIT_GENOEMD = 5

_GROOT = f"groter dan {MEESTE_BYTES >> 20} MB"
_TE_VEEL = f"meer dan {MEESTE_TAGS} tags of {MEESTE_ATTRIBUTEN} attributen, of dieper genest dan {DIEPST}"
_GEEN_XML = "geen leesbare XML"
_GEEN_AW33 = "geen AW33-bericht"
_ONBRUIKBAAR = "een element ontbreekt of is onbruikbaar"

_ELEMENTEN = {
    "clienten": {
        "bsn": "Bsn",
        "geboortedatum": "Datum",
        "datumgebruik": "DatumGebruik",
        "dagtekening": "Dagtekening",
    },
    "indicaties": {
        "bsn": "Bsn",
        "besluitnummer": "Besluitnummer",
        "zzpcode": "ZzpCode",
        "ingangsdatum": "Ingangsdatum",
        "einddatum": "Einddatum",
    },
    "toewijzingen": {
        "bsn": "Bsn",
        "zzpcode": "ZzpCode",
        "instelling": "Instelling",
        "soort": "Soort",
        "leveringsvorm": "Leveringsvorm",
        "ingangsdatum": "Ingangsdatum",
        "einddatum": "Einddatum",
        "etmalen": "Etmalen",
        "percentage": "ToewijzingPercentage",
    },
}
"""The element of each column."""

_ERBIJ: dict[str, type[pl.DataType]] = {"datumgebruik": pl.String, "dagtekening": pl.Date}
"""Columns that are in no table, but decide what gets there."""

_GEINDICEERD, _TOEGEWEZEN = "GeindiceerdZorgzwaartepakket", "ToegewezenZorgzwaartepakket"
_OUDER = {"clienten": "Client", "indicaties": _GEINDICEERD, "toewijzingen": _TOEGEWEZEN}
_ELDERS = {
    "bsn": "Client",
    "geboortedatum": "Geboortedatum",
    "dagtekening": "Header",
    "besluitnummer": "Indicatie",
}
"""In which element a column's own element stands: that of the table, or another."""

KOLOMMEN = {tabel: frozenset(DOSSIER[tabel]) & frozenset(elementen) for tabel, elementen in _ELEMENTEN.items()}
"""The columns that these messages fill, by table."""


@dataclass(frozen=True)
class Aw33:
    """The tables that have rows, with the columns of ``tabellen.DOSSIER``, and what was noticed."""

    tabellen: dict[str, pl.DataFrame]
    opmerkingen: tuple[str, ...]


def lees_aw33(berichten: Sequence[Path]) -> Aw33:
    """Read messages; one that is no AW33 or has an unusable value is skipped whole, and named.

    Raises Invoerfout for a file that cannot be opened, and for one with a DTD or entities.
    """
    paden = sorted(berichten, key=lambda pad: pad.name)
    tekst = _Tekst()
    overgeslagen: dict[str, list[str]] = defaultdict(list)
    for nummer, pad in enumerate(paden):
        wortel = _open(pad)
        if isinstance(wortel, str):
            overgeslagen[wortel].append(zonder_bsn(pad.name))
        else:
            tekst.neem(nummer, wortel)
    gelezen = {tabel: _lees(tabel, rijen) for tabel, rijen in tekst.rijen.items()}
    fouten = _fouten(gelezen)
    for nummer, element in fouten.iter_rows():
        overgeslagen[_ONBRUIKBAAR].append(f"{zonder_bsn(paden[nummer].name)} ({element})")
    goed = gelezen["clienten"].join(fouten, on="bericht", how="anti")
    laatste = goed.sort("dagtekening", "client", nulls_last=False).unique("bsn", keep="last").sort("client")
    tabellen, opmerkingen = _tabellen(laatste, gelezen)
    if not goed.is_empty():
        opmerkingen.insert(0, f"AW33-berichten gelezen: {goed['bericht'].n_unique()}; cliënten: {laatste.height}")
    opmerkingen += [
        f"AW33, {len(namen)} overgeslagen ({reden}): {_eerste(namen)}" for reden, namen in overgeslagen.items()
    ]
    return Aw33(tabellen, tuple(opmerkingen))


def _open(pad: Path) -> Element | str:
    """The root of a message, or why the file is skipped."""
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
    except DefusedXmlException:
        raise Invoerfout(
            zonder_bsn(str(pad)),
            "het bestand heeft een DTD of entiteiten, en die kunnen schadelijk zijn",
            "Haal het bestand uit de map en vraag het bericht opnieuw op.",
        ) from None
    except (ElementTree.ParseError, ValueError, LookupError):
        # The last two: an encoding that the parser does not take, or that does not exist.
        return _GEEN_XML
    return wortel if _WORTEL.fullmatch(wortel.tag) else _GEEN_AW33


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


@dataclass
class _Tekst:
    """The text of the messages: rows per table, each after the number of its message and of its client.

    Clients are numbered over all messages, in the order of these.
    """

    clienten: int = 0
    rijen: dict[str, list[tuple[int | str | None, ...]]] = field(
        default_factory=lambda: {tabel: [] for tabel in _ELEMENTEN}
    )

    def neem(self, bericht: int, wortel: Element) -> None:
        """Take the rows from a message; without any client it gives one that lacks everything."""
        kop = [element for header in _onder(wortel, "Header") for element in header.iter()]
        dagtekening = _velden(element for element in kop if _naam(element) == "Dagtekening")
        for client in _onder(wortel, "Clienten", "Client") or [wortel]:
            self.clienten += 1
            plaats = (bericht, self.clienten)
            velden = _velden(client)
            for geboortedatum in _onder(client, "Geboortedatum"):
                velden |= _velden(geboortedatum)
            self._voeg_toe("clienten", plaats, velden | dagtekening)
            bsn = {"Bsn": velden["Bsn"]} if "Bsn" in velden else {}
            for indicatie in _onder(client, "Indicatie"):
                # A package without dates of its own has those of the decision.
                besluit = _velden(indicatie) | bsn
                for pakket in _onder(indicatie, "GeindiceerdeZorgzwaartepakketten", _GEINDICEERD):
                    self._voeg_toe("indicaties", plaats, besluit | _velden(pakket))
                for pakket in _onder(indicatie, "ToegewezenZorgzwaartepakketten", _TOEGEWEZEN):
                    self._voeg_toe("toewijzingen", plaats, bsn | _velden(pakket))

    def _voeg_toe(self, tabel: str, plaats: tuple[int, int], velden: dict[str, str]) -> None:
        self.rijen[tabel].append((*plaats, *map(velden.get, _ELEMENTEN[tabel].values())))


def _naam(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _velden(elementen: Iterable[Element]) -> dict[str, str]:
    """Those that hold text, by local name."""
    return {_naam(element): waarde for element in elementen if (waarde := (element.text or "").strip())}


def _onder(element: Element, *pad: str) -> list[Element]:
    """Every element at the end of a path of local names."""
    gevonden = [element]
    for naam in pad:
        gevonden = [kind for ouder in gevonden for kind in ouder if _naam(kind) == naam]
    return gevonden


def _lees(tabel: str, rijen: list[tuple[int | str | None, ...]]) -> pl.DataFrame:
    """The rows, parsed, after bericht, client and ``fout``: the first column that cannot be read."""
    plaats = {"bericht": pl.UInt32, "client": pl.UInt32}
    elementen, types = _ELEMENTEN[tabel], DOSSIER[tabel] | _ERBIJ
    ruw = pl.DataFrame(rijen, schema={**plaats, **dict.fromkeys(elementen, pl.String)}, orient="row")
    waarden = {kolom: ontleed(kolom, soort_van(kolom, types[kolom]), pl.String()) for kolom in elementen}
    if "percentage" in waarden:
        waarden["percentage"] /= 100
    onleesbaar = [
        pl.when(pl.col(kolom).is_not_null() & waarde.is_null()).then(pl.lit(kolom)) for kolom, waarde in waarden.items()
    ]
    leeg = {kolom: pl.lit(None, type_) for kolom, type_ in DOSSIER[tabel].items() if kolom not in elementen}
    return ruw.select(*plaats, fout=pl.coalesce(onleesbaar), **waarden, **leeg)


def _fouten(gelezen: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """The messages with an unusable value: bericht, and the first such element as a remark names it."""
    from wlz_declaratie.contract.modellen import model

    per_tabel = []
    for tabel, rijen in gelezen.items():
        namen = {
            kolom: f"{_ELDERS.get(kolom, _OUDER[tabel])}/{element}" for kolom, element in _ELEMENTEN[tabel].items()
        }
        fouten = _fouten_in(_te_gebruiken(tabel, rijen), tabel, model(tabel))
        per_tabel.append(
            fouten.select("bericht", element=pl.col("kolom").replace_strict(namen, return_dtype=pl.String))
        )
    return pl.concat(per_tabel).unique("bericht", keep="first", maintain_order=True).sort("bericht")


def _te_gebruiken(tabel: str, rijen: pl.DataFrame) -> pl.DataFrame:
    """Without the allocations that name no instelling (pgb), which no table can hold."""
    return rijen.drop_nulls("instelling") if tabel == "toewijzingen" else rijen


def _fouten_in(rijen: pl.DataFrame, tabel: str, model: DataFrameSchema) -> pl.DataFrame:
    """bericht and kolom of what cannot be read, is not in its domain, or ends before it begins."""
    from pandera.errors import SchemaErrors

    gevonden = [rijen.drop_nulls("fout").select("bericht", kolom="fout")]
    try:
        model.validate(rijen.select(*DOSSIER[tabel]), lazy=True)
    except SchemaErrors as fout:
        # Pandera's index is the position of the row.
        gevallen = fout.failure_cases.select(rij=pl.col("index").cast(pl.UInt32), kolom="column")
        met_rij = rijen.with_row_index("rij").join(gevallen, on="rij", maintain_order="left_right")
        gevonden.append(met_rij.select("bericht", "kolom"))
    if "einddatum" in rijen.columns:
        omgekeerd = rijen.filter(pl.col("einddatum") < pl.col("ingangsdatum"))
        gevonden.append(omgekeerd.select("bericht", kolom=pl.lit("einddatum")))
    return pl.concat(gevonden)


def _tabellen(clienten: pl.DataFrame, gelezen: dict[str, pl.DataFrame]) -> tuple[dict[str, pl.DataFrame], list[str]]:
    """The rows of these clients, by table, and a remark on what of them no table can hold."""
    van_hen = {
        tabel: rijen.join(clienten, on="client", how="semi", maintain_order="left") for tabel, rijen in gelezen.items()
    }
    zonder_pakket = clienten.join(van_hen["indicaties"], on="client", how="anti")
    ontbreekt = {
        "cliënten zonder volledige geboortedatum, dus niet in clienten": clienten["datumgebruik"].count(),
        "cliënten zonder geïndiceerd zorgzwaartepakket, dus niet in indicaties": zonder_pakket.height,
        "toewijzingen zonder instelling, niet gebruikt": van_hen["toewijzingen"]["instelling"].null_count(),
    }
    van_hen["clienten"] = clienten.filter(pl.col("datumgebruik").is_null())
    van_hen["toewijzingen"] = _te_gebruiken("toewijzingen", van_hen["toewijzingen"])
    tabellen = {tabel: rijen.select(*DOSSIER[tabel]) for tabel, rijen in van_hen.items() if rijen.height}
    return tabellen, [f"AW33, {wat}: {aantal}" for wat, aantal in ontbreekt.items() if aantal]


def _eerste(namen: Sequence[str]) -> str:
    rest = len(namen) - _HOOGUIT_GENOEMD
    return ", ".join(namen[:_HOOGUIT_GENOEMD]) + (f" en nog {rest}" if rest > 0 else "")

"""The optional dossier tables from a folder, or given one by one.

For the clients that a table file names, that table wins; other sources (`aanvulling`) fill in the rest.

A row that cannot be used is left out, named and counted (`onbruikbaar`), and no rejection rests on it: that is for
`kern.onbruikbaar`. Only a file that is no such table at all is an error, and with ``strikt`` any such row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from wlz_declaratie.basis.systeem import foutnummer
from wlz_declaratie.basis.tonen import zonder_bsn
from wlz_declaratie.basis.werkmap import werkmap
from wlz_declaratie.contract.tabellen import DOSSIER, TABELLEN
from wlz_declaratie.inlezen.aanvulling import Aanvulling, genoemd, met_herkomst
from wlz_declaratie.inlezen.basis import Invoerfout, toon
from wlz_declaratie.inlezen.dossiermap import TABELSOORTEN, Dossiermap, bekijk, gevraagd
from wlz_declaratie.inlezen.onbruikbaar import GEEN, Bron, Dossierrijen, als_rijen, niet_gesplitst, onbruikbare, weiger
from wlz_declaratie.inlezen.onbruikbaar import opmerkingen as opmerkingen_over
from wlz_declaratie.inlezen.openen import lees_ruw, lees_velden, opgemerkt
from wlz_declaratie.inlezen.parquet.grenzen import GEEN_PARQUET
from wlz_declaratie.inlezen.parquet.lezen import lees_frame
from wlz_declaratie.inlezen.rekenblad import weiger_afgerond
from wlz_declaratie.inlezen.ruw import GETYPEERD

_ZONDER_HOOFDLETTERS = {"prestaties": ("soort", "sector", "behandeling", "dagbesteding")}


@dataclass(frozen=True)
class Dossier:
    """Tables by name, and what was noticed while reading the folder.

    A table has every column of ``tabellen.DOSSIER``, in that order, and then those of ``tabellen.HERKOMST``; one that
    its file lacks is null, and not in ``aanwezig``.
    """

    tabellen: dict[str, pl.DataFrame]
    opmerkingen: tuple[str, ...]
    aanwezig: dict[str, frozenset[str]] = field(default_factory=dict)
    rijen: Dossierrijen = field(default_factory=Dossierrijen, compare=False)
    """Where the rows come from, and those that were left out."""

    def zonder(self, tabel: str, weg: pl.Series, kolom: str, reden: str) -> Dossier:
        """Without the rows that turn out to be unusable beside the others; named and counted as any such row."""
        rijen = self.tabellen[tabel]
        bronnen = list(self.rijen.bronnen)
        plaats = next(nr for nr, bron in enumerate(bronnen) if bron.tabel == tabel)
        gelezen = rijen.select(sleutel=TABELLEN[tabel].sleutel, regelnummer="herkomst_regel")
        slecht = gelezen.filter(weg).with_columns(kolom=pl.lit(kolom), reden=pl.lit(reden))
        bestand = bronnen[plaats].bestand
        onbruikbaar = als_rijen(slecht, tabel, bestand, "rij" if bestand.lower().endswith(".xlsx") else "regel")
        bronnen[plaats] = replace(bronnen[plaats], niet_bruikbaar=bronnen[plaats].niet_bruikbaar + slecht.height)
        return replace(
            self,
            tabellen={**self.tabellen, tabel: rijen.filter(~weg)},
            opmerkingen=(*self.opmerkingen, *opmerkingen_over(bronnen[plaats], onbruikbaar)),
            rijen=Dossierrijen(tuple(bronnen), pl.concat([self.rijen.onbruikbaar, onbruikbaar])),
        )


TABELLEN_SAMEN = 2
"""How many tables are read side by side."""


class _Lezing:
    """The tables as they are read, one source after another."""

    def __init__(self) -> None:
        self.opmerkingen: list[str] = []
        self._tabellen: dict[str, pl.DataFrame] = {}
        self._aanwezig: dict[str, frozenset[str]] = {}
        self._genoemd: dict[str, pl.Series] = {}
        self._bronnen: list[Bron] = []
        self._onbruikbaar = [GEEN]

    def neem(self, tabel: str, naam: str, gelezen: Gelezen) -> None:
        """Take a table as it was read from its file or frame."""
        self._tabellen[tabel] = met_herkomst(gelezen.rijen, tabel, naam, pl.col("regelnummer"))
        self._aanwezig[tabel] = gelezen.kolommen
        self._noteer(tabel, naam, gelezen.rijen.height, gelezen.onbruikbaar)

    def vul_aan(self, bron: Aanvulling, *, strikt: bool) -> None:
        """Add what a source says of clients whom the sources before it do not name; they come in order of precedence.

        Raises Invoerfout with ``strikt`` for a row of these that cannot be used.
        """
        self.opmerkingen += bron.opmerkingen
        for tabel, kolommen in bron.kolommen.items():
            alle, al = bron.tabellen.get(tabel), self._al_genoemd(tabel)
            rijen, onbruikbaar = bron.zonder(tabel, al)
            if strikt and onbruikbaar.height:
                weiger(onbruikbaar, onbruikbaar["bestand"][0])
            if alle is not None and rijen is not None:
                self._voeg_toe(tabel, bron.naam, alle, rijen)
                self._aanwezig[tabel] = self._aanwezig.get(tabel, frozenset()) | kolommen
            if alle is not None or onbruikbaar.height:
                self._genoemd[tabel] = pl.concat([al, genoemd(rijen, onbruikbaar)])
                self._noteer(tabel, bron.naam, 0 if alle is None else alle.height, onbruikbaar)

    def _voeg_toe(self, tabel: str, naam: str, alle: pl.DataFrame, nieuw: pl.DataFrame) -> None:
        if tabel not in self._tabellen:
            self._tabellen[tabel] = nieuw
            return
        eerder = " en ".join(bron.bestand for bron in self._bronnen if bron.tabel == tabel)
        aantal = nieuw["bsn"].n_unique()
        self.opmerkingen.append(
            f"{eerder}: cliënten toegevoegd uit {naam}: {aantal}; "
            f"ook in {naam}, maar daar niet geteld: {alle['bsn'].n_unique() - aantal}"
        )
        self._tabellen[tabel] = pl.concat([self._tabellen[tabel], nieuw])

    def _al_genoemd(self, tabel: str) -> pl.Series:
        """The clients whom the sources of the table so far name."""
        if tabel not in self._genoemd:
            onbruikbaar = pl.concat(self._onbruikbaar).filter(pl.col("tabel") == tabel)
            self._genoemd[tabel] = genoemd(self._tabellen.get(tabel), onbruikbaar)
        return self._genoemd[tabel]

    def _noteer(self, tabel: str, bestand: str, bruikbaar: int, onbruikbaar: pl.DataFrame) -> None:
        """Count the rows of a source, and name those that are left out."""
        bron = Bron(tabel, bestand, bruikbaar + onbruikbaar.height, onbruikbaar.height)
        self._bronnen.append(bron)
        self._onbruikbaar.append(onbruikbaar)
        self.opmerkingen += opmerkingen_over(bron, onbruikbaar)

    @property
    def niets(self) -> bool:
        """Whether no source gave a row, good or bad."""
        return not self._bronnen

    def dossier(self) -> Dossier:
        """All that was read."""
        rijen = Dossierrijen(tuple(self._bronnen), pl.concat(self._onbruikbaar))
        return Dossier(self._tabellen, tuple(self.opmerkingen), self._aanwezig, rijen)


def lees_dossier(map_: Path, *, strikt: bool = False, vertaald: Mapping[str, str] | None = None) -> Dossier:
    """Read every table in the folder; other sources there add the clients whom the file of a table does not name.

    Raises Invoerfout for a folder that is not there, two files for one table, a file that is no table, a message that
    is unsafe to read, and an answer of a register that cannot be read to its end; with ``strikt`` for any row that
    cannot be used.
    """
    inhoud, lezing = bekijk(map_, vertaald), _Lezing()
    if inhoud.vreemd:
        lezing.opmerkingen.append(f"niet gelezen, geen dossiertabel: {', '.join(inhoud.vreemd)}")
    with ThreadPoolExecutor(TABELLEN_SAMEN) as draden:
        gelezen_tabellen = list(
            draden.map(lambda tabel: lees_tabel(tabel, inhoud.tabellen[tabel], strikt, vertaald), inhoud.tabellen)
        )
    for (tabel, pad), gelezen in zip(inhoud.tabellen.items(), gelezen_tabellen, strict=True):
        naam = zonder_bsn(pad.name)
        lezing.opmerkingen += [f"{naam}: {opmerking}" for opmerking in gelezen.opmerkingen]
        lezing.neem(tabel, naam, gelezen)
    for bron in _aanvullingen(inhoud):
        lezing.vul_aan(bron, strikt=strikt)
    if lezing.niets:
        lezing.opmerkingen.insert(0, "de dossiermap bevat geen enkele dossiertabel")
    return lezing.dossier()


def _aanvullingen(inhoud: Dossiermap) -> Iterator[Aanvulling]:
    """The sources beside the table files, in order of precedence: registers, then messages."""
    if inhoud.json:
        from wlz_declaratie.inlezen.register.antwoorden import lees_antwoorden

        yield lees_antwoorden(inhoud.json)
    if inhoud.xml:
        from wlz_declaratie.inlezen.iwlz.berichten import lees_berichten

        yield from lees_berichten(inhoud.xml)


def lees_tabellen(
    bronnen: Mapping[str, Path | pl.DataFrame], *, strikt: bool = False, vertaald: Mapping[str, str] | None = None
) -> Dossier:
    """Read tables given by name: a frame is read as a Parquet file with the same columns.

    Raises Invoerfout as `lees_dossier` does.
    """
    lezing = _Lezing()
    for tabel, bron in bronnen.items():
        if tabel not in DOSSIER:
            raise Invoerfout(f"dossier {toon(tabel)}", "zo heet geen dossiertabel", f"Kies uit {', '.join(DOSSIER)}.")
        if isinstance(bron, Path) and bron.suffix.lower() not in TABELSOORTEN:
            raise Invoerfout(
                zonder_bsn(str(bron)), "dit is geen dossiertabel", f"Gelezen worden {' '.join(TABELSOORTEN)}."
            )
        gelezen = lees_tabel(tabel, bron, strikt, vertaald)
        lezing.opmerkingen += [f"{tabel}: {opmerking}" for opmerking in gelezen.opmerkingen]
        lezing.neem(tabel, _naam_van(tabel, bron), gelezen)
    return lezing.dossier()


@dataclass(frozen=True)
class Gelezen:
    """The usable rows of a table after their ``regelnummer``, the columns that it has of its own, remarks,
    ONBRUIKBAAR, and the columns that nobody reads."""

    rijen: pl.DataFrame
    kolommen: frozenset[str]
    opmerkingen: list[str]
    onbruikbaar: pl.DataFrame
    ongebruikt: tuple[str, ...] = ()


def _naam_van(tabel: str, bron: Path | pl.DataFrame) -> str:
    frame = f"dossiertabel {tabel}" if tabel in DOSSIER else tabel
    return zonder_bsn(bron.name) if isinstance(bron, Path) else frame


def lees_tabel(
    tabel: str, bron: Path | pl.DataFrame, strikt: bool, vertaald: Mapping[str, str] | None = None
) -> Gelezen:
    """A table of TABELLEN from CSV, Parquet, XLSX or a frame, typed and within its domains.

    Raises Invoerfout when it is no such table, and with ``strikt`` for its first row that cannot be used.
    """
    from wlz_declaratie.contract.modellen import model

    types = TABELLEN[tabel].types
    naam = zonder_bsn(str(bron)) if isinstance(bron, Path) else _naam_van(tabel, bron)
    vraag = gevraagd(tabel, vertaald or {})
    with werkmap() as map_:
        ruw = lees_ruw(bron, naam, map_, vraag) if isinstance(bron, Path) else lees_frame(bron, naam, vraag)
        try:
            gelezen = lees_velden(ruw, naam, types).collect()
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as oorzaak:
            if ruw.formaat == "parquet":
                raise Invoerfout(naam, *GEEN_PARQUET, systeem=foutnummer(oorzaak)) from None
            raise
    if ruw.formaat not in GETYPEERD:
        weiger_afgerond(gelezen.lazy(), naam, ruw.kolommen, gelezen.height)
    klein = _ZONDER_HOOFDLETTERS.get(tabel, ())
    gelezen = gelezen.with_columns(pl.col(kolom).str.to_lowercase() for kolom in klein)
    onbruikbaar = als_rijen(
        pl.concat([onbruikbare(gelezen, tabel, ruw.kolommen), niet_gesplitst(ruw.onleesbaar, tabel)]),
        tabel,
        _naam_van(tabel, bron),
        "rij" if ruw.formaat == "xlsx" else "regel",
    )
    if onbruikbaar.height:
        if strikt:
            weiger(onbruikbaar, naam)
        gelezen = gelezen.filter(~pl.col("regelnummer").is_in(onbruikbaar["regel"].implode()))
    # On a LazyFrame this compares names and types only: `onbruikbare` left out what the model would refuse.
    model(tabel).validate(gelezen.select(*types).lazy())
    opmerkingen = list(opgemerkt(ruw, gelezen.lazy()))
    if ruw.ongebruikt:
        opmerkingen.append(f"niet gelezen kolommen: {', '.join(ruw.ongebruikt)}")
    return Gelezen(gelezen, frozenset(ruw.kolommen), opmerkingen, onbruikbaar, ruw.ongebruikt)

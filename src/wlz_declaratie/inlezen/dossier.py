"""The optional dossier tables from a folder, or given one by one.

A row that cannot be used is left out, named and counted (`onbruikbaar`), and no rejection rests on it: that is for
`kern.onbruikbaar`. Only a file that is no such table at all is an error, and with ``strikt`` any such row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from wlz_declaratie.basis.systeem import foutnummer
from wlz_declaratie.basis.tonen import zonder_bsn
from wlz_declaratie.basis.werkmap import werkmap
from wlz_declaratie.contract.tabellen import DOSSIER, TABELLEN
from wlz_declaratie.inlezen.basis import Invoerfout, toon
from wlz_declaratie.inlezen.onbruikbaar import GEEN, Bron, Dossierrijen, als_rijen, niet_gesplitst, onbruikbare, weiger
from wlz_declaratie.inlezen.onbruikbaar import opmerkingen as opmerkingen_over
from wlz_declaratie.inlezen.openen import lees_ruw, lees_velden, opgemerkt
from wlz_declaratie.inlezen.parquet.grenzen import GEEN_PARQUET
from wlz_declaratie.inlezen.parquet.lezen import lees_frame
from wlz_declaratie.inlezen.ruw import Gevraagd

_SOORTEN = (".csv", ".parquet", ".xlsx")
_ZONDER_HOOFDLETTERS = {"prestaties": ("soort", "sector", "behandeling", "dagbesteding")}


@dataclass(frozen=True)
class Dossier:
    """Tables by name, and what was noticed while reading the folder.

    A table has every column of ``tabellen.DOSSIER``, in that order; one that its file lacks is null, and not
    in ``aanwezig``.
    """

    tabellen: dict[str, pl.DataFrame]
    opmerkingen: tuple[str, ...]
    aanwezig: dict[str, frozenset[str]] = field(default_factory=dict)
    rijen: Dossierrijen = field(default_factory=Dossierrijen, compare=False)
    """Where the rows come from, and those that were left out."""
    nummers: dict[str, pl.Series] = field(default_factory=dict, compare=False, repr=False)
    """The number of each row in the file of its table."""

    def zonder(self, tabel: str, weg: pl.Series, kolom: str, reden: str) -> Dossier:
        """Without the rows that turn out to be unusable beside the others; named and counted as any such row."""
        rijen, nummers = self.tabellen[tabel], self.nummers[tabel]
        bronnen = list(self.rijen.bronnen)
        plaats = next(nr for nr, bron in enumerate(bronnen) if bron.tabel == tabel)
        gelezen = rijen.select(sleutel=TABELLEN[tabel].sleutel).with_columns(nummers.alias("regelnummer"))
        slecht = gelezen.filter(weg).with_columns(kolom=pl.lit(kolom), reden=pl.lit(reden))
        bestand = bronnen[plaats].bestand
        onbruikbaar = als_rijen(slecht, tabel, bestand, "rij" if bestand.lower().endswith(".xlsx") else "regel")
        bronnen[plaats] = replace(bronnen[plaats], niet_bruikbaar=bronnen[plaats].niet_bruikbaar + slecht.height)
        return replace(
            self,
            tabellen={**self.tabellen, tabel: rijen.filter(~weg)},
            nummers={**self.nummers, tabel: nummers.filter(~weg)},
            opmerkingen=(*self.opmerkingen, *opmerkingen_over(bronnen[plaats], onbruikbaar)),
            rijen=Dossierrijen(tuple(bronnen), pl.concat([self.rijen.onbruikbaar, onbruikbaar])),
        )


class _Lezing:
    """The tables as they are read, one after another."""

    def __init__(self) -> None:
        self.tabellen: dict[str, pl.DataFrame] = {}
        self.aanwezig: dict[str, frozenset[str]] = {}
        self.opmerkingen: list[str] = []
        self._nummers: dict[str, pl.Series] = {}
        self._bronnen: list[Bron] = []
        self._onbruikbaar = [GEEN]

    def neem(self, tabel: str, naam: str, gelezen: _Gelezen) -> None:
        """Take a table as it was read from its file or frame."""
        self.tabellen[tabel], self.aanwezig[tabel] = gelezen.rijen, gelezen.kolommen
        self._nummers[tabel] = gelezen.nummers
        self.noteer(tabel, naam, gelezen.rijen.height, gelezen.onbruikbaar)

    def noteer(self, tabel: str, bestand: str, bruikbaar: int, onbruikbaar: pl.DataFrame) -> None:
        """Count the rows of a source, and name those that are left out."""
        bron = Bron(tabel, bestand, bruikbaar + onbruikbaar.height, onbruikbaar.height)
        self._bronnen.append(bron)
        self._onbruikbaar.append(onbruikbaar)
        self.opmerkingen += opmerkingen_over(bron, onbruikbaar)

    def bestand(self, tabel: str) -> str:
        """The file of a table that was read."""
        return next(bron.bestand for bron in self._bronnen if bron.tabel == tabel)

    def dossier(self) -> Dossier:
        """All that was read."""
        rijen = Dossierrijen(tuple(self._bronnen), pl.concat(self._onbruikbaar))
        return Dossier(self.tabellen, tuple(self.opmerkingen), self.aanwezig, rijen, self._nummers)


def lees_dossier(map_: Path, *, strikt: bool = False) -> Dossier:
    """Read every table in the folder; AW33 messages add the clients that the file of a table does not name.

    Raises Invoerfout for a folder that is not there, two files for one table, a file that is no table, and a message
    that is unsafe to read; with ``strikt`` for any row that cannot be used.
    """
    bestanden, berichten, opmerkingen = _inhoud(map_)
    lezing = _Lezing()
    lezing.opmerkingen += opmerkingen
    sleutels = {}
    for tabel, pad in bestanden.items():
        gelezen = _lees_tabel(tabel, pad, strikt)
        naam = zonder_bsn(pad.name)
        lezing.opmerkingen += [f"{naam}: {opmerking}" for opmerking in gelezen.opmerkingen]
        lezing.neem(tabel, naam, gelezen)
        if "bsn" in DOSSIER[tabel]:
            sleutels[tabel] = pl.concat([gelezen.rijen["bsn"], gelezen.onbruikbaar["sleutel"].drop_nulls()]).unique()
    if berichten:
        _voeg_berichten_toe(lezing, berichten, sleutels, strikt)
    return lezing.dossier()


def _voeg_berichten_toe(lezing: _Lezing, berichten: list[Path], genoemd: Mapping[str, pl.Series], strikt: bool) -> None:
    """Add the rows of AW33 messages of the clients that no row of the table's file names (``genoemd``), good or bad."""
    from wlz_declaratie.inlezen.iwlz.aw33 import AW33, lees_aw33
    from wlz_declaratie.inlezen.iwlz.aw33_rijen import KOLOMMEN

    aw33 = lees_aw33(berichten)
    lezing.opmerkingen += aw33.opmerkingen
    for tabel in KOLOMMEN:
        rijen, onbruikbaar = aw33.tabellen.get(tabel), aw33.onbruikbaar.filter(pl.col("tabel") == tabel)
        if tabel in genoemd:
            ook = genoemd[tabel].implode()
            onbruikbaar = onbruikbaar.filter(pl.col("sleutel").is_in(ook).fill_null(value=False).not_())
            if rijen is not None:
                nieuw = rijen.filter(~pl.col("bsn").is_in(ook))
                aantal = nieuw["bsn"].n_unique()
                lezing.opmerkingen.append(
                    f"{lezing.bestand(tabel)}: cliënten toegevoegd uit AW33: {aantal}; "
                    f"ook in AW33, maar het bestand telt: {rijen['bsn'].n_unique() - aantal}"
                )
                rijen = pl.concat([lezing.tabellen[tabel], nieuw])
        if strikt and onbruikbaar.height:
            weiger(onbruikbaar, onbruikbaar["bestand"][0])
        if rijen is not None:
            lezing.tabellen[tabel] = rijen
            lezing.aanwezig[tabel] = lezing.aanwezig.get(tabel, frozenset()) | KOLOMMEN[tabel]
        if rijen is not None or onbruikbaar.height:
            lezing.noteer(tabel, AW33, aw33.tabellen[tabel].height if rijen is not None else 0, onbruikbaar)


def lees_tabellen(bronnen: Mapping[str, Path | pl.DataFrame], *, strikt: bool = False) -> Dossier:
    """Read tables given by name: a frame is read as a Parquet file with the same columns.

    Raises Invoerfout as `lees_dossier` does.
    """
    lezing = _Lezing()
    for tabel, bron in bronnen.items():
        if tabel not in DOSSIER:
            raise Invoerfout(f"dossier {toon(tabel)}", "zo heet geen dossiertabel", f"Kies uit {', '.join(DOSSIER)}.")
        if isinstance(bron, Path) and bron.suffix.lower() not in _SOORTEN:
            raise Invoerfout(zonder_bsn(str(bron)), "dit is geen dossiertabel", f"Gelezen worden {' '.join(_SOORTEN)}.")
        gelezen = _lees_tabel(tabel, bron, strikt)
        lezing.opmerkingen += [f"{tabel}: {opmerking}" for opmerking in gelezen.opmerkingen]
        lezing.neem(tabel, _naam_van(tabel, bron), gelezen)
    return lezing.dossier()


def _inhoud(map_: Path) -> tuple[dict[str, Path], list[Path], list[str]]:
    """The file of each table, the AW33 messages, and a remark on everything else in the folder."""
    naam = zonder_bsn(str(map_))
    try:
        if not map_.is_dir():
            reden = "dit is geen map" if map_.exists() else "deze map bestaat niet"
            raise Invoerfout(naam, reden, "Geef bij --dossier de map met de tabellen op.")
        inhoud = sorted(map_.iterdir())
    except PermissionError:
        raise Invoerfout(naam, "geen leesrechten op deze map", "Vraag toegang of kopieer de map.") from None
    except (OSError, ValueError) as fout:
        reden = getattr(fout, "strerror", None) or "de naam is geen geldige naam"
        raise Invoerfout(naam, f"deze map is niet te lezen ({reden})", "Controleer de naam.") from None
    bestanden: dict[str, Path] = {}
    berichten: list[Path] = []
    vreemd: list[str] = []
    for pad in inhoud:
        tabel, soort = pad.stem.lower(), pad.suffix.lower()
        if tabel in DOSSIER and soort in _SOORTEN:
            if tabel in bestanden:
                reden = f"tabel {tabel} staat er twee keer: {bestanden[tabel].name} en {pad.name}"
                raise Invoerfout(naam, reden, "Laat één bestand per tabel staan.")
            bestanden[tabel] = pad
        elif tabel.startswith("aw33") and soort == ".xml" and pad.is_file():
            berichten.append(pad)
        elif not pad.name.startswith("."):
            vreemd.append(zonder_bsn(pad.name))
    opmerkingen = [] if bestanden or berichten else ["de dossiermap bevat geen enkele dossiertabel"]
    if vreemd:
        opmerkingen.append(f"niet gelezen, geen dossiertabel: {', '.join(vreemd)}")
    return bestanden, berichten, opmerkingen


@dataclass(frozen=True)
class _Gelezen:
    """The usable rows of a table, their numbers, the columns that it has of its own, remarks, and ONBRUIKBAAR."""

    rijen: pl.DataFrame
    nummers: pl.Series
    kolommen: frozenset[str]
    opmerkingen: list[str]
    onbruikbaar: pl.DataFrame


def _naam_van(tabel: str, bron: Path | pl.DataFrame) -> str:
    return zonder_bsn(bron.name) if isinstance(bron, Path) else f"dossiertabel {tabel}"


def _lees_tabel(tabel: str, bron: Path | pl.DataFrame, strikt: bool) -> _Gelezen:
    """A table from CSV, Parquet, XLSX or a frame, typed and within its domains."""
    from wlz_declaratie.contract.modellen import model

    types = DOSSIER[tabel]
    naam = zonder_bsn(str(bron)) if isinstance(bron, Path) else f"dossiertabel {tabel}"
    nodig = tuple(kolom for kolom, uitleg in TABELLEN[tabel].kolommen.items() if uitleg.nodig)
    gevraagd = Gevraagd(tuple(types), nodig, TABELLEN[tabel].sleutel)
    with werkmap() as map_:
        ruw = lees_ruw(bron, naam, map_, gevraagd) if isinstance(bron, Path) else lees_frame(bron, naam, gevraagd)
        try:
            gelezen = lees_velden(ruw, naam, types).collect()
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as oorzaak:
            if ruw.formaat == "parquet":
                raise Invoerfout(naam, *GEEN_PARQUET, systeem=foutnummer(oorzaak)) from None
            raise
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
    rijen, nummers = gelezen.select(*types), gelezen["regelnummer"]
    return _Gelezen(rijen, nummers, frozenset(ruw.kolommen), opmerkingen, onbruikbaar)

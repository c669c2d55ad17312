"""The optional dossier tables from a folder, or given one by one.

A declaration line that cannot be read is a finding; a row that cannot be read in the file of a table is an
error, for without it rules would reject lines wrongly. Of AW33 messages there are thousands: a bad one is
skipped and named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import polars.selectors as cs

from wlz_declaratie.basis.systeem import foutnummer
from wlz_declaratie.basis.tonen import zonder_bsn
from wlz_declaratie.basis.werkmap import werkmap
from wlz_declaratie.contract.tabellen import DOSSIER, TABELLEN
from wlz_declaratie.inlezen.basis import Invoerfout, toon
from wlz_declaratie.inlezen.openen import lees_ruw, lees_velden, opgemerkt
from wlz_declaratie.inlezen.parquet.grenzen import GEEN_PARQUET
from wlz_declaratie.inlezen.parquet.lezen import lees_frame
from wlz_declaratie.inlezen.ruw import Gevraagd
from wlz_declaratie.inlezen.velden import AANVAARD, soort_van

if TYPE_CHECKING:
    from pandera.polars import DataFrameSchema

_SOORTEN = (".csv", ".parquet", ".xlsx")
_NOOIT_TONEN = ("bsn", "geboortedatum", "overlijdensdatum")
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


def lees_dossier(map_: Path) -> Dossier:
    """Read every table in the folder; AW33 messages add the clients that the file of a table does not name.

    Raises Invoerfout for a folder that is not there, two files for one table, any field that is unusable, and
    a message that is unsafe to read.
    """
    bestanden, berichten, opmerkingen = _inhoud(map_)
    tabellen: dict[str, pl.DataFrame] = {}
    aanwezig: dict[str, frozenset[str]] = {}
    for tabel, pad in bestanden.items():
        tabellen[tabel], aanwezig[tabel], over = _lees_tabel(tabel, pad)
        opmerkingen += [f"{zonder_bsn(pad.name)}: {opmerking}" for opmerking in over]
    if berichten:
        from wlz_declaratie.inlezen.iwlz.aw33 import lees_aw33
        from wlz_declaratie.inlezen.iwlz.aw33_rijen import KOLOMMEN

        aw33 = lees_aw33(berichten)
        opmerkingen += aw33.opmerkingen
        for tabel, rijen in aw33.tabellen.items():
            if tabel in bestanden:
                rijen, opmerking = _vul_aan(tabellen[tabel], rijen, bestanden[tabel].name)
                opmerkingen.append(opmerking)
            tabellen[tabel] = rijen
            aanwezig[tabel] = aanwezig.get(tabel, frozenset()) | KOLOMMEN[tabel]
    return Dossier(tabellen, tuple(opmerkingen), aanwezig)


def lees_tabellen(bronnen: Mapping[str, Path | pl.DataFrame]) -> Dossier:
    """Read tables given by name: a frame is read as a Parquet file with the same columns. Raises Invoerfout."""
    tabellen: dict[str, pl.DataFrame] = {}
    aanwezig: dict[str, frozenset[str]] = {}
    opmerkingen: list[str] = []
    for tabel, bron in bronnen.items():
        if tabel not in DOSSIER:
            raise Invoerfout(f"dossier {toon(tabel)}", "zo heet geen dossiertabel", f"Kies uit {', '.join(DOSSIER)}.")
        if isinstance(bron, Path) and bron.suffix.lower() not in _SOORTEN:
            raise Invoerfout(zonder_bsn(str(bron)), "dit is geen dossiertabel", f"Gelezen worden {' '.join(_SOORTEN)}.")
        tabellen[tabel], aanwezig[tabel], over = _lees_tabel(tabel, bron)
        opmerkingen += [f"{tabel}: {opmerking}" for opmerking in over]
    return Dossier(tabellen, tuple(opmerkingen), aanwezig)


def _vul_aan(eigen: pl.DataFrame, rijen: pl.DataFrame, naam: str) -> tuple[pl.DataFrame, str]:
    """The rows of a file, then those from AW33 of the clients that it does not name; and a remark on both."""
    nieuw = rijen.join(eigen, on="bsn", how="anti", maintain_order="left")
    aantal = nieuw["bsn"].n_unique()
    opmerking = (
        f"{naam}: cliënten toegevoegd uit AW33: {aantal}; "
        f"ook in AW33, maar het bestand telt: {rijen['bsn'].n_unique() - aantal}"
    )
    return pl.concat([eigen, nieuw]), opmerking


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


def _lees_tabel(tabel: str, bron: Path | pl.DataFrame) -> tuple[pl.DataFrame, frozenset[str], list[str]]:
    """A table from CSV, Parquet, XLSX or a frame, typed and within its domains; its own columns, and remarks."""
    from wlz_declaratie.contract.modellen import model

    types = DOSSIER[tabel]
    naam = zonder_bsn(str(bron)) if isinstance(bron, Path) else f"dossiertabel {tabel}"
    nodig = tuple(kolom for kolom, uitleg in TABELLEN[tabel].kolommen.items() if uitleg.nodig)
    gevraagd = Gevraagd(tuple(types), nodig)
    with werkmap() as map_:
        ruw = lees_ruw(bron, naam, map_, gevraagd) if isinstance(bron, Path) else lees_frame(bron, naam, gevraagd)
        rij = "rij" if ruw.formaat == "xlsx" else "regel"
        if not ruw.onleesbaar.is_empty():
            regelnummer, reden = ruw.onleesbaar.row(0)
            raise Invoerfout(naam, reden, "Herstel de regel.", f"{rij} {regelnummer}")
        try:
            gelezen = lees_velden(ruw, naam, types).collect()
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as oorzaak:
            if ruw.formaat == "parquet":
                raise Invoerfout(naam, *GEEN_PARQUET, systeem=foutnummer(oorzaak)) from None
            raise
    klein = _ZONDER_HOOFDLETTERS.get(tabel, ())
    gelezen = gelezen.with_columns(pl.col(kolom).str.to_lowercase() for kolom in klein)
    fout = (
        _eerste_onleesbare(gelezen, tabel)
        or _eerste_buiten_domein(gelezen, tabel, model(tabel))
        or _eerste_omgekeerde(gelezen)
    )
    if fout:
        raise Invoerfout(naam, fout.reden, "Verbeter de waarde.", f"{rij} {fout.regelnummer}")
    opmerkingen = list(opgemerkt(ruw, gelezen.lazy()))
    if ruw.ongebruikt:
        opmerkingen.append(f"niet gelezen kolommen: {', '.join(ruw.ongebruikt)}")
    return gelezen.select(*types), frozenset(ruw.kolommen), opmerkingen


@dataclass(frozen=True)
class _Celfout:
    regelnummer: int
    reden: str


def _celfout(regelnummer: int, kolom: str, waarde: str | None, verwacht: str) -> _Celfout:
    """What is wrong with a cell; never the value of a bsn or a date of birth."""
    if waarde is None:
        return _Celfout(regelnummer, f"kolom '{kolom}' is leeg, verwacht {verwacht}")
    getoond = "" if kolom in _NOOIT_TONEN else f" {toon(waarde)}"
    return _Celfout(regelnummer, f"kolom '{kolom}' heeft een onbruikbare waarde{getoond}, verwacht {verwacht}")


def _eerste_onleesbare(gelezen: pl.DataFrame, tabel: str) -> _Celfout | None:
    """The first field that cannot be parsed."""
    fouten = gelezen.select("regelnummer", cs.starts_with("fout_")).unpivot(
        index="regelnummer", variable_name="kolom", value_name="waarde"
    )
    fouten = fouten.drop_nulls("waarde").sort("regelnummer", maintain_order=True)
    if fouten.is_empty():
        return None
    regelnummer, kolom, waarde = fouten.row(0)
    kolom = kolom.removeprefix("fout_")
    return _celfout(regelnummer, kolom, waarde, AANVAARD[soort_van(kolom, DOSSIER[tabel][kolom])])


def _eerste_buiten_domein(gelezen: pl.DataFrame, tabel: str, model: DataFrameSchema) -> _Celfout | None:
    """The first field that is empty but needed, or not a value that its column allows."""
    from pandera.errors import SchemaErrors

    try:
        model.validate(gelezen.select(*DOSSIER[tabel]), lazy=True)
    except SchemaErrors as fouten:
        # Pandera's index is the position of the row, not the line.
        eerste = fouten.failure_cases.sort("index", maintain_order=True).row(0, named=True)
        kolom = eerste["column"]
        verwacht = TABELLEN[tabel].kolommen[kolom].verwacht or AANVAARD[soort_van(kolom, DOSSIER[tabel][kolom])]
        return _celfout(gelezen["regelnummer"][eerste["index"]], kolom, eerste["failure_case"], verwacht)
    return None


def _eerste_omgekeerde(gelezen: pl.DataFrame) -> _Celfout | None:
    """The first period that ends before it begins."""
    if "einddatum" not in gelezen.columns:
        return None
    omgekeerd = gelezen.filter(pl.col("einddatum") < pl.col("ingangsdatum"))
    if omgekeerd.is_empty():
        return None
    rij = omgekeerd.row(0, named=True)
    return _Celfout(rij["regelnummer"], f"einddatum {rij['einddatum']} ligt voor ingangsdatum {rij['ingangsdatum']}")

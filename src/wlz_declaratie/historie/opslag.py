"""The table: one Delta Lake table of accepted lines and of the batches that brought them.

Delta has no transaction over two tables, so lines and register are one table, partitioned by ``deel``: ``register``
holds one row a batch (``batch``, a JSON object; also for a batch of which nothing was accepted), ``regels-NNNNN`` the
lines of REEKS batches in a row, sorted by bsn. Every change raises the version of one Delta application transaction
(TELLER), so that of two writers who saw the same store the second is refused. The log holds statistics of dates
only: no bsn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path

import polars as pl
from deltalake import CommitProperties, DeltaTable, Transaction, WriterProperties, write_deltalake
from deltalake.exceptions import DeltaError

from wlz_declaratie.basis.slot import alleen_eigenaar, beurt, zonder_gepraat
from wlz_declaratie.basis.tonen import schoon
from wlz_declaratie.historie import log
from wlz_declaratie.historie.fouten import Historiefout, Historiestuk, Ingehaald, beschadigd
from wlz_declaratie.historie.register import REGELS, REGISTER, SCHEMA, Batch, Verwijdering, lees_batch, registerrijen
from wlz_declaratie.inlezen.basis import Invoerfout

NAAM = "declaratie-historie/1"
"""Name of the Delta table: by this we know our own, and its layout."""
TELLER = "declaratie-historie"
"""Delta application transaction; its version counts the changes of lines and register."""
INSTELLINGEN = {"delta.dataSkippingStatsColumns": "begindatum,einddatum"}
SCHRIJVEN = WriterProperties(compression="ZSTD", compression_level=1, max_row_group_size=10_000)
"""Small row groups, so that a reader skips most of them; ZSTD halves the disk at hardly any time."""


ONMOGELIJK = "%[]^|\\"
"""What the library cannot bear in the name of a folder: it crashes, or writes here and reads there."""


LEESFOUTEN = (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError, pl.exceptions.PanicException)
"""What reading a damaged file may raise."""


class Historie:
    """The store as it was when opened: what is committed later is not seen."""

    def __init__(self, map_: Path, tabel: DeltaTable) -> None:
        self.map_ = map_
        self.tabel = tabel
        self.stand: int = tabel.transaction_version(TELLER) or 0

    @cached_property
    def batches(self) -> tuple[Batch, ...]:
        """The register by volgnr, removed batches included. Raises Historiestuk; Ingehaald when its files went since.

        The numbers have no gap, and no change of the register escapes the count of changes: else one was lost.
        """
        paden = self.paden(pl.col("deel") == REGISTER)
        try:
            teksten = pl.read_parquet(paden, columns=["batch"], glob=False)["batch"].to_list() if paden else []
            gevonden = tuple(sorted(map(lees_batch, teksten), key=lambda batch: batch.volgnr))
        except LEESFOUTEN as fout:
            if open_historie(self.map_).tabel.version() != self.tabel.version():
                raise Ingehaald from fout
            raise beschadigd(self.map_, "het register is niet te lezen") from fout
        wijzigingen = len(gevonden) + sum(batch.verwijderd is not None for batch in gevonden)
        if [batch.volgnr for batch in gevonden] != list(range(1, len(gevonden) + 1)) or wijzigingen > self.stand:
            raise beschadigd(self.map_, "in het register ontbreekt een batch of staat er een dubbel")
        return gevonden

    @property
    def aanwezig(self) -> tuple[Batch, ...]:
        """The batches that were not taken back."""
        return tuple(batch for batch in self.batches if not batch.verwijderd)

    @property
    def volgende(self) -> int:
        """The volgnr of a new batch."""
        return self.batches[-1].volgnr + 1 if self.batches else 1

    def regels(self) -> pl.LazyFrame:
        """All lines: ``volgnr`` and the columns of DECLARATIE, regelnummer Int32, in no order."""
        schema = {naam: SCHEMA[naam] for naam in ("volgnr", *REGELS)}
        paden = self.paden(pl.col("deel") != REGISTER)
        if not paden:
            return pl.LazyFrame(schema=schema)
        return pl.scan_parquet(paden, glob=False, hive_partitioning=False).select(*schema)

    @cached_property
    def bestanden(self) -> pl.DataFrame:
        """The data files by the log: path (below the folder), size_bytes, num_records, deel."""
        acties = pl.DataFrame(self.tabel.get_add_actions(flatten=True))
        return acties.select("path", "size_bytes", "num_records", deel=pl.col("partition.deel").cast(pl.String))

    def paden(self, deel: pl.Expr) -> list[Path]:
        """The data files of the parts that ``deel`` selects."""
        return [self.map_ / pad for pad in self.bestanden.filter(deel)["path"]]

    def voeg_toe(self, batch: Batch, regels: pl.DataFrame) -> None:
        """Add a batch and its lines, all or nothing. Hold the ``beurt``. Raises Ingehaald, Historiefout."""
        inhoud = regels.with_columns(
            regelnummer=pl.col("regelnummer").cast(pl.Int32),
            volgnr=pl.lit(batch.volgnr, dtype=pl.Int64),
            deel=pl.lit(batch.deel),
        ).sort("bsn", "begindatum", "regelnummer")
        rijen = pl.concat([registerrijen([batch]), inhoud], how="diagonal").select(*SCHEMA).cast(pl.Schema(SCHEMA))
        self._leg_vast(rijen, "voeg-toe")

    def verwijder(self, batch: Batch, weg: Verwijdering) -> None:
        """Take back a batch: its lines go, its row stays with the reason. Hold the ``beurt``."""
        leeg = replace(batch, regels=0, cent=0, van=None, tot=None, verwijderd=weg)
        self._leg_vast(
            registerrijen([leeg]), "verwijder",
            f"(deel = '{REGISTER}' OR deel = '{batch.deel}') AND volgnr = {batch.volgnr}",
        )  # fmt: skip

    def verwijder_voor(self, dag: date, batches: Sequence[Batch]) -> None:
        """Take out the lines that ended before ``dag``; ``batches`` is the whole register thereafter."""
        self._leg_vast(
            registerrijen(batches), "bewaartermijn", f"deel = '{REGISTER}' OR einddatum < DATE '{dag.isoformat()}'"
        )

    def _leg_vast(self, rijen: pl.DataFrame, wat: str, in_plaats_van: str | None = None) -> None:
        """One transaction: add ``rijen``, in place of what the predicate ``in_plaats_van`` selects."""
        # To open it again takes a second look at all its files: only when somebody changed or tidied it.
        tabel = self.tabel if log.is_laatste(self.map_, self.tabel.version()) else open_historie(self.map_).tabel
        if (tabel.transaction_version(TELLER) or 0) != self.stand:
            raise Ingehaald
        versie = tabel.version()
        vastleggen = CommitProperties(
            custom_metadata={log.EIGEN: wat},
            app_transactions=[Transaction(TELLER, self.stand + 1)],
            max_commit_retries=0,
        )
        with _nette_schrijffout(self.map_), alleen_eigenaar(), zonder_gepraat():
            if in_plaats_van is None:
                write_deltalake(tabel, rijen, mode="append", writer_properties=SCHRIJVEN, commit_properties=vastleggen)
            else:
                write_deltalake(
                    tabel, rijen, mode="overwrite", predicate=in_plaats_van,
                    writer_properties=SCHRIJVEN, commit_properties=vastleggen,
                )  # fmt: skip
        zet_op_schijf(self.map_, tabel, versie)


def zet_op_schijf(map_: Path, tabel: DeltaTable, na: int) -> None:
    """Wait until every change that ``tabel`` made after version ``na`` is on disk, and write down how far that is.

    Hold the ``beurt``. Raises Historiefout: then the change is made, but a power cut could still take it.
    """
    try:
        log.zet_op_schijf(map_, na, tabel.version())
        log.bevestig(map_, tabel.transaction_version(TELLER) or 0)
    except OSError as fout:
        raise Historiefout(
            f"{map_}: de schijf bevestigt niet dat de wijziging van de historie is bewaard ({fout.strerror}). "
            "Controleer de schijf, en daarna de historie met `declaratie historie controleer-historie`."
        ) from fout


@contextmanager
def _nette_schrijffout(map_: Path) -> Iterator[None]:
    """A write that fails is one Dutch line; what was written of it is in no version of the store."""
    try:
        yield
    except (OSError, DeltaError) as fout:
        # The text of the library may quote values: only the cause that we know is told.
        vol = any(teken in str(fout) for teken in ("No space left", "os error 28", "too large", "os error 27", "quota"))
        reden = "de schijf is vol" if vol else type(fout).__name__
        raise Historiefout(
            f"{map_}: schrijven in de historie lukt niet ({reden}). Maak ruimte of controleer de rechten; "
            "de historie is zoals zij was."
        ) from fout


def _adres(map_: Path) -> str:
    """The folder as the library takes it."""
    vol = map_.absolute()
    if tekens := sorted(set(vol.as_posix()) & set(ONMOGELIJK)):
        reden = f"de historie kan niet staan in een map met {' '.join(tekens)} in het pad"
        raise Invoerfout(str(map_), reden, "Kies een andere map.")
    return vol.as_uri()


def is_historie(map_: Path) -> bool:
    """Whether the folder holds a Delta table."""
    return any((map_ / "_delta_log").glob("0*"))


def open_historie(map_: Path) -> Historie:
    """Open the store as it is now. Raises Historiestuk when the folder holds none, or none that is whole."""
    if not is_historie(map_):
        reden = "in deze map staat geen historie" if map_.is_dir() else "deze map bestaat niet"
        raise Historiestuk(str(map_), reden, "Maak haar met `declaratie historie voeg-toe`, of controleer de naam.")
    try:
        ongewoon = log.ongewoon(map_)
    except OSError as fout:
        raise Historiestuk(
            str(map_), f"de historie is niet te lezen ({fout.strerror})", "Controleer de rechten."
        ) from None
    if ongewoon:
        raise beschadigd(map_, f"{schoon(ongewoon)} is geen gewoon bestand")
    if gebrek := log.gebrek(map_):
        raise beschadigd(map_, gebrek)
    try:
        # Before the table is opened: what was confirmed then, it must know.
        bevestigd = log.bevestigd(map_)
        tabel = DeltaTable(_adres(map_))
        eigen = tabel.metadata().name == NAAM
        historie = Historie(map_, tabel)
    except (OSError, ValueError, DeltaError, pl.exceptions.PanicException):
        raise Historiestuk(str(map_), "de historie is niet te openen", "Zet een reservekopie terug.") from None
    if not eigen:
        raise Historiestuk(
            str(map_), "deze Delta-tabel is niet door deze versie van declaratie gemaakt", "Kies een andere map."
        )
    if historie.stand < bevestigd:
        raise beschadigd(map_, f"het log kent {historie.stand} wijzigingen, en {bevestigd} waren er bewaard")
    return historie


def open_of_maak(map_: Path) -> Historie:
    """Open the store; an absent or empty folder becomes an empty one."""
    _adres(map_)
    if not is_historie(map_):
        _maak(map_)
    return open_historie(map_)


def _maak(map_: Path) -> None:
    try:
        map_.mkdir(mode=0o700, parents=True, exist_ok=True)
        vreemd = any(not deel.name.startswith("_") for deel in map_.iterdir())
    except OSError as fout:
        raise Historiefout(f"{map_}: deze map is niet te maken ({fout.strerror}). Kies een andere.") from None
    if vreemd:
        raise Historiefout(f"{map_}: deze map is niet leeg en geen historie. Kies een lege of nieuwe map.")
    with _nette_schrijffout(map_):
        map_.chmod(0o700)
        with alleen_eigenaar(), zonder_gepraat(), beurt(map_):
            tabel = DeltaTable.create(
                _adres(map_),
                schema=pl.Schema(SCHEMA),
                mode="ignore",
                partition_by="deel",
                name=NAAM,
                configuration=INSTELLINGEN,
            )
            zet_op_schijf(map_, tabel, -1)

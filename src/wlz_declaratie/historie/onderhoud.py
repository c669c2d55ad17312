"""Upkeep of the store: small files become big ones, what may no longer be kept goes, and the whole is verified."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from deltalake.exceptions import DeltaError

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.basis.slot import SLOTBESTAND, alleen_eigenaar, beurt, zonder_gepraat
from wlz_declaratie.historie import log as tabellog
from wlz_declaratie.historie.fouten import Historiefout
from wlz_declaratie.historie.opslag import LEESFOUTEN, SCHRIJVEN, Historie, open_historie, zet_op_schijf
from wlz_declaratie.historie.register import REGISTER, TELLING, Batch, Verwijdering, nu
from wlz_declaratie.inlezen.basis import toon

VEEL = 16
"""From so many small files in one part on, they are made one."""
KLEIN_BESTAND = 64 * 2**20
"""Bytes; a bigger file is left as it is."""
LEESTIJD = 24
"""Hours that files which compaction replaced stay on disk, for who still reads them."""

GEEN_REGELS: Mapping[str, Any] = {"regels": 0, "cent": 0, "van": None, "tot": None}
"""TELLING of a batch without lines."""

log = logging.getLogger(__name__)


def te_verdichten(historie: Historie, deel: str) -> bool:
    """Whether there will be many small files once one more batch was added in this part."""
    return any(aantal + (naam in (deel, REGISTER)) >= VEEL for naam, aantal in _kleine(historie).items())


def _kleine(historie: Historie) -> dict[str, int]:
    """How many small files each part has."""
    klein = historie.bestanden.filter(pl.col("size_bytes") < KLEIN_BESTAND)
    return dict(klein.group_by("deel").len().iter_rows())


def verdicht(map_: Path) -> None:
    """Make one file of many small ones, sorted by bsn; readers see no difference.

    It never fails: the store is as good without.
    """
    try:
        with beurt(map_), alleen_eigenaar(), zonder_gepraat():
            historie = open_historie(map_)
            versie = historie.tabel.version()
            vol = sorted(deel for deel, aantal in _kleine(historie).items() if aantal >= VEEL)
            for deel in vol:
                filters = [("deel", "=", deel)]
                if deel == REGISTER:
                    historie.tabel.optimize.compact(filters, writer_properties=SCHRIJVEN)
                else:
                    historie.tabel.optimize.z_order(["bsn"], filters, writer_properties=SCHRIJVEN)
            if vol:
                # The small files are the only copy until the big one is on disk.
                zet_op_schijf(map_, historie.tabel, versie)
                _ruim_op(historie, LEESTIJD)
    except (OSError, DeltaError, Gebruikersfout) as fout:
        log.warning("historie niet verdicht (%s)", type(fout).__name__)


def _ruim_op(historie: Historie, uren: int) -> None:
    """Remove files from disk that no version of the last hours holds, left by a killed writer too."""
    versie = historie.tabel.version()
    historie.tabel.vacuum(uren, dry_run=False, enforce_retention_duration=False, full=True)
    # It says in the log that it was here.
    zet_op_schijf(historie.map_, historie.tabel, versie)


def verwijder(map_: Path, factuurnummer: str, declarant: str | None, reden: str) -> Batch:
    """Take back the batch with this invoice; gives it as it was. Raises Historiefout when it is not one batch."""
    if not reden.strip():
        raise Historiefout("--reden: zeg waarom de batch weg moet.")
    with beurt(_met_historie(map_)):
        historie = open_historie(map_)
        batches = [
            batch
            for batch in historie.aanwezig
            if any(factuur == factuurnummer and declarant in (None, van) for van, factuur in batch.facturen)
        ]
        if not batches:
            raise Historiefout(
                f"{map_}: geen batch met factuurnummer {toon(factuurnummer)}. Zie `declaratie historie toon`."
            )
        if len(batches) > 1:
            raise Historiefout(
                f"{map_}: {len(batches)} batches hebben factuurnummer {toon(factuurnummer)}. Noem ook --declarant."
            )
        historie.verwijder(batches[0], Verwijdering(nu(), reden.strip()))
        return batches[0]


def _met_historie(map_: Path) -> Path:
    """The folder, when it holds a store: to wait for a turn makes a file, which has no place elsewhere."""
    return open_historie(map_).map_


def bewaartermijn(map_: Path, voor: date) -> int:
    """Remove the lines that ended before ``voor``, from the store and from disk; gives their number.

    The register of batches stays: a batch that comes again is still known.
    """
    with beurt(_met_historie(map_)):
        historie = open_historie(map_)
        over = historie.regels().filter(pl.col("einddatum") >= voor)
        per_batch = telling(over)
        batches = [_over(batch, per_batch.get(batch.volgnr, GEEN_REGELS)) for batch in historie.batches]
        aantal = sum(batch.regels for batch in historie.batches) - sum(batch.regels for batch in batches)
        if aantal:
            historie.verwijder_voor(voor, batches)
        with alleen_eigenaar():
            # No writer is busy now, so whatever the store does not hold may go at once.
            _ruim_op(open_historie(map_), 0)
    return aantal


def telling(regels: pl.LazyFrame) -> dict[int, dict[str, Any]]:
    """TELLING by volgnr."""
    rijen = regels.group_by("volgnr").agg(**TELLING).collect(engine="streaming").to_dicts()
    return {rij.pop("volgnr"): rij for rij in rijen}


def _over(batch: Batch, rest: Mapping[str, Any]) -> Batch:
    """The batch with what is left of it."""
    return replace(batch, **rest, verlopen=batch.verlopen + batch.regels - rest["regels"])


@dataclass(frozen=True)
class Verslag:
    """What verification found: ``fouten`` are Dutch lines, ``resten`` files that belong to no version."""

    bestanden: int
    regels: int
    batches: int
    fouten: tuple[str, ...]
    resten: int


def controleer(map_: Path) -> Verslag:
    """Verify the store: every file that the log names, and every batch of the register."""
    historie = open_historie(map_)
    fouten = (*tabellog.gebreken(map_), *_bestandsfouten(historie))
    if not fouten:
        fouten = tuple(_batchfouten(historie))
    bekend = {historie.map_ / pad for pad in historie.bestanden["path"]}
    resten = [pad for pad in map_.rglob("*.parquet") if "_delta_log" not in pad.parts and pad not in bekend]
    return Verslag(
        bestanden=len(bekend),
        regels=sum(batch.regels for batch in historie.aanwezig) if not fouten else 0,
        batches=len(historie.aanwezig) if not fouten else 0,
        fouten=fouten,
        resten=len(resten),
    )


def _bestandsfouten(historie: Historie) -> Iterator[str]:
    """Files that are gone, have another size, cannot be read to the end or hold another number of rows."""
    for pad, omvang, rijen in historie.bestanden.select("path", "size_bytes", "num_records").iter_rows():
        bestand = historie.map_ / pad
        if not bestand.is_file():
            yield f"bestand {pad} ontbreekt"
        elif bestand.stat().st_size != omvang:
            yield f"bestand {pad} is {bestand.stat().st_size} bytes groot; volgens het log {omvang}"
        else:
            try:
                # Every value is decoded, so that damage inside shows.
                geteld = (
                    pl.scan_parquet(bestand, glob=False)
                    .select(pl.len(), pl.struct(pl.all()).hash().max().alias("_"))
                    .collect(engine="streaming")["len"][0]
                )
            except LEESFOUTEN:
                yield f"bestand {pad} is beschadigd"
            else:
                if geteld != rijen:
                    yield f"bestand {pad} heeft {geteld} rijen; volgens het log {rijen}"


def _batchfouten(historie: Historie) -> Iterator[str]:
    """Batches of which the lines are not what the register says, and lines of no batch."""
    geteld = telling(historie.regels())
    leeg = {"regels": 0, "cent": 0, "van": None, "tot": None}
    for batch in historie.batches:
        hoort = {veld: getattr(batch, veld) for veld in leeg}
        if (is_ := geteld.pop(batch.volgnr, leeg)) != hoort:
            anders = ", ".join(
                f"{veld} {is_[veld]} in plaats van {hoort[veld]}" for veld in leeg if is_[veld] != hoort[veld]
            )
            yield f"batch {batch.volgnr}: {anders}"
    for volgnr in sorted(geteld):
        yield f"declaratieregels van batch {volgnr}, die het register niet kent"


def omvang(map_: Path) -> int:
    """Bytes that the store takes on disk, with files that wait to be removed."""
    return sum(pad.stat().st_size for pad in map_.rglob("*") if pad.is_file() and pad.name != SLOTBESTAND)

"""Ten rules beside the same rules in DuckDB SQL: same Parquet, same findings, times of both.

``python naast_duckdb.py MAP ja|nee UITVOER``: MAP from ``declaratie maak-voorbeeld``; ja puts 5 % of all lines on one
bsn. Both sides start from the Parquet and end with (rij, ernst); both run every rule RONDEN times in turn.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from wlz_declaratie.basis import heap

heap.stel_af()  # as the command does, before Polars is there

import duckdb
import polars as pl
from regels_in_sql import BATCH, LIJNEN, OVERBRUGGING, REGELS, TABELLEN
from verbouwen import een_bsn

from wlz_declaratie.basis.geheugen import motor
from wlz_declaratie.codes.tabellen import lees_codes
from wlz_declaratie.inlezen import lees_batch
from wlz_declaratie.inlezen.dossier import lees_dossier
from wlz_declaratie.kern import draaien
from wlz_declaratie.kern.invoer import Invoer
from wlz_declaratie.kern.regel import alle_regels
from wlz_declaratie.kern.slank import dossier_voor_regels, lijnen_van
from wlz_declaratie.kern.toetsing import toets

RONDEN = 3
GEEN = pl.DataFrame(schema={"rij": pl.UInt32, "ernst": pl.String})


def duckdb_kant(batch: Path, tabellen: Path) -> Callable[[], dict[str, tuple[pl.DataFrame, float]]]:
    """A run of all rules in SQL from the Parquet; preparation counts apart, as ``voorbereiden``."""
    verbinding = duckdb.connect()
    for naam in TABELLEN:
        verbinding.execute(f"create table {naam} as from read_parquet('{tabellen / naam}.parquet')")

    def draai() -> dict[str, tuple[pl.DataFrame, float]]:
        uit: dict[str, tuple[pl.DataFrame, float]] = {}
        begin = time.perf_counter()
        verbinding.execute(BATCH.format(batch=batch))
        verbinding.execute(LIJNEN)
        verbinding.execute(OVERBRUGGING)
        uit["voorbereiden"] = GEEN, time.perf_counter() - begin
        for regel_id, sql in REGELS.items():
            begin = time.perf_counter()
            rijen = verbinding.execute(sql).fetchall()
            duur = time.perf_counter() - begin
            uit[regel_id] = pl.DataFrame(rijen, schema=GEEN.schema, orient="row"), duur
        return uit

    return draai


def eigen_kant(batch: Path, map_: Path, werkmap: Path) -> Callable[[], dict[str, tuple[pl.DataFrame, float]]]:
    """A run of these rules of the product from the Parquet."""
    dossier = lees_dossier(map_ / "dossier")
    codes = lees_codes(dossier.tabellen.get("prestaties"))
    tabellen = dossier_voor_regels(dossier.tabellen, codes)

    draaien.DRADEN = 1  # one rule at a time, as DuckDB does

    def draai() -> dict[str, tuple[pl.DataFrame, float]]:
        uit: dict[str, tuple[pl.DataFrame, float]] = {}
        begin = time.perf_counter()
        with tempfile.TemporaryDirectory(dir=werkmap) as deel:
            gelezen = lees_batch(batch, Path(deel))
            invoer = Invoer(
                lijnen_van([gelezen], ()), gelezen.aantal, tabellen, codes, date(2026, 4, 30), False, (gelezen,)
            )
            momenten: list[tuple[str, float]] = []
            regels = [alle_regels()[regel_id] for regel_id in REGELS]

            def stap(naam: str, *_: int) -> None:
                if naam in REGELS:
                    momenten.append((naam, time.perf_counter()))

            with motor(gelezen.aantal):
                toetsingen, gevonden = toets(invoer, regels, Path(deel), stap)
        einde = time.perf_counter()
        uit["voorbereiden"] = GEEN, momenten[0][1] - begin
        grenzen = [moment for _, moment in momenten[1:]] + [einde]
        for uitkomst, (_, start), stop in zip(toetsingen, momenten, grenzen, strict=True):
            van_regel = gevonden.op_lijn.alles().filter(regel_id=uitkomst.regel.id)
            rijen = van_regel.select("rij", pl.col("ernst").cast(pl.String)).collect()
            uit[uitkomst.regel.id] = rijen, stop - start
        return uit

    return draai


def schrijf_tabellen(map_: Path, doel: Path) -> None:
    """Code tables and dossier as DuckDB wants them."""
    dossier = lees_dossier(map_ / "dossier")
    codes = lees_codes(dossier.tabellen.get("prestaties"))
    codes.prestaties.select("prestatiecode", "soort", "behandeling").write_parquet(doel / "prestatie.parquet")
    codes.profielen.select("zzpcode", "groep").write_parquet(doel / "profiel.parquet")
    periode = (pl.col("ingangsdatum").alias("van"), pl.col("einddatum").fill_null(date(9999, 12, 31)).alias("tot"))
    tabellen = {
        "indicatie": ("indicaties", ("bsn", "zzpcode", "groep")),
        "toewijzing": ("toewijzingen", ("bsn", "instelling", "zzpcode", "groep", "leveringsvorm")),
        "afspraak": ("afspraken", ("agb", "prestatiecode", "uzovi")),
        "aanbieder": ("aanbieders", ("agb", "kenmerk")),
    }
    for naam, (tabel, kolommen) in tabellen.items():
        rijen = dossier.tabellen[tabel]
        if "groep" in kolommen:
            rijen = rijen.join(codes.profielen, on="zzpcode", how="left")
        rijen.select(*kolommen, *periode).write_parquet(doel / f"{naam}.parquet")


def vergelijk(batch: Path, map_: Path, werkmap: Path, ronden: int) -> dict[str, dict[str, float]]:
    """Both sides in turn: by rule the medians and the number of findings. SystemExit where findings differ."""
    schrijf_tabellen(map_, werkmap)
    kanten = {"duckdb": duckdb_kant(batch, werkmap), "declaratie": eigen_kant(batch, map_, werkmap)}
    tijden: dict[str, dict[str, list[float]]] = {}
    aantallen: dict[str, int] = {}
    for _ in range(ronden):
        uitkomsten = {naam: draai() for naam, draai in kanten.items()}
        for regel_id in ("voorbereiden", *REGELS):
            links, rechts = (uitkomsten[naam][regel_id][0].sort("rij") for naam in kanten)
            if not links.equals(rechts):
                aantal = f"{links.height} en {rechts.height}"
                raise SystemExit(f"{regel_id}: DuckDB en declaratie geven andere bevindingen ({aantal})")
            aantallen[regel_id] = rechts.height
            for naam, uit in uitkomsten.items():
                tijden.setdefault(regel_id, {}).setdefault(naam, []).append(uit[regel_id][1])
    return {
        regel_id: {naam: statistics.median(lijst) for naam, lijst in per_kant.items()}
        | {"bevindingen": aantallen[regel_id]}
        for regel_id, per_kant in tijden.items()
    }


def main() -> None:
    """Compare, write medians."""
    map_, druk, uitvoer = Path(sys.argv[1]), sys.argv[2] == "ja", Path(sys.argv[3])
    with tempfile.TemporaryDirectory(prefix="declaratie-bench-") as tijdelijk:
        batch = map_ / "batch.parquet"
        if druk:
            batch = Path(tijdelijk, "batch.parquet")
            een_bsn(map_ / "batch.parquet", batch)
        medianen = vergelijk(batch, map_, Path(tijdelijk), RONDEN)
    medianen["samen"] = {
        sleutel: sum(waarden[sleutel] for waarden in medianen.values())
        for sleutel in ("declaratie", "duckdb", "bevindingen")
    }
    uitvoer.write_text(json.dumps(medianen), encoding="utf-8")


if __name__ == "__main__":
    main()

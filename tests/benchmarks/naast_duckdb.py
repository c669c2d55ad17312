"""Five rules beside the same rules in DuckDB SQL: same Parquet, same findings, times of both.

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

import duckdb
import polars as pl

from wlz_declaratie.codes.tabellen import lees_codes
from wlz_declaratie.inlezen import lees_batch
from wlz_declaratie.inlezen.dossier import lees_dossier
from wlz_declaratie.kern.regel import alle_regels
from wlz_declaratie.kern.slank import dossier_voor_regels, lijnen_van
from wlz_declaratie.kern.toetsing import Invoer, motor, toets

RONDEN = 3
EEN_BSN = "999900006"

LIJNEN = """
create or replace table lijn as
with ruw as (
  select file_row_number as rij, bsn, uitvoerder, prestatiecode, zzpcode, besluitnummer, aantal, referentienummer,
    referentienummer_voorgaand as voorgaand, debet_credit, begindatum as b, einddatum as e,
    coalesce(leveringsvorm, case prestatiecode[1] when 'Z' then 'verblijf' when 'V' then 'vpt' else 'mpt' end) as vorm
  from read_parquet('{batch}', file_row_number=true)
)
select l.*, p.soort, p.behandeling, z.groep as profiel
from ruw l
left join prestatie p using (prestatiecode)
left join profiel z using (zzpcode)
where debet_credit = 'D' and b is not null and e >= b and bsn <> '999999999'
  and not exists (select 1 from ruw c where c.debet_credit = 'C' and c.bsn = l.bsn and c.voorgaand = l.referentienummer)
"""
OVERBRUGGING = """
create or replace table brug as
with kandidaat as (
  select l.*,
    exists (select 1 from indicatie i where i.bsn = l.bsn and l.b between i.van and i.tot) as enige,
    exists (select 1 from indicatie i where i.bsn = l.bsn and l.b between i.van and i.tot and i.groep = 'LVG') as lvg,
    exists (select 1 from indicatie i where i.bsn = l.bsn and l.b between i.van and i.tot and i.groep = 'SGLVG') as sglvg
  from lijn l
  where soort in ('verblijf', 'vpt', 'module', 'dagbesteding') and vorm <> 'pgb'
    and (profiel in ('LVG', 'SGLVG') or bsn in (select bsn from indicatie where groep in ('LVG', 'SGLVG')))
), profielen as (
  select *, case when enige then lvg else coalesce(profiel = 'LVG', false) end as is_lvg,
    case when enige then sglvg else coalesce(profiel = 'SGLVG', false) end as is_sglvg
  from kandidaat
)
select * from profielen where (is_lvg or is_sglvg) and prestatiecode <> 'Z560'
  and not (is_lvg and prestatiecode in ('Z513', 'Z523', 'Z533', 'Z543', 'Z553'))
  and not (is_sglvg and prestatiecode = 'Z573')
"""
REGELS = {
    "VLD-16": """
with o as (
  select rij, b, max(e) over (partition by bsn, prestatiecode, uitvoerder order by b, e, rij
    rows between unbounded preceding and 1 preceding) as m
  from lijn where prestatiecode is not null
) select rij, 'afkeur' as ernst from o where m >= b
""",
    "MUT-01": """
with m as (
  select *, max(e) over (partition by bsn, uitvoerder order by b, e, rij
    rows between unbounded preceding and 1 preceding) as vorig
  from lijn where soort = 'mutatiedag'
), g as (
  select *, case when vorig is null or b - vorig - 1 > 31 or exists (
      select 1 from lijn p where p.soort in ('verblijf', 'vpt') and p.bsn = m.bsn and p.uitvoerder = m.uitvoerder
        and p.b < m.b and p.e > m.vorig and m.b - m.vorig > 1) then 1 else 0 end as nieuw
  from m
), l as (
  select *, sum(nieuw) over (partition by bsn, uitvoerder order by b, e, rij) as leegstand from g
), s as (
  select *, sum(greatest(coalesce(aantal, 0), 0)) over (partition by bsn, uitvoerder, leegstand order by b, e, rij) as som
  from l
) select rij, 'afkeur' as ernst from s where som > 13 and b >= date '2015-01-01'
""",
    "OVB-01": """
with o as (
  select *, coalesce(besluitnummer, '') as besluit, max(e) over (partition by bsn, coalesce(besluitnummer, '')
    order by b, e, rij rows between unbounded preceding and 1 preceding) as vorig
  from brug
), n as (
  select *, sum(case when vorig is null or b - vorig - 1 > 28 then 1 else 0 end)
    over (partition by bsn, besluit order by b, e, rij) as episode
  from o
), ep as (
  select bsn, besluit, episode, min(b) as eb, max(e) as ee,
    greatest(0, max(e) - greatest(min(b), date '2019-01-01') + 1) as span
  from n group by all
), v as (
  select *, coalesce(sum(span) over (partition by bsn, besluit order by episode
    rows between unbounded preceding and 1 preceding), 0) as eerder
  from ep
) select n.rij, 'afkeur' as ernst from n join v using (bsn, besluit, episode)
where n.b >= date '2019-01-01' and not (n.e <= date '2020-12-31' and v.eb < date '2020-01-01')
  and v.eerder + greatest(0, n.e - greatest(v.eb, date '2019-01-01') + 1) > 182
""",
    "VRB-01": """
with p as (select * from lijn where soort in ('verblijf', 'vpt')
), d as (select bsn, van, tot from toewijzing where leveringsvorm = 8
), o as (
  select *, max(e) over w as m, count(*) over w as k from p
  window w as (partition by bsn order by b, e, rij rows between unbounded preceding and 1 preceding)
), raak as (select * from o where m >= b
), paar as (
  select r.rij, r.b, r.e, r.m, r.uitvoerder, r.bsn,
    exists (select 1 from p q where q.bsn = r.bsn and q.e = r.b and q.b <= r.b and q.rij <> r.rij
      and q.uitvoerder = r.uitvoerder and (q.b, q.e, q.rij) < (r.b, r.e, r.rij)) as zelfde
  from raak r
) select rij, case when m = b and not zelfde then 'signaal' else 'afkeur' end as ernst
from paar where b >= date '2015-01-01'
  and not exists (select 1 from d where d.bsn = paar.bsn and d.van <= paar.b and d.tot >= least(paar.e, paar.m))
""",
    "BEH-01": """
with k as (
  select bsn, b, e, false as zonder from lijn where soort in ('verblijf', 'vpt') and behandeling = 'incl'
  union all
  select bsn, b, e, true from lijn where soort in ('verblijf', 'vpt') and behandeling = 'incl'
    and rij not in (select rij from brug)
), o as (
  select *, max(e) over (partition by bsn, zonder order by b, e rows between unbounded preceding and 1 preceding) as m from k
), i as (
  select *, sum(case when m is null or b > m + 1 then 1 else 0 end) over (partition by bsn, zonder order by b, e) as nr from o
), r as (select bsn, zonder, nr, min(b) as b, max(e) as e from i group by all
), t as (
  select *, prestatiecode in ('H325', 'H326', 'H327', 'H331', 'H334') as ambulant from lijn where soort = 'behandeling'
), s as (
  select t.rij, t.b, t.e, sum(least(t.e, r.e) - greatest(t.b, r.b) + 1) as dagen
  from t join r on r.bsn = t.bsn and r.zonder = t.ambulant and r.b <= t.e and r.e >= t.b group by all
) select rij, case when dagen = e - b + 1 then 'afkeur' else 'signaal' end as ernst from s where b >= date '2015-01-01'
""",
}


def duckdb_kant(batch: Path, tabellen: Path) -> Callable[[], dict[str, tuple[pl.DataFrame, float]]]:
    """A run of all five rules in SQL from the Parquet; preparation counts apart, as ``voorbereiden``."""
    verbinding = duckdb.connect()
    for naam in ("prestatie", "profiel", "indicatie", "toewijzing"):
        verbinding.execute(f"create table {naam} as from read_parquet('{tabellen / naam}.parquet')")

    def draai() -> dict[str, tuple[pl.DataFrame, float]]:
        uit: dict[str, tuple[pl.DataFrame, float]] = {}
        begin = time.perf_counter()
        verbinding.execute(LIJNEN.format(batch=batch))
        verbinding.execute(OVERBRUGGING)
        uit["voorbereiden"] = pl.DataFrame(), time.perf_counter() - begin
        for regel_id, sql in REGELS.items():
            begin = time.perf_counter()
            rijen = verbinding.execute(sql).fetchall()
            duur = time.perf_counter() - begin
            uit[regel_id] = pl.DataFrame(rijen, schema={"rij": pl.UInt32, "ernst": pl.String}, orient="row"), duur
        return uit

    return draai


def eigen_kant(batch: Path, map_: Path, werkmap: Path) -> Callable[[], dict[str, tuple[pl.DataFrame, float]]]:
    """A run of the five rules of the product from the Parquet."""
    dossier = lees_dossier(map_ / "dossier")
    codes = lees_codes(dossier.tabellen.get("prestaties"))
    tabellen = dossier_voor_regels(dossier.tabellen, codes)

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
            with motor(gelezen.aantal):
                toetsingen = toets(
                    invoer, regels, Path(deel), lambda naam, *_: momenten.append((naam, time.perf_counter()))
                )
        einde = time.perf_counter()
        uit["voorbereiden"] = pl.DataFrame(), momenten[0][1] - begin
        grenzen = [moment for _, moment in momenten[1:]] + [einde]
        for toetsing, (_, start), stop in zip(toetsingen, momenten, grenzen, strict=True):
            rijen = toetsing.bevindingen.select("rij", pl.col("ernst").cast(pl.String))
            uit[toetsing.regel.id] = rijen, stop - start
        return uit

    return draai


def schrijf_tabellen(map_: Path, doel: Path) -> None:
    """Code tables and dossier as DuckDB wants them."""
    dossier = lees_dossier(map_ / "dossier")
    codes = lees_codes(dossier.tabellen.get("prestaties"))
    codes.prestaties.select("prestatiecode", "soort", "behandeling").write_parquet(doel / "prestatie.parquet")
    codes.profielen.select("zzpcode", "groep").write_parquet(doel / "profiel.parquet")
    open_eind = pl.col("einddatum").fill_null(date(9999, 12, 31)).alias("tot")
    dossier.tabellen["indicaties"].join(codes.profielen, on="zzpcode", how="left").select(
        "bsn", "groep", pl.col("ingangsdatum").alias("van"), open_eind
    ).write_parquet(doel / "indicatie.parquet")
    dossier.tabellen["toewijzingen"].select(
        "bsn", "leveringsvorm", pl.col("ingangsdatum").alias("van"), open_eind
    ).write_parquet(doel / "toewijzing.parquet")


def main() -> None:
    """Run both sides in turn, compare findings, write medians."""
    map_, druk, uitvoer = Path(sys.argv[1]), sys.argv[2] == "ja", Path(sys.argv[3])
    with tempfile.TemporaryDirectory(prefix="declaratie-bench-") as tijdelijk:
        werkmap = Path(tijdelijk)
        batch = werkmap / "batch.parquet"
        regels = pl.scan_parquet(map_ / "batch.parquet")
        if druk:
            een = pl.int_range(pl.len()).hash(7) % 20 == 0
            regels = regels.with_columns(bsn=pl.when(een).then(pl.lit(EEN_BSN)).otherwise("bsn"))
        regels.sink_parquet(batch)
        schrijf_tabellen(map_, werkmap)
        kanten = {"duckdb": duckdb_kant(batch, werkmap), "declaratie": eigen_kant(batch, map_, werkmap)}
        tijden: dict[str, dict[str, list[float]]] = {}
        aantallen: dict[str, int] = {}
        for _ in range(RONDEN):
            uitkomsten = {naam: draai() for naam, draai in kanten.items()}
            for regel_id in ("voorbereiden", *REGELS):
                gevonden = {naam: uit[regel_id][0] for naam, uit in uitkomsten.items()}
                if regel_id != "voorbereiden":
                    links, rechts = (gevonden[naam].sort("rij") for naam in kanten)
                    if not links.equals(rechts):
                        raise SystemExit(
                            f"{regel_id}: DuckDB en declaratie geven andere bevindingen ({links.height}, {rechts.height})"
                        )
                aantallen[regel_id] = gevonden["declaratie"].height
                for naam, uit in uitkomsten.items():
                    tijden.setdefault(regel_id, {}).setdefault(naam, []).append(uit[regel_id][1])
        medianen: dict[str, dict[str, float]] = {
            regel_id: {naam: statistics.median(lijst) for naam, lijst in per_kant.items()}
            | {"bevindingen": aantallen[regel_id]}
            for regel_id, per_kant in tijden.items()
        }
        medianen["samen"] = {
            sleutel: sum(waarden[sleutel] for waarden in medianen.values())
            for sleutel in ("declaratie", "duckdb", "bevindingen")
        }
        uitvoer.write_text(json.dumps(medianen), encoding="utf-8")


if __name__ == "__main__":
    main()

"""Ten rules of the catalogue in DuckDB SQL, as directly as that goes, and what they share: lines and bridging lines."""

BATCH = "create or replace view batch as select *, file_row_number as rij from read_parquet('{batch}', file_row_number=true)"
LIJNEN = """
create or replace table lijn as
with ruw as (
  select rij, bsn, uitvoerder, prestatiecode, prestatiecodelijst, zzpcode, besluitnummer, uzovi, aantal, leveringsvorm,
    referentienummer, referentienummer_voorgaand as voorgaand, debet_credit, begindatum as b, einddatum as e
  from batch
)
select l.* exclude (leveringsvorm, prestatiecodelijst), z.groep as profiel,
  case when p.soort = 'lvhc' then coalesce(p.behandeling, 'incl') else p.behandeling end as behandeling,
  case when prestatiecodelijst in ('010', '033', '043', '044', '045') then 'mondzorg' else p.soort end as soort,
  coalesce(leveringsvorm, case when p.soort in ('verblijf', 'lvhc', 'overbrugging') or prestatiecode[1] = 'Z' then 'verblijf'
    when prestatiecode[1] = 'V' then 'vpt' else 'mpt' end) as vorm
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
  where soort in ('verblijf', 'vpt', 'module', 'dagbesteding', 'logeren') and vorm <> 'pgb'
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
TABELLEN = ("prestatie", "profiel", "indicatie", "toewijzing", "afspraak", "aanbieder")
"""What the SQL reads besides the batch; see ``schrijf_tabellen``."""
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
      select 1 from lijn p where p.soort in ('verblijf', 'lvhc', 'overbrugging', 'vpt') and p.bsn = m.bsn and p.uitvoerder = m.uitvoerder
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
where n.b >= date '2019-01-01' and not (
    n.e <= date '2020-12-31'
    and case when n.bsn in (select bsn from toewijzing) then exists (
        select 1 from toewijzing t where t.bsn = n.bsn and t.van < date '2020-01-01' and (t.leveringsvorm in (5, 7)
          or t.groep not in ('LVG', 'SGLVG') and t.instelling = n.uitvoerder and n.b between t.van and t.tot))
      else v.eb < date '2020-01-01' end
    and (n.bsn not in (select bsn from indicatie where groep in ('LVG', 'SGLVG')) or exists (
        select 1 from indicatie i where i.bsn = n.bsn and i.groep in ('LVG', 'SGLVG') and i.van < date '2020-01-01'
          and n.e between i.van and i.tot)))
  and v.eerder + greatest(0, n.e - greatest(v.eb, date '2019-01-01') + 1) > 182
""",
    "VRB-01": """
with p as (
  select rij, bsn, uitvoerder, b, e, b as van, soort = 'vpt' as vpt from lijn
  where soort in ('verblijf', 'lvhc', 'overbrugging', 'vpt')
), t as (
  select bsn, greatest(van, date '2020-01-01') as van, tot from toewijzing
  where leveringsvorm = 8 and tot >= date '2020-01-01'
), o as (
  select *, max(tot) over (partition by bsn order by van, tot rows between unbounded preceding and 1 preceding) as m from t
), i as (
  select *, sum(case when m is null or van > m + 1 then 1 else 0 end) over (partition by bsn order by van, tot) as nr from o
), d as (select bsn, nr, min(van) as van, max(tot) as tot from i group by all
), deels as (
  select p.* replace (coalesce(d.tot + 1, p.b) as van) from p
  left join d on d.bsn = p.bsn and p.b between d.van and d.tot where p.bsn in (select bsn from d)
), q as (
  select *, 'alle' as naast from p where bsn not in (select bsn from d)
  union all select *, case when vpt then 'vpt' else 'verblijf' end from p where bsn in (select bsn from d)
  union all select *, 'buiten deeltijd' from deels where van <= e
), w as (
  select *, max(e) over (partition by naast, bsn order by b, e, rij
      rows between unbounded preceding and 1 preceding) as een,
    max(e) over (partition by naast, bsn, uitvoerder order by b, e, rij
      rows between unbounded preceding and 1 preceding) as zelfde
  from q
) select rij, min(case when een >= greatest(van, b + 1) or zelfde >= van then 'afkeur' else 'signaal' end) as ernst
from w where een >= van and b >= date '2015-01-01' group by rij
""",
    "BEH-01": """
with k as (
  select bsn, b, e, false as zonder from lijn
  where soort in ('verblijf', 'lvhc', 'overbrugging', 'vpt') and behandeling = 'incl'
  union all
  select bsn, b, e, true from lijn
  where soort in ('verblijf', 'lvhc', 'overbrugging', 'vpt') and behandeling = 'incl' and rij not in (select rij from brug)
), o as (
  select *, max(e) over (partition by bsn, zonder order by b, e rows between unbounded preceding and 1 preceding) as m from k
), i as (
  select *, sum(case when m is null or b > m + 1 then 1 else 0 end) over (partition by bsn, zonder order by b, e) as nr from o
), r as (select bsn, zonder, nr, min(b) as b, max(e) as e from i group by all
), t as (
  select *, prestatiecode in ('H325', 'H326', 'H327', 'H331', 'H334') and exists (
      select 1 from aanbieder a where a.agb = uitvoerder and a.kenmerk in ('lvg', 'sglvg', 'borg')
        and b between a.van and a.tot) as ambulant
  from lijn where soort = 'behandeling'
), s as (
  select t.rij, t.b, t.e, sum(least(t.e, r.e) - greatest(t.b, r.b) + 1) as dagen
  from t join r on r.bsn = t.bsn and r.zonder = t.ambulant and r.b <= t.e and r.e >= t.b group by all
) select rij, case when dagen = e - b + 1 then 'afkeur' else 'signaal' end as ernst from s where b >= date '2015-01-01'
""",
    "IND-01": """
with o as (
  select *, max(tot) over (partition by bsn order by van, tot rows between unbounded preceding and 1 preceding) as m
  from indicatie
), i as (
  select *, sum(case when m is null or van > m + 1 then 1 else 0 end) over (partition by bsn order by van, tot) as nr from o
), r as (select bsn, nr, min(van) as van, max(tot) as tot from i group by all
), l as (
  select * from lijn where coalesce(soort, '') not in ('subsidie', 'partnerverblijf', 'mutatiedag')
    and not exists (select 1 from r where r.bsn = lijn.bsn and r.van <= lijn.b and r.tot >= lijn.e)
) select rij, case when year(b) = 2017 and (coalesce(profiel = 'GGZ-B', false) or exists (
    select 1 from indicatie i where i.bsn = l.bsn and i.groep = 'GGZ-B'
      and i.van = (select max(van) from indicatie n where n.bsn = l.bsn))) then 'signaal' else 'afkeur' end as ernst
from l
""",
    "IND-02": """
select rij, 'afkeur' as ernst from lijn l
where zzpcode is not null and coalesce(soort, '') not in ('subsidie', 'partnerverblijf', 'mutatiedag')
  and rij not in (select rij from brug)
  and not exists (select 1 from indicatie i where i.bsn = l.bsn and i.zzpcode = l.zzpcode and l.b between i.van and i.tot)
""",
    "IND-03": """
with z as (
  select rij, bsn, uitvoerder, vorm, b, e, case when rij in (select rij from brug) then null else zzpcode end as zzp
  from lijn where soort in ('verblijf', 'lvhc', 'overbrugging', 'vpt', 'module', 'dagbesteding', 'schoonmaak')
), past(vorm, code) as (
  values ('verblijf', 4), ('verblijf', 8), ('verblijf', 9), ('vpt', 5), ('mpt', 7), ('mpt', 8), ('pgb', 2)
), vraag as (select distinct bsn, uitvoerder, vorm, zzp from z
), d as (
  select v.*, t.van, t.tot from vraag v join past using (vorm)
  join toewijzing t on t.bsn = v.bsn and t.instelling = v.uitvoerder and t.leveringsvorm = past.code
  where v.zzp is null or t.zzpcode is null or t.zzpcode = v.zzp
), o as (
  select *, max(tot) over (partition by bsn, uitvoerder, vorm, zzp order by van, tot
    rows between unbounded preceding and 1 preceding) as m from d
), i as (
  select *, sum(case when m is null or van > m + 1 then 1 else 0 end)
    over (partition by bsn, uitvoerder, vorm, zzp order by van, tot) as nr from o
), r as (select bsn, uitvoerder, vorm, zzp, nr, min(van) as van, max(tot) as tot from i group by all
) select rij, 'afkeur' as ernst from z
where not exists (select 1 from r where r.bsn = z.bsn and r.uitvoerder = z.uitvoerder and r.vorm = z.vorm
  and r.zzp is not distinct from z.zzp and r.van <= z.b and r.tot >= z.e)
""",
    "AFS-01": """
with kantoor as (
  select agb, prestatiecode, uzovi as k from afspraak where uzovi is not null
  union select agb, prestatiecode, null from afspraak
), d as (
  select a.agb, a.prestatiecode, k, van, tot from kantoor join afspraak a using (agb, prestatiecode)
  where a.uzovi is null or a.uzovi = k
), o as (
  select *, max(tot) over (partition by agb, prestatiecode, k order by van, tot
    rows between unbounded preceding and 1 preceding) as m from d
), i as (
  select *, sum(case when m is null or van > m + 1 then 1 else 0 end)
    over (partition by agb, prestatiecode, k order by van, tot) as nr from o
), r as (select agb, prestatiecode, k, nr, min(van) as van, max(tot) as tot from i group by all
), vraag as (
  select uitvoerder, prestatiecode, uzovi, soort, b, e, list(rij) as rijen from lijn
  where soort is distinct from 'mondzorg' or uitvoerder in (select agb from afspraak) group by all
), v as (
  select vraag.*, kantoor.k from vraag left join kantoor
    on kantoor.agb = uitvoerder and kantoor.prestatiecode = vraag.prestatiecode and kantoor.k = uzovi
), antwoord as (
  select v.rijen, v.b, v.e, max(r.tot) as tot from v left join r
    on r.agb = v.uitvoerder and r.prestatiecode = v.prestatiecode and r.k is not distinct from v.k and r.van <= v.b
  group by all
) select unnest(rijen) as rij, case when tot >= b then 'signaal' else 'afkeur' end as ernst
from antwoord where tot is null or tot < e
""",
    "VLD-09": """
with dubbel as (
  select declarant, referentienummer from batch where referentienummer is not null group by all having count(*) > 1
) select rij, 'afkeur' as ernst from batch where referentienummer is null
union all select rij, 'afkeur' from batch join dubbel on batch.referentienummer = dubbel.referentienummer
  and batch.declarant is not distinct from dubbel.declarant
""",
}
"""By rule the SQL that gives (rij, ernst)."""

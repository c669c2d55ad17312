"""What in a dossier contradicts itself, or the policy that rules test; of all rows, before any line is declared.

A number or code of policy comes from the parameters of the rule that owns it. A row without an einddatum counts until
the peildatum: what may still be ended in time is no contradiction yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from wlz_declaratie.basis.dagen import (
    OPEN_EIND,
    als_datum,
    buiten,
    dag,
    datum_tekst,
    met_groep,
    met_laatst_begonnen,
    niet_gedekt,
    vereniging,
    vorig_eind,
)
from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.codes.tabellen import Codes
from wlz_declaratie.kern.begrippen import DEELTIJDVERBLIJF, GEEN_BSN, LVG_PROFIELEN, PGB, VERBLIJF_TOEGEWEZEN, VPT
from wlz_declaratie.kern.parameters import Parameterfout, Regelparameters
from wlz_declaratie.kern.profiel import met_profiel
from wlz_declaratie.kern.regel import alle_regels

HEEL = 100.0
"""Percent of a package; what is less leaves room for another on the same day."""
PAKKETVORMEN = tuple(vorm for vorm in (*VERBLIJF_TOEGEWEZEN, VPT) if vorm != DEELTIJDVERBLIJF)
"""Leveringsvormen of a toewijzing that are the care of the whole day, every day."""


@dataclass(frozen=True)
class Bezien:
    """The dossier as rules read it (``slank.dossier_voor_regels``), each row with its place ``rij``."""

    tabellen: Mapping[str, pl.LazyFrame]
    codes: Codes
    peildatum: date

    def rijen(self, tabel: str) -> pl.LazyFrame:
        """The rows of people who have a bsn; an open einddatum is the peildatum, and ``open`` says that it was."""
        open_ = pl.col("eind") == OPEN_EIND
        tot_nu = pl.max_horizontal("begin", pl.lit(dag(self.peildatum), dtype=pl.Int32))
        return (
            self.tabellen[tabel]
            .filter(pl.col("bsn") != GEEN_BSN)
            .with_columns(open=open_, eind=pl.when(open_).then(tot_nu).otherwise("eind"))
        )


@dataclass(frozen=True)
class Vondsten:
    """The rows that contradict: ``tabel``, ``rij`` (their place in it), bsn, and what ``wat`` makes a sentence of.

    Apart, for that is made of the few that are shown.
    """

    rijen: pl.LazyFrame
    wat: pl.Expr


@dataclass(frozen=True)
class Tegenstrijdigheid:
    """A way in which a dossier can contradict itself.

    ``tabellen`` it cannot be seen without; of ``een_van`` one will do.
    """

    id: str
    titel: str
    doen: str
    vind: Callable[[Bezien], Vondsten]
    tabellen: tuple[str, ...] = ()
    een_van: tuple[str, ...] = ()

    def ontbreekt(self, tabellen: Mapping[str, object]) -> str | None:
        """Why it cannot be seen in a dossier with these tables."""
        weg = [f"tabel {naam} ontbreekt" for naam in self.tabellen if naam not in tabellen]
        if self.een_van and not any(naam in tabellen for naam in self.een_van):
            weg.append(f"tabel {' en tabel '.join(self.een_van)} ontbreken")
        return "; ".join(weg) or None


def _beleid(regel_id: str) -> Regelparameters:
    """What policy says of a rule. Raises Parameterfout where it cannot be read."""
    regel = alle_regels()[regel_id]
    if regel.gebrek:
        raise Parameterfout(regel.gebrek)
    return regel.parameters


def _vanaf(beleid: Regelparameters) -> int:
    """The first day on which a rule is in force."""
    return dag(beleid.van or date.min)


def _periode(begin: str = "begin", eind: str = "eind", open_: str = "open") -> pl.Expr:
    tot = pl.when(open_).then(pl.lit("open")).otherwise(datum_tekst(pl.col(eind)))
    return zin("{} t/m {}", datum_tekst(pl.col(begin)), tot)


def _agb(kolom: str) -> pl.Expr:
    return pl.col(kolom).cast(pl.String).str.zfill(8)


def _zonder_indicatie(dossier: Bezien) -> Vondsten:
    kolommen = "rij", "bsn", "zzpcode", "instelling", "begin", "eind", "open"
    toegewezen = dossier.rijen("toewijzingen").select(kolommen)
    zonder = niet_gedekt(toegewezen, dossier.tabellen["indicaties"].select("bsn", "begin", "eind"), ["bsn"])
    dagen = pl.when(pl.col("dagen_buiten") == 1).then(pl.lit("1 dag")).otherwise(zin("{} dagen", "dagen_buiten"))
    vanaf = datum_tekst(pl.col("eerste_dag_buiten"))
    tekst = "toewijzing {} bij {}, {}: {} zonder indicatie, vanaf {}"
    return Vondsten(
        zonder.with_columns(tabel=pl.lit("toewijzingen")),
        zin(tekst, "zzpcode", _agb("instelling"), _periode(), dagen, vanaf),
    )


def _twee_pakketten(dossier: Bezien) -> Vondsten:
    """Every whole package that begins while one of the same soort runs; beside the one of those that ends last."""
    soorten = [_beleid(regel_id).vast("soort_toewijzing") for regel_id in ("OVB-03", "OVB-07")]
    velden = "zzpcode", "instelling", "begin", "eind", "open"
    pakketten = (
        dossier.rijen("toewijzingen")
        .filter(
            pl.col("leveringsvorm").is_in(PAKKETVORMEN),
            pl.col("soort").is_in(soorten),
            pl.col("percentage").fill_null(HEEL) >= HEEL,
        )
        .select("rij", "bsn", "soort", *velden)
    )
    # Equal periods in the order of the table: which row is named, must not differ from run to run.
    op_volgorde = met_groep(pakketten.with_columns(volgorde="rij"), ["bsn", "soort"]).with_columns(
        vorig_eind=vorig_eind()
    )
    # The row that ends last so far is the last one that ended later than all before it.
    laatste = pl.when(pl.col("vorig_eind").is_null() | (pl.col("eind") > pl.col("vorig_eind"))).then("rij")
    dubbel = (
        op_volgorde.with_columns(ander_rij=laatste.forward_fill().shift())
        .filter(pl.col("vorig_eind") >= pl.col("begin"))
        .join(pakketten.select(pl.col("rij", *velden).name.prefix("ander_")), on="ander_rij", how="left")
    )
    samen_tot = pl.min_horizontal("eind", "ander_eind")
    verhuisd = (samen_tot == pl.col("begin")) & (pl.col("instelling") != pl.col("ander_instelling"))
    samen = (
        pl.when(verhuisd)
        .then(zin("samen op {} (verhuisdag)", datum_tekst(pl.col("begin"))))
        .otherwise(zin("samen van {} t/m {}", datum_tekst(pl.col("begin")), datum_tekst(samen_tot)))
    )
    tekst = zin(
        "pakket {} bij {}, {}, naast {} bij {}, {}: {}",
        *("zzpcode", _agb("instelling"), _periode(), "ander_zzpcode", _agb("ander_instelling")),
        *(_periode("ander_begin", "ander_eind", "ander_open"), samen),
    )
    return Vondsten(dubbel.with_columns(tabel=pl.lit("toewijzingen")), tekst)


def _pgb_rijen(dossier: Bezien) -> pl.LazyFrame:
    """Every row that gives a pgb, with the profile of its ingangsdatum where it names none itself."""
    kolommen = "tabel", "rij", "bsn", "zzpcode", "profiel", "begin", "eind", "open"
    delen = []
    for tabel, is_pgb in (("pgb", pl.lit(value=True)), ("toewijzingen", pl.col("leveringsvorm") == PGB)):
        if tabel in dossier.tabellen:
            delen.append(dossier.rijen(tabel).filter(is_pgb).with_columns(tabel=pl.lit(tabel)).select(kolommen))
    rijen = pl.concat(delen).collect()
    return met_profiel(rijen, dossier.tabellen.get("indicaties"), dossier.codes).lazy()


def _behouden_tot(dossier: Bezien, vanaf: int, laatste: int, profielen: list[str]) -> list[pl.LazyFrame]:
    """Per client (bsn) the last day of what must still run for a pgb to be kept (LVG-01): a pgb and an indication."""
    van_profiel = pl.col("zzpcode").is_in(profielen) | pl.col("zzpcode").is_null()
    per_tabel = []
    for tabel, voorwaarde in (("pgb", van_profiel), ("indicaties", pl.lit(value=True))):
        if tabel in dossier.tabellen:
            lopend = dossier.tabellen[tabel].filter(voorwaarde, pl.col("begin") < vanaf)
            per_tabel.append(lopend.group_by("bsn").agg(pl.max("eind").clip(upper_bound=laatste).alias(tabel)))
    return per_tabel


def _pgb_mag_niet(dossier: Bezien) -> Vondsten:
    """Rows that give a pgb on a day on which LVG-01 or GGZ-03 says that the profile has none."""
    lvg, ggz = _beleid("LVG-01"), _beleid("GGZ-03")
    vanaf, laatste = dag(lvg.dagwaarde("geen_pgb_meer_vanaf")), dag(lvg.dagwaarde("uitzondering_tot_en_met"))
    behoudt = lvg.vast("met_uitzondering")
    rijen, houdt_tot = _pgb_rijen(dossier), []
    for lopend in _behouden_tot(dossier, vanaf, laatste, behoudt):
        rijen = rijen.join(lopend, on="bsn", how="left")
        houdt_tot.append(pl.col(lopend.collect_schema().names()[-1]).fill_null(vanaf - 1))
    # Without these tables nobody can say that the exception does not hold.
    na_behoud = (pl.min_horizontal(houdt_tot) if houdt_tot else pl.lit(laatste, dtype=pl.Int32)) + 1
    code = pl.col("profielcode")
    niet_vanaf = (
        pl.when(code.is_in(lvg.vast("nooit_pgb")))
        .then(pl.lit(_vanaf(lvg)))
        .when(pl.col("profiel").is_in(LVG_PROFIELEN))
        .then(pl.when(code.is_in(behoudt)).then(pl.max_horizontal(na_behoud, pl.lit(vanaf))).otherwise(pl.lit(vanaf)))
        .when(code.is_in(ggz.vast("geen_pgb")))
        .then(pl.lit(_vanaf(ggz)))
    )
    verboden = rijen.with_columns(eerste=pl.max_horizontal("begin", niet_vanaf)).filter(
        niet_vanaf.is_not_null(), pl.col("eerste") <= pl.col("eind")
    )
    tekst = zin("pgb op {}, {}: niet mogelijk vanaf {}", "profielcode", _periode(), datum_tekst(pl.col("eerste")))
    return Vondsten(verboden, tekst)


def _lvg_op_vg(dossier: Bezien) -> Vondsten:
    """Ordinary allocations of a VG profile on days on which only an (SG)LVG profile is indicated (OVB-07).

    One of before 2020 may rest on the transition of that year.
    """
    beleid = _beleid("OVB-07")
    profielen = beleid.vast("profielen")
    na_overgang = dag(beleid.dagwaarde("overgang_tot_en_met")) + 1
    overgang = pl.col("begin") < dag(beleid.dagwaarde("overgang_voor"))
    eerste = pl.when(overgang).then(pl.lit(na_overgang)).otherwise(pl.lit(_vanaf(beleid)))
    toegewezen = (
        dossier.rijen("toewijzingen")
        .filter(pl.col("profiel").is_in(profielen), pl.col("soort") == beleid.vast("soort_toewijzing"))
        .select("rij", "bsn", "zzpcode", "instelling", "begin", "eind", "open")
        .with_columns(eerste=pl.max_horizontal("begin", eerste))
        .filter(pl.col("eerste") <= pl.col("eind"))
        .collect()
    )
    van_hen = pl.col("bsn").is_in(toegewezen["bsn"].unique().implode())
    indicaties = dossier.tabellen["indicaties"].filter(van_hen).select("bsn", "profiel", "begin", "eind")
    lvg = vereniging(indicaties.filter(pl.col("profiel").is_in(LVG_PROFIELEN)), ["bsn"])
    alleen_lvg = buiten(lvg, indicaties.filter(pl.col("profiel").is_in(profielen)), "bsn")
    strijdig = met_laatst_begonnen(
        toegewezen.lazy(), alleen_lvg.select("bsn", lvg_van="begin", lvg_tot="eind"), ["bsn"], "lvg_van", "eind"
    ).filter(pl.col("lvg_tot") >= pl.col("eerste"))
    samen = datum_tekst(pl.max_horizontal("eerste", "lvg_van"))
    tekst = "toewijzing {} (VG) bij {}, {}: vanaf {} is alleen een (SG)LVG-profiel geïndiceerd"
    return Vondsten(
        strijdig.with_columns(tabel=pl.lit("toewijzingen")),
        zin(tekst, "zzpcode", _agb("instelling"), _periode(), samen),
    )


def _te_lang(dossier: Bezien) -> Vondsten:
    """Indications of an (SG)LVG profile of more months than LVG-03 allows without an extension."""
    beleid = _beleid("LVG-03")
    maanden = beleid.vast("maanden")
    hooguit = als_datum(pl.col("begin")).dt.offset_by(f"{maanden}mo").to_physical() - 1
    lang = (
        dossier.rijen("indicaties")
        .filter(pl.col("profiel").is_in(LVG_PROFIELEN), pl.col("eind") >= _vanaf(beleid))
        .with_columns(hooguit=hooguit)
        .filter(pl.col("eind") > pl.col("hooguit"))
    )
    tekst = f"indicatie {{}}, {{}}: {maanden} maanden lopen t/m {{}}"
    return Vondsten(
        lang.with_columns(tabel=pl.lit("indicaties")), zin(tekst, "zzpcode", _periode(), datum_tekst(pl.col("hooguit")))
    )


TEGENSTRIJDIGHEDEN = (
    Tegenstrijdigheid(
        "toewijzing-zonder-indicatie",
        "Toewijzing op dagen zonder indicatie",
        "vul het ontbrekende besluit aan in `indicaties`, of laat de toewijzing beëindigen.",
        _zonder_indicatie,
        ("toewijzingen", "indicaties"),
    ),
    Tegenstrijdigheid(
        "twee-pakketten",
        "Twee pakketten toegewezen op één dag",
        "laat de eerdere toewijzing beëindigen op de dag ervoor; spreek bij een verhuizing af wie de dag declareert.",
        _twee_pakketten,
        ("toewijzingen",),
    ),
    Tegenstrijdigheid(
        "pgb-mag-niet",
        "Pgb op een profiel waarbij dat niet mag",
        "controleer zzpcode en leveringsvorm; bespreek met het zorgkantoor welke zorg past.",
        _pgb_mag_niet,
        een_van=("pgb", "toewijzingen"),
    ),
    Tegenstrijdigheid(
        "lvg-op-vg",
        "(SG)LVG-indicatie met een VG-toewijzing",
        "vraag om een toewijzing overbrugging, of om de indicatie die bij de plaats past.",
        _lvg_op_vg,
        ("toewijzingen", "indicaties"),
    ),
    Tegenstrijdigheid(
        "lvg-te-lang",
        "(SG)LVG-indicatie duurt te lang",
        "controleer de einddatum, of vul het vervolgbesluit aan in `indicaties`.",
        _te_lang,
        ("indicaties",),
    ),
)
"""In the order in which a report gives them."""

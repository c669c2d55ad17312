"""What is known of where a client stays, for care that others declare: dental care and aids.

The batch of a dentist or supplier never holds the stay. So a stay is known from a stay line of the population or from
a toewijzing, and it is incl. behandeling by its prestatie, or by the kenmerk of the instelling of that toewijzing. Of
a client with no stay line and no toewijzing at all nothing is known, and nothing is rejected.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import polars as pl

from wlz_declaratie.basis.dagen import binnen, met_laatste_periode
from wlz_declaratie.kern.begrippen import VERBLIJF_TOEGEWEZEN
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.taal.kiezen import VERBLIJF, een_van, gevuld, leeg, soort
from wlz_declaratie.kern.taal.lijnen import Lijnen
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Uitkomst

DAGEN = ("bsn", "begin", "eind")
# An O-prestatie does not say whether it is incl. behandeling; the (SG)LVG institution it is for has it.
MET_BEHANDELING = een_van("behandeling", ["incl"]) | soort("overbrugging")


@dataclass(frozen=True)
class Verblijf:
    """Days (bsn, begin, eind) of stays of the clients asked for, and who is unknown.

    ``gedeclareerd`` by a stay line, ``toegewezen`` by a toewijzing, ``met_behandeling`` by a line or a toewijzing of
    which it is known to be incl. behandeling; ``toewijzingen`` are all that the clients have. A toewijzing has the
    columns that `Lijnen.met_rij` tells of.
    """

    gedeclareerd: pl.LazyFrame
    toewijzingen: pl.LazyFrame
    gedeclareerd_met_behandeling: pl.LazyFrame
    toegewezen_met_behandeling: pl.LazyFrame

    @property
    def toegewezen(self) -> pl.LazyFrame:
        """The toewijzingen with which a client stays."""
        return self.toewijzingen.filter(pl.col("leveringsvorm").is_in(VERBLIJF_TOEGEWEZEN))

    @property
    def alle(self) -> pl.LazyFrame:
        """Every known stay, with or without behandeling."""
        return _dagen(self.gedeclareerd, self.toegewezen)

    @property
    def behandeling(self) -> pl.LazyFrame:
        """Every known stay incl. behandeling."""
        return _dagen(self.gedeclareerd_met_behandeling, self.toegewezen_met_behandeling)

    @property
    def bekend(self) -> pl.LazyFrame:
        """The clients of whom there is a stay line or any toewijzing."""
        return pl.concat([self.gedeclareerd.select("bsn"), self.toewijzingen.select("bsn")]).unique()


def _dagen(*verblijf: pl.LazyFrame) -> pl.LazyFrame:
    return pl.concat(deel.select(DAGEN) for deel in verblijf)


def bekend_verblijf(van: Van, lijnen: Lijnen) -> Verblijf:
    """The known stays of the clients of these lines."""
    clienten = lijnen.frame.select("bsn").unique().collect().lazy()
    gedeclareerd = (
        van.lijnen(VERBLIJF).alleen_van(clienten).met(_behandeling=MET_BEHANDELING).kolommen(*DAGEN, "_behandeling")
    ).berekend()
    toewijzingen = _toewijzingen(van.pop).join(clienten, on="bsn", how="semi").collect().lazy()
    met_behandeling = gedeclareerd.waar("_behandeling").kolommen(*DAGEN).frame
    verblijf = Verblijf(gedeclareerd.kolommen(*DAGEN).frame, toewijzingen, met_behandeling, toewijzingen.clear())
    if "aanbieders" not in van.pop.dossier:
        return verblijf
    return replace(verblijf, toegewezen_met_behandeling=_op_plaats_met_behandeling(van, verblijf.toegewezen))


def _toewijzingen(pop: Populatie) -> pl.LazyFrame:
    if "toewijzingen" not in pop.dossier:
        getallen = dict.fromkeys(("bsn", "instelling", "begin", "eind"), pl.Int32)
        return pl.LazyFrame(schema={**getallen, "leveringsvorm": pl.Int64})
    return pop.dossier["toewijzingen"]


def _op_plaats_met_behandeling(van: Van, toegewezen: pl.LazyFrame) -> pl.LazyFrame:
    """The days of these toewijzingen on which the instelling has behandeling."""
    gemerkt = van.tabel("aanbieders").filter(pl.col("kenmerk") == "behandeling")
    dagen = gemerkt.select("begin", "eind", instelling="agb")
    return binnen(toegewezen, dagen, ["instelling"]).collect().lazy()


def naast_verblijf(van: Van, lijnen: Lijnen, verblijf: Verblijf, dagen: pl.LazyFrame) -> Lijnen:
    """The lines beside the stays ``dagen`` of ``verblijf``, with columns

    - laatste_verblijfsdag: of the stay begun last by begindatum the last day, on or before einddatum (null: none);
    - op_begindatum: such a stay is there on begindatum;
    - gedeclareerd, toegewezen: any stay is, by a stay line or a toewijzing, on begindatum;
    - bekend: something is known of the client.
    """
    frame = lijnen.frame
    for naam, perioden in (("gedeclareerd", verblijf.gedeclareerd), ("toegewezen", verblijf.toegewezen)):
        op_dag = (pl.col("laatste_tot") >= pl.col("begin")).fill_null(False)
        frame = met_laatste_periode(frame, perioden, ["bsn"]).with_columns(op_dag.alias(naam))
        frame = frame.drop("laatste_van", "laatste_tot")
    frame = frame.join(verblijf.bekend.with_columns(bekend=True), on="bsn", how="left")
    # By einddatum for the last day within the line, by begindatum for what was there when it began.
    tot = met_laatste_periode(frame.with_columns(_begin="begin", begin="eind"), dagen, ["bsn"])
    tot = tot.with_columns(begin="_begin", _laatste=pl.min_horizontal("laatste_tot", "eind"))
    frame = met_laatste_periode(tot.drop("_begin", "laatste_van", "laatste_tot"), dagen, ["bsn"])
    op_begindatum = (pl.col("laatste_tot") >= pl.col("begin")).fill_null(False)
    return van.als_lijnen(
        frame.with_columns(
            op_begindatum=op_begindatum,
            laatste_verblijfsdag=pl.when(op_begindatum).then("_laatste").otherwise("laatste_tot"),
            bekend=pl.col("bekend").fill_null(False),
        ).drop("laatste_van", "laatste_tot", "_laatste")
    ).berekend()


RIJ = "{toewijzing:rij}"
GEGEVENS = "begindatum laatste_verblijfsdag:datum"
ONBEKEND = "verblijf niet bekend: geen verblijfsregel en geen toewijzing van deze cliënt"


def tot_laatste_dag(lijnen: Lijnen, toegewezen: pl.LazyFrame) -> Lijnen:
    """With ``toewijzing`` in words, where it is one of these that ended on ``laatste_verblijfsdag``."""
    op_dag = toegewezen.with_columns(laatste_verblijfsdag="eind")
    return lijnen.met_rij("toewijzing", op_dag, ["bsn", "laatste_verblijfsdag"])


def zonder_verblijf_met_behandeling(van: Van, lijnen: Lijnen, retourcode: str) -> Iterator[Uitkomst]:
    """Lines of care that goes with a stay incl. behandeling alone, without one on begindatum.

    The parameter ``dagen_erna`` says how long after the stay what had begun may still be delivered.
    """
    lijnen = lijnen.berekend()
    if lijnen.niets:
        return
    verblijf = bekend_verblijf(van, lijnen)
    naast = naast_verblijf(van, lijnen, verblijf, verblijf.behandeling).met(dagen_erna=van.waarde("dagen_erna"))
    yield naast.waar(~pl.col("bekend")).signaal(retourcode, ONBEKEND, "begindatum")
    zonder = naast.waar("bekend", ~pl.col("op_begindatum"))
    net_weg = (pl.col("begin") - pl.col("laatste_verblijfsdag") <= pl.col("dagen_erna")).fill_null(False)
    yield (
        tot_laatste_dag(zonder.waar(net_weg), verblijf.toegewezen_met_behandeling)
        .met(begonnen_mag_tot=pl.col("laatste_verblijfsdag") + pl.col("dagen_erna"))
        .signaal(
            retourcode,
            f"verblijf met behandeling eindigde op {{laatste_verblijfsdag:datum}}{RIJ}; tot en met "
            "{begonnen_mag_tot:datum} mag alleen wat al begonnen was",
            f"{GEGEVENS} dagen_erna",
        )
    )
    alleen_toegewezen = pl.col("toegewezen") & ~pl.col("gedeclareerd")
    yield (
        zonder.waar(~net_weg, alleen_toegewezen)
        .met_rij("toewijzing", verblijf.toegewezen)
        .signaal(
            retourcode,
            f"op {{begindatum}} alleen een toewijzing verblijf{RIJ}; dat de instelling behandeling heeft, staat niet "
            "in aanbieders",
            GEGEVENS,
        )
    )
    afgekeurd = zonder.waar(~net_weg, ~alleen_toegewezen)
    yield (
        afgekeurd.waar(leeg("laatste_verblijfsdag"))
        .met_rij("toewijzing", verblijf.toewijzingen)
        .afkeur(
            retourcode,
            f"geen verblijf met behandeling op of voor {{begindatum}} bekend{RIJ}",
            f"{GEGEVENS} dagen_erna",
        )
    )
    geweest = afgekeurd.waar(gevuld("laatste_verblijfsdag"))
    yield tot_laatste_dag(geweest, verblijf.toegewezen_met_behandeling).afkeur(
        retourcode,
        "geen verblijf met behandeling op {begindatum}; het laatste eindigde op {laatste_verblijfsdag:datum}"
        f"{RIJ}, meer dan {{dagen_erna}} dagen eerder",
        f"{GEGEVENS} dagen_erna",
    )
    loopt_door = naast.waar("op_begindatum", pl.col("eind") - pl.col("laatste_verblijfsdag") > pl.col("dagen_erna"))
    yield tot_laatste_dag(loopt_door, verblijf.toegewezen_met_behandeling).signaal(
        retourcode,
        f"verblijf met behandeling eindigde op {{laatste_verblijfsdag:datum}}{RIJ}; de declaratieregel loopt tot en "
        "met {einddatum}, meer dan {dagen_erna} dagen later",
        f"{GEGEVENS} dagen_erna",
    )

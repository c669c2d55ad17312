"""LVG: no pgb on an (SG)LVG profile."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.kern.begrippen import LVG_PROFIELEN
from wlz_declaratie.kern.regel import regel
from wlz_declaratie.kern.taal.kiezen import een_van, leeg, profiel, profielcode, vorm
from wlz_declaratie.kern.taal.lijnen import Lijnen
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Deels, Uitkomst

TABELLEN = ("pgb", "indicaties")
"""What tells who keeps a pgb."""
GEGEVENS = "zzpcode leveringsvorm"


def _behouden(van: Van, lijnen: Lijnen) -> Lijnen:
    """The lines whose client keeps a pgb of before the rule, on an indication of before it, until their einddatum."""
    vanaf, laatste = van.dag("geen_pgb_meer_vanaf"), van.dag("uitzondering_tot_en_met")
    van_profiel = een_van("zzpcode", van.vast("met_uitzondering")) | leeg("zzpcode")

    def lopend(tabel: pl.LazyFrame) -> pl.LazyFrame:
        van_hen = tabel.filter(pl.col("begin") < vanaf).join(lijnen.frame, on="bsn", how="semi")
        return van_hen.group_by("bsn").agg(loopt_tot=pl.max("eind"))

    houdt = lijnen.waar(pl.col("begin") <= laatste)
    for rijen in (van.tabel("pgb").filter(van_profiel), van.tabel("indicaties")):
        houdt = houdt.met_velden(lopend(rijen), ["bsn"]).waar(pl.col("loopt_tot") >= pl.col("eind"))
        houdt = van.als_lijnen(houdt.frame.drop("loopt_tot"))
    return houdt


def _met_pgbdagen(lijnen: Lijnen, dagen: pl.LazyFrame) -> Lijnen:
    return lijnen.gedekt(dagen, als="pgbdagen").waar(pl.col("pgbdagen") > 0)


def _op_pgbdagen(van: Van) -> Iterator[Uitkomst]:
    """Lines of a file without leveringsvorm, on days on which the dossier says that the client has a pgb."""
    if all("leveringsvorm" in bestand.kolommen for bestand in van.pop.bestanden):
        return
    if not van.heeft("toewijzingen"):
        yield Deels("tabel toewijzingen ontbreekt")
    dagen = van.pgbdagen().filter(een_van("profiel", LVG_PROFIELEN)).collect().lazy()
    lijnen = (
        van.batch(~van.pop.met_kolommen("leveringsvorm"), pl.col("begin") >= van.dag("geen_pgb_meer_vanaf"))
        .kolommen("rij", "bsn", "begin", "eind", "dagen")
        .alleen_van(dagen)
        .berekend()
        .getoetst()
    )
    if not lijnen.aantal():
        return
    tekst = "op {pgbdagen} van {dagen} dagen heeft de cliënt een pgb op een (SG)LVG-profiel{pgb:rij}"
    uitgezonderd = een_van("zzpcode", van.vast("met_uitzondering"))
    nooit, soms = dagen.filter(~uitgezonderd), dagen.filter(uitgezonderd)
    yield _met_pgbdagen(lijnen, nooit).met_rij("pgb", nooit).signaal("8866", tekst)
    geraakt = _met_pgbdagen(lijnen, soms)
    if van.heeft(*TABELLEN):
        geraakt = geraakt.niet_van(_behouden(van, lijnen), ["rij"])
    yield geraakt.met_rij("pgb", soms).signaal("8866", tekst)


@regel(
    "LVG-01",
    "Pgb bij een (SG)LVG-profiel",
    bereik="client",
    ernst=("afkeur", "signaal"),
    retourcodes=("8866",),
    tabellen_deels=TABELLEN,
    kolommen_deels=("leveringsvorm",),
    een_van=(("kolom leveringsvorm", "tabel pgb", "tabel toewijzingen"),),
)
def lvg_01(van: Van) -> Iterator[Uitkomst]:
    """Keurt een pgb bij een (SG)LVG-profiel af.

    Wat: LVG 3, 4 en 5 gaan nooit met een pgb; SGLVG en LVG 1 en 2 vanaf 2020 niet meer. Voor LVG 1 en 2 is er tot en
    met 2022 een uitzondering: een pgb van vóór 2020 op een indicatie van vóór 2020, die op de einddatum allebei nog
    lopen. Zonder de tabellen `pgb` en `indicaties` is die uitzondering niet te toetsen en is het een signaal. Heeft een
    bestand geen kolom leveringsvorm, dan is een declaratieregel vanaf 2020 op een dag waarop de cliënt volgens `pgb` of
    `toewijzingen` zo'n pgb heeft, een signaal.
    Waarom: een (SG)LVG-profiel is voor behandeling met verblijf in een instelling; dat kan niet met een pgb.
    Voorbeeld: een pgb-regel met zzpcode 780 in maart 2023 wordt afgekeurd.
    Wat te doen: controleer leveringsvorm en zzpcode; bespreek met het zorgkantoor welke indicatie past.
    """
    in_pgb = van.batch(vorm("pgb")).berekend()
    yield from in_pgb.zonder_profiel()
    pgb = in_pgb.waar(profiel(*LVG_PROFIELEN)).met(zzpcode="profielcode").getoetst()
    yield pgb.waar(profielcode(*van.vast("nooit_pgb"))).afkeur(
        "8866", "een pgb is bij zzpcode {zzpcode} niet mogelijk", GEGEVENS
    )
    vanaf, laatste = van.dag("geen_pgb_meer_vanaf"), van.dag("uitzondering_tot_en_met")
    later = pgb.waar(~profielcode(*van.vast("nooit_pgb")), pl.col("begin") >= vanaf).met(vanaf=pl.lit(vanaf))
    niet_meer = "een pgb is bij zzpcode {zzpcode} vanaf {vanaf:datum} niet meer mogelijk"
    uitzondering = profielcode(*van.vast("met_uitzondering")) & (pl.col("begin") <= laatste)
    yield later.waar(~uitzondering).afkeur("8866", niet_meer, GEGEVENS)

    met_uitzondering = later.waar(uitzondering)
    ontbreekt = " en ".join(tabel for tabel in TABELLEN if not van.heeft(tabel))
    if ontbreekt:
        yield met_uitzondering.signaal(
            "8866", f"{niet_meer}; of de uitzondering geldt, is niet te toetsen zonder {ontbreekt}", GEGEVENS
        )
    else:
        yield met_uitzondering.niet_van(_behouden(van, met_uitzondering), ["rij"]).afkeur(
            "8866", f"{niet_meer}; geen pgb van daarvoor op een indicatie van daarvoor die nog lopen", GEGEVENS
        )
    yield from _op_pgbdagen(van)

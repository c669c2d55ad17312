"""BEH, part 2: treatment on the days of a package, which may have paid for it already."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.kern.begrippen import SGLVG_KENMERKEN
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.regel import KENMERKEN, regel
from wlz_declaratie.kern.taal.kiezen import PAKKET, code, een_van, gevuld, soort
from wlz_declaratie.kern.taal.lijnen import Lijnen
from wlz_declaratie.kern.taal.pakket import tijdens_pakket
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.taal.venster import VENSTER, VENSTERGEGEVENS, dagen_van_beide, in_te_veel_maanden
from wlz_declaratie.kern.uitkomst import Uitkomst

BEHANDELING = soort("behandeling")
LIJN = ("rij", "batch", "bestandnr", "regelnummer", "volgorde", "bsn", "uitvoerder", "prestatiecode", "begin", "eind")
GGZ = pl.col("sector").cat.starts_with("ggz").fill_null(False)


def _behandelregels(pop: Populatie) -> pl.LazyFrame:
    return pop.lijnen.filter(BEHANDELING).select(*LIJN, "dagen", "soort", "zzpcode", "profielcode", "profiel", "bedrag")


def behandelregels(van: Van, *voorwaarden: pl.Expr) -> Lijnen:
    """Treatment lines of batch and history."""
    return van.eenmaal(_behandelregels).waar(*voorwaarden)


def _pakketten(pop: Populatie) -> pl.LazyFrame:
    clienten = pop.eenmaal(_behandelregels).select("bsn").unique()
    return (
        pop.lijnen.filter(PAKKET, gevuld("behandeling"))
        .select(*LIJN, "sector", "behandeling", "overbrugging")
        .join(clienten, on="bsn", how="semi")
    )


def pakketten(van: Van, behandeling: str, *voorwaarden: pl.Expr) -> Lijnen:
    """The packages incl. or excl. behandeling of clients with treatment.

    Beside a GGZ package excl. behandeling treatment is delivered apart as a matter of course: B0 §4.1 and B1 §2.1
    speak of V&V and GZ only.
    """
    van_sector = [~GGZ] if behandeling == "excl" else []
    return van.eenmaal(_pakketten).waar(een_van("behandeling", [behandeling]), *van_sector, *voorwaarden)


def per_vrijstelling(van: Van, behandeling: Lijnen, pakket: Lijnen) -> Iterator[tuple[Lijnen, Lijnen]]:
    """Treatment lines with the package lines that count for them.

    A bridging line does not count for treatment that an (SG)LVG institution starts while its client waits for a place.
    """
    overbrugd = pakket.waar("overbrugging").berekend()
    if not overbrugd.aantal():
        yield behandeling, pakket
        return
    start = behandeling.alleen_van(overbrugd).waar(code(*van.vast("ambulante_start")))
    if van.heeft("aanbieders"):
        start = start.met_kenmerk(*SGLVG_KENMERKEN)
    start = start.berekend()
    yield behandeling.niet_van(start, ["rij"]).berekend(), pakket
    yield start, pakket.alleen_van(start).waar(~pl.col("overbrugging"))


@regel(
    "BEH-01",
    "Behandeling naast een pakket inclusief behandeling",
    bereik="client",
    ernst=("afkeur", "signaal"),
    retourcodes=("0634",),
    tabellen_deels=("aanbieders",),
    leest=(KENMERKEN, "indicaties"),
)
def beh_01(van: Van) -> Iterator[Uitkomst]:
    """Zoekt behandeling op dagen waarop zij al in het pakket zit.

    Wat: een declaratieregel met behandeling waarvan elke dag een pakketdag inclusief behandeling van dezelfde cliënt
    is, wordt afgekeurd; zijn alleen sommige dagen dat, dan is het een signaal. Is de behandeling eerder gedeclareerd en
    komt het pakket nu pas, dan krijgt de pakketregel het signaal. Ambulante behandeling door een instelling voor
    (SG)LVG naast overbrugging mag; zonder de tabel `aanbieders` door iedereen.
    Waarom: het pakket betaalt de behandeling al.
    Voorbeeld: H330 van 5 tot en met 9 maart bij Z043 over heel maart: 5 van 5 dagen, afgekeurd.
    Wat te doen: haal de behandeling weg, of declareer het pakket exclusief behandeling als dat geleverd
    is. Bij een signaal: ga na op welke dag de behandeling was.
    """
    behandeling, inclusief = behandelregels(van, van.p.te_toetsen()).getoetst(), pakketten(van, "incl")
    for getoetst, pakket in per_vrijstelling(van, behandeling, inclusief):
        yield from tijdens_pakket(getoetst, pakket, "0634", "pakketdagen inclusief behandeling")


@regel(
    "BEH-06",
    "Structurele behandeling naast een pakket exclusief behandeling",
    bereik="client",
    ernst="signaal",
    retourcodes=("0584",),
)
def beh_06(van: Van) -> Iterator[Uitkomst]:
    """Telt de maanden met behandeling naast een pakket exclusief behandeling.

    Wat: in meer dan {max_maanden} van de {venster_maanden} kalendermaanden tot en met die van de einddatum was er
    een dag met zowel behandeling (ook consulten) als een pakket exclusief behandeling van dezelfde cliënt. Pakketten
    van de GGZ tellen niet mee.
    Waarom: behandeling naast zo'n pakket is bedoeld als tijdelijk.
    Voorbeeld: H335 in elke maand van januari tot en met juli bij Z041: juli is de zevende maand.
    Wat te doen: bespreek met de zorginkoper een pakket inclusief behandeling.
    """
    behandeling, exclusief = behandelregels(van), pakketten(van, "excl")
    naast_pakket = behandeling.van_batch().deelt_dag_met(exclusief)
    dagen = dagen_van_beide(behandeling.alleen_van(naast_pakket), exclusief.alleen_van(naast_pakket))
    yield in_te_veel_maanden(van, naast_pakket, dagen).signaal(
        "0584", f"{{maanden}} maanden behandeling naast een pakket exclusief behandeling {VENSTER}", VENSTERGEGEVENS
    )

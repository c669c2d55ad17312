"""BEH, part 3: what allows treatment beside a package excl. behandeling: a machtiging, later a consult."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.basis import dagen
from wlz_declaratie.basis.dagen import datum_tekst
from wlz_declaratie.basis.maanden import eerste_dag, laatste_dag, maand_van
from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.kern.regel import KENMERKEN, regel
from wlz_declaratie.kern.taal.kiezen import code, leeg, profiel
from wlz_declaratie.kern.taal.lijnen import Lijnen
from wlz_declaratie.kern.taal.samenloop import met_eigen_dagen
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Uitkomst
from wlz_declaratie.regels.behandeling_naast_pakket import behandelregels, pakketten, per_vrijstelling

PRESTATIE = ["bsn", "prestatiecode"]


@regel(
    "BEH-02",
    "Behandeling naast een pakket exclusief behandeling zonder toestemming of consult",
    bereik="client",
    ernst=("afkeur", "signaal"),
    retourcodes=("0551", "0634"),
    tabellen_deels=("machtigingen", "aanbieders"),
    leest=(KENMERKEN, "indicaties"),
)
def beh_02(van: Van) -> Iterator[Uitkomst]:
    """Zoekt bij behandeling naast een pakket exclusief behandeling wat haar toestaat.

    Wat: behandeling anders dan H335 en H336 die een dag deelt met een pakket exclusief behandeling. Tot en met 2019
    vraagt zij naast een V&V-pakket een machtiging op elke gedeelde dag. Ontbreekt die, dan wordt de declaratieregel tot
    en met 2017 afgekeurd als elke dag een pakketdag is; anders, en in 2018 en 2019, is het een signaal. Een machtiging
    van meer dan {max_machtiging_dagen} dagen, of zonder einddatum, is een signaal. Vanaf 2020 is er een consult (H335
    of H336) van dezelfde cliënt, begonnen in de {terugkijk_dagen} dagen tot de einddatum en niet na de begindatum, of
    in de kalendermaand van de begindatum; zonder consult is het een signaal. Is de behandeling eerder gedeclareerd en
    komt het pakket nu pas, dan krijgt de pakketregel het signaal. Niet naast een pakket van de GGZ, niet voor H332 en
    H333 met een ZG-profiel, en niet voor ambulante behandeling door een instelling voor (SG)LVG naast overbrugging
    (zonder de tabel `aanbieders`: door iedereen).
    Waarom: naast zo'n pakket is behandeling bedoeld als kort vervolg op een consult van SO of AVG-arts.
    Voorbeeld: H330 in maart 2026 bij Z041, en geen H335 of H336 sinds 30 september 2025: een signaal.
    Wat te doen: neem de machtiging op in `machtigingen`, of declareer het consult (mee) en geef met
    --historie de eerdere batches op.
    """
    consult, zg = code(*van.vast("consulten")), code(*van.vast("zg_behandeling"))
    behandeling = behandelregels(van, van.p.te_toetsen(), ~consult, ~(zg & profiel(*van.vast("zg_profielen"))))
    exclusief = pakketten(van, "excl")
    behandeling.alleen_van(exclusief).getoetst()
    yield from behandeling.waar("batch", zg).alleen_van(exclusief).zonder_profiel()
    # Where there is no number of days to look back, a machtiging was asked.
    met_machtiging = van.waarde("terugkijk_dagen").is_null()
    vroeger = behandeling.waar(met_machtiging)
    if van.heeft("machtigingen") and vroeger.aantal():
        van_sector = exclusief.waar(pl.col("sector") == van.vast("sector_met_machtiging"))
        for getoetst, pakket in per_vrijstelling(van, vroeger, van_sector):
            yield from _zonder_machtiging(van, getoetst, pakket)
    consulten = behandelregels(van, consult)
    for getoetst, pakket in per_vrijstelling(van, behandeling.waar(~met_machtiging), exclusief):
        yield from _zonder_consult(van, getoetst.deelt_dag_met(pakket), pakket, consulten)


def _gespiegeld(pakket: Lijnen, behandeling: Lijnen, retourcode: str, zonder: str) -> pl.LazyFrame:
    """A signal on the package lines of the batch, where the treatment was declared before."""
    vroeger = behandeling.waar(~pl.col("batch"))
    pakket.waar("batch").alleen_van(vroeger).getoetst()
    return (
        pakket.waar("batch")
        .deelt_dag_met(vroeger)
        .met(pakketdagen="gedeeld")
        .signaal(
            retourcode,
            f"{{pakketdagen}} van {{dagen}} dagen van dit pakket exclusief behandeling delen een dag met {{ander}}, "
            f"zonder {zonder}",
            "dagen pakketdagen ander",
        )
    )


def _zonder_machtiging(van: Van, behandeling: Lijnen, pakket: Lijnen) -> Iterator[pl.LazyFrame]:
    naast = behandeling.deelt_dag_met(pakket)
    if not naast.aantal():
        return
    machtigingen = van.tabel("machtigingen")
    te_lang = pl.col("eind") - pl.col("begin") + 1 > van.vast("max_machtiging_dagen")
    pakketdagen = naast.frame.select("rij", pakketdagen="gedeeld")
    delen = _buiten(van, naast, machtigingen)
    zonder = delen.deelt_dag_met(pakket).met_velden(pakketdagen, ["rij"]).met(ongemachtigd="gedeeld").berekend()
    tekst = (
        "{ongemachtigd} van {pakketdagen} gedeelde dagen zonder machtiging voor {prestatiecode} "
        "naast een pakket exclusief behandeling: {ander}"
    )
    gegevens = "ongemachtigd pakketdagen dagen ander"
    # Without a profile ZG treatment may be of a client who needs no machtiging.
    mag_zonder = behandeling.waar(code(*van.vast("zg_behandeling")), leeg("profielcode"))
    bewezen = pl.col("pakketdagen") == pl.col("dagen")
    afgekeurd = zonder.waar("batch", bewezen, pl.col("begin") <= van.dag("afkeur_tot_en_met"))
    yield afgekeurd.niet_van(mag_zonder, ["rij"]).afkeur("0551", tekst, gegevens)
    yield zonder.waar("batch").signaal("0551", tekst, gegevens)
    yield _gespiegeld(pakket, delen, "0551", "machtiging")
    delen = _buiten(van, naast, machtigingen.filter(~te_lang))
    yield (
        delen.waar("batch")
        .deelt_dag_met(pakket)
        .met(te_lang="gedeeld", hooguit=van.waarde("max_machtiging_dagen"))
        .signaal(
            "0551",
            "{te_lang} dagen alleen gemachtigd voor {prestatiecode} door een machtiging van meer dan {hooguit} dagen "
            "of zonder einddatum, naast een pakket exclusief behandeling: {ander}",
            "te_lang hooguit dagen ander",
        )
    )
    yield _gespiegeld(pakket, delen, "0551", "machtiging van hooguit een half jaar")


def _buiten(van: Van, lijnen: Lijnen, machtigingen: pl.LazyFrame) -> Lijnen:
    """The parts of each line that no machtiging of its client and prestatie covers."""
    paren = lijnen.frame.select(PRESTATIE).unique().with_row_index("paar").collect().lazy()
    gemachtigd = machtigingen.join(paren, on=PRESTATIE).select("paar", "begin", "eind")
    met_paar = met_eigen_dagen(lijnen.frame.join(paren, on=PRESTATIE))
    return van.als_lijnen(dagen.buiten(met_paar, gemachtigd, "paar")).berekend()


def _zonder_consult(van: Van, naast: Lijnen, pakket: Lijnen, consulten: Lijnen) -> Iterator[pl.LazyFrame]:
    """Treatment without a consult begun in the days before, or in the month in which it begins."""
    begonnen = consulten.frame.select("bsn", laatste_consult="begin")
    maand = maand_van("begin")
    vanaf = pl.min_horizontal(pl.col("eind") - van.waarde("terugkijk_dagen"), eerste_dag(maand)).cast(pl.Int32)
    laatste = zin("; het laatste begon {}", datum_tekst(pl.col("laatste_consult")))
    zonder = (
        naast.met(consult_vanaf=vanaf, consult_tot_en_met=laatste_dag(maand), pakketdagen="gedeeld")
        .laatst_begonnen(begonnen, "laatste_consult", tot="consult_tot_en_met")
        .waar((pl.col("laatste_consult") < pl.col("consult_vanaf")).fill_null(True))
        .met(laatste=laatste.fill_null(""))
        .berekend()
    )
    yield zonder.waar("batch").signaal(
        "0634",
        "geen H335 of H336 begonnen van {consult_vanaf:datum} t/m {consult_tot_en_met:datum}{laatste:tekst}; "
        "pakket exclusief behandeling: {ander}",
        "consult_vanaf:datum consult_tot_en_met:datum laatste_consult:datum pakketdagen ander",
    )
    yield _gespiegeld(pakket, zonder, "0634", "H335 of H336 kort daarvoor of in dezelfde maand")

"""HLP: aids paid above the budget of the institution; the dossier table prestaties says which they are."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.kern.regel import KENMERKEN, regel
from wlz_declaratie.kern.taal.kiezen import VERBLIJF, gevuld, leeg, profiel, soort
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Uitkomst
from wlz_declaratie.regels.bekend_verblijf import (
    GEGEVENS,
    ONBEKEND,
    RIJ,
    bekend_verblijf,
    naast_verblijf,
    tot_laatste_dag,
    zonder_verblijf_met_behandeling,
)

MOBILITEIT, PERSOONLIJK = soort("hulpmiddel_mobiliteit"), soort("hulpmiddel_persoonlijk")
SPRAAK, VERPLEGING = soort("hulpmiddel_spraak"), soort("hulpmiddel_verpleging")


@regel(
    "HLP-01",
    "Mobiliteitshulpmiddel zonder verblijf",
    bereik="client",
    ernst=("afkeur", "signaal"),
    retourcodes=("8969",),
    tabellen=("prestaties",),
    tabellen_deels=("toewijzingen",),
)
def hlp_01(van: Van) -> Iterator[Uitkomst]:
    """Zoekt het verblijf bij een mobiliteitshulpmiddel.

    Wat: op de begindatum van een hulpmiddel van soort hulpmiddel_mobiliteit heeft de cliënt een verblijf,
    met of zonder behandeling, bij welke uitvoerder ook: een verblijfsregel in deze batch of in de historie, of
    een toewijzing verblijf. Is van de cliënt geen verblijf en geen toewijzing bekend, dan is het een signaal.
    Waarom: rolstoel, aangepaste fiets en scootmobiel komen uit de Wlz bij verblijf in een instelling; bij
    vpt en mpt betaalt de gemeente of de zorgverzekeraar. De leverancier declareert zelf, dus zijn batch toont het
    verblijf niet.
    Voorbeeld: een rolstoel voor iemand met een toewijzing vpt wordt afgekeurd.
    Wat te doen: controleer het verblijf; neem de toewijzing op in het dossier of geef de declaraties van de
    instelling mee als historie. Woont de cliënt thuis, verwijs dan naar de gemeente.
    """
    hulpmiddelen = van.batch(MOBILITEIT).berekend()
    if hulpmiddelen.niets:
        return
    verblijf = bekend_verblijf(van, hulpmiddelen)
    naast = naast_verblijf(van, hulpmiddelen, verblijf, verblijf.alle)
    yield naast.waar(~pl.col("bekend")).signaal("8969", ONBEKEND, "begindatum")
    zonder = naast.waar("bekend", ~pl.col("op_begindatum"))
    yield (
        zonder.waar(leeg("laatste_verblijfsdag"))
        .met_rij("toewijzing", verblijf.toewijzingen)
        .afkeur("8969", f"geen verblijf op of voor {{begindatum}} bekend{RIJ}", GEGEVENS)
    )
    yield tot_laatste_dag(zonder.waar(gevuld("laatste_verblijfsdag")), verblijf.toegewezen).afkeur(
        "8969",
        f"geen verblijf op {{begindatum}}; het laatste eindigde op {{laatste_verblijfsdag:datum}}{RIJ}",
        GEGEVENS,
    )


@regel(
    "HLP-02",
    "Persoonsgebonden hulpmiddel zonder verblijf met behandeling",
    bereik="client",
    ernst=("afkeur", "signaal"),
    retourcodes=("8969",),
    tabellen=("prestaties",),
    tabellen_deels=("toewijzingen", "aanbieders"),
)
def hlp_02(van: Van) -> Iterator[Uitkomst]:
    """Zoekt het verblijf met behandeling bij een persoonsgebonden hulpmiddel.

    Wat: op de begindatum van een hulpmiddel van soort hulpmiddel_persoonlijk (schoenen, kleding, prothese, orthese)
    heeft de cliënt een verblijf inclusief behandeling, bij welke uitvoerder ook: een verblijfsregel in deze batch of in
    de historie, of een toewijzing verblijf bij een instelling met het kenmerk behandeling. Eindigde zo'n verblijf in de
    {dagen_erna} dagen ervoor, is er alleen een toewijzing bij een instelling zonder dat kenmerk, of loopt de
    declaratieregel langer dan {dagen_erna} dagen na het verblijf door, dan is het een signaal. Is van de cliënt geen
    verblijf en geen toewijzing bekend, dan ook.
    Waarom: alleen bij verblijf met behandeling komt dit hulpmiddel uit de Wlz; anders uit de
    zorgverzekering. De leverancier declareert zelf, dus zijn batch toont het verblijf niet.
    Voorbeeld: orthopedische schoenen bij verblijf zonder behandeling worden afgekeurd.
    Wat te doen: controleer het verblijf; neem de toewijzing op in het dossier of geef de declaraties van de
    instelling mee als historie. Is er geen verblijf met behandeling, declareer dan bij de zorgverzekeraar.
    """
    yield from zonder_verblijf_met_behandeling(van, van.batch(PERSOONLIJK), "8969")


@regel(
    "HLP-03",
    "Spraakhulpmiddel vóór 2025 of zonder verblijf",
    bereik="client",
    ernst="signaal",
    retourcodes=("8970",),
    tabellen=("prestaties",),
    tabellen_deels=("toewijzingen",),
)
def hlp_03(van: Van) -> Iterator[Uitkomst]:
    """Zoekt spraakvervangende hulpmiddelen van vóór 2025, en daarna die zonder verblijf.

    Wat: een hulpmiddel van soort hulpmiddel_spraak met een begindatum vóór {geheel_vergoed_vanaf} is een signaal.
    Daarna is het een signaal als de cliënt op de begindatum geen bekend verblijf heeft.
    Waarom: pas vanaf 2025 wordt een spraakvervangend hulpmiddel geheel boven het budget van de instelling
    vergoed; bij wie thuis woont, komt het uit een andere wet.
    Voorbeeld: een spraakcomputer van 31 december 2024.
    Wat te doen: ga na welk deel het budget van de instelling draagt, en declareer alleen de rest; controleer het
    verblijf.
    """
    vanaf = van.dag("geheel_vergoed_vanaf")
    hulpmiddelen = van.batch(SPRAAK).met(geheel_vergoed_vanaf=pl.lit(vanaf)).berekend()
    if hulpmiddelen.niets:
        return
    eerder = pl.col("begin") < vanaf
    yield hulpmiddelen.waar(eerder).signaal(
        "8970",
        "vóór {geheel_vergoed_vanaf:datum} niet geheel boven budget vergoed",
        "begindatum geheel_vergoed_vanaf:datum",
    )
    later = hulpmiddelen.waar(~eerder)
    verblijf = bekend_verblijf(van, later)
    naast = naast_verblijf(van, later, verblijf, verblijf.alle)
    yield tot_laatste_dag(naast.waar(~pl.col("op_begindatum")), verblijf.toegewezen).signaal(
        "8970", f"geen verblijf op {{begindatum}} bekend{RIJ}", GEGEVENS
    )


@regel(
    "HLP-04",
    "Hulpmiddel dat anders wordt betaald",
    bereik="client",
    ernst="signaal",
    retourcodes=("8969", "0634"),
    tabellen=("prestaties",),
    tabellen_deels=("toewijzingen",),
    leest=(KENMERKEN, "indicaties"),
)
def hlp_04(van: Van) -> Iterator[Uitkomst]:
    """Zoekt hulpmiddelen die de instelling zelf declareert, of die uit een ander budget komen.

    Wat: drie signalen. Een hulpmiddel van een uitvoerder die op de begindatum ook het verblijf van de cliënt
    declareert. Een mobiliteitshulpmiddel bij een profiel GGZ-W. Een hulpmiddel van soort hulpmiddel_verpleging van
    een cliënt met een bekend verblijf.
    Waarom: de leverancier declareert het hulpmiddel, niet de instelling; wie met GGZ-W instroomt, houdt zijn
    mobiliteitshulpmiddel van de gemeente tot het vervangen wordt; hulpmiddelen voor verpleging zitten bij verblijf
    met behandeling in het budget van de instelling, en komen zonder behandeling uit de zorgverzekering.
    Voorbeeld: een rolstoel van dezelfde uitvoerder als Z043 op die dag.
    Wat te doen: laat de leverancier declareren; ga na of het hulpmiddel al bij de gemeente vandaan kwam of in het
    budget van de instelling zit.
    """
    hulpmiddelen = van.batch(MOBILITEIT | PERSOONLIJK | SPRAAK | VERPLEGING).berekend()
    if hulpmiddelen.niets:
        return
    verblijf_hier = van.lijnen(VERBLIJF).alleen_van(hulpmiddelen)
    yield hulpmiddelen.met_op_begin(verblijf_hier, ["bsn", "uitvoerder"]).signaal(
        "8969", "deze uitvoerder declareert op {begindatum} ook het verblijf; het hulpmiddel declareert de leverancier"
    )
    mobiliteit = hulpmiddelen.waar(MOBILITEIT)
    yield from mobiliteit.zonder_profiel()
    yield (
        mobiliteit.waar(profiel("GGZ-W"))
        .met(zzpcode="profielcode")
        .signaal("0634", "zzpcode {zzpcode} (GGZ-W): tot het vervangen wordt, is een hulpmiddel van de gemeente")
    )
    verpleging = hulpmiddelen.waar(VERPLEGING)
    verblijf = bekend_verblijf(van, verpleging)
    naast = naast_verblijf(van, verpleging, verblijf, verblijf.alle)
    slot = "een hulpmiddel voor verpleging wordt niet boven het budget vergoed"
    yield naast.waar("op_begindatum", "gedeclareerd").signaal("0634", f"verblijf op {{begindatum}}; {slot}")
    toegewezen = naast.waar("op_begindatum", ~pl.col("gedeclareerd")).met_rij("toewijzing", verblijf.toegewezen)
    yield toegewezen.signaal("0634", f"verblijf op {{begindatum}}{RIJ}; {slot}")

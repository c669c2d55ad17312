"""BEH: treatment, by consult (H335, H336) or otherwise: by whom, for whom and on which prestatie."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.kern.regel import PROFIEL, regel
from wlz_declaratie.kern.taal.kiezen import code, gevuld, profiel, profielcode, soort
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.taal.venster import VENSTER, VENSTERGEGEVENS, in_te_veel_maanden
from wlz_declaratie.kern.uitkomst import Niet, Uitkomst
from wlz_declaratie.regels.behandeling_naast_pakket import BEHANDELING, behandelregels


@regel(
    "BEH-03",
    "Consult van SO en AVG-arts op dezelfde dag",
    bereik="client",
    ernst="signaal",
    retourcodes=("0634",),
)
def beh_03(van: Van) -> Iterator[Uitkomst]:
    """Zoekt H335 en H336 van één cliënt op dezelfde dag.

    Wat: een consult van de specialist ouderengeneeskunde (H335) en een van de AVG-arts (H336) van dezelfde cliënt delen
    een dag. Beide declaratieregels krijgen het signaal.
    Waarom: een huisarts consulteert de arts die bij de cliënt past; beide tegelijk ligt niet voor de hand.
    Voorbeeld: H335 op 10 maart en H336 van 9 tot en met 11 maart: 10 maart is dubbel.
    Wat te doen: ga na of beide consulten er waren en of de code klopt.
    """
    so, avg = (behandelregels(van, code(van.vast(consult))).berekend() for consult in ("consult_so", "consult_avg"))
    for consulten, andere in ((so, avg), (avg, so)):
        yield (
            consulten.van_batch()
            .deelt_dag_met(andere)
            .met(gedeelde_dagen="gedeeld")
            .signaal("0634", "{gedeelde_dagen} van {dagen} dagen ook {ander}", "dagen gedeelde_dagen ander")
        )


@regel(
    "BEH-04",
    "Behandeling door een uitvoerder zonder toelating",
    bereik="regel",
    retourcodes=("0562",),
    tabellen=("aanbieders",),
)
def beh_04(van: Van) -> Iterator[Uitkomst]:
    """Toetst of de uitvoerder behandeling mag leveren.

    Wat: de uitvoerder van behandeling of van dagbehandeling ({dagbehandeling}) heeft in
    `aanbieders` op de begindatum het kenmerk behandeling.
    Waarom: alleen wie voor behandeling is toegelaten, mag haar declareren.
    Voorbeeld: H335 van een uitvoerder zonder het kenmerk behandeling wordt afgekeurd.
    Wat te doen: laat de toegelaten behandelaar declareren, of laat het kenmerk in `aanbieders` aanpassen.
    """
    yield (
        van.batch(BEHANDELING | (soort("dagbesteding") & code(*van.vast("dagbehandeling"))))
        .zonder_kenmerk("behandeling")
        .met(op="begin")
        .afkeur("0562", "{prestatiecode} vraagt het kenmerk behandeling; de uitvoerder heeft dat niet op {op:datum}")
    )


@regel(
    "BEH-05",
    "Subsidieprestatie bij een cliënt met een Wlz-indicatie",
    bereik="regel",
    retourcodes=("8866",),
    kolommen_deels=("zzpcode", "besluitnummer"),
)
def beh_05(van: Van) -> Iterator[Uitkomst]:
    """Zoekt subsidieprestaties met gegevens van een Wlz-indicatie.

    Wat: bij een S-prestatie zijn zzpcode en besluitnummer leeg.
    Waarom: de subsidie is voor mensen zonder Wlz-indicatie; met indicatie gelden de gewone prestaties.
    Voorbeeld: S335 met zzpcode 754 wordt afgekeurd.
    Wat te doen: declareer de prestatie voor cliënten met een indicatie (H335 in plaats van S335), of laat
    zzpcode en besluitnummer leeg.
    """
    velden = ("zzpcode", "besluitnummer")
    if not van.pop.kolommen.intersection(velden):
        yield Niet(f"kolommen {' en '.join(velden)} ontbreken")
        return
    gevulde = [pl.when(gevuld(veld)).then(pl.lit(veld)) for veld in velden]
    yield (
        van.batch(soort("subsidie"))
        .waar(gevuld("zzpcode") | gevuld("besluitnummer"))
        .met(
            gevuld=pl.concat_str(gevulde, separator=" en ", ignore_nulls=True),
            zzpcode_gevuld=gevuld("zzpcode"),
            besluitnummer_gevuld=gevuld("besluitnummer"),
        )
        .afkeur(
            "8866",
            "{prestatiecode} is voor mensen zonder Wlz-indicatie; gevuld: {gevuld}",
            "zzpcode_gevuld besluitnummer_gevuld",
        )
    )


@regel(
    "BEH-07",
    "Behandeling ZG bij een ander profiel of te lang",
    bereik="client",
    ernst=("afkeur", "signaal"),
    retourcodes=("8866",),
    een_van=(PROFIEL,),
)
def beh_07(van: Van) -> Iterator[Uitkomst]:
    """Toetst het profiel bij behandeling van een zintuiglijke handicap.

    Wat: H332 en H333 met een profiel buiten ZG worden afgekeurd. Met ZGvis1 of ZGvis2 in meer dan {max_maanden}
    van de {venster_maanden} kalendermaanden tot en met die van de einddatum is het een signaal.
    Waarom: bij een ander profiel betaalt de Zvw deze behandeling; bij ZGvis1 en ZGvis2 zit zij niet in het
    pakket en is zij tijdelijk.
    Voorbeeld: H332 met zzpcode 754 (VV5) wordt afgekeurd.
    Wat te doen: declareer bij de zorgverzekeraar, of vraag bij blijvende behandeling een herindicatie aan.
    """
    zg = behandelregels(van, code(*van.vast("zg_behandeling"))).berekend()
    yield from zg.van_batch().zonder_profiel()
    yield (
        zg.van_batch()
        .waar(gevuld("profielcode"), ~profiel(*van.vast("zg_profielen")))
        .met(zzpcode="profielcode")
        .afkeur("8866", "{prestatiecode} met zzpcode {zzpcode}, geen ZG-profiel: de Zvw betaalt")
    )
    tijdelijk = zg.waar(profielcode(*van.vast("zonder_behandeling")))
    yield in_te_veel_maanden(van, tijdelijk.van_batch(), tijdelijk.frame).signaal(
        "8866", f"{{maanden}} maanden behandeling ZG bij ZGvis1 of ZGvis2 {VENSTER}", VENSTERGEGEVENS
    )


@regel(
    "BEH-08",
    "Behandeling bij een laag V&V-profiel",
    bereik="regel",
    ernst="signaal",
    retourcodes=("8229",),
    een_van=(PROFIEL,),
)
def beh_08(van: Van) -> Iterator[Uitkomst]:
    """Zoekt behandeling van cliënten met een profiel VV1, VV2 of VV3.

    Wat: bij zzpcode {laag} is er geen behandeling, behalve een consult (H335 of H336).
    Waarom: wie een laag zorgzwaartepakket heeft, heeft geen recht op behandeling uit de Wlz.
    Voorbeeld: H330 met zzpcode 752 (VV3) is een signaal, H335 mag.
    Wat te doen: controleer de zzpcode; de zorgverzekeraar betaalt de behandeling, of de indicatie past niet meer.
    """
    behandeling = behandelregels(van, pl.col("batch"), van.p.te_toetsen(), ~code(*van.vast("consulten"))).getoetst()
    yield from behandeling.zonder_profiel()
    yield (
        behandeling.waar(profielcode(*van.vast("laag")))
        .met(zzpcode="profielcode")
        .signaal("8229", "{prestatiecode} bij zzpcode {zzpcode}: een laag pakket kent geen behandeling uit de Wlz")
    )


@regel(
    "BEH-09",
    "Consult zonder Wlz-indicatie vanaf 2020",
    bereik="regel",
    ernst="signaal",
    retourcodes=("8866",),
)
def beh_09(van: Van) -> Iterator[Uitkomst]:
    """Zoekt consulten voor mensen zonder Wlz-indicatie van na de overgang naar de Zvw.

    Wat: een declaratieregel met {consulten} begint vanaf 2020 niet meer.
    Waarom: zonder Wlz-indicatie betaalt de Zvw de specialist ouderengeneeskunde en de AVG-arts.
    Voorbeeld: S335 op 10 maart 2026 is een signaal.
    Wat te doen: declareer bij de zorgverzekeraar, of declareer H335 of H336 als er wel een indicatie is.
    """
    yield van.batch(soort("subsidie"), code(*van.vast("consulten"))).signaal(
        "8866", "{prestatiecode} op {begindatum}: zonder Wlz-indicatie betaalt de Zvw", "prestatiecode begindatum"
    )

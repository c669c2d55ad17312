"""AW and INL: controls on the message and on reading, as members of the catalogue.

The readers find these faults while they read; here stands what they mean, so that they are selected, counted and
explained like any other rule.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.basis.dagen import dag
from wlz_declaratie.basis.meegeleverd import lees_toml
from wlz_declaratie.inlezen.aw319.controles import CONTROLES, FEITEN
from wlz_declaratie.kern.regel import Toets, regel
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Niet, Uitkomst
from wlz_declaratie.kern.vreemd import NOEMEN

ELK_FORMAAT = {"AW-0018": "uzovi", "AW-0025": "dagtekening", "AW-0581": "prestatiecodelijst"}
"""Controls on what every format can hold, with the column."""

NA_INDIENING = "is het bericht afgewezen, verstuur het dan verbeterd opnieuw; er valt niets te crediteren."

RUIM_NA_PEILDATUM = 366
"""Days. Our own bound: an invoice may be dated ahead, but nobody dates one more than a year ahead."""


def _uitgelegd(toets: Toets, woorden: dict[str, str]) -> Toets:
    toets.__doc__ = (
        "Controle op het bericht.\n\n"
        f"Wat: {woorden['wat']}\nWaarom: {woorden['waarom']}\n"
        f"Voorbeeld: {woorden['voorbeeld']}\nWat te doen: {woorden['doen']}\n"
        f"Na indiening: {NA_INDIENING}\n"
    )
    return toets


def _alleen_aw319(van: Van) -> Iterator[Uitkomst]:
    if "aw319" not in van.pop.soorten:
        yield Niet("geen AW319-bericht")


def _elk_formaat(van: Van) -> Iterator[Uitkomst]:
    yield from ()


def _dagtekening(van: Van) -> Iterator[Uitkomst]:
    """What the reader cannot know: how far the date lies from today."""
    peildatum = dag(van.pop.peildatum)
    met_dagtekening = van.elke_regel(pl.col("dagtekening").is_not_null())
    laat = met_dagtekening.waar(pl.col("dagtekening") > peildatum + RUIM_NA_PEILDATUM)
    yield laat.met(peildatum=pl.lit(peildatum)).afkeur(
        "0025", "dagtekening {dagtekening:datum} ligt meer dan een jaar na de peildatum {peildatum:datum}"
    )


def _toets(regel_id: str) -> Toets:
    """A function of its own for each control, as each has its own words."""
    wat = _dagtekening if regel_id == "AW-0025" else _elk_formaat if regel_id in ELK_FORMAAT else _alleen_aw319
    return lambda van: wat(van)


for _id, _zinnen in lees_toml("berichten", "controles.toml").items():
    _woorden = {sleutel: zin.format(**FEITEN) for sleutel, zin in _zinnen.items()}
    _kolommen = (ELK_FORMAAT[_id],) if _id in ELK_FORMAAT else ()
    regel(
        _id,
        CONTROLES[_id],
        bereik="batch",
        retourcodes=(_id.removeprefix("AW-"),),
        kolommen=_kolommen,
        leest_van_lijn=_kolommen if _id == "AW-0025" else (),
    )(_uitgelegd(_toets(_id), _woorden))


@regel("INL-01", "Bestandsregel of veld is onleesbaar", bereik="batch", retourcodes=("0001",), leest_van_lijn=())
def inl_01(van: Van) -> Iterator[Uitkomst]:
    """Noemt wat niet gelezen kon worden.

    Wat: een bestandsregel met te veel of te weinig velden, of een veld met iets anders dan zijn soort (een bedrag, een
    datum, ja of nee, de cijfers van een code). Een onleesbare bestandsregel telt apart; een bestandsregel met een
    onleesbaar veld wordt afgekeurd.
    Waarom: wat stil wordt overgeslagen, wordt stil verkeerd.
    Voorbeeld: 'twaalf' in de kolom tarief.
    Wat te doen: herstel het veld in het bestand en bied het opnieuw aan.
    """
    yield from ()


@regel(
    "INL-02",
    "Dossier kent de meeste cliënten van de batch niet",
    bereik="batch",
    ernst="signaal",
    retourcodes=(),
    een_van=(tuple(f"tabel {naam}" for naam in NOEMEN),),
    leest=(),
    leest_van_lijn=(),
)
def inl_02(van: Van) -> Iterator[Uitkomst]:
    """Vergelijkt de cliënten van de batch met die van het dossier.

    Wat: van een batch met ten minste 20 cliënten staat meer dan de helft in geen van de tabellen `clienten`,
    `indicaties` en `toewijzingen`. Dan keurt geen controleregel iets af om wat het dossier van een onbekende cliënt
    mist: wat zonder die tabellen niet te toetsen is, wordt voor hen niet getoetst. Zo ook `afspraken` en `aanbieders`,
    als er geen uitvoerder van de batch in staat.
    Waarom: dit is bijna altijd het dossier van een ander, en dan zegt wat erin ontbreekt niets.
    Voorbeeld: van 83 cliënten staan er 81 niet in het dossier.
    Wat te doen: geef het dossier van deze declarant. Heeft het dossier echt alle cliënten, controleer dan met
    --dossier-volledig: wie er niet in staat, wordt dan afgekeurd.
    Na indiening: controleer opnieuw met het juiste dossier; er valt niets te crediteren om dit signaal.
    """
    if vreemd := van.pop.vreemd:
        telling = pl.LazyFrame({"onbekend": [vreemd.onbekend], "clienten": [vreemd.clienten]})
        yield van.als_lijnen(telling).signaal(
            None,
            "{onbekend} van {clienten} cliënten staan niet in het dossier; hoort dit dossier bij deze declarant?",
            over="batch",
        )

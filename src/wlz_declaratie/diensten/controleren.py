"""The pipeline: population, rules, verdict."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import polars as pl

from wlz_declaratie.basis.geheugen import motor
from wlz_declaratie.basis.tonen import gemaskeerd, zonder_bsn
from wlz_declaratie.codes.edities import Editie
from wlz_declaratie.codes.tabellen import Codes
from wlz_declaratie.diensten.bevindingen import bevindingentabel
from wlz_declaratie.diensten.instellingen.toegepast import Toegepast
from wlz_declaratie.diensten.klaarzetten import Klaargezet
from wlz_declaratie.diensten.telling import (
    Aanvaarding,
    Regelstatus,
    Samenvatting,
    aanvaarde,
    geldend,
    geteld,
    samengevat,
)
from wlz_declaratie.diensten.totalen import Bewaard
from wlz_declaratie.inlezen.basis import Batchbestand, Invoerfout
from wlz_declaratie.inlezen.onbruikbaar import Dossierrijen
from wlz_declaratie.kern.afwijkend import verzacht
from wlz_declaratie.kern.in_delen import Verdeling
from wlz_declaratie.kern.invoer import Invoer, Voortgang
from wlz_declaratie.kern.onbruikbaar import weggelaten
from wlz_declaratie.kern.regel import Regel
from wlz_declaratie.kern.slank import bereid_voor, lijnen_van
from wlz_declaratie.kern.toetsing import toets

SCHEMA = "declaratie-uitslag/1"
"""The name of the published result."""


@dataclass(frozen=True)
class Basislijn:
    """How the findings compare with an earlier result, the baseline.

    ``verdwenen`` (schema UITSLAG) are findings of then that this check no longer gives, with a ``stand``: hersteld when
    their line is still there, weg when it is not; ``niet_getoetst`` counts those of rules that did not run now, of
    which nobody can say that they are gone. ``peildatum`` is None when the earlier result does not tell.
    """

    bestand: str
    peildatum: date | None
    verdwenen: pl.DataFrame
    niet_getoetst: int

    def met_stand(self, stand: str) -> pl.DataFrame:
        """Of ``verdwenen`` those that are hersteld, or weg."""
        return self.verdwenen.filter(pl.col("stand") == stand)


@dataclass(frozen=True)
class Voorstellen:
    """What a corrected copy (``bestand``) has otherwise than the batch: see `voorstellen`.

    ``genomen``: a row per field that changed, with the rules that proposed it, ``was`` and ``wordt`` (money in cents).
    ``niet_genomen``: a row per field of which a proposal was not taken, with the reason. ``verschil_cent``: what the
    declared total becomes more.
    """

    bestand: str
    genomen: pl.DataFrame
    niet_genomen: pl.DataFrame
    verschil_cent: int


@dataclass(frozen=True)
class Naslag:
    """What the check went by, for a closer look at some of its lines (`waarom`) while they can be read.

    ``lijnen`` are those of batch and history with ``rij``; ``tabellen`` the dossier as it was read, if it was kept.
    """

    invoer: Invoer
    tabellen: Mapping[str, pl.LazyFrame]
    werkmap: Path

    @property
    def lijnen(self) -> pl.LazyFrame:
        """The lines of batch, then history."""
        return self.invoer.lijnen


@dataclass(frozen=True)
class Uitslag:
    """The result of one check: everything that a report needs.

    ``bevindingen`` has the schema UITSLAG plus ``rij`` (the batch line, null where there is none), ordered by bestand,
    regelnummer and regel_id. ``breed`` gives the batch lines with ``rij``. With a ``basislijn`` each finding has a
    ``stand``: nieuw or bekend; ``voorstellen`` is there when a corrected copy was asked for. A finding of which the
    ``stand`` is aanvaard has the columns AANVAARD too; it rejects nothing, and whoever counts takes ``geldend``.

    ``clientlijnen`` gives all lines of some clients (texts of bsn), history included, as the rules read them: see
    ``populatie.Populatie``.
    """

    peildatum: date
    bestanden: tuple[Batchbestand, ...]
    samenvatting: Samenvatting
    regels: tuple[Regelstatus, ...]
    bevindingen: pl.DataFrame
    edities: tuple[Editie, ...]
    opmerkingen: tuple[str, ...]
    breed: pl.LazyFrame
    clientlijnen: Callable[[Sequence[str]], pl.DataFrame]
    basislijn: Basislijn | None = None
    voorstellen: Voorstellen | None = None
    aanvaarding: Aanvaarding | None = None
    dossier: Dossierrijen = field(default_factory=Dossierrijen)
    """Where the rows of the dossier come from, and those that were left out."""
    instellingen: Toegepast | None = None
    """What of a settings file it goes by."""
    naslag: Naslag | None = None
    """For who asks why; a saved result has none."""
    bewaard: Bewaard | None = None
    """What was counted of the lines before. A saved result has no other: its ``breed`` and ``rij`` are empty."""

    @property
    def geldend(self) -> pl.DataFrame:
        """The findings that count: all but the accepted ones."""
        return geldend(self.bevindingen)

    @property
    def aanvaard(self) -> pl.DataFrame:
        """The accepted findings."""
        return aanvaarde(self.bevindingen)


def controleer(
    bestanden: Sequence[Batchbestand],
    *,
    regels: Collection[Regel],
    codes: Codes,
    peildatum: date,
    dossier: Klaargezet,
    werkmap: Path,
    historie: Sequence[Batchbestand] | None = None,
    voortgang: Voortgang = lambda naam, nummer, aantal: None,
    verdeling: Verdeling | None = None,
    dossier_volledig: bool = False,
) -> Uitslag:
    """Check batches against ``regels``; without ``historie`` (None) rules on references know only the batch.

    ``dossier_volledig``: who is not in the dossier is unknown, however many they are (`kern.vreemd`).
    ``werkmap`` is a private folder for what does not fit in memory; the caller removes it when done with the result.
    Raises Invoerfout for a batch without a line, good or bad: nothing was checked, and that is no clean result.
    """
    bestanden = tuple(map(_getoond, bestanden))
    for bestand in bestanden:
        if not (bestand.aantal or bestand.onleesbaar or bestand.meldingen.height):
            raise Invoerfout(bestand.naam, "het bestand heeft geen enkele declaratieregel", "Maak de export opnieuw.")
    omvang = sum(bestand.aantal for bestand in (*bestanden, *(historie or ())))
    with motor(omvang):
        lijnen = lijnen_van(bestanden, historie or ())
        aantal = sum(bestand.aantal for bestand in bestanden)
        invoer = Invoer(
            lijnen,
            omvang,
            dossier.tabellen,
            codes,
            peildatum,
            historie is not None,
            bestanden,
            dossier.aanwezig,
            weggelaten(dossier.rijen.onbruikbaar, codes),
            wiens_bekend=dossier_volledig,
            bronnen=(*bestanden, *(historie or ())),
            dossier_verdeeld=dossier.verdeeld,
        )
        toetsingen, gevonden = toets(invoer, regels, werkmap, voortgang, verdeling)
        breed = lijnen.filter(pl.col("rij") < aantal)
        tabel = bevindingentabel(gevonden, breed, bestanden, {regel.id for regel in regels})
        tabel = verzacht(tabel, regels)
        samenvatting = samengevat(tabel, breed, aantal, sum(bestand.onleesbaar for bestand in bestanden))

    def clientlijnen(bsn: Sequence[str]) -> pl.DataFrame:
        with motor(omvang):
            deel = lijnen.filter(pl.col("bsn").is_in(list(bsn))).collect().lazy()
            return bereid_voor(deel, aantal, dossier.tabellen, codes)

    return Uitslag(
        peildatum=peildatum,
        bestanden=bestanden,
        samenvatting=samenvatting,
        regels=geteld([Regelstatus(t.regel, t.status, t.reden, 0, 0) for t in toetsingen], tabel),
        bevindingen=tabel,
        edities=tuple(replace(e, naam=zonder_bsn(e.naam), bron=zonder_bsn(e.bron)) for e in codes.edities),
        opmerkingen=tuple(map(gemaskeerd, (*_opmerkingen((*bestanden, *(historie or ()))), *dossier.opmerkingen))),
        breed=breed,
        clientlijnen=clientlijnen,
        dossier=dossier.rijen,
        naslag=Naslag(invoer, dossier.ruw, werkmap),
    )


def _opmerkingen(bestanden: Sequence[Batchbestand]) -> Iterator[str]:
    """What the readers noticed, each with its file."""
    for bestand in bestanden:
        yield from (f"{bestand.naam}: {opmerking}" for opmerking in bestand.opmerkingen)


def _getoond(bestand: Batchbestand) -> Batchbestand:
    """The file as reports name it: its name and those of its columns are texts from outside."""
    return replace(bestand, naam=zonder_bsn(bestand.naam), ongebruikt=tuple(map(zonder_bsn, bestand.ongebruikt)))

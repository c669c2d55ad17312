"""From sources to a result: reading, dossier, code tables, rules. Every check, from wherever, goes this way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Literal

import polars as pl

from wlz_declaratie.basis import geheugen
from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.basis.tonen import zonder_bsn
from wlz_declaratie.basis.werkmap import werkmap
from wlz_declaratie.codes.edities import tabellenmap
from wlz_declaratie.codes.tabellen import Codefout, Codes, lees_codes
from wlz_declaratie.diensten.controleren import Uitslag, controleer
from wlz_declaratie.diensten.instellingen.batch import Batchinstelling
from wlz_declaratie.diensten.klaarzetten import OpSchijf, zet_klaar
from wlz_declaratie.diensten.op_ray import OpRay, verdeling_op
from wlz_declaratie.inlezen import lees_batch, lees_frame
from wlz_declaratie.inlezen.basis import Batchbestand
from wlz_declaratie.inlezen.dossier import Dossier, lees_dossier, lees_tabellen
from wlz_declaratie.inlezen.omvang import geschat
from wlz_declaratie.kern.in_delen import Verdeling
from wlz_declaratie.kern.invoer import Voortgang

Bron = Path | pl.DataFrame
"""Where lines or the rows of a table come from."""
Drempel = Literal["afkeur", "signaal", "nooit"]
"""Which findings give exit code 1."""
TELLEND: Mapping[Drempel, tuple[str, ...]] = {"afkeur": ("afkeur",), "signaal": ("afkeur", "signaal"), "nooit": ()}


@dataclass(frozen=True)
class Opdracht:
    """What to check, against what. ``dossier`` is a folder, or tables by name."""

    bestanden: Sequence[Bron]
    dossier: Path | Mapping[str, Bron] | None = None
    historie: Bron | None = None
    peildatum: date | None = None
    selecteer: Sequence[str] = ()
    negeer: Sequence[str] = ()
    tabellen: Path | None = None
    strikt: bool = False
    """Whether a row of the dossier that cannot be used is an error."""
    vertaald: Mapping[str, str] = field(default_factory=dict)
    """By a heading that a supplier uses, the column that it stands for; see `inlezen.koppen.Gevraagd`."""
    naslag: bool = False
    """Whether the dossier is kept as it was read, for `waarom`."""
    dossier_volledig: bool = False
    """Whether who is not in the dossier is unknown, however many they are (`kern.vreemd`)."""
    ray: OpRay | None = None
    """Where to have parts checked; None is here."""
    ingesteld: Batchinstelling = field(default_factory=Batchinstelling)
    """What a settings file makes of the rules."""
    voor_batch: Callable[[Sequence[Batchbestand]], Opdracht] | None = None
    """Of settings per declarant: what to do with these files, once they are read."""


@contextmanager
def uitvoering(opdracht: Opdracht, voortgang: Voortgang = lambda naam, nummer, aantal: None) -> Iterator[Uitslag]:
    """Read and check; the lines of the result can be read until the block ends. Raises Gebruikersfout."""
    opdracht.ingesteld.regels(opdracht.selecteer, opdracht.negeer)
    boven = opdracht.ray.map_ if opdracht.ray else None
    with _werkmap(boven) as map_:
        if opdracht.ray:
            voortgang("Ray starten", 0, 0)
        with verdeling_op(opdracht.ray) as verdeling:
            uitslag = _lees_en_controleer(opdracht, map_, voortgang, verdeling)
        yield uitslag


@contextmanager
def _werkmap(boven: Path | None) -> Iterator[Path]:
    """The work folder, in a folder that the user names. Raises Gebruikersfout where it cannot be made there."""
    with ExitStack() as tot_het_einde:
        try:
            map_ = tot_het_einde.enter_context(werkmap(boven and boven.absolute()))
        except OSError as fout:
            if boven is None:
                raise
            raise Gebruikersfout(
                f"in de map '{boven}' kan niet worden geschreven ({fout.strerror}). Geef bij --ray-map een map die "
                "bestaat en van jou is.",
                systeem=fout.errno,
            ) from None
        yield map_


def lees_tegen(opdracht: Opdracht) -> tuple[Dossier, Codes]:
    """The dossier, and the code tables with its additions."""
    match opdracht.dossier:
        case None:
            dossier = Dossier({}, ())
        case Path():
            dossier = lees_dossier(opdracht.dossier, strikt=opdracht.strikt, vertaald=opdracht.vertaald)
        case _:
            dossier = lees_tabellen(opdracht.dossier, strikt=opdracht.strikt, vertaald=opdracht.vertaald)
    return codes_bij(dossier, opdracht.tabellen, strikt=opdracht.strikt)


def codes_bij(dossier: Dossier, tabellen: Path | None, *, strikt: bool) -> tuple[Dossier, Codes]:
    """The code tables with the additions of a dossier, and that without the rows that contradict one another.

    Raises Gebruikersfout for an imported edition that cannot be read, and with ``strikt`` for such rows.
    """
    while True:
        prestaties = dossier.tabellen.get("prestaties")
        try:
            return dossier, lees_codes(prestaties, tabellenmap(tabellen))
        except Codefout as fout:
            if strikt or prestaties is None:
                raise
            reden = f"de rijen van deze code noemen meer dan één {fout.kenmerk}"
            weg = prestaties["prestatiecode"].is_in(fout.codes)
            dossier = dossier.zonder("prestaties", weg, fout.kenmerk, reden)


def _delen(opdracht: Opdracht) -> int:
    """Into how many parts, about, lines too many to hold are cut while they are read: once, and all alike."""
    bronnen = list(opdracht.bestanden)
    if opdracht.historie is not None and not (isinstance(opdracht.historie, Path) and opdracht.historie.is_dir()):
        bronnen.append(opdracht.historie)
    return geheugen.delen(sum(map(geschat, bronnen)))


def _lees_en_controleer(
    opdracht: Opdracht, werkmap: Path, voortgang: Voortgang, verdeling: Verdeling | None
) -> Uitslag:
    delen = max(_delen(opdracht), verdeling.delen if verdeling else 1)
    if delen > 1:
        verdeling = replace(verdeling or Verdeling(delen), delen=delen)

    def lees(bron: Bron, naam: str) -> Batchbestand:
        voortgang(f"{zonder_bsn(bron.name) if isinstance(bron, Path) else naam} lezen", 0, 0)
        (werkmap / naam).mkdir()
        if isinstance(bron, Path):
            return lees_batch(bron, werkmap / naam, opdracht.vertaald, delen)
        return lees_frame(bron, naam, werkmap / naam, opdracht.vertaald, delen)

    def lees_batches() -> list[Batchbestand]:
        return [lees(bron, f"batch-{nummer}") for nummer, bron in enumerate(opdracht.bestanden, start=1)]

    if opdracht.voor_batch:
        bestanden = lees_batches()
        opdracht = opdracht.voor_batch(bestanden)
        voortgang("dossier lezen", 0, 0)
        dossier, codes = lees_tegen(opdracht)
    else:
        # Reading the one leaves a processor idle where the other can use it.
        with ThreadPoolExecutor(1) as ernaast:
            tegen = ernaast.submit(lees_tegen, opdracht)
            try:
                bestanden = lees_batches()
            except Gebruikersfout:
                tegen.result()  # of two files that cannot be used the dossier's is told, whichever was read first
                raise
            voortgang("dossier lezen", 0, 0)
            dossier, codes = tegen.result()
            del tegen
    regels = opdracht.ingesteld.regels(opdracht.selecteer, opdracht.negeer)
    historie = None
    if isinstance(opdracht.historie, Path) and opdracht.historie.is_dir():
        from wlz_declaratie.historie.lezen import lees_voor

        voortgang("historie lezen", 0, 0)
        historie = [lees_voor(opdracht.historie, bestanden, codes=codes, tabellen=dossier.tabellen, werkmap=werkmap)]
    elif opdracht.historie is not None:
        historie = [lees(opdracht.historie, "historie")]
    omvang = sum(bestand.aantal for bestand in (*bestanden, *(historie or ())))
    op_schijf = OpSchijf(werkmap / "dossier", delen) if omvang > geheugen.MEESTE_LIJNEN else None
    klaargezet = zet_klaar(dossier, codes, op_schijf, met_ruw=opdracht.naslag)
    del dossier
    uitslag = controleer(
        bestanden,
        regels=regels,
        codes=codes,
        peildatum=opdracht.peildatum or date.today(),
        dossier=klaargezet,
        werkmap=werkmap,
        historie=historie,
        voortgang=voortgang,
        verdeling=verdeling,
        dossier_volledig=opdracht.dossier_volledig,
    )
    return opdracht.ingesteld.bij(uitslag)


def exitcode(uitslag: Uitslag, faal_op: Drempel, volledig: bool) -> int:
    """The exit code of the contract; a rule that crashed outweighs findings. With a baseline only new ones count, and
    none that is accepted."""
    statussen = {status.status for status in uitslag.regels}
    if "fout" in statussen or (volledig and "niet uitgevoerd" in statussen):
        return 2
    bevindingen = uitslag.geldend
    if uitslag.basislijn:
        bevindingen = bevindingen.filter(bevindingen["stand"] == "nieuw")
    return int(bevindingen["ernst"].is_in(TELLEND[faal_op]).any())

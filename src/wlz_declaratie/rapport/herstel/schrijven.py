"""Writing the work file: never over what someone noted, and over the batch itself only where nothing of it is lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.diensten.bron import als_gecontroleerd
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.inlezen.xlsx.lezen import aantal_bladen
from wlz_declaratie.rapport import opmaak
from wlz_declaratie.rapport.herstel import blad
from wlz_declaratie.rapport.herstel.regels import Werkregels, werkregels
from wlz_declaratie.rapport.schrijven import Uitvoerfout, controleer_doel, vervangend
from wlz_declaratie.rapport.werkboek.bladen import BLADREGELS
from wlz_declaratie.rapport.werkboek.rijen import MEESTE_TEKENS

OPTIE = "--herstel"
SOORTEN = (".xlsx", ".csv")


@dataclass(frozen=True)
class Geschreven:
    """How many lines the work file has, how many of them with a finding, and findings that are about no line."""

    regels: int
    met_bevinding: int
    elders: int

    def __str__(self) -> str:
        tekst = f"{opmaak.meervoud(self.regels, 'rij', 'rijen')}, {opmaak.getal(self.met_bevinding)} met een bevinding"
        elders = opmaak.meervoud(
            self.elders, "bevinding die niet over een declaratieregel gaat", "bevindingen zonder declaratieregel"
        )
        return f"{tekst}; alleen in het rapport: {elders}" if self.elders else tekst


def controleer_opdracht(doel: Path, bestanden: Sequence[Path], andere: Iterable[Path]) -> None:
    """Refuse, before any work is done, what cannot give a work file in ``doel``.

    It may be the batch itself, for the next round of the same file; ``andere`` are the other files of the command.
    """
    if len(bestanden) != 1:
        raise Gebruikersfout(f"{OPTIE} maakt het werkbestand van één batch; dit zijn er {len(bestanden)}.")
    if doel.suffix.lower() not in SOORTEN:
        raise Uitvoerfout(f"{doel}: een werkbestand is {' of '.join(SOORTEN)}. Kies een daarvan.")
    plek = doel.resolve()
    if plek in {pad.resolve() for pad in andere}:
        raise Uitvoerfout(
            f"{doel}: dit bestand noem je ook voor iets anders. Kies een andere naam voor het werkbestand."
        )
    controleer_doel(doel)
    if plek != bestanden[0].resolve() and doel.exists():
        raise Uitvoerfout(
            f"{doel}: dit bestand bestaat al, en wat er is ingevuld zou verloren gaan. Controleer dat bestand zelf "
            f"(declaratie controleer {doel} {OPTIE} {doel}) of kies een andere naam."
        )
    if doel.exists():
        _niet_in_gebruik(doel)


def schrijf(uitslag: Uitslag, doel: Path, *, ingediend: bool) -> Geschreven:
    """Write the work file of the one batch of ``uitslag`` to ``doel``, whole or not at all.

    Raises Uitvoerfout for a batch that is no work file and would be replaced, when a rule crashed (its findings would
    be gone from the file), and for what does not fit on a sheet.
    """
    bestand = uitslag.bestanden[0]
    op_zichzelf = bestand.pad is not None and doel.resolve() == bestand.pad.resolve()
    if op_zichzelf and not bestand.werkbestand:
        raise Uitvoerfout(f"{doel}: dit is de batch zelf, en nog geen werkbestand. Kies een andere naam.")
    if op_zichzelf and doel.suffix.lower() == ".xlsx" and aantal_bladen(doel) > 1:
        raise Uitvoerfout(f"{doel}: het werkboek heeft meer bladen, en die gaan verloren. Kies een andere naam.")
    if vast := [status.regel.id for status in uitslag.regels if status.status == "fout"]:
        raise Uitvoerfout(
            f"{doel}: niet geschreven, want {', '.join(vast)} liep vast en haar bevindingen zouden ontbreken. "
            f"Herhaal de controle met --negeer {','.join(vast)}."
        )
    csv = doel.suffix.lower() == ".csv"
    regels = werkregels(uitslag, scheiding=" | " if csv else "\n", ingediend=ingediend, voor_csv=csv)
    if not csv:
        _past_op_blad(regels, doel)
    with vervangend(doel) as tijdelijk:
        if csv:
            # With the mark by which a spreadsheet sees that it is UTF-8.
            regels.regels.select(regels.koppen).write_csv(tijdelijk, separator=";", include_bom=True)
        else:
            blad.schrijf(regels, tijdelijk, uitslag.peildatum)
        als_gecontroleerd(bestand)
    met_bevinding = regels.regels.height - regels.regels["controleregel"].null_count()
    return Geschreven(regels.regels.height, met_bevinding, regels.elders)


def _past_op_blad(werk: Werkregels, doel: Path) -> None:
    te_lang = werk.regels.select(pl.any_horizontal(pl.col(werk.koppen).str.len_chars() > MEESTE_TEKENS).any()).item()
    if werk.regels.height > BLADREGELS:
        raise Uitvoerfout(f"{doel}: een blad houdt {BLADREGELS} rijen; dit zijn er meer. Kies .csv.")
    if te_lang:
        raise Uitvoerfout(f"{doel}: een veld heeft meer dan {MEESTE_TEKENS} tekens, te veel voor een cel. Kies .csv.")


def _niet_in_gebruik(doel: Path) -> None:
    """Refuse a file that the system does not let go, as Windows does with what is open in Excel."""
    try:
        with doel.open("rb+"):
            pass
    except OSError:
        raise Uitvoerfout(
            f"{doel}: dit bestand is niet te vervangen. Staat het open in Excel? Sluit het daar en probeer het opnieuw."
        ) from None

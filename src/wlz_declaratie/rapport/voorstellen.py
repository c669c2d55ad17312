"""The corrected copy of a batch: written, and told what it has otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.basis.tonen import zonder_bsn
from wlz_declaratie.contract.werkbestand import VAN_WIE_HERSTELT
from wlz_declaratie.diensten.bijschrijven import onbevestigd
from wlz_declaratie.diensten.bron import als_gecontroleerd, lees_bron
from wlz_declaratie.diensten.controleren import Uitslag, Voorstellen
from wlz_declaratie.diensten.voorstellen import VELDEN, in_woorden, neem
from wlz_declaratie.inlezen import AW319, TABULAIR
from wlz_declaratie.inlezen.aw319.wijzigen import schrijf_gewijzigd
from wlz_declaratie.rapport import opmaak
from wlz_declaratie.rapport.schrijven import Uitvoerfout, controleer_doel, vervangend

OPTIE = "--neem-voorstellen"


def controleer_opdracht(doel: Path, bestanden: Sequence[Path], andere: Iterable[Path]) -> None:
    """Refuse, before any work is done, what cannot give a corrected copy in ``doel``."""
    if len(bestanden) != 1:
        raise Gebruikersfout(f"{OPTIE} verbetert één batch; dit zijn er {len(bestanden)}. Neem ze een voor een.")
    soort, als_bericht = doel.suffix.lower(), doel.suffix.lower() in AW319
    if soort != ".csv" and not als_bericht:
        raise Uitvoerfout(f"{doel}: {OPTIE} schrijft .csv, of van een AW319 ook {', '.join(AW319)}. Kies een daarvan.")
    if als_bericht and bestanden[0].suffix.lower() in TABULAIR:
        raise Uitvoerfout(f"{doel}: een AW319 wordt alleen uit een AW319 gemaakt. Kies .csv.")
    if doel.resolve() in {pad.resolve() for pad in (*bestanden, *andere)}:
        raise Uitvoerfout(f"{doel}: dit bestand noem je ook voor iets anders. Kies een andere naam voor de kopie.")
    controleer_doel(doel)


def schrijf(uitslag: Uitslag, doel: Path) -> Uitslag:
    """Write the corrected copy of the one batch of ``uitslag``; gives the result with what was taken.

    Raises Gebruikersfout for a batch with lines that cannot be read, for a message that its closing record does not
    confirm, and when the batch changed since it was checked.
    """
    bestand = uitslag.bestanden[0]
    als_bericht = doel.suffix.lower() in AW319
    if als_bericht and bestand.soort != "aw319":
        raise Uitvoerfout(f"{doel}: een AW319 wordt alleen uit een AW319 gemaakt. Kies .csv.")
    reden = onbevestigd(bestand) if als_bericht else None
    if bestand.onleesbaar and not reden:
        reden = f"{opmaak.meervoud(bestand.onleesbaar, 'bestandsregel is', 'bestandsregels zijn')} niet te lezen"
    if reden:
        raise Gebruikersfout(f"{bestand.naam}: {reden}; daar wordt geen kopie van gemaakt. Herstel dat eerst.")
    voorstellen = neem(uitslag, zonder_bsn(str(doel)))
    with vervangend(doel) as tijdelijk:
        if als_bericht and bestand.pad is not None:
            schrijf_gewijzigd(bestand.pad, tijdelijk, _per_regel(voorstellen), voorstellen.verschil_cent)
            als_gecontroleerd(bestand)
        else:
            _als_csv(uitslag, voorstellen).write_csv(tijdelijk, separator=";")
    return replace(uitslag, voorstellen=voorstellen)


def _als_csv(uitslag: Uitslag, voorstellen: Voorstellen) -> pl.DataFrame:
    bron = lees_bron(uitslag, voor_csv=True)
    waarden = _per_regel(voorstellen)
    nieuw = waarden.select(
        "regelnummer",
        *(in_woorden(pl.lit(veld), pl.col(veld)).alias(f"nieuw_{veld}") for veld in VELDEN),
    )
    vervangen = [
        pl.coalesce(f"nieuw_{veld}", bron.kop_van[veld]).alias(bron.kop_van[veld])
        for veld in VELDEN
        if veld in bron.kop_van
    ]
    regels = bron.regels.join(nieuw, on="regelnummer", how="left", maintain_order="left").with_columns(vervangen)
    noten = VAN_WIE_HERSTELT if any(regels[kolom].null_count() < regels.height for kolom in VAN_WIE_HERSTELT) else ()
    return regels.select(*bron.koppen, *noten)


def _per_regel(voorstellen: Voorstellen) -> pl.DataFrame:
    """regelnummer and a column per field: the new value, null where it stays."""
    return voorstellen.genomen.group_by("regelnummer").agg(
        pl.col("wordt").filter(pl.col("kolom") == veld).first().alias(veld) for veld in VELDEN
    )


def delen(voorstellen: Voorstellen, maximum: int, toon_bsn: bool) -> Iterator[RenderableType]:
    """What the copy has otherwise, for a terminal; at most ``maximum`` rows of each, the counts are complete."""
    genomen, niet = voorstellen.genomen, voorstellen.niet_genomen
    regels = genomen["regelnummer"].n_unique()
    kop = f"{opmaak.meervoud(genomen.height, 'veld', 'velden')} op {opmaak.declaratieregels(regels)}"
    yield Text(f"\nVoorstellen genomen: {kop}, in {voorstellen.bestand}", style="bold")
    if genomen.height:
        yield _ingesprongen(f"het gedeclareerde totaal verandert met {opmaak.euro(voorstellen.verschil_cent)}", "dim")
    was, wordt = (in_woorden(pl.col("kolom"), pl.col(naam)) for naam in ("was", "wordt"))
    for rij in opmaak.getoond(genomen.head(maximum), toon_bsn).with_columns(was=was, wordt=wordt).iter_rows(named=True):
        yield _ingesprongen(f"{_waar(rij)}: {rij['kolom']} {rij['was']} → {rij['wordt']} ({rij['regel_id']})")
    yield from _rest(genomen.height - maximum)
    if niet.height:
        yield Text(f"\nNiet genomen: {opmaak.meervoud(niet.height, 'voorstel', 'voorstellen')}", style="bold")
        for rij in opmaak.getoond(niet.head(maximum), toon_bsn).iter_rows(named=True):
            yield _ingesprongen(f"{_waar(rij)}: {rij['kolom']} ({rij['regel_id']}): {rij['reden']}")
        yield from _rest(niet.height - maximum)


def _waar(rij: dict[str, Any]) -> str:
    return " · ".join(str(deel) for deel in (f"bestandsregel {rij['regelnummer']}", rij["referentienummer"]) if deel)


def _ingesprongen(tekst: str, stijl: str = "") -> RenderableType:
    return Padding(Text(tekst, style=stijl, overflow="fold"), (0, 0, 0, 2))


def _rest(meer: int) -> Iterator[RenderableType]:
    if meer > 0:
        yield _ingesprongen(f"… en nog {opmaak.getal(meer)}; zie ze met --max of in de .json.", "dim")

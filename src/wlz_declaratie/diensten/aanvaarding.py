"""Findings that somebody accepted: they stay in the result with the reason, and reject nothing.

A row of the list holds on its last day still, and no longer. What it accepts is told by rule and line, not by severity
or message: the same rule on the same line is the same finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.basis.tonen import gemaskeerd, zonder_bsn
from wlz_declaratie.contract.tabellen import AANVAARD
from wlz_declaratie.diensten.basislijn import GETOETST
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.diensten.opgeslagen.kop import STAND
from wlz_declaratie.diensten.opgeslagen.lezen import Opgeslagen
from wlz_declaratie.diensten.telling import Aanvaarding, geteld, samengevat
from wlz_declaratie.inlezen.aanvaard import SLEUTEL, Aanvaardlijst, lees_aanvaard
from wlz_declaratie.kern.regel import alle_regels

HOOGUIT_GENOEMD = 20
"""Rows of a kind that are named one by one; the others are counted."""
MEESTE_ELDERS = 3
"""The same for rows that say little: one list often serves many batches."""
_ELDERS = "de declaratieregel staat niet in deze batch"
_LIEP_NIET = "de controleregel liep nu niet"
LANGSTE = 40
"""Characters of a reference that are shown."""


def lees_lijst(bron: Path | pl.DataFrame, vertaald: Mapping[str, str] | None = None) -> Aanvaardlijst:
    """The list of ``bron``; ``vertaald`` as for `inlezen.koppen.Gevraagd`.

    Raises Invoerfout for its first mistake, also for a rule that is not in the catalogue.
    """
    return lees_aanvaard(bron, alle_regels(), vertaald)


def zoek(opgeslagen: Opgeslagen, regel_id: str, referentienummer: str) -> pl.DataFrame:
    """The findings of a saved result by rule and reference. Raises Gebruikersfout where there are none.

    Also for a reference that is masked there: written down like that it would be of nobody.
    """
    van_lijn = opgeslagen.uitslag.bevindingen.filter(pl.col("referentienummer") == referentienummer)
    if van_lijn.is_empty():
        raise Gebruikersfout(
            f"{opgeslagen.naam}: geen enkele bevinding heeft dit referentienummer. "
            f"`declaratie toon {opgeslagen.naam}` noemt ze; staat er een bsn in, neem dan een uitslag met --toon-bsn."
        )
    gevonden = van_lijn.filter(pl.col("regel_id") == regel_id)
    if gevonden.is_empty():
        wel = van_lijn.select("regel_id", pl.col("ernst").cast(pl.String)).unique().sort("regel_id").rows()
        raise Gebruikersfout(
            f"{opgeslagen.naam}: bij dit referentienummer is geen bevinding van {regel_id}, wel van "
            f"{', '.join(f'{id_} ({ernst})' for id_, ernst in wel)}. Kies er daarvan een."
        )
    if gevonden["referentienummer"].str.contains("******", literal=True).any():
        raise Gebruikersfout(
            f"{opgeslagen.naam}: in dit referentienummer is een bsn gemaskeerd, en zo is de declaratieregel niet terug "
            "te vinden. Neem een uitslag met --toon-bsn, of schrijf zelf een rij met bsn, begindatum en einddatum."
        )
    return gevonden


def pas_toe(uitslag: Uitslag, lijst: Aanvaardlijst) -> Uitslag:
    """The result of a check with the findings of ``lijst`` accepted, its totals counted anew.

    Beside a baseline an accepted finding is neither nieuw nor bekend. Rows that accept nothing are remarked.
    """
    rijen = lijst.rijen
    raak = _raak(uitslag.bevindingen, rijen, "regel_id").join(
        rijen.select("regelnummer", *(pl.col(naam.removeprefix("aanvaard_")).alias(naam) for naam in AANVAARD)),
        on="regelnummer",
    )
    geldig = raak.filter(pl.col("aanvaard_tot") >= uitslag.peildatum)
    over = rijen.filter(~pl.col("regelnummer").is_in(geldig["regelnummer"].implode()))
    verlopen = over.filter(pl.col("regelnummer").is_in(raak["regelnummer"].implode()))
    los = over.filter(~pl.col("regelnummer").is_in(verlopen["regelnummer"].implode()))
    gelopen = [status.regel.id for status in uitslag.regels if status.status in GETOETST]
    niet_nagegaan = los.filter(~pl.col("regel_id").is_in(gelopen))
    weg = los.filter(pl.col("regel_id").is_in(gelopen))
    opmerkingen = _opmerkingen(lijst, verlopen, weg, _met_lijn(uitslag.breed, weg), niet_nagegaan)
    return replace(
        _met_aanvaarde(uitslag, geldig),
        aanvaarding=Aanvaarding(
            lijst.naam, rijen.height - over.height, verlopen.height, weg.height, niet_nagegaan.height
        ),
        opmerkingen=(*uitslag.opmerkingen, *map(gemaskeerd, (*lijst.opmerkingen, *opmerkingen))),
    )


def _met_aanvaarde(uitslag: Uitslag, geldig: pl.DataFrame) -> Uitslag:
    """The result with these findings (``plaats``) accepted; of more rows for one finding the last counts."""
    if geldig.is_empty():
        return uitslag
    per_bevinding = geldig.sort("regelnummer").unique("plaats", keep="last").drop("regelnummer")
    zonder_stand = [] if "stand" in uitslag.bevindingen.columns else [pl.lit(None, STAND).alias("stand")]
    bevindingen = (
        uitslag.bevindingen.with_columns(zonder_stand)
        .with_row_index("plaats")
        .join(per_bevinding, on="plaats", how="left", maintain_order="left")
        .with_columns(
            stand=pl.when(pl.col("aanvaard_tot").is_null()).then("stand").otherwise(pl.lit("aanvaard", STAND))
        )
        .drop("plaats")
    )
    telling = uitslag.samenvatting
    return replace(
        uitslag,
        bevindingen=bevindingen,
        samenvatting=samengevat(bevindingen, uitslag.breed, telling.regels, telling.onleesbaar),
        regels=geteld(uitslag.regels, bevindingen),
    )


def _raak(bevindingen: pl.DataFrame, rijen: pl.DataFrame, *op: str) -> pl.DataFrame:
    """Which row speaks of which finding: ``plaats`` (from 0) and regelnummer.

    Rows that fill the same columns of SLEUTEL are joined together, on just those columns. There they are unique, so
    that no finding meets more rows than there are ways to fill them, however often a key occurs in the batch.
    """
    genummerd = bevindingen.select(*op, *SLEUTEL).with_row_index("plaats")
    delen = [pl.DataFrame(schema={"plaats": pl.UInt32, "regelnummer": pl.UInt32})]
    for gevuld, deel in _eender_gevuld(rijen):
        delen.append(genummerd.join(deel, on=[*op, *gevuld], how="inner").select("plaats", "regelnummer"))
    return pl.concat(delen)


def _eender_gevuld(rijen: pl.DataFrame) -> Iterator[tuple[Sequence[str], pl.DataFrame]]:
    """The rows by the columns of SLEUTEL that they fill."""
    for vol in rijen.select(pl.col(*SLEUTEL).is_not_null()).unique(maintain_order=True).iter_rows():
        waar = dict(zip(SLEUTEL, vol, strict=True))
        deel = rijen.filter(pl.col(kolom).is_not_null() == ja for kolom, ja in waar.items())
        yield [kolom for kolom, ja in waar.items() if ja], deel


def _met_lijn(breed: pl.LazyFrame, rijen: pl.DataFrame) -> pl.Series:
    """The numbers of the rows of which the line is in the batch."""
    delen = [pl.Series("regelnummer", [], pl.UInt32)]
    for gevuld, deel in _eender_gevuld(rijen):
        lijnen = breed.select(gevuld).join(deel.lazy(), on=gevuld, how="semi").unique().collect(engine="streaming")
        delen.append(deel.join(lijnen, on=gevuld, how="semi")["regelnummer"])
    return pl.concat(delen)


def _opmerkingen(
    lijst: Aanvaardlijst, verlopen: pl.DataFrame, weg: pl.DataFrame, er_nog: pl.Series, niet_nagegaan: pl.DataFrame
) -> Iterator[str]:
    """What the rows that accept nothing are good for; of ``weg`` those with ``er_nog`` still have their line."""
    vervallen = weg.filter(pl.col("regelnummer").is_in(er_nog.implode()))
    elders = weg.filter(~pl.col("regelnummer").is_in(er_nog.implode()))
    for rijen, meeste, wat, samen, doe in (
        (verlopen, HOOGUIT_GENOEMD, "is verlopen ({:%d-%m-%Y})", "zijn verlopen", " Verleng `tot` of haal de rij weg."),
        (vervallen, HOOGUIT_GENOEMD, "komt niet meer voor", "komen niet meer voor", " Haal de rij weg."),
        (elders, MEESTE_ELDERS, f"komt niet meer voor: {_ELDERS}", f"komen niet meer voor: {_ELDERS}", ""),
        (niet_nagegaan, MEESTE_ELDERS, f"is niet nagegaan: {_LIEP_NIET}", f"zijn niet nagegaan: {_LIEP_NIET}", ""),
    ):
        for rij in rijen.head(meeste).iter_rows(named=True):
            waar = f"{lijst.naam}, {lijst.plaats} {rij['regelnummer']}: {rij['regel_id']} op {_lijn(rij)}"
            yield f"{waar} {wat.format(rij['tot'])}.{doe}"
        if rijen.height > meeste:
            yield f"{lijst.naam}, {_nummers(lijst.plaats, rijen[meeste:])} {samen}.{doe}"


def _lijn(rij: dict[str, Any]) -> str:
    """Of which line a row speaks. Whose reference it is, is not known: no run of digits that holds a bsn is shown."""
    if rij["referentienummer"]:
        return zonder_bsn(rij["referentienummer"])[:LANGSTE]
    return f"bsn ******{rij['bsn'][-3:]}, {rij['begindatum']:%d-%m-%Y} t/m {rij['einddatum']:%d-%m-%Y}"


def _nummers(plaats: str, rijen: pl.DataFrame) -> str:
    nummers = rijen["regelnummer"].to_list()
    rest = f" en nog {len(nummers) - HOOGUIT_GENOEMD}" if len(nummers) > HOOGUIT_GENOEMD else ""
    return f"{plaats} {', '.join(map(str, nummers[:HOOGUIT_GENOEMD]))}{rest}"

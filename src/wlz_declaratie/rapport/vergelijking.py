"""A received return message beside our own check: which rejections it foretold, which not, which in vain.

A rejection is a returned record with a retourcode that rejects. It is foretold when the check gives that record
the same code; with other codes only, it stands apart. Lines meet by reference, and lines that share one (or have
none) in the order of the files.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.inlezen.aw320.indeling import CODES, GEEN_AFWIJZING, NIET_BEOORDEELD
from wlz_declaratie.inlezen.aw320.lezen import Retourbericht

LIJN = ("regelnummer", "referentienummer", "bsn", "prestatiecode", "begindatum", "einddatum", "declaratiebedrag")
KOPREGEL = 1
"""Where the header of a return message stands."""
PAAR = ("retourregel", "retourcode")


class Uitkomst(StrEnum):
    """How a record fares in the comparison."""

    voorspeld = "voorspeld"
    andere_code = "andere code"
    niet_voorspeld = "niet voorspeld"
    tevergeefs = "tevergeefs"
    niet_beoordeeld = "niet beoordeeld"


@dataclass(frozen=True)
class Vergelijking:
    """The comparison of a check with the return message on the same batch.

    ``records``: every record that either rejects, by retourregel: uitkomst, kenmerk, retourregel, the fields of
    LIJN (null where it is no line of the batch), ontvangen and verwacht (retourcodes) and regels (rule ids).
    A record that the return message does not judge (8002) is neither a rejection nor foretold in vain.

    ``retourcodes``: per retourcode the received pairs of record and code (ontvangen = voorspeld + gemist) and the
    pairs foretold that did not come (tevergeefs); a record has room for three codes, so what the check gives beyond
    three received ones is not counted as such.

    ``niet_in_batch`` counts returned performance records that are no line of the batch, ``niet_in_retour`` lines that
    did not return.
    """

    uitslag: Uitslag
    retour: Retourbericht
    records: pl.DataFrame
    retourcodes: pl.DataFrame
    niet_in_batch: int
    niet_in_retour: int

    def aantal(self, uitkomst: Uitkomst) -> int:
        """How many records fare so."""
        return self.records.filter(uitkomst=uitkomst.value).height

    @property
    def afwijzingen(self) -> int:
        """How many records the return message rejects."""
        return sum(self.aantal(u) for u in (Uitkomst.voorspeld, Uitkomst.andere_code, Uitkomst.niet_voorspeld))


def vergelijk(uitslag: Uitslag, retour: Retourbericht) -> Vergelijking:
    """Compare the check of one batch with its return message; Gebruikersfout when they do not belong together."""
    lijnen = _lijnen_van_factuur(uitslag, retour)
    koppeling = _koppel(lijnen, retour)
    gekoppeld = koppeling.drop_nulls("rij").height
    zelfde_factuur = retour.factuurnummer is not None and not lijnen["factuurnummer"].null_count()
    # A message that is refused as a whole may come back without its lines; then the invoice must do.
    if not gekoppeld and not (koppeling.is_empty() and zelfde_factuur):
        raise _hoort_niet(uitslag, retour, "geen enkele declaratieregel heeft een referentienummer uit de batch")
    verwacht = _verwacht(uitslag, retour, koppeling)
    paren = _paren(retour, verwacht)
    return Vergelijking(
        uitslag=uitslag,
        retour=retour,
        records=_records(uitslag, retour, koppeling, paren),
        retourcodes=_per_code(paren),
        niet_in_batch=koppeling.height - gekoppeld,
        niet_in_retour=lijnen.height - gekoppeld,
    )


def _hoort_niet(uitslag: Uitslag, retour: Retourbericht, reden: str) -> Gebruikersfout:
    batch = uitslag.bestanden[0].naam
    return Gebruikersfout(f"{retour.naam}: hoort niet bij {batch}: {reden}. Geef de batch die dit bericht beantwoordt.")


def _lijnen_van_factuur(uitslag: Uitslag, retour: Retourbericht) -> pl.DataFrame:
    """rij, referentienummer and factuurnummer of the lines that may be on the invoice of the return message."""
    lijnen = uitslag.breed.select("rij", "referentienummer", "factuurnummer").collect().sort("rij")
    if retour.factuurnummer is None:
        return lijnen
    van_factuur = lijnen.filter((pl.col("factuurnummer") == retour.factuurnummer).fill_null(value=True))
    if van_factuur.is_empty():
        raise _hoort_niet(uitslag, retour, f"het beantwoordt factuur {retour.factuurnummer}, en die zit er niet in")
    return van_factuur


def _koppel(lijnen: pl.DataFrame, retour: Retourbericht) -> pl.DataFrame:
    """retourregel and rij (null: not in the batch) of every returned performance record, one to one."""
    sleutel = ["referentienummer", "nummer"]
    nummer = pl.int_range(pl.len()).over("referentienummer").alias("nummer")
    prestaties = retour.records.filter(kenmerk="04").select("retourregel", "referentienummer").with_columns(nummer)
    met_nummer = lijnen.with_columns(nummer).select("rij", *sleutel)
    return prestaties.join(met_nummer, on=sleutel, how="left", nulls_equal=True).select("retourregel", "rij")


def _verwacht(uitslag: Uitslag, retour: Retourbericht, koppeling: pl.DataFrame) -> pl.DataFrame:
    """Per returned record and retourcode the rules of the check that give it.

    A finding without a line is about the record at its place in an AW319, or else about the message: its header.
    """
    afkeur = uitslag.bevindingen.filter(ernst="afkeur").select("rij", "regelnummer", "regel_id", "retourcode")
    op_regel = afkeur.join(koppeling.drop_nulls("rij"), on="rij")
    delen = [op_regel.select(*PAAR, "regel_id")]
    if uitslag.bestanden[0].soort == "aw319":
        plaats = retour.records.select("retourregel", regelnummer="retourregel")
        los = afkeur.filter(pl.col("rij").is_null()).drop("rij").join(plaats, on="regelnummer", how="left")
        los = los.with_columns(pl.col("retourregel").fill_null(pl.lit(KOPREGEL, pl.UInt32)))
        delen.append(los.select(*PAAR, "regel_id"))
    return pl.concat(delen).drop_nulls("retourcode").group_by(PAAR).agg(regels=pl.col("regel_id").unique().sort())


def _paren(retour: Retourbericht, verwacht: pl.DataFrame) -> pl.DataFrame:
    """Every pair of record and code, received or foretold: ontvangen, verwacht, voorspeld, tevergeefs and regels.

    What the check finds on a line may be what the insured record above it is rejected for.
    """
    codes = retour.records.select("retourregel", retourcode="retourcodes").explode("retourcode").drop_nulls()
    ontvangen = codes.filter(~pl.col("retourcode").is_in(GEEN_AFWIJZING)).with_columns(ontvangen=pl.lit(value=True))
    boven = (
        verwacht.join(retour.records.select("retourregel", "ouder"), on="retourregel")
        .select(retourregel="ouder", retourcode="retourcode", boven=pl.lit(value=True))
        .unique()
    )
    onbeoordeeld = codes.filter(retourcode=NIET_BEOORDEELD)["retourregel"]
    vol = ontvangen.group_by("retourregel").len().filter(pl.col("len") >= len(CODES))["retourregel"]
    er_is = [pl.col(naam).fill_null(value=False) for naam in ("ontvangen", "verwacht", "boven")]
    return (
        ontvangen.join(verwacht.with_columns(verwacht=pl.lit(value=True)), on=PAAR, how="full", coalesce=True)
        .join(boven, on=PAAR, how="left")
        .with_columns(er_is)
        .with_columns(
            onbeoordeeld=pl.col("retourregel").is_in(onbeoordeeld.implode()),
            voorspeld=pl.col("ontvangen") & (pl.col("verwacht") | pl.col("boven")),
        )
        .with_columns(
            tevergeefs=~pl.col("ontvangen") & ~pl.col("onbeoordeeld") & ~pl.col("retourregel").is_in(vol.implode())
        )
        .sort(PAAR)
    )


def _per_code(paren: pl.DataFrame) -> pl.DataFrame:
    return (
        paren.group_by("retourcode")
        .agg(
            pl.col("ontvangen", "voorspeld").sum(),
            gemist=(pl.col("ontvangen") & ~pl.col("voorspeld")).sum(),
            tevergeefs=pl.col("tevergeefs").sum(),
        )
        .filter(pl.any_horizontal(pl.col("ontvangen", "tevergeefs") > 0))
        .sort("retourcode")
    )


def _records(uitslag: Uitslag, retour: Retourbericht, koppeling: pl.DataFrame, paren: pl.DataFrame) -> pl.DataFrame:
    ontvangen, verwacht = pl.col("ontvangen"), pl.col("verwacht")
    uitkomst = (
        pl.when("voorspeld")
        .then(pl.lit(Uitkomst.voorspeld.value))
        .when((ontvangen.list.len() > 0) & (verwacht.list.len() > 0))
        .then(pl.lit(Uitkomst.andere_code.value))
        .when(ontvangen.list.len() > 0)
        .then(pl.lit(Uitkomst.niet_voorspeld.value))
        .when("onbeoordeeld")
        .then(pl.lit(Uitkomst.niet_beoordeeld.value))
        .otherwise(pl.lit(Uitkomst.tevergeefs.value))
    )
    per_record = (
        paren.group_by("retourregel")
        .agg(
            pl.col("onbeoordeeld", "voorspeld").any(),
            ontvangen=pl.col("retourcode").filter("ontvangen"),
            verwacht=pl.col("retourcode").filter("verwacht"),
            regels=pl.col("regels").explode().drop_nulls().unique().sort(),
        )
        .join(koppeling, on="retourregel", how="left")
        .join(retour.records.select("retourregel", "kenmerk"), on="retourregel")
    )
    rijen = per_record["rij"].drop_nulls()
    lijnen = uitslag.breed.filter(pl.col("rij").is_in(rijen.implode())).select("rij", *LIJN).collect()
    return (
        per_record.join(lijnen, on="rij", how="left")
        .select("kenmerk", "retourregel", *LIJN, "ontvangen", "verwacht", "regels", uitkomst=uitkomst)
        .sort("retourregel")
    )

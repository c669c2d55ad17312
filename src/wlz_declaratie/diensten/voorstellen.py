"""Taking what rules propose: the one lawful value of a field, and what follows from it. Asked for, never by itself.

A rule proposes aantal, tarief or bedrag (`kern.taal.lijnen.Lijnen.met_voorstel`). With another aantal or tarief the
bedrag becomes their product, and a declaratiebedrag that was the bedrag stays that. What cannot be worked out so is not
taken, and said.
"""

from __future__ import annotations

import polars as pl

from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.diensten.controleren import Uitslag, Voorstellen
from wlz_declaratie.inlezen.aw319.volgorde import met_teken
from wlz_declaratie.inlezen.csv.schrijven import euro_veld
from wlz_declaratie.kern.taal.sjabloon import VOORSTEL, VOORSTELBAAR

VELDEN = (*VOORSTELBAAR, "declaratiebedrag")
"""The fields of a line that may change, in the order in which they are told."""
MEESTE_CENT = 99_999_999
"""What fits in an amount of AW319, and in every reader."""
_LIJN = ("rij", "regelnummer", "referentienummer", "bsn")
GENOMEN: dict[str, type[pl.DataType]] = {
    "regel_id": pl.String,
    "regelnummer": pl.UInt32,
    "referentienummer": pl.String,
    "bsn": pl.String,
    "kolom": pl.String,
    "was": pl.Int64,
    "wordt": pl.Int64,
}
NIET_GENOMEN: dict[str, type[pl.DataType]] = {
    **{n: s for n, s in GENOMEN.items() if n not in ("was", "wordt")},
    "reden": pl.String,
}


def met_voorstel(bevindingen: pl.DataFrame) -> pl.DataFrame:
    """Findings with ``kolom`` and ``waarde`` of their proposal; null where there is none."""
    gegevens = pl.col("gegevens")
    met = pl.when(gegevens.str.contains(f'"{VOORSTEL}":', literal=True)).then(gegevens)
    return bevindingen.with_columns(
        kolom=met.str.json_path_match(f"$.{VOORSTEL}.kolom"),
        waarde=met.str.json_path_match(f"$.{VOORSTEL}.waarde").cast(pl.Int64, strict=False),
    )


def in_woorden(kolom: pl.Expr, waarde: pl.Expr) -> pl.Expr:
    """A value of one of VELDEN, as it is typed in a file: money as 1234,56."""
    return pl.when(kolom == "aantal").then(waarde.cast(pl.String)).otherwise(euro_veld(waarde))


def voorstel_in_woorden() -> pl.Expr:
    """The proposal of `met_voorstel` as a cell tells it; null where there is none."""
    return zin("{}: {}", "kolom", in_woorden(pl.col("kolom"), pl.col("waarde")))


def neem(uitslag: Uitslag, bestand: str) -> Voorstellen:
    """What of the proposals on the lines of ``uitslag`` is taken, and what not; ``bestand`` is the corrected copy.

    An accepted finding proposes nothing: its line may stay as it is.
    """
    voorstellen = met_voorstel(uitslag.geldend)
    voorstellen = voorstellen.filter(pl.col("rij").is_not_null(), pl.col("kolom").is_in(VOORSTELBAAR))
    per_veld = voorstellen.group_by("rij", "kolom", maintain_order=True).agg(
        pl.first("waarde"),
        strijdig=pl.col("waarde").n_unique() > 1,
        regel_id=pl.col("regel_id").str.join(", "),
        gezegd=zin("{} zegt {}", "regel_id", in_woorden(pl.col("kolom"), pl.col("waarde"))).str.join(", "),
    )
    lijnen = _beoordeeld(_lijnen(uitslag, per_veld))
    genomen, niet = lijnen.filter(pl.col("reden").is_null()), lijnen.filter(pl.col("reden").is_not_null())
    anders = [
        genomen.filter(pl.col(veld).ne_missing(pl.col(f"nieuw_{veld}"))).select(
            *_LIJN, "regel_id", kolom=pl.lit(veld), was=veld, wordt=f"nieuw_{veld}", volgorde=pl.lit(nummer)
        )
        for nummer, veld in enumerate(VELDEN)
    ]
    verschil = genomen.with_columns(declaratiebedrag=pl.col("nieuw_declaratiebedrag") - pl.col("declaratiebedrag"))
    niet = per_veld.select("rij", "kolom", "regel_id").join(niet.drop("regel_id"), on="rij").sort("rij", "kolom")
    return Voorstellen(
        bestand,
        pl.concat(anders).sort("rij", "volgorde").select(*GENOMEN).cast(pl.Schema(GENOMEN)),
        niet.select(*NIET_GENOMEN).cast(pl.Schema(NIET_GENOMEN)),
        verschil.select(met_teken().sum()).item(),
    )


def _lijnen(uitslag: Uitslag, per_veld: pl.DataFrame) -> pl.DataFrame:
    """The lines with a proposal: as they are, ``voorstel_<veld>``, and ``strijd`` where proposals on a field differ."""
    per_lijn = per_veld.group_by("rij").agg(
        *(pl.col("waarde").filter(pl.col("kolom") == veld).first().alias(f"voorstel_{veld}") for veld in VOORSTELBAAR),
        strijd=pl.col("gezegd").filter("strijdig").first(),
        regel_id=pl.col("regel_id").str.join(", "),
    )
    velden = (*_LIJN, *VELDEN, "debet_credit", "debet_credit_2")
    return uitslag.breed.select(velden).join(per_lijn.lazy(), on="rij", how="inner").collect()


def _beoordeeld(lijnen: pl.DataFrame) -> pl.DataFrame:
    """With ``nieuw_<veld>``, and ``reden`` why nothing of the line is taken; null where it is."""
    bedrag, gevraagd = pl.col("bedrag"), pl.col("declaratiebedrag")
    anders = pl.col("voorstel_aantal").is_not_null() | pl.col("voorstel_tarief").is_not_null()
    met_maat = lijnen.with_columns(
        nieuw_aantal=pl.coalesce("voorstel_aantal", "aantal"), nieuw_tarief=pl.coalesce("voorstel_tarief", "tarief")
    ).with_columns(
        hoort=pl.when(anders)
        .then(pl.col("nieuw_aantal") * pl.col("nieuw_tarief"))
        .otherwise(pl.coalesce("voorstel_bedrag", "bedrag"))
    )
    hoort = pl.col("hoort")
    was_het_bedrag = ((gevraagd == bedrag) | (gevraagd == pl.col("aantal") * pl.col("tarief"))).fill_null(False)
    met_bedrag = met_maat.with_columns(
        nieuw_bedrag=pl.when(bedrag.is_not_null()).then(hoort),
        nieuw_declaratiebedrag=pl.when(was_het_bedrag)
        .then(hoort)
        .when((gevraagd == hoort) | (~anders & (gevraagd <= hoort)))
        .then(gevraagd),
    )
    rekent = bedrag.is_not_null() | gevraagd.is_not_null()
    return met_bedrag.with_columns(
        reden=pl.when(pl.col("strijd").is_not_null())
        .then(zin("de voorstellen spreken elkaar tegen ({})", "strijd"))
        .when(rekent & hoort.is_null())
        .then(pl.lit("zonder aantal en tarief is het bedrag niet na te rekenen"))
        .when(~hoort.is_between(0, MEESTE_CENT))
        .then(pl.lit("het bedrag past dan niet in zijn veld"))
        .when(gevraagd.is_not_null() & pl.col("nieuw_declaratiebedrag").is_null())
        .then(pl.lit("het declaratiebedrag is een ander bedrag dan tarief maal aantal; wat het wordt, weet je zelf"))
    )

"""Declaration lines from CSV, Parquet and XLSX, and from a frame."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl
import polars.selectors as cs

from wlz_declaratie.basis import geheugen
from wlz_declaratie.basis.systeem import foutnummer
from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.basis.verdeeld import Verdeeld
from wlz_declaratie.contract.sleutels import client_van_regel
from wlz_declaratie.contract.tabellen import (
    ALLEEN_INTERN,
    CIJFERS,
    DECLARATIE,
    HOOGUIT,
    LEVERINGSVORMEN,
    MONDZORGLIJSTEN,
    NODIG,
    STANDAARD,
)
from wlz_declaratie.contract.werkbestand import is_werkbestand
from wlz_declaratie.inlezen.aw319.controles import meldingen
from wlz_declaratie.inlezen.basis import (
    MELDING,
    NIET_GETOOND,
    PLEK,
    Batchbestand,
    Invoerfout,
    controleer_bestand,
    sha256,
    toonbaar,
)
from wlz_declaratie.inlezen.koppen import Gevraagd
from wlz_declaratie.inlezen.openen import lees_ruw, lees_velden, opgemerkt, te_herstellen
from wlz_declaratie.inlezen.parquet.grenzen import GEEN_PARQUET
from wlz_declaratie.inlezen.parquet.lezen import lees_frame as ruw_frame
from wlz_declaratie.inlezen.rekenblad import weiger_afgerond
from wlz_declaratie.inlezen.ruw import GETYPEERD, RuweTabel
from wlz_declaratie.inlezen.velden import AANVAARD, soort_van, vorm
from wlz_declaratie.inlezen.werkbestand import zonder_ernaast

REGEL_ID = "INL-01"
RETOURCODE = "0001"

_FOUTEN = cs.starts_with("fout_")
_KOLOMMEN = {kolom: type_ for kolom, type_ in DECLARATIE.items() if kolom not in ALLEEN_INTERN}
_REGEL_VINDT = ("begindatum", "einddatum", "aantal")
"""Columns whose unreadable fields are left to a rule (VLD-03, VLD-05)."""
_VOOR_REGEL = "onleesbaar_"
_ALLEEN_CIJFERS = ("declarant", "tijdseenheid")
"""Codes that no rule tests as such; a field with anything else than their number of digits is unreadable."""
_LIJSTEN = (STANDAARD["prestatiecodelijst"], *MONDZORGLIJSTEN)
MEESTE_GENOEMD = 5
"""Unreadable fields that the finding on a line names; of all of them the text would be many times the file."""
_SAMEN = 50_000
"""Lines with unreadable fields of which the findings are made at a time."""
MEESTE_ZONDER_DATUM = 200_000
"""Lines without a readable date; with more this is no batch, and findings on each would be many times the file."""
_NOOIT_TONEN = ("bsn", "geboortedatum")
_MEESTE = 9_999_999
"""Greatest aantal: what has more digits may be a bsn in the wrong column, which no rule may then show."""


def gevraagd(vertaald: Mapping[str, str] | None = None) -> Gevraagd:
    """The columns of declaration lines."""
    return Gevraagd(tuple(_KOLOMMEN), NODIG, vertaald=vertaald or {}, werkbestand=True)


def lees_tabulair(
    pad: Path, naam: str, werkmap: Path, vertaald: Mapping[str, str] | None = None, delen: int = 1
) -> Batchbestand:
    """Read a .csv, .tsv, .parquet or .xlsx with declaration lines, or text with them under another name.

    An unreadable field becomes null, an unreadable line is left out; both are in ``meldingen`` as INL-01.
    Lines without any field are skipped. Raises Invoerfout when the file is no such file, or lacks a needed
    column.
    """
    controleer_bestand(pad, naam)
    map_ = Path(tempfile.mkdtemp(dir=werkmap))
    vingerafdruk = sha256(pad)
    batch = _batch(lees_ruw(pad, naam, map_, gevraagd(vertaald)), naam, vingerafdruk, map_, delen)
    return replace(batch, vertaald=vertaald or {})


def lees_frame(
    frame: pl.DataFrame, naam: str, werkmap: Path, vertaald: Mapping[str, str] | None = None, delen: int = 1
) -> Batchbestand:
    """Read a frame with declaration lines as ``lees_tabulair`` a Parquet file; it has no sha256."""
    return _batch(ruw_frame(frame, naam, gevraagd(vertaald)), naam, "", Path(tempfile.mkdtemp(dir=werkmap)), delen)


def _batch(gelezen: RuweTabel, naam: str, vingerafdruk: str, map_: Path, delen: int) -> Batchbestand:
    ruw = zonder_ernaast(gelezen)
    # Most files need no mending, and looking for it in every field costs a tenth of reading: only then it is done.
    alles, verdeeld = _bewaar(_lijnen(ruw, naam, herstel=False), ruw, naam, map_ / "regels", delen)
    zoals_gelezen = alles.rename({f"{_VOOR_REGEL}{k}": f"fout_{k}" for k in _REGEL_VINDT}, strict=False)
    if te_herstellen(zoals_gelezen, ruw, _KOLOMMEN):
        alles, verdeeld = _bewaar(_lijnen(ruw, naam), ruw, naam, map_ / "hersteld", delen)
    if ruw.formaat not in GETYPEERD:
        weiger_afgerond(alles, naam, ruw.kolommen, ruw.hooguit)
    _weiger_zonder_datum(alles, naam)
    opgevallen = _opgevallen(alles)
    gevonden = [_regels_onleesbaar(ruw.onleesbaar), _velden_onleesbaar(opgevallen), *_buiten_domein(opgevallen, ruw)]
    opmerkingen = opgemerkt(ruw, alles)
    regels = alles.select(*DECLARATIE)
    if _in_geheugen(ruw, delen):
        regels = regels.collect().lazy()  # what stood beside the lines is let go
    del alles
    return Batchbestand(
        naam=naam,
        soort=ruw.formaat,
        sha256=vingerafdruk,
        regels=regels,
        aantal=regels.select(pl.len()).collect().item(),
        kolommen=frozenset(ruw.kolommen),
        ongebruikt=ruw.ongebruikt,
        meldingen=pl.concat(gevonden).sort("regelnummer", "regel_id"),
        onleesbaar=ruw.onleesbaar.height,
        opmerkingen=opmerkingen,
        werkbestand=is_werkbestand(gelezen.kolommen),
        verdeeld=verdeeld,
    )


def _lijnen(ruw: RuweTabel, naam: str, *, herstel: bool = True) -> pl.LazyFrame:
    """Declaration lines, with the raw text of every unreadable field in a column ``fout_...`` beside them.

    Of what a rule finds (_REGEL_VINDT) that column is called _VOOR_REGEL.
    """
    gelezen = lees_velden(ruw, naam, _KOLOMMEN, herstel=herstel)
    gelezen = gelezen.rename({f"fout_{kolom}": f"{_VOOR_REGEL}{kolom}" for kolom in _REGEL_VINDT}, strict=False)
    eerder = gelezen.collect_schema().names()

    def fout(kolom: str, waar: pl.Expr) -> pl.Expr:
        """The field where it is wrong, beside what could not be read at all."""
        ook = [f"fout_{kolom}"] if f"fout_{kolom}" in eerder else []
        return pl.coalesce(*ook, pl.when(waar).then(kolom)).alias(f"fout_{kolom}")

    te_lang = [fout(kolom, pl.col(kolom).str.len_chars() > lengte) for kolom, lengte in HOOGUIT.items()]
    geen_cijfers = [fout(kolom, _geen_cijfers(kolom)) for kolom in _ALLEEN_CIJFERS if kolom in ruw.kolommen]
    aantal = pl.col("aantal")
    vormen = vorm(pl.col("leveringsvorm"))
    geen_vorm = pl.when(vormen.is_null()).then("leveringsvorm").alias("fout_leveringsvorm")
    return gelezen.with_columns(
        *te_lang,
        *geen_cijfers,
        geen_vorm,
        pl.when(aantal.is_between(-_MEESTE, _MEESTE)).then(aantal),
        vormen.alias("leveringsvorm"),
        *(pl.col(kolom).fill_null(waarde) for kolom, waarde in STANDAARD.items()),
        pl.lit(None, dtype=pl.String).alias("debet_credit_2"),
    )


def _geen_cijfers(kolom: str) -> pl.Expr:
    """Whether a code has anything else than its number of digits; false where it is empty."""
    code = pl.col(kolom)
    # A cast is four times as fast as a pattern; it takes a sign.
    getal = code.cast(pl.UInt32, strict=False).is_not_null() & ~code.str.starts_with("+")
    return code.is_not_null() & ~(getal & (code.str.len_bytes() == CIJFERS[kolom]))


_DOMEIN = {
    "uzovi": ("AW-0018", _geen_cijfers("uzovi"), f"{CIJFERS['uzovi']} cijfers"),
    "prestatiecodelijst": (
        "AW-0581",
        ~pl.col("prestatiecodelijst").is_in(_LIJSTEN),
        f"{_LIJSTEN[0]} (mondzorg: {' '.join(_LIJSTEN[1:])})",
    ),
}
"""The controls of AW319 on fields that every format has: their rule, what fails them, and what is asked."""


def _buiten_domein(opgevallen: pl.DataFrame, ruw: RuweTabel) -> Iterator[pl.DataFrame]:
    """What the controls of _DOMEIN find, by their own id and retourcode."""
    for kolom, (regel_id, fout, verwacht) in _DOMEIN.items():
        if kolom in ruw.kolommen:
            fouten = opgevallen.filter(fout).select("regelnummer", waarde=toonbaar(pl.col(kolom)))
            getoond = pl.col("waarde").fill_null(NIET_GETOOND)
            tekst = zin(f"{kolom} is '{{}}'; verwacht {verwacht}.", getoond)
            yield from meldingen(fouten, pl.lit(value=True), regel_id, tekst, kolom=pl.lit(kolom), waarde=getoond)


def _in_geheugen(ruw: RuweTabel, delen: int) -> bool:
    return delen == 1 and ruw.hooguit <= geheugen.MEESTE_LIJNEN


def _bewaar(
    lijnen: pl.LazyFrame, ruw: RuweTabel, naam: str, doel: Path, delen: int
) -> tuple[pl.LazyFrame, Verdeeld | None]:
    """Evaluate once: in memory, on disk when there are many lines, or there in so many parts."""
    try:
        if _in_geheugen(ruw, delen):
            return lijnen.collect(engine="streaming").lazy(), None
        if delen == 1:
            plat = doel.with_suffix(".parquet")
            lijnen.sink_parquet(plat, compression="lz4", statistics=False)
            return pl.scan_parquet(plat, glob=False), None
        verdeeld = Verdeeld(doel, delen)
        verdeeld.schrijf(lijnen.with_row_index(PLEK), client_van_regel(PLEK))
        return verdeeld.alles(), verdeeld
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as fout:
        # Damage inside a Parquet file shows only now. What Polars says of it may quote fields.
        if ruw.formaat == "parquet":
            raise Invoerfout(naam, *GEEN_PARQUET, systeem=foutnummer(fout)) from None
        raise


def _opgevallen(alles: pl.LazyFrame) -> pl.DataFrame:
    """The lines, few mostly, with a field that could not be read or that lies outside _DOMEIN."""
    opvalt = pl.any_horizontal(_FOUTEN.is_not_null(), *(waar for _, waar, _ in _DOMEIN.values()))
    return alles.select("regelnummer", *_DOMEIN, _FOUTEN).filter(opvalt).collect(engine="streaming")


def _weiger_zonder_datum(regels: pl.LazyFrame, naam: str) -> None:
    zonder = regels.filter(pl.col("begindatum").is_null() & pl.col("einddatum").is_null())
    aantal, eerste = zonder.select(pl.len(), pl.col("regelnummer").min()).collect().row(0)
    if aantal > MEESTE_ZONDER_DATUM:
        reden = (
            f"{aantal} bestandsregels hebben geen leesbare begindatum en einddatum, de eerste op bestandsregel {eerste}"
        )
        raise Invoerfout(naam, reden, "Zet er datums als 2026-01-31 in en verwijder wat geen declaratieregel is.")


def _meldingen(frame: pl.DataFrame) -> pl.DataFrame:
    """Findings INL-01 from columns regelnummer, melding and gegevens."""
    vast = {"regel_id": REGEL_ID, "ernst": "afkeur", "retourcode": RETOURCODE}
    return frame.with_columns(pl.lit(waarde).alias(kolom) for kolom, waarde in vast.items()).select(*MELDING)


def _regels_onleesbaar(onleesbaar: pl.DataFrame) -> pl.DataFrame:
    return _meldingen(
        onleesbaar.select(
            "regelnummer",
            melding="Bestandsregel niet te lezen: " + pl.col("reden") + ". Herstel de regel.",
            gegevens=pl.struct("reden").struct.json_encode(),
        )
    )


def _velden_onleesbaar(opgevallen: pl.DataFrame) -> pl.DataFrame:
    """One finding per line that names the fields which could not be read, in the order of the columns."""
    per_regel = opgevallen.select("regelnummer", _FOUTEN).filter(pl.any_horizontal(_FOUTEN.is_not_null()))
    kolommen = [naam for naam in per_regel.columns[1:] if per_regel[naam].null_count() < per_regel.height]
    if not kolommen:
        return pl.DataFrame(schema=MELDING)
    return pl.concat(
        [pl.DataFrame(schema=MELDING), *(_genoemd(deel, kolommen) for deel in per_regel.iter_slices(_SAMEN))]
    )


def _genoemd(per_regel: pl.DataFrame, kolommen: list[str]) -> pl.DataFrame:
    """The findings on these lines; beyond MEESTE_GENOEMD fields only their number is told."""
    verwacht, meldingen_, gegevens = _verwacht(), [], []
    eerder = pl.lit(0, pl.UInt8)
    for fout in kolommen:
        kolom = fout.removeprefix("fout_")
        is_fout = pl.col(fout).is_not_null()
        genoemd = is_fout & (eerder < MEESTE_GENOEMD)
        eerder = eerder + is_fout.cast(pl.UInt8)
        getoond = pl.lit(None, pl.String) if kolom in _NOOIT_TONEN else toonbaar(pl.col(fout))
        staat = zin(f"{kolom} '{{}}'", getoond).fill_null(kolom)
        meldingen_.append(pl.when(genoemd).then(zin(f"{{}}, verwacht {verwacht[kolom]}", staat)))
        veld = pl.struct(
            pl.lit(kolom).alias("kolom"), getoond.alias("waarde"), pl.lit(verwacht[kolom]).alias("verwacht")
        )
        gegevens.append(pl.when(genoemd).then(veld.struct.json_encode()))
    over = eerder.cast(pl.Int64) - MEESTE_GENOEMD
    meldingen_.append(pl.when(over > 0).then(zin("en nog {} velden", over)))
    return _meldingen(
        per_regel.select(
            "regelnummer",
            melding=zin("Niet te lezen: {}.", pl.concat_str(meldingen_, separator="; ", ignore_nulls=True)),
            gegevens=pl.concat_str(
                pl.lit('{"velden":['), pl.concat_str(gegevens, separator=",", ignore_nulls=True), pl.lit("]}")
            ),
        )
    )


def _verwacht() -> dict[str, str]:
    """By column, what its field should look like."""
    per_kolom = {kolom: AANVAARD[soort_van(kolom, type_)] for kolom, type_ in _KOLOMMEN.items()}
    per_kolom |= {kolom: f"{aantal} cijfers" for kolom, aantal in CIJFERS.items()}
    per_kolom |= {kolom: f"hooguit {lengte} tekens" for kolom, lengte in HOOGUIT.items()}
    return per_kolom | {"leveringsvorm": " ".join(LEVERINGSVORMEN)}

"""A table from a file of any kind: which reader opens it, and its fields parsed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from wlz_declaratie.basis.systeem import foutnummer
from wlz_declaratie.contract.tabellen import VOORLOOPNUL
from wlz_declaratie.inlezen import rekenblad
from wlz_declaratie.inlezen.basis import Invoerfout
from wlz_declaratie.inlezen.getypeerd import LET_OP, afgerond, gemerkt, in_centen, merktekens, onduidelijk_bedrag
from wlz_declaratie.inlezen.koppen import Gevraagd
from wlz_declaratie.inlezen.parquet.grenzen import GEEN_PARQUET
from wlz_declaratie.inlezen.ruw import GETYPEERD, RuweTabel
from wlz_declaratie.inlezen.velden import AANVAARD, Soort, als_tekst, is_al, lees_bedrag, ontleed, past, soort_van


def lees_ruw(pad: Path, naam: str, werkmap: Path, gevraagd: Gevraagd) -> RuweTabel:
    """Open a .csv, .parquet or .xlsx; a big CSV that has to be mended first is mended in the work folder.

    Raises Invoerfout when it is not such a file, when a needed column is missing or a column is there twice.
    """
    soort = pad.suffix.lower()
    if soort == ".parquet":
        from wlz_declaratie.inlezen.parquet.lezen import lees_parquet

        return lees_parquet(pad, naam, gevraagd)
    if soort == ".xlsx":
        from wlz_declaratie.inlezen.xlsx.lezen import lees_xlsx

        return lees_xlsx(pad, naam, gevraagd)
    from wlz_declaratie.inlezen.csv.lezen import lees_csv

    return lees_csv(pad, naam, werkmap, gevraagd)


def lees_velden(
    ruw: RuweTabel, naam: str, types: Mapping[str, type[pl.DataType]], *, herstel: bool = True
) -> pl.LazyFrame:
    """The columns of `types`, parsed; an absent one is null. Raises Invoerfout for an unreadable type.

    Beside each parsed column, unless no field of it can be unreadable, stands ``fout_<column>``: the raw field as text
    where it could not be read, else null; and ``let_op_...`` where it was read in another way than it stands there, for
    `opgemerkt`. Without ``herstel`` what a spreadsheet did to a field stays: see `te_herstellen`.
    """
    schema = ruw.regels.collect_schema()
    waarden, fouten = [pl.col("regelnummer")], []
    for kolom, doel in types.items():
        if kolom not in ruw.kolommen:
            waarden.append(pl.lit(None, dtype=doel).alias(kolom))
            continue
        soort, type_ = soort_van(kolom, doel), schema[kolom]
        if not past(kolom, soort, type_):
            hoe = "als tekst" if soort == "tekst" else f"als tekst, met {AANVAARD[soort]}"
            raise Invoerfout(naam, f"kolom '{kolom}' heeft type {type_}", f"Lever deze kolom aan {hoe}.")
        waarden.append(ontleed(kolom, soort, type_, uit_cellen=ruw.formaat == "xlsx").alias(kolom))
        if is_al(soort, type_):
            continue
        if soort != "tekst":
            waarden.append(pl.col(kolom).alias(f"fout_{kolom}"))
            # Masked before it becomes text: of a million numbers that is most of the work.
            onleesbaar = pl.when(pl.col(kolom).is_null()).then(f"fout_{kolom}")
            fouten.append(als_tekst(onleesbaar, type_).alias(f"fout_{kolom}"))
        elif type_.is_float():
            rond = pl.when(afgerond(kolom, type_)).then(pl.col(kolom))
            waarden.append(als_tekst(rond, type_).alias(f"fout_{kolom}"))
        if soort == "datum":
            waarden += merktekens(kolom, type_)
    if onduidelijk := _onduidelijk_bedrag(ruw, naam):
        raise Invoerfout(
            naam,
            f"in kolom '{onduidelijk}' (type {schema[onduidelijk]}) staan alleen hele bedragen: euro's of centen",
            "Lever centen aan als gehele getallen (int64), of euro's als tekst of decimal met twee decimalen.",
        )
    gelezen = ruw.regels.select(waarden).with_columns(fouten)
    return _uit_rekenblad(gelezen, ruw, types) if herstel else gelezen


def te_herstellen(gelezen: pl.LazyFrame, ruw: RuweTabel, types: Mapping[str, type[pl.DataType]]) -> bool:
    """Whether any field of these lines, which `lees_velden` read without mending, may be one that it would mend."""
    hersteld = [
        rekenblad.is_kort(kolom, pl.col(kolom)).any() if soort == "tekst" else uit.is_not_null().any()
        for kolom, (soort, uit) in _herstel(ruw, types).items()
    ]
    return bool(hersteld) and any(gelezen.select(a.alias(str(n)) for n, a in enumerate(hersteld)).collect().row(0))


def _herstel(ruw: RuweTabel, types: Mapping[str, type[pl.DataType]]) -> dict[str, tuple[Soort, pl.Expr]]:
    """Of each column of text that a spreadsheet may have changed its kind, and what it held; see `rekenblad`."""
    schema, gevonden = ruw.regels.collect_schema(), dict[str, tuple[Soort, pl.Expr]]()
    for kolom in ruw.kolommen:
        if kolom not in types or schema[kolom] != pl.String:
            continue
        soort, fout = soort_van(kolom, types[kolom]), pl.col(f"fout_{kolom}")
        if soort == "datum":
            gevonden[kolom] = soort, rekenblad.datum(kolom, fout, ruw.nuldag)
        elif soort == "bedrag":
            gevonden[kolom] = soort, rekenblad.bedrag(fout, lees_bedrag)
        elif kolom in VOORLOOPNUL and ruw.formaat != "xlsx":
            gevonden[kolom] = soort, rekenblad.met_voorloopnul(kolom, pl.col(kolom))
    return gevonden


def _uit_rekenblad(gelezen: pl.LazyFrame, ruw: RuweTabel, types: Mapping[str, type[pl.DataType]]) -> pl.LazyFrame:
    """Undo what a spreadsheet did, with a mark on each field; what is mended is no longer unreadable."""
    hersteld, daarna = _herstel(ruw, types), []
    for kolom, (soort, _) in hersteld.items():
        nieuw, fout = pl.col(f"hersteld_{kolom}"), pl.col(f"fout_{kolom}")
        if soort == "tekst":
            merken = {"nul": nieuw.str.len_bytes() != pl.col(kolom).str.len_bytes()}
            daarna.append(nieuw.alias(kolom))
        else:
            goed, getal = nieuw.is_not_null(), rekenblad.is_getal(fout).fill_null(value=False)
            merken = {"teken": goed} if soort == "bedrag" else {"getal": goed & getal, "kort": goed & ~getal}
            daarna += [pl.coalesce(kolom, nieuw).alias(kolom), pl.when(~goed).then(fout).alias(f"fout_{kolom}")]
        daarna += [waar.alias(f"{LET_OP}{wat}_{kolom}") for wat, waar in merken.items()]
    stappen = gelezen.with_columns(uit.alias(f"hersteld_{kolom}") for kolom, (_, uit) in hersteld.items())
    return stappen.with_columns(daarna).drop(f"hersteld_{kolom}" for kolom in hersteld)


def _onduidelijk_bedrag(ruw: RuweTabel, naam: str) -> str | None:
    if ruw.formaat not in GETYPEERD:
        return None
    try:
        return onduidelijk_bedrag(ruw.regels, ruw.regels.collect_schema())
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as fout:
        raise Invoerfout(naam, *GEEN_PARQUET, systeem=foutnummer(fout)) from None


def opgemerkt(ruw: RuweTabel, gelezen: pl.LazyFrame) -> tuple[str, ...]:
    """What was read in another way than it stands there, of the lines of `lees_velden`."""
    centen = in_centen(gelezen, ruw.regels.collect_schema()) if ruw.formaat in GETYPEERD else ()
    return (*ruw.opmerkingen, *gemerkt(gelezen), *centen)

"""The official koppeltabel: an Excel workbook with the table on its third sheet.

A table that decides over lines must be right as a whole: any unusable cell refuses the workbook.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from wlz_declaratie.basis.meegeleverd import lees_toml
from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.inlezen.basis import Invoerfout, sha256, toon, toonbaar
from wlz_declaratie.inlezen.velden import AANVAARD, kaal, ontleed
from wlz_declaratie.inlezen.xlsx.lezen import lees_blad

BLAD = 2
"""The table is on the third sheet."""

KOLOMMEN = {
    "C": ("prestatiecode", "prestatie"),
    "D": ("omschrijving", "omschrijving"),
    "E": ("zzpcodes", "zzp"),
    "F": ("tijdseenheid", "tijdseenheid"),
    "G": ("functiecodes", "functie"),
    "H": ("ingangsdatum", "ingang"),
    "I": ("einddatum", "eind"),
    "J": ("prestatiegroep", "groep"),
    "K": ("declaratiewijze", "wijze"),
}
"""What each column holds, and the word that its heading must have."""

OMSCHRIJVING = "D"
"""The words of the publisher: not read, not kept."""

MAG_LEEG = ("E", "G", "I")
VERWACHT = {
    "C": "een prestatiecode van hooguit vijf hoofdletters en cijfers",
    "E": "zzp-codes van drie cijfers met komma's ertussen, als tekst",
    "F": "Minuut, Uur, Etmaal, Dagdeel (4 uur) of Tijdsonafhankelijk",
    "G": "functiecodes van twee cijfers met komma's ertussen, als tekst",
    "H": AANVAARD["datum"],
    "I": AANVAARD["datum"],
    "J": "het nummer van de prestatiegroep",
    "K": "het nummer van de declaratiewijze",
}

GENOEMD = 5
"""Faults named in the message; the rest is counted."""

REMEDIE = "Herstel het werkboek en importeer het opnieuw; er is niets gewijzigd."


@dataclass(frozen=True)
class Werkboek:
    """A koppeltabel as its workbook states it.

    ``rijen``: rij (of the sheet), prestatiecode, ingangsdatum, einddatum (Date, null is open),
    prestatiegroep, declaratiewijze, tijdseenheid (a code), zzpcodes and functiecodes (sorted, with spaces
    between; null is none). ``jaar`` is the one year that the name of the file, else those of its sheets, state.
    """

    naam: str
    sha256: str
    rijen: pl.DataFrame
    jaar: int | None


def lees_werkboek(pad: Path) -> Werkboek:
    """Read and check the workbook. Raises Invoerfout that names the first faults by their cells."""
    naam = str(pad)
    werkblad = lees_blad(pad, naam, BLAD)
    blad = werkblad.cellen
    _controleer_koppen(naam, blad)
    letters = [letter for letter in KOLOMMEN if letter != OMSCHRIJVING]
    cellen = (
        blad.slice(1)
        .with_row_index("rij", offset=2)
        .select("rij", *(kaal(letter) for letter in letters))
        .filter(pl.any_horizontal(pl.col(letters).is_not_null()))
    )
    if cellen.is_empty():
        raise Invoerfout(naam, "onder de koppen staat geen enkele rij", REMEDIE, f"blad {BLAD + 1}")
    waarden = cellen.with_columns(**_waarden())
    celfouten = pl.concat([_celfouten(waarden, letter) for letter in letters])
    rijfouten = _rijfouten(waarden.join(celfouten, on="rij", how="anti"))
    weiger(naam, pl.concat([celfouten, rijfouten]))
    open_einde = pl.col("einddatum").dt.year() == date.max.year
    rijen = waarden.with_columns(einddatum=pl.when(~open_einde).then("einddatum")).drop(letters)
    return Werkboek(naam, sha256(pad), rijen, _jaar(pad.stem) or _jaar(" ".join(werkblad.bladnamen)))


def _jaar(tekst: str) -> int | None:
    """The year that a text states, if it states one and no other."""
    jaren = {*re.findall("(?<![0-9])20[0-9]{2}(?![0-9])", tekst)}
    return int(jaren.pop()) if len(jaren) == 1 else None


def weiger(naam: str, fouten: pl.DataFrame) -> None:
    """Raise Invoerfout with the first faults (rij, letter, reden), if there are any."""
    if fouten.is_empty():
        return
    eerste = fouten.sort("rij", "letter").head(GENOEMD).iter_rows(named=True)
    genoemd = "; ".join(f"cel {fout['letter']}{fout['rij']}: {fout['reden']}" for fout in eerste)
    rest = f"; en nog {fouten.height - GENOEMD} fouten" if fouten.height > GENOEMD else ""
    raise Invoerfout(naam, genoemd + rest, REMEDIE, f"blad {BLAD + 1}")


def _controleer_koppen(naam: str, blad: pl.DataFrame) -> None:
    """Columns go by their place, and a heading must say so: a column that is missing shifts all after it."""
    koppen = blad.row(0, named=True) if blad.height else {}
    for letter, (kolom, woord) in KOLOMMEN.items():
        kop = (koppen.get(letter) or "").strip()
        if woord not in re.sub("[^a-z]", "", kop.lower()):
            indeling = ", ".join(f"{letter} {kolom}" for letter, (kolom, _) in KOLOMMEN.items())
            raise Invoerfout(
                naam,
                f"kolom '{kolom}' ontbreekt, hier staat {toon(kop) if kop else 'niets'}",
                f"Op blad 3 horen in rij 1: {indeling}. Er is niets gewijzigd.",
                f"blad {BLAD + 1}, cel {letter}1",
            )


def _waarden() -> dict[str, pl.Expr]:
    """The columns of `Werkboek.rijen` from the cells; null where a cell is empty or cannot be read."""
    woorden: dict[str, str] = lees_toml("codes", "groepen.toml")["tijdseenheden"]
    eenheden = woorden | {code: code for code in woorden.values()} | {str(int(c)): c for c in woorden.values()}
    code = pl.col("C")
    return {
        "prestatiecode": pl.when(code.str.contains("^[A-Z0-9]{1,5}$")).then(code),
        "zzpcodes": _codes("E", 3),
        "tijdseenheid": pl.col("F")
        .str.to_lowercase()
        .str.replace_all(r"\s", "")
        .replace_strict(eenheden, default=None, return_dtype=pl.String),
        "functiecodes": _codes("G", 2),
        "ingangsdatum": ontleed("H", "datum", pl.String(), uit_cellen=True),
        "einddatum": ontleed("I", "datum", pl.String(), uit_cellen=True),
        "prestatiegroep": _nummer("J"),
        "declaratiewijze": _nummer("K"),
    }


def _codes(letter: str, lengte: int) -> pl.Expr:
    """Codes with commas between; a numeric cell has lost its leading zeros. Null when one is wrong."""
    delen = pl.col(letter).str.replace_all(r"[,;\s]+", ",").str.strip_chars(",").str.split(",")
    deel = pl.element()
    goed = delen.list.eval(deel.str.contains("^0*[1-9][0-9]*$") & (deel.str.len_chars() <= lengte))
    codes = delen.list.eval(deel.str.zfill(lengte)).list.unique().list.sort().list.join(" ")
    return pl.when(goed.list.all()).then(codes)


def _nummer(letter: str) -> pl.Expr:
    """One or two digits, without leading zeros."""
    goed = pl.col(letter).str.contains("^0?[1-9]$|^[1-9][0-9]$")
    return pl.when(goed).then(pl.col(letter).str.strip_chars_start("0"))


def _celfouten(waarden: pl.DataFrame, letter: str) -> pl.DataFrame:
    """Cells of a column that are empty but needed, or hold what cannot be read."""
    kolom, cel = KOLOMMEN[letter][0], pl.col(letter)
    getoond = zin("'{}'", toonbaar(cel)).fill_null("deze waarde")
    reden = (
        pl.when(cel.is_null())
        .then(pl.lit(f"{kolom} is leeg"))
        .otherwise(zin(f"{{}} is onbruikbaar als {kolom}, verwacht {VERWACHT[letter]}", getoond))
    )
    fout = pl.col(kolom).is_null() & (pl.lit(letter not in MAG_LEEG) | cel.is_not_null())
    return waarden.filter(fout).select("rij", letter=pl.lit(letter), reden=reden)


def _rijfouten(rijen: pl.DataFrame) -> pl.DataFrame:
    """Rows that end before they begin, and rows that stand there twice."""
    omgekeerd = rijen.filter(pl.col("einddatum") < pl.col("ingangsdatum")).select(
        "rij", letter=pl.lit("I"), reden=pl.lit("einddatum ligt voor ingangsdatum")
    )
    # The unit is no part of it: rows that differ in that alone contradict each other.
    gelijk = pl.struct(pl.exclude("rij", "tijdseenheid", *KOLOMMEN))
    dubbel = rijen.with_columns(eerste=pl.col("rij").min().over(gelijk)).filter(pl.col("rij") > pl.col("eerste"))
    return pl.concat(
        [
            omgekeerd,
            dubbel.select("rij", letter=pl.lit("C"), reden=zin("deze rij staat er al, in rij {}", "eerste")),
        ]
    )

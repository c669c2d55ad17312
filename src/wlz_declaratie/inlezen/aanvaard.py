"""The list of accepted findings: a table of its own, in which every row must be right.

A row of the dossier that is wrong can be left out; here it would accept what nobody accepted, or leave a rejection
that somebody thinks is gone. So the first mistake stops the run.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from wlz_declaratie.basis.formule import onbeschut
from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.basis.tonen import gemaskeerd, schone, zonder_bsn
from wlz_declaratie.contract.tabellen import TABELLEN
from wlz_declaratie.inlezen.basis import NIET_GETOOND, Invoerfout, toonbaar
from wlz_declaratie.inlezen.dossier import lees_tabel
from wlz_declaratie.inlezen.dossiermap import TABELSOORTEN

TABEL = "aanvaard"
PERIODE = ("bsn", "begindatum", "einddatum")
SLEUTEL = ("referentienummer", *PERIODE)
"""Of which line a row speaks; what is empty fits every line."""
_VRIJ = ("reden", "door")


@dataclass(frozen=True)
class Aanvaardlijst:
    """``rijen`` has regelnummer and the columns of schemas/tabellen/aanvaard.toml; bsns in reden and door are masked.

    ``plaats`` says what a regelnummer counts (regel, rij), ``ongebruikt`` which columns nobody reads.
    """

    naam: str
    plaats: str
    rijen: pl.DataFrame
    opmerkingen: tuple[str, ...] = ()
    ongebruikt: tuple[str, ...] = ()


def lees_aanvaard(
    bron: Path | pl.DataFrame, regels: Collection[str], vertaald: Mapping[str, str] | None = None
) -> Aanvaardlijst:
    """Read a list from CSV, Parquet, XLSX or a frame; ``regels`` are the ids that there are.

    ``vertaald`` as for `koppen.Gevraagd`. Raises Invoerfout for what is no such table, and for the first row that
    cannot be used.
    """
    naam, soort = (zonder_bsn(str(bron)), bron.suffix.lower()) if isinstance(bron, Path) else (TABEL, "")
    if soort and soort not in TABELSOORTEN:
        raise Invoerfout(
            naam, "dit is geen lijst van aanvaarde bevindingen", f"Gelezen worden {' '.join(TABELSOORTEN)}."
        )
    gelezen = lees_tabel(TABEL, bron, strikt=True, vertaald=vertaald)
    rijen = gelezen.rijen.select("regelnummer", *TABELLEN[TABEL].types)
    if soort == ".csv":
        rijen = rijen.with_columns(onbeschut(pl.col(pl.String)))
    rijen = rijen.with_columns(
        pl.col("regel_id").str.to_uppercase(), schone(pl.col(*_VRIJ).str.replace_all(r"\s+", " "))
    )
    lijst = Aanvaardlijst(
        naam,
        "rij" if soort == ".xlsx" else "regel",
        rijen.with_columns(_zonder_bsns(rijen[kolom]) for kolom in _VRIJ),
        tuple(f"{naam}: {opmerking}" for opmerking in gelezen.opmerkingen),
        gelezen.ongebruikt,
    )
    _weiger_fout(lijst, regels)
    return lijst


def _zonder_bsns(teksten: pl.Series) -> pl.Series:
    """Texts that a person wrote, with each bsn masked, in groups of digits too."""
    met_cijfers = teksten.filter(teksten.str.contains("[0-9]{3}")).unique()
    return teksten.replace(met_cijfers, pl.Series([gemaskeerd(tekst) for tekst in met_cijfers], dtype=pl.String))


def _weiger_fout(lijst: Aanvaardlijst, regels: Collection[str]) -> None:
    """Raises Invoerfout for the first row that names no rule, no line, no period, or what a row before it names."""
    eerder = pl.col("regelnummer").min().over("regel_id", *SLEUTEL)
    genoemd = zin("'{}'", toonbaar(pl.col("regel_id"))).fill_null(NIET_GETOOND)
    fouten = (
        (
            ~pl.col("regel_id").is_in(list(regels)),
            zin("{} is geen bekende controleregel", genoemd),
            "`declaratie regels` noemt ze.",
        ),
        (
            pl.col("referentienummer").is_null() & pl.any_horizontal(pl.col(*PERIODE).is_null()),
            pl.lit("er staat geen referentienummer, en ook geen bsn met begindatum en einddatum"),
            "Vul een van beide in.",
        ),
        (
            pl.col("einddatum") < pl.col("begindatum"),
            zin("einddatum {} ligt voor begindatum {}", "einddatum", "begindatum"),
            "Verbeter de waarde.",
        ),
        (
            pl.col("regelnummer") > eerder,
            zin(f"dezelfde bevinding staat al op {lijst.plaats} {{}}", eerder),
            "Laat één van beide staan.",
        ),
    )
    waarom = [
        pl.when(fout).then(pl.struct(reden=reden, remedie=pl.lit(remedie, pl.String)))
        for fout, reden, remedie in fouten
    ]
    slecht = lijst.rijen.select("regelnummer", waarom=pl.coalesce(waarom)).filter(pl.col("waarom").is_not_null())
    if slecht.height:
        regelnummer, wat = slecht.row(0)
        raise Invoerfout(lijst.naam, wat["reden"], wat["remedie"], f"{lijst.plaats} {regelnummer}")

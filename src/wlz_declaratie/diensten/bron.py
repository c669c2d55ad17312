"""A batch as it came: every field of every line as text, in the order of the file, also what was not understood."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.basis.werkmap import werkmap
from wlz_declaratie.contract.tabellen import ALLEEN_INTERN, BEDRAGEN, CIJFERS, DECLARATIE
from wlz_declaratie.contract.werkbestand import GEMAAKT, NIET_GELEZEN, VAN_WIE_HERSTELT
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.inlezen.aw319.bestand import Records, lees_blokken
from wlz_declaratie.inlezen.aw319.kop import zoek_kop
from wlz_declaratie.inlezen.basis import Batchbestand, sha256
from wlz_declaratie.inlezen.csv.schrijven import euro_veld
from wlz_declaratie.inlezen.koppen import kolomnaam, wijs_toe
from wlz_declaratie.inlezen.openen import lees_ruw
from wlz_declaratie.inlezen.tabulair import gevraagd
from wlz_declaratie.inlezen.velden import als_tekst

_NUL_UUR = r"^([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]00:00:00(?:\.0+)?$"
"""How a spreadsheet reader writes a day."""
_KOP_EN_SLOT = ("01", "99")


@dataclass(frozen=True)
class Bron:
    """The lines of one batch file as text.

    ``regels``: regelnummer, the columns ``koppen`` by their own headings, VAN_WIE_HERSTELT, and NIET_GELEZEN for what
    could not be split into fields. ``kop_van`` gives the heading of each column of a declaration line that is there.
    """

    regels: pl.DataFrame
    koppen: tuple[str, ...]
    kop_van: dict[str, str]


def lees_bron(uitslag: Uitslag, *, voor_csv: bool) -> Bron:
    """The one batch file of ``uitslag``. Raises Gebruikersfout when it is no longer the file that was checked.

    Fields stay as they are, if the file that is written says the same by them: one for CSV (``voor_csv``) out of
    another kind of file, and any out of an AW319, are written as the contract has them.
    """
    bestand = uitslag.bestanden[0]
    if bestand.pad is None:
        raise Gebruikersfout(f"{bestand.naam}: hiervan is geen bestand. Geef een bestand.")
    if bestand.soort == "aw319":
        bron = _uit_bericht(uitslag, bestand, bestand.pad)
    else:
        bron = _uit_tabel(uitslag, bestand, bestand.pad, voor_csv=voor_csv)
    als_gecontroleerd(bestand)
    return bron


def als_gecontroleerd(bestand: Batchbestand) -> None:
    """Raises Gebruikersfout when the file is another than the one that was checked."""
    if bestand.pad is None or sha256(bestand.pad) != bestand.sha256:
        raise Gebruikersfout(f"{bestand.naam}: het bestand is tijdens de controle veranderd. Controleer het opnieuw.")


def _uit_bericht(uitslag: Uitslag, bestand: Batchbestand, pad: Path) -> Bron:
    koppen = tuple(k for k in DECLARATIE if k in bestand.kolommen and k not in ALLEEN_INTERN)
    regels = _volgens_contract(uitslag, koppen)
    samen = pl.concat([regels, _beschadigd(bestand, pad)], how="diagonal").sort("regelnummer", maintain_order=True)
    return _bron(samen, koppen, {kop: kop for kop in koppen})


def _beschadigd(bestand: Batchbestand, pad: Path) -> pl.DataFrame:
    """Records of a message that may have been a line and cannot be read: regelnummer and their text."""
    schema = {"regelnummer": pl.UInt32, NIET_GELEZEN: pl.String}
    if not bestand.onleesbaar:
        return pl.DataFrame(schema=schema)
    kop = zoek_kop(pad, bestand.naam)
    records = Records(kop.indeling.recordlengte, bestand.naam)
    delen = [pl.DataFrame(schema=schema)]
    for blok in lees_blokken(pad, kop.regeleinde, kop.indeling.recordlengte, _Niets(), bestand.naam):
        kapot = records.uit(blok).filter(~pl.col("heel"), ~pl.col("regel").str.slice(0, 2).is_in(_KOP_EN_SLOT))
        delen.append(kapot.select("regelnummer", pl.col("regel").alias(NIET_GELEZEN)).cast(pl.Schema(schema)))
    return pl.concat(delen)


class _Niets:
    """No hash."""

    def update(self, data: bytes, /) -> None:
        """Take nothing."""


def _uit_tabel(uitslag: Uitslag, bestand: Batchbestand, pad: Path, *, voor_csv: bool) -> Bron:
    wat = gevraagd(bestand.vertaald)
    with werkmap() as map_:
        ruw = lees_ruw(pad, bestand.naam, map_, replace(wat, werkbestand=False, alles=True))
        types = ruw.regels.collect_schema()
        regels = ruw.regels.with_columns(als_tekst(pl.col(kop), types[kop]) for kop in ruw.kolommen).collect()
    plaatsen = wijs_toe(bestand.naam, ruw.kolommen, wat).plaatsen
    kop_van = {kolom: ruw.kolommen[plaats] for kolom, plaats in plaatsen.items() if kolom in DECLARATIE}
    if bestand.soort == "xlsx":
        regels = regels.with_columns(pl.col(ruw.kolommen).str.replace(_NUL_UUR, "$1"))
        regels = regels.with_columns(_met_nullen(kop, CIJFERS[k]) for k, kop in kop_van.items() if k in CIJFERS)
    if bestand.soort == "parquet" or (bestand.soort == "xlsx" and voor_csv):
        regels = _vervangen(regels, _volgens_contract(uitslag, tuple(kop_van)), kop_van)
    onleesbaar = ruw.onleesbaar.select("regelnummer", pl.col("tekst").alias(NIET_GELEZEN)).drop_nulls(NIET_GELEZEN)
    koppen = {kop: kolomnaam(kop) for kop in ruw.kolommen}
    weg = (*GEMAAKT, NIET_GELEZEN) if bestand.werkbestand else ()
    noten = {kop: kaal for kop, kaal in koppen.items() if kaal in (*VAN_WIE_HERSTELT, *weg[-1:])}
    # A column of the declarant's own that is called like one of ours, in a file that is not ours.
    anders = {kop: f"{kop} (eigen)" for kop, kaal in koppen.items() if kaal in (*GEMAAKT, NIET_GELEZEN) and not weg}
    regels = regels.drop(kop for kop, kaal in koppen.items() if kaal in weg and kop not in noten)
    regels = regels.rename({**noten, **anders})
    if onleesbaar.height:
        regels = pl.concat([regels, onleesbaar], how="diagonal").sort("regelnummer", maintain_order=True)
    over = tuple(anders.get(kop, kop) for kop, kaal in koppen.items() if kop not in noten and kaal not in weg)
    return _bron(regels, over, kop_van)


def _bron(regels: pl.DataFrame, koppen: tuple[str, ...], kop_van: dict[str, str]) -> Bron:
    erbij = (*VAN_WIE_HERSTELT, NIET_GELEZEN)
    leeg = [pl.lit(None, pl.String).alias(naam) for naam in erbij if naam not in regels.columns]
    return Bron(regels.with_columns(leeg).select("regelnummer", *koppen, *erbij), koppen, kop_van)


def _met_nullen(kop: str, cijfers: int) -> pl.Expr:
    """A number that lost its leading zeros in a spreadsheet, as it was read."""
    return pl.when(pl.col(kop).str.contains("^[0-9]+$")).then(pl.col(kop).str.zfill(cijfers)).otherwise(kop).alias(kop)


def _vervangen(regels: pl.DataFrame, contract: pl.DataFrame, kop_van: dict[str, str]) -> pl.DataFrame:
    """What was read in the words of the contract; what was empty or not read as it stands."""
    gelezen = contract.rename({kolom: f"gelezen_{nummer}" for nummer, kolom in enumerate(kop_van)})
    waarden = [
        pl.when(pl.col(kop).is_not_null()).then(pl.coalesce(f"gelezen_{nummer}", kop)).alias(kop)
        for nummer, kop in enumerate(kop_van.values())
    ]
    return (
        regels.join(gelezen, on="regelnummer", how="left", maintain_order="left")
        .with_columns(waarden)
        .select(regels.columns)
    )


def _volgens_contract(uitslag: Uitslag, kolommen: tuple[str, ...]) -> pl.DataFrame:
    """The lines that were read, as text of the contract for CSV: regelnummer and these columns."""
    return uitslag.breed.select("regelnummer", *map(als_contract, kolommen)).collect().sort("regelnummer")


def als_contract(kolom: str) -> pl.Expr:
    """A column of declaration lines as text: money in euros with a decimal comma, dates as 2026-01-31, ja and nee."""
    waarde = pl.col(kolom)
    if kolom in BEDRAGEN:
        return euro_veld(waarde).alias(kolom)
    if DECLARATIE[kolom] == pl.Boolean:
        return pl.when(waarde).then(pl.lit("ja")).when(~waarde).then(pl.lit("nee")).alias(kolom)
    return waarde.cast(pl.String)

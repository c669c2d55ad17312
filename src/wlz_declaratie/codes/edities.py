"""Editions of the koppeltabel: the one that ships, those that were imported, and which days each serves.

An imported edition is a folder with ``koppeling.csv`` and ``prestaties.csv`` (in the layout of
``schemas/codes``) and ``editie.toml``. It is written beside its place and renamed, so that it is there whole
or not at all.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from pathlib import Path

import platformdirs
import polars as pl
import tomli_w

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.basis.meegeleverd import lees_toml, pad
from wlz_declaratie.basis.tonen import schoon

KOPPELING = (
    "prestatiecode", "ingangsdatum", "einddatum", "prestatiegroep", "declaratiewijze",
    "zzpcodes", "functiecodes",
)  # fmt: skip
PRESTATIES = (
    "prestatiecode", "soort", "sector", "profiel", "behandeling", "dagbesteding",
    "tijdseenheid", "prestatiegroep",
)  # fmt: skip

_EDITIE = "editie.toml"
_GROOTSTE = {_EDITIE: 64 << 10, "koppeling.csv": 64 << 20, "prestaties.csv": 64 << 20}
"""Bytes; what an import writes is a hundredth of it."""
_REMEDIE = "Verwijder deze map en importeer het werkboek opnieuw"


class Editiefout(Gebruikersfout):
    """Editions that cannot be read, stored or combined: one Dutch line with the folder and the remedy."""


@dataclass(frozen=True)
class Editie:
    """An edition of the koppeltabel and the days, both inclusive, for which it answers.

    The built-in one has no ``map_``, ``sha256`` (of the workbook) and ``moment`` (of its import).
    """

    naam: str
    bron: str
    van: date
    tot: date
    map_: Path | None = None
    sha256: str | None = None
    moment: datetime | None = None


def gebruikersmap() -> Path:
    """Where the platform keeps the data of this user; imported editions go there unless told otherwise."""
    return platformdirs.user_data_path("declaratie", appauthor=False) / "tabellen"


def tabellenmap(gekozen: Path | None) -> Path:
    """The folder of imported editions: the one chosen, which must exist, else the user's own, which need not."""
    if gekozen is None:
        return gebruikersmap()
    if not gekozen.is_dir():
        reden = "dit is geen map" if gekozen.exists() else "deze map bestaat niet"
        raise Editiefout(
            f"{gekozen}: {reden}. Geef bij --tabellen (of in DECLARATIE_TABELLEN) de map waarin "
            "`declaratie tabellen importeer` de codetabellen bewaarde."
        )
    return gekozen


def lees_edities(map_: Path | None) -> tuple[Editie, ...]:
    """The built-in edition, then the imported ones in the order of import. Raises Editiefout."""
    ingebouwd = Editie(**lees_toml("codes", _EDITIE)["koppeling"])
    try:
        bestanden = sorted(map_.glob(f"*/{_EDITIE}")) if map_ else []
    except OSError as fout:
        raise Editiefout(f"{map_}: deze map is niet te lezen ({fout.strerror}). Vraag leesrechten.") from None
    # A name that begins with a dot is an import that never finished.
    mappen = [bestand.parent for bestand in bestanden if not bestand.parent.name.startswith(".")]
    geimporteerd = sorted((_lees_editie(m) for m in mappen), key=lambda e: (str(e.moment), str(e.map_)))
    return ingebouwd, *geimporteerd


def _lees_editie(map_: Path) -> Editie:
    try:
        inhoud = tomllib.loads(_niet_te_groot(map_ / _EDITIE).read_text(encoding="utf-8"))
        editie = Editie(**inhoud, map_=map_)
        goed = type(editie.van) is type(editie.tot) is date and editie.van <= editie.tot
        goed = goed and isinstance(editie.naam, str) and isinstance(editie.bron, str)
        goed = goed and isinstance(editie.sha256, str | None) and isinstance(editie.moment, datetime | None)
    except (OSError, ValueError, TypeError, RecursionError):
        goed = False
    if not goed:
        raise Editiefout(f"{map_}: {_EDITIE} is niet te lezen. {_REMEDIE}.")
    return replace(editie, naam=schoon(editie.naam), bron=schoon(editie.bron))


def _niet_te_groot(bestand: Path) -> Path:
    """The file, when it is a regular one and small enough to be read whole; otherwise OSError."""
    gezien = bestand.stat()
    if not stat.S_ISREG(gezien.st_mode):
        raise OSError(errno.EINVAL, "geen gewoon bestand")
    if gezien.st_size > _GROOTSTE[bestand.name]:
        raise OSError(errno.EFBIG, "te groot")
    return bestand


def in_dienst(edities: Sequence[Editie]) -> tuple[Editie, ...]:
    """Which edition serves which days, in the order of days; of two that claim a day the later import has it.

    An edition whose days are cut through stands there twice; one without days left, not at all.
    """
    bezet: list[Editie] = []
    for editie in reversed(edities):
        vrij = [(editie.van.toordinal(), editie.tot.toordinal())]
        for ander in bezet:
            van, tot = ander.van.toordinal(), ander.tot.toordinal()
            delen = [
                deel for begin, eind in vrij for deel in ((begin, min(eind, van - 1)), (max(begin, tot + 1), eind))
            ]
            vrij = [(begin, eind) for begin, eind in delen if begin <= eind]
        bezet += [replace(editie, van=date.fromordinal(begin), tot=date.fromordinal(eind)) for begin, eind in vrij]
    return tuple(sorted(bezet, key=lambda editie: editie.van))


def lees_tabel(map_: Path | None, naam: str, kolommen: Sequence[str]) -> pl.DataFrame:
    """A table of an edition (None: the built-in one), all text, with just these columns. Raises Editiefout."""
    bestand = (map_ or pad("codes")) / naam
    try:
        tabel = pl.read_csv(_niet_te_groot(bestand), separator=";", infer_schema=False)
        return tabel.select(kolommen)
    except (OSError, pl.exceptions.PolarsError):
        raise Editiefout(f"{bestand}: deze codetabel is niet te lezen. {_REMEDIE}.") from None


def lees_koppeltabel(map_: Path | None = None) -> pl.DataFrame:
    """The koppeltabel of an edition, a row per coupling; see `als_koppelingen`. Raises Editiefout."""
    try:
        return als_koppelingen(lees_tabel(map_, "koppeling.csv", KOPPELING))
    except pl.exceptions.PolarsError:
        raise Editiefout(f"{map_}: koppeling.csv bevat een onleesbare datum. {_REMEDIE}.") from None


def als_koppelingen(rijen: pl.DataFrame) -> pl.DataFrame:
    """A row per coupling from the rows of ``koppeling.csv`` (all text).

    Gives prestatiecode, zzpcode, functiecode, ingangsdatum, einddatum (Date, null is open), prestatiegroep
    and declaratiewijze. The file holds a row per prestatiecode, period, groep and declaratiewijze, with its
    zzp codes and its function codes as lists; a row with neither is the row without both.
    """
    rijen = rijen.with_columns(pl.col("ingangsdatum", "einddatum").str.to_date("%Y-%m-%d"))
    zzp, functie, geen = pl.col("zzpcodes"), pl.col("functiecodes"), pl.lit(None, dtype=pl.String)
    periode = [pl.col("ingangsdatum", "einddatum", "prestatiegroep", "declaratiewijze")]

    def rij(zzpcode: pl.Expr, functiecode: pl.Expr) -> list[pl.Expr]:
        return [pl.col("prestatiecode"), zzpcode.alias("zzpcode"), functiecode.alias("functiecode"), *periode]

    return pl.concat(
        [
            rijen.filter(zzp.is_null() & functie.is_null()).select(rij(geen, geen)),
            rijen.drop_nulls("zzpcodes").select(rij(zzp.str.split(" "), geen)).explode("zzpcode"),
            rijen.drop_nulls("functiecodes").select(rij(geen, functie.str.split(" "))).explode("functiecode"),
        ]
    )


def bewaar(map_: Path, editie: Editie, koppeling: pl.DataFrame, prestaties: pl.DataFrame) -> Editie:
    """Store an edition below ``map_``, for its owner only; gives it with its folder. Raises Editiefout."""
    tijdelijk: Path | None = None
    try:
        map_.mkdir(mode=0o700, parents=True, exist_ok=True)
        # mkdtemp makes a folder that only its owner can enter, which stays so after the rename.
        tijdelijk = Path(tempfile.mkdtemp(prefix=".nieuw-", dir=map_))
        for naam, tabel, kolommen in (
            ("koppeling", koppeling, KOPPELING),
            ("prestaties", prestaties, PRESTATIES),
        ):
            _schrijf(tijdelijk / f"{naam}.csv", tabel.select(kolommen).write_csv(separator=";"))
        _schrijf(tijdelijk / _EDITIE, _als_toml(editie))
        doel = map_ / f"{editie.van}-{editie.tot}-{tijdelijk.name.removeprefix('.nieuw-')}"
        tijdelijk.rename(doel)
    except OSError as fout:
        raise Editiefout(
            f"{map_}: bewaren lukt niet ({fout.strerror or type(fout).__name__}). Maak ruimte of kies met "
            "--tabellen een andere map; er is niets gewijzigd."
        ) from None
    finally:
        if tijdelijk is not None:
            shutil.rmtree(tijdelijk, ignore_errors=True)
    return replace(editie, map_=doel)


def _schrijf(bestand: Path, tekst: str) -> None:
    with os.fdopen(os.open(bestand, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as naar:
        naar.write(tekst.encode("utf-8", "replace"))
        naar.flush()
        os.fsync(naar.fileno())


def _als_toml(editie: Editie) -> str:
    inhoud = {veld.name: getattr(editie, veld.name) for veld in fields(editie) if veld.name != "map_"}
    return tomli_w.dumps({sleutel: waarde for sleutel, waarde in inhoud.items() if waarde is not None})

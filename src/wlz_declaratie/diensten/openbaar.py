"""The public interface for Python: paths or frames in, frames out (``from wlz_declaratie import controleer``).

The way is that of the command line (`uitvoeren`): a frame passes the same controls as a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from os import PathLike
from pathlib import Path

import polars as pl

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.basis.maskeren import getoond
from wlz_declaratie.contract.tabellen import ALLEEN_INTERN, BEVINDINGEN, DECLARATIE
from wlz_declaratie.diensten import controleren
from wlz_declaratie.diensten.telling import Samenvatting
from wlz_declaratie.diensten.uitvoeren import Bron, Drempel, Opdracht, exitcode, uitvoering
from wlz_declaratie.kern.regel import ids

Pad = str | PathLike[str]
Frame = pl.DataFrame | pl.LazyFrame


@dataclass(frozen=True)
class Uitslag:
    """The result of a check; amounts in whole cents, a bsn masked unless ``toon_bsn``.

    - ``bevindingen``: a row per rule and line at most, with the columns of schemas/tabellen/bevindingen.toml; by
      bestand, regelnummer and regel_id.
    - ``lijnen``: every line that was read: bestand, regelnummer, the columns of a declaration line, and
      ``goedgekeurd``.
    - ``regels``: a row per rule: regel_id, titel, status (uitgevoerd, deels uitgevoerd, niet uitgevoerd, fout), reden,
      how many lines it gave an afkeur and a signaal, and of how many that was accepted.
    - ``niet_bruikbaar``: the rows of the dossier that were left out: tabel, bestand, regel (the line, the row of a
      sheet, the client in a message), kolom and reden. No rejection rests on them.
    - ``samenvatting``: counts and amounts. ``opmerkingen``: what was read in another way than it stands there.
    - ``exitcode``: what the command line would give.
    """

    peildatum: date
    bevindingen: pl.DataFrame
    lijnen: pl.DataFrame
    regels: pl.DataFrame
    niet_bruikbaar: pl.DataFrame
    samenvatting: Samenvatting
    opmerkingen: tuple[str, ...]
    exitcode: int


def controleer(
    batch: Pad | Frame | Iterable[Pad | Frame],
    *,
    dossier: Pad | Mapping[str, Pad | Frame] | None = None,
    historie: Pad | Frame | None = None,
    peildatum: date | None = None,
    selecteer: str | Iterable[str] = (),
    negeer: str | Iterable[str] = (),
    tabellen: Pad | None = None,
    aanvaard: Pad | Frame | None = None,
    faal_op: Drempel = "afkeur",
    volledig: bool = False,
    toon_bsn: bool = False,
    strikt: bool = False,
    dossier_volledig: bool = False,
) -> Uitslag:
    """Check declaration lines as the zorgkantoor would.

    - ``batch``: a path (AW319, CSV, Parquet, XLSX), a Polars frame, or several of these. A frame has the columns of
      schemas/tabellen/declaraties.toml, typed as in Parquet: whole numbers of money are cents, decimals are euros.
      In the result a frame is called batch-1, batch-2 ...; its first row is regelnummer 1.
    - ``dossier``: a folder with tables, or tables by name, each a frame or a path. A table that is not there leaves
      rules untested, and ``Uitslag.regels`` says which. A row that cannot be used is left out and stands in
      ``Uitslag.niet_bruikbaar``; with ``strikt`` it is an error. Where it does not know most of the clients of a batch,
      nothing is rejected for what it lacks of them, unless it is ``dossier_volledig``.
    - ``historie``: accepted lines of earlier batches: a store (folder), a file or a frame.
    - ``peildatum``: today for the rules. ``selecteer`` and ``negeer``: ids or prefixes of rules.
    - ``tabellen``: the folder of imported code tables, by default that of the user.
    - ``aanvaard``: findings that somebody accepted (schemas/tabellen/aanvaard.toml): they reject nothing.
    - ``faal_op`` and ``volledig`` shape ``Uitslag.exitcode``, as for the command line.

    Raises Gebruikersfout, in Dutch, for what cannot be used: it names the file or frame, the column and the remedy.

    >>> uitslag = controleer("batch.csv", dossier={"clienten": clienten}, selecteer="MUT")  # doctest: +SKIP
    >>> uitslag.bevindingen.group_by("regel_id").len()  # doctest: +SKIP
    """
    bronnen = [batch] if isinstance(batch, str | PathLike | pl.DataFrame | pl.LazyFrame) else list(batch)
    if not bronnen:
        raise Gebruikersfout("er is geen batch gegeven. Geef een pad of een frame.")
    if faal_op not in ("afkeur", "signaal", "nooit"):
        raise Gebruikersfout(f"faal_op is {faal_op!r}. Kies afkeur, signaal of nooit.")
    opdracht = Opdracht(
        bestanden=[_bron(bron, f"batch-{nummer}") for nummer, bron in enumerate(bronnen, start=1)],
        dossier=_dossier(dossier),
        historie=None if historie is None else _bron(historie, "historie"),
        peildatum=peildatum,
        selecteer=ids(selecteer),
        negeer=ids(negeer),
        tabellen=None if tabellen is None else Path(tabellen),
        strikt=strikt,
        dossier_volledig=dossier_volledig,
    )
    lijst = None
    if aanvaard is not None:
        from wlz_declaratie.diensten.aanvaarding import lees_lijst, pas_toe  # takes the readers of results along

        lijst = lees_lijst(_bron(aanvaard, "aanvaard"))
    with uitvoering(opdracht) as uitslag:
        if lijst:
            uitslag = pas_toe(uitslag, lijst)
        return Uitslag(
            peildatum=uitslag.peildatum,
            bevindingen=bevindingen(uitslag, toon_bsn=toon_bsn),
            lijnen=_lijnen(uitslag, toon_bsn=toon_bsn),
            regels=_regels(uitslag),
            niet_bruikbaar=uitslag.dossier.onbruikbaar.select("tabel", "bestand", "regel", "kolom", "reden"),
            samenvatting=uitslag.samenvatting,
            opmerkingen=uitslag.opmerkingen,
            exitcode=exitcode(uitslag, faal_op, volledig),
        )


def bevindingen(uitslag: controleren.Uitslag, *, toon_bsn: bool) -> pl.DataFrame:
    """The findings in the order of the contract with the columns BEVINDINGEN, of SOMS those that there are."""
    kolommen = [kolom for kolom in BEVINDINGEN if kolom in uitslag.bevindingen.columns]
    tabel = getoond(uitslag.bevindingen, toon_bsn).select(kolommen)
    return tabel.cast({kolom: BEVINDINGEN[kolom] for kolom in kolommen})


def _lijnen(uitslag: controleren.Uitslag, *, toon_bsn: bool) -> pl.DataFrame:
    afgekeurd = uitslag.geldend.filter(pl.col("ernst") == "afkeur", pl.col("rij").is_not_null())["rij"].unique()
    namen = pl.LazyFrame({"bestand": [bestand.naam for bestand in uitslag.bestanden]}).with_row_index("bestandnr")
    kolommen = ["bestand", "regelnummer", *(kolom for kolom in DECLARATIE if kolom not in ALLEEN_INTERN)]
    lijnen = (
        uitslag.breed.join(namen.cast({"bestandnr": pl.UInt16}), on="bestandnr")
        .sort("rij")
        .select(*kolommen, goedgekeurd=~pl.col("rij").is_in(afgekeurd.implode()))
        .collect(engine="streaming")
    )
    return getoond(lijnen, toon_bsn)


def _regels(uitslag: controleren.Uitslag) -> pl.DataFrame:
    rijen = [(s.regel.id, s.regel.titel, s.status, s.reden, s.afkeur, s.signaal, s.aanvaard) for s in uitslag.regels]
    kolommen = dict.fromkeys(("regel_id", "titel", "status", "reden"), pl.String)
    aantallen = dict.fromkeys(("afkeur", "signaal", "aanvaard"), pl.UInt32)
    return pl.DataFrame(rijen, schema={**kolommen, **aantallen}, orient="row")


def _dossier(dossier: Pad | Mapping[str, Pad | Frame] | None) -> Path | dict[str, Bron] | None:
    if isinstance(dossier, Mapping):
        return {naam: _bron(bron, f"dossiertabel {naam}") for naam, bron in dossier.items()}
    return None if dossier is None else Path(dossier)


def _bron(bron: Pad | Frame, naam: str) -> Bron:
    """A path or a collected frame; anything else is no source."""
    match bron:
        case pl.DataFrame():
            return bron
        case pl.LazyFrame():
            try:
                return bron.collect(engine="streaming")
            except (pl.exceptions.PolarsError, OSError) as fout:
                raise Gebruikersfout(f"{naam}: het frame is niet te berekenen ({type(fout).__name__}).") from fout
        case str() | PathLike():
            return Path(bron)
    raise Gebruikersfout(f"{naam}: dit is een {type(bron).__name__}. Geef een pad of een Polars-frame.")

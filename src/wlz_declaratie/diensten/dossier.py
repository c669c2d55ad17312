"""What is in a dossier: its tables, what was left out, what contradicts, and which rules can run with it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from wlz_declaratie.basis.tonen import gemaskeerd, zonder_bsn
from wlz_declaratie.codes.tabellen import Codes
from wlz_declaratie.contract.sleutels import sleutel
from wlz_declaratie.contract.tabellen import DOSSIER, OVER_CLIENTEN
from wlz_declaratie.diensten.tegenspraak import TEGENSTRIJDIGHEDEN, Bezien, Tegenstrijdigheid
from wlz_declaratie.diensten.uitvoeren import Opdracht, lees_tegen
from wlz_declaratie.inlezen import lees_batch, lees_frame
from wlz_declaratie.inlezen.basis import Batchbestand
from wlz_declaratie.inlezen.dossier import Dossier
from wlz_declaratie.inlezen.onbruikbaar import Bron
from wlz_declaratie.kern.parameters import Parameterfout
from wlz_declaratie.kern.regel import Regel, alle_regels
from wlz_declaratie.kern.slank import dossier_voor_regels
from wlz_declaratie.kern.toetsing import Status
from wlz_declaratie.kern.voorwaarden import Gegeven, ontbreekt, ontbreekt_deels, van_de_batch

HOOGUIT_GENOEMD = 1_000
"""Rows that are named of one contradiction, and reasons of one table; the counts are complete."""
VOORBEELD = {"tabel": pl.String, "bestand": pl.String, "regel": pl.UInt32, "bsn": pl.String, "wat": pl.String}
"""A row that contradicts; regel is null where it comes from a message or a register."""


@dataclass(frozen=True)
class Weglating:
    """Rows of one table that were left out for one reason, and where the first of them stands."""

    kolom: str | None
    reden: str
    aantal: int
    bestand: str
    plaats: str
    regel: int


@dataclass(frozen=True)
class Tabelinhoud:
    """What a table holds.

    ``clienten`` is null for a table without bsn, ``van`` and ``tot`` (the last einddatum) for one without periods;
    ``zonder_einddatum`` counts the open rows. ``bronnen`` count what was read in all, also of clients that are not
    asked for. ``weggelaten`` counts all rows of ``redenen``, and of those beyond HOOGUIT_GENOEMD.
    """

    tabel: str
    rijen: int
    clienten: int | None
    van: date | None
    tot: date | None
    zonder_einddatum: int
    bronnen: tuple[Bron, ...]
    weggelaten: int
    redenen: tuple[Weglating, ...]
    ontbrekende_kolommen: tuple[str, ...]


@dataclass(frozen=True)
class Tegenspraak:
    """What was found of one contradiction: rows, clients, and the first rows (VOORBEELD) in the order of the table.

    ``onzeker`` counts the rows of a client of whom a row was left out of a table that this reads: that may be what is
    missing. ``niet_getoetst`` says why nothing could be found.
    """

    soort: Tegenstrijdigheid
    aantal: int = 0
    clienten: int = 0
    onzeker: int = 0
    voorbeelden: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=VOORBEELD), compare=False)
    niet_getoetst: str | None = None


@dataclass(frozen=True)
class Regelstand:
    """Whether a rule can run, for want of what it cannot, and what a batch that is not known yet has to bring."""

    regel: Regel
    status: Status
    reden: str | None
    van_de_batch: tuple[str, ...]


@dataclass(frozen=True)
class Dossierinhoud:
    """What is in a dossier; of its ``tabellen`` only the rows of the clients of the ``batches``, where there are any.

    ``rijen`` are the tables as they were read, with the columns that are there; ``weggelaten`` the keys of the rows
    that were left out, by table, and ``zonder_sleutel`` counts those whose key could not be read.
    """

    map_: str
    peildatum: date
    batches: tuple[Batchbestand, ...]
    tabellen: tuple[Tabelinhoud, ...]
    tegenspraak: tuple[Tegenspraak, ...]
    regels: tuple[Regelstand, ...]
    opmerkingen: tuple[str, ...]
    rijen: Mapping[str, pl.DataFrame] = field(repr=False)
    weggelaten: Mapping[str, pl.Series] = field(repr=False)
    zonder_sleutel: int = 0

    @property
    def ontbrekende_tabellen(self) -> list[str]:
        """Tables that no source gives."""
        return [tabel for tabel in DOSSIER if tabel not in self.rijen]


def bekijk(opdracht: Opdracht, werkmap: Path) -> Dossierinhoud:
    """Read the dossier of ``opdracht``, and look; its ``bestanden`` are batches whose clients alone are asked for.

    Raises Gebruikersfout for what cannot be read.
    """
    batches = []
    for nummer, bestand in enumerate(opdracht.bestanden, start=1):
        (eigen := werkmap / f"batch-{nummer}").mkdir()
        batches.append(
            lees_batch(bestand, eigen, opdracht.vertaald)
            if isinstance(bestand, Path)
            else lees_frame(bestand, eigen.name, eigen, opdracht.vertaald)
        )
    dossier, codes = lees_tegen(opdracht)
    clienten = _clienten(batches)
    onbruikbaar = _weggelaten_van(dossier.rijen.onbruikbaar, clienten)
    peildatum = opdracht.peildatum or date.today()
    # With the place of each row in its table, for the rows of some clients are not the first ones.
    tabellen = {
        naam: _van_clienten(dossier.tabellen[naam].select(*kolommen).with_row_index("rij"), clienten)
        for naam, kolommen in DOSSIER.items()
        if naam in dossier.tabellen
    }
    return Dossierinhoud(
        map_=zonder_bsn(str(opdracht.dossier)),
        peildatum=peildatum,
        batches=tuple(batches),
        tabellen=tuple(_tabel(naam, rijen, dossier, onbruikbaar) for naam, rijen in tabellen.items()),
        tegenspraak=tuple(_tegenspraak(dossier, tabellen, onbruikbaar, codes, peildatum)),
        regels=tuple(_regels(dossier, batches)),
        opmerkingen=tuple(map(gemaskeerd, _opmerkingen(dossier))),
        rijen={naam: rijen.select(_aanwezig(dossier, naam)) for naam, rijen in tabellen.items()},
        weggelaten={str(naam): rijen["sleutel"].drop_nulls() for (naam,), rijen in onbruikbaar.group_by("tabel")},
        zonder_sleutel=onbruikbaar["sleutel"].null_count(),
    )


def _clienten(batches: Sequence[Batchbestand]) -> pl.Series | None:
    """The bsns of the batches; None without a batch."""
    if not batches:
        return None
    lijnen = pl.concat([batch.regels.select("bsn") for batch in batches])
    return lijnen.unique().drop_nulls().collect(engine="streaming")["bsn"]


def _van_clienten(tabel: pl.DataFrame, clienten: pl.Series | None) -> pl.DataFrame:
    """The rows of these clients; of a table without bsn all."""
    if clienten is None or "bsn" not in tabel.columns:
        return tabel
    return tabel.filter(pl.col("bsn").is_in(clienten.implode()))


def _weggelaten_van(onbruikbaar: pl.DataFrame, clienten: pl.Series | None) -> pl.DataFrame:
    """The left-out rows that may be of these clients, or are of none."""
    if clienten is None:
        return onbruikbaar
    van_hen = pl.col("sleutel").is_in(clienten.implode()).fill_null(value=True)
    return onbruikbaar.filter(~pl.col("tabel").is_in(OVER_CLIENTEN) | van_hen)


def _aanwezig(dossier: Dossier, tabel: str) -> list[str]:
    """The columns that its sources have."""
    return [kolom for kolom in DOSSIER[tabel] if kolom in dossier.aanwezig.get(tabel, DOSSIER[tabel])]


def _tabel(naam: str, rijen: pl.DataFrame, dossier: Dossier, onbruikbaar: pl.DataFrame) -> Tabelinhoud:
    weg = onbruikbaar.filter(pl.col("tabel") == naam)
    met_periode = "ingangsdatum" in rijen.columns
    aanwezig = _aanwezig(dossier, naam)
    return Tabelinhoud(
        tabel=naam,
        rijen=rijen.height,
        clienten=rijen["bsn"].n_unique() if "bsn" in rijen.columns else None,
        van=rijen.select(pl.min("ingangsdatum")).item() if met_periode else None,
        tot=rijen.select(pl.max("einddatum")).item() if met_periode else None,
        zonder_einddatum=rijen["einddatum"].null_count() if met_periode else 0,
        bronnen=tuple(bron for bron in dossier.rijen.bronnen if bron.tabel == naam),
        weggelaten=weg.height,
        redenen=tuple(_redenen(weg)),
        ontbrekende_kolommen=tuple(kolom for kolom in DOSSIER[naam] if kolom not in aanwezig),
    )


def _redenen(weg: pl.DataFrame) -> Iterator[Weglating]:
    """The left-out rows of a table by reason, the most frequent first; a reason without the value that was wrong."""
    zonder_waarde = (
        pl.col("reden")
        .str.replace(r"( een onbruikbare waarde) (?:'.*'|\(niet getoond\)), verwacht ", "$1, verwacht ")
        .str.replace(r"^einddatum \S+ ligt voor ingangsdatum \S+$", "einddatum ligt voor ingangsdatum")
    )
    per_reden = (
        weg.with_columns(reden=zonder_waarde)
        .group_by("kolom", "reden", maintain_order=True)
        .agg(pl.len().alias("aantal"), pl.first("bestand", "plaats", "regel"))
        .sort("aantal", descending=True, maintain_order=True)
    )
    for rij in per_reden.head(HOOGUIT_GENOEMD).iter_rows(named=True):
        yield Weglating(**{**rij, "reden": gemaskeerd(rij["reden"])})


def _opmerkingen(dossier: Dossier) -> Iterator[str]:
    """The remarks of reading, without those on rows that were left out: these are counted by table."""
    gezegd = dict.fromkeys(dossier.opmerkingen)
    genoemd = pl.concat_str("bestand", pl.lit(", "), "plaats", pl.lit(" "), "regel", pl.lit(": "), "reden")
    rijen = dossier.rijen.onbruikbaar.select(genoemd.alias("rij")).filter(pl.col("rij").is_in(list(gezegd)))
    al = {*dossier.rijen.tellingen, *rijen["rij"]}
    rest = tuple(f"{bron.naam}: en nog " for bron in dossier.rijen.bronnen)
    yield from (opmerking for opmerking in gezegd if opmerking not in al and not opmerking.startswith(rest))


def _tegenspraak(
    dossier: Dossier, tabellen: Mapping[str, pl.DataFrame], onbruikbaar: pl.DataFrame, codes: Codes, peildatum: date
) -> Iterator[Tegenspraak]:
    gelezen = Bezien(dossier_voor_regels(tabellen, codes), codes, peildatum)
    for soort in TEGENSTRIJDIGHEDEN:
        reden = soort.ontbreekt(tabellen)
        try:
            yield Tegenspraak(soort, niet_getoetst=reden) if reden else _gevonden(soort, gelezen, dossier, onbruikbaar)
        except Parameterfout as fout:
            yield Tegenspraak(soort, niet_getoetst=str(fout))


def _gevonden(soort: Tegenstrijdigheid, gelezen: Bezien, dossier: Dossier, onbruikbaar: pl.DataFrame) -> Tegenspraak:
    vondsten = soort.vind(gelezen)
    rijen = vondsten.rijen.collect().sort("tabel", "rij")
    weg = onbruikbaar.filter(pl.col("tabel").is_in([*soort.tabellen, *soort.een_van]))
    geraakt = weg.select(sleutel("sleutel", 9)).to_series().drop_nulls()
    getoond = rijen.head(HOOGUIT_GENOEMD).with_columns(wat=vondsten.wat)
    voorbeelden = [
        _met_plaats(getoond.filter(pl.col("tabel") == tabel), dossier, tabel)
        for tabel in getoond["tabel"].unique(maintain_order=True)
    ]
    return Tegenspraak(
        soort,
        aantal=rijen.height,
        clienten=rijen["bsn"].n_unique(),
        onzeker=int(rijen["bsn"].is_in(geraakt.implode()).sum()),
        voorbeelden=pl.concat(voorbeelden) if voorbeelden else pl.DataFrame(schema=VOORBEELD),
    )


def _met_plaats(vondsten: pl.DataFrame, dossier: Dossier, tabel: str) -> pl.DataFrame:
    """Rows of one table with their bsn, their source and, for those of a file, where they stand in it: VOORBEELD."""
    gelezen = dossier.tabellen[tabel].select("bsn", bestand="herkomst", regel="herkomst_regel")
    rijen = gelezen.select(pl.all().gather(vondsten["rij"])).with_columns(vondsten["tabel"], vondsten["wat"])
    return rijen.select(*VOORBEELD).cast(VOORBEELD)  # type: ignore[arg-type]


def _regels(dossier: Dossier, batches: Collection[Batchbestand]) -> Iterator[Regelstand]:
    """What the tables and columns that there are allow; a rule itself may find that it lacks more."""
    per_bestand = [batch.kolommen for batch in batches] or None
    soorten = [batch.soort for batch in batches]
    gegeven = Gegeven(frozenset(dossier.tabellen), dossier.aanwezig, per_bestand, soorten)
    for regel in alle_regels().values():
        vraagt = tuple(van_de_batch(regel, gegeven))
        if regel.gebrek:
            yield Regelstand(regel, "fout", regel.gebrek, vraagt)
        elif weg := ontbreekt(regel, gegeven):
            yield Regelstand(regel, "niet uitgevoerd", "; ".join(weg), ())
        else:
            deels = ontbreekt_deels(regel, gegeven)
            yield Regelstand(regel, "deels uitgevoerd" if deels else "uitgevoerd", "; ".join(deels) or None, vraagt)

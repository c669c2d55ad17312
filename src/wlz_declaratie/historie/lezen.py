"""What a check needs of the store, and no more.

A check against this selection gives the findings of a check against all lines. Most rules look at one client; the rules
of the batch each ask for a little more (``Vraag``). Whoever adds a rule with bereik ``batch`` sees to it here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from wlz_declaratie.basis import geheugen
from wlz_declaratie.codes.tabellen import Codes
from wlz_declaratie.contract.tabellen import DECLARATIE
from wlz_declaratie.historie.fouten import Historiestuk, Ingehaald
from wlz_declaratie.historie.opslag import LEESFOUTEN, Historie, open_historie
from wlz_declaratie.historie.register import REGELS
from wlz_declaratie.inlezen.basis import MELDING, Batchbestand

GEEN_BSN = "999999999"
"""The bsn that says that a person has none: many people, so not a client."""
PAKKETSOORTEN = ("verblijf", "lvhc", "overbrugging", "vpt")
"""As the rules have them: packages of these soorten tell one leegstand from the next."""
POGINGEN = 5
"""A reader who is overtaken by ``bewaartermijn`` opens the store again."""
LIJN = ["bsn", "referentienummer"]
SCHEMA_LIJN: dict[str, type[pl.DataType]] = {"volgnr": pl.Int64, **REGELS}
PLAATS = ["volgnr", "regelnummer"]
"""What identifies a line in the store."""
VOLUME = ["uitvoerder", "prestatiecode", "jaar"]
PER_KANTOOR = [*VOLUME, "uzovi"]
"""An agreement may serve the lines of one zorgkantoor only."""


def lees_voor(
    map_: Path,
    bestanden: Sequence[Batchbestand],
    *,
    codes: Codes,
    tabellen: Mapping[str, pl.DataFrame],
    werkmap: Path,
) -> Batchbestand:
    """The lines of the store that a check of these batches needs; regelnummer is the order in which they were added.

    ``tabellen`` are those of the dossier. Raises Historiestuk when the folder holds no store that can be read.
    """
    for _ in range(POGINGEN):
        try:
            return lees_uit(open_historie(map_), bestanden, codes=codes, tabellen=tabellen, werkmap=werkmap)
        except Ingehaald:
            continue
    raise _onleesbaar(map_)


def lees_uit(
    historie: Historie,
    bestanden: Sequence[Batchbestand],
    *,
    codes: Codes,
    tabellen: Mapping[str, pl.DataFrame],
    werkmap: Path,
    voor: int | None = None,
) -> Batchbestand:
    """As ``lees_voor``, of the store as it was when opened. Raises Ingehaald when its files went since.

    ``voor``: only of batches with a lower volgnr.
    """
    # What goes wrong here is of the batch; what goes wrong below, of the store.
    vraag = _vraag(bestanden, codes, tabellen.get("afspraken"))
    try:
        alles = historie.regels() if voor is None else historie.regels().filter(pl.col("volgnr") < voor)
        regels = _kies(alles, vraag)
    except LEESFOUTEN as fout:
        if open_historie(historie.map_).tabel.version() != historie.tabel.version():
            raise Ingehaald from fout
        raise _onleesbaar(historie.map_) from fout
    aantal = regels.height
    lijnen = regels.lazy()
    if aantal > geheugen.MEESTE_LIJNEN:
        regels.write_parquet(werkmap / "historie.parquet", compression="lz4")
        lijnen = pl.scan_parquet(werkmap / "historie.parquet", glob=False)
    return Batchbestand(
        naam=str(historie.map_),
        soort="historie",
        sha256="",
        regels=lijnen,
        aantal=aantal,
        kolommen=frozenset(DECLARATIE),
        ongebruikt=(),
        meldingen=pl.DataFrame(schema=MELDING),
        onleesbaar=0,
    )


def _onleesbaar(map_: Path) -> Historiestuk:
    return Historiestuk(
        str(map_), "de historie is niet te lezen", "Kijk met `declaratie historie controleer-historie` wat er mis is."
    )


def _kies(alles: pl.LazyFrame, vraag: Vraag) -> pl.DataFrame:
    """The lines asked for, with the columns of DECLARATIE; regelnummer follows the order in which they were added."""
    gekozen = alles.filter(vraag.regels).collect(engine="streaming")
    anderen = gekozen.lazy().filter(~vraag.clienten).select(*PLAATS, "bsn", mutatie=vraag.mutatie).collect()
    erbij = gekozen.clear()
    if not anderen.is_empty() or not vraag.paren.is_empty():
        credit = pl.col("debet_credit") == "C"
        vaker = anderen.filter("mutatie").group_by("bsn").len().filter(pl.col("len") > 1)["bsn"]
        gelezen = alles.filter(credit | (vraag.pakket & _in("bsn", vaker))).collect(engine="streaming")
        erbij = gelezen.filter(_in("bsn", anderen["bsn"])).join(anderen, on=PLAATS, how="anti")
        credits = gelezen.lazy().filter(credit).select("bsn", referentienummer="referentienummer_voorgaand")
        erbij = pl.concat([erbij, _volumes(alles, [gekozen, erbij], credits, vraag.paren)])
    # To number wide lines is much cheaper than to sort them.
    volgorde = pl.col("volgnr") * 2**32 + pl.col("regelnummer")
    return (
        pl.concat([gekozen, erbij])
        .with_columns(regelnummer=volgorde.rank("ordinal").cast(pl.UInt32))
        .select(*DECLARATIE)
    )


@dataclass(frozen=True)
class Vraag:
    """What a batch asks of the store, as conditions on its lines.

    - ``clienten``: lines of the clients of the batch: every rule of bereik client, and VLD-10.
    - ``regels``: those, and lines that a rule of the batch needs whoever the client is.
    - ``mutatie``: of these, mutatie lines of the uitvoerders of the batch (MUT-06); the packages of their clients
      at these uitvoerders (``pakket``) tell one leegstand from the next.
    - ``paren``: uitvoerder, prestatiecode and jaar of the batch with an agreed volume: of all other lines there,
      AFS-03 needs the sum only, per zorgkantoor.
    """

    clienten: pl.Expr
    regels: pl.Expr
    mutatie: pl.Expr
    pakket: pl.Expr
    paren: pl.DataFrame


def _vraag(bestanden: Sequence[Batchbestand], codes: Codes, afspraken: pl.DataFrame | None) -> Vraag:
    batch = (
        pl.concat([bestand.regels for bestand in bestanden])
        .select(
            *LIJN, "referentienummer_voorgaand", "declarant", "uitvoerder", "prestatiecode",
            jaar=pl.col("begindatum").dt.year(),
        )
        .collect(engine="streaming")
    )  # fmt: skip

    def van_soort(*soorten: str) -> pl.Series:
        return codes.prestaties.filter(pl.col("soort").is_in(soorten))["prestatiecode"]

    def uitvoerders(prestaties: pl.Series) -> pl.Series:
        return batch.filter(pl.col("prestatiecode").is_in(prestaties.implode()))["uitvoerder"]

    clienten = _in("bsn", batch["bsn"].filter(batch["bsn"] != GEEN_BSN))
    # VLD-10 of a line without a bsn: the lines that it names, and those that name the same.
    voorgaand = batch.filter(pl.col("bsn") == GEEN_BSN)["referentienummer_voorgaand"]
    zonder_bsn = (pl.col("bsn") == GEEN_BSN) & (
        _in("referentienummer", voorgaand) | _in("referentienummer_voorgaand", voorgaand)
    )
    # VLD-09: a reference that this declarant used before.
    verwijzing = _in("declarant", batch["declarant"]) & _in("referentienummer", batch["referentienummer"])
    mutatiedagen, lvhc, consulten = van_soort("mutatiedag"), van_soort("lvhc"), van_soort("lvhc_consult")
    bij_mutatie = _in("uitvoerder", uitvoerders(mutatiedagen))
    mutatie = bij_mutatie & _in("prestatiecode", mutatiedagen)
    # LVHC-03 and LVHC-07 count all clients of a centre, LVHC-06 all consults of the country.
    centrum = _in("uitvoerder", uitvoerders(lvhc)) & _in("prestatiecode", lvhc)
    regels = clienten | zonder_bsn | verwijzing | mutatie | centrum | _in("prestatiecode", consulten)
    return Vraag(
        clienten,
        regels,
        mutatie,
        bij_mutatie & _in("prestatiecode", van_soort(*PAKKETSOORTEN)),
        _paren(batch, afspraken).join(
            pl.DataFrame({"prestatiecode": pl.concat([mutatiedagen, lvhc, consulten])}), on="prestatiecode", how="anti"
        ),
    )


def _in(kolom: str, waarden: pl.Series) -> pl.Expr:
    """The column holds one of these values, null included when it is among them; never null."""
    gevuld = pl.col(kolom).is_in(waarden.drop_nulls().unique().implode()).fill_null(False)
    return gevuld | pl.col(kolom).is_null() if kolom == "declarant" and waarden.has_nulls() else gevuld


def _paren(batch: pl.DataFrame, afspraken: pl.DataFrame | None) -> pl.DataFrame:
    """VOLUME of the batch lines that some agreement gives a volume."""
    paren = batch.select(VOLUME).drop_nulls().unique()
    if afspraken is None:
        return paren.clear()
    met_volume = afspraken.filter(pl.col("aantal").is_not_null()).select(
        uitvoerder="agb", prestatiecode="prestatiecode"
    )
    return paren.join(met_volume, on=["uitvoerder", "prestatiecode"], how="semi")


def _volumes(
    alles: pl.LazyFrame, gekozen: Sequence[pl.DataFrame], credits: pl.LazyFrame, paren: pl.DataFrame
) -> pl.DataFrame:
    """One line for each of ``paren`` and zorgkantoor with the sum of aantal of the lines that were not chosen.

    ``credits`` names the lines that were taken back. A line of sums has no bsn and no reference, so that no rule but
    AFS-03 meets it.
    """
    if paren.is_empty():
        return gekozen[0].clear()

    def sommen(lijnen: pl.LazyFrame) -> pl.LazyFrame:
        return (
            lijnen.filter(
                *(_in(kolom, paren[kolom]) for kolom in ("uitvoerder", "prestatiecode")),
                pl.col("debet_credit") == "D",
                pl.col("einddatum") >= pl.col("begindatum"),
                pl.col("bsn") != GEEN_BSN,
            )
            .select("uitvoerder", "prestatiecode", "uzovi", *LIJN, "aantal", jaar=pl.col("begindatum").dt.year())
            .join(paren.lazy(), on=VOLUME, how="semi")
            .join(credits, on=LIJN, how="anti")
            .group_by(PER_KANTOOR)
            .agg(pl.col("aantal").clip(0).sum())
        )

    rest = (
        sommen(alles)
        .join(sommen(pl.concat(gekozen).lazy()), on=PER_KANTOOR, how="left", nulls_equal=True, suffix="_gekozen")
        .with_columns(pl.col("aantal") - pl.col("aantal_gekozen").fill_null(0))
        .filter(pl.col("aantal") > 0)
        .collect(engine="streaming")
    )
    eerste_dag = pl.date("jaar", 1, 1)
    return rest.select(
        "uitvoerder", "prestatiecode", "uzovi", "aantal",
        volgnr=pl.lit(0, dtype=pl.Int64), debet_credit=pl.lit("D"), begindatum=eerste_dag, einddatum=eerste_dag,
    ).match_to_schema(
        SCHEMA_LIJN, missing_columns="insert"
    )  # fmt: skip


def van_client(historie: Historie, bsn: str) -> pl.DataFrame:
    """All lines of one client, with ``volgnr``."""
    return historie.regels().filter(pl.col("bsn") == bsn).collect(engine="streaming")

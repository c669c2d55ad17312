"""What a round of batches may need of the store, taken from it in one pass.

To look for the lines of one batch is to read the whole store. Who has many batches looks once for all of them, and
keeps on disk by batch what each may need: some lines too many, never one too few (`lezen.kies` does the rest). What is
added by them is known here as well; when somebody else changes the store, the round has no answer any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl

from wlz_declaratie.historie.lezen import OP_VOLGORDE, PER_KANTOOR, SCHEMA_LIJN, als_batch, kies, lees_van, sommen
from wlz_declaratie.historie.opslag import Historie
from wlz_declaratie.historie.register import REGISTER, Batch
from wlz_declaratie.historie.vraag import GEEN_BSN, LIJN, VOLUME, Sleutels, Vraag, een_van, vraag_van
from wlz_declaratie.inlezen.basis import Batchbestand

MEESTE_DECLARANTEN = 4
"""Every declarant of a batch goes with each of its references; a batch that names more of them has too many pairs."""
MEESTE_LIJNEN = 700_000
"""Of the store that are looked through at a time."""
GEMEEN = "gemeen"
_CREDIT = pl.col("debet_credit") == "C"
_TERUG = "bsn", pl.col("referentienummer_voorgaand").alias("referentienummer")
"""Of a credit line, the line that it takes back."""


class Ronde:
    """The lines for some batches, below the private folder ``map_``.

    ``batch-N``: of the clients of a batch, and with its references. ``uitvoerder-N``: mutatiedagen, LVHC and packages
    of a provider, once for all batches that ask for him. ``gemeen``: credit lines and consults, for every batch. The
    sums of what was agreed by volume are kept up with what is added.
    """

    def __init__(self, historie: Historie, vragen: Mapping[str, Sleutels], map_: Path) -> None:
        """``vragen`` by sha256 of the batch. Raises Ingehaald, Historiestuk."""
        self._map, self._stand = map_, historie.stand
        self._vragen = {sha: v for sha, v in vragen.items() if v.gebruikt["declarant"].n_unique() <= MEESTE_DECLARANTEN}
        self._nummers = {sha: nummer for nummer, sha in enumerate(self._vragen)}
        alle = self._vragen.values()
        bij = [reeks for vraag in alle for reeks in (vraag.bij_mutatie, vraag.bij_lvhc)]
        self._uitvoerders = _samen(bij).to_frame("uitvoerder").with_row_index("nr")
        self._paren = pl.concat([v.paren for v in alle]).unique() if alle else pl.DataFrame()
        self._erbij = pl.DataFrame(schema=SCHEMA_LIJN)
        self._gelezen: dict[str, pl.DataFrame] = {}
        self._totalen = lees_van(historie, lambda: self._verdeel(historie)) if alle else pl.DataFrame()

    def kent(self, sha256: str) -> bool:
        """Whether this batch is of the round."""
        return sha256 in self._nummers

    def lees(self, historie: Historie, bestand: Batchbestand, werkmap: Path) -> Batchbestand | None:
        """As `lezen.lees_uit`; None when the batch is not of the round, or the store is not what it was."""
        if historie.stand != self._stand or not self.kent(bestand.sha256):
            return None
        vraag = vraag_van(self._vragen[bestand.sha256])
        self._gelezen = {bestand.sha256: self._voor(bestand.sha256, vraag)}
        gevraagd = self._totalen.lazy().join(vraag.paren.lazy(), on=VOLUME, how="semi")
        regels = kies(self._gelezen[bestand.sha256].lazy(), vraag, lambda _: gevraagd)
        return als_batch(historie, regels, werkmap)

    def neem(self, batch: Batch, regels: pl.DataFrame) -> None:
        """This batch was added, with these lines (columns of DECLARATIE)."""
        voor = self._gelezen.pop(batch.sha256, None)
        if voor is None:
            return  # it was not checked against the round: the store is ahead of it from now on
        nieuw = regels.with_columns(volgnr=pl.lit(batch.volgnr)).select(*SCHEMA_LIJN).cast(pl.Schema(SCHEMA_LIJN))
        if not self._paren.is_empty():
            self._tel(voor, nieuw)
        self._erbij = pl.concat([self._erbij, nieuw])
        self._stand += 1

    def _verdeel(self, historie: Historie) -> pl.DataFrame:
        """Write the lines of the store by who may need them; gives the sums."""
        verdeler = _Verdeler(list(self._vragen.values()), self._uitvoerders, self._map)
        for nummer, paden in enumerate(_stukken(historie)):
            lijnen = pl.scan_parquet(paden, glob=False, hive_partitioning=False).select(*SCHEMA_LIJN)
            verdeler.neem(lijnen.collect(engine="streaming"), nummer)
        if self._paren.is_empty():
            return pl.DataFrame()
        credits = self._uit([GEMEEN]).filter(_CREDIT).select(_TERUG)
        return sommen(historie.regels(), credits, self._paren).collect(engine="streaming")

    def _voor(self, sha256: str, vraag: Vraag) -> pl.DataFrame:
        """All that the round has for this batch, which asks this."""
        sleutels = self._vragen[sha256]
        bij = self._uitvoerders.filter(een_van("uitvoerder", _samen([sleutels.bij_mutatie, sleutels.bij_lvhc])))
        mappen = [f"batch-{self._nummers[sha256]}", *(f"uitvoerder-{nummer}" for nummer in bij["nr"]), GEMEEN]
        # Of what was added meanwhile only what this batch can meet: all of it, for each batch, grows too much.
        erbij = self._erbij.filter(vraag.regels | vraag.pakket | _CREDIT)
        # Told apart by one number: to do so by two columns costs twenty times as much.
        return pl.concat([self._uit(mappen).collect().filter(OP_VOLGORDE.is_first_distinct()), erbij])

    def _uit(self, mappen: Iterable[str]) -> pl.LazyFrame:
        paden = [pad for map_ in mappen for pad in sorted((self._map / map_).glob("*.arrow"))]
        if not paden:
            return pl.LazyFrame(schema=SCHEMA_LIJN)
        return pl.scan_ipc(paden, glob=False, hive_partitioning=False)

    def _tel(self, voor: pl.DataFrame, nieuw: pl.DataFrame) -> None:
        """Keep the sums up: what is new counts, and what it takes back does not any more."""
        al_terug = voor.lazy().filter(_CREDIT).select(_TERUG)
        nu_terug = nieuw.lazy().filter(_CREDIT).select(_TERUG)
        erbij = sommen(nieuw.lazy(), pl.concat([al_terug, nu_terug]), self._paren)
        eraf = sommen(voor.lazy().join(nu_terug, on=LIJN, how="semi"), al_terug, self._paren)
        delen = [self._totalen.lazy(), erbij, eraf.with_columns(-pl.col("aantal"))]
        self._totalen = pl.concat(delen).group_by(PER_KANTOOR).agg(pl.sum("aantal")).collect()


def _samen(reeksen: Iterable[pl.Series]) -> pl.Series:
    return pl.concat([pl.Series([], dtype=pl.String), *reeksen]).unique()


def _stukken(historie: Historie) -> Iterator[list[Path]]:
    """The data files of the store, some at a time."""
    stuk: list[Path] = []
    lijnen = 0
    for pad, aantal in historie.bestanden.filter(pl.col("deel") != REGISTER).select("path", "num_records").iter_rows():
        if stuk and lijnen + aantal > MEESTE_LIJNEN:
            yield stuk
            stuk, lijnen = [], 0
        stuk.append(historie.map_ / pad)
        lijnen += aantal
    if stuk:
        yield stuk


class _Verdeler:
    """Writes lines of the store by who may need them."""

    def __init__(self, vragen: Sequence[Sleutels], uitvoerders: pl.DataFrame, map_: Path) -> None:
        self._map, self._uitvoerders = map_, uitvoerders
        self._clienten = _met_nummer(vraag.clienten.to_frame("bsn") for vraag in vragen)
        self._voorgaand = _met_nummer(vraag.voorgaand.to_frame("referentienummer") for vraag in vragen)
        self._gebruikt = _met_nummer(_elk_met_elk(vraag.gebruikt) for vraag in vragen)
        soorten = [vraag.soorten for vraag in vragen]
        bijzonder = _samen(reeks for s in soorten for reeks in (s.mutatiedagen, s.pakketten, s.lvhc))
        self._gemeen = _CREDIT | een_van("prestatiecode", _samen(s.consulten for s in soorten))
        self._bijzonder = een_van("prestatiecode", bijzonder)

    def neem(self, lijnen: pl.DataFrame, stuk: int) -> None:
        """These, as one piece."""
        self._schrijf(lijnen.filter(self._gemeen), GEMEEN, stuk)
        # By place: to join lines as wide as these costs more than to look for them.
        slank = lijnen.select(*LIJN, "referentienummer_voorgaand", "declarant", "uitvoerder", "prestatiecode")
        slank = slank.with_row_index("plaats")
        bij = slank.filter(self._bijzonder).join(self._uitvoerders, on="uitvoerder")
        self._schrijf_per_nummer(lijnen, [bij], "uitvoerder", stuk)
        zonder_bsn = slank.filter(pl.col("bsn") == GEEN_BSN)
        van_batch = [
            slank.join(self._clienten, on="bsn"),
            slank.join(self._gebruikt, on=["declarant", "referentienummer"], nulls_equal=True),
            zonder_bsn.join(self._voorgaand, on="referentienummer"),
            zonder_bsn.join(self._voorgaand, left_on="referentienummer_voorgaand", right_on="referentienummer"),
        ]
        self._schrijf_per_nummer(lijnen, van_batch, "batch", stuk)

    def _schrijf_per_nummer(self, lijnen: pl.DataFrame, gevonden: Sequence[pl.DataFrame], naam: str, stuk: int) -> None:
        """The lines at each ``plaats`` of ``gevonden``, by its ``nr``."""
        plekken = pl.concat([deel.select("nr", "plaats") for deel in gevonden]).unique().sort("nr", "plaats")
        rijen = lijnen[plekken["plaats"]]
        vanaf = 0
        for nummer, aantal in plekken.group_by("nr", maintain_order=True).len().iter_rows():
            self._schrijf(rijen.slice(vanaf, aantal), f"{naam}-{nummer}", stuk)
            vanaf += aantal

    def _schrijf(self, lijnen: pl.DataFrame, naam: str, stuk: int) -> None:
        (self._map / naam).mkdir(parents=True, exist_ok=True)
        lijnen.write_ipc(self._map / naam / f"{stuk}.arrow", compression="lz4")


def _met_nummer(vragen: Iterable[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat([vraag.with_columns(nr=pl.lit(nr, dtype=pl.UInt32)) for nr, vraag in enumerate(vragen)])


def _elk_met_elk(gebruikt: pl.DataFrame) -> pl.DataFrame:
    """Every declarant with every reference."""
    referenties = gebruikt.select("referentienummer").drop_nulls().unique()
    return gebruikt.select("declarant").unique().join(referenties, how="cross")

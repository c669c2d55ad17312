"""Lines, what lies beside them, and what is concluded of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import polars as pl

from wlz_declaratie.basis import dagen
from wlz_declaratie.kern.begrippen import ZONDER_INDICATIE
from wlz_declaratie.kern.parameters import Regelparameters
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.taal import eerdere, leeftijd, reeks, rij, samenloop, sjabloon
from wlz_declaratie.kern.uitkomst import ERNST, GEEN_BEVINDING, Deels, Ernst

Over = Literal["regel", "uitvoerder", "batch"]
"""What a finding is about: a line (``rij``), a provider (``uitvoerder``), or the whole batch."""


@dataclass(frozen=True)
class Lijnen:
    """Lines of batch and history with the columns of ``Populatie``, and those that the words below add.

    Every word gives other lines and leaves these as they are. ``per`` names the columns that make a group.
    ``niets``: it is known that there are none, and so no findings on them. ``voorstel`` is the field of which
    `met_voorstel` gave the value.
    """

    frame: pl.LazyFrame
    pop: Populatie
    p: Regelparameters
    niets: bool = False
    voorstel: str | None = None

    # choose

    def waar(self, *voorwaarden: str | pl.Expr) -> Lijnen:
        """Those for which all of this holds; a name is a yes-or-no column."""
        return self._met(self.frame.filter(*voorwaarden))

    def van_batch(self) -> Lijnen:
        """Those of the batch on which the rule is in force: what is left to judge after a count over the history."""
        return self.waar("batch", self.p.te_toetsen()).gekozen()

    def alleen_van(self, andere: Lijnen | pl.LazyFrame, per: Sequence[str] = ("bsn",)) -> Lijnen:
        """Those of a group of which there are ``andere`` too."""
        if isinstance(andere, Lijnen) and andere.niets:
            return replace(self, frame=self.frame.clear(), niets=True)
        return self._met(self.frame.join(_frame(andere), on=list(per), how="semi"))

    def niet_van(self, andere: Lijnen | pl.LazyFrame, per: Sequence[str] = ("bsn",)) -> Lijnen:
        """Those of a group of which there are no ``andere``."""
        return self._met(self.frame.join(_frame(andere), on=list(per), how="anti"))

    def gelijk_aan(self, andere: Lijnen | pl.LazyFrame, per: Sequence[str]) -> Lijnen:
        """Those equal in ``per`` to one of ``andere``; other than in ``alleen_van``, empty equals empty."""
        return self._met(self.frame.join(_frame(andere), on=list(per), how="semi", nulls_equal=True))

    def niet_gelijk_aan(self, andere: Lijnen | pl.LazyFrame, per: Sequence[str]) -> Lijnen:
        """Those equal in ``per`` to none of ``andere``; empty equals empty."""
        return self._met(self.frame.join(_frame(andere), on=list(per), how="anti", nulls_equal=True))

    def combinaties(self, *kolommen: str) -> Lijnen:
        """A row for each combination of values in these columns, and no others: few, of many lines."""
        return self._met(self.frame.select(kolommen).unique())

    def eerste_van(self, *per: str) -> Lijnen:
        """The first of each group, in the order in which they are."""
        return self._met(self.frame.unique(per, keep="first", maintain_order=True))

    # values

    def met(self, **kolommen: pl.Expr | str) -> Lijnen:
        """With columns of one's own, from those that are there; a text is the name of a column."""
        return self._met(self.frame.with_columns(**kolommen))

    def met_velden(self, andere: pl.LazyFrame, per: Sequence[str]) -> Lijnen:
        """Those of a group of ``andere`` (a row per group), with its columns."""
        return self._met(self.frame.join(andere, on=list(per), how="inner"))

    def met_leeftijd(self) -> Lijnen:
        """With ``leeftijd``: full years on begindatum, by the birth date of the line, else of the table clienten."""
        return self._met(leeftijd.met_leeftijd(self.frame, self.pop))

    def kolommen(self, *namen: str) -> Lijnen:
        """With these columns only: what sorts and joins goes faster without the others."""
        return self._met(self.frame.select(*namen))

    def berekend(self) -> Lijnen:
        """Computed here and now, as few lines that several tests read should be."""
        if self.niets:
            return self
        frame = self.frame.collect()
        return replace(self, frame=frame.lazy(), niets=frame.is_empty())

    # look beside them

    def gedekt(self, door: Lijnen | pl.LazyFrame, per: Sequence[str] = ("bsn",), als: str = "gedekt") -> Lijnen:
        """With ``als``: how many days of each line lie in ``door`` (per, begin, eind); more rows may cover together."""
        return self._met(dagen.gedekte_dagen(self.frame, _dagen_van(door, per), per, als))

    def niet_gedekt(self, door: Lijnen | pl.LazyFrame, per: Sequence[str] = ("bsn",)) -> Lijnen:
        """Those with a day outside ``door``; with ``dagen_buiten`` and ``eerste_dag_buiten``."""
        return self._met(dagen.niet_gedekt(self.frame, _dagen_van(door, per), per))

    def op_begin(self, andere: Lijnen | pl.LazyFrame, per: Sequence[str] = ("bsn",)) -> Lijnen:
        """With ``laatste_van`` and ``laatste_tot``: of the periods of ``andere`` the one begun last by begindatum."""
        return self._met(dagen.met_laatste_periode(self.frame, _dagen_van(andere, per), per))

    def met_op_begin(self, andere: Lijnen | pl.LazyFrame, per: Sequence[str] = ("bsn",)) -> Lijnen:
        """Those whose begindatum is a day of ``andere``; as ``op_begin``."""
        return self.op_begin(andere, per).waar(pl.col("laatste_tot") >= pl.col("begin"))

    def zonder_op_begin(self, andere: Lijnen | pl.LazyFrame, per: Sequence[str] = ("bsn",)) -> Lijnen:
        """Those whose begindatum is no day of ``andere``; as ``op_begin``."""
        return self.op_begin(andere, per).waar((pl.col("laatste_tot") < pl.col("begin")).fill_null(True))

    def laatst_begonnen(
        self, rijen: pl.LazyFrame, van: str, per: Sequence[str] = ("bsn",), tot: str = "begin"
    ) -> Lijnen:
        """With the columns of the row of ``rijen`` begun last (day ``van``) by day ``tot``; null where none was."""
        return self._met(dagen.met_laatst_begonnen(self.frame, rijen, per, van, tot))

    def deelt_dag_met(self, andere: Lijnen) -> Lijnen:
        """Those that share a day with ``andere`` of the same client; with ``gedeeld`` and what ``{ander}`` needs."""
        gedeeld = samenloop.met_gedeelde_dagen(self.frame, andere.frame)
        return replace(self, frame=gedeeld.lazy(), niets=gedeeld.is_empty())

    def deelt_dag_met_eerdere(self, behalve: Lijnen | pl.LazyFrame | None = None) -> Lijnen:
        """Those of the batch that share a day outside ``behalve`` with an earlier one of the client (``eerdere``)."""
        return self._met(eerdere.met_eerdere(self.frame, None if behalve is None else _frame(behalve)))

    def zonder_randen(self) -> Lijnen:
        """Without the first and last day of each unbroken run of days of the client (``reeks``)."""
        return self._met(reeks.zonder_randen(self.frame))

    def buiten(self, andere: Lijnen | pl.LazyFrame, alleen: pl.Expr | None = None) -> Lijnen:
        """The parts of each line on no day of ``andere`` of the same client; with ``alleen`` other lines stay whole."""
        eigen = samenloop.met_eigen_dagen(self.frame)
        if alleen is None:
            return self._met(dagen.buiten(eigen, _frame(andere), "bsn"))
        # Few clients have such days, mostly: the lines of all others need no cutting.
        client = _frame(andere).select("bsn")
        knip = eigen.filter(alleen).join(client, on="bsn", how="semi")
        heel = [eigen.filter(~alleen), eigen.filter(alleen).join(client, on="bsn", how="anti")]
        delen = dagen.buiten(knip, _frame(andere), "bsn").select(eigen.collect_schema().names())
        return self._met(pl.concat([delen, *heel]))

    def met_kenmerk(self, *kenmerken: str) -> Lijnen:
        """Those whose uitvoerder has one of these kenmerken in ``aanbieders`` on begindatum."""
        return self._met(self.pop.gemerkt(self.frame, *kenmerken)).waar("gemerkt")

    def zonder_kenmerk(self, *kenmerken: str) -> Lijnen:
        """Those whose uitvoerder has none of these kenmerken in ``aanbieders`` on begindatum."""
        return self._met(self.pop.gemerkt(self.frame, *kenmerken)).waar(~pl.col("gemerkt"))

    def met_rij(
        self,
        als: str,
        rijen: pl.LazyFrame,
        per: Sequence[str] = ("bsn",),
        op: str = "begin",
        *,
        vorm: str = "leveringsvorm",
    ) -> Lijnen:
        """With ``als`` (one of `rij.RIJEN`): the row on which what is found rests, in words, for ``{als:rij}``.

        Of ``rijen`` of the group the one that tells of day ``op`` (see `rij.met_rij`). Computed here: for what is left
        when all has been chosen, not for many lines.
        """
        lijnen = self.berekend()
        if lijnen.niets:
            return lijnen
        return replace(lijnen, frame=rij.met_rij(lijnen.frame.collect(), rijen, als, per, op, vorm).lazy())

    # count

    def opgeteld(self, per: Sequence[str] = ("bsn",), als: str = "cumulatief") -> Lijnen:
        """With ``als``: distinct days of the group up to and including each line, those of the history first."""
        return self._met(dagen.cumulatieve_dagen(self.frame, per, als))

    def lopende_som(self, kolom: str, per: Sequence[str], als: str = "som") -> Lijnen:
        """With ``als``: the sum of ``kolom`` in the group up to and including each line, those of the history first.

        Goes over clients: in the order of the catalogue, then that of file and line.
        """
        volgorde = "batch", "begin", "eind", "bestandnr", "regelnummer"
        return self._met(self.frame.sort(*per, *volgorde)).met(**{als: pl.col(kolom).cum_sum().over(per)})

    def aantal(self) -> int:
        """How many there are."""
        return 0 if self.niets else int(self.frame.select(pl.len()).collect().item())

    # tell what is judged, to whoever follows lines (`kern.spoor`); in a check these words do nothing

    def getoetst(self, tekst: str = "") -> Lijnen:
        """These: the lines that the rule judges, where it chose more or fewer by ``van.batch`` or ``van_batch``.

        ``tekst`` is a template with the numbers that it goes by, for a line that turns out well.
        """
        if self.pop.spoor is not None:
            self.pop.spoor.getoetst(self.p.regel_id, self.frame, tekst)
        return self

    def gekozen(self) -> Lijnen:
        """These, chosen by the rule."""
        if self.pop.spoor is not None:
            self.pop.spoor.gekozen(self.p.regel_id, self.frame)
        return self

    # conclude

    def met_voorstel(self, veld: str, waarde: pl.Expr) -> Lijnen:
        """With the one value of ``veld`` (a number of the line; money in cents) with which the finding is gone.

        Only where the rule proves that no other is lawful; null elsewhere. It goes with the gegevens, and is never
        applied unless asked (``diensten.voorstellen``).
        """
        if veld not in sjabloon.VOORSTELBAAR:
            raise sjabloon.Sjabloonfout(f"een voorstel gaat over {', '.join(sjabloon.VOORSTELBAAR)}, niet over {veld}")
        return replace(self.met(**{sjabloon.VOORSTEL: waarde.cast(pl.Int64)}), voorstel=veld)

    def afkeur(self, retourcode: str, tekst: str, gegevens: str | None = None) -> pl.LazyFrame:
        """Reject them. ``tekst`` is a template (``sjabloon``); ``gegevens`` names other values than its own."""
        return self._bevinding("afkeur", retourcode, tekst, gegevens)

    def signaal(
        self, retourcode: str | None, tekst: str, gegevens: str | None = None, over: Over = "regel"
    ) -> pl.LazyFrame:
        """Signal them, as ``afkeur`` rejects; ``over`` says what the finding is about."""
        return self._bevinding("signaal", retourcode, tekst, gegevens, over)

    def ontoetsbaar_zonder(self, wat: str) -> Iterator[Deels]:
        """Say how many these are that could not be tested for want of ``wat``; nothing when there are none."""
        if self.pop.spoor is not None:
            self.pop.spoor.ontoetsbaar(self.p.regel_id, self.frame, f"zonder {wat}")
        aantal = self.aantal()
        if aantal:
            yield Deels(f"zonder {wat}", aantal)

    def zonder_profiel(self) -> Iterator[Deels]:
        """Say how many of these have no profile, and so were not tested on it; who has no indication, needs none."""
        zonder = pl.col("profielcode").is_null() & ~pl.col("soort").is_in(ZONDER_INDICATIE).fill_null(False)
        yield from self.waar(zonder).ontoetsbaar_zonder("profiel")

    def niet_ingevuld(self, veld: str, kolom: str | None = None) -> Iterator[Deels]:
        """Say on how many of these ``veld`` is left empty by a file that has it; ``kolom`` is its name here."""
        yield from self.waar(self.pop.met_kolommen(veld), pl.col(kolom or veld).is_null()).ontoetsbaar_zonder(veld)

    def _bevinding(
        self, ernst: Ernst, retourcode: str | None, tekst: str, gegevens: str | None, over: Over = "regel"
    ) -> pl.LazyFrame:
        if self.niets:
            return GEEN_BEVINDING
        geen = pl.lit(None, dtype=pl.Int32)
        return self.frame.select(
            rij=(pl.col("rij") if over == "regel" else geen).cast(pl.UInt32),
            uitvoerder=pl.col("uitvoerder") if over == "uitvoerder" else geen,
            ernst=pl.lit(ernst, dtype=ERNST),
            retourcode=pl.lit(retourcode, dtype=pl.String),
            melding=sjabloon.melding(tekst),
            gegevens=sjabloon.gegevens(tekst, gegevens, self.voorstel),
        )

    def _met(self, frame: pl.LazyFrame) -> Lijnen:
        return replace(self, frame=frame)


def _frame(lijnen: Lijnen | pl.LazyFrame) -> pl.LazyFrame:
    return lijnen.frame if isinstance(lijnen, Lijnen) else lijnen


def _dagen_van(lijnen: Lijnen | pl.LazyFrame, per: Sequence[str]) -> pl.LazyFrame:
    return _frame(lijnen).select(*per, "begin", "eind")

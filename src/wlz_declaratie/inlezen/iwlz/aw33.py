"""AW33 messages (iWlz: the zorgkantoor allocates care) as the tables clienten, indicaties, toewijzingen and pgb.

A message is a snapshot; `geschiedenis` makes the history of each client from all of them. What clienten says comes from
the latest message. A row that cannot be used replaces older ones as any other. Of a message with a Dagtekening that
cannot be read no row is used.

Elements are found by their local name, so that every release of the standard is read alike. Source: the
schemas AW33 and basisschema of iWlz 2.0 to 2.2. By these a percentage is in hundredths of a percent, a birth
date with a DatumGebruik is not wholly known, and a date of death is never given.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import polars as pl

from wlz_declaratie.inlezen.aanvulling import Aanvulling, met_herkomst
from wlz_declaratie.inlezen.iwlz.aw33_rijen import KOLOMMEN, TYPES, Rijen, genoemd
from wlz_declaratie.inlezen.iwlz.geschiedenis import afgekapt, herhaald, met_grens, volgorde
from wlz_declaratie.inlezen.iwlz.ontleden import herkomst, keur, met_alle_kolommen, ontleed_rijen
from wlz_declaratie.inlezen.onbruikbaar import ONBRUIKBAAR

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

AW33 = "AW33"
"""How the messages together are called as a source of rows."""
_PGB = 2
_OVERLEDEN = 1
"""COD172: the einddatum of the toewijzing is that of a client who died."""
_HOOGUIT_GENOEMD = 5
_TOEWIJZING = ["zzpcode", "instelling", "leveringsvorm", "ingangsdatum"]


class Toewijzingsberichten:
    """AW33 messages, taken one by one."""

    def __init__(self) -> None:
        self.aantal = 0
        self._rijen = Rijen()

    def neem(self, nummer: int, wortel: Element) -> None:
        """Take a message, which has that number among all files."""
        self.aantal += 1
        self._rijen.neem(nummer, wortel)

    def aanvulling(self, namen: Sequence[str]) -> Aanvulling:
        """What they add; ``namen`` are those of all files, by number."""
        gelezen = {soort: ontleed_rijen(tekst, TYPES[soort]) for soort, tekst in self._rijen.per_soort.items()}
        clienten = gelezen["clienten"]
        dagloos = clienten.filter(pl.col("fout_dagtekening").is_not_null()).select("bericht").unique()
        per_tabel = {
            tabel: met_alle_kolommen(rijen, tabel)
            for tabel, rijen in (
                ("clienten", clienten),
                ("indicaties", gelezen["indicaties"]),
                ("toewijzingen", gelezen["toewijzingen"].filter(pl.col("instelling").is_not_null())),
                ("pgb", gelezen["toewijzingen"].filter(_is_pgb())),
            )
        }
        weg = {tabel: keur(tabel, rijen, genoemd(tabel), namen, dagloos) for tabel, rijen in per_tabel.items()}
        zonder_bsn = weg["clienten"].filter(pl.col("sleutel").is_null())
        goed = volgorde(clienten.join(zonder_bsn, on="client", how="anti").join(dagloos, on="bericht", how="anti"))
        laatste = goed.unique("bsn", keep="last", maintain_order=True)

        besluiten = _met_begin(gelezen["besluiten"], gelezen["indicaties"])
        staand = {tabel: _staand(tabel, rijen, goed, besluiten) for tabel, rijen in per_tabel.items()}
        onbruikbaar = [
            slecht.filter(~pl.col("client").is_in(goed["client"].implode()) | _nog_in(staand[tabel]))
            for tabel, slecht in weg.items()
        ]
        zonder_instelling = met_grens(goed, besluiten, gelezen["toewijzingen"], per_besluit=True).filter(
            pl.col("instelling").is_null(), ~_is_pgb()
        )
        ontbreekt = {
            "cliënten zonder volledige geboortedatum, dus niet in clienten": laatste["datumgebruik"].count(),
            "cliënten zonder geïndiceerd zorgzwaartepakket, dus niet in indicaties": laatste.join(
                gelezen["indicaties"], on="client", how="anti"
            ).height,
            "toewijzingen zonder instelling, niet gebruikt": zonder_instelling.height,
        }
        opmerkingen = [f"AW33, {wat}: {aantal}" for wat, aantal in ontbreekt.items() if aantal]
        if not goed.is_empty():
            opmerkingen.insert(0, f"AW33-berichten gelezen: {goed['bericht'].n_unique()}; cliënten: {laatste.height}")
        staand["clienten"] = staand["clienten"].filter(pl.col("datumgebruik").is_null())
        tabellen = {
            tabel: met_herkomst(goede, tabel, herkomst(pl.lit(AW33), "dagtekening"))
            for tabel, rijen in staand.items()
            if (goede := rijen.join(weg[tabel], on="regelnummer", how="anti", maintain_order="left")).height
        }
        opmerkingen += _overleden(staand["toewijzingen"], staand["pgb"], namen)
        return Aanvulling(
            AW33, tabellen, KOLOMMEN, pl.concat([r.select(*ONBRUIKBAAR) for r in onbruikbaar]), tuple(opmerkingen)
        )


def _is_pgb() -> pl.Expr:
    """A budget, whether or not an instelling stands beside it; with one it is a toewijzing too."""
    return (pl.col("leveringsvorm") == _PGB).fill_null(value=False)


def _met_begin(besluiten: pl.DataFrame, indicaties: pl.DataFrame) -> pl.DataFrame:
    """The decisions, each with its first day: where it gives none, that of the first of its packages."""
    eerste = indicaties.group_by("indicatie").agg(pl.min("ingangsdatum").alias("eerste"))
    return besluiten.join(eerste, on="indicatie", how="left").with_columns(
        ingangsdatum=pl.coalesce("ingangsdatum", "eerste")
    )


def _staand(tabel: str, rijen: pl.DataFrame, goed: pl.DataFrame, besluiten: pl.DataFrame) -> pl.DataFrame:
    """The rows that no later message replaces, good or bad, as far as they reach; with ``dagtekening``."""
    if tabel == "clienten":
        laatste = goed.unique("bsn", keep="last")
        return rijen.join(laatste, on="client", how="semi", maintain_order="left")
    van_toewijzing = tabel != "indicaties"
    staand = met_grens(goed, besluiten, rijen, per_besluit=van_toewijzing)
    if van_toewijzing:
        staand = staand.filter(~herhaald(staand, _TOEWIJZING))
    staand = staand.filter((pl.col("ingangsdatum") < pl.col("grens")).fill_null(value=True))
    return afgekapt(staand).join(goed.select("client", "dagtekening"), on="client", maintain_order="left")


def _nog_in(staand: pl.DataFrame) -> pl.Expr:
    return pl.col("regelnummer").is_in(staand["regelnummer"].implode())


def _overleden(toewijzingen: pl.DataFrame, pgb: pl.DataFrame, namen: Sequence[str]) -> Iterator[str]:
    """That an allocation ended because the client died."""
    rijen = pl.concat([r.select("bsn", "bericht", "regel", "reden_intrekking") for r in (toewijzingen, pgb)])
    gestorven = (
        rijen.filter(pl.col("reden_intrekking") == _OVERLEDEN).unique("bsn", keep="last").sort("bericht", "regel")
    )
    if gestorven.is_empty():
        return
    eerste = gestorven.head(_HOOGUIT_GENOEMD).select("bericht", "regel").rows()
    waar = ", ".join(f"{namen[bericht]} cliënt {regel}" for bericht, regel in eerste)
    rest = gestorven.height - len(eerste)
    yield (
        f"AW33, toewijzing geëindigd door overlijden (RedenIntrekking {_OVERLEDEN}), cliënten: {gestorven.height}; die "
        "einddatum is waarschijnlijk de dag van overlijden, geef die zo nodig in clienten: "
        f"{waar}{f' en nog {rest}' if rest else ''}"
    )

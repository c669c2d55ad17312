"""AW33 messages (iWlz: the zorgkantoor allocates care) as the tables clienten, indicaties and toewijzingen.

Of every client the latest message counts, whole: its rows replace those of all older ones, also where one of them
cannot be used. Latest is the highest Dagtekening in the header, and on one day the last file name; a message without
Dagtekening is older than any that has one. Of a message with a Dagtekening that cannot be read no row is used.

Elements are found by their local name, so that every release of the standard is read alike. Source: the
schemas AW33 and basisschema of iWlz 2.0 to 2.2. By these a percentage is in hundredths of a percent, a birth
date with a DatumGebruik is not wholly known, and a date of death is never given.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.inlezen.aanvulling import Aanvulling, met_herkomst
from wlz_declaratie.inlezen.iwlz.aw33_keuren import keur, ontleed_rijen, te_gebruiken, zonder_dag
from wlz_declaratie.inlezen.iwlz.aw33_rijen import KOLOMMEN, Rijen
from wlz_declaratie.inlezen.onbruikbaar import ONBRUIKBAAR

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

AW33 = "AW33"
"""How the messages together are called as a source of rows."""


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
        gelezen = {tabel: ontleed_rijen(tabel, tekst) for tabel, tekst in self._rijen.per_tabel.items()}
        onbruikbaar = keur(gelezen, namen)
        clienten = gelezen["clienten"]
        zonder_bsn_ = onbruikbaar["clienten"].filter(pl.col("sleutel").is_null())
        goed = clienten.join(zonder_bsn_, on="client", how="anti").filter(
            ~pl.col("bericht").is_in(zonder_dag(clienten).implode())
        )
        laatste = goed.sort("dagtekening", "client", nulls_last=False).unique("bsn", keep="last").sort("client")
        vervangen = goed.join(laatste, on="client", how="anti")
        weg = {
            tabel: r.join(vervangen, on="client", how="anti", maintain_order="left") for tabel, r in onbruikbaar.items()
        }
        tabellen, opmerkingen = _tabellen(laatste, gelezen, weg)
        if not goed.is_empty():
            opmerkingen.insert(0, f"AW33-berichten gelezen: {goed['bericht'].n_unique()}; cliënten: {laatste.height}")
        alle_weg = pl.concat([r.select(*ONBRUIKBAAR) for r in weg.values()])
        return Aanvulling(AW33, tabellen, KOLOMMEN, alle_weg, tuple(opmerkingen))


def _tabellen(
    clienten: pl.DataFrame, gelezen: dict[str, pl.DataFrame], weg: dict[str, pl.DataFrame]
) -> tuple[dict[str, pl.DataFrame], list[str]]:
    """The usable rows of these clients, by table, and a remark on what of them no table can hold."""
    dag = clienten.select("client", dag="dagtekening")
    van_hen = {
        tabel: rijen.join(dag, on="client", how="inner", maintain_order="left") for tabel, rijen in gelezen.items()
    }
    zonder_pakket = clienten.join(van_hen["indicaties"], on="client", how="anti")
    ontbreekt = {
        "cliënten zonder volledige geboortedatum, dus niet in clienten": clienten["datumgebruik"].count(),
        "cliënten zonder geïndiceerd zorgzwaartepakket, dus niet in indicaties": zonder_pakket.height,
        "toewijzingen zonder instelling, niet gebruikt": van_hen["toewijzingen"]["instelling"].null_count(),
    }
    van_hen["clienten"] = van_hen["clienten"].filter(pl.col("datumgebruik").is_null())
    van_hen["toewijzingen"] = te_gebruiken("toewijzingen", van_hen["toewijzingen"])
    bruikbaar = {
        tabel: met_herkomst(
            rijen.join(weg[tabel], on="regelnummer", how="anti", maintain_order="left"), tabel, herkomst(AW33, "dag")
        )
        for tabel, rijen in van_hen.items()
    }
    tabellen = {tabel: rijen for tabel, rijen in bruikbaar.items() if rijen.height}
    return tabellen, [f"AW33, {wat}: {aantal}" for wat, aantal in ontbreekt.items() if aantal]


def herkomst(bericht: str, dag: str) -> pl.Expr:
    """Where a row comes from: the kind of message, and its day."""
    van = zin("{} van {}", pl.lit(bericht), pl.col(dag).dt.strftime("%d-%m-%Y"))
    return pl.when(pl.col(dag).is_null()).then(pl.lit(f"{bericht} zonder dagtekening")).otherwise(van)

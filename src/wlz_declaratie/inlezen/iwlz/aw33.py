"""AW33 messages (iWlz: the zorgkantoor allocates care) as the tables clienten, indicaties and toewijzingen.

Of every client the latest message counts, whole: its rows replace those of all older ones, also where one of them
cannot be used. Latest is the highest Dagtekening in the header, and on one day the last file name; a message without
Dagtekening is older than any that has one. Of a message with a Dagtekening that cannot be read no row is used.

Elements are found by their local name, so that every release of the standard is read alike. Source: the
schemas AW33 and basisschema of iWlz 2.0 to 2.2. By these a percentage is in hundredths of a percent, a birth
date with a DatumGebruik is not wholly known, and a date of death is never given.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from wlz_declaratie.basis.tonen import zonder_bsn
from wlz_declaratie.contract.tabellen import DOSSIER
from wlz_declaratie.inlezen.iwlz.aw33_keuren import keur, ontleed_rijen, te_gebruiken, zonder_dag
from wlz_declaratie.inlezen.iwlz.aw33_rijen import Rijen
from wlz_declaratie.inlezen.iwlz.xml import open_bericht
from wlz_declaratie.inlezen.onbruikbaar import ONBRUIKBAAR

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_WORTEL = re.compile(r"\{[^}]*/iwlz/[0-9_]+/aw33/schema(/[0-9_]*)?\}Bericht")
_HOOGUIT_GENOEMD = 5

AW33 = "AW33"
"""How the messages together are called as a source of rows."""
_GEEN_AW33 = "geen AW33-bericht"


@dataclass(frozen=True)
class Aw33:
    """The tables that have rows, with the columns of ``tabellen.DOSSIER``, the rows left out, and what was noticed."""

    tabellen: dict[str, pl.DataFrame]
    onbruikbaar: pl.DataFrame
    opmerkingen: tuple[str, ...]


def lees_aw33(berichten: Sequence[Path]) -> Aw33:
    """Read messages; a file that is no AW33 is skipped and named, a row that cannot be used left out.

    Raises Invoerfout for a file that cannot be opened, and for one with a DTD or entities.
    """
    paden = sorted(berichten, key=lambda pad: pad.name)
    rijen = Rijen()
    overgeslagen: dict[str, list[str]] = defaultdict(list)
    for nummer, pad in enumerate(paden):
        wortel = _open(pad)
        if isinstance(wortel, str):
            overgeslagen[wortel].append(zonder_bsn(pad.name))
        else:
            rijen.neem(nummer, wortel)
    gelezen = {tabel: ontleed_rijen(tabel, tekst) for tabel, tekst in rijen.per_tabel.items()}
    onbruikbaar = keur(gelezen, [zonder_bsn(pad.name) for pad in paden])
    clienten = gelezen["clienten"]
    zonder_bsn_ = onbruikbaar["clienten"].filter(pl.col("sleutel").is_null())
    goed = clienten.join(zonder_bsn_, on="client", how="anti").filter(
        ~pl.col("bericht").is_in(zonder_dag(clienten).implode())
    )
    laatste = goed.sort("dagtekening", "client", nulls_last=False).unique("bsn", keep="last").sort("client")
    vervangen = goed.join(laatste, on="client", how="anti")
    weg = {tabel: r.join(vervangen, on="client", how="anti", maintain_order="left") for tabel, r in onbruikbaar.items()}
    tabellen, opmerkingen = _tabellen(laatste, gelezen, weg)
    if not goed.is_empty():
        opmerkingen.insert(0, f"AW33-berichten gelezen: {goed['bericht'].n_unique()}; cliënten: {laatste.height}")
    opmerkingen += [
        f"AW33, {len(namen)} overgeslagen ({reden}): {_eerste(namen)}" for reden, namen in overgeslagen.items()
    ]
    return Aw33(tabellen, pl.concat([r.select(*ONBRUIKBAAR) for r in weg.values()]), tuple(opmerkingen))


def _open(pad: Path) -> Element | str:
    """The root of a message, or why the file is skipped."""
    wortel = open_bericht(pad)
    return wortel if isinstance(wortel, str) or _WORTEL.fullmatch(wortel.tag) else _GEEN_AW33


def _tabellen(
    clienten: pl.DataFrame, gelezen: dict[str, pl.DataFrame], weg: dict[str, pl.DataFrame]
) -> tuple[dict[str, pl.DataFrame], list[str]]:
    """The usable rows of these clients, by table, and a remark on what of them no table can hold."""
    van_hen = {
        tabel: rijen.join(clienten, on="client", how="semi", maintain_order="left") for tabel, rijen in gelezen.items()
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
        tabel: rijen.join(weg[tabel], on="regelnummer", how="anti", maintain_order="left").select(*DOSSIER[tabel])
        for tabel, rijen in van_hen.items()
    }
    tabellen = {tabel: rijen for tabel, rijen in bruikbaar.items() if rijen.height}
    return tabellen, [f"AW33, {wat}: {aantal}" for wat, aantal in ontbreekt.items() if aantal]


def _eerste(namen: Sequence[str]) -> str:
    rest = len(namen) - _HOOGUIT_GENOEMD
    return ", ".join(namen[:_HOOGUIT_GENOEMD]) + (f" en nog {rest}" if rest > 0 else "")

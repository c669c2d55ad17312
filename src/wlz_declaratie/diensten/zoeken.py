"""The lines of a batch that someone means: by reference, or by the bsn of a client."""

from __future__ import annotations

import polars as pl

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.basis.lijkt import LANGSTE, MEESTE, bedoeld, vraag
from wlz_declaratie.basis.tonen import gemaskeerd
from wlz_declaratie.diensten.controleren import Uitslag

GENOEMD = 5
"""Lines that a message names."""
EINDE = 3
"""Digits of a bsn that a report shows."""
_HALVE_WOORD = 4
"""Characters at begin or end that a reference has in common with one that looks like it."""


def regel_met(uitslag: Uitslag, referentie: str, regelnummer: int | None = None) -> int:
    """The rij of the one line with this referentienummer (and regelnummer).

    Raises Gebruikersfout where there is none, or more than one.
    """
    lijnen = uitslag.breed.select("rij", "bestandnr", "regelnummer", "referentienummer")
    gevonden = lijnen.filter(pl.col("referentienummer") == referentie.strip()).collect()
    if gevonden.is_empty():
        bedoel = vraag([gemaskeerd(naam) for naam in _lijkt(lijnen, referentie.strip())])
        tekst = f"{_waar(uitslag)}: geen declaratieregel heeft referentienummer '{_getoond(referentie)}'"
        raise Gebruikersfout(f"{tekst}{bedoel or '. `declaratie controleer` noemt ze.'}")
    if regelnummer is not None:
        op_regel = gevonden.filter(pl.col("regelnummer") == regelnummer)
        if op_regel.is_empty():
            tekst = (
                f"{_waar(uitslag)}: referentienummer '{_getoond(referentie)}' staat niet op bestandsregel {regelnummer}"
            )
            raise Gebruikersfout(f"{tekst}, wel op {_plaatsen(gevonden)}.")
        gevonden = op_regel
    if gevonden.height > 1:
        tekst = f"{_waar(uitslag)}: referentienummer '{_getoond(referentie)}' staat op {_plaatsen(gevonden)}"
        raise Gebruikersfout(f"{tekst}. Kies er een met --regelnummer.")
    return int(gevonden["rij"][0])


def regels_van(uitslag: Uitslag, bsn: str) -> list[int]:
    """The rij of all lines of one client: a whole bsn, or its last digits (EINDE) where only one client has them.

    Raises Gebruikersfout, which names no bsn.
    """
    kolom = pl.col("bsn").str.tail(EINDE) if len(bsn) == EINDE else pl.col("bsn")
    gevonden = uitslag.breed.filter(kolom == bsn).select("rij", "bsn").collect().sort("rij")
    if gevonden.is_empty():
        wie = "een bsn dat eindigt" if len(bsn) == EINDE else "dit bsn, dat eindigt"
        raise Gebruikersfout(
            f"{_waar(uitslag)}: geen declaratieregel is van een cliënt met {wie} op {bsn[-EINDE:]}. "
            "`declaratie controleer` noemt van elke bevinding de laatste drie cijfers."
        )
    aantal = gevonden["bsn"].n_unique()
    if aantal > 1:
        raise Gebruikersfout(
            f"{_waar(uitslag)}: van {aantal} cliënten eindigt het bsn op {bsn}. Geef het hele bsn van een van hen."
        )
    return gevonden["rij"].to_list()


def _waar(uitslag: Uitslag) -> str:
    return uitslag.bestanden[0].naam if len(uitslag.bestanden) == 1 else "de batches"


def _getoond(referentie: str) -> str:
    return gemaskeerd(referentie.strip())[:LANGSTE]


def _plaatsen(gevonden: pl.DataFrame) -> str:
    nummers = [f"bestandsregel {nummer}" for nummer in gevonden["regelnummer"].head(GENOEMD)]
    meer = gevonden.height - len(nummers)
    *eerder, laatste = [*nummers, f"nog {meer}"] if meer else nummers
    return f"{', '.join(eerder)} en {laatste}" if eerder else laatste


def _lijkt(lijnen: pl.LazyFrame, referentie: str) -> list[str]:
    """Which references may have been meant; of many only those that begin or end alike are compared."""
    if not referentie or len(referentie) > LANGSTE:
        return []
    kolom, half = pl.col("referentienummer"), max(_HALVE_WOORD, len(referentie) - _HALVE_WOORD)
    begin = kolom.str.to_lowercase().str.starts_with(referentie[:half].lower())
    einde = kolom.str.to_lowercase().str.ends_with(referentie[-half:].lower())
    namen = lijnen.select(kolom).drop_nulls().unique().with_columns(lijkt=begin | einde)
    op_volgorde = namen.sort("lijkt", "referentienummer", descending=[True, False]).head(MEESTE).collect()
    return bedoeld(referentie, op_volgorde["referentienummer"].to_list())

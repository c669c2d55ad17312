"""Bridge while rules move to the language. To be deleted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from wlz_declaratie.basis.dagen import datum_tekst as datum_tekst
from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.taal.ander import ander_gegevens as ander_gegevens
from wlz_declaratie.kern.taal.ander import ander_tekst as ander_tekst
from wlz_declaratie.kern.taal.kiezen import PAKKETSOORTEN as PAKKETSOORTEN
from wlz_declaratie.kern.taal.samenloop import met_gedeelde_dagen as met_gedeelde_dagen
from wlz_declaratie.kern.taal.sjabloon import euro_tekst as euro_tekst
from wlz_declaratie.kern.taal.sjabloon import veld_tekst as veld_tekst
from wlz_declaratie.kern.uitkomst import ERNST, Deels, Ernst


def bevinding(
    lijnen: pl.LazyFrame,
    melding: pl.Expr,
    retourcode: str | None,
    *,
    ernst: Ernst = "afkeur",
    uitvoerder: pl.Expr | None = None,
    gegevens: Mapping[str, pl.Expr] | None = None,
) -> pl.LazyFrame:
    """Findings in the shape BEVINDING on every row of ``lijnen`` (which has ``rij``).

    ``gegevens`` are the measured values and limits that prove the finding; a day goes in as a date. Never a bsn.
    """
    waarden = (
        pl.struct(*(waarde.alias(naam) for naam, waarde in gegevens.items())).struct.json_encode()
        if gegevens
        else pl.lit("{}")
    )
    return lijnen.select(
        pl.col("rij").cast(pl.UInt32),
        uitvoerder=pl.lit(None, dtype=pl.Int32) if uitvoerder is None else uitvoerder,
        ernst=pl.lit(ernst, dtype=ERNST),
        retourcode=pl.lit(retourcode, dtype=pl.String),
        melding=melding,
        gegevens=waarden,
    )


def deels_zonder(lijnen: pl.LazyFrame, wat: str) -> Iterator[Deels]:
    """Say how many lines could not be tested for want of ``wat``; nothing when there are none."""
    aantal = lijnen.select(pl.len()).collect().item()
    if aantal:
        yield Deels(f"zonder {wat}", aantal)


@dataclass(frozen=True)
class TijdensPakket:
    """The three outcomes; one row per line that gets a finding, all of them batch lines.

    The columns of ``met_gedeelde_dagen``, ``gedeeld`` named ``pakketdagen``: the days of the tested line that
    are package days; in ``gespiegeld`` the days of the package line on which the tested history falls.
    """

    geheel: pl.LazyFrame
    deels: pl.LazyFrame
    gespiegeld: pl.LazyFrame


def pakketlijnen(pop: Populatie) -> pl.LazyFrame:
    """All package lines, batch and history: the columns of ``pop.lijnen``, and lijn_begin and lijn_eind.

    Filter on ``behandeling`` (incl, excl), ``sector`` or ``overbrugging`` for some of them.
    """
    return als_lijnen(pop.lijnen.filter(pl.col("soort").is_in(PAKKETSOORTEN)))


def als_lijnen(lijnen: pl.LazyFrame) -> pl.LazyFrame:
    """Keep the days of each line as ``lijn_begin`` and ``lijn_eind``, whatever begin and eind become."""
    return lijnen.with_columns(lijn_begin="begin", lijn_eind="eind")


def tijdens_pakket(getoetst: pl.LazyFrame, pakket: pl.LazyFrame) -> TijdensPakket:
    """Compare tested lines (batch and history, those on which the rule is in force) with package days.

    ``getoetst`` has the columns of ``pop.lijnen``, ``pakket`` those of ``pakketlijnen``; both of all clients.
    """
    lijnen = als_lijnen(getoetst)
    raak = met_gedeelde_dagen(lijnen.filter("batch"), pakket).rename({"gedeeld": "pakketdagen"})
    gespiegeld = met_gedeelde_dagen(pakket.filter("batch"), lijnen.filter(~pl.col("batch")))
    alle_dagen = pl.col("pakketdagen") == pl.col("dagen")
    return TijdensPakket(
        geheel=raak.filter(alle_dagen),
        deels=raak.filter(~alle_dagen),
        gespiegeld=gespiegeld.rename({"gedeeld": "pakketdagen"}),
    )


def meld_tijdens_pakket(gevonden: TijdensPakket, retourcode: str, dagen: str) -> Iterator[pl.LazyFrame]:
    """Findings on the three outcomes; ``dagen`` says in Dutch which package days are meant, in the plural."""
    van_regel = zin("{} van {} dagen zijn {}: {}", "pakketdagen", "dagen", pl.lit(dagen), ander_tekst())
    van_pakket = zin("{} van {} dagen van dit pakket delen een dag met {}", "pakketdagen", "dagen", ander_tekst())
    gegevens = {"dagen": pl.col("dagen"), "pakketdagen": pl.col("pakketdagen"), **ander_gegevens()}
    yield bevinding(gevonden.geheel, van_regel, retourcode, gegevens=gegevens)
    yield bevinding(gevonden.deels, van_regel, retourcode, ernst="signaal", gegevens=gegevens)
    yield bevinding(gevonden.gespiegeld, van_pakket, retourcode, ernst="signaal", gegevens=gegevens)

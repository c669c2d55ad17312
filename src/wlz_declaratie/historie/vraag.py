"""What a check asks of the store: by which keys of its batches, and which lines that are.

A check against these lines gives the findings of a check against all. Most rules look at one client; the rules of the
batch each ask for a little more. Whoever adds a rule with bereik ``batch`` sees to it here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from wlz_declaratie.codes.tabellen import Codes
from wlz_declaratie.inlezen.basis import Batchbestand

GEEN_BSN = "999999999"
"""The bsn that says that a person has none: many people, so not a client."""
PAKKETSOORTEN = ("verblijf", "lvhc", "overbrugging", "vpt")
"""As the rules have them: packages of these soorten tell one leegstand from the next."""
LIJN = ["bsn", "referentienummer"]
VOLUME = ["uitvoerder", "prestatiecode", "jaar"]


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


@dataclass(frozen=True)
class Soorten:
    """The prestaties that some rule of the batch asks for, whoever the client is."""

    mutatiedagen: pl.Series
    pakketten: pl.Series
    lvhc: pl.Series
    consulten: pl.Series


def _soorten(codes: Codes) -> Soorten:
    """By the code tables."""

    def van(*soorten: str) -> pl.Series:
        return codes.prestaties.filter(pl.col("soort").is_in(soorten))["prestatiecode"]

    return Soorten(van("mutatiedag"), van(*PAKKETSOORTEN), van("lvhc"), van("lvhc_consult"))


@dataclass(frozen=True)
class Sleutels:
    """What a batch asks by: its clients (GEEN_BSN is none), references, uitvoerders, and VOLUME (``paren``).

    ``voorgaand`` are references that lines without a bsn name; ``gebruikt`` each declarant with referentienummer.
    """

    clienten: pl.Series
    voorgaand: pl.Series
    gebruikt: pl.DataFrame
    bij_mutatie: pl.Series
    bij_lvhc: pl.Series
    paren: pl.DataFrame
    soorten: Soorten


def sleutels_van(bestanden: Sequence[Batchbestand], codes: Codes, afspraken: pl.DataFrame | None) -> Sleutels:
    """The keys of these batches; reads them."""
    batch = (
        pl.concat([bestand.regels for bestand in bestanden])
        .select(
            *LIJN, "referentienummer_voorgaand", "declarant", "uitvoerder", "prestatiecode",
            jaar=pl.col("begindatum").dt.year(),
        )
        .collect(engine="streaming")
    )  # fmt: skip
    soorten = _soorten(codes)

    def uitvoerders(prestaties: pl.Series) -> pl.Series:
        return _waarden(batch.filter(pl.col("prestatiecode").is_in(prestaties.implode()))["uitvoerder"])

    bijzonder = pl.concat([soorten.mutatiedagen, soorten.lvhc, soorten.consulten])
    return Sleutels(
        clienten=_waarden(batch["bsn"].filter(batch["bsn"] != GEEN_BSN)),
        voorgaand=_waarden(batch.filter(pl.col("bsn") == GEEN_BSN)["referentienummer_voorgaand"]),
        gebruikt=batch.select("declarant", "referentienummer").unique(),
        bij_mutatie=uitvoerders(soorten.mutatiedagen),
        bij_lvhc=uitvoerders(soorten.lvhc),
        paren=_paren(batch, afspraken).join(pl.DataFrame({"prestatiecode": bijzonder}), on="prestatiecode", how="anti"),
        soorten=soorten,
    )


def _waarden(reeks: pl.Series) -> pl.Series:
    return reeks.drop_nulls().unique()


def vraag_van(sleutels: Sleutels) -> Vraag:
    """What a batch with these keys asks of the store."""
    soorten = sleutels.soorten
    clienten = een_van("bsn", sleutels.clienten)
    # VLD-10 of a line without a bsn: the lines that it names, and those that name the same.
    zonder_bsn = (pl.col("bsn") == GEEN_BSN) & (
        een_van("referentienummer", sleutels.voorgaand) | een_van("referentienummer_voorgaand", sleutels.voorgaand)
    )
    # VLD-09: a reference that this declarant used before.
    gebruikt = sleutels.gebruikt
    verwijzing = een_van("declarant", gebruikt["declarant"]) & een_van("referentienummer", gebruikt["referentienummer"])
    bij_mutatie = een_van("uitvoerder", sleutels.bij_mutatie)
    mutatie = bij_mutatie & een_van("prestatiecode", soorten.mutatiedagen)
    # LVHC-03 and LVHC-07 count all clients of a centre, LVHC-06 all consults of the country.
    centrum = een_van("uitvoerder", sleutels.bij_lvhc) & een_van("prestatiecode", soorten.lvhc)
    regels = clienten | zonder_bsn | verwijzing | mutatie | centrum | een_van("prestatiecode", soorten.consulten)
    pakket = bij_mutatie & een_van("prestatiecode", soorten.pakketten)
    return Vraag(clienten, regels, mutatie, pakket, sleutels.paren)


def een_van(kolom: str, waarden: pl.Series) -> pl.Expr:
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

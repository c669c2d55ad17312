"""Why lines fared as they did: every rule with what it concluded, the other lines of the client, the dossier rows.

After a check like any other (its findings are those of `controleer`) the rules run once more and are followed
(`kern.spoor`): those of a line or a client on the lines of that client alone, which gives the same as the whole batch,
as for any part; those of the batch on all of it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from wlz_declaratie.basis.geheugen import motor
from wlz_declaratie.diensten.controleren import Naslag, Uitslag
from wlz_declaratie.diensten.dossierrijen import Tabelrijen, rijen_bij
from wlz_declaratie.kern.oordeel import Bevinding, Gang, Lijn, Oordeel, oordeel
from wlz_declaratie.kern.regel import Regel, alle_regels
from wlz_declaratie.kern.slank import wie
from wlz_declaratie.kern.spoor import Gevolgd, Spoor
from wlz_declaratie.kern.toetsing import toets
from wlz_declaratie.kern.voorwaarden import ontbreekt_deels

NIET_GEKOZEN = "uitgezet: niet gekozen met --selecteer, of wel met --negeer"


@dataclass(frozen=True)
class Waarom:
    """Lines of one client with all about them.

    ``lijnen``: the lines that were asked about (declaration lines with rij and bestandnr). ``client``: all lines of
    the client in batch and history, by begindatum, with ``batch``. ``oordelen``: by rij a conclusion of every rule, in
    the order of the catalogue.
    """

    uitslag: Uitslag
    lijnen: pl.DataFrame
    client: pl.DataFrame
    dossier: tuple[Tabelrijen, ...]
    soorten: Mapping[str, str]
    """The soort of each prestatie among ``lijnen`` that a table knows."""
    retourcodes: Mapping[str, str]
    """What each retourcode means."""
    daarnaast: pl.DataFrame
    """Findings (UITSLAG) on no line: on the file, the batch, or the uitvoerder of these lines."""
    oordelen: Mapping[int, Sequence[Oordeel]]

    @property
    def afgekeurd(self) -> bool:
        """Whether any rule rejects any of the lines, or all that is in the file."""
        return bool(self.daarnaast["ernst"].is_in(["afkeur"]).any()) or any(
            o.soort == "afgekeurd" for oordelen in self.oordelen.values() for o in oordelen
        )


def ga_na(uitslag: Uitslag, rijen: Collection[int]) -> Waarom:
    """All about lines of one client (their rij), of the result of a check while its lines can be read."""
    naslag = uitslag.naslag
    if naslag is None:
        raise ValueError("a saved result has no lines")
    gevraagd = pl.Series("rij", sorted(rijen), pl.UInt32)
    with motor(naslag.invoer.omvang):
        lijnen = uitslag.breed.filter(pl.col("rij").is_in(gevraagd.implode())).collect().sort("rij")
        zelfde = pl.col("bsn").is_in(lijnen["bsn"].drop_nulls().unique().implode())
        client = naslag.lijnen.filter(zelfde | pl.col("rij").is_in(gevraagd.implode())).collect()
    client = client.with_columns(batch=pl.col("rij") < naslag.invoer.aantal_batch)
    client = client.sort("begindatum", "einddatum", "rij", nulls_last=True)
    return Waarom(
        uitslag,
        lijnen,
        client,
        tuple(rijen_bij(lijnen, naslag.tabellen)),
        dict(_soorten(naslag.invoer.codes.prestaties, lijnen).rows()),
        naslag.invoer.codes.retourcodes,
        _daarnaast(uitslag, lijnen),
        _oordelen(uitslag, naslag, lijnen, client.drop("batch").sort("rij")),
    )


def _soorten(prestaties: pl.DataFrame, lijnen: pl.DataFrame) -> pl.DataFrame:
    """Prestatiecode and soort."""
    gezocht = prestaties.join(lijnen, on="prestatiecode", how="semi").drop_nulls("soort")
    return gezocht.select("prestatiecode", pl.col("soort").cast(pl.String))


def _oordelen(uitslag: Uitslag, naslag: Naslag, lijnen: pl.DataFrame, client: pl.DataFrame) -> dict[int, list[Oordeel]]:
    gekozen = [status.regel for status in uitslag.regels]
    gangen = _gangen(naslag, gekozen, lijnen["rij"].to_list(), client)
    statussen = {status.regel.id: status for status in uitslag.regels}
    catalogus = {**alle_regels(), **{regel.id: regel for regel in gekozen}}
    op_lijn = _bevindingen(uitslag, lijnen)
    deelname = _deelname(client)
    oordelen = {}
    for rij, begindatum in lijnen.select("rij", "begindatum").iter_rows():
        lijn = Lijn(rij, begindatum, *deelname[rij])
        oordelen[rij] = [
            oordeel(regel, lijn, gangen[id_], op_lijn.get((rij, id_)))
            if id_ in statussen
            else Oordeel(regel, "niet getoetst", NIET_GEKOZEN)
            for id_, regel in sorted(catalogus.items())
        ]
    return oordelen


def _gangen(naslag: Naslag, regels: Sequence[Regel], rijen: Collection[int], client: pl.DataFrame) -> dict[str, Gang]:
    """How each rule goes, followed by these lines."""
    spoor = Spoor(rijen)
    # Of one client nobody could tell whose dossier it is.
    besluit = naslag.invoer.met_vreemd(wie(naslag.lijnen, naslag.invoer.aantal_batch))
    alles = replace(besluit, spoor=spoor)
    van_client = replace(alles, lijnen=client.lazy(), bronnen=(), omvang=client.height)
    gegeven = naslag.invoer.gegeven
    gangen = {}
    for naam, invoer, deel in (
        ("client", van_client, [regel for regel in regels if regel.bereik != "batch"]),
        ("batch", alles, [regel for regel in regels if regel.bereik == "batch"]),
    ):
        if not deel:
            continue
        map_ = naslag.werkmap / f"waarom-{naam}"
        with motor(invoer.omvang):
            toetsingen, _ = toets(invoer, deel, map_, lambda naam, nummer, aantal: None)
            for toetsing in toetsingen:
                id_ = toetsing.regel.id
                voorbehoud = ontbreekt_deels(toetsing.regel, gegeven)
                gevolgd = spoor.per_regel.get(id_, Gevolgd())
                gangen[id_] = Gang(toetsing.status, toetsing.reden or "", voorbehoud, gevolgd)
    return gangen


def _deelname(client: pl.DataFrame) -> dict[int, tuple[bool, str]]:
    """By rij whether most rules look at the line, and if not why; see `Populatie.lijnen`."""
    gecrediteerd = set(client.filter(debet_credit="C")["referentienummer_voorgaand"].drop_nulls())
    kolommen = "rij", "debet_credit", "begindatum", "einddatum", "bsn", "referentienummer"
    deelname = {}
    for rij, debet_credit, begin, eind, bsn, referentie in client.select(kolommen).iter_rows():
        reden = ""
        if debet_credit != "D":
            reden = "een creditregel"
        elif begin is None or eind is None or eind < begin:
            reden = "een declaratieregel zonder bruikbare periode"
        elif bsn is not None and referentie in gecrediteerd:
            reden = "een gecrediteerde declaratieregel"
        deelname[rij] = not reden, reden
    return deelname


def _bevindingen(uitslag: Uitslag, lijnen: pl.DataFrame) -> dict[tuple[int, str], Bevinding]:
    """The finding of each rule on each line, by rij and rule id; of more the heaviest."""
    van_lijnen = uitslag.bevindingen.filter(pl.col("rij").is_in(lijnen["rij"].implode())).sort("ernst", descending=True)
    return {
        (rij["rij"], rij["regel_id"]): Bevinding(
            rij["ernst"] == "afkeur", rij["retourcode"], rij["melding"], json.loads(rij["gegevens"])
        )
        for rij in van_lijnen.iter_rows(named=True)
    }


def _daarnaast(uitslag: Uitslag, lijnen: pl.DataFrame) -> pl.DataFrame:
    """The findings on no line at all: on these files, on the batch, or on the uitvoerders of these lines."""
    namen = [uitslag.bestanden[nummer].naam for nummer in lijnen["bestandnr"].unique()]
    return uitslag.bevindingen.filter(
        pl.col("rij").is_null(),
        pl.col("regelnummer").is_null(),
        pl.col("bestand").is_null() | pl.col("bestand").is_in(namen),
        pl.col("uitvoerder").is_null() | pl.col("uitvoerder").is_in(lijnen["uitvoerder"].unique().implode()),
    )

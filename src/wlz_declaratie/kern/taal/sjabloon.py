"""Templates: one text gives the message of a finding and the values that prove it.

``{naam}`` is a column; ``{naam:soort}`` says what it holds:

- ``datum``: a day; 31-01-2026 in the message, a date in the gegevens;
- ``euro``: whole cents; 1.234,56 in the message, the cents in the gegevens;
- ``getal``: a number that can be large; 1.234 in the message;
- ``veld``: a text as the file holds it, made showable in both;
- ``tekst``: a piece of the sentence (often an optional one), which is no value and stays out of the gegevens;
- ``rij``: the row of the dossier on which the finding rests (`rij`), in brackets, where there is one; always in the
  gegevens, and last.

``{begindatum}`` and ``{einddatum}`` are the days of the line, ``{ander}`` is the other line of a finding about two.
The last member of the gegevens may be ``voorstel``: the one lawful value of a field (`Lijnen.met_voorstel`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import polars as pl

from wlz_declaratie.basis.dagen import als_datum, datum_tekst
from wlz_declaratie.basis.tekst import getal_tekst, zin
from wlz_declaratie.inlezen.basis import toonbaar
from wlz_declaratie.kern.taal.ander import ander_gegevens, ander_tekst
from wlz_declaratie.kern.taal.rij import RIJEN, rij_tekst

_VELD = re.compile(r"\{(?P<naam>[a-z_0-9]+)(?::(?P<soort>[a-z]+))?\}")
ANDER = "ander"
_DAG_VAN_LIJN = {"begindatum": "begin", "einddatum": "eind"}
VOORSTEL = "voorstel"
"""The column with the one lawful value, and the member of gegevens that holds it with the name of its field."""
VOORSTELBAAR = ("aantal", "tarief", "bedrag")
"""The fields for which a rule may know it."""
_VOORSTEL_LID = rf',?"{VOORSTEL}":\{{[^{{}}]*\}}'
SOORTEN = ("datum", "euro", "getal", "veld", "tekst", "rij", None)

Veld = tuple[str, str | None]
"""The name of a value and its soort."""


class Sjabloonfout(Exception):
    """A mistake in a template: something between braces that is no field, or an unknown soort."""


def euro_tekst(cent: pl.Expr) -> pl.Expr:
    """Whole cents as euros with a decimal comma: 1.234,56."""
    teken = pl.when(cent < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    return zin("{}{},{}", teken, getal_tekst(cent.abs() // 100), (cent.abs() % 100).cast(pl.String).str.zfill(2))


def veld_tekst(kolom: str) -> pl.Expr:
    """What a text column holds, as a message may show it; never null."""
    inhoud = toonbaar(pl.col(kolom).cast(pl.String)).fill_null("(niet getoond)")
    return pl.when(pl.col(kolom).is_null()).then(pl.lit("leeg")).otherwise(inhoud)


def melding(sjabloon: str) -> pl.Expr:
    """The message of a template, per row; null where a value is null."""
    velden = [_als_tekst(veld) for veld in _velden(sjabloon)]
    return zin(_VELD.sub("{}", sjabloon), *velden) if velden else pl.lit(sjabloon)


def gegevens(sjabloon: str, namen: str | None = None, voorstel: str | None = None) -> pl.Expr:
    """The values of a template as JSON, in its order; ``namen`` names others instead: "dagen begindatum som:datum".

    ``voorstel``: the field of which column VOORSTEL holds the one lawful value, where there is one.
    """
    van_sjabloon = _velden(sjabloon)
    velden = van_sjabloon if namen is None else _genoemd(namen)
    rijen = [veld for veld in van_sjabloon if veld[1] == "rij"]
    waarden: dict[str, pl.Expr] = {}
    for naam, soort in (*(veld for veld in velden if veld not in rijen), *rijen):
        if naam == ANDER:
            waarden |= ander_gegevens()
        elif soort != "tekst":
            waarden[naam] = _als_waarde((naam, soort))
    if voorstel is None:
        return _json(waarden)
    lid = pl.struct(pl.lit(voorstel).alias("kolom"), pl.col(VOORSTEL).alias("waarde"))
    return pl.when(pl.col(VOORSTEL).is_null()).then(_json(waarden)).otherwise(_json({**waarden, VOORSTEL: lid}))


def zonder_voorstel(gegevens: pl.Expr) -> pl.Expr:
    """Gegevens of a finding that turns out not to be proven: neither is its value."""
    return gegevens.str.replace(_VOORSTEL_LID, "")


def _json(waarden: Mapping[str, pl.Expr]) -> pl.Expr:
    if not waarden:
        return pl.lit("{}")
    return pl.struct(waarde.alias(naam) for naam, waarde in waarden.items()).struct.json_encode()


def _velden(sjabloon: str) -> list[Veld]:
    velden = [_gekeurd(gevonden["naam"], gevonden["soort"]) for gevonden in _VELD.finditer(sjabloon)]
    if len(velden) != sjabloon.count("{") or len(velden) != sjabloon.count("}"):
        raise Sjabloonfout(f"geen veld tussen de accolades: {sjabloon}")
    return velden


def _genoemd(namen: str) -> Sequence[Veld]:
    delen = (woord.partition(":") for woord in namen.split())
    return [_gekeurd(naam, soort or None) for naam, _, soort in delen]


def _gekeurd(naam: str, soort: str | None) -> Veld:
    if soort not in SOORTEN:
        raise Sjabloonfout(f"onbekende soort '{soort}' bij {naam}")
    if soort == "rij" and naam not in RIJEN:
        raise Sjabloonfout(f"een rij heet {', '.join(RIJEN)}, niet {naam}")
    return (naam, soort or ("datum" if naam in _DAG_VAN_LIJN else None))


def _als_tekst(veld: Veld) -> pl.Expr:
    naam, soort = veld
    if naam == ANDER:
        return ander_tekst()
    kolom = pl.col(_DAG_VAN_LIJN.get(naam, naam))
    if soort == "datum":
        return datum_tekst(kolom)
    if soort == "euro":
        return euro_tekst(kolom)
    if soort == "getal":
        return getal_tekst(kolom)
    if soort == "rij":
        return rij_tekst(kolom)
    return veld_tekst(naam) if soort == "veld" else kolom


def _als_waarde(veld: Veld) -> pl.Expr:
    naam, soort = veld
    kolom = pl.col(_DAG_VAN_LIJN.get(naam, naam))
    if soort == "datum":
        return als_datum(kolom)
    return veld_tekst(naam) if soort == "veld" else kolom

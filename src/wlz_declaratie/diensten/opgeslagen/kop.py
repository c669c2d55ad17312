"""What a result says beside its findings, from plain values back to an Uitslag; every value is tested on its way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar, get_args

import polars as pl

from wlz_declaratie.basis.tonen import gemaskeerd, schoon, zonder_bsn
from wlz_declaratie.codes.edities import Editie
from wlz_declaratie.contract.tabellen import AANVAARD, DECLARATIE, SOMS, TABELLEN
from wlz_declaratie.diensten.bevindingen import UITSLAG, toonbaar
from wlz_declaratie.diensten.controleren import SCHEMA, Basislijn, Uitslag
from wlz_declaratie.diensten.instellingen.toegepast import AndereWaarde, Toegepast, Verzachting
from wlz_declaratie.diensten.opgeslagen.json_tekst import als_bevindingen
from wlz_declaratie.diensten.telling import Aanvaarding, Regelstatus, Samenvatting
from wlz_declaratie.diensten.totalen import TELLING, Bewaard, Dagen, Herkomst
from wlz_declaratie.inlezen.basis import MELDING, Batchbestand
from wlz_declaratie.inlezen.onbruikbaar import GEEN, ONBRUIKBAAR, Bron, Dossierrijen
from wlz_declaratie.kern.parameters import soort_van
from wlz_declaratie.kern.regel import alle_regels, zonder_toets
from wlz_declaratie.kern.toetsing import Status

STAND = pl.Enum(TABELLEN["bevindingen"].kolommen["stand"].waarden or ())
"""What a finding can be beside an earlier result."""
VERDWENEN = pl.Enum(["hersteld", "weg"])
"""What became of a finding that is gone: its line is still there, or went with it."""

CREDIT_POSITIEF = (
    "de uitslag is van een oudere versie, die van een bevinding niet zegt of de declaratieregel credit is; "
    "zo'n bedrag telt hier positief"
)
"""Remarked of a result of which the findings have no netto_cent."""

_GROOTSTE = 1 << 62
_Waarde = TypeVar("_Waarde")


def als_uitslag(leden: Mapping[str, Any], bevindingen: pl.DataFrame) -> Uitslag:
    """The result; ``bevindingen`` as GELEZEN. Raises one of GEEN_UITSLAG."""
    if leden["schema"] != SCHEMA:
        raise ValueError
    gevonden = als_tabel(bevindingen, STAND, altijd=("stand",) if "basislijn" in leden else ()).with_columns(
        rij=pl.lit(None, pl.UInt32)
    )
    regels = tuple(map(_regelstatus, _lijst(leden["regels"])))
    if not set(gevonden["regel_id"].unique()) <= {status.regel.id for status in regels}:
        raise ValueError
    bestanden = _lijst(leden["bestanden"])
    dossier = _object(leden["dossier"])
    uitslag = Uitslag(
        peildatum=_dag(leden["peildatum"]),
        bestanden=tuple(map(_bestand, bestanden)),
        samenvatting=_getallen(Samenvatting, leden["samenvatting"]),
        regels=regels,
        bevindingen=gevonden,
        edities=tuple(map(_editie, _lijst(leden["tabellen"]))),
        opmerkingen=tuple(gemaskeerd(_tekst(opmerking)) for opmerking in _lijst(leden["opmerkingen"])),
        basislijn=_basislijn(leden["basislijn"]) if "basislijn" in leden else None,
        instellingen=_instellingen(leden["instellingen"]) if "instellingen" in leden else None,
        aanvaarding=_aanvaarding(leden["aanvaarding"]) if "aanvaarding" in leden else None,
        dossier=_dossier(dossier),
        bewaard=Bewaard(
            tuple(map(_herkomst, bestanden)) if all("declaranten" in _object(b) for b in bestanden) else None,
            _tellingen(_object(leden["tellingen"])) if "tellingen" in leden else None,
            _getal(dossier["niet_genoemd"]),
        ),
        **zonder_lijnen(),
    )
    return met_bedragen(uitslag)


def met_bedragen(uitslag: Uitslag) -> Uitslag:
    """The result with a netto_cent for every amount; of an earlier version, which told none, positive, as remarked."""
    basislijn = uitslag.basislijn
    if not any(map(_mist_netto, [uitslag.bevindingen, *([basislijn.verdwenen] if basislijn else [])])):
        return uitslag
    netto = pl.coalesce("netto_cent", "declaratiebedrag_cent").alias("netto_cent")
    opmerkingen = uitslag.opmerkingen
    return replace(
        uitslag,
        bevindingen=uitslag.bevindingen.with_columns(netto),
        basislijn=basislijn and replace(basislijn, verdwenen=basislijn.verdwenen.with_columns(netto)),
        opmerkingen=opmerkingen if CREDIT_POSITIEF in opmerkingen else (*opmerkingen, CREDIT_POSITIEF),
    )


def _mist_netto(bevindingen: pl.DataFrame) -> bool:
    mist = pl.col("netto_cent").is_null() & pl.col("declaratiebedrag_cent").is_not_null()
    return bool(bevindingen.select(mist.any()).item())


def zonder_lijnen() -> dict[str, Any]:
    """The fields of an Uitslag that read its lines, of which there are none."""
    leeg = pl.DataFrame(schema={"rij": pl.UInt32, "bestandnr": pl.UInt16, **DECLARATIE})
    return {"breed": leeg.lazy(), "clientlijnen": lambda bsn: leeg}


def als_tabel(bevindingen: pl.DataFrame, stand: pl.Enum, altijd: Sequence[str] = ()) -> pl.DataFrame:
    """Findings (UITSLAG) fit to be shown, with of SOMS what they have and ``altijd``. Raises one of GEEN_UITSLAG."""
    nodig = [kolom for kolom, feit in TABELLEN["bevindingen"].kolommen.items() if feit.nodig]
    if bevindingen.select(pl.any_horizontal(pl.col(nodig).is_null()).any()).item():
        raise ValueError
    half = (pl.col("stand") == "aanvaard").fill_null(value=False) != pl.col(AANVAARD).is_not_null()
    if bevindingen.select(pl.any_horizontal(half).any()).item():
        raise ValueError
    bedrag, netto = pl.col("declaratiebedrag_cent"), pl.col("netto_cent")
    if not bevindingen.select((netto.is_null() | netto.eq_missing(bedrag) | netto.eq_missing(-bedrag)).all()).item():
        raise ValueError
    soms = [kolom for kolom in SOMS if kolom in altijd or bevindingen[kolom].count()]
    dagen = pl.col("begindatum", "einddatum", "aanvaard_tot").str.to_date("%Y-%m-%d")
    namen = bevindingen["bestand"].drop_nulls().unique().to_list()
    tabel = bevindingen.with_columns(
        dagen,
        pl.col("bestand").replace(namen, [zonder_bsn(naam) for naam in namen]),
        pl.col("stand").cast(stand),
    )
    return toonbaar(tabel.select(*UITSLAG, *soms).cast(pl.Schema(UITSLAG)))


def status_van(regel_id: str, titel: str) -> Regelstatus:
    """A rule of which nobody tells how it went; one that the catalogue does not have keeps its id and title."""
    regel = alle_regels().get(regel_id) or zonder_toets(schoon(regel_id), gemaskeerd(titel))
    return Regelstatus(regel, "uitgevoerd", None, 0, 0)


def _regelstatus(lid: Any) -> Regelstatus:
    lid = _object(lid)
    status: Status = lid["status"]
    if status not in get_args(Status):
        raise ValueError
    return replace(
        status_van(_tekst(lid["id"]), _tekst(lid["titel"])),
        status=status,
        reden=_of_niets(lambda tekst: gemaskeerd(_tekst(tekst)), lid["reden"]),
        afkeur=_getal(lid["afkeur"]),
        signaal=_getal(lid["signaal"]),
        aanvaard=_getal(lid.get("aanvaard", 0)),
    )


def _bestand(lid: Any) -> Batchbestand:
    lid = _object(lid)
    return Batchbestand(
        naam=zonder_bsn(_tekst(lid["bestand"])),
        soort=schoon(_tekst(lid["soort"])),
        sha256=schoon(_tekst(lid["sha256"])),
        regels=pl.LazyFrame(schema=DECLARATIE),
        aantal=_getal(lid["regels"]),
        kolommen=frozenset(),
        ongebruikt=tuple(zonder_bsn(_tekst(kolom)) for kolom in _lijst(lid["ongebruikte_kolommen"])),
        meldingen=pl.DataFrame(schema=MELDING),
        onleesbaar=_getal(lid["onleesbaar"]),
    )


def _herkomst(lid: Any) -> Herkomst:
    return Herkomst(
        tuple(schoon(_tekst(declarant)) for declarant in _lijst(lid["declaranten"])),
        _getal(lid["aantal_declaranten"]),
        _of_niets(lambda tekst: schoon(_tekst(tekst)), lid["factuurnummer"]),
        _of_niets(_dagen, lid["periode"]),
        _of_niets(_dagen, lid["dagen"]),
    )


def _tellingen(lid: dict[str, Any]) -> pl.DataFrame:
    if lid["kolommen"] != list(TELLING):
        raise ValueError
    rijen = [tuple(rij) for rij in _lijst(lid["rijen"])]
    soorten = [int if soort == pl.Int64 else str for soort in TELLING.values()]
    for rij in rijen:
        for waarde, soort in zip(rij, soorten, strict=True):
            if type(waarde) is not soort and not (waarde is None and soort is str):
                raise TypeError
    tabel = pl.DataFrame(rijen, schema=TELLING, orient="row")
    maand = pl.col("maand").str.to_date("%Y-%m", strict=False)
    if tabel.select((pl.col("maand").is_not_null() & maand.is_null()).any()).item():
        raise ValueError
    return tabel


def _dossier(lid: dict[str, Any]) -> Dossierrijen:
    bronnen = tuple(
        Bron(
            schoon(_tekst(b["tabel"])),
            zonder_bsn(_tekst(b["bestand"])),
            _getal(b["rijen"]),
            _getal(b["niet_bruikbaar"]),
        )
        for b in map(_object, _lijst(lid["tabellen"]))
    )
    rijen = [
        {
            "tabel": schoon(_tekst(rij["tabel"])),
            "bestand": zonder_bsn(_tekst(rij["bestand"])),
            "regel": _getal(rij["regel"]),
            "kolom": _of_niets(lambda tekst: zonder_bsn(_tekst(tekst)), rij["kolom"]),
            "reden": gemaskeerd(_tekst(rij["reden"])),
        }
        for rij in map(_object, _lijst(lid["niet_bruikbaar"]))
    ]
    return Dossierrijen(bronnen, pl.DataFrame(rijen, schema=ONBRUIKBAAR) if rijen else GEEN)


def _basislijn(lid: Any) -> Basislijn:
    lid = _object(lid)
    return Basislijn(
        zonder_bsn(_tekst(lid["bestand"])),
        _of_niets(_dag, lid["peildatum"]),
        als_tabel(als_bevindingen(_lijst(lid["verdwenen_bevindingen"])), VERDWENEN, altijd=("stand",)),
        _getal(lid["niet_getoetst"]),
    )


def _aanvaarding(lid: Any) -> Aanvaarding:
    lid = _object(lid)
    namen = ("gebruikt", "verlopen", "komt_niet_voor", "niet_nagegaan")
    return Aanvaarding(zonder_bsn(_tekst(lid["bestand"])), *(_getal(lid[naam]) for naam in namen))


def _instellingen(lid: Any) -> Toegepast:
    lid = _object(lid)
    return Toegepast(
        zonder_bsn(_tekst(lid["bestand"])),
        tuple((_woord(optie["tabel"]), _woord(optie["naam"])) for optie in map(_object, _lijst(lid["opties"]))),
        tuple(_andere_waarde(_object(een)) for een in _lijst(lid["waarden"])),
        tuple(_verzachting(_object(een)) for een in _lijst(lid["ernst"])),
    )


def _andere_waarde(lid: dict[str, Any]) -> AndereWaarde:
    waarde = lid["waarde"]
    if soort_van(waarde) is None:
        raise TypeError
    if isinstance(waarde, str):
        waarde = gemaskeerd(waarde)
    elif isinstance(waarde, list):
        waarde = [gemaskeerd(deel) if isinstance(deel, str) else deel for deel in waarde]
    dagen = _of_niets(_dag, lid["van"]), _of_niets(_dag, lid["tot"])
    bron = gemaskeerd(_tekst(lid["bron"]))
    return AndereWaarde(_woord(lid["regel_id"]), _woord(lid["parameter"]), waarde, *dagen, bron, _woord(lid["tabel"]))


def _verzachting(lid: dict[str, Any]) -> Verzachting:
    ernst = lid["ernst"]
    if ernst not in ("signaal", "uit"):
        raise ValueError
    return Verzachting(_woord(lid["regel_id"]), ernst, gemaskeerd(_tekst(lid["reden"])), _woord(lid["tabel"]))


def _woord(waarde: Any) -> str:
    return zonder_bsn(_tekst(waarde))


def _editie(lid: Any) -> Editie:
    lid = _object(lid)
    return Editie(zonder_bsn(_tekst(lid["naam"])), zonder_bsn(_tekst(lid["bron"])), _dag(lid["van"]), _dag(lid["tot"]))


def _dagen(lid: Any) -> Dagen:
    return _dag(_object(lid)["van"]), _dag(lid["tot"])


def _getallen(soort: Callable[..., _Waarde], lid: Any) -> _Waarde:
    return soort(**{naam: _getal(waarde, negatief=naam.endswith("_cent")) for naam, waarde in _object(lid).items()})


def _of_niets(lees: Callable[[Any], _Waarde], waarde: Any) -> _Waarde | None:
    return None if waarde is None else lees(waarde)


def _dag(waarde: Any) -> date:
    return date.fromisoformat(_tekst(waarde))


def _tekst(waarde: Any) -> str:
    if not isinstance(waarde, str):
        raise TypeError
    return waarde


def _getal(waarde: Any, *, negatief: bool = False) -> int:
    if type(waarde) is not int:
        raise TypeError
    if abs(waarde) > _GROOTSTE or (waarde < 0 and not negatief):
        raise ValueError
    return waarde


def _lijst(waarde: Any) -> Sequence[Any]:
    if not isinstance(waarde, list):
        raise TypeError
    return waarde


def _object(waarde: Any) -> dict[str, Any]:
    if not isinstance(waarde, dict):
        raise TypeError
    return waarde

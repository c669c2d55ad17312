"""Pandera models of every table in the contract, and the column contracts published from them.

Importing this module loads Pandera: import it where a frame is validated, not at start-up. On a LazyFrame
Pandera looks at names and types only, which is what a big batch can afford; the domains are for collected
frames. There are column checks only: a check on the frame would copy whole rows, bsn included, into its
failures.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

if "hypothesis" not in sys.modules:
    # Where it is installed, Pandera takes hypothesis along to make data up, which we never ask: 0.2 s of start-up.
    sys.modules["hypothesis"] = None  # type: ignore[assignment]
    try:
        import pandera.strategies.base_strategies  # noqa: F401
    finally:
        del sys.modules["hypothesis"]
import pandera.polars as pa
import polars as pl

from wlz_declaratie.contract.tabellen import (
    ALLEEN_INTERN,
    BEDRAGEN,
    BEVINDINGEN,
    CIJFERS,
    DECLARATIE,
    DOSSIER,
    HOOGUIT,
    LEVERINGSVORMEN,
    NODIG,
    SOORTEN,
    STANDAARD,
)


class _Kolom(NamedTuple):
    betekenis: str
    toets: pa.Check | None = None
    nodig: bool = True
    aw319: str | None = None


def _keuze(*waarden: str | int | float) -> pa.Check:
    """One of a few values; `error` is the wording for the user."""
    return pa.Check.isin(waarden, error=" ".join(str(waarde) for waarde in waarden))


def _cijfers(kolom: str) -> pa.Check:
    return pa.Check.str_matches(f"^[0-9]{{{CIJFERS[kolom]}}}$", error=f"{CIJFERS[kolom]} cijfers")


def _hooguit(tekens: int) -> pa.Check:
    return pa.Check.str_length(1, tekens, error=f"hooguit {tekens} tekens")


def _model(
    naam: str,
    betekenis: str,
    types: dict[str, type[pl.DataType]],
    *,
    volledig: bool = False,
    **kolommen: _Kolom,
) -> pa.DataFrameSchema:
    """A model with the columns of `types`; one that is needed must be there and is never empty.

    `volledig`: the frame has every column, in that order, also those that the file lacked.
    """
    if list(kolommen) != list(types):
        raise ValueError(f"columns of {naam} are not those of tabellen.py")
    return pa.DataFrameSchema(
        {
            kolom: pa.Column(
                types[kolom],
                [uitleg.toets] if uitleg.toets else [],
                nullable=not uitleg.nodig,
                required=volledig or uitleg.nodig,
                description=uitleg.betekenis,
                metadata={"aw319": uitleg.aw319},
            )
            for kolom, uitleg in kolommen.items()
        },
        name=naam,
        description=betekenis,
        strict=True,
        ordered=volledig,
    )


def _regelkolom(kolom: str, betekenis: str, aw319: str | None = None) -> _Kolom:
    """A column of a declaration line; every field may be empty, for the rules say what that means."""
    toets = None
    if kolom in CIJFERS:
        toets = _cijfers(kolom)
    elif kolom in HOOGUIT:
        toets = _hooguit(HOOGUIT[kolom])
    elif kolom == "prestatiecode":
        toets = _hooguit(5)
    elif kolom == "debet_credit":
        toets = _keuze("D", "C")
    elif kolom == "leveringsvorm":
        toets = _keuze(*LEVERINGSVORMEN)
    return _Kolom(betekenis, toets, nodig=False, aw319=aw319)


_REGEL = {
    "regelnummer": (
        "De hoeveelste regel van het bestand dit is; de eerste is 1, de kop van een CSV telt mee",
        None,
    ),
    "referentienummer": ("Het nummer waaronder de declarant deze regel kent", "0431"),
    "referentienummer_voorgaand": (
        "Het referentienummer van de regel die hiermee wordt gecrediteerd",
        "0432",
    ),
    "bsn": ("Burgerservicenummer van de cliënt; 999999999 betekent: heeft er geen", "0403"),
    "geboortedatum": ("Geboortedatum van de cliënt", "0207"),
    "overleden": ("Of de cliënt is overleden", "0223"),
    "besluitnummer": ("Nummer van het indicatiebesluit waarop de zorg steunt", "0411"),
    "functiecode": ("Geïndiceerde functie; alleen nullen is leeg", "0412"),
    "zzpcode": ("Geïndiceerd zorgprofiel; alleen nullen is leeg", "0413"),
    "begindatum": ("Eerste dag van de geleverde zorg", "0414"),
    "einddatum": ("Laatste dag van de geleverde zorg, die dag inbegrepen", "0415"),
    "prestatiecodelijst": ("De lijst waaruit de prestatiecode komt", "0416"),
    "prestatiecode": ("Wat er is geleverd", "0417"),
    "aantal": ("Hoeveel ervan is geleverd, in hele tijdseenheden", "0418"),
    "tijdseenheid": ("De eenheid waarin het aantal telt; alleen nullen is leeg", "0419"),
    "uitvoerder": ("AGB-code van wie de zorg leverde", "0420"),
    "tarief": ("Prijs van één eenheid", "0425"),
    "bedrag": ("Tarief maal aantal", "0426"),
    "declaratiebedrag": ("Het bedrag dat van het zorgkantoor wordt gevraagd", "0429"),
    "debet_credit": ("D vraagt geld, C neemt een eerdere regel terug", "0427"),
    "leveringsvorm": ("Hoe de zorg wordt geleverd; hoofdletters tellen niet", None),
    "machtigingsnummer": ("Nummer van de verkregen machtiging", "0406"),
    "onderwijs": ("Of de cliënt in deze periode naar school gaat", None),
    "declarant": ("AGB-code van wie declareert", "0112"),
    "uzovi": ("Nummer van het zorgkantoor", "0108"),
    "factuurnummer": ("Nummer van de factuur waar de regel op staat", "0116"),
    "dagtekening": ("Datum van de factuur", "0117"),
    "begindatum_periode": ("Eerste dag van de declaratieperiode", "0114"),
    "einddatum_periode": ("Laatste dag van de declaratieperiode", "0115"),
    "debet_credit_2": ("De tweede debet/credit-aanduiding van het record", "0430"),
}

_BSN = _Kolom("Burgerservicenummer van de cliënt", _cijfers("bsn"))
_ZZP = _Kolom("Geïndiceerd zorgprofiel", _cijfers("zzpcode"))
_INSTELLING = _Kolom("AGB-code van de instelling", _cijfers("instelling"))
_AGB = _Kolom("AGB-code van de aanbieder", _cijfers("agb"))
_PRESTATIE = _Kolom("Code van de prestatie", _hooguit(5))
_INGANG = _Kolom("Eerste dag waarop de rij geldt")
_EINDE = _Kolom("Laatste dag waarop de rij geldt; leeg is open", nodig=False)
_KENMERK = pa.Check.str_matches(
    r"^(behandeling|lvg|sglvg|borg|epilepsie|(rec|dec):\S(.*\S)?)$",
    error="behandeling lvg sglvg borg epilepsie rec:DOELGROEP dec:DOELGROEP",
)
_HALVEN = pa.Check.isin([half / 2 for half in range(1, 15)], error="hele of halve etmalen, van 0,5 tot en met 7")
_VANAF_NUL = pa.Check.ge(0, error="nul of meer")

DECLARATIES = _model(
    "declaraties",
    "De regels van een declaratiebestand",
    DECLARATIE,
    volledig=True,
    **{kolom: _regelkolom(kolom, betekenis, rubriek) for kolom, (betekenis, rubriek) in _REGEL.items()},
)

_DOSSIER = (
    _model(
        "clienten",
        "Wie de cliënten zijn",
        DOSSIER["clienten"],
        bsn=_BSN,
        geboortedatum=_Kolom("Geboortedatum"),
        overlijdensdatum=_Kolom("Dag van overlijden; leeg: in leven", nodig=False),
    ),
    _model(
        "indicaties",
        "Welke profielen zijn geïndiceerd, en wanneer",
        DOSSIER["indicaties"],
        bsn=_BSN,
        besluitnummer=_Kolom("Nummer van het indicatiebesluit"),
        zzpcode=_ZZP,
        ingangsdatum=_INGANG,
        einddatum=_EINDE,
    ),
    _model(
        "toewijzingen",
        "Welke zorg het zorgkantoor aan welke instelling heeft toegewezen",
        DOSSIER["toewijzingen"],
        bsn=_BSN,
        zzpcode=_ZZP,
        instelling=_INSTELLING,
        soort=_Kolom("Soort toewijzing; 3 is overbrugging", _keuze(1, 3, 5)),
        leveringsvorm=_Kolom(
            "Leveringsvorm: 2 pgb, 4 verblijf, 5 vpt, 7 mpt, 8 deeltijdverblijf, 9 verkeerde bed",
            _keuze(2, 4, 5, 7, 8, 9),
        ),
        ingangsdatum=_INGANG,
        einddatum=_EINDE,
        etmalen=_Kolom("Etmalen per week bij deeltijdverblijf", _HALVEN, nodig=False),
        percentage=_Kolom(
            "Toegewezen deel van het pakket, in procenten",
            pa.Check.in_range(0, 100, error="0 tot en met 100"),
            nodig=False,
        ),
    ),
    _model(
        "wachtstatus",
        "Op welke instelling een cliënt wacht, en hoe dringend",
        DOSSIER["wachtstatus"],
        bsn=_BSN,
        instelling=_INSTELLING,
        status=_Kolom("Status op de wachtlijst; 1, 6 en 7 wachten actief", _keuze(*range(1, 8))),
        ingangsdatum=_INGANG,
        einddatum=_EINDE,
    ),
    _model(
        "aanbieders",
        "Waarvoor een aanbieder is erkend; één rij per kenmerk en periode",
        DOSSIER["aanbieders"],
        agb=_AGB,
        kenmerk=_Kolom("Waarvoor; rec: en dec: met de doelgroep erachter", _KENMERK),
        ingangsdatum=_INGANG,
        einddatum=_EINDE,
        plaatsen=_Kolom("Plaatsen volgens het advies over een REC of DEC", _VANAF_NUL, nodig=False),
    ),
    _model(
        "afspraken",
        "Welke prestaties met een aanbieder zijn afgesproken",
        DOSSIER["afspraken"],
        agb=_AGB,
        prestatiecode=_PRESTATIE,
        ingangsdatum=_INGANG,
        einddatum=_EINDE,
        tarief=_Kolom("Afgesproken prijs van één eenheid", _VANAF_NUL, nodig=False),
        aantal=_Kolom("Afgesproken aantal per kalenderjaar", _VANAF_NUL, nodig=False),
    ),
    _model(
        "machtigingen",
        "Voor welke prestatie toestemming is gegeven",
        DOSSIER["machtigingen"],
        machtigingsnummer=_Kolom("Nummer van de machtiging"),
        bsn=_BSN,
        prestatiecode=_PRESTATIE,
        ingangsdatum=_INGANG,
        einddatum=_EINDE,
    ),
    _model(
        "pgb",
        "Wie een persoonsgebonden budget heeft of had",
        DOSSIER["pgb"],
        bsn=_BSN,
        zzpcode=_ZZP,
        ingangsdatum=_INGANG,
        einddatum=_EINDE,
    ),
    _model(
        "prestaties",
        "Aanvulling op de ingebouwde prestatietabel; bij een ingebouwde code telt alleen de geldigheid",
        DOSSIER["prestaties"],
        prestatiecode=_PRESTATIE,
        soort=_Kolom("Wat voor zorg het is; hoofdletters tellen niet", _keuze(*SOORTEN)),
        sector=_Kolom("Sector van het pakket, zoals vv of vg; hoofdletters tellen niet", nodig=False),
        behandeling=_Kolom("Of het pakket behandeling bevat", _keuze("incl", "excl"), nodig=False),
        dagbesteding=_Kolom("Of het pakket dagbesteding bevat", _keuze("incl", "excl"), nodig=False),
        tijdseenheid=_Kolom("De eenheid waarin de prestatie telt", _cijfers("tijdseenheid"), nodig=False),
        doelgroep=_Kolom("Doelgroep, zoals achter rec: en dec: bij aanbieders", nodig=False),
        ingangsdatum=_INGANG,
        einddatum=_EINDE,
    ),
)

_UITSLAG = _model(
    "bevindingen",
    "De bevindingen van een uitslag (CSV, Parquet), op volgorde van bestand, regelnummer en regel_id",
    BEVINDINGEN,
    regel_id=_Kolom("De regel van de catalogus die is geschonden"),
    ernst=_Kolom("afkeur keurt de declaratieregel af, signaal vraagt om een oordeel", _keuze("afkeur", "signaal")),
    retourcode=_Kolom(
        "Retourcode die het zorgkantoor naar verwachting geeft",
        pa.Check.str_matches(r"^[0-9]{4}$", error="4 cijfers"),
        nodig=False,
    ),
    bestand=_Kolom("Het gecontroleerde bestand; leeg bij een bevinding over een uitvoerder", nodig=False),
    regelnummer=_Kolom(
        "De hoeveelste regel van dat bestand; leeg bij een bevinding over een bestand of uitvoerder", nodig=False
    ),
    referentienummer=_Kolom("Referentienummer van de declaratieregel", nodig=False),
    bsn=_Kolom("Burgerservicenummer, gemaskeerd tenzij --toon-bsn is gegeven", nodig=False),
    prestatiecode=_Kolom("Prestatiecode van de declaratieregel", nodig=False),
    begindatum=_Kolom("Eerste dag van de declaratieregel", nodig=False),
    einddatum=_Kolom("Laatste dag van de declaratieregel", nodig=False),
    uitvoerder=_Kolom("AGB-code van de uitvoerder", nodig=False),
    declaratiebedrag_cent=_Kolom("Declaratiebedrag van de declaratieregel in hele centen", nodig=False),
    melding=_Kolom("Wat er aan de hand is, met de getallen"),
    gegevens=_Kolom("De gemeten waarden en grenzen als JSON-object"),
    stand=_Kolom(
        "Alleen met --basislijn: of de eerdere uitslag deze bevinding al had", _keuze("nieuw", "bekend"), nodig=False
    ),
)


def modellen() -> dict[str, pa.DataFrameSchema]:
    """Every model by table name: `declaraties`, the dossier, and the findings that come out."""
    return {str(model.name): model for model in (DECLARATIES, *_DOSSIER, _UITSLAG)}


_SOORT: dict[Any, str] = {
    pl.String: "tekst",
    pl.Date: "datum",
    pl.Boolean: "ja/nee",
    pl.Int64: "geheel getal",
    pl.Float64: "getal",
    pl.UInt32: "geheel getal",
}


def als_toml(model: pa.DataFrameSchema) -> str:
    """The published column contract of a table."""
    regels = [
        "# Gemaakt uit de Pandera-modellen met `make schemas`; wijzig dit bestand niet met de hand.",
        f"tabel = {_waarde(model.name)}",
        f"betekenis = {_waarde(model.description)}",
    ]
    for naam, kolom in model.columns.items():
        if model is DECLARATIES and naam in ALLEEN_INTERN:
            continue
        beschrijving = _beschrijving(naam, kolom, naam in NODIG if model is DECLARATIES else kolom.required)
        if model is DECLARATIES:
            beschrijving["standaard"] = STANDAARD.get(naam)
        regels += ["", "[[kolom]]"]
        regels += [f"{sleutel} = {_waarde(waarde)}" for sleutel, waarde in beschrijving.items() if waarde is not None]
    return "\n".join(regels) + "\n"


def _beschrijving(naam: str, kolom: pa.Column, nodig: bool) -> dict[str, Any]:
    toets = kolom.checks[0] if kolom.checks else None
    kenmerken = (toets.statistics or {}) if toets else {}
    waarden = kenmerken.get("allowed_values")
    return {
        "naam": naam,
        "soort": _SOORT[kolom.dtype.type] if naam not in BEDRAGEN else "bedrag",
        "nodig": nodig,
        "betekenis": kolom.description,
        "domein": toets.error if toets else None,
        "patroon": kenmerken.get("pattern"),
        "waarden": None if waarden is None else list(waarden),
        "eenheid": "euro in CSV en XLSX; in Parquet een geheel getal in centen of een breuk in euro"
        if naam in BEDRAGEN
        else None,
        "aw319": (kolom.metadata or {}).get("aw319"),
    }


def _waarde(waarde: object) -> str:
    """A string, number, boolean or list of these as TOML; JSON writes them the same."""
    return json.dumps(waarde, ensure_ascii=False)


def main() -> None:
    """Write the published column contracts: `python -m wlz_declaratie.contract.modellen MAP`."""
    doel = Path(sys.argv[1])
    doel.mkdir(parents=True, exist_ok=True)
    for naam, model in modellen().items():
        (doel / f"{naam}.toml").write_text(als_toml(model), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()

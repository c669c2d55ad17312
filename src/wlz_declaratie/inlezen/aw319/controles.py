"""Message controls of AW319 on single records: header, insured and performance records.

Every control gives findings `AW-` + retourcode, all of them `afkeur`; a field that should hold a number or a
date and does not gives `INL-01`. One finding per control and physical line at most. Values are shown as they
stand in the message, except where a bsn or a birth date could be among them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

import polars as pl

from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.contract.berichten import Indeling, Rubriek, indelingen, opgesomd
from wlz_declaratie.inlezen.basis import MELDING

_BEKEND = indelingen("aw319")
FEITEN = {
    "code": opgesomd(een.bericht for een in _BEKEND),
    "versie": opgesomd(een.versie for een in _BEKEND),
    "subversie": opgesomd(een.subversie for een in _BEKEND),
    "editie": opgesomd(een.editie for een in _BEKEND),
    "lengte": opgesomd(een.recordlengte for een in _BEKEND),
}
"""What the words on a control say of the known versions."""

_TITELS = {
    "AW-0010": "Berichtcode is niet {code}",
    "AW-0011": "Versie van de berichtstandaard is niet {versie}",
    "AW-0018": "UZOVI-nummer van het voorlooprecord ontbreekt of is onjuist",
    "AW-0020": "Begindatum declaratieperiode ontbreekt of bestaat niet",
    "AW-0021": "Einddatum declaratieperiode ontbreekt, bestaat niet of ligt voor de begindatum",
    "AW-0025": "Dagtekening factuur ontbreekt of bestaat niet",
    "AW-0030": "Factuurnummer ontbreekt",
    "AW-0031": "Valutacode is niet EUR",
    "AW-0150": "Totaal declaratiebedrag klopt niet met de prestatierecords",
    "AW-0151": "Aantal verzekerdenrecords klopt niet",
    "AW-0153": "Aantal commentaarrecords klopt niet",
    "AW-0156": "Totaal aantal detailrecords klopt niet",
    "AW-0157": "Aantal debiteurrecords klopt niet",
    "AW-0158": "Aantal prestatierecords klopt niet",
    "AW-0208": "Sluitrecord ontbreekt",
    "AW-0351": "Code geslacht is niet 1 of 2",
    "AW-0423": "UZOVI-nummer van een detailrecord ontbreekt of is onjuist",
    "AW-0435": "BSN van een prestatierecord wijkt af van dat van het verzekerdenrecord",
    "AW-0581": "Prestatiecodelijst is niet 055",
    "AW-0801": "Identificatie van detailrecords loopt niet met één op",
    "AW-0804": "Recordlengte is niet {lengte}",
    "AW-8026": "Volgorde of soort van de records is onjuist",
    "AW-8027": "Subversie van de berichtstandaard is niet {subversie}",
    "AW-8028": "Soort bericht is niet P of T",
    "AW-8030": "Indicatie overleden is niet 1 of 2",
    "AW-8031": "Doorsturen toegestaan is niet 1",
    "AW-8095": "Record zonder CR/LF, of CR/LF zonder record",
}

CONTROLES = {regel_id: titel.format(**FEITEN) for regel_id, titel in _TITELS.items()}
"""Every control of the message with a short title."""

VALUTA, PRESTATIECODELIJST = "EUR", "055"
BEDRAGEN = ("tarief", "bedrag", "declaratiebedrag")


def een_melding(regel_id: str, regelnummer: int | None, tekst: str, **gegevens: object) -> pl.DataFrame:
    """One finding, on a physical line or (None) on the whole file."""
    rij = {
        "regelnummer": regelnummer,
        "regel_id": regel_id,
        "ernst": "afkeur",
        "retourcode": _retourcode(regel_id),
        "melding": tekst,
        "gegevens": json.dumps(gegevens, ensure_ascii=False),
    }
    return pl.DataFrame([rij], schema=MELDING)


def meldingen(
    frame: pl.DataFrame, fout: pl.Expr, regel_id: str, tekst: pl.Expr, **gegevens: pl.Expr
) -> list[pl.DataFrame]:
    """The findings of one control on the rows of `frame` (with a column regelnummer) where `fout` holds.

    Nearly always there are none, so that is looked at before anything is built.
    """
    fouten = frame.filter(fout)
    if not fouten.height:
        return []
    kolommen = [
        pl.col("regelnummer"),
        pl.lit(regel_id).alias("regel_id"),
        pl.lit("afkeur").alias("ernst"),
        pl.lit(_retourcode(regel_id)).alias("retourcode"),
        tekst.alias("melding"),
        pl.struct(waarde.alias(naam) for naam, waarde in gegevens.items()).struct.json_encode().alias("gegevens"),
    ]
    return [fouten.select(kolommen)]


def _retourcode(regel_id: str) -> str:
    return "0001" if regel_id == "INL-01" else regel_id.removeprefix("AW-")


def kopmeldingen(record: str, regelnummer: int, indeling: Indeling, heel: bool) -> list[pl.DataFrame]:
    """Controls on the header record; if it is not `heel`, on what stands at the places of its fields."""
    velden = indeling.rubrieken("01")
    record = record.ljust(indeling.recordlengte)
    ruw = {naam: rubriek.van(record) for naam, rubriek in velden.items()}
    begin, eind = als_dag(ruw["begindatum_periode"]), als_dag(ruw["einddatum_periode"])
    eind_goed = eind is not None and (begin is None or begin <= eind)
    code, versies, subversies = _kenbaar(ruw["versie"])
    een_datum = "vul een bestaande datum in (JJJJMMDD)"
    niet_eerder = f"{een_datum}, niet voor de begindatum"
    eisen = [
        ("AW-0010", "bericht", "Berichtcode", ruw["bericht"] in code, f"moet {opgesomd(code)} zijn"),
        ("AW-0011", "versie", "Versie", ruw["versie"] in versies, f"moet {opgesomd(versies)} zijn"),
        ("AW-8027", "subversie", "Subversie", ruw["subversie"] in subversies, f"moet {opgesomd(subversies)} zijn"),
        ("AW-8028", "soort_bericht", "Soort bericht", ruw["soort_bericht"] in ("P", "T"), "moet P of T zijn"),
        ("AW-0018", "uzovi", "UZOVI-nummer", _uzovi_goed(ruw), "vul het nummer van het zorgkantoor in"),
        ("AW-0020", "begindatum_periode", "Begindatum declaratieperiode", begin is not None, een_datum),
        ("AW-0021", "einddatum_periode", "Einddatum declaratieperiode", eind_goed, niet_eerder),
        ("AW-0025", "dagtekening", "Dagtekening factuur", als_dag(ruw["dagtekening"]) is not None, een_datum),
        ("AW-0030", "factuurnummer", "Factuurnummer", ruw["factuurnummer"].strip() != "", "vul het in"),
        ("AW-0031", "valuta", "Valutacode", ruw["valuta"] == VALUTA, f"moet {VALUTA} zijn"),
    ]
    gevonden = []
    for regel_id, naam, titel, goed, hoort in eisen:
        if not goed:
            # In a damaged header anything may stand at the place of a field, a bsn too.
            nummer, waarde = velden[naam].nummer, ruw[naam].strip() if heel else None
            staat = f"is '{waarde}'" if waarde else "is leeg" if heel else "is onjuist"
            tekst = f"{titel} ({nummer}) {staat}; {hoort}."
            gevonden.append(een_melding(regel_id, regelnummer, tekst, rubriek=nummer, waarde=waarde))
    declarant = ruw["declarant"]
    if heel and declarant.strip() and not is_getal(declarant):
        tekst = f"Declarant ({velden['declarant'].nummer}) is '{declarant.strip()}'; verwacht 8 cijfers."
        gevonden.append(een_melding("INL-01", regelnummer, tekst, kolommen="declarant"))
    return gevonden


def _kenbaar(versie: str) -> tuple[list[str], list[str], list[str]]:
    """The codes, the versions and of `versie` the subversions (of an unknown one: of all) that have a layout."""
    alle = indelingen("aw319")
    van_versie = [een for een in alle if een.versie == versie] or alle
    return [een.bericht for een in alle], [een.versie for een in alle], [een.subversie for een in van_versie]


def als_dag(tekst: str) -> date | None:
    """The date of JJJJMMDD, None when it is missing or impossible."""
    if not is_getal(tekst) or tekst < "1000":
        return None
    try:
        return date(int(tekst[:4]), int(tekst[4:6]), int(tekst[6:]))
    except ValueError:
        return None


def is_getal(tekst: str) -> bool:
    """Whether a numeric field holds digits only."""
    return tekst.isascii() and tekst.isdigit()


def _uzovi_goed(ruw: dict[str, str]) -> bool:
    """A number above zero; a message to a service bureau need not name the zorgkantoor."""
    naar_servicebureau = bool(ruw["servicebureau"].strip("0 "))
    return is_getal(ruw["uzovi"]) and (int(ruw["uzovi"]) > 0 or naar_servicebureau)


def verzekerdemeldingen(ruw: pl.DataFrame, geboortedatum: pl.Series, indeling: Indeling) -> list[pl.DataFrame]:
    """Controls on insured records: `ruw` holds regelnummer and the fields as they stand.

    `geboortedatum` holds the parsed dates in the same order. The UZOVI number is that of the insurer, and so
    is not compared with the zorgkantoor of the header.
    """
    velden, een_of_twee = indeling.rubrieken("02"), ["1", "2"]
    onmogelijk = (pl.col("geboortedatum").str.strip_chars("0 ") != "") & geboortedatum.is_null()
    tekst = f"Geboortedatum ({velden['geboortedatum'].nummer}) is geen bestaande datum (JJJJMMDD)."
    return [
        *_vaste_waarde(ruw, "AW-0351", velden["geslacht"], "Code geslacht", een_of_twee),
        *_vaste_waarde(ruw, "AW-8030", velden["overleden"], "Indicatie overleden", een_of_twee),
        *meldingen(ruw, ~_is_uzovi(), "AW-0423", _tekst_uzovi(velden["uzovi"]), uzovi=pl.col("uzovi")),
        *meldingen(ruw, onmogelijk, "INL-01", pl.lit(tekst), kolommen=pl.lit("geboortedatum")),
    ]


def prestatiemeldingen(ruw: pl.DataFrame, net: pl.DataFrame, indeling: Indeling) -> list[pl.DataFrame]:
    """Controls on performance records.

    `ruw` holds regelnummer, the fields as they stand and, of the insured record above, ouder_regel, ouder_bsn
    and ouder_uzovi (null when there is none or it is damaged); `net` holds the parsed columns, row by row.
    """
    velden = indeling.rubrieken("04")
    bsn, ouder_bsn, ouder_regel = pl.col("bsn"), pl.col("ouder_bsn"), pl.col("ouder_regel")
    uzovi, ouder_uzovi = pl.col("uzovi"), pl.col("ouder_uzovi")
    tekst_bsn = zin(
        f"BSN ({velden['bsn'].nummer}) is een ander dan in het verzekerdenrecord op bestandsregel {{}}.", ouder_regel
    )
    tekst_anders = zin(
        f"UZOVI-nummer ({velden['uzovi'].nummer}) is '{{}}'; de verzekerde op bestandsregel {{}} heeft '{{}}'.",
        uzovi,
        ouder_regel,
        ouder_uzovi,
    )
    anders = uzovi != ouder_uzovi
    tekst_uzovi = pl.when(anders).then(tekst_anders).otherwise(_tekst_uzovi(velden["uzovi"]))
    return [
        *meldingen(ruw, bsn != ouder_bsn, "AW-0435", tekst_bsn, regel_verzekerde=ouder_regel),
        *meldingen(ruw, anders | ~_is_uzovi(), "AW-0423", tekst_uzovi, uzovi=uzovi, uzovi_verzekerde=ouder_uzovi),
        *_vaste_waarde(ruw, "AW-8031", velden["doorsturen"], "Doorsturen toegestaan", ["1"]),
        *_vaste_waarde(ruw, "AW-0581", velden["prestatiecodelijst"], "Prestatiecodelijst", [PRESTATIECODELIJST]),
        *_bedragmeldingen(ruw, net, velden),
        *_tijdseenheidmeldingen(net, velden["tijdseenheid"].nummer),
    ]


def _vaste_waarde(
    ruw: pl.DataFrame, regel_id: str, rubriek: Rubriek, titel: str, goed: list[str]
) -> list[pl.DataFrame]:
    waarde = pl.col(rubriek.naam)
    tekst = zin(f"{titel} ({rubriek.nummer}) is '{{}}'; moet {' of '.join(goed)} zijn.", waarde)
    fout = pl.all_horizontal(waarde != een for een in goed)
    return meldingen(ruw, fout, regel_id, tekst, rubriek=pl.lit(rubriek.nummer), waarde=waarde)


def _is_uzovi() -> pl.Expr:
    return (pl.col("uzovi").cast(pl.UInt16, strict=False) > 0).fill_null(value=False)


def _tekst_uzovi(rubriek: Rubriek) -> pl.Expr:
    return zin(f"UZOVI-nummer ({rubriek.nummer}) is '{{}}'; vul het nummer van de verzekeraar in.", pl.col("uzovi"))


def _bedragmeldingen(ruw: pl.DataFrame, net: pl.DataFrame, velden: Mapping[str, Rubriek]) -> list[pl.DataFrame]:
    """INL-01 on amounts that are no number, one finding a line."""
    if not any(net[naam].null_count() for naam in BEDRAGEN):
        return []
    tabel = ruw.with_columns(net[naam].is_null().alias(f"{naam}_fout") for naam in BEDRAGEN)
    teksten = [
        zin(
            f"{naam} ({velden[naam].nummer}) is '{{}}', geen bedrag in centen",
            pl.col(naam).str.strip_chars(),
        )
        for naam in BEDRAGEN
    ]
    return meldingen(
        tabel,
        pl.any_horizontal(f"{naam}_fout" for naam in BEDRAGEN),
        "INL-01",
        pl.concat_str(_alleen_foute(teksten, "; "), pl.lit(".")),
        kolommen=_alleen_foute([pl.lit(naam) for naam in BEDRAGEN], ", "),
    )


def _tijdseenheidmeldingen(net: pl.DataFrame, nummer: str) -> list[pl.DataFrame]:
    """INL-01 on a tijdseenheid that is not two digits; there are few of them, so they are looked at once each."""
    fout = [code for code in net["tijdseenheid"].unique().drop_nulls() if not (is_getal(code) and len(code) == 2)]
    if not fout:
        return []
    tekst = zin(f"Tijdseenheid ({nummer}) is '{{}}'; verwacht 2 cijfers.", "tijdseenheid")
    return meldingen(net, pl.col("tijdseenheid").is_in(fout), "INL-01", tekst, kolommen=pl.lit("tijdseenheid"))


def _alleen_foute(delen: list[pl.Expr], scheiding: str) -> pl.Expr:
    foute = [pl.when(f"{naam}_fout").then(deel) for naam, deel in zip(BEDRAGEN, delen, strict=True)]
    return pl.concat_str(foute, separator=scheiding, ignore_nulls=True)

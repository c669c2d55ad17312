"""Message controls of AW319: what is wrong with a record or a file, apart from what a line declares.

Every control gives findings `AW-` + retourcode, all of them `afkeur`; a field that should hold a number or a date and
does not gives `INL-01`. One finding per control and physical line at most. Values are shown as they stand in the
message, except where a bsn or a birth date could be among them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from wlz_declaratie.inlezen.aw319_indeling import Rubriek, berichtcode, recordlengte, rubrieken
from wlz_declaratie.inlezen.basis import MELDING, toonbaar

CONTROLES: dict[str, str] = {
    "AW-0010": "Berichtcode is niet 187",
    "AW-0011": "Versie van de berichtstandaard is niet 01",
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
    "AW-0804": "Recordlengte is niet 310",
    "AW-8026": "Volgorde of soort van de records is onjuist",
    "AW-8027": "Subversie van de berichtstandaard is niet 04",
    "AW-8028": "Soort bericht is niet P of T",
    "AW-8030": "Indicatie overleden is niet 1 of 2",
    "AW-8031": "Doorsturen toegestaan is niet 1",
    "AW-8095": "Record zonder CR/LF, of CR/LF zonder record",
}
"""Every control of the message with a short title."""

VERSIE, SUBVERSIE, VALUTA, PRESTATIECODELIJST = "01", "04", "EUR", "055"
SOORTEN = ("01", "02", "04", "98", "99")
"""Record types of the message; 03 (debiteur) belongs to other traffic."""

GROOTSTE_IDENTIFICATIE = 9_999_999
"""Above the largest count that the closing record can hold; a longer number is not shown, as it may be a bsn."""


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


def meldingen(frame: pl.DataFrame, regel_id: str, tekst: pl.Expr, **gegevens: pl.Expr) -> pl.DataFrame:
    """A finding for every row of `frame`, which has a column regelnummer."""
    return frame.select(
        pl.col("regelnummer").cast(pl.UInt32),
        pl.lit(regel_id).alias("regel_id"),
        pl.lit("afkeur").alias("ernst"),
        pl.lit(_retourcode(regel_id)).alias("retourcode"),
        tekst.alias("melding"),
        pl.struct(**gegevens).struct.json_encode().alias("gegevens"),
    )


def _retourcode(regel_id: str) -> str:
    return "0001" if regel_id == "INL-01" else regel_id.removeprefix("AW-")


# Voorlooprecord


def kopmeldingen(record: str, regelnummer: int) -> list[pl.DataFrame]:
    """Controls on the header record, padded to its full length."""
    velden = rubrieken("01")
    gevonden: list[pl.DataFrame] = []

    def eis(goed: bool, regel_id: str, naam: str, titel: str, hoort: str) -> None:
        if not goed:
            rubriek = velden[naam]
            waarde = rubriek.van(record).strip()
            staat = f"is '{toonbaar(waarde)}'" if waarde else "is leeg"
            tekst = f"{titel} ({rubriek.nummer}) {staat}; {hoort}."
            gevonden.append(
                een_melding(regel_id, regelnummer, tekst, rubriek=rubriek.nummer, waarde=toonbaar(waarde))
            )

    ruw = {naam: rubriek.van(record) for naam, rubriek in velden.items()}
    begin, eind = (als_dag(ruw[naam]) for naam in ("begindatum_periode", "einddatum_periode"))
    code = berichtcode()
    eis(ruw["bericht"] == code, "AW-0010", "bericht", "Berichtcode", f"moet {code} zijn (AW319 Wlz)")
    eis(ruw["versie"] == VERSIE, "AW-0011", "versie", "Versie", f"moet {VERSIE} zijn")
    eis(ruw["subversie"] == SUBVERSIE, "AW-8027", "subversie", "Subversie", f"moet {SUBVERSIE} zijn")
    eis(
        ruw["soort_bericht"] in ("P", "T"),
        "AW-8028",
        "soort_bericht",
        "Soort bericht",
        "moet P (productie) of T (test) zijn",
    )
    # Only a message to a service bureau may leave the number at zero.
    naar_servicebureau = bool(ruw["servicebureau"].strip("0 ")) and not ruw["uzovi"].strip("0")
    eis(
        _is_getal(ruw["uzovi"]) and (int(ruw["uzovi"]) > 0 or naar_servicebureau),
        "AW-0018",
        "uzovi",
        "UZOVI-nummer",
        "vul het nummer van het zorgkantoor in",
    )
    eis(
        begin is not None,
        "AW-0020",
        "begindatum_periode",
        "Begindatum declaratieperiode",
        "vul een bestaande datum in (JJJJMMDD)",
    )
    eis(
        eind is not None and (begin is None or begin <= eind),
        "AW-0021",
        "einddatum_periode",
        "Einddatum declaratieperiode",
        "vul een bestaande datum in (JJJJMMDD), niet voor de begindatum",
    )
    eis(
        als_dag(ruw["dagtekening"]) is not None,
        "AW-0025",
        "dagtekening",
        "Dagtekening factuur",
        "vul een bestaande datum in (JJJJMMDD)",
    )
    eis(
        bool(ruw["factuurnummer"].strip()),
        "AW-0030",
        "factuurnummer",
        "Factuurnummer",
        "vul het nummer van de factuur in",
    )
    eis(ruw["valuta"] == VALUTA, "AW-0031", "valuta", "Valutacode", f"moet {VALUTA} zijn")
    return gevonden


def als_dag(tekst: str) -> date | None:
    """The date JJJJMMDD, None when it is missing or impossible."""
    if len(tekst) != 8 or not _is_getal(tekst) or tekst < "1000":
        return None
    try:
        return date(int(tekst[:4]), int(tekst[4:6]), int(tekst[6:]))
    except ValueError:
        return None


def _is_getal(tekst: str) -> bool:
    return tekst.isascii() and tekst.isdigit()


# Verzekerdenrecord en prestatierecord


def verzekerdemeldingen(ruw: pl.DataFrame, geboortedatum: pl.Series) -> list[pl.DataFrame]:
    """Controls on insured records: `ruw` holds regelnummer and the fields as they stand, `geboortedatum` the dates."""
    datum = rubrieken("02")["geboortedatum"]
    onmogelijk = ruw.filter(geboortedatum.is_null() & (ruw["geboortedatum"].str.strip_chars("0 ") != ""))
    tekst = pl.lit(f"Geboortedatum ({datum.nummer}) is geen bestaande datum (JJJJMMDD).")
    return [
        *_veld(ruw, "AW-0351", "02", "geslacht", "Geslacht", ["1", "2"], "moet 1 of 2 zijn"),
        *_veld(ruw, "AW-8030", "02", "overleden", "Indicatie overleden", ["1", "2"], "moet 1 of 2 zijn"),
        *_enkele(ruw, ~_is_uzovi("uzovi"), "AW-0423", _tekst_uzovi("02"), uzovi=pl.col("uzovi")),
        *_enkele(onmogelijk, pl.lit(value=True), "INL-01", tekst, kolommen=pl.lit("geboortedatum")),
    ]


def prestatiemeldingen(ruw: pl.DataFrame, net: pl.DataFrame) -> list[pl.DataFrame]:
    """Controls on performance records.

    `ruw` holds regelnummer, the fields as they stand and, of the insured record above, ouder_regel, ouder_bsn and
    ouder_uzovi (null when there is none or it is damaged); `net` holds the parsed columns in the same order.
    """
    bsn, ander_uzovi = rubrieken("04")["bsn"], pl.col("uzovi") != pl.col("ouder_uzovi")
    tekst_bsn = pl.format(
        "BSN ({}) is een ander dan dat van het verzekerdenrecord op regel {}.",
        pl.lit(bsn.nummer),
        "ouder_regel",
    )
    tekst_uzovi = (
        pl.when(ander_uzovi)
        .then(
            pl.format(
                "UZOVI-nummer ({}) is '{}'; het verzekerdenrecord op regel {} heeft '{}'.",
                pl.lit(rubrieken("04")["uzovi"].nummer),
                "uzovi",
                "ouder_regel",
                "ouder_uzovi",
            )
        )
        .otherwise(_tekst_uzovi("04"))
    )
    return [
        *_enkele(
            ruw,
            pl.col("bsn") != pl.col("ouder_bsn"),
            "AW-0435",
            tekst_bsn,
            regel_verzekerde=pl.col("ouder_regel"),
        ),
        *_enkele(
            ruw,
            ander_uzovi | ~_is_uzovi("uzovi"),
            "AW-0423",
            tekst_uzovi,
            uzovi=pl.col("uzovi"),
            uzovi_verzekerde=pl.col("ouder_uzovi"),
        ),
        *_veld(ruw, "AW-8031", "04", "doorsturen", "Doorsturen toegestaan", ["1"], "moet 1 zijn"),
        *_veld(
            ruw,
            "AW-0581",
            "04",
            "prestatiecodelijst",
            "Prestatiecodelijst",
            [PRESTATIECODELIJST],
            f"moet {PRESTATIECODELIJST} zijn (Wlz)",
        ),
        *_bedragen(ruw, net),
    ]


def _veld(
    ruw: pl.DataFrame, regel_id: str, record: str, naam: str, titel: str, goed: list[str], hoort: str
) -> list[pl.DataFrame]:
    nummer = rubrieken(record)[naam].nummer
    tekst = pl.format("{} ({}) is '{}'; {}.", pl.lit(titel), pl.lit(nummer), naam, pl.lit(hoort))
    fout = pl.all_horizontal(pl.col(naam) != waarde for waarde in goed)
    return _enkele(ruw, fout, regel_id, tekst, rubriek=pl.lit(nummer), waarde=pl.col(naam))


def _enkele(
    ruw: pl.DataFrame, fout: pl.Expr, regel_id: str, tekst: pl.Expr, **gegevens: pl.Expr
) -> list[pl.DataFrame]:
    """The findings of one control; nearly always none, so look before anything is built."""
    fouten = ruw.filter(fout)
    return [meldingen(fouten, regel_id, tekst, **gegevens)] if fouten.height else []


def _is_uzovi(kolom: str) -> pl.Expr:
    return (pl.col(kolom).cast(pl.UInt16, strict=False) > 0).fill_null(value=False)


def _tekst_uzovi(record: str) -> pl.Expr:
    nummer = rubrieken(record)["uzovi"].nummer
    return pl.format("UZOVI-nummer ({}) is '{}'; vul het nummer van de verzekeraar in.", pl.lit(nummer), "uzovi")


def _bedragen(ruw: pl.DataFrame, net: pl.DataFrame) -> list[pl.DataFrame]:
    """INL-01 on amounts that are no number, one finding a line."""
    velden = [rubrieken("04")[naam] for naam in ("tarief", "bedrag", "declaratiebedrag")]
    if not any(net[veld.naam].null_count() for veld in velden):
        return []
    fout = pl.DataFrame({f"fout_{veld.naam}": net[veld.naam].is_null() for veld in velden})
    fouten = ruw.hstack(fout).filter(pl.any_horizontal(fout.columns))

    def elk(deel: pl.Expr, veld: Rubriek) -> pl.Expr:
        return pl.when(f"fout_{veld.naam}").then(deel)

    tekst = pl.concat_str(
        [
            elk(pl.format(f"{veld.naam} ({veld.nummer}) is '{{}}', geen bedrag in centen", veld.naam), veld)
            for veld in velden
        ],
        separator="; ",
        ignore_nulls=True,
    )
    kolommen = pl.concat_str(
        [elk(pl.lit(veld.naam), veld) for veld in velden], separator=", ", ignore_nulls=True
    )
    return [meldingen(fouten, "INL-01", pl.concat_str(tekst, pl.lit(".")), kolommen=kolommen)]


# Volgorde, aantallen en totaal


@dataclass
class Loop:
    """What is known of the message so far, carried from one block of records to the next.

    Records have the columns regelnummer, regel (the text), heel (has the right length) and kenmerk (its first two
    characters). A message ends where a header record follows a closing record; what comes after is out of order and
    counts for nothing.
    """

    begonnen: bool = False
    kop_gezien: bool = False
    ouder_gezien: bool = False
    na_slot: bool = False
    buiten: bool = False
    details: int = 0
    afwijking: int | None = 0
    vaste_afwijking: int = 0
    slot: str | None = None
    slotregel: int = 0
    totaal: int = 0
    totaal_bekend: bool = True
    aantallen: dict[str, int] = field(default_factory=dict)
    onbekend: int = 0

    def bekijk(self, records: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
        """Count a block and test its order; gives the block with `buiten` (outside the message) and the findings."""
        aantallen = dict(records["kenmerk"].value_counts().iter_rows())
        gewoon = self.ouder_gezien and not self.na_slot and aantallen.keys() <= {"02", "04", "98"}
        gevonden = []
        if gewoon:
            records = records.with_columns(pl.lit(value=False).alias("buiten"))
        else:
            records, gevonden = self._volgorde(records)
            aantallen = dict(records.filter(~pl.col("buiten"))["kenmerk"].value_counts().iter_rows())
        gevonden += self._identificatie(records, alles=gewoon)
        for kenmerk, aantal in aantallen.items():
            self.aantallen[kenmerk] = self.aantallen.get(kenmerk, 0) + aantal
        return records, gevonden

    def _volgorde(self, records: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
        kenmerk, heel = pl.col("kenmerk"), pl.col("heel")
        is_kop, is_slot = kenmerk == "01", (kenmerk == "99") & heel
        onbekend = ~kenmerk.is_in(SOORTEN)
        plaats = pl.int_range(pl.len())
        records = records.with_columns(
            na_slot=(is_slot.cum_sum().shift(1, fill_value=0) > 0) | self.na_slot,
            eerdere_kop=(is_kop.cum_sum().shift(1, fill_value=0) > 0) | self.kop_gezien,
            eerdere_ouder=((kenmerk == "02") | ~heel).cum_max().fill_null(value=False) | self.ouder_gezien,
            eerste=(plaats == 0) & (not self.begonnen),
        )
        na_slot = pl.col("na_slot")
        records = records.with_columns(
            buiten=(is_kop & na_slot).cum_max() | self.buiten,
            eerste_na_slot=na_slot & ~na_slot.shift(1, fill_value=self.na_slot),
        )
        tekst = (
            pl.when(pl.col("eerste") & (kenmerk != "01"))
            .then(pl.format("Het bericht begint met record {}; het voorlooprecord (01) moet het eerste zijn.", kenmerk))
            .when(kenmerk == "03")
            .then(pl.lit("Debiteurrecord (03) hoort niet in een bericht aan het zorgkantoor."))
            .when(onbekend)
            .then(pl.format("Recordtype '{}' bestaat niet in AW319; verwacht 01, 02, 04, 98 of 99.", kenmerk))
            .when(is_kop & pl.col("eerdere_kop"))
            .then(pl.lit("Tweede voorlooprecord; een bestand bevat één bericht."))
            .when(na_slot & (pl.col("eerste_na_slot") | (kenmerk == "04")))
            .then(pl.format("Record {} staat na het sluitrecord (99).", kenmerk))
            .when((kenmerk == "04") & ~pl.col("eerdere_ouder"))
            .then(pl.lit("Prestatierecord zonder verzekerdenrecord (02) erboven."))
        )
        fouten = records.with_columns(tekst=tekst).filter(heel & pl.col("tekst").is_not_null())
        gevonden = []
        if fouten.height:
            gevonden.append(meldingen(fouten, "AW-8026", pl.col("tekst"), record=kenmerk))
        self._onthoud(records)
        return records, gevonden

    def _onthoud(self, records: pl.DataFrame) -> None:
        heel = records.filter("heel")
        if self.slot is None and not self.na_slot:
            for regelnummer, regel in heel.filter(kenmerk="99").select("regelnummer", "regel").head(1).iter_rows():
                self.slot, self.slotregel = regel, regelnummer
        self.onbekend += heel.filter(~pl.col("kenmerk").is_in(SOORTEN)).height
        self.begonnen = self.begonnen or records.height > 0
        self.kop_gezien = self.kop_gezien or "01" in records["kenmerk"]
        self.na_slot = self.na_slot or "99" in heel["kenmerk"]
        self.ouder_gezien = self.ouder_gezien or records["eerdere_ouder"].any()
        self.buiten = self.buiten or records["buiten"].any()

    def _identificatie(self, records: pl.DataFrame, *, alles: bool) -> list[pl.DataFrame]:
        """Detail identification: equal to the number of detail records so far, plus a deviation that stays the same.

        A number that jumps is one finding; a single wrong number is one finding too, as the next record returns to
        the deviation that two records in a row had. Records that cannot be read count but are not compared.
        """
        kenmerk = pl.col("kenmerk")
        detail = pl.lit(value=True) if alles else ~kenmerk.is_in(["01", "99"]) & ~pl.col("buiten")
        vergelijk = pl.col("heel") if alles else detail & pl.col("heel") & kenmerk.is_in(SOORTEN) & ~pl.col("na_slot")
        nummer = rubrieken("02")["identificatie"].uit("regel").cast(pl.Int64, strict=False)
        tabel = records.select(
            "regelnummer",
            nummer,
            volgnummer=detail.cast(pl.Int64).cum_sum() + self.details,
            vergelijk=vergelijk,
        )
        self.details = tabel["volgnummer"][-1]
        tabel = tabel.filter("vergelijk").select(
            "regelnummer", "identificatie", afwijking=pl.col("identificatie") - pl.col("volgnummer")
        )
        if not tabel.height:
            return []
        gelijk = (tabel["afwijking"] == self.vaste_afwijking).all(ignore_nulls=False)
        if gelijk and self.afwijking == self.vaste_afwijking:
            return []
        afwijking = pl.col("afwijking")
        vorige = afwijking.shift(1).is_null() if False else afwijking.shift(1)
        tabel = tabel.with_columns(vorige=vorige)
        return self._sprongen(tabel)

    def _sprongen(self, tabel: pl.DataFrame) -> list[pl.DataFrame]:
        raise NotImplementedError

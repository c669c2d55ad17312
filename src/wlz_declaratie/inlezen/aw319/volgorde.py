"""Message controls of AW319 over all records: order, detail identification, counts and total."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from wlz_declaratie.basis.tekst import zin
from wlz_declaratie.basis.tonen import gemaskeerd
from wlz_declaratie.contract.berichten import Indeling
from wlz_declaratie.inlezen.aw319.controles import een_melding, is_getal, meldingen

SOORTEN = ("01", "02", "04", "98", "99")
"""Record types of the message; 03 (debiteur) belongs to other traffic."""

GROOTSTE_IDENTIFICATIE = 9_999_999
"""The largest count the closing record can hold; a longer number is not shown, as a bsn may be part of it."""


@dataclass
class Verloop:
    """What is known of the message so far, carried from one block of records to the next.

    A block is a frame with regelnummer, regel (the text of the record), heel (of the right length; if not, it
    counts by its first two characters and is not read) and kenmerk (those two characters). A message ends
    where a header record follows a closing record: what comes then is out of order and counts for nothing.
    """

    indeling: Indeling
    aantallen: dict[str, int] = field(default_factory=dict)
    details: int = 0
    onbekend: int = 0
    totaal: int = 0
    totaal_bekend: bool = True
    slot: str | None = None
    slotregel: int = 0
    _begonnen: bool = False
    _kop_gezien: bool = False
    _ouder_gezien: bool = False
    _na_slot: bool = False
    _buiten: bool = False
    _afwijking: int | None = 0
    _vaste_afwijking: int = 0

    def volg(self, records: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
        """Test the order of a block and count it; gives the block with `buiten` (not of the message)."""
        if not records.height:
            return records.with_columns(buiten=pl.lit(value=False)), []
        soorten = dict(records["kenmerk"].value_counts().iter_rows())
        if self._ouder_gezien and not self._na_slot and soorten.keys() <= {"02", "04", "98"}:
            volgnummer = pl.int_range(1, pl.len() + 1, dtype=pl.Int64)
            gevonden = self._identificatie(records, volgnummer, genummerd=pl.col("heel"))
            records = records.with_columns(buiten=pl.lit(value=False))
        else:
            records = self._plaats(records)
            gevonden = self._volgorde(records)
            soorten = dict(records.filter(~pl.col("buiten"))["kenmerk"].value_counts().iter_rows())
            is_detail = ~pl.col("kenmerk").is_in(["01", "99"]) & ~pl.col("buiten")
            genummerd = pl.col("heel") & pl.col("kenmerk").is_in(["02", "04", "98"]) & ~pl.col("na_slot")
            gevonden += self._identificatie(records, is_detail.cast(pl.Int64).cum_sum(), genummerd)
            self._onthoud(records)
        for kenmerk, aantal in soorten.items():
            self.aantallen[kenmerk] = self.aantallen.get(kenmerk, 0) + aantal
        return records, gevonden

    def tel_op(self, prestaties: pl.DataFrame) -> None:
        """Add the amounts of performance records, unless `buiten`; a missing one leaves the total unknown."""
        binnen = prestaties.filter(~pl.col("buiten"))
        self.totaal += binnen.select(met_teken().sum()).item()
        self.totaal_bekend &= not binnen["declaratiebedrag"].has_nulls()

    def tel_beschadigde_op(self, prestaties: pl.DataFrame) -> None:
        """As `tel_op` for damaged records; an amount that is not at its place leaves the total unknown."""
        op_zijn_plaats = _teken("debet_credit").is_not_null() & _teken("debet_credit_2").is_not_null()
        self.tel_op(prestaties)
        self.totaal_bekend &= prestaties.select(op_zijn_plaats.all()).item()

    def _plaats(self, records: pl.DataFrame) -> pl.DataFrame:
        """Mark where each record stands: first of all, after which others, outside the message."""
        kenmerk, heel = pl.col("kenmerk"), pl.col("heel")
        is_kop = kenmerk == "01"

        def eerder(soort: pl.Expr, al_gezien: bool) -> pl.Expr:
            return soort.cum_max().shift(1, fill_value=False) | al_gezien

        na_slot = eerder((kenmerk == "99") & heel, self._na_slot)
        return records.with_columns(
            eerste=(pl.int_range(pl.len()) == 0) & (not self._begonnen),
            na_kop=eerder(is_kop, self._kop_gezien),
            na_ouder=eerder(is_ouder(), self._ouder_gezien),
            na_slot=na_slot,
            eerste_na_slot=na_slot & ~na_slot.shift(1, fill_value=self._na_slot),
            buiten=(is_kop & na_slot).cum_max() | self._buiten,
        )

    def _volgorde(self, records: pl.DataFrame) -> list[pl.DataFrame]:
        kenmerk = pl.col("kenmerk")
        fout = (
            pl.when(pl.col("eerste") & (kenmerk != "01"))
            .then(
                zin(
                    "Het bericht begint met record '{}'; het voorlooprecord (01) moet het eerste zijn.",
                    kenmerk,
                )
            )
            .when(kenmerk == "03")
            .then(pl.lit("Debiteurrecord (03) hoort niet in een bericht aan het zorgkantoor."))
            .when(~kenmerk.is_in(SOORTEN))
            .then(zin("Recordsoort '{}' bestaat niet in AW319; kies 01, 02, 04, 98 of 99.", kenmerk))
            .when((kenmerk == "01") & pl.col("na_kop"))
            .then(pl.lit("Tweede voorlooprecord; zet één bericht in een bestand."))
            .when(pl.col("na_slot") & (pl.col("eerste_na_slot") | (kenmerk == "04")))
            .then(zin("Record {} staat na het sluitrecord (99), dat het laatste moet zijn.", kenmerk))
            .when((kenmerk == "04") & ~pl.col("na_ouder"))
            .then(pl.lit("Prestatierecord zonder verzekerdenrecord (02) erboven."))
        )
        te_lezen = records.with_columns(fout=fout).filter("heel")
        return meldingen(te_lezen, pl.col("fout").is_not_null(), "AW-8026", pl.col("fout"), record=kenmerk)

    def _onthoud(self, records: pl.DataFrame) -> None:
        heel = records.filter("heel")
        slot = heel.filter(kenmerk="99").select("regel", "regelnummer")
        if slot.height and self.slot is None:
            self.slot, self.slotregel = slot.row(0)
        self.onbekend += heel.filter(~pl.col("kenmerk").is_in(SOORTEN)).height
        self._begonnen = True
        self._kop_gezien |= "01" in records["kenmerk"]
        self._ouder_gezien |= records.select(is_ouder().any()).item()
        self._na_slot |= slot.height > 0
        self._buiten |= records["buiten"][-1]

    def _identificatie(self, records: pl.DataFrame, volgnummer: pl.Expr, genummerd: pl.Expr) -> list[pl.DataFrame]:
        """Detail identification: the number of detail records so far, plus a deviation that stays what it is.

        A number that jumps is one finding. So is a single wrong number, as the next record returns to the
        deviation that two records in a row had. A record that cannot be read counts, but is not compared.
        """
        identificatie = self.indeling.rubrieken("02")["identificatie"]
        tabel = records.select(
            "regelnummer",
            identificatie.uit("regel").cast(pl.Int64, strict=False),
            volgnummer=volgnummer + self.details,
            genummerd=genummerd,
        )
        self.details = tabel["volgnummer"][-1]
        tabel = tabel.filter("genummerd").with_columns(afwijking=pl.col("identificatie") - pl.col("volgnummer"))
        in_de_pas = (tabel["afwijking"] == self._vaste_afwijking).all(ignore_nulls=False)
        if not tabel.height or (in_de_pas and self._afwijking == self._vaste_afwijking):
            return []
        return self._sprongen(tabel)

    def _sprongen(self, tabel: pl.DataFrame) -> list[pl.DataFrame]:
        afwijking, vorige, vaste = pl.col("afwijking"), pl.col("vorige"), pl.col("vaste")
        tabel = tabel.with_columns(
            vorige=afwijking.shift(1, fill_value=pl.lit(self._afwijking, pl.Int64)),
        ).with_columns(
            vaste=pl.when(afwijking == vorige).then(afwijking).forward_fill().fill_null(self._vaste_afwijking),
        )
        tabel = tabel.with_columns(verwacht=pl.col("volgnummer") + vaste.shift(1, fill_value=self._vaste_afwijking))
        self._afwijking, self._vaste_afwijking = tabel.select("afwijking", "vaste").row(-1)
        nummer, verwacht = pl.col("identificatie"), pl.col("verwacht")
        fout = nummer.is_null() | (afwijking.ne_missing(vorige) & (nummer != verwacht))
        staat = (
            pl.when(nummer.is_between(0, GROOTSTE_IDENTIFICATIE))
            .then(zin("is {}", nummer))
            .otherwise(pl.lit("is geen volgnummer"))
        )
        tekst = zin("Identificatie detailrecord {}; verwacht {}.", staat, verwacht)
        return meldingen(tabel, fout, "AW-0801", tekst, verwacht=verwacht)


def is_ouder() -> pl.Expr:
    """Records that own the performance records below: insured records, and damaged ones that may be one."""
    kenmerk = pl.col("kenmerk")
    return (kenmerk == "02") | (~pl.col("heel") & ~kenmerk.is_in(["01", "04", "98", "99"]))


def slotmeldingen(verloop: Verloop) -> list[pl.DataFrame]:
    """Controls on the closing record, when the whole message has been followed."""
    if verloop.slot is None:
        tekst = "Er is geen leesbaar sluitrecord (99); aantallen en totaalbedrag zijn niet te controleren."
        return [een_melding("AW-0208", None, tekst)]
    velden = verloop.indeling.rubrieken("99")
    gevonden = []
    geteld = [
        ("AW-0151", "aantal_verzekerden", "Aantal verzekerdenrecords", verloop.aantallen.get("02", 0)),
        ("AW-0157", "aantal_debiteuren", "Aantal debiteurrecords", verloop.aantallen.get("03", 0)),
        ("AW-0158", "aantal_prestaties", "Aantal prestatierecords", verloop.aantallen.get("04", 0)),
        ("AW-0153", "aantal_commentaren", "Aantal commentaarrecords", verloop.aantallen.get("98", 0)),
        ("AW-0156", "aantal_details", "Totaal aantal detailrecords", verloop.details),
    ]
    for regel_id, naam, titel, aantal in geteld:
        rubriek = velden[naam]
        waarde = rubriek.van(verloop.slot)
        if not is_getal(waarde) or int(waarde) != aantal:
            past = aantal < 10**rubriek.lengte
            tekst = f"{titel} ({rubriek.nummer}) is '{waarde}'; in het bericht staan er {aantal}."
            tekst += "" if past else " Dat past niet in het veld: splits het bericht."
            gevonden.append(een_melding(regel_id, verloop.slotregel, tekst, waarde=waarde, geteld=aantal))
    if not verloop.aantallen.get("04"):
        tekst = "Het bericht heeft geen enkel prestatierecord (04); er is niets gedeclareerd."
        gevonden.append(een_melding("AW-8026", None, tekst, record="04"))
    return gevonden + _totaalmelding(verloop, verloop.slot)


def _totaalmelding(verloop: Verloop, slot: str) -> list[pl.DataFrame]:
    velden = verloop.indeling.rubrieken("99")
    # In a record that is not what it seems, a bsn may stand there.
    waarde, teken = gemaskeerd(velden["totaalbedrag"].van(slot)), velden["debet_credit"].van(slot)
    hoort = "C" if verloop.totaal < 0 else "D"
    goed = is_getal(waarde) and int(waarde) == abs(verloop.totaal) and teken == hoort
    if goed or not verloop.totaal_bekend:
        return []
    staat = f"{_euro(int(waarde))} {teken}" if is_getal(waarde) else f"'{waarde}' {teken}"
    tekst = (
        f"Totaal declaratiebedrag ({velden['totaalbedrag'].nummer}) is {staat};"
        f" de prestatierecords tellen op tot {_euro(abs(verloop.totaal))} {hoort}."
    )
    gegevens = {"waarde": waarde, "debet_credit": teken, "geteld_cent": verloop.totaal}
    return [een_melding("AW-0150", verloop.slotregel, tekst, **gegevens)]


def _euro(cent: int) -> str:
    return f"€ {cent // 100:,}".replace(",", ".") + f",{cent % 100:02d}"


def met_teken() -> pl.Expr:
    """Declaratiebedrag in cents, negative for credit: by debet_credit_2, or else by debet_credit."""
    teken = pl.coalesce(_teken("debet_credit_2"), _teken("debet_credit"), pl.lit(1))
    return teken * pl.col("declaratiebedrag")


def _teken(kolom: str) -> pl.Expr:
    return pl.col(kolom).replace_strict({"D": 1, "C": -1}, default=None, return_dtype=pl.Int64)

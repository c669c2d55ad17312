"""The result as the return message AW320: every record that was sent, with its retourcodes and amounts granted.

Only a rejection gives a retourcode; a signaal or an accepted finding rejects nothing, so its line is granted. The
amount calculated is the amount granted, as the check computes no tariff: what was declared, or zero for a rejected
line. The message that was sent is read again, block by block, so that its records return byte for byte; a damaged one
is cut or padded to its length. The closing record is our own and counts what the return message holds.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

import polars as pl

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.contract.berichten import Indeling, edities, indeling
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.diensten.totalen import netto
from wlz_declaratie.inlezen import TABULAIR
from wlz_declaratie.inlezen.aw319.bestand import Records, lees_blokken
from wlz_declaratie.inlezen.aw319.kop import zoek_kop
from wlz_declaratie.inlezen.aw320.indeling import CODES, NIETS_OP_TE_MERKEN
from wlz_declaratie.rapport.schrijven import Uitvoerfout, controleer_doel, vervangend

FAMILIES_EERST = ("AW", "INL", "VLD")
"""Weight of a finding: the message first, then what could not be read, then fields; then by rule id."""
ONLEESBAAR = "0001"
"""Retourcode of a damaged record on which nothing was found, as when its controls were not selected."""
EINDE = "\r\n"


def controleer_opdracht(doel: Path, bestanden: Sequence[Path], andere: Iterable[Path]) -> None:
    """Refuse, before any work is done, what cannot give a return message in ``doel``.

    ``andere`` are the other files of the command, none of which it may overwrite.
    """
    if len(bestanden) != 1:
        raise Gebruikersfout(
            f"--aw320 beantwoordt één AW319-bericht; dit zijn er {len(bestanden)}. Controleer ze een voor een."
        )
    if bestanden[0].suffix.lower() in TABULAIR:
        raise _geen_bericht(str(bestanden[0]))
    if doel.resolve() in {pad.resolve() for pad in (*bestanden, *andere)}:
        raise Uitvoerfout(f"{doel}: dit bestand noem je ook voor iets anders. Kies een andere naam voor het AW320.")
    controleer_doel(doel)


def schrijf(uitslag: Uitslag, doel: Path) -> None:
    """Write the return message for the one AW319 message of ``uitslag`` to ``doel``, whole or not at all.

    Raises Gebruikersfout when the input is no AW319 message or changed since it was read, and Uitvoerfout when a
    count or total does not fit its field, or when a rule crashed: its lines would come out as granted.
    """
    bericht = uitslag.bestanden[0]
    if bericht.soort != "aw319" or bericht.pad is None:
        raise _geen_bericht(bericht.naam)
    if vastgelopen := [status.regel.id for status in uitslag.regels if status.status == "fout"]:
        raise Uitvoerfout(
            f"{doel}: niet geschreven, want {', '.join(vastgelopen)} liep vast en zou ongetoetste declaratieregels "
            f"toekennen. Herhaal de controle met --negeer {','.join(vastgelopen)}."
        )
    with vervangend(doel) as tijdelijk, tijdelijk.open("r+b") as naar:
        _Retour(uitslag, bericht.pad).schrijf(naar)


def _geen_bericht(bestand: str) -> Gebruikersfout:
    return Gebruikersfout(f"{bestand}: --aw320 beantwoordt een AW319-bericht. Geef dat bericht, of laat --aw320 weg.")


class _Retour:
    def __init__(self, uitslag: Uitslag, bron: Path) -> None:
        self._uitslag, self._bron = uitslag, bron
        self._kop = zoek_kop(bron, str(bron))
        self._heen = self._kop.indeling
        self._terug = _retour_bij(self._heen, bron)
        self._kop_overgeslagen = False
        self._afkeur = _naar_gewicht(uitslag.geldend)
        self._regels = _regels(uitslag, self._afkeur)
        self._per_record = _codes(self._afkeur.filter(pl.col("rij").is_null()), "regelnummer")
        self._beantwoord: set[int] = set()
        self._aantallen: Counter[str] = Counter()
        self._gezien = 0

    def schrijf(self, naar: BinaryIO) -> None:
        # The header holds what no record further on can hold, so its place is kept until the end.
        naar.write(bytes(self._terug.recordlengte + len(EINDE)))
        som, records = hashlib.sha256(), Records(self._heen.recordlengte)
        for blok in lees_blokken(self._bron, self._kop.regeleinde, self._heen.recordlengte, som):
            naar.write(self._beantwoord_blok(records.uit(blok)))
        if som.hexdigest() != self._uitslag.bestanden[0].sha256:
            raise self._veranderd()
        naar.write(f"{self._slot()}{EINDE}".encode("latin-1"))
        naar.seek(0)
        naar.write(self._koprecord())

    def _beantwoord_blok(self, records: pl.DataFrame) -> bytes:
        records = records.with_columns(kenmerk=pl.col("regel").str.slice(0, 2)).with_row_index("plaats")
        is_regel = pl.col("heel") & (pl.col("kenmerk") == "04")
        prestaties = records.filter(is_regel)
        regels = self._regels.slice(self._gezien, prestaties.height)
        if regels.height != prestaties.height:
            raise self._veranderd()
        self._gezien += regels.height
        prestaties = prestaties.hstack(regels)
        andere = self._zonder_kop(records.filter(~is_regel & (pl.col("kenmerk") != "99")))
        andere = andere.join(self._per_record, on="regelnummer", how="left", maintain_order="left")
        self._beantwoord.update(andere.filter(pl.col(CODES[0]).is_not_null())["regelnummer"])
        samen = pl.concat([prestaties, andere], how="diagonal").sort("plaats")
        for kenmerk, aantal in samen["kenmerk"].value_counts().iter_rows():
            self._aantallen[kenmerk] += aantal
        return self._retour(samen)

    def _retour(self, records: pl.DataFrame) -> bytes:
        """Rows with regel, kenmerk, heel, CODES and, for a line, toegekend (cents) and debet_credit, as records."""
        leeg = pl.when("heel").then(pl.lit(NIETS_OP_TE_MERKEN)).otherwise(pl.lit(ONLEESBAAR))
        bedrag, teken = pl.col("toegekend").fill_null(0), pl.col("debet_credit").fill_null("D")
        velden = records.with_columns(
            pl.col(CODES[0]).fill_null(leeg),
            berekend_bedrag=bedrag,
            berekend_debet_credit=teken,
            toegekend_bedrag=bedrag,
            toegekend_debet_credit=teken,
            referentie=pl.lit(self._referentie()),
            datum_retour=pl.lit(f"{self._uitslag.peildatum:%Y%m%d}"),
            reserve_retour=pl.lit(""),
        )
        kenmerk = pl.col("kenmerk")
        staart = (
            pl.when(kenmerk == "04")
            .then(self._staart("04"))
            .when(kenmerk == "01")
            .then(self._staart("01"))
            .otherwise(self._staart("02"))
        )
        tekst = velden.select(pl.concat_str(self._overgenomen(), staart, pl.lit(EINDE)).str.join("")).item()
        return str(tekst).encode("latin-1")

    def _overgenomen(self) -> pl.Expr:
        """A record as it was sent, cut or padded to its length; a header with the code of this message."""
        lengte, regel, code = self._heen.recordlengte, pl.col("regel"), self._terug.rubrieken("01")["bericht"]
        heel = regel.str.slice(0, lengte).str.pad_end(lengte)
        na_code = heel.str.slice(code.begin + code.lengte)
        kop = pl.concat_str(heel.str.slice(0, code.begin), pl.lit(self._terug.bericht), na_code)
        return pl.when(pl.col("kenmerk") == "01").then(kop).otherwise(heel)

    def _staart(self, record: str) -> pl.Expr:
        """What stands behind a record of this type, from columns with the names of its fields."""
        delen = []
        for veld in self._terug.rubrieken(record).values():
            if veld.begin >= self._heen.recordlengte:
                tekst = pl.col(veld.naam).cast(pl.String).fill_null("")
                delen.append(tekst.str.zfill(veld.lengte) if veld.type == "N" else tekst.str.pad_end(veld.lengte))
        return pl.concat_str(delen)

    def _veranderd(self) -> Gebruikersfout:
        return Gebruikersfout(f"{self._bron}: het bestand is tijdens de controle veranderd. Controleer het opnieuw.")

    def _zonder_kop(self, records: pl.DataFrame) -> pl.DataFrame:
        if self._kop_overgeslagen:
            return records
        kop = records.filter(kenmerk="01", regelnummer=self._kop.regelnummer)["plaats"].head(1)
        self._kop_overgeslagen = not kop.is_empty()
        return records.filter(~pl.col("plaats").is_in(kop.implode()))

    def _koprecord(self) -> bytes:
        """The header, with what was found on it, on the message as a whole and on records that do not return."""
        op_kop = pl.col("regelnummer") == self._kop.regelnummer
        elders = ~pl.col("regelnummer").is_in(list(self._beantwoord)) & pl.col("rij").is_null()
        gevonden = self._afkeur.filter(op_kop | elders | pl.col("regelnummer").is_null())
        kop = pl.DataFrame({"regel": [self._kop.record], "kenmerk": ["01"], "heel": [True], "nul": [0]})
        kop = kop.join(_codes(gevonden.with_columns(nul=pl.lit(0, pl.Int64)), "nul"), on="nul", how="left")
        return self._retour(kop.with_columns(toegekend=pl.lit(None, pl.Int64), debet_credit=pl.lit(None, pl.String)))

    def _referentie(self) -> str:
        factuurnummer = self._heen.rubrieken("01")["factuurnummer"].van(self._kop.record).strip()
        return f"AW320-{factuurnummer}" if factuurnummer else "AW320"

    def _slot(self) -> str:
        telling, aantallen = self._uitslag.samenvatting, self._aantallen
        waarden: dict[str, str | int] = {
            "kenmerk": "99",
            "aantal_verzekerden": aantallen["02"],
            "aantal_debiteuren": aantallen["03"],
            "aantal_prestaties": aantallen["04"],
            "aantal_commentaren": aantallen["98"],
            "aantal_details": aantallen.total() - aantallen["01"],
            "totaal_ingediend": abs(telling.bedrag_cent),
            "ingediend_debet_credit": _debet_credit(telling.bedrag_cent),
            "totaal_toegekend": abs(telling.goedgekeurd_cent),
            "toegekend_debet_credit": _debet_credit(telling.goedgekeurd_cent),
            "reserve": "",
        }
        velden = self._terug.rubrieken("99")
        for naam, waarde in waarden.items():
            if len(str(waarde)) > velden[naam].lengte:
                raise Uitvoerfout(
                    f"{self._bron}: {naam} is {waarde}; dat past niet in het sluitrecord van een AW320. "
                    "Splits het bericht of laat --aw320 weg."
                )
        return "".join(
            str(waarden[naam]).zfill(veld.lengte) if veld.type == "N" else str(waarden[naam]).ljust(veld.lengte)
            for naam, veld in velden.items()
        )


def _retour_bij(heen: Indeling, bron: Path) -> Indeling:
    """The layout of the return message to a declaration of this version."""
    try:
        return indeling("aw320", heen.editie)
    except LookupError:
        raise Gebruikersfout(
            f"{bron}: bij AW319 v{heen.editie} is geen AW320 bekend, alleen bij v{edities('aw320', ' en v')}. "
            "Laat --aw320 weg."
        ) from None


def _naar_gewicht(bevindingen: pl.DataFrame) -> pl.DataFrame:
    """The rejections, heaviest first."""
    familie = pl.col("regel_id").str.split("-").list.first()
    gewicht = familie.replace_strict(
        {naam: plaats for plaats, naam in enumerate(FAMILIES_EERST)}, default=len(FAMILIES_EERST), return_dtype=pl.Int8
    )
    afkeur = bevindingen.filter(pl.col("ernst") == "afkeur").select("rij", "regelnummer", "regel_id", "retourcode")
    return afkeur.with_columns(gewicht=gewicht).sort("gewicht", "regel_id", maintain_order=True)


def _codes(afkeur: pl.DataFrame, sleutel: str) -> pl.DataFrame:
    """The first three distinct retourcodes per ``sleutel``, in the order of ``afkeur``."""
    lijst = pl.col("retourcode").drop_nulls().unique(maintain_order=True)
    return (
        afkeur.filter(pl.col(sleutel).is_not_null())
        .group_by(sleutel)
        .agg(lijst)
        .select(
            sleutel,
            *(pl.col("retourcode").list.get(plaats, null_on_oob=True).alias(naam) for plaats, naam in enumerate(CODES)),
        )
    )


def _regels(uitslag: Uitslag, afkeur: pl.DataFrame) -> pl.DataFrame:
    """Of each line, in order: its codes (null where it is granted), debet_credit and amount granted in cents."""
    codes = _codes(afkeur, "rij").with_columns(afgekeurd=pl.lit(True))
    return (
        uitslag.breed.select("rij", "debet_credit", bedrag=netto().abs())
        .collect()
        .sort("rij")
        .join(codes, on="rij", how="left", maintain_order="left")
        .select(
            *CODES,
            debet_credit=pl.when(pl.col("debet_credit") == "C").then(pl.lit("C")).otherwise(pl.lit("D")),
            toegekend=pl.when(pl.col("afgekeurd").is_null()).then("bedrag").otherwise(0),
        )
    )


def _debet_credit(cent: int) -> str:
    return "C" if cent < 0 else "D"

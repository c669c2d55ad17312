"""The result as an XLSX workbook for whoever repairs the lines.

Every text is written as text: nothing that a declarant puts in a field can become a formula.
"""

from __future__ import annotations

import io
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from wlz_declaratie import __version__
from wlz_declaratie.basis.werkmap import werkmap
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.rapport import opmaak, statistiek, tabel
from wlz_declaratie.rapport.catalogus import geldigheid, secties
from wlz_declaratie.rapport.weergave import Weergave

PLAT = {
    "constant_memory": True, "use_zip64": True,
    "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
}  # fmt: skip
"""Options of the library: row by row, and a text is a text."""
BLADREGELS = 1_048_575
"""Findings on one sheet: all its rows but the header."""
BLOK = 20_000
"""Findings turned into Python values at a time."""
REGELHOOGTE = 15
"""Height of a line of text, in points."""
NUL_DATUM = date(1899, 12, 30)
"""Day 0 of a workbook; days before 1 March 1900 it counts wrongly, so that those go in as text."""
EERSTE_DATUM = date(1900, 3, 1)


@dataclass(frozen=True)
class Kolom:
    """A column of a sheet; ``soort`` is tekst, getal, euro or datum, ``breedte`` in characters."""

    kop: str
    breedte: int
    soort: str = "tekst"
    omloop: bool = False


BEVINDING = {
    "regel_id": Kolom("Regel", 9),
    "titel": Kolom("Wat is er", 26, omloop=True),
    "ernst": Kolom("Ernst", 9),
    "stand": Kolom("Stand", 9),
    "melding": Kolom("Melding", 40, omloop=True),
    "wat_te_doen": Kolom("Wat te doen", 44, omloop=True),
    "regelnummer": Kolom("Regel nr.", 9, "getal"),
    "referentienummer": Kolom("Referentienummer", 20),
    "bsn": Kolom("Bsn", 12),
    "prestatiecode": Kolom("Prestatie", 10),
    "begindatum": Kolom("Begindatum", 12, "datum"),
    "einddatum": Kolom("Einddatum", 12, "datum"),
    "uitvoerder": Kolom("Uitvoerder", 12),
    "declaratiebedrag_cent": Kolom("Declaratiebedrag", 17, "euro"),
    "retourcode": Kolom("Code", 8),
    "bestand": Kolom("Bestand", 24, omloop=True),
    "gegevens": Kolom("Gegevens", 40),
}
"""Columns of the sheet with findings, the ones that a clerk needs first on the left."""

REGEL = (
    Kolom("Regel", 9),
    Kolom("Titel", 40, omloop=True),
    Kolom("Status", 17),
    Kolom("Reden", 40, omloop=True),
    Kolom("Afkeur", 9, "getal"),
    Kolom("Bedrag afkeur", 16, "euro"),
    Kolom("Signaal", 9, "getal"),
    Kolom("Bedrag signaal", 16, "euro"),
    Kolom("Retourcodes", 18),
    Kolom("Bronnen", 22, omloop=True),
    Kolom("Geldig", 26),
    Kolom("Wat te doen", 60, omloop=True),
)


def schrijf(uitslag: Uitslag, pad: Path, weergave: Weergave) -> None:
    """Write the workbook. Raises OSError when the disk refuses."""
    # The archive is made in memory: on a full disk its own clean-up would write again, and complain on stderr.
    archief = io.BytesIO()
    with werkmap() as map_:
        boek = Werkboek(archief, str(map_), uitslag.peildatum)
        _vul(boek, uitslag, weergave)
        boek.sluit()
    with pad.open("wb") as naar:
        naar.write(archief.getbuffer())


def _vul(boek: Werkboek, uitslag: Uitslag, weergave: Weergave) -> None:
    telling = statistiek.getoond(statistiek.bereken(uitslag), weergave.toon_bsn)
    _samenvatting(boek, uitslag)
    _bevindingen(boek, "Bevindingen", tabel.bevindingen(uitslag, toon_bsn=weergave.toon_bsn), uitslag)
    if uitslag.basislijn:
        verdwenen = opmaak.getoond(uitslag.basislijn.verdwenen, weergave.toon_bsn)
        _bevindingen(boek, "Verdwenen", verdwenen, uitslag)
    _regels(boek, uitslag, telling.per_regel)
    if weergave.statistiek:
        _per_groep(boek, "Uitvoerders", "Uitvoerder", telling.per_uitvoerder)
        _per_groep(boek, "Maanden", "Maand van begindatum", telling.per_maand)


class Werkboek:
    """A workbook that is written row by row, each sheet before the next."""

    def __init__(self, naar: io.BytesIO, map_: str, dag: date) -> None:
        self._boek = xlsxwriter.Workbook(naar, {**PLAT, "tmpdir": map_})
        self._boek.set_properties(
            {
                "title": "Uitslag van declaratie controleer",
                "author": f"declaratie {__version__}",
                "created": datetime.combine(dag, time()),
            }
        )
        boven = {"valign": "top"}
        rechts = {**boven, "align": "right", "indent": 1}  # clear of the text in the next column
        self.kop = self._boek.add_format(
            {"bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF", "text_wrap": True, "valign": "vcenter"}
        )
        self.titel = self._boek.add_format({"bold": True, "font_size": 14})
        self.tussenkop = self._boek.add_format({"bold": True, "font_size": 12, "bottom": 1})
        self.getalkop = self._boek.add_format(
            {"bold": True, "font_size": 12, "bottom": 1, "align": "right", "indent": 1}
        )
        self.vormen = {
            "tekst": self._boek.add_format(boven),
            "ingesprongen": self._boek.add_format({**boven, "indent": 1}),
            "omloop": self._boek.add_format({**boven, "text_wrap": True}),
            "getal": self._boek.add_format({**rechts, "num_format": "#,##0"}),
            "euro": self._boek.add_format({**rechts, "num_format": '"€" #,##0.00;[Red]"€" -#,##0.00'}),
            "datum": self._boek.add_format({**boven, "num_format": "dd-mm-yyyy", "align": "left"}),
        }

    def vorm(self, kolom: Kolom) -> Any:
        """How the cells of a column look."""
        return self.vormen["omloop" if kolom.omloop else kolom.soort]

    def blad(self, naam: str, *, liggend: bool = True) -> Any:
        """A new sheet, set up to print on the width of one page."""
        blad = self._boek.add_worksheet(naam)
        if liggend:
            blad.set_landscape()
        blad.set_paper(9)
        blad.fit_to_pages(1, 0)
        blad.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        blad.set_footer("&L&A&RBlad &P van &N")
        return blad

    def tabelblad(self, naam: str, kolommen: Sequence[Kolom], rijen: int) -> Any:
        """A new sheet with a frozen header that filters ``rijen`` rows."""
        blad = self.blad(naam)
        for nummer, kolom in enumerate(kolommen):
            blad.set_column(nummer, nummer, kolom.breedte, self.vorm(kolom))
        blad.freeze_panes(1, 0)
        blad.repeat_rows(0)
        blad.autofilter(0, 0, rijen, len(kolommen) - 1)
        blad.ignore_errors({"number_stored_as_text": f"A1:{_letter(len(kolommen) - 1)}{rijen + 1}"})
        blad.set_row(0, 30)
        for nummer, kolom in enumerate(kolommen):
            blad.write_string(0, nummer, kolom.kop, self.kop)
        return blad

    def schrijvers(self, blad: Any, kolommen: Sequence[Kolom]) -> list[Callable[[int, int, Any], None]]:
        """For each column what writes one of its values: row, column, value; nothing for an empty one."""

        def tekst(vorm: Any) -> Callable[[int, int, Any], None]:
            return lambda rij, nummer, waarde: blad.write_string(rij, nummer, celtekst(waarde), vorm)

        def getal(vorm: Any) -> Callable[[int, int, Any], None]:
            return lambda rij, nummer, waarde: blad.write_number(rij, nummer, waarde, vorm)

        def euro(vorm: Any) -> Callable[[int, int, Any], None]:
            return lambda rij, nummer, waarde: blad.write_number(rij, nummer, waarde / 100, vorm)

        def datum(vorm: Any) -> Callable[[int, int, Any], None]:
            def schrijf_datum(rij: int, nummer: int, waarde: date) -> None:
                if waarde < EERSTE_DATUM:
                    blad.write_string(rij, nummer, opmaak.datum(waarde), vorm)
                else:
                    blad.write_number(rij, nummer, (waarde - NUL_DATUM).days, vorm)

            return schrijf_datum

        soorten = {"tekst": tekst, "getal": getal, "euro": euro, "datum": datum}
        return [soorten[kolom.soort](self.vorm(kolom)) for kolom in kolommen]

    def sluit(self) -> None:
        """Put the archive together. Raises OSError when the disk refuses."""
        try:
            self._boek.close()
        except FileCreateError as fout:
            # The frames hold the half archive, whose clean-up would complain on stderr.
            traceback.clear_frames(fout.args[0].__traceback__)
            raise fout.args[0] from None


def celtekst(waarde: str) -> str:
    """The text as it can stand in a cell: one that looks like rich text would go in as markup, unescaped."""
    return f"{waarde} " if waarde.startswith("<r>") and waarde.endswith("</r>") else waarde


def _letter(nummer: int) -> str:
    return xlsxwriter.utility.xl_col_to_name(nummer)  # type: ignore[no-any-return]


def _schrijf_rijen(boek: Werkboek, blad: Any, kolommen: Sequence[Kolom], rijen: Iterable[Sequence[Any]]) -> None:
    schrijvers = boek.schrijvers(blad, kolommen)
    omlopend = [(nummer, kolom.breedte) for nummer, kolom in enumerate(kolommen) if kolom.omloop]
    for rij, waarden in enumerate(rijen, start=1):
        # Told, for not every program works out the height of wrapped text by itself.
        regels = max((-(-len(waarden[nummer] or "") // breedte) for nummer, breedte in omlopend), default=1)
        if regels > 1:
            blad.set_row(rij, REGELHOOGTE * regels)
        for nummer, waarde in enumerate(waarden):
            if waarde is not None:
                schrijvers[nummer](rij, nummer, waarde)


def _bladnamen(naam: str, aantal: int) -> list[str]:
    """The sheets for so many findings: numbered from the second on."""
    return [naam if nummer == 1 else f"{naam} {nummer}" for nummer in range(1, max(-(-aantal // BLADREGELS), 1) + 1)]


def _bevindingen(boek: Werkboek, naam: str, bevindingen: pl.DataFrame, uitslag: Uitslag) -> None:
    regels = {status.regel.id: status.regel for status in uitslag.regels}
    bekend = list(regels)
    per_regel = pl.DataFrame(
        {
            "regel_id": bekend,
            "titel": [regels[regel_id].titel for regel_id in bekend],
            "wat_te_doen": [secties(regels[regel_id]).get("Wat te doen") for regel_id in bekend],
        },
        schema=dict.fromkeys(("regel_id", "titel", "wat_te_doen"), pl.String),
    )
    volledig = bevindingen.join(per_regel, on="regel_id", how="left", maintain_order="left")
    namen = [kolom for kolom in BEVINDING if kolom in volledig.columns]
    kolommen = [BEVINDING[kolom] for kolom in namen]
    volledig = volledig.select(namen)
    for nummer, bladnaam in enumerate(_bladnamen(naam, volledig.height)):
        deel = volledig.slice(nummer * BLADREGELS, BLADREGELS)
        blad = boek.tabelblad(bladnaam, kolommen, deel.height)
        blad.print_area(0, 0, deel.height, len(kolommen) - 2)  # gegevens are for programs
        _schrijf_rijen(boek, blad, kolommen, (rij for blok in deel.iter_slices(BLOK) for rij in blok.iter_rows()))


def _regels(boek: Werkboek, uitslag: Uitslag, per_regel: pl.DataFrame) -> None:
    centen = {rij["regel_id"]: rij for rij in per_regel.iter_rows(named=True)}
    rijen = []
    for status in uitslag.regels:
        regel, cent = status.regel, centen.get(status.regel.id, {})
        rijen.append(
            (
                regel.id, regel.titel, status.status, status.reden,
                status.afkeur, cent.get("afkeur_cent", 0), status.signaal, cent.get("signaal_cent", 0),
                " ".join(regel.retourcodes) or None, ", ".join(regel.parameters.bronnen), geldigheid(regel),
                secties(regel).get("Wat te doen"),
            )
        )  # fmt: skip
    _schrijf_rijen(boek, boek.tabelblad("Regels", REGEL, len(rijen)), REGEL, rijen)


def _per_groep(boek: Werkboek, naam: str, kop: str, groepen: pl.DataFrame) -> None:
    kolommen = (
        Kolom(kop, 22), Kolom("Regels", 11, "getal"), Kolom("Bedrag", 18, "euro"), Kolom("Afgekeurd", 11, "getal"),
        Kolom("Afgekeurd bedrag", 18, "euro"), Kolom("Met signaal", 12, "getal"), Kolom("Bevindingen", 13, "getal"),
    )  # fmt: skip
    groepen = groepen.with_columns(pl.first().fill_null("onbekend")).head(BLADREGELS)
    _schrijf_rijen(boek, boek.tabelblad(naam, kolommen, groepen.height), kolommen, groepen.iter_rows())


def _samenvatting(boek: Werkboek, uitslag: Uitslag) -> None:
    """Label, count, euros; texts that are long stand in the second column."""
    blad = boek.blad("Samenvatting", liggend=False)
    for nummer, breedte in enumerate((26, 18, 20, 20)):
        blad.set_column(nummer, nummer, breedte)
    tekst, getal, euro = (boek.vormen[soort] for soort in ("tekst", "getal", "euro"))
    rij = 0

    def regel(naam: str, *waarden: str | tuple[float, Any]) -> None:
        nonlocal rij
        blad.write_string(rij, 0, naam, tekst)
        for nummer, waarde in enumerate(waarden, start=1):
            if isinstance(waarde, str):
                blad.write_string(rij, nummer, celtekst(waarde), boek.vormen["ingesprongen"])
            else:
                blad.write_number(rij, nummer, *waarde)
        rij += 1

    def kop(*namen: str) -> None:
        nonlocal rij
        rij += 1
        for nummer in range(4):
            naam = namen[nummer] if nummer < len(namen) else ""
            blad.write_string(rij, nummer, naam, boek.tussenkop if nummer in (0, 3) else boek.getalkop)
        rij += 1

    blad.write_string(0, 0, "Controle van Wlz-declaraties", boek.titel)
    rij = 1
    regel("Peildatum", opmaak.datum(uitslag.peildatum))
    regel("Gemaakt door", f"declaratie {__version__}")
    namen = _bladnamen("Bevindingen", uitslag.bevindingen.height)
    if len(namen) > 1:
        regel(
            "Let op",
            f"Een blad houdt {opmaak.getal(BLADREGELS)} bevindingen; de {opmaak.getal(uitslag.bevindingen.height)} "
            f"bevindingen staan op {len(namen)} bladen, {namen[0]} tot en met {namen[-1]}.",
        )
    for opmerking in uitslag.opmerkingen:
        regel("Let op", opmerking)
    telling = uitslag.samenvatting
    kop("Totalen", "Regels", "Bedrag")
    regel("Ingediend", (telling.regels, getal), (telling.bedrag_cent / 100, euro))
    regel("Goedgekeurd", (telling.goedgekeurd, getal), (telling.goedgekeurd_cent / 100, euro))
    regel("Afgekeurd", (telling.afgekeurd, getal), (telling.afgekeurd_cent / 100, euro))
    regel("Met signaal", (telling.met_signaal, getal))
    regel("Onleesbaar", (telling.onleesbaar, getal))
    regel("Bevindingen", (uitslag.bevindingen.height, getal))
    if uitslag.basislijn:
        kop("Vergeleken met eerder", "Aantal")
        regel("Basislijn", uitslag.basislijn.bestand)
        stand = uitslag.bevindingen["stand"]
        regel("Nieuw", (int((stand == "nieuw").sum()), getal))
        regel("Bekend", (int((stand == "bekend").sum()), getal))
        regel("Verdwenen", (uitslag.basislijn.verdwenen.height, getal))
        regel("Niet opnieuw getoetst", (uitslag.basislijn.niet_getoetst, getal))
    kop("Bestanden", "Regels", "Onleesbaar", "Soort")
    for bestand in uitslag.bestanden:
        regel(bestand.naam, (bestand.aantal, getal), (bestand.onleesbaar, getal), bestand.soort.upper())
    kop("Regels van de catalogus", "Aantal")
    for status in ("uitgevoerd", "deels uitgevoerd", "niet uitgevoerd", "fout"):
        regel(status.capitalize(), (sum(s.status == status for s in uitslag.regels), getal))
    kop("Codetabellen")
    for editie in uitslag.edities:
        regel(editie.naam, f"geldt {opmaak.periode(editie.van, editie.tot)}")

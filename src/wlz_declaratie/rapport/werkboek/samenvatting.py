"""The first sheet: totals, files, rules and code tables."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from wlz_declaratie import __version__
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.diensten.telling import is_aanvaard
from wlz_declaratie.rapport import opmaak
from wlz_declaratie.rapport.herkomst import van_wie
from wlz_declaratie.rapport.instellingen import in_kop
from wlz_declaratie.rapport.werkboek.bladen import BLADREGELS
from wlz_declaratie.rapport.werkboek.boek import Formule, Tabel, Werkboek, celtekst

BREEDTEN = 30, 18, 20, 20
"""Of label, count, euros and kind; texts that are long stand in the second column."""

Getal = tuple[float | Formule, str]
"""A number, or the formula that gives it, and which of `Werkboek.vormen` it has."""


@dataclass(frozen=True)
class Bladen:
    """Where the tables stand of which this sheet gives the totals."""

    bevindingen: list[Tabel]
    uitvoerders: Tabel


class Samenvatting:
    """The sheet, which is the first of the book and is written last: lines under each other."""

    def __init__(self, boek: Werkboek) -> None:
        self._boek = boek
        self._blad = boek.blad("Samenvatting", liggend=False)
        self._rij = 1

    def schrijf(self, uitslag: Uitslag, bladen: Bladen, toon_bsn: bool) -> None:
        """Fill the sheet."""
        for nummer, breedte in enumerate(BREEDTEN):
            self._blad.set_column(nummer, nummer, breedte)
        self._blad.write_string(0, 0, "Controle van Wlz-declaraties", self._boek.titel)
        self._begin(uitslag, bladen, toon_bsn)
        self._totalen(uitslag, bladen.uitvoerders)
        self._bevindingen(uitslag, bladen.bevindingen)
        self._herkomst(uitslag)

    def _regel(self, naam: str, *waarden: str | Getal) -> None:
        """A label and what belongs to it: texts, or numbers with their format."""
        self._blad.write_string(self._rij, 0, naam, self._boek.vormen["tekst"])
        for nummer, waarde in enumerate(waarden, start=1):
            if isinstance(waarde, str):
                self._blad.write_string(self._rij, nummer, celtekst(waarde), self._boek.vormen["ingesprongen"])
                continue
            getal, vorm = waarde[0], self._boek.vormen[waarde[1]]
            if isinstance(getal, Formule):
                self._blad.write_formula(self._rij, nummer, getal.tekst, vorm, getal.waarde)
            else:
                self._blad.write_number(self._rij, nummer, getal, vorm)
        self._rij += 1

    def _kop(self, *namen: str) -> None:
        """The heading of the lines that follow, an empty row above it."""
        self._rij += 1
        for nummer in range(len(BREEDTEN)):
            naam = namen[nummer] if nummer < len(namen) else ""
            vorm = self._boek.tussenkop if nummer in (0, 3) else self._boek.getalkop
            self._blad.write_string(self._rij, nummer, naam, vorm)
        self._rij += 1

    def _begin(self, uitslag: Uitslag, bladen: Bladen, toon_bsn: bool) -> None:
        for naam, waarde in van_wie(uitslag, toon_bsn):
            self._regel(naam, waarde)
        self._regel("Peildatum", opmaak.datum(uitslag.peildatum))
        self._regel("Gemaakt door", f"declaratie {__version__}")
        namen = [tabel.blad for tabel in bladen.bevindingen]
        if len(namen) > 1:
            self._regel(
                "Let op",
                f"Een blad houdt {opmaak.getal(BLADREGELS)} bevindingen; de "
                f"{opmaak.getal(uitslag.bevindingen.height)} bevindingen staan op {len(namen)} bladen, {namen[0]} tot "
                f"en met {namen[-1]}.",
            )
        for naam, waarde in in_kop(uitslag.instellingen):
            self._regel(naam, waarde)
        for opmerking in uitslag.opmerkingen:
            self._regel("Let op", opmerking)

    def _totalen(self, uitslag: Uitslag, uitvoerders: Tabel) -> None:
        """Of all lines, as the sum of those of the providers."""
        telling = uitslag.samenvatting

        def som(kolom: str, waarde: int) -> Getal:
            cent = kolom.endswith("_cent")
            formule = Formule(f"=SUM({uitvoerders.bereik(kolom)})", waarde / 100 if cent else waarde)
            return formule, "euro" if cent else "getal"

        self._kop("Totalen", "Declaratieregels", "Bedrag")
        ingediend = self._rij + 1
        afgekeurd = ingediend + (3 if uitslag.aanvaarding else 2)
        self._regel("Ingediend", som("regels", telling.regels), som("bedrag_cent", telling.bedrag_cent))
        self._regel(
            "Goedgekeurd",
            (Formule(f"=B{ingediend}-B{afgekeurd}", telling.goedgekeurd), "getal"),
            (Formule(f"=C{ingediend}-C{afgekeurd}", telling.goedgekeurd_cent / 100), "euro"),
        )
        if uitslag.aanvaarding:
            aanvaard = (telling.aanvaard, "getal"), (telling.aanvaard_cent / 100, "euro")
            self._regel("  waarvan aanvaard", *aanvaard)
        self._regel("Afgekeurd", som("afgekeurd", telling.afgekeurd), som("afgekeurd_cent", telling.afgekeurd_cent))
        self._regel("Met signaal", som("met_signaal", telling.met_signaal))
        self._regel("Onleesbaar", (telling.onleesbaar, "getal"))

    def _bevindingen(self, uitslag: Uitslag, bladen: list[Tabel]) -> None:
        """Of the findings, which are no lines. Accepted ones count apart."""
        bevindingen, netto = uitslag.bevindingen, uitslag.bevindingen["netto_cent"]
        met_aanvaarde = "aanvaard_reden" in bladen[0].kolommen
        telt = bevindingen.select(telt=~is_aanvaard(bevindingen)).to_series()

        def over_bladen(functie: str, waarde: float) -> Formule:
            delen = (functie.format(**{kolom: tabel.bereik(kolom) for kolom in tabel.kolommen}) for tabel in bladen)
            return Formule(f"={'+'.join(delen)}", waarde)

        def met_stand(woord: str) -> Getal:
            waarde = int((bevindingen["stand"].cast(pl.String) == woord).sum())
            return over_bladen(f'COUNTIF({{stand}},"{woord}")', waarde), "getal"

        def samen(naam: str, welke: pl.Series, tel: str, som: str) -> None:
            getallen = over_bladen(tel, int(welke.sum())), over_bladen(som, int(netto.filter(welke).sum()) / 100)
            self._regel(naam, (getallen[0], "getal"), (getallen[1], "euro"))

        self._kop("Bevindingen", "Aantal", "Netto bedrag")
        for woord in ("afkeur", "signaal"):
            tel, som = f'COUNTIF({{ernst}},"{woord}")', f'SUMIF({{ernst}},"{woord}",{{netto_cent}})'
            if met_aanvaarde:
                eisen = f'{{ernst}},"{woord}",{{stand}},"<>aanvaard"'
                tel, som = f"COUNTIFS({eisen})", f"SUMIFS({{netto_cent}},{eisen})"
            samen(woord.capitalize(), telt & (bevindingen["ernst"].cast(pl.String) == woord), tel, som)
        noot = "Een declaratieregel met twee bevindingen telt hier twee keer"
        tel, som = "SUBTOTAL(103,{ernst})", "SUBTOTAL(109,{netto_cent})"
        if met_aanvaarde:
            samen("Aanvaard", ~telt, 'COUNTIF({stand},"aanvaard")', 'SUMIF({stand},"aanvaard",{netto_cent})')
            noot += "; wat is aanvaard, telt alleen bij Aanvaard"
            tel, som = f"{tel}-SUBTOTAL(103,{{aanvaard_reden}})", f"{som}-SUBTOTAL(109,{{aanvaard_cent}})"
        samen("Zichtbaar (volgt het filter)", telt, tel, som)
        self._regel("", f"{noot}.")
        if uitslag.basislijn:
            self._kop("Vergeleken met eerder", "Aantal")
            self._regel("Basislijn", uitslag.basislijn.bestand)
            self._regel("Nieuw", met_stand("nieuw"))
            self._regel("Bekend", met_stand("bekend"))
            self._regel("Hersteld", (uitslag.basislijn.met_stand("hersteld").height, "getal"))
            self._regel("Weg", (uitslag.basislijn.met_stand("weg").height, "getal"))
            self._regel("Niet opnieuw getoetst", (uitslag.basislijn.niet_getoetst, "getal"))

    def _herkomst(self, uitslag: Uitslag) -> None:
        self._kop("Bestanden", "Declaratieregels", "Onleesbaar", "Soort")
        for bestand in uitslag.bestanden:
            self._regel(bestand.naam, (bestand.aantal, "getal"), (bestand.onleesbaar, "getal"), bestand.soort.upper())
        self._kop("Controleregels", "Aantal")
        for status in ("uitgevoerd", "deels uitgevoerd", "niet uitgevoerd", "fout"):
            self._regel(status.capitalize(), (sum(s.status == status for s in uitslag.regels), "getal"))
        self._kop("Codetabellen")
        for editie in uitslag.edities:
            self._regel(editie.naam, f"geldt {opmaak.periode(editie.van, editie.tot)}")

"""The sheets with tables: findings, rules, providers, months."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import polars as pl
import polars.selectors as cs

from wlz_declaratie.contract.tabellen import AANVAARD
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.diensten.telling import is_aanvaard
from wlz_declaratie.rapport import opmaak
from wlz_declaratie.rapport.catalogus import geldigheid, wat_te_doen
from wlz_declaratie.rapport.werkboek import gegevens
from wlz_declaratie.rapport.werkboek.boek import Tabel, Werkboek
from wlz_declaratie.rapport.werkboek.rijen import Kolom

BLADREGELS = 1_048_575
"""Findings on one sheet: all its rows but the header."""
BLOK = 20_000
"""Findings turned into text at a time."""

BEVINDING = {
    "ernst": Kolom("Ernst", 9),
    "stand": Kolom("Stand", 9),
    "regel_id": Kolom("Controleregel", 14),
    "regelnummer": Kolom("Regelnummer", 15, "getal"),
    "uitvoerder": Kolom("Uitvoerder", 11),
    "referentienummer": Kolom("Referentienummer", 20),
    "bsn": Kolom("Bsn", 11),
    "prestatiecode": Kolom("Prestatie", 10),
    "begindatum": Kolom("Begindatum", 12, "datum"),
    "einddatum": Kolom("Einddatum", 12, "datum"),
    "netto_cent": Kolom("Netto bedrag", 16, "euro"),
    "retourcode": Kolom("Retourcode", 11),
    "titel": Kolom("Wat is er", 26, omloop=True),
    "melding": Kolom("Melding", 40, omloop=True),
    "aanvaard_reden": Kolom("Aanvaard omdat", 30, omloop=True),
    "aanvaard_door": Kolom("Aanvaard door", 16, omloop=True),
    "aanvaard_tot": Kolom("Aanvaard t/m", 12, "datum"),
    "aanvaard_cent": Kolom("Aanvaard bedrag", 16, "euro"),
    "wat_te_doen": Kolom("Wat te doen", 44, omloop=True),
    "dagen": Kolom("Dagen", 10, "getal"),
    "toegestaan": Kolom("Toegestaan", 12, "getal"),
    "andere_regel": Kolom("Andere bestandsregel", 20, "getal"),
    "gegevens": Kolom("Gegevens", 60),
    "bestand": Kolom("Bestand", 24),
}
"""Columns of the sheets with findings: whose line it is on the left, then what is wrong. Those of AANVAARD, and the
net amount of accepted findings, are there when there are such findings."""

REGEL = {
    "regel_id": Kolom("Controleregel", 14),
    "titel": Kolom("Titel", 40, omloop=True),
    "status": Kolom("Status", 17),
    "reden": Kolom("Reden", 40, omloop=True),
    "afkeur": Kolom("Afkeur", 11, "getal"),
    "afkeur_cent": Kolom("Bedrag afkeur", 18, "euro"),
    "signaal": Kolom("Signaal", 11, "getal"),
    "signaal_cent": Kolom("Bedrag signaal", 18, "euro"),
    "retourcodes": Kolom("Retourcodes", 18),
    "bronnen": Kolom("Bronnen", 22, omloop=True),
    "geldig": Kolom("Geldig", 26),
    "wat_te_doen": Kolom("Wat te doen", 60, omloop=True),
}

AANVAARDE = {
    "aanvaard": Kolom("Aanvaard", 11, "getal"),
    "aanvaard_cent": Kolom("Bedrag aanvaard", 18, "euro"),
}
"""Of the rules too, where findings are accepted; they count in none of the columns before."""

TELLING = {
    "regels": Kolom("Declaratieregels", 17, "getal"),
    "bedrag_cent": Kolom("Bedrag", 18, "euro"),
    "afgekeurd": Kolom("Afgekeurd", 13, "getal"),
    "afgekeurd_cent": Kolom("Afgekeurd bedrag", 18, "euro"),
    "met_signaal": Kolom("Met signaal", 13, "getal"),
    "bevindingen": Kolom("Bevindingen", 14, "getal"),
}
"""Of a provider or month; in each a line counts once, so that they add up to the totals."""


def bladnamen(naam: str, aantal: int) -> list[str]:
    """The sheets for so many findings: numbered from the second on."""
    return [naam if nummer == 1 else f"{naam} {nummer}" for nummer in range(1, max(-(-aantal // BLADREGELS), 1) + 1)]


def bevindingen(
    boek: Werkboek,
    naam: str,
    bevindingen: pl.DataFrame,
    uitslag: Uitslag,
    ingediend: bool,
    gedaan: Callable[[int], None] = lambda aantal: None,
) -> list[Tabel]:
    """Findings with what their rule says, on as many sheets as they need; ``gedaan`` is told how many there are."""
    uitleg = _uitleg(uitslag, ingediend)
    weg = {"stand", *AANVAARD, "aanvaard_cent"} - {*bevindingen.columns}
    kolommen = {kolom: zo for kolom, zo in BEVINDING.items() if kolom not in weg}

    def blokken(begin: int, aantal: int) -> Iterator[pl.DataFrame]:
        for vanaf in range(begin, begin + aantal, BLOK):
            blok = bevindingen.slice(vanaf, min(BLOK, begin + aantal - vanaf))
            volledig = gegevens.als_kolommen(blok).join(uitleg, on="regel_id", how="left", maintain_order="left")
            # There is nothing to do about what is accepted.
            doen = pl.when(~is_aanvaard(volledig)).then("wat_te_doen")
            yield volledig.with_columns(wat_te_doen=doen).select(list(kolommen)).with_columns(cs.enum().cast(pl.String))
            gedaan(vanaf + blok.height)

    tabellen = []
    for nummer, bladnaam in enumerate(bladnamen(naam, bevindingen.height)):
        begin = nummer * BLADREGELS
        aantal = min(BLADREGELS, bevindingen.height - begin)
        tabellen.append(
            boek.tabel(
                bladnaam, kolommen, blokken(begin, aantal), aantal,
                vast=list(kolommen).index("uitvoerder"), kleur=("ernst", "stand"), gedrukt="wat_te_doen",
            )
        )  # fmt: skip
    return tabellen


def _uitleg(uitslag: Uitslag, ingediend: bool) -> pl.DataFrame:
    regels = [status.regel for status in uitslag.regels]
    return pl.DataFrame(
        {
            "regel_id": [regel.id for regel in regels],
            "titel": [regel.titel for regel in regels],
            "wat_te_doen": [wat_te_doen(regel, ingediend) for regel in regels],
        },
        schema=dict.fromkeys(("regel_id", "titel", "wat_te_doen"), pl.String),
    )


def regels(boek: Werkboek, uitslag: Uitslag, per_regel: pl.DataFrame, ingediend: bool) -> Tabel:
    """The rules of the catalogue and how they went, what found most first; ``per_regel`` as Statistiek says."""
    met_aanvaarde = "aanvaard" in per_regel.columns
    kolommen = {**REGEL, **AANVAARDE} if met_aanvaarde else REGEL
    rijen = pl.DataFrame(
        [
            {
                "regel_id": status.regel.id, "titel": status.regel.titel, "status": status.status,
                "reden": status.reden, "afkeur": status.afkeur, "signaal": status.signaal,
                "aanvaard": status.aanvaard,
                "retourcodes": " ".join(status.regel.retourcodes) or None,
                "bronnen": ", ".join(status.regel.parameters.bronnen), "geldig": geldigheid(status.regel),
                "wat_te_doen": wat_te_doen(status.regel, ingediend),
            }
            for status in uitslag.regels
        ],
        schema={
            k: pl.Int64 if zo.soort == "getal" else pl.String
            for k, zo in {**REGEL, **AANVAARDE}.items()
            if zo.soort != "euro"
        },
    )  # fmt: skip
    centen = [kolom for kolom, zo in kolommen.items() if zo.soort == "euro"]
    volledig = (
        rijen.join(per_regel.select("regel_id", *centen), on="regel_id", how="left")
        .with_columns(pl.col(centen).fill_null(0))
        .sort("afkeur", "signaal", "aanvaard", "regel_id", descending=[True, True, True, False])
        .select(kolommen.keys())
    )
    getallen = [kolom for kolom, zo in kolommen.items() if zo.soort in ("getal", "euro")]
    return boek.tabel("Controleregels", kolommen, [volledig], volledig.height, kleur=("status",), totaal=getallen)


def per_groep(boek: Werkboek, naam: str, kop: str, groepen: pl.DataFrame) -> Tabel:
    """Providers or months, as Statistiek has them; what does not fit stands in the last row together."""
    groep = groepen.columns[0]
    kolommen = {groep: Kolom(kop, 22), **TELLING}
    getoond = groepen.with_columns(pl.col(groep).fill_null("onbekend")).select(kolommen.keys())
    if getoond.height >= BLADREGELS:
        rest = getoond.slice(BLADREGELS - 2)
        samen = rest.select(pl.lit(f"{opmaak.getal(rest.height)} andere").alias(groep), pl.col(TELLING.keys()).sum())
        getoond = pl.concat([getoond.head(BLADREGELS - 2), samen])
    return boek.tabel(naam, kolommen, getoond.iter_slices(BLOK), getoond.height, totaal=TELLING)


def draag(boek: Werkboek, naam: str, teksten: Sequence[str]) -> None:
    """The result for `declaratie toon`, on a sheet that no menu shows; none where there is nothing to carry."""
    if teksten:
        blad = boek.blad(naam)
        blad.very_hidden()
        for rij, tekst in enumerate(teksten):
            blad.write_string(rij, 0, tekst)

"""The result for a person at a terminal: summary, counts by rule, the lines, what was not tested.

Lines are plain text that wraps, not a wide table, so that 80 columns, 160 columns and a pipe all read well.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from wlz_declaratie.diensten.controleren import Basislijn, Uitslag
from wlz_declaratie.diensten.telling import Regelstatus, aanvaarde, geldend
from wlz_declaratie.rapport import opmaak
from wlz_declaratie.rapport.herkomst import per_bestand
from wlz_declaratie.rapport.instellingen import in_kop
from wlz_declaratie.rapport.keuze import Gekozen
from wlz_declaratie.rapport.scherm import Delen, druk_af

KLEUR = {"afkeur": "red", "signaal": "yellow", "aanvaard": "cyan"}
KOPPEN = {"afkeur": "Afgekeurd", "signaal": "Signalen", "aanvaard": "Aanvaard"}


def toon(
    uitslag: Uitslag,
    *,
    maximum: int,
    toon_bsn: bool,
    gekozen: Gekozen | None = None,
    volledig: bool = True,
    ingediend: bool = False,
    scherm: Console | None = None,
) -> None:
    """Print the report; at most ``maximum`` findings a severity and of those accepted, totals always complete.

    With ``gekozen`` only those findings. Not ``volledig`` is a saved result of findings alone.
    """
    if volledig:
        druk_af(_over_alles(uitslag, toon_bsn), scherm)
    druk_af(_bevindingen(uitslag, maximum, toon_bsn, gekozen), scherm)
    if gekozen is None or uitslag.bevindingen.is_empty():
        druk_af([_slot(uitslag, ingediend)], scherm)


def _over_alles(uitslag: Uitslag, toon_bsn: bool) -> Iterator[RenderableType]:
    yield from _samenvatting(uitslag, toon_bsn)
    yield from _niet_getoetst(uitslag)


def _bevindingen(uitslag: Uitslag, maximum: int, toon_bsn: bool, gekozen: Gekozen | None) -> Iterator[RenderableType]:
    if uitslag.basislijn:
        verdwenen = uitslag.basislijn.verdwenen if gekozen is None else gekozen.verdwenen
        yield from _basislijn(uitslag, uitslag.basislijn, verdwenen, maximum, toon_bsn)
    if gekozen:
        aantal = f"{opmaak.getal(gekozen.bevindingen.height)} van {opmaak.getal(gekozen.van)} bevindingen"
        yield _kop(f"Getoond: {aantal} ({gekozen.in_woorden}).")
    op_regel = gekozen is None or not gekozen.gesorteerd
    geteld = _per_soort(uitslag.bevindingen if gekozen is None else gekozen.alle)
    getoond = geteld if gekozen is None else _per_soort(gekozen.bevindingen)
    for soort in KOPPEN:
        # Counts are of all that meet the choice, of which --top may show some.
        if not geteld[soort].is_empty():
            yield _per_regel(uitslag, geteld[soort], soort)
            volgorde = getoond[soort].sort("regel_id", maintain_order=True) if op_regel else getoond[soort]
            yield from _regels(uitslag, opmaak.getoond(volgorde, toon_bsn), soort, maximum)


def _per_soort(bevindingen: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Those that count by severity, and those that somebody accepted."""
    tellend = geldend(bevindingen)
    return {
        "afkeur": tellend.filter(pl.col("ernst") == "afkeur"),
        "signaal": tellend.filter(pl.col("ernst") == "signaal"),
        "aanvaard": aanvaarde(bevindingen),
    }


def _kop(tekst: str, stijl: str = "bold") -> Text:
    return Text(f"\n{tekst}", style=stijl)


def _samenvatting(uitslag: Uitslag, toon_bsn: bool) -> Iterator[RenderableType]:
    yield Text("Controle van Wlz-declaraties", style="bold")
    tabel = Table.grid(padding=(0, 2))
    tabel.add_column(style="dim", no_wrap=True)
    tabel.add_column(overflow="fold")
    for naam, waarde in per_bestand(uitslag, toon_bsn):
        tabel.add_row(naam, waarde)
    telling = uitslag.samenvatting
    tabel.add_row("Peildatum", opmaak.datum(uitslag.peildatum))
    for editie in uitslag.edities:
        tabel.add_row("Codetabel", f"{editie.naam}, geldt {opmaak.periode(editie.van, editie.tot)}")
    for naam, waarde in in_kop(uitslag.instellingen):
        tabel.add_row(naam, waarde)
    for opmerking in uitslag.opmerkingen:
        tabel.add_row("Let op", opmerking)
    yield tabel
    aantallen = Table(box=SIMPLE_HEAD, pad_edge=False)
    for kolom in ("", "Declaratieregels", "Bedrag"):
        aantallen.add_column(kolom, justify="right" if kolom else "left", no_wrap=True)
    aantallen.add_row("Ingediend", opmaak.getal(telling.regels), opmaak.euro(telling.bedrag_cent))
    aantallen.add_row("Goedgekeurd", opmaak.getal(telling.goedgekeurd), opmaak.euro(telling.goedgekeurd_cent))
    if uitslag.aanvaarding:
        aantallen.add_row("  waarvan aanvaard", opmaak.getal(telling.aanvaard), opmaak.euro(telling.aanvaard_cent))
    aantallen.add_row(
        "Afgekeurd", opmaak.getal(telling.afgekeurd), opmaak.euro(telling.afgekeurd_cent),
        style="red" if telling.afgekeurd else "",
    )  # fmt: skip
    aantallen.add_row("Met signaal", opmaak.getal(telling.met_signaal), "")
    if telling.onleesbaar:
        aantallen.add_row("Onleesbaar", opmaak.getal(telling.onleesbaar), "", style="red")
    yield aantallen


def _niet_getoetst(uitslag: Uitslag) -> Iterator[RenderableType]:
    """Rules that could not run, or only in part, with what is missing; rules with one reason stand together."""
    for status, kop in (
        ("fout", "Vastgelopen"),
        ("niet uitgevoerd", "Niet uitgevoerd"),
        ("deels uitgevoerd", "Deels uitgevoerd"),
    ):
        per_reden: dict[str, list[str]] = {}
        for regel in uitslag.regels:
            if regel.status == status:
                per_reden.setdefault(regel.reden or "", []).append(regel.regel.id)
        if not per_reden:
            continue
        aantal = sum(len(ids) for ids in per_reden.values())
        yield _kop(f"{kop}: {opmaak.controleregels(aantal)}", "bold red" if status == "fout" else "bold")
        for reden, ids in per_reden.items():
            yield Padding.indent(Text.assemble((f"{reden}: ", ""), (opmaak.regelnamen(ids), "dim")), 2)


def _basislijn(
    uitslag: Uitslag, basislijn: Basislijn, getoond: pl.DataFrame, maximum: int, toon_bsn: bool
) -> Iterator[RenderableType]:
    """New, known and gone apart; those that are gone are listed here, for they stand nowhere else."""
    toen = f" (peildatum {opmaak.datum(basislijn.peildatum)})" if basislijn.peildatum else ""
    yield _kop(f"Vergeleken met {basislijn.bestand}{toen}")
    tabel = Table(box=SIMPLE_HEAD, pad_edge=False)
    for kolom in ("", "Afkeur", "Signaal"):
        tabel.add_column(kolom, justify="right" if kolom else "left", no_wrap=True)
    for naam, bevindingen in (
        ("Nieuw", uitslag.bevindingen.filter(pl.col("stand") == "nieuw")),
        ("Bekend", uitslag.bevindingen.filter(pl.col("stand") == "bekend")),
        ("Hersteld", basislijn.met_stand("hersteld")),
        ("Weg", basislijn.met_stand("weg")),
    ):
        tabel.add_row(
            naam, *(opmaak.getal(int((bevindingen["ernst"] == ernst).sum())) for ernst in ("afkeur", "signaal"))
        )
    yield tabel
    if not basislijn.verdwenen.is_empty():
        yield Text("  Hersteld: de declaratieregel is er nog. Weg: de declaratieregel is er niet meer.", style="dim")
    if basislijn.niet_getoetst:
        aantal = opmaak.meervoud(basislijn.niet_getoetst, "eerdere bevinding is", "eerdere bevindingen zijn")
        yield Text(f"  {aantal} niet opnieuw getoetst: die controleregels liepen nu niet.", style="dim")
    verdwenen = opmaak.getoond(getoond, toon_bsn)
    for rij in verdwenen.head(maximum).iter_rows(named=True):
        yield _bevinding({**rij, "stand": None}, False, waar=f"{rij['stand']}: {rij['regel_id']}")
    if verdwenen.height > maximum:
        yield Text(
            f"  … en nog {opmaak.getal(verdwenen.height - maximum)} verdwenen; zie ze met --max of --uit.", style="dim"
        )


def _per_regel(uitslag: Uitslag, bevindingen: pl.DataFrame, soort: str) -> RenderableType:
    telling = (
        bevindingen.group_by("regel_id")
        .agg(
            aantal=pl.len(),
            bedrag=pl.col("netto_cent").sum(),
            codes=pl.col("retourcode").drop_nulls().unique().sort(),
        )
        .sort("aantal", "regel_id", descending=[True, False])
    )
    titels = {status.regel.id: status.regel.titel for status in uitslag.regels}
    tabel = Table(
        box=SIMPLE_HEAD, pad_edge=False, title=f"\n{KOPPEN[soort]} per controleregel",
        title_style=f"bold {KLEUR[soort]}", title_justify="left",
    )  # fmt: skip
    tabel.add_column("Controle-\nregel", no_wrap=True)  # on two lines: the titles need the width
    tabel.add_column("Wat", overflow="fold")
    tabel.add_column("Code", overflow="fold", max_width=9)
    tabel.add_column("Aantal", justify="right", no_wrap=True)
    tabel.add_column("Bedrag", justify="right", no_wrap=True)
    for regel_id, aantal, bedrag, codes in telling.iter_rows():
        tabel.add_row(regel_id, titels[regel_id], " ".join(codes) or "–", opmaak.getal(aantal), opmaak.euro(bedrag))
    return tabel


def _regels(uitslag: Uitslag, bevindingen: pl.DataFrame, soort: str, maximum: int) -> Iterator[RenderableType]:
    """Findings grouped by rule, with source and return code once a group."""
    statussen = {status.regel.id: status for status in uitslag.regels}
    meer_bestanden = len(uitslag.bestanden) > 1
    getoond = bevindingen.head(maximum)
    vorige = None
    for rij in getoond.iter_rows(named=True):
        if rij["regel_id"] != vorige:
            vorige = rij["regel_id"]
            yield _regelkop(statussen[vorige], KLEUR[soort])
        yield _bevinding(rij, meer_bestanden)
    rest = bevindingen.height - getoond.height
    if rest > 0:
        yield Text(
            f"\n  … en nog {opmaak.meervoud(rest, 'bevinding', 'bevindingen')}; zie ze met --max of --uit.", style="dim"
        )


def _regelkop(status: Regelstatus, kleur: str) -> Text:
    bronnen = ", ".join(status.regel.parameters.bronnen)
    return Text.assemble("\n", (status.regel.id, f"bold {kleur}"), f" {status.regel.titel} ", (f"({bronnen})", "dim"))


def _waar(rij: dict[str, object]) -> str:
    if rij["regelnummer"] is not None:
        return f"bestandsregel {rij['regelnummer']}"
    if rij["uitvoerder"]:
        return f"uitvoerder {rij['uitvoerder']}"
    return "bericht" if rij["bestand"] else "batch"


def _bevinding(rij: dict[str, object], meer_bestanden: bool, waar: str | None = None) -> RenderableType:
    """One finding; ``waar`` instead of its place, for one that is gone."""
    delen = [waar or _waar(rij)]
    if meer_bestanden and rij["bestand"]:
        delen.insert(0, str(rij["bestand"]))
    aanvaard = rij.get("stand") == "aanvaard"
    if rij.get("stand"):
        delen.append(f"{rij['ernst']}, aanvaard" if aanvaard else str(rij["stand"]))
    if rij["referentienummer"]:
        delen.append(str(rij["referentienummer"]))
    if rij["bsn"]:
        delen.append(f"bsn {rij['bsn']}")
    if rij["uitvoerder"] and rij["regelnummer"] is not None:
        delen.append(f"uitvoerder {rij['uitvoerder']}")
    if rij["prestatiecode"]:
        delen.append(str(rij["prestatiecode"]))
    if rij["begindatum"] or rij["einddatum"]:
        delen.append(opmaak.periode(rij["begindatum"], rij["einddatum"]))  # type: ignore[arg-type]
    bedrag = rij["netto_cent"]
    if bedrag is not None:
        delen.append(opmaak.euro(bedrag))  # type: ignore[arg-type]
    code = f" [{rij['retourcode']}]" if rij["retourcode"] else ""
    waarom = f"\n{opmaak.aanvaarding(rij)}" if aanvaard else ""
    return Padding.indent(Group(Delen(delen), Text(f"{rij['melding']}{code}{waarom}", overflow="fold")), 2)


def _slot(uitslag: Uitslag, ingediend: bool) -> Text:
    if uitslag.bevindingen.is_empty():
        return Text("\nGeen bevindingen.", style="bold green")
    geldend = uitslag.geldend
    if geldend.is_empty():
        return Text("\nAlles wat is gevonden, is aanvaard.", style="bold green")
    afgekeurd = bool((geldend["ernst"] == "afkeur").any())
    if afgekeurd and ingediend:
        return Text(
            "\nCrediteer wat is toegekend en anders moet, en dien wat is afgewezen verbeterd opnieuw in; "
            "`declaratie uitleg REGEL` zegt per controleregel wat te doen.",
            style="bold",
        )
    if afgekeurd:
        return Text(
            "\nHerstel wat is afgekeurd vóór indiening; `declaratie uitleg REGEL` zegt per controleregel wat te doen.",
            style="bold",
        )
    return Text("\nAlleen signalen: beoordeel ze, er is niets afgekeurd.", style="bold")

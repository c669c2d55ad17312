"""All about a line or a client on a terminal: in short, from what `inhoud` makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from wlz_declaratie.rapport import opmaak
from wlz_declaratie.rapport.balk import BREEDTE, balk
from wlz_declaratie.rapport.scherm import Delen
from wlz_declaratie.rapport.werkboek.gegevens import leesbaar

KOPPEN = {
    "afgekeurd": ("Afgekeurd", "bold red"),
    "signaal": ("Signaal", "bold yellow"),
    "goed": ("Goed", "bold green"),
    "niet getoetst": ("Niet getoetst", "bold"),
    "geen bevinding": ("Geen bevinding", "bold"),
    "niet van toepassing": ("Niet van toepassing", "bold"),
}
GEEN_BEVINDING = "niets gevonden; deze controleregels zeggen niet over welke declaratieregels zij gaan"
OVER = {"uitvoerder": "deze uitvoerder", "bestand": "het hele bestand", "batch": "de hele batch"}
_IN_DE_KOP = (
    "bestand", "regelnummer", "referentienummer", "bsn", "prestatiecode", "soort", "begindatum", "einddatum", "aantal",
    "tijdseenheid", "declaratiebedrag_cent", "uitvoerder", "debet_credit",
)  # fmt: skip


def regel(inhoud: Mapping[str, Any], retourcodes: Mapping[str, str], *, alles: bool) -> Iterator[RenderableType]:
    """A line: in words, what every rule concluded, its client in time, the dossier."""
    yield from _in_woorden(inhoud["regel"])
    per_soort: dict[str, list[Mapping[str, Any]]] = {soort: [] for soort in KOPPEN}
    for oordeel in inhoud["oordelen"]:
        per_soort[oordeel["oordeel"]].append(oordeel)
    for soort, oordelen in per_soort.items():
        if oordelen:
            yield _kop(soort, len(oordelen))
            yield from _oordelen(soort, oordelen, retourcodes, alles)
    yield from _daarnaast(inhoud["daarnaast"])
    yield from _tijdlijn(inhoud["client"])
    for geteld in inhoud["geteld"]:
        yield from _geteld(geteld)
    yield from _dossier(inhoud["dossier"])


def client(inhoud: Mapping[str, Any], *, alles: bool) -> Iterator[RenderableType]:
    """A client: their lines in time with what was found, every rule over all of these, the dossier."""
    aantal = opmaak.declaratieregels(len(inhoud["regels"]))
    yield Text(f"bsn {inhoud['bsn']}: {aantal} in de batch", style="bold")
    yield from _tijdlijn(inhoud["client"])
    for lijn in inhoud["regels"]:
        if lijn["oordelen"]:
            yield Text()
            yield Delen([*_plaats(lijn), *_wat(lijn)])
            for oordeel in lijn["oordelen"]:
                yield Padding.indent(_bevinding(oordeel), 2)
    yield from _daarnaast(inhoud["daarnaast"])
    yield from _controleregels(inhoud["controleregels"], alles)
    yield from _dossier(inhoud["dossier"])


def _kop(soort: str, aantal: int) -> Text:
    tekst, stijl = KOPPEN[soort]
    return Text(f"\n{tekst}: {opmaak.controleregels(aantal)}", style=stijl)


def _in_woorden(regel_: Mapping[str, Any]) -> Iterator[RenderableType]:
    prestatie = f"{regel_.get('prestatiecode', 'zonder prestatiecode')}"
    if regel_["soort"]:
        prestatie += f" ({regel_['soort'].replace('_', ' ')})"
    credit = ["credit"] if regel_.get("debet_credit") == "C" else []
    aantal = f"aantal {opmaak.getal(regel_['aantal'])}" if "aantal" in regel_ else "zonder aantal"
    yield Text(f"Declaratieregel {regel_.get('referentienummer', 'zonder referentienummer')}", style="bold")
    kop = [f"{regel_['bestand']}, bestandsregel {regel_['regelnummer']}", f"bsn {regel_['bsn']}", prestatie, *credit]
    periode = opmaak.periode(_dag(regel_.get("begindatum")), _dag(regel_.get("einddatum")))
    bedrag = [opmaak.euro(regel_["declaratiebedrag_cent"])] if "declaratiebedrag_cent" in regel_ else []
    yield Delen([*kop, periode, aantal, *bedrag, f"uitvoerder {regel_.get('uitvoerder', 'onbekend')}"])
    rest = {naam: waarde for naam, waarde in regel_.items() if naam not in _IN_DE_KOP}
    if rest:
        yield Text("; ".join(leesbaar(rest)), style="dim", overflow="fold")


def _oordelen(
    soort: str, oordelen: Sequence[Mapping[str, Any]], retourcodes: Mapping[str, str], alles: bool
) -> Iterator[RenderableType]:
    if soort in ("afgekeurd", "signaal"):
        for oordeel in oordelen:
            yield Padding.indent(_bevinding(oordeel, retourcodes), 2)
    elif soort == "goed":
        for oordeel in oordelen:
            if oordeel["toelichting"] or oordeel["voorbehoud"] or alles:
                yield Padding.indent(_goed(oordeel), 2)
        stil = [o["regel_id"] for o in oordelen if not (o["toelichting"] or o["voorbehoud"])]
        if stil and not alles:
            yield Padding.indent(Text(f"zonder getal: {opmaak.regelnamen(stil)}", style="dim"), 2)
    else:
        yield from _per_reden(soort, oordelen, alles)


def _per_reden(soort: str, oordelen: Sequence[Mapping[str, Any]], alles: bool) -> Iterator[RenderableType]:
    """Rules with one reason together; those that say nothing of this line by their number, unless all are asked."""
    if alles:
        for oordeel in oordelen:
            reden = f": {oordeel['toelichting']}" if oordeel["toelichting"] else ""
            yield Padding.indent(Text(f"{oordeel['regel_id']} {oordeel['titel']}{reden}", overflow="fold"), 2)
        return
    if soort == "niet van toepassing":
        redenen = {o["toelichting"] for o in oordelen if o["toelichting"]}
        reden = f"{', '.join(sorted(redenen))}; " if redenen else ""
        yield Padding.indent(Text(f"{reden}zie ze met --alles", style="dim"), 2)
        return
    per_reden: dict[str, list[str]] = {}
    for oordeel in oordelen:
        per_reden.setdefault(oordeel["toelichting"] or GEEN_BEVINDING, []).append(oordeel["regel_id"])
    for reden, ids in per_reden.items():
        yield Padding.indent(Text.assemble(f"{reden}: ", (opmaak.regelnamen(ids), "dim")), 2)


def _bevinding(oordeel: Mapping[str, Any], retourcodes: Mapping[str, str] | None = None) -> RenderableType:
    code = f" [{oordeel['retourcode']}]" if oordeel["retourcode"] else ""
    kleur = "bold red" if oordeel["oordeel"] == "afgekeurd" else "bold yellow"
    onder = [Text(f"{oordeel['toelichting']}{code}", overflow="fold")]
    if retourcodes is not None:
        if oordeel["retourcode"] in retourcodes:
            onder.append(Text(f"{oordeel['retourcode']}: {retourcodes[oordeel['retourcode']]}", style="dim"))
        onder += [Text("; ".join(leesbaar(deel)), style="dim") for deel in oordeel["gegevens"] if deel]
    kop = Text.assemble((oordeel["regel_id"], kleur), f" {oordeel['titel']}")
    return Group(kop, *(Padding.indent(tekst, 2) for tekst in onder))


def _goed(oordeel: Mapping[str, Any]) -> Text:
    wat = [oordeel["toelichting"], oordeel["voorbehoud"] and f"deels getoetst: {oordeel['voorbehoud']}"]
    tekst = "; ".join(deel for deel in wat if deel)
    return Text.assemble((oordeel["regel_id"], "green"), f" {oordeel['titel']}{f': {tekst}' if tekst else ''}")


def _daarnaast(bevindingen: Sequence[Mapping[str, Any]]) -> Iterator[RenderableType]:
    """Findings on no line, each with what it is about."""
    if not bevindingen:
        return
    yield Text("\nNiet over één declaratieregel", style="bold")
    for bevinding in bevindingen:
        tekst = f"over {OVER[bevinding['over']]}: {bevinding['toelichting']}"
        yield Padding.indent(_bevinding({**bevinding, "toelichting": tekst}), 2)


def _geteld(geteld: Mapping[str, Any]) -> Iterator[RenderableType]:
    """The days that a rule added up, by what they are."""
    aantal, grens = opmaak.getal(geteld["geteld"]), opmaak.getal(geteld["grens"])
    laatste = (
        f"; laatste dag binnen de grens {opmaak.datum(_dag(geteld['laatste_dag']))}" if geteld["laatste_dag"] else ""
    )
    yield Text(f"\n{geteld['regel_id']} telde {aantal} dagen, grens {grens}{laatste}", style="bold")
    if geteld["overgeslagen"]:
        rest = opmaak.declaratieregels(geteld["overgeslagen"])
        yield Padding.indent(Text(f"{rest} van eerder niet getoond", style="dim"), 2)
    for strook in geteld["stroken"]:
        pijl = "  ◀ deze declaratieregel" if strook["deze"] else ""
        yield Padding.indent(Text(f"{strook['naam']}{pijl}"), 2)
        for deel in strook["delen"]:
            yield Padding.indent(Text(f"{opmaak.periode(_dag(deel['van']), _dag(deel['tot']))}: {deel['soort']}"), 4)


def _tijdlijn(client_: Mapping[str, Any]) -> Iterator[RenderableType]:
    """The lines of the client, a bar each; ▓ are those that were asked about, ░ is a credit line."""
    regels = client_["getoond"]
    verder = client_["regels"] - len(regels)
    meer = f"; {opmaak.getal(verder)} verder weg niet" if verder else ""
    yield Text(f"\nDe cliënt in de tijd: {opmaak.declaratieregels(len(regels))}{meer}", style="bold")
    dagen = [dag for regel_ in regels for dag in map(_dag, (regel_["begindatum"], regel_["einddatum"])) if dag]
    alle_deze = all(regel_["deze"] for regel_ in regels)
    for regel_ in regels:
        van, tot = _dag(regel_["begindatum"]), _dag(regel_["einddatum"])
        teken = "░" if regel_["debet_credit"] == "C" else "█" if regel_["deze"] else "▒"
        streep = balk(van, tot, min(dagen), max(dagen), teken) if van and tot and van <= tot else " " * BREEDTE
        pijl = "◀ deze declaratieregel" if regel_["deze"] and not alle_deze else ""
        yield Padding.indent(Text(f"{streep}  {opmaak.periode(van, tot)}  {pijl}".rstrip()), 2)
        yield Padding.indent(Delen([*_plaats(regel_), *_wat(regel_, met_periode=False)]), 4)


def _plaats(regel_: Mapping[str, Any]) -> list[str]:
    if regel_["regelnummer"] is None:
        return ["eerdere batch"]
    return [f"bestandsregel {regel_['regelnummer']}", regel_["referentienummer"] or "zonder referentienummer"]


def _wat(regel_: Mapping[str, Any], *, met_periode: bool = True) -> list[str]:
    delen = [regel_["prestatiecode"] or "zonder prestatiecode"]
    if met_periode:
        delen.append(opmaak.periode(_dag(regel_["begindatum"]), _dag(regel_["einddatum"])))
    if regel_["debet_credit"] == "C":
        delen.append("credit")
    if regel_["aantal"] is not None:
        delen.append(f"aantal {opmaak.getal(regel_['aantal'])}")
    if regel_["declaratiebedrag_cent"] is not None:
        delen.append(opmaak.euro(regel_["declaratiebedrag_cent"]))
    return [*delen, f"uitvoerder {regel_['uitvoerder']}"]


def _controleregels(controleregels: Sequence[Mapping[str, Any]], alles: bool) -> Iterator[RenderableType]:
    """Every rule over all lines; those that none of these is about by their number, unless all are asked."""
    yield Text("\nControleregels over deze declaratieregels", style="bold")
    stil = 0
    for controleregel in controleregels:
        telling = {naam: aantal for naam, aantal in controleregel["telling"].items() if aantal}
        if not alles and not telling.keys() & {"afgekeurd", "signaal", "goed"}:
            stil += 1
            continue
        woorden = [f"{opmaak.getal(aantal)} {naam.replace('_', ' ')}" for naam, aantal in telling.items()]
        tekst = f" {controleregel['titel']}: {', '.join(woorden)}"
        kleur = "red" if "afgekeurd" in telling else "yellow" if "signaal" in telling else "green"
        yield Padding.indent(Text.assemble((controleregel["regel_id"], kleur), tekst), 2)
    if stil:
        rest = f"{opmaak.controleregels(stil)} toetsten hier niets; zie ze met --alles"
        yield Padding.indent(Text(rest, style="dim"), 2)


def _dossier(tabellen: Sequence[Mapping[str, Any]]) -> Iterator[RenderableType]:
    """The rows, in force on a day of the line first marked; tables without any by name."""
    if not tabellen:
        yield Text("\nGeen dossier opgegeven.", style="bold")
        return
    yield Text("\nIn het dossier (● geldt op een dag van de declaratieregel)", style="bold")
    leeg = []
    for tabel in tabellen:
        verder = f"; {opmaak.getal(tabel['verder'])} verder weg of meer" if tabel["verder"] else ""
        if not tabel["rijen"] and not verder:
            leeg.append(tabel["tabel"])
            continue
        yield Padding.indent(Text(f"{tabel['tabel']}{verder}"), 2)
        for rij in tabel["rijen"]:
            yield Padding.indent(_dossierrij(rij), 4)
    if leeg:
        yield Padding.indent(Text(f"niets in: {', '.join(leeg)}", style="dim"), 2)


def _dossierrij(rij: Mapping[str, Any]) -> Text:
    weg = ("raakt", "herkomst", "herkomst_regel", "ingangsdatum", "einddatum")
    wat = list(leesbaar({naam: waarde for naam, waarde in rij.items() if naam not in weg}))
    if "ingangsdatum" in rij:
        tot = opmaak.datum(_dag(rij["einddatum"])) if "einddatum" in rij else "open"
        wat.insert(0, f"{opmaak.datum(_dag(rij['ingangsdatum']))} t/m {tot}")
    plaats = ""
    if "herkomst" in rij:
        telwoord = "rij" if rij["herkomst"].lower().endswith(".xlsx") else "regel"
        nummer = f" {telwoord} {rij['herkomst_regel']}" if "herkomst_regel" in rij else ""
        plaats = f" ({rij['herkomst']}{nummer})"
    return Text.assemble("● " if rij.get("raakt") else "  ", "; ".join(wat), (plaats, "dim"))


def _dag(tekst: str | None) -> date | None:
    return date.fromisoformat(tekst) if tekst else None

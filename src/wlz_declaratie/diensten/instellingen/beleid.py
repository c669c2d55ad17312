"""``[waarden]`` and ``[ernst]``: policy of one's own in place of ours, tested as strictly as ours is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.basis.lijkt import bedoeld, vraag
from wlz_declaratie.basis.tonen import gemaskeerd, schoon
from wlz_declaratie.diensten.instellingen.bestand import Bestand, Pad, getoond
from wlz_declaratie.diensten.instellingen.lezen import ERNST, WAARDEN, Deel, Instellingen
from wlz_declaratie.diensten.instellingen.toegepast import AndereWaarde, Verzachting
from wlz_declaratie.kern.afwijkend import eis_past, met_waarden
from wlz_declaratie.kern.parameters import Parameterfout, Periode, lees_periode
from wlz_declaratie.kern.regel import Regel, alle_regels, lijkt_op

LANGSTE_TEKST = 200
"""Characters of a source or reason: it stands in every report."""
MEESTE_WAARDEN = 200
"""In one table; each cuts the days of its rule, which then runs once more."""
SLEUTELS = ("regel", "parameter", "van", "tot", "waarde", "bron")
ERNSTEN = ("signaal", "uit")
_ZOALS_WAARDE = 'regel = "MUT-01", parameter = "max_dagen", van = 2027-01-01, waarde = 14 en bron = "…"'
_ZOALS_ERNST = 'MUT-01 = { ernst = "signaal", reden = "…" }'
_TEKST = f"een tekst van hooguit {LANGSTE_TEKST} tekens"


@dataclass(frozen=True)
class Beleid:
    """Values and severities in place of ours, the most general first: what comes later wins, day by day."""

    waarden: tuple[AndereWaarde, ...] = ()
    ernst: tuple[Verzachting, ...] = ()

    def over(self, regels: Iterable[Regel]) -> list[Regel]:
        """These rules with the values and severities, without those that are off."""
        return [gewijzigd for regel in regels if (gewijzigd := self._over(regel)) is not None]

    def van(self, regel_id: str) -> Beleid:
        """What it says of one rule."""
        return Beleid(
            tuple(een for een in self.waarden if een.regel_id == regel_id),
            tuple(een for een in self.ernst if een.regel_id == regel_id),
        )

    def _over(self, regel: Regel) -> Regel | None:
        van_regel = self.van(regel.id)
        if regel.gebrek:
            return regel
        p = regel.parameters
        for (_, naam), groep in _per_tabel(van_regel.waarden).items():
            p = met_waarden(p, naam, [Periode(een.waarde, een.bron, een.van, een.tot) for een in groep])
        if not van_regel.ernst:
            return replace(regel, parameters=p)
        laatste = van_regel.ernst[-1]
        return None if laatste.ernst == "uit" else replace(regel, parameters=p, verzacht=laatste.reden)


def _per_tabel(waarden: Iterable[AndereWaarde]) -> dict[tuple[str, str], list[AndereWaarde]]:
    """Of one rule, by table and parameter, in order."""
    groepen: dict[tuple[str, str], list[AndereWaarde]] = defaultdict(list)
    for een in waarden:
        groepen[een.tabel, een.parameter].append(een)
    return groepen


def beleid_van(instellingen: Instellingen, delen: Sequence[Deel]) -> Beleid:
    """What these parts say, each going before the former. Raises Gebruikersfout for what cannot be."""
    bestand = instellingen.bestand
    if bestand is None:
        return Beleid()
    waarden: list[AndereWaarde] = []
    ernst: dict[str, Verzachting] = {}
    for deel in delen:
        waarden += waarden_in(bestand, deel)
        # Taken out first, so that the order stays that of the parts.
        for een in ernst_in(bestand, deel):
            ernst.pop(een.regel_id, None)
            ernst[een.regel_id] = een
    return Beleid(tuple(waarden), tuple(ernst.values()))


def met_instellingen(instellingen: Instellingen, regel: Regel) -> tuple[Regel, Beleid]:
    """A rule as it is for any batch, and what all parts say of it. Raises Gebruikersfout for a mistake in the file."""
    eis_goed(instellingen)
    overal = beleid_van(instellingen, [instellingen.algemeen]).over([regel])
    gezegd = [beleid_van(instellingen, [deel]).van(regel.id) for deel in instellingen.delen]
    alles = Beleid(
        tuple(een for beleid in gezegd for een in beleid.waarden),
        tuple(een for beleid in gezegd for een in beleid.ernst),
    )
    return overal[0] if overal else regel, alles


def eis_goed(instellingen: Instellingen) -> None:
    """Raises Gebruikersfout for the first rule, parameter, value, severity or reason of the file that cannot be."""
    bestand = instellingen.bestand
    if bestand is None:
        return
    for deel in instellingen.delen:
        beleid_van(instellingen, [deel])
        _eis_regels(bestand, deel.plaats, deel.opties)
    for naam, opties in instellingen.opdrachten.items():
        _eis_regels(bestand, tuple(naam.split(".")), opties)


def _eis_regels(bestand: Bestand, plaats: Pad, opties: Mapping[str, Any]) -> None:
    """Rules and families that an option names, are there."""
    alle = alle_regels()
    for optie in ("selecteer", "negeer"):
        for woord in str(opties.get(optie, "")).upper().split(","):
            if (kaal := woord.strip()) and not any(regel_id.startswith(kaal) for regel_id in alle):
                reden = f"{optie}: geen controleregel heet of begint met {getoond(kaal)}{vraag(lijkt_op(kaal, alle))}"
                raise bestand.fout((*plaats, optie), reden, "Zie `declaratie regels`.")


def waarden_in(bestand: Bestand, deel: Deel) -> Iterator[AndereWaarde]:
    """The values of this part, in the order of the file. Raises Gebruikersfout for one that cannot be."""
    plaats, tabel = (*deel.plaats, WAARDEN), f"{deel.naam}.{WAARDEN}".lstrip(".")
    if deel.waarden is None:
        return
    if not isinstance(deel.waarden, list) or not all(isinstance(rij, dict) for rij in deel.waarden):
        raise bestand.fout(plaats, f"{tabel} is geen lijst van waarden", f"Schrijf [[{tabel}]] boven elke waarde.")
    if len(deel.waarden) > MEESTE_WAARDEN:
        raise bestand.fout(plaats, f"[[{tabel}]] staat er meer dan {MEESTE_WAARDEN} keer", "Neem perioden samen.")
    per_naam: dict[tuple[str, str], list[Periode]] = defaultdict(list)
    laatste: dict[tuple[str, str], Pad] = {}
    for nummer, rij in enumerate(deel.waarden):
        hier = (*plaats, nummer)
        if onbekend := next((sleutel for sleutel in rij if sleutel not in SLEUTELS), None):
            lijkt = vraag([f"'{een}'" for een in bedoeld(onbekend, SLEUTELS)])
            reden = f"[[{tabel}]]: {getoond(onbekend)} kan hier niet{lijkt}"
            raise bestand.fout((*hier, onbekend), reden, f"Gebruik {', '.join(SLEUTELS)}.")
        regel = _regel(bestand, (*hier, "regel"), rij.get("regel"), f"Schrijf zoals {_ZOALS_WAARDE}.")
        naam = _parameter(bestand, (*hier, "parameter"), regel, rij.get("parameter"))
        try:
            inhoud = {sleutel: waarde for sleutel, waarde in rij.items() if sleutel not in ("regel", "parameter")}
            periode = lees_periode(naam, inhoud, _is_tekst, f"geef beide, de bron als {_TEKST}")
            eis_past(regel.parameters, naam, periode)
        except Parameterfout as fout:
            raise bestand.fout(hier, f"[[{tabel}]]: {regel.id} {fout}", _remedie(regel, naam)) from None
        periode = replace(periode, bron=gemaskeerd(periode.bron))
        per_naam[regel.id, naam].append(periode)
        laatste[regel.id, naam] = hier
        yield AndereWaarde(regel.id, naam, periode.waarde, periode.van, periode.tot, periode.bron, tabel)
    for (regel_id, naam), perioden in per_naam.items():
        regel = alle_regels()[regel_id]
        try:
            met_waarden(regel.parameters, naam, perioden)
        except Parameterfout as fout:
            reden = f"[[{tabel}]]: {regel_id} {fout}"
            raise bestand.fout(laatste[regel_id, naam], reden, _remedie(regel, naam)) from None


def _remedie(regel: Regel, naam: str) -> str:
    return f"Nu geldt {regel.parameters.in_woorden(naam)}; zie `declaratie uitleg {regel.id}`."


def ernst_in(bestand: Bestand, deel: Deel) -> Iterator[Verzachting]:
    """The rules that this part softens. Raises Gebruikersfout for one that cannot be."""
    plaats, tabel = (*deel.plaats, ERNST), f"{deel.naam}.{ERNST}".lstrip(".")
    if deel.ernst is None:
        return
    if not isinstance(deel.ernst, dict):
        raise bestand.fout(plaats, f"{tabel} is geen onderdeel", f"Schrijf [{tabel}] op een eigen regel.")
    for woord, inhoud in deel.ernst.items():
        hier = (*plaats, woord)
        regel = _regel(bestand, hier, woord, f"Schrijf zoals {_ZOALS_ERNST}.")
        if not isinstance(inhoud, dict) or not set(inhoud) <= {"ernst", "reden"}:
            raise bestand.fout(hier, f"[{tabel}]: bij {regel.id} staat iets anders", f"Schrijf zoals {_ZOALS_ERNST}.")
        ernst, reden = inhoud.get("ernst"), inhoud.get("reden")
        if ernst not in ERNSTEN:
            wat = f"[{tabel}]: {regel.id} kan niet {getoond(ernst)} worden"
            raise bestand.fout((*hier, "ernst"), wat, 'Een controleregel is alleen te verzachten: "signaal" of "uit".')
        if ernst == "signaal" and "afkeur" not in regel.ernst:
            raise bestand.fout(hier, f"[{tabel}]: {regel.id} keurt niets af", "Haal haar weg.")
        if not _is_tekst(reden):
            raise bestand.fout((*hier, "reden"), f"[{tabel}]: bij {regel.id} ontbreekt de reden", f"Geef {_TEKST}.")
        yield Verzachting(regel.id, ernst, gemaskeerd(str(reden)), tabel)


def _regel(bestand: Bestand, plaats: Pad, woord: object, remedie: str) -> Regel:
    alle = alle_regels()
    if not isinstance(woord, str):
        raise bestand.fout(plaats[:-1], f"[[{'.'.join(map(str, plaats[:-2]))}]]: regel ontbreekt", remedie)
    if woord not in alle:
        reden = f"{getoond(woord)} is geen controleregel{vraag(lijkt_op(woord.upper(), alle))}"
        raise bestand.fout(plaats, reden, "Zie `declaratie regels`.")
    if gebrek := alle[woord].gebrek:
        raise bestand.fout(plaats, f"{woord} draait niet: {schoon(gebrek).rstrip('.')}", "Haal haar hier weg.")
    return alle[woord]


def _parameter(bestand: Bestand, plaats: Pad, regel: Regel, naam: object) -> str:
    bekend = list(regel.parameters.perioden)
    if isinstance(naam, str) and naam in bekend:
        return naam
    lijkt = vraag([f"'{een}'" for een in bedoeld(naam, bekend)]) if isinstance(naam, str) else ""
    reden = f"{regel.id} heeft geen parameter {getoond(naam)}{lijkt}" if naam is not None else "parameter ontbreekt"
    remedie = f"Kies uit {', '.join(bekend)}." if bekend else "Van deze controleregel is geen waarde te wijzigen."
    raise bestand.fout(plaats, reden, remedie)


def _is_tekst(tekst: object) -> bool:
    """Whether this can be a source or a reason."""
    return isinstance(tekst, str) and 0 < len(tekst.strip()) <= LANGSTE_TEKST and schoon(tekst) == tekst


def eis_iets(regels: Sequence[Regel]) -> Sequence[Regel]:
    """The rules that are left. Raises Gebruikersfout where there are none."""
    if not regels:
        raise Gebruikersfout("met deze instellingen blijft geen controleregel over. Zet er een aan, of kies ruimer.")
    return regels

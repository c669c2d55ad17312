"""What a rule is: its metadata, how it reports, and the catalogue of all rules.

What is wrong with one rule, such as a block of parameters that is not there, is its ``gebrek``: it does not run and its
run status says so; the others go on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal, get_args

import polars as pl

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.basis.lijkt import LANGSTE, bedoeld, vraag
from wlz_declaratie.basis.tonen import schoon
from wlz_declaratie.kern import parameters
from wlz_declaratie.kern.afwijkend import tijdvakken
from wlz_declaratie.kern.pakketten import NAAMLOOS, Pakket, Pakketfout, laad_modules, pakketten
from wlz_declaratie.kern.parameters import Parameterfout, Regelparameters
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Ernst, Uitkomst

_ID = re.compile(r"[A-Z]+-(?!0+$)\d+")
_MEESTE_CIJFERS = 4
_VELD = re.compile(r"\{([a-z_]+)\}")
Bereik = Literal["regel", "client", "batch"]
PROFIEL = ("kolom zzpcode", "tabel indicaties")
"""Where the profile of a line can come from."""
LEEFTIJD = ("kolom geboortedatum", "tabel clienten")
"""Where a birth date can come from."""
Toets = Callable[[Van], Iterator[Uitkomst]]


KENMERKEN = "prestaties.kenmerken"
"""What the lines say of their prestatie (soort, sector, behandeling ...); of some codes only the table knows it."""


VELDEN = ("prestatiecode",)
"""What a finding speaks of, unless its rule says otherwise: that this care was claimed at all."""


@dataclass(frozen=True)
class Telling:
    """What the findings of a rule add up, so that a report can draw it as a timeline of the client.

    ``hoe``: the aantal of one leegstand, the span of episodes, or of the lines ``van`` with one of the parameter
    ``codes`` distinct days (dagen) or the span of those in a row (looptijd); ``som`` is the name of that sum in the
    gegevens, beside ``grens``.
    """

    hoe: Literal["leegstand", "episodes", "dagen", "looptijd"]
    van: pl.Expr | None = None
    som: str = ""


@dataclass(frozen=True)
class Regel:
    """A rule of the catalogue.

    ``bereik`` says how far the rule looks: this line alone, all lines of one bsn, or the whole batch. ``tabellen``
    (a table, or table.column) and ``kolommen`` are what it cannot run without; ``tabellen_deels`` and
    ``kolommen_deels`` what it can do part of its test without; of each group of ``een_van`` ("kolom zzpcode", "tabel
    indicaties") one will do. ``leest`` is what its findings may rest on besides: tables, or KENMERKEN. ``toets`` yields
    findings, test by test in the order of the catalogue: of several findings on one line the heaviest counts, and of
    equal ones the first.
    """

    id: str
    titel: str
    bereik: Bereik
    ernst: tuple[Ernst, ...]
    retourcodes: tuple[str, ...]
    tabellen: tuple[str, ...]
    tabellen_deels: tuple[str, ...]
    kolommen: tuple[str, ...]
    kolommen_deels: tuple[str, ...]
    een_van: tuple[tuple[str, ...], ...]
    toets: Toets
    parameters: Regelparameters
    leest: tuple[str, ...] = (KENMERKEN,)
    telt: Telling | None = None
    """What its findings with a sum of days add up."""
    leest_van_lijn: tuple[str, ...] | None = None
    """Of a rule of the batch: the columns of a line that it reads beside `in_delen.VAN_BATCHREGELS`; None is all."""
    velden: tuple[str, ...] = VELDEN
    """The fields of a line that its findings speak of, so that they can be marked."""
    gebrek: str | None = None
    """Why it cannot run at all, in one line; None where all is well."""
    pakket: str | None = None
    """The rule pack that brings it, with its version; None for our own."""
    verzacht: str | None = None
    """Why it rejects nothing, of a rule that a settings file softens: what it would reject is a signal."""

    @property
    def tijdvakken(self) -> tuple[Regel, ...]:
        """Itself, or where a settings file has other values for some days, itself for each stretch of days."""
        return tuple(replace(self, parameters=deel) for deel in tijdvakken(self.parameters))

    @property
    def steunt_op(self) -> frozenset[str]:
        """The tables on which its findings may rest, and KENMERKEN where it looks at these."""
        genoemd = (naam.partition(".")[0] for naam in (*self.tabellen, *self.tabellen_deels))
        een_van = (naam.partition(" ") for groep in self.een_van for naam in groep)
        return frozenset((*genoemd, *self.leest, *(naam for soort, _, naam in een_van if soort == "tabel")))

    @property
    def familie(self) -> str:
        """The letters before the dash."""
        return self.id.partition("-")[0]

    @property
    def uitleg(self) -> str:
        """The docstring: Wat, Waarom, Voorbeeld, Wat te doen; ``{max_dagen}`` in it is that value of policy."""

        def waarde(veld: re.Match[str]) -> str:
            return self.parameters.in_woorden(veld[1]) if veld[1] in self.parameters.perioden else veld[0]

        return _VELD.sub(waarde, self.toets.__doc__ or "")


_EIGEN = "wlz_declaratie.regels"
_register: list[Regel] = []
"""Every rule of the modules that were imported, still without its parameters."""


def regel(
    id: str,
    titel: str,
    *,
    bereik: Bereik,
    ernst: Ernst | tuple[Ernst, ...] = "afkeur",
    retourcodes: tuple[str, ...],
    tabellen: tuple[str, ...] = (),
    tabellen_deels: tuple[str, ...] = (),
    kolommen: tuple[str, ...] = (),
    kolommen_deels: tuple[str, ...] = (),
    een_van: tuple[tuple[str, ...], ...] = (),
    leest: tuple[str, ...] = (KENMERKEN,),
    telt: Telling | None = None,
    leest_van_lijn: tuple[str, ...] | None = None,
    velden: tuple[str, ...] = VELDEN,
) -> Callable[[Toets], Toets]:
    """Register a rule; its validity, sources and values come from ``schemas/parameters``, or those of its pack.

    ``leest`` names what reaches it by another way: `clienten` with the age, `indicaties` with the profile and bridging.
    ``leest_van_lijn`` keeps what a big batch writes down for the rules that see all of it small.
    ``velden`` are the fields that its findings speak of.
    """

    def registreer(toets: Toets) -> Toets:
        _register.append(
            Regel(
                id=id,
                titel=titel,
                bereik=bereik,
                ernst=(ernst,) if isinstance(ernst, str) else ernst,
                retourcodes=retourcodes,
                tabellen=tabellen,
                tabellen_deels=tabellen_deels,
                kolommen=kolommen,
                kolommen_deels=kolommen_deels,
                een_van=een_van,
                toets=toets,
                parameters=Regelparameters.geen(id),
                leest=leest,
                telt=telt,
                leest_van_lijn=leest_van_lijn,
                velden=velden,
            )
        )
        return toets

    return registreer


@cache
def alle_regels() -> Mapping[str, Regel]:
    """The catalogue by rule id, in the order of the families and their numbers.

    A rule pack that cannot be loaded stands in it as one rule, number 00 of its family, with that as its ``gebrek``.
    """
    module = laad_modules(_EIGEN)
    regels = {regel_.id: _met_parameters(regel_, parameters.eigen()) for regel_ in _geregistreerd(module.__name__)}
    bezet = {regel_.familie for regel_ in regels.values()}
    for pakket in pakketten():
        try:
            regels |= _van_pakket(pakket, bezet)
            bezet.add(pakket.familie)
        except Pakketfout as fout:
            stuk = _niet_geladen(pakket, str(fout))
            eerder = regels.get(stuk.id)
            regels[stuk.id] = replace(stuk, gebrek=f"{eerder.gebrek} {stuk.gebrek}") if eerder else stuk
    return dict(sorted(regels.items()))


def _geregistreerd(pakket: str) -> list[Regel]:
    """The rules of a package that was imported. Raises ValueError for an id that is there twice."""
    regels = [r for r in _register if f"{r.toets.__module__}.".startswith(f"{pakket}.")]
    ids = [r.id for r in regels]
    if dubbel := sorted({id_ for id_ in ids if ids.count(id_) > 1}):
        raise ValueError(f"{', '.join(dubbel)} staat er twee keer in")
    return regels


def _van_pakket(pakket: Pakket, bezet: Collection[str]) -> dict[str, Regel]:
    """The rules of a pack. Raises Pakketfout where it, or the id of one of them, cannot be used."""
    if pakket.familie in bezet:
        raise Pakketfout(f"de familie {pakket.familie} is al van een ander; geef het pakket een eigen")
    module = pakket.laad()
    try:
        regels = _geregistreerd(pakket.module)
    except ValueError as fout:
        raise Pakketfout(str(fout)) from None
    if not regels:
        raise Pakketfout(f"in {pakket.module} staat geen enkele @regel")
    if vreemd := [r.id for r in regels if not _ID.fullmatch(r.id) or r.familie != pakket.familie]:
        raise Pakketfout(f"{', '.join(vreemd)} heet niet {pakket.familie}-01, {pakket.familie}-02 ...")
    gelezen = pakket.parameters(module)
    return {r.id: replace(_met_parameters(r, gelezen), pakket=pakket.naam) for r in regels}


def _met_parameters(regel_: Regel, gelezen: parameters.Gelezen) -> Regel:
    if onjuist := _onjuist(regel_):
        return replace(regel_, gebrek=f"{regel_.toets.__module__}: {regel_.id} {onjuist}")
    try:
        return replace(regel_, parameters=gelezen.van(regel_.id))
    except Parameterfout as fout:
        return replace(regel_, gebrek=str(fout))


def _onjuist(regel_: Regel) -> str | None:
    """What of its own words no result could carry."""
    if regel_.bereik not in get_args(Bereik):
        return f"heeft bereik '{regel_.bereik}'; kies uit {', '.join(get_args(Bereik))}"
    if not regel_.ernst or not set(regel_.ernst) <= set(get_args(Ernst)):
        return f"heeft ernst {regel_.ernst}; kies uit {', '.join(get_args(Ernst))}"
    if fout := [code for code in regel_.retourcodes if not re.fullmatch("[0-9]{4}", code)]:
        return f"heeft retourcode {', '.join(fout)}; een retourcode is vier cijfers"
    return None


def _niet_geladen(pakket: Pakket, reden: str) -> Regel:
    id_ = f"{pakket.familie if _ID.fullmatch(f'{pakket.familie}-1') else NAAMLOOS}-00"
    stuk = zonder_toets(id_, "Regelpakket dat niet geladen kan worden")
    return replace(stuk, gebrek=f"{pakket} is niet geladen: {reden}.", pakket=pakket.naam)


def zonder_toets(id_: str, titel: str) -> Regel:
    """A rule of which only the name is known: it tests nothing."""
    return Regel(
        id=id_,
        titel=titel,
        bereik="batch",
        ernst=(),
        retourcodes=(),
        tabellen=(),
        tabellen_deels=(),
        kolommen=(),
        kolommen_deels=(),
        een_van=(),
        toets=lambda van: iter(()),
        parameters=Regelparameters.geen(id_),
    )


class OnbekendeRegel(Gebruikersfout):
    """A rule id or prefix that the catalogue does not have."""


def herkend(woord: str, regels: Mapping[str, Regel]) -> str | None:
    """The id that can only be meant: MUT01 and MUT-1 are MUT-01."""
    letters = woord.rstrip("0123456789")
    cijfers = woord[len(letters) :]
    if not cijfers or len(cijfers) > _MEESTE_CIJFERS:
        return None
    id_ = f"{letters.rstrip('-_ ')}-{int(cijfers):02d}"
    return id_ if id_ in regels else None


def lijkt_op(woord: str, regels: Mapping[str, Regel]) -> list[str]:
    """The ids or families that someone may have meant."""
    zeker = herkend(woord, regels)
    return [zeker] if zeker else bedoeld(woord, [*regels, *dict.fromkeys(een.familie for een in regels.values())])


def _onbekend(woord: str, regels: Mapping[str, Regel]) -> str:
    bedoel = vraag(lijkt_op(woord, regels)) or "."
    return f"geen controleregel heet of begint met '{schoon(woord)[:LANGSTE]}'{bedoel} Zie `declaratie regels`."


def ids(keuze: str | Iterable[str]) -> list[str]:
    """Ids from a list, or from one text with commas between."""
    delen = keuze.split(",") if isinstance(keuze, str) else keuze
    return [deel.strip().upper() for deel in delen if deel.strip()]


def kies(selecteer: Sequence[str], negeer: Sequence[str]) -> list[Regel]:
    """The rules whose id starts with one of ``selecteer`` (all when empty) and with none of ``negeer``."""
    regels = alle_regels()
    for voorvoegsel in (*selecteer, *negeer):
        if not any(regel_id.startswith(voorvoegsel) for regel_id in regels):
            raise OnbekendeRegel(_onbekend(voorvoegsel, regels))
    gekozen = [r for r in regels.values() if not selecteer or r.id.startswith(tuple(selecteer))]
    gekozen = [r for r in gekozen if not r.id.startswith(tuple(negeer))]
    if not gekozen:
        raise OnbekendeRegel("met deze --selecteer en --negeer blijft geen controleregel over. Kies ruimer.")
    return gekozen

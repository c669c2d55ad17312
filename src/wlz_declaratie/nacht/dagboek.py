"""The journal: what this night did, kept until it ended undisturbed, so that a restart can tell of the whole night."""

from __future__ import annotations

import json
import os
import signal
import stat
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from wlz_declaratie.basis.schijf import map_op_schijf
from wlz_declaratie.basis.slot import GEEN_KOPPELING
from wlz_declaratie.nacht import toezicht

BESTAND = "nacht.jsonl"
SCHEMA = "declaratie-dagboek/1"
HOOGUIT = 64 * 2**20
"""Bytes of a journal; a bigger one is not ours."""
DEZELFDE_NACHT = timedelta(hours=12)
"""A run that starts again within this time keeps the peildatum of the night: midnight may have passed."""

VERWERKT, AL_BEKEND, QUARANTAINE, AFGEKEURD, WACHT, OVERGESLAGEN = STANDEN = (
    "verwerkt", "al bekend", "quarantaine", "afgekeurd", "wacht", "overgeslagen",
)  # fmt: skip

LIJSTEN = "uitslag", "declaranten"
"""Fields of a Regel that hold more than one text."""

ONTSPORINGEN = ("SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGSEGV", "SIGSYS", "SIGTRAP")
"""Signals of a program that went wrong."""
TE_VAAK = 5
"""From this sum of weights of deaths on, a file is not read again."""
ONBEKEND, GEDOOD, ONTSPOORD = 1, 3, 5
"""Weight of a death while a file was read: of the whole night, power cuts included, which says little of the file;
of the run alone, by a signal that the system gives when memory is short, and so do people, or of a night that nobody
watched; by a signal that only a program that went wrong gives itself."""


@dataclass(frozen=True)
class Regel:
    """What became of one file; names are free of bsn.

    - ``stand``: one of STANDEN; ``reden`` says why it is not verwerkt.
    - ``samenvatting``: controle.Samenvatting as a dict, for a batch that was checked.
    - ``periode``: first day of its period; ``uitslag``: names of its result files, the JSON first.
    - ``declaranten``: whose lines they are, AGB codes.
    """

    bestand: str
    sha256: str | None
    stand: str
    exitcode: int
    reden: str | None = None
    periode: str | None = None
    peildatum: str | None = None
    samenvatting: dict[str, int] | None = None
    uitslag: tuple[str, ...] = ()
    declaranten: tuple[str, ...] = ()


def noteer_dood(map_: Path, peildatum: date | None, sein: int) -> bool:
    """A run was ended by this signal; false when it was reading no file, so that a new one would end so too."""
    if not os.path.lexists(map_ / BESTAND):
        return False
    zelf = {int(getattr(signal, naam, 0)) for naam in ONTSPORINGEN}
    return Dagboek(map_, peildatum, ONTSPOORD if sein in zelf else GEDOOD).gestorven is not None


class _Vreemd(Exception):
    """This is no journal of this version."""


class Dagboek:
    """One file of JSON lines, each on disk before the night goes on.

    - ``begonnen`` and ``peildatum``: a run starts; the last one counts for a restart within DEZELFDE_NACHT.
    - a Regel: the last word on a file counts.
    - ``bezig``: the sha256 of what is being read now, null when nothing is, and the ``gewicht`` of a death then.
    - ``gestorven``, ``gewicht``: a run died while it read this.
    - ``run`` and ``moment``: a run began, of this night or to finish it.
    - ``vrijgegeven`` and ``sha256``: who started the night gives this batch in quarantine free, by that name.
    """

    def __init__(self, map_: Path, peildatum: date | None, gewicht: int | None = None) -> None:
        """Open it in ``map_``, or go on with what is there; ``peildatum`` is what the user asked for.

        A file that is no journal of this version is set aside, as ``opzij``. When it says that a run died while it
        read a file, that is noted as ``gestorven``, with ``gewicht``.
        """
        self._pad = map_ / BESTAND
        self.regels: dict[tuple[str, str | None], Regel] = {}
        self.opzij: str | None = None
        self.runs: dict[str, str] = {}
        """The runs before this one that did not end: when each began, by id."""
        self.vrijgegeven: dict[str, str] = {}
        """What was given free: sha256, and the name that was used, free of bsn."""
        self._bezig: str | None = None
        self._gewicht = ONBEKEND
        self._doden: Counter[str] = Counter()
        try:
            koppen = self._lees()
        except _Vreemd:
            self.opzij = _zet_opzij(self._pad)
            self.regels.clear()
            self._doden.clear()
            self.vrijgegeven.clear()
            self.runs.clear()
            self._bezig, koppen = None, []
        nu = datetime.now(UTC)
        self.hervat = bool(koppen)
        self.begonnen = koppen[0][0] if koppen else nu
        vandaag = date.today()
        if koppen and timedelta(0) <= nu - koppen[-1][0] < DEZELFDE_NACHT:
            vandaag = koppen[-1][1]
        self.peildatum = peildatum or vandaag
        if not koppen or koppen[-1][1] != self.peildatum or not timedelta(0) <= nu - koppen[-1][0] < DEZELFDE_NACHT:
            self._schrijf({"schema": SCHEMA, "begonnen": nu.isoformat(), "peildatum": self.peildatum.isoformat()})
        self.gestorven = self._bezig
        if self._bezig is not None:
            self._schrijf({"gestorven": self._bezig, "gewicht": gewicht or self._gewicht})
            self._doden[self._bezig] += gewicht or self._gewicht
            self._bezig = None

    @property
    def leeg(self) -> bool:
        """Whether it only says that a run started: nothing was done yet."""
        return not (self.regels or self.runs or self.vrijgegeven or self._doden)

    def begin_run(self, run: str) -> None:
        """This run goes on with the night. Raises OSError."""
        self._schrijf({"run": run, "moment": datetime.now(UTC).isoformat(timespec="seconds")})

    def noteer(self, regel: Regel) -> None:
        """Add a line that survives a kill. Raises OSError."""
        self._schrijf(asdict(regel))
        self._onthoud(regel)

    def geef_vrij(self, naam: str, sha256: str) -> None:
        """This batch may be booked, whatever is found. Raises OSError."""
        self._schrijf({"vrijgegeven": naam, "sha256": sha256})
        self.vrijgegeven[sha256] = naam

    def van(self, bestand: str, sha256: str | None) -> Regel | None:
        """What was noted of this file."""
        return self.regels.get((bestand, sha256))

    @contextmanager
    def probeer(self, sha256: str) -> Iterator[bool]:
        """Around what may break off the program; false when it did so too often on this file."""
        if self._doden[sha256] >= TE_VAAK:
            yield False
            return
        self.begin(sha256)
        try:
            yield True
        finally:
            self.eind()

    def begin(self, sha256: str) -> None:
        """This file is going to be read; a power cut may forget that."""
        self._bezig = sha256
        self._schrijf({"bezig": sha256, "gewicht": ONBEKEND if toezicht.actief() else GEDOOD}, zeker=False)

    def eind(self) -> None:
        """It was read, or refused in an orderly way."""
        if self._bezig is not None:
            self._bezig = None
            self._schrijf({"bezig": None}, zeker=False)

    def sluit(self) -> None:
        """The night ended undisturbed."""
        self._pad.unlink()
        map_op_schijf(self._pad.parent)

    def _onthoud(self, regel: Regel) -> None:
        self.regels[regel.bestand, regel.sha256] = regel

    def _lees(self) -> list[tuple[datetime, date]]:
        """The lines that are whole; half a line, of a full disk or a power cut, is cut off. Raises _Vreemd."""
        try:
            gevonden = self._pad.lstat()
        except FileNotFoundError:
            return []
        if not stat.S_ISREG(gevonden.st_mode) or gevonden.st_size > HOOGUIT:
            raise _Vreemd
        with self._pad.open("rb+") as bestand:
            inhoud = bestand.read()
            heel = inhoud[: inhoud.rfind(b"\n") + 1]
            if inhoud and not heel and not inhoud.startswith(b"{"):
                raise _Vreemd
            koppen = []
            try:
                for regel in heel.splitlines():
                    koppen += self._volg(json.loads(regel))
            except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
                raise _Vreemd from None
            if heel and not koppen:
                raise _Vreemd
            bestand.truncate(len(heel))
        return koppen

    def _volg(self, inhoud: dict[str, Any]) -> list[tuple[datetime, date]]:
        """Take in one line; gives the start of a run, if it is that."""
        if "begonnen" in inhoud:
            begonnen = datetime.fromisoformat(inhoud["begonnen"])
            if inhoud.get("schema", SCHEMA) != SCHEMA or begonnen.tzinfo is None:
                raise _Vreemd
            return [(begonnen, date.fromisoformat(inhoud["peildatum"]))]
        if "bezig" in inhoud:
            self._bezig, self._gewicht = _tekst(inhoud["bezig"]), int(inhoud.get("gewicht", ONBEKEND))
        elif "gestorven" in inhoud:
            self._doden[str(_tekst(inhoud["gestorven"]))] += int(inhoud["gewicht"])
            self._bezig = None
        elif "run" in inhoud:
            self.runs[str(_tekst(inhoud["run"]))] = datetime.fromisoformat(inhoud["moment"]).isoformat()
        elif "vrijgegeven" in inhoud:
            self.vrijgegeven[str(_tekst(inhoud["sha256"]))] = str(_tekst(inhoud["vrijgegeven"]))
        else:
            self._onthoud(_regel(inhoud))
        return []

    def _schrijf(self, inhoud: dict[str, Any], *, zeker: bool = True) -> None:
        nieuw = not self._pad.exists()
        nummer = os.open(self._pad, os.O_WRONLY | os.O_CREAT | os.O_APPEND | GEEN_KOPPELING, 0o600)
        with os.fdopen(nummer, "ab") as bestand:
            bestand.write(json.dumps(inhoud, ensure_ascii=False).encode() + b"\n")
            bestand.flush()
            if zeker:
                os.fsync(bestand.fileno())
        if nieuw:
            map_op_schijf(self._pad.parent)


def _tekst(waarde: Any) -> str | None:
    if waarde is not None and not isinstance(waarde, str):
        raise _Vreemd
    return waarde


def _regel(inhoud: dict[str, Any]) -> Regel:
    """A line of the journal as what it says of a file. Raises _Vreemd, KeyError, TypeError."""
    inhoud = {"declaranten": [], **inhoud}  # an earlier version did not have them
    if set(inhoud) != {veld.name for veld in fields(Regel)} or inhoud["stand"] not in STANDEN:
        raise _Vreemd
    samenvatting = inhoud["samenvatting"]
    getallen = [inhoud["exitcode"], *(samenvatting.values() if samenvatting is not None else ())]
    teksten = [inhoud[naam] for naam in ("bestand", "sha256", "reden", "periode", "peildatum")]
    if not all(type(getal) is int for getal in getallen) or not all(isinstance(inhoud[naam], list) for naam in LIJSTEN):
        raise _Vreemd
    for tekst in (*teksten, *(tekst for naam in LIJSTEN for tekst in inhoud[naam])):
        _tekst(tekst)
    if inhoud["bestand"] is None:
        raise _Vreemd
    return Regel(**{**inhoud, **{naam: tuple(inhoud[naam]) for naam in LIJSTEN}})


def _zet_opzij(pad: Path) -> str:
    """Give what is no journal another name; gives that name. Raises OSError."""
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    namen = (f"{pad.stem}-onleesbaar-{moment}{merk}{pad.suffix}" for merk in ("", *(f"-{n}" for n in range(2, 1000))))
    nieuw = next(naam for naam in namen if not os.path.lexists(pad.with_name(naam)))
    pad.rename(pad.with_name(nieuw))
    map_op_schijf(pad.parent)
    return nieuw

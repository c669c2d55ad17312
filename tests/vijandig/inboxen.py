"""What can lie in an inbox besides batches, and how a journal or a store can be damaged.

Each function makes something in a folder and gives its path; nothing here needs rights that a sender does not have.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path

from nachthulp import asc, csv, regel

ZONDER_UTF8 = os.fsdecode(b"maart\xff\xfe.csv")
LANG = "é" * 122 + ".csv"
"""248 bytes: a disk takes it, and nothing behind it."""
LANG_ASTRAAL = "\U0001f4b6" * 62 + ".csv"
STUREND = "=1+1 \x1b[2J\u202e[b]\n.csv"

NAMEN = {"geen utf-8": ZONDER_UTF8, "lang": LANG, "lang, astraal": LANG_ASTRAAL, "sturend": STUREND}
"""Names that a disk takes and a program may not."""


def koppeling(inbox: Path, doel: Path, naam: str = "koppeling.csv") -> Path:
    """A symbolic link to a file that the sender may not see."""
    (inbox / naam).symlink_to(doel)
    return inbox / naam


def tweede_naam(inbox: Path, doel: Path, naam: str = "tweede.csv") -> Path:
    """A hard link: the file has another name elsewhere."""
    (inbox / naam).hardlink_to(doel)
    return inbox / naam


def pijp(inbox: Path, naam: str = "pijp.csv") -> Path:
    """A pipe in which nobody writes: to open it is to wait for ever."""
    os.mkfifo(inbox / naam)
    return inbox / naam


def stopcontact(inbox: Path, naam: str = "stopcontact.csv") -> Path:
    """A socket."""
    hier = Path.cwd()
    os.chdir(inbox)  # the path of a socket may not be long
    try:
        with socket.socket(socket.AF_UNIX) as open_:
            open_.bind(naam)
    finally:
        os.chdir(hier)
    return inbox / naam


def map_als_batch(inbox: Path, naam: str = "map.csv") -> Path:
    """A folder with the name of a batch."""
    csv(inbox / naam, "diep.csv", regel("DIEP"))
    return inbox / naam


VREEMD: dict[str, Callable[[Path], Path]] = {
    "koppeling": lambda inbox: koppeling(inbox, Path("/etc/hostname")),
    "hangende koppeling": lambda inbox: koppeling(inbox, inbox / "bestaat niet"),
    "apparaat": lambda inbox: koppeling(inbox, Path("/dev/zero")),
    "pijp": pijp,
    "stopcontact": stopcontact,
    "map": map_als_batch,
}
"""What is no regular file."""


def half_bericht(inbox: Path, naam: str = "half.asc", regels: int = 6) -> Path:
    """An AW319 of which the end is missing: what came before a transfer stalled."""
    pad = asc(inbox, naam, *({"aantal": 1} for _ in range(regels)))
    records = pad.read_bytes().split(b"\r\n")[:-1]
    pad.write_bytes(b"".join(record + b"\r\n" for record in records[: len(records) // 2]))
    return pad


def bericht_dat_niet_klopt(inbox: Path, naam: str = "klopt-niet.asc") -> Path:
    """An AW319 without one of its performance records: counts and total of the closing record do not hold."""
    pad = asc(inbox, naam, {}, {})
    records = pad.read_bytes().split(b"\r\n")[:-1]
    weg = max(nummer for nummer, record in enumerate(records) if record[:2] == b"04")
    pad.write_bytes(b"".join(record + b"\r\n" for nummer, record in enumerate(records) if nummer != weg))
    return pad


def twee_berichten(inbox: Path, naam: str = "twee.asc") -> Path:
    """Two AW319 in one file, the second without an end: no closing record counts what stands there."""
    pad = asc(inbox, naam, {})
    inhoud = pad.read_bytes()
    pad.write_bytes(inhoud + b"".join(record + b"\r\n" for record in inhoud.split(b"\r\n")[:-2]))
    return pad


def beschadigd_bericht(inbox: Path, naam: str = "beschadigd.asc") -> Path:
    """An AW319 with a byte less in one performance record."""
    pad = asc(inbox, naam, {}, {"aantal": 1})
    records = pad.read_bytes().split(b"\r\n")[:-1]
    nummer = next(nummer for nummer, record in enumerate(records) if record[:2] == b"04")
    records[nummer] = records[nummer][:-1]
    pad.write_bytes(b"".join(record + b"\r\n" for record in records))
    return pad


ONBEVESTIGD: dict[str, Callable[[Path], Path]] = {
    "half": half_bericht,
    "klopt niet": bericht_dat_niet_klopt,
    "twee": twee_berichten,
    "beschadigd": beschadigd_bericht,
}
"""Messages that their own closing record does not confirm."""


_KOP = json.dumps({"begonnen": "2019-01-01T00:00:00+00:00", "peildatum": "2019-01-01"})
_REGEL = {
    "bestand": "a.csv", "sha256": "1", "stand": "verwerkt", "exitcode": 0, "reden": None, "periode": None,
    "peildatum": None, "samenvatting": None, "uitslag": [],
}  # fmt: skip

DAGBOEKEN: dict[str, bytes] = {
    "binair": bytes(range(256)),
    "nullen": bytes(4096),
    "tekst": b"dit is geen dagboek\n",
    "geen object": b"[1, 2]\n3\n",
    "halve regel in het midden": f'{_KOP}\n{{"bestand": "a.c\n{json.dumps(_REGEL)}\n'.encode(),
    "zonder begin": f"{json.dumps(_REGEL)}\n".encode(),
    "verkeerd type": f"{_KOP}\n{json.dumps({**_REGEL, 'exitcode': 'twee'})}\n".encode(),
    "uitslag is getal": f"{_KOP}\n{json.dumps({**_REGEL, 'uitslag': 7})}\n".encode(),
    "onbekend veld": f"{_KOP}\n{json.dumps({**_REGEL, 'nieuw': 1})}\n".encode(),
    "onbekende stand": f"{_KOP}\n{json.dumps({**_REGEL, 'stand': 'beter'})}\n".encode(),
    "ontbrekend veld": f"{_KOP}\n{{}}\n".encode(),
    "nieuwer schema": _KOP.replace("{", '{"schema": "declaratie-dagboek/2", ', 1).encode() + b"\n",
    "geen datum": b'{"begonnen": "gisteren", "peildatum": "2019-01-01"}\n',
    "geen tijdzone": b'{"begonnen": "2019-01-01T00:00:00", "peildatum": "2019-01-01"}\n',
    "peildatum is getal": b'{"begonnen": "2019-01-01T00:00:00+00:00", "peildatum": 20190101}\n',
    "diep": b"[" * 200_000 + b"\n",
    "geen utf-8": b'{"begonnen": "\xff"}\n',
}
"""Journals that are none, or not of this version."""


def laatste_log(historie: Path) -> Path:
    """The last log file of a store."""
    return max((historie / "_delta_log").glob("*.json"))


def _leeg(historie: Path) -> None:
    laatste_log(historie).write_bytes(b"")


def _half(historie: Path) -> None:
    inhoud = laatste_log(historie).read_bytes()
    laatste_log(historie).write_bytes(inhoud[: len(inhoud) // 2])


def _zonder_laatste_regel(historie: Path) -> None:
    regels = laatste_log(historie).read_bytes().splitlines(keepends=True)
    laatste_log(historie).write_bytes(b"".join(regels[:-1]))


def _weg(historie: Path) -> None:
    laatste_log(historie).unlink()


def _gat(historie: Path) -> None:
    sorted((historie / "_delta_log").glob("*.json"))[-2].unlink()


def _leeg_midden(historie: Path) -> None:
    sorted((historie / "_delta_log").glob("*.json"))[-2].write_bytes(b"")


def _binair(historie: Path) -> None:
    laatste_log(historie).write_bytes(bytes(500))


def _register(historie: Path) -> None:
    _verniel(min(historie.glob("deel=register/*.parquet")))


def _regels(historie: Path) -> None:
    _verniel(min(historie.glob("deel=regels-*/*.parquet")))


def _regels_weg(historie: Path) -> None:
    min(historie.glob("deel=regels-*/*.parquet")).unlink()


def _verniel(pad: Path) -> None:
    inhoud = bytearray(pad.read_bytes())
    inhoud[4:-8] = bytes(len(inhoud) - 12)
    pad.write_bytes(inhoud)


LOGSCHADE: dict[str, Callable[[Path], None]] = {
    "leeg": _leeg,
    "half": _half,
    "zonder laatste regel": _zonder_laatste_regel,
    "weg": _weg,
    "gat": _gat,
    "leeg in het midden": _leeg_midden,
    "binair": _binair,
}
"""Damage to the log of a store of at least two batches: opening it shows that."""

BESTANDSSCHADE: dict[str, Callable[[Path], None]] = {
    "register": _register,
    "regels": _regels,
    "regels weg": _regels_weg,
}
"""Damage to its data."""

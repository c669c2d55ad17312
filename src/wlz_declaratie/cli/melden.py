"""What a command says besides its report: lines of text and JSON. Nothing of a file or a path goes round this."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from wlz_declaratie.basis.tonen import gemaskeerd, ontsnapt, schoon, zonder_bsn

_PAD = re.compile(r"[\\/.]")


def meld_fout(tekst: str) -> None:
    """What is wrong, in one line on stderr."""
    meld(f"fout: {tekst}")


def meld(tekst: str) -> None:
    """A line on stderr, without control characters; bsns masked unless --toon-bsn."""
    print(_toonbaar(tekst), file=sys.stderr)


def zeg(tekst: str) -> None:
    """A line on stdout, likewise."""
    print(_toonbaar(tekst))


def schrijf_json(inhoud: Any) -> None:
    """JSON on stdout, in UTF-8 whatever the console speaks; see `json_tekst`."""
    schrijf_tekst(json.dumps(inhoud, ensure_ascii=False, indent=1, default=str))


def schrijf_tekst(json_tekst: str) -> None:
    """The text of a JSON object on stdout, with an escape for each character that may not be shown."""
    sys.stdout.flush()
    sys.stdout.buffer.write(f"{ontsnapt(json_tekst)}\n".encode())
    sys.stdout.buffer.flush()


def _toonbaar(tekst: str) -> str:
    if "--toon-bsn" in sys.argv:
        return schoon(tekst)
    for woord in sys.argv[1:]:
        if _PAD.search(woord):
            for pad in dict.fromkeys((woord, str(Path(woord)))):
                tekst = tekst.replace(pad, zonder_bsn(pad))
    return gemaskeerd(tekst)

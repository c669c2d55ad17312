"""The pages of the repository that follow from the code: coverage, catalogue and contract.

``python -m wlz_declaratie.cli.paginas MAP`` writes them; they are the same on every machine.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from wlz_declaratie.basis.meegeleverd import pad
from wlz_declaratie.cli.instellingen import opdrachten
from wlz_declaratie.codes.tabellen import lees_codes
from wlz_declaratie.contract.kolommen import Tabel, lees_tabel
from wlz_declaratie.diensten.instellingen.schema import schema
from wlz_declaratie.kern.regel import Regel, alle_regels
from wlz_declaratie.rapport import dekking
from wlz_declaratie.rapport.catalogus import bron_in_woorden, bronnen_van, geldigheid, secties

TABELLEN = ("declaraties", "bevindingen")
"""Tables that are no part of the dossier; they go first."""


def _tabel(*koppen: str) -> list[str]:
    return ["", f"| {' | '.join(koppen)} |", f"|{' --- |' * len(koppen)}"]


def _rij(*cellen: object) -> str:
    return f"| {' | '.join(str(cel).replace('|', chr(92) + '|') for cel in cellen)} |"


def regels() -> str:
    """The catalogue, rule by rule, with the words that ``uitleg`` gives."""
    catalogus = [regel for regel in alle_regels().values() if regel.pakket is None]
    codes = lees_codes().retourcodes
    delen = [
        "# De controleregels",
        "",
        "Gemaakt uit de controleregels zelf met `make goud`; pas die aan, niet deze bladzijde. `declaratie uitleg`",
        "geeft dezelfde tekst. B0 tot en met B4 zijn de bronnen van `dekking.md`.",
        "",
        f"{len(catalogus)} controleregels.",
    ]
    familie = None
    for regel in catalogus:
        if regel.familie != familie:
            familie = regel.familie
            delen += ["", f"## {familie}"]
        delen += _regel(regel, codes)
    return "\n".join(delen) + "\n"


def _regel(regel: Regel, codes: Mapping[str, str]) -> Iterator[str]:
    p = regel.parameters
    yield from ("", f"### {regel.id} {regel.titel}", "")
    for kop, tekst in secties(regel).items():
        yield f"- *{kop}:* {tekst}"
    yield f"- *Ernst:* {' of '.join(regel.ernst)}; *bereik:* {regel.bereik}; *geldig:* {geldigheid(regel)}"
    if regel.retourcodes:
        yield f"- *Retourcode:* {'; '.join(f'{code} {codes[code]}' for code in regel.retourcodes)}"
    yield f"- *Bron:* {', '.join(map(bron_in_woorden, bronnen_van(regel)))}"
    nodig, deels = (*regel.tabellen, *regel.kolommen), (*regel.tabellen_deels, *regel.kolommen_deels)
    for wat, namen in (("Nodig", nodig), ("Deels nodig", deels)):
        if namen:
            yield f"- *{wat}:* {', '.join(f'`{naam}`' for naam in namen)}"
    for namen in regel.een_van:
        yield f"- *Nodig, een van:* {' of '.join(namen)}"
    for naam in p.perioden:
        yield f"- `{naam}`: {p.in_woorden(naam)}"


def contract() -> str:
    """Commands, tables, JSON and exit codes."""
    delen = [
        "# Het contract",
        "",
        "Gemaakt uit de opdrachten, `tabellen/*.toml` en de JSON-schema's met `make goud`. Wat hier staat, verandert",
        "niet zonder dat de CHANGELOG het zegt.",
        "",
        "## Exitcodes",
        *_tabel("code", "betekenis"),
        _rij("0", "niets gevonden vanaf `--faal-op`"),
        _rij("1", "wel iets gevonden, of een bericht dat als geheel wordt afgewezen"),
        _rij(
            "2", "verkeerd gebruik, onleesbare invoer, een controleregel die vastliep, uitvoer die niet te schrijven is"
        ),
        _rij("128 + n", "gestopt door signaal n (130 Ctrl-C, 143 SIGTERM)"),
        "",
        "## Opdrachten",
    ]
    from wlz_declaratie.cli.opdrachten import opdrachtregel

    for naam, opdracht in _opdrachten(opdrachtregel(), ""):
        delen += _opdracht(naam, opdracht)
    delen += ["", "## Tabellen"]
    namen = sorted(bestand.stem for bestand in pad("tabellen").glob("*.toml"))
    for naam in (*TABELLEN, *(naam for naam in namen if naam not in TABELLEN)):
        delen += _kolommen(lees_tabel(naam))
    delen += ["", "## JSON"]
    for bestand in sorted(pad().glob("*.schema.json")):
        delen += _schema(bestand)
    return "\n".join(delen) + "\n"


def _opdrachten(groep: Any, voor: str) -> Iterator[tuple[str, Any]]:
    for naam, opdracht in groep.commands.items():
        if hasattr(opdracht, "commands"):
            yield from _opdrachten(opdracht, f"{voor}{naam} ")
        else:
            yield f"{voor}{naam}", opdracht


def _opdracht(naam: str, opdracht: Any) -> Iterator[str]:
    hulp = " ".join((opdracht.help or "").split("\n\n")[0].split())
    yield from ("", f"### declaratie {naam}", "", hulp)
    opties = [optie for optie in opdracht.params if optie.name != "help" and not getattr(optie, "hidden", False)]
    if opties:
        yield from _tabel("argument of optie", "wat")
    for optie in opties:
        naam_ = (optie.metavar or optie.name).upper()
        woorden = optie.opts if optie.opts[0].startswith("-") else [naam_]
        yield _rij(", ".join(f"`{woord}`" for woord in woorden), " ".join((optie.help or "").split()))


def _kolommen(tabel: Tabel) -> Iterator[str]:
    yield from ("", f"### {tabel.naam}", "", f"{tabel.betekenis}.")
    yield from _tabel("kolom", "soort", "nodig", "betekenis", "verwacht")
    for naam, kolom in tabel.kolommen.items():
        if not kolom.intern:
            yield _rij(f"`{naam}`", kolom.soort, "ja" if kolom.nodig else "nee", kolom.betekenis, kolom.verwacht or "")


def _schema(bestand: Path) -> Iterator[str]:
    schema = json.loads(bestand.read_text(encoding="utf-8"))
    yield from ("", f"### {schema['title']}", "", f"{schema['description']} Volledig in `{bestand.name}`.")
    yield from _tabel("veld", "altijd", "wat")
    for naam, veld in schema["properties"].items():
        yield _rij(f"`{naam}`", "ja" if naam in schema["required"] else "nee", veld.get("description", ""))


def instellingenschema() -> str:
    """The settings file, for editors."""
    from wlz_declaratie.cli.opdrachten import opdrachtregel

    return json.dumps(schema(opdrachten(opdrachtregel())), ensure_ascii=False, indent=1) + "\n"


PAGINAS: dict[str, Callable[[], str]] = {
    "dekking.md": dekking.markdown,
    "regels.md": regels,
    "declaratie.schema.json": instellingenschema,
    "contract.md": contract,
}
"""The contract names the schemas, and goes last."""


if __name__ == "__main__":
    for naam, maak in PAGINAS.items():
        (Path(sys.argv[1]) / naam).write_text(maak(), encoding="utf-8")

"""``make regel-nieuw ID=VRB-99 TITEL="…"``: the skeleton of a rule, everywhere where a rule has something.

What it writes is whole and finds nothing; where something must be filled in stands VUL IN, and a test fails. With
RETOURCODE the rule rejects, without it signals; BRON is its source, by default P.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from wlz_declaratie.kern.parameters import BRON

VUL_IN = "VUL IN"
_ID = re.compile(r"[A-Z]{2,8}-\d{2,3}")

MODULE = '''"""{familie}: {vul_in} waar deze regels over gaan."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from wlz_declaratie.kern.regel import regel
from wlz_declaratie.kern.taal.van import Van
from wlz_declaratie.kern.uitkomst import Uitkomst
'''

REGEL = '''

@regel(
    "{id}",
    "{titel}",
    bereik="regel",
    ernst="{ernst}",
    retourcodes={retourcodes},
)
def {functie}(van: Van) -> Iterator[Uitkomst]:
    """{vul_in}: in één zin wat er getoetst wordt.

    Wat: {vul_in}: wanneer een regel de toets niet doorstaat; schrijf een parameter als zijn naam tussen accolades.
    Waarom: {vul_in}: wat het beleid wil.
    Voorbeeld: {voorbeeld}.
    Wat te doen: {vul_in}: hoe de declarant het herstelt.
    """
    lijnen = van.batch(pl.lit(False))  # {vul_in}: welke regels, en wat ernaast ligt; de woorden staan in kern/taal
    yield lijnen.{ernst}({retourcode}, "{vul_in}: de melding, met {{begindatum}} als waarde van de regel")
'''

PARAMETERS = """
# {vul_in}: van en tot, de bron, en elke waarde als lijst van perioden (zie kern/parameters.py).
[{id}]
bronnen = ["{bron}"]
"""

GEVALLEN = """regel: {id}
standaard: {{prestatiecode: Z041}}
gevallen:
  # {vul_in}: aan weerszijden van elke grens, en zonder elke tabel die de regel noemt.
  - naam: {voorbeeld}
    regels:
      - {{}}
    bevindingen:
      - {{regel: 1, ernst: {ernst}{retourcode}}}
  - naam: wat mag
    regels:
      - {{}}
    bevindingen: []
"""

UITSPRAAK = """
[[uitspraken]]
bron = "{document}"
{deel}paragraaf = "{paragraaf}"
uitspraak = "{vul_in}: wat de bron zegt, in eigen woorden"
regels = ["{id}"]
"""


class Weigering(Exception):
    """What was asked cannot be done; nothing was written."""


def thuis(bestanden: Iterable[Path], familie: str, patroon: str, anders: Path) -> Path:
    """The file that holds most rules of the family, or else ``anders``."""
    telling = Counter({pad: len(re.findall(patroon.format(familie), pad.read_text("utf-8"))) for pad in bestanden})
    beste = telling.most_common(1)
    return beste[0][0] if beste and beste[0][1] else anders


def maak(wortel: Path, regel_id: str, titel: str, retourcode: str | None, bron: str) -> list[Path]:
    """Write the skeleton; gives the files. Raises Weigering."""
    if not _ID.fullmatch(regel_id):
        raise Weigering(f"'{regel_id}' is geen id van een regel. Geef ID=VRB-99.")
    if not titel or '"' in titel or "\\" in titel or "\n" in titel:
        raise Weigering('geef een titel op één regel, zonder aanhalingstekens: TITEL="Meer dagen dan afgesproken".')
    if retourcode and not re.fullmatch(r"\d{4}", retourcode):
        raise Weigering(f"'{retourcode}' is geen retourcode. Geef vier cijfers, of laat RETOURCODE weg.")
    if not BRON.fullmatch(bron):
        raise Weigering(f"'{bron}' is geen bron. Geef bijvoorbeeld BRON='B1 §3.1' of BRON='B2 deel 1 §4.7'.")
    familie = regel_id.partition("-")[0]
    regels, parameters = wortel / "src" / "wlz_declaratie" / "regels", wortel / "schemas" / "parameters"
    module = thuis(sorted(regels.glob("*.py")), familie, r'"{}-\d+"', regels / f"{familie.lower()}.py")
    waarden = thuis(sorted(parameters.glob("*.toml")), familie, r"(?m)^\[{}-\d+\]", parameters / f"{module.stem}.toml")
    gevallen = wortel / "tests" / "regels" / f"{regel_id}.yaml"
    dekking = wortel / "schemas" / "dekking.toml"
    if gevallen.exists() or f'"{regel_id}"' in "".join(pad.read_text("utf-8") for pad in regels.glob("*.py")):
        raise Weigering(f"{regel_id} bestaat al. Kies een ander nummer.")
    woorden = {
        "id": regel_id,
        "titel": titel,
        "familie": familie,
        "functie": regel_id.lower().replace("-", "_"),
        "ernst": "afkeur" if retourcode else "signaal",
        "bron": bron,
        "document": bron.split()[0],
        "deel": f"deel = {bron.split()[2]}\n" if " deel " in bron else "",
        "paragraaf": bron.partition("§")[2] or VUL_IN,
        "voorbeeld": f"{VUL_IN}, een geval dat de regel vindt",
        "vul_in": VUL_IN,
    }
    codes = {"retourcode": f'"{retourcode}"' if retourcode else "None", "retourcodes": f'("{retourcode}",)'}
    if not retourcode:
        codes["retourcodes"] = "()"
    kop = "" if module.exists() else MODULE.format(**woorden)
    _voeg_toe(module, kop + REGEL.format(**woorden, **codes))
    _voeg_toe(waarden, PARAMETERS.format(**woorden))
    eis = f', retourcode: "{retourcode}"' if retourcode else ""
    _voeg_toe(gevallen, GEVALLEN.format(**woorden, retourcode=eis))
    nieuw = _met_uitspraak(dekking.read_text("utf-8"), UITSPRAAK.format(**woorden), bron)
    dekking.write_text(nieuw, encoding="utf-8", newline="\n")
    return [module, waarden, gevallen, dekking]


def _voeg_toe(pad: Path, tekst: str) -> None:
    eerder = pad.read_text("utf-8").rstrip("\n") + "\n" if pad.exists() else ""
    pad.write_text(eerder + (tekst if eerder else tekst.lstrip("\n")), encoding="utf-8", newline="\n")


def _met_uitspraak(tekst: str, uitspraak: str, bron: str) -> str:
    """The coverage with a statement more, behind the last one of the same source."""
    blokken = list(re.finditer(r"(?m)^\[\[uitspraken\]\]\n(?:[^\n\[#]+\n?)*", tekst))
    van_bron = [blok for blok in blokken if f'bron = "{bron.split()[0]}"\n' in blok[0]]
    einde = (van_bron or blokken)[-1].end()
    return tekst[:einde].rstrip("\n") + "\n" + uitspraak + tekst[einde:]


def main() -> None:
    """Write the skeleton and say what is to be done."""
    lezer = argparse.ArgumentParser(prog="make regel-nieuw")
    lezer.add_argument("id")
    lezer.add_argument("titel")
    lezer.add_argument("--retourcode", default="")
    lezer.add_argument("--bron", default="")
    lezer.add_argument("--wortel", type=Path, default=Path(__file__).parents[2])
    vraag = lezer.parse_args()
    try:
        paden = maak(vraag.wortel, vraag.id, vraag.titel.strip(), vraag.retourcode or None, vraag.bron or "P")
    except Weigering as reden:
        sys.exit(f"fout: {reden}")
    print(f"{vraag.id} is begonnen. Vul in wat er achter '{VUL_IN}' staat in:")
    for pad in paden:
        print(f"  {pad.relative_to(vraag.wortel)}")
    print(f"Plant daarna een geval in schemas/voorbeeld/scenario, en draai `make regel ID={vraag.id}` en `make goud`.")


if __name__ == "__main__":
    main()

"""The two pages of the README, for who declares and for who looks into it: each command as it stands there."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import fastexcel
import pytest
import xlsxwriter

from proces import draai

WORTEL = Path(__file__).parents[2]
LEESMIJ = (WORTEL / "README.md").read_text("utf-8")
BLADZIJDEN = ("## Voor wie declareert", "## Voor wie uitzoekt")
OPDRACHT = re.compile("^(?:declaratie|py -m wlz_declaratie) ")


def blokken(kop: str) -> Iterator[list[str]]:
    """The lines of each block of code between this heading and the next."""
    bladzijde = LEESMIJ[LEESMIJ.index(f"\n{kop}") + 1 :]
    for blok in re.findall("^```\n(.*?)^```$", bladzijde[: bladzijde.index("\n## ")], re.MULTILINE | re.DOTALL):
        yield blok.splitlines()


def in_excel(map_: Path) -> None:
    """What the page has its reader do in the work file."""
    rijen = fastexcel.read_excel(map_ / "werk.xlsx").load_sheet(0, dtypes="string").to_polars().to_dicts()
    (rij,) = (rij for rij in rijen if rij["referentienummer"] == "2-145")
    rij.update(aantal="13", bedrag="1430,00", declaratiebedrag="1430,00", afgehandeld="ja")
    with xlsxwriter.Workbook(map_ / "werk.xlsx") as boek:
        blad = boek.add_worksheet()
        for nummer, cellen in enumerate([list(rij), *(list(rij.values()) for rij in rijen)]):
            blad.write_row(nummer, 0, cellen)


@pytest.mark.grondig
@pytest.mark.parametrize("kop", BLADZIJDEN)
def test_een_bladzijde_zoals_zij_er_staat(kop: str, tmp_path: Path) -> None:
    shutil.copytree(WORTEL / "sample_data", tmp_path / "sample_data")
    gezien = ""
    opdrachten = 0
    for blok in blokken(kop):
        if gevraagd := [regel for regel in blok if OPDRACHT.match(regel)]:
            gezien = ""
            for opdracht in gevraagd:
                if " werk.xlsx" in opdracht and "--basislijn" in opdracht:
                    in_excel(tmp_path)
                woorden = shlex.split(OPDRACHT.sub("", opdracht))
                klaar = draai(*woorden, map_=tmp_path, omgeving={"COLUMNS": "120"})
                assert klaar.returncode in (0, 1), f"{opdracht}\n{klaar.stderr}"
                gezien += " ".join(klaar.stdout.split()) + "\n"
            opdrachten += len(gevraagd)
        else:
            for regel in blok:
                if regel.strip() != "…" and not regel.startswith("py "):
                    assert " ".join(regel.split()) in gezien, regel
    assert opdrachten >= 6


def test_elke_verwijzing_heeft_haar_kop() -> None:
    def anker(kop: str) -> str:
        return re.sub(r"[^\w -]", "", kop.lower()).replace(" ", "-")

    koppen = {anker(kop) for kop in re.findall("^#+ (.+)$", LEESMIJ, re.MULTILINE)}
    verwezen = set(re.findall(r"\]\(#([^)]+)\)", LEESMIJ))
    assert verwezen
    assert verwezen <= koppen

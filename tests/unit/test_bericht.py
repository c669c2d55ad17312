"""Controls on the message that every format can fail, through the whole check."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from aw319_hulp import bericht
from tabulair import REGEL, Lezer, csv_tekst
from wlz_declaratie.codes.tabellen import lees_codes
from wlz_declaratie.diensten.controleren import Uitslag, controleer
from wlz_declaratie.diensten.klaarzetten import zet_klaar
from wlz_declaratie.inlezen import lees_batch
from wlz_declaratie.inlezen.basis import Invoerfout
from wlz_declaratie.inlezen.dossier import Dossier
from wlz_declaratie.kern.regel import kies

DAG = {"begindatum": "2019-01-01", "einddatum": "2019-01-31"}


def toets(lezer: Lezer, pad: Path, *gekozen: str, historie: Path | None = None) -> Uitslag:
    return controleer(
        [lees_batch(pad, lezer.werkmap)],
        regels=kies(gekozen, ()),
        codes=lees_codes(None, None),
        peildatum=date(2019, 3, 1),
        dossier=zet_klaar(Dossier({}, ()), lees_codes(None, None)),
        werkmap=lezer.werkmap,
        historie=[lees_batch(historie, lezer.werkmap)] if historie else None,
    )


def maak(lezer: Lezer, formaat: str, dagtekening: date) -> Path:
    regel: dict[str, Any] = {**REGEL, **DAG, "dagtekening": f"{dagtekening}"}
    if formaat == "asc":
        records = bericht(lezer.map, {"dagtekening": dagtekening})
        return lezer.bestand("batch.asc", b"".join(record + b"\r\n" for record in records))
    if formaat == "csv":
        return lezer.bestand("batch.csv", csv_tekst(regel))
    if formaat == "xlsx":
        lezer.xlsx(list(regel), list(regel.values()))
    else:
        lezer.parquet({kolom: [waarde] for kolom, waarde in regel.items()})
    return lezer.map / f"batch.{formaat}"


@pytest.mark.parametrize("formaat", ["asc", "csv", "parquet", "xlsx"])
@pytest.mark.parametrize(("dagtekening", "fout"), [(date(2999, 1, 1), 1), (date(2020, 3, 2), 1), (date(2020, 3, 1), 0)])
def test_dagtekening_ver_na_de_peildatum(lezer: Lezer, formaat: str, dagtekening: date, fout: int) -> None:
    uitslag = toets(lezer, maak(lezer, formaat, dagtekening), "AW-0025")
    assert (
        uitslag.bevindingen.select("regel_id", "ernst", "retourcode").rows() == [("AW-0025", "afkeur", "0025")] * fout
    )
    assert uitslag.samenvatting.afgekeurd == fout
    assert [status.status for status in uitslag.regels] == ["uitgevoerd"]


@pytest.mark.parametrize(
    "kolommen", [("uzovi", "AW-0018"), ("prestatiecodelijst", "AW-0581"), ("dagtekening", "AW-0025")]
)
def test_zonder_de_kolom_is_er_niets_getoetst(lezer: Lezer, kolommen: tuple[str, str]) -> None:
    kolom, regel_id = kolommen
    [status] = toets(lezer, lezer.bestand("batch.csv", csv_tekst({**REGEL, **DAG})), regel_id).regels
    assert (status.status, status.reden) == ("niet uitgevoerd", f"kolom {kolom} ontbreekt")


def test_code_buiten_haar_domein_keurt_de_regel_af(lezer: Lezer) -> None:
    uitslag = toets(lezer, lezer.bestand("batch.csv", csv_tekst({**REGEL, **DAG, "uzovi": "x"})), "AW")
    assert uitslag.samenvatting.afgekeurd == 1
    assert [(status.regel.id, status.afkeur) for status in uitslag.regels if status.afkeur] == [("AW-0018", 1)]


@pytest.mark.parametrize("formaat", ["csv", "parquet", "xlsx"])
def test_geen_enkele_regel_is_geen_schone_uitslag(lezer: Lezer, formaat: str) -> None:
    if formaat == "csv":
        lezer.csv(";".join(REGEL) + "\n\n")
    elif formaat == "xlsx":
        lezer.xlsx(list(REGEL))
    else:
        lezer.parquet({kolom: [None] for kolom in REGEL})
    with pytest.raises(Invoerfout, match="het bestand heeft geen enkele declaratieregel"):
        toets(lezer, lezer.map / f"batch.{formaat}", "AW")


def test_historie_mag_leeg_zijn(lezer: Lezer) -> None:
    leeg = lezer.bestand("historie.csv", ";".join(REGEL))
    batch = lezer.bestand("batch.csv", csv_tekst({**REGEL, **DAG}))
    assert toets(lezer, batch, "VLD-01", historie=leeg).samenvatting.regels == 1

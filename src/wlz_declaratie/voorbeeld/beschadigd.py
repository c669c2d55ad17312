"""An AW319 message broken in many places at once: what the message controls are for.

Every client in it has one line, so that a record that cannot be read takes no other line along.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from wlz_declaratie.basis.werkmap import werkmap
from wlz_declaratie.contract.berichten import indeling
from wlz_declaratie.inlezen.aw319.schrijven import schrijf_aw319
from wlz_declaratie.kern.begrippen import GEEN_BSN
from wlz_declaratie.voorbeeld.batch import Batch
from wlz_declaratie.voorbeeld.batchbestand import bericht_van
from wlz_declaratie.voorbeeld.verwachting import Bevinding

CLIENTEN = 12
KOP, SLOT = 0, -1
CRLF = "\r\n"

SCHADE = (
    ("AW-8028", KOP, "soort_bericht", "X"),
    ("AW-0031", KOP, "valuta", "NLG"),
    ("AW-0351", 1, "geslacht", "9"),
    ("AW-8030", 3, "overleden", "0"),
    ("AW-0435", 6, "bsn", str(GEEN_BSN)),
    ("AW-8031", 8, "doorsturen", "0"),
    ("AW-0581", 10, "prestatiecodelijst", "999"),
    ("AW-0801", 12, "identificatie", "000000000099"),
    ("AW-0158", SLOT, "aantal_prestaties", "000099"),
    ("AW-0150", SLOT, "totaalbedrag", "00000000001"),
)
"""Control, record (from 0: header, then an insured and a performance record per client), field, new value."""
TE_KORT = ("AW-0804", 14)
ZONDER_CR = ("AW-8095", 16)


def schrijf_beschadigd(batch: Batch, doel: Path) -> list[Bevinding]:
    """Write the first lines of ``batch`` that stand alone and are right, broken; the findings to expect."""
    regels = _losse_regels(batch)
    with werkmap() as map_:
        heel = map_ / "heel.asc"
        schrijf_aw319(bericht_van(regels), heel)
        records = heel.read_bytes().decode("latin-1").split(CRLF)[:-1]
    for _, plaats, naam, waarde in SCHADE:
        veld = indeling("aw319").rubrieken(records[plaats][:2])[naam]
        records[plaats] = records[plaats][: veld.begin] + waarde + records[plaats][veld.begin + veld.lengte :]
    te_kort, zonder_cr = TE_KORT[1], ZONDER_CR[1]
    records[te_kort] = records[te_kort][:-1]
    einden = ["\n" if plaats == zonder_cr else CRLF for plaats in range(len(records))]
    inhoud = "".join(record + einde for record, einde in zip(records, einden, strict=True))
    doel.write_bytes(inhoud.encode("latin-1"))
    schade = [(regel_id, plaats) for regel_id, plaats, *_ in SCHADE] + [TE_KORT, ZONDER_CR]
    return sorted(
        (_bevinding(regel_id, plaats % len(records), regels) for regel_id, plaats in schade),
        key=lambda bevinding: (bevinding["regelnummer"], bevinding["regel_id"]),
    )


def _losse_regels(batch: Batch) -> pl.DataFrame:
    """Lines of CLIENTEN cases that have one line, without findings."""
    return (
        batch.regels.join(batch.verwacht, on="geval", how="anti", maintain_order="left")
        .filter(pl.len().over("geval") == 1, "in_aw319")
        .head(CLIENTEN)
    )


def _bevinding(regel_id: str, plaats: int, regels: pl.DataFrame) -> Bevinding:
    """The finding on a record; a performance record that can be read is a line with its referentienummer."""
    gelezen = 0 < plaats <= 2 * CLIENTEN and plaats % 2 == 0 and plaats != TE_KORT[1]
    return {
        "regel_id": regel_id,
        "ernst": "afkeur",
        "retourcode": regel_id.removeprefix("AW-"),
        "regelnummer": plaats + 1,
        "referentienummer": regels["referentienummer"][plaats // 2 - 1] if gelezen else None,
    }

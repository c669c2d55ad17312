"""A night among good batches and hostile files, as a process; and what it leaves of the people in them."""

from __future__ import annotations

import json
import time
from pathlib import Path

from grondig import keren
from nachthulp import FEBRUARI, asc, csv, draai, regel, woorden
from vijandig import inboxen, teksten
from vijandig.parquet import BOMMEN as PARQUETBOMMEN
from vijandig.speurder import bsns, plaatsen
from vijandig.tekens import ALLES, batch_csv
from vijandig.werkboeken import BOMMEN as WERKBOEKBOMMEN
from wlz_declaratie.historie.opslag import open_historie

TABELLEN, BERICHTEN = keren(2, 40), keren(1, 10)
GOEDE = TABELLEN + BERICHTEN
MEESTE_EXTRA = 60.0
"""Seconds that ten hostile files may cost a night."""
PERSONEN = ("999900006", "999900018", "999911120")


def _goede(inbox: Path) -> None:
    """Tables and messages, each with an invoice of its own; some lines are rejected."""
    for nummer in range(TABELLEN):
        rijen = (
            regel(f"R{nummer}-{volg}", f"2019-{nummer % 3 + 1:02}", bsn).replace(";F-", f";F{nummer}-")
            for volg, bsn in enumerate(PERSONEN)
        )
        csv(inbox, f"goed-{nummer:02}.csv", *rijen, f"R{nummer}-X;123456789;2019-01-01;2019-01-01;Z041;1;06290001;;;")
    for nummer in range(BERICHTEN):
        anders = {"factuurnummer": f"G{nummer}", "bsn": PERSONEN[nummer % 3]}
        asc(inbox, f"goed-{nummer:02}.asc", {**FEBRUARI, **anders, "referentienummer": f"M{nummer}"})


def _vijandige(inbox: Path, elders: Path) -> set[str]:
    """Ten files that would stop, fill or fool a night; gives their names."""
    bommen = {
        "a-patroon.xlsx": WERKBOEKBOMMEN["patroon van rijen"],
        "b-verwijzingen.xlsx": WERKBOEKBOMMEN["gedeelde tekst"],
        "c-uitgepakt.xlsx": WERKBOEKBOMMEN["uitgepakt blad"],
        "d-regels.parquet": PARQUETBOMMEN["veel regels"],
        "e-liegt.parquet": PARQUETBOMMEN["bladzijde zegt groter"],
    }
    for naam, maak in bommen.items():
        (inbox / naam).write_bytes(maak())
    teksten.csv_veel_kolommen(inbox / "f-kolommen.csv")
    teksten.csv_aanhalingstekens(inbox / "g-tekens.csv", keren(200, 2000))
    inboxen.half_bericht(inbox, "h-half.asc")
    elders.write_text(f"geheim {PERSONEN[0]}\n")
    inboxen.koppeling(inbox, elders, "i-koppeling.csv")
    (inbox / f"j-{PERSONEN[0]}-\x1b[2J[x].csv").write_bytes(b"PK\x03\x04 geen csv")
    return {*bommen, "f-kolommen.csv", "g-tekens.csv", "h-half.asc", "i-koppeling.csv", "j-"}


def _nacht(map_: Path) -> tuple[float, str, str, int]:
    tijdelijk = map_ / "tijdelijk"
    tijdelijk.mkdir()
    begin = time.monotonic()
    klaar = draai(*woorden(map_), "--rust", "0", TMPDIR=str(tijdelijk))
    assert list(tijdelijk.iterdir()) == []
    assert "Traceback" not in klaar.stderr
    return time.monotonic() - begin, klaar.stdout, klaar.stderr, klaar.returncode


def test_goede_en_tien_vijandige(tmp_path: Path) -> None:
    alleen, samen = tmp_path / "alleen", tmp_path / "samen"
    for map_ in (alleen, samen):
        (map_ / "in").mkdir(parents=True)
        _goede(map_ / "in")
    vijandig = _vijandige(samen / "in", tmp_path / "elders.txt")
    zonder, *_ = _nacht(alleen)
    met, uit, fout, code = _nacht(samen)

    assert code == 3
    assert met - zonder < MEESTE_EXTRA
    geboekt = [
        {(b.bestand, b.sha256, b.toegevoegd, b.cent) for b in open_historie(map_ / "historie").aanwezig}
        for map_ in (alleen, samen)
    ]
    assert len(geboekt[0]) == GOEDE
    # The one hostile file with lines that can be booked: quotes cost the lines that they are in.
    assert {bestand for bestand, *_ in geboekt[1] - geboekt[0]} <= {"'g-tekens.csv'"}
    assert geboekt[0] <= geboekt[1]

    overzicht = json.loads((samen / "uit" / "overzicht.json").read_text("utf-8"))
    standen = {batch["bestand"]: batch for batch in overzicht["batches"]}
    genoemd = {naam for naam in standen if not naam.startswith("goed")}
    for naam in vijandig:
        (batch,) = [standen[ander] for ander in genoemd if ander.startswith(naam)]
        assert batch["stand"] != "verwerkt" or naam == "g-tekens.csv", naam
        assert batch["reden"] or naam == "g-tekens.csv", naam
    assert sum(batch["stand"] == "verwerkt" for batch in standen.values()) >= GOEDE
    assert (samen / "in" / "i-koppeling.csv").is_symlink()

    for tekst in (uit, fout):
        assert bsns(tekst) == set()
        assert "\x1b" not in tekst
    assert plaatsen(samen / "uit", lambda pad: pad.name.endswith(".aw320.asc")) == []
    assert plaatsen(samen / "in" / "afgekeurd", lambda pad: not pad.name.endswith(".reden.txt")) == []
    assert not list((samen / "uit").glob(".*"))


def test_geen_bsn_in_wat_een_nacht_over_vreemde_tekst_zegt(tmp_path: Path) -> None:
    """A bsn in every text field, in the heading of a column and in the file name."""
    inbox = tmp_path / "in"
    inbox.mkdir()
    batch_csv(inbox, [PERSONEN[0]], f"{PERSONEN[1]}.csv", kolom=f"bsn {PERSONEN[2]}")
    batch_csv(inbox, ALLES, "tekens.csv", kolom="[/x]\x1b[2J")
    _, uit, fout, code = _nacht(tmp_path)
    assert code == 1, (uit, fout)
    assert bsns(uit) | bsns(fout) == set()
    assert plaatsen(tmp_path / "uit") == []
    for pad in (tmp_path / "uit").rglob("*"):
        assert stat_alleen_eigenaar(pad), pad.name


def stat_alleen_eigenaar(pad: Path) -> bool:
    return pad.stat().st_mode & 0o077 == 0

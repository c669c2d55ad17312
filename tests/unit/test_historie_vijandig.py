"""A store that lost something says so; what is in it is on disk before anybody hears that it is."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from gevallen import bestand
from proces import KOP, assert_nette_fout, draai, schrijf
from vijandig import inboxen
from wlz_declaratie.basis import schijf
from wlz_declaratie.basis.slot import beurt
from wlz_declaratie.historie import log, onderhoud, opslag
from wlz_declaratie.historie.fouten import Historiefout, Historiestuk
from wlz_declaratie.historie.opslag import open_historie, open_of_maak
from wlz_declaratie.historie.register import Batch, cijfers

pytestmark = pytest.mark.usefixtures("met_weinig_regels")

PEIL = ("--peildatum", "2026-11-01")
OUD = {"begindatum": date(2019, 1, 1), "einddatum": date(2019, 12, 31)}


def voeg_toe(map_: Path, **regel: object) -> Batch:
    regels = bestand([{"bsn": "999900006", **regel}, {"bsn": "999900018"}], {}, "b").regels.collect()
    historie = open_of_maak(map_)
    nummer = historie.volgende
    batch = Batch(
        volgnr=nummer, bestand="'b.csv'", soort="csv", sha256=str(nummer), facturen=(("06290101", f"F{nummer}"),),
        moment="2026-01-01T00:00:00+00:00", peildatum="2026-01-01", versie="0", edities=(), toegevoegd=2, afgekeurd=0,
        **cijfers(regels),
    )  # fmt: skip
    with beurt(map_):
        historie.voeg_toe(batch, regels)
    return batch


@pytest.fixture
def map_(tmp_path: Path) -> Path:
    for _ in range(3):
        voeg_toe(tmp_path / "h")
    return tmp_path / "h"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="geen pijpen op dit systeem")
@pytest.mark.parametrize("deel", ["_stand", "_delta_log/_last_checkpoint", "_delta_log/*1.json", "deel=*/*.parquet"])
def test_een_pijp_in_de_historie_laat_niemand_wachten(map_: Path, deel: str) -> None:
    pad = next(map_.glob(deel), map_ / deel)
    pad.unlink(missing_ok=True)
    os.mkfifo(pad)
    assert_nette_fout(draai("historie", "toon", map_), "geen gewoon bestand", "Zet een reservekopie terug")


@pytest.mark.parametrize("schade", inboxen.LOGSCHADE.values(), ids=inboxen.LOGSCHADE)
def test_een_log_dat_iets_mist_gaat_niet_open(map_: Path, schade: Callable[[Path], None]) -> None:
    schade(map_)
    with pytest.raises(Historiestuk, match="Zet een reservekopie terug"):
        open_historie(map_)
    with pytest.raises(Historiestuk):
        voeg_toe(map_)
    assert_nette_fout(draai("historie", "controleer-historie", map_), "historie", "Zet een reservekopie terug")
    assert_nette_fout(draai("historie", "toon", map_), "Zet een reservekopie terug")


def test_een_commit_die_weg_is_met_alles_wat_erbij_hoort(map_: Path) -> None:
    """The last log file and its data, as if they had never been: only what was written down of it tells."""
    gegevens = set(map_.rglob("*.parquet"))
    voeg_toe(map_)
    for pad in set(map_.rglob("*.parquet")) - gegevens:
        pad.unlink()
    inboxen.laatste_log(map_).unlink()
    with pytest.raises(Historiestuk, match="3 wijzigingen, en 4 waren er bewaard"):
        open_historie(map_)


def test_een_gat_in_het_register(map_: Path) -> None:
    """Two registers, of which one is taken out of the log of the table: no log file is damaged."""
    batch = open_historie(map_).batches[1]
    historie = open_historie(map_)
    with beurt(map_):
        historie._leg_vast(
            opslag.registerrijen([]), "verwijder", f"deel = '{opslag.REGISTER}' AND volgnr = {batch.volgnr}"
        )
    with pytest.raises(Historiestuk, match="in het register ontbreekt een batch"):
        _ = open_historie(map_).batches
    assert_nette_fout(draai("historie", "controleer-historie", map_), "register")


def test_meer_batches_dan_wijzigingen(map_: Path) -> None:
    historie = open_historie(map_)
    historie.stand = 2
    with pytest.raises(Historiestuk, match="register"):
        _ = historie.batches


def test_elke_versie_van_het_log_wordt_nagekeken(map_: Path) -> None:
    """A line is gone from the middle of the log: opening the store does not read that far."""
    pad = map_ / "_delta_log" / f"{2:020}.json"
    regels = pad.read_bytes().splitlines(keepends=True)
    pad.write_bytes(b"".join(regels[:-1]))
    open_historie(map_)
    assert "versie 2 van het log is niet heel" in onderhoud.controleer(map_).fouten


def test_een_historie_zonder_stand_is_er_een_van_vroeger(map_: Path) -> None:
    (map_ / log.STAND).unlink()
    assert len(open_historie(map_).batches) == 3
    voeg_toe(map_)
    assert log.bevestigd(map_) == 4


def test_een_reservekopie_gaat_gewoon_open(map_: Path, tmp_path: Path) -> None:
    shutil.copytree(map_, tmp_path / "kopie")
    voeg_toe(map_)
    inboxen.LOGSCHADE["leeg"](map_)
    shutil.rmtree(map_)
    shutil.copytree(tmp_path / "kopie", map_)
    voeg_toe(map_)
    assert onderhoud.controleer(map_).fouten == ()


def test_een_log_met_ijkpunten(map_: Path) -> None:
    """The library writes one every hundred versions, and reads the log from there."""
    historie = open_historie(map_)
    historie.tabel.create_checkpoint()
    voeg_toe(map_)
    for versie in range(3):
        (map_ / "_delta_log" / f"{versie:020}.json").unlink()
    assert len(open_historie(map_).batches) == 4
    assert onderhoud.controleer(map_).fouten == ()
    (map_ / "_delta_log" / "_last_checkpoint").write_text("{")
    assert len(open_historie(map_).batches) == 4
    for pad in (map_ / "_delta_log").glob("*.checkpoint*"):
        pad.unlink()
    with pytest.raises(Historiestuk):
        open_historie(map_)


def wijzigingen() -> dict[str, Callable[[Path], object]]:
    return {
        "voeg toe": voeg_toe,
        "verwijder": lambda map_: onderhoud.verwijder(map_, "F2", None, "proef"),
        "bewaartermijn": lambda map_: onderhoud.bewaartermijn(map_, date(2020, 1, 1)),
        "verdicht": onderhoud.verdicht,
    }


@pytest.mark.parametrize("wijziging", wijzigingen().values(), ids=wijzigingen())
def test_een_wijziging_staat_op_schijf(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wijziging: Callable[[Path], object]
) -> None:
    """Of every new file the content, and of every folder of it the names; before anything old may go."""
    map_ = tmp_path / "h"
    monkeypatch.setattr(onderhoud, "VEEL", 2)
    for _ in range(3):
        voeg_toe(map_, **OUD)
    op_schijf: set[int] = set()
    echt, weg = os.fsync, onderhoud._ruim_op

    def fsync(nummer: int) -> None:
        op_schijf.add(os.fstat(nummer).st_ino)
        echt(nummer)

    def ruim_op(historie: opslag.Historie, uren: int) -> None:
        controleer()
        weg(historie, uren)

    def controleer() -> None:
        nu = open_historie(map_)
        nieuw = {pad for pad in map_.rglob("*") if pad.is_file() and pad not in eerst}
        assert nieuw >= {inboxen.laatste_log(map_)}
        nodig = {pad for pad in nieuw if "_delta_log" in pad.parts or pad in nu.paden(pl.lit(True))}
        for pad in {*nodig, *(pad.parent for pad in nodig), map_, map_ / log.STAND}:
            assert pad.stat().st_ino in op_schijf, pad.name

    eerst = {pad for pad in map_.rglob("*") if pad.is_file()}
    monkeypatch.setattr(schijf.os, "fsync", fsync)
    monkeypatch.setattr(onderhoud, "_ruim_op", ruim_op)
    wijziging(map_)
    controleer()
    assert onderhoud.controleer(map_).fouten == ()


def test_een_schijf_die_het_niet_bevestigt(map_: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fsync(_: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as stuk:
        stuk.setattr(schijf.os, "fsync", fsync)
        with pytest.raises(Historiefout, match="bevestigt niet"):
            voeg_toe(map_)
    assert replace(open_historie(map_).batches[-1], moment="").volgnr == 4
    voeg_toe(map_)
    assert onderhoud.controleer(map_).fouten == ()


@pytest.mark.parametrize("maak", inboxen.ONBEVESTIGD.values(), ids=inboxen.ONBEVESTIGD)
def test_voeg_toe_weigert_een_bericht_dat_zijn_sluitrecord_niet_bevestigt(
    tmp_path: Path, maak: Callable[[Path], Path]
) -> None:
    pad = maak(tmp_path)
    klaar = draai("historie", "voeg-toe", tmp_path / "h", pad, *PEIL)
    assert_nette_fout(klaar, pad.name, "opnieuw aanleveren")
    assert json.loads(draai("historie", "toon", tmp_path / "h", "--formaat", "json").stdout)["batches"] == []


def test_een_slot_dat_een_koppeling_is_wordt_niet_gevolgd(tmp_path: Path) -> None:
    voeg_toe(tmp_path / "h")
    (tmp_path / "h" / "_slot").unlink()
    (tmp_path / "h" / "_slot").symlink_to(tmp_path / "elders")
    pad = schrijf(tmp_path, kop=KOP)
    assert draai("historie", "voeg-toe", tmp_path / "h", pad, *PEIL).returncode == 2
    assert not (tmp_path / "elders").exists()

"""What a dead run left goes, and nothing else does."""

from __future__ import annotations

import os
import signal
import stat
import tempfile
import time
from pathlib import Path

import pytest

from wlz_declaratie.basis import signalen
from wlz_declaratie.basis import werkmap as module
from wlz_declaratie.basis.werkmap import (
    SLOT,
    half_bestand,
    halve_map,
    ruim_alles,
    ruim_halve_bestanden,
    ruim_halve_mappen,
    ruim_werkmappen,
    werkmap,
)


@pytest.fixture
def boven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The temporary directory, not yet cleared by this process."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def rest(boven: Path, naam: str = "declaratie-abcd1234", slot: bytes | None = b"1", uren: float = 0) -> Path:
    """A work folder that nobody holds."""
    map_ = boven / naam
    map_.mkdir()
    (map_ / "regelmatig.csv").write_text("999900006")
    if slot is not None:
        (map_ / SLOT).write_bytes(slot)
    toen = time.time() - uren * 3600
    os.utime(map_, (toen, toen))
    return map_


def test_werkmap_is_van_de_eigenaar_alleen_en_gaat_weg(boven: Path) -> None:
    with werkmap() as map_:
        assert stat.S_IMODE(map_.stat().st_mode) == 0o700
        (map_ / "diep").mkdir()
        (map_ / "diep" / "x").write_text("x")
    assert list(boven.iterdir()) == []


def test_rest_van_een_dode_run_gaat_weg_bij_de_volgende(boven: Path) -> None:
    rest(boven)
    with werkmap() as map_:
        assert list(boven.iterdir()) == [map_]


def test_wat_in_gebruik_is_blijft(boven: Path) -> None:
    with werkmap() as map_:
        module._in_gebruik.discard(map_)  # as another process sees it
        ruim_werkmappen(boven)
        assert (map_ / SLOT).exists()


@pytest.mark.parametrize("slot", [None, b""])
def test_zonder_slot_gaat_alleen_een_lege_map_die_niet_net_gemaakt_is(boven: Path, slot: bytes | None) -> None:
    """``declaratie-historie`` may be anybody's."""
    vol, leeg, pril = (
        rest(boven, f"declaratie-{naam}", slot=slot, uren=uren)
        for naam, uren in (("historie", 999), ("leeg1234", 1), ("pril1234", 0))
    )
    for map_ in (leeg, pril):
        toen = map_.stat().st_mtime
        (map_ / "regelmatig.csv").unlink()
        os.utime(map_, (toen, toen))
    ruim_werkmappen(boven)
    assert vol.exists()
    assert pril.exists()
    assert not leeg.exists()


def test_vreemde_namen_en_koppelingen_blijven(boven: Path) -> None:
    elders = boven / "elders"
    elders.mkdir()
    doel = rest(elders)
    (boven / "declaratie-wxyz9876").symlink_to(doel)
    for naam in ("declaratie-2026", "declaratie-", "declaratie-ABCD1234", "xdeclaratie-abcd1234"):
        rest(boven, naam, uren=100)
    (boven / "declaratie-bestand1").write_text("x")
    voor = set(boven.rglob("*"))
    ruim_werkmappen(boven)
    assert set(boven.rglob("*")) == voor


def test_slot_dat_een_koppeling_is_wordt_niet_gevolgd(boven: Path) -> None:
    kostbaar = boven / "kostbaar"
    kostbaar.write_text("1")
    map_ = rest(boven, slot=None)
    (map_ / SLOT).symlink_to(kostbaar)
    ruim_werkmappen(boven)
    assert kostbaar.read_text() == "1"
    assert map_.exists()


def test_koppeling_in_een_rest_wordt_verwijderd_en_niet_gevolgd(boven: Path) -> None:
    kostbaar = boven / "kostbaar"
    kostbaar.mkdir()
    (kostbaar / "x").write_text("x")
    map_ = rest(boven)
    (map_ / "erheen").symlink_to(kostbaar)
    ruim_werkmappen(boven)
    assert not map_.exists()
    assert (kostbaar / "x").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_van_een_ander_blijft(boven: Path) -> None:
    map_ = rest(boven, uren=100)
    os.chown(map_, 12345, 12345)
    half = boven / ".u.json.abcd1234.deel"
    half.write_text("x")
    os.chown(half, 12345, 12345)
    ruim_werkmappen(boven)
    ruim_halve_bestanden(boven)
    assert map_.exists()
    assert half.exists()


def test_half_bestand_gaat_weg_tenzij_iemand_het_schrijft(boven: Path) -> None:
    dood = boven / ".u.json.abcd1234.deel"
    dood.write_text("x")
    for naam in ("u.json", ".u.json.deel", "x.abcd1234.deel", ".u.json.abcd1234.deel.csv"):
        (boven / naam).write_text("x")
    (boven / ".k.json.abcd1234.deel").symlink_to(boven / "u.json")
    with half_bestand(boven / "u.json") as half:
        assert not dood.exists()
        half.write_text("regels")
        module._in_gebruik.discard(half)
        ruim_halve_bestanden(boven)
        assert half.exists()
    assert not half.exists()
    assert len(list(boven.iterdir())) == 5


def test_wie_meteen_moet_stoppen_ruimt_alles_op(boven: Path) -> None:
    with werkmap() as map_, half_bestand(boven / "u.json") as half:
        ruim_alles()
        assert not map_.exists()
        assert not half.exists()


def test_een_sein_terwijl_de_map_wordt_gemaakt(boven: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the system that made it and us who know of it, nobody would remove it."""
    echt = tempfile.mkdtemp

    def mkdtemp(**waar: str) -> str:
        map_ = echt(**waar)
        signal.raise_signal(signal.SIGTERM)
        return map_

    monkeypatch.setattr(tempfile, "mkdtemp", mkdtemp)
    monkeypatch.setattr(tempfile, "tempdir", str(boven))
    monkeypatch.setattr(signalen, "_gevraagd", None)
    oud = signal.signal(signal.SIGTERM, signalen._stop)
    try:
        with pytest.raises(signalen.Afgebroken), werkmap():
            pytest.fail("het sein kwam niet")
    finally:
        signal.signal(signal.SIGTERM, oud)
    ruim_alles()
    assert list(boven.iterdir()) == []


def test_halve_map_gaat_weg_tenzij_hernoemd(boven: Path) -> None:
    with halve_map(boven / "uit") as map_:
        assert stat.S_IMODE(map_.stat().st_mode) == 0o700
        (map_ / "x").write_text("x")
    assert list(boven.iterdir()) == []
    with halve_map(boven / "uit") as map_:
        map_.rename(boven / "uit")
    assert list(boven.iterdir()) == [boven / "uit"]


def test_halve_map_van_een_dode_run_gaat_weg_en_die_in_gebruik_is_blijft(boven: Path) -> None:
    rest(boven, ".uit.abcd1234.deel")
    van_iemand = rest(boven, ".uit.abcd1235.deel", slot=None, uren=48)
    with halve_map(boven / "uit") as map_:
        assert {*boven.iterdir()} == {map_, van_iemand}
        module._in_gebruik.discard(map_)  # as another process sees it
        ruim_halve_mappen(boven)
        assert (map_ / SLOT).exists()

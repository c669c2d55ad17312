"""Files whole or not at all, whatever the disk does."""

from __future__ import annotations

import errno
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from wlz_declaratie.rapport.schrijven import Uitvoerfout, controleer_doel, vervangend


def schrijf_half(doel: Path, fout: BaseException) -> None:
    with vervangend(doel) as tijdelijk:
        tijdelijk.write_text("half")
        raise fout


def test_volle_schijf_laat_staan_wat_er_stond(tmp_path: Path) -> None:
    doel = tmp_path / "u.json"
    doel.write_text("oud")
    vol = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with pytest.raises(Uitvoerfout, match="de schijf is vol"):
        schrijf_half(doel, vol)
    assert doel.read_text() == "oud"
    assert list(tmp_path.iterdir()) == [doel]


def test_volle_schijf_volgens_polars(tmp_path: Path) -> None:
    vol = pl.exceptions.ComputeError(f"parquet: underlying IO error: x (os error {errno.ENOSPC})")
    with pytest.raises(Uitvoerfout, match="de schijf is vol"):
        schrijf_half(tmp_path / "u.parquet", vol)
    assert list(tmp_path.iterdir()) == []


def test_een_fout_van_onszelf_blijft_die_fout(tmp_path: Path) -> None:
    for fout in (pl.exceptions.ComputeError("iets anders"), KeyboardInterrupt()):
        with pytest.raises(type(fout)):
            schrijf_half(tmp_path / "u.parquet", fout)
    assert list(tmp_path.iterdir()) == []


def test_map_die_weigert_wordt_vooraf_gezien(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def weiger(*args: object, **kwargs: object) -> tuple[int, str]:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("wlz_declaratie.basis.werkmap.tempfile.mkstemp", weiger)
    with pytest.raises(Uitvoerfout, match="je mag hier niet schrijven"):
        controleer_doel(tmp_path / "u.json")


def test_lange_naam(tmp_path: Path) -> None:
    with pytest.raises(Uitvoerfout, match="naam is te lang"), vervangend(tmp_path / f"{'u' * 300}.json") as tijdelijk:
        tijdelijk.write_text("x")
    assert list(tmp_path.iterdir()) == []


def maak_koppeling(doel: Path) -> None:
    doel.with_name("echt.json").write_text("oud")
    doel.symlink_to(doel.with_name("echt.json"))


def maak_stopcontact(doel: Path) -> None:
    with socket.socket(socket.AF_UNIX) as contact:
        contact.bind(str(doel))


def maak_apparaat(doel: Path) -> None:
    try:
        os.mknod(doel, stat.S_IFCHR | 0o600, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("only root can make a device")


@pytest.mark.parametrize(
    ("maak", "zegt"),
    [
        (maak_koppeling, "koppeling"), (lambda doel: doel.symlink_to("nergens"), "koppeling"),
        (os.mkfifo, "geen gewoon bestand"), (maak_stopcontact, "geen gewoon bestand"),
        (maak_apparaat, "geen gewoon bestand"),
    ],
)  # fmt: skip
def test_doel_dat_geen_gewoon_bestand_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, maak: Callable[[Path], None], zegt: str
) -> None:
    """A rename would put a file in its place: ``--aw320`` onto a device node replaced it."""
    monkeypatch.chdir(tmp_path)
    doel = Path("u.json")
    maak(doel)
    soort, inhoud = doel.lstat().st_mode, set(tmp_path.iterdir())
    with pytest.raises(Uitvoerfout, match=zegt):
        controleer_doel(doel)
    with pytest.raises(Uitvoerfout, match=zegt), vervangend(doel):
        pass
    assert (doel.lstat().st_mode, set(tmp_path.iterdir())) == (soort, inhoud)


def test_doel_dat_ondertussen_een_koppeling_werd(tmp_path: Path) -> None:
    doel = tmp_path / "u.json"

    def schrijf() -> None:
        with vervangend(doel) as tijdelijk:
            tijdelijk.write_text("x")
            doel.symlink_to("/dev/null")

    with pytest.raises(Uitvoerfout, match="koppeling"):
        schrijf()
    assert doel.is_symlink()
    assert list(tmp_path.iterdir()) == [doel]


def test_wie_geen_bladzijde_of_werkboek_vraagt_wacht_er_niet_op() -> None:
    code = (
        "import sys, wlz_declaratie.cli.controleer, wlz_declaratie.cli.uitvoeren, wlz_declaratie.rapport.formaten; "
        "sys.exit(bool({'jinja2', 'xlsxwriter'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

"""What a second reading of the hostile input found."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from unittest.mock import Mock

import polars as pl
import pytest

from nachthulp import FEBRUARI, asc, csv, draai, regel, woorden
from proces import DECLARATIE, assert_nette_fout, schrijf
from proces import draai as draai_opdracht
from vijandig import inboxen
from vijandig.werkboeken import BLAD, NS, blad, rij, werkboek
from wlz_declaratie.basis import geheugen, tonen, verdeeld
from wlz_declaratie.cli import opdrachten
from wlz_declaratie.diensten.opgeslagen import json_tekst
from wlz_declaratie.historie.opslag import open_historie
from wlz_declaratie.inlezen import tabulair
from wlz_declaratie.inlezen.basis import Invoerfout
from wlz_declaratie.rapport import opmaak

BSN = "999900006"


def test_wie_het_bestand_open_houdt_verandert_het_archief_niet(tmp_path: Path) -> None:
    pad = csv(tmp_path / "in", "a.csv", regel("R1"))
    with pad.open("ab") as schrijver:
        assert draai(*woorden(tmp_path), "--rust", "0").returncode == 0
        gearchiveerd = (tmp_path / "in" / "archief" / "a.csv").read_bytes()
        schrijver.write(regel("R2").encode() + b"\n")
    assert (tmp_path / "in" / "archief" / "a.csv").read_bytes() == gearchiveerd


def test_de_sommen_van_een_nacht_zijn_van_wat_geboekt_is(tmp_path: Path) -> None:
    csv(tmp_path / "in", "a.csv", regel("R1"))
    inboxen.half_bericht(tmp_path / "in", "half.asc")
    draai(*woorden(tmp_path), "--rust", "0")
    overzicht = json.loads((tmp_path / "uit" / "overzicht.json").read_text("utf-8"))
    assert overzicht["bestanden"]["verwerkt"] == overzicht["bestanden"]["afgekeurd"] == 1
    assert overzicht["samenvatting"]["regels"] == 1


@pytest.mark.parametrize("slot", [b"\x1a", b"\x1a\r\n", b"\x1a\n"])
def test_een_bericht_met_een_bestandseinde_wordt_geboekt(tmp_path: Path, slot: bytes) -> None:
    pad = asc(tmp_path, "m.asc", FEBRUARI)
    pad.write_bytes(pad.read_bytes() + slot)
    klaar = draai_opdracht("historie", "voeg-toe", tmp_path / "h", pad, "--peildatum", "2020-01-01")
    assert klaar.returncode == 0, klaar.stderr
    assert len(open_historie(tmp_path / "h").aanwezig) == 1


def test_een_lange_lijst_van_bereiken_is_geen_reden_om_te_weigeren(tmp_path: Path) -> None:
    bereiken = " ".join(f"A{n}:B{n}" for n in range(1, 1200))
    staart = f'<conditionalFormatting sqref="{bereiken}"/>'
    (tmp_path / "b.xlsx").write_bytes(werkboek({BLAD: blad(" " + rij(3, ["x"]).replace("><", "> <"), staart=staart)}))
    klaar = draai_opdracht("controleer", tmp_path / "b.xlsx", "--formaat", "json")
    assert klaar.returncode == 1, klaar.stderr
    assert NS not in klaar.stdout


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="geen pijpen op dit systeem")
@pytest.mark.parametrize("naam", ["batch.csv", "batch.parquet", "batch.asc"])
def test_een_pijp_als_batch_houdt_niemand_op(tmp_path: Path, naam: str) -> None:
    os.mkfifo(tmp_path / naam)
    klaar = subprocess.run(
        [DECLARATIE, "controleer", tmp_path / naam], capture_output=True, encoding="utf-8", check=False, timeout=20
    )
    assert_nette_fout(klaar, "geen gewoon bestand")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="geen pijpen op dit systeem")
@pytest.mark.parametrize("naam", ["editie.toml", "koppeling.csv"])
def test_een_pijp_als_codetabel_houdt_niemand_op(tmp_path: Path, naam: str) -> None:
    map_ = tmp_path / "t" / "x"
    map_.mkdir(parents=True)
    (map_ / "editie.toml").write_text('naam = "x"\nbron = "x"\nvan = 2026-01-01\ntot = 2026-12-31\n')
    (map_ / naam).unlink(missing_ok=True)
    os.mkfifo(map_ / naam)
    klaar = subprocess.run(
        [DECLARATIE, "tabellen", "toon", "--tabellen", tmp_path / "t"],
        capture_output=True, encoding="utf-8", check=False, timeout=20,
    )  # fmt: skip
    if naam == "editie.toml":
        assert_nette_fout(klaar, "niet te lezen")
    else:
        bericht = asc(tmp_path, "m.asc", FEBRUARI)
        assert_nette_fout(draai_opdracht("controleer", bericht, "--tabellen", tmp_path / "t"), "niet te lezen")


def test_een_basislijn_van_ruime_bevindingen_kost_geen_minuut(tmp_path: Path) -> None:
    """Each finding just over the first window; the decoded bytes stay a small multiple of the file."""
    gelezen = 0
    inhoud = b"x" * 10 + b'{"melding":"' + b"e" * 2_100 + b'"}' + b" " * (1 << 20)
    for venster in json_tekst._VENSTERS:
        gelezen += venster
        if venster > 2_200:
            break
    assert json_tekst._een(inhoud, 10)[1] == 10 + 2_100 + len('{"melding":""}')
    assert gelezen < 10 * 2_200


def test_een_bsn_in_de_gegevens_van_veel_bevindingen() -> None:
    aantal = 30_000
    regels = pl.DataFrame({"bsn": [BSN] * aantal, "gegevens": [f'{{"ander":"{BSN}","n":1}}'] * aantal})
    assert opmaak.getoond(regels, False)["gegevens"].unique().to_list() == ['{"ander":"******006","n":1}']


def test_te_weinig_geheugen_is_een_woord(tmp_path: Path) -> None:
    csv(tmp_path, "a.csv", regel("R1"))
    programma = (
        "import sys; from wlz_declaratie.cli import main, controleer\n"
        "import wlz_declaratie.cli.uitvoeren as u\n"
        "def geen(*_, **__): raise MemoryError\n"
        "u.uitvoering = geen\n"
        "sys.argv = ['declaratie', 'controleer', sys.argv[1]]\n"
        "main()\n"
    )
    klaar = subprocess.run(
        [sys.executable, "-c", programma, tmp_path / "a.csv"], capture_output=True, encoding="utf-8", check=False
    )
    assert_nette_fout(klaar, "niet genoeg geheugen")


def test_een_voorbeeld_schrijft_niet_door_een_koppeling(tmp_path: Path) -> None:
    (tmp_path / "elders").mkdir()
    (tmp_path / "v").mkdir()
    (tmp_path / "v" / "dossier").symlink_to(tmp_path / "elders")
    assert_nette_fout(draai_opdracht("maak-voorbeeld", tmp_path / "v", "--overschrijf", "--regels", "10"), "koppeling")
    assert list((tmp_path / "elders").iterdir()) == []


def test_een_bestand_vol_regels_zonder_datum_is_geen_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tabulair, "MEESTE_ZONDER_DATUM", 2)
    regels = ["r;999900006;onzin;;Z041;1;06290101;;;"] * 2
    assert tabulair.lees_tabulair(schrijf(tmp_path, *regels), "b.csv", tmp_path).aantal == 2
    with pytest.raises(Invoerfout, match="3 bestandsregels hebben geen leesbare begindatum"):
        tabulair.lees_tabulair(schrijf(tmp_path, *regels, regels[0]), "b.csv", tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows kent deze grens niet")
def test_te_weinig_geheugen_is_een_fout_vooraf(tmp_path: Path) -> None:
    opdracht = f"ulimit -v 900000; exec '{DECLARATIE}' controleer '{schrijf(tmp_path, 'r')}'"
    klaar = subprocess.run(["/bin/sh", "-c", opdracht], capture_output=True, encoding="utf-8", check=False, timeout=60)
    assert_nette_fout(klaar, "te weinig geheugen", "ulimit -v")


def test_draden_die_niet_starten_zijn_geheugen(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opdrachten._meld(RuntimeError("can't start new thread"))
    assert "niet genoeg geheugen" in capsys.readouterr().err


@pytest.mark.parametrize("bestand", ["batch.csv", "batch.parquet"])
@pytest.mark.parametrize(
    "fout", [OSError(errno.ENOSPC, "vol"), pl.exceptions.ComputeError("No space left on device (os error 28)")]
)
def test_een_volle_tijdelijke_map_is_niet_de_schuld_van_het_bestand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fout: Exception, bestand: str
) -> None:
    """In which a big batch is cut while it is read, and its findings are kept."""
    monkeypatch.setattr(geheugen, "MEESTE_LIJNEN", 100)
    monkeypatch.setattr(verdeeld.Verdeeld, "schrijf", Mock(side_effect=fout))
    frame = pl.read_csv("sample_data/fout/batch.csv", separator=";", infer_schema=False)
    schrijf = frame.write_parquet if bestand.endswith("parquet") else frame.write_csv
    schrijf(tmp_path / bestand)
    klaar = draai_opdracht("controleer", str(tmp_path / bestand))
    assert_nette_fout(klaar, "schijf is vol", "TMPDIR")
    assert "export" not in klaar.stderr


@pytest.mark.parametrize("naam", ["9999.00.006.asc", "a 999 900 006.csv", "999-900-006.csv"])
def test_een_ingedeeld_bsn_staat_in_geen_naam(naam: str) -> None:
    assert "006" not in tonen.zonder_bsn(naam)
    assert tonen.gemaskeerd(naam) == f"{naam.partition('9')[0]}******006{naam[-4:]}"


@pytest.mark.parametrize("naam", ["2026-03-01.csv", "20260301-batch.asc", "9999.00.007.asc"])
def test_een_datum_of_bedrag_is_geen_bsn(naam: str) -> None:
    assert tonen.zonder_bsn(naam) == naam


def test_merktekens_van_oude_programma_s_kosten_geen_regel(tmp_path: Path) -> None:
    pad = schrijf(tmp_path, f"R1;{BSN};2026-03-01;2026-03-31;Z041;31;06290101;;;")
    pad.write_bytes(b"\xef\xbb\xbf" * 2 + pad.read_bytes() + b"\x1a")
    batch = tabulair.lees_tabulair(pad, "b.csv", tmp_path)
    assert (batch.aantal, batch.onleesbaar, batch.ongebruikt) == (1, 0, ())


def test_de_reden_van_een_nacht_noemt_het_bestand_niet_nog_eens(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.csv").write_text("geen batch\n", encoding="utf-8")
    draai(*woorden(tmp_path), "--rust", "0")
    overzicht = json.loads((tmp_path / "uit" / "overzicht.json").read_text("utf-8"))
    (regel_,) = overzicht["batches"]
    assert regel_["reden"].count("a.csv") == 0

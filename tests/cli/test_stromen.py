"""What a shell does with stdin, stdout and stderr: closed ends, full disks, readers that have seen enough."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from grondig import alleen_grondig, rest
from proces import DECLARATIE, GEEN_TABELLEN

pytestmark = pytest.mark.om_de(3)

WORTEL = Path(__file__).parents[2]
# A stream does not care how many rules there are: two families give enough to write.
REGELS = "--selecteer VLD,MUT"
SCHOON = f"controleer sample_data/schoon/batch.asc --dossier sample_data/schoon/dossier {REGELS}"
FOUT = f"controleer sample_data/fout/batch.asc --dossier sample_data/fout/dossier {REGELS}"


def shell(regel: str) -> subprocess.CompletedProcess[str]:
    """``D`` in ``regel`` is the command; gives what reaches the outer stdout and stderr."""
    return subprocess.run(
        ["/bin/bash", "-c", f"set -o pipefail; D() {{ {DECLARATIE} \"$@\"; }}; {regel}"],
        capture_output=True, encoding="utf-8", errors="replace", cwd=WORTEL, check=False, timeout=120,
        env={**os.environ, "COLUMNS": "100", "DECLARATIE_TABELLEN": str(GEEN_TABELLEN)},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("opdracht", "code"),
    [
        alleen_grondig(SCHOON, 0), alleen_grondig(FOUT, 1), alleen_grondig(f"{SCHOON} --formaat json", 0),
        (f"{FOUT} --formaat json", 1), alleen_grondig(f"{FOUT} --statistiek --max 9999", 1), ("regels", 0),
        alleen_grondig("regels --formaat json", 0), ("--help", 0), alleen_grondig("uitleg MUT-01", 0),
    ],
)  # fmt: skip
def test_lezer_die_genoeg_heeft_gezien_verandert_niets(opdracht: str, code: int) -> None:
    klaar = shell(f"D {opdracht} | head -1")
    assert (klaar.returncode, klaar.stderr) == (code, "")
    assert klaar.stdout.count("\n") == 1
    # The reader may also be gone before the first word.
    klaar = shell(f"D {opdracht} | true")
    assert (klaar.returncode, klaar.stderr) == (code, "")


def test_een_pijplijn_met_head_eindigt_goed() -> None:
    klaar = shell(f"set +o pipefail; D {FOUT} --max 9999 | head -1")
    assert (klaar.returncode, klaar.stderr, klaar.stdout.count("\n")) == (0, "", 1)


def test_een_bevinding_in_een_pijp_staat_op_een_regel() -> None:
    klaar = shell(f"unset COLUMNS; D {FOUT} --max 9999 | grep -c 'uitvoerder [0-9]* · .* · € [-0-9.,]*$'")
    assert int(klaar.stdout) > 5


def test_tab_vult_aan() -> None:
    vraag = "COMP_WORDS='declaratie controleer b.csv --negeer MUT,OVB-0' COMP_CWORD=4"
    klaar = shell(f"export _DECLARATIE_COMPLETE=complete_bash {vraag}; D")
    assert "MUT,OVB-01" in klaar.stdout.split()
    assert klaar.stderr == ""


@pytest.mark.parametrize(
    "opdracht",
    rest(
        [SCHOON, f"{FOUT} --formaat json", "regels", "regels --formaat json", "--version", "--help", "nacht -h"],
        f"{FOUT} --formaat json", "regels", "--help",
    ),
)  # fmt: skip
@pytest.mark.parametrize(("waarheen", "reden"), [("/dev/full", "de schijf is vol"), ("&-", "stdout is gesloten")])
def test_stdout_die_niets_aanneemt_is_een_nette_fout(opdracht: str, waarheen: str, reden: str) -> None:
    klaar = shell(f"D {opdracht} >{waarheen}")
    assert klaar.returncode == 2
    assert klaar.stderr == f"fout: uitvoer schrijven lukt niet ({reden}).\n"


@pytest.mark.parametrize(
    "dicht",
    rest(
        [">&-", "<&-", "2>&-", "<&- >&- 2>&-", ">&- 2>&-", "</dev/null >/dev/null 2>&-"],
        "<&- >&- 2>&-", ">&-", "</dev/null >/dev/null 2>&-",
    ),
)  # fmt: skip
def test_gesloten_stromen_en_een_uitslag(tmp_path: Path, dicht: str) -> None:
    """The number of a closed stream went to the next file that was opened: an error landed in a result."""
    klaar = shell(f"D {FOUT} --stil --uit {tmp_path}/u.json --uit {tmp_path}/u.html {dicht}")
    assert (klaar.returncode, klaar.stdout, klaar.stderr) == (1, "", "")
    assert json.loads((tmp_path / "u.json").read_text("utf-8"))["bevindingen"]
    assert (tmp_path / "u.html").read_text("utf-8").endswith("</html>\n")


@pytest.mark.grondig
def test_fout_zonder_stderr_komt_nergens_anders() -> None:
    for opdracht in ("controleer weg.csv --formaat json", "regels --op morgen", "--onbekend"):
        klaar = shell(f"D {opdracht} 2>&-")
        assert (klaar.returncode, klaar.stdout) == (2, "")
    klaar = shell(f"D {FOUT} --formaat json 2>&-")
    assert klaar.returncode == 1
    assert json.loads(klaar.stdout)["bevindingen"]
    assert shell("D controleer weg.csv 2>/dev/full").returncode == 2


def test_pijp_die_niet_wacht_krijgt_alles(tmp_path: Path) -> None:
    """More than a pipe holds, so that it is full as long as nobody reads."""
    (tmp_path / "traag.py").write_text(
        "import os, subprocess, sys, time\n"
        "lees, schrijf = os.pipe()\nos.set_blocking(schrijf, False)\n"
        "kind = subprocess.Popen(sys.argv[1:], stdout=schrijf)\nos.close(schrijf)\ntime.sleep(2)\n"
        "while blok := os.read(lees, 1000):\n    sys.stdout.buffer.write(blok)\n"
        "sys.exit(kind.wait())\n"
    )
    klaar = shell(f"python3 {tmp_path}/traag.py {DECLARATIE} regels --formaat json")
    assert (klaar.returncode, klaar.stderr) == (0, "")
    assert len(klaar.stdout.encode()) > 1 << 16
    assert json.loads(klaar.stdout)

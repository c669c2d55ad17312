"""Each attack on the reader of Parquet: refused with a word, or read, in bounds."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import polars as pl
import pytest

from grondig import deel, keren
from tabulair import REGEL, Lezer
from vijandig import parquet
from vijandig.meting import Gemeten, draai_gemeten, lees_alle
from vijandig.parquet import categorie, lange_waarde, met, voorvoegsels
from wlz_declaratie.inlezen.basis import Invoerfout
from wlz_declaratie.inlezen.parquet.lezen import TE_LANG

pytestmark = pytest.mark.om_de(3)

BOMMEN = deel(3, parquet.BOMMEN)
LANG = parquet.LANG[:: keren(2, 1)]


@pytest.fixture(scope="module")
def gelezen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Gemeten]:
    map_ = tmp_path_factory.mktemp("parquet")
    for naam, maak in BOMMEN.items():
        (map_ / f"{naam}.parquet").write_bytes(maak())
    for kolom in LANG:
        (map_ / f"lang {kolom}.parquet").write_bytes(lange_waarde(kolom))
    (map_ / "categorie.parquet").write_bytes(categorie())
    (map_ / "voorvoegsels.parquet").write_bytes(voorvoegsels())
    return lees_alle(map_)


@pytest.mark.parametrize("naam", [*BOMMEN, "voorvoegsels"])
def test_bom(gelezen: dict[str, Gemeten], naam: str) -> None:
    gelezen[naam].assert_binnen_de_grenzen()
    assert gelezen[naam].uitslag.startswith(f"{naam}.parquet: ")
    assert "\n" not in gelezen[naam].uitslag


@pytest.mark.parametrize("kolom", LANG)
def test_een_lange_waarde_in_elke_regel(gelezen: dict[str, Gemeten], kolom: str) -> None:
    uitslag = gelezen[f"lang {kolom}"]
    uitslag.assert_binnen_de_grenzen()
    genoemd = 100_000 if kolom == "referentienummer" else 0
    assert uitslag.uitslag == f"gelezen: 100000, meldingen: {genoemd}"


def test_een_lange_categorie(gelezen: dict[str, Gemeten]) -> None:
    gelezen["categorie"].assert_binnen_de_grenzen()
    assert gelezen["categorie"].uitslag.startswith("gelezen: 90000")


def test_niemand_praat_op_stderr(gelezen: dict[str, Gemeten]) -> None:
    assert gelezen["categorie"].fouten == ""


def test_lange_waarde_is_onleesbaar_en_haar_buren_niet(lezer: Lezer) -> None:
    lang = "x" * 40_000
    regels = [{**REGEL, "referentienummer": r, "declarant": d} for r, d in ((lang, lang), ("R2", "06290001"))]
    for type_ in (pl.String, pl.Categorical):
        batch = lezer.parquet(pl.DataFrame(regels).with_columns(pl.col("referentienummer", "declarant").cast(type_)))
        assert batch.regels.select("referentienummer", "declarant").collect().rows() == [
            (TE_LANG, TE_LANG),
            ("R2", "06290001"),
        ]
        assert batch.meldingen["regelnummer"].to_list() == [1]


def test_geneste_kolom_die_niemand_vraagt_blijft_ingepakt(lezer: Lezer) -> None:
    buffer = io.BytesIO()
    leeg = pl.Series("extra", [None] * 100, dtype=pl.Array(pl.Int64, 3))
    frame = pl.DataFrame([REGEL] * 100).with_columns(leeg, blok=pl.lit(b"x" * 50_000))
    frame.write_parquet(buffer, compression="uncompressed", statistics=False)
    inhoud = buffer.getvalue().replace(b"x" * 50_000, b"y" * 50_000)
    batch = lezer.lees(lezer.bestand("batch.parquet", inhoud))
    assert (batch.aantal, batch.ongebruikt) == (100, ("extra", "blok"))


@pytest.mark.parametrize("naam", ["voorvoegsels", "lange waarde"])
def test_controleer(tmp_path: Path, naam: str) -> None:
    bestand = tmp_path / "batch.parquet"
    bestand.write_bytes(voorvoegsels() if naam == "voorvoegsels" else lange_waarde("prestatiecode"))
    klaar = draai_gemeten("controleer", bestand)
    klaar.assert_binnen_de_grenzen()
    assert klaar.code == (2 if naam == "voorvoegsels" else 1)
    assert klaar.fouten.count("\n") == (naam == "voorvoegsels")


def test_dossiertabel(tmp_path: Path) -> None:
    (tmp_path / "toewijzingen.parquet").write_bytes(lange_waarde("bsn"))
    batch = tmp_path / "batch.parquet"
    batch.write_bytes(met(10))
    klaar = draai_gemeten("controleer", batch, "--dossier", tmp_path)
    klaar.assert_binnen_de_grenzen()
    assert klaar.code == 2
    assert klaar.fouten.startswith("fout: ")


def test_historie_als_bestand(tmp_path: Path) -> None:
    (tmp_path / "historie.parquet").write_bytes(parquet.BOMMEN["veel regels"]())
    batch = tmp_path / "batch.parquet"
    batch.write_bytes(met(10))
    klaar = draai_gemeten("controleer", batch, "--historie", tmp_path / "historie.parquet")
    klaar.assert_binnen_de_grenzen()
    assert klaar.code == 2
    assert "regels te hebben" in klaar.fouten


def test_een_verminkte_voet_is_hooguit_een_gewone_fout(lezer: Lezer) -> None:
    goed = met(10)
    for plaats in range(len(goed) - 900, len(goed) - 8, keren(35, 1)):
        kapot = bytearray(goed)
        kapot[plaats] ^= 0x5A
        with contextlib.suppress(Invoerfout):
            lezer.lees(lezer.bestand("batch.parquet", bytes(kapot)))

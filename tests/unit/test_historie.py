"""The store of accepted lines: it gives what a plain file of lines gives, and keeps what it is given."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from gevallen import bestand, casebestanden, controleer_geval, dossier
from grondig import rest
from wlz_declaratie.basis.slot import beurt
from wlz_declaratie.codes.tabellen import lees_codes
from wlz_declaratie.contract.tabellen import DECLARATIE
from wlz_declaratie.diensten.bijschrijven import Bijgeschreven, Toetssteen, voeg_toe
from wlz_declaratie.diensten.controleren import Uitslag, controleer
from wlz_declaratie.diensten.klaarzetten import zet_klaar
from wlz_declaratie.historie import onderhoud
from wlz_declaratie.historie.fouten import Historiefout, Ingehaald
from wlz_declaratie.historie.lezen import lees_voor
from wlz_declaratie.historie.opslag import open_historie, open_of_maak
from wlz_declaratie.historie.register import Batch, cijfers
from wlz_declaratie.inlezen.basis import Batchbestand, Invoerfout
from wlz_declaratie.inlezen.dossier import Dossier
from wlz_declaratie.kern.regel import alle_regels
from wlz_declaratie.voorbeeld.batch import speel
from wlz_declaratie.voorbeeld.scenario import scenarios
from wlz_declaratie.voorbeeld.verdeling import verdeel

pytestmark = pytest.mark.om_de(4)

PEILDATUM = date(2026, 11, 1)
GEEN_TABELLEN = Path(__file__).parent


def schrijf(map_: Path, regels: pl.DataFrame) -> Batch:
    """Add lines as they are, unchecked."""
    historie = open_of_maak(map_)
    batch = Batch(
        volgnr=historie.volgende, bestand="'b.csv'", soort="csv", sha256=str(historie.volgende),
        facturen=(("06290101", f"F{historie.volgende}"),), moment="2026-01-01T00:00:00+00:00", peildatum="2026-01-01",
        versie="0", edities=(), toegevoegd=regels.height, afgekeurd=0, **cijfers(regels),
    )  # fmt: skip
    with beurt(map_):
        historie.voeg_toe(batch, regels)
    return batch


def frame(*regels: dict[str, object]) -> pl.DataFrame:
    return bestand(list(regels), {}, "b").regels.collect()


def steen(werkmap: Path, tabellen: Dossier | None = None) -> Toetssteen:
    return Toetssteen(lees_codes(None, GEEN_TABELLEN), tabellen or dossier({}), PEILDATUM, werkmap)


def batch_van(naam: str, *regels: dict[str, object]) -> Batchbestand:
    return replace(bestand(list(regels), {}, naam), sha256=naam)


def test_lege_historie_en_batch_zonder_goede_regels(tmp_path: Path) -> None:
    map_ = tmp_path / "h"
    slecht = batch_van("slecht", {"bsn": "123456789"})
    eerste = voeg_toe(map_, slecht, steen(tmp_path))
    assert (eerste.batch.toegevoegd, eerste.batch.afgekeurd) == (0, 1)
    assert voeg_toe(map_, slecht, steen(tmp_path)) == Bijgeschreven(eerste.batch, None)
    assert open_historie(map_).regels().collect().is_empty()


def test_regels_komen_terug_zoals_ze_waren(tmp_path: Path) -> None:
    regels = frame(
        {"bsn": "999900018", "bedrag": 12345, "overleden": True, "dagtekening": date(2026, 4, 1)}, {"bsn": "999900006"}
    )
    schrijf(tmp_path / "h", regels)
    terug = open_historie(tmp_path / "h").regels().sort("regelnummer").collect()
    assert_frame_equal(terug.drop("volgnr").cast({"regelnummer": pl.UInt32}), regels)


def test_zelfde_factuur_met_andere_inhoud_wordt_geweigerd(tmp_path: Path) -> None:
    map_ = tmp_path / "h"
    regel = {"bsn": "999900006", "factuurnummer": "F1"}
    voeg_toe(map_, batch_van("een", regel), steen(tmp_path))
    ander = batch_van("twee", {**regel, "bsn": "999900018"})
    with pytest.raises(Historiefout, match="batch 1"):
        voeg_toe(map_, ander, steen(tmp_path))
    onderhoud.verwijder(map_, "F1", None, "foute export")
    assert voeg_toe(map_, ander, steen(tmp_path)).batch.volgnr == 2
    weg = open_historie(map_).batches[0].verwijderd
    assert weg is not None
    assert weg.reden == "foute export"
    assert open_historie(map_).regels().collect()["bsn"].to_list() == ["999900018"]


def test_wie_een_oude_stand_zag_kan_niet_schrijven(tmp_path: Path) -> None:
    map_ = tmp_path / "h"
    oud = open_of_maak(map_)
    batch = schrijf(map_, frame({}))
    with pytest.raises(Ingehaald):
        oud.voeg_toe(batch, frame({}))
    assert len(open_historie(map_).batches) == 1


def test_wie_zelf_schreef_ziet_een_oude_stand(tmp_path: Path) -> None:
    """The library moves the table on that it writes to; the same change must not be made twice."""
    batch = schrijf(tmp_path / "h", frame({}))
    oud = open_historie(tmp_path / "h")
    oud.voeg_toe(replace(batch, volgnr=2), frame({}))
    with pytest.raises(Ingehaald):
        oud.voeg_toe(replace(batch, volgnr=2), frame({}))
    assert len(open_historie(tmp_path / "h").batches) == 2


def test_schrijven_op_een_stand_die_intussen_is_verdicht(tmp_path: Path) -> None:
    for nummer in range(onderhoud.VEEL):
        batch = schrijf(tmp_path / "h", frame({"referentienummer": str(nummer)}))
    oud = open_historie(tmp_path / "h")
    onderhoud.verdicht(tmp_path / "h")
    oud.voeg_toe(replace(batch, volgnr=oud.volgende), frame({}))
    assert len(open_historie(tmp_path / "h").batches) == onderhoud.VEEL + 1
    assert onderhoud.controleer(tmp_path / "h").fouten == ()


def test_ingehaalde_schrijver_toetst_opnieuw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line that came between is seen by the second check: its duplicate is rejected."""
    map_ = tmp_path / "h"
    regel = {"bsn": "999900006", "begindatum": date(2026, 3, 1), "einddatum": date(2026, 3, 10)}
    ander = batch_van("ander", regel)
    keren = []

    def tussendoor(*args: object, **kwargs: object) -> Uitslag:
        keren.append(1)
        if len(keren) == 1:
            schrijf(map_, frame(regel))
        return controleer(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr("wlz_declaratie.diensten.bijschrijven.controleer", tussendoor)
    resultaat = voeg_toe(map_, ander, steen(tmp_path))
    assert len(keren) == 2
    assert (resultaat.batch.toegevoegd, resultaat.batch.afgekeurd) == (0, 1)


def test_vastgelopen_regel_voegt_niets_toe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def kapot(pop: object, p: object) -> Iterable[pl.LazyFrame]:
        raise ZeroDivisionError

    regels = {**alle_regels(), "MUT-01": replace(alle_regels()["MUT-01"], toets=kapot)}  # type: ignore[arg-type]
    monkeypatch.setattr("wlz_declaratie.diensten.bijschrijven.alle_regels", lambda: regels)
    with pytest.raises(Historiefout, match="MUT-01"):
        voeg_toe(tmp_path / "h", batch_van("een", {}), steen(tmp_path))
    assert open_historie(tmp_path / "h").batches == ()


def test_verdichten_verandert_niets_en_hindert_geen_lezer(tmp_path: Path) -> None:
    map_ = tmp_path / "h"
    for nummer in range(onderhoud.VEEL):
        schrijf(map_, frame({"referentienummer": str(nummer)}, {"bsn": "999900018", "referentienummer": f"x{nummer}"}))
    voor = open_historie(map_)
    onderhoud.verdicht(map_)
    na = open_historie(map_)
    assert (voor.bestanden.height, na.bestanden.height) == (2 * onderhoud.VEEL, 2)
    assert_frame_equal(voor.regels().collect(), na.regels().collect(), check_row_order=False)
    assert na.regels().collect()["bsn"].is_sorted()
    assert (na.batches, na.stand) == (voor.batches, voor.stand)
    assert onderhoud.controleer(map_).fouten == ()
    schrijf(map_, frame({}))


def test_bewaartermijn_gaat_van_schijf(tmp_path: Path) -> None:
    map_ = tmp_path / "h"
    oud = {"bsn": "999900018", "begindatum": date(2019, 1, 1), "einddatum": date(2019, 12, 31), "declaratiebedrag": 5}
    schrijf(map_, frame(oud, {"declaratiebedrag": 7}))
    schrijf(map_, frame(oud))
    assert onderhoud.bewaartermijn(map_, date(2020, 1, 1)) == 2
    historie = open_historie(map_)
    assert [(b.toegevoegd, b.regels, b.cent, b.verlopen) for b in historie.batches] == [(2, 1, 7, 1), (1, 0, 0, 1)]
    parquet = [pad for pad in map_.rglob("*.parquet") if "_delta_log" not in pad.parts]
    assert sorted(parquet) == sorted(historie.paden(pl.lit(True)))
    assert onderhoud.controleer(map_).fouten == ()
    assert not any(b"999900018" in pad.read_bytes() for pad in map_.rglob("*") if pad.is_file())
    assert onderhoud.bewaartermijn(map_, date(2020, 1, 1)) == 0


def test_lezer_die_door_de_bewaartermijn_wordt_ingehaald(tmp_path: Path) -> None:
    map_ = tmp_path / "h"
    schrijf(map_, frame({"begindatum": date(2019, 1, 1), "einddatum": date(2019, 1, 2)}, {}))
    batch = [bestand([{}], {}, "b")]
    oud = open_historie(map_)
    onderhoud.bewaartermijn(map_, date(2020, 1, 1))
    from wlz_declaratie.historie.lezen import lees_uit

    with pytest.raises(Ingehaald):
        lees_uit(oud, batch, codes=lees_codes(None, GEEN_TABELLEN), tabellen={}, werkmap=tmp_path)
    assert lees_voor(map_, batch, codes=lees_codes(None, GEEN_TABELLEN), tabellen={}, werkmap=tmp_path).aantal == 1


@pytest.mark.parametrize("schade", ["weg", "korter", "bit"])
def test_schade_wordt_gevonden(tmp_path: Path, schade: str) -> None:
    map_ = tmp_path / "h"
    schrijf(map_, frame(*({"referentienummer": f"R{n}"} for n in range(50))))
    (pad,) = open_historie(map_).paden(pl.col("deel") != "register")
    if schade == "weg":
        pad.unlink()
    elif schade == "korter":
        os.truncate(pad, pad.stat().st_size - 1)
    else:
        inhoud = bytearray(pad.read_bytes())
        inhoud[4:400] = bytes(396)
        pad.write_bytes(inhoud)
    assert len(onderhoud.controleer(map_).fouten) == 1
    if schade != "korter":
        with pytest.raises(Invoerfout, match="niet te lezen"):
            lees_voor(
                map_, [bestand([{}], {}, "b")], codes=lees_codes(None, GEEN_TABELLEN), tabellen={}, werkmap=tmp_path
            )


def test_alleen_de_eigenaar_en_geen_bsn_buiten_de_regels(tmp_path: Path) -> None:
    map_ = tmp_path / "h"
    for _ in range(onderhoud.VEEL):
        schrijf(map_, frame({"bsn": "999900006"}, {"bsn": "999900018"}))
    onderhoud.verdicht(map_)
    onderhoud.verwijder(map_, "F3", None, "proef")
    onderhoud.bewaartermijn(map_, date(2020, 1, 1))
    for pad in (map_, *map_.rglob("*")):
        assert stat.S_IMODE(pad.stat().st_mode) == (0o700 if pad.is_dir() else 0o600), pad.name
        assert "9999000" not in pad.name
    for log in (map_ / "_delta_log").iterdir():
        assert b"9999000" not in log.read_bytes()


@pytest.mark.parametrize("naam", ["a%b", "a[b]"])
def test_map_die_de_bibliotheek_niet_kan(tmp_path: Path, naam: str) -> None:
    with pytest.raises(Invoerfout, match="andere map"):
        open_of_maak(tmp_path / naam)


def test_map_met_spatie_en_accent(tmp_path: Path) -> None:
    schrijf(tmp_path / "mijn historië", frame({}))
    assert open_historie(tmp_path / "mijn historië").regels().collect().height == 1


def test_vreemde_map_blijft_zoals_zij_is(tmp_path: Path) -> None:
    (tmp_path / "brief.txt").write_text("x")
    with pytest.raises(Historiefout, match="niet leeg"):
        open_of_maak(tmp_path)
    with pytest.raises(Invoerfout, match="geen historie"):
        open_historie(tmp_path)
    assert [pad.name for pad in tmp_path.iterdir()] == ["brief.txt"]


# A rule of the batch asks for more than the lines of its clients; lezen.py knows what these ask.
BEKEND = {"VLD-09", "VLD-10", "MUT-06", "AFS-03", "LVHC-03", "LVHC-07", "LVHC-06"}


def test_elke_regel_van_de_batch_is_bedacht() -> None:
    van_de_batch = {r.id for r in alle_regels().values() if r.bereik == "batch" and r.familie not in ("AW", "INL")}
    assert van_de_batch == BEKEND


KANTOREN = {0: "5501", 1: "5502", 2: "5502", 3: "5503", 4: "5503"}


def _maand_eerder(regels: pl.DataFrame, maanden: int) -> pl.DataFrame:
    """The lines of an earlier month; one in seven keeps its reference."""
    dagen = ("begindatum", "einddatum", "dagtekening", "begindatum_periode", "einddatum_periode")
    ref = pl.col("referentienummer")
    return regels.with_columns(
        *(pl.col(dag).dt.offset_by(f"-{maanden}mo") for dag in dagen),
        referentienummer=pl.when(pl.col("regelnummer") % 7 == 0).then(ref).otherwise(ref + f"-{maanden}"),
    )


@pytest.mark.grondig
@pytest.mark.parametrize(("zaad", "deel"), rest([(1, 3), (2, 10), (3, 2)], (2, 10)))
def test_zelfde_bevindingen_als_een_gewoon_bestand(tmp_path: Path, zaad: int, deel: int) -> None:
    """A part of the clients in the batch; the others in the history only, at the same providers."""
    voorbeeld = speel(verdeel(scenarios(), 3000, zaad), zaad)
    alles = (
        voorbeeld.regels.with_row_index("regelnummer", offset=2)
        .with_columns(
            pl.lit(None, dtype=t).alias(k)
            for k, t in DECLARATIE.items()
            if k not in voorbeeld.regels.columns and k != "regelnummer"
        )
        .select(*DECLARATIE)
        .cast(pl.Schema(DECLARATIE))
    )
    # Lines of two zorgkantoren, of a third that no agreement names, and of none.
    alles = alles.with_columns(uzovi=(pl.col("regelnummer") % 7).replace_strict(KANTOREN, default=None))
    nummer = pl.col("bsn").rank("dense")
    batch = alles.filter(nummer % deel == 0)
    maanden = [_maand_eerder(alles, maand) for maand in (3, 2, 1)] + [alles.filter(nummer % deel != 0)]
    for maand in maanden:
        schrijf(tmp_path / "h", maand)
    # Small agreements: then the clients that are in the history only tip the scale.
    tabellen = dict(voorbeeld.dossier)
    klein = tabellen["afspraken"].with_columns(pl.col("aantal") // 36)
    van_kantoor = [klein.gather_every(3, nr).with_columns(uzovi=pl.lit(u)) for nr, u in enumerate(("5501", "5502"))]
    tabellen["afspraken"] = pl.concat([klein, *van_kantoor])
    codes = lees_codes(tabellen.get("prestaties"), GEEN_TABELLEN)
    invoer = [replace(bestand([{}], {}, "b"), regels=batch.lazy(), aantal=batch.height, kolommen=frozenset(DECLARATIE))]
    gewoon = pl.concat(maanden).with_columns(regelnummer=pl.int_range(1, pl.len() + 1, dtype=pl.UInt32))
    uit_bestand = replace(invoer[0], regels=gewoon.lazy(), aantal=gewoon.height)
    uit_opslag = lees_voor(tmp_path / "h", invoer, codes=codes, tabellen=tabellen, werkmap=tmp_path)
    assert uit_opslag.aantal < uit_bestand.aantal

    def toets(historie: list[Batchbestand] | None) -> Uitslag:
        return controleer(
            invoer, regels=list(alle_regels().values()), codes=codes, peildatum=PEILDATUM,
            dossier=zet_klaar(Dossier(tabellen, ()), codes), werkmap=tmp_path, historie=historie,
        )  # fmt: skip

    opslag, plat, zonder = toets([uit_opslag]), toets([uit_bestand]), toets(None)
    assert_frame_equal(opslag.bevindingen, plat.bevindingen)
    assert opslag.regels == plat.regels
    meer = {
        s.regel.id
        for s, los in zip(plat.regels, zonder.regels, strict=True)
        if s.afkeur + s.signaal > los.afkeur + los.signaal
    }
    assert meer >= {"VLD-09", "AFS-03"}


def test_volume_telt_per_zorgkantoor(tmp_path: Path) -> None:
    """Of clients who are not in the batch only sums are read, one for each zorgkantoor."""
    ander = {"bsn": "999900018", "begindatum": date(2026, 2, 1), "einddatum": date(2026, 2, 28), "aantal": 10}
    regels = ({**ander, "uzovi": uzovi, "declarant": "06000003"} for uzovi in ("5501", "5501", "5502", None))
    schrijf(tmp_path / "h", frame(*regels))
    schrijf(tmp_path / "h", frame({"aantal": 5, "uzovi": "5502", "begindatum": date(2026, 1, 1)}))
    batch = batch_van("b", {"uzovi": "5502"})
    afspraken = dossier({"afspraken": [{"agb": "06290101", "prestatiecode": "Z041", "uzovi": "5501", "aantal": 9}]})
    gelezen = lees_voor(
        tmp_path / "h", [batch], codes=lees_codes(), tabellen=afspraken.tabellen, werkmap=tmp_path
    ).regels.collect()
    sommen = gelezen.filter(pl.col("bsn").is_null())
    assert sorted(sommen.select("uzovi", "aantal").rows(), key=str) == [("5501", 20), ("5502", 10), (None, 10)]
    assert gelezen.filter(pl.col("bsn").is_not_null())["aantal"].to_list() == [5]


def _met_historie() -> list[Any]:
    """Every case with history; the first one of every third rule for the quick run."""
    gevallen = [wat for wat in casebestanden() if wat[1].get("historie")]
    eerste = {regel: geval["naam"] for regel, geval, _ in reversed(gevallen)}
    eerste = dict(sorted(eerste.items())[::3])
    return [
        pytest.param(
            *(regel, geval, standaard),
            id=f"{regel} {geval['naam']}",
            marks=() if eerste.get(regel) == geval["naam"] else pytest.mark.grondig,
        )
        for regel, geval, standaard in gevallen
    ]


@pytest.mark.parametrize(("regel", "geval", "standaard"), _met_historie())
def test_elk_geval_met_historie_ook_uit_de_opslag(
    tmp_path: Path, regel: str, geval: dict[str, Any], standaard: dict[str, Any]
) -> None:
    tabellen = dossier(geval.get("dossier", {}))
    codes = lees_codes(tabellen.tabellen.get("prestaties"), geval.get("tabellenmap"))
    batch = bestand(geval["regels"], standaard, "batch", geval.get("soort", "csv"))
    schrijf(tmp_path / "h", bestand(geval["historie"], standaard, "historie").regels.collect())
    uitslag = controleer(
        [batch],
        regels=[alle_regels()[regel]],
        codes=codes,
        peildatum=geval.get("peildatum", date(2026, 11, 1)),
        dossier=zet_klaar(tabellen, codes),
        werkmap=tmp_path,
        historie=[lees_voor(tmp_path / "h", [batch], codes=codes, tabellen=tabellen.tabellen, werkmap=tmp_path)],
    )
    plat = controleer_geval([regel], {**geval, "werkmap": tmp_path}, standaard)
    assert_frame_equal(uitslag.bevindingen, plat.bevindingen)
    assert uitslag.regels == plat.regels

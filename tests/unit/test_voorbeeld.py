"""The generator of synthetic batches keeps its promises, and the product finds exactly what was planted."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from verwachting import gevonden, verwacht
from wlz_declaratie import voorbeeld
from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.contract.tabellen import DOSSIER, HERKOMST
from wlz_declaratie.inlezen.dossier import lees_dossier
from wlz_declaratie.kern.regel import alle_regels
from wlz_declaratie.voorbeeld import maak, nummers, scenario
from wlz_declaratie.voorbeeld.batch import Spel
from wlz_declaratie.voorbeeld.batchbestand import BATCHBESTANDEN, Ruimte
from wlz_declaratie.voorbeeld.scenario import Scenariofout, scenarios
from wlz_declaratie.voorbeeld.schrijven import schrijf
from wlz_declaratie.voorbeeld.verdeling import aantal_regels, verdeel, verdeel_alles, verdeel_schoon

pytestmark = pytest.mark.om_de(5)

BESTANDEN = ("batch.asc", "batch.csv", "batch.parquet")


@pytest.fixture(scope="module")
def batches(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """Batches of 2,000 lines by seed."""
    mappen = {zaad: tmp_path_factory.mktemp(f"zaad{zaad}") for zaad in (1, 2, 3)}
    for zaad, map_ in mappen.items():
        maak(map_, 2000, zaad)
    return mappen


def lees(map_: Path, naam: str = "batch.csv") -> pl.DataFrame:
    return pl.read_csv(map_ / naam, separator=";", infer_schema=False)


def elfproef(bsn: str) -> bool:
    gewichten = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(int(cijfer) * gewicht for cijfer, gewicht in zip(bsn, gewichten, strict=True)) % 11 == 0


@pytest.mark.parametrize(("zaad", "naam"), [*((1, naam) for naam in BESTANDEN), (2, "batch.asc"), (3, "batch.csv")])
def test_precies_wat_geplant_is(batches: dict[int, Path], zaad: int, naam: str) -> None:
    assert gevonden(batches[zaad], naam) == verwacht(batches[zaad])[naam]


def test_zelfde_zaad_zelfde_bytes(batches: dict[int, Path], tmp_path: Path) -> None:
    maak(tmp_path, 2000, 1)
    namen = {pad.relative_to(tmp_path) for pad in tmp_path.rglob("*") if pad.is_file()}
    assert namen == {
        *map(Path, BESTANDEN), Path("verwacht.json"), *(Path("dossier", f"{tabel}.csv") for tabel in DOSSIER)
    }  # fmt: skip
    for naam in namen:
        assert (tmp_path / naam).read_bytes() == (batches[1] / naam).read_bytes(), naam


def test_ander_zaad_anderen(batches: dict[int, Path]) -> None:
    frames = [lees(map_) for map_ in batches.values()]
    for kolom in ("declarant", "factuurnummer"):
        assert len({frame[kolom].unique().item() for frame in frames}) == len(frames)
    for kolom in ("bsn", "referentienummer", "besluitnummer"):
        waarden = [set(frame[kolom].drop_nulls()) for frame in frames]
        assert len(set.union(*waarden)) == sum(map(len, waarden)), kolom


def test_als_historie_van_elkaar(batches: dict[int, Path]) -> None:
    met_historie = gevonden(batches[1], "batch.csv", historie=batches[2] / "batch.parquet")
    # With a history, a credit on an unknown line is no longer a signaal.
    onbekend = [b for b in verwacht(batches[1])["batch.csv"] if b["retourcode"] != "8017"]
    assert [b for b in met_historie if b["retourcode"] != "8017"] == onbekend


@pytest.mark.parametrize("regels", [1, 2, 19, 20, 21, 99, 137, 1000, 2000, 5003])
@pytest.mark.parametrize("zaad", [0, 1, 42, -7, 10**12])
def test_precies_zoveel_regels(regels: int, zaad: int) -> None:
    gevallen = verdeel(scenarios(), regels, zaad)
    assert aantal_regels(scenarios(), gevallen) == regels
    for nummer, keer in Counter(gevallen).items():
        assert keer <= (scenarios()[nummer].hooguit or keer)
    assert any(regel.in_aw319 for nummer in gevallen for regel in scenarios()[nummer].regels)
    foute_regels = sum(scenarios()[nummer].foute_regels for nummer in gevallen)
    assert foute_regels == (max(1, round(regels / 100)) if regels >= 20 else 0)
    if regels >= 20:
        assert any(scenarios()[nummer].overal_afgekeurd for nummer in gevallen)


def test_alle_drie_de_bestanden_hebben_de_regels(batches: dict[int, Path]) -> None:
    csv = lees(batches[1])
    parquet = pl.read_parquet(batches[1] / "batch.parquet")
    assert csv.height == parquet.height == 2000
    assert csv["referentienummer"].to_list() == parquet["referentienummer"].to_list()
    assert csv["bedrag"][0] == f"{parquet['bedrag'][0] // 100},{parquet['bedrag'][0] % 100:02d}"
    records = (batches[1] / "batch.asc").read_bytes().split(b"\r\n")
    prestaties = [record for record in records if record.startswith(b"04")]
    niet_in_aw319 = csv.filter(
        (pl.col("leveringsvorm") == "pgb").fill_null(False)
        | (pl.col("onderwijs") == "ja").fill_null(False)
        | (pl.col("prestatiecodelijst") != "055")
    )
    assert len(prestaties) == 2000 - niet_in_aw319.height


def test_proefpersonen(batches: dict[int, Path]) -> None:
    for zaad, map_ in batches.items():
        onjuist = {b["referentienummer"] for b in verwacht(map_)["batch.csv"] if b["regel_id"] == "VLD-01"}
        regels = lees(map_)
        assert regels["bsn"].str.contains("^9999[0-9]{5}$").all()
        goed = regels.filter(~pl.col("referentienummer").is_in(list(onjuist)))["bsn"]
        assert all(map(elfproef, goed.unique()))
        clienten = lees(map_, "dossier/clienten.csv")["bsn"]
        assert set(regels["bsn"]) == set(clienten), zaad


def test_elke_regel_van_de_catalogus_is_geplant() -> None:
    geplant = {
        (verwacht.regel_id, verwacht.retourcode)
        for een in scenarios()
        for verwacht in (*een.zonder_regel, *(v for regel in een.regels for v in regel.verwacht))
    }
    catalogus = {
        (regel.id, code)
        for regel in alle_regels().values()
        if regel.familie not in ("AW", "INL")
        for code in regel.retourcodes or (None,)
    }
    assert geplant == catalogus, "schemas/voorbeeld/scenario: plant elke regel met elke retourcode, en geen andere"


def test_voorbeelden_zonder_en_met_alle_fouten() -> None:
    schoon = verdeel_schoon(scenarios(), 300, 1)
    assert not any(scenarios()[nummer].fout for nummer in schoon)
    assert {nummer for nummer, een in enumerate(scenarios()) if not een.fout} == set(schoon)
    fouten = [nummer for nummer in verdeel_alles(scenarios(), 500, 2) if scenarios()[nummer].fout]
    assert sorted(fouten) == [nummer for nummer, een in enumerate(scenarios()) if een.fout]


@pytest.mark.parametrize(("aantal", "begin"), [(9091, "9999"), (9092, "99")])
def test_bsns_zijn_verschillend_en_voldoen_aan_de_elfproef(aantal: int, begin: str) -> None:
    bsns = nummers.bsns(aantal, 5).cast(pl.String)
    assert bsns.n_unique() == aantal
    assert bsns.str.starts_with(begin).all()
    assert bsns.str.starts_with("9999").any() == (begin == "9999")
    assert all(map(elfproef, bsns))


def test_te_veel_proefpersonen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nummers, "BEREIKEN", nummers.BEREIKEN[:1])
    with pytest.raises(Gebruikersfout, match="te weinig nummers"):
        nummers.bsns(9092, 1)


def test_agb_is_nooit_nul() -> None:
    assert nummers.agb("47", -1) == "47999999"
    assert nummers.agb("47", 999_999) == nummers.agb("47", 0) == "47000001"


@pytest.mark.parametrize(("bedragen", "past"), [([1, 1, 1], 3), ([1, 10**11 - 2, 1], 2), ([10**11, 1, 1], 0)])
@pytest.mark.parametrize("grootte", [1, 3])
def test_wat_het_sluitrecord_niet_kan_tellen_blijft_uit_het_bericht(
    bedragen: list[int], past: int, grootte: int
) -> None:
    regels = pl.DataFrame({"geval": [0, 1, 2], "declaratiebedrag": bedragen})
    ruimte = Ruimte()
    geschreven = pl.concat([ruimte.wat_past(deel) for deel in regels.iter_slices(grootte)])
    assert geschreven["geval"].to_list() == [0, 1, 2][:past]


@pytest.mark.om_de(1)
@pytest.mark.parametrize(("aantal", "grootte"), [(300, 60), (3, 1)])
def test_in_delen_dezelfde_bestanden_als_in_een_keer(aantal: int, grootte: int, tmp_path: Path) -> None:
    """The first case, which may be the first piece, has no line for the AW319."""
    alle = verdeel_alles(scenarios(), 500, 3)
    buiten_aw319 = next(nr for nr in alle if not any(regel.in_aw319 for regel in scenarios()[nr].regels))
    gevallen = pl.concat([pl.Series([buiten_aw319], dtype=alle.dtype), alle.head(aantal)])
    for naam, omvang in (("heel", len(gevallen)), ("delen", grootte)):
        for dossier in (".csv", ".parquet"):
            map_ = tmp_path / naam / dossier
            schrijf(Spel(gevallen, 3), map_, BATCHBESTANDEN, dossier=dossier, grootte=omvang).schrijf(map_ / "v.json")
    namen = {pad.relative_to(tmp_path / "heel") for pad in (tmp_path / "heel").rglob("*") if pad.is_file()}
    assert namen == {pad.relative_to(tmp_path / "delen") for pad in (tmp_path / "delen").rglob("*") if pad.is_file()}
    for naam in namen:
        heel, delen = tmp_path / "heel" / naam, tmp_path / "delen" / naam
        if naam.suffix == ".parquet":
            assert_frame_equal(pl.read_parquet(delen), pl.read_parquet(heel))
        else:
            assert delen.read_bytes() == heel.read_bytes(), naam
    als_csv, als_parquet = (lees_dossier(tmp_path / "delen" / soort / "dossier") for soort in (".csv", ".parquet"))
    for tabel in DOSSIER:
        assert als_csv.tabellen[tabel].drop(*HERKOMST).equals(als_parquet.tabellen[tabel].drop(*HERKOMST)), tabel


def test_een_groot_voorbeeld_heeft_een_dossier_in_parquet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And what an earlier example left there does not stay beside it: a table would have two files."""
    monkeypatch.setattr(voorbeeld, "CSV_TOT", 99)
    maak(tmp_path, 99, 1)
    assert {pad.suffix for pad in (tmp_path / "dossier").iterdir()} == {".csv"}
    with pytest.raises(Gebruikersfout, match="bestaat al"):
        maak(tmp_path, 100, 1, formaten=["parquet"])
    maak(tmp_path, 100, 1, formaten=["parquet"], overschrijf=True)
    assert {pad.name for pad in (tmp_path / "dossier").iterdir()} == {f"{tabel}.parquet" for tabel in DOSSIER}
    assert {pad.name for pad in tmp_path.iterdir()} == {"batch.parquet", "dossier", "verwacht.json"}
    assert verwacht(tmp_path) == {"batch.parquet": gevonden(tmp_path, "batch.parquet")}


@pytest.mark.parametrize("zaad", [-(10**20), 0, 10**20])
def test_elk_geheel_getal_is_een_zaad(zaad: int, tmp_path: Path) -> None:
    maak(tmp_path, 1, zaad)
    assert lees(tmp_path).height == 1


def test_map_die_niet_kan(tmp_path: Path) -> None:
    (tmp_path / "vol").write_text("")
    with pytest.raises(Gebruikersfout, match="niet te beschrijven"):
        maak(tmp_path / "vol", 5, 1)


@pytest.mark.parametrize("naam", ["batch.asc", "batch.parquet", "verwacht.json", "dossier/clienten.csv"])
def test_wat_er_staat_blijft_staan_tenzij_gevraagd(naam: str, tmp_path: Path) -> None:
    (tmp_path / naam).parent.mkdir(exist_ok=True)
    (tmp_path / naam).write_text("kostbaar")
    voor = set(tmp_path.rglob("*"))
    with pytest.raises(Gebruikersfout, match=f"{naam}: dit bestand bestaat al"):
        maak(tmp_path, 5, 1)
    assert (tmp_path / naam).read_text() == "kostbaar"
    assert set(tmp_path.rglob("*")) == voor
    maak(tmp_path, 5, 1, overschrijf=True)
    assert (tmp_path / naam).read_bytes() != b"kostbaar"
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("overschrijf", [False, True])
def test_een_koppeling_of_apparaat_wordt_niet_vervangen(overschrijf: bool, tmp_path: Path) -> None:
    (tmp_path / "echt.asc").write_text("kostbaar")
    (tmp_path / "batch.asc").symlink_to(tmp_path / "echt.asc")
    with pytest.raises(Gebruikersfout, match="geen gewoon bestand"):
        maak(tmp_path, 5, 1, overschrijf=overschrijf)
    (tmp_path / "batch.asc").unlink()
    os.mkfifo(tmp_path / "batch.asc")
    with pytest.raises(Gebruikersfout, match="geen gewoon bestand"):
        maak(tmp_path, 5, 1, overschrijf=overschrijf)
    assert (tmp_path / "echt.asc").read_text() == "kostbaar"


@pytest.mark.parametrize(
    "fout",
    [
        'regels = [{ prestatiecode = "Z053", kleur = "rood" }]',
        'regels = [{ prestatiecode = "Z053", verwacht = ["VLD-05 erg 0638"] }]',
        'regels = [{ prestatiecode = "Z053", verwacht = ["VLD-05"] }]',
        'regels = [{ prestatiecode = "Z053" }]\npgb = [{ kleur = "rood" }]',
        'regels = [{ prestatiecode = "Z053" }]\nkleur = "rood"',
    ],
)
def test_een_scenario_met_een_vergissing(fout: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inhoud = f'[[scenario]]\nnaam = "mis"\nuitvoerder = "woonzorg"\npersonen = [{{}}]\n{fout}\n'
    (tmp_path / "mis.toml").write_text(inhoud)
    monkeypatch.setattr(scenario, "pad", lambda *delen: tmp_path)
    with pytest.raises(Scenariofout, match="mis"):
        scenario.scenarios.__wrapped__()

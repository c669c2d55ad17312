"""``declaratie dossier``, as a user runs it."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path
from typing import Any

import jsonschema
import polars as pl
import pytest

from dossierhulp import ANDER, BSN, inhoud_van, maak_dossier
from proces import assert_nette_fout, draai, schrijf
from tabulair import REGEL
from verwachting import SLEUTELS
from wlz_declaratie.basis.meegeleverd import pad
from wlz_declaratie.contract.tabellen import DOSSIER
from wlz_declaratie.kern.regel import alle_regels

pytestmark = pytest.mark.om_de(2)

WORTEL = Path(__file__).parents[2]
FOUT = "sample_data/fout"
OP_DAG = ("--peildatum", "2026-04-30")
FOUTE_RIJ = {"bsn": ANDER, "zzpcode": "fout"}
FOUTE_RIJEN = [
    *(FOUTE_RIJ, {**FOUTE_RIJ, "zzpcode": "ook'"}, {"ingangsdatum": None}),
    *({"einddatum": "2014-12-31"}, {"einddatum": "2013-12-31"}),
]
SHEET = {"besluitnummer": "=1+1"}


def als_json(*woorden: str | Path, schoon: bool = True) -> dict[str, Any]:
    klaar = draai("dossier", *woorden, *OP_DAG, "--formaat", "json")
    assert klaar.returncode == 0, klaar.stderr
    assert not (schoon and klaar.stderr)
    inhoud: dict[str, Any] = json.loads(klaar.stdout)
    jsonschema.validate(inhoud, json.loads(pad("dossier.schema.json").read_text("utf-8")))
    return inhoud


def bericht(*bsns: str) -> str:
    """An AW33 with these clients, each with an indication and an allocation."""
    pakket = "<ZzpCode>754</ZzpCode><Ingangsdatum>2019-01-01</Ingangsdatum>"
    toegewezen = f"{pakket}<Instelling>06290101</Instelling><Soort>1</Soort><Leveringsvorm>4</Leveringsvorm>"
    indicatie = (
        "<Besluitnummer>100000001</Besluitnummer><GeindiceerdeZorgzwaartepakketten><GeindiceerdZorgzwaartepakket>"
        f"{pakket}</GeindiceerdZorgzwaartepakket></GeindiceerdeZorgzwaartepakketten><ToegewezenZorgzwaartepakketten>"
        f"<ToegewezenZorgzwaartepakket>{toegewezen}<ToewijzingPercentage>10000</ToewijzingPercentage>"
        "</ToegewezenZorgzwaartepakket></ToegewezenZorgzwaartepakketten>"
    )
    clienten = "".join(
        f"<Client><Bsn>{bsn}</Bsn><Geboortedatum><Datum>1940-05-01</Datum></Geboortedatum>"
        f"<Indicatie>{indicatie}</Indicatie></Client>"
        for bsn in bsns
    )
    return (
        '<Bericht xmlns="http://www.istandaarden.nl/iwlz/2_2/aw33/schema"><Header><BerichtIdentificatie>'
        f"<Dagtekening>2020-01-31</Dagtekening></BerichtIdentificatie></Header><Clienten>{clienten}</Clienten></Bericht>"
    )


def per_naam(rijen: list[dict[str, Any]], sleutel: str) -> dict[str, dict[str, Any]]:
    return {rij[sleutel]: rij for rij in rijen}


def test_per_tabel(tmp_path: Path) -> None:
    map_ = maak_dossier(
        tmp_path / "d",
        clienten=[{}, {"bsn": ANDER}],
        indicaties=[{"einddatum": "2020-12-31"}, {}, *FOUTE_RIJEN],
    )
    (map_ / "clienten.csv").write_text(f"bsn;geboortedatum\n{BSN};1950-01-01\n{ANDER};1950-01-01\n")
    inhoud = als_json(map_)
    assert inhoud["map"] == str(map_)
    assert inhoud["opmerkingen"] == []
    tabellen = per_naam(inhoud["tabellen"], "tabel")
    assert set(inhoud["ontbrekende_tabellen"]) == set(DOSSIER) - {"clienten", "indicaties"}
    assert tabellen["clienten"] == {
        "tabel": "clienten",
        "rijen": 2,
        "clienten": 2,
        "van": None,
        "tot": None,
        "zonder_einddatum": 0,
        "bronnen": [{"bestand": "clienten.csv", "rijen": 2, "niet_bruikbaar": 0}],
        "niet_bruikbaar": {"aantal": 0, "redenen": [], "niet_genoemd": 0},
        "ontbrekende_kolommen": ["overlijdensdatum"],
    }
    indicaties = tabellen["indicaties"]
    velden = ("rijen", "clienten", "van", "tot", "zonder_einddatum", "ontbrekende_kolommen")
    assert [indicaties[veld] for veld in velden] == [2, 1, "2015-01-01", "2020-12-31", 1, []]
    assert indicaties["bronnen"] == [{"bestand": "indicaties.csv", "rijen": 7, "niet_bruikbaar": 5}]
    plaats = {"bestand": "indicaties.csv", "plaats": "regel"}
    assert indicaties["niet_bruikbaar"] == {
        "aantal": 5,
        "redenen": [
            {
                "kolom": "zzpcode",
                "reden": "kolom 'zzpcode' heeft een onbruikbare waarde, verwacht 3 cijfers",
                "aantal": 2,
                **plaats,
                "regel": 4,
            },
            {"kolom": "einddatum", "reden": "einddatum ligt voor ingangsdatum", "aantal": 2, **plaats, "regel": 7},
            {
                "kolom": "ingangsdatum",
                "reden": "kolom 'ingangsdatum' is leeg, verwacht een datum zoals 2026-01-31, 31-01-2026 of 20260131",
                "aantal": 1,
                **plaats,
                "regel": 6,
            },
        ],
        "niet_genoemd": 0,
    }


def test_terminal_zegt_wat_is_weggelaten(tmp_path: Path) -> None:
    map_ = maak_dossier(tmp_path / "d", indicaties=[{}, FOUTE_RIJ, {"ingangsdatum": None}])
    klaar = draai("dossier", map_, *OP_DAG, "--max", "1")
    assert klaar.returncode == 0
    tekst = " ".join(klaar.stdout.split())
    assert "Niet bruikbaar en weggelaten: 2 rijen" in tekst
    assert "1 × kolom 'zzpcode' heeft een onbruikbare waarde, verwacht 3 cijfers; de eerste: indicaties.csv" in tekst
    assert "… en nog 1 rij; zie ze met --max" in tekst
    assert "Let op" not in tekst


def test_strikt(tmp_path: Path) -> None:
    map_ = maak_dossier(tmp_path / "d", indicaties=[{}, FOUTE_RIJ])
    assert draai("dossier", map_).returncode == 0
    assert_nette_fout(draai("dossier", map_, "--strikt"), "regel 3", "zzpcode")


@pytest.mark.parametrize("formaat", ["terminal", "json"])
def test_bsn_gemaskeerd_tenzij(tmp_path: Path, formaat: str) -> None:
    map_ = maak_dossier(tmp_path / BSN, toewijzingen=[{}], indicaties=[{"bsn": ANDER}], pgb=[{}])
    for optie in ((), ("--toon-bsn",)):
        klaar = draai("dossier", map_, *OP_DAG, "--formaat", formaat, *optie)
        assert ("bsn ******006" in klaar.stdout or '"bsn": "******006"' in klaar.stdout) is not bool(optie)
        assert (BSN in klaar.stdout) is bool(optie)
        assert BSN not in klaar.stderr


def test_regels_zonder_batch_en_met(tmp_path: Path) -> None:
    map_ = maak_dossier(tmp_path / "d", clienten=[{}], indicaties=[{}])
    zonder = per_naam(als_json(map_)["regels"], "id")
    assert set(zonder) == set(alle_regels())
    assert zonder["IND-01"] == {
        "id": "IND-01",
        "titel": alle_regels()["IND-01"].titel,
        "status": "uitgevoerd",
        "reden": None,
        "van_de_batch": [],
    }
    assert zonder["IND-02"]["van_de_batch"] == ["kolom zzpcode"]
    assert (zonder["IND-03"]["status"], zonder["IND-03"]["reden"]) == (
        "niet uitgevoerd",
        "tabel toewijzingen ontbreekt",
    )
    assert (zonder["VRB-01"]["status"], zonder["VRB-01"]["reden"]) == (
        "deels uitgevoerd",
        "tabel toewijzingen ontbreekt",
    )
    assert zonder["LVG-01"]["van_de_batch"] == ["kolom leveringsvorm"]
    batch = schrijf(tmp_path, ";".join(REGEL.values()), kop=";".join(REGEL))
    met = per_naam(als_json(map_, "--voor", batch)["regels"], "id")
    assert (met["IND-02"]["status"], met["IND-02"]["reden"]) == ("niet uitgevoerd", "kolom zzpcode ontbreekt")
    assert met["LVG-01"]["reden"] == "kolom leveringsvorm en tabel pgb en tabel toewijzingen ontbreken"
    assert not any(regel["van_de_batch"] for regel in met.values())


def test_regels_zijn_die_van_de_controle(tmp_path: Path) -> None:
    """What the check says of missing tables and columns, the command says before it; the rules may find more."""
    map_ = maak_dossier(tmp_path / "d", clienten=[{}], indicaties=[{}])
    batch = schrijf(tmp_path, ";".join(REGEL.values()), kop=";".join(REGEL))
    gezegd = per_naam(als_json(map_, "--voor", batch)["regels"], "id")
    klaar = draai("controleer", batch, "--dossier", map_, *OP_DAG, "--formaat", "json")
    for regel in json.loads(klaar.stdout)["regels"]:
        verwacht = gezegd[regel["id"]]
        if verwacht["status"] == "niet uitgevoerd":
            assert (regel["status"], regel["reden"]) == (verwacht["status"], verwacht["reden"])
        else:
            assert (regel["reden"] or "").startswith(verwacht["reden"] or "") or regel["status"] == "niet uitgevoerd"


def test_voor_een_batch_alleen_haar_clienten(tmp_path: Path) -> None:
    map_ = maak_dossier(
        tmp_path / "d",
        toewijzingen=[{"bsn": ANDER}, {}, {"bsn": ANDER, "soort": 9}, {"soort": 8}],
        indicaties=[],
    )
    shutil.copy(WORTEL / FOUT / "dossier/tarieven.csv", map_)
    batch = schrijf(tmp_path, ";".join(REGEL.values()), kop=";".join(REGEL))
    inhoud = als_json(map_, "--voor", batch, "--uit", tmp_path / "uit", "--toon-bsn", schoon=False)
    assert [(b["bestand"], b["regels"]) for b in inhoud["batches"]] == [(str(batch), 1)]
    tabellen = per_naam(inhoud["tabellen"], "tabel")
    assert [tabellen["toewijzingen"][veld] for veld in ("rijen", "clienten")] == [1, 1]
    assert tabellen["toewijzingen"]["niet_bruikbaar"]["aantal"] == 1
    assert tabellen["toewijzingen"]["bronnen"][0]["rijen"] == 4
    voorbeeld = inhoud["tegenspraak"][0]["voorbeelden"]
    assert [(rij["regel"], rij["bsn"]) for rij in voorbeeld] == [(3, BSN)]
    assert pl.read_parquet(tmp_path / "uit/toewijzingen.parquet")["bsn"].to_list() == [BSN, BSN]
    assert pl.read_parquet(tmp_path / "uit/tarieven.parquet").height == tabellen["tarieven"]["rijen"] > 0


# --uit


def bevindingen(batch: Path, map_: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    klaar = draai("controleer", batch, "--dossier", map_, *OP_DAG, "--formaat", "json")
    inhoud = json.loads(klaar.stdout)
    return [{naam: rij[naam] for naam in SLEUTELS} for rij in inhoud["bevindingen"]], inhoud["regels"]


@pytest.mark.parametrize("vorm", ["parquet", "csv"])
def test_rondgang_over_het_voorbeeld(tmp_path: Path, vorm: str) -> None:
    voorbeeld = WORTEL / FOUT
    klaar = draai("dossier", voorbeeld / "dossier", "--uit", tmp_path / "uit", "--vorm", vorm, *OP_DAG)
    assert klaar.returncode == 0
    assert klaar.stderr == f"{tmp_path / 'uit'}: 12 tabellen geschreven ({vorm}), 1276 rijen.\n"
    assert {pad.name for pad in (tmp_path / "uit").iterdir()} == {f"{tabel}.{vorm}" for tabel in DOSSIER}
    heen, terug = (bevindingen(voorbeeld / "batch.csv", map_) for map_ in (voorbeeld / "dossier", tmp_path / "uit"))
    assert heen == terug
    assert heen[0]
    voor, na = inhoud_van(voorbeeld / "dossier"), inhoud_van(tmp_path / "uit")
    assert all(voor.rijen[tabel].equals(na.rijen[tabel]) for tabel in DOSSIER)
    if vorm == "csv":
        assert (tmp_path / "uit/afspraken.csv").read_text().splitlines()[1].split(";")[4] == "0,55"
    else:
        assert pl.read_parquet(tmp_path / "uit/afspraken.parquet")["tarief"][0] == 55


@pytest.mark.parametrize("vorm", ["parquet", "csv"])
def test_rondgang_houdt_weg_wat_was_weggelaten(tmp_path: Path, vorm: str) -> None:
    """Without the row that was left out, a finding that may rest on it would become an afkeur."""
    map_ = maak_dossier(tmp_path / "d", indicaties=[FOUTE_RIJ, {"bsn": "1"}], clienten=[{}])
    (map_ / "clienten.csv").write_text(f"bsn;geboortedatum\n{BSN};1950-01-01\n")
    regels = [
        ";".join({**REGEL, "referentienummer": f"R{nr}", "bsn": bsn}.values()) for nr, bsn in enumerate((BSN, ANDER))
    ]
    batch = schrijf(tmp_path, *regels, kop=";".join(REGEL))
    assert draai("dossier", map_, "--uit", tmp_path / "uit", "--vorm", vorm, *OP_DAG).returncode == 0
    heen, terug = bevindingen(batch, map_), bevindingen(batch, tmp_path / "uit")
    assert heen == terug
    ernst = {rij["referentienummer"]: rij["ernst"] for rij in heen[0] if rij["regel_id"] == "IND-01"}
    assert ernst == {"R0": "afkeur", "R1": "signaal"}
    assert inhoud_van(tmp_path / "uit").rijen["clienten"].columns == ["bsn", "geboortedatum"]


@pytest.mark.parametrize("vorm", ["parquet", "csv"])
def test_rondgang_over_berichten(tmp_path: Path, vorm: str) -> None:
    map_ = maak_dossier(tmp_path / "d", toewijzingen=[{}])
    (map_ / "aw33_1.xml").write_text(bericht(BSN, ANDER), encoding="utf-8")
    inhoud = als_json(map_, "--uit", tmp_path / "uit", "--vorm", vorm, schoon=False)
    bronnen = {t["tabel"]: [bron["bestand"] for bron in t["bronnen"]] for t in inhoud["tabellen"]}
    assert bronnen == {
        "clienten": ["AW33"],
        "indicaties": ["AW33"],
        "toewijzingen": ["toewijzingen.csv", "AW33"],
    }
    voor, na = inhoud_van(map_), inhoud_van(tmp_path / "uit")
    assert voor.rijen.keys() == na.rijen.keys()
    assert all(voor.rijen[tabel].equals(na.rijen[tabel]) for tabel in voor.rijen)
    regels = [";".join({**REGEL, "bsn": bsn}.values()) for bsn in (BSN, ANDER)]
    batch = schrijf(tmp_path, *regels, kop=";".join(REGEL))
    assert bevindingen(batch, map_) == bevindingen(batch, tmp_path / "uit")


@pytest.mark.parametrize("vorm", ["parquet", "csv"])
def test_rondgang_van_prestaties_die_elkaar_tegenspreken(tmp_path: Path, vorm: str) -> None:
    map_ = tmp_path / "d"
    map_.mkdir()
    rijen = "X1;module;2020-01-01", "X1;vervoer;2020-01-01", "X2;module;2020-01-01", ";module;2020-01-01"
    (map_ / "prestaties.csv").write_text("\n".join(("prestatiecode;soort;ingangsdatum", *rijen)) + "\n")
    klaar = draai("dossier", map_, "--uit", tmp_path / "uit", "--vorm", vorm)
    assert klaar.stderr.splitlines()[1:] == [
        f"{tmp_path / 'uit'}: niet geschreven, want weggelaten en zonder leesbare sleutel: 1."
    ]
    voor, na = inhoud_van(map_), inhoud_van(tmp_path / "uit")
    assert na.rijen["prestaties"].equals(voor.rijen["prestaties"])
    assert voor.rijen["prestaties"]["prestatiecode"].to_list() == ["X2"]
    assert voor.weggelaten["prestaties"].to_list() == na.weggelaten["prestaties"].to_list() == ["X1", "X1"]
    assert (voor.zonder_sleutel, na.zonder_sleutel) == (1, 0)


@pytest.mark.parametrize("vorm", ["parquet", "csv"])
def test_rondgang_van_lastige_waarden(tmp_path: Path, vorm: str) -> None:
    rijen = [{"percentage": "0,0000001", "etmalen": "3,5"}, {"percentage": "123456789,5"}]
    teksten = [{"besluitnummer": wat} for wat in ('a;b"c', "regel\nregel", "é€", "0012")]
    map_ = maak_dossier(tmp_path / "d", toewijzingen=rijen, indicaties=teksten, pgb=[])
    assert draai("dossier", map_, "--uit", tmp_path / "uit", "--vorm", vorm).returncode == 0
    voor, na = inhoud_van(map_), inhoud_van(tmp_path / "uit")
    assert all(voor.rijen[tabel].equals(na.rijen[tabel]) for tabel in voor.rijen)
    assert voor.rijen["toewijzingen"]["percentage"].to_list() == [1e-7, 123456789.5]
    assert (voor.rijen["indicaties"].height, na.rijen["pgb"].height) == (4, 0)


def test_uit_is_van_de_eigenaar_alleen_en_heel(tmp_path: Path) -> None:
    map_ = maak_dossier(tmp_path / "d", clienten=[{}])
    assert draai("dossier", map_, "--uit", tmp_path / "uit").returncode == 0
    assert stat.S_IMODE((tmp_path / "uit").stat().st_mode) == 0o700
    assert [stat.S_IMODE(pad.stat().st_mode) for pad in (tmp_path / "uit").iterdir()] == [0o600]
    assert sorted(pad.name for pad in tmp_path.iterdir()) == ["d", "uit"]


def test_uit_overschrijft_alleen_gevraagd_en_alleen_tabellen(tmp_path: Path) -> None:
    map_, uit = maak_dossier(tmp_path / "d", clienten=[{}]), tmp_path / "uit"
    uit.mkdir()
    assert draai("dossier", map_, "--uit", uit).returncode == 0, "een lege map mag"
    (uit / "pgb.csv").write_text("bsn;ingangsdatum\n")
    assert_nette_fout(draai("dossier", map_, "--uit", uit), "hier staan al dossiertabellen", "--overschrijf")
    assert draai("dossier", map_, "--uit", uit, "--overschrijf", "--vorm", "csv").returncode == 0
    assert [pad.name for pad in uit.iterdir()] == ["clienten.csv"]
    (uit / "notities.txt").write_text("van mij")
    assert_nette_fout(draai("dossier", map_, "--uit", uit, "--overschrijf"), "iets anders dan dossiertabellen")
    assert (uit / "notities.txt").read_text() == "van mij"


def test_uit_die_niet_kan(tmp_path: Path) -> None:
    map_ = maak_dossier(tmp_path / "d", clienten=[{}])
    (tmp_path / "bestand").write_text("")
    (tmp_path / "koppeling").symlink_to(tmp_path / "elders")
    (tmp_path / "leeg").mkdir()
    for woorden, reden in (
        ((map_, "--uit", map_), "niet in elkaar liggen"),
        ((map_, "--uit", map_ / "uit"), "niet in elkaar liggen"),
        ((map_, "--uit", tmp_path), "niet in elkaar liggen"),
        ((map_, "--uit", tmp_path / "bestand"), "dit is geen map"),
        ((map_, "--uit", tmp_path / "koppeling"), "koppeling"),
        ((map_, "--uit", tmp_path / "weg" / "uit"), "bestaat niet"),
        ((map_, "--overschrijf"), "hoort bij --uit"),
        ((tmp_path / "leeg", "--uit", tmp_path / "uit"), "geen enkele tabel"),
        ((tmp_path / "nergens",), "deze map bestaat niet"),
        ((map_, "--voor", tmp_path / "nergens.csv"), "dit bestand bestaat niet"),
        ((map_, "--vorm", "xlsx"), "kan niet"),
        ((map_, "--peildatum", "morgen"), "geen datum"),
    ):
        assert_nette_fout(draai("dossier", *woorden), reden)
    assert not (tmp_path / "uit").exists()


def test_schrijven_dat_mislukt_laat_staan_wat_er_stond(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from wlz_declaratie.rapport import dossiertabellen

    map_, uit = maak_dossier(tmp_path / "d", clienten=[{}], pgb=[{}]), tmp_path / "uit"
    assert draai("dossier", map_, "--uit", uit).returncode == 0
    voor = {pad.name: pad.read_bytes() for pad in uit.iterdir()}

    def vol(tabel: pl.DataFrame, doel: Path) -> None:
        if doel.stem == "pgb":
            raise OSError(28, "No space left on device")
        doel.write_text("half")

    monkeypatch.setitem(dossiertabellen.SCHRIJVERS, "parquet", vol)
    assert_nette_fout(draai("dossier", map_, "--uit", uit, "--overschrijf"), "de schijf is vol")
    assert {pad.name: pad.read_bytes() for pad in uit.iterdir()} == voor
    assert sorted(pad.name for pad in tmp_path.iterdir()) == ["d", "uit"]


def test_een_formule_gaat_niet_in_een_csv(tmp_path: Path) -> None:
    map_ = maak_dossier(tmp_path / "d", indicaties=[SHEET])
    klaar = draai("dossier", map_, "--uit", tmp_path / "uit", "--vorm", "csv")
    assert_nette_fout(klaar, "indicaties, kolom besluitnummer", "--vorm parquet")
    assert not (tmp_path / "uit").exists()
    assert draai("dossier", map_, "--uit", tmp_path / "uit").returncode == 0
    assert inhoud_van(tmp_path / "uit").rijen["indicaties"]["besluitnummer"].to_list() == ["=1+1"]


def test_uit_noemt_geen_bsn(tmp_path: Path) -> None:
    map_ = maak_dossier(tmp_path / "d", clienten=[{}])
    klaar = draai("dossier", map_, "--uit", tmp_path / BSN)
    assert klaar.returncode == 0
    assert BSN not in klaar.stdout + klaar.stderr


def test_vijandige_tekst_komt_niet_op_het_scherm(tmp_path: Path) -> None:
    map_ = maak_dossier(tmp_path / "d", indicaties=[{"besluitnummer": "\x1b[2J", "zzpcode": "\x1b[31m"}])
    (map_ / "\x1b[2J.csv").write_text("x")
    for formaat in ("terminal", "json"):
        klaar = draai("dossier", map_, "--formaat", formaat)
        assert klaar.returncode == 0
        assert "\x1b" not in klaar.stdout + klaar.stderr


def test_een_rij_uit_een_bericht_noemt_haar_bron(tmp_path: Path) -> None:
    map_ = maak_dossier(tmp_path / "d", indicaties=[{"ingangsdatum": "2019-01-02"}])
    (map_ / "aw33_1.xml").write_text(bericht(BSN), encoding="utf-8")
    (voorbeeld,) = als_json(map_)["tegenspraak"][0]["voorbeelden"]
    assert voorbeeld["bestand"].startswith("AW33")
    assert voorbeeld["regel"] is None
    assert f"toewijzingen, {voorbeeld['bestand']} · bsn ******006" in draai("dossier", map_, *OP_DAG).stdout

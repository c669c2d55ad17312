"""Accepted findings as a user meets them: ``controleer --aanvaard`` and ``declaratie aanvaard``."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import polars as pl
import pytest
import xlsxwriter

from proces import assert_nette_fout, draai, schrijf
from wlz_declaratie.basis.meegeleverd import pad
from wlz_declaratie.diensten.opgeslagen.lezen import FORMATEN

GOED = "A1;999900006;2026-03-01;2026-03-10;Z041;10;06290101;100,00;1000,00;1000,00"
AFKEUR = "A2;999900018;2026-03-01;2026-03-14;Z916;14;06290101;100,00;1400,00;1400,00"
SIGNAAL = "A3;999900031;2026-03-01;2026-03-05;Z916;5;06290101;100,00;500,00;500,00"
LIJST = "regel_id;referentienummer;bsn;begindatum;einddatum;reden;door;tot"
RIJ = "MUT-01;A2;;;;ziekenhuis;J. Jansen;2026-04-30"
PEILDATUM = ("--peildatum", "2026-04-30")


def controleer(map_: Path, *woorden: str | Path, peildatum: str = "2026-04-30") -> subprocess.CompletedProcess[str]:
    """Check a line that is right, one that MUT-01 rejects and one with a signal."""
    schrijf(map_, GOED, AFKEUR, SIGNAAL)
    keuze = ("--selecteer", "MUT", "--peildatum", peildatum)
    return draai("controleer", "batch.csv", *keuze, *woorden, map_=map_)


def met_lijst(
    map_: Path, *rijen: str, woorden: tuple[str, ...] = (), **anders: str
) -> subprocess.CompletedProcess[str]:
    schrijf(map_, *rijen, naam="aanvaard.csv", kop=LIJST)
    return controleer(map_, "--aanvaard", "aanvaard.csv", *woorden, **anders)


def als_json(map_: Path, *rijen: str, **anders: str) -> dict[str, Any]:
    """The result as JSON, valid by its schema."""
    inhoud: dict[str, Any] = json.loads(met_lijst(map_, *rijen, woorden=("--formaat", "json"), **anders).stdout)
    jsonschema.validate(inhoud, json.loads(pad("uitslag.schema.json").read_text("utf-8")))
    return inhoud


def standen(uitslag: dict[str, Any]) -> dict[str, str | None]:
    return {f"{b['regel_id']} {b['referentienummer']}": b.get("stand") for b in uitslag["bevindingen"]}


def test_een_aanvaarde_bevinding_keurt_niets_af_en_telt_apart(tmp_path: Path) -> None:
    zonder = json.loads(controleer(tmp_path, "--formaat", "json").stdout)
    assert zonder["samenvatting"]["afgekeurd"] == 1
    uitslag = als_json(tmp_path, RIJ)
    assert standen(uitslag)["MUT-01 A2"] == "aanvaard"
    assert standen(uitslag)["MUT-02 A3"] is None
    telling = uitslag["samenvatting"]
    assert telling == {
        **zonder["samenvatting"], "goedgekeurd": 3, "afgekeurd": 0, "goedgekeurd_cent": telling["bedrag_cent"],
        "afgekeurd_cent": 0, "aanvaard": 1, "aanvaard_cent": 140000,
    }  # fmt: skip
    mut01 = next(regel for regel in uitslag["regels"] if regel["id"] == "MUT-01")
    assert (mut01["afkeur"], mut01["aanvaard"]) == (0, 1)
    assert sum(rij[4] for rij in uitslag["tellingen"]["rijen"]) == 0
    bevinding = next(b for b in uitslag["bevindingen"] if b["regel_id"] == "MUT-01")
    assert (bevinding["ernst"], bevinding["aanvaard_reden"], bevinding["aanvaard_door"], bevinding["aanvaard_tot"]) == (
        "afkeur", "ziekenhuis", "J. Jansen", "2026-04-30",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("peildatum", "code", "verlopen"), [("2026-04-29", 0, 0), ("2026-04-30", 0, 0), ("2026-05-01", 1, 1)]
)
def test_tot_is_de_laatste_dag(tmp_path: Path, peildatum: str, code: int, verlopen: int) -> None:
    klaar = met_lijst(tmp_path, RIJ, woorden=("--formaat", "json"), peildatum=peildatum)
    uitslag = json.loads(klaar.stdout)
    assert (klaar.returncode, uitslag["aanvaarding"]["verlopen"], uitslag["samenvatting"]["afgekeurd"]) == (
        code, verlopen, code,
    )  # fmt: skip
    zegt = "aanvaard.csv, regel 2: MUT-01 op A2 is verlopen (30-04-2026). Verleng `tot` of haal de rij weg."
    assert (zegt in uitslag["opmerkingen"]) == bool(verlopen)


def test_wat_niets_aanvaardt_wordt_genoemd(tmp_path: Path) -> None:
    uitslag = als_json(
        tmp_path,
        RIJ,
        "MUT-01;A1;;;;x;y;2026-12-31",
        "MUT-01;;999900031;2026-03-01;2026-03-05;x;y;2026-12-31",
        "MUT-01;WEG;;;;x;y;2026-12-31",
        "OVB-01;A1;;;;x;y;2026-12-31",
        "mut-02;A3;999900006;;;x;y;2026-12-31",
    )
    assert uitslag["opmerkingen"] == [
        "aanvaard.csv, regel 3: MUT-01 op A1 komt niet meer voor. Haal de rij weg.",
        "aanvaard.csv, regel 4: MUT-01 op bsn ******031, 01-03-2026 t/m 05-03-2026 komt niet meer voor. "
        "Haal de rij weg.",
        "aanvaard.csv, regel 5: MUT-01 op WEG komt niet meer voor: de declaratieregel staat niet in deze batch.",
        "aanvaard.csv, regel 7: MUT-02 op A3 komt niet meer voor: de declaratieregel staat niet in deze batch.",
        "aanvaard.csv, regel 6: OVB-01 op A1 is niet nagegaan: de controleregel liep nu niet.",
    ]
    telling = uitslag["aanvaarding"]
    assert [telling[naam] for naam in ("gebruikt", "verlopen", "komt_niet_voor", "niet_nagegaan")] == [1, 0, 4, 1]


def test_bsn_met_periode_is_ook_een_sleutel_en_van_twee_rijen_telt_wie_nog_geldt(tmp_path: Path) -> None:
    met_bsn = "MUT-01;;999900018;01-03-2026;14-03-2026;met bsn;y;2026-12-31"
    verlopen = RIJ.replace("2026-04-30", "2026-04-01")
    for rijen, reden in (([met_bsn, verlopen], "met bsn"), ([met_bsn, RIJ], "ziekenhuis")):
        uitslag = als_json(tmp_path, *rijen)
        assert [b["aanvaard_reden"] for b in uitslag["bevindingen"] if b["regel_id"] == "MUT-01"] == [reden]
    ernaast = met_bsn.replace("999900018", "999900006"), met_bsn.replace("14-03-2026", "13-03-2026")
    assert standen(als_json(tmp_path, *ernaast))["MUT-01 A2"] is None


def test_een_aanvaard_signaal_telt_niet_bij_faal_op_signaal(tmp_path: Path) -> None:
    alle = json.loads(controleer(tmp_path, "--formaat", "json").stdout)["bevindingen"]
    rijen = [f"{b['regel_id']};{b['referentienummer']};;;;x;y;2026-12-31" for b in alle if b["referentienummer"]]
    op_signaal = ("--faal-op", "signaal", "--negeer", "MUT-06")
    assert met_lijst(tmp_path, *rijen[:-1], woorden=op_signaal).returncode == 1
    klaar = met_lijst(tmp_path, *rijen, woorden=op_signaal)
    assert (klaar.returncode, "Alles wat is gevonden, is aanvaard." in klaar.stdout) == (0, True)


def test_naast_een_basislijn_is_aanvaard_nieuw_noch_bekend_en_verlopen_weer_nieuw(tmp_path: Path) -> None:
    met_lijst(tmp_path, RIJ, woorden=("--uit", "toen.json"))
    naast = met_lijst(tmp_path, RIJ, woorden=("--basislijn", "toen.json", "--formaat", "json"))
    assert standen(json.loads(naast.stdout))["MUT-01 A2"] == "aanvaard"
    assert standen(json.loads(naast.stdout))["MUT-02 A3"] == "bekend"
    verlopen = controleer(tmp_path, "--basislijn", "toen.json", "--formaat", "json")
    assert verlopen.returncode == 1
    assert standen(json.loads(verlopen.stdout))["MUT-01 A2"] == "nieuw"


def test_elke_vorm_toont_de_aanvaarding_en_geeft_haar_terug(tmp_path: Path) -> None:
    vormen = [woord for soort in FORMATEN for woord in ("--uit", f"u{soort}")]
    klaar = met_lijst(tmp_path, RIJ.replace("ziekenhuis", "=zaak van 9999.00.018"), woorden=("--statistiek", *vormen))
    aanvaard = "Aanvaard door J. Jansen tot en met 30-04-2026: =zaak van ******018"
    assert " ".join(aanvaard.split()) in " ".join(klaar.stdout.split())
    assert "waarvan aanvaard" in klaar.stdout
    assert aanvaard in (tmp_path / "u.html").read_text("utf-8")
    parquet = pl.read_parquet(tmp_path / "u.parquet").filter(stand="aanvaard")
    assert parquet["aanvaard_reden"].to_list() == ["=zaak van ******018"]
    assert ";'=zaak van ******018;J. Jansen;2026-04-30" in (tmp_path / "u.csv").read_text("utf-8")
    blad = pl.read_excel(tmp_path / "u.xlsx", sheet_name="Bevindingen").filter(pl.col("Stand") == "aanvaard")
    assert blad["Aanvaard omdat"].to_list() == ["=zaak van ******018"]
    regels = pl.read_excel(tmp_path / "u.xlsx", sheet_name="Controleregels")
    per_regel = regels.filter(pl.col("Aanvaard") > 0).select("Controleregel", "Aanvaard", "Bedrag aanvaard")
    assert per_regel.rows() == [("MUT-01", 1, 1400.0), ("Totaal", 1, 1400.0)]
    statistiek = json.loads((tmp_path / "u.json").read_text("utf-8"))["statistiek"]["per_regel"]
    assert {rij["regel_id"]: (rij["afkeur"], rij["aanvaard_cent"]) for rij in statistiek}["MUT-01"] == (0, 140000)
    for soort in FORMATEN:
        if soort != ".csv":
            terug = draai("toon", f"u{soort}", "--formaat", "json", map_=tmp_path)
            assert standen(json.loads(terug.stdout))["MUT-01 A2"] == "aanvaard"
            assert json.loads(terug.stdout)["aanvaarding"]["gebruikt"] == 1
    assert "Aanvaard per controleregel" in draai("toon", "u.csv", map_=tmp_path).stdout


def test_het_retourbericht_kent_een_aanvaarde_regel_toe(tmp_path: Path) -> None:
    batch = Path(__file__).parents[2] / "sample_data" / "fout" / "batch.asc"
    schrijf(tmp_path, "MUT-01;2-145;;;;x;y;2026-12-31", naam="aanvaard.csv", kop=LIJST)
    codes = []
    for lijst in ((), ("--aanvaard", "aanvaard.csv")):
        retour = ("--selecteer", "MUT", "--stil", *PEILDATUM, "--aw320", "r.asc")
        assert draai("controleer", batch, *retour, *lijst, map_=tmp_path).returncode == 1
        records = (tmp_path / "r.asc").read_text("latin-1").splitlines()
        codes.append(["0584" in regel for regel in records if "2-145 " in regel])
    assert codes == [[True], [False]]


@pytest.mark.parametrize("soort", ["xlsx", "parquet"])
def test_de_lijst_komt_ook_uit_een_werkboek_of_parquet(tmp_path: Path, soort: str) -> None:
    kop, rij = LIJST.split(";"), RIJ.split(";")
    doel = tmp_path / f"lijst.{soort}"
    if soort == "xlsx":
        with xlsxwriter.Workbook(str(doel)) as boek:
            blad = boek.add_worksheet()
            blad.write_row(0, 0, kop)
            blad.write_row(1, 0, rij)
    else:
        pl.DataFrame([dict(zip(kop, (veld or None for veld in rij), strict=True))]).write_parquet(doel)
    assert controleer(tmp_path, "--aanvaard", doel.name).returncode == 0


@pytest.mark.om_de(2)
@pytest.mark.parametrize(
    ("rij", "zegt"),
    [
        ("MUT-99;A2;;;;x;y;2026-12-31", "'MUT-99' is geen bekende controleregel"),
        (";A2;;;;x;y;2026-12-31", "kolom 'regel_id' is leeg"),
        ("MUT-01;A2;;;;;y;2026-12-31", "kolom 'reden' is leeg"),
        ("MUT-01;A2;;;;x;;2026-12-31", "kolom 'door' is leeg"),
        ("MUT-01;A2;;;;x;y;", "kolom 'tot' is leeg"),
        ("MUT-01;A2;;;;x;y;31-02-2026", "kolom 'tot' heeft een onbruikbare waarde"),
        ("MUT-01;;;;;x;y;2026-12-31", "geen referentienummer, en ook geen bsn met begindatum en einddatum"),
        ("MUT-01;;999900018;2026-03-01;;x;y;2026-12-31", "geen referentienummer, en ook geen bsn"),
        (
            "MUT-01;;999900018;2026-03-02;2026-03-01;x;y;2026-12-31",
            "einddatum 2026-03-01 ligt voor begindatum 2026-03-02",
        ),
        ("MUT-01;;9999000181;2026-03-01;2026-03-01;x;y;2026-12-31", "kolom 'bsn' heeft een onbruikbare waarde"),
        ("999900018;A2;;;;x;y;2026-12-31", "(niet getoond) is geen bekende controleregel"),
        (RIJ.replace("2026-04-30", "2026-05-30"), "dezelfde bevinding staat al op regel 2"),
        (f"MUT-01;A9;;;;{'x' * 501};y;2026-12-31", "verwacht hooguit 500 tekens"),
        ("MUT-01;A2;te;veel;velden;x;y;2026-12-31;9", "regel 3"),
    ],
)
def test_een_fout_in_de_lijst_is_een_regel_met_plaats_en_remedie(tmp_path: Path, rij: str, zegt: str) -> None:
    klaar = met_lijst(tmp_path, RIJ, rij, woorden=("--uit", "u.json"))
    assert_nette_fout(klaar, "aanvaard.csv, regel 3: ", zegt)
    assert "99990001" not in klaar.stderr
    assert not (tmp_path / "u.json").exists()


def test_kolommen_met_een_eigen_naam(tmp_path: Path) -> None:
    schrijf(tmp_path, "MUT-01;A2;ziekenhuis;J. Jansen;30-04-2026", naam="a.csv", kop="Controle;Nummer;reden;door;tot")
    assert_nette_fout(controleer(tmp_path, "--aanvaard", "a.csv"), "a.csv, regel 1: kolom 'regel_id' ontbreekt")
    (tmp_path / "declaratie.toml").write_text('[kolommen]\nregel_id = "Controle"\nreferentienummer = "Nummer"\n')
    assert controleer(tmp_path, "--aanvaard", "a.csv").returncode == 0


def test_een_lijst_zonder_de_kolommen_die_mogen_ontbreken(tmp_path: Path) -> None:
    kop = "regel_id,referentienummer,reden,door,tot"
    schrijf(tmp_path, "MUT-01,A2,ziekenhuis,J. Jansen,30-04-2026", naam="aanvaard.csv", kop=kop)
    assert controleer(tmp_path, "--aanvaard", "aanvaard.csv").returncode == 0
    schrijf(tmp_path, "MUT-01,A2,,J. Jansen,30-04-2026", naam="aanvaard.csv", kop=kop)
    assert_nette_fout(controleer(tmp_path, "--aanvaard", "aanvaard.csv"), "regel 2: kolom 'reden' is leeg")


@pytest.mark.parametrize(
    ("kop", "naam", "zegt"),
    [
        (LIJST.replace(";tot", ""), "aanvaard.csv", "'tot' ontbreekt"),
        (LIJST, "aanvaard.pdf", "geen lijst van aanvaarde bevindingen"),
        (LIJST, "nergens/aanvaard.csv", "bestaat niet"),
    ],
)
def test_geen_lijst(tmp_path: Path, kop: str, naam: str, zegt: str) -> None:
    schrijf(tmp_path, RIJ, naam=Path(naam).name, kop=kop)
    assert_nette_fout(controleer(tmp_path, "--aanvaard", naam), naam, zegt)


def test_de_uitslag_komt_niet_over_de_lijst(tmp_path: Path) -> None:
    assert_nette_fout(met_lijst(tmp_path, RIJ, woorden=("--uit", "aanvaard.csv")), "is invoer van de controle")
    assert RIJ in (tmp_path / "aanvaard.csv").read_text("utf-8")


def aanvaard(map_: Path, **anders: str) -> subprocess.CompletedProcess[str]:
    opties = {
        "uitslag": "u.json", "regel": "mut-01", "referentie": "A2", "reden": "ziekenhuis", "door": "J. Jansen",
        "tot": "2026-04-30", **anders,
    }  # fmt: skip
    woorden = [woord for naam, waarde in opties.items() if naam != "uitslag" for woord in (f"--{naam}", waarde)]
    return draai("aanvaard", opties["uitslag"], *woorden, map_=map_)


@pytest.fixture(scope="module")
def uitslagen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    map_ = tmp_path_factory.mktemp("uitslagen")
    controleer(map_, *(woord for soort in FORMATEN for woord in ("--uit", f"u{soort}")))
    return map_


@pytest.fixture
def met_uitslag(tmp_path: Path, uitslagen: Path) -> Path:
    """A folder with the result of the batch in every format."""
    return shutil.copytree(uitslagen, tmp_path, dirs_exist_ok=True)


def test_de_opdracht_maakt_de_lijst_en_schrijft_niets_dubbel(met_uitslag: Path) -> None:
    lijst = met_uitslag / "aanvaard.csv"
    klaar = aanvaard(met_uitslag)
    assert (klaar.returncode, klaar.stderr) == (0, "")
    assert klaar.stdout == "aanvaard.csv: toegevoegd, MUT-01 tot en met 30-04-2026 (1 bevinding).\n"
    assert stat.S_IMODE(lijst.stat().st_mode) == 0o600
    assert lijst.read_text("utf-8") == f"{LIJST}\n{RIJ}\n"
    for soort in FORMATEN:
        assert "stond er al" in aanvaard(met_uitslag, uitslag=f"u{soort}").stdout
    assert lijst.read_text("utf-8") == f"{LIJST}\n{RIJ}\n"
    lijst.chmod(0o640)
    assert "vervangen" in aanvaard(met_uitslag, tot="2026-05-31").stdout
    assert "toegevoegd" in aanvaard(met_uitslag, regel="MUT-02", referentie="A3", reden="=1+1").stdout
    assert lijst.read_text("utf-8").splitlines()[1:] == [
        RIJ.replace("04-30", "05-31"),
        "MUT-02;A3;;;;'=1+1;J. Jansen;2026-04-30",
    ]
    assert stat.S_IMODE(lijst.stat().st_mode) == 0o640
    uitslag = json.loads(controleer(met_uitslag, "--aanvaard", "aanvaard.csv", "--formaat", "json").stdout)
    assert [b["aanvaard_reden"] for b in uitslag["bevindingen"] if b.get("stand") == "aanvaard"] == [
        "ziekenhuis",
        "=1+1",
    ]


@pytest.mark.om_de(2)
@pytest.mark.parametrize(
    ("anders", "zegt"),
    [
        ({"regel": "MUT-03"}, "geen bevinding van MUT-03, wel van MUT-01 (afkeur), MUT-02 (signaal)"),
        ({"referentie": "B1"}, "geen enkele bevinding heeft dit referentienummer"),
        ({"tot": "2026-04-29"}, "--tot: 29-04-2026 ligt voor de peildatum"),
        ({"tot": "31-12-2026"}, "is geen datum"),
        ({"reden": "  "}, "--reden: de tekst is leeg"),
        ({"door": "x" * 101}, "--door: de tekst is langer dan 100 tekens"),
        ({"bestand": "aanvaard.xlsx"}, "Geef bij --bestand een .csv"),
        ({"uitslag": "batch.csv"}, "geen uitslag"),
    ],
)
def test_de_opdracht_weigert(met_uitslag: Path, anders: dict[str, str], zegt: str) -> None:
    assert_nette_fout(aanvaard(met_uitslag, **anders), zegt)
    assert not (met_uitslag / "aanvaard.csv").exists()


def test_de_opdracht_laat_een_lijst_die_zij_niet_kent_met_rust(met_uitslag: Path) -> None:
    lijst = met_uitslag / "aanvaard.csv"
    for kop, rij, zegt in (
        (f"{LIJST};notitie", f"{RIJ};x", "kolommen in die verloren zouden gaan (notitie)"),
        ("a;b", "1;2", "ontbreken"),
        (LIJST, RIJ.replace("MUT-01", "MUT-99"), "geen bekende controleregel"),
    ):
        schrijf(met_uitslag, rij, naam="aanvaard.csv", kop=kop)
        voor = lijst.read_bytes()
        assert_nette_fout(aanvaard(met_uitslag), "aanvaard.csv", zegt)
        assert lijst.read_bytes() == voor


def test_een_gemaskeerd_referentienummer_wordt_geweigerd(tmp_path: Path) -> None:
    schrijf(tmp_path, AFKEUR.replace("A2", "999900018-1"))
    for doel, bsn in (("u.json", ()), ("heel.json", ("--toon-bsn",))):
        draai("controleer", "batch.csv", "--selecteer", "MUT", *PEILDATUM, "--stil", "--uit", doel, *bsn, map_=tmp_path)
    assert_nette_fout(aanvaard(tmp_path, referentie="******018-1"), "een bsn gemaskeerd")
    assert_nette_fout(aanvaard(tmp_path, referentie="999900018-1"), "neem dan een uitslag met --toon-bsn")
    klaar = aanvaard(tmp_path, uitslag="heel.json", referentie="999900018-1")
    assert (klaar.returncode, "999900018" in klaar.stdout) == (0, False)
    na = draai(
        "controleer", "batch.csv", "--selecteer", "MUT-01", *PEILDATUM, "--aanvaard", "aanvaard.csv", map_=tmp_path
    )
    assert (na.returncode, "999900018" in na.stdout) == (0, False)


def test_in_werkbestand_en_kopie_is_aan_een_aanvaarde_bevinding_niets_te_doen(tmp_path: Path) -> None:
    kopieen = ("--herstel", "werk.csv", "--neem-voorstellen", "beter.csv")
    assert met_lijst(tmp_path, RIJ, woorden=kopieen).returncode == 0
    werk = pl.read_csv(tmp_path / "werk.csv", separator=";", infer_schema=False).filter(referentienummer="A2")
    rij = werk.row(0, named=True)
    assert rij["controleregel"].startswith("MUT-01 (afkeur, aanvaard)")
    assert ". Aanvaard door J. Jansen tot en met 30-04-2026: ziekenhuis" in rij["reden"]
    assert "MUT-01" not in (rij["wat te doen"] or "")
    assert rij["voorstel"] is None
    assert AFKEUR in (tmp_path / "beter.csv").read_text("utf-8")

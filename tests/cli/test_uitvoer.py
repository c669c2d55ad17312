"""``--uit``, ``--basislijn`` and ``--statistiek`` as a user runs them: all formats, and what can go wrong."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema
import polars as pl
import pytest

import proces
from goud import vergelijk
from proces import assert_nette_fout, draai, schrijf
from wlz_declaratie.basis.meegeleverd import pad
from wlz_declaratie.contract.modellen import model
from wlz_declaratie.contract.tabellen import AANVAARD, BEVINDINGEN, SOMS

pytestmark = pytest.mark.om_de(2)

WORTEL = Path(__file__).parents[2]
FOUT = ("sample_data/fout/batch.csv", "--dossier", "sample_data/fout/dossier", "--peildatum", "2026-07-01")
GOED = "A1;999900006;2026-03-01;2026-03-10;Z041;10;06290101;100,00;1000,00;1000,00"
AFKEUR = "A2;999900018;2026-03-01;2026-03-14;Z916;14;06290101;100,00;1400,00;1400,00"
SIGNAAL = "A3;999900031;2026-03-01;2026-03-05;Z916;5;06290101;100,00;500,00;500,00"
FORMATEN = ("json", "csv", "parquet", "xlsx", "html")


def voorbeeld(*woorden: str | Path) -> subprocess.CompletedProcess[str]:
    return draai("controleer", *FOUT, *woorden, map_=WORTEL)


def naar(map_: Path, *soorten: str) -> list[str | Path]:
    return [woord for soort in soorten for woord in ("--uit", map_ / f"uitslag.{soort}")]


@pytest.fixture(scope="module")
def uitvoer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The faulty sample in all formats, of one run."""
    map_ = tmp_path_factory.mktemp("uitvoer")
    klaar = voorbeeld("--stil", "--statistiek", *naar(map_, *FORMATEN))
    assert (klaar.returncode, klaar.stdout, klaar.stderr) == (1, "", "")
    return map_


def netto(bevindingen: pl.DataFrame) -> list[int | None]:
    """The amounts of the findings of FOUT, negative on a credit line of the file."""
    credit = pl.read_csv(WORTEL / FOUT[0], separator=";", infer_schema=False)["debet_credit"] == "C"
    regels = {nummer + 2 for nummer in credit.arg_true()}
    bedragen = bevindingen.select("regelnummer", "declaratiebedrag_cent").rows()
    return [-cent if cent and nummer in regels else cent for nummer, cent in bedragen]


def als_json(map_: Path) -> dict[str, Any]:
    inhoud: dict[str, Any] = json.loads((map_ / "uitslag.json").read_text("utf-8"))
    return inhoud


def test_alle_bestanden_alleen_voor_de_eigenaar_en_niets_ernaast(uitvoer: Path) -> None:
    assert {p.name for p in uitvoer.iterdir()} == {f"uitslag.{soort}" for soort in FORMATEN}
    assert {stat.S_IMODE(p.stat().st_mode) for p in uitvoer.iterdir()} == {0o600}


def test_json_csv_parquet_en_xlsx_zijn_het_eens(uitvoer: Path) -> None:
    uitslag = als_json(uitvoer)
    jsonschema.validate(uitslag, json.loads(pad("uitslag.schema.json").read_text("utf-8")))
    bevindingen = uitslag["bevindingen"]
    assert bevindingen
    parquet = pl.read_parquet(uitvoer / "uitslag.parquet")
    csv = pl.read_csv(uitvoer / "uitslag.csv", separator=";", schema=parquet.schema)
    assert csv.equals(parquet)
    assert [
        {**rij, **{dag: rij[dag] and rij[dag].isoformat() for dag in ("begindatum", "einddatum")},
         "gegevens": json.loads(rij["gegevens"])}
        for rij in parquet.to_dicts()
    ] == bevindingen  # fmt: skip
    blad = pl.read_excel(uitvoer / "uitslag.xlsx", sheet_name="Bevindingen")
    assert blad["Netto bedrag"].dtype == pl.Float64
    assert blad["Begindatum"].dtype == pl.Date
    assert (blad["Netto bedrag"] * 100).round().cast(pl.Int64).to_list() == netto(parquet)
    for kop, kolom in (
        ("Controleregel", "regel_id"), ("Ernst", "ernst"), ("Retourcode", "retourcode"), ("Bsn", "bsn"),
        ("Melding", "melding"), ("Begindatum", "begindatum"), ("Uitvoerder", "uitvoerder"),
    ):  # fmt: skip
        assert blad[kop].to_list() == parquet[kolom].to_list(), kop
    assert blad["Wat te doen"].null_count() == 0


def test_totalen_kloppen_in_elk_formaat(uitvoer: Path) -> None:
    uitslag = als_json(uitvoer)
    telling, per = uitslag["samenvatting"], uitslag["statistiek"]
    for groep in (per["per_uitvoerder"], per["per_maand"]):
        for sleutel in ("regels", "bedrag_cent", "afgekeurd", "afgekeurd_cent", "met_signaal"):
            assert sum(rij[sleutel] for rij in groep) == telling[sleutel], sleutel
        assert sum(rij["bevindingen"] for rij in groep) == len(uitslag["bevindingen"])
    assert {(r["regel_id"], r["afkeur"], r["signaal"]) for r in per["per_regel"]} == {
        (r["id"], r["afkeur"], r["signaal"]) for r in uitslag["regels"] if r["afkeur"] or r["signaal"]
    }
    parquet = pl.read_parquet(uitvoer / "uitslag.parquet")
    bedragen = [cent or 0 for cent in netto(parquet)]
    assert sum(bedragen) < parquet["declaratiebedrag_cent"].sum()
    assert sum(r["afkeur_cent"] + r["signaal_cent"] for r in per["per_regel"]) == sum(bedragen)
    regels = pl.read_excel(uitvoer / "uitslag.xlsx", sheet_name="Controleregels")[:-1]
    assert set(regels.select("Controleregel", "Status", "Afkeur", "Signaal").rows()) == {
        (r["id"], r["status"], r["afkeur"], r["signaal"]) for r in uitslag["regels"]
    }
    for groep, blad in ((per["per_uitvoerder"], "Uitvoerders"), (per["per_maand"], "Maanden")):
        laatste = pl.read_excel(uitvoer / "uitslag.xlsx", sheet_name=blad).row(-1)
        assert laatste[:2] == ("Totaal", sum(rij["regels"] for rij in groep))
    assert regels["Bronnen"].null_count() == 0
    cellen = pl.read_excel(uitvoer / "uitslag.xlsx", sheet_name="Samenvatting", has_header=False).to_dicts()
    per_naam = {rij["column_0"]: (rij["column_1"], rij["column_2"]) for rij in cellen}
    assert tuple(map(float, per_naam["Afgekeurd"])) == (telling["afgekeurd"], telling["afgekeurd_cent"] / 100)
    html = (uitvoer / "uitslag.html").read_text("utf-8")
    assert f"{telling['afgekeurd']} declaratieregels zouden worden afgekeurd" in html


def test_csv_en_parquet_volgens_het_gepubliceerde_contract(uitvoer: Path) -> None:
    parquet = pl.read_parquet(uitvoer / "uitslag.parquet")
    assert parquet.schema == pl.Schema({k: t for k, t in BEVINDINGEN.items() if k not in SOMS})
    model("bevindingen").validate(parquet.with_columns(stand=pl.lit("nieuw")), lazy=True)


@pytest.mark.parametrize("soort", FORMATEN)
def test_bsn_gemaskeerd_tenzij_gevraagd(tmp_path: Path, soort: str) -> None:
    bestand = schrijf(tmp_path, AFKEUR)

    def staat_erin(doel: Path) -> bool:
        if soort == "parquet":
            return pl.read_parquet(doel)["bsn"].to_list() == ["999900018"]
        if soort == "xlsx":
            return pl.read_excel(doel, sheet_name="Bevindingen")["Bsn"].cast(pl.String).to_list() == ["999900018"]
        return "999900018" in doel.read_text("utf-8")

    doel = tmp_path / f"u.{soort}"
    kies = ("controleer", bestand, "--selecteer", "MUT-01", "--stil", "--uit", doel)
    draai(*kies)
    assert not staat_erin(doel)
    draai(*kies, "--toon-bsn")
    assert staat_erin(doel)


class _Bladzijde(HTMLParser):
    """What a test needs to know of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.labels: list[str] = []
        self.kenmerken: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.labels.append(tag)
        self.kenmerken.append((tag, dict(attrs)))


def bladzijde(pad_: Path) -> _Bladzijde:
    lezer = _Bladzijde()
    lezer.feed(pad_.read_text("utf-8"))
    return lezer


def test_html_staat_op_zichzelf_en_is_toegankelijk(uitvoer: Path) -> None:
    lezer = bladzijde(uitvoer / "uitslag.html")
    assert not {"link", "img", "iframe"} & set(lezer.labels)
    assert [k for label, k in lezer.kenmerken if label == "script"] == [{}]
    assert all(waarde.startswith("#") for _, k in lezer.kenmerken if (waarde := k.get("href")))
    tekst = (uitvoer / "uitslag.html").read_text("utf-8")
    assert not re.search(r"https?://|@import|url\((?!#)", tekst)
    assert ("html", {"lang": "nl"}) in lezer.kenmerken
    assert lezer.labels.count("h1") == 1
    assert lezer.labels.count("table") == lezer.labels.count("caption")
    ids = [k["id"] for _, k in lezer.kenmerken if "id" in k]
    assert len(ids) == len(set(ids))
    verwezen = {
        str(k[naam]).lstrip("#") for _, k in lezer.kenmerken for naam in ("href", "aria-labelledby", "for") if naam in k
    }
    assert verwezen <= set(ids)
    assert all(k.get("aria-label") or k.get("aria-hidden") for label, k in lezer.kenmerken if label == "svg")
    assert all("scope" in k for label, k in lezer.kenmerken if label == "th")


def test_html_tekent_de_dagen_van_elke_cumulatieve_bevinding(uitvoer: Path) -> None:
    tekst = (uitvoer / "uitslag.html").read_text("utf-8")
    cumulatief = [
        b for b in als_json(uitvoer)["bevindingen"]
        if b["regel_id"] in ("MUT-01", "OVB-01", "TOE-03", "VRB-06") and b["retourcode"] == "0584"
    ]  # fmt: skip
    assert {b["regel_id"] for b in cumulatief} == {"MUT-01", "OVB-01", "TOE-03", "VRB-06"}
    assert tekst.count("<summary>Tijdlijn bij bestandsregel") == len(cumulatief)
    for b in cumulatief:
        assert f"Tijdlijn bij bestandsregel {b['regelnummer']} ({b['referentienummer']})" in tekst


def test_bestaand_doel_wordt_vervangen(tmp_path: Path) -> None:
    doel = tmp_path / "u.csv"
    doel.write_text("oud")
    doel.chmod(0o644)
    assert draai("controleer", schrijf(tmp_path, AFKEUR), "--selecteer", "MUT", "--stil", "--uit", doel).returncode == 1
    assert doel.read_text("utf-8").startswith("regel_id;ernst;")
    assert stat.S_IMODE(doel.stat().st_mode) == 0o600


def test_alle_doelen_worden_vooraf_bekeken(tmp_path: Path) -> None:
    bestand = schrijf(tmp_path, AFKEUR)
    goed = tmp_path / "goed.json"
    for fout, zegt in (
        (tmp_path / "u.docx", ".docx"),
        (tmp_path / "weg" / "u.csv", "weg"),
        (tmp_path, "map"),
        (Path("/proc/u.html"), "/proc"),
        (goed, "twee keer"),
        (bestand, "invoer"),
    ):
        assert_nette_fout(draai("controleer", bestand, "--uit", goed, "--uit", fout), zegt)
    assert {p.name for p in tmp_path.iterdir()} == {"batch.csv"}
    assert bestand.read_text("utf-8").startswith("referentienummer;")


@pytest.mark.parametrize("soort", FORMATEN)
def test_bestand_dat_te_groot_wordt_laat_alles_zoals_het_was(tmp_path: Path, soort: str) -> None:
    doel = tmp_path / f"u.{soort}"
    doel.write_text("oud")

    opdracht = proces.start(
        "controleer",
        *FOUT,
        "--selecteer",
        "VLD,MUT",
        "--uit",
        doel,
        omgeving={"SCHIJF": "1024"},
        map_=WORTEL,
        module="nacht_proces",
    )
    klaar = proces.tot_het_einde(opdracht)
    assert_nette_fout(klaar, f"u.{soort}", "groter dan hier mag")
    assert doel.read_text() == "oud"
    assert {p.name for p in tmp_path.iterdir()} == {doel.name}


def met_basislijn(map_: Path, toen: list[str], nu: list[str], *woorden: str) -> subprocess.CompletedProcess[str]:
    vorige = map_ / "vorige.json"
    draai("controleer", schrijf(map_, *toen), "--selecteer", "MUT-01,MUT-02", "--stil", "--uit", vorige)
    bestand = schrijf(map_, *nu, naam="opnieuw.csv")
    return draai(
        "controleer",
        bestand,
        "--basislijn",
        vorige,
        *(woorden or ("--selecteer", "MUT-01,MUT-02")),
        "--formaat",
        "json",
    )


def test_basislijn_kent_een_bevinding_ook_op_een_andere_regel(tmp_path: Path) -> None:
    klaar = met_basislijn(tmp_path, [AFKEUR, SIGNAAL], [GOED, GOED.replace("A1", "A9"), SIGNAAL, AFKEUR])
    assert klaar.returncode == 0, klaar.stderr
    uitslag = json.loads(klaar.stdout)
    jsonschema.validate(uitslag, json.loads(pad("uitslag.schema.json").read_text("utf-8")))
    assert {b["stand"] for b in uitslag["bevindingen"]} == {"bekend"}
    assert uitslag["basislijn"]["nieuw"] == uitslag["basislijn"]["verdwenen"] == {"afkeur": 0, "signaal": 0}


def test_basislijn_nieuw_en_verdwenen(tmp_path: Path) -> None:
    anders = AFKEUR.replace("2026-03-14;Z916;14", "2026-03-15;Z916;15")
    klaar = met_basislijn(tmp_path, [AFKEUR, SIGNAAL], [anders])
    assert klaar.returncode == 1
    uitslag = json.loads(klaar.stdout)
    assert ("MUT-01", "nieuw") in {(b["regel_id"], b["stand"]) for b in uitslag["bevindingen"]}
    weg = uitslag["basislijn"]["verdwenen_bevindingen"]
    assert ("MUT-01", "A2", 14) in {
        (b["regel_id"], b["referentienummer"], b["gegevens"].get("mutatiedagen")) for b in weg
    }
    assert {b["bsn"] for b in weg} == {"******018", "******031"}


def test_basislijn_noemt_een_regel_die_niet_liep_niet_verdwenen(tmp_path: Path) -> None:
    klaar = met_basislijn(tmp_path, [AFKEUR], [AFKEUR], "--selecteer", "MUT-01")
    assert json.loads(klaar.stdout)["basislijn"]["verdwenen_bevindingen"] == []
    assert json.loads(klaar.stdout)["basislijn"]["niet_getoetst"] == 1


def test_basislijn_en_bestanden(tmp_path: Path) -> None:
    vorige = tmp_path / "vorige.json"
    bestand = schrijf(tmp_path, AFKEUR)
    kies = ("--selecteer", "MUT", "--stil")
    draai("controleer", schrijf(tmp_path, AFKEUR, SIGNAAL), *kies, "--uit", vorige)
    klaar = draai("controleer", schrijf(tmp_path, AFKEUR), "--basislijn", vorige, *kies, *naar(tmp_path, *FORMATEN))
    assert klaar.returncode == 0
    parquet = pl.read_parquet(tmp_path / "uitslag.parquet")
    assert parquet.schema == pl.Schema({k: t for k, t in BEVINDINGEN.items() if k not in AANVAARD})
    assert set(parquet["stand"]) == {"bekend"}
    model("bevindingen").validate(parquet, lazy=True)
    boek = pl.read_excel(tmp_path / "uitslag.xlsx", sheet_id=0)
    assert set(boek["Bevindingen"]["Stand"]) == {"bekend"}
    assert "A3" in boek["Verdwenen"]["Referentienummer"].to_list()
    assert set(boek["Verdwenen"]["Stand"]) == {"weg"}
    assert "(weg)" in (tmp_path / "uitslag.html").read_text("utf-8")
    assert "Verdwenen bevindingen" in (tmp_path / "uitslag.html").read_text("utf-8")
    assert bestand.exists()


@pytest.mark.parametrize(
    "inhoud",
    [
        "{}", "[]", "geen json", '{"schema": "declaratie-uitslag/1"}',
        '{"schema": "declaratie-uitslag/1", "peildatum": "2026-01-01", "bevindingen": [{"bsn": "999900018"}]}',
    ],
    ids=["object", "lijst", "tekst", "kop", "halve bevinding"],
)  # fmt: skip
def test_basislijn_die_geen_uitslag_is(tmp_path: Path, inhoud: str) -> None:
    vorige = tmp_path / "vorige.json"
    vorige.write_text(inhoud)
    klaar = draai("controleer", schrijf(tmp_path, AFKEUR), "--basislijn", vorige)
    assert_nette_fout(klaar, "vorige.json", "--uit NAAM.json")
    assert "999900018" not in klaar.stderr


@pytest.mark.parametrize("soort", FORMATEN)
def test_basislijn_in_elke_vorm(tmp_path: Path, soort: str) -> None:
    toen, nu = schrijf(tmp_path, AFKEUR, SIGNAAL), schrijf(tmp_path, AFKEUR, naam="nu.csv")
    vorige = tmp_path / f"vorige.{soort}"
    kies = ("--selecteer", "MUT", "--peildatum", "2026-07-01")
    draai("controleer", toen, *kies, "--stil", "--uit", vorige)
    klaar = draai("controleer", nu, *kies, "--basislijn", vorige, "--formaat", "json")
    assert klaar.returncode == 0, klaar.stderr
    uitslag = json.loads(klaar.stdout)
    jsonschema.validate(uitslag, json.loads(pad("uitslag.schema.json").read_text("utf-8")))
    assert {b["stand"] for b in uitslag["bevindingen"]} == {"bekend"}
    assert uitslag["basislijn"]["weg"] == {"afkeur": 0, "signaal": 1}
    assert {b["stand"] for b in uitslag["basislijn"]["verdwenen_bevindingen"]} == {"weg"}
    kaal = [o for o in uitslag["opmerkingen"] if "draagt alleen haar bevindingen" in o]
    assert len(kaal) == (soort == "csv")


def test_basislijn_van_een_ander_wordt_geweigerd(tmp_path: Path) -> None:
    kop = f"{proces.KOP};declarant"
    eigen, ander = (
        schrijf(tmp_path, f"{AFKEUR};{agb}", naam=f"{agb}.csv", kop=kop) for agb in ("06000003", "41000000")
    )
    vorige, doel = tmp_path / "vorige.parquet", tmp_path / "nu.json"
    draai("controleer", ander, "--selecteer", "MUT", "--stil", "--uit", vorige)
    kies = ("--selecteer", "MUT", "--basislijn", vorige, "--uit", doel)
    assert_nette_fout(draai("controleer", eigen, *kies), "41000000", "06000003")
    assert not doel.exists()


def test_basislijn_die_er_niet_is(tmp_path: Path) -> None:
    assert_nette_fout(draai("controleer", schrijf(tmp_path, AFKEUR), "--basislijn", tmp_path / "weg.json"), "weg.json")


def test_golden_met_statistiek_en_basislijn(tmp_path: Path) -> None:
    kies = ("--selecteer", "MUT-01,MUT-02", "--peildatum", date(2026, 7, 1).isoformat())
    schrijf(tmp_path, AFKEUR, SIGNAAL, naam="toen.csv")
    schrijf(tmp_path, GOED, SIGNAAL, AFKEUR.replace("A2", "A7"), naam="nu.csv")
    draai("controleer", "toen.csv", *kies, "--stil", "--uit", "toen.json", map_=tmp_path)
    klaar = draai("controleer", "nu.csv", *kies, "--statistiek", "--basislijn", "toen.json", map_=tmp_path)
    assert klaar.returncode == 1
    netjes = "\n".join(regel.rstrip() for regel in klaar.stdout.splitlines()) + "\n"
    vergelijk("statistiek_basislijn.txt", netjes)


def test_aw320_vervangt_geen_apparaat_of_koppeling(tmp_path: Path) -> None:
    batch = "sample_data/fout/batch.asc"
    pijp, koppeling = tmp_path / "pijp", tmp_path / "koppeling.asc"
    os.mkfifo(pijp)
    koppeling.symlink_to("/dev/null")
    for doel, zegt in ((pijp, "geen gewoon bestand"), (koppeling, "koppeling"), (Path("/dev/null"), "geen gewoon")):
        assert_nette_fout(draai("controleer", batch, "--aw320", doel, map_=WORTEL), str(doel), zegt)
    assert stat.S_ISFIFO(pijp.stat().st_mode)
    assert koppeling.is_symlink()
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_maak_voorbeeld_overschrijft_alleen_als_het_gevraagd_is(tmp_path: Path) -> None:
    maak = ("maak-voorbeeld", tmp_path, "--regels", "5")
    assert draai(*maak).returncode == 0
    voor = {pad_: pad_.stat().st_ino for pad_ in tmp_path.rglob("*")}
    assert_nette_fout(draai(*maak), "bestaat al", "--overschrijf")
    assert {pad_: pad_.stat().st_ino for pad_ in tmp_path.rglob("*")} == voor
    assert draai(*maak, "--overschrijf").returncode == 0


def test_toon_een_keuze_uit_een_opgeslagen_uitslag(uitvoer: Path) -> None:
    klaar = draai("toon", uitvoer / "uitslag.xlsx", "--regel", "mut-01", "--formaat", "json")
    assert (klaar.returncode, klaar.stderr) == (0, "")
    gekozen = json.loads(klaar.stdout)
    jsonschema.validate(gekozen, json.loads(pad("uitslag.schema.json").read_text("utf-8")))
    assert gekozen["bevindingen"] == [b for b in als_json(uitvoer)["bevindingen"] if b["regel_id"] == "MUT-01"]
    deel = uitvoer.parent / "deel.json"
    deel.write_text(klaar.stdout, "utf-8")
    assert_nette_fout(draai("toon", deel), "keuze uit een uitslag")
    csv = draai("toon", uitvoer / "uitslag.csv", "--bsn", "999900018")
    assert csv.returncode == 0
    assert csv.stderr.startswith("Let op: ")
    assert "999900018" not in csv.stdout + csv.stderr
    assert_nette_fout(draai("toon", uitvoer / "uitslag.csv", "--formaat", "json"), "draagt alleen haar bevindingen")


def test_een_keuze_bij_een_controle_verandert_bestanden_en_exitcode_niet(tmp_path: Path) -> None:
    bestand, doel = schrijf(tmp_path, AFKEUR, SIGNAAL), tmp_path / "u.json"
    klaar = draai("controleer", bestand, "--selecteer", "MUT", "--ernst", "signaal", "--uit", doel, "--formaat", "json")
    assert klaar.returncode == 1
    assert {b["ernst"] for b in json.loads(klaar.stdout)["bevindingen"]} == {"signaal"}
    assert {b["ernst"] for b in json.loads(doel.read_text("utf-8"))["bevindingen"]} == {"afkeur", "signaal"}
    assert_nette_fout(draai("controleer", bestand, "--regel", "QQQ", "--uit", tmp_path / "n.json"), "'QQQ'")
    assert not (tmp_path / "n.json").exists()

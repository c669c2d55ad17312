"""``declaratie.toml`` as a user meets it: found, the defaults of each command, and one line for each mistake."""

from __future__ import annotations

import html
import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from proces import assert_nette_fout, draai
from tabulair import REGEL, csv_tekst
from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.basis.meegeleverd import pad
from wlz_declaratie.cli.instellingen import opdrachten
from wlz_declaratie.cli.opdrachten import opdrachtregel
from wlz_declaratie.diensten.instellingen import bestand
from wlz_declaratie.diensten.instellingen.lezen import NIET, PER_BATCH, Instellingen, lees_instellingen

OPTIES = opdrachten(opdrachtregel())
FOUT = {**REGEL, "aantal": "0"}
"""A line that VLD rejects."""


def schrijf(map_: Path, inhoud: str, naam: str = "declaratie.toml") -> Path:
    """A settings file, and a batch beside it."""
    (map_ / naam).write_text(inhoud, "utf-8")
    (map_ / "b.csv").write_text(csv_tekst(FOUT), "utf-8")
    return map_ / naam


def lees(map_: Path, inhoud: str) -> Instellingen:
    return lees_instellingen(str(schrijf(map_, inhoud)), lambda: OPTIES)


def test_opties_van_een_opdracht_en_de_opdrachtregel_wint(tmp_path: Path) -> None:
    schrijf(
        tmp_path, '[controleer]\nfaal-op = "nooit"\nselecteer = ["VLD"]\nformaat = "json"\npeildatum = 2026-04-30\n'
    )
    klaar = draai("controleer", "b.csv", map_=tmp_path)
    uitslag = json.loads(klaar.stdout)
    assert (klaar.returncode, uitslag["peildatum"]) == (0, "2026-04-30")
    assert {regel["id"][:3] for regel in uitslag["regels"]} == {"VLD"}
    assert uitslag["samenvatting"]["afgekeurd"] == 1
    anders = draai("controleer", "b.csv", "--selecteer", "MUT", "--faal-op", "signaal", map_=tmp_path)
    assert {regel["id"][:3] for regel in json.loads(anders.stdout)["regels"]} == {"MUT"}
    zonder = draai("controleer", "b.csv", "--instellingen", "geen", "--peildatum", "2026-04-30", map_=tmp_path)
    assert zonder.returncode == 1
    assert "Peildatum" in zonder.stdout


def test_elke_opdracht_neemt_haar_tabel(tmp_path: Path) -> None:
    """Found above, and so named; of a group the command is a table of its own."""
    schrijf(tmp_path, '[regels]\nformaat = "json"\n[tabellen.toon]\nformaat = "json"\n')
    (diep := tmp_path / "a" / "b").mkdir(parents=True)
    for woorden, tafel in ((("regels",), "regels"), (("tabellen", "toon"), "tabellen.toon")):
        klaar = draai(*woorden, map_=diep)
        assert json.loads(klaar.stdout)
        assert klaar.stderr == f"{tmp_path}/declaratie.toml: [{tafel}] formaat.\n"
        assert draai(*woorden, "--instellingen", str(tmp_path / "declaratie.toml"), map_=diep).stderr == ""
        assert not draai(*woorden, "--instellingen", "geen", map_=diep).stdout.startswith(("{", "["))


def test_een_pad_geldt_vanaf_het_bestand(tmp_path: Path) -> None:
    schrijf(tmp_path, '[controleer]\nuit = "uit/x.json"\nhistorie = "/elders/h.csv"\n')
    (tmp_path / "uit").mkdir()
    (diep := tmp_path / "a").mkdir()
    assert_nette_fout(draai("controleer", "../b.csv", map_=diep), "/elders/h.csv")
    klaar = draai("controleer", "../b.csv", "--historie", "../b.csv", "--selecteer", "VLD", map_=diep)
    assert (klaar.returncode, klaar.stderr) == (1, "")
    assert (tmp_path / "uit" / "x.json").is_file()


def test_alles_van_elke_opdracht_kan(tmp_path: Path) -> None:
    """Every option of every command is known under its long name, but those of NIET."""
    assert {"controleer", "nacht", "historie.voeg-toe", "tabellen.importeer", "maak-voorbeeld"} <= set(OPTIES)
    assert not any(naam in opties for opties in OPTIES.values() for naam in NIET)
    assert set(PER_BATCH) <= {*OPTIES["controleer"], *OPTIES["nacht"]}
    waarden: dict[str, Any] = {"ja/nee": "true", "geheel getal": "7", "getal": "7.5", "datum": "2026-01-31"}
    regels = []
    for opdracht, opties in OPTIES.items():
        regels += [f"[{opdracht}]"]
        for naam, optie in opties.items():
            waarde = f'"{optie.waarden[0]}"' if optie.waarden else waarden.get(optie.soort, '"x"')
            regels.append(f"{naam} = {f'[{waarde}]' if optie.vaker or optie.komma else waarde}")
    gelezen = lees(tmp_path, "\n".join(regels))
    assert {naam: set(opties) for naam, opties in gelezen.opdrachten.items()} == {
        naam: set(opties) for naam, opties in OPTIES.items()
    }
    assert gelezen.opdrachten["controleer"]["dossier"] == str(tmp_path / "x")


@pytest.mark.parametrize(
    ("inhoud", "melding"),
    [
        ("[controler]", "regel 1: 'controler' is geen instelling; bedoel je [controleer]? Gebruik ["),
        ("[historie.voegtoe]", "regel 1: 'voegtoe' is geen opdracht van historie; bedoel je [historie.voeg-toe]?"),
        ("historie = 3", "regel 1: historie is geen onderdeel. Schrijf [historie] op een eigen regel."),
        (
            "[nacht]\nmax-afkeur = 3\n[controleer]\n\nsterkt = true",
            "regel 5: [controleer]: 'sterkt' kan hier niet; bed",
        ),
        ("[nacht]\nmax-afkeur = 101", "regel 2: --max-afkeur: "),
        ('[controleer]\nmax = "3"', "regel 2: bij max staat geen geheel getal. Schrijf een geheel getal"),
        ("[controleer]\nmax = true", "regel 2: bij max staat geen geheel getal."),
        ("[controleer]\nmax = -1", "regel 2: --max: geef 0 of meer. Zie `declaratie controleer --help`."),
        ('[controleer]\nstrikt = "ja"', "regel 2: bij strikt staat geen ja/nee. Schrijf true of false."),
        (
            '[controleer]\nfaal-op = "afkuer"',
            "regel 2: faal-op kan niet 'afkuer' zijn; bedoel je 'afkeur'? Kies uit afk",
        ),
        (
            "[controleer]\npeildatum = 2026",
            "regel 2: bij peildatum staat geen datum. Schrijf een datum als 2026-01-31.",
        ),
        ("[controleer]\npeildatum = 2026-01-31T10:00:00", "regel 2: bij peildatum staat geen datum."),
        ("[controleer]\nuitvoerder = 47000003", "regel 2: bij uitvoerder staat geen tekst. Zet de tekst tussen"),
        ('[controleer]\ndossier = ["a", "b"]', "regel 2: bij dossier staat een lijst."),
        ("[controleer]\nselecteer = []", "regel 2: selecteer is een lege lijst."),
        ('[controleer]\ndossier = "a\\u0000b"', "regel 2: bij dossier staat geen pad."),
        ("[controleer]\ntoon-bsn = true", "regel 2: [controleer]: toon-bsn kan hier niet. Wie hele bsn's wil zien"),
        ('[controleer]\ninstellingen = "x"', "regel 2: [controleer]: instellingen kan hier niet."),
        (
            "[declarant.123]",
            "regel 1: '123' is niet een AGB-code van acht cijfers. Schrijf zoals [declarant.12345678].",
        ),
        ("[uzovi.55]", "regel 1: '55' is niet een UZOVI-code van vier cijfers."),
        ("[declarant.12345678]\nstil = true", "regel 2: [declarant.12345678]: 'stil' kan hier niet"),
        ('[[declarant]]\na = "b"', "regel 1: declarant is geen onderdeel."),
        ("[controleer\n", "regel 1: dit is geen geldige TOML."),
        (f"[controleer]\nmax = {'9' * 5000}", "dit is geen geldige TOML."),
        (f"a = {'[' * 5000}", "dit is geen geldige TOML."),
        ("# " + "x" * (bestand.MEESTE_BYTES), "het bestand is groter dan 256 kB."),
        (f"[controleer]\n{'999900006' * 3} = 1", "regel 2: [controleer]: 'x-onbekend' kan hier niet."),
    ],
)
def test_een_fout_is_een_regel(tmp_path: Path, inhoud: str, melding: str) -> None:
    with pytest.raises(Gebruikersfout) as fout:
        lees(tmp_path, inhoud)
    assert melding in str(fout.value).replace(str(tmp_path), "")
    assert "\n" not in str(fout.value)


def test_een_fout_stopt_elke_opdracht_maar_niet_de_hulp(tmp_path: Path) -> None:
    schrijf(tmp_path, "[x]\n")
    assert_nette_fout(draai("regels", map_=tmp_path), "declaratie.toml, regel 1: 'x' is geen instelling.")
    assert draai("regels", "--help", map_=tmp_path).returncode == 0
    assert draai("--version", map_=tmp_path).returncode == 0
    assert_nette_fout(draai("regels", "--instellingen", "y.toml", map_=tmp_path), "y.toml: dit bestand bestaat niet.")
    assert_nette_fout(draai("regels", "--instellingen", ".", map_=tmp_path), "dit is geen gewoon bestand.")
    (tmp_path / "declaratie.toml").write_bytes(b"\xff\xfe")
    assert_nette_fout(draai("regels", map_=tmp_path), "het bestand is geen UTF-8.")


@pytest.mark.skipif(os.name != "posix", reason="elders is een bestand van niemand")
def test_een_bestand_van_een_ander_telt_niet_vanzelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else's file in a folder above ours, such as /tmp, does not decide what runs here."""
    schrijf(tmp_path, "[regels]\n")
    (diep := tmp_path / "a").mkdir()
    monkeypatch.chdir(diep)
    echt = Path.stat

    def van_ander(pad: Path, **hoe: Any) -> os.stat_result:
        gelezen = echt(pad, **hoe)
        return os.stat_result([*gelezen[:4], 4_242, *gelezen[5:10]]) if pad.name == "declaratie.toml" else gelezen

    monkeypatch.setattr(Path, "stat", van_ander)
    with pytest.raises(Gebruikersfout, match=r"dit bestand is van een ander, .* --instellingen geen"):
        lees_instellingen(None, lambda: OPTIES)
    assert lees_instellingen("../declaratie.toml", lambda: OPTIES).bestand
    assert not lees_instellingen("geen", lambda: OPTIES).bestand


def test_regelnummers(tmp_path: Path) -> None:
    """Lists of tables, dotted and quoted keys, inline tables, comments, and text that looks like a key."""
    inhoud = (
        "# x\r\n[controleer] # y\r\nmax = 1\n\n[[waarden]]\nwaarde = 1\n[[waarden]]\nwaarde = 2\n"
        '[declarant."12345678".ernst]\nMUT-01 = { ernst = "signaal" }\n[[declarant.12345678.waarden]]\nbron = """\n'
        'max = 3\n[nacht]\n"""\n[nacht]\nrust = 1\nhistorie.x = 2\n'
    )
    gelezen = bestand.open_bestand(str(schrijf(tmp_path, inhoud)))
    assert gelezen
    for plaats, nummer in (
        (("controleer",), 2),
        (("controleer", "max"), 3),
        (("waarden", 1, "waarde"), 8),
        (("waarden", 0, "bron"), 5),
        (("declarant", "12345678", "ernst", "MUT-01", "ernst"), 10),
        (("declarant", "12345678", "waarden", 0, "bron"), 12),
        (("nacht", "rust"), 17),
        (("nacht", "historie", "x"), 18),
        (("weg",), None),
    ):
        assert gelezen.regel(plaats) == nummer, plaats


EIGEN = """
[controleer]
dossier = "d"
peildatum = 2026-06-30
[[waarden]]
regel = "MUT-01"
parameter = "max_dagen"
van = 2026-03-01
tot = 2026-03-31
waarde = 15
bron = "eigen beleid 2026"
[ernst]
MUT-01 = { ernst = "signaal", reden = "proef tot juli" }
MUT-04 = { ernst = "uit", reden = "wordt herzien" }
[declarant.06290101]
selecteer = "MUT"
"""
REGELS_KOP = ("Instellingen", "Eigen waarde", "Verzacht")


def mutatiedagen(nummer: str, maand: str, dagen: int, declarant: str = "06290101") -> dict[str, Any]:
    """A line of so many days, all of one leegstand."""
    van_tot = {"begindatum": f"2026-{maand}-01", "einddatum": f"2026-{maand}-{dagen:02d}", "aantal": str(dagen)}
    return {**REGEL, "referentienummer": nummer, "prestatiecode": "Z916", "declarant": declarant, **van_tot}


@pytest.fixture
def eigen(tmp_path: Path) -> Path:
    """Fifteen days in March may, sixteen in May may not: the rule is softened all the same."""
    (tmp_path / "d").mkdir()
    (tmp_path / "declaratie.toml").write_text(EIGEN, "utf-8")
    lijnen = mutatiedagen("A", "03", 15), {**mutatiedagen("B", "03", 16), "bsn": "999900110"}
    later = {**mutatiedagen("C", "05", 14), "bsn": "999900201"}
    (tmp_path / "b.csv").write_text(csv_tekst(*lijnen, later), "utf-8")
    return tmp_path


def test_wat_anders_is_staat_in_elke_vorm(eigen: Path) -> None:
    vormen = ("json", "parquet", "xlsx", "html", "csv")
    woorden = [woord for vorm in vormen for woord in ("--uit", f"x.{vorm}")]
    klaar = draai("controleer", "b.csv", *woorden, map_=eigen)
    assert (klaar.returncode, klaar.stderr) == (0, "")
    kop = {
        "Instellingen": "declaratie.toml: [controleer] dossier, peildatum; [declarant.06290101] selecteer",
        "Eigen waarde": "MUT-01 max dagen: 15 vanaf 01-03-2026 t/m 31-03-2026, volgens eigen beleid 2026 ([waarden])",
        "Verzacht": "MUT-01 is hooguit een signaal: proef tot juli ([ernst])",
    }
    meldingen = (
        "16 mutatiedagen in deze leegstand, 15 toegestaan; op deze declaratieregel nog 15; volgens eigen beleid 2026; "
        "verzacht tot signaal: proef tot juli",
        "14 mutatiedagen in deze leegstand, 13 toegestaan; op deze declaratieregel nog 13; verzacht tot signaal: proef",
    )
    for vorm in vormen[:4]:
        getoond = " ".join(draai("toon", f"x.{vorm}", map_=eigen).stdout.split())
        for deel in (*(f"{naam} {waarde}" for naam, waarde in kop.items()), *meldingen):
            assert deel in getoond, (vorm, deel)
        assert "Verzacht MUT-04 loopt niet: wordt herzien ([ernst])" in getoond
    bestand_ = json.loads((eigen / "x.json").read_text("utf-8"))
    jsonschema.validate(bestand_, json.loads(pad("uitslag.schema.json").read_text("utf-8")))
    van_regel = [b for b in bestand_["bevindingen"] if b["regel_id"] == "MUT-01"]
    assert [(b["ernst"], b["referentienummer"]) for b in van_regel] == [("signaal", "B"), ("signaal", "C")]
    assert "MUT-04" not in {regel["id"] for regel in bestand_["regels"]}
    assert all(melding in (eigen / "x.csv").read_text("utf-8") for melding in meldingen)
    pagina = html.unescape((eigen / "x.html").read_text("utf-8"))
    assert all(f"<dt>{naam}</dt><dd>{waarde}</dd>" in pagina for naam, waarde in kop.items())


def test_uitleg_en_waarom_zeggen_het_ook(eigen: Path) -> None:
    uitleg = " ".join(draai("uitleg", "MUT-01", map_=eigen).stdout.split())
    assert "15 (vanaf 01-03-2026 t/m 31-03-2026), eigen beleid 2026" in uitleg
    assert "Instellingen MUT-01 is hooguit een signaal: proef tot juli ([ernst])" in uitleg
    assert "Instellingen" not in draai("uitleg", "MUT-02", map_=eigen).stdout
    waarom = draai("waarom", "b.csv", "A", map_=eigen)
    assert "15 van 15 mutatiedagen" in " ".join(waarom.stdout.split())
    assert "Eigen waarde: MUT-01 max dagen: 15" in waarom.stderr
    inhoud = json.loads(draai("waarom", "b.csv", "B", "--formaat", "json", map_=eigen).stdout)
    jsonschema.validate(inhoud, json.loads(pad("waarom.schema.json").read_text("utf-8")))
    assert inhoud["instellingen"]["waarden"][0]["bron"] == "eigen beleid 2026"


def test_een_batch_van_twee_declaranten(eigen: Path) -> None:
    lijnen = mutatiedagen("A", "03", 16), {**mutatiedagen("B", "03", 16, "06290102"), "bsn": "999900110"}
    (eigen / "b.csv").write_text(csv_tekst(*lijnen), "utf-8")
    klaar = " ".join(draai("controleer", "b.csv", map_=eigen).stdout.split())
    assert "Let op de batch is van 2 declaranten samen: [declarant.06290101] in de instellingen gelden alleen" in klaar
    assert "[declarant.06290101] selecteer" not in klaar
    zonder = draai("controleer", "b.csv", "--instellingen", "geen", map_=eigen)
    assert zonder.returncode == 1
    assert not any(naam in zonder.stdout for naam in REGELS_KOP)


def test_de_opdracht_instellingen(eigen: Path) -> None:
    klaar = draai("instellingen", "--declarant", "06290101", map_=eigen, omgeving={"COLUMNS": "160"})
    gezien = " ".join(klaar.stdout.split())
    assert (klaar.returncode, klaar.stderr) == (0, "")
    for deel in (
        "Instellingen uit declaratie.toml (gevonden in deze map of daarboven), voor declarant 06290101",
        "controleer --dossier d [controleer], bestandsregel 3",
        "waarom --selecteer MUT [declarant.06290101], bestandsregel 16",
        "MUT-01 max dagen 15 vanaf 01-03-2026 t/m 31-03-2026, volgens eigen beleid 2026 [waarden], bestandsregel 5",
        "MUT-04 loopt niet: wordt herzien [ernst], bestandsregel 14",
    ):
        assert deel in gezien
    assert "ingebouwd" in draai("instellingen", "--alles", map_=eigen).stdout
    assert json.loads(draai("instellingen", "--schema", map_=eigen).stdout)["title"] == "declaratie.toml"
    (eigen / "declaratie.toml").write_text("[ernst]\nMUT-99 = 3\n", "utf-8")
    assert_nette_fout(draai("instellingen", map_=eigen), "declaratie.toml, regel 2: 'MUT-99' is geen controleregel")
    assert_nette_fout(draai("controleer", "b.csv", map_=eigen), "declaratie.toml, regel 2: 'MUT-99'")
    assert "geen instellingen" in draai("instellingen", "--instellingen", "geen", map_=eigen).stdout


def test_de_historie_gaat_erlangs(eigen: Path) -> None:
    """What is a signal by the settings is booked, and what the declarant leaves out is not tested."""
    for map_, extra, geboekt in (("h", (), "3 declaratieregels"), ("zonder", ("--instellingen", "geen"), "0 ")):
        klaar = draai(
            "historie", "voeg-toe", map_, "b.csv", "--peildatum", "2026-06-30", "--dossier", "d", *extra, map_=eigen
        )
        assert (klaar.returncode, klaar.stderr.count("gelden niet")) == (0, 0), klaar.stderr
        assert geboekt in klaar.stdout


def test_de_nacht_neemt_per_declarant(eigen: Path) -> None:
    """Two declarants in one night, one of them with settings of his own; the command line wins of all."""
    (eigen / "in").mkdir()
    ander = {**mutatiedagen("X", "03", 16, "06290202"), "bsn": "999900303"}
    (eigen / "in" / "eigen.csv").write_text((eigen / "b.csv").read_text("utf-8"), "utf-8")
    (eigen / "in" / "ander.csv").write_text(csv_tekst(ander), "utf-8")
    nacht = '[nacht]\nhistorie = "h"\nuit = "uit"\nrust = 0\npeildatum = 2026-06-30\nmax-afkeur = 100\n'
    eigen_tafel = EIGEN.replace("[controleer]\ndossier", f"{nacht}[controleer]\ndossier")
    (eigen / "declaratie.toml").write_text(eigen_tafel, "utf-8")
    klaar = draai("nacht", "in", map_=eigen)
    assert klaar.returncode in (0, 1), klaar.stderr
    assert all(json.loads(regel) for regel in klaar.stderr.splitlines())
    uitslagen = {
        naam: json.loads((eigen / "uit" / f"{naam}.uitslag.json").read_text("utf-8")) for naam in ("eigen", "ander")
    }
    gelopen = {naam: {regel["id"].partition("-")[0] for regel in u["regels"]} for naam, u in uitslagen.items()}
    assert gelopen["eigen"] <= {"MUT", "INL"}
    assert {"VLD", "IND", "VRB"} <= gelopen["ander"]
    gezet = {naam: [o["tabel"] for o in u["instellingen"]["opties"]] for naam, u in uitslagen.items()}
    assert ("declarant.06290101" in gezet["eigen"], "declarant.06290101" in gezet["ander"]) == (True, False)
    for uitslag in uitslagen.values():
        ernst = {b["ernst"] for b in uitslag["bevindingen"] if b["regel_id"] == "MUT-01"}
        assert ernst == {"signaal"}
    overzicht = json.loads((eigen / "uit" / "overzicht.json").read_text("utf-8"))
    assert "instellingen: declaratie.toml" in overzicht["opmerkingen"]


def test_een_declarant_heeft_zijn_eigen_lijst(eigen: Path) -> None:
    """What he had accepted rejects nothing, in a check and in the store; the command line goes before."""
    lijst = "regel_id;bsn;referentienummer;reden;door;tot\nMUT-01;{};{};afgesproken;analist;2026-12-31\n"
    (eigen / "lijst.csv").write_text(lijst.format("999900110", "B"), "utf-8")
    (eigen / "andere.csv").write_text(lijst.format("999900201", "C"), "utf-8")
    zonder_ernst = EIGEN.partition("[[waarden]]")[0] + '[declarant.06290101]\naanvaard = "lijst.csv"\n'
    (eigen / "declaratie.toml").write_text(zonder_ernst, "utf-8")
    for extra, aanvaard in (((), "B"), (("--aanvaard", "andere.csv"), "C")):
        klaar = draai("controleer", "b.csv", "--selecteer", "MUT-01", "--formaat", "json", *extra, map_=eigen)
        bevindingen = json.loads(klaar.stdout)["bevindingen"]
        assert [b["referentienummer"] for b in bevindingen if b.get("stand") == "aanvaard"] == [aanvaard], klaar.stderr
    klaar = draai("historie", "voeg-toe", "h", "b.csv", "--peildatum", "2026-06-30", map_=eigen)
    assert "1 declaratieregel" in klaar.stdout


def test_wat_een_uitslag_terug_zegt_is_data(eigen: Path) -> None:
    """A saved result may come from anyone: its settings are tested as all else, and shown as text."""
    draai("controleer", "b.csv", "--uit", "x.json", "--stil", map_=eigen)
    heel = (eigen / "x.json").read_text("utf-8")
    for van, naar in (
        ('"ernst": "uit"', '"ernst": "aan"'),
        ('"waarde": 15', '"waarde": -15'),
        ('"waarde": 15', '"waarde": [1, "a"]'),
        ('"van": "2026-03-01",\n', '"van": "gisteren",\n'),
        ('"bron": "eigen beleid 2026"', '"bron": 3'),
        ('"naam": "dossier"', '"naam": null'),
    ):
        assert van in heel
        (eigen / "y.json").write_text(heel.replace(van, naar), "utf-8")
        assert_nette_fout(draai("toon", "y.json", map_=eigen), "dit is geen uitslag van `declaratie controleer`")
    (eigen / "y.json").write_text(
        heel.replace('"reden": "proef tot juli"', '"reden": "bsn 999900006 \\u001b[31m"'), "utf-8"
    )
    getoond = draai("toon", "y.json", map_=eigen).stdout
    assert "bsn ******006 \ufffd[31m" in getoond
    assert "999900006" not in getoond

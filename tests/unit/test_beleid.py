"""Policy of one's own: what of a settings file counts for a batch, and one line for each mistake in it."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from gevallen import bestand
from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.basis.meegeleverd import pad
from wlz_declaratie.cli.instellingen import opdrachten
from wlz_declaratie.cli.opdrachten import opdrachtregel
from wlz_declaratie.diensten.instellingen.batch import voor_batch, voor_declarant
from wlz_declaratie.diensten.instellingen.beleid import MEESTE_WAARDEN, eis_goed
from wlz_declaratie.diensten.instellingen.lezen import MET_BATCH, Instellingen, lees_instellingen
from wlz_declaratie.diensten.instellingen.overzicht import overzicht
from wlz_declaratie.kern.regel import alle_regels
from wlz_declaratie.rapport.instellingen import MEESTE, in_kop, overzicht_als_json

OPTIES = opdrachten(opdrachtregel())
VOORBEELD = (pad().parent / "sample_data" / "instellingen" / "declaratie.toml").read_text("utf-8")
IEDER = '[[waarden]]\nregel = "MUT-01"\nparameter = "max_dagen"\nvan = 2027-01-01\nwaarde = 14\nbron = "ons beleid"\n'
VOL = (
    '[nacht]\nstrikt = true\ndossier = "alle"\nmax-afkeur = 40\n'
    '[uzovi.5501]\ndossier = "u"\nnegeer = "MUT"\n[uzovi.5501.ernst]\nOVB-01 = { ernst = "uit", reden = "u" }\n'
    '[declarant.12345678]\ndossier = "d"\n[declarant.12345678.ernst]\nOVB-01 = { ernst = "signaal", reden = "d" }\n'
    '[[declarant.12345678.waarden]]\nregel = "MUT-01"\nparameter = "max_dagen"\nvan = 2028-01-01\nwaarde = 20\n'
    f'bron = "afspraak"\n[ernst]\nOVB-01 = {{ ernst = "signaal", reden = "ieder" }}\n{IEDER}'
)


def lees(map_: Path, inhoud: str) -> Instellingen:
    (map_ / "x.toml").write_text(inhoud, "utf-8")
    return lees_instellingen(str(map_ / "x.toml"), lambda: OPTIES)


def test_wie_voor_wie_gaat(tmp_path: Path) -> None:
    """The command line, the declarant, the uzovi, the command, what is built in."""
    gelezen = lees(tmp_path, VOL)
    eis_goed(gelezen)
    ander = voor_declarant(gelezen, "99999999", "9999", opdracht="nacht")
    assert ander.opties == {}
    assert ander.toegepast
    assert ander.toegepast.opties == (("nacht", "strikt"), ("nacht", "dossier"), ("nacht", "max-afkeur"))
    uzovi = voor_declarant(gelezen, None, "5501", opdracht="nacht")
    assert uzovi.opties == {"dossier": str(tmp_path / "u"), "negeer": "MUT"}
    beide = voor_declarant(gelezen, "12345678", "5501", opdracht="nacht", gegeven=["strikt"])
    assert beide.opties == {"dossier": str(tmp_path / "d"), "negeer": "MUT"}
    assert beide.toegepast
    assert beide.toegepast.opties == (
        ("declarant.12345678", "dossier"), ("nacht", "max-afkeur"), ("uzovi.5501", "negeer"),
    )  # fmt: skip
    assert voor_declarant(gelezen, "12345678", "5501", opdracht="nacht", gegeven=["dossier"]).opties == {
        "negeer": "MUT"
    }


def test_waarden_en_ernst_gaan_dezelfde_weg(tmp_path: Path) -> None:
    gelezen = lees(tmp_path, VOL)

    def regels(agb: str | None, uzovi: str | None) -> dict[str, Any]:
        keuze = voor_declarant(gelezen, agb, uzovi, opdracht="controleer")
        return {regel.id: regel for regel in keuze.regels(["MUT-01", "OVB-01"], [])}

    ieder, uzovi, beide = regels(None, None), regels(None, "5501"), regels("12345678", "5501")
    assert [r.verzacht for r in (ieder["OVB-01"], beide["OVB-01"])] == ["ieder", "d"]
    assert "OVB-01" not in uzovi
    assert [periode.waarde for periode in ieder["MUT-01"].parameters.perioden["max_dagen"]] == [13, 14]
    assert [(p.waarde, p.van) for p in beide["MUT-01"].parameters.perioden["max_dagen"]] == [
        (13, None), (14, date(2027, 1, 1)), (20, date(2028, 1, 1)),
    ]  # fmt: skip
    assert alle_regels()["MUT-01"].parameters.vast("max_dagen") == 13


def test_een_batch_van_meer_declaranten(tmp_path: Path) -> None:
    """None of their tables holds, and that is said; a batch of one has his."""
    gelezen = lees(tmp_path, VOL)

    def keuze(*declaranten: str | None) -> Any:
        batch = bestand([{"declarant": declarant, "uzovi": "5501"} for declarant in declaranten], {}, "b")
        return voor_batch(gelezen, [batch], opdracht="controleer")

    assert keuze("12345678", "12345678").opties["dossier"] == str(tmp_path / "d")
    assert keuze("12345678", None).opties["dossier"] == str(tmp_path / "d")
    meer = keuze("12345678", "87654321")
    assert meer.opties["dossier"] == str(tmp_path / "u")
    assert meer.opmerkingen == (
        "de batch is van 2 declaranten samen: [declarant.12345678] in de instellingen gelden alleen voor een eigen "
        "batch, en zijn niet gebruikt",
    )
    assert keuze("87654321", "87654322").opmerkingen == ()
    assert keuze(None).opmerkingen == (
        "de batch noemt geen declarant: de instellingen per declarant zijn niet gebruikt",
    )


def test_zonder_bestand_is_er_niets() -> None:
    keuze = voor_declarant(Instellingen(), "12345678", "5501", opdracht="nacht")
    assert (keuze.opties, keuze.toegepast) == ({}, None)
    assert [regel.id for regel in keuze.regels(["MUT-01"], [])] == ["MUT-01"]


def test_alles_uit_is_een_fout(tmp_path: Path) -> None:
    keuze = voor_declarant(lees(tmp_path, VOL), None, "5501", opdracht="controleer")
    with pytest.raises(Gebruikersfout, match="blijft geen controleregel over"):
        keuze.regels(["OVB-01"], [])


def waarde(**anders: str) -> str:
    velden = {
        "regel": '"MUT-01"', "parameter": '"max_dagen"', "van": "2027-01-01", "waarde": "14", "bron": '"b"', **anders
    }  # fmt: skip
    return "[[waarden]]\n" + "".join(f"{naam} = {inhoud}\n" for naam, inhoud in velden.items() if inhoud)


@pytest.mark.parametrize(
    ("inhoud", "melding"),
    [
        (waarde(regel='"MUT1"'), "regel 2: 'MUT1' is geen controleregel; bedoel je MUT-01? Zie `declaratie regels`."),
        (waarde(regel=""), "regel 1: [[waarden]]: regel ontbreekt. Schrijf zoals regel = "),
        (
            waarde(parameter='"max_dag"'),
            "regel 3: MUT-01 heeft geen parameter 'max_dag'; bedoel je 'max_dagen'? Kies uit",
        ),
        (waarde(parameter=""), "regel 1: parameter ontbreekt. Kies uit max_dagen, grootste_gat."),
        (
            waarde(regel='"AFS-01"'),
            "heeft geen parameter 'max_dagen'. Van deze controleregel is geen waarde te wijzigen.",
        ),
        (waarde(waarde='"14"'), "regel 1: [[waarden]]: MUT-01 max_dagen is een getal. Nu geldt 13; zie"),
        (waarde(waarde="true"), "MUT-01 max_dagen: waarde is geen getal (0 of meer)"),
        (waarde(waarde="-1"), "MUT-01 max_dagen: waarde is geen getal (0 of meer)"),
        (waarde(waarde="14.5"), "MUT-01 max_dagen: waarde is geen getal (0 of meer)"),
        (
            waarde(waarde=""),
            "waarde of bron ontbreekt of is onjuist; geef beide, de bron als een tekst van hooguit 200",
        ),
        (waarde(bron='" "'), "waarde of bron ontbreekt of is onjuist"),
        (waarde(bron=f'"{"x" * 201}"'), "waarde of bron ontbreekt of is onjuist"),
        (waarde(van='"2027-01-01"'), "van en tot zijn datums zonder aanhalingstekens, zoals 2026-01-01"),
        (waarde(tot="2026-12-31"), "tot (31-12-2026) ligt vóór van (01-01-2027)"),
        (waarde(tot="2014-12-31", van="2014-01-01"), "max_dagen: op deze dagen geldt de controleregel niet."),
        (waarde() + waarde(), "regel 7: [[waarden]]: MUT-01 max_dagen: perioden overlappen of laten een gat."),
        (waarde(brn='"x"'), "regel 7: [[waarden]]: 'brn' kan hier niet; bedoel je 'bron'? Gebruik regel, parameter"),
        ("[waarden]\nx = 1", "regel 1: waarden is geen lijst van waarden. Schrijf [[waarden]] boven elke waarde."),
        (waarde() * (MEESTE_WAARDEN + 1), "[[waarden]] staat er meer dan 200 keer."),
        ("[ernst]\nMUT-01 = 1", "regel 2: [ernst]: bij MUT-01 staat iets anders. Schrijf zoals MUT-01 = {"),
        (
            '[ernst.MUT-01]\nernst = "signaal"',
            "regel 1: [ernst]: bij MUT-01 ontbreekt de reden. Geef een tekst van hooguit",
        ),
        (
            '[ernst.MUT-01]\nernst = "afkeur"\nreden = "x"',
            "regel 2: [ernst]: MUT-01 kan niet 'afkeur' worden. Een contr",
        ),
        (
            '[ernst]\nMUT-06 = { ernst = "signaal", reden = "x" }',
            "regel 2: [ernst]: MUT-06 keurt niets af. Haal haar weg.",
        ),
        ('[ernst]\nMUT = { ernst = "uit", reden = "x" }', "regel 2: 'MUT' is geen controleregel"),
        ("ernst = 3", "regel 1: ernst is geen onderdeel."),
        (
            '[controleer]\nnegeer = ["MUT", "OBV"]',
            "regel 2: negeer: geen controleregel heet of begint met 'OBV'; bedoel je",
        ),
        ('[declarant.12345678]\nselecteer = "X"', "regel 2: selecteer: geen controleregel heet of begint met 'X'. Zie"),
        ('[[declarant.12345678.waarden]]\nregel = "X"', "regel 2: 'X' is geen controleregel. Zie `declaratie regels`."),
    ],
)
def test_een_fout_in_eigen_beleid(tmp_path: Path, inhoud: str, melding: str) -> None:
    with pytest.raises(Gebruikersfout) as fout:
        eis_goed(lees(tmp_path, inhoud))
    assert melding in str(fout.value), str(fout.value)


def test_een_gat_kan_dicht(tmp_path: Path) -> None:
    """Together they leave no day without a value, in whatever order they stand."""
    delen = (("2019-01-01", "2019-06-30"), ("2019-07-01", "2019-12-31"))
    for volgorde in (delen, delen[::-1]):
        eis_goed(
            lees(
                tmp_path,
                "".join(
                    waarde(regel='"BEH-02"', parameter='"terugkijk_dagen"', van=van, tot=tot) for van, tot in volgorde
                ),
            )
        )


def test_een_lange_lijst_in_de_kop(tmp_path: Path) -> None:
    jaren = range(2027, 2027 + MEESTE + 5)
    inhoud = "".join(waarde(van=f"{jaar}-01-01", tot=f"{jaar}-12-31", bron=f'"{jaar}"') for jaar in jaren)
    kop = list(in_kop(voor_declarant(lees(tmp_path, inhoud), None, None, opdracht="controleer").toegepast))
    assert len(kop) == 1 + MEESTE + 1
    assert kop[1][1] == "MUT-01 max dagen: 14 vanaf 01-01-2027 t/m 31-12-2027, volgens 2027 ([waarden])"
    assert kop[-1] == ("Eigen waarde", "en nog 5; `declaratie instellingen` noemt ze")


def test_overzicht(tmp_path: Path) -> None:
    gelezen = lees(tmp_path, VOL)
    wat = overzicht(gelezen, OPTIES, "12345678", "5501")
    per_optie = {(een.opdracht, een.optie): (een.waarde, een.tabel, een.regel) for een in wat.opties}
    assert per_optie["nacht", "dossier"] == (str(tmp_path / "d"), "declarant.12345678", 11)
    assert per_optie["nacht", "strikt"] == (True, "nacht", 2)
    assert per_optie["controleer", "negeer"] == ("MUT", "uzovi.5501", 7)
    assert per_optie["controleer", "max"] == (50, None, None)
    assert all(een.tabel is None for een in wat.opties if een.opdracht not in MET_BATCH)
    assert [(een.waarde, regel) for een, regel in wat.waarden] == [(14, 22), (20, 14)]
    assert [(een.reden, regel) for een, regel in wat.ernst] == [("ieder", 21), ("u", 9), ("d", 13)]
    assert overzicht(gelezen, OPTIES).anderen == ("uzovi.5501", "declarant.12345678")
    schema = json.loads(pad("instellingen.schema.json").read_text("utf-8"))
    for een in (wat, overzicht(Instellingen(), OPTIES)):
        jsonschema.validate(json.loads(json.dumps(overzicht_als_json(een))), schema)
    with pytest.raises(Gebruikersfout, match="--declarant: dit is niet een AGB-code"):
        overzicht(gelezen, OPTIES, "123")


def volgens_schema(inhoud: str) -> None:
    """As an editor sees it: days are texts."""
    schema = json.loads(pad("declaratie.schema.json").read_text("utf-8"))
    jsonschema.validate(json.loads(json.dumps(tomllib.loads(inhoud), default=str)), schema)


def test_het_voorbeeld_is_goed_en_past_in_het_schema(tmp_path: Path) -> None:
    assert overzicht(lees(tmp_path, VOORBEELD), OPTIES).kolommen
    volgens_schema(VOORBEELD)
    volgens_schema(VOL)


@pytest.mark.parametrize(
    "inhoud",
    [
        "[controler]", "[controleer]\nsterkt = true", "[controleer]\nmax = -1", '[controleer]\nstrikt = "ja"',
        "[controleer]\nselecteer = []", "[controleer]\ntoon-bsn = true", "[declarant.123]", "[kolommen]\nbns = 'x'",
        waarde(regel='"MUT1"'), waarde(bron=""), waarde(waarde="true"), "[ernst]\nMUT-01 = { ernst = 'signaal' }",
        "[ernst]\nMUT-01 = { ernst = 'afkeur', reden = 'x' }", "[declarant.12345678]\nstil = true",
    ],
)  # fmt: skip
def test_wat_niet_kan_kan_ook_in_het_schema_niet(tmp_path: Path, inhoud: str) -> None:
    with pytest.raises(jsonschema.ValidationError):
        volgens_schema(inhoud)
    with pytest.raises(Gebruikersfout):
        overzicht(lees(tmp_path, inhoud), OPTIES)

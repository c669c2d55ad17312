"""A row of the dossier that cannot be used: left out, named, counted, and no rejection rests on it."""

from __future__ import annotations

import itertools
import json
import time
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import polars as pl
import pytest

from proces import GEEN_TABELLEN, assert_nette_fout, draai
from wlz_declaratie import Gebruikersfout, Uitslag, controleer
from wlz_declaratie.basis import geheugen
from wlz_declaratie.basis.meegeleverd import pad
from wlz_declaratie.contract.kolommen import Kolom
from wlz_declaratie.contract.modellen import model
from wlz_declaratie.contract.tabellen import DOSSIER, HERKOMST, TABELLEN
from wlz_declaratie.inlezen.basis import Invoerfout
from wlz_declaratie.inlezen.dossier import lees_dossier
from wlz_declaratie.inlezen.onbruikbaar import HOOGUIT_GENOEMD
from wlz_declaratie.kern.regel import alle_regels
from wlz_declaratie.rapport import json_uitslag

pytestmark = pytest.mark.om_de(3)

PEILDATUM = date(2019, 6, 1)
A, B, C = "999900006", "999900018", "999900031"
LIJN: dict[str, Any] = {
    "referentienummer": "R1", "bsn": A, "begindatum": "2019-03-01", "einddatum": "2019-03-31", "prestatiecode": "Z041",
    "aantal": 31, "uitvoerder": "06290101", "zzpcode": "754",
}  # fmt: skip
RIJ = {
    "clienten": {"bsn": A, "geboortedatum": "1940-05-01", "overlijdensdatum": ""},
    "indicaties": {
        "bsn": A, "besluitnummer": "1", "zzpcode": "754", "ingangsdatum": "2019-01-01", "einddatum": "2019-12-31",
    },
    "toewijzingen": {
        "bsn": A, "zzpcode": "754", "instelling": "06290101", "soort": "1", "leveringsvorm": "4",
        "ingangsdatum": "2019-01-01", "einddatum": "2019-12-31", "etmalen": "3,5", "percentage": "100",
    },
    "wachtstatus": {
        "bsn": A, "instelling": "06290101", "status": "7", "ingangsdatum": "2019-01-01", "einddatum": "2019-12-31",
    },
    "aanbieders": {
        "agb": "06290101", "kenmerk": "behandeling", "ingangsdatum": "2019-01-01", "einddatum": "2019-12-31",
        "plaatsen": "12",
    },
    "afspraken": {
        "agb": "06290101", "prestatiecode": "Z041", "ingangsdatum": "2019-01-01", "einddatum": "2019-12-31",
        "tarief": "100,00", "aantal": "365", "uzovi": "5501", "percentage": "97,5",
    },
    "machtigingen": {
        "machtigingsnummer": "M1", "bsn": A, "prestatiecode": "ZMZ01", "ingangsdatum": "2019-01-01",
        "einddatum": "2019-12-31", "aantal": "10",
    },
    "pgb": {"bsn": A, "zzpcode": "754", "ingangsdatum": "2019-01-01", "einddatum": "2019-12-31"},
    "prestaties": {
        "prestatiecode": "LV01", "soort": "lvhc", "sector": "vv", "behandeling": "incl", "dagbesteding": "incl",
        "tijdseenheid": "14", "doelgroep": "GP+", "ingangsdatum": "2019-01-01", "einddatum": "2019-12-31",
    },
    "onderwijs": {"bsn": A, "ingangsdatum": "2019-01-01", "einddatum": "2019-12-31"},
    "tarieven": {
        "prestatiecode": "Z041", "ingangsdatum": "2019-01-01", "einddatum": "2019-12-31", "maximumtarief": "100,00",
        "nhc": "20,00",
    },
    "leveringen": {
        "bsn": A, "instelling": "06290101", "leveringsvorm": "4", "zzpcode": "754", "ingangsdatum": "2019-01-01",
        "einddatum": "2019-12-31",
    },
}  # fmt: skip


def kapot(kolom: Kolom) -> list[str]:
    """Values that the column does not take: one that cannot be read, one outside its domain, and nothing."""
    waarden = [] if kolom.soort == "tekst" else ["onzin"]
    if kolom.cijfers:
        waarden += ["1" * (kolom.cijfers + 1), "a" * kolom.cijfers]
    if kolom.tekens:
        waarden.append("x" * (kolom.tekens + 1))
    if kolom.patroon or kolom.waarden:
        waarden.append("zorg" if kolom.soort == "tekst" else "77")
    if kolom.minstens is not None:
        waarden.append("-1")
    if kolom.hoogstens is not None:
        waarden.append(str(kolom.hoogstens + 1))
    return [*waarden, *([""] if kolom.nodig else [])]


def slechte_rijen(tabel: str) -> list[tuple[str | None, dict[str, str]]]:
    """Each kind of row that cannot be used, with the column that is wrong."""
    rijen: list[tuple[str | None, dict[str, str]]] = []
    for naam, kolom in TABELLEN[tabel].kolommen.items():
        rijen += [(naam, {**RIJ[tabel], naam: waarde}) for waarde in kapot(kolom)]
    if "einddatum" in RIJ[tabel]:
        rijen.append(("einddatum", {**RIJ[tabel], "einddatum": "2018-12-31"}))
    return rijen


def schrijf_tabel(map_: Path, tabel: str, aantal: int, goed: int) -> list[tuple[int, str | None]]:
    """A CSV with each kind of bad row so many times between good ones; the lines of the bad ones with their column."""
    koppen = list(RIJ[tabel])
    regels, verwacht = [";".join(koppen)], []
    soorten: list[tuple[str | None, str]] = [(k, ";".join(rij.values())) for k, rij in slechte_rijen(tabel)]
    heel = ";".join(RIJ[tabel].values())
    soorten += [(None, f"{heel};te veel"), (None, heel.rpartition(";")[0])]
    for kolom, regel in itertools.chain.from_iterable(itertools.repeat(soorten, aantal)):
        regels += [regel, *[heel] * goed]
        verwacht.append((len(regels) - goed, kolom))
    (map_ / f"{tabel}.csv").write_text("\n".join(regels) + "\n", encoding="utf-8")
    return verwacht


@pytest.mark.parametrize("tabel", DOSSIER)
def test_elke_soort_rij_van_elke_tabel(tmp_path: Path, tabel: str) -> None:
    assert RIJ[tabel].keys() == DOSSIER[tabel].keys()
    verwacht = schrijf_tabel(tmp_path, tabel, aantal=100, goed=2)
    dossier = lees_dossier(tmp_path)
    assert dossier.rijen.onbruikbaar.select("regel", "kolom").rows() == verwacht
    [bron] = dossier.rijen.bronnen
    assert (bron.rijen, bron.niet_bruikbaar) == (3 * len(verwacht), len(verwacht))
    assert dossier.tabellen[tabel].height == 2 * len(verwacht)
    # What is left is what the model takes, and nothing that it takes was left out: the good rows are all there.
    model(tabel).validate(dossier.tabellen[tabel].drop(*HERKOMST), lazy=True)
    # A bsn or birth date is in no reason, and only a few rows are named in words.
    tekst = " ".join([*dossier.opmerkingen, *dossier.rijen.onbruikbaar["reden"]])
    assert A not in tekst
    assert "1940" not in tekst
    assert len(dossier.opmerkingen) <= HOOGUIT_GENOEMD + 3
    # Where it can be read, the key is known: also of a line with too many or too few fields.
    sleutel = TABELLEN[tabel].sleutel
    zonder = dossier.rijen.onbruikbaar.filter(pl.col("sleutel").is_null())
    assert set(zonder["kolom"]) == {sleutel}
    assert set(dossier.rijen.onbruikbaar["sleutel"].drop_nulls()) == {RIJ[tabel][sleutel]}


@pytest.mark.parametrize("tabel", DOSSIER)
def test_een_expressie_zegt_wat_het_model_zegt(tabel: str) -> None:
    from pandera.errors import SchemaErrors

    for naam, kolom in TABELLEN[tabel].kolommen.items():
        if (past := kolom.past(naam)) is None:
            continue
        waarden = [
            "0",
            "1",
            "3",
            "8",
            "14",
            "100",
            "101",
            "-1",
            "754",
            "06290101",
            A,
            "incl",
            "lvg",
            "rec:A",
            "rec:",
            "x",
        ]
        reeks = pl.Series(naam, waarden).cast(kolom.type, strict=False).drop_nulls()
        frame = reeks.to_frame()
        schema = model(tabel).select_columns([naam])
        try:
            schema.validate(frame, lazy=True)
            fout: set[int] = set()
        except SchemaErrors as fouten:
            fout = set(fouten.failure_cases["index"])
        assert set(frame.with_row_index().filter(~past)["index"]) == fout, naam


# What findings become of it


def toets(dossier: Any, *lijnen: dict[str, Any], **opties: Any) -> Uitslag:
    batch = pl.DataFrame([{**LIJN, **lijn} for lijn in lijnen or ({},)])
    return controleer(batch, dossier=dossier, **{"peildatum": PEILDATUM, "tabellen": GEEN_TABELLEN, **opties})


def gevonden(uitslag: Uitslag) -> list[tuple[str, str, str]]:
    """Referentienummer, severity, and the end of the message about the row, if it has one."""
    rijen = uitslag.bevindingen.select("referentienummer", "ernst", "melding").rows()
    return [(r, ernst, melding.partition("dossierrij niet bruikbaar: ")[2]) for r, ernst, melding in rijen]


def tabel(naam: str, *rijen: dict[str, str]) -> dict[str, pl.DataFrame]:
    return {naam: pl.DataFrame([{**RIJ[naam], **rij} for rij in rijen])}


def test_met_bsn() -> None:
    dossier = tabel("indicaties", {"ingangsdatum": "2019-02-31"}, {"bsn": C, "ingangsdatum": "2018-01-01"})
    uitslag = toets(dossier, {}, {"referentienummer": "R2", "bsn": B}, selecteer="IND-01")
    assert gevonden(uitslag) == [("R1", "signaal", "indicaties regel 1"), ("R2", "afkeur", "")]
    assert uitslag.bevindingen["melding"][0] == (
        "31 van 31 dagen zonder indicatie, vanaf 01-03-2019; dossierrij niet bruikbaar: indicaties regel 1"
    )
    assert uitslag.niet_bruikbaar.select("tabel", "bestand", "regel", "kolom").rows() == [
        ("indicaties", "dossiertabel indicaties", 1, "ingangsdatum")
    ]
    assert (uitslag.samenvatting.afgekeurd, uitslag.samenvatting.met_signaal, uitslag.exitcode) == (1, 1, 1)
    assert uitslag.lijnen["goedgekeurd"].to_list() == [True, False]
    assert toets(dossier, selecteer="IND-01").exitcode == 0


def test_meer_rijen_van_een_client() -> None:
    slecht = [{"ingangsdatum": "x"}, {"zzpcode": "75"}, {"bsn": B, "zzpcode": "75"}, {"einddatum": "2018-01-01"}]
    [melding] = toets(tabel("indicaties", *slecht), selecteer="IND-01").bevindingen["melding"]
    assert melding.endswith("; een van 3: dossierrij niet bruikbaar: indicaties regel 1")


def test_een_regel_die_de_tabel_niet_leest_blijft_afkeuren() -> None:
    uitslag = toets(tabel("pgb", {"ingangsdatum": "x"}) | tabel("indicaties", {"bsn": B}), selecteer="IND-01")
    assert gevonden(uitslag) == [("R1", "afkeur", "")]


def test_zonder_bsn_telt_de_uitvoerder() -> None:
    """Also where the row of a table with agb and prestatiecode speaks of another prestatie."""
    dossier = tabel("afspraken", {"ingangsdatum": "x", "prestatiecode": "Z031"})
    uitslag = toets(dossier, {}, {"referentienummer": "R2", "uitvoerder": "06290102"}, selecteer="AFS-01")
    assert gevonden(uitslag) == [("R1", "signaal", "afspraken regel 1"), ("R2", "afkeur", "")]


def test_een_sleutel_die_niet_te_lezen_is_wordt_alleen_genoemd() -> None:
    uitslag = toets(tabel("indicaties", {"bsn": A[:-1]}), selecteer="IND-01")
    assert gevonden(uitslag) == [("R1", "afkeur", "")]
    assert uitslag.niet_bruikbaar.height == 1
    assert "bsn onleesbaar in 1 daarvan" in uitslag.opmerkingen[-1]


def test_prestatie_die_alleen_de_tabel_kent() -> None:
    """Of the others of that client too, for a rule that looks at all of them; not where nothing of it is read."""
    dossier = tabel("prestaties", {"soort": "zorg"}) | tabel("indicaties", {"bsn": B})
    lijnen = (
        {"prestatiecode": "LV01", "uitvoerder": "00000000"},
        {"referentienummer": "R2", "prestatiecode": "Z916", "aantal": 5},
        {"referentienummer": "R3", "prestatiecode": "Z916", "aantal": 14, "bsn": B},
    )
    assert gevonden(toets(dossier, *lijnen, selecteer="VLD-02"))[0] == ("R1", "signaal", "prestaties regel 1")
    assert gevonden(toets(dossier, *lijnen, selecteer="VLD-11")) == [("R1", "afkeur", "")]
    dagen = [{**lijn, "aantal": 14} if lijn["prestatiecode"] == "Z916" else lijn for lijn in lijnen]
    assert alle_regels()["MUT-01"].bereik == "client"
    assert gevonden(toets(dossier, *dagen, selecteer="MUT-01")) == [
        ("R2", "signaal", "prestaties regel 1"),
        ("R3", "afkeur", ""),
    ]


def test_van_een_ingebouwde_prestatie_mist_alleen_de_geldigheid() -> None:
    dossier = tabel("prestaties", {"prestatiecode": "Z916", "ingangsdatum": "x"})
    lijn = {"prestatiecode": "Z916", "aantal": 14, "begindatum": "2015-02-01", "einddatum": "2015-02-28"}
    assert gevonden(toets(dossier, lijn, selecteer="MUT-01")) == [("R1", "afkeur", "")]


def test_rijen_van_een_prestatie_die_elkaar_tegenspreken(tmp_path: Path) -> None:
    """None of them is believed; with --strikt it is an error."""
    koppen = ";".join(RIJ["prestaties"])
    rijen = [
        {},
        {"soort": "module"},
        {"prestatiecode": "LV02"},
        {"prestatiecode": "LV03", "sector": "lg"},
        {"prestatiecode": "LV03"},
    ]
    regels = [";".join({**RIJ["prestaties"], **rij}.values()) for rij in rijen]
    (tmp_path / "prestaties.csv").write_text("\n".join([koppen, *regels]), encoding="utf-8")
    lijnen = [{"referentienummer": code, "prestatiecode": code} for code in ("LV01", "LV02", "LV03")]
    uitslag = toets(tmp_path, *lijnen, selecteer="VLD-02")
    assert gevonden(uitslag) == [("LV01", "signaal", "prestaties regel 2"), ("LV03", "signaal", "prestaties regel 5")]
    assert uitslag.bevindingen["melding"].str.contains("een van 2: ").all()
    assert uitslag.niet_bruikbaar["regel"].to_list() == [2, 3, 5, 6]
    with pytest.raises(Gebruikersfout, match="code LV01 heeft meer dan één soort"):
        toets(tmp_path, *lijnen, strikt=True)


def test_deel_voor_deel_hetzelfde(monkeypatch: pytest.MonkeyPatch) -> None:
    slecht = [{"bsn": bsn, "zzpcode": "75"} for bsn in (A, C)]
    dossier = tabel("indicaties", *slecht) | tabel("afspraken", {"ingangsdatum": "x"})
    lijnen = [{"referentienummer": f"R{nr}", "bsn": bsn} for nr, bsn in enumerate((A, B, C) * 4)]
    van_dossier = ("IND", "TOE", "AFS", "VLD")
    heel = toets(dossier, *lijnen, selecteer=van_dossier)
    monkeypatch.setattr(geheugen, "MEESTE_LIJNEN", 4)
    assert toets(dossier, *lijnen, selecteer=van_dossier).bevindingen.equals(heel.bevindingen)
    assert heel.bevindingen["melding"].str.contains("dossierrij niet bruikbaar").sum() >= 8


def test_honderdduizend_rijen_kosten_weinig(tmp_path: Path) -> None:
    """Measured against a dossier without a bad row, with room for a slow machine: no row is looked at by itself."""
    goed, slecht = tmp_path / "goed", tmp_path / "slecht"
    for map_ in (goed, slecht):
        map_.mkdir()
    heel = ";".join(RIJ["indicaties"].values())
    soorten = [";".join(rij.values()) for _, rij in slechte_rijen("indicaties")]
    kop = ";".join(RIJ["indicaties"])
    (goed / "indicaties.csv").write_text("\n".join([kop, *[heel] * 100_000]), "utf-8")
    (slecht / "indicaties.csv").write_text("\n".join([kop, *soorten * 2_000, *[heel] * 70_000]), "utf-8")
    duur = []
    for map_ in (goed, slecht):
        begin = time.process_time()
        dossier = lees_dossier(map_)
        duur.append(time.process_time() - begin)
    assert dossier.rijen.onbruikbaar.height == 2_000 * len(soorten)
    assert duur[1] < 10 * duur[0] + 1


# The command line


def batch_en_dossier(map_: Path) -> tuple[Path, Path]:
    dossier = map_ / "dossier"
    dossier.mkdir()
    for tabel_ in DOSSIER:
        schrijf_tabel(dossier, tabel_, aantal=100, goed=0)
    lijnen = [LIJN, {**LIJN, "referentienummer": "R2", "bsn": B, "uitvoerder": "06290102"}]
    batch = map_ / "batch.csv"
    batch.write_text("\n".join(";".join(map(str, rij)) for rij in [LIJN, *(x.values() for x in lijnen)]), "utf-8")
    return batch, dossier


def test_honderd_rijen_van_elke_soort_in_elke_tabel(tmp_path: Path) -> None:
    batch, dossier = batch_en_dossier(tmp_path)
    woorden = ("controleer", batch, "--dossier", dossier, "--peildatum", "2019-06-01", "--selecteer", "IND-01,AFS-01")
    mens = draai(*woorden, "--uit", tmp_path / "u.json")
    assert mens.returncode == 1, mens.stderr
    geschreven = (tmp_path / "u.json").read_text("utf-8")
    uitslag = json.loads(geschreven)
    jsonschema.validate(uitslag, json.loads(pad("uitslag.schema.json").read_text("utf-8")))
    assert [(b["referentienummer"], b["ernst"]) for b in uitslag["bevindingen"]] == [
        ("R1", "signaal"), ("R1", "signaal"), ("R2", "afkeur"), ("R2", "afkeur"),
    ]  # fmt: skip
    deel = uitslag["dossier"]
    assert [t["tabel"] for t in deel["tabellen"]] == sorted(DOSSIER)
    totaal = sum(t["niet_bruikbaar"] for t in deel["tabellen"])
    assert totaal == sum(100 * (len(slechte_rijen(tabel_)) + 2) for tabel_ in DOSSIER)
    assert len(deel["niet_bruikbaar"]) + deel["niet_genoemd"] == totaal
    assert len(deel["niet_bruikbaar"]) <= len(DOSSIER) * json_uitslag.HOOGUIT_GENOEMD
    assert A not in mens.stdout + geschreven
    assert "1940" not in mens.stdout + geschreven
    vlak = " ".join(mens.stdout.split())
    assert "rijen niet bruikbaar en weggelaten; een afkeur die daarop kan steunen, is een signaal" in vlak
    assert mens.stdout.count("Let op") <= len(DOSSIER) * (HOOGUIT_GENOEMD + 3)


@pytest.mark.usefixtures("met_weinig_regels")
def test_strikt_is_een_fout(tmp_path: Path) -> None:
    batch, dossier = batch_en_dossier(tmp_path)
    plaats = ("aanbieders.csv, regel 2", "Verbeter de waarde")
    assert_nette_fout(draai("controleer", batch, "--dossier", dossier, "--strikt"), *plaats)
    opdracht = ("historie", "voeg-toe", tmp_path / "h", batch, "--dossier", dossier, "--peildatum", "2019-06-01")
    assert_nette_fout(draai(*opdracht, "--strikt"), *plaats)
    assert draai(*opdracht).returncode == 0


def test_alles_kan_weg_en_de_tabel_is_er_nog(tmp_path: Path) -> None:
    (tmp_path / "pgb.csv").write_text("bsn;ingangsdatum\n1;2\n3;4\n", encoding="utf-8")
    dossier = lees_dossier(tmp_path)
    assert dossier.tabellen["pgb"].is_empty()
    assert dossier.rijen.onbruikbaar.height == 2
    with pytest.raises(Invoerfout, match=r"regel 2: .*; ook 1 andere rij niet bruikbaar"):
        lees_dossier(tmp_path, strikt=True)


@pytest.mark.grondig
def test_de_nacht_en_vergelijk_noemen_het(tmp_path: Path) -> None:
    batch, dossier = batch_en_dossier(tmp_path)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "batch.csv").write_bytes(batch.read_bytes())
    mappen = ("--historie", tmp_path / "h", "--uit", tmp_path / "uit")
    woorden = ("nacht", inbox, *mappen, "--dossier", dossier, "--peildatum", "2019-06-01", "--rust", "0")
    assert_nette_fout(draai(*woorden, "--strikt"), "aanbieders.csv, regel 2")
    assert (inbox / "batch.csv").exists()
    assert draai(*woorden).returncode == 1
    overzicht = json.loads((tmp_path / "uit" / "overzicht.json").read_text("utf-8"))
    assert len(overzicht["opmerkingen"]) == len(DOSSIER)
    assert all("rijen niet bruikbaar en weggelaten" in opmerking for opmerking in overzicht["opmerkingen"])

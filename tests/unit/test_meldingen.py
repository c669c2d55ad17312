"""AW35 (melding aanvang zorg) and AW39 (its end) as leveringen and wachtstatus."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from iwlzberichten import ANDER, BSN, bericht, client, geleverd, gemuteerd, schrijf
from tabulair import REGEL
from wlz_declaratie import controleer
from wlz_declaratie.contract.tabellen import DOSSIER, HERKOMST
from wlz_declaratie.inlezen.basis import Invoerfout
from wlz_declaratie.inlezen.dossier import Dossier, lees_dossier

INSTELLING, ELDERS = "06290101", "06290202"


def aw35(*meldingen: dict[str, str], dag: str = "2026-01-06", bsn: str = BSN, release: str = "2_2") -> str:
    return bericht(geleverd(bsn, *meldingen), dagtekening=dag, soort="aw35", release=release)


def aw39(*mutaties: dict[str, str], dag: str = "2026-03-02", bsn: str = BSN, release: str = "2_2") -> str:
    return bericht(gemuteerd(bsn, *mutaties), dagtekening=dag, soort="aw39", release=release)


def lees(map_: Path, **bestanden: str) -> Dossier:
    return lees_dossier(schrijf(map_, **bestanden))


def perioden(dossier: Dossier, tabel: str = "leveringen") -> list[tuple[str, ...]]:
    """First and last day of each row; of wachtstatus the status before it."""
    if tabel not in dossier.tabellen:
        return []
    kolommen = [*(["status"] if tabel == "wachtstatus" else []), "ingangsdatum", "einddatum"]
    rijen = dossier.tabellen[tabel].sort("ingangsdatum").select(*kolommen).iter_rows()
    return [tuple("" if waarde is None else str(waarde) for waarde in rij) for rij in rijen]


@pytest.mark.parametrize("release", ["2_0", "2_2", "2_4"])
def test_een_levering_loopt_tot_de_mutatie(tmp_path: Path, release: str) -> None:
    dossier = lees(tmp_path, een=aw35(release=release), twee=aw39(release=release))
    assert {naam: dict(tabel.schema) for naam, tabel in dossier.tabellen.items()} == {
        naam: DOSSIER[naam] | HERKOMST for naam in ("leveringen", "wachtstatus")
    }
    assert dossier.tabellen["leveringen"].rows() == [
        (BSN, INSTELLING, 4, "755", date(2026, 1, 5), date(2026, 2, 28), "AW35 van 06-01-2026", None)
    ]
    assert dossier.tabellen["wachtstatus"].rows() == [
        (BSN, INSTELLING, 5, date(2026, 3, 1), None, "AW39 van 02-03-2026", None)
    ]
    assert dossier.aanwezig == {naam: frozenset(DOSSIER[naam]) for naam in ("leveringen", "wachtstatus")}
    assert dossier.opmerkingen == ("berichten over levering gelezen: AW35 1 en AW39 1; cliënten: 1",)


def test_zonder_mutatie_loopt_zij_door(tmp_path: Path) -> None:
    assert perioden(lees(tmp_path, een=aw35())) == [("2026-01-05", "")]


@pytest.mark.parametrize(
    ("mutatie", "tot"),
    [
        ({}, "2026-02-28"),
        ({"Mutatiecode": "20", "Leveringsstatus": "1"}, "2026-02-28"),
        ({"Mutatiecode": "12", "Leveringsstatus": "2"}, "2026-02-28"),
        ({"Mutatiecode": "18", "Leveringsstatus": "1"}, "2026-02-28"),
        ({"Mutatiecode": "19", "Leveringsstatus": "4"}, "2026-02-28"),
        ({"Mutatiecode": "17", "Leveringsstatus": "4"}, ""),
        ({"Mutatiedatum": "2026-01-06"}, "2026-01-05"),
        ({"Mutatiedatum": "2026-01-04"}, ""),
        ({"Besluitnummer": "2"}, ""),
        ({"ZzpCode": "754"}, ""),
        ({"ToewijzingIngangsdatum": "2025-01-01"}, ""),
        ({"Instelling": ELDERS}, ""),
        ({"Leveringsvorm": "8"}, ""),
        ({"StatusAanlevering": "3"}, ""),
    ],
)
def test_welke_mutatie_eindigt(tmp_path: Path, mutatie: dict[str, str], tot: str) -> None:
    assert perioden(lees(tmp_path, een=aw35(), twee=aw39(mutatie))) == [("2026-01-05", tot)]


def test_een_levering_die_niet_begon_is_er_niet(tmp_path: Path) -> None:
    niet_begonnen = aw39({"Mutatiedatum": "2026-01-05", "Leveringsstatus": "2"}, dag="2026-01-08")
    dossier = lees(tmp_path, een=aw35(), twee=niet_begonnen)
    assert perioden(dossier) == []
    assert perioden(dossier, "wachtstatus") == [("2", "2026-01-05", "")]


def test_weer_in_zorg_op_de_dag_van_de_mutatie(tmp_path: Path) -> None:
    dossier = lees(tmp_path, een=aw35(), twee=aw39(), drie=aw35({"Begindatum": "2026-03-01"}, dag="2026-03-03"))
    assert perioden(dossier) == [("2026-01-05", "2026-02-28"), ("2026-03-01", "")]
    assert perioden(dossier, "wachtstatus") == []


def test_wachtstatus_tot_de_volgende_status(tmp_path: Path) -> None:
    stappen = [
        aw35({"Begindatum": dag, "Leveringsstatus": status}, dag=dag)
        for dag, status in (("2026-01-01", "2"), ("2026-02-01", "1"), ("2026-03-01", "7"), ("2026-04-01", "4"))
    ]
    dossier = lees(tmp_path, **{f"b{nummer}": stap for nummer, stap in enumerate(reversed(stappen))})
    assert perioden(dossier, "wachtstatus") == [
        ("2", "2026-01-01", "2026-01-31"),
        ("1", "2026-02-01", "2026-02-28"),
        ("7", "2026-03-01", "2026-03-31"),
    ]
    assert perioden(dossier) == [("2026-04-01", "")]


@pytest.mark.parametrize(
    ("anders", "tot"),
    [
        ({}, "2026-01-31"),
        ({"ToewijzingIngangsdatum": "2026-02-01"}, "2026-01-31"),
        ({"Instelling": ELDERS}, ""),
        ({"Besluitnummer": "2"}, ""),
        ({"Leveringsvorm": "7"}, ""),
    ],
)
def test_wat_een_wachtstatus_eindigt(tmp_path: Path, anders: dict[str, str], tot: str) -> None:
    """Who waits somewhere for a stay may get modular care there meanwhile."""
    wacht = {"Begindatum": "2026-01-01", "Leveringsstatus": "1"}
    in_zorg = {"Begindatum": "2026-02-01", **anders}
    assert perioden(lees(tmp_path, een=aw35(wacht, in_zorg)), "wachtstatus") == [("1", "2026-01-01", tot)]


@pytest.mark.parametrize(
    ("later", "leveringen"),
    [
        ([{"StatusAanlevering": "3"}], []),
        ([{"StatusAanlevering": "3"}, {"Begindatum": "2026-01-12"}], [("2026-01-12", "")]),
        ([{"Begindatum": "2026-01-12"}, {"StatusAanlevering": "3"}], [("2026-01-12", "")]),
        ([{}, {"StatusAanlevering": "3"}], [("2026-01-05", "")]),
        ([{"StatusAanlevering": "2", "Leveringsstatus": "1"}], []),
        ([{"StatusAanlevering": "9"}], [("2026-01-05", "")]),
        ([{}], [("2026-01-05", "")]),
        ([{"StatusAanlevering": "3", "Begindatum": "2026-01-06"}], [("2026-01-05", "")]),
    ],
)
def test_correcties(tmp_path: Path, later: list[dict[str, str]], leveringen: list[tuple[str, ...]]) -> None:
    """What withdraws comes first within its message; a repeated row counts once."""
    assert perioden(lees(tmp_path, een=aw35(), twee=aw35(*later, dag="2026-02-01"))) == leveringen


def test_een_verwijderde_mutatie_eindigt_niets(tmp_path: Path) -> None:
    dossier = lees(tmp_path, een=aw35(), twee=aw39(), drie=aw39({"StatusAanlevering": "3"}, dag="2026-03-09"))
    assert perioden(dossier) == [("2026-01-05", "")]
    assert perioden(dossier, "wachtstatus") == []


@pytest.mark.parametrize(
    ("oud", "nieuw", "element", "tabellen"),
    [
        (f"<Bsn>{BSN}", "<Bsn>99990000", "Client/Bsn", ["leveringen"]),
        ("2026-01-05", "2026-02-30", "GeleverdZorgzwaartepakket/Begindatum", ["leveringen"]),
        ("<Begindatum>2026-01-05</Begindatum>", "", "GeleverdZorgzwaartepakket/Begindatum", ["leveringen"]),
        (INSTELLING, "629", "GeleverdZorgzwaartepakket/Instelling", ["leveringen"]),
        ("<Leveringsvorm>4", "<Leveringsvorm>6", "GeleverdZorgzwaartepakket/Leveringsvorm", ["leveringen"]),
        ("<ZzpCode>755", "<ZzpCode>75", "GeleverdZorgzwaartepakket/ZzpCode", ["leveringen"]),
        (
            "<Leveringsstatus>4",
            "<Leveringsstatus>8",
            "GeleverdZorgzwaartepakket/Leveringsstatus",
            ["leveringen", "wachtstatus"],
        ),
        ("2026-01-06", "2026-13-01", "Header/Dagtekening", ["leveringen"]),
    ],
)
def test_onbruikbare_melding(tmp_path: Path, oud: str, nieuw: str, element: str, tabellen: list[str]) -> None:
    inhoud = aw35()
    assert oud in inhoud
    schrijf(tmp_path, een=inhoud.replace(oud, nieuw), twee=aw35(bsn=ANDER, dag="2026-01-07"))
    dossier = lees_dossier(tmp_path)
    assert dossier.tabellen["leveringen"]["bsn"].to_list() == [ANDER]
    rijen = dossier.rijen.onbruikbaar
    assert sorted(rijen["tabel"]) == tabellen
    assert set(rijen.select("bestand", "plaats", "regel").rows()) == {("een.xml", "cliënt", 1)}
    assert set(rijen["sleutel"]) == {None if element == "Client/Bsn" else BSN}
    assert all(f"element {element} " in reden for reden in rijen["reden"])
    with pytest.raises(Invoerfout, match=rf"een\.xml, cliënt 1: element {element}"):
        lees_dossier(tmp_path, strikt=True)


def test_onbruikbare_mutatie(tmp_path: Path) -> None:
    dossier = lees(tmp_path, een=aw35(), twee=aw39({"Mutatiedatum": ""}))
    assert perioden(dossier) == [("2026-01-05", "")]
    rijen = dossier.rijen.onbruikbaar.sort("tabel")
    assert rijen.select("tabel", "kolom", "sleutel").rows() == [
        ("leveringen", "ingangsdatum", BSN),
        ("wachtstatus", "ingangsdatum", BSN),
    ]
    assert "MutatieZorgzwaartepakket/Mutatiedatum is leeg" in rijen["reden"][0]


def test_bericht_zonder_melding_wordt_genoemd(tmp_path: Path) -> None:
    leeg = bericht(f"<Client><Bsn>{BSN}</Bsn></Client>", soort="aw35")
    dossier = lees(tmp_path, een=leeg, twee=bericht(soort="aw39"))
    assert dossier.tabellen == {}
    assert dossier.opmerkingen == ("berichten, 2 overgeslagen (zonder levering): een.xml, twee.xml",)


def test_het_bestand_van_een_tabel_gaat_voor(tmp_path: Path) -> None:
    """A client whom a row of the file names, good or bad, gets nothing from messages."""
    kop = "bsn;instelling;ingangsdatum\n"
    (tmp_path / "leveringen.csv").write_text(f"{kop}{BSN};{INSTELLING};2026-02-01\n{ANDER};629;2026-02-01\n", "utf-8")
    dossier = lees(tmp_path, een=aw35(), twee=aw35(bsn=ANDER), drie=aw35(bsn="999900031", dag="2026-02-03"))
    assert dossier.tabellen["leveringen"].select("bsn", "herkomst", "herkomst_regel").rows() == [
        (BSN, "leveringen.csv", 2),
        ("999900031", "AW35 van 03-02-2026", None),
    ]
    assert (
        "leveringen.csv: cliënten toegevoegd uit AW35/AW39: 1; ook in AW35/AW39, maar daar niet geteld: 2"
        in dossier.opmerkingen
    )


def test_soorten_worden_herkend_aan_hun_inhoud(tmp_path: Path) -> None:
    """Their names say nothing, or lie."""
    schrijf(tmp_path, aw33=aw35(), bericht=aw39(), AW35=bericht(client()))
    dossier = lees_dossier(tmp_path)
    assert set(dossier.tabellen) == {"clienten", "indicaties", "toewijzingen", "leveringen", "wachtstatus"}
    assert perioden(dossier) == [("2026-01-05", "2026-02-28")]


def regel(**anders: Any) -> dict[str, Any]:
    return {**REGEL, "bsn": BSN, "uitvoerder": INSTELLING, "zzpcode": "755", "prestatiecode": "Z051", **anders}


def bevindingen(map_: Path, regels: list[dict[str, Any]], selecteer: str) -> list[tuple[Any, ...]]:
    uitslag = controleer(pl.DataFrame(regels), dossier=map_, peildatum=date(2026, 7, 1), selecteer=selecteer)
    assert set(uitslag.regels["status"]) <= {"uitgevoerd", "deels uitgevoerd"}
    return uitslag.bevindingen.select("referentienummer", "ernst", "retourcode").rows()


def test_ind_04_op_berichten(tmp_path: Path) -> None:
    schrijf(tmp_path, een=aw35(), twee=aw39())
    regels = [
        regel(referentienummer="goed", begindatum="2026-01-05", einddatum="2026-02-28"),
        regel(referentienummer="te vroeg", begindatum="2026-01-04"),
        regel(referentienummer="te laat", begindatum="2026-02-01", einddatum="2026-03-01"),
        regel(referentienummer="erna", begindatum="2026-03-01", einddatum="2026-03-31"),
    ]
    assert sorted(bevindingen(tmp_path, regels, "IND-04")) == [
        ("erna", "afkeur", "0551"),
        ("te laat", "afkeur", "0553"),
        ("te vroeg", "afkeur", "0553"),
    ]


def test_ind_04_op_een_onbruikbare_melding_is_een_signaal(tmp_path: Path) -> None:
    schrijf(tmp_path, een=aw35({"Begindatum": "2026-02-30"}), twee=aw35(bsn=ANDER))
    assert bevindingen(tmp_path, [regel()], "IND-04") == [("R1", "signaal", "0551")]


@pytest.mark.parametrize(("status", "verwacht"), [("1", []), ("6", []), ("2", [("R1", "afkeur", "0551")])])
def test_ovb_02_op_berichten(tmp_path: Path, status: str, verwacht: list[tuple[str, ...]]) -> None:
    schrijf(tmp_path, een=aw35({"Begindatum": "2026-02-01", "Leveringsstatus": status, "ZzpCode": "783"}))
    (tmp_path / "aanbieders.csv").write_text(f"agb;kenmerk;ingangsdatum\n{INSTELLING};lvg;2019-01-01\n", "utf-8")
    maart = {"begindatum": "2026-03-01", "einddatum": "2026-03-31", "uitvoerder": ELDERS}
    vpt = regel(zzpcode="783", prestatiecode="V470", besluitnummer="1001", **maart)
    assert bevindingen(tmp_path, [vpt], "OVB-02") == verwacht

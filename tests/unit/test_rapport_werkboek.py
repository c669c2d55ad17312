"""The workbook: what stands in its cells, and that no text becomes a formula or markup."""

from __future__ import annotations

import html
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from uitslagen import met_aanvaarde, uitslag_van
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.rapport import statistiek
from wlz_declaratie.rapport.weergave import Weergave
from wlz_declaratie.rapport.werkboek import bladen
from wlz_declaratie.rapport.werkboek.schrijven import schrijf

EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("x")', "<r><t>x</t></r>", "_x0041_", "{=1}", "a\x07b", "mailto:a@b"]


def bladxml(pad: Path) -> dict[str, str]:
    with zipfile.ZipFile(pad) as boek:
        return {naam: boek.read(naam).decode() for naam in boek.namelist() if naam.startswith("xl/worksheets/sheet")}


def alle_cellen(pad: Path) -> dict[str, pl.DataFrame]:
    return pl.read_excel(
        pad, sheet_id=0, has_header=False, raise_if_empty=False, drop_empty_rows=False, drop_empty_cols=False
    )


def formules(pad: Path) -> Iterator[tuple[str, str, float]]:
    """Of each formula its sheet, itself and the value that is stored with it."""
    for naam, xml in zip(alle_cellen(pad), bladxml(pad).values(), strict=True):
        for formule, waarde in re.findall(r"<f>(.*?)</f><v>(.*?)</v>", xml):
            yield naam, html.unescape(formule), float(waarde)


class Rekenblad:
    """Calculates what the formulas of our workbooks say, from the cells of the file."""

    def __init__(self, pad: Path) -> None:
        self.cellen = {naam: blad.cast(pl.String).rows() for naam, blad in alle_cellen(pad).items()}

    def cel(self, blad: str, plek: str) -> str:
        return str(self.cellen[blad][int(plek[1:]) - 1][ord(plek[0]) - ord("A")] or "")

    def bereik(self, blad: str, tekst: str) -> list[str]:
        naam, _, cellen = tekst.replace("$", "").replace("'", "").rpartition("!")
        van, _, tot = cellen.partition(":")
        tot = tot or van
        return [self.cel(naam or blad, f"{van[0]}{rij}") for rij in range(int(van[1:]), int(tot[1:]) + 1)]

    def waarde(self, blad: str, formule: str) -> float:
        """Raises KeyError for a formula that is none of ours."""
        if verschil := re.fullmatch("([BC][0-9]+)-([BC][0-9]+)", formule):
            return float(self.cel(blad, verschil[1])) - float(self.cel(blad, verschil[2]))
        delen = re.findall(r"([+-]?)([A-Z]+\([^)]*\))", formule)
        assert "".join(map("".join, delen)) == formule
        return sum((-1 if teken == "-" else 1) * self._functie(blad, deel) for teken, deel in delen)

    def _functie(self, blad: str, formule: str) -> float:
        functie, _, woorden = formule.rstrip(")").partition("(")
        match functie, woorden.split(","):
            case ("SUM", [cellen]) | ("SUBTOTAL", ["109", cellen]):
                return sum(float(cel or 0) for cel in self.bereik(blad, cellen))
            case "SUBTOTAL", ["103", cellen]:
                return sum(cel != "" for cel in self.bereik(blad, cellen))
            case (("COUNTIF" | "COUNTIFS"), eisen):
                return sum(self._voldoet(blad, eisen))
            case "SUMIF", [cellen, woord, som]:
                return self._som(blad, som, [cellen, woord])
            case "SUMIFS", [som, *eisen]:
                return self._som(blad, som, eisen)
        raise KeyError(formule)

    def _voldoet(self, blad: str, eisen: list[str]) -> list[bool]:
        """Of each row whether every range has the word that comes after it, or with <> has it not."""
        kolommen = [
            [(cel == woord.strip('"').removeprefix("<>")) != ("<>" in woord) for cel in self.bereik(blad, cellen)]
            for cellen, woord in zip(eisen[::2], eisen[1::2], strict=True)
        ]
        return [all(rij) for rij in zip(*kolommen, strict=True)]

    def _som(self, blad: str, som: str, eisen: list[str]) -> float:
        paren = zip(self._voldoet(blad, eisen), self.bereik(blad, som), strict=True)
        return sum(float(bedrag or 0) for telt, bedrag in paren if telt)


@pytest.fixture(scope="module")
def uitslag(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Uitslag]:
    with uitslag_van(tmp_path_factory.mktemp("tabellen")) as uitslag:
        yield uitslag


def test_tekst_blijft_tekst(tmp_path: Path, uitslag: Uitslag) -> None:
    basis = uitslag.bevindingen.head(1)
    kwaad = pl.concat([basis] * len(EVIL)).with_columns(
        referentienummer=pl.Series(EVIL), melding=pl.Series(EVIL), bestand=pl.Series(EVIL), uitvoerder=pl.Series(EVIL),
        gegevens=pl.Series([json.dumps({"waarde": tekst, "dagen": tekst}) for tekst in EVIL]),
    )  # fmt: skip
    schrijf(replace(uitslag, bevindingen=kwaad), tmp_path / "u.xlsx", Weergave())
    rekenblad = Rekenblad(tmp_path / "u.xlsx")
    for blad, formule, _ in formules(tmp_path / "u.xlsx"):
        rekenblad.waarde(blad, formule)
    assert all("<hyperlink" not in xml for xml in bladxml(tmp_path / "u.xlsx").values())
    gelezen = pl.read_excel(tmp_path / "u.xlsx", sheet_name="Bevindingen")
    for kop in ("Referentienummer", "Melding", "Bestand", "Uitvoerder"):
        assert gelezen[kop].to_list() == EVIL
    assert gelezen["Gegevens"].to_list() == [f"waarde: {tekst}; dagen: {tekst}" for tekst in EVIL]


def test_wie_dit_leest_vindt_filter_kop_breedte_en_kleur(tmp_path: Path, uitslag: Uitslag) -> None:
    schrijf(uitslag, tmp_path / "u.xlsx", Weergave())
    aantal = uitslag.bevindingen.height
    xml = bladxml(tmp_path / "u.xlsx")["xl/worksheets/sheet2.xml"]
    assert '<pane xSplit="3" ySplit="1"' in xml
    assert f'<autoFilter ref="A1:S{aantal + 1}"/>' in xml
    assert f'<dimension ref="A1:S{aantal + 1}"/>' in xml
    assert xml.count("<col ") >= 10
    assert f'<conditionalFormatting sqref="A2:A{aantal + 1}">' in xml
    assert all(f'<formula>"{ernst}"</formula>' in xml for ernst in ("afkeur", "signaal"))
    hoogten = [float(h) for h in re.findall('<row r="[0-9]+" ht="([0-9.]+)" customHeight="1">', xml)]
    assert max(hoogten) > 30  # wrapped text is seen whole
    assert xml.count("<row ") == aantal + 1


def test_formules_en_hun_waarden_zijn_de_totalen(tmp_path: Path, uitslag: Uitslag) -> None:
    """With credit lines: every total is a formula, its stored value is right, and the summary is that of the check."""
    schrijf(uitslag, tmp_path / "u.xlsx", Weergave())
    rekenblad, telling = Rekenblad(tmp_path / "u.xlsx"), uitslag.samenvatting
    gevonden = list(formules(tmp_path / "u.xlsx"))
    assert {blad for blad, _, _ in gevonden} == {"Samenvatting", "Controleregels", "Uitvoerders", "Maanden"}
    for blad, formule, waarde in gevonden:
        assert rekenblad.waarde(blad, formule) == pytest.approx(waarde), (blad, formule)
    per_naam = {rij[0]: rij[1:3] for rij in rekenblad.cellen["Samenvatting"]}
    for naam, aantal, cent in (
        ("Ingediend", telling.regels, telling.bedrag_cent),
        ("Goedgekeurd", telling.goedgekeurd, telling.goedgekeurd_cent),
        ("Afgekeurd", telling.afgekeurd, telling.afgekeurd_cent),
    ):
        assert [float(waarde or 0) for waarde in per_naam[naam]] == pytest.approx([aantal, cent / 100])
    netto = uitslag.bevindingen["netto_cent"]
    assert netto.sum() < uitslag.bevindingen["declaratiebedrag_cent"].sum()
    assert float(per_naam["Zichtbaar (volgt het filter)"][1] or 0) == pytest.approx(netto.sum() / 100)
    assert pl.read_excel(tmp_path / "u.xlsx", sheet_name="Bevindingen")["Netto bedrag"].sum() == pytest.approx(
        netto.sum() / 100
    )


def test_aanvaarde_bevindingen_tellen_in_de_formules_apart(tmp_path: Path, uitslag: Uitslag) -> None:
    """Also those of credit lines, on more than one sheet."""
    aanvaard = met_aanvaarde(uitslag, "VLD-10", "IND-03", "VLD-15")
    netto = aanvaard.aanvaard["netto_cent"].sum() / 100
    schrijf(aanvaard, tmp_path / "u.xlsx", Weergave())
    rekenblad = Rekenblad(tmp_path / "u.xlsx")
    for blad, formule, waarde in formules(tmp_path / "u.xlsx"):
        assert rekenblad.waarde(blad, formule) == pytest.approx(waarde), (blad, formule)
    namen = "Afkeur", "Signaal", "Aanvaard", "Zichtbaar (volgt het filter)"
    cellen = {rij[0]: rij[1:3] for rij in rekenblad.cellen["Samenvatting"]}
    rijen = {naam: [float(cel or 0) for cel in cellen[naam]] for naam in namen}
    assert rijen["Aanvaard"] == pytest.approx([aanvaard.aanvaard.height, netto])
    samen = [sum(kolom) for kolom in zip(rijen["Afkeur"], rijen["Signaal"], strict=True)]
    assert samen == pytest.approx(rijen[namen[-1]])
    alles = uitslag.bevindingen["netto_cent"].sum() / 100
    assert [samen[0] + rijen["Aanvaard"][0], samen[1] + rijen["Aanvaard"][1]] == pytest.approx(
        [uitslag.bevindingen.height, alles]
    )
    blad = pl.read_excel(tmp_path / "u.xlsx", sheet_name="Bevindingen")
    assert blad.group_by("Stand").agg(pl.col("Wat te doen").is_null().all()).rows_by_key("Stand") == {
        "aanvaard": [(True,)],
        None: [(False,)],
    }
    with zipfile.ZipFile(tmp_path / "u.xlsx") as boek:
        bladen_ = "".join(boek.read(naam).decode() for naam in boek.namelist() if "worksheets/sheet" in naam)
    assert 'stopIfTrue="1"><formula>$B2="aanvaard"</formula>' in bladen_.replace("&quot;", '"')
    totaal = pl.read_excel(tmp_path / "u.xlsx", sheet_name="Controleregels").row(-1, named=True)
    assert [totaal["Aanvaard"], totaal["Bedrag aanvaard"]] == pytest.approx(rijen["Aanvaard"])


def test_gegevens_zijn_kolommen(tmp_path: Path, uitslag: Uitslag) -> None:
    gegevens = {
        "dagen": 14, "toegestaan": 13, "andere_regel": None, "tarief_cent": 123456, "van": "2026-03-01",
        "eerder_gedeclareerd": True, "etmalen": 3.5, "grens": None, "rijen": ["a", 2],
        "voorstel": {"kolom": "bedrag", "waarde": 50000},
    }  # fmt: skip
    aantal = {"voorstel": {"kolom": "aantal", "waarde": 13}}
    een = uitslag.bevindingen.head(3).with_columns(gegevens=pl.Series([json.dumps(gegevens), json.dumps(aantal), "{}"]))
    schrijf(replace(uitslag, bevindingen=een), tmp_path / "u.xlsx", Weergave())
    blad = pl.read_excel(tmp_path / "u.xlsx", sheet_name="Bevindingen")
    assert blad.select("Dagen", "Toegestaan", "Andere bestandsregel").rows() == [
        (14, 13, None),
        *[(None, None, None)] * 2,
    ]
    assert blad["Gegevens"].to_list() == [
        "tarief: € 1.234,56; van: 01-03-2026; eerder gedeclareerd: ja; etmalen: 3,5; rijen: a, 2; "
        "voorstel: bedrag € 500,00", "voorstel: aantal 13", None,
    ]  # fmt: skip


def test_een_grafiek_per_regel_en_per_uitvoerder(tmp_path: Path, uitslag: Uitslag) -> None:
    schrijf(uitslag, tmp_path / "u.xlsx", Weergave())
    with zipfile.ZipFile(tmp_path / "u.xlsx") as boek:
        tekeningen = [boek.read(naam).decode() for naam in boek.namelist() if naam.startswith("xl/charts/chart")]
    assert len(tekeningen) == 2
    assert "Controleregels!$A$2:$A$16" in tekeningen[0]
    assert "Uitvoerders!$D$2" not in tekeningen[1]
    assert "Uitvoerders!$E$2:$E$16" in tekeningen[1]
    eerste = pl.read_excel(tmp_path / "u.xlsx", sheet_name="Controleregels")["Afkeur"].to_list()[:-1]
    assert eerste == sorted(eerste, reverse=True)


def test_meer_uitvoerders_dan_een_blad_houdt(tmp_path: Path, uitslag: Uitslag, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bladen, "BLADREGELS", 8)
    schrijf(uitslag, tmp_path / "u.xlsx", Weergave())
    blad = pl.read_excel(tmp_path / "u.xlsx", sheet_name="Uitvoerders")
    assert blad.height == 8
    assert blad["Uitvoerder"].to_list()[-2:] == [
        f"{statistiek.bereken(uitslag).per_uitvoerder.height - 6} andere", "Totaal",
    ]  # fmt: skip
    assert blad["Declaratieregels"].to_list()[-1] == uitslag.samenvatting.regels == blad["Declaratieregels"][:-1].sum()


def test_meer_bevindingen_dan_een_blad_houdt(tmp_path: Path, uitslag: Uitslag, monkeypatch: pytest.MonkeyPatch) -> None:
    aantal = uitslag.bevindingen.height
    monkeypatch.setattr(bladen, "BLADREGELS", 40)
    monkeypatch.setattr(bladen, "BLOK", 25)
    schrijf(uitslag, tmp_path / "u.xlsx", Weergave())
    boek = pl.read_excel(tmp_path / "u.xlsx", sheet_id=0)
    delen = [blad for naam, blad in boek.items() if naam.startswith("Bevindingen")]
    assert len(delen) == -(-aantal // 40) > 2
    assert sum(blad.height for blad in delen) == aantal
    assert list(boek)[:3] == ["Samenvatting", "Bevindingen", "Bevindingen 2"]
    tekst = " ".join(bladxml(tmp_path / "u.xlsx")["xl/worksheets/sheet1.xml"].split())
    assert f"bevindingen staan op {len(delen)} bladen" in tekst
    assert [nummer for deel in delen for nummer in deel["Regelnummer"]] == uitslag.bevindingen["regelnummer"].to_list()
    rekenblad = Rekenblad(tmp_path / "u.xlsx")
    for blad, formule, waarde in formules(tmp_path / "u.xlsx"):
        assert rekenblad.waarde(blad, formule) == pytest.approx(waarde), (blad, formule)


def test_lege_uitslag(tmp_path: Path, uitslag: Uitslag) -> None:
    schrijf(replace(uitslag, bevindingen=uitslag.bevindingen.clear()), tmp_path / "u.xlsx", Weergave())
    assert pl.read_excel(tmp_path / "u.xlsx", sheet_name="Bevindingen", raise_if_empty=False).is_empty()


def test_datum_voor_1900_is_tekst(tmp_path: Path, uitslag: Uitslag) -> None:
    oud = uitslag.bevindingen.head(1).with_columns(begindatum=pl.date(1823, 5, 1))
    schrijf(replace(uitslag, bevindingen=oud), tmp_path / "u.xlsx", Weergave())
    assert pl.read_excel(tmp_path / "u.xlsx", sheet_name="Bevindingen")["Begindatum"].to_list() == ["01-05-1823"]

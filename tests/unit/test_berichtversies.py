"""A version of a message is a file: a made-up AW319 1.5, in which fields are longer, is read by adding one."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import tomli_w
from polars.testing import assert_frame_equal

from aw319_hulp import AW319, EINDE, gevonden, lees, lijnen, met
from wlz_declaratie.basis import geheugen
from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.basis.meegeleverd import pad
from wlz_declaratie.cli.uitvoeren import Opdracht, uitvoering
from wlz_declaratie.contract import berichten
from wlz_declaratie.contract.berichten import Indeling, Indelingfout, edities, indeling, indelingen
from wlz_declaratie.inlezen import basis, lees_batch
from wlz_declaratie.inlezen.aw319.schrijven import schrijf_aw319
from wlz_declaratie.inlezen.aw320.lezen import lees_aw320
from wlz_declaratie.rapport import aw320

LANGER = {"01": ("factuurnummer", 3), "02": ("naam_1", 5), "04": ("referentienummer", 5)}
"""Per record of 1.5 the field that is longer than in 1.4, and by how many bytes."""
ERBIJ = 5
KORT = lijnen({}, {"debet_credit": "C"}, {"bsn": "999900018", "referentienummer": "Réf 3"})


def toml(naam: str) -> dict[str, Any]:
    return tomllib.loads(pad("berichten", naam).read_text(encoding="utf-8"))


def verleng(velden: dict[str, Any], naam: str, erbij: int) -> None:
    """Make one field longer; what comes behind it shifts."""
    schuif = 0
    for sleutel, veld in velden.items():
        veld["begin"] += schuif
        if veld.get("naam", sleutel) == naam:
            veld["lengte"] += erbij
            schuif = erbij
        veld["eind"] += schuif


@pytest.fixture
def zet_erbij(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, dict[str, Any]], None]:
    map_ = tmp_path / "berichten"
    map_.mkdir()
    alle = (*berichten.mappen(), map_)

    def doe(naam: str, inhoud: dict[str, Any]) -> None:
        (map_ / naam).write_bytes(tomli_w.dumps(inhoud).encode())
        monkeypatch.setattr(berichten, "mappen", lambda: alle)

    return doe


@pytest.fixture
def nieuw(zet_erbij: Callable[[str, dict[str, Any]], None]) -> Indeling:
    """AW319 1.5, made of 1.4."""
    inhoud = toml("aw319-1.4.toml") | {"subversie": "05", "recordlengte": AW319.recordlengte + ERBIJ}
    for record, velden in inhoud.items():
        if record.isdigit():
            naam, erbij = LANGER.get(record, ("reserve", ERBIJ))
            verleng(velden, naam, erbij)
            verleng(velden, "reserve", ERBIJ - erbij)
    zet_erbij("aw319-1.5.toml", inhoud)
    return indeling("aw319", "1.5")


def schrijf(map_: Path, indeling: Indeling, regels: pl.DataFrame = KORT) -> list[bytes]:
    schrijf_aw319(regels, map_ / "versie.asc", indeling)
    return (map_ / "versie.asc").read_bytes().split(EINDE)[:-1]


def test_alleen_wat_een_bestand_heeft_is_bekend() -> None:
    assert edities("aw319") == edities("aw320") == "1.4"
    with pytest.raises(LookupError, match=r"1\.5"):
        indeling("aw319", "1.5")


def test_een_andere_versie_geeft_dezelfde_lijnen(tmp_path: Path, nieuw: Indeling) -> None:
    oud, records = lees(tmp_path, schrijf(tmp_path, AW319)), schrijf(tmp_path, nieuw)
    assert {len(record) for record in records} == {AW319.recordlengte + ERBIJ}
    batch = lees(tmp_path, records)
    assert_frame_equal(batch.regels.collect(), oud.regels.collect())
    assert_frame_equal(batch.regels.collect(), KORT)
    assert gevonden(batch) == gevonden(oud) == []
    assert (batch.soort, batch.aantal, batch.kolommen) == (oud.soort, oud.aantal, oud.kolommen)


def test_wat_er_meer_in_past_wordt_heel_gelezen(tmp_path: Path, nieuw: Indeling) -> None:
    lang = lijnen({"referentienummer": "R" * 25, "factuurnummer": "F" * 15})
    with pytest.raises(ValueError, match="past niet"):
        schrijf(tmp_path, AW319, lang)
    assert_frame_equal(lees(tmp_path, schrijf(tmp_path, nieuw, lang)).regels.collect(), lang)


@pytest.mark.parametrize("einde", [b"\r\n", b"\n", b"\r", b""])
@pytest.mark.parametrize("klein", [1, 100])
def test_regeleinden_en_opslag_van_een_andere_versie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nieuw: Indeling, einde: bytes, klein: int
) -> None:
    monkeypatch.setattr(geheugen, "MEESTE_LIJNEN", klein)
    batch = lees(tmp_path, einde.join(schrijf(tmp_path, nieuw)) + einde)
    assert_frame_equal(batch.regels.collect(), KORT)
    assert {regel_id for regel_id, _ in gevonden(batch)} <= {"AW-8095"}


def test_beide_versies_worden_naast_elkaar_gelezen(tmp_path: Path, nieuw: Indeling) -> None:
    for versie in (AW319, nieuw, AW319):
        assert lees(tmp_path, schrijf(tmp_path, versie)).aantal == KORT.height


def test_een_bericht_zonder_bekende_extensie_wordt_herkend(tmp_path: Path, nieuw: Indeling) -> None:
    for versie in (AW319, nieuw):
        schrijf(tmp_path, versie)
        pad = (tmp_path / "versie.asc").rename(tmp_path / "bericht.dat")
        assert (lees_batch(pad, tmp_path).soort, lees_batch(pad, tmp_path).aantal) == ("aw319", KORT.height)
    pad.write_bytes(b"01188")
    with pytest.raises(basis.Invoerfout, match="wordt niet gelezen"):
        lees_batch(pad, tmp_path)


def test_een_onbekende_versie_noemt_de_bekende(tmp_path: Path, nieuw: Indeling) -> None:
    for versie in (AW319, nieuw):
        kop, *rest = schrijf(tmp_path, versie)
        batch = lees(tmp_path, [met(kop, "subversie", "09"), *rest])
        # The length tells which layout it is most like.
        assert_frame_equal(batch.regels.collect(), KORT)
        assert batch.meldingen["melding"].to_list() == ["Subversie (0104) is '09'; moet 04 of 05 zijn."]
        batch = lees(tmp_path, [met(kop, "versie", "02"), *rest])
        assert batch.meldingen["melding"].to_list() == ["Versie (0103) is '02'; moet 01 zijn."]


def test_recordlengte_is_die_van_de_versie(tmp_path: Path, nieuw: Indeling) -> None:
    records = schrijf(tmp_path, nieuw)
    batch = lees(tmp_path, [*records[:2], records[2][:310], *records[3:]])
    assert batch.meldingen["melding"].to_list() == ["Recordlengte is 310; moet 315 zijn."]
    # A record of 1.4 in a message of 1.5 has its fields at other places.
    assert batch.aantal == KORT.height - 1


def test_zonder_kop_noemt_elke_versie(tmp_path: Path, nieuw: Indeling) -> None:
    with pytest.raises(basis.Invoerfout, match=r"AW319-bericht v1\.4 of v1\.5: records van 310 of 315 tekens"):
        lees(tmp_path, b"zomaar tekst")


@pytest.mark.parametrize("met_retour", [False, True])
def test_retourbericht_van_een_andere_versie(
    tmp_path: Path, nieuw: Indeling, zet_erbij: Callable[[str, dict[str, Any]], None], met_retour: bool
) -> None:
    if met_retour:
        inhoud = toml("aw320-1.4.toml") | {"subversie": "05", "recordlengte": 375}
        verleng(inhoud["99"], "reserve", ERBIJ)
        for record in ("01", "02", "04", "98"):
            for veld in inhoud[record].values():
                veld |= {"begin": veld["begin"] + ERBIJ, "eind": veld["eind"] + ERBIJ}
        zet_erbij("aw320-1.5.toml", inhoud)
    schrijf(tmp_path, nieuw)
    doel = tmp_path / "retour.asc"
    with uitvoering(Opdracht([tmp_path / "versie.asc"], selecteer=("AW",)), stil=True) as uitslag:
        if not met_retour:
            with pytest.raises(Gebruikersfout, match=r"bij AW319 v1\.5 is geen AW320 bekend, alleen bij v1\.4"):
                aw320.schrijf(uitslag, doel)
            assert not doel.exists()
            return
        aw320.schrijf(uitslag, doel)
    retour = lees_aw320(doel, "retour.asc")
    assert retour.records["referentienummer"].drop_nulls().to_list() == KORT["referentienummer"].to_list()
    assert (retour.factuurnummer, retour.opmerkingen) == ("F2019-0001", ())


def test_elke_meegeleverde_indeling_heeft_dezelfde_velden() -> None:
    for bericht in ("aw319", "aw320"):
        for een in indelingen(bericht):
            for record, velden in indeling(bericht).records.items():
                assert list(een.rubrieken(record)) == list(velden)


@pytest.mark.parametrize(
    ("breek", "zegt"),
    [
        (lambda velden: velden["0419"].update(begin=135), "tijdseenheid van record 04 begint op 135, niet op 134"),
        (lambda velden: velden.pop("0419"), "uitvoerder van record 04 begint op 136, niet op 134"),
        (lambda velden: velden["0480"].update(lengte=75), "record 04 eindigt op 309, niet op 310"),
    ],
    ids=["verschoven", "gat", "te kort"],
)
def test_een_indeling_die_niet_klopt_wordt_geweigerd(
    zet_erbij: Callable[[str, dict[str, Any]], None], breek: Callable[[dict[str, Any]], object], zegt: str
) -> None:
    inhoud = toml("aw319-1.4.toml") | {"subversie": "06"}
    breek(inhoud["04"])
    zet_erbij("aw319-1.6.toml", inhoud)
    with pytest.raises(Indelingfout, match=rf"aw319-1\.6\.toml: {zegt}"):
        indelingen("aw319")

"""The return message: what it repeats, what it adds, and that it agrees with the result it comes from."""

from __future__ import annotations

import io
import json
import stat
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from aw319_hulp import EINDE, bericht, commentaar, met
from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.cli.uitvoeren import Opdracht, uitvoering
from wlz_declaratie.contract.berichten import indeling
from wlz_declaratie.inlezen.aw319 import bestand as aw319_bestand
from wlz_declaratie.inlezen.aw320.lezen import Retourbericht, lees_aw320
from wlz_declaratie.inlezen.basis import Invoerfout
from wlz_declaratie.rapport import aw320, json_uitslag
from wlz_declaratie.rapport.schrijven import Uitvoerfout
from wlz_declaratie.rapport.weergave import Weergave

pytestmark = pytest.mark.om_de(5)

PEILDATUM = date(2019, 3, 1)
AW320 = indeling("aw320")
ZONDER_DOSSIER = ("VLD", "AW", "INL")
NIET_GEKOPPELD = ("VLD-12",)
"""The standard line has a prestatie that does not couple with its zzpcode; the tests make their own errors."""
ANDER = {"bsn": "999900018", "besluitnummer": "223456789"}


def antwoord(
    map_: Path, inhoud: bytes | list[bytes], selecteer: tuple[str, ...] = ZONDER_DOSSIER
) -> tuple[list[bytes], dict[str, Any]]:
    """The records of the return message, without line ends, and the JSON result of the same run."""
    bron, doel = map_ / "batch.asc", map_ / "retour.asc"
    bron.write_bytes(inhoud if isinstance(inhoud, bytes) else b"".join(record + EINDE for record in inhoud))
    json_uit = io.BytesIO()
    opdracht = Opdracht([bron], peildatum=PEILDATUM, selecteer=selecteer, negeer=NIET_GEKOPPELD)
    with uitvoering(opdracht, stil=True) as uitslag:
        aw320.schrijf(uitslag, doel)
        json_uitslag.schrijf(uitslag, json_uit, Weergave(toon_bsn=True))
    ruw = doel.read_bytes()
    assert ruw.endswith(EINDE)
    records = ruw.split(EINDE)[:-1]
    assert {len(record) for record in records} == {370}
    return records, json.loads(json_uit.getvalue())


def veld(record: bytes, naam: str) -> str:
    return AW320.rubrieken(record[:2].decode())[naam].van(record.decode("latin-1"))


def codes(record: bytes) -> list[str]:
    return [code for nummer in (1, 2, 3) if (code := veld(record, f"retourcode_{nummer}").strip())]


def teruggelezen(map_: Path) -> Retourbericht:
    return lees_aw320(map_ / "retour.asc", "retour.asc")


def test_goed_bericht_veld_voor_veld(tmp_path: Path) -> None:
    ingediend = bericht(tmp_path, {}, ANDER, {"bsn": "999900031", "declaratiebedrag": 1234})
    ingediend.insert(-1, commentaar(7))
    ingediend[-1] = met(met(ingediend[-1], "aantal_commentaren", "000001"), "aantal_details", "0000007")
    retour, uitslag = antwoord(tmp_path, ingediend)
    assert [b["melding"] for b in uitslag["bevindingen"] if b["ernst"] == "afkeur"] == []
    assert [record[:310] for record in retour[1:-1]] == ingediend[1:-1]
    assert retour[0][:310] == ingediend[0][:2] + b"188" + ingediend[0][5:]
    assert (veld(retour[0], "bericht"), veld(retour[0], "referentie")) == ("188", "AW320-F2019-0001".ljust(24))
    assert (veld(retour[0], "datum_retour"), codes(retour[0])) == ("20190301", ["0200"])
    assert [codes(record) for record in retour[1:-1]] == [["0200"]] * 7
    assert retour[1][310:] == b"0200".ljust(60)
    assert retour[7][310:] == b"0200".ljust(60)
    assert retour[2][310:] == b"00310000D00310000D0200".ljust(60)
    assert retour[6][310:] == b"00001234D00001234D0200".ljust(60)
    slot = {naam: rubriek.van(retour[-1].decode()) for naam, rubriek in AW320.rubrieken("99").items()}
    assert slot == {
        "kenmerk": "99",
        "aantal_verzekerden": "000003",
        "aantal_debiteuren": "000000",
        "aantal_prestaties": "000003",
        "aantal_commentaren": "000001",
        "aantal_details": "0000007",
        "totaal_ingediend": "00000621234",
        "ingediend_debet_credit": "D",
        "totaal_toegekend": "00000621234",
        "toegekend_debet_credit": "D",
        "reserve": " " * 313,
    }


def test_afkeur_geeft_codes_naar_gewicht_en_geen_geld(tmp_path: Path) -> None:
    """Message before field, fields by rule id, each code once, three at most: 8031 0435 8007 and no 0638."""
    ingediend = bericht(tmp_path, {"bsn": "999900007", "einddatum": date(2018, 1, 1), "aantal": 0}, {})
    ingediend[2] = met(ingediend[2], "doorsturen", "9")
    retour, uitslag = antwoord(tmp_path, ingediend)
    regel = [b for b in uitslag["bevindingen"] if b["regelnummer"] == 3]
    assert {"8031", "0435", "8007", "0638"} <= {b["retourcode"] for b in regel}
    assert codes(retour[2]) == ["8031", "0435", "8007"]
    assert retour[2][310:328] == b"00000000D00000000D"
    assert codes(retour[1]) == codes(retour[4]) == ["0200"]


def test_een_signaal_wijst_niets_af(tmp_path: Path) -> None:
    ingediend = bericht(tmp_path, {"begindatum": date(2018, 12, 31)})
    retour, uitslag = antwoord(tmp_path, ingediend, ("VLD-15",))
    assert [b["ernst"] for b in uitslag["bevindingen"]] == ["signaal"]
    assert codes(retour[2]) == ["0200"]
    assert veld(retour[2], "toegekend_bedrag") == "00310000"


def test_code_per_recordsoort(tmp_path: Path) -> None:
    ingediend = bericht(tmp_path, {})
    ingediend[0] = met(ingediend[0], "valuta", "USD")
    ingediend[1] = met(ingediend[1], "geslacht", "9")
    ingediend[-1] = met(ingediend[-1], "aantal_prestaties", "000009")
    retour, uitslag = antwoord(tmp_path, ingediend)
    assert codes(retour[0]) == ["0031", "0158"], "wat op het sluitrecord of het bericht slaat, staat in de kop"
    assert codes(retour[1]) == ["0351"]
    assert codes(retour[2]) == ["0200"]
    assert veld(retour[-1], "aantal_prestaties") == "000001", "de telling is die van wat terugkomt"
    assert uitslag["samenvatting"]["goedgekeurd_cent"] == 310000


def test_creditregels_en_een_negatief_totaal(tmp_path: Path) -> None:
    credit = {"debet_credit": "C", "debet_credit_2": "C", "referentienummer_voorgaand": "X"}
    ingediend = bericht(tmp_path, {"declaratiebedrag": 100}, {**ANDER, **credit}, {"bsn": "999900007", **credit})
    retour, uitslag = antwoord(tmp_path, ingediend, ("VLD-01",))
    assert retour[4][310:328] == b"00310000C00310000C"
    assert retour[6][310:328] == b"00000000C00000000C"
    assert retour[-1][33:57] == b"00000619900C00000309900C"
    assert (uitslag["samenvatting"]["bedrag_cent"], uitslag["samenvatting"]["goedgekeurd_cent"]) == (-619900, -309900)


def test_accenten_byte_voor_byte(tmp_path: Path) -> None:
    alle = bytes(byte for byte in range(0x20, 0x100) if byte not in (0x7F, 0x85))
    ingediend = bericht(tmp_path, {}, {})
    ingediend[1] = ingediend[1][:63] + "Groenevélt-Çelik ß ÿ".encode("latin-1").ljust(25) + ingediend[1][88:]
    ingediend.insert(-1, commentaar(4)[:18] + alle[:140] + commentaar(4)[158:])
    ingediend.insert(-1, commentaar(5)[:18] + alle[-140:] + commentaar(5)[158:])
    retour, _ = antwoord(tmp_path, ingediend)
    assert [record[:310] for record in retour[1:-1]] == ingediend[1:-1]


def stuk(tmp_path: Path, soort: str) -> bytes:
    records = bericht(tmp_path, {}, ANDER, {"bsn": "999900031"})
    match soort:
        case "zonder sluitrecord":
            return EINDE.join(records[:-1]) + EINDE
        case "afgebroken":
            return EINDE.join(records)[:900]
        case "kort prestatierecord":
            records[2] = records[2][:200]
        case "lang verzekerdenrecord":
            records[3] += b"   "
        case "onbekend record":
            records[3:3] = [b"77" + bytes(308).replace(b"\0", b" ")]
        case "debiteurrecord":
            records[3:3] = [b"03" + bytes(308).replace(b"\0", b" ")]
        case "lege regel":
            records[3:3] = [b""]
        case "twee berichten":
            return (EINDE.join(records) + EINDE) * 2
        case "aaneen":
            return b"".join(records)
        case "alleen LF":
            return b"\n".join(records) + b"\n"
        case "utf-8-teken":
            return b"\xef\xbb\xbf" + EINDE.join(records) + EINDE
        case "kop niet vooraan":
            records[0], records[1] = records[1], records[0]
        case "eindemerk":
            return EINDE.join(records) + EINDE + b"\x1a"
        case "twee sluitrecords":
            records.append(records[-1])
    return EINDE.join(records) + EINDE


STUK = [
    "zonder sluitrecord", "afgebroken", "kort prestatierecord", "lang verzekerdenrecord", "onbekend record",
    "debiteurrecord", "lege regel", "twee berichten", "aaneen", "alleen LF", "utf-8-teken", "kop niet vooraan",
    "eindemerk", "twee sluitrecords",
]  # fmt: skip


@pytest.mark.parametrize("soort", STUK)
def test_een_stuk_bericht_geeft_een_heel_antwoord(tmp_path: Path, soort: str) -> None:
    """One header first, one closing record last, counts of what stands between, euros of the result."""
    retour, uitslag = antwoord(tmp_path, stuk(tmp_path, soort))
    assert retour[0][:5] == b"01188"
    assert [record[:2] for record in retour].count(b"99") == 1
    assert retour[-1][:2] == b"99"
    gelezen = teruggelezen(tmp_path)
    assert gelezen.opmerkingen == ()
    telling = uitslag["samenvatting"]
    assert gelezen.totaal_ingediend_cent == telling["bedrag_cent"]
    assert gelezen.totaal_toegekend_cent == telling["goedgekeurd_cent"]
    prestaties = [record for record in retour if record[:2] == b"04"]
    assert len(prestaties) == telling["regels"] + (soort in ("afgebroken", "kort prestatierecord"))
    gemeld = {b["retourcode"] for b in uitslag["bevindingen"] if b["ernst"] == "afkeur"}
    gegeven = {
        code for record in retour[:-1] for code in codes(record if record[:2] in KENMERKEN else b"02" + record[2:])
    }
    assert gegeven - {"0200"} == gemeld, "geen melding blijft onbeantwoord"


KENMERKEN = (b"01", b"02", b"04", b"98")


def test_kort_record_wordt_aangevuld_en_lang_record_afgekapt(tmp_path: Path) -> None:
    ingediend = bericht(tmp_path, {}, ANDER)
    ingediend[2], ingediend[3] = ingediend[2][:200], ingediend[3] + b"xyz"
    retour, _ = antwoord(tmp_path, ingediend)
    assert retour[2][:310] == ingediend[2].ljust(310)
    assert retour[3][:310] == ingediend[3][:310]
    assert codes(retour[2]) == codes(retour[3]) == ["0804"]
    assert retour[2][310:328] == b"00000000D00000000D"


def test_onleesbaar_is_nooit_in_orde(tmp_path: Path) -> None:
    ingediend = bericht(tmp_path, {})
    ingediend[2] = ingediend[2][:200]
    retour, _ = antwoord(tmp_path, ingediend, ("VLD",))
    assert codes(retour[2]) == ["0001"]


@pytest.mark.parametrize("blok", [312, 1000, 312 * 25_600])
def test_json_en_aw320_van_een_loop_zijn_het_eens(tmp_path: Path, blok: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aw319_bestand, "BLOK", blok)
    anders: list[dict[str, Any]] = [
        {
            "bsn": ("999900006", "999900018", "999900031", "999900007")[nummer % 4],
            "declaratiebedrag": 310000 - nummer,
            "begindatum": date(2019, 1, 1) if nummer % 5 else date(2019, 2, 1),
        }
        for nummer in range(40)
    ]
    anders[7].update(debet_credit="C", debet_credit_2="C")
    anders[8].update(debet_credit="D", debet_credit_2="C")
    _, uitslag = antwoord(tmp_path, bericht(tmp_path, *anders), ())
    telling, retour = uitslag["samenvatting"], teruggelezen(tmp_path)
    assert telling["afgekeurd"] > 10
    assert telling["goedgekeurd"] > 0
    prestaties = retour.records.filter(kenmerk="04")
    afgewezen = prestaties.filter(pl.col("retourcodes") != pl.lit(["0200"]))
    assert (prestaties.height, afgewezen.height) == (telling["regels"], telling["afgekeurd"])
    assert retour.totaal_ingediend_cent == telling["bedrag_cent"]
    assert retour.totaal_toegekend_cent == telling["goedgekeurd_cent"] == prestaties["toegekend_cent"].sum()
    assert afgewezen["toegekend_cent"].sum() == 0
    verzekerden = retour.records.filter(kenmerk="02")["retourregel"].to_list()
    boven = [max(regel for regel in verzekerden if regel < prestatie) for prestatie in prestaties["retourregel"]]
    assert prestaties["ouder"].to_list() == boven
    per_regel: dict[int, set[str]] = {}
    for bevinding in uitslag["bevindingen"]:
        if bevinding["ernst"] == "afkeur" and bevinding["referentienummer"]:
            per_regel.setdefault(bevinding["regelnummer"], set()).add(bevinding["retourcode"])
    gegeven = dict(afgewezen.select("retourregel", "retourcodes").iter_rows())
    assert gegeven.keys() == per_regel.keys()
    for regel, lijst in gegeven.items():
        assert set(lijst) <= per_regel[regel]
        assert len(lijst) == min(3, len(per_regel[regel]))


def test_alleen_voor_de_eigenaar_en_heel_of_niet(tmp_path: Path) -> None:
    ingediend = bericht(tmp_path, {})
    antwoord(tmp_path, ingediend)
    doel = tmp_path / "retour.asc"
    assert stat.S_IMODE(doel.stat().st_mode) == 0o600
    was, bron = doel.read_bytes(), tmp_path / "batch.asc"
    with uitvoering(Opdracht([bron], peildatum=PEILDATUM), stil=True) as uitslag:
        bron.write_bytes(bron.read_bytes().replace(b"Z041", b"Z051"))
        with pytest.raises(Gebruikersfout, match="tijdens de controle veranderd"):
            aw320.schrijf(uitslag, doel)
        bron.write_bytes(EINDE.join([*ingediend[:3], *ingediend[2:]]) + EINDE)
        with pytest.raises(Gebruikersfout, match="tijdens de controle veranderd"):
            aw320.schrijf(uitslag, doel)
    assert doel.read_bytes() == was
    assert {pad.name for pad in tmp_path.iterdir()} == {"batch.asc", "retour.asc", "geldig.asc"}


def test_niet_als_een_regel_vastliep(tmp_path: Path) -> None:
    antwoord(tmp_path, bericht(tmp_path, {}))
    doel = tmp_path / "nieuw.asc"
    with uitvoering(Opdracht([tmp_path / "batch.asc"], peildatum=PEILDATUM), stil=True) as uitslag:
        eerste, *rest = uitslag.regels
        vastgelopen = replace(uitslag, regels=(replace(eerste, status="fout"), *rest))
        with pytest.raises(Uitvoerfout, match=f"{eerste.regel.id} liep vast"):
            aw320.schrijf(vastgelopen, doel)
    assert not doel.exists()


def test_een_telling_die_niet_past_wordt_geweigerd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slot = AW320.rubrieken("99")
    smal = {**slot, "aantal_prestaties": replace(slot["aantal_prestaties"], lengte=0)}
    monkeypatch.setattr(aw320, "indeling", lambda *_: replace(AW320, records={**AW320.records, "99": smal}))
    with pytest.raises(Uitvoerfout, match="aantal_prestaties is 1; dat past niet"):
        antwoord(tmp_path, bericht(tmp_path, {}))
    assert not (tmp_path / "retour.asc").exists()


def test_indeling_sluit_aan_en_vult_het_record() -> None:
    for record in ("01", "02", "04", "98", "99"):
        eind = 0
        for rubriek in AW320.rubrieken(record).values():
            assert rubriek.begin == eind, (record, rubriek.naam)
            eind += rubriek.lengte
        assert eind == 370


def geldig(tmp_path: Path) -> list[bytes]:
    return antwoord(tmp_path, bericht(tmp_path, {}, ANDER))[0]


@pytest.mark.parametrize(
    ("schade", "zegt"),
    [
        (lambda r: [b"01187" + r[0][5:], *r[1:]], "regel 1: geen AW320-retourbericht"),
        (lambda r: [*r[:2], r[2][:-1], *r[3:]], "regel 3: recordlengte is 369"),
        (lambda r: [*r[:2], r[2][:328] + b"02x0" + r[2][332:], *r[3:]], "regel 3: waar een retourcode hoort"),
        (lambda r: r[:-1], "geen sluitrecord"),
        (lambda r: [*r, r[1]], "regel 7: na het sluitrecord"),
    ],
    ids=["ander bericht", "recordlengte", "geen code", "breekt af", "na het slot"],
)
def test_wat_geen_aw320_is_wordt_geweigerd(tmp_path: Path, schade: Any, zegt: str) -> None:
    pad = tmp_path / "ontvangen.asc"
    pad.write_bytes(EINDE.join(schade(geldig(tmp_path))) + EINDE)
    with pytest.raises(Invoerfout, match=zegt) as fout:
        lees_aw320(pad, "ontvangen.asc")
    assert "9999" not in str(fout.value)


def test_een_slot_dat_niet_klopt_wordt_gemeld(tmp_path: Path) -> None:
    records = geldig(tmp_path)
    del records[4]
    pad = tmp_path / "ontvangen.asc"
    pad.write_bytes(b"\n".join(records) + b"\n\x1a")
    opmerkingen = lees_aw320(pad, "ontvangen.asc").opmerkingen
    assert opmerkingen == (
        "het sluitrecord noemt '000002' records 04, er staan er 1",
        "het toegekende totaal in het sluitrecord is niet de som van de prestatierecords",
    )

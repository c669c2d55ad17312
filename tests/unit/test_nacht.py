from __future__ import annotations

import errno
import json
import logging
from collections import Counter
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from nachthulp import PEILDATUM, asc, csv, historie, nacht, regel, stand, vul
from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.codes.tabellen import lees_codes
from wlz_declaratie.diensten import bijschrijven
from wlz_declaratie.diensten.bijschrijven import Toetssteen, voeg_toe
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.historie import opslag
from wlz_declaratie.inlezen import lees_batch
from wlz_declaratie.inlezen.basis import Batchbestand
from wlz_declaratie.inlezen.dossier import Dossier
from wlz_declaratie.nacht import draaien, inbox, vooruit
from wlz_declaratie.nacht.dagboek import AFGEKEURD, VERWERKT, Dagboek, Regel
from wlz_declaratie.nacht.draaien import draai
from wlz_declaratie.nacht.logboek import Regelopmaak, meld
from wlz_declaratie.nacht.map import Map
from wlz_declaratie.nacht.namen import kort
from wlz_declaratie.nacht.slot import alleen
from wlz_declaratie.nacht.tafel import Tafel
from wlz_declaratie.nacht.volgorde import op_volgorde
from wlz_declaratie.nacht.vooruitblik import vooruitblik
from wlz_declaratie.rapport import formaten

pytestmark = [pytest.mark.om_de(3), pytest.mark.usefixtures("vlotte_nacht")]


def tegen(map_: Path) -> Toetssteen:
    return Toetssteen(lees_codes(None, map_), Dossier({}, ()), date.fromisoformat(PEILDATUM), map_)


def standen(overzicht: dict[str, Any]) -> dict[str, str]:
    return {batch["bestand"]: batch["stand"] for batch in overzicht["batches"]}


def uitslag(map_: Path, naam: str) -> dict[str, Any]:
    inhoud: dict[str, Any] = json.loads((map_ / "uit" / f"{naam}.uitslag.json").read_text("utf-8"))
    return inhoud


# names


def test_een_lange_naam_laat_ruimte() -> None:
    kort_ = kort("é" * 120 + ".csv", "0123456789")
    assert kort_ == "é" * 45 + "-01234567"
    assert kort("a.csv", "0123456789") == "a.csv"


# the inbox


def test_oudste_periode_eerst(tmp_path: Path) -> None:
    kop = "referentienummer;bsn;begindatum;einddatum;prestatiecode;aantal;uitvoerder;declarant;factuurnummer"
    zonder = "R;999900006;{};2019-01-09;Z041;1;06290001;06290001;F"
    csv(tmp_path, "1.csv", regel("R", "2019-04"))
    csv(tmp_path, "2.csv", zonder.format("2018-02-01"), kop=kop)
    csv(tmp_path, "3.csv", zonder.format("2018-01-31"), zonder.format("2018-05-01"), kop=kop)
    asc(tmp_path, "4.asc", {})
    asc(tmp_path, "5.asc", {"factuurnummer": "F2019-0000"})
    csv(tmp_path, "6.csv", regel("R", "2019-03"))
    (tmp_path / "7.csv").write_bytes(b"\x00\xff")
    (tmp_path / "8.parquet").write_bytes(b"PAR1")
    (tmp_path / "werk").mkdir()
    with Map(tmp_path) as map_:
        inhoud = inbox.bekijk(map_, 0, ["werk"])
        assert (inhoud.wacht, inhoud.vreemd) == ([], [])
        tafel = Tafel(tmp_path / "werk")
        met_dag = op_volgorde(inhoud.af, tafel, lambda sha256: nullcontext(True))
    volgorde = [(bestand.naam, dag and str(dag)) for bestand, dag in met_dag]
    assert volgorde == [
        ("5.asc", "2019-01-01"), ("4.asc", "2019-01-01"), ("6.csv", "2019-03-01"), ("1.csv", "2019-04-01"),
        ("3.csv", "2018-01-31"), ("2.csv", "2018-02-01"), ("7.csv", None), ("8.parquet", None),
    ]  # fmt: skip


def test_wat_nog_geschreven_wordt_wacht(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for naam in ("af.csv", "groeit.csv", "weg.csv", "x.part", "x.TMP", ".slot", "_nacht", "~$x.xlsx"):
        csv(tmp_path, naam)
    (tmp_path / "map").mkdir()
    csv(tmp_path / "map", "diep.csv")

    def verstrijk(_: float) -> None:
        csv(tmp_path, "groeit.csv", regel("R"))
        csv(tmp_path, "nieuw.csv")
        (tmp_path / "weg.csv").unlink()

    monkeypatch.setattr(inbox.time, "sleep", verstrijk)
    with Map(tmp_path) as map_:
        inhoud = inbox.bekijk(map_, 0)
    assert [bestand.naam for bestand in inhoud.af] == ["af.csv"]
    assert [bestand.naam for bestand, _ in inhoud.wacht] == ["groeit.csv", "nieuw.csv", "x.TMP", "x.part"]
    assert inhoud.vreemd == ["map"]


# lock, journal, log


@pytest.mark.parametrize(("ineens", "keren"), [(600_000, 1), (3, 2)])
def test_een_batch_wordt_een_keer_gelezen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ineens: int, keren: int
) -> None:
    """Ahead, and then it waits; what is too much to wait in memory, is read again when it is its turn."""
    for maand in (1, 2, 3):
        csv(tmp_path / "in", f"{maand}.csv", regel("R1", f"2019-0{maand}"))
    csv(tmp_path / "in", "4.csv", *(regel(f"R{nummer}", "2019-04") for nummer in range(1, 5)))
    gelezen: Counter[str] = Counter()

    def lees(pad: Path, *wat: Any) -> Batchbestand:
        gelezen[pad.name] += 1
        return lees_batch(pad, *wat)

    monkeypatch.setattr(vooruit, "MEESTE_LIJNEN", ineens)
    monkeypatch.setattr(draaien, "lees_batch", lees)
    assert set(standen(draai(nacht(tmp_path))).values()) == {VERWERKT}
    assert sorted(gelezen.values()) == [1, 1, 1, keren]


def test_een_nacht_tegelijk(tmp_path: Path) -> None:
    with alleen([tmp_path]), pytest.raises(Gebruikersfout, match="hier draait al een nacht"), alleen([tmp_path]):
        pass
    with alleen([tmp_path, tmp_path]):
        pass


def test_het_dagboek_overleeft_een_halve_regel(tmp_path: Path) -> None:
    dagboek = Dagboek(tmp_path, None)
    assert not dagboek.hervat
    dagboek.noteer(Regel("a.csv", "1", AFGEKEURD, 2, "stuk"))
    dagboek.noteer(Regel("a.csv", "1", VERWERKT, 0, uitslag=("a.json",)))
    with (tmp_path / "nacht.jsonl").open("a") as bestand:
        bestand.write('{"bestand": "b.c')
    weer = Dagboek(tmp_path, None)
    assert weer.hervat
    assert weer.begonnen == dagboek.begonnen
    assert list(weer.regels.values()) == [Regel("a.csv", "1", VERWERKT, 0, uitslag=("a.json",))]
    weer.noteer(Regel("b.csv", "2", VERWERKT, 0))
    assert len(Dagboek(tmp_path, None).regels) == 2
    (tmp_path / "nacht.jsonl").write_text('{"begon')
    assert not Dagboek(tmp_path, None).hervat


@pytest.mark.parametrize(("uren", "zelfde"), [(3, True), (13, False)])
def test_een_hervatte_nacht_houdt_haar_peildatum(tmp_path: Path, uren: int, zelfde: bool) -> None:
    begonnen = datetime.now(UTC) - timedelta(hours=uren)
    (tmp_path / "nacht.jsonl").write_text(
        json.dumps({"begonnen": begonnen.isoformat(), "peildatum": "2019-05-05"}) + "\n"
    )
    assert (str(Dagboek(tmp_path, None).peildatum) == "2019-05-05") == zelfde
    andere = datetime(2019, 6, 6, tzinfo=UTC).date()
    assert Dagboek(tmp_path, andere).peildatum == andere


def test_een_logregel_is_een_json_object(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        meld("bestand wacht", logging.WARNING, bestand='a"\n.csv', reden=None)
    tekst = Regelopmaak().format(caplog.records[0])
    assert "\n" not in tekst
    inhoud = json.loads(tekst)
    assert inhoud.pop("moment").endswith("+00:00")
    assert inhoud == {"niveau": "waarschuwing", "gebeurtenis": "bestand wacht", "bestand": 'a"\n.csv'}


# the run


def test_elke_batch_tegen_de_historie_die_de_vorige_achterliet(tmp_path: Path) -> None:
    vul(tmp_path / "in")
    overzicht = draai(nacht(tmp_path))
    assert standen(overzicht) == {"b.csv": VERWERKT, "a.asc": VERWERKT, "a.csv": VERWERKT, "kapot.csv": AFGEKEURD}
    assert list(standen(overzicht)) == ["b.csv", "a.asc", "a.csv", "kapot.csv"]
    assert overzicht["exitcode"] == 3
    standen_ = {"verwerkt": 3, "al_bekend": 0, "quarantaine": 0, "afgekeurd": 1, "wacht": 0, "overgeslagen": 0}
    assert overzicht["bestanden"] == standen_
    # R1 of January makes R1 of March a rejection, though a.csv is the first by name.
    bij = {b["bestand"]: b["uitslag"] for b in overzicht["batches"]}
    assert uitslag(tmp_path, "b")["bevindingen"] == []
    (bevinding,) = uitslag(tmp_path, bij["a.csv"][0].removesuffix(".uitslag.json"))["bevindingen"]
    assert (bevinding["regel_id"], bevinding["bestand"]) == ("VLD-09", "a.csv")
    assert "uit een eerdere batch" in bevinding["melding"]
    # Two batches with one stem: none of the results replaces the other.
    assert bij["a.asc"] == ("a.uitslag.json", "a.uitslag.xlsx", "a.aw320.asc")
    assert len(set(bij["a.asc"]) & set(bij["a.csv"])) == 0
    namen = {pad.name for pad in (tmp_path / "uit").iterdir()}
    assert namen == {naam for namen_ in bij.values() for naam in namen_} | {"overzicht.json", "_nacht"}
    assert {pad.name for pad in (tmp_path / "in" / "archief").iterdir()} == {"a.csv", "b.csv", "a.asc"}
    assert {pad.name for pad in (tmp_path / "in").iterdir()} == {"archief", "afgekeurd", "quarantaine", "_nacht"}
    reden = (tmp_path / "in" / "afgekeurd" / "kapot.csv.reden.txt").read_text("utf-8")
    assert reden.startswith("regel 1: kolommen 'referentienummer'")
    assert [deel["volgnr"] for deel in historie(tmp_path / "historie") if isinstance(deel, dict)] == [1, 2, 3]


def test_een_nacht_zonder_werk_laat_het_overzicht_staan(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    assert draai(nacht(tmp_path))["batches"] == []
    assert json.loads((tmp_path / "uit" / "overzicht.json").read_text())["batches"] == []
    csv(tmp_path / "in", "a.csv", regel("R1"))
    draai(nacht(tmp_path))
    eerst = stand(tmp_path)
    assert draai(nacht(tmp_path))["exitcode"] == 0
    assert stand(tmp_path) == eerst


def test_dezelfde_batch_nog_eens_is_al_bekend(tmp_path: Path) -> None:
    csv(tmp_path / "in", "a.csv", regel("R1"))
    draai(nacht(tmp_path))
    eerst = historie(tmp_path / "historie")
    csv(tmp_path / "in", "a.csv", regel("R1"))
    csv(tmp_path / "in", "b.csv", regel("R1"))
    overzicht = draai(nacht(tmp_path))
    assert standen(overzicht) == {"a.csv": "al bekend", "b.csv": "al bekend"}
    assert overzicht["batches"][0]["reden"] == "staat al in de historie, als batch 1"
    assert overzicht["exitcode"] == 0
    assert historie(tmp_path / "historie") == eerst
    assert {pad.name for pad in (tmp_path / "in" / "archief").iterdir()} == {"a.csv", "b.csv"}


def test_dezelfde_naam_met_een_andere_inhoud_vervangt_niets(tmp_path: Path) -> None:
    for maand in ("2019-01", "2019-02"):
        csv(tmp_path / "in", "a.csv", regel(f"R-{maand}", maand))
        draai(nacht(tmp_path))
    assert uitslag(tmp_path, "a")["bestanden"][0]["bestand"] == "a.csv"
    assert len([*(tmp_path / "uit").glob("a*.uitslag.json")]) == 2
    assert len([*(tmp_path / "uit").glob("a*.uitslag.xlsx")]) == 2
    assert len([*(tmp_path / "in" / "archief").glob("a*.csv")]) == 2
    assert regel("R-2019-01", "2019-01") in (tmp_path / "in" / "archief" / "a.csv").read_text()


def test_een_factuur_met_een_andere_inhoud_wordt_afgekeurd(tmp_path: Path) -> None:
    csv(tmp_path / "in", "a.csv", regel("R1"))
    csv(tmp_path / "in", "b.csv", regel("R2"))
    csv(tmp_path / "in", "c.csv", regel("R3", "2019-02"))
    overzicht = draai(nacht(tmp_path))
    assert standen(overzicht) == {"a.csv": VERWERKT, "b.csv": AFGEKEURD, "c.csv": VERWERKT}
    assert "andere inhoud" in overzicht["batches"][1]["reden"]
    assert not [*(tmp_path / "uit").glob("b.*")]


def test_een_regel_die_vastloopt_houdt_de_batch_uit_de_historie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    echt = bijschrijven.controleer

    def half(*args: Any, **kwargs: Any) -> Uitslag:
        u = echt(*args, **kwargs)
        return replace(u, regels=(replace(u.regels[0], status="fout", reden="stuk"), *u.regels[1:]))

    csv(tmp_path / "in", "a.csv", regel("R1"))
    monkeypatch.setattr(bijschrijven, "controleer", half)
    overzicht = draai(nacht(tmp_path))
    assert (standen(overzicht), overzicht["exitcode"]) == ({"a.csv": AFGEKEURD}, 3)
    assert "liep vast" in overzicht["batches"][0]["reden"]
    assert historie(tmp_path / "historie") == []


def test_een_onverwachte_fout_houdt_de_andere_niet_op(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    echt = draaien.lees_batch

    def lees(pad: Path, werkmap: Path, vertaald: Any) -> Any:
        if b"R1" in pad.read_bytes():
            raise KeyError("999900006")
        return echt(pad, werkmap, vertaald)

    monkeypatch.setattr(draaien, "lees_batch", lees)
    csv(tmp_path / "in", "a.csv", regel("R1"))
    csv(tmp_path / "in", "b.csv", regel("R2", "2019-02"))
    overzicht = draai(nacht(tmp_path))
    assert standen(overzicht) == {"a.csv": AFGEKEURD, "b.csv": VERWERKT}
    assert overzicht["batches"][0]["reden"] == "onverwachte fout (KeyError). Meld dit."


def test_een_bestand_dat_tijdens_de_controle_verandert_wacht(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    echt = bijschrijven.controleer
    pad = asc(tmp_path / "in", "a.asc", {})

    def controleer(*args: Any, **kwargs: Any) -> Uitslag:
        u = echt(*args, **kwargs)
        pad.write_bytes(pad.read_bytes() + b" ")
        return u

    monkeypatch.setattr(bijschrijven, "controleer", controleer)
    overzicht = draai(nacht(tmp_path))
    assert (standen(overzicht), overzicht["exitcode"]) == ({"a.asc": "wacht"}, 0)
    assert pad.exists()
    assert historie(tmp_path / "historie") == []
    assert {pad.name for pad in (tmp_path / "uit").iterdir()} == {"_nacht", "overzicht.json"}


@pytest.mark.parametrize("wat", ["dagboek", "historie", "werkboek"])
def test_een_schijf_die_weigert_stopt_de_nacht_en_de_volgende_gaat_verder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wat: str
) -> None:
    rustig, vol = tmp_path / "rustig", tmp_path / "vol"
    for map_ in (rustig, vol):
        vul(map_ / "in")
    draai(nacht(rustig))

    def weiger(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as stuk:
        match wat:
            case "dagboek":
                stuk.setattr(Dagboek, "noteer", weiger)
            case "historie":
                stuk.setattr(opslag, "write_deltalake", weiger)
            case "werkboek":
                stuk.setitem(formaten.FORMATEN, ".xlsx", weiger)
        with pytest.raises(Gebruikersfout, match="de schijf is vol"):
            draai(nacht(vol))
    assert historie(vol / "historie") == []
    assert not [*(vol / "in" / "afgekeurd").iterdir()]
    assert not (vol / "uit" / "overzicht.json").exists()
    draai(nacht(vol))
    assert stand(vol) == stand(rustig)


def test_een_ander_schrijft_intussen_in_de_historie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each check is overtaken once: by another batch, which makes it check again, or by the batch itself."""
    a = csv(tmp_path / "in", "a.csv", regel("R1", "2019-02"))
    b = csv(tmp_path / "in", "b.csv", regel("R2", "2019-03"))
    ander = csv(tmp_path / "ander", "x.csv", regel("R1", "2019-01"))
    echt, komt_tussen = bijschrijven.controleer, {a.name: ander, b.name: b}
    inhoud = b.read_bytes()

    def controleer(bestanden: Any, **kwargs: Any) -> Uitslag:
        u = echt(bestanden, **kwargs)
        if pad := komt_tussen.pop(bestanden[0].naam, None):
            voeg_toe(tmp_path / "historie", lees_batch(pad, tmp_path), tegen(tmp_path))
        return u

    monkeypatch.setattr(bijschrijven, "controleer", controleer)
    overzicht = draai(nacht(tmp_path))
    assert standen(overzicht) == {"a.csv": VERWERKT, "b.csv": "al bekend"}
    assert [b["regel_id"] for b in uitslag(tmp_path, "a")["bevindingen"]] == ["VLD-09"]
    assert [deel["bestand"] for deel in historie(tmp_path / "historie") if isinstance(deel, dict)] == [
        "'x.csv'", "'a.csv'", "'b.csv'",
    ]  # fmt: skip
    assert (tmp_path / "in" / "archief" / "b.csv").read_bytes() == inhoud


def test_een_bestand_dat_iemand_weghaalt_is_er_niet_meer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a = csv(tmp_path / "in", "a.csv", regel("R1", "2019-02"))
    csv(tmp_path / "in", "b.csv", regel("R2", "2019-03"))
    echt = draaien.lees_batch

    def lees(pad: Path, werkmap: Path, vertaald: Any) -> Any:
        a.unlink(missing_ok=True)
        return echt(pad, werkmap, vertaald)

    monkeypatch.setattr(draaien, "lees_batch", lees)
    assert standen(draai(nacht(tmp_path))) == {"b.csv": VERWERKT}


def test_een_archief_naar_keuze_en_fouten_in_de_mappen(tmp_path: Path) -> None:
    csv(tmp_path / "in", "a.csv", regel("R1"))
    draai(nacht(tmp_path, archief=tmp_path / "klaar" / "2019"))
    assert (tmp_path / "klaar" / "2019" / "a.csv").exists()
    (tmp_path / "bestand").touch()
    for anders in ({"inbox": tmp_path / "weg"}, {"uit": tmp_path / "in"}, {"archief": tmp_path / "bestand"}):
        with pytest.raises(Gebruikersfout):
            draai(nacht(tmp_path, **anders))


def test_vooruitblik_kent_wat_er_al_is(tmp_path: Path) -> None:
    csv(tmp_path / "in", "a.csv", regel("R1"))
    draai(nacht(tmp_path))
    csv(tmp_path / "in", "a.csv", regel("R1"))
    csv(tmp_path / "in", "b.csv", regel("R2", "2019-02"))
    csv(tmp_path / "in", "c.part")
    assert standen(vooruitblik(nacht(tmp_path))) == {"a.csv": "al bekend", "b.csv": "te doen", "c.part": "wacht"}

"""What a night takes of `controleer`, run ids, the last runs, looking ahead, retention and metrics."""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from nachthulp import PEILDATUM, asc, csv, nacht, regel, stand, vul
from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.basis.signalen import Afgebroken
from wlz_declaratie.historie import onderhoud
from wlz_declaratie.inlezen.basis import Batchbestand
from wlz_declaratie.nacht import bewaren, draaien, metrieken, nachten
from wlz_declaratie.nacht.bronnen import Bronfout
from wlz_declaratie.nacht.dagboek import Dagboek
from wlz_declaratie.nacht.draaien import draai
from wlz_declaratie.nacht.opdracht import Nacht
from wlz_declaratie.nacht.opties import Opties
from wlz_declaratie.nacht.vooruitblik import vooruitblik

pytestmark = [pytest.mark.om_de(3), pytest.mark.usefixtures("vlotte_nacht")]
AFKEUR = regel("F", "2019-01"), regel("F", "2019-01", "999900018")
"""One reference on two lines: VLD-09."""


def uitslag(map_: Path, naam: str) -> dict[str, Any]:
    inhoud: dict[str, Any] = json.loads((map_ / "uit" / naam).read_text("utf-8"))
    return inhoud


def bewaard(map_: Path) -> dict[str, Any]:
    return uitslag(map_, "overzicht.json")


# what it takes of controleer


def test_een_keuze_van_controleregels_en_vormen(tmp_path: Path) -> None:
    csv(tmp_path / "in", "a.csv", *AFKEUR, regel("R2", "2019-01", "999900031"))
    overzicht = draai(nacht(tmp_path, negeer=["VLD-09"], vormen=(".html",), statistiek=True))
    (batch,) = overzicht["batches"]
    assert batch["samenvatting"]["afgekeurd"] == 0
    assert batch["uitslag"] == ("a.uitslag.json", "a.uitslag.html")
    regels = {deel["id"] for deel in uitslag(tmp_path, "a.uitslag.json")["regels"]}
    assert "VLD-09" not in regels
    assert "INL-02" in regels, "the guard on a dossier of somebody else always runs"
    assert "statistiek" in uitslag(tmp_path, "a.uitslag.json")


def test_een_onbekende_controleregel_of_lijst_stopt_de_nacht(tmp_path: Path) -> None:
    csv(tmp_path / "in", "a.csv", *AFKEUR)
    with pytest.raises(Bronfout, match="geen controleregel"):
        draai(nacht(tmp_path, selecteer=["XYZ"]))
    csv(tmp_path, "lijst.csv", "x", kop="onzin")
    with pytest.raises(Bronfout, match=r"lijst\.csv"):
        draai(nacht(tmp_path, aanvaard=tmp_path / "lijst.csv"))
    assert (tmp_path / "in" / "a.csv").exists(), "it is no fault of the batch"


def test_wat_is_aanvaard_wordt_geboekt(tmp_path: Path) -> None:
    csv(tmp_path / "in", "a.csv", *AFKEUR)
    rij = "VLD-09;F;akkoord;jj;2099-12-31"
    csv(tmp_path, "lijst.csv", rij, kop="regel_id;referentienummer;reden;door;tot")
    overzicht = draai(nacht(tmp_path, aanvaard=tmp_path / "lijst.csv", max_afkeur=0))
    (batch,) = overzicht["batches"]
    assert (batch["stand"], batch["exitcode"]) == ("verwerkt", 0)
    assert batch["samenvatting"]["aanvaard"] > 0
    assert batch["samenvatting"]["goedgekeurd"] == 2


def test_naast_de_vorige_uitslag_van_de_declarant(tmp_path: Path) -> None:
    """A batch in quarantine, and the next night its correction, of which one finding is known and one is mended."""
    fout = regel("G", "2019-01", "999900031"), regel("G", "2019-01", "999900043")
    csv(tmp_path / "in", "a.csv", *AFKEUR, *fout)
    assert draai(nacht(tmp_path, basislijn=True, max_afkeur=0))["batches"][0]["stand"] == "quarantaine"
    assert "basislijn" not in uitslag(tmp_path, "a.uitslag.json")
    assert bewaard(tmp_path)["laatste_uitslag"] == {"06290001": "a.uitslag.json"}
    csv(tmp_path / "in", "b.csv", *AFKEUR, regel("G", "2019-01", "999900031"))
    (batch,) = draai(nacht(tmp_path, basislijn=True))["batches"]
    gevonden = uitslag(tmp_path, "b.uitslag.json")
    assert {b["stand"] for b in gevonden["bevindingen"]} == {"bekend"}
    assert batch["exitcode"] == 0, "nothing is new"
    # Without a result that can be read there is no baseline, and the night goes on.
    (tmp_path / "uit" / "b.uitslag.json").write_text("{")
    csv(tmp_path / "in", "c.csv", regel("R9", "2019-03"))
    assert draai(nacht(tmp_path, basislijn=True))["batches"][0]["stand"] == "verwerkt"
    assert "basislijn" not in uitslag(tmp_path, "c.uitslag.json")


def test_opties_van_een_batch_staan_op_een_plaats(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    csv(tmp_path / "in", "a.csv", *AFKEUR)
    csv(tmp_path / "in", "b.csv", *(r.replace("2019-01", "2019-02") for r in AFKEUR))

    def opties_van(zelf: Nacht, batch: Batchbestand) -> Opties:
        return Opties(tabellen=tmp_path, max_afkeur=0 if "a.csv" in batch.naam else 100)

    monkeypatch.setattr(Nacht, "opties_van", opties_van)
    standen = {b["bestand"]: b["stand"] for b in draai(nacht(tmp_path))["batches"]}
    assert standen == {"a.csv": "quarantaine", "b.csv": "verwerkt"}


# runs


def test_het_overzicht_zegt_wanneer_er_niets_te_doen_was(tmp_path: Path) -> None:
    csv(tmp_path / "in", "a.csv", regel("R1"))
    eerste = draai(nacht(tmp_path, run="een"))
    draai(nacht(tmp_path, run="twee"))
    over = bewaard(tmp_path)
    assert (over["run"], over["batches"][0]["bestand"]) == ("een", "a.csv")
    assert [(n["run"], n["stand"]) for n in over["nachten"]] == [("een", "klaar"), ("twee", "niets te doen")]
    assert over["nachten"][0]["bestanden"] == eerste["bestanden"]
    for nummer in range(nachten.MEESTE):
        draai(nacht(tmp_path, run=str(nummer)))
    assert [n["run"] for n in bewaard(tmp_path)["nachten"]] == [str(n) for n in range(nachten.MEESTE)]


def test_een_overzicht_van_vroeger_of_van_niets(tmp_path: Path) -> None:
    csv(tmp_path / "in", "a.csv", regel("R1"))
    draai(nacht(tmp_path))
    oud = {naam: wat for naam, wat in bewaard(tmp_path).items() if naam not in ("nachten", "run", "laatste_uitslag")}
    pad = tmp_path / "uit" / "overzicht.json"
    pad.write_text(json.dumps(oud), encoding="utf-8")
    draai(nacht(tmp_path, run="r"))
    nieuw = bewaard(tmp_path)
    assert [n["run"] for n in nieuw.pop("nachten")] == ["r"]
    assert nieuw == oud
    for inhoud in ("", "[]", '{"nachten": 3, "laatste_uitslag": {"06290001": "../x", "1": 2}}', "[" * 100_000):
        pad.write_text(inhoud, encoding="utf-8")
        draai(nacht(tmp_path, run="r"))
        assert [n["run"] for n in bewaard(tmp_path)["nachten"]] == ["r"]


def test_een_gestopte_nacht_zegt_het_en_gaat_verder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for naam in ("gestopt", "rustig"):
        vul(tmp_path / naam / "in")
    map_ = tmp_path / "gestopt"
    echt, gelezen = draaien.lees_batch, []

    def lees(*wat: Any) -> Batchbestand:
        gelezen.append(wat)
        if len(gelezen) == 2:
            raise Afgebroken(15)
        return echt(*wat)

    with monkeypatch.context() as stuk:
        stuk.setattr(draaien, "lees_batch", lees)
        with caplog.at_level("INFO", "wlz_declaratie"), pytest.raises(Afgebroken):
            draai(nacht(map_, run="een"))
    assert caplog.records[-1].getMessage() == "nacht gestopt"
    assert "SIGTERM" in str(caplog.records[-1].__dict__["velden"])
    assert draai(nacht(map_, run="twee"))["bestanden"]["verwerkt"] == 3
    assert [(n["run"], n["stand"]) for n in bewaard(map_)["nachten"]] == [("een", "afgebroken"), ("twee", "klaar")]
    draai(nacht(tmp_path / "rustig"))
    assert stand(tmp_path / "gestopt") == stand(tmp_path / "rustig")


def test_het_dagboek_van_een_vorige_versie(tmp_path: Path) -> None:
    csv(tmp_path / "in", "a.csv", regel("R1"))
    (tmp_path / "uit").mkdir()
    dagboek = Dagboek(tmp_path / "uit", date.fromisoformat(PEILDATUM))
    dagboek.sluit()
    oud = {
        "bestand": "x.csv", "sha256": "0", "stand": "afgekeurd", "exitcode": 3, "reden": "r", "periode": None,
        "peildatum": None, "samenvatting": None, "uitslag": [],
    }  # fmt: skip
    kop = {"schema": "declaratie-dagboek/1", "begonnen": datetime.now(UTC).isoformat(), "peildatum": PEILDATUM}
    (tmp_path / "uit" / "nacht.jsonl").write_text("".join(f"{json.dumps(deel)}\n" for deel in (kop, oud)))
    overzicht = draai(nacht(tmp_path))
    assert {b["bestand"] for b in overzicht["batches"]} == {"x.csv", "a.csv"}
    assert overzicht["opmerkingen"] == []


# looking ahead


def test_droog_opent_toetst_en_schrijft_niets(tmp_path: Path) -> None:
    csv(tmp_path / "in", "bekend.csv", regel("R1", "2019-01"))
    draai(nacht(tmp_path))
    csv(tmp_path / "in", "bekend.csv", regel("R1", "2019-01"))
    csv(tmp_path / "in", "goed.csv", regel("R2", "2019-02"))
    csv(tmp_path / "in", "slecht.csv", *(r.replace("2019-01", "2019-03") for r in AFKEUR))
    csv(tmp_path / "in", "zelfde-factuur.csv", regel("R8", "2019-01"))
    csv(tmp_path / "in", "kapot.csv", "1;2", kop="dit;is niets")
    half = asc(tmp_path / "in", "half.asc", {})
    half.write_bytes(b"\n".join(half.read_bytes().splitlines()[:-1]) + b"\n")
    voor = {pad: (pad.stat().st_mtime_ns, pad.stat().st_size) for pad in tmp_path.rglob("*")}
    overzicht = vooruitblik(nacht(tmp_path, max_afkeur=50))
    assert {pad: (pad.stat().st_mtime_ns, pad.stat().st_size) for pad in tmp_path.rglob("*")} == voor
    gevonden = {b["bestand"]: b for b in overzicht["batches"]}
    assert {naam: b["stand"] for naam, b in gevonden.items()} == {
        "bekend.csv": "al bekend", "goed.csv": "te doen", "slecht.csv": "quarantaine",
        "zelfde-factuur.csv": "afgekeurd", "kapot.csv": "afgekeurd", "half.asc": "afgekeurd",
    }  # fmt: skip
    assert gevonden["goed.csv"]["samenvatting"]["regels"] == 1
    assert gevonden["slecht.csv"]["samenvatting"]["afgekeurd"] == 2
    assert "dezelfde factuur" in gevonden["zelfde-factuur.csv"]["reden"]
    assert "sluitrecord" in gevonden["half.asc"]["reden"]
    # And so it goes.
    werkelijk = {b["bestand"]: b["stand"] for b in draai(nacht(tmp_path, max_afkeur=50))["batches"]}
    assert werkelijk == {n: "verwerkt" if b["stand"] == "te doen" else b["stand"] for n, b in gevonden.items()}


def test_droog_zonder_historie(tmp_path: Path) -> None:
    csv(tmp_path / "in", "a.csv", regel("R1"))
    assert vooruitblik(nacht(tmp_path))["batches"][0]["samenvatting"]["regels"] == 1
    assert sorted(pad.name for pad in tmp_path.iterdir()) == ["in"]
    with pytest.raises(Gebruikersfout):
        vooruitblik(nacht(tmp_path, dossier=tmp_path / "weg"))


# retention

DAG = 24 * 3600


def _voorbij(map_: Path, monkeypatch: pytest.MonkeyPatch, dagen: float) -> None:
    """So many days later."""
    nu = time.time() + dagen * DAG
    monkeypatch.setattr(bewaren.time, "time", lambda: nu)


def test_na_de_bewaartermijn_gaat_weg_wat_af_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    csv(tmp_path / "in", "goed.csv", regel("R1", "2019-01"))
    csv(tmp_path / "in", "slecht.csv", *(r.replace("2019-01", "2019-03") for r in AFKEUR))
    csv(tmp_path / "in", "kapot.csv", "1;2", kop="dit;is niets")
    draai(nacht(tmp_path, max_afkeur=0))
    # Not booked, though it lies in the archive; and what is none of ours.
    csv(tmp_path / "in" / "archief", "ongeboekt.csv", regel("R7"))
    (tmp_path / "uit" / "notitie.txt").write_text("van mij")
    _voorbij(tmp_path, monkeypatch, 29.9)
    assert draai(nacht(tmp_path, bewaartermijn=30))["verwijderd"] == {"uitslag": 0, "archief": 0, "afgekeurd": 0}
    _voorbij(tmp_path, monkeypatch, 30.1)
    voor = stand(tmp_path)
    droog = vooruitblik(nacht(tmp_path, bewaartermijn=30))["te_verwijderen"]
    assert stand(tmp_path) == voor
    assert [(d["soort"], d["bestand"]) for d in droog] == [
        ("uitslag", "goed.uitslag.json"), ("uitslag", "goed.uitslag.xlsx"), ("archief", "goed.csv"),
        ("afgekeurd", "kapot.csv"), ("afgekeurd", "kapot.csv.reden.txt"),
    ]  # fmt: skip
    assert draai(nacht(tmp_path, bewaartermijn=30))["verwijderd"] == {"uitslag": 2, "archief": 1, "afgekeurd": 2}
    assert voor["historie"] == stand(tmp_path)["historie"]
    over = {
        str(pad.relative_to(tmp_path)) for pad in tmp_path.rglob("*") if pad.is_file() and "historie" not in str(pad)
    }
    assert over == {
        "in/_nacht", "in/archief/ongeboekt.csv", "in/quarantaine/slecht.csv", "in/quarantaine/slecht.csv.reden.txt",
        "uit/_nacht", "uit/notitie.txt", "uit/overzicht.json", "uit/slecht.uitslag.json", "uit/slecht.uitslag.xlsx",
    }  # fmt: skip


def test_een_teruggehaalde_batch_gaat_ook_weg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    csv(tmp_path / "in", "terug.csv", regel("R1", "2019-01"))
    draai(nacht(tmp_path))
    onderhoud.verwijder(tmp_path / "historie", "F-2019-01", None, "verkeerde maand")
    _voorbij(tmp_path, monkeypatch, 30.1)
    droog = vooruitblik(nacht(tmp_path, bewaartermijn=30))["te_verwijderen"]
    assert ("archief", "terug.csv") in [(d["soort"], d["bestand"]) for d in droog]
    assert draai(nacht(tmp_path, bewaartermijn=30))["verwijderd"]["archief"] == 1
    assert not list((tmp_path / "in" / "archief").glob("*.csv"))


def test_uitslagen_van_wat_nog_in_de_inbox_ligt_blijven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    csv(tmp_path / "in", "a.csv", regel("R1", "2019-01"))
    draai(nacht(tmp_path))
    (tmp_path / "in" / "archief" / "a.csv").rename(tmp_path / "in" / "a.csv")
    os.utime(tmp_path / "in" / "a.csv")
    _voorbij(tmp_path, monkeypatch, 40)
    weg = bewaren.te_verwijderen(nacht(tmp_path, bewaartermijn=30), {"x"})
    assert weg == []
    assert bewaren.te_verwijderen(nacht(tmp_path), {"x"}) == []


# metrics


def _gelezen(pad: Path) -> dict[str, Any]:
    return {
        (m.name, *m.labels.values()): m.value
        for familie in text_string_to_metric_families(pad.read_text("utf-8"))
        for m in familie.samples
    }


def test_metrieken(tmp_path: Path) -> None:
    doel, nu = tmp_path / "nacht.prom", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    metrieken.schrijf(doel, tmp_path / "uit", 2, nu)
    assert _gelezen(doel)["declaratie_nacht_exitcode",] == 2
    csv(tmp_path / "in", "999900006-slecht.csv", *AFKEUR)
    csv(tmp_path / "in", "goed.csv", regel("R1", "2019-02"))
    draai(nacht(tmp_path, max_afkeur=0))
    metrieken.schrijf(doel, tmp_path / "uit", 3, nu)
    gelezen = _gelezen(doel)
    verwacht = {
        ("exitcode",): 3, ("laatste_run_seconds",): nu.timestamp(), ("bestanden", "verwerkt"): 1,
        ("bestanden", "quarantaine"): 1, ("bestanden", "afgekeurd"): 0, ("in_quarantaine",): 1,
        ("declaratieregels", "goedgekeurd"): 1, ("declaratieregels", "afgekeurd"): 0,
    }  # fmt: skip
    assert {naam: gelezen[f"declaratie_nacht_{naam[0]}", *naam[1:]] for naam in verwacht} == verwacht
    assert abs(gelezen["declaratie_nacht_laatste_klaar_seconds",] - time.time()) < 60
    assert doel.stat().st_mode & 0o777 == 0o644
    assert "slecht" not in doel.read_text()
    assert "99990" not in doel.read_text().replace(str(nu.timestamp()), "")

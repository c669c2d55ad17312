"""Nothing that someone can put in an inbox keeps the night from the other files, tonight or the next night."""

from __future__ import annotations

import errno
import itertools
import json
import logging
import os
import stat
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from grondig import om_de, rest
from nachthulp import PEILDATUM, asc, csv, historie, nacht, regel
from vijandig import inboxen
from wlz_declaratie.basis import geheugen
from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.codes.tabellen import lees_codes
from wlz_declaratie.diensten import bijschrijven
from wlz_declaratie.diensten.bijschrijven import Toetssteen, Weigering, voeg_toe
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.historie.opslag import open_historie
from wlz_declaratie.inlezen import lees_batch
from wlz_declaratie.inlezen.dossier import Dossier
from wlz_declaratie.nacht import dagboek, draaien, inbox, tafel, volgorde
from wlz_declaratie.nacht.afvoer import GENOMEN
from wlz_declaratie.nacht.dagboek import AFGEKEURD, AL_BEKEND, OVERGESLAGEN, VERWERKT, WACHT, Dagboek
from wlz_declaratie.nacht.draaien import draai
from wlz_declaratie.nacht.map import Map
from wlz_declaratie.nacht.vooruitblik import vooruitblik

pytestmark = [pytest.mark.om_de(3), pytest.mark.usefixtures("vlotte_nacht")]

GEHEIM = "geheim 999911120"


def standen(overzicht: dict[str, Any]) -> list[str]:
    return [batch["stand"] for batch in overzicht["batches"]]


def goed(map_: Path) -> Path:
    """A good batch that has to be booked whatever lies beside it."""
    return csv(map_ / "in", "zz goed.csv", regel("GOED", "2019-08"))


def geboekt(map_: Path) -> set[str]:
    return set(open_historie(map_ / "historie").regels().collect()["referentienummer"])


def teksten(map_: Path) -> bytes:
    """All that a night says."""
    paden = [*(map_ / "uit").glob("*.json"), *(map_ / "in" / "afgekeurd").glob("*.reden.txt")]
    return b"".join(pad.read_bytes() for pad in paden)


# names


@pytest.mark.parametrize("naam", om_de(3, inboxen.NAMEN.values()), ids=inboxen.NAMEN)
@pytest.mark.parametrize("kop", [None, "dit;is niets"])
def test_elke_naam_ook_de_tweede_keer(
    tmp_path: Path, naam: str, kop: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for maand in ("2019-01", "2019-02", "2019-03"):
        goed(tmp_path)
        anders = {"kop": kop} if kop else {}
        csv(tmp_path / "in", naam, regel(f"R-{maand}", maand), **anders)
        overzicht = draai(nacht(tmp_path))
        assert sorted(standen(overzicht))[0] == (AFGEKEURD if kop else AL_BEKEND if maand != "2019-01" else VERWERKT)
    doel = tmp_path / "in" / ("afgekeurd" if kop else "archief")
    batches = [pad for pad in doel.iterdir() if "goed" not in pad.name and not pad.name.endswith(".reden.txt")]
    assert len({pad.read_bytes() for pad in batches}) == 3
    if kop:
        assert len([*doel.glob("*.reden.txt")]) >= 1
    else:
        assert geboekt(tmp_path) == {"GOED", "R-2019-01", "R-2019-02", "R-2019-03"}
    gezegd = (
        teksten(tmp_path) + json.dumps([r.__dict__.get("velden") for r in caplog.records], ensure_ascii=False).encode()
    )
    assert b"\x1b" not in gezegd
    assert "\u202e".encode() not in gezegd


@pytest.mark.parametrize("kop", [None, "dit;is niets"])
def test_een_map_die_op_de_plaats_van_het_doel_staat(tmp_path: Path, kop: str | None) -> None:
    goed(tmp_path)
    csv(tmp_path / "in", "a.csv", regel("R1"), **({"kop": kop} if kop else {}))
    for plaats in ("in/archief/a.csv", "in/archief/zz goed.csv", "in/afgekeurd/a.csv", "in/afgekeurd/a.csv.reden.txt",
                   "uit/a.uitslag.json", "uit/zz goed.uitslag.xlsx"):  # fmt: skip
        (tmp_path / plaats).mkdir(parents=True)
    assert set(standen(draai(nacht(tmp_path)))) == {VERWERKT, AFGEKEURD if kop else VERWERKT}
    assert {pad.name for pad in (tmp_path / "in").iterdir()} == {"archief", "afgekeurd", "quarantaine", "_nacht"}
    assert "GOED" in geboekt(tmp_path)


# what is no file


@pytest.mark.parametrize("maak", inboxen.VREEMD.values(), ids=inboxen.VREEMD)
def test_alleen_gewone_bestanden(tmp_path: Path, maak: Callable[[Path], Path]) -> None:
    goed(tmp_path)
    pad = maak(tmp_path / "in")
    eerst = pad.lstat()
    assert OVERGESLAGEN in standen(vooruitblik(nacht(tmp_path)))
    overzicht = draai(nacht(tmp_path))
    assert standen(overzicht) == [VERWERKT, OVERGESLAGEN]
    assert overzicht["batches"][1]["reden"] == "geen gewoon bestand; niet gelezen"
    assert overzicht["exitcode"] == 0
    assert pad.lstat().st_ino == eerst.st_ino
    assert geboekt(tmp_path) == {"GOED"}


def test_een_koppeling_die_er_tussen_twee_blikken_komt_wordt_niet_gevolgd(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is exchanged for a link after it was looked at, and again after it was checked."""
    goed(tmp_path)
    geheim = tmp_path / "geheim.csv"
    geheim.write_text(f"{GEHEIM}\n")
    for naam in ("a.csv", "b.csv"):
        csv(tmp_path / "in", naam, regel(naam, "2019-01" if naam == "a.csv" else "2019-02"))

    def ruil(pad: Path) -> None:
        pad.unlink()
        pad.symlink_to(geheim)

    echt_kijk, echt_boek = draaien.bekijk, draaien.boek

    def kijk(*wat: Any) -> inbox.Inhoud:
        inhoud = echt_kijk(*wat)
        ruil(tmp_path / "in" / "a.csv")
        return inhoud

    def boek(map_: Path, batch: Any, *wat: Any) -> bool:
        uit = echt_boek(map_, batch, *wat)
        if batch.naam == "b.csv":
            ruil(tmp_path / "in" / "b.csv")
        return uit

    monkeypatch.setattr(draaien, "bekijk", kijk)
    monkeypatch.setattr(draaien, "boek", boek)
    overzicht = draai(nacht(tmp_path))
    assert {b["bestand"]: b["stand"] for b in overzicht["batches"]} == {
        "zz goed.csv": VERWERKT, "a.csv": WACHT, "b.csv": WACHT,
    } | {"b.csv": WACHT}  # fmt: skip
    assert GEHEIM.encode() not in teksten(tmp_path)
    assert regel("b.csv", "2019-02") in (tmp_path / "in" / "archief" / "b.csv").read_text()
    assert not any(pad.is_symlink() for pad in (tmp_path / "in" / "archief").iterdir())
    assert (tmp_path / "in" / "b.csv").is_symlink()


def test_wie_een_tweede_naam_houdt_verandert_het_archief_niet(tmp_path: Path) -> None:
    elders = csv(tmp_path, "elders.csv", regel("R1"))
    (tmp_path / "in").mkdir()
    inboxen.tweede_naam(tmp_path / "in", elders, "a.csv")
    assert standen(draai(nacht(tmp_path))) == [VERWERKT]
    elders.write_text("anders")
    assert regel("R1") in (tmp_path / "in" / "archief" / "a.csv").read_text()
    assert not (tmp_path / "in" / "a.csv").exists()


# folders


@pytest.mark.parametrize(
    "anders",
    [
        {"archief": "historie"}, {"archief": "historie/binnen"}, {"archief": "uit"}, {"historie": "in/historie"},
        {"uit": "in/uit"}, {"uit": "."}, {"historie": "uit/historie"}, {"uit": "historie/uit"}, {"archief": "."},
        {"archief": "in/afgekeurd"}, {"archief": "in/afgekeurd/diep"}, {"uit": "in/archief"}, {"archief": "in"},
    ],
    ids=str,
)  # fmt: skip
def test_mappen_die_elkaar_overlappen_worden_geweigerd(tmp_path: Path, anders: dict[str, str]) -> None:
    goed(tmp_path)
    for gemaakt in (False, True):
        mappen = {naam: tmp_path / pad for naam, pad in anders.items()}
        if gemaakt:
            for map_ in mappen.values():
                map_.mkdir(parents=True, exist_ok=True)
        with pytest.raises(Gebruikersfout, match="Kies een andere map"):
            draai(nacht(tmp_path, **mappen))
        with pytest.raises(Gebruikersfout):
            vooruitblik(nacht(tmp_path, **mappen))
    assert (tmp_path / "in" / "zz goed.csv").exists()


@pytest.mark.parametrize("naar", rest(["historie", "historie/_delta_log", "elders"], "historie"))
@pytest.mark.parametrize("wat", ["archief", "afgekeurd"])
def test_een_archief_dat_een_koppeling_is(tmp_path: Path, naar: str, wat: str) -> None:
    goed(tmp_path)
    draai(nacht(tmp_path))
    eerst = historie(tmp_path / "historie")
    csv(tmp_path / "in", "b.csv", regel("R2", "2019-03"))
    (tmp_path / naar).mkdir(exist_ok=True)
    for pad in (tmp_path / "in" / wat).iterdir():
        pad.unlink()
    (tmp_path / "in" / wat).rmdir()
    (tmp_path / "in" / wat).symlink_to(tmp_path / naar)
    with pytest.raises(Gebruikersfout, match="koppeling"):
        draai(nacht(tmp_path))
    (tmp_path / "gekozen").symlink_to(tmp_path / naar)
    (tmp_path / "in" / wat).unlink()
    if naar != "elders":
        with pytest.raises(Gebruikersfout, match="Kies een andere map"):
            draai(nacht(tmp_path, archief=tmp_path / "gekozen"))
        assert historie(tmp_path / "historie") == eerst
    else:
        draai(nacht(tmp_path, archief=tmp_path / "gekozen"))
        assert (tmp_path / "elders" / "b.csv").exists()


def test_een_archief_dat_tijdens_de_nacht_wordt_geruild(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    goed(tmp_path)
    echt = draaien.boek

    def boek(*wat: Any) -> bool:
        uit = echt(*wat)
        (tmp_path / "in" / "archief").rename(tmp_path / "in" / "oud")
        (tmp_path / "in" / "archief").symlink_to(tmp_path / "historie")
        return uit

    monkeypatch.setattr(draaien, "boek", boek)
    draai(nacht(tmp_path))
    assert (tmp_path / "in" / "oud" / "zz goed.csv").exists()
    assert not (tmp_path / "historie" / "zz goed.csv").exists()


@pytest.mark.parametrize("naam", ["_nacht", GENOMEN])
@pytest.mark.parametrize("soort", ["koppeling", "map", "bestand"])
def test_een_naam_van_de_nacht_die_bezet_is(tmp_path: Path, naam: str, soort: str) -> None:
    goed(tmp_path)
    elders = tmp_path / "elders"
    elders.mkdir()
    if soort == "koppeling":
        (tmp_path / "in" / naam).symlink_to(elders / "nieuw" if naam == "_nacht" else elders)
    elif soort == "map":
        (tmp_path / "in" / naam).mkdir(mode=0o777)
        (tmp_path / "in" / naam).chmod(0o777)
    else:
        (tmp_path / "in" / naam).touch()
    assert standen(draai(nacht(tmp_path))) == [VERWERKT]
    assert not [*elders.iterdir()]


@pytest.mark.parametrize("wanneer", ["proef", "later"])
def test_een_archief_op_een_andere_schijf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanneer: str) -> None:
    """A mount of the same disk has its number, and still no file goes there by a rename."""
    pad = goed(tmp_path)
    inhoud = pad.read_bytes()
    echt = Map.hernoem
    keren = itertools.count(1)

    def hernoem(zelf: Map, naam: str, naar: Map, als: str) -> None:
        if naar.pad.name == "archief" and zelf is not naar and (next(keren) > 1 or wanneer == "proef"):
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        echt(zelf, naam, naar, als)

    monkeypatch.setattr(Map, "hernoem", hernoem)
    if wanneer == "proef":
        with pytest.raises(Gebruikersfout, match="andere schijf"):
            draai(nacht(tmp_path))
        assert geboekt(tmp_path) == set()
        assert pad.exists()
    else:
        assert standen(draai(nacht(tmp_path))) == [VERWERKT]
        assert (tmp_path / "in" / "archief" / pad.name).read_bytes() == inhoud
        assert not pad.exists()
    assert not [*(tmp_path / "in" / "archief").glob(".*")]


def test_wat_een_gedode_nacht_had_genomen_komt_terug(tmp_path: Path) -> None:
    (tmp_path / "in" / GENOMEN).mkdir(parents=True, mode=0o700)
    csv(tmp_path / "in" / GENOMEN, "zz goed.csv", regel("GENOMEN", "2019-09"))
    goed(tmp_path)
    assert standen(draai(nacht(tmp_path))) == [VERWERKT, VERWERKT]
    assert geboekt(tmp_path) == {"GOED", "GENOMEN"}
    assert not (tmp_path / "in" / GENOMEN).exists()


def test_alleen_de_eigenaar(tmp_path: Path) -> None:
    goed(tmp_path)
    oud = os.umask(0)
    try:
        dagboek = Dagboek(maak(tmp_path / "uit"), None)
        draai(nacht(tmp_path))
        dagboek = Dagboek(tmp_path / "uit", None)
    finally:
        os.umask(oud)
    assert dagboek.regels == {}
    in_historie = ("historie/_nacht", "historie/_slot", "historie/_stand")
    for naam in ("in/_nacht", "uit/_nacht", "uit/nacht.jsonl", *in_historie):
        assert stat.S_IMODE((tmp_path / naam).stat().st_mode) == 0o600, naam


def maak(map_: Path) -> Path:
    map_.mkdir()
    return map_


# what is checked is what is booked and archived


@pytest.mark.parametrize("hoe", ["ervoor", "erin"])
@pytest.mark.parametrize("wanneer", ["lezen", "boeken"])
def test_een_bestand_dat_wordt_vervangen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hoe: str, wanneer: str
) -> None:
    """Replaced while it is checked it waits; after that the archive gets what was checked, and the new one its turn."""
    pad = csv(tmp_path / "in", "a.csv", regel("R1"))
    eerst, tijd = pad.read_bytes(), pad.stat()
    nieuw = eerst.replace(b"R1", b"R2").replace(b"F-2019-01", b"F-2019-99").replace(b"999900006", b"999900018")

    def vervang() -> None:
        if hoe == "ervoor":
            csv(tmp_path, "nieuw.csv").write_bytes(nieuw)
            (tmp_path / "nieuw.csv").replace(pad)
        else:
            pad.write_bytes(nieuw)
        os.utime(pad, ns=(tijd.st_atime_ns, tijd.st_mtime_ns))

    echt = {"lezen": draaien.lees_batch, "boeken": draaien.boek}[wanneer]

    def ertussen(*wat: Any) -> Any:
        uit = echt(*wat)
        vervang()
        return uit

    with monkeypatch.context() as stuk:
        stuk.setattr(draaien, {"lezen": "lees_batch", "boeken": "boek"}[wanneer], ertussen)
        overzicht = draai(nacht(tmp_path))
    if wanneer == "lezen" and hoe == "ervoor":
        assert standen(overzicht) == [WACHT]
    else:
        assert standen(overzicht) == [VERWERKT, WACHT]
        assert geboekt(tmp_path) == {"R1"}
        assert (tmp_path / "in" / "archief" / "a.csv").read_bytes() == eerst
    assert pad.read_bytes() == nieuw
    draai(nacht(tmp_path))
    assert "R2" in geboekt(tmp_path)
    in_archief = {pad.read_bytes() for pad in (tmp_path / "in" / "archief").iterdir()}
    assert nieuw in in_archief


def test_het_archief_heeft_precies_wat_werd_getoetst(tmp_path: Path) -> None:
    goed(tmp_path)
    asc(tmp_path / "in", "b.asc", {})
    overzicht = draai(nacht(tmp_path))
    for batch in overzicht["batches"]:
        with (tmp_path / "in" / "archief" / batch["bestand"]).open("rb") as bestand:
            assert tafel.som(os.dup(bestand.fileno())) == batch["sha256"]


# stillness


def test_een_bestand_zonder_sluitrecord_moet_stil_zijn(tmp_path: Path) -> None:
    pad = csv(tmp_path / "in", "a.csv", regel("R1"))
    asc(tmp_path / "in", "b.asc", {})
    overzicht = draai(nacht(tmp_path, rust=60))
    assert standen(overzicht) == [VERWERKT, WACHT]
    assert ".klaar" in overzicht["batches"][1]["reden"]
    os.utime(pad, (time.time() - 61,) * 2)
    assert standen(draai(nacht(tmp_path, rust=60))) == [VERWERKT]


def test_een_klaarbestand(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    oud = tmp_path / "in" / "a.csv.klaar"
    oud.touch()
    os.utime(oud, (time.time() - 1000,) * 2)
    pad = csv(tmp_path / "in", "a.csv", regel("R1"))
    assert standen(draai(nacht(tmp_path, rust=60))) == [WACHT]
    oud.touch()
    assert pad.stat().st_mtime_ns <= oud.stat().st_mtime_ns
    assert standen(draai(nacht(tmp_path, rust=60))) == [VERWERKT]
    assert not oud.exists()
    csv(tmp_path / "in", "kapot.csv", kop="x")
    (tmp_path / "in" / "kapot.csv.klaar").touch()
    assert standen(draai(nacht(tmp_path, rust=60))) == [AFGEKEURD]
    assert {pad.name for pad in (tmp_path / "in").iterdir()} == {"archief", "afgekeurd", "quarantaine", "_nacht"}


def test_een_tijd_in_de_toekomst_houdt_een_bestand_niet_eeuwig_tegen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pad = csv(tmp_path / "in", "a.csv", regel("R1"))
    os.utime(pad, (time.time() + 10**8,) * 2)
    assert standen(draai(nacht(tmp_path, rust=60))) == [WACHT]
    straks = time.time() + 61
    monkeypatch.setattr(inbox.time, "time", lambda: straks)
    assert standen(draai(nacht(tmp_path, rust=60))) == [VERWERKT]


# unconfirmed messages


@pytest.mark.parametrize("maak_", om_de(2, inboxen.ONBEVESTIGD.values()), ids=inboxen.ONBEVESTIGD)
def test_een_bericht_dat_zijn_sluitrecord_niet_bevestigt_wordt_niet_geboekt(
    tmp_path: Path, maak_: Callable[[Path], Path]
) -> None:
    goed(tmp_path)
    pad = maak_(tmp_path / "in")
    inhoud = pad.read_bytes()
    assert standen(draai(nacht(tmp_path, rust=60))) == [WACHT, WACHT]
    (tmp_path / "uit" / "overzicht.json").unlink()
    overzicht = draai(nacht(tmp_path))
    (batch,) = [b for b in overzicht["batches"] if b["bestand"] == pad.name]
    assert (batch["stand"], batch["exitcode"]) == (AFGEKEURD, 3)
    assert "opnieuw aanleveren" in batch["reden"]
    assert geboekt(tmp_path) == {"GOED"}
    assert batch["samenvatting"]["regels"] > 0
    for naam in batch["uitslag"]:
        assert (tmp_path / "uit" / naam).is_file()
    assert len(batch["uitslag"]) == 3
    assert (tmp_path / "in" / "afgekeurd" / pad.name).read_bytes() == inhoud
    steen = Toetssteen(lees_codes(None, tmp_path), Dossier({}, ()), date.fromisoformat(PEILDATUM), tmp_path)
    with pytest.raises(Weigering, match="opnieuw aanleveren"):
        voeg_toe(tmp_path / "historie", lees_batch(tmp_path / "in" / "afgekeurd" / pad.name, tmp_path), steen)
    assert geboekt(tmp_path) == {"GOED"}


def test_het_hele_bericht_komt_later_gewoon_in_de_historie(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    inboxen.half_bericht(tmp_path / "in", "a.asc")
    draai(nacht(tmp_path))
    asc(tmp_path / "in", "a.asc", *({"aantal": 1} for _ in range(6)))
    assert standen(draai(nacht(tmp_path))) == [VERWERKT]


# journal and clock


@pytest.mark.parametrize("inhoud", inboxen.DAGBOEKEN.values(), ids=inboxen.DAGBOEKEN)
def test_een_vreemd_dagboek_houdt_de_nacht_niet_tegen(
    tmp_path: Path, inhoud: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    goed(tmp_path)
    maak(tmp_path / "uit")
    (tmp_path / "uit" / "nacht.jsonl").write_bytes(inhoud)
    overzicht = draai(nacht(tmp_path))
    assert standen(overzicht) == [VERWERKT]
    (opzij,) = (tmp_path / "uit").glob("nacht-onleesbaar-*.jsonl")
    assert opzij.read_bytes() == inhoud
    assert opzij.name in overzicht["opmerkingen"][0]
    assert "dagboek opzij gezet" in [record.getMessage() for record in caplog.records]
    assert not (tmp_path / "uit" / "nacht.jsonl").exists()


@pytest.mark.parametrize("soort", ["map", "koppeling", "groot"])
def test_een_dagboek_dat_geen_bestand_is(tmp_path: Path, soort: str) -> None:
    goed(tmp_path)
    pad = maak(tmp_path / "uit") / "nacht.jsonl"
    if soort == "map":
        pad.mkdir()
    elif soort == "koppeling":
        pad.symlink_to(tmp_path / "elders")
    else:
        with pad.open("wb") as bestand:
            bestand.truncate(dagboek.HOOGUIT + 1)
    assert standen(draai(nacht(tmp_path))) == [VERWERKT]
    assert not (tmp_path / "elders").exists()


def test_elke_nacht_schrijft_haar_eigen_peildatum_op(tmp_path: Path) -> None:
    """After a clock that ran ahead, and after a night of long ago that never ended."""
    for begonnen in (datetime.now(UTC) + timedelta(hours=30), datetime.now(UTC) - timedelta(days=9)):
        kop = {"begonnen": begonnen.isoformat(), "peildatum": "2031-01-01"}
        (tmp_path / "nacht.jsonl").write_text(json.dumps(kop) + "\n")
        assert Dagboek(tmp_path, None).peildatum == date.today()
        weer = Dagboek(tmp_path, None)
        assert (weer.hervat, weer.peildatum) == (True, date.today())
        assert len((tmp_path / "nacht.jsonl").read_text().splitlines()) == 2


# a file that cannot be read


def zonder_eerste_byte(inbox_: Path) -> Path:
    inbox_.mkdir(exist_ok=True)
    pad = inbox_ / "a.xlsx"
    pl.DataFrame({"bsn": ["999900006"]}).write_excel(pad)
    pad.write_bytes(pad.read_bytes()[1:])
    return pad


def test_een_werkboek_zonder_zijn_eerste_byte(tmp_path: Path) -> None:
    goed(tmp_path)
    zonder_eerste_byte(tmp_path / "in")
    assert standen(draai(nacht(tmp_path))) == [VERWERKT, AFGEKEURD]


@pytest.mark.parametrize(
    "fout",
    om_de(3, [
        OSError(errno.EINVAL, "Invalid argument"), OSError(errno.ENOENT, "x"), OSError("zonder nummer"), MemoryError(),
        pl.exceptions.ComputeError("Invalid argument (os error 22)"), RecursionError(), ValueError("999900006"),
        pl.exceptions.PanicException("999900006"), UnicodeDecodeError("utf-8", b"999900006", 0, 1, "x"),
    ]),
    ids=repr,
)  # fmt: skip
@pytest.mark.parametrize("waar", ["lezen", "volgorde", "controle"])
def test_wat_er_ook_mis_is_met_een_bestand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fout: BaseException, waar: str
) -> None:
    csv(tmp_path / "in", "a.csv", regel("SLECHT"))
    goed(tmp_path)
    module, naam = {
        "lezen": (draaien, "lees_batch"), "volgorde": (volgorde, "lees_ruw"), "controle": (bijschrijven, "controleer"),
    }[waar]  # fmt: skip
    echt = getattr(module, naam)

    def stuk(eerste: Any, *rest: Any, **meer: Any) -> Any:
        slecht = b"SLECHT" in eerste.read_bytes() if isinstance(eerste, Path) else eerste[0].naam == "a.csv"
        if slecht:
            raise fout
        return echt(eerste, *rest, **meer)

    monkeypatch.setattr(module, naam, stuk)
    overzicht = draai(nacht(tmp_path))
    assert standen(overzicht) == ([VERWERKT, VERWERKT] if waar == "volgorde" else [AFGEKEURD, VERWERKT])
    assert "GOED" in geboekt(tmp_path)
    assert b"999900006" not in teksten(tmp_path)


def _parquet(map_: Path, naam: str) -> Path:
    lijn = pl.read_csv(csv(map_ / "..", "lijn.csv", regel("P1")), separator=";", infer_schema=False)
    lijn.write_parquet(map_ / naam)
    return map_ / naam


@pytest.mark.parametrize("nummer", [errno.ENOSPC, errno.EROFS, errno.EIO])
@pytest.mark.parametrize(
    "schrijf",
    [
        lambda map_: asc(map_, "a.asc", {}),
        lambda map_: _parquet(map_, "a.parquet"),
        lambda map_: csv(map_, "a.csv", regel("R1")),
    ],
    ids=["aw319", "parquet", "csv"],
)
@pytest.mark.parametrize("als_tekst", [False, True], ids=["nummer", "tekst"])
def test_een_schijf_die_het_gelezene_niet_wil_bewaren_is_niet_de_schuld_van_het_bestand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nummer: int, schrijf: Callable[[Path], Path], als_tekst: bool
) -> None:
    """Also when a reader has made a sentence of it."""
    (tmp_path / "in").mkdir()
    pad = schrijf(tmp_path / "in")

    def weiger(*_: Any, **__: Any) -> None:
        raise pl.exceptions.ComputeError(f"x (os error {nummer})") if als_tekst else OSError(nummer, "x")

    monkeypatch.setattr(geheugen, "MEESTE_LIJNEN", 0)
    monkeypatch.setattr(pl.LazyFrame, "sink_parquet", weiger)
    monkeypatch.setattr(pl.DataFrame, "write_parquet", weiger)
    with pytest.raises(Gebruikersfout, match="de nacht is gestopt"):
        draai(nacht(tmp_path))
    assert pad.exists()


def test_een_bestand_dat_groter_is_dan_een_batch_kan_zijn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    goed(tmp_path)
    pad = csv(tmp_path / "in", "a.csv")
    os.truncate(pad, tafel.HOOGUIT + 1)
    overzicht = draai(nacht(tmp_path))
    assert standen(overzicht) == [VERWERKT, AFGEKEURD]
    assert (tmp_path / "in" / "afgekeurd" / "a.csv").stat().st_size == tafel.HOOGUIT + 1
    vrij = tafel.shutil.disk_usage(tmp_path)
    monkeypatch.setattr(tafel.shutil, "disk_usage", lambda _: vrij._replace(free=10))
    csv(tmp_path / "in", "b.csv", regel("R2"))
    overzicht = draai(nacht(tmp_path))
    assert (standen(overzicht), overzicht["exitcode"]) == ([WACHT], 3)
    assert "maak ruimte" in overzicht["batches"][0]["reden"]


def test_een_bestand_dat_het_programma_telkens_doodt(tmp_path: Path) -> None:
    """The journal of nights that died; what they were reading is not read again."""
    pad = csv(tmp_path / "in", "a.csv", regel("R1"))
    goed(tmp_path)
    with pad.open("rb") as bestand:
        som = tafel.som(os.dup(bestand.fileno()))
    maak(tmp_path / "uit")
    for keer in range(2):
        dagboek = Dagboek(tmp_path / "uit", None)
        with dagboek.probeer(som) as mag:
            assert mag, keer
            # Here it dies, and nobody watched.
            dagboek._bezig = None
    overzicht = draai(nacht(tmp_path))
    assert standen(overzicht) == [VERWERKT, AFGEKEURD]
    assert "brak het programma telkens af" in overzicht["batches"][1]["reden"]
    csv(tmp_path / "in", "a.csv", regel("R1"))
    assert standen(draai(nacht(tmp_path))) == [VERWERKT]


# the store


SCHADE = {**inboxen.LOGSCHADE, **inboxen.BESTANDSSCHADE}


@pytest.mark.parametrize("schade", om_de(3, SCHADE))
def test_een_beschadigde_historie_keurt_niemand_af(
    tmp_path: Path, schade: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for maand in ("2019-01", "2019-02"):
        csv(tmp_path / "in", "a.csv", regel(f"R-{maand}", maand))
        draai(nacht(tmp_path))
    kopie = {pad: pad.read_bytes() for pad in (tmp_path / "historie").rglob("*") if pad.is_file()}
    SCHADE[schade](tmp_path / "historie")
    csv(tmp_path / "in", "b.csv", regel("R-2019-03", "2019-03"))
    csv(tmp_path / "in", "c.csv", regel("R-2019-04", "2019-04"))
    eerst = {pad: pad.read_bytes() for pad in (tmp_path / "in").rglob("*") if pad.is_file()}
    for _ in range(2):
        with pytest.raises(Gebruikersfout, match="historie") as gezien:
            draai(nacht(tmp_path))
        assert "Zet een reservekopie terug" in str(gezien.value) or "controleer-historie" in str(gezien.value)
    assert {pad: pad.read_bytes() for pad in (tmp_path / "in").rglob("*") if pad.is_file()} == eerst
    for pad, inhoud in kopie.items():
        pad.write_bytes(inhoud)
    assert standen(draai(nacht(tmp_path))) == [VERWERKT, VERWERKT]
    assert len(historie(tmp_path / "historie")) == 8


def test_een_historie_die_tijdens_de_nacht_verdwijnt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No new one in its place: a disk that went away comes back."""
    pad = goed(tmp_path)
    echt = draaien.lees_batch

    def lees(*wat: Any) -> Any:
        (tmp_path / "historie").rename(tmp_path / "weg")
        (tmp_path / "historie").mkdir()
        return echt(*wat)

    monkeypatch.setattr(draaien, "lees_batch", lees)
    with pytest.raises(Gebruikersfout, match="geen historie"):
        draai(nacht(tmp_path))
    assert pad.exists()
    assert not [*(tmp_path / "historie").iterdir()]


def test_een_batch_die_zich_niet_laat_bevragen_is_niet_de_schuld_van_de_historie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lines are read late: what is wrong with them shows when the store is asked for what they need."""
    goed(tmp_path)
    csv(tmp_path / "in", "a.csv", regel("R1"))
    echt = draaien.lees_batch

    def lees(*wat: Any) -> Any:
        batch = echt(*wat)
        if batch.regels.collect()["referentienummer"][0] != "R1":
            return batch
        kapot = batch.regels.with_columns(pl.col("bsn").cast(pl.Int64).cast(pl.Int8, strict=True).cast(pl.String))
        return replace(batch, regels=kapot)

    monkeypatch.setattr(draaien, "lees_batch", lees)
    overzicht = draai(nacht(tmp_path))
    assert standen(overzicht) == [AFGEKEURD, VERWERKT]
    assert b"999900006" not in teksten(tmp_path)


def test_een_nacht_die_netjes_wordt_gestopt_telt_niet_als_dood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A night that ends in the middle of a check has noted that it was busy; an orderly end is no death."""
    goed(tmp_path)

    def onderbreek(*_: Any, **__: Any) -> Uitslag:
        raise KeyboardInterrupt

    for _ in range(4):
        with monkeypatch.context() as stuk:
            stuk.setattr(bijschrijven, "controleer", onderbreek)
            with pytest.raises(KeyboardInterrupt):
                draai(nacht(tmp_path))
    assert standen(draai(nacht(tmp_path))) == [VERWERKT]
    assert not (tmp_path / "in" / GENOMEN).exists()

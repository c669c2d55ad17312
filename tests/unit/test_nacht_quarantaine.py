"""Batches that nobody should book unseen, giving them free, and results that are written again."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import nachthulp
from nachthulp import PEILDATUM, asc, csv, historie, regel, stand
from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.cli.opdrachten import app
from wlz_declaratie.codes.tabellen import lees_codes
from wlz_declaratie.diensten.bijschrijven import Toetssteen, Weigering, voeg_toe
from wlz_declaratie.historie.fouten import Historiefout
from wlz_declaratie.inlezen import lees_batch
from wlz_declaratie.inlezen.dossier import Dossier, lees_dossier
from wlz_declaratie.nacht import draaien
from wlz_declaratie.nacht.dagboek import AFGEKEURD, AL_BEKEND, QUARANTAINE, VERWERKT, Dagboek
from wlz_declaratie.nacht.draaien import draai
from wlz_declaratie.nacht.exitcodes import NAAR_IEMAND, PROBEER_OPNIEUW
from wlz_declaratie.nacht.oorzaak import ProbeerOpnieuw
from wlz_declaratie.nacht.opdracht import Nacht
from wlz_declaratie.nacht.opties import MAX_AFKEUR
from wlz_declaratie.nacht.vooruitblik import vooruitblik
from wlz_declaratie.voorbeeld.nummers import bsns

pytestmark = [pytest.mark.om_de(3), pytest.mark.usefixtures("vlotte_nacht")]

CLIENTEN = [str(bsn) for bsn in bsns(20, 3)]


def nacht(map_: Path, **anders: Any) -> Nacht:
    return nachthulp.nacht(map_, **{"max_afkeur": MAX_AFKEUR, **anders})


def standen(overzicht: dict[str, Any]) -> dict[str, str]:
    return {batch["bestand"]: batch["stand"] for batch in overzicht["batches"]}


def geboekt(map_: Path) -> int:
    """Lines in the store."""
    return sum(isinstance(deel, tuple) for deel in historie(map_ / "historie"))


def namen(map_: Path) -> list[str]:
    return sorted(pad.name for pad in map_.iterdir())


def slecht(map_: Path, naam: str = "slecht.csv", goed: int = 1, fout: int = 2) -> Path:
    """A batch of which so many lines are good, and so many claim the same day twice."""
    regels = [regel(f"G{nr}", "2019-01", bsn) for nr, bsn in enumerate(CLIENTEN[:goed])]
    # One reference on all: VLD-09.
    return csv(map_, naam, *regels, *(regel("F", "2019-01", bsn) for bsn in CLIENTEN[-fout:]))


def vreemd(map_: Path) -> Path:
    """A batch of twenty clients, and beside it a dossier that knows nine of them."""
    csv(map_ / "dossier", "clienten.csv", *(f"{bsn};1950-01-01" for bsn in CLIENTEN[:9]), kop="bsn;geboortedatum")
    return csv(map_ / "in", "batch.csv", *(regel(f"R{nr}", "2019-01", bsn) for nr, bsn in enumerate(CLIENTEN)))


# to quarantine


@pytest.mark.parametrize(("goed", "fout", "max_afkeur", "apart"), [
    (1, 2, 66, True), (2, 2, 50, False), (1, 2, 50, True), (1, 2, 67, False), (9, 2, 0, True), (1, 2, 100, False),
])  # fmt: skip
def test_wat_meer_dan_zoveel_procent_wordt_afgekeurd(
    tmp_path: Path, goed: int, fout: int, max_afkeur: int, apart: bool
) -> None:
    inhoud = slecht(tmp_path / "in", goed=goed, fout=fout).read_bytes()
    csv(tmp_path / "in", "goed.csv", regel("R1", "2019-02"))
    overzicht = draai(nacht(tmp_path, max_afkeur=max_afkeur))
    assert standen(overzicht) == {"slecht.csv": QUARANTAINE if apart else VERWERKT, "goed.csv": VERWERKT}
    assert overzicht["exitcode"] == (NAAR_IEMAND if apart else 1)
    assert geboekt(tmp_path) == (1 if apart else 1 + goed)
    # The results are there whatever became of it.
    batch = overzicht["batches"][0]
    assert batch["uitslag"] == ("slecht.uitslag.json", "slecht.uitslag.xlsx")
    assert all((tmp_path / "uit" / naam).is_file() for naam in batch["uitslag"])
    assert batch["samenvatting"]["afgekeurd"] == fout
    assert overzicht["in_quarantaine"] == (["slecht.csv"] if apart else [])
    assert overzicht["samenvatting"]["regels"] == (1 if apart else 1 + goed + fout)
    map_ = tmp_path / "in" / ("quarantaine" if apart else "archief")
    assert (map_ / "slecht.csv").read_bytes() == inhoud
    if apart:
        reden = (map_ / "slecht.csv.reden.txt").read_text("utf-8").strip()
        assert reden == batch["reden"]
        assert reden.startswith(f"{fout} van {goed + fout} declaratieregels zijn afgekeurd: meer dan {max_afkeur} %")
        assert reden.endswith("--vrijgeven 'slecht.csv'.")


def test_een_dossier_van_een_ander(tmp_path: Path) -> None:
    pad = vreemd(tmp_path)
    overzicht = draai(nacht(tmp_path, dossier=tmp_path / "dossier"))
    assert standen(overzicht) == {"batch.csv": QUARANTAINE}
    assert overzicht["batches"][0]["reden"].startswith("11 van 20 cliënten staan niet in het dossier; hoort dit")
    assert (overzicht["exitcode"], geboekt(tmp_path)) == (NAAR_IEMAND, 0)
    # With the right dossier the same file, or a better one of the same invoice, is booked as if nothing had been.
    pad.write_bytes((tmp_path / "in" / "quarantaine" / "batch.csv").read_bytes())
    assert standen(draai(nacht(tmp_path))) == {"batch.csv": VERWERKT}
    assert geboekt(tmp_path) == 20


def test_een_volledig_dossier_en_voeg_toe(tmp_path: Path) -> None:
    pad = vreemd(tmp_path)
    dossier = lees_dossier(tmp_path / "dossier")
    steen = Toetssteen(lees_codes(None, tmp_path), dossier, date.fromisoformat(PEILDATUM), tmp_path)
    with pytest.raises(Weigering, match=r"11 van 20 cliënten .* --dossier-volledig"):
        voeg_toe(tmp_path / "historie", lees_batch(pad, tmp_path), steen)
    assert geboekt(tmp_path) == 0
    overzicht = draai(nacht(tmp_path, dossier=tmp_path / "dossier", dossier_volledig=True))
    assert standen(overzicht) == {"batch.csv": VERWERKT}


def test_een_bericht_dat_zichzelf_niet_bevestigt_gaat_niet_in_quarantaine(tmp_path: Path) -> None:
    pad = asc(tmp_path / "in", "a.asc", {}, {})
    pad.write_bytes(b"".join(pad.read_bytes().splitlines(keepends=True)[:-1]))
    assert standen(draai(nacht(tmp_path))) == {"a.asc": AFGEKEURD}


def test_twee_batches_met_een_naam(tmp_path: Path) -> None:
    """The second gets a mark, which the reason and the overview name, and each is given free by its own."""
    for fout in (2, 3):
        slecht(tmp_path / "in", fout=fout)
        overzicht = draai(nacht(tmp_path))
    ander = overzicht["in_quarantaine"][0]
    assert overzicht["in_quarantaine"] == [ander, "slecht.csv"]
    assert f"--vrijgeven '{ander}'" in overzicht["batches"][0]["reden"]
    draai(nacht(tmp_path, vrijgeven=[ander]))
    assert [deel["afgekeurd"] for deel in historie(tmp_path / "historie") if isinstance(deel, dict)] == [3]


def test_een_bsn_in_de_naam_wordt_niet_getoond(tmp_path: Path) -> None:
    slecht(tmp_path / "in", f"b {CLIENTEN[0]}.csv")
    overzicht = draai(nacht(tmp_path))
    [naam] = overzicht["in_quarantaine"]
    assert CLIENTEN[0] not in json.dumps(overzicht)
    assert CLIENTEN[0] not in (tmp_path / "uit" / "overzicht.json").read_text("utf-8")
    assert standen(draai(nacht(tmp_path, vrijgeven=[naam]))) == {naam: VERWERKT}


# given free


def test_vrijgeven_boekt_meteen_en_ruimt_op(tmp_path: Path) -> None:
    inhoud = slecht(tmp_path / "in").read_bytes()
    draai(nacht(tmp_path))
    overzicht = draai(nacht(tmp_path, vrijgeven=["slecht.csv"]))
    assert standen(overzicht) == {"slecht.csv": VERWERKT}
    assert (overzicht["exitcode"], overzicht["in_quarantaine"], geboekt(tmp_path)) == (1, [], 1)
    assert namen(tmp_path / "in" / "quarantaine") == []
    assert (tmp_path / "in" / "archief" / "slecht.csv").read_bytes() == inhoud
    assert not (tmp_path / "uit" / "nacht.jsonl").exists()
    with pytest.raises(Gebruikersfout, match=r"zo heet geen batch in quarantaine\. Daar ligt niets"):
        draai(nacht(tmp_path, vrijgeven=["slecht.csv"]))
    assert not (tmp_path / "uit" / "nacht.jsonl").exists()
    Dagboek(tmp_path / "uit", date(2019, 12, 31))  # killed just then: the next night is not of that day
    with pytest.raises(Gebruikersfout, match="zo heet geen batch in quarantaine"):
        draai(nacht(tmp_path, vrijgeven=["slecht.csv"]))
    assert not (tmp_path / "uit" / "nacht.jsonl").exists()


def test_vrijgeven_van_een_vreemd_dossier(tmp_path: Path) -> None:
    vreemd(tmp_path)
    met_dossier = {"dossier": tmp_path / "dossier"}
    draai(nacht(tmp_path, **met_dossier))
    assert standen(draai(nacht(tmp_path, **met_dossier, vrijgeven=["batch.csv"]))) == {"batch.csv": VERWERKT}
    assert geboekt(tmp_path) == 20


@pytest.mark.parametrize("naam", ["elders.csv", "../elders.csv", "slecht.csv.reden.txt", ""])
def test_wat_niet_in_quarantaine_ligt(tmp_path: Path, naam: str) -> None:
    slecht(tmp_path / "in")
    csv(tmp_path / "in", "elders.csv", regel("R1", "2019-03"))
    draai(nacht(tmp_path))
    csv(tmp_path / "in", "nieuw.csv", regel("R2", "2019-02"))
    eerst = stand(tmp_path)
    with pytest.raises(Gebruikersfout, match=r"zo heet geen batch in quarantaine\. Daar ligt: slecht.csv"):
        draai(nacht(tmp_path, vrijgeven=["slecht.csv", naam]))
    assert stand(tmp_path) == eerst


def test_vrijgeven_terwijl_de_verbeterde_batch_al_is_geboekt(tmp_path: Path) -> None:
    """Then the same invoice would be in twice: it is put aside as any such file, and lies in quarantine no more."""
    slecht(tmp_path / "in")
    draai(nacht(tmp_path))
    csv(tmp_path / "in", "beter.csv", regel("G0", "2019-01", CLIENTEN[0]))
    draai(nacht(tmp_path))
    overzicht = draai(nacht(tmp_path, vrijgeven=["slecht.csv"]))
    assert standen(overzicht) == {"slecht.csv": AFGEKEURD}
    assert namen(tmp_path / "in" / "quarantaine") == []
    assert geboekt(tmp_path) == 1


def test_vooruitblik_kijkt_niet_in_de_quarantaine(tmp_path: Path) -> None:
    slecht(tmp_path / "in")
    draai(nacht(tmp_path))
    assert vooruitblik(nacht(tmp_path))["batches"] == []


# a restart


def test_een_gestopte_nacht_gaat_verder_met_wat_is_vrijgegeven(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next run, from cron, knows of no release; the journal does."""
    slecht(tmp_path / "in")
    draai(nacht(tmp_path))

    def stop(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as even:
        even.setattr(draaien, "boek", stop)
        with pytest.raises(KeyboardInterrupt):
            draai(nacht(tmp_path, vrijgeven=["slecht.csv"]))
    assert Dagboek(tmp_path / "uit", None).vrijgegeven
    assert standen(draai(nacht(tmp_path))) == {"slecht.csv": VERWERKT}
    assert geboekt(tmp_path) == 1


def test_wat_intussen_is_geboekt_is_al_bekend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last word on a file counts, in the overview of a night that was broken off."""
    inhoud = slecht(tmp_path / "in").read_bytes()

    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as even:
        even.setattr(draaien._Run, "_sluit", stop)
        with pytest.raises(KeyboardInterrupt):
            draai(nacht(tmp_path))
    pad = tmp_path / "in" / "slecht.csv"
    pad.write_bytes(inhoud)
    steen = Toetssteen(lees_codes(None, tmp_path), Dossier({}, ()), date.fromisoformat(PEILDATUM), tmp_path)
    voeg_toe(tmp_path / "historie", lees_batch(pad, tmp_path), steen)
    assert standen(draai(nacht(tmp_path))) == {"slecht.csv": AL_BEKEND}


# results of what is in the store


def test_uitslagen_opnieuw(tmp_path: Path) -> None:
    """Against what was there before it: its own lines, and those of later batches, make nothing double."""
    for naam, maand in (("a.csv", "2019-01"), ("b.csv", "2019-02")):
        csv(tmp_path / "in", naam, regel(f"R-{maand}", maand))
        draai(nacht(tmp_path))
    eerst = historie(tmp_path / "historie")
    bestanden = {naam: (tmp_path / "uit" / naam).read_bytes() for naam in ("a.uitslag.json", "b.uitslag.json")}
    for naam, maand in (("a.csv", "2019-01"), ("b.csv", "2019-02")):
        csv(tmp_path / "in", naam, regel(f"R-{maand}", maand))
        (tmp_path / "uit" / naam.replace(".csv", ".uitslag.json")).unlink()
    overzicht = draai(nacht(tmp_path, opnieuw=True))
    assert standen(overzicht) == {"a.csv": AL_BEKEND, "b.csv": AL_BEKEND}
    assert overzicht["batches"][0]["uitslag"] == ("a.uitslag.json", "a.uitslag.xlsx")
    assert {naam: (tmp_path / "uit" / naam).read_bytes() for naam in bestanden} == bestanden
    assert historie(tmp_path / "historie") == eerst
    assert overzicht["samenvatting"]["regels"] == 0


# exit codes


def test_een_volle_schijf_is_iets_dat_overgaat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    csv(tmp_path / "in", "a.csv", regel("R1"))

    def weiger(fout: BaseException) -> Callable[..., None]:
        def doe(*_: Any, **__: Any) -> None:
            raise fout

        return doe

    for nummer, soort in ((errno.ENOSPC, ProbeerOpnieuw), (errno.EROFS, Gebruikersfout)):
        for fout in (OSError(nummer, "x"), Historiefout("de historie weigert.", systeem=nummer)):
            with monkeypatch.context() as even:
                even.setattr(draaien, "boek", weiger(fout))
                with pytest.raises(Gebruikersfout) as gezien:
                    draai(nacht(tmp_path))
            assert type(gezien.value) is not Gebruikersfout or soort is Gebruikersfout
            assert isinstance(gezien.value, ProbeerOpnieuw) == (soort is ProbeerOpnieuw)


def test_exitcode_van_wat_overgaat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def vol(_: Nacht) -> None:
        raise ProbeerOpnieuw("de schijf is vol.")

    monkeypatch.setattr(draaien, "draai", vol)
    monkeypatch.setattr("wlz_declaratie.nacht.toezicht.bewaak", lambda _: None)
    woorden = ["nacht", str(tmp_path), "--historie", str(tmp_path / "h"), "--uit", str(tmp_path / "u")]
    klaar = CliRunner().invoke(app, woorden)
    assert klaar.exit_code == PROBEER_OPNIEUW == 75
    assert klaar.output == "fout: de schijf is vol.\n"

"""What every rule concluded of a line: good with its numbers, rejected, a signal, not tested and why, or not its."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from gevallen import controleer_geval, gevallen
from wlz_declaratie import Geval
from wlz_declaratie.basis import geheugen
from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.diensten.waarom import NIET_GEKOZEN, Waarom, ga_na
from wlz_declaratie.diensten.zoeken import regel_met, regels_van
from wlz_declaratie.kern.oordeel import Oordeel
from wlz_declaratie.kern.regel import alle_regels
from wlz_declaratie.kern.spoor import Spoor
from wlz_declaratie.kern.toetsing import Toetsing, toets

AFSPRAAK = {"agb": "06290101", "prestatiecode": "Z041", "ingangsdatum": date(2026, 1, 1)}
Rijen = Sequence[Mapping[str, Any]]


def uitslag(map_: Path, regel_ids: Sequence[str], regels: Rijen, **anders: Any) -> Uitslag:
    return controleer_geval(regel_ids, {"regels": regels, "werkmap": map_, **anders})


def oordeel(map_: Path, regel_id: str, regels: Rijen, rij: int = 0, **anders: Any) -> Oordeel:
    """What one rule concludes of line ``rij``."""
    nagegaan = ga_na(uitslag(map_, [regel_id], regels, **anders), [rij])
    (gevonden,) = (o for o in nagegaan.oordelen[rij] if o.regel.id == regel_id)
    return gevonden


def in_het_kort(gevonden: Oordeel) -> tuple[str, str]:
    return gevonden.soort, gevonden.toelichting


def leegstand(dagen: int) -> dict[str, Any]:
    return {"prestatiecode": "Z916", "begindatum": date(2026, 3, 2), "einddatum": date(2026, 3, 20), "aantal": dagen}


def test_goed_met_getallen_tot_de_grens(tmp_path: Path) -> None:
    goed = oordeel(tmp_path, "MUT-01", [leegstand(13)])
    assert in_het_kort(goed) == ("goed", "13 van 13 mutatiedagen")
    assert goed.gegevens == ({"mutatiedagen": 13, "toegestaan": 13},)


def test_een_dag_meer_is_afgekeurd_met_melding_getallen_en_retourcode(tmp_path: Path) -> None:
    gevonden = oordeel(tmp_path, "MUT-01", [leegstand(14)])
    assert (gevonden.soort, gevonden.retourcode) == ("afgekeurd", "0584")
    assert gevonden.toelichting.startswith("14 mutatiedagen in deze leegstand, 13 toegestaan")
    assert gevonden.gegevens[0]["mutatiedagen"] == 14


def test_de_som_telt_andere_regels_van_de_client_en_de_historie_mee(tmp_path: Path) -> None:
    eerder = {**leegstand(5), "begindatum": date(2026, 2, 20), "einddatum": date(2026, 2, 28)}
    ander = {**leegstand(7), "bsn": "999900018"}
    gevonden = oordeel(tmp_path, "MUT-01", [ander, leegstand(6)], 1, historie=[eerder])
    assert in_het_kort(gevonden) == ("goed", "11 van 13 mutatiedagen")


@pytest.mark.parametrize(
    ("regel_id", "regel", "dossier", "verwacht"),
    [
        ("MUT-01", {"prestatiecode": "Z041"}, {}, ("niet van toepassing", "")),
        ("MUT-01", {"prestatiecode": "Z916", "debet_credit": "C"}, {}, ("niet van toepassing", "een creditregel")),
        ("MUT-04", {"prestatiecode": "Z916"}, {}, ("niet getoetst", "tabel aanbieders ontbreekt")),
        ("MUT-04", {"prestatiecode": "Z916"}, {"aanbieders": []}, ("goed", "")),
        (
            "MUT-04",
            {"prestatiecode": "Z916"},
            {"aanbieders": [{"agb": "06290101", "kenmerk": "behandeling", "ingangsdatum": date(2020, 1, 1)}]},
            ("signaal", "Z916 is zonder behandeling; de uitvoerder heeft het kenmerk behandeling"),
        ),
        ("MUT-05", {"prestatiecode": "Z916", "zzpcode": None}, {}, ("niet getoetst", "zonder profiel")),
        ("MUT-05", {"prestatiecode": "Z916", "zzpcode": "754"}, {}, ("goed", "")),
        ("GGZ-04", {"prestatiecode": "Z041", "zzpcode": "754"}, {}, ("niet getoetst", "gold tot en met 31-12-2017")),
        ("MUT-06", {"prestatiecode": "Z916"}, {}, ("geen bevinding", "")),
        ("VLD-06", {"prestatiecode": "Z041"}, {}, ("niet getoetst", "kolom tijdseenheid ontbreekt")),
        (
            "AFS-05",
            {"tarief": 9999},
            {
                "tarieven": [
                    {"prestatiecode": "Z041", "ingangsdatum": date(2026, 1, 1), "maximumtarief": 9999},
                ]
            },
            ("goed", "tarief 99,99 euro, het maximum is 99,99 euro"),
        ),
        ("AFS-05", {"tarief": 9999}, {"tarieven": []}, ("niet van toepassing", "")),
        (
            "AFS-02",
            {"tarief": 9999},
            {"afspraken": [{**AFSPRAAK, "tarief": 9999}]},
            ("goed", "tarief 99,99 euro, afgesproken is ten hoogste 99,99 euro"),
        ),
        (
            "IND-03",
            {"zzpcode": None},
            {
                "toewijzingen": [
                    {
                        "bsn": "999900006",
                        "zzpcode": "754",
                        "instelling": "06290101",
                        "leveringsvorm": 4,
                        "ingangsdatum": date(2026, 3, 1),
                    }
                ]
            },
            ("goed", "31 van 31 dagen toegewezen"),
        ),
    ],
)  # fmt: skip
def test_oordeel(
    tmp_path: Path, regel_id: str, regel: dict[str, Any], dossier: dict[str, Any], verwacht: tuple[str, str]
) -> None:
    assert in_het_kort(oordeel(tmp_path, regel_id, [regel], dossier=dossier)) == verwacht


def test_volume_telt_de_andere_clienten(tmp_path: Path) -> None:
    regels = [{"aantal": 30}, {"bsn": "999900018", "aantal": 20, "begindatum": date(2026, 3, 2)}]
    gevonden = oordeel(tmp_path, "AFS-03", regels, 1, dossier={"afspraken": [{**AFSPRAAK, "aantal": 100}]})
    assert in_het_kort(gevonden) == ("goed", "50 van 100 afgesproken in 2026")


def test_in_delen_is_het_hetzelfde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geheugen, "MEESTE_LIJNEN", 1)
    regels = [{"aantal": 30}, {"bsn": "999900018", "aantal": 20, "begindatum": date(2026, 3, 2)}]
    gecontroleerd = uitslag(
        tmp_path, ["AFS-03", "VLD-16"], regels, dossier={"afspraken": [{**AFSPRAAK, "aantal": 100}]}
    )
    per_regel = {o.regel.id: in_het_kort(o) for o in ga_na(gecontroleerd, [1]).oordelen[1]}
    assert per_regel["AFS-03"] == ("goed", "50 van 100 afgesproken in 2026")
    assert per_regel["VLD-16"] == ("goed", "")


def test_overbrugging_in_dagen(tmp_path: Path) -> None:
    regels = [{"prestatiecode": "Z430", "zzpcode": "782", "besluitnummer": "1"}]
    soort, tekst = in_het_kort(oordeel(tmp_path, "OVB-01", regels))
    assert (soort, tekst) == ("goed", "31 van 182 dagen overbrugging")


def test_wat_uitgezet_is_staat_erbij(tmp_path: Path) -> None:
    nagegaan = ga_na(uitslag(tmp_path, ["VLD-01"], [{}]), [0])
    per_regel = {o.regel.id: in_het_kort(o) for o in nagegaan.oordelen[0]}
    assert list(per_regel) == sorted(alle_regels())
    assert per_regel["VLD-01"] == ("goed", "")
    assert per_regel["MUT-01"] == ("niet getoetst", NIET_GEKOZEN)


def test_voorbehoud_als_een_deel_niet_kon(tmp_path: Path) -> None:
    gevonden = oordeel(tmp_path, "VRB-09", [{}], dossier={"pgb": []})
    assert (gevonden.soort, gevonden.voorbehoud) == ("goed", "tabel toewijzingen ontbreekt")


def gevolgd(gecontroleerd: Uitslag, regel_id: str) -> tuple[Spoor, Toetsing, pl.DataFrame]:
    assert gecontroleerd.naslag is not None
    invoer = gecontroleerd.naslag.invoer
    spoor = Spoor(range(invoer.aantal_batch))
    (toetsing,), gevonden = toets(replace(invoer, spoor=spoor), [alle_regels()[regel_id]], Path(), lambda *_: None)
    return spoor, toetsing, gevonden.op_lijn.alles().sort("rij").collect()


@pytest.mark.om_de(45)
@pytest.mark.parametrize("geval", [g for g in gevallen()[0] if "werkmap" not in g.inhoud], ids=str)
def test_volgen_verandert_niets_en_elke_bevinding_is_bekeken(geval: Geval) -> None:
    """What a rule says that it judges holds at least every line on which it finds something."""
    gecontroleerd = controleer_geval([geval.regel_id], geval.inhoud, geval.standaard)
    spoor, toetsing, met_lijn = gevolgd(gecontroleerd, geval.regel_id)
    op_lijn = gecontroleerd.bevindingen.drop_nulls("rij")
    assert toetsing.status == gecontroleerd.regels[0].status
    gelezen = op_lijn.filter(pl.col("rij").is_in(met_lijn["rij"].implode())).sort("rij")
    assert met_lijn["melding"].to_list() == gelezen["melding"].to_list()
    if met_lijn.height:
        assert set(met_lijn["rij"]) <= set(spoor.per_regel[geval.regel_id].bekeken)


def test_de_client_alleen_geeft_hetzelfde_als_de_hele_batch(tmp_path: Path) -> None:
    """Rules of a line or client judge a client alone as they do among others."""
    ander = {"bsn": "999900018", "uitvoerder": "06290202"}
    regels = [
        {"zzpcode": "754", "aantal": 31, "tarief": 100},
        {**leegstand(13), "begindatum": date(2026, 4, 1), "einddatum": date(2026, 4, 13)},
        {**ander, **leegstand(14)},
        {**ander, "prestatiecode": "H335", "aantal": 3},
        {"bsn": None, "zzpcode": "754"},
    ]
    ids = [id_ for id_, regel in alle_regels().items() if regel.bereik != "batch"]
    dossier: dict[str, Any] = {"indicaties": [], "toewijzingen": [], "aanbieders": [], "clienten": []}
    heel = uitslag(tmp_path, ids, regels, dossier=dossier)
    assert heel.naslag is not None
    spoor = Spoor(range(len(regels)))
    toets(replace(heel.naslag.invoer, spoor=spoor), [alle_regels()[id_] for id_ in ids], tmp_path, lambda *_: None)
    oordelen = {rij: o for client in ([0, 1], [2, 3], [4]) for rij, o in ga_na(heel, client).oordelen.items()}
    assert oordelen.keys() == {*range(len(regels))}
    for rij, van_regels in oordelen.items():
        alleen = {o.regel.id: o for o in van_regels}
        for id_ in ids:
            if alleen[id_].soort == "goed":
                assert rij in spoor.per_regel[id_].bekeken, id_
                getallen = [waarden for _, waarden in spoor.per_regel[id_].getoetst.get(rij, [])]
                assert list(alleen[id_].gegevens) == getallen, id_
            elif alleen[id_].soort == "niet van toepassing":
                assert rij not in spoor.per_regel[id_].bekeken, id_


def test_wat_niet_te_volgen_is_geeft_geen_oordeel_en_geen_fout() -> None:
    spoor = Spoor([0])
    spoor.gekozen("X-01", pl.LazyFrame({"bsn": [1]}))
    spoor.getoetst("X-01", pl.LazyFrame({"rij": [0]}, schema={"rij": pl.UInt32}).filter(pl.col("weg")), "")
    assert not spoor.per_regel["X-01"].zegt_iets
    spoor.getoetst("X-02", pl.LazyFrame({"rij": [0]}, schema={"rij": pl.UInt32}), "{weg} van {weg}")
    assert spoor.per_regel["X-02"].getoetst == {0: []}


def waarom_dossier(map_: Path, rijen: list[dict[str, Any]]) -> Waarom:
    return ga_na(uitslag(map_, ["VLD-01"], [{}], dossier={"toewijzingen": rijen}), [0])


def test_dossierrijen_rond_de_regel(tmp_path: Path) -> None:
    rij = {"bsn": "999900006", "zzpcode": "754", "instelling": "06290101"}
    (tabel,) = waarom_dossier(
        tmp_path,
        [
            {**rij, "ingangsdatum": date(2026, 3, 31)},
            {**rij, "ingangsdatum": date(2026, 4, 1)},
            {**rij, "ingangsdatum": date(2020, 1, 1), "einddatum": date(2025, 11, 29)},
            {**rij, "ingangsdatum": date(2020, 1, 1), "einddatum": date(2025, 11, 28)},
            {**rij, "ingangsdatum": date(2020, 1, 1), "bsn": "999900018"},
        ],
    ).dossier
    assert tabel.rijen.select("ingangsdatum", "raakt").rows() == [
        (date(2020, 1, 1), False),
        (date(2026, 3, 31), True),
        (date(2026, 4, 1), False),
    ]
    assert tabel.verder == 1


def test_zoeken(tmp_path: Path) -> None:
    regels = [{"referentienummer": nr} for nr in ("F26-0001", "F26-0002", "dubbel", "dubbel")]
    regels += [{"bsn": "999900018", "referentienummer": "ander"}, {"bsn": "999912018", "referentienummer": "nog een"}]
    gecontroleerd = uitslag(tmp_path, ["VLD-01"], regels)
    assert regel_met(gecontroleerd, " F26-0002 ") == 1
    assert regel_met(gecontroleerd, "dubbel", 4) == 3
    with pytest.raises(
        Gebruikersfout, match=r"staat op bestandsregel 3 en bestandsregel 4\. Kies er een met --regelnummer\.$"
    ):
        regel_met(gecontroleerd, "dubbel")
    with pytest.raises(Gebruikersfout, match=r"staat niet op bestandsregel 9, wel op bestandsregel 2\.$"):
        regel_met(gecontroleerd, "F26-0002", 9)
    with pytest.raises(Gebruikersfout, match="heeft referentienummer 'f260001'; bedoel je F26-0001"):
        regel_met(gecontroleerd, "f260001")
    assert regels_van(gecontroleerd, "999900006") == regels_van(gecontroleerd, "006") == [0, 1, 2, 3]
    with pytest.raises(Gebruikersfout, match="van 2 cliënten eindigt het bsn op 018"):
        regels_van(gecontroleerd, "018")
    with pytest.raises(Gebruikersfout, match="met dit bsn, dat eindigt op 031") as fout:
        regels_van(gecontroleerd, "999900031")
    assert "999900031" not in str(fout.value)

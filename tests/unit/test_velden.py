"""VLD where a case of one file will not do: several files, absent columns, rules beside a slow reading."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from gevallen import STANDAARD, bestand, bevindingen
from grondig import keren
from wlz_declaratie.codes.tabellen import lees_codes
from wlz_declaratie.diensten.controleren import Uitslag, controleer
from wlz_declaratie.diensten.klaarzetten import zet_klaar
from wlz_declaratie.inlezen.basis import Batchbestand
from wlz_declaratie.inlezen.dossier import Dossier
from wlz_declaratie.kern.regel import alle_regels
from wlz_declaratie.regels import dubbel

IN_EDITIE = {"begindatum": date(2019, 3, 1), "einddatum": date(2019, 3, 31)}


def toets(regel_id: str, *bestanden: Batchbestand, historie: Batchbestand | None = None) -> Uitslag:
    return controleer(
        bestanden,
        regels=[alle_regels()[regel_id]],
        codes=lees_codes(),
        peildatum=date(2026, 11, 1),
        dossier=zet_klaar(Dossier({}, ()), lees_codes()),
        werkmap=Path(),
        historie=None if historie is None else [historie],
    )


def regels_met_bevinding(uitslag: Uitslag) -> list[tuple[str, int]]:
    return [(b["bestand"], b["regel"]) for b in bevindingen(uitslag)]


def zonder_kolommen(invoer: Batchbestand, *kolommen: str) -> Batchbestand:
    """The file as if it had never had these columns."""
    leeg = invoer.regels.with_columns(pl.lit(None, dtype=pl.String).alias(kolom) for kolom in kolommen)
    return Batchbestand(**{**vars(invoer), "regels": leeg, "kolommen": invoer.kolommen - set(kolommen)})


def test_aw319_regels_naast_een_csv() -> None:
    regel = {"debet_credit_2": "C", "besluitnummer": None, "zzpcode": "755", "functiecode": None}
    aw319, csv = bestand([regel], {}, "a.asc", "aw319"), bestand([regel], {}, "b.csv", "csv")
    for regel_id in ("VLD-07", "VLD-13"):
        for bestanden in ((aw319, csv), (csv, aw319)):
            uitslag = toets(regel_id, *bestanden)
            assert regels_met_bevinding(uitslag) == [("a.asc", 1)]
            assert uitslag.regels[0].status == "uitgevoerd"


def test_kolom_in_een_van_de_bestanden() -> None:
    bedragen = {"bedrag": 100, "declaratiebedrag": 100}
    met = bestand([{**bedragen, "tarief": 99}, {**bedragen, "tarief": None}], {}, "a.csv")
    zonder = bestand([bedragen], {}, "b.csv")
    uitslag = toets("VLD-08", met, zonder)
    assert regels_met_bevinding(uitslag) == [("a.csv", 1)]
    assert uitslag.regels[0].reden == "kolom tarief ontbreekt in een van de bestanden; 1 declaratieregel zonder tarief"


def test_beide_leeg_telt_alleen_waar_de_kolommen_bestaan() -> None:
    regels = [{"zzpcode": None, "functiecode": None}, {"zzpcode": "754", "functiecode": None}]
    volledig = bestand(regels, IN_EDITIE, "a.csv")
    uitslag = toets("VLD-12", volledig, zonder_kolommen(volledig, "functiecode"))
    assert regels_met_bevinding(uitslag) == [("a.csv", 1), ("a.csv", 2), ("a.csv", 2)]
    assert uitslag.regels[0].reden == "kolom functiecode ontbreekt in een van de bestanden"

    uitslag = toets("VLD-12", zonder_kolommen(volledig, "zzpcode", "functiecode"))
    assert not regels_met_bevinding(uitslag)
    assert uitslag.regels[0].status == "niet uitgevoerd"
    assert uitslag.regels[0].reden == "kolom zzpcode ontbreekt; kolom functiecode ontbreekt"


def test_referentienummer_zonder_kolom_declarant() -> None:
    invoer = zonder_kolommen(bestand([{"referentienummer": "A"}, {"referentienummer": "A"}], {}, "a.csv"), "declarant")
    uitslag = toets("VLD-09", invoer)
    assert regels_met_bevinding(uitslag) == [("a.csv", 1), ("a.csv", 2)]
    assert uitslag.regels[0].reden == "kolom declarant ontbreekt"


def test_credit_zonder_kolom_voorgaand() -> None:
    uitslag = toets("VLD-10", bestand([{"debet_credit": "C", "bedrag": 1}, {"bedrag": 1}], {}, "a.csv"))
    assert [(b["regel"], b["retourcode"]) for b in bevindingen(uitslag)] == [(1, "0651")]
    assert uitslag.regels[0].reden == "kolom referentienummer_voorgaand ontbreekt"


def test_debet_in_een_ander_bestand_is_bekend_en_niet_gelijk() -> None:
    debet = bestand([{"referentienummer": "A", "bedrag": 1}], {}, "a.csv")
    credit = {"referentienummer_voorgaand": "A", "debet_credit": "C", "bedrag": 1}
    assert not regels_met_bevinding(toets("VLD-10", debet, bestand([credit], {}, "b.csv")))


def test_andere_regel_in_een_ander_bestand() -> None:
    een = bestand([{"bsn": "999900018"}, {"referentienummer": "A"}], {}, "a.csv")
    twee = bestand([{"referentienummer": "A"}], {}, "b.csv")
    (overlap,) = bevindingen(toets("VLD-16", een, twee))
    assert (overlap["bestand"], overlap["regel"]) == ("b.csv", 1)
    assert "bestandsregel 2 van een ander bestand" in overlap["melding"]
    assert overlap["gegevens"]["andere_regel"] == 2
    eerste, tweede = bevindingen(toets("VLD-09", een, twee))
    assert eerste["melding"] == "referentienummer komt 2 keer voor, ook op bestandsregel 1 van een ander bestand"
    assert tweede["melding"] == "referentienummer komt 2 keer voor, ook op bestandsregel 2 van een ander bestand"


@pytest.mark.parametrize(("weinig", "tegelijk"), [(-1, 100), (100, 1), (-1, 1)])
def test_dubbele_referentienummers_onder_heel_veel(monkeypatch: pytest.MonkeyPatch, weinig: int, tegelijk: int) -> None:
    """As among 100 million lines and more: looked for in turns, and again among those that half a hash found."""
    monkeypatch.setattr(dubbel, "_WEINIG", weinig)
    monkeypatch.setattr(dubbel, "_HALVE_SAMEN", tegelijk)
    nummers = ["A", "B", None, "C", "B", "D", None, "A", "B"]
    uitslag = toets("VLD-09", bestand([{"referentienummer": nummer} for nummer in nummers], {}, "a.csv"))
    gevonden = {b["regel"]: b["melding"] for b in bevindingen(uitslag)}
    assert sorted(gevonden) == [1, 2, 3, 5, 7, 8, 9]
    assert gevonden[9] == "referentienummer komt 3 keer voor, ook op bestandsregel 2"


def test_elfproef_naast_de_definitie() -> None:
    loting = random.Random(1)
    nummers = [f"{loting.randrange(10**9):09d}" for _ in range(2000)]
    gevonden = {b["regel"] for b in bevindingen(toets("VLD-01", bestand([{"bsn": n} for n in nummers], {}, "a.csv")))}
    for regel, nummer in enumerate(nummers, start=1):
        som = sum(int(c) * gewicht for c, gewicht in zip(nummer, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True))
        assert (regel in gevonden) == (som % 11 != 0), nummer


def test_koppeling_naast_de_tabel() -> None:
    codes = lees_codes()
    rijen = codes.koppeling.rows(named=True)
    loting = random.Random(2)
    prestaties = [
        *loting.sample(codes.koppeling["prestatiecode"].unique().sort().to_list(), 60),
        *loting.sample(codes.prestaties["prestatiecode"].to_list(), 20),
        *("H335", "S321", "Z914", "F125", "H332"),
    ]
    zzpcodes, functies = [None, "753", "808", "848", "998"], [None, "82", "31", "61"]
    regels = [
        {
            "prestatiecode": loting.choice(prestaties),
            "zzpcode": loting.choice(zzpcodes),
            "functiecode": loting.choice(functies),
            "begindatum": loting.choice([date(2018, 1, 1), date(2018, 3, 31), date(2018, 12, 31), date(2019, 1, 1)]),
            "einddatum": date(2019, 12, 31),
        }
        for _ in range(2000)
    ]
    invoer = bestand(regels, {}, "a.csv")
    onbekend = {b["regel"] for b in bevindingen(toets("VLD-02", invoer))}
    ongekoppeld = {b["regel"] for b in bevindingen(toets("VLD-12", invoer))}
    assert onbekend
    assert ongekoppeld
    for nummer, regel in enumerate(regels, start=1):
        van_code = [rij for rij in rijen if rij["prestatiecode"] == regel["prestatiecode"]]
        dag = regel["begindatum"]
        op_dag = [r for r in van_code if r["ingangsdatum"] <= dag and (r["einddatum"] is None or dag <= r["einddatum"])]
        assert (nummer in onbekend) == (not op_dag), regel
        gevuld = [(veld, regel[veld]) for veld in ("zzpcode", "functiecode") if regel[veld]]
        if all(rij["zzpcode"] is None and rij["functiecode"] is None for rij in van_code):
            past = True
        elif gevuld:
            past = any(rij[veld] == waarde for rij in op_dag for veld, waarde in gevuld)
        else:
            past = any(rij["zzpcode"] is None and rij["functiecode"] is None for rij in op_dag)
        assert (nummer in ongekoppeld) == (bool(op_dag) and not past), regel


def _willekeurig(loting: random.Random, aantal: int) -> list[dict[str, Any]]:
    regels = []
    for _ in range(aantal):
        begin = date(2026, 1, 1) + timedelta(days=loting.randrange(120))
        regels.append(
            {
                "bsn": loting.choice(["999900006", "999900018", "999900031"]),
                "prestatiecode": loting.choice(["Z041", "Z043"]),
                "uitvoerder": loting.choice(["06290101", "06290102"]),
                "begindatum": begin,
                "einddatum": begin + timedelta(days=loting.choice([0, 0, 1, 3, 10])),
            }
        )
    return regels


def test_overlap_naast_alle_paren() -> None:
    loting = random.Random(3)
    for _ in range(keren(15, 1000)):
        batch, historie = (
            [{**STANDAARD, **regel} for regel in _willekeurig(loting, loting.randrange(1, 25))] for _ in range(2)
        )
        uitslag = toets("VLD-16", bestand(batch, {}, "batch"), historie=bestand(historie, {}, "historie"))
        gevonden = {b["regel"]: b["gegevens"] for b in bevindingen(uitslag)}
        eerdere = [(False, regel["begindatum"], regel["einddatum"], nr, regel) for nr, regel in enumerate(historie)]
        eerdere += [(True, regel["begindatum"], regel["einddatum"], nr, regel) for nr, regel in enumerate(batch)]
        eerdere.sort(key=lambda sleutel: sleutel[:4])
        for plaats, (is_batch, begin, eind, nr, regel) in enumerate(eerdere):
            overlap = {
                (ander[0], ander[3] + 1 if ander[0] else None, str(ander[1]), str(ander[2]))
                for ander in eerdere[:plaats]
                if all(ander[4][k] == regel[k] for k in ("bsn", "prestatiecode", "uitvoerder"))
                and ander[1] <= eind
                and begin <= ander[2]
            }
            if not is_batch:
                continue
            assert (nr + 1 in gevonden) == bool(overlap)
            if overlap:
                genoemd = gevonden[nr + 1]
                sleutel = (not genoemd["eerder_gedeclareerd"], genoemd["andere_regel"])
                assert (*sleutel, genoemd["andere_van"], genoemd["andere_tot"]) in overlap

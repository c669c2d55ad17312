"""Matching with an earlier result."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from uitslagen import FOUT, uitslag_van
from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.diensten import totalen
from wlz_declaratie.diensten.basislijn import vergelijk
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.diensten.opgeslagen.lezen import Opgeslagen, lees
from wlz_declaratie.diensten.totalen import Bewaard
from wlz_declaratie.rapport import formaten
from wlz_declaratie.rapport.weergave import Weergave


def toen(uitslag: Uitslag, bevindingen: pl.DataFrame, **anders: object) -> Opgeslagen:
    """What an earlier check of the same batch would have given, with these findings."""
    return Opgeslagen("x.json", replace(uitslag, bevindingen=bevindingen, **anders))  # type: ignore[arg-type]


@pytest.mark.grondig
def test_de_hele_uitslag_is_bekend_ook_als_de_regels_verschuiven(tmp_path: Path) -> None:
    doel = tmp_path / "vorige.json"
    with uitslag_van(tmp_path) as uitslag:
        formaten.schrijf(uitslag, [doel], Weergave(toon_bsn=True))
    kop, *regels = (FOUT / "batch.csv").read_text("utf-8").splitlines()
    verschoven = tmp_path / "hernoemd.csv"
    verschoven.write_text("\n".join([kop, *regels[-100:], *regels[:-100]]) + "\n", "utf-8")
    with uitslag_van(tmp_path, verschoven) as uitslag:
        nu = vergelijk(uitslag, lees(doel))
    assert nu.basislijn is not None
    anders = nu.bevindingen.filter(pl.col("stand") == "nieuw")
    assert anders.is_empty(), anders.select("regel_id", "regelnummer", "gegevens").rows()
    assert nu.basislijn.verdwenen.is_empty()
    assert nu.basislijn.niet_getoetst == 0


def test_van_gelijke_bevindingen_zijn_er_zoveel_bekend_als_er_waren(tmp_path: Path) -> None:
    with uitslag_van(tmp_path) as uitslag:
        een = uitslag.bevindingen.filter(pl.col("regel_id") == "MUT-01").head(1)
        drie = replace(uitslag, bevindingen=pl.concat([een] * 3))
        twee = toen(uitslag, pl.concat([een] * 2))
        assert vergelijk(drie, twee).bevindingen["stand"].to_list() == ["bekend", "bekend", "nieuw"]
        minder = vergelijk(replace(uitslag, bevindingen=een), twee)
    assert minder.basislijn is not None
    assert minder.basislijn.verdwenen.height == 1


def test_ander_bedrag_of_andere_waarde_is_een_nieuwe_bevinding(tmp_path: Path) -> None:
    with uitslag_van(tmp_path) as uitslag:
        een = uitslag.bevindingen.filter(pl.col("regel_id") == "MUT-01").head(1)
        for kolom, waarde in (
            ("declaratiebedrag_cent", pl.lit(1)),
            ("gegevens", pl.lit('{"mutatiedagen":99}')),
            ("referentienummer", pl.lit(None, pl.String)),
            ("einddatum", pl.date(2026, 3, 30)),
        ):
            eerder = toen(uitslag, een.with_columns(waarde.alias(kolom)))
            assert vergelijk(replace(uitslag, bevindingen=een), eerder).bevindingen["stand"].to_list() == ["nieuw"]
        zelfde = toen(uitslag, een.with_columns(regelnummer=9, bestand=pl.lit("y")))
        assert vergelijk(replace(uitslag, bevindingen=een), zelfde).bevindingen["stand"].to_list() == ["bekend"]


def geworden(uitslag: Uitslag, eerder: pl.DataFrame) -> list[str]:
    """What became of findings that are gone."""
    zonder = replace(uitslag, bevindingen=uitslag.bevindingen.clear())
    basislijn = vergelijk(zonder, toen(uitslag, eerder)).basislijn
    assert basislijn is not None
    return basislijn.verdwenen["stand"].to_list()


def test_hersteld_als_de_declaratieregel_er_nog_is_anders_weg(tmp_path: Path) -> None:
    with uitslag_van(tmp_path) as uitslag:
        een = uitslag.bevindingen.filter(pl.col("regel_id") == "MUT-01").head(1)
        zonder_nummer = een.with_columns(referentienummer=pl.lit(None, pl.String))
        ander_nummer = pl.lit("NIEMAND", pl.String).alias("referentienummer")
        andere_client, andere_dag = pl.lit("999900006").alias("bsn"), pl.date(2026, 3, 30).alias("einddatum")
        gevallen = [
            (een, "hersteld"),
            (een.with_columns(andere_dag), "hersteld"),  # the period was mended
            (een.with_columns(andere_client), "hersteld"),  # the bsn was mended
            (een.with_columns(andere_dag, andere_client), "weg"),  # a number used again
            (een.with_columns(ander_nummer), "weg"),
            (een.with_columns(pl.lit("******" + een["bsn"].item()[-3:]).alias("bsn"), andere_dag), "hersteld"),
            (zonder_nummer, "hersteld"),
            (zonder_nummer.with_columns(andere_dag), "weg"),
            (zonder_nummer.with_columns(andere_client), "weg"),
        ]
        assert geworden(uitslag, pl.concat([geval for geval, _ in gevallen])) == [stand for _, stand in gevallen]


def test_wat_over_een_aanbieder_of_de_batch_ging_is_hersteld_zolang_die_er_is(tmp_path: Path) -> None:
    velden = ("referentienummer", "bsn", "prestatiecode", "begindatum", "einddatum", "regelnummer", "rij")
    with uitslag_van(tmp_path) as uitslag:
        een = uitslag.bevindingen.filter(pl.col("regel_id") == "MUT-01").head(1)
        zonder = een.with_columns(pl.lit(None).cast(een.schema[veld]).alias(veld) for veld in velden)
        niemand = zonder.with_columns(uitvoerder=pl.lit("00000000"))
        batch = zonder.with_columns(uitvoerder=pl.lit(None, pl.String))
        onleesbaar = batch.with_columns(regelnummer=pl.lit(9, pl.UInt32))
        samen = pl.concat([zonder, niemand, batch, onleesbaar])
        assert geworden(uitslag, samen) == ["hersteld", "weg", "hersteld", "weg"]


def bewaard(uitslag: Uitslag, **anders: object) -> Bewaard:
    """The origin of its one file, changed."""
    (herkomst,) = totalen.herkomst(uitslag)
    return Bewaard((replace(herkomst, **anders),), None, 0)  # type: ignore[arg-type]


def test_zegt_wat_er_verschilt(tmp_path: Path) -> None:
    with uitslag_van(tmp_path) as uitslag:
        leeg = uitslag.bevindingen.clear()
        (herkomst,) = totalen.herkomst(uitslag)
        (declarant,) = herkomst.declaranten

        def zegt(**anders: object) -> list[str]:
            erbij = vergelijk(uitslag, toen(uitslag, leeg, **anders)).opmerkingen[len(uitslag.opmerkingen) :]
            assert all(opmerking.startswith("basislijn x.json: ") for opmerking in erbij)
            return [opmerking.removeprefix("basislijn x.json: ").partition(" toen")[0] for opmerking in erbij]

        assert zegt() == []
        assert zegt(peildatum=date(2026, 6, 30)) == ["peildatum"]
        februari = (date(2026, 2, 1), date(2026, 2, 28))
        assert zegt(bewaard=bewaard(uitslag, periode=februari)) == ["periode"]
        assert zegt(bewaard=bewaard(uitslag, periode=None)) == []  # of the lines themselves the days overlap
        assert zegt(bewaard=bewaard(uitslag, periode=None, dagen=(date(1900, 1, 1), date(1900, 1, 2)))) == ["periode"]
        met_ander = bewaard(uitslag, declaranten=(declarant, "06999999"), aantal_declaranten=2)
        assert zegt(bewaard=met_ander) == ["alleen"]
        assert zegt(bewaard=Bewaard(None, None, 0))[0].startswith("deze uitslag noemt geen declarant")
        assert zegt(bewaard=bewaard(uitslag, declaranten=(), aantal_declaranten=0)) == []
        with pytest.raises(Gebruikersfout, match=rf"andere declarant \(06999999\) dan deze batch \({declarant}\)"):
            zegt(bewaard=bewaard(uitslag, declaranten=("06999999",)))

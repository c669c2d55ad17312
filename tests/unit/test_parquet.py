from __future__ import annotations

import base64
import io
import zlib
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from tabulair import BSN, REGEL, Lezer, csv_tekst, een, waarden
from wlz_declaratie.basis import geheugen
from wlz_declaratie.contract.tabellen import DECLARATIE
from wlz_declaratie.inlezen.basis import Invoerfout

pytestmark = pytest.mark.om_de(2)


def met(**kolommen: pl.Series | list[Any]) -> pl.DataFrame:
    return pl.DataFrame({**{kolom: [waarde] for kolom, waarde in REGEL.items()}, **kolommen})


def test_eigen_typen(lezer: Lezer) -> None:
    batch = lezer.parquet(
        met(
            begindatum=[date(2026, 1, 1)],
            einddatum=[datetime(2026, 1, 31, 23, 59)],
            aantal=pl.Series([31], dtype=pl.UInt8),
            onderwijs=[True],
            prestatiecode=pl.Series(["Z041"], dtype=pl.Categorical),
            debet_credit=pl.Series(["C"], dtype=pl.Enum(["D", "C"])),
            machtigingsnummer=pl.Series([None]),
        )
    )
    frame = batch.regels.collect()
    assert dict(frame.schema) == DECLARATIE
    assert frame["begindatum"][0] == date(2026, 1, 1)
    assert frame["einddatum"][0] == date(2026, 1, 31)
    assert frame.select("regelnummer", "aantal", "onderwijs", "prestatiecode", "debet_credit").row(0) == (
        1, 31, True, "Z041", "C",
    )  # fmt: skip
    assert een(batch, "machtigingsnummer") is None
    assert batch.soort == "parquet"


def test_zelfde_als_csv(lezer: Lezer) -> None:
    tekst = {**REGEL, "tarief": "12,50", "onderwijs": "ja", "zzpcode": "000", "leveringsvorm": "x"}
    uit_csv = lezer.csv(csv_tekst(tekst))
    uit_parquet = lezer.parquet(pl.DataFrame([tekst]))
    assert uit_parquet.regels.drop("regelnummer").collect().equals(uit_csv.regels.drop("regelnummer").collect())
    assert uit_parquet.kolommen == uit_csv.kolommen
    assert uit_parquet.meldingen["melding"].equals(uit_csv.meldingen["melding"])


@pytest.mark.parametrize(
    ("kolom", "cent"),
    [
        (pl.Series([1250], dtype=pl.Int32), 1250),
        (pl.Series([12.5]), 1250),
        (pl.Series([0.1 + 0.2]), 30),
        (pl.Series([1.15], dtype=pl.Float32), 115),
        (pl.Series([Decimal("12.50")], dtype=pl.Decimal(10, 4)), 1250),
        (pl.Series(["12,50"]), 1250),
        (pl.Series([12.345]), None),
        (pl.Series([float("nan")]), None),
        (pl.Series([float("inf")]), None),
        (pl.Series([999900006], dtype=pl.Int64), 999900006),
        (pl.Series([9999000060], dtype=pl.Int64), None),
    ],
)
def test_bedrag(lezer: Lezer, kolom: pl.Series, cent: int | None) -> None:
    batch = lezer.parquet(met(tarief=kolom))
    assert een(batch, "tarief") == cent
    assert batch.meldingen.height == (cent is None)


@pytest.mark.parametrize("type_", [pl.Int64, pl.Float64, pl.Decimal(12, 2)])
def test_codes_als_getal_krijgen_hun_nullen(lezer: Lezer, type_: Any) -> None:
    batch = lezer.parquet(
        met(
            **{
                kolom: pl.Series([waarde]).cast(type_)
                for kolom, waarde in {
                    "bsn": 12345, "uitvoerder": 6290101, "zzpcode": 53, "functiecode": 0, "uzovi": 55,
                    "aantal": 3, "prestatiecodelijst": 10, "tijdseenheid": 4, "begindatum": 20260105,
                    "onderwijs": 1,
                }.items()
            }
        )
    )  # fmt: skip
    frame = batch.regels.select(
        "bsn", "uitvoerder", "zzpcode", "functiecode", "uzovi", "aantal", "prestatiecodelijst",
        "tijdseenheid", "begindatum", "onderwijs",
    ).collect()  # fmt: skip
    assert frame.row(0) == (
        "000012345", "06290101", "053", None, "0055", 3, "010", "04", date(2026, 1, 5), True,
    )  # fmt: skip
    assert batch.meldingen.is_empty()


def test_tekst_krijgt_geen_nullen(lezer: Lezer) -> None:
    assert een(lezer.parquet(met(zzpcode=["53"])), "zzpcode") == "53"


def test_aantal_met_breuk(lezer: Lezer) -> None:
    assert waarden(lezer.parquet(met(aantal=[3.5])), "aantal") == [None]


@pytest.mark.parametrize(
    ("kolom", "waarde"),
    [
        ("bsn", [date(2026, 1, 1)]),
        ("bsn", [[1]]),
        ("begindatum", [True]),
        ("aantal", [True]),
        ("tarief", [date(2026, 1, 1)]),
        ("onderwijs", [{"a": 1}]),
        ("prestatiecode", [b"Z041"]),
    ],
)
def test_verkeerd_type(lezer: Lezer, kolom: str, waarde: list[Any]) -> None:
    with pytest.raises(Invoerfout, match=f"kolom '{kolom}' heeft type"):
        lezer.parquet(met(**{kolom: waarde}))


def test_onbekende_kolom_mag_elk_type_hebben(lezer: Lezer) -> None:
    assert lezer.parquet(met(extra=[{"a": [1]}])).ongebruikt == ("extra",)


def test_lege_rijen_worden_overgeslagen(lezer: Lezer) -> None:
    frame = pl.concat([met(), met().clear(n=1), met(), met().select(pl.all().cast(pl.String).str.head(0))])
    batch = lezer.parquet(frame)
    assert waarden(batch, "regelnummer") == [1, 3]
    assert batch.aantal == 2


def test_dubbele_en_ontbrekende_kolom(lezer: Lezer) -> None:
    with pytest.raises(Invoerfout, match="meer dan één keer"):
        lezer.parquet(met(BSN=[BSN]))
    with pytest.raises(Invoerfout, match="'aantal' ontbreekt"):
        lezer.parquet(met().drop("aantal"))


def test_geen_parquet(lezer: Lezer) -> None:
    for inhoud in (csv_tekst(REGEL), "PAR1", "%PDF-1.7"):
        with pytest.raises(Invoerfout, match="geen leesbaar Parquet"):
            lezer.lees(lezer.bestand("batch.parquet", inhoud))


@pytest.mark.parametrize("klein", [0, 1000])
def test_beschadigd_parquet(lezer: Lezer, monkeypatch: pytest.MonkeyPatch, klein: int) -> None:
    monkeypatch.setattr(geheugen, "MEESTE_LIJNEN", klein)
    buffer = io.BytesIO()
    pl.concat([met()] * 100).with_columns(referentienummer=pl.int_range(100).cast(pl.String)).write_parquet(buffer)
    inhoud = bytearray(buffer.getvalue())
    inhoud[4:300] = bytes(296)
    with pytest.raises(Invoerfout, match="geen leesbaar Parquet") as fout:
        lezer.lees(lezer.bestand("batch.parquet", bytes(inhoud)))
    assert "\n" not in str(fout.value)


def test_veel_regels_gaan_via_schijf(lezer: Lezer, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pl.concat([met(onderwijs=["ja"]), met(onderwijs=["soms"])])
    in_geheugen = lezer.parquet(frame)
    monkeypatch.setattr(geheugen, "MEESTE_LIJNEN", 1)
    via_schijf = lezer.parquet(frame)
    assert via_schijf.regels.collect().equals(in_geheugen.regels.collect())
    assert via_schijf.meldingen.equals(in_geheugen.meldingen)


# What a type leaves open


def moment(*tijd: int, zone: str | None) -> pl.Series:
    """One moment, the clock being that of its zone."""
    return pl.Series([datetime(*tijd)]).dt.replace_time_zone(zone)  # type: ignore[arg-type]


AMSTERDAM = "Europe/Amsterdam"


@pytest.mark.parametrize(
    ("kolom", "dag", "let_op"),
    [
        (moment(2026, 1, 1, 0, 0, zone=None), date(2026, 1, 1), None),
        (moment(2025, 12, 31, 23, 59, zone=None), date(2025, 12, 31), "tijd"),
        (moment(2026, 1, 1, 0, 0, zone=AMSTERDAM), date(2026, 1, 1), None),
        (moment(2026, 7, 1, 0, 0, zone=AMSTERDAM), date(2026, 7, 1), None),
        (moment(2026, 1, 1, 23, 59, zone=AMSTERDAM), date(2026, 1, 1), "tijd"),
        (moment(2025, 12, 31, 23, 0, zone="UTC"), date(2026, 1, 1), "UTC"),  # Dutch midnight in winter
        (moment(2026, 6, 30, 22, 0, zone="UTC"), date(2026, 7, 1), "UTC"),  # and in summer
        (moment(2026, 1, 1, 0, 0, zone="UTC"), date(2026, 1, 1), None),
        (moment(2026, 1, 1, 14, 30, zone="UTC"), date(2026, 1, 1), "tijd"),
        (moment(2026, 6, 30, 23, 0, zone="UTC"), None, "tijd"),
        (moment(2025, 12, 31, 22, 30, zone="UTC"), None, "tijd"),
    ],
)
def test_dag_van_een_moment(lezer: Lezer, kolom: pl.Series, dag: date | None, let_op: str | None) -> None:
    batch = lezer.parquet(met(dagtekening=kolom))
    assert een(batch, "dagtekening") == dag
    assert batch.meldingen.height == (dag is None)
    opmerking = "".join(batch.opmerkingen)
    if let_op is None:
        assert opmerking == ""
    elif dag is not None:
        assert let_op in opmerking
        assert "kolom 'dagtekening': 1 " in opmerking
        assert "regel 1" in opmerking


@pytest.mark.parametrize("kolom", ["bsn", "uitvoerder", "declarant", "referentienummer", "begindatum", "besluitnummer"])
def test_float32_houdt_geen_negen_cijfers(lezer: Lezer, kolom: str) -> None:
    with pytest.raises(Invoerfout, match=f"kolom '{kolom}' heeft type Float32"):
        lezer.parquet(met(**{kolom: pl.Series([999900006.0], dtype=pl.Float32)}))


def test_float32_houdt_een_korte_code(lezer: Lezer) -> None:
    assert een(lezer.parquet(met(zzpcode=pl.Series([53.0], dtype=pl.Float32))), "zzpcode") == "053"


def test_float64_voorbij_zijn_nauwkeurigheid_is_onleesbaar(lezer: Lezer) -> None:
    batch = lezer.parquet(met(referentienummer=pl.Series([2.0**53 + 2])))
    assert een(batch, "referentienummer") is None
    assert "referentienummer" in batch.meldingen["melding"][0]
    assert een(lezer.parquet(met(referentienummer=pl.Series([2.0**53]))), "referentienummer") == "9007199254740992"


def test_groot_bedrag_in_float32_is_onleesbaar(lezer: Lezer) -> None:
    # In this type 4194304.3 and 4194304.5 are one number.
    batch = lezer.parquet(met(tarief=pl.Series([4194304.3], dtype=pl.Float32)))
    assert een(batch, "tarief") is None
    assert batch.meldingen.height == 1


@pytest.mark.parametrize(
    "kolommen",
    [
        {"tarief": pl.Series([12500.0])},  # cents that met an empty field, or euros
        {"tarief": pl.Series([None, 12500.0])[1:]},
        {"tarief": pl.Series([Decimal(12500)], dtype=pl.Decimal(10, 0))},
        {"tarief": pl.Series([100]), "bedrag": pl.Series([3100.0])},
        {"tarief": ["100"], "bedrag": pl.Series([3100.0])},
    ],
)
def test_euro_of_cent_is_niet_te_zien(lezer: Lezer, kolommen: dict[str, Any]) -> None:
    with pytest.raises(Invoerfout, match=r"staan alleen hele bedragen: euro's of centen\. Lever centen aan als gehele"):
        lezer.parquet(met(**kolommen))


@pytest.mark.parametrize(
    ("kolommen", "cent"),
    [
        ({"tarief": pl.Series([100.0]), "bedrag": pl.Series([3100.5])}, 10000),
        ({"tarief": pl.Series([100.0]), "bedrag": ["3100,50"]}, 10000),
        ({"tarief": pl.Series([100.0]), "bedrag": pl.Series([Decimal("3100.00")], dtype=pl.Decimal(10, 2))}, 10000),
        ({"tarief": pl.Series([0.0])}, 0),
        ({"tarief": pl.Series([None], dtype=pl.Float64)}, None),
        ({"tarief": pl.Series([Decimal("100.00")], dtype=pl.Decimal(10, 2))}, 10000),
    ],
)
def test_euro_is_te_zien(lezer: Lezer, kolommen: dict[str, Any], cent: int | None) -> None:
    batch = lezer.parquet(met(**kolommen))
    assert een(batch, "tarief") == cent
    assert batch.meldingen.is_empty()


def test_centen_staan_bij_let_op(lezer: Lezer) -> None:
    batch = lezer.parquet(met(tarief=[1250], declaratiebedrag=[123456789]))
    assert batch.opmerkingen == (
        "hele getallen gelezen als centen: tarief samen € 12,50, declaratiebedrag samen € 1.234.567,89",
    )


@pytest.mark.parametrize(
    "ingepakt",
    [
        pytest.param(
            b"c-pm8F>ljA6n?%qr?d*lih56R<skz(Q7NgMKqFORfIUOSh#2a|SBR82#&HTmX9mQ`#1CL%;1@6;MkanhhyH|$iHYYVZqC@qRV7ZRJKek"
            b"Q`|jQM>^pk$v?ojf0*1-Z0QgU<x~LBYTdo)Y(5WCAqS2w4CAi=YtTvcoumry=c2oQog%7E@)CMIqM>r{Mo5Fp!Kj^wW>bK)PDC1eeN_i"
            b"%QpScgq7=Ia2dO}k)Q+$oW?x26@_R8*KzdwK`pO0RusVDA&sJB_uiqxr!R1l9<u$WF&)P`X~TW(fP=7GN6K2a~mf$znOsUF@^6wF2Mgp"
            b"r!Z9tn?TzS4KN=LNAh$tW+z@!3p8{&fP#?2dgd!4Y-44cyLWDgXf;bR@{yp0oV6lFMq8B!3NcuNbA>N&`PG25;`FVV@UcvkqwZH^un1F"
            b"B<TJ@sE@@c4_D@IvT$lNXF0vsf`D~tzsV;9^<k6Wyl}KUS};qgGJLLG;MB6*krJhS$oScz(8Iy`I+UJjY4MDZ-ya;@@GYUtmFlD3I#GX"
            b"Sn<D^@|}58ey%PIee~t0s{CD`Q7hEg)N1A3TP`oEH}x)CK86#V$SW?t^1Og`Er1tQWK<xU;eIRhqE`zQcSm8^^`dC@x^<?a`FIwz`h$I"
            b"Uzh|G*Pn7S#=|MW8=lu_v4a>{",
            id="met_woordenboek",
        ),
        pytest.param(
            b"c-oCrL2AN46#b48RBVyb84P6MLI)QrN!kiR5$d9#h)9>+MV+>SiRmQTjYsIJ2k}fjf=B2iTAg50JDL1U{(Eou|4qo~;mN>&OSn|WNGue"
            b"rXaInMI~BwbrkKXSIT71p=wh@4Si`j#R$fF?H(L$e5c6NOn}DWaErym6@mat9yXH_|!Ic;|E27>q+qxlY$*7-qP*S|f8?!BZ3Aj*2r6O"
            b"l9j5EidF=uJpj8|b0=tD3)_8j>=KW48pXKMLNTTbVgNS<UbT+Te-5*tqzQzj#dWjVezkL<jh`Ktxv(?bCSsdaTtLBj<VE9z;X7)W?g=o"
            b"J8t#GvRTOllyBa%?7v5p67qwQn-9l4HYB%5Fsfew(i<5Z^r_9nzuMo+eHmFoJuMQ5BVjM=weDejqX+1Ntbjuj1HIhY%T(A^l28s_Qsa#"
            b"I&90`>g21M?|`$OE*XoX5)lMYj+lG(K!#IZX?nseY#0Ys^URKwrPTBRy?3qb}jzCWPW4fx($o-#YcI?xHnrkWwX`Pn})g;pX%v^c^Y6O"
            b"{xv^qnW}s",
            id="zonder",
        ),
    ],
)
def test_groep_zonder_regels(lezer: Lezer, ingepakt: bytes) -> None:
    # As pyarrow writes it, before the group with the line: no page of values, so none is pointed to.
    batch = lezer.lees(lezer.bestand("batch.parquet", zlib.decompress(base64.b85decode(ingepakt))))
    assert (batch.aantal, een(batch, "bsn")) == (1, BSN)


def test_decimaal_van_meer_cijfers_dan_er_zijn(lezer: Lezer, monkeypatch: pytest.MonkeyPatch) -> None:
    from wlz_declaratie.inlezen import velden

    monkeypatch.setattr(velden, "MEESTE_CIJFERS", 20)
    with pytest.raises(Invoerfout, match=r"kolom 'tarief' heeft type Decimal.*als tekst"):
        lezer.parquet(met(tarief=pl.Series([Decimal("1.00")], dtype=pl.Decimal(21, 2))))

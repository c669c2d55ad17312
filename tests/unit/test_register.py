from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from polars.testing import assert_frame_equal

from antwoorden import ANDER, BSN, Object, antwoord, indicatie, pakket, schrijf, specificatie, zonder
from iwlzberichten import GEINDICEERD, bericht, client
from wlz_declaratie.contract.tabellen import DOSSIER, HERKOMST
from wlz_declaratie.inlezen.basis import Invoerfout
from wlz_declaratie.inlezen.dossier import Dossier, lees_dossier
from wlz_declaratie.inlezen.register import lezen, stroom

pytestmark = pytest.mark.om_de(2)

TOEGEWEZEN = {
    "bsn": BSN, "zzpcode": "755", "instelling": "06290101", "soort": 1, "leveringsvorm": 8,
    "ingangsdatum": date(2019, 2, 1), "einddatum": date(2019, 12, 31), "etmalen": 3.5, "percentage": 120.0,
}  # fmt: skip


def lees(map_: Path, **bestanden: Object | str | bytes) -> Dossier:
    return lees_dossier(schrijf(map_, **bestanden))


def rijen(dossier: Dossier, tabel: str) -> list[dict[str, Any]]:
    return dossier.tabellen[tabel].select(*DOSSIER[tabel]).to_dicts()


def kolom(dossier: Dossier, tabel: str, naam: str) -> list[Any]:
    return dossier.tabellen[tabel][naam].to_list()


def specificaties(dossier: Dossier) -> list[str]:
    return kolom(dossier, "toewijzingen", "zzpcode")


def redenen(dossier: Dossier) -> list[str]:
    return dossier.rijen.onbruikbaar["reden"].to_list()


def test_indicatieregister(tmp_path: Path) -> None:
    dossier = lees(tmp_path, i=antwoord(wlzIndicatie=[indicatie()]))
    assert rijen(dossier, "clienten") == [{"bsn": BSN, "geboortedatum": date(1940, 5, 1), "overlijdensdatum": None}]
    assert rijen(dossier, "indicaties") == [
        {
            "bsn": BSN,
            "besluitnummer": "100000001",
            "zzpcode": "755",
            "ingangsdatum": date(2019, 1, 1),
            "einddatum": date(2021, 12, 31),
        }
    ]
    assert dossier.aanwezig == {
        "clienten": {"bsn", "geboortedatum"},
        "indicaties": {"bsn", "besluitnummer", "zzpcode", "ingangsdatum", "einddatum"},
    }
    assert dossier.opmerkingen == ("antwoorden van registers gelezen: 1; clienten: 1; indicaties: 1",)
    assert kolom(dossier, "indicaties", "herkomst") == ["register, i.json"]


def test_bemiddelingsregister(tmp_path: Path) -> None:
    dossier = lees(tmp_path, b=antwoord(bemiddelingspecificatie=[specificatie()]))
    assert rijen(dossier, "toewijzingen") == [TOEGEWEZEN]
    assert dossier.aanwezig == {"toewijzingen": set(DOSSIER["toewijzingen"])}
    assert kolom(dossier, "toewijzingen", "herkomst") == ["register, vastgesteld 12-01-2026"]
    assert dossier.tabellen["toewijzingen"].columns == [*DOSSIER["toewijzingen"], *HERKOMST]


LOS = zonder(specificatie(), "bemiddeling")
VORMEN: dict[str, Object] = {
    "specificatie": {"bemiddelingspecificatie": [specificatie()]},
    "van boven, bemiddeling": {"bemiddeling": [{"client": {"bsn": BSN}, "bemiddelingspecificatie": [LOS]}]},
    "van boven, cliënt": {"client": [{"bsn": BSN, "bemiddeling": [{"bemiddelingspecificatie": [LOS]}]}]},
    "bsn onderaan": {"client": [{"bemiddeling": [{"bemiddelingspecificatie": [specificatie()]}]}]},
    "één object": {"bemiddelingspecificatie": specificatie()},
    "regiehouder": {
        "regiehouder": [{"bemiddeling": {"client": {"bsn": BSN}, "bemiddelingspecificatie": [LOS]}}],
    },
    "overdracht": {"overdracht": [{"bemiddeling": {"client": {"bsn": BSN}, "bemiddelingspecificatie": [LOS]}}]},
    "zonder meer": {"client": [{"bsn": ANDER, "bemiddeling": []}], "bemiddelingspecificatie": [specificatie()]},
}


@pytest.mark.parametrize("data", VORMEN.values(), ids=VORMEN)
def test_elke_vorm_van_een_vraag(tmp_path: Path, data: Object) -> None:
    dossier = lees(tmp_path, b={"extensions": {"x": [1]}, "data": data})
    assert rijen(dossier, "toewijzingen") == [TOEGEWEZEN]
    assert redenen(dossier) == []


def test_naastliggende_toewijzingen_in_de_vraag_van_een_aanbieder(tmp_path: Path) -> None:
    """The provider's own query asks for one allocation, and through its bemiddeling for all that overlap it."""
    naast = [LOS, {**LOS, "bemiddelingspecificatieID": "s2", "zzpCode": "756", "instelling": "06290102"}]
    eigen = specificatie(bemiddeling={"client": {"bsn": BSN}, "bemiddelingspecificatie": naast})
    dossier = lees(tmp_path, b=antwoord(bemiddelingspecificatie=[eigen]))
    assert sorted(specificaties(dossier)) == ["755", "756"]
    assert set(kolom(dossier, "toewijzingen", "bsn")) == {BSN}
    assert dossier.opmerkingen == ("antwoorden van registers gelezen: 1; toewijzingen: 2",)


@pytest.mark.parametrize(("oud", "nieuw"), [("a", "b"), ("b", "a")])
@pytest.mark.parametrize(
    ("eerder", "later"),
    [
        ("2026-01-12T09:30:00Z", "2026-01-12T09:30:01Z"),
        ("2026-01-12T10:30:00+02:00", "2026-01-12T09:30:00+00:00"),
        ("2026-01-12T09:30:00.100Z", "2026-01-12T09:30:00.1001Z"),
        ("2026-01-12", "2026-01-12T09:30:00"),
        (None, "1999-01-12T09:30:00Z"),
    ],
)
def test_de_nieuwste_vaststelling_telt(tmp_path: Path, oud: str, nieuw: str, eerder: str | None, later: str) -> None:
    dossier = lees(
        tmp_path,
        **{
            oud: antwoord(bemiddelingspecificatie=[specificatie(zzpCode="755", vaststellingMoment=eerder)]),
            nieuw: antwoord(bemiddelingspecificatie=[specificatie(zzpCode="756", vaststellingMoment=later)]),
            "c": antwoord(bemiddelingspecificatie=[specificatie("s2", ANDER, zzpCode="757")]),
        },
    )
    assert specificaties(dossier) == ["756", "757"]
    assert "register, toewijzingen die een latere vaststelling vervangt: 1" in dossier.opmerkingen


def test_de_nieuwste_vervangt_ook_als_zij_niet_bruikbaar_is(tmp_path: Path) -> None:
    later = "2026-02-01T00:00:00Z"
    dossier = lees(
        tmp_path,
        a=antwoord(
            bemiddelingspecificatie=[
                specificatie("s1", zzpCode="75", vaststellingMoment=later),
                specificatie("s1"),
                specificatie("s2", zzpCode="76"),
                specificatie("s2", zzpCode="756", vaststellingMoment=later),
            ]
        ),
    )
    assert specificaties(dossier) == ["756"]
    (reden,) = redenen(dossier)
    assert reden == ("element bemiddelingspecificatie/zzpCode heeft een onbruikbare waarde '75', verwacht 3 cijfers")
    assert f"a.json, onderdeel 1: {reden}" in dossier.opmerkingen


def test_een_onleesbaar_moment_telt_niet_en_vervangt_niet(tmp_path: Path) -> None:
    twijfel = specificatie(zzpCode="756", vaststellingMoment="gisteren")
    dossier = lees(tmp_path, a=antwoord(bemiddelingspecificatie=[specificatie(), twijfel]))
    assert specificaties(dossier) == ["755"]
    assert redenen(dossier) == [
        "element bemiddelingspecificatie/vaststellingMoment heeft een onbruikbare waarde, "
        "verwacht een tijdstip zoals 2026-01-31T09:30:00Z"
    ]
    assert dossier.rijen.onbruikbaar["sleutel"].to_list() == [BSN]


def test_zonder_id_telt_elke_rij_een_keer(tmp_path: Path) -> None:
    zonder_id = [zonder(specificatie(zzpCode=code), "bemiddelingspecificatieID") for code in ("755", "756", "755")]
    dossier = lees(
        tmp_path, a=antwoord(bemiddelingspecificatie=zonder_id), b=antwoord(bemiddelingspecificatie=zonder_id)
    )
    assert specificaties(dossier) == ["755", "756"]


def test_gelijke_toewijzingen_met_elk_een_eigen_id_blijven(tmp_path: Path) -> None:
    dossier = lees(tmp_path, a=antwoord(bemiddelingspecificatie=[specificatie("s1"), specificatie("s2")]))
    assert specificaties(dossier) == ["755", "755"]


def test_een_indicatie_telt_uit_het_laatste_bestand_geheel(tmp_path: Path) -> None:
    dossier = lees(
        tmp_path,
        a=antwoord(wlzIndicatie=[indicatie(BSN, pakket(), pakket(zzpCode="756")), indicatie(ANDER)]),
        b=antwoord(wlzIndicatie=[indicatie(BSN, pakket(zzpCode="757"))] * 2),
    )
    gevonden = dict(zip(kolom(dossier, "indicaties", "bsn"), kolom(dossier, "indicaties", "zzpcode"), strict=True))
    assert gevonden == {ANDER: "755", BSN: "757"}
    assert dossier.tabellen["indicaties"].height == 2
    assert dossier.tabellen["clienten"].height == 2
    assert dossier.opmerkingen[1:] == ("register, rijen van indicaties die een later bestand vervangt: 2",)


def test_van_een_client_telt_de_laatste_geboortedatum(tmp_path: Path) -> None:
    anders = {"bsn": BSN, "geboorteDatum": "1940-05-02"}
    dossier = lees(
        tmp_path, b=antwoord(wlzIndicatie=[indicatie(client=anders)]), a=antwoord(wlzIndicatie=[indicatie()])
    )
    assert kolom(dossier, "clienten", "geboortedatum") == [date(1940, 5, 2)]
    assert "register, cliënten met verschillende geboortedatums, waarvan de laatste telt: 1" in dossier.opmerkingen


def test_pgb_uit_leveringsvorm_2(tmp_path: Path) -> None:
    pgb = zonder(specificatie(leveringsvorm="2"), "instelling")
    ook = specificatie("s2", ANDER, leveringsvorm="2", toewijzingEinddatum=None)
    dossier = lees(tmp_path, a=antwoord(bemiddelingspecificatie=[pgb, ook, specificatie("s3")]))
    assert rijen(dossier, "pgb") == [
        {"bsn": BSN, "zzpcode": "755", "ingangsdatum": date(2019, 2, 1), "einddatum": date(2019, 12, 31)},
        {"bsn": ANDER, "zzpcode": "755", "ingangsdatum": date(2019, 2, 1), "einddatum": None},
    ]
    assert kolom(dossier, "toewijzingen", "leveringsvorm") == [2, 8]
    assert redenen(dossier) == []


def test_toewijzing_zonder_instelling(tmp_path: Path) -> None:
    dossier = lees(tmp_path, a=antwoord(bemiddelingspecificatie=[specificatie(), specificatie("s2", instelling=None)]))
    assert specificaties(dossier) == ["755"]
    assert "register, toewijzingen zonder instelling, niet gebruikt: 1" in dossier.opmerkingen


@pytest.mark.parametrize(
    ("eind_pakket", "eind_besluit", "vervaldatum", "einde"),
    [
        ("2021-12-31", "2023-12-31", None, date(2021, 12, 31)),
        (None, "2023-12-31", None, date(2023, 12, 31)),
        (None, None, None, None),
        ("2021-12-31", None, "2020-06-30", date(2020, 6, 30)),
        ("2021-12-31", None, "2022-06-30", date(2021, 12, 31)),
        (None, None, "2022-06-30", date(2022, 6, 30)),
        ("2021-12-31", None, "2019-01-01", date(2019, 1, 1)),
    ],
)
def test_einde_van_een_indicatie(
    tmp_path: Path, eind_pakket: str | None, eind_besluit: str | None, vervaldatum: str | None, einde: date | None
) -> None:
    besluit = indicatie(BSN, pakket(einddatum=eind_pakket), einddatum=eind_besluit, vervaldatum=vervaldatum)
    assert kolom(lees(tmp_path, a=antwoord(wlzIndicatie=[besluit])), "indicaties", "einddatum") == [einde]


def test_nooit_van_kracht(tmp_path: Path) -> None:
    vervallen = indicatie(BSN, vervaldatum="2018-12-31")
    ingetrokken = specificatie(toewijzingEinddatum="2019-01-31", redenIntrekking="4")
    dossier = lees(
        tmp_path,
        a=antwoord(wlzIndicatie=[vervallen]),
        b=antwoord(bemiddelingspecificatie=[ingetrokken]),
    )
    assert set(dossier.tabellen) == {"clienten"}
    assert redenen(dossier) == []
    assert "register, indicaties vervallen vóór de ingangsdatum, dus nooit van kracht: 1" in dossier.opmerkingen
    assert "register, toewijzingen ingetrokken vóór de ingangsdatum, dus nooit van kracht: 1" in dossier.opmerkingen


def test_zonder_volledige_geboortedatum_of_pakket(tmp_path: Path) -> None:
    client = {"bsn": BSN, "geboorteDatum": "1940-01-01", "geboortedatumGebruik": "2"}
    dossier = lees(
        tmp_path,
        a=antwoord(wlzIndicatie=[indicatie(client=client, geindiceerdZorgzwaartepakket=None), indicatie(ANDER)]),
    )
    assert kolom(dossier, "clienten", "bsn") == [ANDER]
    assert kolom(dossier, "indicaties", "bsn") == [ANDER]
    assert dossier.opmerkingen[1:] == (
        "register, indicaties zonder geïndiceerd zorgzwaartepakket, dus niet in indicaties: 1",
        "register, cliënten zonder volledige geboortedatum, dus niet in clienten: 1",
    )


def test_bsn_van_de_client_als_de_indicatie_er_geen_heeft(tmp_path: Path) -> None:
    dossier = lees(tmp_path, a=antwoord(wlzIndicatie=[zonder(indicatie(), "bsn")]))
    assert kolom(dossier, "indicaties", "bsn") == [BSN]


@pytest.mark.parametrize(
    ("weg", "kolommen"),
    [
        ("etmalen", {"etmalen"}),
        ("percentage", {"percentage"}),
        ("toewijzingEinddatum", {"einddatum"}),
        ("redenIntrekking", set()),
        ("vaststellingMoment", set()),
    ],
)
def test_een_veld_dat_de_vraag_wegliet(tmp_path: Path, weg: str, kolommen: set[str]) -> None:
    dossier = lees(tmp_path, a=antwoord(bemiddelingspecificatie=[zonder(specificatie(), weg)]))
    assert dossier.aanwezig["toewijzingen"] == set(DOSSIER["toewijzingen"]) - kolommen
    zonder_ = f"register, toewijzingen zonder bemiddelingspecificatie/{weg}, want de vraag liet dat weg: a.json"
    assert (zonder_ in dossier.opmerkingen) == bool(kolommen)


@pytest.mark.parametrize(
    ("weg", "veld"),
    [
        ("zzpCode", "bemiddelingspecificatie/zzpCode"),
        ("instelling", "bemiddelingspecificatie/instelling"),
        ("soortToewijzing", "bemiddelingspecificatie/soortToewijzing"),
        ("leveringsvorm", "bemiddelingspecificatie/leveringsvorm"),
        ("toewijzingIngangsdatum", "bemiddelingspecificatie/toewijzingIngangsdatum"),
        ("bemiddeling", "bemiddeling/client/bsn"),
    ],
)
def test_zonder_een_nodig_veld_vult_een_antwoord_de_tabel_niet(tmp_path: Path, weg: str, veld: str) -> None:
    dossier = lees(
        tmp_path,
        a=antwoord(bemiddelingspecificatie=[zonder(specificatie(), weg)]),
        b=antwoord(bemiddelingspecificatie=[specificatie("s2", ANDER)]),
    )
    assert kolom(dossier, "toewijzingen", "bsn") == [ANDER]
    assert redenen(dossier) == []
    assert f"register, niet gebruikt voor toewijzingen, want de vraag liet weg: {veld}: a.json" in dossier.opmerkingen


FOUTE_VELDEN: dict[str, tuple[Object, str]] = {
    "geen datum": ({"toewijzingIngangsdatum": "2019-02-30"}, "toewijzingIngangsdatum heeft een onbruikbare waarde"),
    "leeg": ({"zzpCode": " "}, "zzpCode is leeg"),
    "ja of nee": ({"leveringsvorm": True}, "leveringsvorm heeft een onbruikbare waarde"),
    "object": ({"soortToewijzing": {"code": "1"}}, "soortToewijzing heeft een onbruikbare waarde"),
    "lijst": ({"instelling": ["06290101"]}, "instelling heeft een onbruikbare waarde"),
    "lang": ({"zzpCode": "755" * 5000}, "zzpCode heeft een onbruikbare waarde"),
    "getal met punt": ({"soortToewijzing": 1.5}, "soortToewijzing heeft een onbruikbare waarde '1.5'"),
    "id is een object": ({"bemiddelingspecificatieID": {}}, "bemiddelingspecificatieID heeft een onbruikbare waarde"),
    "omgekeerd": ({"toewijzingEinddatum": "2019-01-31"}, "einddatum 2019-01-31 ligt voor ingangsdatum 2019-02-01"),
    "nul": ({"zzpCode": "7\u00005"}, "zzpCode heeft een onbruikbare waarde"),
}


@pytest.mark.parametrize(("velden", "reden"), FOUTE_VELDEN.values(), ids=FOUTE_VELDEN)
def test_een_rij_die_niet_bruikbaar_is(tmp_path: Path, velden: Object, reden: str) -> None:
    dossier = lees(tmp_path, a=antwoord(bemiddelingspecificatie=[specificatie("s2", ANDER), specificatie(**velden)]))
    assert kolom(dossier, "toewijzingen", "bsn") == [ANDER]
    (waarom,) = redenen(dossier)
    assert reden in waarom
    eerste = dossier.rijen.onbruikbaar.row(0, named=True)
    assert (eerste["bestand"], eerste["plaats"], eerste["regel"], eerste["sleutel"]) == ("a.json", "onderdeel", 2, BSN)
    with pytest.raises(Invoerfout, match="a\\.json, onderdeel 2"):
        lees_dossier(tmp_path, strikt=True)


@pytest.mark.parametrize("deel", [None, 5, "x", [], True, {}])
def test_een_deel_dat_geen_object_is(tmp_path: Path, deel: object) -> None:
    dossier = lees(tmp_path, a=antwoord(bemiddelingspecificatie=[deel, specificatie()]))
    assert specificaties(dossier) == ["755"]
    assert len(redenen(dossier)) == (0 if deel == [] else 1)


def test_getallen_krijgen_hun_voorloopnullen_terug(tmp_path: Path) -> None:
    getallen = specificatie(instelling=6290101, zzpCode=755, leveringsvorm=8, soortToewijzing=1, bsn=None)
    boven = {"client": {"bsn": 12345672}, "bemiddelingspecificatie": [zonder(getallen, "bemiddeling")]}
    dossier = lees(tmp_path, a=antwoord(bemiddeling=[boven]))
    assert rijen(dossier, "toewijzingen") == [{**TOEGEWEZEN, "bsn": "012345672"}]


def test_halve_tekens_maken_een_rij_onbruikbaar(tmp_path: Path) -> None:
    tekst = '{"data": {"bemiddelingspecificatie": [%s]}}'
    kwaad = json.dumps(specificatie(zzpCode="75X")).replace("75X", "75\\ud800")
    dossier = lees(tmp_path, a=tekst % f"{kwaad}, {json.dumps(specificatie('s2', ANDER))}")
    assert kolom(dossier, "toewijzingen", "bsn") == [ANDER]
    assert len(redenen(dossier)) == 1


VREEMD = {
    "leeg bestand": (b"", "het bestand breekt af"),
    "geen json": ("bsn;geboortedatum\n", "geen leesbare JSON"),
    "lijst": ("[1, 2]", lezen.GEEN_ANTWOORD),
    "tekst": ('"data"', lezen.GEEN_ANTWOORD),
    "ander object": ('{"name": "x", "dependencies": {"y": "1"}}', lezen.GEEN_ANTWOORD),
    "ander antwoord": ('{"data": {"levering": [{"bsn": "999900006"}]}}', lezen.GEEN_ANTWOORD),
    "data is een lijst": ('{"data": [{"bsn": "999900006"}]}', lezen.GEEN_ANTWOORD),
    "data is leeg": ('{"data": null}', lezen.GEEN_GEGEVENS),
    "alleen fouten": ('{"errors": [{"message": "geen toegang"}]}', lezen.GEEN_GEGEVENS),
    "utf-16": ('{"data": {}}'.encode("utf-16"), "geen UTF-8"),
    "dubbel veld": ('{"a": {"b": 1, "b": 2}}', "een veld staat er twee keer in één object"),
    "dubbele data": ('{"data": {}, "data": {}}', "een veld staat er twee keer in één object"),
    "diep": ('{"a": ' + "[" * 5000 + "]" * 5000 + "}", "te diep genest"),
    "NaN": ('{"a": NaN}', "geen leesbare JSON"),
    "afgebroken": ('{"a": [1, 2', "het bestand breekt af"),
    "erachter": ('{"a": 1} {"data": {}}', "geen leesbare JSON"),
    "reuzengetal": ('{"a": ' + "9" * 5000 + "}", "geen leesbare JSON"),
}


@pytest.mark.parametrize(("inhoud", "reden"), VREEMD.values(), ids=VREEMD)
def test_een_ander_bestand_wordt_genoemd_en_overgeslagen(tmp_path: Path, inhoud: str | bytes, reden: str) -> None:
    dossier = lees(tmp_path, a=inhoud, b=antwoord(bemiddelingspecificatie=[specificatie()]))
    assert specificaties(dossier) == ["755"]
    assert dossier.opmerkingen[-1] == f"register, overgeslagen ({reden}): a.json"


GOED = '{"data": {"bemiddelingspecificatie": [{"zzpCode": "755"}, @]}}'
KAPOT = {
    "afgebroken": (GOED.partition("@")[0], "het bestand breekt af"),
    "afgebroken in een deel": (GOED.partition("@")[0] + '{"zzpCode": "75', "geen leesbare JSON"),
    "afgebroken na de lijst": (GOED.replace("@", "{}")[:-1], "het bestand breekt af"),
    "dubbel veld": (GOED.replace("@", '{"zzpCode": "755", "zzpCode": "756"}'), "een veld staat er twee keer"),
    "dubbele lijst": (
        GOED.replace("@", "{}").replace("]}}", '], "bemiddelingspecificatie": []}}'),
        "een veld staat er",
    ),
    "diep": (GOED.replace("@", "[" * 5000 + "]" * 5000), "te diep genest"),
    "oneindig": (GOED.replace("@", '{"percentage": Infinity}'), "geen leesbare JSON"),
    "geen utf-8": (GOED.replace("@", '{"zzpCode": "@"}').encode().replace(b"@", b"\xff"), "geen UTF-8"),
    "een komma te veel": (GOED.replace("@", ""), "geen leesbare JSON"),
    "sturend teken": (GOED.replace("@", '"\n"'), "geen leesbare JSON"),
    "erachter": (GOED.replace("@", "{}") + "x", "geen leesbare JSON"),
}


@pytest.mark.parametrize(("inhoud", "reden"), KAPOT.values(), ids=KAPOT)
def test_een_antwoord_dat_niet_helemaal_te_lezen_is_wordt_geweigerd(
    tmp_path: Path, inhoud: str | bytes, reden: str
) -> None:
    schrijf(tmp_path, a=inhoud, b=antwoord(bemiddelingspecificatie=[specificatie()]))
    with pytest.raises(Invoerfout, match="niet helemaal te lezen") as fout:
        lees_dossier(tmp_path)
    assert "a.json: dit antwoord van een register" in str(fout.value)
    assert reden in str(fout.value)
    assert "\n" not in str(fout.value)


def test_een_antwoord_met_fouten_en_gegevens(tmp_path: Path) -> None:
    deels = {"errors": [{"message": f"fout bij {BSN}"}, {"message": "y"}], "data": VORMEN["specificatie"]}
    dossier = lees(tmp_path, a=deels)
    assert specificaties(dossier) == ["755"]
    (over,) = [opmerking for opmerking in dossier.opmerkingen if "fouten" in opmerking]
    assert over == "register, de bevraging gaf fouten, de eerste: (niet getoond); er kan iets ontbreken: a.json"


@pytest.mark.parametrize("data", [{"bemiddelingspecificatie": []}, {"wlzIndicatie": [], "client": None}])
def test_een_leeg_antwoord_is_geen_tabel(tmp_path: Path, data: Object) -> None:
    """Whose answer it would have been, nobody knows: without rows it says of no client that he has nothing."""
    dossier = lees(tmp_path, a={"data": data})
    assert dossier.tabellen == {}
    assert dossier.opmerkingen == (
        "de dossiermap bevat geen enkele dossiertabel",
        "antwoorden van registers gelezen: 1",
        "register, een antwoord zonder rijen: a.json",
    )


def test_bom_en_opmaak(tmp_path: Path) -> None:
    netjes = json.dumps(antwoord(bemiddelingspecificatie=[specificatie()]), indent="\t").replace("\n", "\r\n")
    assert specificaties(lees(tmp_path, a=b"\xef\xbb\xbf" + netjes.encode() + b"\n")) == ["755"]


def test_een_tabelbestand_gaat_voor(tmp_path: Path) -> None:
    (tmp_path / "indicaties.csv").write_text(f"bsn;besluitnummer;zzpcode;ingangsdatum\n{BSN};1;754;2019-01-01\n")
    dossier = lees(tmp_path, a=antwoord(wlzIndicatie=[indicatie(), indicatie(ANDER)]))
    assert kolom(dossier, "indicaties", "zzpcode") == ["754", "755"]
    assert kolom(dossier, "indicaties", "herkomst") == ["indicaties.csv", "register, a.json"]


def test_een_bericht_vult_alleen_aan(tmp_path: Path) -> None:
    """By client and by table: what the register says of a client is whole, for it keeps the history itself."""
    profiel = {**GEINDICEERD, "ZzpCode": "750"}
    bericht_van = [client(bsn, geindiceerd=(profiel,)) for bsn in (BSN, ANDER)]
    (tmp_path / "aw33.xml").write_text(bericht(*bericht_van), encoding="utf-8")
    dossier = lees(tmp_path, a=antwoord(wlzIndicatie=[indicatie()]))
    assert kolom(dossier, "indicaties", "zzpcode") == ["755", "750"]
    assert kolom(dossier, "indicaties", "bsn") == [BSN, ANDER]
    assert kolom(dossier, "toewijzingen", "bsn") == [BSN, ANDER]
    assert "register: cliënten toegevoegd uit AW33: 1; ook in AW33, maar daar niet geteld: 1" in dossier.opmerkingen


def test_in_blokken_is_het_hetzelfde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    veel = [specificatie(f"s{n}", zzpCode=str(700 + n), instelling="06290101" if n % 3 else None) for n in range(100)]
    heel = lees(tmp_path, a=antwoord(bemiddelingspecificatie=veel, wlzIndicatie=[indicatie()]))
    monkeypatch.setattr(lezen, "PER_KEER", 7)
    monkeypatch.setattr(stroom, "_BLOK", 13)
    deels = lees_dossier(tmp_path)
    assert deels.opmerkingen == heel.opmerkingen
    for tabel, frame in heel.tabellen.items():
        assert_frame_equal(deels.tabellen[tabel], frame)


def test_geeindigd_door_overlijden_is_een_aanwijzing(tmp_path: Path) -> None:
    later = "2026-02-01T00:00:00Z"
    dossier = lees(
        tmp_path,
        a=antwoord(
            bemiddelingspecificatie=[
                specificatie("s1", redenIntrekking="1"),
                specificatie("s1", redenIntrekking="4", vaststellingMoment=later),
                specificatie("s2", ANDER, redenIntrekking="1"),
                specificatie("s3", ANDER, redenIntrekking=1),
            ]
        ),
    )
    assert dossier.opmerkingen[-1] == (
        "register, toewijzing geëindigd door overlijden (redenIntrekking 1), cliënten: 1; die einddatum is "
        "waarschijnlijk de dag van overlijden, geef die zo nodig in clienten: a.json onderdeel 4"
    )
    assert "clienten" not in dossier.tabellen


def test_bsn_staat_in_geen_opmerking(tmp_path: Path) -> None:
    fout = specificatie("s2", bsn="99990000", zzpCode=BSN)
    naam = f"cliënt {BSN}"
    dossier = lees(tmp_path, **{naam: antwoord(bemiddelingspecificatie=[specificatie(redenIntrekking="1"), fout, 5])})
    alles = " ".join([*dossier.opmerkingen, *redenen(dossier), *kolom(dossier, "toewijzingen", "herkomst")])
    assert BSN not in alles
    assert "99990000" not in alles

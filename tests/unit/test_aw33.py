from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from wlz_declaratie.contract.tabellen import DOSSIER, HERKOMST
from wlz_declaratie.inlezen.basis import Invoerfout
from wlz_declaratie.inlezen.dossier import Dossier, lees_dossier
from wlz_declaratie.inlezen.iwlz import xml
from wlz_declaratie.inlezen.iwlz.berichten import lees_berichten

BSN, ANDER = "999900006", "999900018"
GEBOREN = "<b:Datum>1940-05-01</b:Datum>"
GEINDICEERD = {"ZzpCode": "755", "Ingangsdatum": "2019-01-01", "Einddatum": "2021-12-31"}
TOEGEWEZEN = {
    "ZzpCode": "755",
    "Instelling": "06290101",
    "Soort": "1",
    "ToewijzingPercentage": "10000",
    "Ingangsdatum": "2019-02-01",
    "Einddatum": "2019-12-31",
    "Etmalen": "3,5",
    "Leveringsvorm": "8",
}


def velden(naam: str, inhoud: dict[str, str]) -> str:
    kinderen = "".join(f"<{element}>{waarde}</{element}>" for element, waarde in inhoud.items())
    return f"<{naam}>{kinderen}</{naam}>"


def client(
    bsn: str = BSN,
    geboren: str = GEBOREN,
    geindiceerd: tuple[dict[str, str], ...] = (GEINDICEERD,),
    toegewezen: tuple[dict[str, str], ...] = (TOEGEWEZEN,),
    besluit: str = "<Besluitnummer>100000001</Besluitnummer><Ingangsdatum>2018-01-01</Ingangsdatum>",
) -> str:
    """A client with what stands around it in a real message: a relation and dates of its own."""
    pakketten = "".join(velden("GeindiceerdZorgzwaartepakket", pakket) for pakket in geindiceerd)
    zorg = "".join(velden("ToegewezenZorgzwaartepakket", pakket) for pakket in toegewezen)
    return (
        f"<Client><Bsn>{bsn}</Bsn><Geboortedatum>{geboren}</Geboortedatum><Geslacht>2</Geslacht>"
        "<Relaties><Relatie><Soort>01</Soort><Geboortedatum><b:Datum>1970-01-01</b:Datum></Geboortedatum>"
        f"</Relatie></Relaties><Indicatie>{besluit}<Soort>9</Soort>"
        f"<GeindiceerdeZorgzwaartepakketten>{pakketten}</GeindiceerdeZorgzwaartepakketten>"
        f"<ToegewezenZorgzwaartepakketten>{zorg}</ToegewezenZorgzwaartepakketten></Indicatie></Client>"
    )


def bericht(*clienten: str, dagtekening: str = "2020-01-31", release: str = "2_2") -> str:
    familie = f"http://www.istandaarden.nl/iwlz/{release}"
    gedagtekend = f"<b:Dagtekening>{dagtekening}</b:Dagtekening>" if dagtekening else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Bericht xmlns="{familie}/aw33/schema"'
        f' xmlns:b="{familie}/basisschema/schema"><Header><BerichtCode>352</BerichtCode>'
        f"<BerichtIdentificatie><b:Identificatie>7</b:Identificatie>{gedagtekend}</BerichtIdentificatie>"
        f"</Header><Clienten>{''.join(clienten)}</Clienten></Bericht>"
    )


def schrijf(map_: Path, **bestanden: str) -> Path:
    for naam, inhoud in bestanden.items():
        (map_ / f"{naam}.xml").write_text(inhoud, encoding="utf-8")
    return map_


def lees(map_: Path, **bestanden: str) -> Dossier:
    return lees_dossier(schrijf(map_, **bestanden))


def rijen(dossier: Dossier, tabel: str) -> list[tuple[object, ...]]:
    return dossier.tabellen[tabel].select(*DOSSIER[tabel]).rows()


def zorgprofielen(dossier: Dossier) -> dict[str, str]:
    return dict(dossier.tabellen["indicaties"].select("bsn", "zzpcode").iter_rows())


def met_profiel(zzpcode: str, bsn: str = BSN) -> str:
    return client(bsn, geindiceerd=({**GEINDICEERD, "ZzpCode": zzpcode},))


def test_de_drie_tabellen(tmp_path: Path) -> None:
    dossier = lees(tmp_path, aw33_1=bericht(client()))
    assert {tabel: dict(rijen.schema) for tabel, rijen in dossier.tabellen.items()} == {
        tabel: DOSSIER[tabel] | HERKOMST for tabel in ("clienten", "indicaties", "toewijzingen")
    }
    for tabel in dossier.tabellen.values():
        assert tabel.select(*HERKOMST).rows() == [("AW33 van 31-01-2020", None)]
    assert rijen(dossier, "clienten") == [(BSN, date(1940, 5, 1), None)]
    assert rijen(dossier, "indicaties") == [(BSN, "100000001", "755", date(2019, 1, 1), date(2021, 12, 31))]
    assert rijen(dossier, "toewijzingen") == [
        (BSN, "755", "06290101", 1, 8, date(2019, 2, 1), date(2019, 12, 31), 3.5, 100.0)
    ]
    assert dossier.aanwezig == {
        "clienten": frozenset({"bsn", "geboortedatum"}),
        "indicaties": frozenset(DOSSIER["indicaties"]),
        "toewijzingen": frozenset(DOSSIER["toewijzingen"]),
    }
    assert dossier.opmerkingen == ("AW33-berichten gelezen: 1; cliënten: 1",)


@pytest.mark.parametrize("release", ["2_0", "2_1", "2_2", "2_4"])
def test_elke_release(tmp_path: Path, release: str) -> None:
    assert zorgprofielen(lees(tmp_path, AW33=bericht(client(), release=release))) == {BSN: "755"}


def test_voorvoegsel_en_codering_doen_er_niet_toe(tmp_path: Path) -> None:
    gewoon = bericht(client())
    ander = gewoon.replace(' xmlns="', ' xmlns:a="')
    for naam in ("Bericht", "Header", "Clienten", "Client", "Bsn"):
        ander = ander.replace(f"<{naam}>", f"<a:{naam}>").replace(f"<{naam} ", f"<a:{naam} ")
        ander = ander.replace(f"</{naam}>", f"</a:{naam}>")
    (tmp_path / "aw33.xml").write_bytes(ander.replace("UTF-8", "UTF-16").encode("utf-16"))
    assert zorgprofielen(lees_dossier(tmp_path)) == {BSN: "755"}


def test_wat_mag_ontbreken(tmp_path: Path) -> None:
    kaal = {k: v for k, v in TOEGEWEZEN.items() if k not in ("Einddatum", "Etmalen", "ToewijzingPercentage")}
    open_pakket = {"ZzpCode": "755", "Ingangsdatum": "2019-01-01", "Einddatum": " "}
    dossier = lees(tmp_path, aw33_1=bericht(client(geindiceerd=(open_pakket,), toegewezen=(kaal,))))
    assert dossier.tabellen["indicaties"]["einddatum"].to_list() == [None]
    assert dossier.tabellen["toewijzingen"].select("einddatum", "etmalen", "percentage").rows() == [(None, None, None)]


def test_pakket_zonder_datums_heeft_die_van_het_besluit(tmp_path: Path) -> None:
    besluit = "<Besluitnummer>5</Besluitnummer><Ingangsdatum>2018-01-01</Ingangsdatum><Einddatum>2018-12-31</Einddatum>"
    dossier = lees(tmp_path, aw33_1=bericht(client(geindiceerd=({"ZzpCode": "755"}, GEINDICEERD), besluit=besluit)))
    assert rijen(dossier, "indicaties") == [
        (BSN, "5", "755", date(2018, 1, 1), date(2018, 12, 31)),
        (BSN, "5", "755", date(2019, 1, 1), date(2021, 12, 31)),
    ]


@pytest.mark.parametrize(
    ("element", "tekst", "kolom", "waarde"),
    [
        ("Etmalen", "4,0", "etmalen", 4.0),
        ("Etmalen", "4.0", "etmalen", 4.0),
        ("ToewijzingPercentage", "9000", "percentage", 90.0),
        ("ToewijzingPercentage", "100", "percentage", 1.0),
        ("Soort", " 3\n", "soort", 3),
    ],
)
def test_waarden(tmp_path: Path, element: str, tekst: str, kolom: str, waarde: float) -> None:
    dossier = lees(tmp_path, aw33=bericht(client(toegewezen=({**TOEGEWEZEN, element: tekst},))))
    assert dossier.tabellen["toewijzingen"][kolom].to_list() == [waarde]


def test_meer_clienten_in_een_bericht(tmp_path: Path) -> None:
    dossier = lees(tmp_path, aw33=bericht(met_profiel("755"), met_profiel("756", ANDER)))
    assert zorgprofielen(dossier) == {BSN: "755", ANDER: "756"}
    assert dossier.opmerkingen == ("AW33-berichten gelezen: 1; cliënten: 2",)


@pytest.mark.parametrize(("eerste", "tweede"), [("a", "b"), ("b", "a")])
def test_het_laatste_bericht_telt_geheel(tmp_path: Path, eerste: str, tweede: str) -> None:
    oud = bericht(client(geindiceerd=(GEINDICEERD,) * 2, toegewezen=(TOEGEWEZEN,) * 3), dagtekening="2019-12-31")
    nieuw = bericht(met_profiel("756"), dagtekening="2020-01-01")
    dossier = lees(tmp_path, **{f"aw33{eerste}": oud, f"aw33{tweede}": nieuw})
    assert zorgprofielen(dossier) == {BSN: "756"}
    assert [rijen.height for rijen in dossier.tabellen.values()] == [1, 1, 1]
    assert dossier.opmerkingen == ("AW33-berichten gelezen: 2; cliënten: 1",)


def test_op_een_dag_telt_de_laatste_bestandsnaam(tmp_path: Path) -> None:
    schrijf(tmp_path, aw33_2=bericht(met_profiel("756")), aw33_1=bericht(met_profiel("755")))
    paden = sorted(tmp_path.iterdir())
    for volgorde in (paden, paden[::-1]):
        [aw33] = lees_berichten(volgorde)
        assert aw33.tabellen["indicaties"]["zzpcode"].to_list() == ["756"]


def test_zonder_dagtekening_is_het_oudst(tmp_path: Path) -> None:
    dossier = lees(
        tmp_path,
        aw33_1=bericht(met_profiel("755"), dagtekening="1999-01-01"),
        aw33_2=bericht(met_profiel("756"), dagtekening=""),
        aw33_3=bericht(met_profiel("757", ANDER), dagtekening=""),
        aw33_4=bericht(met_profiel("758", ANDER), dagtekening=""),
    )
    assert zorgprofielen(dossier) == {BSN: "755", ANDER: "758"}


@pytest.mark.parametrize(
    ("inhoud", "reden"),
    [
        ("<Bericht/>", "geen AW33-bericht"),
        (bericht(client()).replace("aw33/schema", "aw35/schema"), "geen AW33-bericht"),
        (bericht(client()).replace("/iwlz/", "/iwmo/"), "geen AW33-bericht"),
        (bericht(client()).replace("Bericht ", "Envelop ").replace("/Bericht>", "/Envelop>"), "geen AW33-b"),
        ("", "geen leesbare XML"),
        ("bsn;geboortedatum\n", "geen leesbare XML"),
        (bericht(client())[:-1], "geen leesbare XML"),
        (bericht(client()).replace("1940", "&jaar;"), "geen leesbare XML"),
        (bericht(client()).replace("UTF-8", "UTF-99"), "geen leesbare XML"),
    ],
)
def test_ander_bestand_wordt_genoemd_en_overgeslagen(tmp_path: Path, inhoud: str, reden: str) -> None:
    dossier = lees(tmp_path, aw33_1=inhoud, aw33_2=bericht(client(ANDER)))
    assert zorgprofielen(dossier) == {ANDER: "755"}
    gelezen, overgeslagen = dossier.opmerkingen
    assert gelezen == "AW33-berichten gelezen: 1; cliënten: 1"
    assert overgeslagen.startswith(f"berichten, 1 overgeslagen ({reden}")
    assert overgeslagen.endswith(": aw33_1.xml")


def test_alles_overgeslagen_geeft_geen_tabel(tmp_path: Path) -> None:
    dossier = lees(tmp_path, **{f"aw33_{nummer}": "<x/>" for nummer in range(8)})
    assert dossier.tabellen == {}
    assert dossier.opmerkingen == (
        "berichten, 8 overgeslagen (geen AW33-bericht): "
        "aw33_0.xml, aw33_1.xml, aw33_2.xml, aw33_3.xml, aw33_4.xml en nog 3",
    )


def test_te_groot_bestand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "MEESTE_BYTES", len(bericht(client())))
    dossier = lees(tmp_path, aw33_1=bericht(client(ANDER)), aw33_2=bericht(client()) + "\n")
    assert zorgprofielen(dossier) == {ANDER: "755"}
    assert dossier.opmerkingen[1] == "berichten, 1 overgeslagen (groter dan 32 MB): aw33_2.xml"


def test_map_met_de_naam_van_een_bericht(tmp_path: Path) -> None:
    (tmp_path / "aw33.xml").mkdir()
    assert lees_dossier(tmp_path).opmerkingen[1] == "niet gelezen, geen dossiertabel: aw33.xml"


BOM = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "doctype",
    [
        f'<!DOCTYPE Bericht [<!ENTITY l0 "lol">{BOM}]>',
        '<!DOCTYPE Bericht [<!ENTITY l9 SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE Bericht [<!ENTITY % p SYSTEM "http://localhost:9/x.dtd"> %p;]>',
        '<!DOCTYPE Bericht SYSTEM "http://localhost:9/x.dtd">',
        "<!DOCTYPE Bericht>",
    ],
)
def test_dtd_en_entiteiten_worden_geweigerd(tmp_path: Path, doctype: str) -> None:
    inhoud = bericht(client()).replace("?>", f"?>{doctype}", 1).replace("352", "&l9;")
    schrijf(tmp_path, aw33_1=bericht(client(ANDER)), aw33_kwaad=inhoud)
    with pytest.raises(Invoerfout, match=r"aw33_kwaad\.xml: het bestand heeft een DTD of entiteiten") as fout:
        lees_dossier(tmp_path)
    assert "\n" not in str(fout.value)


@pytest.mark.parametrize(
    ("oud", "nieuw", "element"),
    [
        (f"<Bsn>{BSN}", "<Bsn>99990000", "Client/Bsn"),
        (f"<Bsn>{BSN}</Bsn>", "", "Client/Bsn"),
        ("1940-05-01", "1940-02-30", "Geboortedatum/Datum"),
        (GEBOREN, "", "Geboortedatum/Datum"),
        ("2020-01-31", "2020-13-01", "Header/Dagtekening"),
        ("<Besluitnummer>100000001</Besluitnummer>", "", "Indicatie/Besluitnummer"),
        ("<ZzpCode>755", "<ZzpCode>75", "GeindiceerdZorgzwaartepakket/ZzpCode"),
        ("<Einddatum>2021-12-31", "<Einddatum>2018-12-31", "GeindiceerdZorgzwaartepakket/Einddatum"),
        ("06290101", "6290101", "ToegewezenZorgzwaartepakket/Instelling"),
        ("<Soort>1<", "<Soort>2<", "ToegewezenZorgzwaartepakket/Soort"),
        ("<Soort>1<", "<Soort>x<", "ToegewezenZorgzwaartepakket/Soort"),
        ("<Leveringsvorm>8</Leveringsvorm>", "", "ToegewezenZorgzwaartepakket/Leveringsvorm"),
        ("2019-02-01", "2019-02-29", "ToegewezenZorgzwaartepakket/Ingangsdatum"),
        ("3,5", "3,7", "ToegewezenZorgzwaartepakket/Etmalen"),
        (">10000<", ">-100<", "ToegewezenZorgzwaartepakket/ToewijzingPercentage"),
    ],
)
def test_onbruikbare_waarde_kost_de_rij(tmp_path: Path, oud: str, nieuw: str, element: str) -> None:
    inhoud = bericht(client(), client(ANDER))
    assert oud in inhoud
    schrijf(tmp_path, aw33_1=inhoud.replace(oud, nieuw, 1), aw33_2=bericht(client("999900031")))
    dossier = lees_dossier(tmp_path)
    eigen_tabel = {"Client": "clienten", "Geboortedatum": "clienten", "Header": "alle", "Indicatie": "indicaties"}
    pakketten = {"GeindiceerdZorgzwaartepakket": "indicaties", "ToegewezenZorgzwaartepakket": "toewijzingen"}
    tabel = (eigen_tabel | pakketten)[element.partition("/")[0]]
    rijen = dossier.rijen.onbruikbaar
    for naam in ("clienten", "indicaties", "toewijzingen"):
        weg = {BSN, ANDER} if tabel == "alle" else {BSN} if naam == tabel or element == "Client/Bsn" else set()
        assert set(dossier.tabellen[naam]["bsn"]) == {BSN, ANDER, "999900031"} - weg
        van_tabel = rijen.filter(pl.col("tabel") == naam)
        assert set(van_tabel["sleutel"]) == ({None} if element == "Client/Bsn" else weg)
        assert [b.niet_bruikbaar for b in dossier.rijen.bronnen if b.tabel == naam] == [len(weg)]
    assert set(rijen["bestand"]) == {"aw33_1.xml"}
    assert set(rijen["plaats"]) == {"cliënt"}
    assert rijen["regel"][0] == 1
    waarom = f"element {element} " if "2018-12-31" not in nieuw else "einddatum 2018-12-31 ligt voor ingangsdatum"
    assert all(waarom in reden for reden in rijen["reden"])
    assert "9999" not in " ".join([*dossier.opmerkingen, *rijen["reden"]])
    with pytest.raises(Invoerfout, match=rf"aw33_1\.xml, cliënt 1: {waarom}"):
        lees_dossier(tmp_path, strikt=True)


def test_een_onbruikbare_rij_van_het_laatste_bericht_laat_het_vorige_niet_tellen(tmp_path: Path) -> None:
    dossier = lees(
        tmp_path,
        aw33_1=bericht(met_profiel("755")),
        aw33_2=bericht(met_profiel("75"), dagtekening="2020-02-01"),
    )
    assert "indicaties" not in dossier.tabellen
    assert dossier.rijen.onbruikbaar.select("tabel", "bestand", "sleutel").rows() == [("indicaties", "aw33_2.xml", BSN)]


def test_een_onbruikbare_rij_van_een_vervangen_bericht_telt_niet(tmp_path: Path) -> None:
    dossier = lees(
        tmp_path,
        aw33_1=bericht(met_profiel("75")),
        aw33_2=bericht(met_profiel("755"), dagtekening="2020-02-01"),
    )
    assert zorgprofielen(dossier) == {BSN: "755"}
    assert dossier.rijen.onbruikbaar.is_empty()


def test_wie_een_bestand_noemt_heeft_niets_aan_aw33(tmp_path: Path) -> None:
    """Not even where the row of the file, or that of the message, cannot be used."""
    kop = "bsn;besluitnummer;zzpcode;ingangsdatum\n"
    (tmp_path / "indicaties.csv").write_text(f"{kop}{BSN};1;75;2019-01-01\n{ANDER};1;751;2019-01-01\n", "utf-8")
    dossier = lees(tmp_path, aw33=bericht(client(), met_profiel("75", ANDER)))
    assert zorgprofielen(dossier) == {ANDER: "751"}
    assert dossier.rijen.onbruikbaar.select("bestand", "regel", "sleutel").rows() == [("indicaties.csv", 2, BSN)]


def test_bericht_zonder_client(tmp_path: Path) -> None:
    dossier = lees(tmp_path, aw33=bericht())
    assert dossier.tabellen == {}
    assert dossier.opmerkingen[1] == "aw33.xml, cliënt 1: element Client/Bsn is leeg, verwacht 9 cijfers"


def test_wat_in_geen_tabel_past_wordt_geteld(tmp_path: Path) -> None:
    pgb = {k: v for k, v in TOEGEWEZEN.items() if k != "Instelling"} | {"Leveringsvorm": "2"}
    dossier = lees(
        tmp_path,
        aw33=bericht(
            client(geboren=f"{GEBOREN}<b:DatumGebruik>2</b:DatumGebruik>", toegewezen=(pgb, TOEGEWEZEN)),
            client(ANDER, geindiceerd=()),
        ),
    )
    assert {tabel: rijen["bsn"].to_list() for tabel, rijen in dossier.tabellen.items()} == {
        "clienten": [ANDER],
        "indicaties": [BSN],
        "toewijzingen": [BSN, ANDER],
    }
    assert dossier.opmerkingen == (
        "AW33-berichten gelezen: 1; cliënten: 2",
        "AW33, cliënten zonder volledige geboortedatum, dus niet in clienten: 1",
        "AW33, cliënten zonder geïndiceerd zorgzwaartepakket, dus niet in indicaties: 1",
        "AW33, toewijzingen zonder instelling, niet gebruikt: 1",
    )


def test_tabel_zonder_rijen_is_er_niet(tmp_path: Path) -> None:
    assert set(lees(tmp_path, aw33=bericht(client(toegewezen=()))).tabellen) == {"clienten", "indicaties"}


def test_het_bestand_van_een_tabel_gaat_voor(tmp_path: Path) -> None:
    (tmp_path / "indicaties.csv").write_text(
        f"bsn;besluitnummer;zzpcode;ingangsdatum\n{BSN};1;751;2019-01-01\n", encoding="utf-8"
    )
    dossier = lees(tmp_path, aw33=bericht(client(), client(ANDER, geindiceerd=(GEINDICEERD,) * 2)))
    assert dossier.tabellen["indicaties"].select("bsn", "zzpcode", "einddatum").rows() == [
        (BSN, "751", None),
        (ANDER, "755", date(2021, 12, 31)),
        (ANDER, "755", date(2021, 12, 31)),
    ]
    assert dossier.tabellen["toewijzingen"]["bsn"].to_list() == [BSN, ANDER]
    assert dossier.aanwezig["indicaties"] == frozenset(DOSSIER["indicaties"])
    assert dossier.opmerkingen == (
        "AW33-berichten gelezen: 1; cliënten: 2",
        "indicaties.csv: cliënten toegevoegd uit AW33: 1; ook in AW33, maar daar niet geteld: 1",
    )


def test_map_met_honderden_berichten(tmp_path: Path) -> None:
    """A hundred clients with three messages each; the day of each message is scrambled."""
    verwacht: dict[str, tuple[date, str, date]] = {}
    for nummer in range(300):
        bsn = f"9999{nummer % 100:05d}"
        dag = date(2020, 1, 1) + timedelta(days=nummer * 7 % 300)
        zzpcode, ingang = f"{750 + nummer % 9}", date(2019, 1, 1) + timedelta(days=nummer)
        pakket = {"ZzpCode": zzpcode, "Ingangsdatum": str(ingang)}
        inhoud = bericht(
            client(bsn, geindiceerd=(pakket,), toegewezen=({**TOEGEWEZEN, **pakket, "Einddatum": ""},) * 2),
            dagtekening=str(dag),
            release=f"2_{nummer % 3}",
        )
        schrijf(tmp_path, **{f"aw33_{nummer:03d}": inhoud})
        verwacht[bsn] = max(verwacht.get(bsn, (date.min, "", date.min)), (dag, zzpcode, ingang))
    dossier = lees_dossier(tmp_path)
    indicaties = pl.DataFrame(
        [(bsn, "100000001", zzpcode, ingang, None) for bsn, (_, zzpcode, ingang) in sorted(verwacht.items())],
        schema=DOSSIER["indicaties"],
        orient="row",
    )
    assert dossier.tabellen["indicaties"].sort("bsn").drop(*HERKOMST).equals(indicaties)
    toewijzingen = dossier.tabellen["toewijzingen"].select("bsn", "zzpcode", "ingangsdatum").sort("bsn")
    assert toewijzingen.rows() == [
        (bsn, zzpcode, ingang) for bsn, (_, zzpcode, ingang) in sorted(verwacht.items()) for _ in range(2)
    ]
    assert dossier.tabellen["clienten"]["bsn"].sort().to_list() == sorted(verwacht)
    assert dossier.opmerkingen == ("AW33-berichten gelezen: 300; cliënten: 100",)

"""The frame that every rule reads: who takes part, in which order, with which attributes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import gevallen
from wlz_declaratie.basis.dagen import dag
from wlz_declaratie.codes.tabellen import lees_codes
from wlz_declaratie.kern.populatie import Populatie
from wlz_declaratie.kern.slank import bereid_voor, dossier_voor_regels, lijnen_van
from wlz_declaratie.kern.taal.leeftijd import met_leeftijd

Rij = dict[str, Any]
EEN, TWEE = "999900006", "999900018"


def populatie(
    regels: list[Rij],
    historie: list[Rij] | None = None,
    dossier: dict[str, list[Rij]] | None = None,
    extra_batch: list[Rij] | None = None,
) -> Populatie:
    tabellen = gevallen.dossier(dossier or {}).tabellen
    bestanden = [gevallen.bestand(regels, {}, "batch")]
    if extra_batch is not None:
        bestanden.append(gevallen.bestand(extra_batch, {}, "tweede"))
    eerder = [] if historie is None else [gevallen.bestand(historie, {}, "historie")]
    codes = lees_codes(tabellen.get("prestaties"))
    lijnen = lijnen_van(bestanden, eerder)
    tafels = dossier_voor_regels(tabellen, codes)
    aantal = sum(bestand.aantal for bestand in bestanden)
    slank = bereid_voor(lijnen, aantal, tafels, codes).lazy()
    return Populatie(slank, lijnen, tafels, codes, date(2026, 11, 1), historie is not None, tuple(bestanden))


def per_regel(pop: Populatie, kolom: str) -> list[Any]:
    """A column of all lines, in the order in which they were given (batch, then history)."""
    return pop.alle.sort("rij").collect()[kolom].to_list()


def leeftijden(pop: Populatie) -> list[int | None]:
    """The age of the client of each line, as ``per_regel`` orders them."""
    met = met_leeftijd(pop.alle, pop)
    return met.sort("rij").collect()["leeftijd"].to_list()


def meedoend(pop: Populatie) -> list[int]:
    """Line numbers (batch, then history from 1 again) of what takes part in all rules but VLD."""
    return pop.lijnen.sort("rij").collect()["regelnummer"].to_list()


class TestMeedoen:
    def test_credit_haalt_de_debetregel_en_zichzelf_weg(self) -> None:
        pop = populatie(
            [
                {"referentienummer": "A"},
                {"referentienummer": "B", "debet_credit": "C", "referentienummer_voorgaand": "A"},
                {"referentienummer": "D"},
            ]
        )
        assert per_regel(pop, "mee") == [False, False, True]

    def test_credit_in_de_batch_haalt_de_historie_weg(self) -> None:
        pop = populatie(
            [{"referentienummer": "B", "debet_credit": "C", "referentienummer_voorgaand": "A"}],
            [{"referentienummer": "A"}, {"referentienummer": "E"}],
        )
        assert per_regel(pop, "mee") == [False, False, True]

    def test_credit_van_een_ander_of_zonder_verwijzing_haalt_niets_weg(self) -> None:
        pop = populatie(
            [
                {"referentienummer": "A"},
                {
                    "referentienummer": "B",
                    "debet_credit": "C",
                    "referentienummer_voorgaand": "A",
                    "bsn": TWEE,
                },
                {"referentienummer": None},
                {"referentienummer": "D", "debet_credit": "C", "referentienummer_voorgaand": None},
            ]
        )
        assert meedoend(pop) == [1, 3]

    def test_een_creditregel_wordt_zelf_niet_weggestreept_maar_doet_nooit_mee(self) -> None:
        pop = populatie(
            [
                {"referentienummer": "A"},
                {"referentienummer": "B", "debet_credit": "C", "referentienummer_voorgaand": "A"},
                {"referentienummer": "D", "debet_credit": "C", "referentienummer_voorgaand": "B"},
            ]
        )
        assert meedoend(pop) == []

    def test_een_credit_zonder_bruikbare_periode_streept_toch_weg(self) -> None:
        credit = {"referentienummer": "B", "debet_credit": "C", "referentienummer_voorgaand": "A"}
        pop = populatie([{"referentienummer": "A"}, credit | {"begindatum": None, "einddatum": None}])
        assert meedoend(pop) == []

    @pytest.mark.parametrize(
        "regel",
        [
            {"begindatum": None},
            {"einddatum": None},
            {"begindatum": date(2026, 3, 2), "einddatum": date(2026, 3, 1)},
            {"debet_credit": None},
            {"debet_credit": "X"},
            {"bsn": "999999999"},
        ],
    )
    def test_onbruikbare_regels_staan_er_wel_maar_doen_niet_mee(self, regel: Rij) -> None:
        pop = populatie([regel, {}])
        assert per_regel(pop, "mee") == [False, True]

    def test_een_periode_van_een_dag_doet_mee(self) -> None:
        pop = populatie([{"begindatum": date(2026, 3, 1), "einddatum": date(2026, 3, 1)}])
        assert (meedoend(pop), per_regel(pop, "dagen")) == ([1], [1])


class TestVolgorde:
    def test_historie_eerst_dan_begin_eind_bestand_regel(self) -> None:
        maart, april, mei = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)
        pop = populatie(
            regels=[
                {"referentienummer": "laat", "begindatum": april, "einddatum": mei},
                {"referentienummer": "lang", "begindatum": maart, "einddatum": mei},
                {"referentienummer": "kort", "begindatum": maart, "einddatum": april},
                {"referentienummer": "kort ook", "begindatum": maart, "einddatum": april},
            ],
            extra_batch=[{"referentienummer": "ander bestand", "begindatum": maart, "einddatum": april}],
            historie=[{"referentienummer": "historie", "begindatum": mei, "einddatum": mei}],
        )
        namen = pop.breed.select("rij", "referentienummer")
        geordend = pop.alle.sort("volgorde").join(namen, on="rij", maintain_order="left").collect()
        assert geordend["referentienummer"].to_list() == [
            "historie", "kort", "kort ook", "ander bestand", "lang", "laat",
        ]  # fmt: skip
        assert geordend["volgorde"].to_list() == list(range(6))

    def test_batchregels_hebben_de_laagste_rijen(self) -> None:
        pop = populatie([{}, {}], [{}], extra_batch=[{}])
        assert per_regel(pop, "batch") == [True, True, True, False]
        assert per_regel(pop, "bestandnr") == [0, 0, 1, 2]


class TestSleutels:
    def test_geldige_nummers_met_voorloopnul(self) -> None:
        pop = populatie([{"bsn": "012345672", "uitvoerder": "06290101"}])
        assert (per_regel(pop, "bsn"), per_regel(pop, "uitvoerder")) == ([12345672], [6290101])

    @pytest.mark.parametrize("kolom", ["bsn", "uitvoerder"])
    def test_ongeldige_zijn_alleen_zichzelf_gelijk_en_lege_niets(self, kolom: str) -> None:
        pop = populatie([{kolom: waarde} for waarde in ("abc", "1234567890", "abc", None, None, "1234567")])
        abc, te_lang, abc_ook, leeg, leeg_ook, te_kort = per_regel(pop, kolom)
        assert abc == abc_ook
        assert len({abc, te_lang, leeg, leeg_ook, te_kort}) == 5
        assert max(abc, te_lang, leeg, leeg_ook, te_kort) < 0

    def test_een_ongeldige_sleutel_vindt_niets_in_het_dossier(self) -> None:
        rijen = [{"agb": "abc", "kenmerk": "lvg", "ingangsdatum": date(2019, 1, 1)}]
        pop = populatie([{"uitvoerder": "abc"}, {"uitvoerder": None}], dossier={"aanbieders": rijen})
        assert not pop.gemerkt(pop.lijnen, "lvg").collect()["gemerkt"].any()


class TestKenmerken:
    def test_leveringsvorm_van_de_kolom_en_anders_van_de_code(self) -> None:
        pop = populatie(
            [
                {"prestatiecode": "Z041"},
                {"prestatiecode": "V041"},
                {"prestatiecode": "H126"},
                {"prestatiecode": "O001"},
                {"prestatiecode": None},
                {"prestatiecode": "Z041", "leveringsvorm": "pgb"},
            ]
        )
        assert per_regel(pop, "leveringsvorm") == ["verblijf", "vpt", "mpt", "verblijf", "mpt", "pgb"]

    @pytest.mark.parametrize("lijst", ["010", "033", "043", "044", "045"])
    def test_een_tandheelkundige_lijst_is_mondzorg_wat_de_code_ook_is(self, lijst: str) -> None:
        pop = populatie([{"prestatiecodelijst": lijst, "prestatiecode": code} for code in ("R24", "Z041")])
        assert per_regel(pop, "soort") == ["mondzorg", "mondzorg"]

    def test_soort_uit_de_prestatietabel(self) -> None:
        codes = ("Z041", "V041", "H126", "H117", "O999", "R24", "?", None)
        pop = populatie([{"prestatiecode": code} for code in codes])
        assert per_regel(pop, "soort") == [
            "verblijf", "vpt", "module", "schoonmaak", "overbrugging", None, None, None,
        ]  # fmt: skip

    def test_profiel_van_de_zzpcode(self) -> None:
        pop = populatie([{"zzpcode": zzp} for zzp in ("780", "790", "754", "999", "123", None)])
        assert per_regel(pop, "profiel") == ["LVG", "SGLVG", "VV", None, None, None]


class TestLeeftijd:
    @pytest.mark.parametrize(
        ("geboren", "begin", "leeftijd"),
        [
            (date(2003, 3, 2), date(2026, 3, 1), 22),
            (date(2003, 3, 1), date(2026, 3, 1), 23),
            (date(2003, 2, 28), date(2026, 3, 1), 23),
            (date(2003, 12, 31), date(2026, 1, 1), 22),
            (date(2004, 2, 29), date(2026, 2, 28), 21),
            (date(2004, 2, 29), date(2026, 3, 1), 22),
            (date(2026, 3, 1), date(2026, 3, 1), 0),
            (date(1926, 10, 30), date(2026, 10, 29), 99),
        ],
    )
    def test_volle_jaren_op_de_begindatum(self, geboren: date, begin: date, leeftijd: int) -> None:
        pop = populatie([{"geboortedatum": geboren, "begindatum": begin, "einddatum": date(2026, 10, 31)}])
        assert leeftijden(pop) == [leeftijd]

    def test_van_de_regel_en_anders_uit_clienten(self) -> None:
        clienten = [{"bsn": EEN, "geboortedatum": date(1950, 1, 1)}, {"bsn": TWEE, "geboortedatum": None}]
        regels = [{}, {"geboortedatum": date(2000, 1, 1)}, {"bsn": TWEE}, {"bsn": "abc"}]
        pop = populatie(regels, dossier={"clienten": clienten})
        assert leeftijden(pop) == [76, 26, None, None]

    def test_een_dubbele_client_maakt_geen_dubbele_regels(self) -> None:
        clienten = [{"bsn": EEN, "geboortedatum": d} for d in (None, date(1950, 1, 1), date(1950, 1, 1))]
        pop = populatie([{}], dossier={"clienten": clienten})
        assert leeftijden(pop) == [76]

    def test_van_twee_geboortedata_geldt_geen(self) -> None:
        clienten = [{"bsn": EEN, "geboortedatum": d} for d in (date(1950, 1, 1), date(1960, 1, 1))]
        regels = [{}, {"geboortedatum": date(2000, 1, 1)}]
        assert leeftijden(populatie(regels, dossier={"clienten": clienten})) == [None, 26]


def indicatie(zzpcode: str | None, **waarden: Any) -> Rij:
    return {
        "bsn": EEN,
        "besluitnummer": "1001",
        "zzpcode": zzpcode,
        "ingangsdatum": date(2025, 1, 1),
    } | waarden


class TestProfiel:
    """The zzpcode of the line, else the one on which the indications of that day agree."""

    def profielen(self, *indicaties: Rij, **regel: Any) -> list[tuple[str | None, str | None]]:
        pop = populatie([{"begindatum": date(2026, 3, 1), **regel}], dossier={"indicaties": list(indicaties)})
        return list(zip(per_regel(pop, "profielcode"), per_regel(pop, "profiel"), strict=True))

    def test_van_de_regel(self) -> None:
        assert self.profielen(indicatie("754"), zzpcode="782") == [("782", "LVG")]

    def test_van_de_indicatie_op_de_begindatum(self) -> None:
        assert self.profielen(indicatie("754")) == [("754", "VV")]
        assert self.profielen(indicatie("754", einddatum=date(2026, 3, 1))) == [("754", "VV")]
        assert self.profielen(indicatie("754", einddatum=date(2026, 2, 28))) == [(None, None)]
        assert self.profielen(indicatie("754", ingangsdatum=date(2026, 3, 2))) == [(None, None)]

    def test_alleen_als_alle_indicaties_het_eens_zijn(self) -> None:
        assert self.profielen(indicatie("754"), indicatie("755")) == [(None, None)]
        assert self.profielen(indicatie("754"), indicatie("754", ingangsdatum=date(2026, 1, 1))) == [("754", "VV")]
        eerder = indicatie("755", einddatum=date(2026, 2, 28))
        assert self.profielen(eerder, indicatie("754", ingangsdatum=date(2026, 3, 1))) == [("754", "VV")]

    def test_een_ander_zegt_niets(self) -> None:
        assert self.profielen(indicatie("754", bsn=TWEE)) == [(None, None)]

    def test_een_code_zonder_groep(self) -> None:
        assert self.profielen(indicatie("190")) == [("190", None)]


class TestOverbrugging:
    """A bridging line: care on an (SG)LVG indication other than its own package."""

    @pytest.mark.parametrize("code", ["Z471", "Z041", "V470", "V533", "V573", "H126", "H531", "Z999"])
    def test_verblijf_vpt_module_dagbesteding_en_logeren(self, code: str) -> None:
        assert per_regel(populatie([{"prestatiecode": code, "zzpcode": "783"}]), "overbrugging") == [True]

    @pytest.mark.parametrize(
        "code",
        ["H325", "H335", "H117", "H900", "Z916", "Z910", "S335", "O001", "I001", "ZMZ01", None],
    )
    def test_andere_soorten_niet(self, code: str | None) -> None:
        assert per_regel(populatie([{"prestatiecode": code, "zzpcode": "783"}]), "overbrugging") == [False]

    @pytest.mark.parametrize("zzpcode", ["780", "781", "782", "783", "784", "790"])
    def test_elk_lvg_en_sglvg_profiel(self, zzpcode: str) -> None:
        assert per_regel(populatie([{"prestatiecode": "V470", "zzpcode": zzpcode}]), "overbrugging") == [True]

    @pytest.mark.parametrize("zzpcode", ["812", "754", "999", "123", None])
    def test_andere_profielen_en_geen_niet(self, zzpcode: str | None) -> None:
        assert per_regel(populatie([{"prestatiecode": "V470", "zzpcode": zzpcode}]), "overbrugging") == [False]

    def test_een_pgb_niet(self) -> None:
        pop = populatie([{"prestatiecode": "H126", "zzpcode": "780", "leveringsvorm": "pgb"}])
        assert per_regel(pop, "overbrugging") == [False]

    def test_een_tandheelkundige_regel_niet(self) -> None:
        pop = populatie([{"prestatiecode": "V470", "zzpcode": "780", "prestatiecodelijst": "010"}])
        assert per_regel(pop, "overbrugging") == [False]

    @pytest.mark.parametrize("code", ["Z513", "Z523", "Z533", "Z543", "Z553"])
    def test_een_lvg_pakket_is_eigen_voor_lvg_en_niet_voor_sglvg(self, code: str) -> None:
        pop = populatie([{"prestatiecode": code, "zzpcode": zzp} for zzp in ("780", "784", "790")])
        assert per_regel(pop, "overbrugging") == [False, False, True]

    def test_het_sglvg_pakket_is_eigen_voor_sglvg_en_niet_voor_lvg(self) -> None:
        pop = populatie([{"prestatiecode": "Z573", "zzpcode": zzp} for zzp in ("780", "784", "790")])
        assert per_regel(pop, "overbrugging") == [True, True, False]

    def test_crisis_is_voor_beide_eigen(self) -> None:
        pop = populatie([{"prestatiecode": "Z560", "zzpcode": zzp} for zzp in ("780", "790")])
        assert per_regel(pop, "overbrugging") == [False, False]

    def test_de_indicatie_gaat_voor_de_zzpcode_van_de_regel(self) -> None:
        regels = [{"prestatiecode": "Z471", "zzpcode": zzp} for zzp in ("812", "783", None)]
        assert per_regel(populatie(regels, dossier={"indicaties": [indicatie("783")]}), "overbrugging") == [True] * 3
        assert per_regel(populatie(regels, dossier={"indicaties": [indicatie("812")]}), "overbrugging") == [False] * 3

    def test_het_eigen_pakket_volgt_de_indicatie(self) -> None:
        regels = [{"prestatiecode": code, "zzpcode": "783"} for code in ("Z533", "Z573", "Z560")]
        pop = populatie(regels, dossier={"indicaties": [indicatie("790")]})
        assert per_regel(pop, "overbrugging") == [True, False, False]

    def test_een_van_meer_indicaties_is_genoeg(self) -> None:
        regels = [{"prestatiecode": code} for code in ("V470", "Z533", "Z573")]
        pop = populatie(regels, dossier={"indicaties": [indicatie("812"), indicatie("783")]})
        assert per_regel(pop, "overbrugging") == [True, False, True]
        beide = populatie(regels, dossier={"indicaties": [indicatie("790"), indicatie("783")]})
        assert per_regel(beide, "overbrugging") == [True, False, False]

    @pytest.mark.parametrize(
        ("begin", "verwacht"),
        [
            (date(2026, 2, 28), [False, True]),
            (date(2026, 3, 1), [True, True]),
            (date(2026, 3, 31), [True, True]),
            (date(2026, 4, 1), [False, True]),
        ],
    )
    def test_de_indicatie_op_de_begindatum_en_anders_de_zzpcode(self, begin: date, verwacht: list[bool]) -> None:
        maart = indicatie("783", ingangsdatum=date(2026, 3, 1), einddatum=date(2026, 3, 31))
        regels = [
            {"prestatiecode": "V470", "zzpcode": zzp, "begindatum": begin, "einddatum": date(2026, 4, 30)}
            for zzp in ("812", "783")
        ]
        assert per_regel(populatie(regels, dossier={"indicaties": [maart]}), "overbrugging") == verwacht

    def test_een_andere_indicatie_op_de_begindatum_sluit_de_zzpcode_uit(self) -> None:
        lvg_voorbij = indicatie("783", einddatum=date(2026, 2, 28))
        vg = indicatie("812", ingangsdatum=date(2026, 3, 1))
        regels = [{"prestatiecode": "V470", "zzpcode": "783"}]
        pop = populatie(regels, dossier={"indicaties": [lvg_voorbij, vg]})
        assert per_regel(pop, "overbrugging") == [False]

    def test_de_indicatie_van_een_ander_of_zonder_zzpcode_telt_niet(self) -> None:
        regels = [{"prestatiecode": "V470", "zzpcode": "783"}, {"prestatiecode": "V470", "zzpcode": "812"}]
        van_ander = populatie(regels, dossier={"indicaties": [indicatie("783", bsn=TWEE)]})
        assert per_regel(van_ander, "overbrugging") == [True, False]
        leeg = populatie(regels, dossier={"indicaties": [indicatie(None)]})
        assert per_regel(leeg, "overbrugging") == [True, False]
        geen = populatie(regels, dossier={"indicaties": []})
        assert per_regel(geen, "overbrugging") == [True, False]

    def test_overlappende_en_open_indicaties(self) -> None:
        rijen = [
            indicatie("812", ingangsdatum=date(2020, 1, 1)),
            indicatie("783", ingangsdatum=date(2021, 1, 1), einddatum=date(2021, 12, 31)),
            indicatie("783", ingangsdatum=date(2021, 6, 1), einddatum=date(2026, 3, 1)),
        ]
        regels = [
            {"prestatiecode": "V470", "begindatum": begin, "einddatum": date(2026, 3, 31)}
            for begin in (date(2020, 12, 31), date(2021, 1, 1), date(2026, 3, 1), date(2026, 3, 2))
        ]
        pop = populatie(regels, dossier={"indicaties": rijen})
        assert per_regel(pop, "overbrugging") == [False, True, True, False]

    def test_historie_en_creditregels_worden_ook_gemerkt(self) -> None:
        overbrugging = {"prestatiecode": "V470", "zzpcode": "783"}
        credit = overbrugging | {"debet_credit": "C", "referentienummer_voorgaand": "historie-1"}
        pop = populatie([credit], [overbrugging])
        assert per_regel(pop, "overbrugging") == [True, True]
        assert per_regel(pop, "mee") == [False, False]

    def test_zonder_begindatum_niet(self) -> None:
        regel = {"prestatiecode": "V470", "zzpcode": "783", "begindatum": None}
        pop = populatie([regel], dossier={"indicaties": [indicatie("783")]})
        assert per_regel(pop, "overbrugging") == [False]


class TestDossier:
    def test_een_rij_die_eindigt_voor_zij_begint_geldt_nooit(self) -> None:
        goed = {
            "agb": "06290101",
            "kenmerk": "lvg",
            "ingangsdatum": date(2026, 3, 1),
            "einddatum": date(2026, 3, 31),
        }
        fout = goed | {"ingangsdatum": date(2026, 2, 28), "einddatum": date(2026, 2, 1)}
        pop = populatie([{}], dossier={"aanbieders": [fout, goed]})
        assert pop.dossier["aanbieders"].collect().height == 1
        assert pop.gemerkt(pop.lijnen, "lvg").collect()["gemerkt"].to_list() == [True]

    def test_gemerkt_op_de_begindatum_met_een_van_de_kenmerken(self) -> None:
        rijen = [
            {
                "agb": "06290101",
                "kenmerk": "borg",
                "ingangsdatum": date(2026, 3, 1),
                "einddatum": date(2026, 3, 2),
            },
            {"agb": "06290101", "kenmerk": "lvg", "ingangsdatum": date(2019, 1, 1)},
            {"agb": "06290202", "kenmerk": "sglvg", "ingangsdatum": date(2026, 3, 2)},
            {
                "agb": "06290202",
                "kenmerk": "borg",
                "ingangsdatum": date(2026, 2, 28),
                "einddatum": date(2026, 2, 28),
            },
        ]
        regels = [
            {"uitvoerder": uitvoerder, "begindatum": begin, "einddatum": date(2026, 3, 31)}
            for uitvoerder in ("06290101", "06290202")
            for begin in (date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3))
        ]
        pop = populatie(regels, dossier={"aanbieders": rijen})
        gemerkt = pop.gemerkt(pop.lijnen, "borg", "sglvg").sort("rij").collect()
        assert gemerkt["gemerkt"].to_list() == [False, True, True, False, True, False, True, True]
        assert gemerkt["eind"].unique().to_list() == [dag(date(2026, 3, 31))]

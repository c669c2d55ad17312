"""Writes iWlz messages as a zorgkantoor or provider would: AW33, AW35 and AW39, of any release and any number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

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
GELEVERD = {
    "Besluitnummer": "100000001",
    "ZzpCode": "755",
    "ToewijzingIngangsdatum": "2026-01-01",
    "Begindatum": "2026-01-05",
    "Instelling": "06290101",
    "Leveringsstatus": "4",
    "Leveringsvorm": "4",
    "StatusAanlevering": "1",
}
MUTATIE = {
    "Besluitnummer": "100000001",
    "ZzpCode": "755",
    "ToewijzingIngangsdatum": "2026-01-01",
    "Instelling": "06290101",
    "Mutatiecode": "19",
    "Mutatiedatum": "2026-03-01",
    "Leveringsstatus": "5",
    "Leveringsvorm": "4",
    "StatusAanlevering": "1",
}


def velden(naam: str, inhoud: dict[str, str]) -> str:
    kinderen = "".join(f"<{element}>{waarde}</{element}>" for element, waarde in inhoud.items())
    return f"<{naam}>{kinderen}</{naam}>"


def client(
    bsn: str = BSN,
    geboren: str = GEBOREN,
    geindiceerd: Iterable[dict[str, str]] = (GEINDICEERD,),
    toegewezen: Iterable[dict[str, str]] = (TOEGEWEZEN,),
    besluit: str = "<Besluitnummer>100000001</Besluitnummer><Ingangsdatum>2018-01-01</Ingangsdatum>",
) -> str:
    """A client of an AW33 with what stands around it in a real message: a relation and dates of its own."""
    pakketten = "".join(velden("GeindiceerdZorgzwaartepakket", pakket) for pakket in geindiceerd)
    zorg = "".join(velden("ToegewezenZorgzwaartepakket", pakket) for pakket in toegewezen)
    return (
        f"<Client><Bsn>{bsn}</Bsn><Geboortedatum>{geboren}</Geboortedatum><Geslacht>2</Geslacht>"
        "<Relaties><Relatie><Soort>01</Soort><Geboortedatum><b:Datum>1970-01-01</b:Datum></Geboortedatum>"
        f"</Relatie></Relaties><Indicatie>{besluit}<Soort>9</Soort>"
        f"<GeindiceerdeZorgzwaartepakketten>{pakketten}</GeindiceerdeZorgzwaartepakketten>"
        f"<ToegewezenZorgzwaartepakketten>{zorg}</ToegewezenZorgzwaartepakketten></Indicatie></Client>"
    )


def geleverd(bsn: str = BSN, *meldingen: dict[str, str]) -> str:
    """A client of an AW35."""
    pakketten = "".join(velden("GeleverdZorgzwaartepakket", GELEVERD | melding) for melding in meldingen or ({},))
    lijst = velden("GeleverdeZorgzwaartepakketten", {}).replace("><", f">{pakketten}<")
    return f"<Client><Bsn>{bsn}</Bsn><Geslacht>2</Geslacht>{lijst}</Client>"


def gemuteerd(bsn: str = BSN, *mutaties: dict[str, str]) -> str:
    """A client of an AW39."""
    pakketten = "".join(velden("MutatieZorgzwaartepakket", MUTATIE | mutatie) for mutatie in mutaties or ({},))
    lijst = velden("MutatieZorgzwaartepakketten", {}).replace("><", f">{pakketten}<")
    return f"<Client><Bsn>{bsn}</Bsn><Geslacht>2</Geslacht>{lijst}</Client>"


def bericht(*clienten: str, dagtekening: str = "2020-01-31", release: str = "2_2", soort: str = "aw33") -> str:
    familie = f"http://www.istandaarden.nl/iwlz/{release}"
    gedagtekend = f"<b:Dagtekening>{dagtekening}</b:Dagtekening>" if dagtekening else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Bericht xmlns="{familie}/{soort}/schema"'
        f' xmlns:b="{familie}/basisschema/schema"><Header><BerichtCode>352</BerichtCode>'
        f"<BerichtIdentificatie><b:Identificatie>7</b:Identificatie>{gedagtekend}</BerichtIdentificatie>"
        f"</Header><Clienten>{''.join(clienten)}</Clienten></Bericht>"
    )


def schrijf(map_: Path, **bestanden: str) -> Path:
    for naam, inhoud in bestanden.items():
        (map_ / f"{naam}.xml").write_text(inhoud, encoding="utf-8")
    return map_


def schrijf_veel(map_: Path, aw33: int, aw35: int, aw39: int, *, per_client: int = 2) -> Path:
    """So many messages of one client each: ``per_client`` AW33 to a client, each with a decision of its own year."""
    map_.mkdir(exist_ok=True)
    clienten = [f"{999_900_000 + nummer:09d}" for nummer in range(max(1, aw33 // per_client))]
    for nummer in range(aw33):
        ronde, bsn = nummer // len(clienten), clienten[nummer % len(clienten)]
        van = date(2024, 1, 1) + timedelta(days=366 * ronde + nummer % 300)
        periode = {"ZzpCode": f"75{4 + ronde % 5}", "Ingangsdatum": str(van)}
        inhoud = client(
            bsn,
            geindiceerd=(periode,),
            toegewezen=[{**TOEGEWEZEN, **periode, "Instelling": f"0629{n:04d}", "Einddatum": ""} for n in range(3)],
            besluit=f"<Besluitnummer>{ronde + 1:09d}</Besluitnummer><Ingangsdatum>{van}</Ingangsdatum>",
        )
        schrijf(map_, **{f"t{nummer:06d}": bericht(inhoud, dagtekening=str(van - timedelta(days=20)))})
    _schrijf_meldingen(map_, "aw35", clienten, aw35)
    _schrijf_meldingen(map_, "aw39", clienten, aw39)
    return map_


def _schrijf_meldingen(map_: Path, soort: str, clienten: Sequence[str], aantal: int) -> None:
    for nummer in range(aantal):
        bsn = clienten[nummer % len(clienten)]
        ronde = nummer // len(clienten)
        if soort == "aw35":
            dag = date(2026, 1, 1) + timedelta(days=7 * ronde)
            inhoud = geleverd(bsn, {"Begindatum": str(dag), "Leveringsstatus": "4" if ronde % 2 else "1"})
        else:
            dag = date(2026, 6, 1) + timedelta(days=ronde)
            inhoud = gemuteerd(bsn, {"Mutatiedatum": str(dag)})
        schrijf(map_, **{f"m{soort}{nummer:06d}": bericht(inhoud, dagtekening=str(dag), soort=soort)})

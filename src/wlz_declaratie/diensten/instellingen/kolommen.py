"""``[kolommen]``: how a supplier calls the columns of his files."""

from __future__ import annotations

from collections.abc import Iterator

from wlz_declaratie.basis.lijkt import bedoeld, vraag
from wlz_declaratie.contract.tabellen import ALLEEN_INTERN, DECLARATIE, DOSSIER, TABELLEN
from wlz_declaratie.diensten.instellingen.bestand import Bestand, getoond
from wlz_declaratie.diensten.instellingen.lezen import KOLOMMEN, Instellingen
from wlz_declaratie.inlezen.koppen import kolomnaam

LANGSTE_KOP = 100


def kolommen_van(instellingen: Instellingen) -> dict[str, str]:
    """By a heading (as `kolomnaam` writes it) the column that it stands for. Raises Gebruikersfout."""
    return {} if instellingen.bestand is None else dict(_gekeurd(instellingen.bestand))


def bekende_kolommen() -> list[str]:
    """Every column that has a name of ours."""
    bekend = [k for k in DECLARATIE if k not in ALLEEN_INTERN]
    return bekend + [k for tabel in (*DOSSIER.values(), TABELLEN["aanvaard"].types) for k in tabel if k not in bekend]


def _gekeurd(bestand: Bestand) -> Iterator[tuple[str, str]]:
    bekend = bekende_kolommen()
    eerder: dict[str, str] = {}
    for kolom, kop in bestand.inhoud.get(KOLOMMEN, {}).items():
        plaats = (KOLOMMEN, kolom)
        if kolom not in bekend:
            lijkt = vraag([f"'{een}'" for een in bedoeld(kolom, bekend)])
            reden = f"[kolommen]: {getoond(kolom)} is geen kolom van een tabel{lijkt}"
            remedie = 'Links staat de naam uit de README, rechts die in jouw bestand: bsn = "BSN-nummer".'
            raise bestand.fout(plaats, reden, remedie)
        if not isinstance(kop, str) or not kolomnaam(kop) or len(kop) > LANGSTE_KOP:
            reden = f"[kolommen]: bij {kolom} staat geen kolomnaam"
            raise bestand.fout(plaats, reden, f'Zet de naam tussen aanhalingstekens: {kolom} = "…".')
        if (naam := kolomnaam(kop)) in eerder:
            reden = f"[kolommen]: {kolom} en {eerder[naam]} noemen dezelfde kolom"
            raise bestand.fout(plaats, reden, "Laat er één staan.")
        eerder[naam] = kolom
        yield naam, kolom

"""What makes an earlier result less alike than one may think: another day, declarant or period."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.basis.tonen import gemaskeerd
from wlz_declaratie.diensten import totalen
from wlz_declaratie.diensten.controleren import Uitslag
from wlz_declaratie.diensten.opgeslagen.kop import CREDIT_POSITIEF
from wlz_declaratie.diensten.opgeslagen.lezen import KAAL, Opgeslagen
from wlz_declaratie.diensten.totalen import Dagen, Herkomst

_GENOEMD = 3


def verschillen(uitslag: Uitslag, eerder: Opgeslagen) -> Iterator[str]:
    """What makes the two results less alike than one may think. Raises Gebruikersfout when they share no declarant."""
    if CREDIT_POSITIEF in eerder.uitslag.opmerkingen:
        yield CREDIT_POSITIEF
    if not eerder.volledig:
        yield f"{KAAL}; of het dezelfde declarant en periode is, is niet nagegaan"
        return
    if eerder.peildatum != uitslag.peildatum:
        dagen = _dag(eerder.uitslag.peildatum), _dag(uitslag.peildatum)
        yield "peildatum toen {}, nu {}; wat van die dag afhangt kan daardoor nieuw of verdwenen zijn".format(*dagen)
    nu, toen = totalen.herkomst(uitslag), totalen.herkomst(eerder.uitslag)
    if not toen:
        yield "deze uitslag noemt geen declarant (oudere versie); of het dezelfde is, is niet nagegaan"
        return
    yield from _andere_declaranten(eerder.naam, nu, toen)
    perioden = _samen([herkomst.periode for herkomst in toen]), _samen([herkomst.periode for herkomst in nu])
    if all(perioden):
        anders = perioden[0] != perioden[1]
    else:
        perioden = _samen([herkomst.dagen for herkomst in toen]), _samen([herkomst.dagen for herkomst in nu])
        anders = all(perioden) and not _raken(*perioden)
    if anders:
        wat = "periode toen {}, nu {}; wat over andere dagen ging, is nieuw of weg"
        yield wat.format(*("{} t/m {}".format(*map(_dag, periode)) for periode in perioden if periode))


def _andere_declaranten(naam: str, nu: tuple[Herkomst, ...], toen: tuple[Herkomst, ...]) -> Iterator[str]:
    """Whether they differ. Raises Gebruikersfout when none is the same."""
    van_nu, van_toen = _declaranten(nu), _declaranten(toen)
    if not van_nu or not van_toen or van_nu == van_toen:
        return
    alle_genoemd = all(herkomst.aantal_declaranten == len(herkomst.declaranten) for herkomst in (*nu, *toen))
    if alle_genoemd and not set(van_nu) & set(van_toen):
        raise Gebruikersfout(
            f"{naam}: deze uitslag is van een andere declarant ({_genoemd(van_toen)}) dan deze batch "
            f"({_genoemd(van_nu)}). Geef bij --basislijn een eerdere uitslag van dezelfde declarant."
        )
    for wanneer, eigen, ander in (("toen", van_toen, van_nu), ("nu", van_nu, van_toen)):
        if alleen := [declarant for declarant in eigen if declarant not in ander]:
            yield f"alleen {wanneer} ook van declarant {_genoemd(alleen)}"


def _declaranten(herkomst: tuple[Herkomst, ...]) -> list[str]:
    return sorted({gemaskeerd(declarant) for bestand in herkomst for declarant in bestand.declaranten})


def _genoemd(declaranten: list[str]) -> str:
    rest = len(declaranten) - _GENOEMD
    return ", ".join(declaranten[:_GENOEMD]) + (f" en {rest} andere" if rest > 0 else "")


def _samen(perioden: list[Dagen | None]) -> Dagen | None:
    """From the first day of all to the last; None when one is not known."""
    bekend = [periode for periode in perioden if periode]
    if not bekend or len(bekend) < len(perioden):
        return None
    return min(van for van, _ in bekend), max(tot for _, tot in bekend)


def _raken(een: Dagen | None, ander: Dagen | None) -> bool:
    return een is not None and ander is not None and een[0] <= ander[1] and ander[0] <= een[1]


def _dag(dag: date) -> str:
    return f"{dag:%d-%m-%Y}"

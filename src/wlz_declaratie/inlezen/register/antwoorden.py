"""Saved answers of the Indicatieregister and the Bemiddelingsregister as rows beside the table files.

Of one bemiddelingspecificatieID the newest vaststellingMoment counts, in whichever file it is. Indications and clients
have no such moment: of these the last file by name counts. What a query did not ask is not there: a table lacks that
column, or is not filled from that file at all.

Sources: the public schemas Indicatieregister 2 (1.6.4) and Bemiddelingsregister 1 (1.1.0).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from wlz_declaratie.basis.tonen import zonder_bsn
from wlz_declaratie.contract.tabellen import DOSSIER, HERKOMST
from wlz_declaratie.inlezen.aanvulling import Aanvulling, met_herkomst
from wlz_declaratie.inlezen.onbruikbaar import GEEN, ONBRUIKBAAR
from wlz_declaratie.inlezen.register.keuren import OVERLEDEN, VULT, herkomst, kolommen, nooit_gevraagd, ontbrekend
from wlz_declaratie.inlezen.register.lezen import Antwoord, lees_antwoord
from wlz_declaratie.inlezen.register.nieuwste import een_keer, met_meer, vervangen, zonder

REGISTER = "register"
"""How the answers together are called as a source of rows."""
_VERVANGEN = {
    "clienten": "cliënten uit een later bestand",
    "indicaties": "rijen van indicaties die een later bestand vervangt",
    "toewijzingen": "toewijzingen die een latere vaststelling vervangt",
}
VERSCHIL = "cliënten met verschillende geboortedatums, waarvan de laatste telt"
_HOOGUIT_GENOEMD = 5


def lees_antwoorden(paden: Sequence[Path]) -> Aanvulling:
    """Read answers; a file that is none is skipped and named, a row that cannot be used left out.

    Raises Invoerfout for a file that cannot be opened, and for an answer that cannot be read to its end.
    """
    verzameld = _Verzameld()
    for pad in sorted(paden, key=lambda pad: pad.name):
        verzameld.neem(zonder_bsn(pad.name), lees_antwoord(pad, verzameld.volgende))
    return verzameld.aanvulling()


class _Verzameld:
    """The rows of all files."""

    def __init__(self) -> None:
        self.volgende = 0
        """The number of the next row."""
        self._gelezen = 0
        self._kolommen: dict[str, frozenset[str]] = {}
        self._orde: dict[str, list[pl.DataFrame]] = defaultdict(list)
        self._goed: dict[str, list[pl.DataFrame]] = defaultdict(list)
        self._slecht: dict[str, list[pl.DataFrame]] = defaultdict(list)
        self._weggelaten: dict[str, list[pl.DataFrame]] = defaultdict(list)
        self._overleden: list[pl.DataFrame] = []
        self._geteld: Counter[str] = Counter()
        self._genoemd: dict[str, list[str]] = defaultdict(list)
        """By remark the files that it is about."""

    def neem(self, naam: str, antwoord: Antwoord) -> None:
        """Take what a file holds."""
        self.volgende += antwoord.rijen
        if antwoord.fouten:
            eerste = f", de eerste: {antwoord.eerste_fout}" if antwoord.eerste_fout else ""
            self._genoemd[f"de bevraging gaf fouten{eerste}; er kan iets ontbreken"].append(naam)
        if antwoord.reden:
            self._genoemd[f"overgeslagen ({antwoord.reden})"].append(naam)
            return
        self._gelezen += 1
        self._geteld["indicaties zonder geïndiceerd zorgzwaartepakket, dus niet in indicaties"] += (
            antwoord.zonder_pakket
        )
        if not antwoord.rijen:
            self._genoemd["een antwoord zonder rijen"].append(naam)
        for soort, gekeurd in antwoord.gekeurd.items():
            gezien = antwoord.gezien[soort]
            vult = [tabel for tabel in VULT[soort] if gekeurd.orde and self._vult(tabel, naam, gezien)]
            if not vult:
                continue
            self._orde[soort] += [orde.with_columns(bestand=pl.lit(self._gelezen, pl.UInt32)) for orde in gekeurd.orde]
            self._weggelaten[soort] += gekeurd.weggelaten
            self._overleden += [rijen.with_columns(bestand=pl.lit(naam)) for rijen in gekeurd.overleden]
            for tabel in vult:
                self._kolommen[tabel] = self._kolommen.get(tabel, frozenset()) | kolommen(tabel, gezien)
                self._neem_rijen(tabel, naam, gekeurd.goed[tabel], gekeurd.slecht[tabel])

    def _vult(self, tabel: str, naam: str, gezien: frozenset[str]) -> bool:
        """Whether an answer with these values has what the table needs; what it lacks is named."""
        if mist := ontbrekend(tabel, gezien):
            self._genoemd[f"niet gebruikt voor {tabel}, want de vraag liet weg: {', '.join(mist)}"].append(naam)
            return False
        if anders := nooit_gevraagd(tabel, gezien):
            self._genoemd[f"{tabel} zonder {', '.join(anders)}, want de vraag liet dat weg"].append(naam)
        return True

    def _neem_rijen(self, tabel: str, naam: str, goed: list[pl.DataFrame], slecht: list[pl.DataFrame]) -> None:
        for rijen in goed:
            bron = herkomst(naam, moment="moment" in rijen.columns).cast(HERKOMST["herkomst"])
            self._goed[tabel].append(rijen.select("nr", "id", *DOSSIER[tabel], herkomst=bron))
        vast = {"tabel": tabel, "bestand": naam, "plaats": "onderdeel"}
        for rijen in slecht:
            if rijen.height:
                vooraan = [pl.lit(waarde).alias(kolom) for kolom, waarde in vast.items()]
                met_plaats = rijen.with_columns(*vooraan, pl.col("onderdeel").alias("regel"))
                self._slecht[tabel].append(met_plaats.select("nr", *ONBRUIKBAAR))

    def aanvulling(self) -> Aanvulling:
        """All of it, the newest of each."""
        tabellen, slecht, gestorven = {}, [GEEN], pl.DataFrame()
        for soort, orde in self._orde.items():
            oud = vervangen(soort, pl.concat(orde))
            self._geteld[_VERVANGEN[soort]] += oud.filter("later").height
            self._geteld.update(zonder(self._weggelaten[soort], oud)["waarom"].to_list())
            if soort == "toewijzingen":
                gestorven = zonder(self._overleden, oud)
            if soort == "clienten":
                self._geteld[VERSCHIL] += met_meer(self._goed[soort], "geboortedatum")
            for tabel in VULT[soort]:
                rijen = zonder(self._goed.pop(tabel, []), oud)
                if rijen.height:
                    tabellen[tabel] = met_herkomst(een_keer(rijen, tabel), tabel, pl.col("herkomst"))
                if self._slecht[tabel]:
                    slecht.append(zonder(self._slecht[tabel], oud).select(*ONBRUIKBAAR))
        opmerkingen = (*self._opmerkingen(tabellen), *_overleden(gestorven))
        return Aanvulling(REGISTER, tabellen, self._kolommen, pl.concat(slecht), opmerkingen)

    def _opmerkingen(self, tabellen: dict[str, pl.DataFrame]) -> Iterator[str]:
        if self._gelezen:
            aantallen = "".join(f"; {tabel}: {rijen.height}" for tabel, rijen in tabellen.items())
            yield f"antwoorden van registers gelezen: {self._gelezen}{aantallen}"
        for wat, aantal in self._geteld.items():
            if aantal:
                yield f"{REGISTER}, {wat}: {aantal}"
        for wat, namen in self._genoemd.items():
            rest = len(namen) - _HOOGUIT_GENOEMD
            meer = f" en nog {rest}" if rest > 0 else ""
            yield f"{REGISTER}, {wat}: {', '.join(namen[:_HOOGUIT_GENOEMD])}{meer}"


def _overleden(gestorven: pl.DataFrame) -> Iterator[str]:
    """That allocations ended because the client died."""
    if gestorven.is_empty():
        return
    clienten = gestorven.unique("bsn", keep="last", maintain_order=True)
    eerste = clienten.head(_HOOGUIT_GENOEMD).select("bestand", "onderdeel").rows()
    rest = clienten.height - len(eerste)
    yield (
        f"{REGISTER}, toewijzing geëindigd door overlijden (redenIntrekking {OVERLEDEN}), cliënten: {clienten.height}; "
        "die einddatum is waarschijnlijk de dag van overlijden, geef die zo nodig in clienten: "
        f"{', '.join(f'{bestand} onderdeel {nummer}' for bestand, nummer in eerste)}{f' en nog {rest}' if rest else ''}"
    )

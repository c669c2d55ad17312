"""``declaratie aanvaard``: write down that a finding of a saved result is accepted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.cli.instellingen import gezet
from wlz_declaratie.cli.melden import zeg
from wlz_declaratie.cli.opties import als_datum


def aanvaard(
    ctx: typer.Context,
    uitslag: Annotated[Path, typer.Argument(metavar="UITSLAG", help="Van --uit: .json .csv .parquet .xlsx of .html.")],
    regel: Annotated[str, typer.Option(metavar="ID", help="De controleregel, zoals MUT-01.")],
    referentie: Annotated[str, typer.Option(metavar="NUMMER", help="Het referentienummer van de declaratieregel.")],
    reden: Annotated[str, typer.Option(metavar="TEKST", help="Waarom; dit staat in elke uitslag.")],
    door: Annotated[str, typer.Option(metavar="NAAM", help="Wie dit aanvaardt.")],
    tot: Annotated[str, typer.Option(metavar="JJJJ-MM-DD", help="De laatste dag waarop dit geldt.")],
    bestand: Annotated[
        Path, typer.Option(metavar="BESTAND", help="De lijst; zij wordt gemaakt als zij er niet is.")
    ] = Path("aanvaard.csv"),
) -> None:
    """Aanvaard een bevinding: zij keurt bij `controleer --aanvaard` niets meer af.

    Staat er al een rij voor deze bevinding, dan komt deze ervoor in de plaats.
    Exitcode 0: de rij staat in de lijst.
    2: de uitslag heeft deze bevinding niet, of de lijst is niet te lezen of te schrijven.
    """
    from wlz_declaratie.basis.tonen import gemaskeerd, zonder_bsn
    from wlz_declaratie.diensten.aanvaarding import zoek
    from wlz_declaratie.diensten.instellingen.kolommen import kolommen_van
    from wlz_declaratie.diensten.opgeslagen.lezen import lees
    from wlz_declaratie.rapport import opmaak
    from wlz_declaratie.rapport.aanvaardlijst import Rij, voeg_toe

    dag = als_datum(tot)
    assert dag is not None  # noqa: S101
    teksten = {naam: gemaskeerd(" ".join(tekst.split())) for naam, tekst in (("reden", reden), ("door", door))}
    for naam, tekst in teksten.items():
        _eis_past(naam, tekst)
    opgeslagen = lees(uitslag)
    if opgeslagen.peildatum and dag < opgeslagen.peildatum:
        peildatum = opmaak.datum(opgeslagen.peildatum)
        raise Gebruikersfout(
            f"--tot: {opmaak.datum(dag)} ligt voor de peildatum van de uitslag ({peildatum}). Kies een latere dag."
        )
    regel_id = regel.strip().upper()
    gevonden = zoek(opgeslagen, regel_id, referentie)
    rij = Rij(regel_id, referentie, **teksten, tot=dag)
    gedaan = voeg_toe(bestand, rij, kolommen_van(gezet(ctx)))
    aantal = opmaak.meervoud(gevonden.height, "bevinding", "bevindingen")
    zeg(f"{zonder_bsn(str(bestand))}: {gedaan}, {regel_id} tot en met {opmaak.datum(dag)} ({aantal}).")


def _eis_past(naam: str, tekst: str) -> None:
    """Raises Gebruikersfout for a text that is empty, or longer than the list takes."""
    from wlz_declaratie.contract.tabellen import TABELLEN

    hoogstens = TABELLEN["aanvaard"].kolommen[naam].tekens or 0
    if not 1 <= len(tekst) <= hoogstens:
        wat = f"is langer dan {hoogstens} tekens. Maak haar korter" if tekst else "is leeg. Vul haar in"
        raise Gebruikersfout(f"--{naam}: de tekst {wat}.")

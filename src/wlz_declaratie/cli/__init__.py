"""De opdrachtregel: one module per command, thin; heavy imports stand inside the commands so that help is instant.

This is where a run begins and ends. Nothing is imported before signals are caught: whoever stops it in the first tenth
of a second gets one line too.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from wlz_declaratie.basis.signalen import Afgebroken

ONBRUIKBAAR = 2
"""Exit code for wrong use, unreadable input, or a rule that crashed."""


def main() -> None:
    """Run the command line; every failure is one Dutch line on stderr and an exit code, never a traceback."""
    from wlz_declaratie.basis import signalen

    code = ONBRUIKBAAR
    try:
        signalen.vang()
        from wlz_declaratie.basis import heap
        from wlz_declaratie.cli import stromen

        heap.stel_af()
        stromen.herstel()
        from wlz_declaratie.cli.opdrachten import voer_uit

        code = voer_uit()
    except BaseException as fout:
        afgebroken = signalen.Afgebroken(2) if isinstance(fout, KeyboardInterrupt) else signalen.gevraagd()
        if afgebroken is None:
            raise
        code = _ruim_en_meld(afgebroken)
    finally:
        signalen.negeer()
    raise SystemExit(code)


def _ruim_en_meld(afgebroken: Afgebroken) -> int:
    """Remove what its own user could not remove any more, and tell; gives the exit code."""
    import sys

    from wlz_declaratie.basis.werkmap import ruim_alles

    ruim_alles()
    if sys.stderr is not None:
        print(afgebroken, file=sys.stderr)
    return afgebroken.code

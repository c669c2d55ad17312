"""The templates of the page: all that is filled in is escaped, and a name that nobody gave is an error."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from wlz_declaratie.rapport import opmaak


def pagina() -> Template:
    """The template of the whole page."""
    return sjabloon("pagina.html.jinja")


@cache
def sjabloon(naam: str) -> Template:
    """The template of that name."""
    omgeving = Environment(
        loader=PackageLoader("wlz_declaratie.rapport.html", "sjablonen"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    omgeving.filters |= {
        "datum": opmaak.datum, "euro": opmaak.euro, "getal": opmaak.getal, "meervoud": opmaak.meervoud,
        "procent": "{:.2f}%".format,
    }  # fmt: skip
    return omgeving.get_template(naam)

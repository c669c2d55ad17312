"""The templates of the page: all that is filled in is escaped, and a name that nobody gave is an error."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from wlz_declaratie.rapport import opmaak


@cache
def pagina() -> Template:
    """The template of the whole page."""
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
    return omgeving.get_template("pagina.html.jinja")

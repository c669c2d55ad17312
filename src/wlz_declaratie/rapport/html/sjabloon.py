"""The templates of the page: all that is filled in is escaped, and a name that nobody gave is an error."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from functools import cache
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from wlz_declaratie.rapport import opmaak
from wlz_declaratie.rapport.html.bevindingen import ALLE, BEVINDING

SCRIPT = "vragen.js"


class Script(NamedTuple):
    """The script of the page: its template, and what lets a browser run this text and no other."""

    naam: str
    hash: str


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
    tekst = omgeving.get_template(SCRIPT).render()
    hash_ = b64encode(hashlib.sha256(tekst.encode()).digest()).decode()
    omgeving.globals |= {
        "script": Script(SCRIPT, f"sha256-{hash_}"),
        "kaarten": ((ALLE, "#alle"), (BEVINDING, ".bev:not(#alle)")),
    }
    return omgeving.get_template(naam)

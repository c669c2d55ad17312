"""What a workbook or a page carries, taken out within bounds; see `vorm`."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Iterator
from pathlib import Path

from wlz_declaratie.diensten.opgeslagen.vorm import MEESTE_BYTES, NAAM
from wlz_declaratie.inlezen.xlsx.lezen import lees_blad
from wlz_declaratie.inlezen.xlsx.xml import Werkboekfouten, boek
from wlz_declaratie.inlezen.xlsx.zip import KAPOT, Werkboekzip

_BEGIN, _EINDE = f'<template id="{NAAM}">'.encode(), b"</template>"


class Onleesbaar(Exception):
    """The file carries nothing that can be read."""


def pak_uit(stukken: Iterator[bytes]) -> bytes:
    """The result. Raises Onleesbaar, also for one that unpacks to more than MEESTE_BYTES."""
    uitpakker = zlib.decompressobj()
    try:
        ingepakt = base64.b64decode(b"".join(stukken), validate=True)
        inhoud = uitpakker.decompress(ingepakt, MEESTE_BYTES + 1)
    except (binascii.Error, ValueError, zlib.error):
        raise Onleesbaar from None
    if not uitpakker.eof or uitpakker.unused_data or len(inhoud) > MEESTE_BYTES:
        raise Onleesbaar
    return inhoud


def uit_werkboek(pad: Path, naam: str) -> bytes:
    """The result that a workbook carries. Raises Onleesbaar, and Invoerfout for one that asks too much."""
    try:
        with Werkboekzip(pad, naam) as zip_:
            bladen = [blad.naam for blad in boek(zip_).bladen]
    except (*KAPOT, *Werkboekfouten):
        raise Onleesbaar from None
    if NAAM not in bladen:
        raise Onleesbaar
    cellen = lees_blad(pad, naam, bladen.index(NAAM)).cellen
    if cellen.width != 1 or cellen.to_series().null_count():
        raise Onleesbaar
    return pak_uit(cel.encode() for cel in cellen.to_series())


def uit_pagina(pad: Path) -> bytes:
    """The result that a page carries. Raises Onleesbaar."""
    inhoud = pad.read_bytes()
    begin = inhoud.find(_BEGIN) + len(_BEGIN)
    einde = inhoud.find(_EINDE, begin)
    if begin < len(_BEGIN) or einde < 0 or inhoud.count(_BEGIN) != 1:
        raise Onleesbaar
    return pak_uit(iter(inhoud[begin:einde].split()))

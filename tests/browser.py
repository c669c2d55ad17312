"""A real Chromium, spoken to over its own DevTools pipe: a page as a reader has it, with its requests and complaints.

The pipe needs no driver, port or download: each message is JSON that ends in a zero byte, over descriptors 3 and 4.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue
from typing import Any, NoReturn

import pytest

NAMEN = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
GEDULD = 180.0
"""Seconds for one answer, on a machine that does much else."""
VLAGGEN = (
    "--headless=new", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-extensions", "--disable-dev-shm-usage", "--mute-audio",
    "--hide-scrollbars", "--remote-debugging-pipe", "--disable-renderer-backgrounding",
    "--disable-background-timer-throttling", "--disable-backgrounding-occluded-windows",
)  # fmt: skip

TOETSEN = {"Enter": (13, "\r"), "Tab": (9, ""), "ArrowDown": (40, "")}


def gevonden() -> str | None:
    """The Chromium of this machine: that of ``CHROMIUM``, or the first on the path."""
    return os.environ.get("CHROMIUM") or next((pad for naam in NAMEN if (pad := shutil.which(naam))), None)


def ontbreekt(wat: str) -> NoReturn:
    """Skip a test for want of a program; fail where CI said that it is there (``BROWSER_VERPLICHT=1``)."""
    if os.environ.get("BROWSER_VERPLICHT") == "1":
        pytest.fail(f"BROWSER_VERPLICHT=1, en {wat} ontbreekt", pytrace=False)
    pytest.skip(f"{wat} is niet geïnstalleerd; CI draait deze test wel (.ci/run)")


def _pijp() -> tuple[int, int]:
    """A pipe out of the way of the descriptors that it must get in the browser."""
    einden = os.pipe()
    hoog = tuple(fcntl.fcntl(einde, fcntl.F_DUPFD_CLOEXEC, 10) for einde in einden)
    for einde in einden:
        os.close(einde)
    return hoog[0], hoog[1]


class Chromium:
    """One browser without a window; each `blad` is a tab of its own."""

    def __init__(self, programma: str, profiel: Path) -> None:
        lees, self._naar = _pijp()
        self._van, schrijf = _pijp()
        root = ("--no-sandbox",) if os.geteuid() == 0 else ()
        opdracht = [programma, *VLAGGEN, *root, f"--user-data-dir={profiel}", "about:blank"]
        self._pid = os.posix_spawn(
            programma,
            opdracht,
            os.environ,
            file_actions=[
                *((os.POSIX_SPAWN_OPEN, naar, os.devnull, os.O_RDWR, 0) for naar in range(3)),
                (os.POSIX_SPAWN_DUP2, lees, 3),
                (os.POSIX_SPAWN_DUP2, schrijf, 4),
            ],
            setsid=True,
        )
        os.close(lees)
        os.close(schrijf)
        self._nummer = 0
        self._post: Queue[dict[str, Any]] = Queue()
        self._bewaard: list[dict[str, Any]] = []
        self._lezer = threading.Thread(target=self._lees, daemon=True)
        self._lezer.start()

    def _lees(self) -> None:
        rest = b""
        while blok := os.read(self._van, 1 << 20):
            *heel, rest = (rest + blok).split(b"\0")
            for bericht in heel:
                self._post.put(json.loads(bericht))

    def vraag(self, methode: str, sessie: str | None = None, **gegevens: Any) -> dict[str, Any]:
        """The answer to a command of the protocol; what happens meanwhile is kept."""
        self._nummer += 1
        bericht = {"id": self._nummer, "method": methode, "params": gegevens} | (
            {"sessionId": sessie} if sessie else {}
        )
        os.write(self._naar, json.dumps(bericht).encode() + b"\0")
        while True:
            antwoord = self._post.get(timeout=GEDULD)
            if antwoord.get("id") != self._nummer:
                self._bewaard.append(antwoord)
                continue
            if "error" in antwoord:
                raise RuntimeError(f"{methode}: {antwoord['error']}")
            uitkomst: dict[str, Any] = antwoord["result"]
            return uitkomst

    def gebeurd(self, sessie: str) -> list[dict[str, Any]]:
        """What happened in a tab so far."""
        try:
            while True:
                self._bewaard.append(self._post.get_nowait())
        except Empty:
            return [bericht for bericht in self._bewaard if bericht.get("sessionId") == sessie]

    def wacht_op(self, sessie: str, methode: str) -> None:
        """Until something happened in a tab."""
        einde = time.monotonic() + GEDULD
        while not any(bericht["method"] == methode for bericht in self.gebeurd(sessie)):
            if time.monotonic() > einde:
                raise TimeoutError(methode)
            self._bewaard.append(self._post.get(timeout=GEDULD))

    def sluit(self) -> None:
        """Stop the browser and all that it started."""
        os.killpg(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        self._lezer.join(GEDULD)
        os.close(self._naar)
        os.close(self._van)


class Blad:
    """A page in a tab: ``verzoeken`` and ``klachten`` are all that it asked of the network and put on the console."""

    def __init__(self, browser: Chromium, adres: str, breed: int, hoog: int, script: bool) -> None:
        self._browser = browser
        doel = browser.vraag("Target.createTarget", url="about:blank")["targetId"]
        self._sessie = browser.vraag("Target.attachToTarget", targetId=doel, flatten=True)["sessionId"]
        self._doel = doel
        for deel in ("Page", "Runtime", "Network", "Log"):
            self.vraag(f"{deel}.enable")
        self.vraag("Emulation.setScriptExecutionDisabled", value=not script)
        self.vraag(
            "Emulation.setDeviceMetricsOverride", width=breed, height=hoog, deviceScaleFactor=1, mobile=breed < 600
        )
        begin = time.monotonic()
        self.vraag("Page.navigate", url=adres)
        browser.wacht_op(self._sessie, "Page.loadEventFired")
        self.geladen = time.monotonic() - begin

    def vraag(self, methode: str, **gegevens: Any) -> dict[str, Any]:
        """A command of the protocol to this tab."""
        return self._browser.vraag(methode, self._sessie, **gegevens)

    def js(self, tekst: str) -> Any:
        """The value of an expression in the page; works too where the page itself may run no script."""
        uit = self.vraag("Runtime.evaluate", expression=tekst, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in uit:
            raise RuntimeError(uit["exceptionDetails"])
        return uit["result"].get("value")

    def toets(self, naam: str) -> None:
        """Press a key, as a reader without a mouse does."""
        code, tekst = TOETSEN[naam]
        self.vraag("Input.dispatchKeyEvent", type="keyDown", key=naam, text=tekst, windowsVirtualKeyCode=code)
        self.vraag("Input.dispatchKeyEvent", type="keyUp", key=naam, windowsVirtualKeyCode=code)

    def typ(self, kiezer: str, tekst: str) -> None:
        """Replace the text of a field."""
        self.js(f"(e => {{ e.focus(); e.select(); }})(document.querySelector({json.dumps(kiezer)}))")
        self.vraag("Input.insertText", text=tekst)

    def klik(self, kiezer: str) -> None:
        """Click the middle of an element, after scrolling it into view."""
        x, y = self.js(
            f"(e => {{ e.scrollIntoView({{block: 'center'}}); const r = e.getBoundingClientRect();"
            f" return [r.x + r.width / 2, r.y + r.height / 2]; }})(document.querySelector({json.dumps(kiezer)}))"
        )
        for soort in ("mousePressed", "mouseReleased"):
            self.vraag("Input.dispatchMouseEvent", type=soort, x=x, y=y, button="left", clickCount=1)

    def pdf(self) -> bytes:
        """The page on paper, of the size that it asks for."""
        return base64.b64decode(self.vraag("Page.printToPDF", preferCSSPageSize=True, printBackground=True)["data"])

    def foto(self) -> bytes:
        """A PNG of what is on the screen, for who wants to look."""
        return base64.b64decode(self.vraag("Page.captureScreenshot")["data"])

    @property
    def verzoeken(self) -> list[str]:
        """The addresses that the page asked for, itself first."""
        return [
            bericht["params"]["request"]["url"]
            for bericht in self._browser.gebeurd(self._sessie)
            if bericht["method"] == "Network.requestWillBeSent"
        ]

    @property
    def klachten(self) -> list[Any]:
        """Errors, and anything on the console, a breach of the Content-Security-Policy among them."""
        return [
            bericht["params"]
            for bericht in self._browser.gebeurd(self._sessie)
            if bericht["method"] in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded")
        ]

    def sluit(self) -> None:
        """Close the tab."""
        self._browser.vraag("Target.closeTarget", targetId=self._doel)


@contextmanager
def chromium() -> Iterator[Chromium]:
    """A browser with an empty profile; skips the test where there is none."""
    if os.name == "nt" or not (programma := gevonden()):
        ontbreekt("Chromium")
    with tempfile.TemporaryDirectory(prefix="declaratie-chromium-", ignore_cleanup_errors=True) as map_:
        browser = Chromium(programma, Path(map_))
        try:
            yield browser
        finally:
            browser.sluit()


@contextmanager
def blad(
    browser: Chromium, pad: Path, breed: int = 1280, hoog: int = 900, *, anker: str = "", script: bool = True
) -> Iterator[Blad]:
    """A page in a tab of its own; ``script`` False is a browser in which the reader switched it off."""
    tab = Blad(browser, pad.as_uri() + anker, breed, hoog, script)
    try:
        yield tab
    finally:
        tab.sluit()

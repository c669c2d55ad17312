"""Past one machine: the parts of a population as tasks of Ray (the extra ``ray``), on this computer or on a cluster.

Ray sees no line and no person: a task is the path of a file in the work folder of the run, and what comes of it is
left beside that file. So nothing of a batch is in the store, the logs or the dashboard of a cluster that others use
too, and a task can be done again: by Ray, when its worker dies.
"""

from __future__ import annotations

import os
import pickle
import secrets
import signal
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

import polars as pl

from wlz_declaratie import __version__
from wlz_declaratie.basis.fouten import Gebruikersfout
from wlz_declaratie.basis.geheugen import motor
from wlz_declaratie.basis.stil import zonder_gepraat
from wlz_declaratie.basis.systeem import foutnummer
from wlz_declaratie.basis.werkmap import werkmap
from wlz_declaratie.kern.in_delen import Deeltaak, Verdeling
from wlz_declaratie.kern.pakketten import pakketten
from wlz_declaratie.kern.uitkomst import Ruw

LOKAAL = "lokaal"
KEREN = 3
"""How often Ray does a task again of which the worker died."""
PER_WERKER = 2
"""Parts per worker, at least: who is done early takes another."""
GEDULD = 5.0
"""Seconds in which a cluster answers."""
OPSLAG = 80 * 2**20
"""Bytes of the store of a local Ray, the least it takes: nothing of ours goes there."""
LANGSTE_MAP = 20
"""Characters of the temporary directory of a local Ray: the path of a socket below it is bounded, at 103."""
KORT = {"RAY_gcs_server_port_wait_time_s": "1"}
"""Once is enough for a cluster that runs already: Ray by itself tries for ten minutes where something else answers."""
EEN_DRAAD = {"POLARS_MAX_THREADS": "1"}
"""A worker has one processor."""
EIGEN_WERKERS = EEN_DRAAD | {"RAY_worker_niceness": "0"}
"""What workers of our own inherit: they are the check itself, and give way to others no more than that does."""


@dataclass(frozen=True)
class OpRay:
    """Where to have parts checked: LOKAAL, or the HOST:POORT of a cluster of which this computer is a node.

    ``map_`` is a folder that all its machines have under that name; ``delen`` is how many parts at least.
    """

    adres: str
    map_: Path | None = None
    delen: int | None = None


@dataclass(frozen=True)
class Mislukt:
    """Why a task was not done on ``computer``: never a text of a library, which may quote what it read."""

    wat: Literal["map", "pakket", "fout"]
    computer: str
    waarom: str


@contextmanager
def verdeling_op(op: OpRay | None) -> Iterator[Verdeling | None]:
    """Have parts checked by Ray until the block ends; None is not. Raises Gebruikersfout when Ray is not there."""
    if op is None:
        yield None
        return
    with _lokaal() if op.adres == LOKAAL else _op_cluster(op.adres) as (ray, omgeving):
        werkers = max(1, int(ray.cluster_resources().get("CPU", 1)))
        taak = ray.remote(max_retries=KEREN, num_cpus=1, name="deel", runtime_env=omgeving)(doe_taak)
        yield Verdeling(op.delen or PER_WERKER * werkers, _verdeler(ray, taak))


Verbinding = tuple[Any, dict[str, Any] | None]
"""Ray, and what a worker has to be told of its environment."""


@contextmanager
def _lokaal() -> Iterator[Verbinding]:
    """A Ray of our own, only for whoever has its token, with all that it writes in a private folder."""
    tijdelijk = Path(tempfile.gettempdir())
    boven = tijdelijk if os.name != "posix" or len(str(tijdelijk)) <= LANGSTE_MAP else Path("/tmp")  # noqa: S108
    sleutel = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": _sleutel()}
    # Ray opens its folder to everyone; the work folder around it stays closed.
    with werkmap(boven) as map_, _omgeving(sleutel):
        zelf = {"_temp_dir": str(map_ / "r"), "object_store_memory": OPSLAG, "_node_ip_address": "127.0.0.1"}
        with _verbonden(LOKAAL, EIGEN_WERKERS, address="local", include_dashboard=False, **zelf) as ray:
            yield ray, None


@cache
def _sleutel() -> str:
    """Of all that this process starts: Ray reads it once, when it is imported."""
    return secrets.token_hex(32)


@contextmanager
def _op_cluster(adres: str) -> Iterator[Verbinding]:
    """Someone's cluster, of which Ray reads the token as it always does."""
    host, _, poort = adres.rpartition(":")
    if not host or "/" in host or not poort.isdecimal():
        raise Gebruikersfout(f"--ray '{adres}' is geen adres. Geef {LOKAAL}, of HOST:POORT van een Ray-cluster.")
    verder = "Controleer adres en poort, en of het cluster draait (ray status)."
    try:
        socket.create_connection((host.strip("[]"), int(poort)), timeout=GEDULD).close()
    except (OSError, OverflowError, UnicodeError):
        raise Gebruikersfout(f"op '{adres}' is geen Ray-cluster te bereiken. {verder}") from None
    with _verbonden(adres, KORT, address=adres) as ray:
        yield ray, {"env_vars": EEN_DRAAD}


@contextmanager
def _verbonden(adres: str, erfenis: dict[str, str], **hoe: Any) -> Iterator[Any]:
    """Ray as a driver has it, without its talk and its statistics, until the block ends.

    ``erfenis`` is what workers that start along with it find in their environment.
    """
    with _omgeving({"RAY_USAGE_STATS_ENABLED": "0"}):
        try:
            import ray
        except ImportError:
            raise Gebruikersfout("--ray vraagt Ray. Installeer het: pip install 'wlz-declaratie[ray]'") from None
        try:
            with _eigen_signaal(), zonder_gepraat(), _omgeving(erfenis):
                ray.init(log_to_driver=False, configure_logging=False, logging_level="ERROR", **hoe)
        except (OSError, RuntimeError, ValueError, ray.exceptions.RayError) as fout:
            raise Gebruikersfout(_niet_verbonden(adres, type(fout).__name__)) from None
        try:
            yield ray
        finally:
            ray.shutdown()


def _niet_verbonden(adres: str, waarom: str) -> str:
    if adres == LOKAAL:
        return f"Ray start niet op deze computer ({waarom}). Controleer zonder --ray."
    return (
        f"het Ray-cluster op '{adres}' laat deze computer niet toe ({waarom}). Zij moet er deel van zijn (ray start), "
        "met dezelfde versies van Python en Ray en hetzelfde token."
    )


@contextmanager
def _omgeving(waarden: dict[str, str]) -> Iterator[None]:
    eerder = {naam: os.environ.get(naam) for naam in waarden}
    os.environ.update(waarden)
    try:
        yield
    finally:
        for naam, waarde in eerder.items():
            if waarde is None:
                os.environ.pop(naam, None)
            else:
                os.environ[naam] = waarde


@contextmanager
def _eigen_signaal() -> Iterator[None]:
    """Ray takes SIGTERM for itself when it starts; what stops a run is ours (`basis.signalen`)."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    eerder, gekomen = signal.getsignal(signal.SIGTERM), False
    try:
        yield
    except SystemExit:  # that is what Ray makes of it
        gekomen = True
    finally:
        signal.signal(signal.SIGTERM, eerder)
    if gekomen:
        signal.raise_signal(signal.SIGTERM)


def _verdeler(ray: Any, taak: Any) -> Callable[..., Iterator[tuple[int, list[Ruw]]]]:
    def verdeel(doe: Callable[[Deeltaak], list[Ruw]], taken: Sequence[Deeltaak]) -> Iterator[tuple[int, list[Ruw]]]:
        nodig = _versies(taken)
        op_weg = {}
        try:
            for plaats, deeltaak in enumerate(taken):
                pad = deeltaak.doel.with_suffix(".taak")
                pad.write_bytes(ray.cloudpickle.dumps((doe, deeltaak)))
                op_weg[taak.remote(str(pad), nodig)] = plaats, pad
            while op_weg:
                for klaar in ray.wait(list(op_weg))[0]:
                    plaats, pad = op_weg.pop(klaar)
                    yield plaats, _uitkomst(ray, klaar, pad)
        finally:
            for lopend in op_weg:
                ray.cancel(lopend, force=True)

    return verdeel


def _uitkomst(ray: Any, klaar: Any, pad: Path) -> list[Ruw]:
    """What came of a task that is done, from the work folder, that nobody else can write in. Raises Gebruikersfout."""
    try:
        mislukt = ray.get(klaar)
    except ray.exceptions.OutOfMemoryError:
        raise Gebruikersfout(
            "een deel past niet in het geheugen van een werker. Geef meer delen (--ray-delen)."
        ) from None
    except (ray.exceptions.WorkerCrashedError, ray.exceptions.NodeDiedError):
        raise Gebruikersfout(
            f"een deel kostte {KEREN + 1} keer zijn werker. Geef meer delen (--ray-delen), of controleer zonder --ray."
        ) from None
    except ray.exceptions.RayError as fout:
        raise Gebruikersfout(
            f"Ray kreeg een deel niet getoetst ({type(fout).__name__}). Staat wlz-declaratie[ray] op elke machine van "
            "het cluster?"
        ) from None
    if mislukt is not None:
        raise Gebruikersfout(_in_woorden(mislukt))
    uitkomsten: list[Ruw] = pickle.loads(pad.with_suffix(".uit").read_bytes())  # noqa: S301
    return uitkomsten


def _in_woorden(mislukt: Mislukt) -> str:
    match mislukt.wat:
        case "map":
            return (
                f"een werker op {mislukt.computer} kan de delen niet lezen of schrijven ({mislukt.waarom}). Geef met "
                "--ray-map een map die elke machine van het cluster onder die naam heeft, voor dezelfde gebruiker."
            )
        case "pakket":
            return (
                f"een werker op {mislukt.computer} heeft niet {mislukt.waarom}, en deze computer wel. Installeer "
                "overal hetzelfde."
            )
        case "fout":
            return f"een werker op {mislukt.computer} liep vast ({mislukt.waarom}). Controleer zonder --ray."


def _versies(taken: Sequence[Deeltaak]) -> list[str]:
    """What must be the same wherever a rule runs, for findings to be: a task names its rules, it does not hold them."""
    packs = {regel.pakket for deeltaak in taken for regel in deeltaak.regels if regel.pakket}
    return [f"wlz-declaratie {__version__}", f"polars {pl.__version__}", *sorted(packs)]


def doe_taak(pad: str, nodig: Sequence[str]) -> Mislukt | None:
    """Do the task in the file ``pad``, on a worker; what came of it is then beside it, with the suffix .uit.

    Whole or not at all: of a task that is done twice, since its worker was thought dead, neither harms the other.
    """
    computer = socket.gethostname()
    hier = {f"wlz-declaratie {__version__}", f"polars {pl.__version__}", *(pakket.naam for pakket in pakketten())}
    if ontbreekt := [wat for wat in nodig if wat not in hier]:
        return Mislukt("pakket", computer, ", ".join(ontbreekt))
    try:
        doe, taak = pickle.loads(Path(pad).read_bytes())  # noqa: S301
        eigen = taak.doel.with_suffix(f".{secrets.token_hex(8)}")
        with motor(0):
            uitkomsten = doe(replace(taak, doel=eigen))
        eigen.replace(taak.doel)
        eigen.write_bytes(pickle.dumps(uitkomsten))
        eigen.replace(Path(pad).with_suffix(".uit"))
    except (Exception, pl.exceptions.PanicException) as fout:
        nummer = foutnummer(fout)
        if nummer is None:
            return Mislukt("fout", computer, type(fout).__name__)
        return Mislukt("map", computer, os.strerror(nummer))
    return None

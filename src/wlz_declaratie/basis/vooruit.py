"""A stream of which the next item is made while this one is used."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def vooruit(stroom: Iterator[T]) -> Iterator[T]:
    """The items of ``stroom``, each made in a thread of its own while the one before it is used.

    One at a time and in order; what making one raises, is raised when it is asked for.
    """
    einde = object()
    with ThreadPoolExecutor(1) as draad:
        volgende = draad.submit(next, stroom, einde)
        while (dit := volgende.result()) is not einde:
            volgende = draad.submit(next, stroom, einde)
            yield dit  # type: ignore[misc]  # it is not the end

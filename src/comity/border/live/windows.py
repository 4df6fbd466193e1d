"""Observations of the store in windows of their arrival, each once and whole.

A window is every observation that arrived within the same 50 ms by the node's clock. The arrival is part of
the sealed leaf, so that whoever makes the picture again from sealed batches cuts it at the same places.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from comity.border.sensors.times import SECOND, now

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from comity.border.sensors.store import SensorStore

WINDOW: Final = 50_000
"""Microseconds of a window."""
MILLI: Final = 1_000
MOST: Final = 50_000
"""Rows that are read at once, more where one window has more."""

Row = tuple[int, str, int, int, "Any", int]
"""Id, sensor, phenomenon time (µs), kind and value of the result, arrival (µs)."""


@dataclass(frozen=True, slots=True)
class Window:
    """Observations in the order of their ids; when their window ends, ms UTC."""

    rows: list[Row]
    end: int

    @property
    def last(self) -> int:
        """Id of the last."""
        return self.rows[-1][0]


def settled(store: SensorStore) -> int:
    """Return a moment (ms UTC) by which the window of everything that has arrived by now is over.

    Where something arrived in the window of this moment, its end is waited for: 50 ms at most.
    """
    asked = now()
    begun = asked // WINDOW * WINDOW
    with store.transaction():
        """Whoever writes now is waited for: it had arrived."""
    newest = store.read_one("SELECT arrival FROM observation ORDER BY id DESC LIMIT 1")
    if newest is None or newest[0] < begun:
        return asked // MILLI
    time.sleep(min(max(0, begun + WINDOW - now()), WINDOW) / SECOND)
    return (begun + WINDOW) // MILLI


def streams_of(store: SensorStore, sensors: Iterable[str]) -> dict[int, str]:
    """Return the sensor of each datastream that is of one of these."""
    wanted = set(sensors)
    rows = store.read_all("SELECT d.id, s.name FROM datastream d JOIN sensor s ON s.id = d.sensor")
    return {number: name for number, name in rows if name in wanted}


def windows(store: SensorStore, streams: Mapping[int, str], after: int, before: int) -> Iterator[Window]:
    """Yield the windows that are over, in order.

    Args:
        store: The store; whoever writes to it now is waited for, so that no window is read in part.
        streams: The sensor of each datastream to be read.
        after: Id of the last observation that was taken.
        before: Windows that end later than this (ms UTC) are left for another time.
    """
    if not streams:
        return
    with store.transaction():
        """Nobody writes now: what arrived before can be read."""
    limit = before * MILLI // WINDOW * WINDOW
    marks = ", ".join("?" * len(streams))
    query = (
        f"SELECT id, datastream, phenomenon, kind, result, arrival FROM observation NOT INDEXED WHERE id > ? "  # noqa: S608 - marks alone
        f"AND datastream IN ({marks}) AND arrival < ? ORDER BY id LIMIT ?"
    )
    most = MOST
    while True:
        rows = store.read_all(query, (after, *streams, limit, most))
        whole = list(_cut(rows, streams))
        if len(rows) == most:
            if len(whole) == 1:  # one window with more rows than that
                most *= 4
                continue
            whole.pop()
        yield from whole
        if len(rows) < most:
            return
        after, most = whole[-1].last, MOST


def _cut(rows: list[Any], streams: Mapping[int, str]) -> Iterator[Window]:
    start = 0
    for at in range(1, len(rows) + 1):
        number = rows[start][5] // WINDOW
        if at == len(rows) or rows[at][5] // WINDOW != number:
            found = [
                (one, streams[stream], phenomenon, kind, result, arrival)
                for one, stream, phenomenon, kind, result, arrival in rows[start:at]
            ]
            yield Window(found, (number + 1) * WINDOW // MILLI)
            start = at

"""Observations of the store in windows of their arrival, each once and whole.

A window is every observation that arrived within the same 50 ms by the node's clock. The arrival is part of
the sealed leaf, so that whoever makes the picture again from sealed batches cuts it at the same places.
"""

from __future__ import annotations

import time
from itertools import chain, groupby, repeat
from typing import TYPE_CHECKING, Any, Final

from comity.border.sensors.times import SECOND, now

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from comity.border.sensors.fresh import Group
    from comity.border.sensors.store import SensorStore

WINDOW: Final = 50_000
"""Microseconds of a window."""
MILLI: Final = 1_000
MOST: Final = 50_000
"""Rows that are read at once, more where one window has more."""

Row = tuple[int, str, int, int, "Any", int]
"""Id, sensor, phenomenon time (µs), kind and value of the result, arrival (µs)."""


class Window:
    """Observations in the order of their ids.

    Args:
        rows: The observations, as the store has them.
        end: When their window ends, ms UTC.
        groups: The same as they were just written, with the sensor of each; then there are no rows at first.
    """

    __slots__ = ("_rows", "end", "groups")

    def __init__(self, rows: list[Row], end: int, groups: Sequence[tuple[str, Group]] = ()) -> None:
        self._rows, self.end, self.groups = rows, end, groups

    @property
    def rows(self) -> list[Row]:
        """The observations one by one."""
        if not self._rows:
            self._rows = list(chain.from_iterable(_rows(group, sensor) for sensor, group in self.groups))
        return self._rows

    def __len__(self) -> int:
        return sum(len(group.ids) for _, group in self.groups) if self.groups else len(self._rows)

    @property
    def last(self) -> int:
        """Id of the last."""
        return self.groups[-1][1].ids[-1] if self.groups else self._rows[-1][0]

    @property
    def arrived(self) -> int:
        """When the last arrived, µs UTC."""
        return self.groups[-1][1].arrival if self.groups else self._rows[-1][5]


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
        store: The store; who writes what arrived before is waited for, so that no window is read in part.
        streams: The sensor of each datastream to be read.
        after: Id of the last observation that was taken.
        before: Windows that end later than this (ms UTC) are left for another time.
    """
    if not streams:
        return
    limit = limit_of(before)
    store.settle(limit)
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


def limit_of(before: int) -> int:
    """Return the end (µs) of the last window that is over at a moment, ms UTC."""
    return before * MILLI // WINDOW * WINDOW


def windows_of(groups: Iterable[Group], streams: Mapping[int, str]) -> Iterator[Window]:
    """Yield the windows of groups that were just written, as `windows` would read them.

    Args:
        groups: In the order of ids; all of each window.
        streams: The sensor of each datastream to be read.
    """
    wanted = (group for group in groups if group.datastream in streams)
    for number, found in groupby(wanted, key=lambda group: group.arrival // WINDOW):
        parts = [(streams[group.datastream], group) for group in found]
        yield Window([], (number + 1) * WINDOW // MILLI, parts)


def _rows(group: Group, sensor: str) -> Iterator[Row]:
    return zip(
        group.ids, repeat(sensor), group.times, repeat(group.kind), group.results, repeat(group.arrival),
        strict=False,
    )  # fmt: skip


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

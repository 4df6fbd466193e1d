"""Whence a centre has its observations: from memory what was just written, from the store what was before.

source = Source(node)
for window in source.windows(machine.sensors, machine.last, before): ...
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.border.live.windows import limit_of, streams_of, windows, windows_of
from comity.border.sensors.answers import store_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from comity.border.live.windows import Window
    from comity.node.node import Node


class Source:
    """The observations of some sensors, each once. Not safe for several threads at once.

    Args:
        node: Whose store.
    """

    def __init__(self, node: Node) -> None:
        self._node = node
        self._store = store_of(node)
        self._follower = self._store.follow()
        self._passed = 0

    def windows(self, sensors: Iterable[str], last: int, before: int) -> Iterator[Window]:
        """Yield what was not taken yet; what is of none of these sensors is passed over once.

        Args:
            sensors: Their names.
            last: Id of the last observation that was taken.
            before: Windows that end later than this (ms UTC) are left for another time.
        """
        store = store_of(self._node)
        if store is not self._store:  # it was opened anew
            self._store, self._follower = store, store.follow()
        streams = streams_of(store, sensors)
        limit, after = limit_of(before), max(self._passed, last)
        store.settle(limit)
        fresh = self._follower.take(after, limit, store.changes)
        if fresh is not None:
            yield from windows_of(fresh, streams)
            self._passed = fresh[-1].ids[-1] if fresh else self._passed
            return
        query = "SELECT id FROM observation WHERE id > ? AND arrival < ? ORDER BY id DESC LIMIT 1"
        newest = store.read_one(query, (after, limit))
        yield from windows(store, streams, after, before)
        self._passed = self._passed if newest is None else newest[0]

    def again(self) -> None:
        """Know nothing of what was passed over: a centre goes on from what is on disk."""
        self._passed = 0

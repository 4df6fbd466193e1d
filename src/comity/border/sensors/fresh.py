"""What was just written, for whoever tracks it in the same process: nothing is read from the disk again.

    follower = store.fresh.follow(store)
    groups = follower.take(after, limit, changes)     # None: the store is to be asked

A group is told of once its transaction is on disk. A follower that lags too far behind, or behind which an
observation was changed, knows no longer what there is, and says so: then the store is read, as after a start.
"""

from __future__ import annotations

import threading
import weakref
from collections import deque
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from comity.border.sensors.rules import Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST: Final = 50_000
"""Observations that are held for one follower."""


class Group(NamedTuple):
    """Observations of one datastream that arrived at once, in the order of their ids.

    Attributes:
        ids: Of each.
        datastream: Its id.
        arrival: Microseconds since 1970 UTC.
        times: Phenomenon time of each, microseconds since 1970 UTC.
        kind: Of every result.
        results: As they are kept.
        data: Of results that are JSON, what was read; None where that was not kept.
    """

    ids: Sequence[int]
    datastream: int
    arrival: int
    times: Sequence[int]
    kind: int
    results: Sequence[Any]
    data: Sequence[Any] | None


def group_of(row: Sequence[Any]) -> Group:
    """Return an observation as a group of its own; its values are in the order of `rules.Row`."""
    one = Row(*row)
    return Group((one.id,), one.datastream, one.arrival, (one.phenomenon,), one.kind, (one.result,), None)


class Follower:
    """Groups that nobody took yet. One thread takes; those that write put.

    Args:
        start: From this id on, every observation is told of.
        changes: How often observations were changed until now.
    """

    def __init__(self, start: int, changes: int) -> None:
        self._lock = threading.Lock()
        self._groups: deque[Group] = deque()
        self._held = 0
        self._start = self._next = start
        self._changes = changes

    def put(self, groups: Iterable[Group]) -> None:
        """Take groups that were written together."""
        with self._lock:
            for group in groups:
                if group.ids[0] < self._next:  # it was there before, and was changed
                    self._forget()
                    continue
                self._groups.append(group)
                self._held += len(group.ids)
                self._next = group.ids[-1] + 1
            if self._held > MOST:
                self._forget()

    def take(self, after: int, limit: int, changes: int) -> list[Group] | None:
        """Return what arrived before a limit, in order; None where that is not known here.

        Args:
            after: Id of the last observation that was taken.
            limit: Microseconds since 1970 UTC.
            changes: How often observations were changed until now.
        """
        with self._lock:
            if changes != self._changes:
                self._changes = changes
                self._forget()
            groups = self._groups
            while groups and groups[0].ids[-1] <= after:
                self._held -= len(groups.popleft().ids)
            if after + 1 < self._start or (groups and groups[0].ids[0] <= after):
                return None
            found = []
            while groups and groups[0].arrival < limit:
                found.append(groups.popleft())
                self._held -= len(found[-1].ids)
            if found:
                self._start = found[-1].ids[-1] + 1
            return found

    def _forget(self) -> None:
        self._groups.clear()
        self._held = 0
        self._start = self._next


class Fresh:
    """Tells followers what was written. Whoever calls it holds the writing connection."""

    def __init__(self) -> None:
        self._followers: weakref.WeakSet[Follower] = weakref.WeakSet()
        self._pending: list[Group] = []

    @property
    def wanted(self) -> bool:
        """Whether anybody follows."""
        return bool(self._followers)

    def follow(self, start: int, changes: int) -> Follower:
        """Return a new follower from an id on."""
        made = Follower(start, changes)
        self._followers.add(made)
        return made

    def add(self, groups: Iterable[Group]) -> None:
        """Keep groups until their transaction ends."""
        self._pending += groups

    def tell(self) -> None:
        """Tell what was committed."""
        if self._pending:
            groups, self._pending = self._pending, []
            for one in list(self._followers):
                one.put(groups)

    def drop(self) -> None:
        """Forget what was rolled back."""
        self._pending = []

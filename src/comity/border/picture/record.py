"""What is on record of a sector's tracks, and the joint picture of any moment from it alone.

A picture of a time is made of the exchanges from `stretch(time)` on: aligned half-hours, at least one of
them before the time. So it takes bounded work however long the record is, and both centres begin at the same
place; a chain that began earlier is taken up at its next whole estimate.
"""

from __future__ import annotations

import threading
import weakref
from bisect import bisect_right, insort
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from comity.border.entries.tracklets import HALF, Told, Tracklets, stretch_of
from comity.border.fusion.model import CLASSES
from comity.border.picture.joint import Joint
from comity.border.picture.terms import AHEAD, Terms
from comity.border.picture.wire import exchange_of
from comity.border.sector.config import motions_of
from comity.border.tables import PROJECTOR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from comity.border.picture.wire import Exchange
    from comity.border.sector.queries import SectorView
    from comity.node.node import Node

SNAPSHOT: Final = 12
"""Exchanges between two states that are kept."""
WINDOWS: Final = 4
"""Stretches that are kept in memory for each node."""

Place = tuple[str, int]
"""Origin and index."""


def terms_of(sector: SectorView) -> Terms:
    """Return what both centres share of a sector."""
    model = sector.model
    bounds = (float(model.west), float(model.south), float(model.east), float(model.north))
    motions = dict(zip(CLASSES, motions_of(model), strict=True))
    look = min((one.interval for one in model.sensors), default=1_000)
    return Terms(sector.slug, sector.digest, bounds, motions, look)


def stretch(time: int) -> int:
    """Return from when on exchanges make the picture of a time, ms."""
    return max(time // HALF - 1, 0) * HALF


@dataclass
class Window:
    """The exchanges of a stretch, and the picture after each so many of them.

    Attributes:
        terms: What both centres share.
        start: From when on, ms.
        known: Places of the entries that were read.
        exchanges: In their order.
        states: How many exchanges were taken, and the picture then.
    """

    terms: Terms
    start: int
    known: set[Place] = field(default_factory=set)
    exchanges: list[Exchange] = field(default_factory=list)
    states: list[tuple[int, Joint]] = field(default_factory=list)

    def refresh(self, db: Connection) -> None:
        """Read what came since."""
        there = set(_places(db, self))
        if self.known - there:  # erased, or withdrawn by a peer's fork
            self.known, self.exchanges, self.states = set(), [], []
        fresh = there - self.known
        for exchange in _read(db, self, fresh) if fresh else ():
            at = bisect_right(self.exchanges, exchange.order, key=lambda one: one.order)
            insort(self.exchanges, exchange, key=lambda one: one.order)
            self.states = [one for one in self.states if one[0] <= at]
        self.known = there

    def at(self, time: int) -> Joint:
        """Return the picture after every exchange of a time and before it; it is the caller's own."""
        stop = bisect_right(self.exchanges, time, key=lambda one: one.time)
        kept = [one for one in self.states if one[0] <= stop]
        taken, joint = (kept[-1][0], kept[-1][1].copy()) if kept else (0, Joint(self.terms))
        for number in range(taken, stop):
            joint.take(self.exchanges[number])
            if (number + 1) % SNAPSHOT == 0 and (not self.states or number + 1 > self.states[-1][0]):
                self.states.append((number + 1, joint.copy()))
        return joint

    def ahead(self, now: int) -> list[Exchange]:
        """Return what claims to be of the future."""
        return [one for one in self.exchanges if one.time > now + AHEAD]


def _places(db: Connection, window: Window) -> Iterator[Place]:
    for kind in (Tracklets, Told):
        table = PROJECTOR.table(kind)
        query = select(table.c.origin, table.c.index).where(
            table.c.sector == window.terms.sector,
            table.c.stretch.in_((stretch_of(window.start), stretch_of(window.start + HALF))),
        )
        yield from ((row[0], row[1]) for row in db.execute(query))


def _read(db: Connection, window: Window, wanted: set[Place]) -> Iterator[Exchange]:
    for kind in (Tracklets, Told):
        table = PROJECTOR.table(kind)
        columns = (table.c.origin, table.c.index, table.c.class_, table.c.claimed, table.c.fields)
        for origin in sorted({place[0] for place in wanted}):
            indexes = [index for place, index in wanted if place == origin]
            query = select(*columns).where(
                table.c.origin == origin,
                table.c.sector == window.terms.sector,
                table.c.index.between(min(indexes), max(indexes)),
            )
            for row in db.execute(query):
                if (row[0], row[1]) in wanted:
                    yield exchange_of((row[0], row[1]), row[4], row[3], exercise=row[2] == "exercise")


class Windows:
    """The stretches of one node that are in memory; threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._windows: dict[tuple[str, str, int], Window] = {}

    def at(self, node: Node, terms: Terms, time: int) -> Joint:
        """Return the picture that the record gives of a time, ms."""
        with self._lock:
            return self._window(node, terms, time).at(time)

    def exchanges(self, node: Node, terms: Terms, time: int) -> list[Exchange]:
        """Return the exchanges of the stretch of a time, later ones too, in their order."""
        with self._lock:
            return list(self._window(node, terms, time).exchanges)

    def _window(self, node: Node, terms: Terms, time: int) -> Window:
        key = (terms.sector, terms.config, stretch(time))
        window = self._windows.pop(key, None) or Window(terms, key[2])
        self._windows[key] = window
        for old in list(self._windows)[:-WINDOWS]:
            del self._windows[old]
        with node.views.connect() as db:
            window.refresh(db)
        return window


_WINDOWS: Final[weakref.WeakKeyDictionary[Node, Windows]] = weakref.WeakKeyDictionary()


def windows_of(node: Node) -> Windows:
    """Return the stretches of a node that are in memory."""
    found = _WINDOWS.get(node)
    return found if found is not None else _WINDOWS.setdefault(node, Windows())

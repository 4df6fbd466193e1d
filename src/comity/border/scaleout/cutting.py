"""Observations cut into messages: at most 500 rows or so many milliseconds, a copy for each tile concerned.

What is bad is set aside here, by the same checks as one tracker has, before anything is sent. Detections go
to every tile in whose area they lie, and a look, also an empty one, to every tile at which its sensor looks.
The same observations, cut again in the same way, give the same messages under the same names.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from comity.border.fusion.intake import Intake
from comity.border.fusion.observations import Batch, Detections, in_order, join, looks_of
from comity.border.fusion.state import START
from comity.border.scaleout.sector import looking
from comity.border.scaleout.wire import MOST, Message, encode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comity.border.fusion.observations import Ints
    from comity.border.scaleout.sector import Sector

SPAN: Final = 50
"""Milliseconds for which observations of one sensor wait for others at most."""
MARK: Final = 1000
"""Milliseconds after which a tile is told that a sensor had nothing to say to it."""


@dataclass(frozen=True, slots=True)
class Cut:
    """One message to send: its subject, its name by which it is known when it comes twice, its bytes."""

    subject: str
    name: str
    payload: bytes


@dataclass(slots=True)
class Waiting:
    """What waits for one sensor and tile, since when, and what was told already."""

    since: int = START
    parts: list[Detections] = field(default_factory=list)
    looks: list[Ints] = field(default_factory=list)
    rows: int = 0
    told: int = START
    sequence: int = 0


class Cutter:
    """Cuts what sensors send. Not safe for several threads at once.

    Args:
        sector: Whose tiles it sends to.
        run: Names this numbering: the same run must send the same messages again, or others under a new one.
        span: Milliseconds for which observations wait at most.
        slack: How far behind the newest look a silent sensor is said to have told everything, ms.
    """

    def __init__(self, sector: Sector, run: int, span: int = SPAN, slack: int = 0) -> None:
        self.sector = sector
        self.run = run
        self.span, self.slack = span, slack
        self.intake = Intake(sector.config)
        self.newest = START
        self._waiting = {(sensor, tile.number): Waiting() for tile in sector.tiles for sensor in tile.sensors}

    def add(self, batch: Batch, now: int) -> list[Cut]:
        """Take a batch; return what is full, or has waited for long enough.

        Args:
            batch: Detections and looks of any sensors, in any order.
            now: By the clock that `span` is measured with, ms.
        """
        cuts = self.due(now)
        rows, looks, _ = self.intake.admit(batch)
        looks = in_order(np.concatenate([looks, looks_of(rows)]))
        if len(looks):
            self.newest = max(self.newest, int(looks[-1, 0]))
        shares = zip(self.sector.reached(rows.place), looking(self.sector, looks), strict=True)
        for tile, (which, seen) in enumerate(shares):
            part = rows.take(which)
            for sensor in np.unique(np.concatenate([part.sensor, seen[:, 1]])).tolist():
                own = seen[seen[:, 1] == sensor, 0]
                self._put((sensor, tile), part.take(part.sensor == sensor), own, now)
                cuts += self._full((sensor, tile))
        return cuts

    def due(self, now: int) -> list[Cut]:
        """Return what has waited for long enough, and what tells tiles that a sensor was silent."""
        cuts = [
            cut
            for key, waiting in self._waiting.items()
            if waiting.looks and now - waiting.since >= self.span
            for cut in self._flush(key)
        ]
        return cuts + self._marks(self.newest - self.slack - MARK, self.newest - self.slack)

    def finish(self) -> list[Cut]:
        """Return everything that waits, and tell every tile that this was all up to the newest look."""
        cuts = [cut for key, waiting in self._waiting.items() if waiting.looks for cut in self._flush(key)]
        return cuts + self._marks(self.newest - 1, self.newest)

    def _put(self, key: tuple[int, int], rows: Detections, looks: Ints, now: int) -> None:
        waiting = self._waiting.setdefault(key, Waiting())
        if not waiting.looks:
            waiting.since = now
        waiting.parts.append(rows)
        waiting.looks.append(np.union1d(looks, rows.time))
        waiting.rows += len(rows)

    def _full(self, key: tuple[int, int]) -> list[Cut]:
        waiting = self._waiting[key]
        full = waiting.rows >= MOST or sum(map(len, waiting.looks)) >= MOST
        return self._flush(key) if full else []

    def _flush(self, key: tuple[int, int]) -> list[Cut]:
        waiting = self._waiting[key]
        rows = join(waiting.parts)
        rows, looks = rows.take(rows.order()), np.unique(np.concatenate(waiting.looks))
        waiting.parts, waiting.looks, waiting.rows = [], [], 0
        return [self._cut(key, part, times, through) for part, times, through in _pieces(rows, looks)]

    def _marks(self, before: int, through: int) -> list[Cut]:
        """Tell tiles that were told nothing since `before`."""
        if self.newest == START:
            return []
        none = np.empty(0, np.int64)
        return [
            self._cut(key, Detections.empty(), none, through)
            for key, waiting in self._waiting.items()
            if waiting.told <= before and not waiting.looks
        ]

    def _cut(self, key: tuple[int, int], rows: Detections, looks: Ints, through: int) -> Cut:
        (sensor, tile), waiting = key, self._waiting[key]
        waiting.told = max(waiting.told, through)
        message = Message(self.run, waiting.sequence, sensor, waiting.told, looks, rows)
        name = f"{self.sector.name}.{tile}.{sensor}.{self.run}.{waiting.sequence}"
        waiting.sequence += 1
        return Cut(self.sector.subject("obs", tile), name, encode(message, self.sector))


def _pieces(rows: Detections, looks: Ints) -> Iterator[tuple[Detections, Ints, int]]:
    """Cut rows in order, and their looks, into pieces of at most MOST.

    Looks stay whole where they can; of one that does not, nothing is told through before its last piece.
    """
    ends = np.searchsorted(rows.time, looks, side="right")
    start = first = 0
    while first < len(looks):
        last = min(int(np.searchsorted(ends, start + MOST, side="right")), first + MOST)
        if last > first:
            stop = int(ends[last - 1])
            yield rows.take(slice(start, stop)), looks[first:last], int(looks[last - 1])
            start, first = stop, last
        else:
            yield rows.take(slice(start, start + MOST)), looks[first : first + 1], int(looks[first]) - 1
            start += MOST

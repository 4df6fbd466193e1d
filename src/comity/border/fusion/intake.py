"""What is set aside before it reaches a tracker: each with its reason, counted, and kept to be looked at.

A bad observation never takes its batch down, and never moves the clock of a tracker.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from comity.border.fusion.first_sight import clean
from comity.border.fusion.model import CLASSES
from comity.border.fusion.observations import names_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from comity.border.fusion.model import Config
    from comity.border.fusion.observations import Batch, Detections, Ints

REASONS: Final = (
    "",
    "time-out-of-range",
    "unknown-sensor",
    "not-finite",
    "noise-not-positive",
    "unknown-class",
    "outside-area",
    "outside-reach",
    "from-the-future",
    "impossible-speed",
    "duplicate",
    "flood",
)
"""Why an observation is set aside; the place in this tuple is its number. The first that holds is told."""


FARTHEST: Final = 1 << 53
"""Milliseconds beyond which a time is no time."""
SHARPEST, BLUNTEST = 1e-6, 1e12
"""Variances between which a place says something, m²."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """One observation that was set aside: why, its row in its batch, and what it said."""

    reason: str
    row: int
    time: int
    sensor: int
    x: float
    y: float


class Intake:
    """Checks batches against a configuration; remembers how much each sensor sent lately."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.counts: Counter[str] = Counter()
        self.kept: deque[SetAside] = deque(maxlen=config.limits.set_aside)
        self.rates: dict[tuple[int, int], int] = {}
        sensors, area = config.sensors, config.area
        self._reach = np.array([(s.x, s.y, s.reach) for s in sensors])
        self._most = np.array([s.most for s in sensors])
        self._fastest = np.array([m.fastest for m in config.motions])
        self._wide = bool(np.isinf(self._reach[:, 2]).all())
        self._bounds = (area.west, area.south, area.east, area.north, 2 * SHARPEST, BLUNTEST / 2)
        self._corners = np.array([area.west, area.south]), np.array([area.east, area.north])

    def admit(self, batch: Batch) -> tuple[Detections, Ints, dict[str, int]]:
        """Return what may go on, in the order of a tracker, its looks, and counts of what was set aside."""
        detections = batch.detections
        order = detections.order()
        rows = detections.take(order)
        clean = self._clean(rows, batch.arrived)
        why = np.zeros(len(rows), np.int8) if clean else self._reasons(rows, batch.arrived)
        for check in (self._repeated, self._floods):
            fine = why == 0
            why[fine] = check(rows if fine.all() else rows.take(fine))
        counted = self.set_aside(rows, order, why)
        kept = rows.take(why == 0) if counted else rows
        return kept, self._looks(batch), counted

    def set_aside(self, rows: Detections, order: NDArray[np.intp], why: NDArray[np.int8]) -> dict[str, int]:
        """Count and keep the rows that have a reason; return the counts."""
        bad = np.flatnonzero(why)
        counted: dict[str, int] = {}
        if not len(bad):
            return counted
        for number, times in zip(*np.unique(why[bad], return_counts=True), strict=True):
            counted[REASONS[number]] = int(times)
        self.counts.update(counted)
        for k in bad[-(self.kept.maxlen or 0) :]:
            x, y = rows.place[k].tolist()
            said = (int(order[k]), int(rows.time[k]), int(rows.sensor[k]), x, y)
            self.kept.append(SetAside(REASONS[why[k]], *said))
        return counted

    def forget(self, before: int) -> None:
        """Forget how much was sent before a time, ms."""
        second = before // 1000
        if len(self.rates) > 2 * len(self._most) * (self.config.limits.horizon // 1000 + 2):
            self.rates = {key: count for key, count in self.rates.items() if key[0] >= second}

    def _clean(self, rows: Detections, arrived: int | None) -> bool:
        """Return whether all is well at first sight: most batches are."""
        if not len(rows):
            return True
        limit = FARTHEST if arrived is None else arrived + self.config.limits.future
        numbers, measured = (rows.time, rows.sensor, rows.kind), (rows.place, rows.noise, rows.speed)
        most = (-FARTHEST, min(limit, FARTHEST - 1), len(self._most), len(CLASSES))
        return self._wide and clean(numbers, most, measured, self._bounds)

    def _reasons(self, rows: Detections, arrived: int | None) -> NDArray[np.int8]:
        known = (rows.sensor >= 0) & (rows.sensor < len(self._most))
        sensor = np.where(known, rows.sensor, 0)
        classed = (rows.kind >= 0) & (rows.kind < len(CLASSES))
        low, high = self._corners
        noise = rows.noise
        with np.errstate(invalid="ignore", over="ignore"):
            finite = np.isfinite(rows.place).all(axis=1) & np.isfinite(noise).all(axis=1)
            variances = noise[:, ::2]
            sharp = (noise[:, 0] * noise[:, 2] > noise[:, 1] ** 2) & (variances > SHARPEST).all(axis=1)
            off = rows.place - self._reach[sensor, :2]
            far = np.hypot(off[:, 0], off[:, 1]) > self._reach[sensor, 2] + 5 * np.sqrt(
                np.maximum(noise[:, 0], noise[:, 2])
            )
            fast = np.abs(rows.speed) > self._fastest[np.where(classed, rows.kind, 0)]
            outside = (rows.place < low).any(axis=1) | (rows.place > high).any(axis=1)
        limit = FARTHEST if arrived is None else arrived + self.config.limits.future
        holds = (
            np.abs(rows.time) >= FARTHEST,
            ~known,
            ~finite,
            ~(sharp & (variances < BLUNTEST).all(axis=1)),
            ~classed,
            outside,
            far,
            rows.time > limit,
            fast,
        )
        return np.select(holds, range(1, len(holds) + 1), 0).astype(np.int8)

    def _repeated(self, rows: Detections) -> NDArray[np.int8]:
        why = np.zeros(len(rows), np.int8)
        x = rows.place[:, 0]
        near = np.flatnonzero(x[1:] == x[:-1]) + 1  # what is the same stands together in the order
        if len(near):
            one, other = names_of(rows.take(near)), names_of(rows.take(near - 1))
            why[near[one == other]] = REASONS.index("duplicate")
        return why

    def _floods(self, rows: Detections) -> NDArray[np.int8]:
        """Mark what a sensor sends beyond its most in one second of the time it tells."""
        why = np.zeros(len(rows), np.int8)
        if not len(rows):
            return why
        second = rows.time // 1000
        changes = np.flatnonzero((second[1:] != second[:-1]) | (rows.sensor[1:] != rows.sensor[:-1])) + 1
        starts = [0, *changes.tolist()]
        for start, stop in zip(starts, [*starts[1:], len(rows)], strict=True):
            key = (int(second[start]), int(rows.sensor[start]))
            before, most = self.rates.get(key, 0), int(self._most[key[1]])
            free = max(most - before, 0)
            why[start + free : stop] = REASONS.index("flood")
            self.rates[key] = min(before + stop - start, most)
        return why

    def _looks(self, batch: Batch) -> Ints:
        looks = batch.looks
        if looks is None:
            return np.empty((0, 2), np.int64)
        looks = np.asarray(looks, np.int64).reshape(-1, 2)
        limit = FARTHEST if batch.arrived is None else batch.arrived + self.config.limits.future
        fine = (looks[:, 1] >= 0) & (looks[:, 1] < len(self._most)) & (np.abs(looks[:, 0]) < FARTHEST)
        return looks[fine & (looks[:, 0] <= limit)]


def repeated(new: Detections, held: Detections) -> NDArray[np.bool_]:
    """Return (m,) which of the new ones are held already."""
    return np.isin(names_of(new), names_of(held))

"""A tracker: batches in, tracks out; late observations in their place, the same bits in any order of arrival.

```python
tracker = Tracker(Config(Area(0, 0, 10_000, 5_000), (Sensor("ridge"),)))
told = tracker.push(Batch(Detections.of(time=[0], sensor=0, place=[(10, 20)], sigma=10)))
```

Observations of the last `horizon` are held in segments, each with the state before it. One that comes late
but inside the horizon is put in its place: the state before its segment is taken, and everything after it is
replayed. The result is bit for bit that of arrival in order, as long as nothing was set aside.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from comity.border.fusion.compiled import TOLD, UID
from comity.border.fusion.intake import REASONS, Intake, repeated
from comity.border.fusion.names import absent
from comity.border.fusion.observations import Detections, in_order, join, looks_of
from comity.border.fusion.picture import Frame, TrackBatch, Tracks
from comity.border.fusion.state import START, Engine, State

if TYPE_CHECKING:
    from comity.border.fusion.model import Config
    from comity.border.fusion.observations import Batch, Ints

NONE: Final = Detections.empty()
PARTS: Final = 8
"""Segments that a horizon is cut into."""


@dataclass(slots=True)
class Segment:
    """Observations between two states: the state before, and the parts after it in order."""

    before: State
    parts: list[tuple[Detections, Ints]] = field(default_factory=list)
    size: int = 0

    def add(self, detections: Detections, looks: Ints) -> None:
        """Append what comes after everything there is."""
        self.parts.append((detections, looks))
        self.size += len(detections) + len(looks)


class Tracker:
    """Follows what moves. Not safe for several threads at once.

    Args:
        config: Area, sensors, rules and limits.

    Attributes:
        intake: Counts what was set aside, and keeps the latest of it.
        late: How many observations came after the horizon.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self.engine = Engine(config)
        self.intake = Intake(config)
        self.late = 0
        self.segments: deque[Segment] = deque([Segment(self.engine.save())])

    def push(self, batch: Batch, *, frames: bool = False) -> TrackBatch:
        """Take a batch and tell what is there after it.

        Args:
            batch: Detections and looks, in any order.
            frames: Tell what was there after each look, too.
        """
        before = self._told()
        detections, looks, counted = self.intake.admit(batch)
        detections, looks, late = self._timely(detections, looks)
        told: list[Frame] | None = [] if frames else None
        replayed = None
        own = looks_of(detections)
        looks = in_order(np.concatenate([looks, own])) if len(looks) else own
        if len(looks) and (int(looks[0, 0]), int(looks[0, 1])) <= self.engine.key:
            replayed = self._put_in_place(detections, looks, counted, told)
        else:
            self._take(detections, looks, told)
        self._expire()
        tracks = Tracks.of(*self.engine.current)
        return TrackBatch(
            self.engine.key[0] if self.engine.looks else None,
            tracks,
            absent(tracks.uid, before),
            absent(before, tracks.uid),
            replayed,
            late,
            counted,
            float(self.engine.unseen.sum()),
            told or [],
        )

    def every(self) -> Tracks:
        """Return every track there is, those too unlikely to tell as well."""
        return Tracks.of(*self.engine.current, every=True)

    def _told(self) -> Ints:
        _, whole = self.engine.current
        found: Ints = whole[np.flatnonzero(whole[:, TOLD]), UID]
        return found

    def _timely(self, detections: Detections, looks: Ints) -> tuple[Detections, Ints, Detections]:
        """Part what can still be put in its place from what is too late."""
        newest = self.engine.key[0]
        limit = newest - self.config.limits.horizon if newest != START else START
        oldest = self.segments[0].before.key[0]
        if oldest != START:
            limit = max(limit, oldest + 1)
        fine = detections.time >= limit
        if fine.all():
            return detections, looks[looks[:, 0] >= limit], NONE
        late = detections.take(~fine)
        self.late += len(late)
        return detections.take(fine), looks[looks[:, 0] >= limit], late

    def _take(self, detections: Detections, looks: Ints, told: list[Frame] | None) -> None:
        """Take what comes after everything, look by look, and begin segments on the way."""
        engine, limits = self.engine, self.config.limits
        if not len(looks):
            return
        found = engine.prepare(detections)
        stops = _stops(detections, looks)
        step, most = limits.horizon // PARTS, max(limits.held // PARTS, 1)
        segment = self.segments[-1]
        first = begun = 0
        start = 0
        for k, (time, sensor) in enumerate(looks.tolist()):
            stop = stops[k]
            since = segment.before.key[0]
            size = segment.size + start - begun
            fresh = since == START and engine.looks > 0
            if engine.key[0] < time and (fresh or (since != START and time - since > step) or size > most):
                segment.add(_part(detections, begun, start), looks[first:k].copy())
                segment = Segment(engine.save())
                self.segments.append(segment)
                first, begun = k, start
            engine.look((time, sensor), found, (start, stop))
            start = stop
            if told is not None:
                told.append(Frame(time, sensor, Tracks.of(*engine.current)))
        segment.add(_part(detections, begun, start), looks[first:].copy())

    def _put_in_place(
        self, detections: Detections, looks: Ints, counted: dict[str, int], told: list[Frame] | None
    ) -> int | None:
        """Go back before the earliest look, and replay from there with everything; return from when."""
        earliest = (int(looks[0, 0]), int(looks[0, 1]))
        back = [segment for segment in self.segments if segment.before.key >= earliest]
        kept = len(self.segments) - len(back)
        again = list(self.segments)[kept - 1 :]
        held = [part for segment in again for part in segment.parts]
        old = join([part[0] for part in held]) if held else Detections.empty()
        old_looks = in_order(np.concatenate([np.empty((0, 2), np.int64), *(part[1] for part in held)]))
        twice = repeated(detections, old)
        if twice.any():
            why = twice.astype(np.int8) * np.int8(REASONS.index("duplicate"))
            for reason, count in self.intake.set_aside(detections, np.flatnonzero(twice >= 0), why).items():
                counted[reason] = counted.get(reason, 0) + count
            detections = detections.take(~twice)
        every = in_order(np.concatenate([old_looks, looks]))
        if not len(detections) and len(every) == len(old_looks):
            return None  # nothing new
        for _ in again:
            self.segments.pop()
        self.engine.load(again[0].before)
        self.segments.append(Segment(again[0].before))
        both = join([old, detections])
        self._take(both.take(both.order()), every, told)
        if told:
            told[:] = [frame for frame in told if (frame.time, frame.sensor) >= earliest]
        return earliest[0]

    def _expire(self) -> None:
        """Let go of what no late observation can reach any more."""
        if not self.engine.looks:
            return
        limits = self.config.limits
        limit = self.engine.key[0] - limits.horizon
        while len(self.segments) > 1 and self.segments[1].before.key[0] < limit:
            self.segments.popleft()
        while len(self.segments) > 1 and sum(segment.size for segment in self.segments) > limits.held:
            self.segments.popleft()
        self.intake.forget(limit)


def _part(detections: Detections, start: int, stop: int) -> Detections:
    """Return a copy of some, so that the whole batch is not kept for a part of it."""
    if start == 0 and stop == len(detections):
        return detections
    return detections.take(np.arange(start, stop))


def _stops(detections: Detections, looks: Ints) -> list[int]:
    """Return for each look where its detections end; both are in order, and each detection has a look."""
    if len(looks) == 1:
        return [len(detections)]
    time, sensor = detections.time, detections.sensor
    changes = (time[1:] != time[:-1]) | (sensor[1:] != sensor[:-1])
    ends = np.append(np.flatnonzero(changes) + 1, len(detections)) if len(detections) else np.empty(0, int)
    own = np.zeros(len(looks), np.int64)
    if len(detections):
        keys = looks_of(detections)
        sizes = np.diff(np.concatenate([[0], ends]))
        own[... if len(keys) == len(looks) else _find(looks, keys)] = sizes
    return np.cumsum(own).tolist()  # type: ignore[no-any-return]  # a list of whole numbers


def _find(looks: Ints, keys: Ints) -> Ints:
    """Return where each key stands among the looks; both in order, each once, every key there."""
    every = np.concatenate([looks, keys])
    order = np.lexsort((np.arange(len(every)) >= len(looks), every[:, 1], every[:, 0]))
    rank = np.cumsum(order < len(looks)) - 1
    found = np.empty(len(keys), np.int64)
    which = order >= len(looks)
    found[order[which] - len(looks)] = rank[which]
    return found

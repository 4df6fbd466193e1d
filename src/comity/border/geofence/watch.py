"""Crossing, approach and dwell of tracks against zones, with a hysteresis of three standard deviations.

    watch = Watch([zone])
    for event in watch.push(samples): ...

A state changes only when the distance is beyond the threshold by three of them across the edge, only of
a track with existence of at least 0.9 after at least three updates. In between, the last state stands: a
track that wavers on an edge says nothing twice. What a state was before is needed to cross, so that a track
that is first seen inside has not crossed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from math import inf, isfinite, sqrt
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from comity.border.geofence.distance import METHOD as DISTANCE
from comity.border.geofence.distance import Fence
from comity.border.geofence.zones import cuts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from comity.border.geofence.distance import Located
    from comity.border.geofence.zones import Zone

METHOD: Final = "geofence-watch@1"
METHODS: Final = (DISTANCE, METHOD)
SIGMAS: Final = 3.0
EXISTENCE: Final = 0.9
UPDATES: Final = 3
FORGOTTEN: Final = 3_600_000
"""Milliseconds without an update after which the states of a track are dropped."""
AHEAD: Final = 2_000
"""Milliseconds that a stamp may be ahead of the clock."""

Name = Literal["crossing", "approach", "dwell"]


@dataclass(frozen=True, slots=True)
class Sample:
    """A track after an update.

    Attributes:
        track: Its name.
        time: Milliseconds UTC.
        x: m.
        y: m.
        cov: Covariance xx, xy, yy of the place, m².
        existence: Probability that there is such a thing.
    """

    track: str
    time: int
    x: float
    y: float
    cov: tuple[float, float, float]
    existence: float


@dataclass(frozen=True, slots=True)
class Event:
    """A state that changed.

    Attributes:
        zone: Slug.
        track: Name.
        name: What it is.
        on: Whether it began, or is over; of a crossing whether it went inside (left of a line).
        time: Milliseconds UTC of the sample that decided it.
        since: Milliseconds UTC at which it began; of a dwell when the track was first surely inside.
        distance: Signed metres.
        sigma: Standard deviation of the distance, m.
        updates: Of the track, so far.
        existence: Of the track.
    """

    zone: str
    track: str
    name: Name
    on: bool
    time: int
    since: int
    distance: float
    sigma: float
    updates: int
    existence: float


@dataclass(slots=True)
class _Pair:
    """A track against a zone: inside, or left of a line; times are -1 where a state is off."""

    inside: bool | None = None
    place: tuple[float, float] = (0.0, 0.0)
    entered: int = -1
    dwelling: bool = False
    near: int = -1

    def saved(self) -> tuple[bool | None, tuple[float, float], int, bool, int]:
        return self.inside, self.place, self.entered, self.dwelling, self.near


def _pair(inside: bool | None, place: Sequence[float], entered: int, dwelling: bool, near: int) -> _Pair:
    x, y = place
    return _Pair(inside, (x, y), entered, dwelling, near)


@dataclass(slots=True)
class _Track:
    """What is known of a track; it rests where a place far from every zone would change nothing."""

    updates: int = 0
    time: int = -1
    pairs: dict[str, _Pair] = field(default_factory=dict)
    resting: bool = False


@dataclass(frozen=True, slots=True)
class _Look:
    """A sample as seen from a zone."""

    fence: Fence
    sample: Sample
    distance: float
    sigma: float
    updates: int

    def event(self, name: Name, since: int, *, on: bool) -> Event:
        far = min(self.distance, self.fence.reach)
        about = (far, self.sigma, self.updates, self.sample.existence)
        return Event(self.fence.zone.slug, self.sample.track, name, on, self.sample.time, since, *about)


class Watch:
    """The states of tracks against zones; what is set aside is counted by its reason in `aside`."""

    def __init__(self, zones: Sequence[Zone]) -> None:
        self._fences = [Fence(zone) for zone in sorted(zones, key=lambda one: one.slug)]
        self._tracks: dict[str, _Track] = {}
        self._swept = 0
        self.aside: Counter[str] = Counter()

    def push(self, samples: Iterable[Sample], now: int | None = None) -> list[Event]:
        """Take samples and return what changed, in the order of time, track and zone.

        Args:
            samples: Of any tracks; a stamp that is not later than the track's last is set aside.
            now: Milliseconds UTC; stamps more than two seconds ahead of it are set aside.
        """
        order = sorted(samples, key=lambda one: (one.time, one.track, one.x, one.y))
        kept = [one for one in order if self._sound(one, now)]
        if not kept:
            return []
        places = [(one.x, one.y) for one in kept]
        located = [(fence, fence.locate(places)) for fence in self._fences]
        near = _near(located, len(kept))
        events = list[Event]()
        for one, close, at in zip(kept, near, range(len(kept)), strict=True):
            track = self._tracks[one.track]
            track.updates += 1
            if one.existence < EXISTENCE or track.updates < UPDATES or (track.resting and not close):
                continue
            for fence, found in located:
                sigma = _sigma(one.cov, *found.normal[at].tolist())
                look = _Look(fence, one, float(found.distance[at]), sigma, track.updates)
                events += _step(track, fence, look)
            track.resting = all(_rests(track, fence) for fence in self._fences)
        self._forget(kept[-1].time)
        return events

    def save(self) -> dict[str, Any]:
        """Return the states as JSON data, for `load` of a watch of the same zones."""
        return {
            "swept": self._swept,
            "aside": dict(self.aside),
            "tracks": [
                [name, one.updates, one.time, {slug: pair.saved() for slug, pair in one.pairs.items()}]
                for name, one in self._tracks.items()
            ],
        }

    def load(self, saved: Mapping[str, Any]) -> None:
        """Take up the states that were saved."""
        self._swept, self.aside = int(saved["swept"]), Counter(saved["aside"])
        self._tracks = {
            name: _Track(updates, time, {slug: _pair(*pair) for slug, pair in pairs.items()})
            for name, updates, time, pairs in saved["tracks"]
        }

    def _sound(self, one: Sample, now: int | None) -> bool:
        xx, xy, yy = one.cov
        track = self._tracks.get(one.track)
        if now is not None and one.time > now + AHEAD:
            reason = "future"
        elif not all(map(isfinite, (one.x, one.y, xx, xy, yy))) or not 0 <= one.existence <= 1:
            reason = "not-a-number"
        elif xx < 0 or yy < 0 or xy * xy > xx * yy * (1 + 1e-9):
            reason = "covariance"
        elif track is not None and one.time <= track.time:
            reason = "late-or-twice"
        else:
            self._tracks.setdefault(one.track, _Track()).time = one.time
            return True
        self.aside[reason] += 1
        return False

    def _forget(self, now: int) -> None:
        if now < self._swept + FORGOTTEN // 60:
            return
        self._swept = now
        for name in [name for name, track in self._tracks.items() if track.time < now - FORGOTTEN]:
            del self._tracks[name]


def _near(located: Sequence[tuple[Fence, Located]], count: int) -> list[bool]:
    """Return of each place whether it may change the states of a track that rests.

    It does not outside an area and its approach, nor where a line is out of reach, whatever its error is.
    """
    near = np.zeros(count, bool)
    for fence, found in located:
        least = np.inf if fence.zone.shape == "line" else fence.zone.approach
        near |= ~(found.distance >= least)
    return list(near.tolist())


def _rests(track: _Track, fence: Fence) -> bool:
    """Return whether a track is surely outside an area, or was seen of a line, and near neither."""
    pair = track.pairs.get(fence.zone.slug)
    if pair is None or pair.near >= 0:
        return False
    return fence.zone.shape == "line" or (pair.inside is False and not pair.dwelling)


def _step(track: _Track, fence: Fence, look: _Look) -> Iterator[Event]:
    """Yield what a sure sample changes."""
    pair = track.pairs.setdefault(fence.zone.slug, _Pair())
    told = isfinite(look.distance)
    band = SIGMAS * look.sigma
    if not told and band > fence.reach:
        return
    if fence.zone.shape == "line":
        if told and abs(look.distance) > band:
            yield from _over_line(pair, fence.zone, look)
        far = abs(look.distance)
    else:
        if abs(look.distance) > band:
            yield from _over_edge(pair, look)
        yield from _dwell(pair, fence.zone, look)
        far = look.distance if pair.inside is False else -inf
    if fence.zone.approach:
        yield from _approach(pair, fence.zone.approach, far, look)


def _over_edge(pair: _Pair, look: _Look) -> Iterator[Event]:
    inside = look.distance < 0
    if pair.inside is not None and pair.inside != inside:
        yield look.event("crossing", look.sample.time, on=inside)
    if inside != pair.inside:
        pair.entered = look.sample.time
    pair.inside = inside


def _over_line(pair: _Pair, zone: Zone, look: _Look) -> Iterator[Event]:
    """Yield a crossing where the way from the last sure place cuts the line: not round its end."""
    left, place = look.distance > 0, (look.sample.x, look.sample.y)
    if pair.inside is not None and pair.inside != left and cuts(zone, pair.place, place):
        yield look.event("crossing", look.sample.time, on=left)
    pair.inside, pair.place = left, place


def _dwell(pair: _Pair, zone: Zone, look: _Look) -> Iterator[Event]:
    if pair.dwelling and not pair.inside:
        pair.dwelling = False
        yield look.event("dwell", pair.entered, on=False)
        return
    long = look.sample.time - pair.entered >= zone.dwell * 1000
    if zone.dwell and pair.inside and not pair.dwelling and long:
        pair.dwelling = True
        yield look.event("dwell", pair.entered, on=True)


def _approach(pair: _Pair, limit: float, far: float, look: _Look) -> Iterator[Event]:
    band = SIGMAS * look.sigma
    if pair.near < 0 and far > -inf and far < limit - band:
        pair.near = look.sample.time
        yield look.event("approach", pair.near, on=True)
    elif pair.near >= 0 and (far == -inf or far > limit + band):
        pair.near = -1
        yield look.event("approach", look.sample.time, on=False)


def _sigma(cov: tuple[float, float, float], nx: float, ny: float) -> float:
    """Return the standard deviation of the distance: sqrt(nᵀ P n), that of the wider axis without n."""
    xx, xy, yy = cov
    if nx == ny == 0.0:
        return sqrt(max(xx, yy))
    return sqrt(max(nx * nx * xx + 2.0 * nx * ny * xy + ny * ny * yy, 0.0))

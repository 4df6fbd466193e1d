"""The own tracks of a sector, as the picture takes them: by own sensors alone, nothing that was told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from comity.border.fusion.tracklets import Estimate
from comity.border.live.tracks import name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from comity.border.fusion.picture import Frame, Tracks
    from comity.border.live.told import Row
    from comity.border.live.tracks import TrackStore

PLACES: Final = np.array(((0, 1, 3, 4), (1, 2, 5, 6), (3, 5, 7, 8), (4, 6, 8, 9)))
"""Where the ten moments of a track stand in its covariance."""
HELD: Final = 120_000
"""How long frames are held that the tracker told, ms."""


@dataclass(frozen=True, slots=True)
class OwnTrack:
    """A track of the own tracker at one moment.

    Attributes:
        name: `<party>-<number>`, which stays.
        object_class: Class of object.
        estimate: With the time that it is of.
        existence: Probability that it is there.
        seen: Last detection, ms.
        hits: Detections.
        claim: What it calls itself by Remote ID; empty without.
        corroboration: How far that claim fits what is seen, 0 to 1; None without.
        patrol: The own patrol that it is, by the receiver that it carries; empty where it is none.
    """

    name: str
    object_class: str
    estimate: Estimate
    existence: float
    seen: int
    hits: int = 0
    claim: str = ""
    corroboration: float | None = None
    patrol: str = ""

    @property
    def time(self) -> int:
        """What the estimate is of, ms."""
        return self.estimate.time


class OwnTracks(Protocol):
    """Where own tracks are kept."""

    def at(self, time: int) -> Sequence[OwnTrack]:
        """Return the tracks told at a time, each by its newest estimate that is not later."""
        ...

    def between(self, start: int, stop: int) -> Sequence[OwnTrack]:
        """Return every estimate of a stretch, both ends included, in the order of time."""
        ...


class Stored:
    """Own tracks as the node keeps them, frame by frame.

    Args:
        store: Of the node.
        sector: Name of the sector.
        after: Frames of this time (ms) and before are of the sector as it stood before: another plane.
    """

    def __init__(self, store: TrackStore, sector: str, after: int = 0) -> None:
        self._store, self._sector, self._after = store, sector, after

    def at(self, time: int) -> list[OwnTrack]:
        """Return the tracks of the last frame at or before a time, ms."""
        return [own_of(row) for row in self._store.at(self._sector, time) if row.time > self._after]

    def between(self, start: int, stop: int) -> list[OwnTrack]:
        """Return the tracks of every frame of a stretch."""
        start = max(start, self._after + 1)
        return (
            [own_of(row) for row in self._store.between(self._sector, start, stop)] if start <= stop else []
        )


class Fresh:
    """Own tracks as the tracker tells them, before they are kept; older ones from where they are kept.

    Args:
        kept: Where they are kept.
        party: Whose tracks.
    """

    def __init__(self, kept: OwnTracks, party: str) -> None:
        self._kept, self._party = kept, party
        self._frames: dict[int, Tracks] = {}

    def take(self, frames: Iterable[Frame]) -> None:
        """Take frames: all looks from some time on."""
        new = {frame.time: frame.tracks for frame in frames}
        first = min(new, default=0)
        if new:
            oldest = max(new) - HELD
            self._frames = {time: one for time, one in self._frames.items() if oldest <= time < first} | new

    def at(self, time: int) -> Sequence[OwnTrack]:
        """Return the tracks of the last frame at or before a time, ms."""
        newest = max((one for one in self._frames if one <= time), default=None)
        return self._kept.at(time) if newest is None else self._of(newest)

    def between(self, start: int, stop: int) -> Sequence[OwnTrack]:
        """Return the tracks of every frame of a stretch."""
        here = sorted(one for one in self._frames if start <= one <= stop)
        if here:
            stop = min(stop, min(self._frames) - 1)
        older = self._kept.between(start, stop) if start <= stop else []
        return [*older, *(one for time in here for one in self._of(time))]

    def _of(self, time: int) -> list[OwnTrack]:
        told = self._frames[time]
        spreads = told.covariances()
        return [
            OwnTrack(
                name_of(self._party, uid), kind, Estimate(time, mean, spreads[n]), existence, seen, hits
            )
            for n, (uid, kind, mean, existence, seen, hits) in enumerate(
                zip(
                    told.uid.tolist(), told.classes(), told.states(), told.existence.tolist(),
                    told.seen.tolist(), told.hits.tolist(), strict=True,
                )
            )
        ]  # fmt: skip


def own_of(row: Row) -> OwnTrack:
    """Return a row of a frame as a track."""
    mean = np.array([row.x, row.y, row.vx, row.vy])
    estimate = Estimate(row.time, mean, np.array(row.moments)[PLACES])
    claim = (row.hits, row.claim, row.corroboration, row.patrol)
    return OwnTrack(row.track, row.kind, estimate, row.existence, row.seen, *claim)

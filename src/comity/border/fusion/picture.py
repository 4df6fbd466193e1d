"""What a tracker tells: tracks as arrays, and what changed with a batch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import numpy as np

from comity.border.fusion.compiled import BORN, HITS, KIND, SEEN, TOLD, UID, P, R
from comity.border.fusion.model import CLASSES

if TYPE_CHECKING:
    from comity.border.fusion.observations import Detections, Floats, Ints


@dataclass(frozen=True, slots=True)
class Tracks:
    """Tracks at one moment, one a row, in the order in which they began.

    Attributes:
        uid: (n,) names; a replay keeps them.
        kind: (n,) class, its place in `model.CLASSES`.
        place: (n, 2) m.
        velocity: (n, 2) m/s.
        moments: (n, 10) covariances xx, xy, yy; x-vx, x-vy, y-vx, y-vy; vx-vx, vx-vy, vy-vy.
        existence: (n,) probability that it is there.
        born: (n,) ms of the first detection.
        seen: (n,) ms of the last detection.
        hits: (n,) number of detections.
    """

    uid: Ints
    kind: Ints
    place: Floats
    velocity: Floats
    moments: Floats
    existence: Floats
    born: Ints
    seen: Ints
    hits: Ints

    @classmethod
    def of(cls, tracks: Floats, whole: Ints, *, every: bool = False) -> Self:
        """Return those that are told, or every one, from the arrays of a state."""
        if not every:
            which = np.flatnonzero(whole[:, TOLD])
            tracks, whole = tracks.take(which, axis=0), whole.take(which, axis=0)
        else:
            tracks, whole = tracks.copy(), whole.copy()
        return cls(
            whole[:, UID],
            whole[:, KIND],
            tracks[:, 0:2],
            tracks[:, 2:4],
            tracks[:, P : P + 10],
            tracks[:, R],
            whole[:, BORN],
            whole[:, SEEN],
            whole[:, HITS],
        )

    def __len__(self) -> int:
        return len(self.uid)

    def classes(self) -> list[str]:
        """Return the class of each in words."""
        return [CLASSES[kind] for kind in self.kind]

    def states(self) -> Floats:
        """Return (n, 4) x, y, vx, vy."""
        return np.concatenate([self.place, self.velocity], axis=1)

    def covariances(self) -> Floats:
        """Return (n, 4, 4) covariances of x, y, vx, vy."""
        places = ((0, 1, 3, 4), (1, 2, 5, 6), (3, 5, 7, 8), (4, 6, 8, 9))
        return self.moments[:, np.array(places)]


@dataclass(frozen=True, slots=True)
class Frame:
    """What is told right after one look: its time (ms), its sensor, the tracks."""

    time: int
    sensor: int
    tracks: Tracks


@dataclass(frozen=True, slots=True)
class TrackBatch:
    """What a tracker says to a batch.

    Attributes:
        time: Of the newest look, ms; None before the first.
        tracks: Those told now.
        started: Names told now and not before the batch.
        ended: Names told before the batch and not now.
        replayed_from: Where late observations were put in their place: from this look on, ms, what was told
            before is corrected.
        late: Observations older than the horizon: to be kept and flagged, they change nothing here.
        set_aside: How many observations were set aside, by reason.
        unseen: Expected number of things there that nobody has detected.
        frames: What was told after each look, where it was asked for.
    """

    time: int | None
    tracks: Tracks
    started: Ints
    ended: Ints
    replayed_from: int | None
    late: Detections
    set_aside: dict[str, int]
    unseen: float
    frames: list[Frame] = field(default_factory=list)

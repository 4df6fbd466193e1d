"""Outputs of all tiles in, one picture out: moment by moment, tile by tile in the order of their numbers.

A moment is told once every tile has told through it, so that what is told depends on what the tiles tell and
not on who was faster. A correction of a moment told already goes back before it, and tells from there again.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from comity.border.fusion import motion
from comity.border.fusion.compiled import KIND, WHOLE, WIDTH, P, R
from comity.border.fusion.observations import Detections
from comity.border.fusion.picture import TrackBatch, Tracks
from comity.border.fusion.state import START
from comity.border.scaleout.handover import Handover, Thing, empty
from comity.border.scaleout.outputs import COLUMNS, COUNTS

if TYPE_CHECKING:
    from comity.border.fusion.observations import Ints
    from comity.border.scaleout.outputs import Output
    from comity.border.scaleout.sector import Sector

LATEST: Final = 1 << 62


@dataclass(slots=True)
class Told:
    """What one tile told: through when, frames by time, and its latest figures."""

    through: int = START
    frames: dict[int, Tracks] = field(default_factory=dict)
    times: list[int] = field(default_factory=list)
    unseen: float = 0.0
    position: int = 0
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Moment:
    """A moment that was told: its time, the state of the hand-over before it, the names told before it."""

    time: int
    before: tuple[list[Thing], int]
    names: Ints


class Collector:
    """Merges what tiles tell.

    Args:
        sector: Whose tiles they are.
        patience: Milliseconds of the sensors' time after which a tile that tells nothing is not waited for;
            None waits for ever, and makes what is told on the way the same in every run.
    """

    def __init__(self, sector: Sector, patience: int | None = None) -> None:
        self.sector, self.patience = sector, patience
        self.handover = Handover(sector)
        self.tiles = {tile.number: Told() for tile in sector.tiles if tile.sensors}
        self.moments: deque[Moment] = deque()
        self.names: Ints = np.empty(0, np.int64)
        self.through = self._forgotten = START
        self.corrected = 0
        motions = sector.config.motions
        self._motions = np.array([(m.noise, m.spread, m.fastest, m.lasting) for m in motions])

    def take(self, output: Output) -> list[TrackBatch]:
        """Take what a tile tells; return what there is to tell now, a moment each."""
        told = self.tiles.setdefault(output.tile, Told())
        if output.position <= told.position:
            return []  # it was told already
        told.position, told.counts, told.unseen = output.position, output.counts, output.unseen
        told.through = max(told.through, output.through)
        for time, tracks in output.frames:
            told.frames[time] = tracks
        told.times = sorted(told.frames)
        back = self._back(output.frames[0][0]) if output.frames else None
        self.through = max(self.through, self._ready())
        batches = self._tell(self.moments[-1].time if self.moments else self._forgotten, back)
        self._forget()
        return batches

    def counts(self) -> dict[str, int]:
        """Return the counts of all tiles, and how many things changed hands."""
        found = {name: sum(one.counts.get(name, 0) for one in self.tiles.values()) for name in COUNTS}
        return found | {"handed_over": self.handover.moved, "corrected": self.corrected}

    def _ready(self) -> int:
        told = [one.through for one in self.tiles.values()]
        if self.patience is not None:
            told = [one for one in told if max(told) - one <= self.patience]
        return min(told)

    def _back(self, since: int) -> int | None:
        """Go back before a moment, if it was told already; return from when it is told again."""
        if not self.moments or self.moments[-1].time < since:
            return None
        again = self.moments[-1]
        while self.moments and self.moments[-1].time >= since:
            again = self.moments.pop()
        self.handover.load(again.before)
        self.names = again.names
        self.corrected += 1
        return since

    def _tell(self, after: int, back: int | None) -> list[TrackBatch]:
        """Tell the moments after a time that are ready."""
        times = {
            time
            for one in self.tiles.values()
            for time in one.times[bisect_right(one.times, after) : bisect_right(one.times, self.through)]
        }
        batches = []
        for time in sorted(times):
            self.moments.append(Moment(time, self.handover.save(), self.names))
            tracks = self.handover.step({number: self._at(one, time) for number, one in self.tiles.items()})
            began, ended = ~np.isin(tracks.uid, self.names), ~np.isin(self.names, tracks.uid)
            unseen = sum(one.unseen for one in self.tiles.values())
            batches.append(
                TrackBatch(
                    time, tracks, tracks.uid[began], self.names[ended], back, Detections.empty(), {}, unseen
                )
            )
            self.names, back = tracks.uid, None
        return batches

    def _at(self, told: Told, time: int) -> Tracks:
        """Return what a tile told last, moved on to a moment at which nobody looked there."""
        place = bisect_right(told.times, time)
        if not place:
            return empty()
        last = told.times[place - 1]
        return self._moved(told.frames[last], (time - last) / 1000) if last < time else told.frames[last]

    def _moved(self, tracks: Tracks, seconds: float) -> Tracks:
        count = len(tracks)
        real, whole = np.zeros((count, WIDTH)), np.zeros((count, WHOLE), np.int64)
        real[:, 0:2], real[:, 2:4] = tracks.place, tracks.velocity
        real[:, P : P + 10], real[:, R], whole[:, KIND] = tracks.moments, tracks.existence, tracks.kind
        motion.predict(real, whole, count, self._motions, seconds)
        return Tracks(
            tracks.uid,
            tracks.kind,
            real[:, 0:2],
            real[:, 2:4],
            real[:, P : P + 10],
            real[:, R],
            tracks.born,
            tracks.seen,
            tracks.hits,
        )

    def _forget(self) -> None:
        """Let go of what no correction within the horizon reaches any more."""
        limit = self.through - self.sector.config.limits.horizon
        while len(self.moments) > 1 and self.moments[1].time < limit:
            self._forgotten = self.moments.popleft().time
        for told in self.tiles.values():
            keep = bisect_right(told.times, limit) - 1
            for time in told.times[: max(keep, 0)]:
                del told.frames[time]
            told.times = told.times[max(keep, 0) :]


class Digest:
    """SHA-256 over the final moments of a picture: what a later correction replaced is not in it."""

    def __init__(self) -> None:
        self._moments: dict[int, bytes] = {}

    def add(self, batch: TrackBatch) -> None:
        """Take a moment, in place of what was told of it, and of what came after, before."""
        if batch.time is None:
            return
        if batch.replayed_from is not None:
            self._moments = {time: one for time, one in self._moments.items() if time < batch.replayed_from}
        columns = b"".join(
            np.ascontiguousarray(getattr(batch.tracks, name)).tobytes() for name, *_ in COLUMNS
        )
        self._moments[batch.time] = hashlib.sha256(columns).digest()

    def hexdigest(self) -> str:
        """Return it in hex, over the moments in their order."""
        whole = hashlib.sha256(b"comity/scaled-picture/v1\n")
        for time, one in sorted(self._moments.items()):
            whole.update(time.to_bytes(8, "little", signed=True) + one)
        return whole.hexdigest()

"""Whose track is it: one owner of each thing at any time, and one name that follows it from tile to tile.

Two tiles that see a thing in their halo track it each for itself, from the same detections. A track is told
by the tile in whose core its mean lies; the owner keeps it until its mean is `margin` beyond the core and
another tile has it in its own. Tracks of two tiles are one thing where one detection began both, or where
they lie nearest to each other: the assignment of least summed Mahalanobis distance, with P_a + P_b, gated.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import linear_sum_assignment

from comity.border.fusion.picture import Tracks
from comity.border.scaleout.outputs import COLUMNS

if TYPE_CHECKING:
    from comity.border.fusion.observations import Floats
    from comity.border.scaleout.sector import Sector

GATE: Final = 13.8
"""Squared Mahalanobis distance within which two tracks may be one thing: 0.999 of chi² with two axes."""
APART: Final = 40.0
"""Beyond which they are one thing no longer."""
FAR: Final = 1e6


@dataclass(slots=True)
class Thing:
    """One thing: its name, its owner, the name of its track in each tile that has one."""

    uid: int
    owner: int
    links: dict[int, int]
    born: int
    hits: int = 0
    more: int = 0
    """Detections that earlier owners counted and the present one did not."""

    def copy(self) -> Thing:
        """Return one that changes apart from this."""
        return Thing(self.uid, self.owner, dict(self.links), self.born, self.hits, self.more)


@dataclass(slots=True)
class Seen:
    """The tracks of one tile at one moment.

    Attributes:
        tracks: As the tile tells them.
        rows: Row by name.
        depth: (n,) how deep each lies in the core, m.
        hits: (n,) of each.
        start: Row of the first among the tracks of all tiles.
        free: Names of those that belong to no thing yet.
    """

    tracks: Tracks
    rows: dict[int, int]
    depth: list[float]
    hits: list[int]
    start: int
    free: set[int]


class Handover:
    """Follows things over tiles, moment by moment.

    Args:
        sector: Whose tiles they are.
    """

    def __init__(self, sector: Sector) -> None:
        self.sector = sector
        self.things: list[Thing] = []
        self.moved = 0
        self._place, self._noise = np.empty((0, 2)), np.empty((0, 3))
        self._taken = set[int]()

    def save(self) -> tuple[list[Thing], int]:
        """Return a copy of the state."""
        return [one.copy() for one in self.things], self.moved

    def load(self, state: tuple[list[Thing], int]) -> None:
        """Continue from a state."""
        things, self.moved = state
        self.things = [one.copy() for one in things]

    def step(self, told: dict[int, Tracks]) -> Tracks:
        """Return the things there are, from what each tile tells of one moment; in order of beginning."""
        seen, start = dict[int, Seen](), 0
        for number, tracks in sorted(told.items()):
            rows = {uid: row for row, uid in enumerate(tracks.uid.tolist())}
            depth = self.sector.tiles[number].depth(tracks.place).tolist()
            seen[number] = Seen(tracks, rows, depth, tracks.hits.tolist(), start, set(rows))
            start += len(tracks)
        self._place = np.concatenate([one.tracks.place for one in seen.values()])
        self._noise = np.concatenate([one.tracks.moments[:, :3] for one in seen.values()])
        self.things = [one for one in self.things if self._goes_on(one, seen)]
        self._taken = {one.uid for one in self.things}
        self._part(seen)
        for one in self.things:
            for tile, uid in one.links.items():
                seen[tile].free.discard(uid)
        for least in (0.0, -self.sector.margin):
            for number, here in seen.items():
                self._match(number, here, seen)
                self._begin(number, here, least)
        return self._told(seen)

    def _goes_on(self, one: Thing, seen: dict[int, Seen]) -> bool:
        """Let go of tracks that ended, settle the owner; return whether anybody still has it."""
        for tile in [
            tile for tile, uid in one.links.items() if tile not in seen or uid not in seen[tile].rows
        ]:
            del one.links[tile]
        if not one.links:
            return False
        depth = {tile: seen[tile].depth[seen[tile].rows[uid]] for tile, uid in one.links.items()}
        if one.owner in depth and depth[one.owner] >= -self.sector.margin:
            return True
        deepest = max(sorted(depth), key=lambda tile: depth[tile])
        if deepest != one.owner and (depth[deepest] >= 0 or one.owner not in depth):
            one.owner = deepest
            own = seen[deepest]
            one.more = max(one.hits - own.hits[own.rows[one.links[deepest]]], 0)
            self.moved += 1
        return True

    def _part(self, seen: dict[int, Seen]) -> None:
        """Let go of tracks that went another way than the owner's."""
        several = [one for one in self.things if len(one.links) > 1]
        pairs = [(one, tile) for one in several for tile in one.links if tile != one.owner]
        if not pairs:
            return
        owners = [_row(seen, one.owner, one) for one, _ in pairs]
        others = [_row(seen, tile, one) for one, tile in pairs]
        apart = _distances(self._place[owners], self._noise[owners], self._place[others], self._noise[others])
        for (one, tile), far in zip(pairs, (apart > APART).tolist(), strict=True):
            if far:
                del one.links[tile]

    def _match(self, number: int, here: Seen, seen: dict[int, Seen]) -> None:
        """Link tracks of a tile that belong to nothing with things that lie there and have none in it."""
        free = [uid for uid in here.rows if uid in here.free]
        area = self.sector.tiles[number].config.area
        open_ = [one for one in self.things if number not in one.links] if free else []
        owners = [_row(seen, one.owner, one) for one in open_]
        x, y = self._place[owners].T
        inside = (area.west <= x) & (x <= area.east) & (area.south <= y) & (y <= area.north)
        open_ = [one for one, lies in zip(open_, inside.tolist(), strict=True) if lies]
        if not free or not open_:
            return
        rows = [here.start + here.rows[uid] for uid in free]
        owners = [_row(seen, one.owner, one) for one in open_]
        place, noise = self._place, self._noise
        apart = _distances(place[rows, None], noise[rows, None], place[None, owners], noise[None, owners])
        cost = np.where(apart <= GATE, apart, FAR)
        for k, one in enumerate(open_):
            names = {one.uid, *one.links.values()}
            for n, uid in enumerate(free):
                if uid in names and apart[n, k] <= APART:
                    cost[n, k] = -1.0  # one detection began both
        for n, k in zip(*linear_sum_assignment(cost), strict=True):
            if cost[n, k] < FAR:
                open_[k].links[number] = free[n]
                here.free.discard(free[n])

    def _begin(self, number: int, here: Seen, least: float) -> None:
        """Begin things from tracks of a tile that belong to nothing and lie deep enough."""
        for uid, row in here.rows.items():
            if uid in here.free and here.depth[row] >= least:
                here.free.discard(uid)
                name = self._unused(uid, number)
                self.things.append(Thing(name, number, {number: uid}, int(here.tracks.born[row])))

    def _unused(self, uid: int, number: int) -> int:
        """Return the track's own name, or one made from it where a thing has that already."""
        while uid in self._taken:
            found = hashlib.sha256(b"comity/thing/v1\n%d %d" % (uid, number)).digest()
            uid = int.from_bytes(found[:8], "little") >> 1
        self._taken.add(uid)
        return uid

    def _told(self, seen: dict[int, Seen]) -> Tracks:
        """Return what the owners tell, under the names of the things."""
        for one in self.things:
            own = seen[one.owner]
            one.hits = own.hits[own.rows[one.links[one.owner]]] + one.more
        if not self.things:
            return empty()
        rows = np.array([_row(seen, one.owner, one) for one in self.things])
        columns = {
            name: np.concatenate([getattr(one.tracks, name) for one in seen.values()])[rows]
            for name, *_ in COLUMNS
        }
        for name, values in (("uid", "uid"), ("born", "born"), ("hits", "hits")):
            columns[name] = np.array([getattr(one, values) for one in self.things], np.int64)
        return Tracks(**columns)


def empty() -> Tracks:
    """Return no tracks."""
    whole, real = np.empty(0, np.int64), np.empty(0)
    pair = np.empty((0, 2))
    return Tracks(whole, whole, pair, pair, np.empty((0, 10)), real, whole, whole, whole)


def _row(seen: dict[int, Seen], tile: int, one: Thing) -> int:
    """Return the row of a thing's track in a tile, among the tracks of all tiles."""
    here = seen[tile]
    return here.start + here.rows[one.links[tile]]


def _distances(place: Floats, noise: Floats, others: Floats, their: Floats) -> Floats:
    """Return squared Mahalanobis distances of (…, 2) places with covariances (…, 3) of xx, xy, yy."""
    apart, total = place - others, noise + their
    x, y = apart[..., 0], apart[..., 1]
    xx, xy, yy = total[..., 0], total[..., 1], total[..., 2]
    found: Floats = (yy * x * x - 2 * xy * x * y + xx * y * y) / (xx * yy - xy * xy)
    return found

"""What a tracker knows at one moment, and how one look changes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from comity.border.fusion import association, gating, motion, update
from comity.border.fusion.compiled import WHOLE, WIDTH, R
from comity.border.fusion.observations import names_of

if TYPE_CHECKING:
    from comity.border.fusion.model import Config
    from comity.border.fusion.observations import Detections, Floats, Ints

START: Final = -(1 << 62)
"""A time before all others, ms."""
ROOM: Final = 1024


@dataclass(slots=True)
class State:
    """Tracks and the unseen, after the last look.

    Attributes:
        key: Time and sensor of the last look.
        tracks: (n, WIDTH) as `compiled` says.
        whole: (n, WHOLE) as `compiled` says.
        unseen: (rows, columns) expected number of things nobody has detected.
        looks: Looks taken.
        approximate: Clusters that were approximated.
        overflow: Tracks given up for lack of room.
    """

    key: tuple[int, int]
    tracks: Floats
    whole: Ints
    unseen: Floats
    looks: int = 0
    approximate: int = 0
    overflow: int = 0


def begin(config: Config) -> State:
    """Return the state before anybody looked: nothing tracked, the expected number unseen everywhere."""
    area = config.area
    unseen = np.full((area.rows, area.columns), config.rules.density * area.cell**2)
    return State((START, -1), np.empty((0, WIDTH)), np.empty((0, WHOLE), np.int64), unseen)


class Engine:
    """Takes looks in order. Holds the arrays that kernels work in, and one state.

    Args:
        config: What does not change.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        area, rules = config.area, config.rules
        self._motions = np.array([(m.noise, m.spread, m.fastest, m.lasting) for m in config.motions])
        self._spreads = self._motions[:, 1].copy()
        self._sensors = np.array(
            [(s.detects, s.clutter, s.x, s.y, s.reach**2) for s in config.sensors], np.float64
        )
        self._corner = np.array([area.west, area.south, area.cell])
        self._gate = (rules.gate, rules.mistaken)
        self._told = (rules.tell, rules.untell, rules.drop)
        self._exact = (config.limits.exact_bits, config.limits.exact_work)
        self._work = np.empty((area.rows, area.columns))
        self._total = np.empty(16)
        self._pairs, self._count = 0, 0
        self._tracks: Floats = np.empty((0, WIDTH))
        self._whole: Ints = np.empty((0, WHOLE), np.int64)
        self._grow_pairs(ROOM)
        self.load(begin(config))

    def load(self, state: State) -> None:
        """Continue from a state."""
        self._count = len(state.tracks)
        self._room(self._count, keep=False)
        self._tracks[: self._count] = state.tracks
        self._whole[: self._count] = state.whole
        self._unseen = state.unseen.copy()
        self.key, self.looks = state.key, state.looks
        self.approximate, self.overflow = state.approximate, state.overflow

    def save(self) -> State:
        """Return a copy of the state."""
        tracks, whole = self._tracks[: self._count].copy(), self._whole[: self._count].copy()
        counts = (self.looks, self.approximate, self.overflow)
        return State(self.key, tracks, whole, self._unseen.copy(), *counts)

    @property
    def current(self) -> tuple[Floats, Ints]:
        """Views of the tracks there are; the next look changes them."""
        return self._tracks[: self._count], self._whole[: self._count]

    @property
    def unseen(self) -> Floats:
        """(rows, columns) expected number of things nobody has detected."""
        return self._unseen

    def prepare(self, detections: Detections) -> tuple[Floats, Floats, Ints, Ints]:
        """Return the arrays of detections in the order of `Detections.order`, as kernels take them."""
        noise = np.ascontiguousarray(detections.noise)
        return np.ascontiguousarray(detections.place), noise, detections.kind, names_of(detections)

    def look(
        self, key: tuple[int, int], found: tuple[Floats, Floats, Ints, Ints], span: tuple[int, int]
    ) -> None:
        """Take one look: predict to its time, associate, update."""
        time, number = key
        sensor, detected = self._sensors[number], span[1] - span[0]
        self._advance(time)
        self._room(self._count + detected)
        unseen = (self._unseen, self._corner)
        missing, fresh, unclaimed = self._missing, self._fresh, self._unclaimed
        pairs = self._gated(found, span, sensor, unseen)
        edges = (self._first, self._which[:pairs], self._weight[:pairs])
        chances = self._chances[:pairs]
        self.approximate += association.associate(
            self._count, detected, edges, self._exact, chances, unclaimed
        )
        motion.look(self._unseen, self._corner, sensor)
        self._count = update.update(
            self._tracks,
            self._whole,
            self._count,
            found,
            span,
            time,
            (self._first, self._which[:pairs], chances),
            (missing, fresh, unclaimed),
            unseen,
            self._told,
            self._spreads,
            self._total,
        )
        if self._count > self.config.limits.tracks:
            self._give_up()
        self.key = key
        self.looks += 1

    def _advance(self, time: int) -> None:
        if self.key[0] == START:
            return
        dt = (time - self.key[0]) / 1000.0
        if dt > 0:
            rules, area = self.config.rules, self.config.area
            motion.predict(self._tracks, self._whole, self._count, self._motions, dt)
            share = min(0.2, rules.drift * dt / (4.0 * area.cell))
            motion.regrow(self._unseen, self._work, rules.density * area.cell**2, rules.turnover, share, dt)

    def _gated(
        self,
        found: tuple[Floats, Floats, Ints, Ints],
        span: tuple[int, int],
        sensor: Floats,
        unseen: tuple[Floats, Floats],
    ) -> int:
        while True:
            edges = (self._first, self._which, self._weight)
            pairs = gating.gate(
                self._tracks,
                self._count,
                found[:3],
                span,
                sensor,
                self._gate,
                unseen,
                edges,
                self._missing,
                self._fresh,
            )
            if pairs <= self._pairs:
                return int(pairs)
            self._grow_pairs(2 * pairs)

    def _grow_pairs(self, pairs: int) -> None:
        self._pairs = pairs
        self._which = np.empty(pairs, np.int64)
        self._weight, self._chances = np.empty(pairs), np.empty(pairs)

    def _room(self, need: int, *, keep: bool = True) -> None:
        """Make room for so many tracks, and for as many detections."""
        if keep and need <= len(self._tracks):
            return
        size = max(ROOM, 2 * need)
        tracks, whole = np.zeros((size, WIDTH)), np.zeros((size, WHOLE), np.int64)
        if keep:
            tracks[: self._count] = self._tracks[: self._count]
            whole[: self._count] = self._whole[: self._count]
        self._tracks, self._whole = tracks, whole
        self._first = np.empty(size + 1, np.int64)
        self._missing, self._fresh, self._unclaimed = np.empty(size), np.empty(size), np.empty(size)

    def _give_up(self) -> None:
        """Keep the likeliest tracks, the earlier ones of equals, in the order they had."""
        most = self.config.limits.tracks
        best = np.argsort(-self._tracks[: self._count, R], kind="stable")[:most]
        best.sort()
        self.overflow += self._count - most
        self._tracks[:most], self._whole[:most] = self._tracks[best], self._whole[best]
        self._count = most

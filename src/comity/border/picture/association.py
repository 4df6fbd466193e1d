"""Which track of one centre is which of another: distances counted over exchanges, with hysteresis.

The distance of two tracks is that of Mahalanobis between their states, with the sum of both covariances
(Bar-Shalom and Li 1995, "Multitarget-multisensor tracking: principles and techniques", section 8.3.2, where
the error that both share through the motion is left out). Pairs are chosen by the least sum of distances,
each track once, and counted: a pair stands once `JOIN` of the last `OF` checks were near, and falls once
`PART` of them were far. The order of tracks is that of their names, so that both centres choose alike.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import linear_sum_assignment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.border.fusion.observations import Floats
    from comity.border.fusion.tracklets import Estimate

NEAR: Final = 13.277
"""99 % of chi-squared with four degrees of freedom."""
FAR: Final = 18.467
"""99.9 % of it."""
JOIN, PART, OF = 3, 4, 5
"""Of the last five checks: near, to join; far, to part."""
MASK: Final = (1 << OF) - 1

Key = tuple[str, str]
"""Party and name of a track."""
Pair = tuple[Key, Key]
"""Two tracks, in the order of their parties."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A track at the moment of a check."""

    key: Key
    object_class: str
    estimate: Estimate


@dataclass(slots=True)
class Pairing:
    """Pairs of tracks of two parties.

    Attributes:
        near: Of each pair in question, its last checks as bits, the newest lowest: 1 near.
        far: Of each pair that stands, the same: 1 far.
    """

    near: dict[Pair, int] = field(default_factory=dict)
    far: dict[Pair, int] = field(default_factory=dict)

    def copy(self) -> Pairing:
        """Return a copy that can go on by itself."""
        return Pairing(dict(self.near), dict(self.far))

    def check(self, ones: Sequence[Candidate], others: Sequence[Candidate]) -> None:
        """Count one check.

        Args:
            ones: Tracks of the party whose name comes first, at one time.
            others: Tracks of the other, at the same time.
        """
        ones, others = (sorted(side, key=lambda one: one.key) for side in (ones, others))
        distances = squared(ones, others)
        places = {one.key: n for n, one in enumerate(ones)}, {one.key: n for n, one in enumerate(others)}
        self._hold(distances, places)
        taken = {key for pair in self.far for key in pair}
        free = (
            np.array([one.key not in taken for one in ones], bool),
            np.array([one.key not in taken for one in others], bool),
        )
        chosen = {(ones[i].key, others[j].key) for i, j in _nearest(distances, free)}
        for pair in sorted({*self.near, *chosen}):
            if pair[0] in taken or pair[1] in taken:
                self.near.pop(pair, None)
                continue
            bits = (self.near.get(pair, 0) << 1 | (pair in chosen)) & MASK
            if bits.bit_count() >= JOIN:
                self.far[pair] = 0
                self.near.pop(pair, None)
                taken |= set(pair)
            elif bits:
                self.near[pair] = bits
            else:
                self.near.pop(pair, None)

    def _hold(self, distances: Floats, places: tuple[dict[Key, int], dict[Key, int]]) -> None:
        """Part the pairs that are far for good, or of which one is gone."""
        for pair in sorted(self.far):
            i, j = places[0].get(pair[0]), places[1].get(pair[1])
            if i is None or j is None:
                del self.far[pair]
                continue
            bits = (self.far[pair] << 1 | (distances[i, j] > FAR)) & MASK
            self.far[pair] = bits
            if bits.bit_count() >= PART:
                del self.far[pair]


def squared(ones: Sequence[Candidate], others: Sequence[Candidate]) -> Floats:
    """Return (n, m) squared distances; infinite where the classes are known and differ."""
    if not ones or not others:
        return np.empty((len(ones), len(others)))
    means = [np.array([one.estimate.mean for one in side]) for side in (ones, others)]
    spreads = [np.array([one.estimate.covariance for one in side]) for side in (ones, others)]
    gaps = means[0][:, None] - means[1][None]
    sums = spreads[0][:, None] + spreads[1][None]
    found: Floats = (gaps * np.linalg.solve(sums, gaps[..., None])[..., 0]).sum(axis=-1)
    for i, one in enumerate(ones):
        for j, other in enumerate(others):
            classes = {one.object_class, other.object_class} - {"unknown"}
            if len(classes) > 1:
                found[i, j] = np.inf
    return found


def _nearest(distances: Floats, free: tuple[Floats, Floats]) -> list[tuple[int, int]]:
    """Return the pairs of free tracks that are near, by the least sum."""
    rows, columns = (np.flatnonzero(side) for side in free)
    if not len(rows) or not len(columns):
        return []
    costs = distances[np.ix_(rows, columns)]
    costs = np.where(costs <= NEAR, costs, 1e6)
    found = linear_sum_assignment(costs)
    return [(int(rows[i]), int(columns[j])) for i, j in zip(*found, strict=True) if costs[i, j] <= NEAR]

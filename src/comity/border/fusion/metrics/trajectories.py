"""GOSPA of trajectories: places, misses, false ones, and switches of identity over time.

García-Fernández, Rahmathullah and Svensson 2020, "A metric on the space of finite sets of trajectories for
evaluation of multi-target tracking algorithms", IEEE TSP 68: the relaxation to a linear program (section IV),
which is a metric itself and never above the exact value. The program is solved apart for groups of
trajectories that are ever nearer than c to one another: others are never worth assigning. For a group of one
and one it is a shortest way through two states (Viterbi 1967), whose whole numbers the relaxation finds too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from comity.border.errors import FusionInputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from comity.border.fusion.observations import Floats

    Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class TrajectoryGospa:
    """A distance and its parts over all times, each to the power `p`: they add up to distance^p.

    Attributes:
        distance: m.
        localisation: Of pairs.
        missed: Of truth that nothing is assigned to.
        false: Of tracks that are assigned to nothing.
        switches: Of assignments that change from one time to the next.
    """

    distance: float
    localisation: float
    missed: float
    false: float
    switches: float


def trajectory_gospa(
    truth: Floats, tracks: Floats, c: float = 100.0, p: float = 2.0, switch: float = 50.0
) -> TrajectoryGospa:
    """Return the metric of two sets of trajectories at the same times.

    Args:
        truth: (n, times, d) places, m; NaN where a trajectory is not there.
        tracks: (k, times, d), likewise.
        c: Beyond which a pair is no pair, m.
        p: Power, at least 1.
        switch: What a change from one track to another costs, m; half of it^p for a change to or from none.

    Raises:
        FusionInputError: the shapes or the numbers are not possible, or the program finds no end.
    """
    if truth.ndim != 3 or tracks.ndim != 3 or truth.shape[1:] != tracks.shape[1:]:  # noqa: PLR2004 - sets of tables
        raise FusionInputError(f"trajectories of shapes {truth.shape} and {tracks.shape}")
    c, p, switch = float(c), float(p), float(switch)
    if not (c > 0 and p >= 1 and switch > 0):
        raise FusionInputError(f"c and switch must be positive and p at least 1, not {c}, {switch}, {p}")
    here, there = (np.asarray(np.isfinite(one).all(axis=2), np.bool_) for one in (truth, tracks))
    ever = np.array([_ever_near(one, tracks, c) for one in truth], np.bool_).reshape(len(truth), len(tracks))
    local = moved = paired = 0.0
    for rows, columns in _groups(ever):
        apart = np.linalg.norm(truth[rows][:, None] - tracks[columns][None, :], axis=3)
        near = np.asarray(apart < c, np.bool_)  # where one is not there, the distance is no number
        solve = _chain if apart.shape[:2] == (1, 1) else _program
        found = solve(apart, near, (c, p, switch))
        local, moved, paired = local + found[0], moved + found[1], paired + found[2]
    half = c**p / 2
    missed, false = half * (here.sum() - paired), half * (there.sum() - paired)
    total = max(local + missed + false + moved, 0.0)
    return TrajectoryGospa(
        float(total ** (1 / p)), float(local), max(float(missed), 0.0), max(float(false), 0.0), float(moved)
    )


def _ever_near(one: Floats, tracks: Floats, c: float) -> NDArray[np.bool_]:
    """Return (k,) which tracks are nearer than `c` to a trajectory at any time."""
    offset = tracks - one[None]
    return np.asarray(((offset * offset).sum(axis=2) < c * c * (1 + 1e-9)).any(axis=1), np.bool_)


def _groups(near: NDArray[np.bool_]) -> list[tuple[list[int], list[int]]]:
    """Return the rows and columns of each group that hangs together and has a pair."""
    n, k = near.shape
    row, column = np.nonzero(near)
    graph = coo_array((np.ones(len(row)), (row, column + n)), shape=(n + k, n + k))
    _, label = connected_components(graph, directed=False)
    found = []
    for one in np.unique(label[row]):
        members = np.flatnonzero(label == one)
        found.append((members[members < n].tolist(), (members[members >= n] - n).tolist()))
    return found


def _program(
    apart: Floats, near: NDArray[np.bool_], how: tuple[float, float, float]
) -> tuple[float, float, float]:
    """Solve one group; return the costs of places and of switches, and how many pairs over all times.

    Unknowns: w(i, j, t) >= 0 for each pair that is ever near, at all times (a pair that is held over a gap
    costs no switch, and there saves nothing), and e(i, j, t) >= |w(i, j, t) - w(i, j, t - 1)|. A switch from
    one track to another changes two w by one each, and costs switch^p: each change half of it.
    """
    c, p, switch = how
    rows, columns = np.nonzero(near.any(axis=2))
    close = near[rows, columns].ravel()
    cost = np.where(close, apart[rows, columns].ravel(), 0.0) ** p
    n, m = len(close), len(rows) * (near.shape[2] - 1)
    price = np.concatenate([cost - c**p * close, np.full(m, switch**p / 2)])
    left, right = _bounds(rows, columns, near.shape)
    found = linprog(price, A_ub=left, b_ub=right, bounds=(0, None), method="highs")
    if found.status != 0:
        raise FusionInputError(f"the assignment of trajectories finds no end: {found.message}")
    w = found.x[:n]
    return float(w @ cost), float(price[n:] @ found.x[n:]), float(w @ close)


def _chain(
    apart: Floats, near: NDArray[np.bool_], how: tuple[float, float, float]
) -> tuple[float, float, float]:
    """Solve a group of one and one as `_program` does: which times it is a pair, from the last time back."""
    c, p, switch = how
    close = near[0, 0]
    cost = np.where(close, apart[0, 0], 0.0) ** p
    change = switch**p / 2
    saved = (cost - c**p * close).tolist()
    single = pair = 0.0  # least cost from a time on, if the two are then apart, or a pair
    following = list[tuple[int, int]]()
    for gain in reversed(saved):
        following.append((int(pair + change < single), int(single + change >= pair)))
        single, pair = min(single, pair + change), gain + min(pair, single + change)
    state, w = int(pair < single), np.empty(len(saved))
    for time, after in enumerate(reversed(following)):
        w[time] = state
        state = after[state]
    return float(w @ cost), float(change * np.abs(np.diff(w)).sum()), float(w @ close)


def _bounds(rows: Places, columns: Places, shape: tuple[int, ...]) -> tuple[coo_array, Floats]:
    """Return the rows: each trajectory in one pair a time at most, and both signs of a change."""
    times, pairs = shape[2], len(rows)
    n, m = pairs * times, pairs * (times - 1)
    every, at = np.arange(n), np.tile(np.arange(times), pairs)
    first, second = shape[0] * times, (shape[0] + shape[1]) * times
    now = every.reshape(pairs, times)[:, 1:].ravel()
    change = np.arange(m)
    row = [np.repeat(rows, times) * times + at, first + np.repeat(columns, times) * times + at]
    column, value = [every, every], [np.ones(n), np.ones(n)]
    for sign, base in ((1.0, second), (-1.0, second + m)):
        row += [base + change] * 3
        column += [now, now - 1, n + change]
        value += [np.full(m, sign), np.full(m, -sign), np.full(m, -1.0)]
    right = np.concatenate([np.ones(second), np.zeros(2 * m)])
    place = (np.concatenate(row), np.concatenate(column))
    return coo_array((np.concatenate(value), place), shape=(second + 2 * m, n + m)), right

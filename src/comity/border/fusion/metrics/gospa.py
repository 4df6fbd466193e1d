"""GOSPA and OSPA: the distance of two sets of places, and what it is made of.

Rahmathullah, García-Fernández and Svensson 2017, "Generalized optimal sub-pattern assignment metric", FUSION,
definition 1 and proposition 1 (the form over assignments, alpha = 2). Schuhmacher, Vo and Vo 2008, "A
consistent metric for performance evaluation of multi-object filters", IEEE TSP 56(8).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree

from comity.border.errors import FusionInputError

SMALL: Final = 4096
"""Pairs up to which all distances are taken at once."""

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from comity.border.fusion.observations import Floats


@dataclass(frozen=True, slots=True)
class Gospa:
    """A distance and its parts, each to the power `p`: they add up to distance^p.

    Attributes:
        distance: m.
        localisation: Of the pairs that are assigned.
        missed: Of the truth that nothing is assigned to.
        false: Of the tracks that are assigned to nothing.
        pairs: (k, 2) rows of truth and of tracks.
    """

    distance: float
    localisation: float
    missed: float
    false: float
    pairs: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Ospa:
    """A distance, and its parts to the power `p` and over the larger number: they add up to distance^p."""

    distance: float
    localisation: float
    cardinality: float


def gospa(truth: Floats, tracks: Floats, c: float = 100.0, p: float = 2.0) -> Gospa:
    """Return GOSPA for alpha = 2.

    Only pairs nearer than `c` can be worth assigning, so that clusters of near ones are solved apart: exact,
    and fast for thousands.

    Args:
        truth: (n, d) places, m.
        tracks: (k, d) places, m.
        c: Beyond which a pair is no pair, m.
        p: Power, at least 1.

    Raises:
        FusionInputError: the shapes, `c` or `p` are not possible.
    """
    c, p = float(c), float(p)
    truth, tracks = _places(truth, tracks, c, p)
    row, column, apart = _near(truth, tracks, c)
    n, k = len(truth), len(tracks)
    alone = (np.bincount(row, minlength=n)[row] == 1) & (np.bincount(column, minlength=k)[column] == 1)
    pairs = list(zip(row[alone].tolist(), column[alone].tolist(), strict=True))
    total = float((apart[alone] ** p).sum())
    if not alone.all():
        total += _crowded((row[~alone], column[~alone], apart[~alone]), (n, k), (c, p), pairs)
    chosen = np.array(pairs, np.intp).reshape(-1, 2)
    half = c**p / 2
    missed, false = half * (n - len(chosen)), half * (k - len(chosen))
    return Gospa(float((total + missed + false) ** (1 / p)), float(total), missed, false, chosen)


def ospa(truth: Floats, tracks: Floats, c: float = 100.0, p: float = 2.0) -> Ospa:
    """Return OSPA, 0 where both sets are empty.

    Raises:
        FusionInputError: the shapes, `c` or `p` are not possible.
    """
    c, p = float(c), float(p)
    truth, tracks = _places(truth, tracks, c, p)
    most, least = max(len(truth), len(tracks)), min(len(truth), len(tracks))
    if not most:
        return Ospa(0.0, 0.0, 0.0)
    local = 0.0
    if least:
        apart = np.linalg.norm(truth[:, None, :] - tracks[None, :, :], axis=2)
        cost = np.minimum(apart, c) ** p
        rows, columns = linear_sum_assignment(cost)
        local = float(cost[rows, columns].sum()) / most
    count = c**p * (most - least) / most
    return Ospa((local + count) ** (1 / p), local, count)


def _best(
    row: NDArray[np.intp],
    column: NDArray[np.intp],
    apart: Floats,
    how: tuple[float, float],
    pairs: list[tuple[int, int]],
) -> float:
    """Append the best pairs of one cluster; return their summed cost."""
    c, p = how
    rows, r = np.unique(row, return_inverse=True)
    columns, k = np.unique(column, return_inverse=True)
    cost = np.full((len(rows), len(columns)), c**p)  # as dear as leaving both alone
    cost[r, k] = apart**p
    total = 0.0
    for i, j in zip(*linear_sum_assignment(cost), strict=True):
        if cost[i, j] < c**p:
            pairs.append((int(rows[i]), int(columns[j])))
            total += float(cost[i, j])
    return total


def _near(truth: Floats, tracks: Floats, c: float) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
    """Return the pairs that are nearer than `c`, by row and column, and their distances."""
    if len(truth) * len(tracks) <= SMALL:
        squares = np.zeros((len(truth), len(tracks)))
        for one, other in zip(truth.T, tracks.T, strict=True):
            offset = one[:, None] - other[None, :]
            squares += offset * offset
        every = np.sqrt(squares)
        row, column = np.nonzero(every < c)
        return row, column, every[row, column]
    lists = KDTree(truth).query_ball_tree(KDTree(tracks), c)
    row = np.repeat(np.arange(len(truth)), [len(one) for one in lists])
    column = np.array([j for one in lists for j in sorted(one)], np.intp)
    apart = np.linalg.norm(truth[row] - tracks[column], axis=1)
    fine = apart < c
    return row[fine], column[fine], apart[fine]


def _crowded(
    near: tuple[NDArray[np.intp], NDArray[np.intp], Floats],
    shape: tuple[int, int],
    how: tuple[float, float],
    pairs: list[tuple[int, int]],
) -> float:
    """Append the best pairs where a place has several near ones, cluster by cluster; return their cost."""
    (row, column, apart), (n, k) = near, shape
    graph = coo_array((np.ones(len(row), np.int8), (row, column + n)), shape=(n + k, n + k))
    _, label = connected_components(graph, directed=False)
    order = np.argsort(label[row], kind="stable")
    row, column, apart = row[order], column[order], apart[order]
    ends = np.flatnonzero(np.diff(label[row])) + 1
    total = 0.0
    for r, col, d in zip(*(np.split(one, ends) for one in (row, column, apart)), strict=True):
        total += _best(r, col, d, how, pairs)
    return total


def _places(truth: Floats, tracks: Floats, c: float, p: float) -> tuple[Floats, Floats]:
    truth, tracks = np.asarray(truth, np.float64), np.asarray(tracks, np.float64)
    for name, one in (("truth", truth), ("tracks", tracks)):
        if one.ndim != 2 or not np.isfinite(one).all():  # noqa: PLR2004 - a table of places
            raise FusionInputError(f"{name}: places as a table of finite numbers, not shape {one.shape}")
    if len(truth) and len(tracks) and truth.shape[1] != tracks.shape[1]:
        raise FusionInputError(f"truth has {truth.shape[1]} axes, tracks {tracks.shape[1]}")
    if not (c > 0 and p >= 1 and np.isfinite(c) and np.isfinite(p)):
        raise FusionInputError(f"c must be positive and p at least 1, not c={c}, p={p}")
    return truth, tracks

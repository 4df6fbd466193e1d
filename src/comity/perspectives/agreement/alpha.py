"""Krippendorff's alpha, for any number of coders, missing codings, and four levels of measurement.

K. Krippendorff, "Computing Krippendorff's Alpha-Reliability", University of Pennsylvania (2011), section C:
alpha = 1 - D_o / D_e from the coincidence matrix; the numbers of its example stand in the tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Level = Literal["nominal", "ordinal", "interval", "ratio"]
Why = Literal["no_pairs", "no_variance"]
PAIR = 2


@dataclass(frozen=True)
class Alpha:
    """Alpha, or why it cannot be estimated; `units` have two codings or more, `values` are those codings."""

    value: float | None
    units: int
    values: int
    why: Why | None = None


def alpha(codings: Floats, level: Level) -> Alpha:
    """Return alpha of `codings`, an array of coders x units in which NaN is missing.

    Nothing pairable, and codings that are all the same, give no estimate: then chance agreement is total, and
    no agreement could be told from it.
    """
    data = np.asarray(codings, dtype=np.float64)
    data = data[:, (~np.isnan(data)).sum(axis=0) >= PAIR]
    values, counts = unit_counts(data)
    pairable = int(counts.sum())
    if not pairable:
        return Alpha(None, 0, 0, "no_pairs")
    coincidence = coincidences(counts)
    totals = coincidence.sum(axis=0)
    distance = squared_distance(values, totals, level)
    expected = totals @ distance @ totals - totals @ np.diag(distance)
    if expected <= 0:
        return Alpha(None, counts.shape[0], pairable, "no_variance")
    observed = float((coincidence * distance).sum())
    return Alpha(1 - (pairable - 1) * observed / float(expected), counts.shape[0], pairable)


def unit_counts(data: Floats) -> tuple[Floats, Floats]:
    """Return the values that occur, sorted, and how often each occurs in each unit (units x values)."""
    values = np.unique(data[~np.isnan(data)])
    counts: Floats = (data[:, :, None] == values).sum(axis=0).astype(np.float64)
    return values, counts


def coincidences(counts: Floats) -> Floats:
    """Return the coincidence matrix o_ck: pairs within units, each unit weighing 1 / (m_u - 1)."""
    weights = 1 / (counts.sum(axis=1) - 1)
    weighted = counts * weights[:, None]
    matrix: Floats = weighted.T @ counts - np.diag(weighted.sum(axis=0))
    return matrix


def squared_distance(values: Floats, totals: Floats, level: Level) -> Floats:
    """Return delta^2 between all values, of which `totals` counts the pairable codings (ordinal needs it)."""
    one, other = values[:, None], values[None, :]
    if level == "nominal":
        return np.asarray(one != other, dtype=np.float64)
    if level == "interval":
        return np.asarray((one - other) ** 2)
    if level == "ratio":
        total = one + other
        return np.divide(one - other, total, out=np.zeros_like(total), where=total != 0) ** 2
    below = np.cumsum(totals) - totals / 2  # ranks: the sum from c to k less half of both ends
    return np.asarray((below[:, None] - below[None, :]) ** 2)

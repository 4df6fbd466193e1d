"""Gating: which detections a track may have caused, and how likely each is.

Detections are sorted into the cells of a grid, so that a track asks its neighbourhood only.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from comity.border.fusion.compiled import EVIDENCE, P, R, machine

if TYPE_CHECKING:
    from comity.border.fusion.observations import Floats, Ints

TWO_PI = 2.0 * math.pi


@machine
def _density(distance: float, determinant: float) -> float:
    """Return exp(-distance / 2) / (2 pi sqrt(determinant)), by basic operations as `motion.decay`."""
    half = distance / 2.0
    halvings = int(half * 1.4426950408889634 + 0.5)
    rest = -((half - halvings * 0.6931471803691238) - halvings * 1.9082149292705877e-10)
    total = 1.0
    for k in range(13, 0, -1):
        total = 1.0 + total * rest / k
    return math.ldexp(total, -halvings) / (TWO_PI * math.sqrt(determinant))


@machine
def _agreement(track: Floats, kind: int, mistaken: float) -> float:
    """Return how well a named class fits the classes named before: from `mistaken` to 1."""
    if kind == 0:
        return 1.0
    total = 0.0
    for k in range(1, 5):
        total += track[EVIDENCE + k]
    if total < 0.5:  # noqa: PLR2004 - hardly anything was named
        return 1.0
    found: float = mistaken + (1.0 - mistaken) * track[EVIDENCE + kind] / total
    return found


@machine
def _extent(place: Floats, start: int, stop: int) -> tuple[float, float, float, int, int]:
    """Return west, south, size, columns and rows of a grid of about one detection a cell."""
    if stop == start:
        return 0.0, 0.0, 1.0, 1, 1
    west = east = place[start, 0]
    south = north = place[start, 1]
    for j in range(start + 1, stop):
        west, east = min(west, place[j, 0]), max(east, place[j, 0])
        south, north = min(south, place[j, 1]), max(north, place[j, 1])
    count = stop - start
    longer = max(east - west, north - south, 1.0)
    size = max(math.sqrt((east - west) * (north - south) / count), longer / (4.0 * count), longer / 4096.0)
    return west, south, size, int((east - west) / size) + 1, int((north - south) / size) + 1


@machine
def _sorted(place: Floats, start: int, stop: int) -> tuple[tuple[float, float, float, int, int], Ints, Ints]:
    """Return the grid, where each of its cells begins, and the detections cell by cell."""
    grid = _extent(place, start, stop)
    west, south, size, columns, rows = grid
    begin = np.zeros(rows * columns + 1, np.int64)
    cell = np.empty(stop - start, np.int64)
    for j in range(start, stop):
        c = int((place[j, 1] - south) / size) * columns + int((place[j, 0] - west) / size)
        cell[j - start] = c
        begin[c + 1] += 1
    for c in range(rows * columns):
        begin[c + 1] += begin[c]
    fill = begin[:-1].copy()
    members = np.empty(stop - start, np.int64)
    for j in range(start, stop):
        members[fill[cell[j - start]]] = j
        fill[cell[j - start]] += 1
    return grid, begin, members


@machine
def _background(  # noqa: PLR0917 - kernels take their arguments by place
    place: Floats, span: tuple[int, int], sensor: Floats, unseen: Floats, corner: Floats, fresh: Floats
) -> Floats:
    """Return clutter + Pd unseen(z) at each detection, and fill which part of it are new things."""
    found = np.empty(span[1] - span[0])
    for j in range(span[0], span[1]):
        column = int((place[j, 0] - corner[0]) / corner[2])
        row = int((place[j, 1] - corner[1]) / corner[2])
        row, column = min(max(row, 0), unseen.shape[0] - 1), min(max(column, 0), unseen.shape[1] - 1)
        hidden = sensor[0] * unseen[row, column] / (corner[2] * corner[2])
        found[j - span[0]] = sensor[1] + hidden
        fresh[j - span[0]] = hidden / (sensor[1] + hidden)
    return found


@machine
def _reached(
    t: Floats, sigma2: float, rule: float, grid: tuple[float, float, float, int, int]
) -> tuple[int, int, int, int]:
    """Return the first row, the row after the last, and the same of columns, that a gate may reach."""
    west, south, size, columns, rows = grid
    wide, high = math.sqrt(rule * (t[P] + sigma2)), math.sqrt(rule * (t[P + 2] + sigma2))
    left, right = math.floor((t[0] - wide - west) / size), math.floor((t[0] + wide - west) / size)
    low, top = math.floor((t[1] - high - south) / size), math.floor((t[1] + high - south) / size)
    first_row, last_row = int(max(low, 0)), int(min(top, rows - 1))
    return first_row, last_row + 1, int(max(left, 0)), int(min(right, columns - 1)) + 1


@machine
def _distance(t: Floats, place: Floats, noise: Floats) -> tuple[float, float]:
    """Return the squared Mahalanobis distance of a detection, and the determinant of its covariance."""
    sxx, sxy, syy = t[P] + noise[0], t[P + 1] + noise[1], t[P + 2] + noise[2]
    determinant = sxx * syy - sxy * sxy
    ex, ey = place[0] - t[0], place[1] - t[1]
    return (syy * ex * ex - 2.0 * sxy * ex * ey + sxx * ey * ey) / determinant, determinant


@machine
def gate(  # noqa: PLR0917 - kernels take their arguments by place
    tracks: Floats,
    count: int,
    found: tuple[Floats, Floats, Ints],
    span: tuple[int, int],
    sensor: Floats,
    rules: tuple[float, float],
    unseen: tuple[Floats, Floats],
    edges: tuple[Ints, Ints, Floats],
    missing: Floats,
    fresh: Floats,
) -> int:
    """Find the pairs of tracks and detections of one look, with their weights.

    A weight is r Pd p(z | track) / ((1 - r Pd) (clutter + Pd unseen(z))): how much likelier the pair is than
    that the track was missed and the detection is new (Williams 2015, section IV, as ratios).

    Args:
        tracks: (capacity, WIDTH).
        count: Tracks there are.
        found: place (m, 2), noise (m, 3), class (m,) of all detections of the batch.
        span: First detection of this look, and the one after its last.
        sensor: (5,) detects, clutter, x, y, squared reach.
        rules: Gate, and `mistaken`.
        unseen: (rows, columns) of the expected unseen, and (3,) west, south, cell.
        edges: first (capacity + 1,), where the pairs of each track begin; detection and weight (pairs,).
        missing: (capacity,) filled with 1 - r Pd.
        fresh: (m,) filled with the probability that an unclaimed detection is a new thing.

    Returns:
        The number of pairs; if it is more than fit, nothing but the number is right.
    """
    place, noise, kinds = found
    first, which, weight = edges
    start, stop = span
    background = _background(place, span, sensor, unseen[0], unseen[1], fresh)
    grid, begin, members = _sorted(place, start, stop)
    pairs, largest = 0, 0.0
    for j in range(start, stop):
        largest = max(largest, noise[j, 0], noise[j, 2])
    for i in range(count):
        t = tracks[i]
        first[i] = pairs
        dx, dy = t[0] - sensor[2], t[1] - sensor[3]
        chance = sensor[0] * t[R] if dx * dx + dy * dy <= sensor[4] else 0.0
        missing[i] = 1.0 - chance
        if chance == 0.0:
            continue
        low, high, left, right = _reached(t, largest, rules[0], grid)
        for row in range(low, high):
            base = row * grid[3]
            for k in range(begin[base + left], begin[base + max(left, right)]):
                j = members[k]
                distance, determinant = _distance(t, place[j], noise[j])
                if distance <= rules[0]:
                    if pairs < len(which):
                        likely = _density(distance, determinant) * _agreement(t, kinds[j], rules[1])
                        which[pairs] = j - start
                        weight[pairs] = chance * likely / (missing[i] * background[j - start])
                    pairs += 1
    first[count] = pairs
    return pairs

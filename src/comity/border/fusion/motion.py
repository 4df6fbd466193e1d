"""Prediction: tracks under white noise of acceleration, and what may be there unseen.

Bar-Shalom, Li and Kirubarajan 2001, "Estimation with Applications to Tracking and Navigation", section 6.2.2.
The covariance lies in three blocks: A of the place, B of place and velocity, C of the velocity.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from comity.border.fusion.compiled import KIND, P, R, machine

if TYPE_CHECKING:
    from comity.border.fusion.observations import Floats, Ints


@machine
def decay(value: float) -> float:
    """Return exp(-value) for value >= 0, by basic operations alone: the same bits on every machine."""
    if value > 700.0:  # noqa: PLR2004 - below the smallest normal number
        return 0.0
    halvings = int(value * 1.4426950408889634 + 0.5)
    rest = -((value - halvings * 0.6931471803691238) - halvings * 1.9082149292705877e-10)
    total = 1.0
    for k in range(13, 0, -1):  # |rest| <= ln 2 / 2: the 14th term is below 2^-60
        total = 1.0 + total * rest / k
    return math.ldexp(total, -halvings)


@machine
def predict(tracks: Floats, whole: Ints, count: int, motions: Floats, dt: float) -> None:
    """Move `count` tracks on by `dt` seconds, in place.

    Args:
        tracks: (capacity, WIDTH).
        whole: (capacity, WHOLE).
        count: Tracks there are.
        motions: (classes, 4) noise, spread, fastest, lasting.
        dt: Seconds.
    """
    survive = [decay(dt / lasting) for lasting in motions[:, 3]]
    half, third = dt * dt / 2.0, dt * dt * dt / 3.0
    for i in range(count):
        t = tracks[i]
        q = motions[whole[i, KIND], 0]
        t[0] += dt * t[2]
        t[1] += dt * t[3]
        bxx, bxy, byx, byy = t[P + 3], t[P + 4], t[P + 5], t[P + 6]
        cxx, cxy, cyy = t[P + 7], t[P + 8], t[P + 9]
        t[P] += dt * (2.0 * bxx + dt * cxx) + q * third
        t[P + 1] += dt * (bxy + byx + dt * cxy)
        t[P + 2] += dt * (2.0 * byy + dt * cyy) + q * third
        t[P + 3] = bxx + dt * cxx + q * half
        t[P + 4] = bxy + dt * cxy
        t[P + 5] = byx + dt * cxy
        t[P + 6] = byy + dt * cyy + q * half
        t[P + 7] = cxx + q * dt
        t[P + 9] = cyy + q * dt
        t[R] *= survive[whole[i, KIND]]


@machine
def regrow(  # noqa: PLR0917 - kernels take their arguments by place
    unseen: Floats, work: Floats, density: float, turnover: float, share: float, dt: float
) -> None:
    """Let what may be there unseen come back to its density, and spread to neighbouring cells.

    Williams 2015, "Marginal multi-Bernoulli filters", IEEE TAES 51(3), section IV (prediction of the Poisson
    intensity: survival plus birth), with birth such that it settles at `density` where nobody looks.

    Args:
        unseen: (rows, columns) expected number in each cell, in place.
        work: The same shape, overwritten.
        density: Number in a cell where nobody ever looked.
        turnover: Seconds.
        share: Part of a cell that goes to each of its four neighbours, at most 0.2.
        dt: Seconds.
    """
    kept = decay(dt / turnover)
    rows, columns = unseen.shape
    for i in range(rows):
        for j in range(columns):
            here = unseen[i, j]
            flow = 0.0
            if i > 0:
                flow += unseen[i - 1, j] - here
            if i < rows - 1:
                flow += unseen[i + 1, j] - here
            if j > 0:
                flow += unseen[i, j - 1] - here
            if j < columns - 1:
                flow += unseen[i, j + 1] - here
            work[i, j] = kept * (here + share * flow) + (1.0 - kept) * density
    for i in range(rows):
        for j in range(columns):
            unseen[i, j] = work[i, j]


@machine
def look(unseen: Floats, corner: Floats, sensor: Floats) -> None:
    """Take from the unseen what a sensor would have seen: (1 - Pd) of it stays (Williams 2015, section IV).

    Args:
        unseen: (rows, columns), in place.
        corner: (3,) west, south, cell, in m.
        sensor: (5,) detects, clutter, x, y, squared reach.
    """
    rows, columns = unseen.shape
    for i in range(rows):
        dy = corner[1] + (i + 0.5) * corner[2] - sensor[3]
        for j in range(columns):
            dx = corner[0] + (j + 0.5) * corner[2] - sensor[2]
            if dx * dx + dy * dy <= sensor[4]:
                unseen[i, j] *= 1.0 - sensor[0]

"""The update of a look: tracks merged over their associations, new tracks from what nobody claims.

The track-oriented marginal multi-Bernoulli/Poisson filter: Williams 2015, "Marginal multi-Bernoulli filters:
RFS derivation of MHT, JIPDA and association-based MeMBer", IEEE TAES 51(3), section IV (TOMB/P). What becomes
too unlikely to keep goes back to the unseen (recycling: Williams 2012, "Hybrid Poisson and multi-Bernoulli
filters", FUSION).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.border.fusion.compiled import (
    BORN,
    EVIDENCE,
    HITS,
    KIND,
    SEEN,
    TOLD,
    UID,
    P,
    R,
    machine,
)

if TYPE_CHECKING:
    from comity.border.fusion.observations import Floats, Ints

FAINT = 1e-9
"""Probability of an association below which it changes nothing that is told."""
HALF = 0.5


@machine
def _merge(t: Floats, e: Floats, noise: Floats, weight: float, total: Floats) -> None:
    """Add one associated state to the weighted sums: offsets (4), then covariances and squares (10).

    Bar-Shalom and others 2001, section 5.2.3 for the gain, section 1.4.16 for the moments of mixtures.
    """
    axx, axy, ayy = t[P], t[P + 1], t[P + 2]
    bxx, bxy, byx, byy = t[P + 3], t[P + 4], t[P + 5], t[P + 6]
    sxx, sxy, syy = axx + noise[0], axy + noise[1], ayy + noise[2]
    determinant = sxx * syy - sxy * sxy
    ixx, ixy, iyy = syy / determinant, -sxy / determinant, sxx / determinant
    # gain of x, y, vx, vy: rows of P H' over S
    kxx, kxy = axx * ixx + axy * ixy, axx * ixy + axy * iyy
    kyx, kyy = axy * ixx + ayy * ixy, axy * ixy + ayy * iyy
    uxx, uxy = bxx * ixx + byx * ixy, bxx * ixy + byx * iyy
    uyx, uyy = bxy * ixx + byy * ixy, bxy * ixy + byy * iyy
    dx, dy = kxx * e[0] + kxy * e[1], kyx * e[0] + kyy * e[1]
    du, dv = uxx * e[0] + uxy * e[1], uyx * e[0] + uyy * e[1]
    total[0] += weight * dx
    total[1] += weight * dy
    total[2] += weight * du
    total[3] += weight * dv
    total[4] += weight * (axx - (kxx * axx + kxy * axy) + dx * dx)
    total[5] += weight * (axy - (kxx * axy + kxy * ayy) + dx * dy)
    total[6] += weight * (ayy - (kyx * axy + kyy * ayy) + dy * dy)
    total[7] += weight * (bxx - (kxx * bxx + kxy * byx) + dx * du)
    total[8] += weight * (bxy - (kxx * bxy + kxy * byy) + dx * dv)
    total[9] += weight * (byx - (kyx * bxx + kyy * byx) + dy * du)
    total[10] += weight * (byy - (kyx * bxy + kyy * byy) + dy * dv)
    total[11] += weight * (t[P + 7] - (uxx * bxx + uxy * byx) + du * du)
    total[12] += weight * (t[P + 8] - (uxx * bxy + uxy * byy) + du * dv)
    total[13] += weight * (t[P + 9] - (uyx * bxy + uyy * byy) + dv * dv)


@machine
def _settle(t: Floats, total: Floats, sure: float) -> None:
    """Write the merged moments back: `total` divided by `sure`, less the square of the mean."""
    for k in range(14):
        total[k] /= sure
    dx, dy, du, dv = total[0], total[1], total[2], total[3]
    t[0] += dx
    t[1] += dy
    t[2] += du
    t[3] += dv
    t[P] = total[4] - dx * dx
    t[P + 1] = total[5] - dx * dy
    t[P + 2] = total[6] - dy * dy
    t[P + 3] = total[7] - dx * du
    t[P + 4] = total[8] - dx * dv
    t[P + 5] = total[9] - dy * du
    t[P + 6] = total[10] - dy * dv
    t[P + 7] = total[11] - du * du
    t[P + 8] = total[12] - du * dv
    t[P + 9] = total[13] - dv * dv


@machine
def _class_of(t: Floats) -> int:
    """Return the class named most, where it is most of what was named; else unknown."""
    best, total = 0, 0.0
    for k in range(1, 5):
        total += t[EVIDENCE + k]
        if t[EVIDENCE + k] > t[EVIDENCE + best] or best == 0:
            best = k
    return best if t[EVIDENCE + best] > HALF * total and total >= HALF else 0


@machine
def _recycle(unseen: Floats, corner: Floats, x: float, y: float, amount: float) -> None:
    column, row = int((x - corner[0]) / corner[2]), int((y - corner[1]) / corner[2])
    row, column = min(max(row, 0), unseen.shape[0] - 1), min(max(column, 0), unseen.shape[1] - 1)
    unseen[row, column] += amount


@machine
def _merged(  # noqa: PLR0917 - kernels take their arguments by place
    t: Floats,
    span: tuple[int, int],
    start: int,
    found: tuple[Floats, Floats, Ints, Ints],
    pairs: tuple[Ints, Floats],
    missing: float,
    total: Floats,
) -> tuple[float, float]:
    """Merge a track over its pairs from `span[0]` to `span[1]`; return its existence, and what was seen."""
    place, noise, kinds, _ = found
    which, chances = pairs
    offset = total[14:16]
    total[:14] = 0.0
    claimed = 0.0
    for e in range(span[0], span[1]):
        j = start + which[e]
        if chances[e] >= FAINT:
            offset[0], offset[1] = place[j, 0] - t[0], place[j, 1] - t[1]
            _merge(t, offset, noise[j], chances[e], total)
            claimed += chances[e]
    for e in range(span[0], span[1]):
        if kinds[start + which[e]] > 0:
            t[EVIDENCE + kinds[start + which[e]]] += chances[e]
    missed = max(1.0 - claimed, 0.0) * (t[R] - (1.0 - missing)) / missing
    if claimed > 0.0:
        for k in range(10):
            total[4 + k] += missed * t[P + k]
        _settle(t, total, claimed + missed)
    t[R] = min(claimed + missed, 1.0 - 1e-9)
    return claimed + missed, claimed


@machine
def _start(t: Floats, w: Ints, place: Floats, noise: Floats, spread: float) -> None:
    """Write a new track: there where it was detected, its velocity unknown."""
    t[:] = 0.0
    t[0], t[1] = place[0], place[1]
    t[P], t[P + 1], t[P + 2] = noise[0], noise[1], noise[2]
    t[P + 7] = t[P + 9] = spread * spread
    w[HITS] = 1


@machine
def update(  # noqa: PLR0917 - kernels take their arguments by place
    tracks: Floats,
    whole: Ints,
    count: int,
    found: tuple[Floats, Floats, Ints, Ints],
    span: tuple[int, int],
    time: int,
    pairs: tuple[Ints, Ints, Floats],
    single: tuple[Floats, Floats, Floats],
    unseen: tuple[Floats, Floats],
    rules: tuple[float, float, float],
    spreads: Floats,
    total: Floats,
) -> int:
    """Update all tracks by one look and start new ones, in place; return how many there are.

    Args:
        tracks: (capacity, WIDTH), with room for the detections of the look.
        whole: (capacity, WHOLE).
        count: Tracks there are.
        found: place, noise, class and name of all detections of the batch.
        span: First detection of this look, and the one after its last.
        time: Of the look, ms.
        pairs: first, detection and probability of each pair.
        single: `missing` of tracks, `fresh` and `unclaimed` of detections.
        unseen: (rows, columns) and (3,) west, south, cell.
        rules: tell, untell, drop.
        spreads: (classes,) standard deviation of a velocity before it was seen, m/s.
        total: (16,) to work in.
    """
    first, which, chances = pairs
    missing, fresh, unclaimed = single
    tell, untell, drop = rules
    kept = 0
    for i in range(count):
        t, w = tracks[i], whole[i]
        of = (first[i], first[i + 1])
        sure, claimed = _merged(t, of, span[0], found, (which, chances), missing[i], total)
        if sure < drop:
            _recycle(unseen[0], unseen[1], t[0], t[1], sure)
            continue
        if claimed >= HALF:  # likelier seen than not
            w[SEEN] = time
            w[HITS] += 1
        w[KIND] = _class_of(t)
        w[TOLD] = t[R] >= (untell if w[TOLD] else tell)
        if kept != i:
            tracks[kept, :] = t
            whole[kept, :] = w
        kept += 1
    for j in range(span[0], span[1]):
        sure = fresh[j - span[0]] * unclaimed[j - span[0]]
        kind = found[2][j]
        if sure < drop:
            _recycle(unseen[0], unseen[1], found[0][j, 0], found[0][j, 1], sure)
            continue
        t, w = tracks[kept], whole[kept]
        _start(t, w, found[0][j], found[1][j], spreads[kind])
        t[R] = sure
        t[EVIDENCE + kind] = 1.0
        w[UID], w[BORN], w[SEEN], w[KIND], w[TOLD] = found[3][j], time, time, kind, sure >= tell
        kept += 1
    return kept

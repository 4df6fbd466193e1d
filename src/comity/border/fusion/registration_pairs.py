"""Which detection is which co-operative target's: pairs for `registration`, and how well they tell a bias.

A target tells its own places now and then; between two of them it is taken to have gone straight. A pair is a
detection within the gate of one target alone, where that target has no other detection in the same look: of
what is doubtful nothing is taken. A wide gate gives a first estimate, a narrow one about it the last; that is
tried with all parts of a bias first, and with fewer where the targets cannot tell them apart well, or where
a turn or a lateness is not more than its error.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from comity.border.errors import FusionSingularError
from comity.border.fusion.registration import PARTS, Bias, Pairs, correct, register

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.border.fusion.observations import Detections, Floats, Ints

METHOD: Final = "registration-pairs@1"
DOMAIN: Final = b"comity/border/registration-pairs/v1\n"
WIDE: Final = 600.0
"""Metres of the first gate."""
NARROW: Final = 4.0
"""Standard deviations of the last."""
APART: Final = 10_000
"""Milliseconds between two places of a target, beyond which nobody knows where it went."""
WELL: Final = 30.0
"""Condition number, in scaled columns, up to which parts are told apart well."""
SURE: Final = 3.0
"""Standard deviations below which a turn or a lateness is none: no correction is made of what may be none."""
FEWEST: Final = 30
"""Pairs below which nothing is said."""
TRIED: Final = (PARTS, ("east", "north", "turn"), ("east", "north", "late"), ("east", "north"))
MEDIAN: Final = 1.4826
"""Median absolute deviations of a normal distribution in its standard deviation."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a co-operative target says of itself.

    Attributes:
        time: (n,) ms, each once, in order.
        place: (n, 2) m.
        sigma: (n,) standard deviation of each place, m each axis.
    """

    time: Ints
    place: Floats
    sigma: Floats

    def at(self, time: Ints) -> tuple[Floats, Floats, Floats]:
        """Return places (m, 2), velocities (m, 2; m/s), sigmas (m,) at times (m,) in ms; NaN if unknown."""
        after = np.clip(np.searchsorted(self.time, time, side="right"), 1, len(self.time) - 1)
        before = after - 1
        span = (self.time[after] - self.time[before]).astype(np.float64)
        part = (time - self.time[before]) / span
        known = (part >= 0) & (part <= 1) & (span <= APART)
        step = self.place[after] - self.place[before]
        place = self.place[before] + part[:, None] * step
        sigma = np.maximum(self.sigma[after], self.sigma[before])
        velocity = step / (span / 1000.0)[:, None]
        place[~known], velocity[~known] = np.nan, np.nan
        return place, velocity, sigma


@dataclass(frozen=True, slots=True)
class Paired:
    """Pairs, with the row of the detection and the number of the target of each."""

    pairs: Pairs
    rows: Ints
    targets: Ints

    def __len__(self) -> int:
        return len(self.rows)

    def digest(self, ids: Ints) -> bytes:
        """Return SHA-256 of the pairs, by the id (m,) of the observation of each detection."""
        columns = (ids[self.rows], self.targets, self.pairs.seen, self.pairs.reference, self.pairs.sigma)
        whole = hashlib.sha256(DOMAIN)
        for column in columns:
            whole.update(np.ascontiguousarray(column).astype(column.dtype.newbyteorder("<")).tobytes())
        return whole.digest()


@dataclass(frozen=True, slots=True)
class Found:
    """A bias with what it rests on.

    Attributes:
        bias: The bias; its covariance is widened where pairs differ by more than their errors say.
        parts: Which parts were looked for.
        paired: The pairs.
        error: Robust standard deviation of what is left, relative to what the errors say: near 1 is good.
        alone: By how much the shift moves at most without any one of the targets, m; None with one target.
    """

    bias: Bias
    parts: tuple[str, ...]
    paired: Paired
    error: float
    alone: float | None


def find(
    detections: Detections, targets: Sequence[Target], centre: tuple[float, float] = (0.0, 0.0)
) -> Found | str:
    """Return the bias of one sensor, or in words why there is not enough to tell it.

    Args:
        detections: Of this sensor alone, in any order.
        targets: Co-operative targets, each with two places at least.
        centre: Where the sensor stands, m.
    """
    if not targets:
        return "no co-operative target told where it was"
    if not len(detections):
        return "the sensor detected nothing"
    rough = paired(detections, targets)
    if len(rough) < FEWEST:
        return f"{len(rough)} pairs with a co-operative target, fewer than {FEWEST}"
    for parts in TRIED:
        first = _registered(rough.pairs, centre, parts)
        if first is None:
            continue
        fine = paired(detections, targets, first, centre)
        bias = _registered(fine.pairs, centre, parts) if len(fine) >= FEWEST else None
        if bias is not None and _all_told(bias, parts):
            return _judged(bias, parts, fine, centre)
    return "the targets cannot tell even a shift"


def paired(
    detections: Detections,
    targets: Sequence[Target],
    bias: Bias | None = None,
    centre: tuple[float, float] = (0.0, 0.0),
) -> Paired:
    """Return the pairs that are beyond doubt, within the wide gate, or the narrow one about a bias."""
    time, seen = detections.time, detections.place
    noise = detections.noise[:, 0]
    rows, owners = [], []
    columns: list[tuple[Floats, Floats, Floats]] = []
    for number, target in enumerate(targets):
        place, velocity, sigma = target.at(time)
        spread = np.sqrt(noise + sigma * sigma)
        moved = seen if bias is None else correct(seen, np.nan_to_num(velocity), bias, centre)
        off = np.hypot(*(moved - place).T)
        near = np.flatnonzero(off <= (WIDE if bias is None else NARROW * spread))
        near = near[_alone(detections.time[near])]
        rows.append(near)
        owners.append(np.full(len(near), number, np.int64))
        columns.append((place[near], velocity[near], spread[near]))
    row, owner = np.concatenate(rows), np.concatenate(owners)
    place, velocity, spread = (np.concatenate(part) for part in zip(*columns, strict=True))
    fine = _alone(row)
    pairs = Pairs(seen[row[fine]], place[fine], velocity[fine], spread[fine])
    return Paired(pairs, row[fine].astype(np.int64), owner[fine])


def _alone(values: Ints) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which values are there once."""
    _, where, counts = np.unique(values, return_inverse=True, return_counts=True)
    found: np.ndarray[tuple[int], np.dtype[np.bool_]] = (counts == 1)[where]
    return found


def _registered(pairs: Pairs, centre: tuple[float, float], parts: tuple[str, ...]) -> Bias | None:
    """Return the bias, None where these parts cannot be told apart well."""
    try:
        found = register(pairs, centre, parts)
    except FusionSingularError:
        return None
    return found if found.condition <= WELL else None


def _all_told(bias: Bias, parts: tuple[str, ...]) -> bool:
    """Return whether a turn and a lateness that were looked for are more than their errors."""
    values, sigmas = (bias.east, bias.north, bias.turn, bias.late), np.sqrt(np.diag(bias.covariance))
    return all(
        abs(value) >= SURE * sigma
        for name, value, sigma in zip(PARTS, values, sigmas, strict=True)
        if name in parts and name not in TRIED[-1]
    )


def _judged(bias: Bias, parts: tuple[str, ...], fine: Paired, centre: tuple[float, float]) -> Found:
    pairs = fine.pairs
    left = correct(pairs.seen, pairs.velocity, bias, centre) - pairs.reference
    error = MEDIAN * float(np.median(np.abs(left / pairs.sigma[:, None])))
    wider = max(1.0, error) ** 2
    whole = Bias(
        bias.east, bias.north, bias.turn, bias.late, bias.covariance * wider, bias.condition, bias.outliers
    )
    return Found(whole, parts, fine, error, _alone_shift(bias, parts, fine, centre))


def _alone_shift(
    bias: Bias, parts: tuple[str, ...], fine: Paired, centre: tuple[float, float]
) -> float | None:
    """Return how far the shift moves at most when one target is left out; None where that cannot be told."""
    numbers = np.unique(fine.targets).tolist()
    moved: list[float] = []
    for number in numbers if len(numbers) > 1 else ():
        kept = fine.targets != number
        pairs = fine.pairs
        rest = Pairs(pairs.seen[kept], pairs.reference[kept], pairs.velocity[kept], pairs.sigma[kept])
        other = _registered(rest, centre, parts) if kept.sum() >= FEWEST else None
        if other is None:
            return None
        moved.append(float(np.hypot(other.east - bias.east, other.north - bias.north)))
    return max(moved, default=None)


def targets_of(said: Mapping[str, Sequence[tuple[int, float, float, float]]]) -> dict[str, Target]:
    """Return targets by name from places (ms, x, y, sigma), those with two different times at least."""
    found = {}
    for name in sorted(said):
        places = {one[0]: one for one in sorted(said[name])}
        if len(places) > 1:
            columns = np.array([places[time][1:] for time in sorted(places)], np.float64)
            found[name] = Target(np.array(sorted(places), np.int64), columns[:, :2], columns[:, 2])
    return found

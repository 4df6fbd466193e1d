"""Bias between sensors, from co-operative targets: what each adds to places, turns them by, and is late by.

Weighted least squares over pairs of detections of one target by a sensor and by a reference, with the loss
of Huber 1964, "Robust estimation of a location parameter", Annals of Mathematical Statistics 35(1),
solved by reweighting. Linear in small angles; the reference is trusted. A bias that the targets cannot tell
apart is refused, never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from comity.border.errors import FusionInputError, FusionSingularError

if TYPE_CHECKING:
    from comity.border.fusion.observations import Floats

METHOD: Final = "registration@1"
PARTS: Final = ("east", "north", "turn", "late")
HUBER: Final = 1.345
"""Standard deviations beyond which a residual counts linearly."""
ROUNDS: Final = 50
CONDITION: Final = 1e6
"""Condition number, in scaled columns, beyond which targets cannot tell the parts apart."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Detections of co-operative targets by a sensor, and where a reference says they were.

    Attributes:
        seen: (n, 2) as the sensor says, m.
        reference: (n, 2) at the time the sensor tells, m.
        velocity: (n, 2) by the reference, m/s.
        sigma: (n,) standard deviation of the difference, m each axis.
    """

    seen: Floats
    reference: Floats
    velocity: Floats
    sigma: Floats


@dataclass(frozen=True, slots=True)
class Bias:
    """What a sensor adds.

    Attributes:
        east: m.
        north: m.
        turn: Radians, anticlockwise about the sensor.
        late: Seconds by which it tells a time too late: what it sees is where the target was earlier.
        covariance: Of the parts in the order of `PARTS`; zero where one was not asked for.
        condition: Of the problem in scaled columns: near 1 is good.
        outliers: Pairs that counted for less than in full.
    """

    east: float
    north: float
    turn: float
    late: float
    covariance: Floats
    condition: float
    outliers: int


def register(pairs: Pairs, centre: tuple[float, float] = (0.0, 0.0), parts: tuple[str, ...] = PARTS) -> Bias:
    """Return the bias of a sensor.

    Args:
        pairs: Differences of at least as many numbers as there are parts.
        centre: Where the sensor stands, m.
        parts: Which of `PARTS` to find; the others are taken as none.

    Raises:
        FusionInputError: the pairs have different lengths, or numbers that cannot be.
        FusionSingularError: the targets cannot tell the parts apart.
    """
    chosen = [PARTS.index(part) for part in parts]
    design, differences, sigma = _equations(pairs, centre)
    design = design[:, chosen] / sigma[:, None]
    goal = differences / sigma
    scale = np.linalg.norm(design, axis=0)
    if len(goal) < len(chosen) or not (scale > 0).all():
        raise FusionSingularError(f"{len(pairs.seen)} pairs cannot tell {', '.join(parts)} apart")
    condition = float(np.linalg.cond(design / scale))
    if condition > CONDITION:
        raise FusionSingularError(f"condition number {condition:.2g}: cannot tell {', '.join(parts)} apart")
    found, weight = _robust(design / scale, goal)
    normal = (design * weight[:, None]).T @ design
    full, covariance = np.zeros(len(PARTS)), np.zeros((len(PARTS), len(PARTS)))
    full[chosen] = found / scale
    covariance[np.ix_(chosen, chosen)] = np.linalg.inv(normal)
    east, north, turn, late = full.tolist()
    outliers = int((weight.reshape(-1, 2).min(axis=1) < 1).sum())
    return Bias(east, north, turn, late, covariance, condition, outliers)


def correct(seen: Floats, velocity: Floats, bias: Bias, centre: tuple[float, float] = (0.0, 0.0)) -> Floats:
    """Return (n, 2) places without the bias, for targets of known velocity (n, 2)."""
    arm = seen - np.array(centre)
    turned = np.stack([-arm[:, 1], arm[:, 0]], axis=1)
    found: Floats = seen - np.array([bias.east, bias.north]) - bias.turn * turned + bias.late * velocity
    return found


def _equations(pairs: Pairs, centre: tuple[float, float]) -> tuple[Floats, Floats, Floats]:
    """Return the design (2n, 4), the differences (2n,) and their standard deviations (2n,)."""
    n = len(pairs.seen)
    shapes = (pairs.seen.shape, pairs.reference.shape, pairs.velocity.shape, pairs.sigma.shape)
    if shapes != ((n, 2), (n, 2), (n, 2), (n,)):
        raise FusionInputError(f"pairs of shapes {shapes}")
    numbers = np.concatenate([pairs.seen, pairs.reference, pairs.velocity, pairs.sigma[:, None]], axis=1)
    if not (np.isfinite(numbers).all() and (pairs.sigma > 0).all()):
        raise FusionInputError("pairs with numbers that are not finite, or errors that are not positive")
    arm = pairs.reference - np.array(centre)
    design = np.zeros((n, 2, 4))
    design[:, 0, 0] = design[:, 1, 1] = 1
    design[:, 0, 2], design[:, 1, 2] = -arm[:, 1], arm[:, 0]
    design[:, :, 3] = -pairs.velocity
    differences = (pairs.seen - pairs.reference).ravel()
    return design.reshape(2 * n, 4), differences, np.repeat(pairs.sigma, 2)


def _robust(design: Floats, goal: Floats) -> tuple[Floats, Floats]:
    """Return the solution and the last weights."""
    weight: Floats = np.ones(len(goal))
    found: Floats = np.zeros(design.shape[1])
    for _ in range(ROUNDS):
        root = np.sqrt(weight)
        new = np.asarray(np.linalg.lstsq(design * root[:, None], goal * root, rcond=None)[0], np.float64)
        residual = np.abs(goal - design @ new)
        weight = np.where(residual <= HUBER, 1.0, HUBER / np.maximum(residual, HUBER))
        if np.allclose(new, found, rtol=1e-12, atol=1e-12):
            break
        found = new
    return new, weight

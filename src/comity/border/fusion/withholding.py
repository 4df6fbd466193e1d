"""The price of withholding: how well both know a track together, for each way of sharing it.

For one track and two centres with sensors of their own, the covariances follow from the Kalman recursions
alone, before anything is shared: the officer sees the price before the decision. Everything here is exact for
the linear Gaussian case with certain association; it leaves out which detection belongs to which track.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from comity.border.errors import FusionInputError
from comity.border.fusion.intersection import information, intersect
from comity.border.fusion.tracklets import disturbance, transition

if TYPE_CHECKING:
    from comity.border.fusion.observations import Floats

WAYS: Final = ("plots", "tracklets", "gridded", "blurred", "delayed", "nothing")
"""Every detection; increments; places rounded to a grid; error added; later; not at all."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """Two centres and one track.

    Attributes:
        own: Error of the receiver's sensor, m each axis.
        theirs: Error of the sensor of the side that shares, m.
        every: Time between looks of both, ms.
        exchange: Looks between two exchanges.
        looks: Looks until the price is taken: one exchange at least.
        noise: Power spectral density of the acceleration, m²/s³.
        spread: Standard deviation of a velocity before it was seen, m/s.
        blur: Error that `blurred` adds to each axis of the place, m.
        grid: Side of the cells of `gridded`, m.
        delay: How much later `delayed` comes, ms.
    """

    own: float = 100.0
    theirs: float = 10.0
    every: int = 1000
    exchange: int = 5
    looks: int = 60
    noise: float = 0.5
    spread: float = 15.0
    blur: float = 50.0
    grid: float = 200.0
    delay: int = 10_000


@dataclass(frozen=True, slots=True)
class Price:
    """What one way of sharing costs.

    Attributes:
        way: One of `WAYS`.
        error: Expected error of the place in the picture of the receiver, m, root mean square.
        covariance: (4, 4) of x, y, vx, vy.
        times: Error relative to that of sharing every plot.
    """

    way: str
    error: float
    covariance: Floats
    times: float


def price(sharing: Sharing) -> dict[str, Price]:
    """Return the expected error of the joint picture under each way of sharing, right after an exchange.

    `blurred`, `gridded` and `delayed` break the chain of increments, and the receiver must not count on
    independence: it fuses by covariance intersection, and the error is what it may claim; the true one is not
    larger. A grid is an error evenly spread over a cell, of standard deviation side / sqrt(12).

    Raises:
        FusionInputError: a number is not positive.
    """
    values = (sharing.own, sharing.theirs, sharing.every, sharing.exchange, sharing.looks, sharing.noise)
    if min(values) <= 0 or sharing.spread <= 0 or min(sharing.blur, sharing.grid, sharing.delay) < 0:
        raise FusionInputError("errors, times and counts of sharing must be positive")
    looks = max(1, sharing.looks // sharing.exchange) * sharing.exchange
    own, theirs = (_known(sharing, looks, (sigma,)) for sigma in (sharing.own, sharing.theirs))
    found = {
        "plots": _known(sharing, looks, (sharing.own, sharing.theirs)),
        "tracklets": _by_tracklets(sharing, looks),
        "gridded": _met(own, _blurred(theirs, sharing.grid / math.sqrt(12))),
        "blurred": _met(own, _blurred(theirs, sharing.blur)),
        "delayed": _met(own, _delayed(sharing, looks)),
        "nothing": own,
    }
    best = _error(found["plots"])
    return {way: Price(way, _error(found[way]), found[way], _error(found[way]) / best) for way in WAYS}


def _known(sharing: Sharing, looks: int, sigmas: tuple[float, ...]) -> Floats:
    """Return the covariance after so many looks of some sensors, the last one included."""
    variance = 1 / sum(sigma**-2 for sigma in sigmas)
    found = np.diag([variance, variance, sharing.spread**2, sharing.spread**2])
    step, noise = _motion(sharing)
    for _ in range(1, looks):
        found = _seen(step @ found @ step.T + noise, variance)[0]
    return found


def _motion(sharing: Sharing) -> tuple[Floats, Floats]:
    """Return the matrix of one step, and the covariance of the noise that comes with it."""
    dt = sharing.every / 1000
    return transition(dt), disturbance(dt, sharing.noise)


def _seen(covariance: Floats, variance: float) -> tuple[Floats, Floats]:
    """Return a covariance after a detection of the place, and the gain (4, 2)."""
    gain = covariance[:, :2] @ np.linalg.inv(covariance[:2, :2] + variance * np.eye(2))
    left = np.eye(4)
    left[:, :2] -= gain
    return left @ covariance @ left.T + variance * gain @ gain.T, gain


def _by_tracklets(sharing: Sharing, looks: int) -> Floats:
    """Return the true covariance of the error of the sum of increments, exchanged every few looks.

    The errors of three estimates are followed together, with the noise of the process that they share: of the
    sum, of the partner now, and of the partner at the last exchange. What the sum believes of itself is a
    little less than this where an exchange spans several looks.
    """
    mine, theirs = sharing.own**2, sharing.theirs**2
    both, wide = mine * theirs / (mine + theirs), sharing.spread**2
    near = np.array([[both, both, both], [both, theirs, theirs], [both, theirs, theirs]])
    errors = np.kron(near, np.diag([1.0, 1, 0, 0])) + np.kron(np.ones((3, 3)), np.diag([0, 0, wide, wide]))
    believed = [errors[k : k + 4, k : k + 4].copy() for k in (0, 4, 8)]
    step, noise = _motion(sharing)
    steps, noises = np.kron(np.eye(3), step), np.kron(np.ones((3, 3)), noise)
    for look in range(2, looks + 1):
        believed = [step @ one @ step.T + noise for one in believed]
        errors = steps @ errors @ steps.T + noises
        for k, variance in ((0, mine), (1, theirs)):
            believed[k], gain = _seen(believed[k], variance)
            errors = _corrected(errors, 4 * k, gain, variance)
        if look % sharing.exchange == 0:
            prior, new, old = (information(one) for one in believed)
            fused = information(prior + new - old)
            mix = np.zeros((12, 12))
            mix[:4] = np.hstack([fused @ prior, fused @ new, -fused @ old])
            mix[4:8, 4:8] = mix[8:, 4:8] = np.eye(4)
            errors = mix @ errors @ mix.T
            believed = [fused, believed[1], believed[1]]
    found: Floats = errors[:4, :4]
    return found


def _corrected(errors: Floats, at: int, gain: Floats, variance: float) -> Floats:
    """Return the stacked errors after the estimate at a row took a detection of its own."""
    left = np.eye(12)
    left[at : at + 4, at : at + 2] -= gain
    found: Floats = left @ errors @ left.T
    found[at : at + 4, at : at + 4] += variance * gain @ gain.T
    return found


def _blurred(covariance: Floats, sigma: float) -> Floats:
    return covariance + np.diag([sigma**2, sigma**2, 0.0, 0.0])


def _delayed(sharing: Sharing, looks: int) -> Floats | None:
    """Return what was known at the latest look that may be told, moved on to now; None without."""
    behind = math.ceil(sharing.delay / sharing.every)
    if behind >= looks:
        return None
    dt = behind * sharing.every / 1000
    known = _known(sharing, looks - behind, (sharing.theirs,))
    found: Floats = transition(dt) @ known @ transition(dt).T + disturbance(dt, sharing.noise)
    return found


def _met(own: Floats, other: Floats | None) -> Floats:
    """Return the intersection, or what is known alone where that is better of the place."""
    if other is None:
        return own
    zero = np.zeros(4)
    fused = intersect((zero, own), (zero, other))[1]
    return fused if _error(fused) < _error(own) else own


def _error(covariance: Floats) -> float:
    return math.sqrt(covariance[0, 0] + covariance[1, 1])

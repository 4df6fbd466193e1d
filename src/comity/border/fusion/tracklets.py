"""Tracklets: what one centre learned of a track since it last said something, and nothing it was told.

A tracklet is an increment of information, dI = P^-1 - P'^-1 and di = P^-1 x - P'^-1 x', where x, P is the
estimate now and x', P' the one at the last tracklet, predicted to now. Increments of two centres that looked
with different sensors are independent but for the shared process noise, and add up: Chong, Mori, Barker and
Chang 2000, "Architectures and algorithms for track association and fusion", IEEE AES Systems Magazine 15(1);
Drummond 1997, "A hybrid sensor fusion algorithm architecture and tracklets", SPIE 3163. With one tracklet for
each look the sum is the central estimate exactly; with a longer span it is an approximation, since the
process noise within the span is shared.

`previous` chains tracklets by hash: a receiver that keeps the chain can show that none was counted twice.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from comity.border.errors import FusionInputError
from comity.border.fusion.intersection import information

if TYPE_CHECKING:
    from comity.border.fusion.observations import Floats

FIRST: Final = ""
"""What the first tracklet of a chain names as the one before."""
FINE: Final = 9
"""Decimals to which increments are written, so that both sides hold the same."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A Gaussian estimate: time in ms, mean (4,) of x, y, vx, vy, covariance (4, 4)."""

    time: int
    mean: Floats
    covariance: Floats


@dataclass(frozen=True, slots=True)
class Tracklet:
    """What was learned of a track between two times.

    Attributes:
        track: Name of the track at the centre that says it.
        since: Time of the tracklet before, ms; equal to `time` in the first.
        time: Of this one, ms.
        matrix: (4, 4) dI.
        vector: (4,) di.
        previous: Digest of the tracklet before, empty for the first.
    """

    track: str
    since: int
    time: int
    matrix: Floats
    vector: Floats
    previous: str = FIRST

    def digest(self) -> str:
        """Return SHA-256 in hex of what is said, its numbers as decimal strings."""
        numbers = [f"{value:.{FINE}e}" for value in (*self.matrix.ravel(), *self.vector)]
        said = [self.track, self.since, self.time, numbers, self.previous]
        return hashlib.sha256(b"comity/tracklet/v1\n" + json.dumps(said).encode()).hexdigest()


def predict(estimate: Estimate, time: int, noise: float) -> Estimate:
    """Return an estimate moved on to a later time (Bar-Shalom, Li and Kirubarajan 2001, section 6.2.2).

    Args:
        estimate: At its own time.
        time: ms, not before that of the estimate.
        noise: Power spectral density of the acceleration, m²/s³.

    Raises:
        FusionInputError: the time is before that of the estimate.
    """
    dt = (time - estimate.time) / 1000
    if dt < 0:
        raise FusionInputError(f"an estimate of {estimate.time} cannot be predicted back to {time}")
    step = transition(dt)
    covariance = step @ estimate.covariance @ step.T + disturbance(dt, noise)
    return Estimate(time, step @ estimate.mean, covariance)


def transition(dt: float) -> Floats:
    """Return the matrix (4, 4) that moves a state on by `dt` seconds."""
    found = np.eye(4)
    found[0, 2] = found[1, 3] = dt
    return found


def disturbance(dt: float, noise: float) -> Floats:
    """Return the covariance (4, 4) of white noise of acceleration, m²/s³, over `dt` seconds."""
    found = np.diag([dt**3 / 3, dt**3 / 3, dt, dt])
    found[0, 2] = found[2, 0] = found[1, 3] = found[3, 1] = dt**2 / 2
    return noise * found


def assumed(spread: float) -> Floats:
    """Return the information (4, 4) before anything was seen: none of the place, little of the velocity."""
    return np.diag([0.0, 0.0, spread**-2, spread**-2])


def first(estimate: Estimate, track: str, spread: float) -> Tracklet:
    """Return the tracklet that starts a chain: all that was learned, less what both assume beforehand.

    Args:
        estimate: What is known by own sensors alone.
        track: Its name.
        spread: Standard deviation of a velocity before it was seen, m/s, as both agreed.
    """
    known = information(estimate.covariance)
    vector = known @ estimate.mean
    return _written(Tracklet(track, estimate.time, estimate.time, known - assumed(spread), vector))


def begin(tracklet: Tracklet, spread: float) -> Estimate:
    """Return the estimate that a first tracklet makes where nothing is known."""
    covariance = information(tracklet.matrix + assumed(spread))
    return Estimate(tracklet.time, covariance @ tracklet.vector, covariance)


def increment(now: Estimate, last: Estimate, before: Tracklet, noise: float) -> Tracklet:
    """Return what was learned since the last tracklet.

    Args:
        now: What is known now, by own sensors alone.
        last: What was known at the last tracklet.
        before: That tracklet.
        noise: Power spectral density of the acceleration, m²/s³.
    """
    known = predict(last, now.time, noise)
    new, old = information(now.covariance), information(known.covariance)
    vector = new @ now.mean - old @ known.mean
    return _written(Tracklet(before.track, last.time, now.time, new - old, vector, before.digest()))


def add(estimate: Estimate, tracklets: list[Tracklet]) -> Estimate:
    """Add tracklets of one time to an estimate of that time.

    Raises:
        FusionInputError: the times differ, or what comes out is no covariance.
    """
    matrix = information(estimate.covariance)
    vector = matrix @ estimate.mean
    for one in tracklets:
        if one.time != estimate.time:
            raise FusionInputError(
                f"a tracklet of {one.time} cannot be added to an estimate of {estimate.time}"
            )
        matrix, vector = matrix + one.matrix, vector + one.vector
    covariance = information(matrix)
    return Estimate(estimate.time, covariance @ vector, covariance)


@dataclass(slots=True)
class Chain:
    """What a receiver keeps of a partner's track: the last digest and time it used.

    Attributes:
        track: Name at the partner.
        last: Digest of the last tracklet used.
        time: Its time, ms.
    """

    track: str
    last: str = FIRST
    time: int = 0

    def takes(self, tracklet: Tracklet) -> bool:
        """Return whether a tracklet continues the chain; if so it counts as used, and never again.

        Where it does not (a repeat, a gap, another track), its sender's whole estimate may be fused by
        covariance intersection, which counts nothing twice.
        """
        follows = tracklet.track == self.track and tracklet.previous == self.last
        timely = tracklet.since == (self.time if self.last else tracklet.time) and tracklet.time >= self.time
        if not (follows and timely):
            return False
        self.last, self.time = tracklet.digest(), tracklet.time
        return True


def _written(tracklet: Tracklet) -> Tracklet:
    """Return a tracklet symmetric, and with numbers that its digest tells apart."""
    matrix = (tracklet.matrix + tracklet.matrix.T) / 2
    return Tracklet(tracklet.track, tracklet.since, tracklet.time, matrix, tracklet.vector, tracklet.previous)

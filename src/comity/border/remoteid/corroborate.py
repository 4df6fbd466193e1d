"""Whether a claim is borne out: by its own motion, and by tracks of sensors that nobody can send.

A claim that moves as nothing can move contradicts itself. One whose places are within the gate of one track
(squared Mahalanobis distance with both covariances, 99 % of chi-square with two degrees of freedom) is
corroborated; one that is not seen where a sensor looks is contradicted. Where no sensor looks, and where
there are fewer than five places, nobody can tell. This is never a finding about anybody.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise
from math import cos, hypot, radians, sin, sqrt
from typing import TYPE_CHECKING, Final, Literal

from comity.border.remoteid.claims import places

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from comity.border.remoteid.claims import Claim
    from comity.border.remoteid.decode import Location

    Place = tuple[int, float, float, Location]

METHOD: Final = "remote-id-corroboration@1"
FEWEST: Final = 5
GATE: Final = 9.210
"""99 % of chi-square with two degrees of freedom."""
APART: Final = 5_000
"""Milliseconds to the samples of a track, within which its place is told between them."""
FASTEST: Final = 350.0
SLACK: Final = 3.0
"""m/s and metres by which a claim's own figures may differ besides their accuracy."""
DEFAULT_SIGMA: Final = 30.0
ENOUGH, TOO_FEW = 0.8, 0.2
AXIS, FLATTENING = 6_378_137.0, 1 / 298.257223563

Verdict = Literal["corroborated", "contradicted", "cannot tell"]


@dataclass(frozen=True, slots=True)
class Seen:
    """A sample of a track: ms UTC, degrees, standard deviation in metres, probability that it exists."""

    time: int
    longitude: float
    latitude: float
    sigma: float
    existence: float = 1.0


@dataclass(frozen=True, slots=True)
class Corroboration:
    """What a claim is worth.

    Attributes:
        verdict: Corroborated, contradicted, or cannot tell.
        score: Part of the claimed places that one track bears out, 0 to 1; None where nothing could.
        track: The track that bears out most.
        held: Places that could be held against a track, or against a sensor that looks there.
        fitting: Of these, the ones within the gate.
        impossible: Steps between places that nothing can take, or that its own speed does not explain.
        reason: In words.
    """

    verdict: Verdict
    score: float | None
    track: str
    held: int
    fitting: int
    impossible: int
    reason: str


def corroborate(
    claim: Claim,
    tracks: dict[str, Sequence[Seen]],
    covered: Callable[[int, float, float], bool] | None = None,
) -> Corroboration:
    """Hold a claim against tracks.

    Args:
        claim: The claim.
        tracks: Samples by track.
        covered: Whether a sensor would have seen something at a time (ms UTC), longitude and latitude;
            without it no absence of a track counts against a claim.
    """
    said = list(places(claim))
    impossible = sum(not _possible(one, other) for one, other in pairwise(said))
    fits: dict[str, int] = {}
    held: dict[str, int] = {}
    lines = {name: sorted(samples, key=lambda one: one.time) for name, samples in sorted(tracks.items())}
    times = {name: [one.time for one in samples] for name, samples in lines.items()}
    looked = 0
    for time, lon, lat, location in said:
        # The standard's accuracies are 95 % bounds; a Rayleigh 95 % is 2.45 standard deviations of an axis.
        sigma = (location.horizontal_accuracy or DEFAULT_SIGMA * 2.45) / 2.45
        looked += covered is not None and covered(time, lon, lat)
        for name, samples in lines.items():
            at = between(samples, times[name], time)
            if at is not None:
                held[name] = held.get(name, 0) + 1
                far = metres((lon, lat), (at.longitude, at.latitude))
                fits[name] = fits.get(name, 0) + (far**2 / (sigma**2 + at.sigma**2) <= GATE)
    best = max(sorted(fits), key=lambda name: (fits[name], -held[name]), default="")
    return _verdict(len(said), impossible, best, (fits.get(best, 0), held.get(best, 0), looked))


def _verdict(said: int, impossible: int, best: str, counted: tuple[int, int, int]) -> Corroboration:
    fitting, beside, looked = counted
    held = max(looked, beside if fitting else 0)
    score = None if not held else round(fitting / held, 4)
    bad = impossible > max(1, said // 20)

    def told(verdict: Verdict, reason: str) -> Corroboration:
        return Corroboration(verdict, score, best if fitting else "", held, fitting, impossible, reason)

    if said < FEWEST:
        return told("cannot tell", f"{said} places with a time, fewer than {FEWEST}")
    if bad:
        return told("contradicted", f"{impossible} of {said - 1} steps that nothing takes, or its own speed")
    if score is None or held < FEWEST:
        return told("cannot tell", "no sensor looked where it says it was")
    if score >= ENOUGH:
        return told("corroborated", f"{fitting} of {held} places are those of track {best}")
    if looked >= FEWEST and score <= TOO_FEW:
        return told("contradicted", f"a sensor looked at {looked} places, {fitting} have a track")
    return told("cannot tell", f"{fitting} of {held} places have a track")


def between(samples: Sequence[Seen], times: Sequence[int], time: int) -> Seen | None:
    """Return where a track was at a time, between two samples or beside one; None where it does not say."""
    after = bisect_left(times, time)
    near = [at for at in (after - 1, after) if 0 <= at < len(times) and abs(times[at] - time) <= APART]
    if not near:
        return None
    first, last = samples[near[0]], samples[near[-1]]
    if first.time == last.time:
        # Beside one sample alone a track may have moved on: its error grows with the time between.
        drift = abs(time - first.time) / 1000 * 15.0
        sigma = sqrt(first.sigma**2 + drift**2)
        return Seen(time, first.longitude, first.latitude, sigma, first.existence)
    part = (time - first.time) / (last.time - first.time)
    return Seen(
        time,
        first.longitude + part * (last.longitude - first.longitude),
        first.latitude + part * (last.latitude - first.latitude),
        max(first.sigma, last.sigma),
        min(first.existence, last.existence),
    )


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the distance of two places (longitude, latitude) on WGS 84, right to 0.1 % below 50 km."""
    middle = radians((one[1] + other[1]) / 2)
    square = FLATTENING * (2 - FLATTENING)
    bend = 1 - square * sin(middle) ** 2
    east = radians((other[0] - one[0] + 180) % 360 - 180) * cos(middle) * AXIS / sqrt(bend)
    north = radians(other[1] - one[1]) * AXIS * (1 - square) / bend**1.5
    return hypot(east, north)


def _possible(one: Place, other: Place) -> bool:
    """Return whether something can have gone from one place to the next at the speeds it names itself."""
    far, seconds = metres(one[1:3], other[1:3]), (other[0] - one[0]) / 1000
    if seconds <= 0:
        # Two places at one time are two things, unless they are as near as the accuracy of a message.
        return far <= 10 * SLACK
    if far / seconds > FASTEST:
        return False
    speed, later = one[3].speed, other[3].speed
    if speed is None or later is None:
        return True
    return far <= (max(speed, later) + SLACK) * seconds * 1.5 + 10 * SLACK

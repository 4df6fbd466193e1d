"""What the store of tracks tells, row by row: tracks, own patrols, silences, and what was set aside."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """A track at one moment.

    Attributes:
        time: Of the look after which it was told, ms UTC.
        track: Its name.
        kind: Class of the object in words.
        x: m east of the origin.
        y: m north.
        vx: m/s.
        vy: m/s.
        moments: Ten covariances as in `fusion.picture.Tracks`.
        existence: Probability that it is there.
        born: First detection, ms UTC.
        seen: Last detection, ms UTC.
        hits: Number of detections.
        claim: Who says it is this (a Remote ID or the like), nothing where nobody does.
        corroboration: Part of the claimed places that the track bears out; None without a claim.
        patrol: The own patrol whose track it is, by the receiver that it carries; nothing where it is none.
    """

    time: int
    track: str
    kind: str
    x: float
    y: float
    vx: float
    vy: float
    moments: tuple[float, ...]
    existence: float
    born: int
    seen: int
    hits: int
    claim: str = ""
    corroboration: float | None = None
    patrol: str = ""


class Whereabouts(NamedTuple):
    """Where an own patrol was at a moment (ms UTC, degrees, m), and the track that was its own, if any."""

    at: int
    patrol: str
    lat: float
    lon: float
    sigma: float
    track: str
    score: float | None


class Silence(NamedTuple):
    """A sensor without a word: since when, and until when (ms UTC); None while it lasts."""

    sensor: str
    since: int
    until: int | None


class SetAside(NamedTuple):
    """How many observations of a sensor were set aside, and why."""

    sensor: str
    reason: str
    number: int

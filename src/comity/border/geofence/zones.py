"""What is watched: an area with holes, or a line, in metres of the local plane that tracks are in."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from math import isfinite
from typing import TYPE_CHECKING, Any, Final, Literal

from comity.border.errors import ZoneError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Point = tuple[float, float]
Ring = tuple[Point, ...]

MOST_POINTS: Final = 200_000
FEWEST: Final = {"area": 3, "line": 2}
FARTHEST: Final = 1e8
"""Metres; coordinates beyond this are a mistake of units."""


@dataclass(frozen=True, slots=True)
class Zone:
    """An area or a line with what is asked of it.

    Attributes:
        slug: Natural name.
        shape: Area, or line.
        rings: Of an area the outer ring and its holes, of a line its one run of points; a ring need not
            repeat its first point.
        approach: Metres outside within which a track approaches; 0 asks nothing.
        dwell: Seconds inside after which a track dwells; 0 asks nothing.
        severity: Of what it gives cause to, as in CAP.
    """

    slug: str
    shape: Literal["area", "line"]
    rings: tuple[Ring, ...]
    approach: float = 0.0
    dwell: float = 0.0
    severity: Literal["Minor", "Moderate", "Severe", "Extreme"] = "Minor"
    edges: tuple[tuple[float, float, float, float], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check the points and lay out the edges.

        Raises:
            ZoneError: the shape cannot be watched.
        """
        if self.shape not in FEWEST or not self.rings or (self.shape == "line" and len(self.rings) > 1):
            raise ZoneError(f"{self.slug}: an area has rings, a line one run of points")
        if not (0 <= self.approach < FARTHEST and 0 <= self.dwell < FARTHEST):
            raise ZoneError(f"{self.slug}: approach and dwell are not negative")
        if sum(len(ring) for ring in self.rings) > MOST_POINTS:
            raise ZoneError(f"{self.slug}: more than {MOST_POINTS} points")
        object.__setattr__(self, "edges", tuple(e for ring in self.rings for e in self._edges(ring)))

    def _edges(self, ring: Ring) -> Iterator[tuple[float, float, float, float]]:
        if any(not (isfinite(c) and abs(c) <= FARTHEST) for point in ring for c in point):
            raise ZoneError(f"{self.slug}: a coordinate is no number of metres")
        points = [point for at, point in enumerate(ring) if at == 0 or point != ring[at - 1]]
        if self.shape == "area" and len(points) > 1 and points[0] == points[-1]:
            points.pop()
        if len(points) < FEWEST[self.shape]:
            raise ZoneError(f"{self.slug}: fewer than {FEWEST[self.shape]} different points in a run")
        if self.shape == "area":
            points.append(points[0])
        for (x, y), (u, v) in pairwise(points):
            yield x, y, u, v


def from_json(given: Mapping[str, Any]) -> Zone:
    """Return a zone from JSON data: `slug`, `shape`, `rings`, perhaps `approach`, `dwell`, `severity`.

    Raises:
        ZoneError: it is malformed.
    """
    try:
        rings = tuple(tuple((float(x), float(y)) for x, y in ring) for ring in given["rings"])
        more = {name: given[name] for name in ("approach", "dwell", "severity") if name in given}
        return Zone(str(given["slug"]), given["shape"], rings, **more)
    except (KeyError, TypeError, ValueError) as error:
        raise ZoneError(f"a zone has slug, shape and rings of points: {error!r}") from error


def cuts(zone: Zone, before: Point, after: Point) -> bool:
    """Return whether the straight way between two places meets an edge of a zone."""
    for x, y, u, v in zone.edges:
        one, other = (x, y), (u, v)
        apart = _turn(before, after, one) * _turn(before, after, other)
        if apart <= 0 and _turn(one, other, before) * _turn(one, other, after) <= 0:
            return True
    return False


def _turn(one: Point, other: Point, third: Point) -> float:
    return (other[0] - one[0]) * (third[1] - one[1]) - (other[1] - one[1]) * (third[0] - one[0])

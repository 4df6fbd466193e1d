"""Places: on the null island, with swapped coordinates, outside of the sector, faster than anything moves.

A sensor that sees many objects says nothing of which is which, so that the speed from the last sound place is
only checked where one feature of interest is one object; the speed that an observation states itself, always.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

NULL_ISLAND: Final = 0.01
"""Degrees around 0, 0."""
POLE: Final = 90.0
ANTIMERIDIAN: Final = 180.0
METRES_A_DEGREE: Final = 111_195.0
"""On a sphere of 6,371 km."""
FASTEST: Final = {"person-size": 15.0, "boat": 40.0, "vehicle": 70.0, "air": 350.0, "unknown": 350.0}
"""Metres a second that no object of a class exceeds; a receiver's own error comes on top."""
SLACK: Final = 150.0
"""Metres that two fixes may be wrong by together."""
AGREE: Final = 3
"""Fixes in a row that agree with each other and not with what was before: the object is there."""
SECOND: Final = 1_000_000


class Fix(NamedTuple):
    """A place: degrees, or metres of the sector's plane (`plane`), with its class and stated speed, m/s."""

    time: int
    a: float
    b: float
    plane: bool
    kind: str
    speed: float


@dataclass(frozen=True, slots=True)
class Box:
    """A sector: degrees, and metres of its own plane."""

    west: float
    south: float
    east: float
    north: float
    plane: tuple[float, float, float, float] | None = None

    def holds(self, lat: float, lon: float) -> bool:
        """Whether a place is inside."""
        return self.south <= lat <= self.north and self.west <= lon <= self.east


def fix_of(time: int, result: Any) -> Fix | None:
    """Return the place that a result names, None where it names none."""
    if not isinstance(result, dict):
        return None
    for first, second, plane in (("lat", "lon", False), ("x", "y", True)):
        a: Any = result.get(first)
        b: Any = result.get(second)
        if _is_number(a) and _is_number(b):
            return Fix(time, float(a), float(b), plane, str(result.get("class", "unknown")), _speed(result))
    coordinates = result.get("coordinates")
    if result.get("type") == "Point" and isinstance(coordinates, list) and len(coordinates) >= 2:  # noqa: PLR2004 - longitude, latitude
        lon, lat = coordinates[:2]
        if _is_number(lon) and _is_number(lat):
            return Fix(time, float(lat), float(lon), False, "unknown", 0.0)
    return None


def fixes_of(time: int, result: Any) -> list[Fix] | None:
    """Return the places that a result names: one, those of a look, or None where it names none."""
    if isinstance(result, dict) and isinstance(result.get("detections"), list):
        found = [fix_of(time, one) for one in result["detections"]]
        return None if None in found else [one for one in found if one is not None]
    fix = fix_of(time, result)
    return None if fix is None else [fix]


def place_flag(fix: Fix, box: Box | None) -> str:
    """Return what is wrong with a place by itself, nothing where nothing is."""
    if not (math.isfinite(fix.a) and math.isfinite(fix.b)):
        return "outside"
    if fix.plane:
        west, south, east, north = (
            box.plane if box and box.plane else (-math.inf, -math.inf, math.inf, math.inf)
        )
        return "" if west <= fix.a <= east and south <= fix.b <= north else "outside"
    lat, lon = fix.a, fix.b
    if abs(lat) < NULL_ISLAND and abs(lon) < NULL_ISLAND and not (box and box.holds(lat, lon)):
        return "null-island"
    on_earth = abs(lat) <= POLE and abs(lon) <= ANTIMERIDIAN
    if on_earth and (box is None or box.holds(lat, lon)):
        return ""
    if (box is None and abs(lon) <= POLE and abs(lat) <= ANTIMERIDIAN) or (box and box.holds(lon, lat)):
        return "swapped"
    return "outside"


def too_fast(fix: Fix) -> bool:
    """Whether a place states a speed that nothing of its class has."""
    return fix.speed > FASTEST.get(fix.kind, FASTEST["unknown"])


def speed_flags(fixes: Iterable[Fix], before: Fix | None = None) -> list[str]:
    """Return `speed` for each place of one object that it cannot have reached; places that are sound alone.

    Args:
        fixes: In the order of time.
        before: The last sound place before them.
    """
    way = Way(before)
    return ["" if way.takes(fix) else "speed" for fix in fixes]


class Way:
    """Where one object was, place by place: what it cannot have reached is not taken.

    Args:
        last: The last sound place.
        doubted: Places after it that agree with each other and not with it.
    """

    def __init__(self, last: Fix | None = None, doubted: Iterable[Fix] = ()) -> None:
        self.last = last
        self.doubted = list(doubted)

    def takes(self, fix: Fix) -> bool:
        """Take a place; return whether the object may be there."""
        if self.last is not None and not reached(self.last, fix):
            agrees = not self.doubted or reached(self.doubted[-1], fix)
            self.doubted = [*self.doubted, fix] if agrees else [fix]
            if len(self.doubted) < AGREE:
                return False
        self.last, self.doubted = fix, []
        return True


def reached(one: Fix, other: Fix) -> bool:
    """Whether an object may have been at both places."""
    if one.plane != other.plane:
        return True  # two planes: nothing can be told
    fastest = min(FASTEST.get(fix.kind, FASTEST["unknown"]) for fix in (one, other))
    return distance(one, other) <= fastest * abs(other.time - one.time) / SECOND + SLACK


def distance(one: Fix, other: Fix) -> float:
    """Return metres between two places: in the plane, or by the haversine formula on a sphere."""
    if one.plane:
        return math.hypot(other.a - one.a, other.b - one.b)
    rise, turn = math.radians(other.a - one.a), math.radians(other.b - one.b)
    lats = math.cos(math.radians(one.a)) * math.cos(math.radians(other.a))
    part = math.sin(rise / 2) ** 2 + lats * math.sin(turn / 2) ** 2
    return 2 * math.degrees(math.asin(min(1.0, math.sqrt(part)))) * METRES_A_DEGREE


def _speed(result: dict[str, Any]) -> float:
    given: Any = result.get("velocity")
    if isinstance(given, list) and len(given) == 2 and all(_is_number(one) for one in given):  # noqa: PLR2004 - east, north
        return math.hypot(*given)
    return float(given) if _is_number(given) else 0.0


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)

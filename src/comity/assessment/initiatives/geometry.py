"""Distances and outlines: is a point inside a country, and if not, how far off.

Distances are great circles on a sphere of the mean radius of the Earth (IUGG, 6371.0088 km): up to 0.6 % off
the ellipsoid, far below what these sources differ by. Outlines are rings of (longitude, latitude) as in
GeoJSON (RFC 7946); a point inside an odd number of rings is inside (even-odd rule).
"""

from __future__ import annotations

import json
from math import asin, cos, hypot, radians, sin, sqrt
from typing import TYPE_CHECKING, Any, Final

from comity.assessment.initiatives.errors import DataFileError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    Ring = Sequence[tuple[float, float]]

RADIUS_KM: Final = 6371.0088
POLE: Final = 90.0
DATE_LINE: Final = 180.0


def kilometres(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Return the great-circle distance of two points in degrees, in km (haversine formula)."""
    north, east = radians(other_lat - lat) / 2, radians(other_lon - lon) / 2
    part = sin(north) ** 2 + cos(radians(lat)) * cos(radians(other_lat)) * sin(east) ** 2
    return 2 * RADIUS_KM * asin(sqrt(min(part, 1.0)))


def possible(lat: float, lon: float) -> bool:
    """Whether the two can be a latitude and a longitude."""
    return abs(lat) <= POLE and abs(lon) <= DATE_LINE


class Outline:
    """The area of one country, as several polygons of which any may hold a point.

    Args:
        polygons: Each a list of rings, the first its outer one.
    """

    def __init__(self, polygons: Sequence[Sequence[Ring]]) -> None:
        self._polygons = [(polygon, _box(polygon[0])) for polygon in polygons if polygon and polygon[0]]

    def holds(self, lat: float, lon: float) -> bool:
        """Whether a point lies inside."""
        return any(
            west <= lon <= east and south <= lat <= north and _inside(polygon, lon, lat)
            for polygon, (west, south, east, north) in self._polygons
        )

    def off_by(self, lat: float, lon: float) -> float:
        """Return how many km a point lies outside; 0 inside."""
        if self.holds(lat, lon):
            return 0.0
        return min(
            _to_segment(lon, lat, one, other)
            for polygon, _ in self._polygons
            for ring in polygon
            for one, other in zip(ring, [*ring[1:], ring[0]], strict=True)
        )


def outlines(path: Path, code: str = "country_a2") -> dict[str, Outline]:
    """Read a GeoJSON file of areas; those of one country, by the property `code`, are put together.

    Raises:
        DataFileError: it is no such file.
    """
    try:
        features = json.loads(path.read_bytes())["features"]
        polygons: dict[str, list[Any]] = {}
        for feature in features:
            shape = feature["geometry"]
            several = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
            polygons.setdefault(feature["properties"][code], []).extend(several)
    except (ValueError, KeyError, TypeError, UnicodeDecodeError) as error:
        raise DataFileError(f"{path.name}: no GeoJSON of areas with {code}: {error!r}") from error
    return {name: Outline(_pairs(found)) for name, found in polygons.items()}


def swapped_inside(outline: Outline | None, lat: float, lon: float) -> bool:
    """Whether the two look exchanged: impossible or outside as written, inside the other way."""
    if outline is None:
        return not possible(lat, lon) and possible(lon, lat)
    written = possible(lat, lon) and outline.holds(lat, lon)
    return not written and possible(lon, lat) and outline.holds(lon, lat)


def _pairs(polygons: Sequence[Any]) -> list[list[list[tuple[float, float]]]]:
    return [[[(float(at[0]), float(at[1])) for at in ring] for ring in polygon] for polygon in polygons]


def _box(ring: Ring) -> tuple[float, float, float, float]:
    east, north = [at[0] for at in ring], [at[1] for at in ring]
    return min(east), min(north), max(east), max(north)


def _inside(polygon: Sequence[Ring], x: float, y: float) -> bool:
    odd = False
    for ring in polygon:
        for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
            if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
                odd = not odd
    return odd


def _to_segment(x: float, y: float, one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the distance of a point to a short segment in km, on a plane tangent at the point."""
    scale = radians(1) * RADIUS_KM
    ax, ay = (one[0] - x) * scale * cos(radians(y)), (one[1] - y) * scale
    bx, by = (other[0] - x) * scale * cos(radians(y)), (other[1] - y) * scale
    dx, dy = bx - ax, by - ay
    square = dx * dx + dy * dy
    along = 0.0 if square == 0 else max(0.0, min(1.0, -(ax * dx + ay * dy) / square))
    return hypot(ax + along * dx, ay + along * dy)

"""Plane geometry of GeoJSON for filters: which shapes meet, hold each other, how far they lie apart.

Points, lines, polygons with holes, and collections of them, in degrees as they are written: a filter of a
service, no legal boundary. Coordinates are longitude, latitude (RFC 7946); WKT is read for literals.
Crossing counts follow the even-odd rule; a boundary belongs to its shape.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

Point = tuple[float, float]
MOST_POINTS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Shape:
    """A set of the plane: single points, open lines, rings of polygons (the first outer, others holes)."""

    points: tuple[Point, ...] = ()
    lines: tuple[tuple[Point, ...], ...] = ()
    polygons: tuple[tuple[tuple[Point, ...], ...], ...] = ()

    def segments(self) -> list[tuple[Point, Point]]:
        """Return every segment of lines and rings."""
        rings = [ring for polygon in self.polygons for ring in polygon]
        return [pair for line in (*self.lines, *rings) for pair in pairwise(line)]

    def corners(self) -> list[Point]:
        """Return every point that is written."""
        rings = [point for polygon in self.polygons for ring in polygon for point in ring]
        return [*self.points, *(point for line in self.lines for point in line), *rings]

    def holds(self, point: Point) -> bool:
        """Whether a point belongs to it."""
        if point in self.points or any(_on(point, a, b) for a, b in self.segments()):
            return True
        return any(_inside(point, polygon) for polygon in self.polygons)

    def length(self) -> float:
        """Return the length of its lines, degrees; 0 for points and areas."""
        return sum(math.dist(a, b) for line in self.lines for a, b in pairwise(line))


def intersects(a: Shape, b: Shape) -> bool:
    """Whether they share a point."""
    if any(b.holds(point) for point in a.corners()) or any(a.holds(point) for point in b.corners()):
        return True
    others = b.segments()
    return any(_cross(*one, *other) for one in a.segments() for other in others)


def within(a: Shape, b: Shape) -> bool:
    """Whether all of `a` belongs to `b`: ends, what lies between any two cuts, and no hole of `b` in it."""
    if not a.corners() or not all(b.holds(point) for point in a.corners()):
        return False
    edges = b.segments()
    for start, end in a.segments():
        cuts = sorted({0.0, 1.0, *(t for edge in edges for t in _cuts(start, end, *edge))})
        for low, high in pairwise(cuts):
            middle = (low + high) / 2
            at = (start[0] + middle * (end[0] - start[0]), start[1] + middle * (end[1] - start[1]))
            if high - low > 1e-12 and not b.holds(at):  # noqa: PLR2004 - two cuts at one place
                return False
    holes = [ring for polygon in b.polygons for ring in polygon[1:]]
    return not any(_inside(_centre(ring), polygon) for ring in holes for polygon in a.polygons)


def equals(a: Shape, b: Shape) -> bool:
    """Whether they are the same set."""
    return within(a, b) and within(b, a)


def distance(a: Shape, b: Shape) -> float:
    """Return how far they lie apart, degrees; 0 where they meet.

    Raises:
        ValueError: one of them is empty.
    """
    if not a.corners() or not b.corners():
        raise ValueError("an empty shape is nowhere")
    if intersects(a, b):
        return 0.0
    found = math.inf
    for one, other in ((a, b), (b, a)):
        edges = other.segments()
        for point in one.corners():
            found = min(found, *(math.dist(point, p) for p in other.corners()))
            found = min([found, *(_to_segment(point, s, e) for s, e in edges)])
    return found


def from_geojson(data: Any) -> Shape:  # noqa: C901, PLR0912 - a type a line
    """Return the shape of a GeoJSON geometry or feature.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(data, dict):
        raise ValueError("no GeoJSON object")  # noqa: TRY004 - one error for whatever is no shape
    kind, given = data.get("type"), data.get("coordinates")
    try:
        match kind:
            case "Feature":
                return from_geojson(data.get("geometry"))
            case "FeatureCollection":
                return _merged([from_geojson(one) for one in data["features"]])
            case "GeometryCollection":
                return _merged([from_geojson(one) for one in data["geometries"]])
            case "Point":
                shape = Shape(points=(_point(given),))
            case "MultiPoint":
                shape = Shape(points=_line(given))
            case "LineString":
                shape = Shape(lines=(_line(given),))
            case "MultiLineString":
                shape = Shape(lines=tuple(_line(one) for one in given or ()))
            case "Polygon":
                shape = Shape(polygons=(_rings(given),))
            case "MultiPolygon":
                shape = Shape(polygons=tuple(_rings(one) for one in given or ()))
            case _:
                raise ValueError(f"GeoJSON of type {str(kind)[:40]!r}")
    except (TypeError, KeyError, IndexError) as error:
        raise ValueError(f"coordinates of {kind} that are none") from error
    if len(shape.corners()) > MOST_POINTS:
        raise ValueError(f"a shape of more than {MOST_POINTS} points")
    return shape


_WKT: Final = re.compile(
    r"\s*(?:SRID=\d+;)?\s*(MULTI)?(POINT|LINESTRING|POLYGON)\s*(?:Z\s*)?(\(.*\))\s*",
    re.IGNORECASE | re.DOTALL,
)
_JSON_NAMES: Final = {"point": "Point", "linestring": "LineString", "polygon": "Polygon"}


def from_wkt(text: str) -> Shape:
    """Return the shape of well-known text, `POINT (105 17)` and the like.

    Raises:
        ValueError: it is none.
    """
    found = _WKT.fullmatch(text)
    if found is None:
        raise ValueError(f"{text[:60]!r} is no point, line or polygon")
    body = re.sub(r"\s*([(),])\s*", r"\1", found[3])
    if not re.fullmatch(r"[-+0-9.eE (),]+", body):
        raise ValueError(f"{text[:60]!r} has signs that are no coordinates")
    nested = re.sub(r"[-+0-9.eE]+(?: [-+0-9.eE]+)+", lambda m: f"[{m[0].replace(' ', ',')}]", body)
    import orjson  # noqa: PLC0415 - filters with shapes are rare

    try:
        values = orjson.loads(nested.replace("(", "[").replace(")", "]"))
    except orjson.JSONDecodeError as error:
        raise ValueError(f"{text[:60]!r} has coordinates that are none") from error
    name = _JSON_NAMES[found[2].lower()]
    if name == "Point" and not found[1]:
        values = values[0]
    if name == "Point" and found[1]:
        values = [one[0] if isinstance(one[0], list) else one for one in values]
    return from_geojson({"type": ("Multi" if found[1] else "") + name, "coordinates": values})


def _point(given: Any) -> Point:
    x, y = float(given[0]), float(given[1])
    if not (math.isfinite(x) and math.isfinite(y)):
        raise ValueError("coordinates without an end")
    return x, y


def _line(given: Any) -> tuple[Point, ...]:
    return tuple(_point(one) for one in given)


def _rings(given: Any) -> tuple[tuple[Point, ...], ...]:
    rings = tuple(_line(one) for one in given)
    return tuple(ring if ring[0] == ring[-1] else (*ring, ring[0]) for ring in rings)


def _merged(shapes: list[Shape]) -> Shape:
    return Shape(
        tuple(p for one in shapes for p in one.points),
        tuple(p for one in shapes for p in one.lines),
        tuple(p for one in shapes for p in one.polygons),
    )


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _on(point: Point, a: Point, b: Point) -> bool:
    # Rounding moves a point of a slanted edge by some units of the last place.
    if abs(_turn(a, b, point)) > 1e-12 * max(1.0, math.dist(a, b)):
        return False
    return min(a[0], b[0]) <= point[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= point[1] <= max(a[1], b[1])


def _inside(point: Point, polygon: tuple[tuple[Point, ...], ...]) -> bool:
    """Even-odd rule over every ring, so that a hole is outside."""
    x, y = point
    odd = False
    for ring in polygon:
        for (x1, y1), (x2, y2) in pairwise(ring):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                odd = not odd
    return odd


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether two segments cross inside both; where an end touches, `holds` has seen it."""
    return (_turn(a, b, c) > 0) != (_turn(a, b, d) > 0) and (_turn(c, d, a) > 0) != (_turn(c, d, b) > 0)


def _cuts(a: Point, b: Point, c: Point, d: Point) -> list[float]:
    """Return where on ab, from 0 to 1, the segment cd cuts or touches it."""
    dx, dy, ex, ey = b[0] - a[0], b[1] - a[1], d[0] - c[0], d[1] - c[1]
    base = dx * ey - dy * ex
    if base:
        t = ((c[0] - a[0]) * ey - (c[1] - a[1]) * ex) / base
        return [t] if 0 < t < 1 else []
    size = dx * dx + dy * dy
    ends = [((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / size for p in (c, d) if _on(p, a, b)] if size else []
    return [t for t in ends if 0 < t < 1]


def _to_segment(point: Point, a: Point, b: Point) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    size = dx * dx + dy * dy
    t = 0.0 if not size else max(0.0, min(1.0, ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / size))
    return math.dist(point, (a[0] + t * dx, a[1] + t * dy))


def _centre(ring: tuple[Point, ...]) -> Point:
    return sum(p[0] for p in ring) / len(ring), sum(p[1] for p in ring) / len(ring)

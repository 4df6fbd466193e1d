"""The functions of filters that SQLite has not, given to its connections (OGC 18-088 table 19).

Each gets the values of columns and gives a value; whatever it cannot tell is NULL, which no filter takes.
"""

from __future__ import annotations

import math
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import orjson

from comity.border.sensors import geometry
from comity.border.sensors.times import DAY, EPOCH, SECOND

if TYPE_CHECKING:
    from collections.abc import Callable

    import apsw

DATE_PARTS: Final = ("year", "month", "day", "hour", "minute", "second")


def install(db: apsw.Connection) -> None:
    """Give a connection every function."""
    for name, function in FUNCTIONS.items():
        db.create_scalar_function(f"sta_{name}", _telling(function), deterministic=True)


def _telling(function: Callable[..., Any]) -> Callable[..., Any]:
    def told(*given: Any) -> Any:
        if any(one is None for one in given):
            return None
        try:
            return function(*given)
        except (ValueError, TypeError, OverflowError, ZeroDivisionError):
            return None

    return told


def _part(name: str) -> Callable[[int], int]:
    return lambda micros: int(getattr(EPOCH + timedelta(microseconds=micros), name))


def _round(value: float) -> float:
    """Round half away from zero (OData 4.0 part 2, section 5.1.1.9.1)."""
    return math.copysign(math.floor(abs(value) + 0.5), value)


@lru_cache(maxsize=256)
def shape_of(text: str) -> geometry.Shape:
    """Return the shape of GeoJSON or WKT."""
    return geometry.from_geojson(orjson.loads(text)) if text.startswith("{") else geometry.from_wkt(text)


def _shapes(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *given: function(*(shape_of(one) for one in given))


FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    **{name: _part(name) for name in DATE_PARTS},
    "fraction": lambda micros: micros % SECOND / SECOND,
    "date": lambda micros: micros // DAY * DAY,
    "time": lambda micros: micros % DAY,
    "mod": math.fmod,
    "divide": lambda a, b: a / b,
    "round": _round,
    "floor": math.floor,
    "ceiling": math.ceil,
    "lower": str.lower,
    "upper": str.upper,
    "trim": str.strip,
    "length": len,
    "ends": lambda text, end: text.endswith(end),
    "starts": lambda text, start: text.startswith(start),
    "holds": lambda part, text: part in text,
    "index": lambda text, part: text.find(part),
    "substring": lambda text, start, *size: text[max(start, 0) :][: size[0] if size else None],
    "concat": lambda a, b: a + b,
    "st_equals": _shapes(geometry.equals),
    "st_disjoint": _shapes(lambda a, b: not geometry.intersects(a, b)),
    "st_within": _shapes(geometry.within),
    "st_contains": _shapes(lambda a, b: geometry.within(b, a)),
    "st_intersects": _shapes(geometry.intersects),
    "geo_distance": _shapes(geometry.distance),
    "geo_length": _shapes(geometry.Shape.length),
}

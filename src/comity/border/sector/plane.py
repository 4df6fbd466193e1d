"""The local plane of a sector: metres east and north of its origin, degrees of WGS 84 and back.

Equirectangular about the origin, one factor each axis from the radii of curvature of the ellipsoid there
(Snyder 1987, "Map projections: a working manual", USGS Professional Paper 1395, equations 4-18 to 4-20), so
that a straight line stays straight and an ellipse an ellipse. Below 30° of latitude a length is right to
0.3 % within 25 km of the origin. The factors are rounded to a micrometre a degree: machines whose sine
differs in the last bit still agree.
"""

from __future__ import annotations

from math import cos, radians, sin, sqrt
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Number = TypeVar("Number", float, NDArray[Any])

AXIS: Final = 6_378_137.0
FLATTENING: Final = 1 / 298.257223563
MICRO: Final = 1_000_000
"""Millionths of a degree in one."""


class Plane:
    """The plane that touches at an origin.

    Args:
        origin_lat: Latitude of the origin in millionths of a degree, as a sector has it.
        origin_lon: Longitude, likewise.

    Attributes:
        east: Metres of a degree of longitude.
        north: Metres of a degree of latitude.
    """

    __slots__ = ("_lat", "_lon", "east", "north")

    def __init__(self, origin_lat: int, origin_lon: int) -> None:
        self._lat, self._lon = origin_lat / MICRO, origin_lon / MICRO
        phi = radians(self._lat)
        square = FLATTENING * (2 - FLATTENING)
        bend = 1 - square * sin(phi) ** 2
        self.east = round(radians(1.0) * AXIS * cos(phi) / sqrt(bend), 6)
        self.north = round(radians(1.0) * AXIS * (1 - square) / bend**1.5, 6)

    def place(self, lat: Number, lon: Number) -> tuple[Number, Number]:
        """Return metres east and north of a latitude and longitude in degrees; arrays or single values."""
        return (lon - self._lon) * self.east, (lat - self._lat) * self.north

    def earth(self, x: Number, y: Number) -> tuple[Number, Number]:
        """Return latitude and longitude in degrees of metres east and north; arrays or single values."""
        return y / self.north + self._lat, x / self.east + self._lon

"""Places of the border sector: metres from its origin as millionths of a degree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.border.sector.plane import MICRO, Plane

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.demo.act_border_file import Border


def degrees(plan: Border, place: Sequence[float]) -> dict[str, int]:
    """Return a place of metres east and north in millionths of a degree."""
    lat, lon = Plane(plan.sector["origin_lat"], plan.sector["origin_lon"]).earth(*map(float, place))
    return {"lat": round(lat * MICRO), "lon": round(lon * MICRO)}

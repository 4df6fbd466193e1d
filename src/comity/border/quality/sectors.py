"""The sector of each sensor of a node, as what it says is held against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.border.quality.positions import Box

if TYPE_CHECKING:
    from comity.border.sector.queries import SectorView
    from comity.node.node import Node


def boxes(node: Node) -> dict[str, Box]:
    """Return the sector of each sensor by the sensor's name; what several sectors have, by all of them."""
    from comity.border.sector.queries import sectors  # noqa: PLC0415 - it needs the node's projection

    found: dict[str, Box] = {}
    for view in sectors(node):
        box = box_of(view)
        for sensor in view.model.sensors:
            known = found.get(sensor.slug)
            found[sensor.slug] = box if known is None else _both(known, box)
    return found


def box_of(view: SectorView) -> Box:
    """Return a sector in degrees and metres."""
    model = view.model
    west, south, east, north = (float(one) for one in (model.west, model.south, model.east, model.north))
    corners = [view.plane.earth(x, y) for x in (west, east) for y in (south, north)]
    lats, lons = zip(*corners, strict=True)
    return Box(min(lons), min(lats), max(lons), max(lats), (west, south, east, north))


def _both(one: Box, other: Box) -> Box:
    # Metres are those of one sector's plane: with two, they say nothing.
    return Box(
        min(one.west, other.west),
        min(one.south, other.south),
        max(one.east, other.east),
        max(one.north, other.north),
    )

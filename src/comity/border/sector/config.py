"""What a tracker and a watch are told of a sector: the same for everybody who has the same entries."""

from __future__ import annotations

from dataclasses import replace
from math import cos, pi, sin
from typing import TYPE_CHECKING, Final

from comity.border.fusion.model import CLASSES, MOTIONS, Area, Config, Limits, Motion, Rules
from comity.border.fusion.model import Sensor as Told
from comity.border.geofence.zones import Zone as Watched
from comity.border.sector.plane import MICRO
from comity.border.sector.queries import digest_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from comity.border.entries.sectors import Sector, SectorSensor
    from comity.border.sector.plane import Plane
    from comity.border.sector.queries import SectorView, ZoneView

DETECTING: Final = frozenset({"radar", "camera", "acoustic", "drone"})
"""Kinds of sensors whose observations are detections."""
CLAIMING: Final = frozenset({"remote-id", "adsb", "ais"})
"""Kinds that hear what others say of themselves: claims, never detections."""
CARRIED: Final = "gps"
"""The kind that an own patrol carries: a co-operative receiver, which detects nothing and claims nothing."""
SQUARE_KM: Final = 1e6
ROUND: Final = 16
"""Corners that stand for a circle."""
LEAST: Final = 1e-12
"""Density or clutter that stands for none."""


def detecting(sector: Sector, party: str) -> list[SectorSensor]:
    """Return the sensors of a party whose observations are detections, in the sector's order."""
    return [one for one in sector.sensors if one.party == party and one.kind in DETECTING]


def claiming(sector: Sector, party: str) -> list[SectorSensor]:
    """Return the sensors of a party that hear claims, in the sector's order."""
    return [one for one in sector.sensors if one.party == party and one.kind in CLAIMING]


def carried(sector: Sector, party: str) -> list[SectorSensor]:
    """Return the receivers that patrols of a party carry, in the sector's order."""
    return [one for one in sector.sensors if one.party == party and one.kind == CARRIED]


def config_of(view: SectorView, party: str) -> Config:
    """Return what the tracker of a party is told.

    Raises:
        FusionSettingError: the party has no sensor that detects, or a figure is out of range.
    """
    sector = view.model
    return Config(
        Area(sector.west, sector.south, sector.east, sector.north, sector.cell),
        tuple(_sensor(one, view.plane) for one in detecting(sector, party)),
        Rules(density=max(float(sector.density) / SQUARE_KM, LEAST), turnover=float(sector.turnover)),
        Limits(horizon=sector.horizon),
        motions_of(sector),
    )


def motions_of(sector: Sector) -> tuple[Motion, ...]:
    """Return how each class moves, in the order of `fusion.model.CLASSES`."""
    given = {one.name: one for one in sector.motions}
    return tuple(
        MOTIONS[name]
        if name not in given
        else replace(
            MOTIONS[name],
            noise=float(given[name].noise),
            spread=float(given[name].spread),
            fastest=float(given[name].fastest),
        )
        for name in CLASSES
    )


def watched(view: ZoneView, plane: Plane) -> Watched:
    """Return a zone in the plane of its sector; a point is a regular polygon about it.

    Raises:
        ZoneError: it cannot be watched.
    """
    model = view.model
    points = tuple(plane.place(lat, lon) for lat, lon in view.points)
    if model.shape == "point":
        ((x, y),) = points
        turns = [2 * pi * n / ROUND for n in range(ROUND)]
        # Millimetres: machines whose cosine differs in the last bit still agree.
        points = tuple(
            (round(x + model.radius * cos(turn), 3), round(y + model.radius * sin(turn), 3)) for turn in turns
        )
    shape = "line" if model.shape == "line" else "area"
    return Watched(model.slug, shape, (points,), float(model.approach), float(model.dwell), model.severity)  # type: ignore[arg-type]  # one of two words


def _sensor(one: SectorSensor, plane: Plane) -> Told:
    x, y = plane.place(one.lat / MICRO, one.lon / MICRO)
    reach = float("inf") if one.reach is None else float(one.reach)
    clutter = max(float(one.clutter) / SQUARE_KM, LEAST)
    return Told(one.slug, float(one.pd), clutter, x, y, reach, one.most)


def name_of_config(view: SectorView, zones: Iterable[ZoneView]) -> str:
    """Return a name for all that a centre depends on: its sector and what is watched in it, base64."""
    return digest_of({"sector": view.digest, "zones": sorted(one.own_digest for one in zones)})

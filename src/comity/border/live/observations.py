"""Observations of a sector's sensors, from the store of sensors into what a tracker takes.

One SensorThings Observation is what a sensor says of one look: an object that it detected, several, or none.

    {"lat": 17.1, "lon": 106.2, "sigma": 15, "class": "boat", "velocity": 3.2}
    {"x": 120.5, "y": -40, "velocity": [3, 1]}
    {"detections": [{"lat": 17.1, "lon": 106.2}, {"lat": 17.2, "lon": 106.1}]}
    {"detections": []}                          it looked, and there was nothing

Everything that a sensor says with one phenomenon time is one look: what was not detected in it is less
likely to be there. A sensor that says nothing does not look. Other names in an object are not read: no
affiliation, and nothing of a person. What cannot be read is set aside, alone, with its reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import hypot, isfinite
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson

from comity.border.fusion.model import CLASSES
from comity.border.fusion.observations import Batch, Detections
from comity.border.sensors.rules import JSON

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from comity.border.sector.plane import Plane

NUMBERS: Final = {name: number for number, name in enumerate(CLASSES)}
MICROSECOND: Final = 1_000
"""Microseconds of a millisecond."""
MOST: Final = 100_000
"""Detections of one observation at most."""
KEPT: Final = 100
"""Of what is set aside, so many are kept to be looked at."""


@dataclass(slots=True)
class Aside:
    """What was set aside: counts by sensor and reason, and the first of it (observation, reason)."""

    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    first: list[tuple[int, str, str]] = field(default_factory=list)

    def add(self, observation: int, sensor: str, reason: str, count: int = 1) -> None:
        """Count one."""
        key = (sensor, reason)
        self.counts[key] = self.counts.get(key, 0) + count
        if len(self.first) < KEPT:
            self.first.append((observation, sensor, reason))


class Reading:
    """Reads rows of the store for the sensors of one party.

    Args:
        sensors: Slug and standard deviation (m) of each, in the order of the tracker's configuration.
        plane: Of the sector.
    """

    def __init__(self, sensors: Iterable[tuple[str, float]], plane: Plane) -> None:
        self._sensors = list(sensors)
        self._plane = plane
        self.aside = Aside()

    def batch(self, rows: Iterable[tuple[int, int, int, int, Any]], arrived: int | None = None) -> Batch:
        """Return detections and looks.

        Args:
            rows: Id, place of the sensor in the configuration, phenomenon time (µs), kind and value of the
                result.
            arrived: When they arrived, ms UTC.
        """
        columns: list[tuple[int, int, float, float, float, int, float]] = []
        looks: set[tuple[int, int]] = set()
        for number, sensor, phenomenon, kind, result in rows:
            name, sigma = self._sensors[sensor]
            time = phenomenon // MICROSECOND
            try:
                found = orjson.loads(result if kind == JSON else b"")
                said: list[Any] = found.get("detections", [found])
                if type(said) is not list or len(said) > MOST:
                    raise TypeError  # noqa: TRY301 - set aside below
            except (TypeError, AttributeError, ValueError):
                self.aside.add(number, name, "malformed")
                continue
            looks.add((time, sensor))
            for one in said:
                try:
                    columns.append((time, sensor, *self._detection(one, sigma)))
                except (TypeError, AttributeError, KeyError, ValueError) as error:
                    reason = "unknown-class" if isinstance(error, KeyError) else "malformed"
                    self.aside.add(number, name, reason)
        return Batch(_detections(columns), np.array(sorted(looks), np.int64).reshape(-1, 2), arrived)

    def _detection(self, one: Mapping[str, Any], sigma: float) -> tuple[float, float, float, int, float]:
        """Return x, y, sigma, class and speed.

        Raises:
            TypeError: it is no object, or a figure is none.
            ValueError: a figure is out of range.
            KeyError: the class is none.
        """
        if "lat" in one:
            lat, lon = float(one["lat"]), float(one.get("lon", "missing"))
            x, y = self._plane.place(lat, lon)
        else:
            x, y = float(one.get("x", "missing")), float(one.get("y", "missing"))
        velocity = one.get("velocity")
        if velocity is None:
            speed = float("nan")
        else:
            speed = hypot(*map(float, velocity)) if isinstance(velocity, list) else float(velocity)
            if not isfinite(speed):
                raise ValueError("velocity")
        return x, y, float(one.get("sigma", sigma)), NUMBERS[one.get("class", "unknown")], speed


def _detections(columns: list[tuple[int, int, float, float, float, int, float]]) -> Detections:
    if not columns:
        return Detections.empty()
    time, sensor, x, y, sigma, kind, speed = zip(*columns, strict=True)
    return Detections.of(time, sensor, np.array([x, y]).T, sigma, kind, speed)

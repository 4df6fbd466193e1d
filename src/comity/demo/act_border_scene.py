"""The simulator of the worked example: what each sensor would say, from a seed. Nothing of it is observed.

A look of a sensor is what it detects of what moves within its reach, each missed now and then and nowhere
exactly, and a false detection now and then. What a thing says of itself is a message of ASTM F3411.
"""

from __future__ import annotations

import math
import random
import struct
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from comity.border.sector.plane import Plane

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comity.demo.act_border_file import Border, Mover, Sensor

SECOND: Final = 1000
SQUARE_KM: Final = 1e6
MOST_FALSE: Final = 20
Look = tuple[str, Any]
"""Phenomenon time as SensorThings writes it, and the result."""


class Scene:
    """The observations of one sector, alike for one start on every run.

    Args:
        plan: The sector, its sensors, and what moves.
        start: When it begins, milliseconds UTC.
    """

    def __init__(self, plan: Border, start: int) -> None:
        self.plan, self.start = plan, start
        self._plane = Plane(plan.sector["origin_lat"], plan.sector["origin_lon"])

    def slices(self, party: str) -> Iterator[dict[str, list[Look]]]:
        """Yield what a party's sensors say, by sensor, slice by slice of time."""
        plan = self.plan
        for begin in range(0, plan.seconds, plan.slice):
            end = min(begin + plan.slice, plan.seconds)
            yield {one.slug: list(self._said(one, begin, end)) for one in plan.of(party)}

    def _said(self, sensor: Sensor, begin: int, end: int) -> Iterator[Look]:
        plan = self.plan
        for at in range(begin * SECOND, end * SECOND, plan.every):
            second = at / SECOND
            if 0 <= sensor.silent_from <= second:
                return
            if sensor.looks:
                yield _stamp(self.start + at), {"detections": self._look(sensor, second)}
            elif plan.spoof.since <= second < plan.spoof.until:
                for message in self._messages(second):
                    said = {"transmitter": plan.spoof.transmitter, "message": message.hex()}
                    yield _stamp(self.start + at), said
                    at += 100  # noqa: PLW2901 - one message after the other

    def _look(self, sensor: Sensor, second: float) -> list[dict[str, Any]]:
        # A number from the seed, the sensor and the second: a slice by itself is as the whole.
        chance = random.Random(f"{self.plan.seed} {sensor.slug} {second}")  # noqa: S311 - a simulator
        sigma, found = float(sensor.sigma), []
        for mover in self.plan.movers:
            x, y, _, _ = where(mover, second)
            reached = not sensor.reach or math.dist((x, y), sensor.at) <= sensor.reach
            if reached and chance.random() < float(sensor.pd):
                place = {"x": x + chance.gauss(0, sigma), "y": y + chance.gauss(0, sigma)}
                said = {"class": mover.object_class} if chance.random() < 0.5 else {}  # noqa: PLR2004 - half
                found.append({name: round(value, 1) for name, value in place.items()} | said)
        return found + self._false(sensor, chance)

    def _false(self, sensor: Sensor, chance: random.Random) -> list[dict[str, Any]]:
        sector = self.plan.sector
        width, height = sector["east"] - sector["west"], sector["north"] - sector["south"]
        expected = float(sensor.clutter) * width * height / SQUARE_KM
        count = sum(chance.random() < expected / MOST_FALSE for _ in range(MOST_FALSE))
        return [
            {
                "x": round(chance.uniform(sector["west"], sector["east"]), 1),
                "y": round(chance.uniform(sector["south"], sector["north"]), 1),
            }
            for _ in range(count)
        ]

    def _messages(self, second: float) -> list[bytes]:
        """Return what the aircraft says of itself: its name, and a place that is not its own."""
        spoof = self.plan.spoof
        mover = next(one for one in self.plan.movers if one.name == spoof.mover)
        x, y, east, north = where(mover, second)
        lat, lon = self._plane.earth(x + spoof.shift[0], y + spoof.shift[1])
        hour = datetime.fromtimestamp(self.start / SECOND + second, UTC)
        tenths = hour.minute * 600 + hour.second * 10
        return [_basic_id(spoof.uas_id), _location(lat, lon, (east, north), tenths)]


def where(mover: Mover, second: float) -> tuple[float, float, float, float]:
    """Return x, y in metres and the velocity in m/s of a mover at a second of the scene."""
    way = mover.way
    for (t, x, y), (after, to_x, to_y) in pairwise(way):
        if second <= after:
            share = (second - t) / (after - t)
            speed = (to_x - x) / (after - t), (to_y - y) / (after - t)
            return x + share * (to_x - x), y + share * (to_y - y), *speed
    return way[-1][1], way[-1][2], 0.0, 0.0


def _stamp(ms: int) -> str:
    return datetime.fromtimestamp(ms / SECOND, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _basic_id(uas_id: str) -> bytes:
    """Return message type 0 of ASTM F3411-22a: a session's name of an aircraft of several rotors."""
    return struct.pack("<BB20s3x", 0x02, 0x42, uas_id.encode()[:20])


def _location(lat: float, lon: float, velocity: tuple[float, float], tenths: int) -> bytes:
    """Return message type 1 of ASTM F3411-22a: airborne, heights unknown, accuracies not said."""
    speed = math.hypot(*velocity)
    heading = round(math.degrees(math.atan2(*velocity))) % 360
    coarse = speed > 63.75  # noqa: PLR2004 - 255 steps of a quarter
    flags = 2 << 4 | (heading >= 180) << 1 | coarse  # noqa: PLR2004 - half a turn
    steps = round((speed - 63.75) / 0.75) if coarse else round(speed / 0.25)
    places = round(lat * 1e7), round(lon * 1e7)
    return struct.pack(
        "<BBBBbiiHHHBBHBx", 0x12, flags, heading % 180, steps, 0, *places, 0, 0, 0, 0, 0, tenths, 0
    )

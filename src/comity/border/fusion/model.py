"""What a tracker is told: classes of things that move, sensors, the area, and its limits.

Classes are of objects only. There is no field for a face, a plate, a gait or a name, and no affiliation.
Lengths are metres in a local plane, times whole milliseconds UTC.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, dataclass, field
from typing import Final

from comity.border.errors import FusionSettingError

CLASSES: Final = ("unknown", "air", "boat", "vehicle", "person-size")
"""Object classes; the place in this tuple is the number that arrays hold."""
UNKNOWN: Final = 0


@dataclass(frozen=True, slots=True)
class Motion:
    """How a class moves: constant velocity disturbed by white noise of acceleration.

    Attributes:
        noise: Power spectral density of the acceleration, m²/s³.
        spread: Standard deviation of a velocity before it was seen, m/s each axis.
        fastest: Speed beyond which a claim is impossible, m/s.
        lasting: Mean time that one is there, s.
    """

    noise: float
    spread: float
    fastest: float
    lasting: float = 1000.0


MOTIONS: Final = {
    "unknown": Motion(0.5, 15.0, 350.0),
    "air": Motion(2.0, 30.0, 350.0),
    "boat": Motion(0.1, 5.0, 30.0),
    "vehicle": Motion(0.5, 12.0, 70.0),
    "person-size": Motion(0.05, 1.5, 12.0),
}


@dataclass(frozen=True, slots=True)
class Sensor:
    """What is known of a sensor beforehand.

    Attributes:
        name: As observations name it.
        detects: Probability that it detects what is within its reach, in one look.
        clutter: Expected false detections a look and square metre.
        x: Place, m.
        y: Place, m.
        reach: Radius that it covers, m; infinite for the whole area.
        most: Detections a second beyond which it floods.
    """

    name: str
    detects: float = 0.9
    clutter: float = 1e-6
    x: float = 0.0
    y: float = 0.0
    reach: float = math.inf
    most: int = 50_000


@dataclass(frozen=True, slots=True)
class Area:
    """The rectangle that is watched, m, and the cell of the grid of what may be there unseen."""

    west: float
    south: float
    east: float
    north: float
    cell: float = 1000.0

    @property
    def columns(self) -> int:
        """Number of cells from west to east."""
        return max(1, math.ceil((self.east - self.west) / self.cell))

    @property
    def rows(self) -> int:
        """Number of cells from south to north."""
        return max(1, math.ceil((self.north - self.south) / self.cell))


@dataclass(frozen=True, slots=True)
class Limits:
    """What keeps memory and time bounded.

    Attributes:
        tracks: Tracks kept at most, the likeliest first.
        horizon: How late an observation may be and still be taken in its place, ms.
        held: Observations kept for replay at most; beyond it the horizon is shorter.
        exact_bits: Largest smaller side of a cluster for which marginals are exact.
        exact_work: Most operations for which they are.
        future: How far ahead of its arrival an observation may claim to be, ms.
        set_aside: Observations set aside that are kept to be looked at.
        cells: Cells of the grid at most.
    """

    tracks: int = 100_000
    horizon: int = 60_000
    held: int = 2_000_000
    exact_bits: int = 10
    exact_work: int = 60_000
    future: int = 2_000
    set_aside: int = 1_000
    cells: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Rules:
    """When something is told, and what is assumed where nobody looks.

    Attributes:
        tell: Probability of existence from which a track is told.
        untell: Below which it is told no longer.
        drop: Below which it is no longer kept.
        gate: Largest squared Mahalanobis distance of a track and a detection.
        density: Things expected a square metre where nobody ever looked.
        turnover: Time in which the unseen comes back to that density, s.
        drift: Speed at which the unseen spreads between cells, m/s.
        mistaken: How likely a sensor names another class than the one there is, relative to the right one.
    """

    tell: float = 0.5
    untell: float = 0.3
    drop: float = 1e-3
    gate: float = 20.0
    density: float = 1e-6
    turnover: float = 1000.0
    drift: float = 5.0
    mistaken: float = 0.1


@dataclass(frozen=True, slots=True)
class Config:
    """Everything a tracker depends on; the same configuration and observations give the same bits.

    Raises:
        FusionSettingError: a value is outside its range, with its name.
    """

    area: Area
    sensors: tuple[Sensor, ...]
    rules: Rules = field(default_factory=Rules)
    limits: Limits = field(default_factory=Limits)
    motions: tuple[Motion, ...] = tuple(MOTIONS[name] for name in CLASSES)

    def __post_init__(self) -> None:
        _check(self)

    def digest(self) -> str:
        """Return SHA-256 of the configuration, in hex."""
        text = json.dumps(asdict(self), sort_keys=True, default=str)
        return hashlib.sha256(b"comity/fusion-config/v1\n" + text.encode()).hexdigest()


def _check(config: Config) -> None:
    rules, area, limits = config.rules, config.area, config.limits
    names = [sensor.name for sensor in config.sensors]
    bounds = (area.west, area.south, area.east, area.north, area.cell)
    sensors = [
        (f"sensor {one.name}", 0 < one.detects < 1 and one.clutter > 0 and one.reach > 0 and one.most > 0)
        for one in config.sensors
    ]
    motions = [
        (f"motion of {name}", min(one.noise, one.spread, one.fastest, one.lasting) > 0)
        for name, one in zip(CLASSES, config.motions, strict=True)
    ]
    said = [
        ("area: bounds must be finite", all(map(math.isfinite, bounds))),
        ("area: west < east and south < north", area.west < area.east and area.south < area.north),
        ("area: cell must be positive", area.cell > 0),
        ("sensors: at least one, each name once", bool(names) and len(set(names)) == len(names)),
        ("rules: 0 < drop < untell <= tell < 1", 0 < rules.drop < rules.untell <= rules.tell < 1),
        ("rules: gate, density and turnover must be positive", min(rules.gate, rules.density) > 0),
        ("rules: turnover must be positive", rules.turnover > 0 and rules.drift >= 0),
        ("rules: 0 < mistaken <= 1", 0 < rules.mistaken <= 1),
        ("limits: exact_bits between 0 and 16", 0 <= limits.exact_bits <= 16),  # noqa: PLR2004 - 2^16 states
        ("limits: tracks, horizon and held must be positive", min(limits.tracks, limits.held) > 0),
        ("limits: horizon must be positive", limits.horizon > 0),
    ]
    for what, holds in said + sensors + motions:
        if not holds:
            raise FusionSettingError(what)
    if area.columns * area.rows > limits.cells:
        raise FusionSettingError(f"area: {area.columns} x {area.rows} cells, more than {limits.cells}")

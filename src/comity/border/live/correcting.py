"""Accepted corrections of sensors, applied to what they say: a function of what they say alone.

A correction holds for what its sensor says to have seen from a time on. So the centre that runs and whoever
makes the picture again from sealed batches give the same bits. What was not accepted by a person changes
nothing, and a sensor without a correction costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from comity.border.fusion.observations import Detections, Floats, Ints


@dataclass(frozen=True, slots=True)
class Correction:
    """What a sensor adds, from a time on: found by `fusion.registration`, accepted by a person.

    Attributes:
        sensor: Slug.
        since: ms UTC of the time that its observations say.
        east: m.
        north: m.
        turn: Radians, anticlockwise about the sensor.
        late: Milliseconds by which it tells a time too late.
        digest: Of the entry.
    """

    sensor: str
    since: int
    east: float = 0.0
    north: float = 0.0
    turn: float = 0.0
    late: int = 0
    digest: str = ""

    @property
    def is_none(self) -> bool:
        """Whether nothing is corrected: the one before was withdrawn."""
        return not (self.east or self.north or self.turn or self.late)


class Corrections:
    """The corrections of the sensors of one party.

    Args:
        accepted: In any order; of one sensor each holds until the next.
        centres: Where each sensor stands, m, in the order of the tracker's configuration.
    """

    def __init__(self, accepted: Iterable[Correction], centres: Mapping[str, tuple[float, float]]) -> None:
        numbers = {name: number for number, name in enumerate(centres)}
        self.accepted = tuple(sorted(accepted, key=lambda one: (one.since, one.sensor, one.digest)))
        self._spans: list[tuple[int, int, float, Correction, Floats]] = []
        for number, own in _by_sensor(self.accepted, numbers):
            ends = [float(one.since) for one in own[1:]] + [np.inf]
            centre = np.array(centres[own[0].sensor])
            for one, end in zip(own, ends, strict=True):
                if not one.is_none:
                    self._spans.append((number, one.since, end, one, centre))

    def __bool__(self) -> bool:
        return bool(self._spans)

    def apply(self, found: Detections, looks: Ints) -> tuple[Detections, Ints]:
        """Return detections and looks (k, 2) as the sensors would have told them without their biases."""
        place, time, when = found.place.copy(), found.time.copy(), looks.copy()
        for number, start, end, one, centre in self._spans:
            rows = np.flatnonzero((found.sensor == number) & (found.time >= start) & (found.time < end))
            place[rows] = _placed(place[rows], one, centre)
            time[rows] -= one.late
            told = (looks[:, 1] == number) & (looks[:, 0] >= start) & (looks[:, 0] < end)
            when[told, 0] -= one.late
        changed: dict[str, Any] = {"place": place, "time": time}
        rest = {name: getattr(found, name) for name in ("sensor", "noise", "kind", "speed")}
        return type(found)(**rest, **changed), when


def _placed(place: Floats, one: Correction, centre: Floats) -> Floats:
    """Return (n, 2) places without a shift and a turn: the inverse of p + b + turn J (p - centre)."""
    off = place - np.array([one.east, one.north]) - centre
    turned = np.stack([-off[:, 1], off[:, 0]], axis=1)
    found: Floats = centre + (off - one.turn * turned) / (1.0 + one.turn * one.turn)
    return found


def _by_sensor(
    accepted: Sequence[Correction], numbers: Mapping[str, int]
) -> list[tuple[int, list[Correction]]]:
    found: dict[int, list[Correction]] = {}
    for one in accepted:
        if one.sensor in numbers:
            found.setdefault(numbers[one.sensor], []).append(one)
    return sorted(found.items())

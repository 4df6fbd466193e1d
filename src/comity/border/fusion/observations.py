"""Detections and looks as arrays, and the order in which a tracker takes them.

A *look* is one sensor looking once, whether it detected anything or not: what was not detected can only be
told from what was looked at. The order is (time, sensor, x, y) and never that of
arrival; what is equal in all four is a duplicate.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from comity.border.errors import FusionInputError
from comity.border.fusion.names import mixed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

FAR = 1 << 31
"""Below which two whole numbers fit in one of 63 bits."""
SHORT = 1 << 16


@dataclass(frozen=True, slots=True)
class Detections:
    """Detections of several sensors, one a row.

    Attributes:
        time: (m,) milliseconds UTC, when the thing was there.
        sensor: (m,) place of the sensor in the configuration; -1 for one it does not name.
        place: (m, 2) metres.
        noise: (m, 3) covariance xx, xy, yy of the place, m².
        kind: (m,) class as the sensor says, its place in `model.CLASSES`.
        speed: (m,) m/s as the sensor says; NaN where it says none.
    """

    time: Ints
    sensor: Ints
    place: Floats
    noise: Floats
    kind: Ints
    speed: Floats

    @classmethod
    def of(  # noqa: PLR0917 - one for each column
        cls,
        time: ArrayLike,
        sensor: ArrayLike,
        place: ArrayLike,
        sigma: ArrayLike,
        kind: ArrayLike = 0,
        speed: ArrayLike = np.nan,
    ) -> Self:
        """Return detections of equal error in both axes; single values are repeated.

        Args:
            time: (m,) ms.
            sensor: (m,) or one.
            place: (m, 2) m.
            sigma: (m,) or one, standard deviation in m.
            kind: (m,) or one.
            speed: (m,) or one, m/s.

        Raises:
            FusionInputError: the lengths differ.
        """
        where = np.asarray(place, np.float64).reshape(-1, 2)
        count = len(where)
        try:
            times, sensors, kinds = (
                np.broadcast_to(np.asarray(one, np.int64), (count,)).copy() for one in (time, sensor, kind)
            )
            sigmas, speeds = (
                np.broadcast_to(np.asarray(one, np.float64), (count,)).copy() for one in (sigma, speed)
            )
        except ValueError as error:
            raise FusionInputError(f"columns of different lengths: {error}") from error
        with np.errstate(over="ignore", invalid="ignore"):
            variance = sigmas * sigmas
        noise = np.stack([variance, np.zeros(count), variance], axis=1)
        return cls(times, sensors, where.copy(), noise, kinds, speeds)

    @classmethod
    def empty(cls) -> Self:
        """Return none."""
        return cls.of([], [], np.empty((0, 2)), [])

    def __len__(self) -> int:
        return len(self.time)

    def take(self, which: NDArray[np.intp] | NDArray[np.bool_] | slice) -> Self:
        """Return some of them, in the order given."""
        if isinstance(which, slice):
            return type(self)(*(getattr(self, one.name)[which] for one in fields(self)))
        rows: NDArray[Any] = np.asarray(which)
        if rows.dtype == np.bool_:
            rows = np.flatnonzero(rows)
        return type(self)(*(getattr(self, one.name).take(rows, axis=0) for one in fields(self)))

    def order(self) -> NDArray[np.intp]:
        """Return the rows in the order of a tracker: by time, sensor, x, y; equal ones as they came."""
        if not len(self):
            return np.empty(0, np.intp)
        time, sensor, (x, y) = self.time, self.sensor, self.place.T
        first, low = int(time.min()), int(sensor.min())
        span, turns = int(time.max()) - first, int(sensor.max()) - low + 1
        if span < FAR and turns < FAR:  # two keys in one: most places differ in x
            order = _by_look((time - first) * turns + (sensor - low), x)
            if order is not None:
                return order
        return np.lexsort((y, self.place[:, 0], sensor, time))


def _by_look(look: Ints, x: Floats) -> NDArray[np.intp] | None:
    """Return the rows by look and x, or None where two of one look have the same x.

    Sorted by x first; the sort of 16 bits, which numpy does without comparing, keeps that order in a look.
    """
    order = np.argsort(x)
    change = look[1:] != look[:-1]
    if change.any():
        number = np.concatenate([[0], np.cumsum(change)])
        if number[-1] >= SHORT or (look[1:] < look[:-1]).any():
            order = np.lexsort((x, look))
        else:
            order = order[np.argsort(number.astype(np.uint16)[order], kind="stable")]
    along, of = x[order], look[order]
    doubtful = ((along[1:] == along[:-1]) & (of[1:] == of[:-1])).any() or np.isnan(along).any()
    return None if doubtful else order


def join(parts: Sequence[Detections]) -> Detections:
    """Return detections one after another."""
    return Detections(
        *(np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(Detections))
    )


@dataclass(frozen=True, slots=True)
class Batch:
    """What arrives at once.

    Attributes:
        detections: In any order.
        looks: (k, 2) time in ms and sensor of each look, those without detections too; where it is left
            out, a look is whatever has detections, and silence of a sensor tells nothing.
        arrived: When it arrived, ms UTC; with it, what claims to be of the future is set aside.
    """

    detections: Detections
    looks: Ints | None = None
    arrived: int | None = None


def looks_of(detections: Detections) -> Ints:
    """Return (k, 2) time and sensor of the looks that have detections, in order."""
    time, sensor = detections.time, detections.sensor
    change = np.flatnonzero((time[1:] != time[:-1]) | (sensor[1:] != sensor[:-1])) + 1
    first = np.concatenate([[0], change]) if len(time) else change
    return in_order(np.stack([time[first], sensor[first]], axis=1))


def in_order(looks: Ints) -> Ints:
    """Return looks by time and sensor, each once."""
    if len(looks) < 2:  # noqa: PLR2004 - one is in order
        return looks
    time, sensor = looks.T
    later, same = time[1:] > time[:-1], time[1:] == time[:-1]
    new = later | (same & (sensor[1:] > sensor[:-1]))
    if not (new | (same & (sensor[1:] == sensor[:-1]))).all():
        order = np.lexsort((sensor, time))
        looks = looks[order]
        new = (looks[1:] != looks[:-1]).any(axis=1)
    return looks if new.all() else looks[np.concatenate([[True], new])]


def names_of(detections: Detections) -> Ints:
    """Return a number for each detection from what it says, so that a track it starts keeps it in a replay.

    Returns:
        (m,) numbers below 2^63: the bits of time, sensor and place, mixed (Steele and others 2014,
        "Fast splittable pseudorandom number generators", OOPSLA, the finaliser of SplitMix64).
    """
    bits = np.ascontiguousarray(detections.place).view(np.int64)
    return mixed(detections.time, detections.sensor, bits)

"""Observations of a sector's sensors, from rows of the store into what a tracker takes.

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

from collections import Counter
from dataclasses import dataclass
from itertools import chain
from math import hypot, nan
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson

from comity.border.fusion.model import CLASSES
from comity.border.fusion.observations import Batch, Detections, in_order, names_of
from comity.border.sensors.rules import JSON

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from comity.border.fusion.observations import Ints
    from comity.border.live.correcting import Corrections
    from comity.border.live.quarantine import Bounds
    from comity.border.sector.plane import Plane
    from comity.border.sensors.fresh import Group

NUMBERS: Final = {name: number for number, name in enumerate(CLASSES)}
MICROSECONDS: Final = 1_000
"""Of a millisecond."""
SECOND: Final = 1_000
MOST: Final = 100_000
"""Detections of one observation at most."""
FIGURES: Final = (float, int)
PLAIN: Final = frozenset(FIGURES)

Row = tuple[int, int, int, int, "Any"]
"""Id, place of the sensor in the configuration, phenomenon time (µs), kind and value of the result."""
Column = tuple[int, int, int, float, float, float, int, float]


@dataclass(frozen=True, slots=True)
class Slice:
    """The observations of one second by the time that they tell; `ids` names those of its detections."""

    batch: Batch
    ids: Ints

    def ids_of(self, some: Detections) -> list[int]:
        """Return the ids of some of its detections, each once."""
        if not len(some):
            return []
        which = np.isin(names_of(self.batch.detections), names_of(some))
        return sorted(set(self.ids[which].tolist()))


@dataclass(frozen=True, slots=True)
class Read:
    """Detections, the id of the observation of each, and every look."""

    detections: Detections
    ids: Ints
    looks: Ints


class Reading:
    """Reads rows of the store for the sensors of one party.

    Args:
        sensors: Slug and standard deviation (m) of each, in the order of the tracker's configuration.
        plane: Of the sector.
        bounds: Of the sector, to tell mistaken places by; without, none is looked for.

    Attributes:
        corrections: What was accepted of the sensors' biases, applied to what they say.
    """

    def __init__(
        self, sensors: Iterable[tuple[str, float]], plane: Plane, bounds: Bounds | None = None
    ) -> None:
        self._sensors = list(sensors)
        self._plane = plane
        self._bounds = bounds
        self.corrections: Corrections | None = None
        self._aside: Counter[tuple[str, str]] = Counter()

    def taken(self) -> Counter[tuple[str, str]]:
        """Return how many were set aside by sensor and reason since this was asked last."""
        found, self._aside = self._aside, Counter()
        return found

    def read(self, rows: Sequence[Row]) -> Read:
        """Return what the rows say."""
        found = _loaded(rows)
        numbers, sensors, times = ([row[at] for row in rows] for at in range(3))
        stamps = np.array(times, np.int64) // MICROSECONDS
        looks = set(zip(stamps.tolist(), sensors, strict=True))
        read = self._alike(found, looks, numbers, stamps, sensors) or self._one_by_one(rows, found)
        return self._corrected(read)

    def _corrected(self, read: Read) -> Read:
        """Return what was read without mistaken places, each corrected by what was accepted."""
        if self._bounds is not None and (mistaken := self._bounds.mistaken(read.detections.place)):
            read = self._without(read, mistaken)
        if self.corrections:
            detections, looks = self.corrections.apply(read.detections, read.looks)
            read = Read(detections, read.ids, in_order(looks))
        return read

    def _without(self, read: Read, mistaken: Sequence[tuple[int, str]]) -> Read:
        """Return what was read without mistaken places, and without looks that gave nothing else.

        Who tells places wrongly has not looked: nothing is less likely to be there for it.
        """
        found = read.detections
        fine = np.ones(len(found), bool)
        for row, reason in mistaken:
            fine[row] = False
            self._set_aside(int(found.sensor[row]), reason)
        bad = zip(found.time[~fine].tolist(), found.sensor[~fine].tolist(), strict=True)
        good = zip(found.time[fine].tolist(), found.sensor[fine].tolist(), strict=True)
        blind = set(bad) - set(good)
        kept = [tuple(look) not in blind for look in read.looks.tolist()]
        return Read(found.take(fine), read.ids[fine], read.looks[np.array(kept, bool)])

    def written(self, groups: Sequence[tuple[int, Group]]) -> Read | None:
        """Return what was just written, or None where it is to be read row by row.

        Args:
            groups: Each with the place of its sensor in the configuration.
        """
        if not groups or any(group.data is None for _, group in groups):
            return None
        found = list(chain.from_iterable(group.data or () for _, group in groups))
        sensors = np.repeat([sensor for sensor, _ in groups], [len(group.ids) for _, group in groups])
        numbers = np.concatenate([np.array(group.ids, np.int64) for _, group in groups])
        stamps = np.concatenate([np.array(group.times, np.int64) for _, group in groups]) // MICROSECONDS
        looks = {(time // MICROSECONDS, sensor) for sensor, group in groups for time in set(group.times)}
        read = self._alike(found, looks, numbers, stamps, sensors)
        return None if read is None else self._corrected(read)

    def _alike(
        self, found: Sequence[Any], looks: set[tuple[int, int]], numbers: Any, times: Any, sensors: Any
    ) -> Read | None:
        """Return what objects say that are one detection each, of one form; None where they are others."""
        if set(map(type, found)) != {dict} or len(set(map(tuple, found))) != 1 or "detections" in found[0]:
            return None
        columns = dict(zip(found[0], zip(*map(dict.values, found), strict=True), strict=True))
        figures = {name for name, column in columns.items() if set(map(type, column)) <= PLAIN}
        east, north = ("lon", "lat") if "lat" in columns else ("x", "y")
        if not {east, north, *({"sigma", "velocity"} & columns.keys())} <= figures:
            return None
        kinds = _kinds(columns["class"]) if "class" in columns else NUMBERS["unknown"]
        sigma = columns.get("sigma") or [self._sensors[sensor][1] for sensor in sensors]
        if kinds is None or min(sigma) <= 0:
            return None
        place = np.array([columns[east], columns[north]], np.float64)
        if east == "lon":
            with np.errstate(over="ignore", invalid="ignore"):
                place = np.array(self._plane.place(place[1], place[0]))
        speed = list(map(hypot, columns["velocity"])) if "velocity" in columns else nan
        return _read(looks, numbers, times, sensors, place, sigma, kinds, speed)

    def _one_by_one(self, rows: Sequence[Row], data: Sequence[Any]) -> Read:
        columns: list[Column] = []
        looks: set[tuple[int, int]] = set()
        for (number, sensor, phenomenon, _, _), found in zip(rows, data, strict=True):
            time = phenomenon // MICROSECONDS
            said = found.get("detections") if type(found) is dict else 0
            if said is None:
                said = (found,)
            elif type(said) is not list or len(said) > MOST:
                self._set_aside(sensor, "malformed")
                continue
            looks.add((time, sensor))
            for one in said:
                try:
                    columns.append((number, time, sensor, *self._detection(one, sensor)))
                except (TypeError, AttributeError, KeyError, ValueError):
                    self._set_aside(sensor, "malformed")
        if not columns:
            return _read(looks, (), ())
        numbers, times, sensors, x, y, sigma, kinds, speed = zip(*columns, strict=True)
        return _read(looks, numbers, times, sensors, np.array([x, y], np.float64), sigma, kinds, speed)

    def _set_aside(self, sensor: int, reason: str) -> None:
        self._aside[self._sensors[sensor][0], reason] += 1

    def _detection(self, one: Mapping[str, Any], sensor: int) -> tuple[float, float, float, int, float]:
        """Return x, y, sigma, class and speed.

        Raises:
            TypeError: it is no object, or a figure is none.
            KeyError: a figure is missing, or the class is none.
        """
        if "lat" in one:
            lat, lon = one["lat"], one["lon"]
            if type(lat) not in FIGURES or type(lon) not in FIGURES:
                raise TypeError("lat, lon")
            x, y = self._plane.place(float(lat), float(lon))
        else:
            x, y = one["x"], one["y"]
            if type(x) not in FIGURES or type(y) not in FIGURES:
                raise TypeError("x, y")
        sigma = one.get("sigma")
        if sigma is None:
            sigma = self._sensors[sensor][1]
        elif type(sigma) not in FIGURES or sigma <= 0:
            raise TypeError("sigma")
        velocity = one.get("velocity")
        speed = nan if velocity is None else _speed(velocity)
        return x, y, sigma, NUMBERS[one.get("class", "unknown")], speed


def seconds(read: Read, arrived: int) -> Iterator[Slice]:
    """Yield the observations second by second of the time that they tell, the earliest first.

    Args:
        read: What was read.
        arrived: When it arrived, ms UTC.
    """
    every, looks = read.detections, read.looks
    if not len(looks):
        return
    first, last = int(looks[0, 0]) // SECOND, int(looks[-1, 0]) // SECOND
    if first == last:
        yield Slice(Batch(every, looks, arrived), read.ids)
        return
    order = np.argsort(every.time, kind="stable")
    told, of_look = every.time[order] // SECOND, looks[:, 0] // SECOND
    for second in np.unique(of_look).tolist():
        start, stop = np.searchsorted(told, [second, second + 1])
        begin, end = np.searchsorted(of_look, [second, second + 1])
        rows = order[start:stop]
        yield Slice(Batch(every.take(rows), looks[begin:end], arrived), read.ids[rows])


def _loaded(rows: Sequence[Row]) -> list[Any]:
    """Return the results as data; None for what is no JSON."""
    texts = [result if kind == JSON else "null" for _, _, _, kind, result in rows]
    try:
        found: list[Any] = orjson.loads(f"[{','.join(texts)}]")
    except (orjson.JSONDecodeError, TypeError):
        found = []
    return found if len(found) == len(texts) else [_one(text) for text in texts]


def _one(text: Any) -> Any:
    try:
        return orjson.loads(text)
    except (orjson.JSONDecodeError, TypeError):
        return None


def _speed(velocity: Any) -> float:
    """Return m/s of a speed or of a velocity east and north.

    Raises:
        TypeError: it is neither.
    """
    parts = velocity if type(velocity) is list else [velocity]
    if not 1 <= len(parts) <= 2 or any(type(one) not in FIGURES for one in parts):  # noqa: PLR2004 - east, north
        raise TypeError("velocity")
    return hypot(*parts)


def _kinds(words: Sequence[Any]) -> list[int] | None:
    """Return the numbers of classes, None where one is none."""
    if set(map(type, words)) != {str} or not NUMBERS.keys() >= set(words):
        return None
    return [NUMBERS[word] for word in words]


def _read(looks: set[tuple[int, int]], number: Any, time: Any, *columns: Any) -> Read:
    """Return what was read; `columns` are sensor, place (2, m), sigma, class and speed."""
    taken = in_order(np.array(sorted(looks), np.int64).reshape(-1, 2))
    if not len(number):
        return Read(Detections.empty(), np.empty(0, np.int64), taken)
    sensor, place, *others = columns
    with np.errstate(over="ignore", invalid="ignore"):
        found = Detections.of(time, sensor, place.T, *others)
    return Read(found, np.array(number, np.int64), taken)

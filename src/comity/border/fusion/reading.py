"""Detections and trajectories from files; bad rows are set aside with their number and reason."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from comity.border.errors import FusionInputError, SeriesFileError
from comity.border.fusion.model import CLASSES
from comity.border.fusion.observations import Detections
from comity.border.tabular import Bad, column, read_rows, required

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.border.fusion.observations import Floats, Ints

TIMES: Final = ("time", "phenomenontime", "timestamp", "t")
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MOST: Final = 2_000_000


@dataclass(frozen=True, slots=True)
class DetectionFile:
    """What a file of detections holds.

    Attributes:
        detections: Of all good rows.
        lines: (m,) line of each in the file.
        sensors: Names, in the order of their first rows.
        bad: Rows that cannot be read.
    """

    detections: Detections
    lines: Ints
    sensors: tuple[str, ...]
    bad: list[Bad]


def read_time(text: str) -> int:
    """Return milliseconds UTC from whole milliseconds, or from an ISO 8601 time with its offset.

    Raises:
        ValueError: it is neither.
    """
    text = text.strip()
    if text.lstrip("-").isascii() and text.lstrip("-").isdigit():
        return int(text)
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"{text[:40]!a} has no offset; write Z or one such as +07:00")
    return (found - EPOCH) // timedelta(milliseconds=1)


def read_detections(data: bytes) -> DetectionFile:
    """Return the detections of a CSV file: time, x, y, sigma, sensor; class and speed where there are such.

    Raises:
        SeriesFileError: it is no such file.
    """
    header, rows, bad = read_rows(data)
    places = {name: required(header, "", (name,), name) for name in ("x", "y", "sigma", "sensor")}
    at = required(header, "", TIMES, "times")
    kind, speed = column(header, "", ("class",)), column(header, "", ("speed",))
    numbers: dict[str, int] = {}
    good: list[tuple[int, int, int, float, float, float, int, float]] = []
    for row in rows:
        cells = row.cells
        try:
            time = read_time(cells[at])
            x, y, sigma = (float(cells[places[name]]) for name in ("x", "y", "sigma"))
            named = _class(cells[kind]) if kind is not None else 0
            fast = float(cells[speed]) if speed is not None and cells[speed].strip() else math.nan
        except (ValueError, OverflowError) as error:
            bad.append(Bad(row.line, "unreadable", str(error)))
            continue
        sensor = numbers.setdefault(cells[places["sensor"]].strip(), len(numbers))
        good.append((row.line, time, sensor, x, y, sigma, named, fast))
    if not good:
        raise SeriesFileError("no row that can be read")
    cells_of = tuple(zip(*good, strict=True))
    lines, times, sensors, east, north, sigmas, kinds, speeds = cells_of
    try:
        found = Detections.of(times, sensors, np.stack([east, north], axis=1), sigmas, kinds, speeds)
    except OverflowError as error:
        raise SeriesFileError(f"times beyond 64 bits: {error}") from error
    return DetectionFile(found, np.array(lines, np.int64), tuple(numbers), bad)


def read_points(data: bytes) -> tuple[dict[int, dict[str, tuple[float, float]]], list[Bad]]:
    """Return places by time in ms and name, from CSV (time, id, x, y) or JSON of `track --json`.

    Raises:
        FusionInputError: it is neither, or it is too large.
        SeriesFileError: it is CSV without these columns.
    """
    found: dict[int, dict[str, tuple[float, float]]] = {}
    if data.lstrip()[:1] == b"{":
        for time, name, x, y in _from_json(data):
            found.setdefault(time, {})[name] = (x, y)
        return found, []
    header, rows, bad = read_rows(data)
    if len(rows) > MOST:
        raise FusionInputError(f"{len(rows)} rows, more than {MOST}")
    at, who = required(header, "", TIMES, "times"), required(header, "", ("id", "track", "uid"), "names")
    east, north = required(header, "", ("x",), "x"), required(header, "", ("y",), "y")
    for row in rows:
        try:
            time, place = read_time(row.cells[at]), (float(row.cells[east]), float(row.cells[north]))
        except (ValueError, OverflowError) as error:
            bad.append(Bad(row.line, "unreadable", str(error)))
            continue
        if not all(map(math.isfinite, place)):
            bad.append(Bad(row.line, "not-finite", "a place that is no number"))
        elif row.cells[who] in found.setdefault(time, {}):
            bad.append(Bad(row.line, "duplicate", f"{row.cells[who]} has a place at this time already"))
        else:
            found[time][row.cells[who]] = place
    return found, bad


def trajectories(
    points: dict[int, dict[str, tuple[float, float]]], times: Sequence[int]
) -> tuple[list[str], Floats]:
    """Return the names, and (n, times, 2) places, NaN where one is not there."""
    names = sorted({name for time in times for name in points.get(time, {})})
    where = {name: n for n, name in enumerate(names)}
    found = np.full((len(names), len(times), 2), np.nan)
    for k, time in enumerate(times):
        for name, place in points.get(time, {}).items():
            found[where[name], k] = place
    return names, found


def _class(text: str) -> int:
    name = text.strip() or CLASSES[0]
    if name not in CLASSES:
        raise ValueError(f"class {name[:40]!a} is none of {', '.join(CLASSES)}")
    return CLASSES.index(name)


def _from_json(data: bytes) -> list[tuple[int, str, float, float]]:
    try:
        body: dict[str, Any] = json.loads(data)
        return [
            (int(point["time"]), str(track["id"]), float(point["x"]), float(point["y"]))
            for track in body["tracks"]
            for point in track["points"]
        ]
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise FusionInputError(f"JSON that is not what `track --json` prints: {error}") from error

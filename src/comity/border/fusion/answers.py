"""What the commands say of a file: its tracks, and how far they are from the truth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from comity.border.errors import FusionInputError
from comity.border.fusion.metrics.gospa import gospa, ospa
from comity.border.fusion.metrics.trajectories import trajectory_gospa
from comity.border.fusion.model import CLASSES, Area, Config, Rules, Sensor
from comity.border.fusion.observations import Batch, looks_of
from comity.border.fusion.reading import trajectories
from comity.border.fusion.tracker import Tracker

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.border.fusion.picture import Frame, TrackBatch
    from comity.border.fusion.reading import DetectionFile
    from comity.border.tabular import Bad

METHOD: Final = "tomb-p@1"
CHUNK: Final = 20_000
"""Detections that are taken between two steps of a progress bar."""
CELLS: Final = 50
"""Cells of the grid of the unseen along the longer side of the area."""
LARGEST: Final = 300_000
"""Places of truth times tracks beyond which trajectories are not scored."""


@dataclass(frozen=True, slots=True)
class Assumed:
    """What the officer says of the sensors.

    Attributes:
        detects: Probability of detection.
        clutter: False detections a look.
        expected: Things there at any time; 0 for as many as detections a look, less clutter.
        area: west, south, east, north in m; without it, around all places of the file.
    """

    detects: float = 0.9
    clutter: float = 5.0
    expected: float = 0.0
    area: tuple[float, float, float, float] | None = None


def follow(
    file: DetectionFile, assumed: Assumed, progress: Callable[[int, int], None] = lambda _done, _all: None
) -> dict[str, Any]:
    """Return what moves in a file of detections.

    Raises:
        FusionSettingError: what is assumed is not possible.
    """
    config = _config(file, assumed)
    tracker = Tracker(config)
    detections = file.detections
    order = detections.order()
    times = detections.time[order]
    frames: list[Frame] = []
    start, last = 0, None
    while start < len(order):
        stop = min(start + CHUNK, len(order))
        stop = int(np.searchsorted(times, times[stop - 1], side="right"))
        last = tracker.push(Batch(detections.take(order[start:stop])), frames=True)
        frames += last.frames
        progress(stop, len(order))
        start = stop
    assert last is not None  # a file has a row that can be read
    return _told(config, tracker, frames, last) | _aside(tracker, file, order)


def _config(file: DetectionFile, assumed: Assumed) -> Config:
    places, noise = file.detections.place, file.detections.noise
    fine = np.isfinite(places).all(axis=1) & np.isfinite(noise).all(axis=1)
    if not fine.any():
        raise FusionInputError("no row with a place and an error that are numbers")
    if assumed.area is None:
        margin = 10 * float(np.sqrt(np.median(noise[fine, 0]))) + 1.0
        (west, south), (east, north) = places[fine].min(axis=0) - margin, places[fine].max(axis=0) + margin
    else:
        west, south, east, north = assumed.area
    bounds = (float(west), float(south), float(east), float(north))
    area = Area(*bounds, max(bounds[2] - bounds[0], bounds[3] - bounds[1], CELLS * 1e-3) / CELLS)
    size = (area.east - area.west) * (area.north - area.south)
    looks = max(len(looks_of(file.detections.take(file.detections.order()))), 1)
    seen = len(file.detections) / looks - assumed.clutter
    expected = assumed.expected or max(seen / assumed.detects, 1.0)
    clutter = max(assumed.clutter, 1e-3) / size if size > 0 else 1.0
    sensors = tuple(Sensor(name, assumed.detects, clutter) for name in file.sensors)
    return Config(area, sensors, Rules(density=expected / size if size > 0 else 1.0))


def _told(config: Config, tracker: Tracker, frames: list[Frame], last: TrackBatch) -> dict[str, Any]:
    tracks: dict[int, dict[str, Any]] = {}
    newest = {frame.time: frame for frame in frames}
    for time, frame in newest.items():
        told = frame.tracks
        rows = zip(told.uid.tolist(), told.kind.tolist(), told.states().tolist(), strict=True)
        for n, (uid, kind, (x, y, vx, vy)) in enumerate(rows):
            one = tracks.setdefault(uid, {"id": f"{uid:016x}", "points": []})
            sigma_x, sigma_y = np.sqrt(told.moments[n, [0, 2]]).tolist()
            one |= {"class": CLASSES[kind], "existence": float(told.existence[n]), "hits": int(told.hits[n])}
            one["now"] = False
            point = {"time": time, "x": x, "y": y, "vx": vx, "vy": vy, "sigma_x": sigma_x, "sigma_y": sigma_y}
            one["points"].append(point)
    for uid in last.tracks.uid.tolist():
        tracks[uid]["now"] = True
    return {
        "method": METHOD,
        "config": config.digest(),
        "sensors": [sensor.name for sensor in config.sensors],
        "looks": tracker.engine.looks,
        "approximated_clusters": tracker.engine.approximate,
        "from": frames[0].time if frames else None,
        "to": last.time,
        "expected_unseen": last.unseen,
        "tracks": list(tracks.values()),
    }


def _aside(tracker: Tracker, file: DetectionFile, order: np.ndarray[Any, Any]) -> dict[str, Any]:
    """Return what was set aside: counts of all, and what is kept of it."""
    codes = dict(tracker.intake.counts)
    for one in file.bad:
        codes[one.code] = codes.get(one.code, 0) + 1
    rows = [{"row": one.row, "code": one.code, "reason": one.reason} for one in file.bad[:1000]]
    where = {(time, x, y): line for time, (x, y), line in _keys(file, order)}
    for kept in tracker.intake.kept:
        line = where.get((kept.time, kept.x, kept.y))
        rows.append({"row": line, "code": kept.reason, "reason": f"{kept.reason} at {kept.time}"})
    return {"set_aside": {"count": sum(codes.values()), "codes": codes, "rows": rows}}


def _keys(file: DetectionFile, order: np.ndarray[Any, Any]) -> list[tuple[int, list[float], int]]:
    detections = file.detections.take(order)
    return list(
        zip(detections.time.tolist(), detections.place.tolist(), file.lines[order].tolist(), strict=True)
    )


Points = dict[int, dict[str, tuple[float, float]]]


def score(
    truth: tuple[Points, list[Bad]], tracks: tuple[Points, list[Bad]], how: tuple[float, float, float]
) -> dict[str, Any]:
    """Return how far tracks are from the truth, at the times of the truth.

    Args:
        truth: Points and bad rows, as `reading.read_points` returns them.
        tracks: The same.
        how: c in m, p, and the cost of a switch in m.

    Raises:
        FusionInputError: the truth is empty, or a number is not possible.
    """
    c, p, switch = how
    times = sorted(truth[0])
    if not times:
        raise FusionInputError("the truth has no row that can be read")
    names, real = trajectories(truth[0], times)
    found_names, found = trajectories(tracks[0], times)
    rows = []
    for k in range(len(times)):
        here = tuple(one[np.isfinite(one[:, k]).all(axis=1), k] for one in (real, found))
        one, other = gospa(here[0], here[1], c, p), ospa(here[0], here[1], c, p)
        rows.append((one.distance, one.localisation, one.missed, one.false, other.distance))
    mean = np.mean(rows, axis=0).tolist()
    answer: dict[str, Any] = {
        "c": c,
        "p": p,
        "times": len(times),
        "truths": len(names),
        "tracks": len(found_names),
        "gospa": dict(zip(("mean", "localisation", "missed", "false"), mean, strict=False)),
        "ospa": {"mean": mean[4]},
        "set_aside": {"truth": len(truth[1]), "tracks": len(tracks[1])},
    }
    if len(names) * len(times) * max(len(found_names), 1) <= LARGEST:
        whole = trajectory_gospa(real, found, c, p, switch)
        parts = ("distance", "localisation", "missed", "false", "switches")
        answer["trajectory_gospa"] = {"switch": switch} | {part: getattr(whole, part) for part in parts}
    else:
        answer["trajectory_gospa"] = None
    return answer

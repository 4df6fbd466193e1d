"""A tracker as bytes, and back: what goes on from them is bit for bit what would have gone on.

Layout: `comity/tracker/v1` and a newline; the length of a JSON header (8 bytes, little-endian); the header:
the digest of the configuration, counts, and name, type and shape of each array; the arrays one after
another, little-endian; SHA-256 of all that. A snapshot says nothing that the sealed batches do not say.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter, deque
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from comity.border.errors import FusionSnapshotError
from comity.border.fusion.compiled import WHOLE, WIDTH
from comity.border.fusion.intake import SetAside
from comity.border.fusion.observations import Detections, join
from comity.border.fusion.state import State
from comity.border.fusion.tracker import Segment, Tracker

if TYPE_CHECKING:
    from comity.border.fusion.model import Config

MAGIC: Final = b"comity/tracker/v1\n"
DIGEST: Final = 32
TYPES: Final = {"<f8", "<i8"}
STATE: Final = ("tracks", "whole", "unseen")
COUNTS: Final = ("looks", "approximate", "overflow")


@dataclass(frozen=True, slots=True)
class Taken:
    """What makes up a tracker at a moment; it changes none of it later, so that any thread may pack it."""

    now: State
    segments: list[Segment]
    header: dict[str, Any]

    def packed(self) -> bytes:
        """Return it as bytes."""
        return _packed(self)


def take(tracker: Tracker) -> Taken:
    """Return what `save` would write of this moment, in little time."""
    segments = [Segment(one.before, list(one.parts), one.size) for one in tracker.segments]
    header = {
        "config": tracker.config.digest(),
        "segments": len(segments),
        "late": tracker.late,
        "counts": dict(tracker.intake.counts),
        "kept": [asdict(one) for one in tracker.intake.kept],
        "rates": [[*key, count] for key, count in tracker.intake.rates.items()],
    }
    return Taken(tracker.engine.save(), segments, header)


def save(tracker: Tracker) -> bytes:
    """Return a tracker as bytes: its state, what it holds for replay, and its counts."""
    return take(tracker).packed()


def _packed(taken: Taken) -> bytes:
    states = [("now", taken.now)]
    arrays: dict[str, np.ndarray[Any, Any]] = {}
    for n, segment in enumerate(taken.segments):
        states.append((f"{n}", segment.before))
        for what, array in _held(segment).items():
            arrays[f"{n}/{what}"] = array
    for name, state in states:
        arrays |= {f"{name}/{part}": getattr(state, part) for part in STATE}
    header = {
        **taken.header,
        "states": {name: [*state.key, *(getattr(state, one) for one in COUNTS)] for name, state in states},
        "arrays": [[name, array.dtype.str, list(array.shape)] for name, array in arrays.items()],
    }
    text = json.dumps(header, sort_keys=True).encode()
    parts = [MAGIC, len(text).to_bytes(8, "little"), text]
    parts += [np.ascontiguousarray(array).tobytes() for array in arrays.values()]
    body = b"".join(parts)
    return body + hashlib.sha256(body).digest()


def load(config: Config, data: bytes) -> Tracker:
    """Return the tracker that was saved.

    Raises:
        FusionSnapshotError: the bytes are damaged, or of another configuration.
    """
    header, arrays = _unpack(data)
    if header["config"] != config.digest():
        raise FusionSnapshotError(f"of configuration {header['config']}, not {config.digest()}")
    try:
        return _tracker(config, header, arrays)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise FusionSnapshotError(f"a snapshot that fits nothing: {error}") from error


def _tracker(config: Config, header: dict[str, Any], arrays: dict[str, Any]) -> Tracker:
    tracker = Tracker(config)
    shape = (config.area.rows, config.area.columns)
    tracker.engine.load(_state("now", header, arrays, shape))
    tracker.segments = deque()
    for n in range(header["segments"]):
        segment = Segment(_state(f"{n}", header, arrays, shape))
        held = Detections(*(arrays[f"{n}/{one.name}"] for one in fields(Detections)))
        segment.add(held, arrays[f"{n}/looks"])
        tracker.segments.append(segment)
    tracker.late = header["late"]
    tracker.intake.counts = Counter(header["counts"])
    tracker.intake.kept.extend(SetAside(**one) for one in header["kept"])
    tracker.intake.rates = {(second, sensor): count for second, sensor, count in header["rates"]}
    return tracker


def _held(segment: Segment) -> dict[str, np.ndarray[Any, Any]]:
    """Return the columns and looks of a segment, its parts joined."""
    parts = [part for part, _ in segment.parts]
    every = join(parts) if parts else Detections.empty()
    looks = [looks for _, looks in segment.parts]
    found = {one.name: getattr(every, one.name) for one in fields(Detections)}
    found["looks"] = np.concatenate([np.empty((0, 2), np.int64), *looks])
    return found


def _state(name: str, header: dict[str, Any], arrays: dict[str, Any], shape: tuple[int, int]) -> State:
    time, sensor, *counts = header["states"][name]
    tracks, whole, unseen = (arrays[f"{name}/{part}"] for part in STATE)
    if tracks.shape != (len(tracks), WIDTH) or whole.shape != (len(tracks), WHOLE) or unseen.shape != shape:
        raise ValueError(f"state {name} has another shape")
    return State((time, sensor), tracks, whole, unseen, *counts)


def _unpack(data: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the header and the arrays.

    Raises:
        FusionSnapshotError: the bytes are not what was saved.
    """
    body, digest = data[:-DIGEST], data[-DIGEST:]
    if not body.startswith(MAGIC) or hashlib.sha256(body).digest() != digest:
        raise FusionSnapshotError("not a snapshot, or not whole: its SHA-256 does not fit")
    at = len(MAGIC) + 8
    end = at + int.from_bytes(body[len(MAGIC) : at], "little")
    arrays: dict[str, Any] = {}
    try:
        header = json.loads(body[at:end])
        for name, kind, shape in header["arrays"]:
            if kind not in TYPES or min(shape) < 0:
                raise FusionSnapshotError(f"{name} is of type {kind} and shape {shape}")
            size = 8 * math.prod(shape)
            arrays[name] = np.frombuffer(body[end : end + size], kind).reshape(shape).copy()
            end += size
    except (KeyError, TypeError, ValueError) as error:
        raise FusionSnapshotError(f"a header that fits nothing: {error}") from error
    if end != len(body):
        raise FusionSnapshotError(f"{len(body)} bytes, where the header tells of {end}")
    return header, arrays

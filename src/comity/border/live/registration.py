"""The bias of each own sensor, found from what was taken in: told with its errors, and never applied.

Where co-operative targets were is told by receivers of ADS-B and AIS, and by those that own patrols carry;
what calls itself by Remote ID is not believed for this. What the sensor said is taken as it said it, without
the correction that may be in force: an estimate is of the whole bias, and takes the place of the one before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson

from comity.border.fusion import registration_pairs
from comity.border.fusion.observations import Detections
from comity.border.fusion.registration import METHOD as ESTIMATOR
from comity.border.fusion.registration import PARTS
from comity.border.fusion.registration_pairs import targets_of
from comity.border.live.observations import Reading
from comity.border.live.patrols import sigma_of
from comity.border.live.quarantine import Bounds
from comity.border.live.tracks import store_of
from comity.border.live.windows import streams_of
from comity.border.quality.positions import fix_of, place_flag, too_fast
from comity.border.sector import queries, registrations
from comity.border.sector.config import carried, claiming, detecting
from comity.border.sector.plane import MICRO
from comity.border.sensors import answers as sensors
from comity.border.sensors import sealing
from comity.record.canonical import b64

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from comity.border.entries.sectors import SectorSensor
    from comity.border.fusion.observations import Ints
    from comity.border.fusion.registration_pairs import Found, Target
    from comity.border.live.correcting import Correction
    from comity.border.sector.queries import SectorView
    from comity.node.node import Node

METHOD: Final = f"{ESTIMATOR} {registration_pairs.METHOD}"
BELIEVED: Final = frozenset({"adsb", "ais"})
"""Kinds of receivers of others whose senders are believed about where they are, as robust as the loss is."""
HOUR: Final = 3_600_000
MOST: Final = 200_000
"""Observations of one sensor that are read at most, the newest."""
MICROSECONDS: Final = 1_000
LATEST: Final = 1 << 53
"""A time after all others, ms: the newest correction is told though it has yet to begin."""
UNKNOWN: Final = 30.0
"""Metres of error of a target that says none."""
SIGNIFICANT: Final = 3.0
"""Standard deviations beyond which a bias is one."""
ENOUGH, NONE, TOO_LITTLE = "bias", "no bias", "insufficient data"

Row = tuple[int, int, int, "Any"]
"""Id, phenomenon time (µs), kind and value of the result."""


@dataclass(frozen=True, slots=True)
class References:
    """Co-operative targets of a stretch: by name, who told of them, and the ids of what they said."""

    targets: Mapping[str, Target]
    sensors: tuple[str, ...]
    ids: frozenset[int]


def biases(
    node: Node, slug: str, sensor: str = "", first: int | None = None, until: int | None = None
) -> dict[str, Any]:
    """Return the bias of each own detecting sensor of a sector, or of one.

    Args:
        node: Whose sensors.
        slug: Name of the sector.
        sensor: One sensor; all without.
        first: From when on, ms UTC of the time that observations say; an hour before the end without.
        until: Until when; what the centre has come to without.

    Raises:
        SectorUnknownError: there is no such sector of this party.
    """
    view = queries.find(node, slug, own=True)
    clock = clock_of(node, slug)
    until = clock if until is None else until
    first = until - HOUR if first is None else first
    told = references(node, view, first, until)
    accepted = registrations.corrections(node, slug)
    held = {one.sensor: one for one in registrations.in_force(accepted, LATEST)}
    own = [one for one in detecting(view.model, node.config.party) if sensor in {"", one.slug}]
    return {
        "sector": slug,
        "first": first,
        "until": until,
        "clock": clock,
        "config": view.digest,
        "method": METHOD,
        "references": list(told.sensors),
        "targets": len(told.targets),
        "sensors": [
            {**_told(node, view, one, told, (first, until)), "correction": _held(held.get(one.slug))}
            for one in own
        ],
        "exercise": view.exercise,
    }


def clock_of(node: Node, slug: str) -> int:
    """Return how far the centre of a sector has come, ms UTC; of one that never ran 0."""
    found = store_of(node).read_one("SELECT clock FROM step WHERE sector = ?", (slug,))
    return 0 if found is None else int(found[0])


def references(node: Node, view: SectorView, first: int, until: int) -> References:
    """Return the co-operative targets of a stretch, places that cannot be left out."""
    party, box = node.config.party, Bounds(view).box
    trusted = carried(view.model, party)
    every = [*trusted, *(one for one in claiming(view.model, party) if one.kind in BELIEVED)]
    said: dict[str, list[tuple[int, float, float, float]]] = {}
    ids: set[int] = set()
    names: set[str] = set()
    for one in every:
        for number, time, _, result in _rows(node, one.slug, first, until):
            data = _object(result)
            fix = fix_of(time, data)
            if fix is None or place_flag(fix, box) or too_fast(fix):
                continue
            x, y = (fix.a, fix.b) if fix.plane else view.plane.place(fix.a, fix.b)
            error = sigma_of(data, _error(one))
            who = one.slug if one in trusted else f"{one.slug} {data.get('transmitter', '')}"
            said.setdefault(who, []).append((time // MICROSECONDS, x, y, error))
            ids.add(number)
            names.add(one.slug)
    return References(targets_of(said), tuple(sorted(names)), frozenset(ids))


def detections(
    node: Node, view: SectorView, sensor: SectorSensor, first: int, until: int
) -> tuple[Detections, Ints]:
    """Return what a sensor detected in a stretch, as it said it, and the id of the observation of each."""
    reading = Reading([(sensor.slug, float(sensor.sigma))], view.plane, Bounds(view))
    said = _rows(node, sensor.slug, first, until)
    rows = [(number, 0, time, kind, result) for number, time, kind, result in said]
    if not rows:
        return Detections.empty(), np.empty(0, np.int64)
    read = reading.read(rows)
    return read.detections, read.ids


def _told(
    node: Node, view: SectorView, sensor: SectorSensor, told: References, span: tuple[int, int]
) -> dict[str, Any]:
    centre = view.plane.place(sensor.lat / MICRO, sensor.lon / MICRO)
    seen, ids = detections(node, view, sensor, *span)
    found = registration_pairs.find(seen, list(told.targets.values()), centre)
    about = {"sensor": sensor.slug, "detections": len(seen)}
    if isinstance(found, str):
        return {**about, "verdict": TOO_LITTLE, "why": found, "pairs": 0, "targets": 0}
    used = np.unique(ids[found.paired.rows])
    batches, unsealed = _batches(node, {*used.tolist(), *told.ids})
    return {**about, **_figures(found), "digest": b64(found.paired.digest(ids)),
            "batches": batches, "unsealed": unsealed}  # fmt: skip


def _figures(found: Found) -> dict[str, Any]:
    """Return a bias as figures: metres, radians, milliseconds, each with its standard deviation."""
    bias = found.bias
    sigmas = np.sqrt(np.diag(bias.covariance)).tolist()
    values = (bias.east, bias.north, bias.turn, bias.late)
    sure = any(
        abs(value) > SIGNIFICANT * sigma
        for value, sigma, name in zip(values, sigmas, PARTS, strict=True)
        if name in found.parts
    )
    return {
        "verdict": ENOUGH if sure else NONE,
        "parts": list(found.parts),
        "shift_east": _decimal(bias.east, 2),
        "shift_north": _decimal(bias.north, 2),
        "turn": _decimal(bias.turn, 6),
        "late": round(bias.late * 1000),
        "sigma_east": _decimal(sigmas[0], 2),
        "sigma_north": _decimal(sigmas[1], 2),
        "sigma_turn": _decimal(sigmas[2], 6),
        "sigma_late": _decimal(sigmas[3] * 1000, 1),
        "pairs": len(found.paired),
        "targets": len(np.unique(found.paired.targets)),
        "outliers": bias.outliers,
        "condition": round(bias.condition, 2),
        "error": round(found.error, 2),
        "alone": None if found.alone is None else round(found.alone, 1),
    }


def _held(one: Correction | None) -> dict[str, Any] | None:
    names = ("since", "east", "north", "turn", "late", "digest")
    return None if one is None else {name: getattr(one, name) for name in names}


def _rows(node: Node, sensor: str, first: int, until: int) -> Iterator[Row]:
    """Yield what a sensor said in a stretch by its own time, the newest where it is too much."""
    store = sensors.store_of(node)
    query = (
        "SELECT id, phenomenon, kind, result FROM observation WHERE datastream = ? "
        "AND phenomenon BETWEEN ? AND ? ORDER BY phenomenon DESC, id DESC LIMIT ?"
    )
    for stream in sorted(streams_of(store, [sensor])):
        span = (first * MICROSECONDS, until * MICROSECONDS + MICROSECONDS - 1)
        yield from reversed(store.read_all(query, (stream, *span, MOST)))


def _batches(node: Node, ids: Iterable[int]) -> tuple[list[str], int]:
    """Return the roots of the sealed batches that hold observations, and how many no batch holds."""
    numbers = np.array(sorted(ids), np.int64)
    roots, inside = [], 0
    for one in sealing.stretches(sensors.store_of(node)):
        low, high = np.searchsorted(numbers, [one.first, one.last + 1])
        if one.sealed and high > low:
            roots.append(b64(one.root))
            inside += int(high - low)
    return roots, len(numbers) - inside


def _error(one: SectorSensor) -> float:
    return float(one.sigma) if one.kind not in BELIEVED else UNKNOWN


def _object(text: Any) -> Any:
    try:
        return orjson.loads(text)
    except (orjson.JSONDecodeError, TypeError):
        return None


def _decimal(value: float, places: int) -> str:
    text = f"{value:.{places}f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text

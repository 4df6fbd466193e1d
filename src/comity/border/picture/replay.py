"""A picture made again from the record: own tracks from sealed observations, others' from what they said.

Every batch makes its root again before anything of it is used; the tracker is told of the sector as the
entry had it that was in force then (`sector.history`), and what it tells is compared with what is kept,
number by number: its frames, its alerts and their steps, what it expects unseen. The tracker gives the same
bits for the same observations in any batches, on any machine.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from comity.border.errors import FusionSettingError, ZoneError
from comity.border.live.machine import Machine
from comity.border.live.taking_over import take_over
from comity.border.live.tracks import TrackStore, store_of
from comity.border.live.windows import streams_of, windows
from comity.border.picture import answers, replay_alerts
from comity.border.picture.errors import PictureRefusedError
from comity.border.picture.record import Windows
from comity.border.picture.views import VIEWS
from comity.border.sector import history, queries, registrations
from comity.border.sensors import answers as sensors
from comity.border.sensors import sealing
from comity.record.canonical import b64

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from comity.border.live.machine import Outcome
    from comity.border.live.told import Row
    from comity.border.picture.replay_alerts import Alerts
    from comity.border.sector.history import Era
    from comity.border.sensors.store import SensorStore
    from comity.node.node import Node

SHOWN: Final = 50
"""Differences that are told one by one."""
FAR: Final = 1 << 52
"""A time after all others, ms; a number after all observations."""
COMPARED: Final = ("tracks", "sensors", "unseen", "unseen_by")
"""Parts of a picture that are held against the kept one."""


@dataclass(slots=True)
class Again:
    """What was made again.

    Attributes:
        batches: Sealed batches that made their root.
        observations: Of them.
        unsealed: Observations that no batch holds: nothing of them is used.
        until: Up to when all that was told rests on sealed observations, ms of the sector's clock.
        differences: What does not agree, in words.
    """

    batches: int = 0
    observations: int = 0
    unsealed: int = 0
    until: int = FAR
    differences: list[str] = field(default_factory=list)


def replay(node: Node, slug: str, at: int | None = None, view: str = "joint") -> dict[str, Any]:
    """Return a picture made again, with what of the kept one differs, and by which entries it was made.

    Args:
        node: Whose view.
        slug: Name of the sector.
        at: ms UTC; the newest without.
        view: One of `views.VIEWS`.

    Raises:
        PictureRefusedError: there is no such view.
        SectorUnknownError: there is no such sector.
    """
    if view not in VIEWS:
        raise PictureRefusedError(f"{view[:40]!a} is none of {', '.join(VIEWS)}")
    kept = answers.picture(node, slug, at, view)
    again = Again()
    eras = _eras(node, slug, again)
    with tempfile.TemporaryDirectory(prefix="comity-replay-") as folder:
        store = TrackStore(Path(folder), node.config.party)
        try:
            alerts = _own(node, eras, store, again)
            era = history.at(node, slug, kept["at"])
            made = answers.drawn(node, era, store, Windows(), (kept["at"], view))
        finally:
            store.close()
    if not again.unsealed:
        again.differences += _told_apart(made["tracks"], kept["tracks"])
        again.differences += [
            f"{name} of the picture differs" for name in COMPARED[1:] if made[name] != kept[name]
        ]
    again.differences += alerts.differences
    agrees = not again.differences
    said = {
        "batches": again.batches,
        "observations": again.observations,
        "unsealed": again.unsealed,
        "entries": [one.to_json() for one in eras],
        "alerts": alerts.to_json(),
        "agrees": agrees,
        "differences": again.differences[:SHOWN],
        "words": "the kept picture agrees" if agrees else "the kept picture does not agree",
    }
    return {**made, "span": kept["span"], "replay": said}


def _eras(node: Node, slug: str, again: Again) -> list[Era]:
    """Return by which entries the sector was tracked; without a word on record, those in force now."""
    found = history.eras(node, slug)
    if found and found[0].after:
        again.differences.append(f"by what was tracked until observation {found[0].after} is not on record")
    if found:
        return found
    return [history.Era(queries.find(node, slug), tuple(queries.zones(node, slug, own=True)))]


def _own(node: Node, eras: Sequence[Era], store: TrackStore, again: Again) -> Alerts:
    """Make frames and alerts of the own tracks again, and compare them with those that are kept."""
    source = sensors.store_of(node)
    sealed = _checked(node, source, again)
    alerts = replay_alerts.Alerts()
    slug, before = eras[0].sector.slug, None
    ends = [*((era.after, era.moment) for era in eras[1:]), (FAR, _moment(node, slug))]
    for era, (stop, moment) in zip(eras, ends, strict=True):
        machine = _machine(node, era)
        if machine is None:
            continue
        if before is not None:
            alerts.made += take_over(before, machine)
        before = machine
        alerts.sensors |= set(machine.sensors)
        for out in _passed(source, machine, era, (min(stop, sealed), stop, moment), again):
            store.add(slug, list(out.frames()))
            store.expect(slug, out.told)
            _around(store, slug, out)
            alerts.made += out.steps
    if before is not None and again.unsealed:
        again.until = before.clock - before.sector.model.horizon
    cache = store_of(node)
    span = cache.span(slug)
    if span is not None:
        _compare(store.between(slug, *span), cache.between(slug, *span), again)
    others = [one for one in queries.sectors(node) if one.slug != slug]
    alerts.sensors -= {sensor.slug for one in others for sensor in one.model.sensors}
    alerts.compare(node, again.until)
    return alerts


def _machine(node: Node, era: Era) -> Machine | None:
    """Return a machine that begins with an era; None where no own sensor detects, or a zone is none."""
    try:
        machine = Machine(era.sector, era.zones, node.config.party)
    except (FusionSettingError, ZoneError):
        return None
    machine.correct(registrations.corrections(node, era.sector.slug))
    machine.last, machine.moment = era.after, era.moment
    return machine


def _passed(
    source: SensorStore, machine: Machine, era: Era, bounds: tuple[int, int, int], again: Again
) -> Iterator[Outcome]:
    """Yield what comes of an era's observations, and of the time until it ended.

    Args:
        source: The observations.
        machine: New.
        era: The era.
        bounds: The last observation that may be used, the last of the era, and when it ended (ms).
        again: Counts.
    """
    usable, last, ends = bounds
    before = again.unsealed
    for window in windows(source, streams_of(source, machine.sensors), era.after, FAR):
        rows = [row for row in window.rows if row[0] <= last]
        sealed = [row for row in rows if row[0] <= usable]
        again.unsealed += len(rows) - len(sealed)
        if sealed:
            again.observations += len(sealed)
            yield machine.window(type(window)(sealed, window.end))
    if again.unsealed == before:
        yield machine.until(ends)


def _moment(node: Node, slug: str) -> int:
    """Return until when this node's centre has taken time, ms UTC by its clock; 0 where it never ran."""
    found = store_of(node).read_one("SELECT moment FROM step WHERE sector = ?", (slug,))
    return 0 if found is None else int(found[0])


def _around(store: TrackStore, slug: str, out: Outcome) -> None:
    with store.transaction() as db:
        db.executemany(
            "INSERT OR REPLACE INTO silence VALUES (?, ?, ?, ?)", [(slug, *one) for one in out.silences]
        )
        db.executemany(
            "INSERT OR REPLACE INTO claim VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [(slug, *one) for one in out.verdicts],
        )
        db.executemany(
            "INSERT OR REPLACE INTO patrol VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [(slug, *one) for one in out.patrols],
        )


def _checked(node: Node, source: SensorStore, again: Again) -> int:
    """Check every batch against its root; return the last observation that may be used."""
    last = 0
    for one in sealing.stretches(source):
        wrong = sealing.check(node, source, one)
        if wrong:
            again.differences.append(f"batch {one.number}: {wrong}")
        else:
            again.batches += 1
        gone = source.read_one("SELECT count(*) FROM erased WHERE id BETWEEN ? AND ?", (one.first, one.last))
        if gone[0]:
            again.differences.append(
                f"batch {one.number}: {gone[0]} observations of {b64(one.root)} were deleted"
            )
        last = max(last, one.last)
    return last


def _compare(made: list[Row], kept: list[Row], again: Again) -> None:
    """Compare frames, number by number: every bit counts."""
    one = {(row.time, row.track): row for row in made if row.time <= again.until}
    other = {(row.time, row.track): row for row in kept if row.time <= again.until}
    for key in sorted({*one, *other}):
        if one.get(key) != other.get(key):
            what = "is not kept" if key not in other else "was not there" if key not in one else "differs"
            again.differences.append(f"{key[1]} at {key[0]} {what}")


def _told_apart(made: list[dict[str, Any]], kept: list[dict[str, Any]]) -> list[str]:
    one, other = ({track["id"]: track for track in side} for side in (made, kept))
    return [
        f"{name} differs in the picture"
        for name in sorted({*one, *other})
        if one.get(name) != other.get(name)
    ]

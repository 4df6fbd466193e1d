"""A picture made again from the record: own tracks from sealed observations, others' from what they said.

Every batch makes its root again before anything of it is used; the tracker is told of the sector as its
entry has it, and its frames are compared with those that are kept, number by number. The tracker gives the
same bits for the same observations in any batches, on any machine.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from comity.border.errors import FusionSettingError
from comity.border.live.machine import Machine
from comity.border.live.tracks import TrackStore, store_of
from comity.border.live.windows import streams_of, windows
from comity.border.picture import answers
from comity.border.picture.errors import PictureRefusedError
from comity.border.picture.record import Windows
from comity.border.picture.views import VIEWS
from comity.border.sector import queries
from comity.border.sensors import answers as sensors
from comity.border.sensors import sealing
from comity.record.canonical import b64

if TYPE_CHECKING:
    from comity.border.live.tracks import Row
    from comity.border.sector.queries import SectorView
    from comity.border.sensors.store import SensorStore
    from comity.node.node import Node

SHOWN: Final = 50
"""Differences that are told one by one."""
FAR: Final = 1 << 52
"""A time after all others, ms."""


@dataclass(slots=True)
class Again:
    """What was made again.

    Attributes:
        batches: Sealed batches that made their root.
        observations: Of them.
        unsealed: Observations that no batch holds: nothing of them is used.
        differences: What does not agree, in words.
    """

    batches: int = 0
    observations: int = 0
    unsealed: int = 0
    differences: list[str] = field(default_factory=list)


def replay(node: Node, slug: str, at: int | None = None, view: str = "joint") -> dict[str, Any]:
    """Return a picture made again, with what of the kept one differs.

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
    sector = queries.find(node, slug)
    kept = answers.picture(node, slug, at, view)
    again = Again()
    with tempfile.TemporaryDirectory(prefix="comity-replay-") as folder:
        store = TrackStore(Path(folder), node.config.party)
        try:
            _own(node, sector, store, again)
            made = answers.drawn(node, sector, store, Windows(), (kept["at"], view))
        finally:
            store.close()
    if made["tracks"] != kept["tracks"] and not again.unsealed:
        again.differences += _told_apart(made["tracks"], kept["tracks"])
    agrees = not again.differences
    said = {
        "batches": again.batches,
        "observations": again.observations,
        "unsealed": again.unsealed,
        "agrees": agrees,
        "differences": again.differences[:SHOWN],
        "words": "the kept picture agrees" if agrees else "the kept picture does not agree",
    }
    return {**made, "replay": said}


def _own(node: Node, sector: SectorView, store: TrackStore, again: Again) -> None:
    """Make the frames of the own tracks again, and compare them with those that are kept."""
    source = sensors.store_of(node)
    sealed = _checked(node, source, again)
    try:
        machine = Machine(sector, queries.zones(node, sector.slug, own=True), node.config.party)
    except FusionSettingError:
        return  # no sensor of this party detects: there are no own tracks
    slug = sector.slug
    for window in windows(source, streams_of(source, machine.sensors), 0, FAR):
        rows = [row for row in window.rows if row[0] <= sealed]
        again.unsealed += len(window.rows) - len(rows)
        if not rows:
            continue
        out = machine.window(type(window)(rows, window.end))
        again.observations += len(rows)
        store.add(slug, list(out.frames()))
        _around(store, slug, out)
    cache = store_of(node)
    span = cache.span(slug)
    until = FAR if not again.unsealed else machine.clock - sector.model.horizon
    if span is not None:
        _compare(store.between(slug, *span), cache.between(slug, *span), until, again)


def _around(store: TrackStore, slug: str, out: Any) -> None:
    with store.transaction() as db:
        db.executemany(
            "INSERT OR REPLACE INTO silence VALUES (?, ?, ?, ?)", [(slug, *one) for one in out.silences]
        )
        db.executemany(
            "INSERT OR REPLACE INTO claim VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [(slug, *one) for one in out.verdicts],
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


def _compare(made: list[Row], kept: list[Row], until: int, again: Again) -> None:
    """Compare frames, number by number: every bit counts."""
    one = {(row.time, row.track): row for row in made if row.time <= until}
    other = {(row.time, row.track): row for row in kept if row.time <= until}
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

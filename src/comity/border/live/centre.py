"""The running centre of one sector: every observation of the own sensors, once, into tracks and frames.

centre = Centre(node, find(node, "ford"))
report = centre.run_once()
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from comity.border.fusion.tracker import Tracker
from comity.border.live.observations import Reading
from comity.border.live.tracks import store_of
from comity.border.sector.config import config_of, detecting
from comity.border.sensors import answers as sensors

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable

    from comity.border.fusion.picture import TrackBatch
    from comity.border.sector.queries import SectorView
    from comity.node.node import Node

    Listener = Callable[[SectorView, TrackBatch, Tracker], None]

MOST: Final = 20_000
"""Observations that are taken at once."""
PAUSE: Final = 0.05
"""Seconds between two looks at the store."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did.

    Attributes:
        sector: Slug.
        observations: Taken now.
        frames: Seconds that were told, or told anew.
        tracks: Told at the end.
        late: Observations older than the horizon: kept, sealed, and flagged.
        set_aside: Counts by reason.
        steps: Steps of alerts that were put on record.
        sealed: Batches that were sealed.
        clock: Time of the sector, ms UTC; None before the first observation.
    """

    sector: str
    observations: int = 0
    frames: int = 0
    tracks: int = 0
    late: int = 0
    set_aside: dict[str, int] = field(default_factory=dict)
    steps: int = 0
    sealed: int = 0
    clock: int | None = None


class Centre:
    """Runs one sector of a node. Not safe for several threads at once.

    Args:
        node: The node, open.
        sector: An own sector.
        listeners: Called after each batch with the sector, what the tracker told, and the tracker.
    """

    def __init__(self, node: Node, sector: SectorView, listeners: Iterable[Listener] = ()) -> None:
        self.node, self.sector = node, sector
        self.tracks = store_of(node)
        self.listeners = tuple(listeners)
        self._own = detecting(sector.model, node.config.party)
        self.tracker = Tracker(config_of(sector, node.config.party))
        self._reading = Reading([(one.slug, float(one.sigma)) for one in self._own], sector.plane)
        self._last = 0

    def run_once(self) -> Report:
        """Take what was not taken yet; return what came of it."""
        taken = frames = late = 0
        told = None
        while rows := self._rows():
            batch = self._reading.batch([row[:5] for row in rows], rows[-1][5] // 1000)
            told = self.tracker.push(batch, frames=True)
            with self.tracks.transaction():
                frames += self.tracks.add(self.sector.slug, told.frames)
            self._last = rows[-1][0]
            taken, late = taken + len(rows), late + len(told.late)
            for listener in self.listeners:
                listener(self.sector, told, self.tracker)
        return Report(
            self.sector.slug, taken, frames, 0 if told is None else len(told.tracks), late,
            dict(self.tracker.intake.counts), clock=None if told is None else told.time,
        )  # fmt: skip

    def run(self, stop: threading.Event) -> None:
        """Repeat until told to stop."""
        while not stop.is_set():
            if not self.run_once().observations:
                stop.wait(PAUSE)

    def _rows(self) -> list[tuple[Any, ...]]:
        store = sensors.store_of(self.node)
        names = {one.slug: place for place, one in enumerate(self._own)}
        streams = {
            number: names[name]
            for number, name in store.read_all(
                "SELECT d.id, s.name FROM datastream d JOIN sensor s ON s.id = d.sensor"
            )
            if name in names
        }
        if not streams:
            return []
        marks = ", ".join("?" * len(streams))
        rows = store.read_all(
            f"SELECT id, datastream, phenomenon, kind, result, arrival FROM observation WHERE id > ? "  # noqa: S608 - marks alone
            f"AND datastream IN ({marks}) ORDER BY id LIMIT ?",
            (self._last, *streams, MOST),
        )
        return [(row[0], streams[row[1]], *row[2:]) for row in rows]

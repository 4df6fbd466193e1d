"""The running centre of one sector: every observation of its own sensors once, into frames and alerts.

    centre = Centre(node, find(node, "ford", own=True))
    report = centre.run_once()

Frames, and how far the sector has come, are written in one transaction; alerts wait in it until they are on
the record. A process that is killed anywhere loses nothing and doubles nothing: the next one takes the last
snapshot, hears what came after it again, and goes on where the transaction ended.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import structlog

from comity.border.errors import FusionSettingError, FusionSnapshotError, ZoneError
from comity.border.fusion.picture import Tracks
from comity.border.live import outbox, saving, storing
from comity.border.live.machine import Machine
from comity.border.live.snapshotting import Snapshots
from comity.border.live.source import Source
from comity.border.live.taking_over import take_over
from comity.border.live.tracks import store_of
from comity.border.live.windows import settled, streams_of, windows
from comity.border.sector import history, registrations
from comity.border.sector.config import name_of_config
from comity.border.sector.queries import zones
from comity.border.sensors import answers as sensors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import apsw

    from comity.border.alerts.engine import Emission
    from comity.border.fusion.picture import TrackBatch
    from comity.border.fusion.tracker import Tracker
    from comity.border.live.machine import Outcome
    from comity.border.sector.history import Era
    from comity.border.sector.queries import SectorView
    from comity.node.node import Node

    Listener = Callable[[SectorView, TrackBatch, Tracker], None]

LOGGER = structlog.get_logger("comity.border.live")

MICROSECONDS: Final = 1_000
TOGETHER: Final = 20_000
"""Observations after which is written what came of them."""
SNAPSHOT: Final = 50_000
"""Observations after which a snapshot is taken at the earliest."""
HOUR: Final = 3_600_000
KEPT: Final = 7 * 24 * HOUR
"""How long frames are kept, ms."""
PAUSE: Final = 0.05
"""Seconds between two looks at the store."""


@dataclass(slots=True)
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
        clock: Time of the sector, ms UTC; None before the first observation.
    """

    sector: str
    observations: int = 0
    frames: int = 0
    tracks: int = 0
    late: int = 0
    set_aside: Counter[str] = field(default_factory=Counter)
    steps: int = 0
    clock: int | None = None


class Centre:
    """Runs one sector of a node. Not safe for several threads at once.

    Args:
        node: The node, open.
        sector: An own sector.
        listeners: Called with the sector, what the tracker told of each second, and the tracker, before it
            is written: in order, and once more after a crash in between. One that fails is passed over, and
            said in the log: the first of a kind with where it failed.

    Attributes:
        beside: Whether snapshots are written beside the tracking; whoever sets it calls `close` at the end.

    Raises:
        FusionSettingError: no sensor of this party detects.
        ZoneError: a zone cannot be watched.
    """

    def __init__(self, node: Node, sector: SectorView, listeners: Iterable[Listener] = ()) -> None:
        self.node, self.sector = node, sector
        self.tracks = store_of(node)
        self.listeners = tuple(listeners)
        self._zones = zones(node, sector.slug, own=True)
        self.config = name_of_config(sector, self._zones)
        self._header = {"releasable_to": list(sector.model.alerts_to)}
        self.beside = False
        self._since_snapshot = 0
        self._snapshots = Snapshots(self.tracks, sector.slug, self.config)
        self._source = Source(node)
        self._whole = True
        self._failed: set[tuple[Listener, type[Exception]]] = set()
        self._begun: history.Begun | None = None
        self._owed: list[Emission] = []
        self.machine = self._resumed()

    def learn(self) -> None:
        """Take up the corrections of sensors that were accepted; each begins after all that was taken."""
        self.machine.correct(registrations.corrections(self.node, self.sector.slug))

    @property
    def tracker(self) -> Tracker:
        """The tracker; it belongs to the centre."""
        return self.machine.tracker

    def run_once(self, moment: int | None = None) -> Report:
        """Take what was not taken yet.

        Args:
            moment: Until when, ms UTC by the node's clock. Without, everything that has arrived by now: its
                window is waited for.

        Raises:
            NodeReadOnlyError: the log must not grow now; what was found is kept.
        """
        until = settled(sensors.store_of(self.node)) if moment is None else moment
        report = self.take(until)
        report.steps += outbox.send(self.node, self.tracks)
        return report

    def take(self, until: int) -> Report:
        """Take what was not taken yet until a moment (ms UTC by the node's clock); steps of alerts wait."""
        report = Report(self.sector.slug)
        if not self._whole:  # what failed last time is not on disk: from there again
            self._since_snapshot = 0
            self._source.again()
            self.machine = self._resumed()
        self._whole = False
        self._take(until, report)
        self._whole = True
        report.tracks = len(Tracks.of(*self.tracker.engine.current))
        report.clock = self.machine.clock or None
        return report

    def _take(self, until: int, report: Report) -> None:
        """Take what arrived until a moment, and write what came of it."""
        pending: list[Outcome] = []
        machine = self.machine
        for window in self._source.windows(machine.sensors, machine.last, until):
            pending.append(machine.window(window))
            if sum(one.observations for one in pending) >= TOGETHER:
                self._commit(pending, report)
        before = machine.clock // MICROSECONDS
        idle = machine.until(until)
        said = idle.steps or idle.silences or idle.verdicts or idle.patrols
        if pending or self._owed or said or machine.clock // MICROSECONDS > before:
            self._commit([*pending, idle], report)

    def settle(self) -> None:
        """Wait until nothing is being written beside."""
        self._snapshots.wait()

    def close(self) -> None:
        """Take a snapshot, so that the next one begins at once."""
        self.settle()
        if self._since_snapshot:
            with self.tracks.transaction() as db:
                self._snapshot(db)

    def _resumed(self) -> Machine:
        """Return the machine as it was when the last transaction ended."""
        machine = self._new()
        query = "SELECT config, last, moment, clock FROM step WHERE sector = ?"
        step = self.tracks.read_one(query, (self.sector.slug,))
        if step is None:
            self._begun = history.Begun(0, 0, 0)
            return machine
        config, *stood = step
        if config == self.config:
            return self._again(machine, config, stood)
        self._begun = history.Begun(*stood)
        before = self._before(config, stood)
        if before is None:  # it is another sector now, and begins anew with what comes
            machine.last, machine.moment, _ = stood
        else:
            self._owed = take_over(before, machine)
        return machine

    def _before(self, config: str, stood: Sequence[int]) -> Machine | None:
        """Return the machine of the entries that were in force before; None where they are not on record."""
        for era in reversed(history.eras(self.node, self.sector.slug)):
            if name_of_config(era.sector, era.zones) == config:
                try:
                    return self._again(self._new(era), config, stood)
                except (FusionSettingError, ZoneError):
                    return None
        return None

    def _again(self, machine: Machine, config: str, stood: Sequence[int]) -> Machine:
        """Return a new machine as one of these entries stood: the last snapshot, and what came after it."""
        last, moment, clock = stood
        if not self._load(machine, config):
            machine = self._new(machine)
        store = sensors.store_of(self.node)
        for window in windows(store, streams_of(store, machine.sensors), machine.last, moment + 1):
            if window.last > last:
                break
            machine.window(window)
            self._since_snapshot += len(window)
        machine.until(moment)
        if (machine.last, machine.clock) != (last, clock):
            LOGGER.warning("observations are gone that a snapshot needs", sector=self.sector.slug)
            machine.last, machine.moment = last, moment
        return machine

    def _new(self, of: Era | Machine | None = None) -> Machine:
        sector, zones = (self.sector, self._zones) if of is None else (of.sector, of.zones)
        machine = Machine(sector, zones, self.node.config.party)
        machine.correct(registrations.corrections(self.node, self.sector.slug))
        return machine

    def _load(self, machine: Machine, config: str) -> bool:
        """Take up the last snapshot; return whether it could be read, or there was none."""
        row = self.tracks.read_one(
            "SELECT body FROM snapshot WHERE sector = ? AND config = ?", (self.sector.slug, config)
        )
        try:
            if row is not None:
                saving.load(machine, row[0])
        except FusionSnapshotError as error:
            LOGGER.warning("snapshot is damaged", sector=self.sector.slug, error=str(error))
            return False
        return True

    # --- writing ---------------------------------------------------------------------------------------

    def _commit(self, outcomes: list[Outcome], report: Report) -> None:
        """Write what came of some windows, and how far the sector has come, in one transaction."""
        for one in outcomes:
            for told in one.told:
                self._tell(told)
        machine, slug = self.machine, self.sector.slug
        with self.tracks.transaction() as db:
            report.frames += self.tracks.add(slug, (frame for one in outcomes for frame in one.frames()))
            for one in outcomes:
                self._keep(db, one, report)
            self.tracks.expect(slug, (told for one in outcomes for told in one.told))
            if self._begun is not None:
                said = history.draft(self.sector, self.config, self._zones, self._begun)
                outbox.put_begun(db, self.node.origin, said)
            steps = [*self._owed, *(step for one in outcomes for step in one.steps)]
            outbox.put(db, self.node.origin, steps, self._header)
            step = (slug, self.config, machine.last, machine.moment, machine.clock)
            before = db.execute("SELECT clock FROM step WHERE sector = ?", (slug,)).fetchone()
            db.execute("INSERT OR REPLACE INTO step VALUES (?, ?, ?, ?, ?)", step)
            due = self._since_snapshot >= max(SNAPSHOT, self._held())
            if self._begun is not None or (due and not self.beside):
                self._snapshot(db)  # where it began anew is known with what came of it first
            if before is not None and before[0] // HOUR != machine.clock // HOUR:
                self.tracks.forget(slug, machine.clock - KEPT)
        if self._begun is not None or steps:
            self.tracks.outgoing.set()
        if due and self._since_snapshot and self._snapshots.begin(machine):
            self._since_snapshot = 0
        self._begun, self._owed = None, []
        outcomes.clear()

    def _tell(self, told: TrackBatch) -> None:
        for listener in self.listeners:
            try:
                listener(self.sector, told, self.tracker)
            except Exception as error:  # noqa: BLE001 - said in the log: whoever listens never stops the centre
                known = (listener, type(error)) in self._failed
                self._failed.add((listener, type(error)))
                say = LOGGER.warning if known else LOGGER.exception
                say("listener failed", sector=self.sector.slug, error=repr(error))

    def _keep(self, db: apsw.Connection, one: Outcome, report: Report) -> None:
        storing.store(db, self.sector.slug, one)
        report.observations += one.observations
        report.late += len(one.late)
        self._since_snapshot += one.observations
        for (_, reason), count in one.aside.items():
            report.set_aside[reason] += count

    def _held(self) -> int:
        return sum(segment.size for segment in self.tracker.segments)

    def _snapshot(self, db: apsw.Connection) -> None:
        self._snapshots.write(db, self.machine)
        self._since_snapshot = 0

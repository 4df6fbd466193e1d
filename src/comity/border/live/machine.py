"""What a centre knows of its sector: windows of observations in, frames, silences, verdicts and alerts out.

A machine depends on nothing but its sector, its zones, and the windows it was given: no clock but that of
the data, no store, no record. The same windows give the same bits, so that a centre that was killed goes on
as if it had not been, and anybody who has the sealed batches can make the picture again.

The sector's clock is the newest look, and what passed since by the node's clock; it never goes back.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from math import hypot
from typing import TYPE_CHECKING, Final

from comity.border.alerts.engine import Engine
from comity.border.alerts.rules import FLOOD
from comity.border.alerts.signals import Signal, of_flood, of_geofence
from comity.border.fusion.tracker import Tracker
from comity.border.geofence.watch import METHODS, Watch
from comity.border.live.claiming import Claims
from comity.border.live.correcting import Corrections
from comity.border.live.observations import Reading, seconds
from comity.border.live.patrols import Hush, Patrols
from comity.border.live.quarantine import Bounds
from comity.border.live.sampling import Sampling
from comity.border.live.silence import Silences
from comity.border.live.tracks import name_of
from comity.border.sector.config import carried, claiming, config_of, detecting, watched

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from comity.border.alerts.engine import Emission
    from comity.border.fusion.observations import Ints
    from comity.border.fusion.picture import Frame, TrackBatch
    from comity.border.live.claiming import Verdict
    from comity.border.live.correcting import Correction
    from comity.border.live.observations import Read, Slice
    from comity.border.live.patrols import Standing
    from comity.border.live.told import Silence
    from comity.border.live.windows import Window
    from comity.border.sector.queries import SectorView, ZoneView

METHOD: Final = " ".join(METHODS)
SECOND: Final = 1_000
MINUTE: Final = 60_000
CLOSELY: Final = 600_000
"""Milliseconds without an observation for which the clock is looked at every second; then every minute."""


@dataclass(slots=True)
class Outcome:
    """What came of windows and of time.

    Attributes:
        observations: Taken.
        told: What the tracker said to each second of them, in order.
        steps: Of alerts.
        silences: That began or ended.
        verdicts: On claims.
        patrols: Where own patrols were.
        late: Ids of the observations that came after the horizon.
        aside: How many were set aside, by sensor and reason.
    """

    observations: int = 0
    told: list[TrackBatch] = field(default_factory=list)
    steps: list[Emission] = field(default_factory=list)
    silences: list[Silence] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    patrols: list[Standing] = field(default_factory=list)
    late: list[int] = field(default_factory=list)
    aside: Counter[tuple[str, str]] = field(default_factory=Counter)

    def frames(self) -> Iterator[Frame]:
        """Yield every frame in the order in which it was told."""
        for told in self.told:
            yield from told.frames


class Machine:
    """The state of a sector's centre. Not safe for several threads at once.

    Args:
        sector: The sector.
        zones: What is watched in it.
        party: Whose sensors it takes.

    Attributes:
        zones: What is watched.
        clock: Of the sector, ms UTC; 0 before the first observation.
        moment: Until when time was taken, ms UTC by the node's clock.
        arrived: When the last window ended.
        last: Id of the last observation.

    Raises:
        FusionSettingError: the party has no sensor that detects.
        ZoneError: a zone cannot be watched.
    """

    def __init__(self, sector: SectorView, zones: Sequence[ZoneView], party: str) -> None:
        self.sector, self.party = sector, party
        self.tracker = Tracker(config_of(sector, party))
        self.watch = Watch([watched(one, sector.plane) for one in zones])
        self.engine = Engine(lambda: self.clock)
        self.zones = tuple(zones)
        self._severities = {one.slug: one.severity for one in zones}
        self._own = detecting(sector.model, party)
        self._places = {one.slug: place for place, one in enumerate(self._own)}
        bounds = Bounds(sector)
        self.reading = Reading([(one.slug, float(one.sigma)) for one in self._own], sector.plane, bounds)
        carriers = {one.slug: float(one.sigma) for one in carried(sector.model, party)}
        self.patrols, self.hush = Patrols(carriers, sector.plane, bounds.box), Hush()
        self._carriers = frozenset(carriers)
        self.silences = Silences({one.slug: one.interval for one in self._own})
        self.claims = Claims(sector.slug, sector.plane, self._covers)
        self.sampling = Sampling(party)
        self.clock = self.moment = self.arrived = self.last = 0
        self.lag: int | None = None

    @property
    def errors(self) -> list[str]:
        """Standard deviations of own sensors, as detections are taken that say none."""
        return [one.sigma for one in self._own]

    @property
    def sensors(self) -> list[str]:
        """Names of the sensors whose observations it takes."""
        claims = (one.slug for one in claiming(self.sector.model, self.party))
        return [*self._places, *claims, *sorted(self._carriers)]

    def correct(self, accepted: Iterable[Correction]) -> None:
        """Correct from now on what sensors say: of each, from the time on that its correction names."""
        centres = {one.name: (one.x, one.y) for one in self.tracker.config.sensors}
        self.reading.corrections = Corrections(accepted, centres)

    def window(self, window: Window) -> Outcome:
        """Take a window; time passes until it ends."""
        out = self.until(window.end - 1)
        out.observations = len(window)
        for part in seconds(self._read(window, out), window.arrived // SECOND):
            self._second(part, out)
        out.aside.update(self.reading.taken())
        self.moment, self.arrived, self.last = max(self.moment, window.end), window.end, window.last
        if self.clock:
            lag = window.end - self.clock
            self.lag = lag if self.lag is None else min(lag, self.lag)
        self._pass(window.end, out)
        return out

    def _read(self, window: Window, out: Outcome) -> Read:
        """Return what a window says of objects; what it says of claims is taken up."""
        places = self._places
        if all(sensor in places for sensor, _ in window.groups):
            found = self.reading.written([(places[sensor], group) for sensor, group in window.groups])
            if found is not None:
                return found
        carriers = self._carriers
        others = [row for row in window.rows if row[1] not in places]
        said = self.claims.take(row for row in others if row[1] not in carriers)
        out.aside.update((sensor, reason) for _, sensor, reason in said)
        out.aside.update(self.patrols.take(row for row in others if row[1] in carriers))
        return self.reading.read(
            [
                (number, places[sensor], phenomenon, kind, result)
                for number, sensor, phenomenon, kind, result, _ in window.rows
                if sensor in places
            ]
        )

    def until(self, moment: int) -> Outcome:
        """Let time pass until a moment, ms UTC by the node's clock: what falls due falls due."""
        out = Outcome()
        if self.clock:
            for at in _moments(self.moment, moment, self.arrived):
                self.moment = at
                self._pass(at, out)
        return out

    def _second(self, part: Slice, out: Outcome) -> None:
        told = self.tracker.push(part.batch, frames=True)
        out.told.append(told)
        out.late += part.ids_of(told.late)
        self.clock = max(self.clock, told.time or 0)
        signals = list(self._looked(part.batch.looks, out))
        self.claims.saw(told.frames, lambda uid: name_of(self.party, uid))
        self.patrols.saw(told.frames, lambda uid: name_of(self.party, uid))
        taken = self.sampling.samples(told.frames)
        for event in self.watch.push(taken.samples):
            source = self._own[taken.sensors[event.track]].slug
            signals += of_geofence(
                [event], source, METHOD, classes=taken.classes, severities=self._severities
            )
        signals += self._flooded(told, out)
        known = self._patrolled(out)
        self._push([*self.hush.let(signals, self.patrols.own), *known], out)

    def _patrolled(self, out: Outcome) -> list[Signal]:
        """Say where own patrols are when it is due; return what is said as tracks became theirs, or were."""
        known = self.patrols.own
        out.patrols += self.patrols.due(self.clock)
        if self.patrols.own == known:
            return []
        return self.hush.changed(known, self.patrols.own, self.engine.held(), self.clock)

    def _looked(self, looks: Ints | None, out: Outcome) -> Iterator[Signal]:
        newest = self.clock + self.tracker.config.limits.future
        given = (
            []
            if looks is None
            else [(time, self._own[n].slug) for time, n in looks.tolist() if time <= newest]
        )
        for change in self.silences.looked(given):
            out.silences.append(change.silence)
            yield change.signal

    def _flooded(self, told: TrackBatch, out: Outcome) -> Iterator[Signal]:
        """Yield that a sensor sends more than it may; count by sensor what the tracker set aside."""
        count = sum(told.set_aside.values())
        if not count:
            return
        kept = list(self.tracker.intake.kept)[-count:]
        found = Counter((self._name(one.sensor), one.reason) for one in kept)
        if count > len(kept):
            found[self._name(kept[-1].sensor), kept[-1].reason] += count - len(kept)
        out.aside.update(found)
        for (sensor, reason), number in sorted(found.items()):
            if reason == "flood":
                first = Signal(FLOOD, sensor, sensor, True, self.clock, self.clock, sensor)
                yield of_flood(sensor, number, first)

    def _name(self, sensor: int) -> str:
        return self._own[sensor].slug if 0 <= sensor < len(self._own) else ""

    def _pass(self, moment: int, out: Outcome) -> None:
        """Let the sector's clock follow a moment; take what is due by it."""
        if not self.clock:
            return
        before = self.clock // SECOND
        if self.lag is not None:
            self.clock = max(self.clock, moment - self.lag)
        changes = list(self.silences.due(self.clock))
        out.silences += [one.silence for one in changes]
        verdicts, signals = self.claims.due(self.clock)
        out.verdicts += verdicts
        signals += self._patrolled(out)
        if changes or signals or self.clock // SECOND != before:
            self._push([*(one.signal for one in changes), *signals], out)

    def _push(self, signals: Iterable[Signal], out: Outcome) -> None:
        exercise = self.sector.exercise
        out.steps += self.engine.push(replace(one, exercise=exercise) for one in signals)

    def _covers(self, x: float, y: float) -> bool:
        """Return whether a sensor that looks now reaches a place."""
        return any(
            self.silences.hears(one.name) and hypot(x - one.x, y - one.y) <= one.reach
            for one in self.tracker.config.sensors
        )


def _moments(after: int, until: int, arrived: int) -> Iterator[int]:
    """Yield the moments at which the clock is looked at: whole seconds at first, then whole minutes.

    Which these are depends on when something arrived last, and not on how often anybody asks.
    """
    at = after // SECOND * SECOND + SECOND
    while at <= until:
        if at - arrived >= CLOSELY and at % MINUTE:
            at = at // MINUTE * MINUTE + MINUTE
            continue
        yield at
        at += SECOND

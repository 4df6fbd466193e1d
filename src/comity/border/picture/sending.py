"""Saying what the decision in force lets be said: own tracks into entries, every few looks.

Called by the centre after each batch (`Sender`), or by hand (`comity border share send`). What was said
stands on the record, and nothing is kept besides, so a sender may be killed at any moment. Marking and
audience are those of the decision: the peer receives it with the next exchange as the compact lets it.

While the other side does not take what was said, the time between exchanges doubles with how long: a day
without a line is some three hundred tracklets of a track, not seventeen thousand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import structlog

from comity.border.entries.tracklets import MOST, Told, Tracklets, stretch_of
from comity.border.live.tracks import store_of
from comity.border.picture import saying
from comity.border.picture.blurring import Blur, key_of
from comity.border.picture.own import Fresh, Stored
from comity.border.picture.record import terms_of, windows_of
from comity.border.picture.sharing import in_force
from comity.border.sector import queries, registrations
from comity.border.sensors import answers as sensors
from comity.border.sensors import sealing
from comity.node import operations
from comity.record.canonical import b64
from comity.record.errors import ComityError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.border.fusion.picture import TrackBatch
    from comity.border.fusion.tracker import Tracker
    from comity.border.picture.heard import Heard
    from comity.border.picture.own import OwnTrack, OwnTracks
    from comity.border.picture.saying import Saying
    from comity.border.picture.terms import Terms
    from comity.border.picture.wire import Exchange
    from comity.border.sector.queries import SectorView
    from comity.node.node import Node
    from comity.node.rows import Report

LOGGER = structlog.get_logger("comity.border.picture")

AUTHOR: Final = "joint picture"
"""The author of what no person wrote."""
PATIENCE: Final = 60_000
"""How long nobody may take what was said before less is said, ms."""
WAIT: Final = 1_000
"""How long after a look that said nothing the next one may, ms."""
LONGEST: Final = 64
"""How many times longer than decided the time between exchanges gets at most."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What was said in one exchange, or why nothing was.

    Attributes:
        why: Empty, or `no-decision`, `nothing`, `sector-changed`, `not-due`, `no-tracks`.
        entries: How many entries.
        increments: How many tracklets.
        wholes: How many whole estimates.
        longer: How many times longer than decided the time between exchanges is.
        wait: Time until the next exchange, ms.
    """

    why: str = ""
    entries: int = 0
    increments: int = 0
    wholes: int = 0
    longer: int = 1
    wait: int = 0


def send(
    node: Node,
    slug: str,
    time: int,
    *,
    own: OwnTracks | None = None,
    looked: Mapping[str, int] | None = None,
    due: bool = True,
) -> Sent:
    """Say what may be said of a sector's own tracks at a time.

    Args:
        node: Whose tracks.
        slug: Name of the sector.
        time: Of the sector, ms UTC.
        own: The own tracks; those that are kept without.
        looked: When each sensor looked last, where that is known better than what is kept.
        due: Say nothing before the next exchange is due.

    Raises:
        SectorUnknownError: there is no such sector of this party.
    """
    sector = queries.find(node, slug, own=True)
    decision = in_force(node, slug, time)
    if decision is None:
        return Sent("no-decision")
    if decision.fields["way"] == "nothing":
        return Sent("nothing")
    if decision.fields["config"] != sector.digest:
        return Sent("sector-changed")
    terms = terms_of(sector)
    said = [one for one in windows_of(node).exchanges(node, terms, time) if one.party == node.config.party]
    longer = _longer(node, said, time, decision.fields["to"])
    wait = decision.fields["every"] * terms.look * longer
    if said and time - said[-1].time < (wait if due else 1):
        return Sent("not-due", longer=longer, wait=said[-1].time + wait - time)
    found = _said(node, terms, decision, own or Stored(store_of(node), slug), time)
    items = _entries(sector, decision, found, _around(node, slug, time, looked or {}))
    if items:
        operations.append(node, items)
    why = "" if items else "no-tracks"
    return Sent(why, len(items), len(found.increments), len(found.wholes), longer, wait)


class Sender:
    """Listens to the centre of a sector, and says what may be said after each second of it.

    Args:
        node: Whose tracks.
    """

    def __init__(self, node: Node) -> None:
        self._node = node
        self._own: dict[str, Fresh] = {}
        self._next: dict[str, int] = {}
        self._looked: dict[str, dict[str, int]] = {}

    def __call__(self, sector: SectorView, told: TrackBatch, tracker: Tracker) -> None:
        """Say what is due."""
        slug = sector.slug
        looked = self._looked.setdefault(slug, {})
        names = [one.name for one in tracker.config.sensors]
        looked |= {names[frame.sensor]: frame.time for frame in told.frames}
        own = self._own.get(slug)
        if own is None:
            own = self._own[slug] = Fresh(Stored(store_of(self._node), slug), self._node.config.party)
        own.take(told.frames)
        if told.time is None or told.time < self._next.get(slug, 0):
            return
        try:
            sent = send(self._node, slug, told.time, own=own, looked=looked)
        except ComityError as error:  # the own picture goes on, whatever keeps the log from growing
            LOGGER.warning("nothing said of tracks", sector=slug, code=error.code, error=str(error))
            self._next[slug] = told.time + WAIT
            return
        # A decision may come at any time: without one, look again a little later.
        self._next[slug] = told.time + max(sent.wait, WAIT)


def _said(node: Node, terms: Terms, decision: Report, own: OwnTracks, time: int) -> Saying:
    fields, way = decision.fields, decision.fields["way"]
    joint = windows_of(node).at(node, terms, time)
    heard = {one.track: one for key, one in joint.heard.items() if key[0] == node.config.party}
    at = time - fields.get("delay", 0)
    tracks = [one for one in own.at(at) if one.object_class in fields["classes"]]
    if way == "tracklets":
        return saying.tracklets(heard, tracks, _earlier(own, heard, time), terms, time)
    key = key_of(node.folder.root / "border")
    blur = Blur(key, decision.id, float(fields.get("blur", 0)), float(fields.get("grid", 0)))
    return saying.wholes(heard, [blur.of(one) for one in tracks])


def _earlier(own: OwnTracks, heard: dict[str, Heard], time: int) -> saying.Earlier:
    """Return what gives the tracks as they are held now of the times of earlier exchanges."""
    times = [one.estimate.time for one in heard.values() if one.shown(time)]
    rows: dict[tuple[str, int], OwnTrack] = {}
    for moment in sorted(set(times)):
        rows |= {(one.name, one.time): one for one in own.between(moment, moment)}
    return lambda name, moment: rows.get((name, moment))


def _around(node: Node, slug: str, time: int, looked: Mapping[str, int]) -> dict[str, Any]:
    """Return what stands in every entry of an exchange: its time, silent sensors, the newest sealed batch."""
    found: dict[str, Any] = {"time": time, "stretch": stretch_of(time)}
    quiet = {
        one.sensor
        for one in store_of(node).silences(slug)
        if one.since <= time and one.until is None and looked.get(one.sensor, -1) < one.since
    }
    if quiet:
        found["silent"] = sorted(quiet)
    sealed = [one for one in sealing.stretches(sensors.store_of(node)) if one.sealed]
    if sealed:
        found["batch"] = b64(sealed[-1].root)
    corrected = registrations.name_of(registrations.corrections(node, slug), time)
    return {**found, "corrections": corrected} if corrected else found


def _entries(
    sector: SectorView, decision: Report, said: Saying, around: dict[str, Any]
) -> list[dict[str, Any]]:
    fields = decision.fields
    shared: dict[str, Any] = {
        "sector": sector.slug,
        "config": sector.digest,
        "decision": {"origin": decision.origin, "id": decision.id},
    }
    how: dict[str, Any] = {name: fields[name] for name in ("way", "blur", "grid", "delay") if name in fields}
    made = [(Tracklets.kind, {**shared, **around, "tracks": part}) for part in _parts(said.increments)]
    made += [(Told.kind, {**shared, **around, **how, "tracks": part}) for part in _parts(said.wholes)]
    for at, part in enumerate(_parts(said.ended)):
        if at >= len(made):
            made.append((Told.kind, {**shared, **around, **how}))
        made[at][1]["ended"] = part
    header = {
        "author": AUTHOR,
        "marking": fields["marking"],
        "releasable_to": fields["to"],
        "basis": "sharing decision",
        "retention": "working",
        "class": "exercise" if sector.exercise else decision.class_,
    }
    return [{**header, "kind": kind, "fields": given} for kind, given in made]


def _parts(items: list[Any]) -> list[list[Any]]:
    return [items[at : at + MOST] for at in range(0, len(items), MOST)]


def _longer(node: Node, said: list[Exchange], time: int, to: list[str]) -> int:
    """Return how many times longer to wait, by how long the slowest of the readers has taken nothing."""
    taken = [
        node.own.cosigned(link.cosigners()["mirror"])
        for link in node.peers.exchanging()
        if link.origin.partition("/")[0] in to
    ]
    waiting = [one.time for one in said if taken and one.index >= min(taken)]
    lag = time - min(waiting, default=time)
    return min(LONGEST, 1 << ((1 + lag // PATIENCE).bit_length() - 1))

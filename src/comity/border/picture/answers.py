"""What may be asked of the picture as JSON data: for the command line, the API and the pages alike."""

from __future__ import annotations

import math
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from comity.border.live.tracks import store_of
from comity.border.picture import around
from comity.border.picture.errors import PictureRefusedError
from comity.border.picture.own import Stored
from comity.border.picture.record import terms_of, windows_of
from comity.border.picture.sharing import decisions as decided
from comity.border.picture.sharing import in_force
from comity.border.picture.unseen import METHOD as UNSEEN
from comity.border.picture.unseen import expected
from comity.border.picture.views import VIEWS, seen
from comity.border.sector import history, queries, registrations
from comity.border.sector.answers import name_of

if TYPE_CHECKING:
    from comity.border.live.tracks import TrackStore
    from comity.border.picture.joint import JointTrack
    from comity.border.picture.record import Windows
    from comity.border.picture.views import Seen
    from comity.border.sector.history import Era
    from comity.border.sector.plane import Plane
    from comity.border.sector.queries import SectorView
    from comity.node.node import Node
    from comity.node.rows import Report

METHODS: Final = ("tomb-p@1", "tracklets@1", "covariance-intersection@1", "m-of-n@1", UNSEEN)
STEP: Final = 1_000
SOURCES: Final = 4
"""Entries that a track names as its sources: the newest of each side."""


def now() -> int:
    """Return the moment, milliseconds UTC."""
    return time.time_ns() // 1_000_000


def picture(node: Node, sector: str, at: int | None = None, view: str = "joint") -> dict[str, Any]:
    """Return a picture of a sector.

    Args:
        node: Whose view.
        sector: Name of the sector.
        at: ms UTC; the newest there is without, and never later than now.
        view: `own`, `theirs`, `joint`, or `shared`: what the other side sees of ours.

    Raises:
        PictureRefusedError: there is no such view.
        SectorUnknownError: there is no such sector.
    """
    if view not in VIEWS:
        raise PictureRefusedError(f"{view[:40]!a} is none of {', '.join(VIEWS)}")
    found, moment = queries.find(node, sector), now()
    span = whole_span(node, found, moment)
    at = min(span[1] if span else moment, moment) if at is None else min(at, moment)
    told = drawn(node, history.at(node, sector, at), store_of(node), windows_of(node), (at, view))
    return {**told, "span": list(span or (at, at))}


def drawn(node: Node, era: Era, store: TrackStore, windows: Windows, what: tuple[int, str]) -> dict[str, Any]:
    """Return a picture from a store of own tracks and what was said.

    Args:
        node: Whose view.
        era: The sector and its zones as they were in force at that time.
        store: Own tracks.
        windows: What was said.
        what: Time (ms) and view.
    """
    (at, view), party, sector = what, node.config.party, era.sector
    own = Stored(store, sector.slug, era.anew)
    given = seen((node, windows), terms_of(sector), own, at, view)
    tracks = [track_json(one, given, sector.plane, node, at) for one in given.tracks]
    at_home = view in {"own", "joint"}
    for one in tracks if not at_home else ():
        if one["patrol"]:  # whom a receiver belongs to is not said with a track
            one |= {"claim": "", "corroboration": None, "patrol": ""}
    silences = store.silences(sector.slug)
    last = around.heard(node, [one.slug for one in sector.model.sensors if one.party == party], at)
    sensors = around.sensors(sector, silences, given.joint, last, (party, at))
    zones, unshown = history.watched(node, era), withheld(node, sector, given, view, at)
    unseen, unseen_by = expected(era, store, party, view, at)
    places = {one["name"]: (one["lat"], one["lon"]) for one in sensors}
    places |= {one.slug: one.points[0] for one in zones}
    for one in tracks:
        places |= dict.fromkeys((one["id"], *one["names"]), (one["lat"], one["lon"]))
    return {
        "sector": sector.slug,
        "title": sector.title,
        "at": at,
        "view": view,
        "span": [at, at],
        "synthetic": bool(sector.model.synthetic),
        "exercise": sector.exercise,
        "config": name_of(sector.digest),
        "entries": {
            "sector": _place(sector.report),
            "zones": [_place(one.report) for one in zones],
            "tracking": None if era.place is None else list(era.place),
        },
        "agreed": list(sector.agreed),
        "methods": list(METHODS),
        "tracks": tracks,
        "sensors": sensors,
        "zones": around.zones(zones),
        "alerts": around.alerts(node, at, places),
        "patrols": [*around.patrols(node, at), *(around.carried(store, sector.slug, at) if at_home else [])],
        "corrections": registrations.name_of(registrations.corrections(node, sector.slug), at),
        "unseen": unseen,
        "unseen_by": unseen_by,
        "unshown": unshown,
    }


def say(node: Node, sector: str) -> dict[str, Any]:
    """Say what may be said now, and return what was.

    Raises:
        SectorUnknownError: there is no such sector of this party.
    """
    from comity.border.picture.sending import send  # noqa: PLC0415 - most answers do without

    span = store_of(node).span(sector)
    return asdict(send(node, sector, span[1] if span else now(), due=False))


def decisions(node: Node, sector: str) -> list[dict[str, Any]]:
    """Return the decisions of every party on a sector, the newest first, each with whether it holds."""
    moment = now()
    every = decided(node, sector)
    holding = {party: in_force(node, sector, moment, party) for party in {one.party for one in every}}
    return [
        {
            **one.fields,
            "party": one.party,
            "state": "in force" if one == holding[one.party] else "over",
            "origin": one.origin,
            "index": one.index,
            "exercise": one.exercise,
        }
        for one in every
    ]


def times(node: Node, sector: str) -> dict[str, Any]:
    """Return the span of a sector's pictures, and what a slider marks.

    Raises:
        SectorUnknownError: there is no such sector.
    """
    found = queries.find(node, sector)
    span = whole_span(node, found, now())
    marks = around.events(node, span, store_of(node).silences(sector))
    first, last = span or (0, 0)
    return {"sector": sector, "first": first, "last": last, "step": STEP, "events": marks}


def whole_span(node: Node, sector: SectorView, moment: int) -> tuple[int, int] | None:
    """Return the first and last time that there is something of: own frames, or what was said lately."""
    own = store_of(node).span(sector.slug)
    said = [
        one.time for one in windows_of(node).exchanges(node, terms_of(sector), moment) if one.time <= moment
    ]
    ends = [*(own or ()), *said[:1], *said[-1:]]
    return (min(ends), max(ends)) if ends else None


def track_json(one: JointTrack, given: Seen, plane: Plane, node: Node, at: int) -> dict[str, Any]:
    """Return a track as the API gives it."""
    x, y, vx, vy = one.estimate.mean.tolist()
    lat, lon = plane.earth(x, y)
    own = next((given.own[side.track] for side in one.sides if side.track in given.own), None)
    mine = {side.party for side in one.sides if side.way == "look"}
    words = [[word.move for word in side.words if word.move.origin] for side in one.sides]
    trail = sorted(point for side in one.sides[:1] for point in side.trail)
    return {
        "id": one.name,
        "names": [side.track for side in one.sides],
        "class": one.object_class,
        "lat": round(lat, 6),
        "lon": round(lon, 6),
        "velocity": [round(vx, 2), round(vy, 2)],
        "ellipse": ellipse(one.estimate.covariance),
        "existence": round(one.existence, 4),
        "basis": one.basis,
        "seen": one.seen,
        "age": max(at - one.seen, 0),
        "claim": own.claim if own else "",
        "corroboration": own.corroboration if own else None,
        "patrol": own.patrol if own else "",
        "origins": sorted(
            {moves[-1].origin for moves in words if moves} | ({node.origin} if mine or own else set())
        ),
        "sources": [
            {"origin": move.origin, "index": move.index} for moves in words for move in moves[-SOURCES:]
        ],
        "trail": [[*(round(value, 6) for value in plane.earth(px, py)), t] for t, px, py in trail],
    }


def ellipse(covariance: np.ndarray[Any, Any]) -> dict[str, float]:
    """Return the ellipse of one sigma: half axes in m, the angle of the major one from east in degrees."""
    values, vectors = np.linalg.eigh(covariance[:2, :2])
    minor, major = np.sqrt(np.maximum(values, 0.0)).tolist()
    angle = math.degrees(math.atan2(vectors[1, 1], vectors[0, 1])) % 180
    return {"major": round(major, 2), "minor": round(minor, 2), "angle": round(angle, 1)}


def withheld(node: Node, sector: SectorView, given: Seen, view: str, at: int) -> list[dict[str, Any]]:
    """Return what a view cannot show, as codes of `labels.WITHHELD` with what belongs into their words."""
    decision = in_force(node, sector.slug, at)
    way = "nothing" if decision is None else str(decision.fields["way"])
    if view == "shared":
        if decision is None or way == "nothing":
            return [{"code": "nothing-shared"}]
        classes = decision.fields["classes"]
        kept = sum(one.object_class not in classes for one in given.own.values())
        more = [{"code": "other-classes", "count": kept}] if kept else []
        return [{"code": "shared-as", "way": way}, *more]
    if view == "own":
        return [{"code": "own-view"}]
    others = {one.party for one in sector.model.sensors} - {node.config.party}
    spoken = {key[0] for key in given.joint.heard}
    found = [{"code": "party-silent", "party": party} for party in sorted(others - spoken)]
    if view == "joint" and way == "nothing":
        found.append({"code": "not-shared"})
    return found


def _place(report: Report) -> list[Any]:
    return [report.origin, report.index]

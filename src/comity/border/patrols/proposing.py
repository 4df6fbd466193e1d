"""From the record to a proposal: tracks, hazards, visits and the seed in, a plan out; a person decides."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from comity.border.events.queries import events
from comity.border.patrols import METHOD, planning, queries
from comity.border.patrols.errors import PatrolRefusedError, PatrolUnknownError
from comity.border.patrols.seed import seed_of
from comity.border.patrols.tracks import FAR, Area, Network, digest
from comity.record.canonical import b64

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from comity.border.patrols.planning import Task
    from comity.border.patrols.tracks import Ways
    from comity.node.node import Node
    from comity.node.rows import Report

NEVER_DAYS: Final = 3650
"""Days that count for a marker of which no visit is on record: that it was never visited is not known."""
DAY_MS: Final = 86_400_000
MINUTE_MS: Final = 60_000
ORDNANCE_M: Final = 250
"""Metres kept clear around where ordnance was found, beyond how far off the place may be."""
CLOSED: Final = ("did_not_happen", "over")
CORNERS: Final = 8


def propose(node: Node, act: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a plan; nothing is appended.

    Args:
        node: Whose record is read.
        act: `slug`, `sector`, `network`, `stations` (PARTY=POINT of each side), `meets_when` (ms UTC), `on`,
            `minutes`, `officer`; perhaps `markers`, `meets_at`, `cross`, `round`, `exercise`.

    Raises:
        ComityError: the subclass says why not.
    """
    exercise = bool(act.get("exercise"))
    with node.views.connect() as db:
        network = _network(db, str(act["network"]))
        areas = areas_on(db, network, str(act["on"]), exercise=exercise)
        seen = queries.last_visits(db, exercise=exercise, before=int(act["meets_when"]))
    allowed = set(act.get("cross") or ())
    if allowed - {area.name for area in areas}:
        raise PatrolRefusedError("an area that is to be crossed does not stand on that day", "cross")
    sides = _stations(network, act["stations"])
    wanted = _wanted(network, act.get("markers") or ())
    keys = tuple(dict.fromkeys([*sides.values(), *(network.markers[one] for one in wanted)]))
    ways = network.ways(keys, [area for area in areas if area.name not in allowed])
    seed = seed_of(node, str(act["round"])) if act.get("round") else b""
    task = _task(network, ways, act, wanted=wanted, sides=sides, seen=seen, seed=seed)
    meet, routes = planning.plan(task)
    marker_at = {keys.index(network.markers[one]): one for one in wanted}
    walked = [
        _side(ways, route, party, meet=meet, marker_at=marker_at, when=int(act["meets_when"]))
        for party, route in zip(sides, routes, strict=True)
    ]
    reached = {stop["marker"] for side in walked for stop in side["stops"]}
    crossed = {name for side in walked for name in network.crossed(side["way"], areas)}
    return {
        "slug": act["slug"],
        "on": act["on"],
        "sector": act["sector"],
        "meets_at": marker_at[meet],
        "meets_when": int(act["meets_when"]),
        "sides": walked,
        "left_out": [one for one in wanted if one not in reached],
        "network_digest": network.digest,
        "hazards_digest": digest([[area.name, area.corners.tolist(), area.buffer_m] for area in areas]),
        "crosses_hazard": sorted(crossed),
        "method": METHOD,
        "officer": act["officer"],
        **({"seed": b64(seed), "seed_round": act["round"]} if seed else {}),
    }


def areas_on(db: Connection, network: Network, on: str, *, exercise: bool) -> list[Area]:
    """Return every area that is kept clear on a day: recorded ones, and around ordnance that was reported."""
    found = [
        Area(
            f"{one.party}-{one.fields['slug']}",
            np.array([[c["lat"], c["lon"]] for c in one.fields["corners"]], dtype=np.int64),
            one.fields["buffer_m"],
        )
        for one in queries.hazards(db, on, exercise=exercise)
    ]
    for view in events(db, 0):
        fields = view.report.fields
        stands = view.state not in CLOSED and fields["event_type"] == "ordnance_found"
        point = network.markers.get(fields["marker"])
        if stands and point and view.report.exercise <= exercise:
            around = abs(fields["offset_m"]) + fields["accuracy_m"] + ORDNANCE_M
            found.append(_disc(f"{view.party}-{view.slug}", network, point, around))
    return found


def crossed_here(node: Node, plan: Report) -> list[str] | None:
    """Return the areas known here that a plan comes into and does not name; None without its tracks.

    The other side may know of areas that the proposer does not: a plan is looked at again before anybody
    accepts it.
    """
    with node.views.connect() as db:
        known = (Network(one.fields) for one in queries.networks(db))
        network = next((one for one in known if one.digest == plan.fields["network_digest"]), None)
        if network is None:
            return None
        areas = areas_on(db, network, plan.fields["on"], exercise=plan.exercise)
    met = {name for side in plan.fields["sides"] for name in network.crossed(side["way"], areas)}
    return sorted(met - set(plan.fields.get("crosses_hazard", ())))


def ages(db: Connection, network: Network, *, exercise: bool, now: int) -> list[dict[str, Any]]:
    """Return for each marker of a network when somebody was there last, the longest ago first."""
    seen = queries.last_visits(db, exercise=exercise, before=now)
    rows = []
    for marker in network.markers:
        last = seen.get(marker)
        rows.append(
            {
                "marker": marker,
                "last": last.fields["visited_at"] if last else None,
                "days": (now - last.fields["visited_at"]) // DAY_MS if last else None,
                "condition": last.fields["condition"] if last else None,
                "party": last.party if last else None,
                "entry": [last.origin, last.index] if last else None,
            }
        )
    return sorted(rows, key=lambda one: (one["last"] or 0, one["marker"]))


def _task(
    network: Network,
    ways: Ways,
    act: Mapping[str, Any],
    *,
    wanted: Sequence[str],
    sides: Mapping[str, str],
    seen: Mapping[str, Report],
    seed: bytes,
) -> Task:
    when = int(act["meets_when"])
    gain = np.zeros(len(ways.keys), dtype=np.int64)
    for one in wanted:
        last = seen.get(one)
        days = (when - last.fields["visited_at"]) // DAY_MS if last else NEVER_DAYS
        gain[ways.keys.index(network.markers[one])] = max(int(days), 1)
    meets_at = act.get("meets_at")
    if meets_at and meets_at not in wanted:
        raise PatrolRefusedError(f"marker {meets_at} is not among those of the plan", "meets_at")
    return planning.Task(
        minutes=ways.minutes,
        starts=[ways.keys.index(point) for point in sides.values()],
        gain=gain,
        rank=planning.ranks(ways.keys, seed),
        budget=min(int(act["minutes"]), FAR // 4),
        meet=ways.keys.index(network.markers[meets_at]) if meets_at else None,
    )


def _side(
    ways: Ways, route: list[int], party: str, *, meet: int, marker_at: Mapping[int, str], when: int
) -> dict[str, Any]:
    way, at, stops, met = [ways.keys[route[0]]], 0, [], 0
    for before, key in pairwise(route):
        at += int(ways.minutes[before, key])
        way += ways.way(before, key)[1:]
        if key in marker_at:
            stops.append({"marker": marker_at[key], "at": at})
        met = at if key == meet else met
    sets_out = when - met * MINUTE_MS
    plain = {"party": party, "station": ways.keys[route[0]], "sets_out": sets_out}
    return {**plain, "stops": stops, "way": way, "minutes": at}


def _network(db: Connection, name: str) -> Network:
    party, _, slug = name.rpartition("/")
    found = [one for one in queries.networks(db) if one.fields["slug"] == slug and party in ("", one.party)]
    if len(found) != 1:
        raise PatrolUnknownError(f"{len(found)} networks of tracks are called {name[:80]!a}")
    return Network(found[0].fields)


def _stations(network: Network, given: Mapping[str, str]) -> dict[str, str]:
    for party, point in given.items():
        known = next((one for one in network.points if one["name"] == point), None)
        if known is None or known.get("party") not in (None, party):
            raise PatrolRefusedError(f"{point[:80]!a} is no point from which {party} sets out", "stations")
    if not given:
        raise PatrolRefusedError("no station is named", "stations")
    return dict(sorted(given.items()))


def _wanted(network: Network, markers: Sequence[str]) -> list[str]:
    missing = [one for one in markers if one not in network.markers]
    if missing:
        raise PatrolRefusedError(f"marker {missing[0]} is not on the tracks", "markers")
    found = list(dict.fromkeys(markers)) or sorted(network.markers)
    if not found:
        raise PatrolRefusedError("there is no marker on the tracks", "markers")
    return found


def _disc(name: str, network: Network, point: str, metres: int) -> Area:
    at = network.micro[network.names.index(point)]
    turn = np.arange(CORNERS) * 2 * np.pi / CORNERS
    off = np.column_stack([np.sin(turn), np.cos(turn) / np.cos(np.radians(at[0] / 1e6))])
    return Area(name, np.rint(at + off).astype(np.int64), metres)

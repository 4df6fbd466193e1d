"""A border sector of two centres: seen by one side, handed across, raised once, answered jointly.

Its observations come from a simulator (`act_border_scene`). Each party's centre tracks with its own sensors
and says what its decision allows; the joint picture is made on each side of what both logs hold.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import orjson

from comity.demo import act_border_answer as answer
from comity.demo import act_border_looks as looks
from comity.demo import act_border_steps as steps
from comity.demo.act_border_file import BASIS
from comity.demo.act_border_places import degrees
from comity.demo.act_border_scene import Scene
from comity.demo.nodes import DemoNodeError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.demo.act_border_file import Border, Sensor
    from comity.demo.act_border_scene import Look
    from comity.demo.nodes import RunningNode
    from comity.demo.stage import Stage

THINGS: Final = "sta/v1.1/"
OBJECT: Final = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Observation"
SECOND: Final = 1000


def play(stage: Stage, plan: Border) -> None:
    """Take every step that was not taken, with the exchanges that it needs.

    Raises:
        DemoNodeError: a node refuses, or cannot exchange.
    """
    first, other = plan.by, plan.gives
    _watch(stage, plan, first)
    answer.prepare(stage, plan)
    stage.exchange(other)
    _watch(stage, plan, other)
    scene = Scene(plan, _started(stage, plan))
    for party in (first, other):
        _share(stage, plan, party, scene.start)
    _observe(stage, plan, scene)
    answer.carry_out(stage, plan)


def look(stage: Stage, plan: Border) -> None:
    """Tell what was done, and read on both sides what came of it, when everything has been exchanged."""
    steps.tell(stage, plan)
    looks.look(stage, plan)


# --- inside ---


def _watch(stage: Stage, plan: Border, party: str) -> None:
    """Put the sector and its zones on a party's record, unless they are there: word for word alike."""
    node = stage.node(party)
    if any((one["slug"], one["party"]) == (plan.slug, party) for one in node.get("border/sectors")):
        return
    head = plan.header(stage.walk.clerk)
    fields = {**plan.sector, "sensors": [_entry(plan, one) for one in plan.sensors]}
    fields["alerts_to"] = sorted({plan.by, plan.gives})
    wanted = {"sector": fields} if party == plan.by else {"adopt": plan.slug}
    node.post("border/sector-acts/sector", {**wanted, "header": head})
    for zone in plan.zones:
        shape = {name: value for name, value in zone.items() if name != "corners"}
        points = [degrees(plan, corner) for corner in zone["corners"]]
        body = {"zone": {**shape, "sector": plan.slug, "points": points}, "header": head}
        node.post("border/sector-acts/zone", body)


def _entry(plan: Border, one: Sensor) -> dict[str, Any]:
    fields: dict[str, Any] = {"slug": one.slug, "party": one.party, "kind": one.kind, "sigma": one.sigma}
    fields |= {"pd": one.pd, "interval": plan.interval, "clutter": one.clutter, **degrees(plan, one.at)}
    return fields | ({"reach": one.reach} if one.reach else {})


def _started(stage: Stage, plan: Border) -> int:
    """Return when the scene begins, ms UTC: as was decided before, or so that it ends about now."""
    for party in (plan.by, plan.gives):
        for one in _decided(stage.node(party), plan, party):
            return int(one["valid_from"])
    return (time.time_ns() // 1_000_000 // SECOND - plan.seconds) * SECOND


def _decided(node: RunningNode, plan: Border, party: str) -> list[dict[str, Any]]:
    found = node.get(f"border/sharing?{urlencode({'sector': plan.slug})}")
    return [one for one in found if one["party"] == party]


def _share(stage: Stage, plan: Border, party: str, start: int) -> None:
    """Let a party look at the price of every way to share, and decide for the time of the scene."""
    node = stage.node(party)
    if _decided(node, plan, party):
        return
    seen = node.get(
        f"border/sharing/price?{urlencode({'sector': plan.slug, 'every': plan.sharing['every']})}"
    )
    body = {
        **plan.sharing,
        "sector": plan.slug,
        "way": "tracklets",
        "since": start,
        "office": f"Exercise centre {party}",
        "shown": seen["sides"][0]["their_picture"],
        "header": plan.header(stage.walk.clerk),
    }
    node.post("border/sharing-acts/decide", body)


def _observe(stage: Stage, plan: Border, scene: Scene) -> None:
    """Send simulated observations over SensorThings; the centres take them, and exchange, as they come.

    What was sent before is known by its sensor and time, and counts once.
    """
    parties = (plan.by, plan.gives)
    slices = {party: list(scene.slices(party)) for party in parties}
    counts = {party: sum(map(_size, found)) for party, found in slices.items()}
    if all(stage.node(party).get("border/sensors")["observations"] >= counts[party] for party in parties):
        return
    streams = {party: _streams(stage.node(party), plan, party) for party in parties}
    for parts in zip(*slices.values(), strict=True):
        for party, part in zip(parties, parts, strict=True):
            groups = [_group(streams[party][slug], found) for slug, found in part.items() if found]
            _things(stage.node(party), "CreateObservations", groups)
            stage.node(party).post("border/watch", {"sector": plan.slug})
        stage.exchange(*parties)


def _size(part: dict[str, list[Look]]) -> int:
    return sum(map(len, part.values()))


def _streams(node: RunningNode, plan: Border, party: str) -> dict[str, int]:
    known = _datastreams(node)
    for one in (sensor for sensor in plan.of(party) if sensor.slug not in known):
        place = degrees(plan, one.at)
        point = {"type": "Point", "coordinates": [place["lon"] / 1e6, place["lat"] / 1e6]}
        location = {"name": one.slug, "description": "simulated", "encodingType": "application/geo+json"}
        stream = {
            "name": one.slug,
            "description": "simulated looks",
            "observationType": OBJECT,
            "unitOfMeasurement": {},
            "Sensor": {
                "name": one.slug,
                "description": one.kind,
                "encodingType": "text/plain",
                "metadata": BASIS,
            },
            "ObservedProperty": {
                "name": "objects",
                "definition": "urn:comity:objects",
                "description": "classes",
            },
        }
        _things(
            node,
            "Things",
            {
                "name": one.slug,
                "description": "simulated",
                "Locations": [{**location, "location": point}],
                "Datastreams": [stream],
            },
        )
    return _datastreams(node)


def _datastreams(node: RunningNode) -> dict[str, int]:
    found = orjson.loads(node.line.request("GET", f"{THINGS}Datastreams?$top=1000").body)["value"]
    return {one["name"]: one["@iot.id"] for one in found}


def _group(stream: int, found: list[Look]) -> dict[str, Any]:
    columns = ["phenomenonTime", "result"]
    return {
        "Datastream": {"@iot.id": stream},
        "components": columns,
        "dataArray": [list(one) for one in found],
    }


def _things(node: RunningNode, path: str, body: Mapping[str, Any] | list[dict[str, Any]]) -> None:
    reply = node.line.request(
        "POST", THINGS + path, body=orjson.dumps(body), media_type="application/json", limit=1 << 20
    )
    if reply.status != 201:  # noqa: PLR2004 - created
        raise DemoNodeError(f"{node.origin} answered {reply.status} to {path}: {reply.body[:500]!r}")

"""What is read of the border sector on both sides, when everything has been exchanged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from comity.demo.act_border_answer import dwelling, known_plan
from comity.demo.stage import NEXT

if TYPE_CHECKING:
    from comity.demo.act_border_file import Border
    from comity.demo.nodes import RunningNode
    from comity.demo.stage import Stage

JOINT: Final = frozenset({"tracklets", "intersection"})
CROSSINGS: Final = frozenset({"boat", "vehicle"})


def look(stage: Stage, plan: Border) -> None:
    """Check that both see alike, that one thing was raised once, and that everything is answered."""
    nodes = [stage.node(party) for party in (plan.by, plan.gives)]
    _look_at_pictures(stage, plan, nodes)
    _look_at_alerts(stage, plan, nodes)
    _look_at_answers(stage, plan, nodes)
    _leave_pages(stage, plan)


def moment(node: RunningNode, plan: Border) -> int:
    """Return the time at which the alert of something that stays was seen first, ms UTC."""
    found = dwelling(node, plan)
    return int(found[0]["since"]) if found else 0


def pictured(node: RunningNode, plan: Border, at: int, view: str) -> dict[str, Any]:
    """Return a picture of the sector as a node has it."""
    query = urlencode({"sector": plan.slug, "at": at, "view": view})
    return dict(node.get(f"border/picture?{query}"))


# --- inside ---


def _look_at_pictures(stage: Stage, plan: Border, nodes: list[RunningNode]) -> None:
    at = moment(nodes[0], plan)
    prices = [node.get(f"border/sharing/price?{urlencode({'sector': plan.slug})}") for node in nodes]
    stage.check("border_sharing_travels", all(side["travels"] for one in prices for side in one["sides"]))
    for one, other in (nodes, nodes[::-1]):
        shown, seen = (
            _tracks(pictured(one, plan, at, "shared")),
            _tracks(pictured(other, plan, at, "theirs")),
        )
        stage.check("border_seen_as_shown", bool(shown) and shown == seen)
    joint = [pictured(node, plan, at, "joint")["tracks"] for node in nodes]
    both = [{one["id"] for one in found if len(one["origins"]) > 1} for found in joint]
    stage.check("border_joint_picture", bool(both[0]) and both[0] == both[1])
    audits = [node.get(f"border/picture/audit?{urlencode({'sector': plan.slug})}") for node in nodes]
    once = bool(audits[0]["tracks"]) and not audits[0]["twice"] and not audits[0]["missing"]
    stage.check("border_counted_once", once and audits[0]["digest"] == audits[1]["digest"])
    query = urlencode({"sector": plan.slug, "at": at, "view": "joint"})
    again = [node.get(f"border/picture/replay?{query}")["replay"] for node in nodes]
    stage.check("border_replayed_from_record", all(one["agrees"] and one["observations"] for one in again))


def _tracks(picture: dict[str, Any]) -> list[Any]:
    return [[one[name] for name in ("id", "class", "lat", "lon", "ellipse")] for one in picture["tracks"]]


def _look_at_alerts(stage: Stage, plan: Border, nodes: list[RunningNode]) -> None:
    found = [dwelling(node, plan) for node in nodes]
    alike = [[(one["key"], one["state"]) for one in alerts] for alerts in found]
    raisers = {party for one in found[0] for party in one["raised_by"]}
    stage.check("border_one_alert_on_both", len(found[0]) == 1 and alike[0] == alike[1] and len(raisers) > 1)
    every = {node.member.party: node.get("border/alerts?every=true")["alerts"] for node in nodes}
    tracks = [one for alerts in every.values() for one in alerts if one["rule"].startswith("geofence-dwell")]
    stage.check("border_crossing_is_no_alert", not any(one["object_class"] in CROSSINGS for one in tracks))
    rules = {one["rule"] for one in every[plan.gives]}
    stage.check("border_false_identity_seen", "identity-mismatch" in rules)
    silent = {one["subject"] for one in every[plan.by] if one["rule"] == "coverage-lost"}
    wanted = {one.slug for one in plan.sensors if one.silent_from >= 0}
    stage.check("border_silence_is_no_peace", wanted <= silent)


def _look_at_answers(stage: Stage, plan: Border, nodes: list[RunningNode]) -> None:
    plans = [known_plan(node, plan) for node in nodes]
    stage.check("border_joint_patrol", all(one and one["report_state"] == "joint" for one in plans))
    name = f"{plan.gives}/{plan.warning['slug']}"
    known = [node.get(f"border/warnings/{name}") for node in nodes]
    steps = [[(one["step"], one["party"], one["at"]) for one in found["known"]] for found in known]
    stage.check("border_who_knew_when", bool(known[0]["receipts"]) and bool(steps[0]) and bool(steps[1]))


def _leave_pages(stage: Stage, plan: Border) -> None:
    for node in (stage.node(plan.by), stage.node(plan.gives)):
        at = urlencode({"sector": plan.slug, "at": moment(node, plan), "view": "joint"})
        name = node.member.names["en"]
        stage.pages.append((f"{name}: the map of the simulated sector", f"{node.url}/border/map?{at}"))
    node = stage.node(plan.gives)
    words = "look at the sector on the map, move the time, and see what the other side sees"
    stage.did(NEXT, node, words)

"""What people do about the border sector: take an alert up, warn of a flood, patrol together, report."""

from __future__ import annotations

import hashlib
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from comity.demo.act_border_places import degrees
from comity.record.canonical import b64

if TYPE_CHECKING:
    from comity.demo.act_border_file import Border
    from comity.demo.nodes import RunningNode
    from comity.demo.stage import Stage

HOUR: Final = 3_600_000
DWELL: Final = "geofence-dwell"


def prepare(stage: Stage, plan: Border) -> None:
    """Put tracks and a hazard area on record, a gauge that rises, and the warning of it."""
    _layers(stage, plan)
    _warn(stage, plan)


def carry_out(stage: Stage, plan: Border) -> None:
    """Take the alert up, read the warning, and patrol: proposed, accepted, walked, reported by both."""
    first, other = plan.by, plan.gives
    _take_up(stage, plan)
    _read_warning(stage, plan)
    _propose(stage, plan)
    stage.exchange(other)
    _accept(stage, plan)
    stage.exchange(first)
    for party in (first, other):
        _walk(stage, plan, party)
    stage.exchange(first, other)
    _report(stage, plan, first, {"words": plan.patrol["words"]})
    stage.exchange(other)
    _report(stage, plan, other, {"sign": True})
    stage.exchange(first)


def known_plan(node: RunningNode, plan: Border) -> dict[str, Any] | None:
    """Return the patrol's plan as a node has it, None before it was proposed."""
    found = node.find(f"border/patrols/{plan.by}/{plan.patrol['slug']}")
    return None if found is None else dict(found)


def dwelling(node: RunningNode, plan: Border) -> list[dict[str, Any]]:
    """Return the alerts of something that stays in a zone of the sector."""
    zones = {one["slug"] for one in plan.zones}
    found = node.get("border/alerts?every=true")["alerts"]
    return [one for one in found if one["rule"] == DWELL and one["cell"] in zones]


# --- inside ---


def _layers(stage: Stage, plan: Border) -> None:
    node, head = stage.node(plan.by), plan.header(stage.walk.clerk)
    if any(one["slug"] == plan.network["slug"] for one in node.get("border/patrol-coverage")):
        return
    points = [{**_but(one, "at"), **degrees(plan, one["at"])} for one in plan.network["points"]]
    corners = [degrees(plan, one) for one in plan.hazard["corners"]]
    layers = ({**plan.network, "points": points}, {**plan.hazard, "corners": corners})
    for layer in layers:
        node.post("border/patrol-acts/layer", {"layer": layer, "header": head})


def _warn(stage: Stage, plan: Border) -> None:
    node, head = stage.node(plan.gives), plan.header(stage.walk.clerk)
    if any(one["slug"] == plan.warning["slug"] for one in node.get("border/warnings")):
        return
    now = time.time_ns() // 1_000_000
    levels = plan.gauge["levels"]
    series = {
        "slug": plan.gauge["slug"],
        "station": plan.gauge["station"],
        "times": [now // HOUR * HOUR - (len(levels) - 1 - place) * HOUR for place in range(len(levels))],
        "levels": levels,
        "source_digest": b64(hashlib.sha256(repr(levels).encode()).digest()),
        **(degrees(plan, plan.gauge["at"]) if "at" in plan.gauge else {}),
    }
    entry = {**head, "retention": "working", "kind": "border.gauge_series", "fields": series}
    node.post("node/append", [entry])
    node.post("border/alert-acts/check", {"header": {"releasable_to": head["releasable_to"]}})
    until = datetime.now(UTC) + timedelta(hours=plan.warning["valid_hours"])
    draft = {**plan.warning["draft"], "expires": until.isoformat(timespec="seconds")}
    body = {"slug": plan.warning["slug"], "draft": draft, "header": head}
    node.post("border/warning-acts/issue", body)


def _take_up(stage: Stage, plan: Border) -> None:
    node = stage.node(plan.by)
    for one in dwelling(node, plan):
        if one["parties"].get(plan.by) not in {"acknowledged", "resolved"}:
            body = {"alert": one["key"], "office": f"Exercise centre {plan.by}", **plan.alert_words}
            body["header"] = plan.header(stage.walk.clerk)
            node.post("border/alert-acts/acknowledge", body)


def _read_warning(stage: Stage, plan: Border) -> None:
    node = stage.node(plan.by)
    name = f"{plan.gives}/{plan.warning['slug']}"
    if node.get(f"border/warnings/{name}")["receipts"]:
        return
    body = {"warning": name, "office": f"Exercise centre {plan.by}", "header": plan.header(stage.walk.clerk)}
    node.post("border/warning-acts/receive", body)


def _propose(stage: Stage, plan: Border) -> None:
    node = stage.node(plan.by)
    if known_plan(node, plan):
        return
    given = plan.patrol
    now = time.time_ns() // 1_000_000
    body = {
        **{name: given[name] for name in ("slug", "sector", "minutes", "stations")},
        "network": f"{plan.by}/{plan.network['slug']}",
        "meets_when": now + given["meets_in_hours"] * HOUR,
        "on": datetime.fromtimestamp(now / 1000 + given["meets_in_hours"] * 3600, UTC).date().isoformat(),
        "officer": f"Exercise centre {plan.by}",
        "record": True,
        "header": plan.header(stage.walk.clerk),
    }
    node.post("border/patrol-acts/plan", body)


def _accept(stage: Stage, plan: Border) -> None:
    node = stage.node(plan.gives)
    found = known_plan(node, plan)
    if found and found["state"] == "proposed":
        body: dict[str, Any] = {"plan": f"{plan.by}/{plan.patrol['slug']}"}
        body["office"] = f"Exercise post {plan.gives}"
        body |= {"answer": "accepted", "header": plan.header(stage.walk.clerk)}
        node.post("border/patrol-acts/accept", body)


def _walk(stage: Stage, plan: Border, party: str) -> None:
    """Log each marker of a side's way by its number, as a patrol does on the phone."""
    node = stage.node(party)
    found = known_plan(node, plan)
    if not found:
        return
    there = {one["marker"] for one in found["visits"] if one["party"] == party}
    side = next(one for one in found["sides"] if one["party"] == party)
    for marker in dict.fromkeys(stop["marker"] for stop in side["stops"]):
        if marker not in there:
            body = {"marker": marker, "condition": "sound", "plan": f"{plan.by}/{plan.patrol['slug']}"}
            node.post("border/patrol-acts/visit", {**body, "header": plan.header(stage.walk.clerk)})


def _report(stage: Stage, plan: Border, party: str, said: dict[str, Any]) -> None:
    node = stage.node(party)
    found = known_plan(node, plan)
    if not found or any(one["party"] == party for one in found["reports"]):
        return
    body = {"plan": f"{plan.by}/{plan.patrol['slug']}", **said, "header": plan.header(stage.walk.clerk)}
    node.post("border/patrol-acts/report", body)


def _but(fields: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in names}

"""The gate: a consultation opens under a rule; a commitment dated before it ended is flagged, replied to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from comity.demo.stage import ASSESSMENT

if TYPE_CHECKING:
    from comity.demo.act_assessment_file import Assessment
    from comity.demo.nodes import RunningNode
    from comity.demo.stage import Stage


def open_(stage: Stage, plan: Assessment) -> None:
    """Let the sponsor open the gate, and say that it was notified and has begun, unless it did."""
    node = stage.node(plan.by)
    if _known(node, plan) is None:
        fields = {name: plan.gate[name] for name in ("slug", "rule", "note", "cites")}
        _act(stage, node, plan, "open", **fields, initiative=plan.slug)
    for step in ("notified", "started"):
        _step(stage, node, plan, step)


def begin(stage: Stage, plan: Assessment, party: str) -> None:
    """Let a party say that the consultation has begun."""
    _step(stage, stage.node(party), plan, "started")


def conclude(stage: Stage, plan: Assessment, party: str) -> None:
    """Let a party say that the consultation is concluded."""
    _step(stage, stage.node(party), plan, "concluded")


def commit(stage: Stage, plan: Assessment) -> None:
    """Let a party assert, from a fictional source, that somebody committed himself early."""
    node, fields = stage.node(plan.commitment["party"]), plan.commitment["fields"]
    if _flag(node, plan) is None:
        on = started(node, plan) + timedelta(
            days=plan.gate["days_ago"]["started"] - plan.gate["days_ago"]["commitment"]
        )
        _act(stage, node, plan, "commitment", **fields, initiative=plan.slug, on=on.isoformat())


def reply(stage: Stage, plan: Assessment) -> None:
    """Let a party reply to the flag that it derived."""
    node = stage.node(plan.reply["party"])
    found = _flag(node, plan)
    if found is not None and not gate(node, plan)["replies"]:
        about = {"origin": found["place"][0], "id": found["id"]}
        said = {name: plan.reply[name] for name in ("reply", "text")}
        _act(stage, node, plan, "reply", **said, gate=plan.gate["slug"], about=about)


def started(node: RunningNode, plan: Assessment) -> date:
    """Return the day on which the consultation began, as it is on record."""
    found = next(one for one in gate(node, plan)["steps"] if one["step"] == "started")
    return date.fromisoformat(found["when"]["first"])


def gate(node: RunningNode, plan: Assessment) -> dict[str, Any]:
    """Return the gate as a node shows it."""
    return dict(node.get(f"assessment/gates/{plan.gate['slug']}")["gates"][0])


def look_opened(stage: Stage, plan: Assessment) -> None:
    """Tell the opening, and read on every side that the gate runs under a rule of the signed compact."""
    first = gate(stage.node(plan.by), plan)
    words = f"opens a consultation on a proposal of Ostelvarra, under {first['rule']['id']}"
    stage.did(ASSESSMENT, stage.node(plan.by), words, first["place"][1])
    for step in first["steps"]:
        if step["step"] == "started":
            for word in step["words"]:
                node = stage.node(word["party"])
                stage.did(ASSESSMENT, node, "says that the consultation has begun", word["place"][1])
    shown = [gate(node, plan) for node in stage.nodes]
    signed = all(one["rule"]["signed"] for one in shown)
    alike = all(one["steps"] == first["steps"] and one["end"] == first["end"] for one in shown)
    stage.check("gate_under_the_signed_rule", signed and alike and first["end"] is not None)


def look_flagged(stage: Stage, plan: Assessment) -> None:
    """Tell the flag and the reply, and read on every side that both derive the same days."""
    shown = [gate(node, plan) for node in stage.nodes]
    flags = [_flag(node, plan) for node in stage.nodes]
    ago = plan.gate["days_ago"]
    days = [ago["commitment"] - ago["concluded"]] * 2
    held = [one is not None and one["flag"] and one["exercise"] for one in flags]
    replied = [len(one["replies"]) == 1 for one in shown]
    first = flags[0]
    alike = all(one == first for one in flags) and first is not None and first["days"] == days
    stage.check("early_commitment_flagged_alike", all(held) and alike)
    stage.check("flag_replied_to", all(replied))
    if first is not None:
        asserted = stage.node(plan.commitment["party"])
        words = "asserts, from a fictional newspaper, that somebody signed with Ostelvarra"
        stage.did(ASSESSMENT, asserted, words, first["place"][1])
        words = f"{shown[0]['flag_words']}: {first['days'][0]} days early; derived alike on both nodes"
        stage.did(ASSESSMENT, asserted, words)
    for one in shown[0]["replies"]:
        stage.did(ASSESSMENT, stage.node(one["party"]), f"replies: {one['text']['en']}", one["place"][1])


# --- inside ---


def _known(node: RunningNode, plan: Assessment) -> dict[str, Any] | None:
    found = node.get("assessment/gates")
    return next((dict(one) for one in found if one["slug"] == plan.gate["slug"]), None)


def _step(stage: Stage, node: RunningNode, plan: Assessment, step: str) -> None:
    found = _known(node, plan)
    said = [] if found is None else _said(found, step)
    if node.member.party in said:
        return
    today = datetime.now(UTC).date()
    day = today - timedelta(days=plan.gate["days_ago"][step])
    if step != "notified" and (said or step == "concluded"):
        # What the other side has said, or what was begun on an earlier day, gives the day.
        ago = plan.gate["days_ago"]
        day = started(node, plan) + timedelta(days=ago["started"] - ago[step])
    _act(stage, node, plan, "step", gate=plan.gate["slug"], step=step, on=day.isoformat())


def _said(found: dict[str, Any], step: str) -> list[str]:
    """Return who has said that a step was taken; one that needs every word is not there before the last."""
    return [word["party"] for one in found["steps"] if one["step"] == step for word in one["words"]]


def _flag(node: RunningNode, plan: Assessment) -> dict[str, Any] | None:
    slug = plan.commitment["fields"]["slug"]
    return next((dict(one) for one in gate(node, plan)["flags"] if one["commitment"] == slug), None)


def _act(stage: Stage, node: RunningNode, plan: Assessment, act: str, **fields: Any) -> None:
    node.post(f"assessment/gate-acts/{act}", {"header": plan.header(stage.walk.clerk), **fields})

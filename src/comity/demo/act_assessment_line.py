"""The line: one text, clause by clause; then the joint line, sealed by each, released by approvals."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from comity.demo import act_assessment_gate as gates
from comity.demo import act_release
from comity.demo.stage import ASSESSMENT
from comity.demo.walk import MARKING

if TYPE_CHECKING:
    from comity.demo.act_assessment_file import Assessment, ClausePlan
    from comity.demo.nodes import RunningNode
    from comity.demo.stage import Stage

DIGESTS: Final = ("clause", "text")
NOT_FIELDS: Final = ("days_valid", "release_reason")


def propose(stage: Stage, plan: Assessment) -> None:
    """Put the line on record, and every clause as it is first proposed."""
    node = stage.node(plan.by)
    if _find(node, plan) is None:
        _act(stage, node, plan, "line", plan.line)
    for one in plan.clauses:
        proposer = stage.node(one.by)
        if not _words(proposer, plan, one).get(one.by):
            _clause(stage, proposer, plan, one, "propose", text=one.text)


def answer(stage: Stage, plan: Assessment) -> None:
    """Let the other side accept each clause, or bracket it and propose another text."""
    for one in plan.clauses:
        node = stage.node(one.bracketed_by) if one.bracketed_by else stage.others(one.by)[0]
        words = _words(node, plan, one)
        if words.get(node.member.party):
            continue
        about = words[one.by]["about"]
        if not one.bracketed_by:
            _clause(stage, node, plan, one, "accept", about=about)
            continue
        _clause(stage, node, plan, one, "bracket", about=about, reason=one.reason)
        _clause(stage, node, plan, one, "propose", text=one.instead)


def accept(stage: Stage, plan: Assessment) -> None:
    """Let whoever proposed a clause that was bracketed accept the text proposed instead."""
    for one in plan.clauses:
        node = stage.node(one.by)
        words = _words(node, plan, one)
        if one.bracketed_by and words[one.by]["step"] != "accept":
            _clause(stage, node, plan, one, "accept", about=words[one.bracketed_by]["about"])


def sign(stage: Stage, plan: Assessment, party: str) -> None:
    """Let a party write the line into its own log, sealed, and its people approve that the other reads it."""
    node = stage.node(party)
    found = _find(node, plan) or {}
    if not any(one["party"] == party for version in found["versions"] for one in version["written"]):
        other = [each.member.party for each in stage.others(party)]
        header = plan.header(stage.walk.clerk, marking=MARKING, releasable_to=other)
        _act(stage, node, plan, "sign", _fields(node, plan), header)
    _release(stage, plan, party)


def look(stage: Stage, plan: Assessment) -> None:
    """Tell the steps, and read on every side that all clauses are agreed and the line is in force."""
    found = [_find(node, plan) or {} for node in stage.nodes]
    first = stage.node(plan.by)
    stage.did(ASSESSMENT, first, f"proposes: {plan.line['title']['en']}", found[0]["lines"][0]["index"])
    for clause in found[0]["clauses"]:
        one = next(each for each in plan.clauses if each.clause == clause["clause"])
        proposer, words = stage.node(one.by), clause["words"]
        if one.bracketed_by:
            node = stage.node(one.bracketed_by)
            said = f"{one.clause}: brackets what {one.by} proposes, proposes another text"
            stage.did(ASSESSMENT, node, said, words[one.bracketed_by]["index"])
            stage.did(ASSESSMENT, proposer, f"{one.clause}: accepts that text", words[one.by]["index"])
        else:
            stage.did(ASSESSMENT, proposer, f"{one.clause}: proposes a text", words[one.by]["index"])
            for party, word in words.items():
                if party != one.by:
                    stage.did(ASSESSMENT, stage.node(party), f"{one.clause}: accepts it", word["index"])
    agreed = [all(one["state"] == "agreed" for one in each["clauses"]) for each in found]
    stage.check("text_agreed_clause_by_clause", all(agreed))
    _look_signed(stage, plan, found)


def _look_signed(stage: Stage, plan: Assessment, found: list[dict[str, Any]]) -> None:
    standing = [each["versions"][0] if each["versions"] else {} for each in found]
    for word in standing[0].get("written", []):
        node = stage.node(word["party"])
        told = _asked(stage, plan, word["party"], word["index"])
        words = (
            f"writes the joint line, sealed; {len(told['approvals'])} people approve that the other reads it"
        )
        stage.did(ASSESSMENT, node, words, word["index"], *told["approvals"], told["grant"])
    alike = all(len({*one.get("digests", {}).values()}) == 1 for one in standing)
    in_force = all(one.get("status") == "in-force" for one in standing)
    stage.check("joint_line_in_force_on_both", alike and in_force)
    for node in stage.nodes:
        address = f"{node.url}/assessment/lines/{plan.line['slug']}"
        stage.pages.append((f"{node.member.names['en']}: the joint line", address))


# --- inside ---


def _find(node: RunningNode, plan: Assessment) -> dict[str, Any] | None:
    lines = node.get("assessment/lines")
    return next((dict(one) for one in lines if one["slug"] == plan.line["slug"]), None)


def _words(node: RunningNode, plan: Assessment, one: ClausePlan) -> dict[str, Any]:
    """Return each party's newest word on a clause, as a node has read them."""
    found = _find(node, plan) or {"clauses": []}
    return next((dict(each["words"]) for each in found["clauses"] if each["clause"] == one.clause), {})


def _fields(node: RunningNode, plan: Assessment) -> dict[str, Any]:
    """Return the fields of the joint line: the same on every node, as both have read the same."""
    begins = gates.started(node, plan)
    found = _find(node, plan) or {"clauses": []}
    return {
        **{name: value for name, value in plan.joint_line.items() if name not in NOT_FIELDS},
        "line": plan.line["slug"],
        "version": 1,
        "clauses": [
            dict(zip(DIGESTS, (one["clause"], one["agreed"]), strict=True)) for one in found["clauses"]
        ],
        "valid_from": begins.isoformat(),
        "valid_to": (begins + timedelta(days=plan.joint_line["days_valid"])).isoformat(),
    }


def _release(stage: Stage, plan: Assessment, party: str) -> None:
    node = stage.node(party)
    found = _find(node, plan) or {}
    own = next(one for version in found["versions"] for one in version["written"] if one["party"] == party)
    told = _asked(stage, plan, party, own["index"])
    stage.approve(node, told["index"])
    if told["grant"] is None:
        node.post("release/grant", {"index": told["index"], "author": stage.walk.clerk})


def _asked(stage: Stage, plan: Assessment, party: str, index: int) -> dict[str, Any]:
    """Return the request to release a party's line; it is made where there is none."""
    node, reason = stage.node(party), plan.joint_line["release_reason"]
    for one in node.get("release/requests")["requests"]:
        if one["reason"] == reason and one["stage"] not in act_release.OVER:
            return dict(one)
    body = {"records": [{"key": str(index), "paths": []}], "to": stage.others(party)[0].origin}
    shown = node.post("release/preview", body)
    body |= {"author": stage.walk.clerk, "reason": reason, "digest": shown["digest"]}
    return dict(node.post("release/request", body))


def _clause(
    stage: Stage, node: RunningNode, plan: Assessment, one: ClausePlan, step: str, **more: Any
) -> None:
    fields = {"line": plan.line["slug"], "clause": one.clause, "step": step}
    given = {name: value for name, value in more.items() if value}
    _act(stage, node, plan, "clause", {**fields, **given})


def _act(  # noqa: PLR0917 - the plan, who does it, what, and under which header
    stage: Stage,
    node: RunningNode,
    plan: Assessment,
    act: str,
    fields: dict[str, Any],
    header: dict[str, Any] | None = None,
) -> None:
    body = {"fields": fields, "header": header or plan.header(stage.walk.clerk)}
    node.post(f"assessment/line-acts/{act}", body)

"""The session: experts answer blind, both sides seal, open question by question, record the joint layer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from comity.demo.act_erasure import found
from comity.demo.act_round import DAY
from comity.demo.nodes import DemoNodeError
from comity.demo.stage import ASSESSMENT, NEXT

if TYPE_CHECKING:
    from comity.demo.act_assessment_file import Assessment
    from comity.demo.nodes import RunningNode
    from comity.demo.stage import Stage

API: Final = "assessment/sessions"
PRIVATE, REVISED = "private", "revised"
STAGES: Final = {PRIVATE: (1, 2, 3), REVISED: (10, 11, 12)}
"""Days until which experts answer, parties seal and open."""
MOST_TURNS: Final = 64


def start(stage: Stage, plan: Assessment) -> None:
    """Start the session, unless it was started before."""
    node = stage.node(plan.by)
    if _find(node, plan):
        return
    now = time.time_ns() // 1_000_000
    stages = [
        {
            "stage": name,
            **{
                until: now + days * DAY
                for until, days in zip(("answer_by", "seal_by", "open_by"), ends, strict=True)
            },
        }
        for name, ends in STAGES.items()
    ]
    fields = {
        **plan.session,
        "stages": stages,
        "logs": [stage.node(party).origin for party in sorted(plan.panels)],
        "initiative": plan.slug,
        "gate": plan.gate["slug"],
        "marking": "TLP:CLEAR",
        "exercise": True,
    }
    node.post(f"{API}/start", {"fields": fields, "author": stage.walk.clerk})


def seal(stage: Stage, plan: Assessment, party: str) -> None:
    """Let a party's experts answer, its summary be sealed, and its openings be approved in advance."""
    node = stage.node(party)
    key = _find(node, plan)
    if not _mine(_board(node, key), node)["seal"]:
        _answer(stage, plan, party, key)
        node.post(f"{API}/seal", {"key": key, "stage": PRIVATE, "author": stage.walk.clerk})
    for one in _board(node, key)["round"]["requests"]:
        if one["stage"] == "waiting":
            stage.approve(node, one["index"])


def look_sealed(stage: Stage, plan: Assessment) -> None:
    """Read on every side who has sealed, and that nothing of it is shown before the first opening."""
    for node in stage.nodes:
        board = _board(node, _find(node, plan))
        if board["phase"] == "opening" and not any(p["openings"] for p in board["round"]["parties"]):
            sealed = all(one["state"] == "sealed" for one in board["round"]["parties"])
            lines = [line for each in board["lines"].values() for line in each.values()]
            stage.check("summaries_sealed_not_what", sealed and all(one["line"] is None for one in lines))


def open_all(stage: Stage, plan: Assessment) -> None:
    """Let both open, question by question, each when its turn comes.

    Raises:
        DemoNodeError: the turns do not come to an end.
    """
    last = ""
    for _ in range(MOST_TURNS):
        asking = stage.node(last or plan.by)
        due = _board(asking, _find(asking, plan))["due"]
        if due is None:
            return
        if last and due["party"] != last:
            stage.exchange(due["party"])
        last = due["party"]
        node = stage.node(last)
        body = {"key": _find(node, plan), "stage": PRIVATE, "author": stage.walk.clerk}
        node.post(f"{API}/open", body)
    raise DemoNodeError("the summaries of the session are not open after all turns")


def record(stage: Stage, plan: Assessment) -> None:
    """Let every party record the joint layer as its node computes it, and its arguments."""
    for node in stage.nodes:
        key = _find(node, plan)
        node.post(f"{API}/joint", {"key": key, "stage": PRIVATE, "author": stage.walk.clerk})
        known = node.get(f"{API}/session?{urlencode({'key': key})}")["arguments"]
        if any(one["party"] == node.member.party for one in known):
            continue
        for one in plan.arguments:
            if one["party"] == node.member.party:
                fields = {name: value for name, value in one.items() if name != "party"}
                body = {"key": key, "fields": {**fields, "marking": "TLP:CLEAR"}}
                node.post(f"{API}/discuss", {**body, "author": stage.walk.clerk})


def look(stage: Stage, plan: Assessment) -> None:
    """Tell what was sealed and opened, and read on every side that the joint layer is the same."""
    first = stage.node(plan.by)
    key = _find(first, plan)
    board = _board(first, key)
    _tell(stage, plan, key, board)
    lines = [line for each in board["lines"].values() for line in each.values()]
    orderly = all(one["state"] == "open" and one["in_turn"] for one in lines)
    stage.check("opened_in_turn", bool(lines) and orderly)
    joint = [_joint(node, plan) for node in stage.nodes]
    results = [[one["result"] for one in found["questions"]] for found in joint]
    recorded = all(len(one["recorded"]) == len(stage.nodes) for found in joint for one in found["questions"])
    same = all(found == results[0] for found in results) and all(one is not None for one in results[0])
    stage.check("joint_layer_alike", same and recorded and all(found["agree"] for found in joint))
    stage.check("uncertainty_split", all(map(_sums, results[0])))
    _tell_joint(stage, joint[0])
    audited = [node.get(f"{API}/audit?{urlencode({'key': key})}") for node in stage.nodes]
    stage.check("own_layer_made_again", all(found["ok"] and _own(found) for found in audited))
    stage.check("single_answers_stay_home", all(_apart(stage, plan, node) for node in stage.nodes))
    stage.pages += [
        (
            f"{node.member.names['en']}: what was opened",
            f"{node.url}/assessment/sessions/{key}/opening/private",
        )
        for node in stage.nodes
    ]


def leave_waiting(stage: Stage, plan: Assessment) -> None:
    """Leave the second stage to a visitor, who is an expert of either side's panel."""
    for node in stage.nodes:
        key = _find(node, plan)
        words = f"asks {stage.walk.visitor} as an expert, after the discussion: answer in the browser"
        stage.did(NEXT, node, words)
        address = f"{node.url}/assessment/sessions/{key}/answers/{REVISED}"
        stage.pages.append((f"{node.member.names['en']}: answer as an expert", address))


# --- inside ---


def _find(node: RunningNode, plan: Assessment) -> str:
    """Return the key of the session, the same on every node; nothing where it is not on record."""
    found = [one["key"] for one in node.get(API)["sessions"] if one["slug"] == plan.session["slug"]]
    return str(found[0]) if found else ""


def _answer(stage: Stage, plan: Assessment, party: str, key: str) -> None:
    """Name the panel, the visitor on it, and let its experts answer: values stated in the file."""
    node, panel = stage.node(party), plan.panels[party]
    named = node.get(f"{API}/session?{urlencode({'key': key})}")["panel"]
    if named is None:
        body = {"key": key, "custodian": panel.custodian, "author": stage.walk.clerk}
        node.post(f"{API}/panel", {**body, "experts": [*panel.experts, stage.walk.visitor]})
    asked = [one["slug"] for one in plan.session["questions"]]
    for expert, values in panel.experts.items():
        drafts = {slug: {"values": given} for slug, given in zip(asked, values, strict=True)}
        body = {"key": key, "stage": PRIVATE, "expert": expert}
        node.post(f"{API}/save", {**body, "drafts": drafts})
        refused = node.post(f"{API}/submit", body)["refused"]
        if refused:
            raise DemoNodeError(f"{node.origin} refuses answers of {expert}: {refused}")


def _board(node: RunningNode, key: str) -> dict[str, Any]:
    """Return the board of the first stage."""
    return dict(node.get(f"{API}/board?{urlencode({'key': key})}")["stages"][0])


def _joint(node: RunningNode, plan: Assessment) -> dict[str, Any]:
    query = urlencode({"key": _find(node, plan), "stage": PRIVATE})
    return dict(node.get(f"{API}/joint?{query}"))


def _mine(board: dict[str, Any], node: RunningNode) -> dict[str, Any]:
    return next(dict(one) for one in board["round"]["parties"] if one["origin"] == node.origin)


def _tell(stage: Stage, plan: Assessment, key: str, board: dict[str, Any]) -> None:
    starter = stage.node(plan.by)
    count = len(plan.session["questions"])
    stage.did(ASSESSMENT, starter, f"asks experts of both {count} questions", int(key.rpartition("/")[2]))
    for one in board["round"]["parties"]:
        node = stage.node(one["origin"].partition("/")[0])
        experts = len(plan.panels[node.member.party].experts)
        words = f"seals a summary of {experts} experts' answers, which stay sealed at home"
        stage.did(ASSESSMENT, node, words, one["seal"] and int(one["seal"]["index"]))
    for one in board["round"]["parties"]:
        node = stage.node(one["origin"].partition("/")[0])
        places = [int(place["index"]) for place in one["openings"]]
        stage.did(ASSESSMENT, node, "opens it question by question, in turn with the other", *places)


def _tell_joint(stage: Stage, found: dict[str, Any]) -> None:
    for party in stage.nodes:
        places = [one["recorded"].get(party.member.party) for one in found["questions"]]
        indexes = [int(place["index"]) for place in places if place]
        stage.did(ASSESSMENT, party, "records the joint layer that its node computes: the same", *indexes)
    for one in found["questions"]:
        parts, advice = one["result"]["parts"], one["result"]["advice"]
        share = float(parts["parties"]) / float(parts["total"])
        words = (
            f"{one['question']}: {share:.0%} of the uncertainty lies between the parties: {advice['word']}"
        )
        stage.did(ASSESSMENT, stage.nodes[0], words)


def _sums(result: dict[str, Any]) -> bool:
    """Whether the three parts of an uncertainty sum to it."""
    parts = result["parts"]
    whole = sum(float(parts[name]) for name in ("within", "experts", "parties"))
    return abs(whole - float(parts["total"])) <= 1e-9 * max(1.0, float(parts["total"]))


def _own(found: dict[str, Any]) -> bool:
    """Whether a node has made its own party's lines again, and was granted no answer of the other's."""
    states = {
        (one["party"], one["state"])
        for each in found["questions"]
        if each["stage"] == PRIVATE
        for one in each["inner"]
    }
    own = {party for party, state in states if state == "same"}
    return len(own) == 1 and all(state == "not-granted" for party, state in states if party not in own)


def _apart(stage: Stage, plan: Assessment, node: RunningNode) -> bool:
    """Whether an expert of a party is named at home, and in no file of the other party's folder."""
    own = next(iter(plan.panels[node.member.party].experts)).encode()
    elsewhere = [found(other.folder, own) for other in stage.others(node.member.party)]
    return bool(found(node.folder, own)) and not any(elsewhere)

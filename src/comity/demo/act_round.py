"""The round: each party seals an answer, sees that the other sealed and not what; then both open."""

from __future__ import annotations

import base64
import time
from typing import TYPE_CHECKING, Any, Final

from comity.demo.stage import NEXT, ROUND

if TYPE_CHECKING:
    from comity.demo.nodes import RunningNode
    from comity.demo.stage import Stage
    from comity.demo.walk import Question

DAY: Final = 24 * 3600 * 1000
SEAL_DAYS, OPEN_DAYS = 7, 14


def start(stage: Stage, question: Question) -> str:
    """Start a round, unless it was started before; return its key, the same on every node."""
    if question.name not in stage.rounds:
        stage.rounds[question.name] = _known(stage, question) or _start(stage, question)
    return stage.rounds[question.name]


def _known(stage: Stage, question: Question) -> str:
    node = stage.node(question.by)
    for known in node.get("round/rounds")["rounds"]:
        if known["name"] == question.name and known["start"]["origin"] == node.origin:
            return str(known["key"])
    return ""


def _start(stage: Stage, question: Question) -> str:
    now = time.time_ns() // 1_000_000
    body = {
        "name": question.name,
        "title": dict(question.title),
        "question": base64.b64encode(question.question.encode()).decode(),
        "parties": [stage.node(party).origin for party in question.answers],
        "seal_by": now + SEAL_DAYS * DAY,
        "open_by": now + OPEN_DAYS * DAY,
        "author": stage.walk.clerk,
        "exercise": True,
    }
    return str(stage.node(question.by).post("round/start", body)["key"])


def seal(stage: Stage, question: Question, party: str) -> None:
    """Let a party seal its answer, and its people approve the opening in advance."""
    node, key = stage.node(party), start(stage, question)
    told = _status(node, key)
    if _mine(told, node)["seal"] is None:
        given = base64.b64encode(question.question.encode()).decode()
        record = str(stage.place(question.answers[party]))
        body = {"key": key, "record": record, "author": stage.walk.clerk, "question": given}
        told = node.post("round/seal", body)
    _approve(stage, node, told)


def ask_alone(stage: Stage, question: Question) -> None:
    """Have the opening of single fields approved, by whoever started the round."""
    node, key = stage.node(question.by), start(stage, question)
    told = _status(node, key)
    wanted = [one for one in told["requests"] if set(question.alone) <= set(one["paths"])]
    if question.alone and not wanted:
        body = {"key": key, "paths": list(question.alone), "author": stage.walk.clerk}
        told = node.post("round/ask", body)
    _approve(stage, node, told)


def open_(stage: Stage, question: Question, party: str, paths: tuple[str, ...] = ()) -> bool:
    """Let a party open, single fields or all; return whether there was anything left to open."""
    node, key = stage.node(party), start(stage, question)
    mine = _mine(_status(node, key), node)
    if (mine["openings"] and not mine["partly"]) or (paths and mine["openings"]):
        return False
    node.post("round/open", {"key": key, "author": stage.walk.clerk, "paths": list(paths)})
    return True


def look_sealed(stage: Stage, question: Question) -> None:
    """Read on every node that a party sealed, and that its answer is nowhere but at home."""
    key = start(stage, question)
    for node in stage.nodes:
        for party in _status(node, key)["parties"]:
            if party["seal"] is None or party["openings"]:
                continue
            name = question.answers[party["origin"].partition("/")[0]]
            readable = stage.read(node, name) is not None
            stage.check("round_sealed_not_what", readable == (node.origin == party["origin"]))


def look_alone(stage: Stage, question: Question) -> None:
    """Read on the other side that single fields are open and the rest is not."""
    for node in stage.others(question.by):
        read = stage.read(node, question.answers[question.by]) or {}
        stage.check("round_one_field_alone", set(read) == set(question.alone))


def look(stage: Stage, question: Question) -> None:
    """Read the board on every side, when all have opened, and the answers themselves."""
    key = start(stage, question)
    first = _status(stage.node(question.by), key)
    starter = stage.node(question.by)
    stage.did(ROUND, starter, f"asks: {question.title['en']}", first["start"]["index"])
    for party in first["parties"]:
        node = stage.node(party["origin"].partition("/")[0])
        stage.did(ROUND, node, "seals its answer; the other side sees that, not what", _index(party["seal"]))
    for party in first["parties"]:
        node = stage.node(party["origin"].partition("/")[0])
        places = [place["index"] for place in party["openings"]]
        alone = f"opens {', '.join(question.alone)} alone, then all" if len(places) > 1 else "opens"
        stage.did(ROUND, node, alone, *places)
    whole = all(_status(node, key)["phase"] == "complete" for node in stage.nodes)
    read = [[stage.read(node, name) for node in stage.nodes] for name in question.answers.values()]
    same = all(answers[0] is not None and answers.count(answers[0]) == len(answers) for answers in read)
    stage.check("round_complete", whole and same)
    mine = _mine(first, starter)
    stage.check("round_one_field_alone", not question.alone or len(mine["openings"]) > 1)
    stage.pages += [
        (f"{node.member.names['en']}: the round", f"{node.url}/rounds/{key}") for node in stage.nodes
    ]


def leave_waiting(stage: Stage, question: Question) -> None:
    """Say whose seal a second round waits for: nobody knows what the first party sealed."""
    key = start(stage, question)
    told = _status(stage.node(question.by), key)
    for party in told["parties"]:
        node = stage.node(party["origin"].partition("/")[0])
        if party["seal"] is not None:
            stage.did(NEXT, node, f"has sealed in the round {question.name}", _index(party["seal"]))
        else:
            record = stage.place(question.answers[node.member.party])
            words = f"has not sealed in the round {question.name}: seal its record {record}"
            stage.did(NEXT, node, words)
            stage.pages.append((f"{node.member.names['en']}: seal an answer", f"{node.url}/rounds/{key}"))


def _approve(stage: Stage, node: RunningNode, told: dict[str, Any]) -> None:
    for one in told["requests"]:
        if one["stage"] == "waiting":
            stage.approve(node, one["index"])


def _status(node: RunningNode, key: str) -> dict[str, Any]:
    return dict(node.get(f"round/status?key={key}"))


def _mine(told: dict[str, Any], node: RunningNode) -> dict[str, Any]:
    return next(dict(party) for party in told["parties"] if party["origin"] == node.origin)


def _index(place: dict[str, Any] | None) -> int | None:
    return None if place is None else int(place["index"])

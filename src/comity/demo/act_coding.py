"""The grading rounds: both sides grade claims and evidence blind, seal, open; one is left to a visitor."""

from __future__ import annotations

import csv
import io
import time
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from comity.demo.act_round import DAY, OPEN_DAYS, SEAL_DAYS
from comity.demo.stage import CODING, NEXT

if TYPE_CHECKING:
    from comity.demo.nodes import RunningNode
    from comity.demo.stage import Stage
    from comity.demo.walk import Grading

API: Final = "perspectives/coding"
SIDES: Final = ("claims", "evidence")
UNSEALED: Final = ("started", "sealing")
VERDICTS: Final = {"exceeds": "exceed", "matches": "match", "falls short": "fall short of"}


def start(stage: Stage, grading: Grading) -> str:
    """Start a round, unless it was started before; return its key, the same on every node."""
    if grading.name not in stage.rounds:
        node = stage.node(grading.by)
        known = [one["key"] for one in node.get(API)["rounds"] if one["name"] == grading.name]
        stage.rounds[grading.name] = str(known[0]) if known else _start(stage, grading)
    return stage.rounds[grading.name]


def _start(stage: Stage, grading: Grading) -> str:
    now = time.time_ns() // 1_000_000
    body = {
        "name": grading.name,
        "title": dict(grading.title),
        "parties": [node.origin for node in stage.nodes],
        "claims": list(grading.claims),
        "seal_by": now + SEAL_DAYS * DAY,
        "open_by": now + OPEN_DAYS * DAY,
        "author": stage.walk.clerk,
        "exercise": True,
    }
    return str(stage.node(grading.by).post(f"{API}/start", body)["key"])


def seal(stage: Stage, grading: Grading, party: str) -> None:
    """Let a party seal what its graders gave, and its people approve the opening in advance."""
    node, key = stage.node(party), start(stage, grading)
    told = _round(node, key)
    if not _mine(node, key)["seal"]:
        sheets = [_sheet(node, key, side, grading, party) for side in SIDES]
        told = node.post(f"{API}/seal", {"key": key, "csv": sheets, "author": stage.walk.clerk})
    for one in told["requests"]:
        if one["stage"] == "waiting":
            stage.approve(node, one["index"])


def _sheet(node: RunningNode, key: str, side: str, grading: Grading, party: str) -> str:
    """Fill in the blank sheet that the graders of one side are given."""
    blank = node.get(f"{API}/sheet?{urlencode({'key': key, 'side': side})}")["csv"]
    out = io.StringIO()
    writer = csv.DictWriter(out, ("coder", "item", "grade"), extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for row in csv.DictReader(io.StringIO(blank)):
        grade = grading.grades[party][row["evidence"] or row["claim"]]
        writer.writerow({**row, "coder": grading.graders[side], "grade": grade})
    return out.getvalue()


def look_sealed(stage: Stage, grading: Grading) -> None:
    """Read on every side that a party has sealed, and that no grade is shown anywhere."""
    key = start(stage, grading)
    for node in stage.nodes:
        told = _round(node, key)
        if not told["open"]:
            stage.check("grades_sealed_not_what", (told["units"], told["agreement"]) == ([], None))


def open_(stage: Stage, grading: Grading, party: str) -> None:
    """Let a party open, unless it has."""
    node, key = stage.node(party), start(stage, grading)
    if _round(node, key)["phase"] in UNSEALED:
        stage.exchange(party)
    if not _mine(node, key)["openings"]:
        node.post("round/open", {"key": key, "author": stage.walk.clerk, "paths": []})


def look(stage: Stage, grading: Grading) -> None:
    """Read agreement and verdicts on every side: the same, by the seals and openings of the round."""
    key = start(stage, grading)
    shown = [_round(node, key) for node in stage.nodes]
    verdicts = [_claims(node, grading) for node in stage.nodes]
    same = all(one["units"] == shown[0]["units"] != [] for one in shown)
    agreed = all(one["agreement"] == shown[0]["agreement"] for one in shown)
    blind = [one["grades"] is not None and one["grades"]["round"] == key for one in verdicts[0]]
    stage.check("grading_complete", same and agreed)
    stage.check("claims_graded_blind", all(blind) and all(found == verdicts[0] for found in verdicts))
    stage.did(CODING, stage.node(grading.by), f"asks: {grading.title['en']}", int(key.rpartition("/")[2]))
    for one in shown[0]["provenance"]:
        node = stage.node(one["origin"].partition("/")[0])
        words = "seals the grades of its graders, who saw claims or evidence and no grade of anybody's"
        stage.did(CODING, node, words, _index(one["seal"]))
        stage.did(CODING, node, "opens them, when both have sealed", *map(_index, one["openings"]))
    for found in verdicts[0]:
        word = VERDICTS.get(found["verdict"])
        words = f"claims {word} the record found" if word else found["verdict"]
        stage.did(CODING, stage.node(grading.by), f"{found['slug']}: {words}")
    stage.pages += [
        (f"{node.member.names['en']}: graded blind", f"{node.url}/comparison/coding/{key}")
        for node in stage.nodes
    ]


def leave_waiting(stage: Stage, grading: Grading) -> None:
    """Say whose grades a second round waits for, and that they may be given in the browser."""
    key = start(stage, grading)
    for node in stage.nodes:
        sealed = _mine(node, key)["seal"]
        stage.check("one_grading_waits", bool(sealed) == (node.member.party in grading.grades))
        if sealed:
            stage.did(NEXT, node, f"has sealed its grades in the round {grading.name}", int(sealed["index"]))
        else:
            words = f"has not graded in the round {grading.name}: grade claim and evidence in the browser"
            stage.did(NEXT, node, words)
            address = f"{node.url}/comparison/coding/{key}"
            stage.pages.append((f"{node.member.names['en']}: grade blind", address))


# --- inside ---


def _round(node: RunningNode, key: str) -> dict[str, Any]:
    return dict(node.get(f"{API}/round?{urlencode({'key': key})}"))


def _mine(node: RunningNode, key: str) -> dict[str, Any]:
    told = node.get(f"round/status?{urlencode({'key': key})}")
    return next(dict(party) for party in told["parties"] if party["origin"] == node.origin)


def _claims(node: RunningNode, grading: Grading) -> list[dict[str, Any]]:
    found = node.get("perspectives/claims")["claims"]
    return [one for one in found if one["slug"] in grading.claims]


def _index(place: str) -> int:
    return int(place.rpartition("/")[2])

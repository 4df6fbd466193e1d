"""The release: fields of a sealed record leave, after people approved them; the other fields stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.demo.stage import NEXT, RELEASE

if TYPE_CHECKING:
    from comity.demo.nodes import RunningNode
    from comity.demo.stage import Stage
    from comity.demo.walk import Release

OVER: Final = frozenset({"expired", "refused"})


def request(stage: Stage, asked: Release) -> dict[str, Any]:
    """Ask for a release, unless it was asked for before; return where it stands."""
    node = stage.node(asked.by)
    for one in node.get("release/requests")["requests"]:
        if one["reason"] == asked.reason and one["stage"] not in OVER:
            return dict(one)
    records = [{"key": str(stage.place(name)), "paths": paths} for name, paths in asked.records.items()]
    body = {"records": records, "to": stage.node(asked.to).origin}
    shown = node.post("release/preview", body)
    body |= {"author": stage.walk.clerk, "reason": asked.reason, "digest": shown["digest"]}
    return dict(node.post("release/request", body))


def carry_out(stage: Stage) -> None:
    """Request, approve, grant."""
    node, asked = stage.node(stage.walk.release.by), request(stage, stage.walk.release)
    stage.approve(node, asked["index"])
    if asked["grant"] is None:
        node.post("release/grant", {"index": asked["index"], "author": stage.walk.clerk})


def look(stage: Stage) -> None:
    """Read on both sides what left and what stayed, after an exchange."""
    release = stage.walk.release
    node, other = stage.node(release.by), stage.node(release.to)
    told = request(stage, release)
    received = told["received"] or {}
    names = ", ".join(str(stage.place(name)) for name in release.records)
    stage.did(RELEASE, node, f"asks to release fields of its sealed entries {names}", told["index"])
    stage.did(RELEASE, node, f"{len(told['approvals'])} people approve it by passkey", *told["approvals"])
    stage.did(RELEASE, node, "grants: sealed to the other party's key", told["grant"])
    stage.did(RELEASE, other, "fetches, verifies, acknowledges", received.get("index"))
    grants = {one["index"]: one["state"] for one in other.get("release/inbox")["grants"]}
    stage.check(
        "release_received",
        told["stage"] == "received"
        and len(set(told["approvals"])) >= len(stage.walk.approvers)
        and grants.get(told["grant"]) in ("received", "erased"),
    )
    for name, paths in release.records.items():
        if paths:
            _fields(stage, other, name, paths)


def _fields(stage: Stage, other: RunningNode, name: str, paths: tuple[str, ...]) -> None:
    """Check that the other side reads the fields that were released, and no others."""
    own, theirs = stage.read(stage.home(name), name) or {}, stage.read(other, name) or {}
    stage.check("released_fields_read", all(theirs.get(path) == own.get(path, "") for path in paths))
    held_back = set(own) - set(paths)
    stage.check(
        "withheld_fields_stay",
        set(stage.walk.release.withheld) <= held_back and not held_back & set(theirs),
    )
    for path in paths:
        stage.did(RELEASE, other, f"reads {path} = {_short(theirs.get(path))}")
    for path in sorted(stage.walk.release.withheld):
        stage.did(RELEASE, other, f"reads {path} = sealed")


def _short(value: Any) -> str:
    text = value.get("en", "") if isinstance(value, dict) else str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"  # noqa: PLR2004 - a line of the terminal


def leave_pending(stage: Stage) -> None:
    """Leave a request for a visitor to approve, on every party's side: one approval is missing."""
    waits = True
    for asked in stage.walk.pending:
        node, told = stage.node(asked.by), request(stage, asked)
        found = stage.approve(node, told["index"], short=1)
        waits &= found["stage"] in ("approved", "done") or len(found["people"]) == found["needed"] - 1
        words = f"{len(found['people'])} of {found['needed']} approved: yours to approve"
        if found["stage"] != "waiting":
            words = "a visitor approved what waited"
        stage.did(NEXT, node, words, told["index"])
        stage.pages.append(
            (f"{node.member.names['en']}: approve what waits", f"{node.url}/approve/{told['index']}")
        )
    stage.check("one_approval_waits", waits)

"""What may be asked of the clocks of retention, as JSON data: for commands, API and pages alike."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from comity.border.entries.deletions import Deletion
from comity.border.retention import clock, coming, proving
from comity.border.retention.holding import holds_of, keepers
from comity.border.retention.policy import METHOD, policy_of
from comity.border.sensors import answers as sensors
from comity.border.sensors.times import now, write_instant
from comity.border.tables import PROJECTOR

if TYPE_CHECKING:
    from comity.node.node import Node

MILLI: Final = 1_000
SHOWN: Final = 200


def run(node: Node, header: dict[str, Any]) -> dict[str, Any]:
    """Delete what is over its time; return what was done."""
    return asdict(clock.run(node, header))


def show(node: Node, *, check: bool = False) -> dict[str, Any]:
    """Return the rule, what goes next, what stays past its time, and what was deleted, the newest first.

    Args:
        node: The node, open.
        check: Whether each deletion is held against what is kept.
    """
    policy, store = policy_of(node.config.retention), sensors.store_of(node)
    time = now()
    holds = holds_of(node, time // MILLI)
    with node.views.connect() as db:
        reports = [one for one in PROJECTOR.reports(db, Deletion) if one.origin == node.origin]
    deletions = []
    for one in sorted(reports, key=lambda report: -report.index)[:SHOWN]:
        line = {
            "entry": [one.origin, one.index],
            "exercise": one.exercise,
            "class": one.fields["data_class"],
            "days": one.fields["days"],
            "at": write_instant(one.fields["at"] * MILLI),
            "count": one.fields["count"],
            "batches": [part["number"] for part in one.fields.get("batches", [])],
            "spared": one.fields.get("spared", 0),
            "set_aside": one.fields.get("set_aside", 0),
            "frames": one.fields.get("frames", 0),
        }
        if check:
            line["wrong"] = proving.wrong_with(store.reader(), one.fields.get("batches", []))
        deletions.append(line)
    return {
        "rule": METHOD,
        "days": {**policy.days, "open": policy.open_days},
        "next": {name: _next(one) for name, one in coming.coming(store.reader(), policy, time).items()},
        "holds": {"events": len(holds.followed), "legal": len(holds.held) + len(holds.batches)},
        "kept_by": keepers(node, time // MILLI),
        "deletions": deletions,
    }


def _next(one: coming.Coming) -> dict[str, Any]:
    return {
        "oldest": None if one.oldest is None else write_instant(one.oldest),
        "goes": None if one.goes is None else write_instant(one.goes),
        "due": one.due,
        "whole": one.whole,
    }

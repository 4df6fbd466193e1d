"""What may be asked of alerts as JSON data: for the command line, the API and the pages alike."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from comity.border.alerts import budget as budgets
from comity.border.alerts import engine, queue, rules, writing

if TYPE_CHECKING:
    from comity.node.node import Node
    from comity.node.rows import Report

METHODS = (rules.METHOD, engine.METHOD, queue.METHOD)


def now() -> int:
    """Return the moment, milliseconds UTC."""
    return int(datetime.now(UTC).timestamp() * 1000)


def alert_list(node: Node, *, every: bool = False) -> dict[str, Any]:
    """Return the queue: what is open, or every alert; what was put aside is counted beside it."""
    at = now()
    found = writing.derive(node, at)
    kept = [one for one in found.alerts if every or one.state != "resolved"]
    size = {one.key: len(group) for group in queue.groups(kept) for one in group}
    return {
        "alerts": [{**alert_json(one, at), "group": size[one.key]} for one in kept],
        "aside": [{"code": one.code, "place": _place(one.report)} for one in found.aside],
        "open": sum(one.open for one in found.alerts),
        "inhibited": sum(one.open and bool(one.inhibited) for one in found.alerts),
        "resolved": sum(one.state == "resolved" for one in found.alerts),
        "methods": list(METHODS),
    }


def alert(node: Node, key: str) -> dict[str, Any]:
    """Return an alert with every entry that it is made of.

    Raises:
        AlertUnknownError: there is none of that key, or there are two.
    """
    at = now()
    found = writing.find(node, key, at)
    return {
        **alert_json(found, at),
        "raised": [
            {"party": one.party, "since": one.fields["since"], "claimed": one.claimed, "place": _place(one),
             "reasons": one.fields.get("reasons", []), "cell": one.fields["cell"]}
            for one in found.raised
        ],
        "steps": [
            {**one.fields, "party": one.party, "place": _place(one)}
            for one in found.steps
        ],
        "methods": list(METHODS),
    }  # fmt: skip


def budget(node: Node, *, hours: int = 24, operators: int = 1, limit: float = 6.0) -> dict[str, Any]:
    """Return what alerts cost in the last hours, and their precision."""
    at = now()
    found = writing.derive(node, at)
    return budgets.budget(found.alerts, at, hours=hours, operators=operators, limit=limit)


def alert_json(one: queue.Alert, at: int) -> dict[str, Any]:
    """Return an alert in a line, as of a moment."""
    first = one.first
    parties = sorted({report.party for report in (*one.raised, *one.steps)})
    active, seen = one.first_step("active"), one.first_step("acknowledged")
    waits = rules.RULES[one.rule].escalate
    due = None
    if active is not None and seen is None and one.open and one.level < len(waits):
        due = active.fields["at"] + waits[one.level]
    return {
        "key": one.key,
        "short": one.key[:8],
        "rule": one.rule,
        "subject": first["subject"],
        "cell": first["cell"],
        "source": first["source"],
        "object_class": first.get("object_class"),
        "severity": one.severity,
        "state": one.state,
        "parties": {party: one.of_party(party) for party in parties},
        "raised_by": sorted({report.party for report in one.raised}),
        "since": one.since,
        "utc": f"{datetime.fromtimestamp(one.since / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}",
        "active_at": None if active is None else active.fields["at"],
        "open_seconds": max(at - one.since, 0) // 1000 if one.state != "resolved" else None,
        "level": one.level,
        "escalates_at": due,
        "overdue": due is not None and due <= at,
        "count": one.count,
        "inhibited_by": one.inhibited,
        "outcome": one.outcome or None,
        "outcomes": one.outcomes,
        "unacknowledged": one.state == "resolved" and seen is None and not one.outcomes,
        "reasons": first.get("reasons", []),
        "words": first.get("words"),
        "method": first["method"],
        "about": first.get("about", []),
        "exercise": one.exercise,
        "marking": one.raised[0].marking,
        "place": _place(one.raised[0]),
    }


def _place(report: Report) -> list[Any]:
    return [report.origin, report.index]

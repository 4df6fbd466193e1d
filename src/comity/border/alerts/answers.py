"""What may be asked of alerts as JSON data: for the command line, the API and the pages alike."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from comity.border.alerts import budget as budgets
from comity.border.alerts import engine, queue, rules, writing

if TYPE_CHECKING:
    from collections.abc import Sequence

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
        "places": places(kept),
        "aside": [{"code": one.code, "place": _place(one.report)} for one in found.aside],
        "open": sum(one.open for one in found.alerts),
        "inhibited": sum(one.open and bool(one.inhibited) for one in found.alerts),
        "resolved": sum(one.state == "resolved" for one in found.alerts),
        "methods": list(METHODS),
    }


def places(alerts: Sequence[queue.Alert]) -> list[dict[str, Any]]:
    """Return alerts by place, the gravest and fullest first: how many are open, and since when."""
    found: dict[str, list[queue.Alert]] = {}
    for one in alerts:
        if one.state != "resolved":
            found.setdefault(str(one.first["cell"]), []).append(one)
    rows = [
        {
            "cell": cell,
            "alerts": len(group),
            "looks": len(queue.groups([one for one in group if not one.inhibited])),
            "severity": max((one.severity for one in group), key=queue.SEVERITIES.index),
            "since": min(one.since for one in group),
            "rules": sorted({one.rule for one in group}),
        }
        for cell, group in found.items()
    ]
    return sorted(
        rows, key=lambda row: (-queue.SEVERITIES.index(row["severity"]), -row["alerts"], row["cell"])
    )


def alert(node: Node, key: str) -> dict[str, Any]:
    """Return an alert with every entry that it is made of.

    Raises:
        AlertUnknownError: there is none of that key, or there are two.
    """
    at = now()
    found = writing.find(node, key, at)
    authors = {_at(one): _author(node, one) for one in found.steps}
    return {
        **alert_json(found, at),
        "raised": [
            {"party": one.party, "since": one.fields["since"], "claimed": one.claimed, "place": _place(one),
             "reasons": one.fields.get("reasons", []), "cell": one.fields["cell"]}
            for one in found.raised
        ],
        "steps": [
            {**one.fields, "party": one.party, "author": authors.get(_at(one), ""), "place": _place(one)}
            for one in found.steps
        ],
        "methods": list(METHODS),
    }  # fmt: skip


def budget(node: Node, *, hours: int = 24, operators: int = 1, limit: float = 6.0) -> dict[str, Any]:
    """Return what alerts cost in the last hours, and their precision."""
    at = now()
    found = writing.derive(node, at)
    return budgets.budget(found.alerts, at, hours=hours, operators=operators, limit=limit)


def _escalates_at(one: queue.Alert) -> int | None:
    """Return when the first party that raised it, and has not taken it up, escalates it next, ms UTC."""
    waits = rules.RULES[one.rule].escalate
    due = []
    for party in {report.party for report in one.raised if one.of_party(report.party) == "active"}:
        own = [report.fields for report in one.steps if report.party == party]
        level = max((fields["level"] for fields in own if fields["step"] == "escalated"), default=0)
        active = min(fields["at"] for fields in own if fields["step"] == "active")
        due += [active + wait for wait in waits[level : level + 1]]
    return min(due, default=None)


def alert_json(one: queue.Alert, at: int) -> dict[str, Any]:
    """Return an alert in a line, as of a moment."""
    first = one.first
    parties = sorted({report.party for report in (*one.raised, *one.steps)})
    active, seen = one.first_step("active"), one.first_step("acknowledged")
    due = _escalates_at(one)
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
        "raised_by": one.raisers,
        "one_sided": len(one.raisers) == 1,
        "acknowledged_by": {
            party: {"at": said.fields["at"], "office": said.fields["office"], "place": _place(said)}
            for party, said in sorted(one.acknowledgements.items())
        },
        "awaited": one.awaited,
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


def _at(report: Report) -> tuple[str, int]:
    return report.origin, report.index


def _author(node: Node, report: Report) -> str:
    """Return who answers for an entry: a person, or the rules."""
    content = node.record(report.origin, report.index).content
    return "" if content is None else content.header.author


def _place(report: Report) -> list[Any]:
    return [report.origin, report.index]

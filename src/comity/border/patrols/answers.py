"""What may be asked of patrols as JSON data: for the command line, the API and the pages alike."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from comity.border.patrols import METHOD, queries
from comity.border.patrols.statistics import by_year
from comity.border.patrols.writing import find

if TYPE_CHECKING:
    from comity.border.patrols.queries import PlanView
    from comity.node.node import Node
    from comity.node.rows import Report


def now() -> int:
    """Return the moment, milliseconds UTC."""
    return int(time.time() * 1000)


def plan_list(node: Node) -> list[dict[str, Any]]:
    """Return every plan on record, the latest day first."""
    with node.views.connect() as db:
        return [summary(view, node) for view in queries.plans(db)]


def plan(node: Node, name: str) -> dict[str, Any]:
    """Return a plan with the words on it, its visits and its reports.

    Raises:
        PatrolUnknownError: there is none of that name, or there are two.
    """
    from comity.border.patrols.proposing import crossed_here  # noqa: PLC0415 - needs arrays

    view = find(node, name)
    return {
        **summary(view, node),
        **{name: value for name, value in view.report.fields.items() if name not in ("slug", "on")},
        "digest": queries.digest_of(view.report.fields),
        "comes_into": crossed_here(node, view.report),
        "answers": [record_json(one) for one in view.answers],
        "aside": [place(one) for one in view.aside],
        "visits": [record_json(one) for one in view.visits],
        "reports": [
            {**record_json(one), "substance": queries.substance(one.fields)}
            for one in view.newest_reports.values()
        ],
        "methods": [METHOD],
    }


def coverage(node: Node) -> list[dict[str, Any]]:
    """Return for each network when somebody was at each of its markers last, the longest ago first."""
    from comity.border.patrols.proposing import ages  # noqa: PLC0415 - needs arrays
    from comity.border.patrols.tracks import Network  # noqa: PLC0415 - needs arrays

    with node.views.connect() as db:
        return [
            {
                "slug": one.fields["slug"],
                "party": one.party,
                "exercise": one.exercise,
                "entry": place(one),
                "markers": ages(db, Network(one.fields), exercise=one.exercise, now=now()),
            }
            for one in queries.networks(db)
        ]


def statistics(node: Node) -> list[dict[str, Any]]:
    """Return the patrols of each year, from the log alone."""
    with node.views.connect() as db:
        return by_year(queries.plans(db), queries.visits(db))


def visit_list(node: Node) -> list[dict[str, Any]]:
    """Return every visit on record, the latest first."""
    with node.views.connect() as db:
        return [record_json(one) for one in queries.visits(db)]


def summary(view: PlanView, node: Node) -> dict[str, Any]:
    """Return a plan in a line."""
    fields = view.report.fields
    return {
        "slug": view.slug,
        "party": view.party,
        "own": view.party == node.config.party,
        "ours_to_answer": node.config.party in view.others and view.state == "proposed",
        "ours_to_report": node.config.party in (view.party, *view.others) and view.state == "accepted",
        "exercise": view.report.exercise,
        "entry": place(view.report),
        "marking": view.report.marking,
        "on": fields["on"],
        "sector": fields["sector"],
        "meets_at": fields["meets_at"],
        "state": view.state,
        "report_state": view.report_state,
        "stops": sum(len(side["stops"]) for side in fields["sides"]),
        "visited": len({one.fields["marker"] for one in view.visits}),
    }


def record_json(one: Report) -> dict[str, Any]:
    """Return a record with whose it is and where it stands."""
    head = {"party": one.party, "at": one.claimed, "entry": place(one), "exercise": one.exercise}
    return {**head, **one.fields}


def place(report: Report) -> list[Any]:
    """Return where a record stands."""
    return [report.origin, report.index]

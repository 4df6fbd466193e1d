"""What may be asked of events as JSON data: for the command line, the API and the pages alike."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Literal

from comity.border.events import METHOD, queries
from comity.border.events.statistics import by_year
from comity.border.events.writing import find, find_request
from comity.node.compacts import parties
from comity.node.control.disclosed import disclosed

if TYPE_CHECKING:
    from comity.border.events.queries import EventView, RequestView
    from comity.node.node import Node
    from comity.node.rows import Report

Picture = Literal["national", "shared"]


def now() -> int:
    """Return the moment, milliseconds UTC."""
    return int(time.time() * 1000)


def event_list(node: Node, picture: str = "national") -> list[dict[str, Any]]:
    """Return the events of a picture: all that is held here, or what another side holds as well."""
    with node.views.connect() as db:
        views = queries.events(db, now())
    found = [summary(view, node) for view in views]
    return [one for one in found if one["shared"]] if picture == "shared" else found


def event(node: Node, name: str) -> dict[str, Any]:
    """Return an event with its reports and the requests about it.

    Raises:
        EventUnknownError: there is none of that name, or there are two.
    """
    view = find(node, name, now())
    with node.views.connect() as db:
        asked = [one for one in queries.requests(db, now()) if _about(one, view)]
    return {
        **summary(view, node),
        "reports": [report_json(one, node) for one in view.reports],
        "aside": [place(one) for one in view.aside],
        "requests": [request_json(one, node) for one in asked],
        "methods": [METHOD],
    }


def request_list(node: Node) -> list[dict[str, Any]]:
    """Return every request on record, the nearest deadline first."""
    with node.views.connect() as db:
        return [request_json(one, node) for one in queries.requests(db, now())]


def request(node: Node, name: str) -> dict[str, Any]:
    """Return a request with its answers.

    Raises:
        EventUnknownError: there is none of that name, or there are two.
    """
    return request_json(find_request(node, name, now()), node)


def draft_list(node: Node) -> list[dict[str, Any]]:
    """Return the drafts kept here whose event is not on record, the newest first."""
    with node.views.connect() as db:
        found = queries.drafts(db, node.origin)
    return [{**one.fields, "kept_at": one.claimed, "exercise": one.exercise} for one in found]


def statistics(node: Node) -> list[dict[str, Any]]:
    """Return how many events of each kind a year are on record; what is not there was not reported."""
    with node.views.connect() as db:
        return by_year(queries.events(db, now()))


def summary(view: EventView, node: Node) -> dict[str, Any]:
    """Return an event in a line."""
    fields = view.report.fields
    last = view.reports[-1].fields if view.reports else {}
    return {
        "slug": view.slug,
        "party": view.party,
        "own": view.party == node.config.party,
        "exercise": view.exercise,
        "entry": place(view.report),
        "id": view.report.id,
        "marking": view.report.marking,
        "shared": shared(view.report, node),
        **{name: fields.get(name) for name in ("event_type", "layer", "marker", "place", "detail", "title")},
        **{name: fields.get(name) for name in ("object_class", "happened_at", "learnt_at", "accuracy_m")},
        "offset_m": fields["offset_m"],
        "either_way": fields["either_way"],
        "state": view.state,
        "impact": view.impact,
        "confidence": {name: last.get(name) for name in ("credibility", "reliability", "validation")},
        "first": {"state": view.first.state, "due": view.first.due, "after_ms": view.first.after_ms},
        "said": len(view.reports),
    }


def report_json(one: Report, node: Node) -> dict[str, Any]:
    """Return a report with whose it is and where it stands."""
    return {
        "party": one.party,
        "at": one.claimed,
        "entry": place(one),
        "id": one.id,
        "marking": one.marking,
        "shared": shared(one, node),
        "exercise": one.exercise,
        **{name: value for name, value in one.fields.items() if name != "event"},
    }


def request_json(view: RequestView, node: Node) -> dict[str, Any]:
    """Return a request with its answers."""
    fields = view.report.fields
    return {
        "slug": view.slug,
        "party": view.party,
        "to": fields["to"],
        "own": view.party == node.config.party,
        "ours_to_answer": fields["to"] == node.config.party,
        "exercise": view.report.exercise,
        "entry": place(view.report),
        "marking": view.report.marking,
        "event": fields.get("event"),
        "asker": fields["asker"],
        "asks": fields["asks"],
        "deadline": fields["deadline"],
        "state": view.state,
        "answers": [
            {"party": one.party, "at": one.claimed, "entry": place(one), **one.fields} for one in view.answers
        ],
        "aside": [place(one) for one in view.aside],
    }


def shared(report: Report, node: Node) -> bool:
    """Return whether another side holds a record: its own, marked for everybody, or given to it."""
    if report.origin != node.origin:
        return report.party != node.config.party or report.marking == "TLP:CLEAR"
    record = node.record(report.origin, report.index)
    others = {origin.partition("/")[0] for origin in disclosed(node, record).to}
    return record.clear or bool(others & (set(parties(node)) - {node.config.party}))


def place(report: Report) -> list[Any]:
    """Return where a record stands."""
    return [report.origin, report.index]


def _about(asked: RequestView, view: EventView) -> bool:
    return bool(asked.report.fields.get("event") == {"origin": view.report.origin, "id": view.report.id})

"""What may be asked of a node about exchange: places, reconciliation, dues, changes, own records."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from comity.node.compacts import members, parties
from comity.record.text import check_edtf
from comity.register import entries, queries
from comity.register.answers import UnknownFactError
from comity.register.brief_visible import CLEAR, Sight
from comity.register.calendar_due import due
from comity.register.changes import SinceError, changes, since_day
from comity.register.directions import standing_proposals
from comity.register.places import Gazetteer
from comity.register.places_kinds import found_json, merged, place_json
from comity.register.reconcile_work import conflicts, every_outcome

if TYPE_CHECKING:
    from comity.node.node import Node
    from comity.register.reconcile import Pair
    from comity.register.reconcile_score import Item
    from comity.register.reconcile_tickets import TicketView
    from comity.register.reconcile_work import Conflict, Outcome


def day(text: str) -> date:
    """Return the day that a text names, today where it is empty.

    Raises:
        SinceError: it names none.
    """
    if not text:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(check_edtf(text))
    except ValueError as error:
        raise SinceError(f"{text[:40]!a} is not a day such as 2026-02-05") from error


def gazetteer(node: Node) -> Gazetteer:
    """Return the places that a node has on record."""
    with node.views.connect() as db:
        return Gazetteer(merged(queries.reports(db, entries.Place)))


def places(node: Node) -> list[dict[str, Any]]:
    """Return every place on record, by id."""
    return [place_json(place) for place in gazetteer(node).places.values()]


def resolve(node: Node, text: str, on: str) -> dict[str, Any]:
    """Return what a text names among the places on record, as of a day."""
    return found_json(gazetteer(node).resolve(text, day(on) if on else None))


def reconciliation(node: Node) -> list[dict[str, Any]]:
    """Return the reconciliation of each two parties, with its tickets."""
    with node.views.connect() as db:
        return [outcome_json(found) for found in every_outcome(db, parties(node))]


def conflict_list(node: Node) -> list[dict[str, Any]]:
    """Return every fact of which sources say different things."""
    with node.views.connect() as db:
        return [conflict_json(found) for found in conflicts(db, parties(node))]


def directions(node: Node, mechanism: str = "") -> list[dict[str, Any]]:
    """Return what offices propose, for every forum or for one."""
    with node.views.connect() as db:
        found = standing_proposals(queries.reports(db, entries.Direction), mechanism)
    return [{**asdict(report), "exercise": report.exercise} for report in found]


def dues(node: Node, today: str, limit: str = CLEAR) -> dict[str, Any]:
    """Return what is due, as far as a marking allows, and how many undertakings have no day."""
    with node.views.connect() as db:
        items, undated = due(Sight(db, parties(node), limit), day(today))
    names = {member.party: dict(member.names) for member in members(node)}
    return {"due": [item.as_json() for item in items], "undated": undated, "names": names}


def changed(node: Node, since: str, today: str) -> dict[str, Any]:
    """Return what changed since a day or a meeting."""
    voices = parties(node)
    with node.views.connect() as db:
        first, last = since_day(db, since, voices), day(today)
        found = changes(db, first, last, voices)
    return {"since": first.isoformat(), "today": last.isoformat(), "changes": [i.as_json() for i in found]}


def own(node: Node, kind: str) -> list[dict[str, Any]]:
    """Return the content of every record of a kind that this node's party wrote.

    Raises:
        UnknownFactError: there is no such kind in the register.
    """
    model = next((model for model in entries.KINDS if model.kind == kind), None)
    if model is None:
        raise UnknownFactError(f"no kind {kind[:60]!a} in the register")
    party = node.origin.partition("/")[0]
    with node.views.connect() as db:
        return [report.fields for report in queries.reports(db, model) if report.party == party]


def outcome_json(found: Outcome) -> dict[str, Any]:
    """Return a reconciliation as plain JSON data."""
    return {
        "parties": [found.one, found.other],
        "method": found.matched.method,
        "pairs": [_pair(pair) for pair in found.matched.pairs],
        "open": [_pair(pair) for pair in found.matched.open],
        "no_counterpart_visible": [_item(item) for item in found.matched.alone],
        "tickets": [ticket_json(ticket) for ticket in found.tickets],
    }


def ticket_json(ticket: TicketView) -> dict[str, Any]:
    """Return a ticket as plain JSON data."""
    return {
        "slug": ticket.slug,
        "about": ticket.about,
        "field": ticket.field,
        "readings": [
            {"party": party, "slug": slug, "value": value} for party, slug, value in ticket.readings
        ],
        "state": ticket.state,
        "holds": ticket.holds,
        "readings_changed": ticket.readings_changed,
        "opened": bool(ticket.opened),
        "owners": ticket.owners,
        "words": {party: word.fields for party, word in ticket.words.items()},
        "parties": list(dict.fromkeys(party for party, _, _ in ticket.readings)),
        "history": [asdict(word) for word in ticket.history],
        "exercise": ticket.exercise,
    }


def conflict_json(found: Conflict) -> dict[str, Any]:
    """Return a conflict as plain JSON data, each value with every report of it."""
    return {
        "kind": found.kind,
        "key": found.key,
        "field": found.field,
        "exercise": found.exercise,
        "values": [
            {"value": value, "reports": [asdict(report) for report in said]} for value, said in found.values
        ],
    }


def _pair(pair: Pair) -> dict[str, Any]:
    return {
        "one": _item(pair.one),
        "other": _item(pair.other),
        "score": f"{pair.score.value:.2f}",
        "reasons": list(pair.score.reasons),
    }


def _item(item: Item) -> dict[str, Any]:
    titles = dict(item.titles)
    return {
        "party": item.party,
        "kind": item.kind,
        "slug": item.slug,
        "title": titles.get("en") or next(iter(titles.values()), item.slug),
        "titles": titles,
        "exercise": item.exercise,
    }

"""The page of reconciliation: pairs, tickets, open questions, and facts of which sources differ."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response

from comity.node.compacts import parties
from comity.register import exports_answers
from comity.register.labels import PAGES, path_of
from comity.register.pages import mechanism_names, title
from comity.register.places_labels import TICKETS
from comity.register.queries import facts
from comity.register.reconcile_labels import reason_words

if TYPE_CHECKING:
    from comity.console import Console
    from comity.node.node import Node

_TITLED: Final = ("figure", "undertaking", "meeting", "mechanism", "instrument")


def reconcile_routes(console: Console, node: Node) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get("/register/reconciliation")
    def reconciliation(request: Request) -> Response:
        found = exports_answers.reconciliation(node)
        tickets = [ticket for outcome in found for ticket in outcome["tickets"]]
        return console.render(
            request,
            "register/reconciliation.html",
            outcomes=found,
            tickets=TICKETS,
            titles=_titles(node),
            link=_link,
            read=_read,
            reason=reason_words,
            exercise=any(ticket["exercise"] for ticket in tickets),
        )

    @router.get("/register/conflicts")
    def conflicts(request: Request) -> Response:
        found = exports_answers.conflict_list(node)
        return console.render(
            request,
            "register/conflicts.html",
            conflicts=found,
            titles=_titles(node),
            link=_link,
            exercise=any(conflict["exercise"] for conflict in found),
        )

    return router


def _titles(node: Node) -> dict[str, str | dict[str, str]]:
    """Return the title of everything that has a page, by its short name."""
    voices = parties(node)
    with node.views.connect() as db:
        names = mechanism_names(db, voices)
        return {
            fact.key: title(fact, names) for name in _TITLED for fact in facts(db, f"register.{name}", voices)
        }


def _link(kind: str, slug: str) -> str:
    """Return the path of a thing; an event stands on the page of its instrument."""
    name = kind.removeprefix("register.")
    if name == "event":
        return path_of("instrument", slug.partition(" ")[0])
    return path_of(name, slug) if name in PAGES else "/register"


def _read(value: str) -> Any:
    """Return a reading as data again: it is kept as canonical JSON."""
    return json.loads(value)

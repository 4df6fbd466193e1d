"""The page of reconciliation: pairs, tickets, open questions, and facts of which sources differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from comity.register import exports_answers
from comity.register.brief_values import value
from comity.register.places_labels import TICKETS
from comity.register.reconcile_labels import reason_words
from comity.register.reconcile_titles import link, reading, titles
from comity.register.routes_tickets import short

if TYPE_CHECKING:
    from comity.console import Console
    from comity.node.node import Node


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
            titles=titles(node),
            link=link,
            read=reading,
            short=short,
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
            titles=titles(node),
            link=link,
            told=value,
            exercise=any(conflict["exercise"] for conflict in found),
        )

    return router

"""The pages of places, reconciliation and briefs, as the register puts them into the console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter

from comity.register import places_labels
from comity.register.routes_brief import brief_routes
from comity.register.routes_changes import change_routes
from comity.register.routes_directions import direction_routes
from comity.register.routes_exports import export_routes
from comity.register.routes_extraction import extraction_routes
from comity.register.routes_imports import import_routes
from comity.register.routes_places import place_routes
from comity.register.routes_reconcile import reconcile_routes
from comity.register.routes_record import record_routes
from comity.register.routes_tickets import ticket_routes
from comity.register.routes_words import word_routes

if TYPE_CHECKING:
    from comity.console import Console
    from comity.node.node import Node


def exchange_routes(console: Console, node: Node) -> APIRouter:
    """Return the routes, and tell the console what their kinds are called."""
    console.kinds.describe(places_labels.KINDS, places_labels.FIELDS, places_labels.VALUES)
    router = APIRouter()
    router.include_router(place_routes(console, node))
    router.include_router(reconcile_routes(console, node))
    router.include_router(brief_routes(console, node))
    router.include_router(change_routes(console, node))
    router.include_router(ticket_routes(console, node))
    router.include_router(direction_routes(console, node))
    router.include_router(extraction_routes(console, node))
    router.include_router(word_routes(console, node))
    router.include_router(record_routes(console, node))
    router.include_router(import_routes(console, node))
    router.include_router(export_routes(console, node))
    return router

"""Puts the console and the systems' routes into a node's application."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.console.i18n import N_
from comity.console.pages import approve_kinds, pages
from comity.console.render import Console
from comity.node.system import NodeApp
from comity.node.web.routing import add_routes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi import FastAPI, Request, Response

    from comity.node.node import Node
    from comity.node.system import System

NOT_FOUND: Final = 404
WORDS: Final = {
    401: N_("This page needs the one-time link"),
    403: N_("This must be sent from the node's own pages"),
    409: N_("This cannot be done now"),
    422: N_("The request was not understood"),
    500: N_("The node could not answer"),
    502: N_("The other side could not be reached"),
    503: N_("The node could not read its own files"),
}


def mount(app: FastAPI, node: Node, systems: Sequence[System]) -> None:
    """Add the console, the routes of every system and the pages for errors.

    `comity.node.web.server.serve(root, systems, mount=mount, …)` calls this.
    """
    console = Console(node, systems)
    approve_kinds.describe(console)  # before the systems, whose words for their fields count
    node_app = NodeApp(node, tuple(systems), console)
    for system in systems:
        if system.routes is not None:
            add_routes(app, system.routes(node_app))
    add_routes(app, pages(console))

    def error_page(request: Request, status: int, problem: dict[str, Any]) -> Response:
        if status == NOT_FOUND:
            return console.render(request, "error.html", status=status)
        title = WORDS.get(status, N_("The request was refused"))
        return console.render(request, "problem.html", status=status, title=title, problem=problem)

    app.state.error_page = error_page

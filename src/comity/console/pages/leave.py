"""The way out: the session is forgotten, and the browser clears what it kept of the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.console.render import Console


def routes(console: Console) -> APIRouter:
    """Return the route."""
    router = APIRouter()

    @router.post("/leave")
    def leave(request: Request) -> Response:
        forget: Callable[[], None] | None = getattr(request.state, "leave", None)
        if forget is not None:
            forget()
        reply = console.render(request, "left.html")
        # What the browser kept of pages that it saw. What waits to be sent stays: it is in its storage.
        reply.headers["Clear-Site-Data"] = '"cache"'
        return reply

    return router

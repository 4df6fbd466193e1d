"""What is real here, what is fictional, which methods and languages."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

if TYPE_CHECKING:
    from comity.console.render import Console


def routes(console: Console) -> APIRouter:
    """Return the route of the page about this installation."""
    router = APIRouter()

    @router.get("/about")
    def about(request: Request) -> Response:
        return console.render(request, "about.html", version=version("comity"), methods=console.methods)

    return router

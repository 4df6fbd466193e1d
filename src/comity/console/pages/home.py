"""The first page: the joint picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from comity.node.control.disclosed import figures

if TYPE_CHECKING:
    from comity.console.render import Console


def routes(console: Console) -> APIRouter:
    """Return the route of the first page."""
    router = APIRouter()

    @router.get("/")
    def home(request: Request) -> Response:
        panels = [(panel.template, panel.facts()) for panel in console.panels]
        exercise = any(facts.get("exercise") for _, facts in panels)
        control = figures(console.node)
        return console.render(request, "home.html", panels=panels, exercise=exercise, control=control)

    return router

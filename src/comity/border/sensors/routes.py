"""The page of sensors: what is heard, what is silent, what is doubted, what was set aside and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from comity.border.sensors.labels import WORDS
from comity.console import Console

if TYPE_CHECKING:
    from comity.node.system import NodeApp


def routes(app: NodeApp) -> APIRouter:
    """Return the routes."""
    console = Console.of(app)
    node = app.node
    router = APIRouter(include_in_schema=False)

    @router.get("/border/sensors")
    def sensors(request: Request) -> Response:
        from comity.border.sensors import answers  # noqa: PLC0415 - a page of the overview needs no store

        found, aside = answers.overview(node), answers.quarantine(node)
        return console.render(request, "border/sensors/list.html", found=found, aside=aside, **WORDS)

    return router

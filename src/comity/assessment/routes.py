"""The pages of joint assessment: the overview, and one router a matter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request, Response

from comity.assessment import forms_release
from comity.assessment.gate import routes as gate_pages
from comity.assessment.initiatives import routes as initiatives_pages
from comity.assessment.position import routes as position_routes
from comity.assessment.risk import routes as risk_routes
from comity.assessment.sessions import routes as session_pages
from comity.console import Console

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.node.system import NodeApp

MATTERS: Final[tuple[Callable[[NodeApp], APIRouter], ...]] = (
    initiatives_pages.routes,
    gate_pages.routes,
    session_pages.routes,
    position_routes.routes,
    risk_routes.routes,
    forms_release.routes,
)


def routes(app: NodeApp) -> APIRouter:
    """Return the routes of every page."""
    console = Console.of(app)
    router = APIRouter(include_in_schema=False)

    @router.get("/assessment")
    def overview(request: Request) -> Response:
        return console.render(request, "assessment/overview.html")

    for matter in MATTERS:
        router.include_router(matter(app))
    return router

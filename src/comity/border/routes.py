"""The pages of the border: the overview, and one router a matter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request, Response

from comity.border.alerts import routes as alerts_pages
from comity.border.alerts.labels import WORDS as ALERT_WORDS
from comity.border.events import offline_routes as offline_pages
from comity.border.events import routes as events_pages
from comity.border.labels import WORDS
from comity.border.live import registration_routes as registration_pages
from comity.border.map import routes as map_pages
from comity.border.patrols import routes as patrols_pages
from comity.border.patrols.labels import plan_path
from comity.border.picture import routes as picture_pages
from comity.border.record_labels import FIELDS, KINDS, VALUES
from comity.border.retention import routes as retention_pages
from comity.border.sensors import routes as sensors_pages
from comity.border.series import routes as series_pages
from comity.border.titles import titles
from comity.border.warning import routes as warning_pages
from comity.border.warning import routes_forms as warning_forms
from comity.console import Console

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.node.system import NodeApp

MATTERS: Final[tuple[Callable[[NodeApp], APIRouter], ...]] = (
    warning_forms.routes,
    warning_pages.routes,
    series_pages.routes,
    events_pages.routes,
    offline_pages.routes,
    patrols_pages.routes,
    alerts_pages.routes,
    sensors_pages.routes,
    registration_pages.routes,
    retention_pages.routes,
    map_pages.routes,
    picture_pages.routes,
)


def routes(app: NodeApp) -> APIRouter:
    """Return the routes of every page."""
    console = Console.of(app)
    router = APIRouter(include_in_schema=False)
    matters = [matter(app) for matter in MATTERS]
    paths = {getattr(route, "path", "") for matter in matters for route in matter.routes}

    @router.get("/border")
    def overview(request: Request) -> Response:
        from comity.border.situation import situation  # noqa: PLC0415 - needs XML

        now = situation(console.node)
        parts = [part for part in now.values() if isinstance(part, dict)]
        return console.render(
            request,
            "border/overview.html",
            now=now,
            titles=titles(console.node),
            has_map="/border/map" in paths,
            has_picture="/border/picture" in paths,
            exercise=any(part.get("exercise") for part in parts),
            **WORDS,
            **ALERT_WORDS,
            plan_path=plan_path,
        )

    console.kinds.describe(KINDS, FIELDS, VALUES)
    for matter in matters:
        router.include_router(matter)
    return router

"""The JSON API of the border, under /api/v1/border: one router a matter; SensorThings at /sta/v1.1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import APIRouter

from comity.border.alerts import api as alerts_api
from comity.border.events import api as events_api
from comity.border.feeds import api as feeds_api
from comity.border.live import api as live_api
from comity.border.live import registration_api
from comity.border.map import api as map_api
from comity.border.patrols import api as patrols_api
from comity.border.picture import api as picture_api
from comity.border.retention import api as retention_api
from comity.border.sector import api as sector_api
from comity.border.sensors import api as sensors_api
from comity.border.series import api as series_api
from comity.border.warning import api as warning_api

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.node.system import NodeApp

MATTERS: Final[tuple[Callable[[NodeApp], APIRouter], ...]] = (
    series_api.api,
    warning_api.api,
    events_api.api,
    patrols_api.api,
    sensors_api.api,
    feeds_api.api,
    retention_api.api,
    alerts_api.api,
    map_api.api,
    sector_api.api,
    live_api.api,
    registration_api.api,
    picture_api.api,
)


def api(app: NodeApp) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/api/v1/border", tags=["border"])
    for matter in MATTERS:
        router.include_router(matter(app))
    whole = APIRouter()
    whole.include_router(router)
    whole.include_router(sensors_api.things(app))
    return whole

"""The JSON API of joint assessment, under /api/v1/assessment: one router a matter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import APIRouter

from comity.assessment.gate import api as gate_api
from comity.assessment.initiatives import api as initiatives_api
from comity.assessment.position import api as position_api
from comity.assessment.report import api as report_api
from comity.assessment.risk import api as risk_api
from comity.assessment.sessions import api as sessions_api

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.node.system import NodeApp

MATTERS: Final[tuple[Callable[[NodeApp], APIRouter], ...]] = (
    initiatives_api.api,
    gate_api.api,
    position_api.api,
    risk_api.api,
    sessions_api.api,
    report_api.api,
)


def api(app: NodeApp) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/api/v1/assessment", tags=["assessment"])
    for matter in MATTERS:
        router.include_router(matter(app))
    return router

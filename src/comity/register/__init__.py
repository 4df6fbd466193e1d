"""Instruments, mechanisms, meetings, undertakings, and what became of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from comity.node.system import NavItem, System
from comity.register.entries import KINDS
from comity.register.tables import PROJECTOR

if TYPE_CHECKING:
    from fastapi import APIRouter

    from comity.node.system import NodeApp

__all__ = ["SYSTEM"]

_HERE: Final = Path(__file__).parent


def _routes(app: NodeApp) -> APIRouter:
    from fastapi import APIRouter  # noqa: PLC0415 - commands that serve nothing do without HTTP

    from comity.register.api import api  # noqa: PLC0415 - the same

    router = APIRouter()
    router.include_router(api(app))
    if app.console is not None:
        from comity.register.routes import routes  # noqa: PLC0415 - the same

        router.include_router(routes(app))
    return router


SYSTEM: Final = System(
    name="register",
    kinds=KINDS,
    projector=PROJECTOR,
    routes=_routes,
    nav=(NavItem("Register", "/register"),),
    templates=_HERE / "templates",
    locales=_HERE / "locale",
)
"""The register, as the roof hands it to a node."""

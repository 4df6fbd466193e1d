"""The routes of a system that is laid out as every system is: `api.py` for JSON, `routes.py` for pages."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import APIRouter

    from comity.node.system import NodeApp


def standard_routes(package: str) -> Callable[[NodeApp], APIRouter]:
    """Return what gives the routes of a system: `api(app)`, and where there is a console `routes(app)`.

    Both modules are imported when a node serves: commands that serve nothing do without HTTP.

    Args:
        package: the system's package, `__name__` of its `__init__`.
    """

    def routes(app: NodeApp) -> APIRouter:
        from fastapi import APIRouter  # noqa: PLC0415 - commands that serve nothing do without HTTP

        found = [import_module(f"{package}.api").api(app)]
        if app.console is not None:
            found.append(import_module(f"{package}.routes").routes(app))
        # As one router, not as routers within one: every level of these makes each route once more.
        return APIRouter(routes=[route for router in found for route in router.routes])

    return routes

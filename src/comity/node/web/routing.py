"""Routes of many modules in one application, as one list.

FastAPI's `include_router` looks at the parameters of each route again, once for every level of routers in
routers, and asks every router at every request. Where nothing is included under a prefix or with dependencies
of its own, the routes themselves can stand in the application.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import APIRouter, FastAPI
    from starlette.routing import BaseRoute


def add_routes(app: FastAPI, *routers: APIRouter) -> None:
    """Add the routes of routers, and of those that they include, to an application in their order."""
    for router in routers:
        app.router.routes.extend(plain(router))


def plain(router: APIRouter) -> Iterator[BaseRoute]:
    """Give the routes of a router; one that it includes under other terms stays a router."""
    for route in router.routes:
        inner, terms = (getattr(route, name, None) for name in ("original_router", "include_context"))
        if inner is None or terms is None or terms.prefix or terms.dependencies:
            yield route
        else:
            yield from plain(inner)

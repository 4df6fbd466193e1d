"""The register's JSON API, under /api/v1/register; it only reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, HTTPException

from comity.register import answers
from comity.register.api_life import life_api
from comity.register.exports_api import exchange_api

if TYPE_CHECKING:
    from comity.node.system import NodeApp


def api(app: NodeApp) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/api/v1/register", tags=["register"])
    node = app.node

    @router.get("/summary")
    def summary() -> dict[str, Any]:
        """Counts by kind, the digest of everything marked for all, and the compact."""
        return answers.summary(node)

    @router.get("/facts/{kind}")
    def facts(kind: str) -> list[dict[str, Any]]:
        """Every fact of one kind (`instrument`, `event`, …) with all its reports."""
        try:
            return answers.facts(node, kind)
        except answers.UnknownFactError as error:
            raise HTTPException(404, str(error)) from error

    @router.get("/things/{slug}")
    def thing(slug: str) -> list[dict[str, Any]]:
        """Every fact under a slug."""
        try:
            return answers.thing(node, slug)
        except answers.UnknownFactError as error:
            raise HTTPException(404, str(error)) from error

    @router.get("/undertakings")
    def undertakings() -> list[dict[str, Any]]:
        """Every undertaking with its standing between the parties."""
        return answers.undertakings(node)

    router.include_router(life_api(node))
    router.include_router(exchange_api(node))
    return router

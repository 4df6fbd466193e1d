"""The JSON API of initiatives, under /api/v1/assessment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter

from comity.assessment.initiatives import answers

if TYPE_CHECKING:
    from comity.node.system import NodeApp


def api(app: NodeApp) -> APIRouter:
    """Return the routes."""
    router = APIRouter()
    node = app.node

    @router.get("/initiatives")
    def initiatives() -> list[dict[str, Any]]:
        """What third parties propose, with documents, what is asked of whom by when, and gates."""
        return answers.initiative_list(node)

    @router.get("/initiatives/{slug}")
    def initiative(slug: str) -> dict[str, Any]:
        """One initiative, every party's report of it and the background from public sources."""
        return answers.initiative(node, slug)

    return router

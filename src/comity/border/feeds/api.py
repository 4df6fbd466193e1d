"""What a feed gave, under /api/v1/border/feeds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body

if TYPE_CHECKING:
    from comity.node.system import NodeApp


def api(app: NodeApp) -> APIRouter:
    """Return the routes."""
    router = APIRouter()
    node = app.node

    @router.post("/feeds", status_code=201)
    def feeds(body: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
        """Keep places that aircraft, ships or receivers gave; each is a claim."""
        from comity.border.feeds import answers  # noqa: PLC0415 - few nodes have a feed

        return answers.take(node, body)

    return router

"""The JSON API of the running centre, under /api/v1/border."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body

if TYPE_CHECKING:
    from comity.node.system import NodeApp


def api(app: NodeApp) -> APIRouter:
    """Return the routes."""
    router = APIRouter()
    node = app.node

    @router.get("/centre")
    def state() -> dict[str, Any]:
        """How each own sector stands."""
        from comity.border.live import answers  # noqa: PLC0415 - lazily

        return answers.state(node)

    @router.post("/watch", status_code=201)
    def watch(body: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
        """Take what came in since, of one `sector` or of all."""
        from comity.border.live import answers  # noqa: PLC0415 - lazily

        return answers.watch(node, str(body.get("sector", "")))

    return router

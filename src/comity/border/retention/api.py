"""The clocks of retention under /api/v1/border/retention."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body

if TYPE_CHECKING:
    from comity.node.system import NodeApp


def api(app: NodeApp) -> APIRouter:
    """Return the routes."""
    router = APIRouter()
    node = app.node

    @router.get("/retention")
    def show(*, check: bool = False) -> dict[str, Any]:
        """How long what is kept, what stays past its time, and what was deleted."""
        from comity.border.retention import answers  # noqa: PLC0415 - it needs arrays

        return answers.show(node, check=check)

    @router.post("/retention/run", status_code=201)
    def run(body: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
        """Delete what is over its time; the body is the header of the entries."""
        from comity.border.retention import answers  # noqa: PLC0415 - it needs arrays

        return answers.run(node, body)

    return router

"""The JSON API of patrols, under /api/v1/border."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body

from comity.border.patrols import answers, writing
from comity.border.patrols.errors import PatrolRefusedError, PatrolUnknownError

if TYPE_CHECKING:
    from comity.node.system import NodeApp


def api(app: NodeApp) -> APIRouter:
    """Return the routes."""
    router = APIRouter()
    node = app.node

    @router.get("/patrols")
    def plan_list() -> list[dict[str, Any]]:
        """Every plan on record: whether it is accepted, and how its report stands."""
        return answers.plan_list(node)

    @router.get("/patrol-statistics")
    def statistics() -> list[dict[str, Any]]:
        """Patrols of each year, from the log alone."""
        return answers.statistics(node)

    @router.get("/patrol-coverage")
    def coverage() -> list[dict[str, Any]]:
        """When somebody was at each marker last."""
        return answers.coverage(node)

    @router.get("/patrol-visits")
    def visits() -> list[dict[str, Any]]:
        """Every visit on record."""
        return answers.visit_list(node)

    @router.get("/patrols/{name:path}")
    def plan(name: str) -> dict[str, Any]:
        """One plan, by slug or PARTY/SLUG, with visits and reports."""
        return answers.plan(node, name)

    @router.post("/patrol-acts/{act}", status_code=201)
    def acts(act: str, body: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
        """Add a layer, draw a share, plan, accept, log a visit, or report: checked, and appended."""
        if act not in writing.ACTS:
            raise PatrolUnknownError(f"no act {act[:40]!a}: {', '.join(writing.ACTS)}")
        try:
            return writing.ACTS[act](node, body, answers.now())
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise PatrolRefusedError(f"{act}: {error} is missing or malformed") from error

    return router

"""The JSON API of alerts, under /api/v1/border."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body, Query

from comity.border.errors import AlertRefusedError, AlertUnknownError

if TYPE_CHECKING:
    from comity.node.system import NodeApp


def api(app: NodeApp) -> APIRouter:
    """Return the routes."""
    router = APIRouter()
    node = app.node

    @router.get("/alerts")
    def alert_list(*, every: bool = False) -> dict[str, Any]:
        """The queue, the gravest first; with `every`, what is resolved too."""
        from comity.border.alerts import answers  # noqa: PLC0415 - lazily

        return answers.alert_list(node, every=every)

    @router.get("/alert-budget")
    def budget(
        hours: Annotated[int, Query(ge=1, le=8784)] = 24,
        operators: Annotated[int, Query(ge=1, le=1000)] = 1,
        limit: Annotated[float, Query(gt=0, le=1000)] = 6.0,
    ) -> dict[str, Any]:
        """What alerts cost an operator and hour, and how many of them were true."""
        from comity.border.alerts import answers  # noqa: PLC0415 - lazily

        return answers.budget(node, hours=hours, operators=operators, limit=limit)

    @router.get("/alerts/{key:path}")
    def alert(key: str) -> dict[str, Any]:
        """One alert, by the beginning of its key, with each of its steps."""
        from comity.border.alerts import answers  # noqa: PLC0415 - lazily

        return answers.alert(node, key)

    @router.post("/alert-acts/{act}", status_code=201)
    def acts(act: str, body: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
        """Check, acknowledge, resolve or note: appended to the own log."""
        from comity.border.alerts import answers, writing  # noqa: PLC0415 - lazily

        if act not in writing.ACTS:
            raise AlertUnknownError(f"no act {act[:40]!a}: {', '.join(writing.ACTS)}")
        try:
            return writing.ACTS[act](node, body, answers.now())
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise AlertRefusedError(f"{act}: {error} is missing or malformed") from error

    return router

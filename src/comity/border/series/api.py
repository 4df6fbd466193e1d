"""The JSON API of series, under /api/v1/border."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter

if TYPE_CHECKING:
    from comity.node.system import NodeApp


def api(app: NodeApp) -> APIRouter:
    """Return the routes."""
    router = APIRouter()
    node = app.node

    @router.get("/series")
    def series() -> dict[str, list[dict[str, Any]]]:
        """Gauges and weekly counts on record."""
        from comity.border.series import answers  # noqa: PLC0415 - needs arrays

        return answers.series_list(node)

    @router.get("/gauges/{name:path}")
    def gauge(name: str) -> dict[str, Any]:
        """One gauge, by slug or PARTY/SLUG: alerts, what cannot be told, quality."""
        from comity.border.series import answers  # noqa: PLC0415 - needs arrays

        return answers.gauge(node, name)

    @router.get("/counts/{name:path}")
    def counts(name: str) -> dict[str, Any]:
        """One series of weekly counts, by slug or PARTY/SLUG."""
        from comity.border.series import answers  # noqa: PLC0415 - needs arrays

        return answers.counts(node, name)

    return router

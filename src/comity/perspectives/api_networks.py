"""The JSON API of the networks, under /api/v1/perspectives/network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request

from comity.perspectives.networks.asked import DEFAULTS

if TYPE_CHECKING:
    from comity.node.node import Node


def network_api(node: Node) -> APIRouter:
    """Return the route."""
    router = APIRouter()

    @router.get("/network")
    def network(request: Request) -> dict[str, Any]:
        """Discourse networks, one a window; parameters as on the command line."""
        from comity.perspectives.networks.asked import asked  # noqa: PLC0415 - needs arrays
        from comity.perspectives.networks.formats import to_json  # noqa: PLC0415 - the same

        given = {name: request.query_params.get(name, "")[:20] for name in DEFAULTS}
        with node.views.connect() as db:
            return to_json(asked(db, given))

    return router

"""The JSON API of the map, under /api/v1/border."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, HTTPException, Query

if TYPE_CHECKING:
    from comity.node.system import NodeApp

Moment = Annotated[int | None, Query(ge=0, le=4_102_444_800_000, description="Milliseconds UTC.")]


def api(app: NodeApp) -> APIRouter:
    """Return the routes."""
    router = APIRouter()
    node = app.node

    @router.get("/map/layers")
    def layer_list(on: Annotated[str | None, Query(pattern=r"^\d{4}-\d{2}-\d{2}$")] = None) -> dict[str, Any]:
        """Tracks, markers and hazard areas that parties put on record."""
        from comity.border.map.layers import layers  # noqa: PLC0415 - lazily

        return layers(node, on)

    @router.get("/heat")
    def heat(
        sector: Annotated[str, Query(max_length=96)],
        start: Annotated[Moment, Query(alias="from")] = None,
        stop: Annotated[Moment, Query(alias="to")] = None,
        cell: int = 1_000,
    ) -> dict[str, Any]:
        """Cells that at least ten tracks passed in whole hours; fewer are never told."""
        from comity.border.map import answers  # noqa: PLC0415 - needs arrays

        try:
            return answers.heat_map(node, sector, start, stop, cell)
        except ValueError as error:
            raise HTTPException(422, str(error)) from error

    return router

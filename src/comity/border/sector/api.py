"""The JSON API of sectors, under /api/v1/border."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body

from comity.border.sector.errors import SectorRefusedError, SectorUnknownError

if TYPE_CHECKING:
    from comity.node.system import NodeApp


def api(app: NodeApp) -> APIRouter:
    """Return the routes."""
    router = APIRouter()
    node = app.node

    @router.get("/sectors")
    def sector_list() -> list[dict[str, Any]]:
        """Every sector on record, one's own before those of others."""
        from comity.border.sector import answers  # noqa: PLC0415 - lazily

        return answers.sector_list(node)

    @router.get("/sectors/{slug}")
    def sector(slug: str) -> dict[str, Any]:
        """One sector with its zones."""
        from comity.border.sector import answers  # noqa: PLC0415 - lazily

        return answers.sector(node, slug)

    @router.get("/sectors/{slug}/zones")
    def zone_list(slug: str) -> list[dict[str, Any]]:
        """The zones of a sector that are watched."""
        from comity.border.sector import answers  # noqa: PLC0415 - lazily

        return answers.zone_list(node, slug)

    @router.post("/sector-acts/{act}", status_code=201)
    def acts(act: str, body: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
        """Put a sector or a zone on record."""
        from comity.border.sector import writing  # noqa: PLC0415 - lazily

        if act not in writing.ACTS:
            raise SectorUnknownError(f"no act {act[:40]!a}: {', '.join(writing.ACTS)}")
        try:
            return writing.ACTS[act](node, body)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise SectorRefusedError(f"{act}: {error} is missing or malformed") from error

    return router

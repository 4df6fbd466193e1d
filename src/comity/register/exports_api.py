"""The JSON API of places, reconciliation and exchange, under /api/v1/register; it only reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query

from comity.register import brief_answers, exports_answers
from comity.register.brief_visible import CLEAR

if TYPE_CHECKING:
    from comity.node.system import NodeApp

_Day = Annotated[str, Query(max_length=40)]
_Text = Annotated[str, Query(max_length=300)]


def exchange_api(app: NodeApp) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/api/v1/register", tags=["register"])
    node = app.node

    @router.get("/places")
    def places() -> list[dict[str, Any]]:
        """Every place on record, by id."""
        return exports_answers.places(node)

    @router.get("/places/resolve")
    def resolve(text: _Text, on: _Day = "") -> dict[str, Any]:
        """What a text names among the places on record, as of a day; ambiguity is listed."""
        return exports_answers.resolve(node, text, on)

    @router.get("/reconciliation")
    def reconciliation() -> list[dict[str, Any]]:
        """The records of each two parties paired, with the tickets of what differs."""
        return exports_answers.reconciliation(node)

    @router.get("/conflicts")
    def conflicts() -> list[dict[str, Any]]:
        """Facts of which sources say different things; all stay."""
        return exports_answers.conflict_list(node)

    @router.get("/due")
    def due(today: _Day = "", limit: _Text = CLEAR) -> dict[str, Any]:
        """What is due, as far as a marking allows."""
        return exports_answers.dues(node, today, brief_answers.checked(limit))

    @router.get("/changes")
    def changes(since: _Text, today: _Day = "") -> dict[str, Any]:
        """What changed since a day or a meeting."""
        return exports_answers.changed(node, since, today)

    @router.get("/own/{kind}")
    def own(kind: str) -> list[dict[str, Any]]:
        """The content of every record of a kind that this node's party wrote."""
        return exports_answers.own(node, kind)

    @router.get("/brief/{meeting}")
    def brief(
        meeting: str, languages: _Text = "vi,lo", limit: _Text = CLEAR, today: _Day = ""
    ) -> dict[str, Any]:
        """The consultation brief for a meeting, put into words."""
        clock = exports_answers.day(today) if today else None
        return brief_answers.sheet(node, meeting, languages=languages, limit=limit, today=clock)

    return router

"""The JSON API of places, reconciliation and exchange, under /api/v1/register; it only reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query

from comity.register import brief_answers, exports_answers, extraction_work
from comity.register.brief_visible import CLEAR

if TYPE_CHECKING:
    from comity.node.node import Node

_Day = Annotated[str, Query(max_length=40)]
_Text = Annotated[str, Query(max_length=300)]


def exchange_api(node: Node) -> APIRouter:
    """Return the routes, below the register's own prefix."""
    router = APIRouter()

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

    @router.get("/directions")
    def directions(mechanism: _Text = "") -> list[dict[str, Any]]:
        """What offices propose for the next consultations; a proposal binds nobody."""
        return exports_answers.directions(node, mechanism)

    _documents(router, node)
    return router


def _documents(router: APIRouter, node: Node) -> None:
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

    @router.get("/extract/{work}")
    def extract(work: str) -> dict[str, Any]:
        """Undertakings proposed from the document of a work that is held here; nothing is recorded."""
        return extraction_work.of_work(node, work)

    @router.get("/names")
    def names() -> dict[str, list[str]]:
        """The names that each party goes by."""
        return extraction_work.names_of(node)

"""The JSON API of the comparison: with everything it rests on, moved, and against the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query

from comity.perspectives import answers_comparison as answers

if TYPE_CHECKING:
    from comity.node.node import Node

Slug = Annotated[str, Query(max_length=96)]


def comparison_routes(node: Node) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get("/compare")
    def compare(proposition: Slug = "") -> dict[str, Any]:
        """The comparison with its cells, pairs, tests, silences and reruns."""
        return answers.compare(node, proposition)

    @router.get("/moves")
    def moves(slug: Slug = "") -> dict[str, Any]:
        """Which results become others as one holder or one work is counted in another perspective."""
        return answers.moved(node, slug)

    @router.get("/claims")
    def claims() -> dict[str, Any]:
        """Claims against the record: undertakings fulfilled of due, and graded claims."""
        return answers.claims(node)

    return router

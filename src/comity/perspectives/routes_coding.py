"""The pages of coding rounds: which there are, and one side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response

from comity.console.pages.record import not_found
from comity.console.pages.rounds import PHASES, STATES
from comity.perspectives import answers_coding, coding, coding_grades, coding_grades_standing, coding_standing
from comity.perspectives.coding_errors import CodingError
from comity.perspectives.routes_coding_pages import CodingPages
from comity.perspectives.routes_coding_steps import step_routes
from comity.record.rounds import RoundUnknownError

if TYPE_CHECKING:
    from comity.console import Console


def coding_pages(console: Console, words: dict[str, Any]) -> APIRouter:
    """Return the pages; they stand before the page of a proposition, whose path would take theirs."""
    node = console.node
    pages = CodingPages(console, words)
    router = APIRouter()

    @router.get("/comparison/coding")
    def rounds(request: Request) -> Response:
        found: list[tuple[Any, Any]] = [
            *((one, coding_standing.standing(node, one)) for one in coding.rounds(node)),
            *((one, coding_grades_standing.standing(node, one)) for one in coding_grades.rounds(node)),
        ]
        return console.render(
            request,
            "perspectives/coding.html",
            rounds=[(one, stood, one.round.status()) for one, stood in found],
            exercise=any(one.report.exercise for one, _ in found),
            phases=PHASES,
            states=STATES,
            **words,
        )

    router.include_router(step_routes(pages))

    @router.get("/comparison/coding/{origin:path}")
    def one_round(request: Request, origin: str) -> Response:
        try:
            found = answers_coding.find(node, origin)
        except (CodingError, RoundUnknownError):
            return not_found(console, request)
        return pages.one(request, found)

    return router

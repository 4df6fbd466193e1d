"""The pages of joint lines: the list, and the single negotiating text. What is private has no page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response

from comity.assessment.position import answers, explain, labels
from comity.console import Console

if TYPE_CHECKING:
    from comity.node.system import NodeApp

PATH: Final = "/assessment/lines"


def routes(app: NodeApp) -> APIRouter:
    """Return the routes of the pages."""
    console = Console.of(app)
    node = app.node
    router = APIRouter(include_in_schema=False)
    words: dict[str, Any] = {
        "clause_words": labels.CLAUSES,
        "line_words": labels.LINES,
        "step_words": labels.STEPS,
        "matter_words": labels.MATTERS,
        "solution_names": explain.NAMES,
        "solution_words": explain.MEANING,
    }

    @router.get(PATH)
    def lines(request: Request) -> Response:
        found = answers.line_list(node)
        exercise = any(one["exercise"] for one in found)
        return console.render(
            request, "assessment/position/lines.html", lines=found, exercise=exercise, **words
        )

    @router.get(f"{PATH}/{{slug}}")
    def line(request: Request, slug: str) -> Response:
        found = answers.line(node, slug)
        return console.render(
            request, "assessment/position/line.html", line=found, exercise=found["exercise"], **words
        )

    return router

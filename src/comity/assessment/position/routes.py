"""The pages of joint lines: the list, and the single negotiating text. What is private has no page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response

from comity.assessment import forms_routes
from comity.assessment.forms_release import STATES as OUT_STATES
from comity.assessment.forms_release import out
from comity.assessment.position import answers, explain, labels
from comity.assessment.position import forms as acts
from comity.assessment.position.errors import LineStepError, PackagesError
from comity.assessment.position.zone import pages as zone_pages
from comity.console import Console
from comity.console.pages.record import not_found

if TYPE_CHECKING:
    from comity.node.node import Node
    from comity.node.system import NodeApp

PATH: Final = labels.PATH


def routes(app: NodeApp) -> APIRouter:
    """Return the routes of the pages."""
    console = Console.of(app)
    node = app.node
    router = APIRouter(include_in_schema=False)
    router.include_router(zone_pages.routes(app))
    console.kinds.describe(labels.KINDS, labels.FIELDS, labels.VALUES)
    words: dict[str, Any] = {
        "clause_words": labels.CLAUSES,
        "line_words": labels.LINES,
        "step_words": labels.STEPS,
        "matter_words": labels.MATTERS,
        "solution_names": explain.NAMES,
        "solution_words": explain.MEANING,
        "out_words": OUT_STATES,
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
        try:
            found = answers.line(node, slug)
        except LineStepError:
            return not_found(console, request)
        return console.render(
            request,
            "assessment/position/line.html",
            line=found,
            exercise=found["exercise"],
            own=node.origin.partition("/")[0],
            out={place: out(node, *place) for place in _places(found)},
            fair=_fair(node, slug),
            reasons={place: _reason(node, *place) for place in _places(found)},
            **words,
        )

    forms_routes.add(console, router, acts.PATH, acts.form, LineStepError)
    return router


def _fair(node: Node, slug: str) -> dict[str, Any]:
    """Return what is fair by the values that both show, or why it is not looked for."""
    try:
        return answers.fair(node, slug) | {"problem": ""}
    except PackagesError as error:
        return {"shown_by": [], "fair": None, "problem": str(error)}


def _places(line: dict[str, Any]) -> list[tuple[str, int]]:
    """Return where the parties' records of a line stand."""
    words = [word for clause in line["clauses"] for word in clause["words"].values()]
    written = [one for version in line["versions"] for one in version["written"]]
    return [(one["origin"], one["index"]) for one in (*line["lines"], *words, *written)]


def _reason(node: Node, origin: str, index: int) -> dict[str, str] | None:
    """Return the words with which a party gave a reason for its step, if it did."""
    content = node.record(origin, index).content
    found: dict[str, str] | None = None if content is None else content.fields.get("reason")
    return found

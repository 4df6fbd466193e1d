"""The page of what was opened: question by question, the parties beside each other, and the arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from comity.assessment.charts.figures import CHARTS
from comity.assessment.charts.parts import bar
from comity.assessment.forms import sent_of
from comity.assessment.forms_words import MARKINGS
from comity.assessment.sessions import queries
from comity.assessment.sessions.errors import SessionStepError
from comity.assessment.sessions.labels import session_path
from comity.assessment.sessions.routes_parts import (
    BASE,
    UNPROCESSABLE,
    author_of,
    key_of,
    reasons,
    render,
    with_session,
)
from comity.console import Query
from comity.console.i18n import LANGUAGES
from comity.console.pages.record import not_found
from comity.record.errors import ComityError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.assessment.sessions.queries import SessionView
    from comity.assessment.sessions.stages import StageView
    from comity.console import Console


def routes(console: Console) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get(f"{BASE}/opening/{{stage}}")
    def opening(request: Request, party: str, name: str, index: int, stage: str) -> Response:
        return with_session(
            console,
            request,
            key_of(party, name, index),
            lambda view: _opening(console, request, view, stage),
        )

    @router.post(f"{BASE}/opening/{{stage}}")
    async def argue(request: Request, party: str, name: str, index: int, stage: str) -> Response:
        given = await sent_of(request)

        def take(view: SessionView) -> Response:
            return _argue(console, request, view, stage, given)

        key = key_of(party, name, index)
        return await run_in_threadpool(with_session, console, request, key, take)

    return router


def _opening(  # noqa: PLR0917 - the stage, what was sent and why it was refused
    console: Console,
    request: Request,
    view: SessionView,
    stage: str,
    given: Mapping[str, str] | None = None,
    why: list[tuple[str, str]] | None = None,
) -> Response:
    from comity.assessment.sessions import board  # noqa: PLC0415 - needs arrays

    try:
        found = view.stage(stage)
    except SessionStepError:
        return not_found(console, request)
    shown = next(one for one in board.board(console.node, view).stages if one.view.name == stage)
    return render(
        console,
        request,
        "opening.html",
        view,
        stage=found,
        board=shown,
        rows=_rows(console, request, view, found),
        given=given or {},
        why=why or [],
        markings=MARKINGS,
        tongues=LANGUAGES,
        arguable=view.stages[0].phase == "open"
        or console.node.control.rounds.clock() >= view.stages[0].deadlines.open_by,
        status=UNPROCESSABLE if why else 200,
        **CHARTS,
    )


def _rows(console: Console, request: Request, view: SessionView, stage: StageView) -> list[dict[str, Any]]:
    """Return each question: what each party opened, the joint layer, its picture, the arguments."""
    from comity.assessment.sessions.chance import by_lot, drawn  # noqa: PLC0415 - needs arrays
    from comity.assessment.sessions.forms_pictures import opened_picture  # noqa: PLC0415 - the same
    from comity.assessment.sessions.joint import results  # noqa: PLC0415 - the same
    from comity.assessment.sessions.opened import lines  # noqa: PLC0415 - the same

    opened = lines(console.node, view, stage)
    said = queries.arguments(console.node, view)
    query = Query.of(request)
    draws = drawn(console.node, view, stage)
    rows = []
    for joint in results(console.node, view, stage):
        one = joint.question
        held = {party: line.line for party, line in opened[one.slug].items() if line.state == "open"}
        told = {party: line for party, line in held.items() if line is not None}
        result = joint.result
        parts = (
            {}
            if result is None
            else {name: float(getattr(result.parts, name)) for name in ("within", "experts", "parties")}
        )
        rows.append(
            {
                "question": one,
                "joint": joint,
                "lines": opened[one.slug],
                "picture": opened_picture(one.model, told, result, query, f"figures-{one.slug}")
                if told
                else None,
                "parts": bar(parts) if parts else (),
                "by_lot": by_lot(result, joint.opened, draws.get(one.slug)) if result is not None else None,
                "arguments": [report for report in said if report.fields["question"] == one.slug],
                "ends": [category.slug for category in one.model.categories or ()] or ["low", "high"],
            }
        )
    return rows


def _argue(
    console: Console, request: Request, view: SessionView, stage: str, given: Mapping[str, str]
) -> Response:
    from comity.assessment.sessions import writing  # noqa: PLC0415 - needs arrays

    slug, end = given.get("question", ""), given.get("end", "")
    code = given.get("language", "")
    language = code if code in LANGUAGES else console.language_of(request).code
    act: dict[str, Any] = {"question": slug, "text": {language: given.get("text", "").strip()}}
    act["tail" if end in ("low", "high") else "category"] = end
    marking = given.get("marking", "")
    if marking in MARKINGS:
        act["marking"] = marking
    try:
        writing.argue(console.node, view.key, act, author_of(request, given))
    except ComityError as error:
        return _opening(console, request, view, stage, given, reasons(error))
    return RedirectResponse(f"{session_path(view.key)}/opening/{stage}#arguments-{slug}", status_code=303)

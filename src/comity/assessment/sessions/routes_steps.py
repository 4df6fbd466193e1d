"""The steps of a party: naming its panel, sealing after seeing exactly what is sealed, opening, recording."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from comity.assessment.charts.figures import CHARTS
from comity.assessment.forms import sent_of
from comity.assessment.sessions.labels import REFUSALS, session_path
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
from comity.console.pages.record import not_found
from comity.node.control.signed_in import person_of
from comity.record.errors import ComityError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from comity.assessment.sessions.queries import SessionView
    from comity.console import Console

    Step = Callable[[Console, SessionView, Mapping[str, str], str], str]


def routes(console: Console) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get(f"{BASE}/seal/{{stage}}")
    def sealing(request: Request, party: str, name: str, index: int, stage: str) -> Response:
        return with_session(
            console,
            request,
            key_of(party, name, index),
            lambda view: _step_page(console, request, view, "seal", stage),
        )

    @router.get(f"{BASE}/panel")
    def naming(request: Request, party: str, name: str, index: int) -> Response:
        return with_session(
            console,
            request,
            key_of(party, name, index),
            lambda view: _step_page(console, request, view, "panel", ""),
        )

    @router.post(f"{BASE}/steps/{{step}}")
    async def take(request: Request, party: str, name: str, index: int, step: str) -> Response:
        given = await sent_of(request)

        def done(view: SessionView) -> Response:
            return _take(console, request, view, step, given)

        key = key_of(party, name, index)
        return await run_in_threadpool(with_session, console, request, key, done)

    return router


def _take(
    console: Console, request: Request, view: SessionView, step: str, given: Mapping[str, str]
) -> Response:
    if step not in STEPS:
        return not_found(console, request)
    try:
        where = STEPS[step](console, view, given, author_of(request, given))
    except ComityError as error:
        stage = given.get("stage", "")
        return _step_page(console, request, view, step, stage, given, reasons(error))
    return RedirectResponse(session_path(view.key) + where, status_code=303)


def _step_page(  # noqa: PLR0917 - which step, of which stage, what was sent and why it was refused
    console: Console,
    request: Request,
    view: SessionView,
    step: str,
    stage: str,
    given: Mapping[str, str] | None = None,
    why: list[tuple[str, str]] | None = None,
) -> Response:
    context: dict[str, Any] = {"summary": None, "rows": [], "given": given or {}, "step": step}
    refused = list(why or [])
    if step == "seal":
        if all(one.name != stage for one in view.stages):
            return not_found(console, request)
        if _judges_still(request, view, stage):
            refused = [(REFUSALS["expert-looks"], "")]
        else:
            try:
                context |= _summary(console, request, view, stage)
            except ComityError as error:
                refused = refused or reasons(error)
    return render(
        console,
        request,
        "step.html",
        view,
        stage=stage,
        why=refused,
        status=UNPROCESSABLE if why else 200,
        **context,
        **CHARTS,
    )


def _judges_still(request: Request, view: SessionView, stage: str) -> bool:
    """Whether whoever asks is an expert who may still answer: the others' answers are not for them yet."""
    experts = () if view.panel is None else view.panel.experts
    return person_of(request) in experts and view.stage(stage).phase in ("answering", "sealing")


def _summary(console: Console, request: Request, view: SessionView, stage: str) -> dict[str, Any]:
    """Return exactly what would be sealed, with its pictures; nothing is recorded."""
    from comity.assessment.sessions import queries, sealing  # noqa: PLC0415 - needs arrays
    from comity.assessment.sessions.forms_pictures import opened_picture  # noqa: PLC0415 - the same

    summary, made = sealing.summarise(console.node, view.key, stage)
    own, query = queries.own_party(console.node), Query.of(request)
    rows = [
        {
            "question": one,
            "line": line,
            "picture": None
            if line.nothing
            else opened_picture(one.model, {own: line}, None, query, f"seal-{one.slug}"),
        }
        for one, line in zip(view.questions, made.lines, strict=True)
    ]
    return {"summary": summary, "rows": rows}


def _panel(console: Console, view: SessionView, given: Mapping[str, str], author: str) -> str:
    from comity.assessment.sessions import writing  # noqa: PLC0415 - needs arrays

    named = given.get("experts", "").replace(",", " ").split()
    writing.panel(console.node, view.key, given.get("custodian", "").strip(), named, author)
    return ""


def _seal(console: Console, view: SessionView, given: Mapping[str, str], author: str) -> str:
    from comity.assessment.sessions import sealing  # noqa: PLC0415 - needs arrays

    sealing.seal(console.node, view.key, given.get("stage", ""), author)
    return ""


def _open(console: Console, view: SessionView, given: Mapping[str, str], author: str) -> str:
    from comity.assessment.sessions import sealing  # noqa: PLC0415 - needs arrays

    stage = given.get("stage", "")
    slug, _ = sealing.open_next(console.node, view.key, stage, author)
    return f"/opening/{stage}#question-{slug}"


def _record(console: Console, view: SessionView, given: Mapping[str, str], author: str) -> str:
    from comity.assessment.sessions import joint  # noqa: PLC0415 - needs arrays

    stage = given.get("stage", "")
    joint.record(console.node, view.key, stage, author)
    return f"/opening/{stage}"


STEPS: Final[dict[str, Step]] = {"panel": _panel, "seal": _seal, "open": _open, "record": _record}
"""What a party does, by its name in the address."""

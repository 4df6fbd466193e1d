"""The pages on which experts answer: one question a page, saved as they type, submitted when they are done.

An expert is known by the passkey used in this session of the browser; nobody else sees what is typed here
but, once it is submitted, the custodian whom the panel names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse

from comity.assessment.charts.figures import CHARTS
from comity.assessment.forms import sent_of
from comity.assessment.sessions import forms_answers as fields
from comity.assessment.sessions.errors import AnswerRefusedError, PersonalError, SessionStepError
from comity.assessment.sessions.labels import session_path
from comity.assessment.sessions.routes_parts import (
    BASE,
    UNPROCESSABLE,
    key_of,
    reasons,
    render,
    with_session,
)
from comity.console.i18n import gettext, speaking
from comity.console.pages.record import not_found
from comity.node.control.signed_in import person_of
from comity.record.errors import ComityError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.assessment.sessions.drafts import Draft
    from comity.assessment.sessions.queries import QuestionView, SessionView
    from comity.console import Console

FORBIDDEN: Final = 403
STAGE: Final = f"{BASE}/answers/{{stage}}"


def routes(console: Console) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get(STAGE)
    def overview(request: Request, party: str, name: str, index: int, stage: str) -> Response:
        def show(view: SessionView) -> Response:
            return _overview(console, request, view, stage)

        return with_session(console, request, key_of(party, name, index), show)

    @router.post(STAGE)
    async def submit(request: Request, party: str, name: str, index: int, stage: str) -> Response:
        def take(view: SessionView) -> Response:
            return _submit(console, request, view, stage)

        key = key_of(party, name, index)
        return await run_in_threadpool(with_session, console, request, key, take)

    @router.get(f"{STAGE}/{{question}}")
    def ask(  # noqa: PLR0917 - the parts of the path
        request: Request, party: str, name: str, index: int, stage: str, question: str
    ) -> Response:
        def show(view: SessionView) -> Response:
            return _question(console, request, view, stage, question)

        return with_session(console, request, key_of(party, name, index), show)

    @router.post(f"{STAGE}/{{question}}")
    async def save(  # noqa: PLR0917 - the parts of the path
        request: Request, party: str, name: str, index: int, stage: str, question: str
    ) -> Response:
        given = await sent_of(request)

        def take(view: SessionView) -> Response:
            return _save(console, request, view, (stage, question), given)

        key = key_of(party, name, index)
        return await run_in_threadpool(with_session, console, request, key, take)

    @router.get(f"{BASE}/custodian")
    def custodian(request: Request, party: str, name: str, index: int) -> Response:
        return with_session(
            console,
            request,
            key_of(party, name, index),
            lambda view: _custodian(console, request, view),
        )

    return router


def _known(
    console: Console, request: Request, view: SessionView, stage: str
) -> tuple[str, dict[str, Draft], Response | None]:
    """Return the expert and the drafts kept, or the page that is shown instead."""
    from comity.assessment.sessions import experts  # noqa: PLC0415 - needs arrays

    person = person_of(request)
    if all(one.name != stage for one in view.stages):
        return person, {}, not_found(console, request)
    if view.panel is None or person not in view.panel.experts:
        shown = render(console, request, "who.html", view, stage=stage, status=FORBIDDEN)
        return person, {}, shown
    return person, experts.drafts(console.node, view.key, stage, person), None


def _answered(console: Console, view: SessionView, stage: str, person: str) -> dict[str, Any]:
    """Return the newest answer of an expert to each question."""
    from comity.assessment.sessions import experts  # noqa: PLC0415 - needs arrays

    found = {}
    for one in experts.given(console.node, view.key, person):
        if one.fields["stage"] == stage and one.fields["expert"] == person:
            found[one.fields["question"]] = one
    return found


def _overview(  # noqa: PLR0917 - what was refused, and why
    console: Console,
    request: Request,
    view: SessionView,
    stage: str,
    refused: Mapping[str, Mapping[str, str]] | None = None,
    why: list[tuple[str, str]] | None = None,
) -> Response:
    person, kept, instead = _known(console, request, view, stage)
    if instead is not None:
        return instead
    rows = [
        {
            "question": one,
            "draft": not fields.empty(kept.get(one.slug)),
            "fault": fields.fault(one.model, kept.get(one.slug)),
            "refused": (refused or {}).get(one.slug),
        }
        for one in view.questions
    ]
    return render(
        console,
        request,
        "answers.html",
        view,
        stage=view.stage(stage),
        rows=rows,
        answered=_answered(console, view, stage, person),
        why=why or [],
        status=UNPROCESSABLE if refused or why else 200,
    )


def _submit(console: Console, request: Request, view: SessionView, stage: str) -> Response:
    from comity.assessment.sessions import experts  # noqa: PLC0415 - needs arrays

    person, kept, instead = _known(console, request, view, stage)
    if instead is not None:
        return instead
    wanted = [one.slug for one in view.questions if not fields.empty(kept.get(one.slug))]
    refused: list[dict[str, str]] = []
    try:
        if wanted:
            _, refused = experts.submit(console.node, view.key, stage, person, wanted)
    except AnswerRefusedError as error:
        return _overview(console, request, view, stage, why=reasons(error))
    if refused:
        return _overview(console, request, view, stage, refused={one["item"]: one for one in refused})
    return RedirectResponse(f"{session_path(view.key)}/answers/{stage}", status_code=303)


def _question(  # noqa: PLR0917 - the stage, the question, and why it was refused
    console: Console,
    request: Request,
    view: SessionView,
    stage: str,
    slug: str,
    why: list[tuple[str, str]] | None = None,
) -> Response:
    from comity.assessment.sessions.forms_pictures import own_picture  # noqa: PLC0415 - needs arrays

    person, kept, instead = _known(console, request, view, stage)
    if instead is not None:
        return instead
    try:
        one = view.question(slug)
    except SessionStepError:
        return not_found(console, request)
    draft, answer = kept.get(slug), _answered(console, view, stage, person).get(slug)
    fault = fields.fault(one.model, draft)
    typed = draft.values if draft and not fields.empty(draft) else answer.fields["values"] if answer else []
    return render(
        console,
        request,
        "question.html",
        view,
        stage=view.stage(stage),
        one=one,
        values=fields.values(one.model, draft or _as_draft(answer)),
        draft=draft or _as_draft(answer),
        fault=fault,
        answer=answer,
        kept=draft is not None,
        picture=None if fault or not typed else own_picture(one.model, typed),
        before=_near(view, one, -1),
        after=_near(view, one, 1),
        why=why or [],
        status=UNPROCESSABLE if why else 200,
        **CHARTS,
    )


def _as_draft(answer: Any) -> Any:
    """Return a submitted answer as what was typed, so that it can be gone over again."""
    from comity.assessment.sessions.drafts import Draft  # noqa: PLC0415 - with the above

    if answer is None:
        return None
    words = {name: next(iter((answer.fields.get(name) or {"": ""}).values())) for name in fields.WORDS}
    return Draft(values=list(answer.fields["values"]), **words)


def _near(view: SessionView, one: QuestionView, step: int) -> str:
    place = one.number - 1 + step
    return view.questions[place].slug if 0 <= place < len(view.questions) else ""


def _save(
    console: Console,
    request: Request,
    view: SessionView,
    place: tuple[str, str],
    given: Mapping[str, str],
) -> Response:
    from comity.assessment.sessions import experts  # noqa: PLC0415 - needs arrays

    stage, slug = place
    person, _, instead = _known(console, request, view, stage)
    if instead is not None:
        return instead
    language = console.language_of(request)
    try:
        one = view.question(slug)
        typed = fields.draft_of(one.model, given, language.code)
        experts.save(console.node, view.key, stage, person, {slug: typed})
        if request.headers.get("hx-request"):
            return _saved(console, request)
        if given.get("do") == "submit":
            _, refused = experts.submit(console.node, view.key, stage, person, [slug])
            if refused:
                return _question(console, request, view, stage, slug, [(*_code(refused[0]),)])
    except SessionStepError:
        return not_found(console, request)
    except ComityError as error:
        return _question(console, request, view, stage, slug, reasons(error))
    here = f"{session_path(view.key)}/answers/{stage}"
    after = _near(view, one, 1)
    goes = {"next": f"{here}/{after}" if after else here, "submit": f"{here}/{after}" if after else here}
    return RedirectResponse(goes.get(given.get("do", ""), f"{here}/{slug}"), status_code=303)


def _code(refused: Mapping[str, str]) -> tuple[str, str]:
    from comity.assessment.sessions.labels import REFUSALS  # noqa: PLC0415 - with the above

    return REFUSALS.get(refused["reason"], ""), refused["detail"]


def _saved(console: Console, request: Request) -> Response:
    """Return the words that a script puts beside the form."""
    with speaking(console.language_of(request)):
        words = gettext("Saved here; nobody else sees it.")
    return HTMLResponse(f'<span id="saved" role="status">{words}</span>')


def _custodian(console: Console, request: Request, view: SessionView) -> Response:
    from comity.assessment.sessions import experts  # noqa: PLC0415 - needs arrays

    try:
        found = experts.given(console.node, view.key, person_of(request))
    except PersonalError:
        return render(console, request, "who.html", view, stage="", status=FORBIDDEN)
    rows = [
        {"question": view.question(one.fields["question"]), "report": one}
        for one in found
        if one.fields["question"] in {each.slug for each in view.questions}
    ]
    return render(console, request, "custodian.html", view, rows=rows)

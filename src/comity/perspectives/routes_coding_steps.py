"""The steps of a coding round in the browser: start, code what is assigned, seal, open, settle a difference.

A step that is not taken says why on the page that it was asked on, and nothing of it is recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from comity.console.pages.record import not_found
from comity.console.pages.rounds import key_of
from comity.node.errors import RequestError
from comity.perspectives import answers_coding, coding, coding_assigned, coding_drafts
from comity.perspectives.coding_errors import CodingError
from comity.perspectives.coding_sheet import WORDS as STANCE_WORDS
from comity.perspectives.coding_sheet import whole, words
from comity.perspectives.coding_start import asked_of, choices
from comity.perspectives.entries import Grading
from comity.perspectives.routes_coding_pages import Filling
from comity.record.errors import ComityError
from comity.record.rounds import RoundUnknownError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from comity.node.node import Node
    from comity.perspectives.coding import CodingRound
    from comity.perspectives.coding_grades import GradingRound
    from comity.perspectives.routes_coding_pages import CodingPages

LONGEST: Final = 4000
"""Code points that a field of a form may have."""
MOST_FIELDS: Final = 1300
"""Fields that a form may have: three of each of 300 passages, with room."""
UNPROCESSABLE: Final = 422
CHOSEN: Final = frozenset({"document", "at", "leaf"})
"""What an address chooses of the text that a coder reads."""
Coder = Annotated[str, Query(max_length=32)]


class FormError(ComityError):
    """A form of a coding round does not say all that the step needs."""

    code = "coding-form"
    advice = "Fill in what is named; nothing was recorded."


def step_routes(pages: CodingPages) -> APIRouter:
    """Return the routes; they stand before the page of one round, whose path would take theirs."""
    router = APIRouter()
    _add_start(router, pages)
    _add_fill(router, pages)
    _add_simple(router, pages)
    _add_settle(router, pages)
    return router


def _add_start(router: APIRouter, pages: CodingPages) -> None:
    node = pages.node

    @router.get("/comparison/coding/start")
    def form(request: Request) -> Response:
        return pages.start(request, choices(node), {})

    @router.post("/comparison/coding/start")
    async def start(request: Request) -> Response:
        sent = await _form(request)
        found = choices(node)

        def step() -> str:
            asked = asked_of(sent, found, _author(request, sent), node.control.rounds.clock())
            return str(answers_coding.start(node, **asked)["key"])

        return await _taken(step, lambda error: pages.start(request, found, sent, error))


def _add_fill(router: APIRouter, pages: CodingPages) -> None:
    node = pages.node

    @router.get("/comparison/coding/{party}/{name}/{index}/fill")
    def form(
        request: Request, place: Annotated[str, Depends(key_of)], coder: Coder = "", side: str = ""
    ) -> Response:
        found = _found(node, place)
        if found is None:
            return not_found(pages.console, request)
        chosen = {name: request.query_params[name] for name in CHOSEN & request.query_params.keys()}
        return pages.fill(request, found, Filling(coder, side, _person(request), chosen))

    @router.post("/comparison/coding/{party}/{name}/{index}/fill")
    async def fill(
        request: Request, place: Annotated[str, Depends(key_of)], coder: Coder = "", side: str = ""
    ) -> Response:
        sent = Filling(coder, side, _person(request), await _form(request))
        found = _found(node, place)
        if found is None:
            return not_found(pages.console, request)

        def step() -> str:
            author = _author(request, sent.given)
            given = _given(node, found, sent, author)
            coding_drafts.hand_in(node, found, given, coder=coder, author=author)
            return found.key + _next(found, sent)

        return await _taken(step, lambda error: pages.fill(request, found, sent, error))


def _add_simple(router: APIRouter, pages: CodingPages) -> None:
    node = pages.node

    @router.post("/comparison/coding/{party}/{name}/{index}/seal")
    async def seal(request: Request, place: Annotated[str, Depends(key_of)]) -> Response:
        return await taken(
            request,
            place,
            lambda found, author: coding_drafts.seal_drafts(node, found, author),
        )

    @router.post("/comparison/coding/{party}/{name}/{index}/open")
    async def open_(request: Request, place: Annotated[str, Depends(key_of)]) -> Response:
        return await taken(request, place, lambda found, author: found.round.open(author=author))

    async def taken(
        request: Request, key: str, act: Callable[[CodingRound | GradingRound, str], object]
    ) -> Response:
        sent = await _form(request)
        found = _found(node, key)
        if found is None:
            return not_found(pages.console, request)

        def step() -> str:
            act(found, _author(request, sent))
            return found.key

        return await _taken(step, lambda error: pages.one(request, found, error))


def _add_settle(router: APIRouter, pages: CodingPages) -> None:
    node = pages.node

    @router.get("/comparison/coding/{party}/{name}/{index}/settle")
    def form(request: Request, place: Annotated[str, Depends(key_of)], unit: str = "") -> Response:
        found = _found(node, place)
        if found is None or isinstance(found.task, Grading):
            return not_found(pages.console, request)
        return pages.settle(request, found, unit, {})

    @router.post("/comparison/coding/{party}/{name}/{index}/settle")
    async def settle(request: Request, place: Annotated[str, Depends(key_of)], unit: str = "") -> Response:
        sent = await _form(request)
        found = _found(node, place)
        if found is None or isinstance(found.task, Grading):
            return not_found(pages.console, request)

        def step() -> str:
            stance, reason = sent.get("stance", ""), sent.get("reason", "").strip()
            if not stance or not reason:
                raise FormError("stance and reason are needed")
            coding.adjudicate(
                node,
                found.key,
                unit,
                stance=stance if stance in STANCE_WORDS else whole(stance, "stance"),
                reason=reason,
                author=_author(request, sent),
                frame=sent.get("frame", ""),
            )
            return f"{found.key}#differences"

        return await _taken(step, lambda error: pages.settle(request, found, unit, sent, error))


# --- inside ---


async def _form(request: Request) -> dict[str, str]:
    """Return the fields of a form; several values of one name are joined by line ends."""
    sent = await request.form(max_files=0, max_fields=MOST_FIELDS)
    values: dict[str, list[str]] = {}
    for key, value in sent.multi_items():
        if isinstance(value, str):
            values.setdefault(key, []).append(value[:LONGEST])
    return {key: "\n".join(found) for key, found in values.items()}


async def _taken(step: Callable[[], str], refused: Callable[[ComityError], Response]) -> Response:
    """Take a step in a thread and go to the round's page; or say why it was not taken."""
    try:
        return RedirectResponse(f"/comparison/coding/{await run_in_threadpool(step)}", status_code=303)
    except ComityError as error:
        response = await run_in_threadpool(refused, error)
        response.status_code = error.status if isinstance(error, RequestError) else UNPROCESSABLE
    except (ValidationError, ValueError) as error:
        response = await run_in_threadpool(refused, FormError(words(error)))
        response.status_code = UNPROCESSABLE
    return response


def _found(node: Node, key: str) -> CodingRound | GradingRound | None:
    try:
        return answers_coding.find(node, key)
    except (CodingError, RoundUnknownError):
        return None


def _given(node: Node, found: CodingRound | GradingRound, sent: Filling, author: str) -> list[dict[str, Any]]:
    """Return what a form gives; a passage that a coder found joins those found before."""
    if isinstance(found.task, Grading):
        return coding_assigned.grades_of(sent.given, coding_assigned.items(node, found, sent.side))
    if found.task.units:
        return coding_assigned.codings_of(sent.given, found)
    kept = coding_drafts.drafts(node, found).get(sent.coder)
    mine = kept.given if kept and kept.author == author else ()
    before = [one.model_dump(exclude_none=True) for one in mine]
    return [*before, coding_assigned.coding_of(node, sent.given, found)]


def _next(found: CodingRound | GradingRound, sent: Filling) -> str:
    """Return where a coder goes on: to the text again where passages are looked for in it."""
    if isinstance(found.task, Grading) or found.task.units:
        return ""
    places = {"coder": sent.coder, **{name: sent.given[name] for name in CHOSEN & sent.given.keys()}}
    places.pop("at", None)
    return f"/fill?{urlencode(places)}#text"


def _person(request: Request) -> str:
    """Return the pseudonym of the one person whose passkey was used in this session; empty if none."""
    return str(getattr(request.state, "person", "") or "")


def _author(request: Request, sent: Mapping[str, str]) -> str:
    author = _person(request) or sent.get("author", "").strip()
    if not author or len(author) > 64:  # noqa: PLR2004 - as long as a pseudonym may be
        raise FormError("a pseudonym is needed")
    return author

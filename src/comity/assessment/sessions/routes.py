"""The pages of blind sessions: the list, and the board that shows who has sealed, never what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response

from comity.assessment import forms_routes
from comity.assessment.report import routes as report_pages
from comity.assessment.sessions import (
    forms_start,
    queries,
    routes_answers,
    routes_opening,
    routes_sign_in,
    routes_steps,
)
from comity.assessment.sessions.errors import SessionError, SessionStepError
from comity.assessment.sessions.labels import COLUMNS, FIELDS, KINDS, PATH, PHASES, VALUES, WORDS
from comity.assessment.sessions.routes_parts import BASE, key_of, render, with_session
from comity.console import Console, Query, listing
from comity.console.pages.record import not_found
from comity.console.pages.rounds import STATES, TIMINGS
from comity.console.texts import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.assessment.sessions.queries import SessionView
    from comity.console import Listing
    from comity.node.system import NodeApp


def routes(app: NodeApp) -> APIRouter:
    """Return the routes, and tell the console of the kinds."""
    console = Console.of(app)
    node = app.node
    router = APIRouter(include_in_schema=False)
    console.kinds.describe(KINDS, FIELDS, VALUES)

    @router.get(PATH)
    def sessions(request: Request) -> Response:
        found = queries.sessions(node)
        return console.render(
            request,
            "assessment/sessions/list.html",
            listing=_listing(Query.of(request), found),
            exercise=any(one.exercise for one in found),
            **WORDS,
        )

    @router.get(f"{PATH}/{{slug}}")
    def by_slug(request: Request, slug: str) -> Response:
        return with_session(console, request, slug, lambda view: _board(console, request, view))

    @router.get(BASE)
    def one(request: Request, party: str, name: str, index: int) -> Response:
        return with_session(
            console, request, key_of(party, name, index), lambda view: _board(console, request, view)
        )

    forms_routes.add(console, router, forms_start.ACTS, forms_start.form, SessionStepError)
    for part in (routes_answers, routes_opening, routes_steps, routes_sign_in, report_pages):
        router.include_router(part.routes(console))
    return router


def _board(console: Console, request: Request, view: SessionView) -> Response:
    from comity.assessment.sessions import board, experts  # noqa: PLC0415 - needs arrays

    try:
        found = board.board(console.node, view)
    except SessionError:
        return not_found(console, request)
    return render(
        console,
        request,
        "board.html",
        view,
        board=found,
        progress={one.name: experts.progress(console.node, view, one.name) for one in view.stages},
        seal_states=STATES,
        timings=TIMINGS,
        now=console.node.control.rounds.clock(),
    )


def _listing(query: Query, found: list[SessionView]) -> Listing[SessionView]:
    keys: dict[str, Callable[[SessionView], Any]] = {
        "title": lambda one: plain(one.model.title).casefold(),
        "protocol": lambda one: one.model.protocol,
        "questions": lambda one: len(one.model.questions),
        "phase": lambda one: list(PHASES).index(one.current.phase),
        "deadline": lambda one: one.current.deadlines.open_by,
    }
    text = query.get("text").casefold()
    kept = [one for one in found if text in " ".join((one.model.slug, *one.model.title.values())).casefold()]
    return listing(query, COLUMNS, kept, keys, default="title", unfiltered=len(found))

"""The pages of events: both pictures, one event, the forms, and requests for information."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response

from comity.border.events import METHOD, answers, phone, sending
from comity.border.events.errors import EventUnknownError
from comity.border.events.forms import FORMS, OTHER
from comity.border.events.labels import FIELDS, KINDS, STATES, TYPES, VALUES, WORDS
from comity.console import Column, Console, Query, listing
from comity.console.i18n import N_, gettext, speaking
from comity.console.pages.record import not_found
from comity.node.compacts import parties

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.border.events.forms import EventForm
    from comity.border.events.sending import Form
    from comity.console import Listing
    from comity.node.system import NodeApp

COLUMNS: Final = (
    Column("learnt", N_("Learnt of")),
    Column("event", N_("Event")),
    Column("marker", N_("Marker")),
    Column("party", N_("Party")),
    Column("impact", N_("Impact")),
    Column("state", N_("State")),
)
IMPACT_ORDER: Final = ("low", "medium", "high", "very_high")


def routes(app: NodeApp) -> APIRouter:
    """Return the routes, and tell the console of the kinds."""
    console = Console.of(app)
    router = APIRouter(include_in_schema=False)
    console.kinds.describe(KINDS, FIELDS, VALUES)
    console.add_method(N_("Event reports"), METHOD)
    _lists(router, console)
    _forms(router, console)
    _thing(router, console)
    return router


def _lists(router: APIRouter, console: Console) -> None:
    node = console.node

    @router.get("/border/events")
    def events(request: Request) -> Response:
        query = Query.of(request)
        if not query.get("sort"):
            query = Query(query.path, {**query.parameters, "sort": "learnt", "dir": "desc"})
        found = answers.event_list(node, query.get("picture", ("shared",)) or "national")
        with speaking(console.language_of(request)):
            page = _listing(query, found)
            states = [(name, gettext(drawn[0])) for name, drawn in STATES.items()]
            types = [(name, gettext(title)) for name, title in TYPES.items()]
        return console.render(
            request,
            "border/events/list.html",
            listing=page,
            forms=[*FORMS.values(), OTHER],
            drafts=answers.draft_list(node),
            years=answers.statistics(node),
            state_options=states,
            type_options=types,
            exercise=any(one["exercise"] for one in found),
            **WORDS,
        )

    @router.get("/border/requests")
    def requests(request: Request) -> Response:
        found = answers.request_list(node)
        exercise = any(one["exercise"] for one in found)
        return console.render(request, "border/events/requests.html", found=found, exercise=exercise, **WORDS)


def _forms(router: APIRouter, console: Console) -> None:
    node = console.node

    def form_of(request: Request, name: str) -> Form | None:
        known: EventForm | None = OTHER if name == OTHER.name else FORMS.get(name)
        draft = request.query_params.get("draft", "")
        kept = next((one for one in answers.draft_list(node) if one["slug"] == draft), None)
        given = {**kept["given"], "slug": kept["slug"]} if kept else {}
        return phone.new_event(node, known, given, console.language_of(request).code) if known else None

    @router.get("/border/events/new/{name}")
    def new(request: Request, name: str) -> Response:
        form = form_of(request, name)
        return sending.show(console, request, form) if form else not_found(console, request)

    @router.post("/border/events/new/{name}")
    async def make(request: Request, name: str) -> Response:
        form = form_of(request, name)
        return await sending.take(console, request, form) if form else not_found(console, request)

    def answering(request: Request, party: str, slug: str) -> Form | None:
        try:
            one = answers.request(node, f"{party}/{slug}")
        except EventUnknownError:
            return None
        code = console.language_of(request).code
        return phone.answer(node, one, code) if one["ours_to_answer"] else None

    @router.get("/border/requests/{party}/{slug}")
    def answer(request: Request, party: str, slug: str) -> Response:
        form = answering(request, party, slug)
        return sending.show(console, request, form) if form else not_found(console, request)

    @router.post("/border/requests/{party}/{slug}")
    async def answered(request: Request, party: str, slug: str) -> Response:
        form = answering(request, party, slug)
        return await sending.take(console, request, form) if form else not_found(console, request)


def _thing(router: APIRouter, console: Console) -> None:
    node = console.node

    def event_of(party: str, slug: str) -> dict[str, Any] | None:
        try:
            return answers.event(node, f"{party}/{slug}")
        except EventUnknownError:
            return None

    def form_of(request: Request, party: str, slug: str, what: str) -> Form | None:
        one, code = event_of(party, slug), console.language_of(request).code
        others = tuple(name for name in parties(node) if name != node.config.party)
        if one and what == "report":
            return phone.follow_up(node, one, code)
        return phone.ask(node, one, others, code) if one and what == "ask" else None

    @router.get("/border/events/{party}/{slug}")
    def event(request: Request, party: str, slug: str) -> Response:
        one = event_of(party, slug)
        if one is None:
            return not_found(console, request)
        return console.render(request, "border/events/event.html", one=one, exercise=one["exercise"], **WORDS)

    @router.get("/border/events/{party}/{slug}/{what}")
    def form(request: Request, party: str, slug: str, what: str) -> Response:
        found = form_of(request, party, slug, what)
        return sending.show(console, request, found) if found else not_found(console, request)

    @router.post("/border/events/{party}/{slug}/{what}")
    async def formed(request: Request, party: str, slug: str, what: str) -> Response:
        found = form_of(request, party, slug, what)
        return await sending.take(console, request, found) if found else not_found(console, request)


def _listing(query: Query, found: list[dict[str, Any]]) -> Listing[dict[str, Any]]:
    keys: dict[str, Callable[[dict[str, Any]], Any]] = {
        "learnt": lambda one: one["learnt_at"],
        "event": lambda one: one["event_type"],
        "marker": lambda one: int(one["marker"].partition("/")[0].partition("(")[0].partition(".")[0]),
        "party": lambda one: one["party"],
        "impact": lambda one: IMPACT_ORDER.index(one["impact"]) if one["impact"] else -1,
        "state": lambda one: list(STATES).index(one["state"]),
    }
    state, kind = query.get("state", tuple(STATES)), query.get("type", tuple(TYPES))
    marker, party = query.get("marker"), query.get("party")
    kept = [
        one
        for one in found
        if state in ("", one["state"])
        and kind in ("", one["event_type"])
        and marker in ("", one["marker"])
        and party in ("", one["party"])
    ]
    return listing(query, COLUMNS, kept, keys, default="learnt", unfiltered=len(found))

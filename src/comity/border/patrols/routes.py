"""The pages of patrols: plans, coverage, a plan with its word, visits and reports, and the phone's forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response

from comity.border.events import sending
from comity.border.patrols import METHOD, answers, phone
from comity.border.patrols.errors import PatrolUnknownError
from comity.border.patrols.labels import FIELDS, KINDS, REPORTS, STATES, VALUES, WORDS
from comity.border.titles import titles
from comity.console import Column, Console, Query, listing
from comity.console.i18n import N_
from comity.console.pages.record import not_found

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.border.events.sending import Form
    from comity.node.system import NodeApp

COLUMNS: Final = (
    Column("on", N_("Day")),
    Column("sector", N_("Sector")),
    Column("party", N_("Proposed by")),
    Column("state", N_("State")),
    Column("report", N_("Report")),
)
LATEST: Final = 50
KEYS: Final[dict[str, Callable[[dict[str, Any]], Any]]] = {
    "on": lambda one: one["on"],
    "sector": lambda one: one["sector"],
    "party": lambda one: one["party"],
    "state": lambda one: list(STATES).index(one["state"]),
    "report": lambda one: list(REPORTS).index(one["report_state"]),
}


def routes(app: NodeApp) -> APIRouter:
    """Return the routes, and tell the console of the kinds."""
    console = Console.of(app)
    router = APIRouter(include_in_schema=False)
    console.kinds.describe(KINDS, FIELDS, VALUES)
    console.add_method(N_("Joint patrols"), METHOD)
    _visits(router, console)
    _plans(router, console)
    return router


def _visits(router: APIRouter, console: Console) -> None:
    node = console.node

    def form_of(request: Request) -> Form:
        plans = [one for one in answers.plan_list(node) if one["ours_to_report"]]
        plan = request.query_params.get("plan", "")[:200]
        return phone.visit(node, plans, plan, console.language_of(request).code)

    @router.get("/border/patrols/visit")
    def visit(request: Request) -> Response:
        return sending.show(console, request, form_of(request))

    @router.post("/border/patrols/visit")
    async def visited(request: Request) -> Response:
        return await sending.take(console, request, form_of(request))

    @router.get("/border/patrols")
    def patrols(request: Request) -> Response:
        query = Query.of(request)
        if not query.get("sort"):
            query = Query(query.path, {**query.parameters, "sort": "on", "dir": "desc"})
        found = answers.plan_list(node)
        visits = answers.visit_list(node)[:LATEST]
        return console.render(
            request,
            "border/patrols/list.html",
            listing=listing(query, COLUMNS, found, KEYS, default="on", unfiltered=len(found)),
            coverage=answers.coverage(node),
            years=answers.statistics(node),
            visits=visits,
            titles=titles(node),
            exercise=any(one["exercise"] for one in [*found, *visits]),
            **WORDS,
        )


def _plans(router: APIRouter, console: Console) -> None:
    node = console.node

    def plan_of(party: str, slug: str) -> dict[str, Any] | None:
        try:
            return answers.plan(node, f"{party}/{slug}")
        except PatrolUnknownError:
            return None

    def form_of(request: Request, party: str, slug: str, what: str) -> Form | None:
        one, code = plan_of(party, slug), console.language_of(request).code
        if one and what == "answer" and one["ours_to_answer"]:
            return phone.answer(node, one, code)
        return phone.report(node, one, code) if one and what == "report" and one["ours_to_report"] else None

    @router.get("/border/patrols/{party}/{slug}")
    def plan(request: Request, party: str, slug: str) -> Response:
        one = plan_of(party, slug)
        if one is None:
            return not_found(console, request)
        return console.render(
            request,
            "border/patrols/plan.html",
            one=one,
            titles=titles(node),
            exercise=one["exercise"],
            **WORDS,
        )

    @router.get("/border/patrols/{party}/{slug}/{what}")
    def form(request: Request, party: str, slug: str, what: str) -> Response:
        found = form_of(request, party, slug, what)
        return sending.show(console, request, found) if found else not_found(console, request)

    @router.post("/border/patrols/{party}/{slug}/{what}")
    async def formed(request: Request, party: str, slug: str, what: str) -> Response:
        found = form_of(request, party, slug, what)
        return await sending.take(console, request, found) if found else not_found(console, request)

"""The pages of alerts: the queue with its budget, and one alert with every step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from comity.border.alerts.labels import FIELDS, KINDS, RULES, STATES, WORDS
from comity.border.errors import AlertUnknownError
from comity.border.events import sending
from comity.border.titles import titles
from comity.console import Column, Console, Query, listing
from comity.console.i18n import N_, gettext, speaking
from comity.console.pages.record import not_found

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.border.events.sending import Form
    from comity.console import Listing
    from comity.node.system import NodeApp

COLUMNS: Final = (
    Column("severity", N_("Severity")),
    Column("alert", N_("Alert")),
    Column("reasons", N_("Reasons")),
    Column("since", N_("Since")),
)
GRAVEST: Final = ("Extreme", "Severe", "Moderate", "Minor")


def routes(app: NodeApp) -> APIRouter:
    """Return the routes, and tell the console of the kinds and methods."""
    console = Console.of(app)
    node = app.node
    router = APIRouter(include_in_schema=False)
    console.kinds.describe(KINDS, FIELDS, {})

    @router.get("/border/alerts")
    def alerts(request: Request) -> Response:
        from comity.border.alerts import answers  # noqa: PLC0415 - lazily

        query = Query.of(request)
        every = query.get("every", ("1",)) == "1"
        found = answers.alert_list(node, every=every)
        with speaking(console.language_of(request)):
            page = _listing(query, found["alerts"])
            states = [(name, gettext(words)) for name, (words, _, _) in STATES.items()]
            rules = [(name, gettext(words)) for name, words in RULES.items()]
        return console.render(
            request,
            "border/alerts/list.html",
            listing=page,
            found=found,
            budget=answers.budget(node),
            state_options=states,
            rule_options=rules,
            every=every,
            own=node.config.party,
            titles=titles(node),
            exercise=any(one["exercise"] for one in found["alerts"]),
            **WORDS,
        )

    @router.get("/border/alerts/{key:path}")
    def alert(request: Request, key: str) -> Response:
        from comity.border.alerts import answers  # noqa: PLC0415 - lazily

        try:
            found = answers.alert(node, key)
        except AlertUnknownError:
            return not_found(console, request)
        from comity.border.alerts import forms  # noqa: PLC0415 - lazily

        return console.render(
            request,
            "border/alerts/alert.html",
            one=found,
            acts=forms.acts(node, found),
            own=node.config.party,
            titles=titles(node),
            exercise=found["exercise"],
            **WORDS,
        )

    _forms(router, console)
    return router


def _forms(router: APIRouter, console: Console) -> None:
    node = console.node

    def form_of(request: Request, what: str, key: str) -> Form | None:
        from comity.border.alerts import answers, forms  # noqa: PLC0415 - lazily

        try:
            found = answers.alert(node, key)
        except AlertUnknownError:
            return None
        return (
            forms.form(node, what, found, console.language_of(request).code) if what in forms.FIELDS else None
        )

    @router.get("/border/alert-acts/{what}/{key:path}")
    def asked(request: Request, what: str, key: str) -> Response:
        form = form_of(request, what, key)
        return sending.show(console, request, form) if form else not_found(console, request)

    @router.post("/border/alert-acts/{what}/{key:path}")
    async def taken(request: Request, what: str, key: str) -> Response:
        form = await run_in_threadpool(form_of, request, what, key)
        return await sending.take(console, request, form) if form else not_found(console, request)


def _listing(query: Query, found: list[dict[str, Any]]) -> Listing[dict[str, Any]]:
    keys: dict[str, Callable[[dict[str, Any]], Any]] = {
        "severity": lambda one: (GRAVEST.index(one["severity"]), one["since"]),
        "alert": lambda one: (one["rule"], one["subject"]),
        "reasons": lambda one: len(one["reasons"]),
        "since": lambda one: one["since"],
    }
    state, rule = query.get("state", tuple(STATES)), query.get("rule", tuple(RULES))
    text = query.get("text").casefold()
    kept = [
        one
        for one in found
        if state in ("", one["state"])
        and rule in ("", one["rule"])
        and text in f"{one['subject']} {one['cell']} {one['source']} {one['key']}".casefold()
    ]
    if query.get("each", ("1",)) != "1":
        # One row for what one source says by one rule: the first, with how many there are.
        kept = list({(one["rule"], one["source"], one["state"]): one for one in reversed(kept)}.values())[
            ::-1
        ]
    return listing(query, COLUMNS, kept, keys, default="severity", unfiltered=len(found))

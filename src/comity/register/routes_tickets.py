"""The pages on which a person follows up a difference, or says whether two records are of the same thing."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response

from comity.console.i18n import N_, gettext, speaking
from comity.console.pages.record import not_found
from comity.register import exports_answers
from comity.register.places_labels import TICKETS, VALUES
from comity.register.reconcile_labels import reason_words
from comity.register.reconcile_titles import link, reading, titles, words_of
from comity.register.routes_writing import Form, shown, taken
from comity.register.writing import match_draft, ticket_drafts

if TYPE_CHECKING:
    from comity.console import Console
    from comity.node.node import Node

NOTE: Final = ("note_en", "note_vi", "note_lo")
CRUMBS: Final = (("/register", N_("Register")), ("/register/reconciliation", N_("Reconciliation")))


def ticket_routes(console: Console, node: Node) -> APIRouter:
    """Return the routes."""
    router = APIRouter()
    _add_tickets(router, console, node)
    _add_matches(router, console, node)
    return router


def _add_tickets(router: APIRouter, console: Console, node: Node) -> None:
    def form(request: Request, slug: str) -> Form | None:
        found = _ticket(node, slug)
        if found is None:
            return None
        with speaking(console.language_of(request)):
            return _ticket_form(node, found)

    @router.get("/register/tickets/{slug}")
    def ticket(request: Request, slug: str) -> Response:
        made = form(request, slug)
        return not_found(console, request) if made is None else shown(console, request, made)

    @router.post("/register/tickets/{slug}")
    async def say(request: Request, slug: str) -> Response:
        made = form(request, slug)
        return not_found(console, request) if made is None else await taken(console, request, made)


def _ticket_form(node: Node, found: dict[str, Any]) -> Form:
    own = node.origin.partition("/")[0]
    return Form(
        template="register/ticket.html",
        action=f"/register/tickets/{found['slug']}",
        fields=("owner", "word", "outcome", *NOTE),
        drafts=partial(ticket_drafts, found),
        done=f"/register/tickets/{found['slug']}",
        context={
            "ticket": found,
            "own": own,
            "heading": gettext("Ticket %(number)s") % {"number": short(found["slug"])},
            "lead": "",
            "form_heading": gettext("What your side says"),
            "crumbs": _crumbs(),
            "exercise": found["exercise"],
            "choose_exercise": False,
            "titles": titles(node),
            "link": link,
            "read": reading,
            "states": TICKETS,
            "word_options": [(name, gettext(words)) for name, words in VALUES["word"].items()],
            "outcome_options": [(value, words_of(value, found["field"])) for value in _outcomes(found)],
        },
    )


def _add_matches(router: APIRouter, console: Console, node: Node) -> None:
    def form(request: Request) -> Form | None:
        query = request.query_params
        names = {name: query.get(name, "") for name in ("about", "one", "other")}
        with speaking(console.language_of(request)):
            return _match_form(node, names, query.get("same", ""))

    @router.get("/register/match")
    def match(request: Request) -> Response:
        made = form(request)
        return not_found(console, request) if made is None else shown(console, request, made)

    @router.post("/register/match")
    async def say(request: Request) -> Response:
        made = form(request)
        return not_found(console, request) if made is None else await taken(console, request, made)


def _match_form(node: Node, names: dict[str, str], same: str) -> Form | None:
    pair = _pair(node, **names)
    if pair is None:
        return None
    exercise = bool(pair["one"]["exercise"])
    return Form(
        template="register/match.html",
        action=f"/register/match?about={names['about']}&one={names['one']}&other={names['other']}",
        fields=("same", *NOTE),
        drafts=lambda given: [match_draft({**given, **names}, exercise=exercise)],
        done="/register/reconciliation#open",
        given={"same": same if same in ("yes", "no") else ""},
        context={
            "pair": pair,
            "heading": gettext("The same, or not?"),
            "lead": gettext("The word of a person. A later word of your side takes its place."),
            "form_heading": gettext("What your side says"),
            "crumbs": _crumbs(),
            "exercise": exercise,
            "choose_exercise": False,
            "titles": titles(node),
            "link": link,
            "reason": reason_words,
        },
    )


def _crumbs() -> list[tuple[str, str]]:
    return [(path, gettext(words)) for path, words in CRUMBS]


def short(slug: str) -> str:
    """Return the number of a ticket as people say it: the first eight signs of its digest."""
    digest = slug.removeprefix("ticket-")
    return f"{digest[:4]}-{digest[4:8]}"


def _ticket(node: Node, slug: str) -> dict[str, Any] | None:
    every = (item for outcome in exports_answers.reconciliation(node) for item in outcome["tickets"])
    return next((item for item in every if item["slug"] == slug), None)


def _outcomes(found: dict[str, Any]) -> list[str]:
    """Return what may be said to hold: what each record says, and what a party has said already."""
    said = [item["value"] for item in found["readings"]]
    said += [word["outcome"] for word in found["words"].values() if word.get("outcome")]
    return list(dict.fromkeys(plain(value) for value in said))


def plain(value: str) -> str:
    """Return a reading as it is said to hold: a text without the quotation marks of JSON."""
    read = reading(value)
    return read if isinstance(read, str) else value


def _pair(node: Node, about: str, one: str, other: str) -> dict[str, Any] | None:
    for outcome in exports_answers.reconciliation(node):
        for pair in (*outcome["open"], *outcome["pairs"]):
            found = (pair["one"]["kind"], pair["one"]["slug"], pair["other"]["slug"])
            if found == (f"register.{about}", one, other):
                return dict(pair)
    return None

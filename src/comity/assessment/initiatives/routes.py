"""The pages of initiatives: the list, and one with what each party recorded of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response

from comity.assessment import forms_routes
from comity.assessment.gate.labels import STATES, gate_path
from comity.assessment.initiatives import answers
from comity.assessment.initiatives import forms as acts
from comity.assessment.initiatives.conflicts import METHOD
from comity.assessment.initiatives.errors import UnknownInitiativeError
from comity.assessment.initiatives.labels import (
    CONFLICTS,
    FIELDS,
    INITIATIVES,
    KINDS,
    PRICES,
    VALUES,
    initiative_path,
)
from comity.console import Column, Console, Query, listing
from comity.console.i18n import N_, gettext, speaking
from comity.console.pages.record import not_found
from comity.console.texts import plain
from comity.node.compacts import parties

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.console import Listing
    from comity.node.system import NodeApp

COLUMNS: Final = (
    Column("title", N_("Initiative")),
    Column("kind", N_("Kind")),
    Column("third", N_("Third party")),
    Column("sponsor", N_("Sponsor")),
    Column("asks", N_("Asks"), numeric=True),
    Column("gates", N_("Consultation"), sortable=False),
)
SHOWN: Final = ("title", "initiative_kind", "amount", "financing", "what", "places", "documents", "asks")
WORDS: Final = {
    "kinds_of": INITIATIVES,
    "prices": PRICES,
    "states": STATES,
    "gate_path": gate_path,
    "initiative_path": initiative_path,
}


def routes(app: NodeApp) -> APIRouter:
    """Return the routes, and tell the console of the kinds."""
    console = Console.of(app)
    node = app.node
    router = APIRouter(include_in_schema=False)
    console.kinds.describe(KINDS, FIELDS, VALUES)
    console.add_method(N_("Where sources disagree"), METHOD)

    @router.get("/assessment/initiatives")
    def initiatives(request: Request) -> Response:
        found = answers.initiative_list(node)
        with speaking(console.language_of(request)):
            page = _listing(Query.of(request), found)
            options = [(name, gettext(words)) for name, words in INITIATIVES.items()]
        return console.render(
            request,
            "assessment/initiatives/list.html",
            listing=page,
            kind_options=options,
            exercise=any(one["exercise"] for one in found),
            **WORDS,
        )

    @router.get("/assessment/initiatives/{slug}")
    def initiative(request: Request, slug: str) -> Response:
        try:
            found = answers.initiative(node, slug)
        except UnknownInitiativeError:
            return not_found(console, request)
        return console.render(
            request,
            "assessment/initiatives/initiative.html",
            one=found,
            parties=parties(node),
            own=node.origin.partition("/")[0],
            shown=SHOWN,
            conflict_words=CONFLICTS,
            conflict_method=METHOD,
            exercise=found["exercise"],
            **WORDS,
        )

    forms_routes.add(console, router, acts.PATH, acts.form, UnknownInitiativeError)
    return router


def _listing(query: Query, found: list[dict[str, Any]]) -> Listing[dict[str, Any]]:
    keys: dict[str, Callable[[dict[str, Any]], Any]] = {
        "title": lambda one: plain(one["title"]).casefold(),
        "kind": lambda one: one["kind"],
        "third": lambda one: plain(one["third_party_name"]).casefold(),
        "sponsor": lambda one: one["sponsor"],
        "asks": lambda one: len(one["asks"]),
    }
    kind, text = query.get("kind", tuple(INITIATIVES)), query.get("text").casefold()
    kept = [
        one
        for one in found
        if kind in ("", one["kind"]) and text in " ".join(one["title"].values()).casefold()
    ]
    return listing(query, COLUMNS, kept, keys, default="title", unfiltered=len(found))

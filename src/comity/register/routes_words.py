"""The page on which a party says what became of an undertaking, or adds its words to a dispute."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request, Response

from comity.console.i18n import gettext, speaking
from comity.console.pages.record import not_found
from comity.console.texts import plain
from comity.node.compacts import parties
from comity.register import entries, queries
from comity.register.labels import STATES, VALUES
from comity.register.routes_writing import Form, shown, taken
from comity.register.writing import status_drafts

if TYPE_CHECKING:
    from comity.console import Console
    from comity.node.node import Node
    from comity.register.queries import Fact

FIELDS: Final = (
    *("status", "on", "note_en", "note_vi", "note_lo"),
    *("words_en", "words_vi", "words_lo"),
)


def word_routes(console: Console, node: Node) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    def form(request: Request, slug: str) -> Form | None:
        with node.views.connect() as db:
            found = {fact.key: fact for fact in queries.facts(db, entries.Undertaking, parties(node))}
        if slug not in found:
            return None
        with speaking(console.language_of(request)):
            return _form(found[slug])

    @router.get("/register/undertaking/{slug}/word")
    def word(request: Request, slug: str) -> Response:
        made = form(request, slug)
        return not_found(console, request) if made is None else shown(console, request, made)

    @router.post("/register/undertaking/{slug}/word")
    async def say(request: Request, slug: str) -> Response:
        made = form(request, slug)
        return not_found(console, request) if made is None else await taken(console, request, made)

    return router


def _form(fact: Fact) -> Form:
    return Form(
        template="register/word.html",
        action=f"/register/undertaking/{fact.key}/word",
        fields=FIELDS,
        drafts=partial(status_drafts, fact.key, exercise=fact.exercise),
        done=f"/register/undertaking/{fact.key}",
        context={
            "heading": gettext("What became of it"),
            "lead": plain(fact.fields["action"]),
            "form_heading": gettext("What your side says"),
            "crumbs": [
                ("/register", gettext("Register")),
                (f"/register/undertaking/{fact.key}", gettext("Undertaking")),
            ],
            "exercise": fact.exercise,
            "choose_exercise": False,
            "states": STATES,
            "status_options": [(name, gettext(words)) for name, words in VALUES["status"].items()],
        },
    )

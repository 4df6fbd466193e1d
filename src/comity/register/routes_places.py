"""The page of places: what a name means on a day, and every name with its script and source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response

from comity.console import Column, Query, listing
from comity.console.i18n import N_, gettext, speaking
from comity.register import exports_answers
from comity.register.changes import SinceError
from comity.register.places_fold import fold
from comity.register.places_kinds import found_json
from comity.register.places_labels import FOUND, SCRIPTS, VALUES
from comity.register.places_reasons import reason_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.console import Console
    from comity.node.node import Node
    from comity.register.places import Known

COLUMNS: Final = (
    Column("name", N_("Name")),
    Column("kind", N_("Kind")),
    Column("party", N_("party")),
    Column("from", N_("from")),
    Column("until", N_("until")),
)
KEYS: Final[dict[str, Callable[[Known], Any]]] = {
    "name": lambda place: fold(place.title),
    "kind": lambda place: place.kind,
    "party": lambda place: place.party,
    "from": lambda place: str(place.validity.first or ""),
    "until": lambda place: str(place.validity.last or "9999"),
}


def place_routes(console: Console, node: Node) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get("/register/places")
    def places(request: Request) -> Response:
        query = Query.of(request)
        text, on, kind = query.get("text"), query.get("on"), query.get("kind")
        known = exports_answers.gazetteer(node)
        found, wrong = None, False
        if text:
            try:
                found = found_json(known.resolve(text, exports_answers.day(on) if on else None))
            except SinceError:
                wrong = True
        rows = [place for place in known.places.values() if kind in ("", place.kind)]
        with speaking(console.language_of(request)):
            table = listing(query, COLUMNS, rows, KEYS, default="name", unfiltered=len(known.places))
            kinds = [(name, gettext(words)) for name, words in VALUES["place_kind"].items()]
        return console.render(
            request,
            "register/places.html",
            listing=table,
            found=found,
            wrong=wrong,
            kinds_of=kinds,
            words=FOUND,
            scripts=SCRIPTS,
            reason=reason_of,
            values=VALUES,
            exercise=any(place.exercise for place in rows),
        )

    return router

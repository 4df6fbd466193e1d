"""The page of what changed since a day or a meeting, up to a clock that is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response

from comity.console import Query
from comity.console.i18n import N_, speaking
from comity.console.texts import plain
from comity.node.compacts import parties
from comity.register import entries, exports_answers, queries
from comity.register.changes import SinceError
from comity.register.labels import FIELDS, PAGES, VALUES
from comity.register.pages import mechanism_names, title
from comity.register.reconcile_titles import link, titles

if TYPE_CHECKING:
    from comity.console import Console
    from comity.node.node import Node

CHANGES: Final = {
    "happened": (N_("happened"), "good", "check"),
    "window over": (N_("time window over"), "warn", "wait"),
    "spoken": (N_("a party spoke"), "quiet", "check"),
    "corrected": (N_("recorded anew"), "warn", "differ"),
    "new": (N_("new on record"), "quiet", "check"),
    "another report": (N_("another report"), "quiet", "check"),
}
"""How a change is drawn, in the order in which the page shows them."""
MOST: Final = 200


def change_routes(console: Console, node: Node) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get("/register/changes")
    def changes(request: Request) -> Response:
        query = Query.of(request)
        with speaking(console.language_of(request)):
            meetings = _held(node)
        since = query.get("day") or query.get("since") or (meetings[0][0] if meetings else "")
        found, wrong = None, False
        if since:
            try:
                found = exports_answers.changed(node, since, query.get("today"))
            except SinceError:
                wrong = True
        items = found["changes"] if found else []
        return console.render(
            request,
            "register/changes.html",
            found=found,
            wrong=wrong,
            meetings=meetings,
            since=since,
            groups=[(name, [one for one in items if one["change"] == name]) for name in CHANGES],
            drawn=CHANGES,
            most=MOST,
            titles=titles(node),
            link=_link,
            told=_told,
            exercise=any(one["exercise"] for one in items),
        )

    return router


def _held(node: Node) -> list[tuple[str, str]]:
    """Return the meetings on record as held, the newest first: short name and title with its day."""
    voices = parties(node)
    with node.views.connect() as db:
        names = mechanism_names(db, voices)
        held = [fact for fact in queries.facts(db, entries.Meeting, voices) if fact.fields["state"] == "held"]
    held.sort(key=lambda fact: (str(fact.fields["start"]), fact.key), reverse=True)
    return [(fact.key, f"{fact.fields['start']} · {plain(title(fact, names))}") for fact in held]


def _link(item: dict[str, Any]) -> str:
    """Return the way to a change: the page of the thing, else its record."""
    name = item["kind"].removeprefix("register.")
    if name in PAGES or name == "event":
        return link(item["kind"], item["key"])
    return f"/record/{item['origin']}/{item['index']}" if item["origin"] else "/register"


def _told(item: dict[str, Any]) -> str:
    """Return what a change says besides, as msgids divided by commas: fields, a word, a state."""
    words = {**VALUES["status"], **VALUES["type"]}
    known = {**FIELDS, **words} if item["change"] == "corrected" else {**words, **FIELDS}
    return str(known.get(item["what"], "")) if "," not in item["what"] else ""

"""The pages of what offices propose for the next consultation: the list, and the form for a proposal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response

from comity.console.i18n import gettext, speaking
from comity.console.texts import plain
from comity.node.compacts import parties
from comity.register import entries, queries
from comity.register.directions import standing_proposals
from comity.register.pages import mechanism_names, title
from comity.register.routes_writing import Form, shown, taken
from comity.register.writing import direction_draft

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.console import Console
    from comity.node.node import Node

FIELDS: Final = (
    *("mechanism", "meeting", "proposer", "words_en", "words_vi", "words_lo"),
    *("basis_en", "basis_vi", "basis_lo", "undertaking", "works", "on", "state", "slug"),
)


def direction_routes(console: Console, node: Node) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    def form(request: Request) -> Form:
        with speaking(console.language_of(request)):
            return _form(node, request.query_params)

    @router.get("/register/directions")
    def directions(request: Request) -> Response:
        with node.views.connect() as db:
            found = standing_proposals(queries.reports(db, entries.Direction))
            titles = _titles(node)
        return console.render(
            request,
            "register/directions.html",
            proposals=found,
            titles=titles,
            own=node.origin.partition("/")[0],
        )

    @router.get("/register/directions/new")
    def new(request: Request) -> Response:
        return shown(console, request, form(request))

    @router.post("/register/directions/new")
    async def record(request: Request) -> Response:
        return await taken(console, request, form(request))

    return router


def _titles(node: Node) -> dict[str, Any]:
    """Return the titles of the forums, meetings and undertakings that a proposal may name."""
    voices = parties(node)
    with node.views.connect() as db:
        names = mechanism_names(db, voices)
        return {
            fact.key: title(fact, names)
            for kind in (entries.Mechanism, entries.Meeting, entries.Undertaking)
            for fact in queries.facts(db, kind, voices)
        }


def _form(node: Node, asked: Mapping[str, str]) -> Form:
    voices = parties(node)
    titles = _titles(node)
    with node.views.connect() as db:
        forums = [fact.key for fact in queries.facts(db, entries.Mechanism, voices)]
        ahead = [
            fact for fact in queries.facts(db, entries.Meeting, voices) if fact.fields["state"] == "planned"
        ]
        duties = [fact.key for fact in queries.facts(db, entries.Undertaking, voices)]
        own = standing_proposals(queries.reports(db, entries.Direction))
    party = node.origin.partition("/")[0]
    before = next(
        (one for one in own if one.party == party and one.fields["slug"] == asked.get("slug", "")), None
    )
    given = (
        _said(before.fields) if before else {name: asked.get(name, "") for name in ("mechanism", "meeting")}
    )
    given |= {"exercise": "yes"} if before and before.exercise else {}
    return Form(
        template="register/direction.html",
        action="/register/directions/new" + (f"?slug={before.fields['slug']}" if before else ""),
        fields=FIELDS,
        drafts=lambda said: [direction_draft(said)],
        done="/register/directions",
        given=given,
        context={
            "heading": gettext("Propose a direction"),
            "lead": gettext(
                "For the next consultation: the proposal of one office. Nobody has agreed to it."
            ),
            "form_heading": gettext("The proposal"),
            "crumbs": [
                ("/register", gettext("Register")),
                ("/register/directions", gettext("Proposed directions")),
            ],
            "exercise": bool(before and before.exercise),
            "choose_exercise": True,
            "before": before,
            "mechanism_options": _options(forums, titles),
            "meeting_options": _options([fact.key for fact in ahead], titles),
            "undertaking_options": _options(duties, titles),
            "state_options": [("proposed", gettext("proposed")), ("taken_back", gettext("taken back"))],
        },
    )


def _options(slugs: list[str], titles: Mapping[str, Any]) -> list[tuple[str, str]]:
    return sorted(((slug, plain(titles[slug])) for slug in slugs), key=lambda one: one[1].casefold())


def _said(fields: Mapping[str, Any]) -> dict[str, str]:
    """Return what a proposal says, as the form asks for it."""
    given = {name: str(fields.get(name, "")) for name in FIELDS}
    for name in ("words", "basis"):
        given |= {f"{name}_{code}": words for code, words in fields.get(name, {}).items()}
    works = [":".join(filter(None, (cite["work"], cite.get("page")))) for cite in fields.get("cites", [])]
    return {**given, "works": " ".join(works)}

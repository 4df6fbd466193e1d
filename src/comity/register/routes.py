"""The register's pages: the list, a page for each thing, and its part of the joint picture."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response

from comity.console import Console, Panel, Query
from comity.console.i18n import gettext, speaking
from comity.console.pages.record import not_found
from comity.console.texts import plain
from comity.node.compacts import ground, parties
from comity.register import labels_channels
from comity.register.contexts import context_of
from comity.register.exports_routes import exchange_routes
from comity.register.labels import ADVICE, FIELDS, KINDS, PAGES, STATES, VALUES, path_of
from comity.register.pages import filtered, mechanism_names, rows, sources, summary, title
from comity.register.queries import facts
from comity.register.routes_life import life_routes

if TYPE_CHECKING:
    from comity.node.system import NodeApp


def routes(app: NodeApp) -> APIRouter:
    """Return the register's routes, and give the console what it shows of the register."""
    console = Console.of(app)
    node = app.node
    router = APIRouter(include_in_schema=False)

    def panel() -> dict[str, Any]:
        with node.views.connect() as db:
            found = summary(db, parties(node), _today())
        return {
            "summary": found,
            "compact": ground(node),
            "states": STATES,
            "exercise": found.exercise,
            "path_of": path_of,
        }

    def citing(work: str) -> list[tuple[str, Any, str]]:
        with node.views.connect() as db:
            found = rows(db, parties(node), _today())
        return [
            (KINDS[row.kind].label, row.title, row.path)
            for row in found
            if any(cite["work"] == work for cite in sources(row.fact))
        ]

    router.include_router(life_routes(console, node))
    router.include_router(exchange_routes(console, node))
    console.kinds.describe(KINDS, FIELDS, VALUES)
    console.add_panel(Panel("register/panel.html", panel, order=10))
    console.add_citing(citing)

    @router.get("/register")
    def register(request: Request) -> Response:
        query = Query.of(request)
        with node.views.connect() as db:
            found = rows(db, parties(node), _today())
        with speaking(console.language_of(request)):
            page = filtered(query, found)
            kinds = [(name, gettext(KINDS[f"register.{name}"].label)) for name in PAGES]
            states = [(name, gettext(words)) for name, (words, _, _) in STATES.items()]
            names = [(c.party, plain(c.names)) for c in node.charters.values()]
        return console.render(
            request,
            "register/list.html",
            listing=page,
            kind_options=kinds,
            party_options=names,
            state_options=states,
            states=STATES,
        )

    @router.get("/register/compact")
    def ground_rules(request: Request) -> Response:
        found = ground(node)
        if found is None:
            return not_found(console, request)
        return console.render(request, "register/compact.html", ground=found, compact=found.compact)

    @router.get("/register/{kind}/{slug}")
    def thing(request: Request, kind: str, slug: str) -> Response:
        if kind not in PAGES:
            return not_found(console, request)
        query = Query.of(request)
        on, known = query.get("on"), query.get("known")
        with node.views.connect() as db:
            voices = parties(node)
            found = {fact.key: fact for fact in facts(db, f"register.{kind}", voices)}
            if slug not in found:
                return not_found(console, request)
            with speaking(console.language_of(request)):
                name = title(found[slug], mechanism_names(db, voices))
                context = context_of(db, found[slug], voices, on=on, known=known)
        template = kind if kind not in labels_channels.PAGES else "matter"
        return console.render(
            request,
            f"register/{template}.html",
            fact=found[slug],
            title=name,
            states=STATES,
            advice=ADVICE,
            values=VALUES,
            path_of=path_of,
            parties=voices,
            kind_label=KINDS[f"register.{kind}"].label,
            own_party=node.origin.partition("/")[0],
            **context,
        )

    return router


def _today() -> date:
    return datetime.now(UTC).date()

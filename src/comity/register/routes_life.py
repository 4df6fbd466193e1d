"""Pages across the register: channels, undertakings, series, formulas, and what was quietly ended."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response

from comity.console import Column, Query, listing
from comity.console.i18n import N_, gettext, speaking
from comity.console.pages.record import not_found
from comity.console.texts import plain
from comity.node.compacts import parties
from comity.register.answers_life import formula_versions, quiet_ends, terms_of, today
from comity.register.channels import channels
from comity.register.formulas import differences
from comity.register.labels import ADVICE, FIELDS, KINDS, PAGES, STATES, VALUES, path_of
from comity.register.labels_channels import CHANNELS, FINDINGS
from comity.register.lives import series, term_findings
from comity.register.pages import mechanism_names, title
from comity.register.queries import facts, undertakings

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from comity.console import Console, Listing
    from comity.node.node import Node
    from comity.register.queries import UndertakingView

COLUMNS = (
    Column("action", N_("What is to be done")),
    Column("obligors", N_("who is obliged")),
    Column("window", N_("time window")),
    Column("state", N_("Joint state")),
    Column("advice", N_("Hint, no status")),
    Column("evidence", N_("Evidence"), numeric=True),
)
FILTERS = {
    "joint": N_("joint"),
    "awaiting": N_("awaiting"),
    "disputed": N_("disputed"),
    "overdue": N_("window over, no joint word"),
}
CHANGES = {
    "kept": (N_("kept"), "quiet", "check"),
    "added": (N_("added"), "good", "up"),
    "removed": (N_("removed"), "stop", "down"),
    "moved": (N_("moved"), "warn", "both"),
    "reworded": (N_("reworded"), "warn", "differ"),
}
ENDINGS = {
    "ended": N_("ended or suspended"),
    "lapsed": N_("said to have lapsed"),
    "no later session": N_("no later session on record"),
}


def life_routes(console: Console, node: Node) -> APIRouter:
    """Return the routes; they stand before that of single things."""
    router = APIRouter(include_in_schema=False)

    def shown(request: Request, template: str, **context: Any) -> Response:
        return console.render(
            request,
            f"register/{template}.html",
            states=STATES,
            values=VALUES,
            path_of=path_of,
            pages=PAGES,
            kind_views=KINDS,
            **context,
        )

    @router.get("/register/channels")
    def all_channels(request: Request) -> Response:
        name = Query.of(request).get("channel", tuple(CHANNELS))
        with node.views.connect() as db:
            voices = parties(node)
            found = [view for view in channels(db, voices) if name in ("", view.name)]
            titles = titles_of(db, voices)
        return shown(
            request, "channels", channels=found, labels=CHANNELS, titles=titles, fields=FIELDS, chosen=name
        )

    @router.get("/register/undertakings")
    def all_undertakings(request: Request) -> Response:
        query = Query.of(request)
        with node.views.connect() as db:
            views = undertakings(db, parties(node), today())
        with speaking(console.language_of(request)):
            page = undertaking_list(query, views)
            options = [(name, gettext(words)) for name, words in FILTERS.items()]
            names = [(c.party, plain(c.names)) for c in node.charters.values()]
        return shown(
            request, "undertakings", listing=page, state_options=options, party_options=names, advice=ADVICE
        )

    @router.get("/register/series")
    def all_series(request: Request) -> Response:
        with node.views.connect() as db:
            voices = parties(node)
            found, plans = series(db, voices, today()), term_findings(db, voices)
            titles = titles_of(db, voices)
        return shown(request, "series", series=found, plans=plans, titles=titles, findings=FINDINGS)

    @router.get("/register/formulas/{name}")
    def formula(request: Request, name: str) -> Response:
        with node.views.connect() as db:
            voices = parties(node)
            versions = formula_versions(db, voices).get(name, [])
        if not versions:
            return not_found(console, request)
        steps = [
            (before, after, differences(terms_of(before), terms_of(after)))
            for before, after in pairwise(versions)
        ]
        return shown(
            request,
            "formula",
            versions=versions,
            steps=steps,
            changes=CHANGES,
            voices=voices,
            name=name,
            terms_of=terms_of,
        )

    @router.get("/register/quietly-ended")
    def ended(request: Request) -> Response:
        with node.views.connect() as db:
            voices = parties(node)
            found, titles = quiet_ends(db, voices, today()), titles_of(db, voices)
        return shown(request, "ended", found=found, titles=titles, endings=ENDINGS)

    return router


def titles_of(db: Connection, voices: tuple[str, ...]) -> dict[str, Any]:
    """Return the title of everything that has a page, by slug."""
    names = mechanism_names(db, voices)
    return {fact.key: title(fact, names) for name in PAGES for fact in facts(db, f"register.{name}", voices)}


def undertaking_list(query: Query, views: list[UndertakingView]) -> Listing[UndertakingView]:
    """Return the undertakings that the address asks for."""
    state, party = query.get("state", tuple(FILTERS)), query.get("party")
    kept = [
        view
        for view in views
        if (not state or (view.overdue if state == "overdue" else view.standing.state == state))
        and (not party or party in view.fact.fields["obligors"])
    ]
    keys = {
        "action": lambda view: plain(view.fact.fields["action"]).casefold(),
        "obligors": lambda view: view.fact.fields["obligors"],
        "window": lambda view: view.fact.fields.get("window"),
        "state": lambda view: view.standing.state,
        "advice": lambda view: view.advice,
        "evidence": lambda view: len(view.evidence),
    }
    return listing(query, COLUMNS, kept, keys, default="window", unfiltered=len(views))

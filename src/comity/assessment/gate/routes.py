"""The pages of consultations: the list with requests and use per party, and a gate with its timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response

from comity.assessment import forms_routes
from comity.assessment.gate import answers
from comity.assessment.gate import forms as acts
from comity.assessment.gate.errors import GateDateError, UnknownGateError
from comity.assessment.gate.flags import METHOD
from comity.assessment.gate.labels import FIELDS, KINDS, STATES, VALUES, WORDS
from comity.assessment.gate.timeline import timeline
from comity.console import Column, Console, Query, listing
from comity.console.i18n import N_, gettext, speaking
from comity.console.pages.record import not_found

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.console import Listing
    from comity.node.system import NodeApp

COLUMNS: Final = (
    Column("gate", N_("Consultation")),
    Column("sponsor", N_("Sponsor")),
    Column("rule", N_("Rule")),
    Column("state", N_("State")),
    Column("end", N_("Last day")),
    Column("flags", N_("Flags"), numeric=True),
)


def routes(app: NodeApp) -> APIRouter:
    """Return the routes, and tell the console of the kinds."""
    console = Console.of(app)
    node = app.node
    router = APIRouter(include_in_schema=False)
    console.kinds.describe(KINDS, FIELDS, VALUES)
    console.add_method(N_("Consultation flag"), METHOD)

    @router.get("/assessment/gates")
    def gates(request: Request) -> Response:
        query = Query.of(request)
        found = answers.gate_list(node)
        requests, usage = answers.request_list(node), answers.usage_list(node)
        with speaking(console.language_of(request)):
            page = _listing(query, found)
            options = [(name, gettext(words)) for name, (words, _, _) in STATES.items()]
        return console.render(
            request,
            "assessment/gate/list.html",
            listing=page,
            requests=requests,
            usage=usage,
            own=node.origin.partition("/")[0],
            state_options=options,
            exercise=any(one["exercise"] for one in [*found, *requests]),
            **WORDS,
        )

    @router.get("/assessment/gates/{slug}")
    def gate(request: Request, slug: str) -> Response:
        on = Query.of(request).get("on")
        try:
            found = answers.gate(node, slug, "", on)["gates"]
        except GateDateError:
            found = answers.gate(node, slug)["gates"]
        except UnknownGateError:
            return not_found(console, request)
        return console.render(
            request,
            "assessment/gate/gate.html",
            slug=slug,
            gates=[(one, timeline(one)) for one in found],
            exercise=any(one["exercise"] for one in found),
            **WORDS,
        )

    forms_routes.add(console, router, acts.PATH, acts.form, UnknownGateError)
    return router


def _listing(query: Query, found: list[dict[str, Any]]) -> Listing[dict[str, Any]]:
    keys: dict[str, Callable[[dict[str, Any]], Any]] = {
        "gate": lambda one: one["slug"],
        "sponsor": lambda one: one["sponsor"],
        "rule": lambda one: (one["rule"]["id"], one["rule"]["version"]),
        "state": lambda one: list(STATES).index(one["state"]),
        "end": lambda one: (one["end"] or {}).get("latest"),
        "flags": lambda one: sum(flag["flag"] for flag in one["flags"]),
    }
    state, text = query.get("state", tuple(STATES)), query.get("text").casefold()
    kept = [
        one
        for one in found
        if state in ("", one["state"]) and text in f"{one['slug']} {one['initiative']}".casefold()
    ]
    return listing(query, COLUMNS, kept, keys, default="gate", unfiltered=len(found))

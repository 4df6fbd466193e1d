"""The pages of blind zones: what is awaited, what the other side will see next, what was found, the audit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response

from comity.assessment import forms_routes
from comity.assessment.forms_release import STATES, out
from comity.assessment.position.labels import LINES
from comity.assessment.position.zone import answers, forms, labels
from comity.assessment.position.zone.auditing import METHOD
from comity.assessment.position.zone.errors import ZoneRefusedError
from comity.assessment.position.zone.terms import FEATURE
from comity.console import Console
from comity.console.i18n import N_
from comity.console.pages.record import not_found

if TYPE_CHECKING:
    from comity.node.node import Node
    from comity.node.system import NodeApp


def routes(app: NodeApp) -> APIRouter:
    """Return the routes of the pages, and tell the console of the kinds."""
    console = Console.of(app)
    node = app.node
    router = APIRouter(include_in_schema=False)
    console.kinds.describe(labels.KINDS, labels.FIELDS, {})
    console.add_method(N_("Audit of a blind zone"), METHOD)
    words: dict[str, Any] = {"line_words": LINES, "audit_words": labels.CHIPS}

    @router.get(labels.PATH)
    def zones(request: Request) -> Response:
        found = answers.zone_list(node)
        exercise = any(one["exercise"] for one in found)
        return console.render(
            request, "assessment/position/zones.html", zones=found, exercise=exercise, on=_on(node), **words
        )

    @router.get(f"{labels.PATH}/{{slug}}")
    def zone(request: Request, slug: str) -> Response:
        try:
            found, audits = answers.zone(node, slug), answers.audit_of(node, slug)["audits"]
        except ZoneRefusedError:
            return not_found(console, request)
        return console.render(
            request,
            "assessment/position/zone.html",
            zone=found,
            audits=audits,
            on=_on(node),
            mine=any(origin == node.origin for origin, _ in found["written"]),
            warnings=labels.WARNINGS,
            out_words=STATES,
            out={tuple(place): out(node, *place) for place in _places(found)},
            exercise=found["exercise"],
            **words,
        )

    forms_routes.add(console, router, forms.ACTS, forms.form, ZoneRefusedError)
    return router


def _on(node: Node) -> bool:
    """Whether this node has switched blind zones on."""
    return FEATURE in node.config.features


def _places(zone: dict[str, Any]) -> list[list[Any]]:
    """Return where the parties' mandates and results stand."""
    results = [[one["origin"], one["index"]] for one in zone["results"].values()]
    return [*zone["written"], *results]

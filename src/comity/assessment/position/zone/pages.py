"""The pages of blind zones: what is awaited, what the other side will see next, what was found, the audit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response

from comity.assessment.position.labels import LINES
from comity.assessment.position.zone import answers, labels
from comity.assessment.position.zone.auditing import METHOD
from comity.assessment.position.zone.errors import ZoneRefusedError
from comity.console import Console
from comity.console.i18n import N_
from comity.console.pages.record import not_found

if TYPE_CHECKING:
    from comity.node.system import NodeApp


def routes(app: NodeApp) -> APIRouter:
    """Return the routes of the pages, and tell the console of the kinds."""
    console = Console.of(app)
    node = app.node
    router = APIRouter(include_in_schema=False)
    console.kinds.describe(labels.KINDS, {}, {})
    console.add_method(N_("Audit of a blind zone"), METHOD)
    words: dict[str, Any] = {"line_words": LINES, "audit_words": labels.CHIPS}

    @router.get(labels.PATH)
    def zones(request: Request) -> Response:
        found = answers.zone_list(node)
        exercise = any(one["exercise"] for one in found)
        return console.render(
            request, "assessment/position/zones.html", zones=found, exercise=exercise, **words
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
            exercise=found["exercise"],
            **words,
        )

    return router

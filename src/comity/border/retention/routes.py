"""The page of retention: the rule, what goes next, what stays past its time, the proof of what is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from comity.border.events.labels import TYPES, event_path
from comity.border.retention.errors import RetentionPolicyError
from comity.border.retention.labels import CLASSES, KEPT_KINDS
from comity.border.retention.policy import FOLLOWED, METHOD, MOST
from comity.console import Console, Query
from comity.console.i18n import N_

if TYPE_CHECKING:
    from comity.node.system import NodeApp


def routes(app: NodeApp) -> APIRouter:
    """Return the route."""
    console = Console.of(app)
    router = APIRouter(include_in_schema=False)
    console.add_method(N_("Retention"), METHOD)
    console.kinds.describe({}, {}, {"data_class": CLASSES})

    @router.get("/border/retention")
    def retention(request: Request) -> Response:
        from comity.border.retention import answers  # noqa: PLC0415 - it needs arrays

        check = Query.of(request).get("check", ("1",)) == "1"
        try:
            found, fault = answers.show(console.node, check=check), None
        except RetentionPolicyError as error:
            found, fault = None, error
        return console.render(
            request,
            "border/retention/retention.html",
            found=found,
            fault=fault,
            check=check,
            class_words=CLASSES,
            kept_kinds=KEPT_KINDS,
            event_types=TYPES,
            event_path=event_path,
            followed=FOLLOWED,
            most=MOST,
            exercise=found is not None and any(one["exercise"] for one in found["deletions"]),
        )

    return router

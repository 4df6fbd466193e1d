"""The JSON API of events, under /api/v1/border."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Body

from comity.border.events import answers, writing
from comity.border.events.errors import EventRefusedError, EventUnknownError

if TYPE_CHECKING:
    from comity.node.system import NodeApp


def api(app: NodeApp) -> APIRouter:
    """Return the routes."""
    router = APIRouter()
    node = app.node

    @router.get("/events")
    def event_list(picture: Literal["national", "shared"] = "national") -> list[dict[str, Any]]:
        """The events of a picture: all that is held here, or what another side holds as well."""
        return answers.event_list(node, picture)

    @router.get("/event-statistics")
    def statistics() -> list[dict[str, Any]]:
        """How many events of each kind a year are on record."""
        return answers.statistics(node)

    @router.get("/event-drafts")
    def drafts() -> list[dict[str, Any]]:
        """Forms that were kept as far as they were filled in."""
        return answers.draft_list(node)

    @router.get("/information-requests")
    def request_list() -> list[dict[str, Any]]:
        """Requests for information, with answers, the nearest deadline first."""
        return answers.request_list(node)

    @router.get("/events/{name:path}")
    def event(name: str) -> dict[str, Any]:
        """One event, by slug or PARTY/SLUG, with its reports and requests."""
        return answers.event(node, name)

    @router.post("/event-acts/{act}", status_code=201)
    def acts(act: str, body: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
        """Report, follow up, ask, answer or keep: checked, and appended to the own log."""
        if act not in writing.ACTS:
            raise EventUnknownError(f"no act {act[:40]!a}: {', '.join(writing.ACTS)}")
        try:
            return writing.ACTS[act](node, body, answers.now())
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise EventRefusedError(f"{act}: {error} is missing or malformed") from error

    return router

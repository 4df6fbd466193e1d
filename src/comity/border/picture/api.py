"""The JSON API of the picture and of sharing, under /api/v1/border."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body, Query, Request

from comity.border.picture.errors import SharingRefusedError
from comity.border.picture.labels import withheld_words
from comity.console import Console
from comity.console.i18n import speaking

if TYPE_CHECKING:
    from comity.node.node import Node
    from comity.node.system import NodeApp


def api(app: NodeApp) -> APIRouter:
    """Return the routes."""
    router = APIRouter()
    node, console = app.node, None if app.console is None else Console.of(app)

    @router.get("/picture")
    def picture(
        request: Request,
        sector: str,
        at: Annotated[int | None, Query(ge=0, lt=2**53)] = None,
        view: Annotated[str, Query(max_length=20)] = "joint",
    ) -> dict[str, Any]:
        """A picture of a sector at a time (ms UTC): own, theirs, joint, or shared, what they see of ours.

        What a view cannot show stands in `unshown` as codes with their values, in `withheld` in words of the
        language that is asked for. `unseen_by` says by what `unseen` is known, or why it is not.
        """
        from comity.border.picture import answers  # noqa: PLC0415 - lazily

        found = answers.picture(node, sector, at, view)
        with nullcontext() if console is None else speaking(console.language_of(request)):
            return {**found, "withheld": withheld_words(found["unshown"])}

    @router.get("/picture/times")
    def times(sector: str) -> dict[str, Any]:
        """The span of a sector's pictures, and what happened in it."""
        from comity.border.picture import answers  # noqa: PLC0415 - lazily

        return answers.times(node, sector)

    @router.get("/picture/audit")
    def audit(sector: str, at: Annotated[int | None, Query(ge=0, lt=2**53)] = None) -> dict[str, Any]:
        """Which tracklets make each track of the joint picture, none twice, none missing."""
        from comity.border.picture.audit import audit as audited  # noqa: PLC0415 - lazily

        return audited(node, sector, at)

    @router.get("/picture/proof")
    def proof(
        sector: str,
        at: Annotated[int | None, Query(ge=0, lt=2**53)] = None,
        *,
        sealed_too: bool = False,
    ) -> dict[str, Any]:
        """A file for an auditor: which tracklets were counted, with the entries that say them, opened."""
        from comity.border.picture.proof import make  # noqa: PLC0415 - lazily

        return make(node, sector, at, sealed_too=sealed_too)

    @router.get("/picture/replay")
    def replay(
        sector: str,
        at: Annotated[int | None, Query(ge=0, lt=2**53)] = None,
        view: Annotated[str, Query(max_length=20)] = "joint",
    ) -> dict[str, Any]:
        """A picture made again from sealed observations and tracklets, and whether what is kept agrees."""
        from comity.border.picture.replay import replay as replayed  # noqa: PLC0415 - lazily

        return replayed(node, sector, at, view)

    _sharing(router, node)
    return router


def _sharing(router: APIRouter, node: Node) -> None:
    @router.get("/sharing")
    def decisions(sector: str) -> list[dict[str, Any]]:
        """The decisions of every party on a sector, the newest first."""
        from comity.border.picture import answers  # noqa: PLC0415 - lazily

        return answers.decisions(node, sector)

    @router.get("/sharing/price")
    def price(  # noqa: PLR0917 - one for each figure of the query
        sector: str,
        blur: Annotated[float | None, Query(ge=0)] = None,
        grid: Annotated[float | None, Query(ge=0)] = None,
        delay: Annotated[float | None, Query(ge=0)] = None,
        every: Annotated[int | None, Query(ge=1)] = None,
        object_class: Annotated[str, Query(alias="class", max_length=20)] = "unknown",
    ) -> dict[str, Any]:
        """What every way of sharing is expected to cost, before anything is decided."""
        from comity.border.picture import sharing  # noqa: PLC0415 - lazily

        figures = {"blur": blur, "grid": grid, "delay": delay, "every": every, "class": object_class}
        return sharing.prices(node, {"sector": sector, **figures})

    @router.post("/sharing-acts/send", status_code=201)
    def send(body: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
        """Say now what the decision in force lets be said."""
        from comity.border.picture import answers  # noqa: PLC0415 - lazily

        return answers.say(node, str(body.get("sector", "")))

    @router.post("/sharing-acts/decide", status_code=201)
    def decide(body: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
        """Record a decision with the prices that were shown."""
        from comity.border.picture import answers, sharing  # noqa: PLC0415 - lazily

        try:
            return sharing.decide(node, body, answers.now())
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise SharingRefusedError(f"{error} is missing or malformed") from error

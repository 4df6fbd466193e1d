"""Releases: what leaves this node and who received it; what other nodes granted to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from comity.console.i18n import N_
from comity.console.pages.approve import REFUSED
from comity.console.pages.record import not_found
from comity.node.control import answers_release as answers
from comity.node.control.people import request_of
from comity.node.errors import RecordNotFoundError
from comity.record.release import ReleaseRefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.console.render import Console
    from comity.node.node import Node

CONFLICT: Final = 409
Author = Annotated[str, Form(min_length=1, max_length=64)]

STAGES: Final = {
    "waiting": (N_("waiting for people"), "warn", "wait"),
    "approved": (N_("approved"), "good", "check"),
    "granted": (N_("granted, not fetched yet"), "quiet", "wait"),
    "received": (N_("received"), "good", "check"),
    "disputed": (N_("did not verify: a claim to settle"), "warn", "differ"),
    "settled": (N_("disputed, and settled since"), "quiet", "check"),
    "expired": (N_("ended"), "quiet", "stop"),
    "refused": (N_("refused"), "warn", "stop"),
}
"""Words, tone and drawing of each stage."""
STATES: Final = {
    "waiting": (N_("not fetched yet"), "quiet", "wait"),
    "received": (N_("received and verified"), "good", "check"),
    "disputed": (N_("did not verify: a claim to settle"), "warn", "differ"),
    "settled": (N_("disputed, and settled since"), "quiet", "check"),
    "erased": (N_("erased by order"), "quiet", "stop"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A record released: where it stands, which fields (none: all of it), whether it was taken back."""

    origin: str
    index: int
    paths: Sequence[str]
    erased: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A release, as one of the two lists shows it."""

    origin: str
    index: int
    exercise: bool
    reason: str
    targets: Sequence[Shown]
    told: dict[str, Any]


def routes(console: Console) -> APIRouter:
    """Return the routes of the page about releases."""
    router = APIRouter()
    node = console.node

    def page(request: Request, refused: Sequence[str] = (), status: int = 200) -> Response:
        leaving = [_leaving(node, told) for told in answers.requests(node)["requests"]]
        coming = [_coming(node, told) for told in reversed(answers.inbox(node)["grants"])]
        return console.render(
            request,
            "releases.html",
            status=status,
            leaving=leaving,
            coming=coming,
            exercise=any(line.exercise for line in (*leaving, *coming)),
            refused=refused,
            words=REFUSED,
            stages=STAGES,
            states=STATES,
        )

    @router.get("/releases")
    def releases(request: Request) -> Response:
        return page(request)

    @router.post("/releases/{index}")
    def grant(request: Request, index: int, author: Author) -> Response:
        try:
            answers.grant(node, index, author)
        except RecordNotFoundError:
            return not_found(console, request)
        except ReleaseRefusedError as error:
            return page(request, error.reasons, CONFLICT)
        return RedirectResponse("/releases", status_code=303)

    return router


def _leaving(node: Node, told: dict[str, Any]) -> Line:
    record = node.record(told["origin"], told["index"])
    exercise = record.content is not None and record.content.header.class_ == "exercise"
    return Line(told["origin"], told["index"], exercise, told["reason"], _targets(node, told), told)


def _coming(node: Node, told: dict[str, Any]) -> Line:
    model = _asked(node, told["request"])
    reason = "" if model is None else model.reason
    targets = _targets(node, told["request"])
    return Line(told["origin"], told["index"], told["class"] == "exercise", reason, targets, told)


def _targets(node: Node, place: dict[str, Any]) -> list[Shown]:
    model = _asked(node, place)
    gone = node.control.erasures.erased()
    return [
        Shown(
            target.origin,
            target.index,
            [path for path in target.paths if not path.startswith("header.")],
            erased=target.ref() in gone,
        )
        for target in (() if model is None else model.targets)
    ]


def _asked(node: Node, place: dict[str, Any]) -> Any:
    try:
        return request_of(node.record(place["origin"], place["index"]))
    except RecordNotFoundError:
        return None

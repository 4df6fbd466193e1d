"""Asking people to release one record of the own log, after seeing exactly what the other side will see.

What is asked here is approved on the console's page of approvals, with passkeys, and granted on that of
releases: this page asks, and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from comity.console import Console
from comity.console.i18n import N_
from comity.console.pages.approve import REFUSED
from comity.console.pages.record import not_found
from comity.node.control import answers_release as releases
from comity.node.control.disclosed import disclosed
from comity.node.control.signed_in import Caller  # noqa: TC001 - FastAPI reads it
from comity.node.errors import RecordNotFoundError
from comity.record.errors import ComityError
from comity.record.protocol_kinds import Request as ReleaseRequest
from comity.record.release import ReleaseRefusedError

if TYPE_CHECKING:
    from comity.node.node import Node
    from comity.node.system import NodeApp

PATH: Final = "/assessment/release"
CONFLICT: Final = 409
Words = Annotated[str, Form(max_length=2000)]

STATES: Final = {
    "all": (N_("read by everybody who holds the log"), "good", "check"),
    "given": (N_("released"), "good", "check"),
    "asked": (N_("people are asked to release it"), "warn", "wait"),
    "kept": (N_("stays here"), "quiet", "sealed"),
}


@dataclass(frozen=True, slots=True)
class Out:
    """How far a record of the own log is out, and the page on which it goes further."""

    state: str
    path: str


def out(node: Node, origin: str, index: int) -> Out | None:
    """Return how far an own record is out; None for records of other logs."""
    if origin != node.origin:
        return None
    record = node.record(origin, index)
    if record.clear:
        return Out("all", "")
    if disclosed(node, record).to:
        return Out("given", "/releases")
    asked = node.control.steps.about(origin, index, ReleaseRequest)
    if asked:
        return Out("asked", f"/approve/{asked[-1].index}")
    return Out("kept", f"{PATH}/{index}")


def routes(app: NodeApp) -> APIRouter:
    """Return the routes of the page."""
    console = Console.of(app)
    node = app.node
    router = APIRouter(include_in_schema=False)

    @router.get(f"{PATH}/{{index}}")
    def form(request: Request, index: int, to: str = "") -> Response:
        return _page(console, request, index, to or _peers(node)[0])

    @router.post(f"{PATH}/{{index}}")
    def ask(  # noqa: PLR0917 - the fields of a form
        request: Request,
        index: int,
        who: Caller,
        to: Annotated[str, Form(max_length=80)],
        digest: Annotated[str, Form(max_length=64)],
        reason: Words = "",
        author: Annotated[str, Form(max_length=64)] = "",
    ) -> Response:
        wanted: list[dict[str, Any]] = [{"key": str(index), "paths": []}]
        if not (who or author.strip()) or not reason.strip():
            return _page(console, request, index, to, ("incomplete",))
        try:
            done = releases.request(
                node, wanted, to, author=who or author.strip(), reason=reason.strip(), digest=digest
            )
        except RecordNotFoundError:
            return not_found(console, request)
        except ReleaseRefusedError as error:
            return _page(console, request, index, to, error.reasons)
        except ComityError as error:
            return _page(console, request, index, to, (str(error),))
        return RedirectResponse(f"/approve/{done['index']}", status_code=303)

    return router


def _peers(node: Node) -> list[str]:
    """Return the nodes that a record may be released to; never empty: a page says what is wrong."""
    return sorted(peer.origin for peer in node.peers.known()) or [""]


def _page(
    console: Console, request: Request, index: int, to: str, refused: tuple[str, ...] | Any = ()
) -> Response:
    node = console.node
    try:
        record = node.record(node.origin, index)
        seen = releases.preview(node, [{"key": str(index), "paths": []}], to)
    except RecordNotFoundError:
        return not_found(console, request)
    except ComityError as error:
        return console.render(
            request,
            "assessment/forms/release.html",
            status=CONFLICT,
            refused=(str(error),),
            seen=None,
            index=index,
            exercise=False,
            words=REFUSED,
        )
    content = record.content
    return console.render(
        request,
        "assessment/forms/release.html",
        status=CONFLICT if refused else 200,
        seen=seen,
        path=f"{PATH}/{index}",
        index=index,
        to=to,
        peers=_peers(node),
        refused=refused,
        words={**REFUSED, "incomplete": N_("Say who asks, and why.")},
        person=getattr(request.state, "person", ""),
        exercise=content is not None and content.header.class_ == "exercise",
    )

"""Requests that wait for people, exactly what each would do, and approving one with a passkey."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from comity.console.i18n import N_
from comity.console.listing import Query, leaf_of
from comity.console.other_side import HEADER_LABELS
from comity.console.pages.record import not_found
from comity.node.control.approvals import ApprovalRefusedError
from comity.node.control.routes_people import site_of_request
from comity.node.control.signed_in import used_passkey
from comity.node.control.site import WrongHostError
from comity.node.errors import RecordNotFoundError

if TYPE_CHECKING:
    from comity.console.render import Console
    from comity.node.control.approvals import Asked
    from comity.node.control.release import PreviewedSet

MOST_CREDENTIAL: Final = 32 * 1024
"""Characters of what a browser sends."""

ACTIONS: Final = {
    "release": N_("Release"),
    "round_open": N_("Open what was sealed"),
    "erase": N_("Erase"),
    "retain": N_("Let a month lapse"),
    "hold": N_("Hold"),
    "charter": N_("Change the charter"),
    "recover": N_("Recover the log"),
}

REFUSED: Final = {
    "approvals-too-few": N_("Fewer people have approved it than the charter asks for."),
    "request-expired": N_("The request has ended."),
    "openings-differ": N_("The records are not as they were when this was requested. Make a new request."),
    "approval-late": N_("It was given after the request had ended."),
    "enrolment-unknown": N_("Nobody enrolled this passkey here."),
    "enrolment-uncertified": N_("The enrolment is not signed by an enrol key of the charter."),
    "enrolment-shared": N_("This passkey was enrolled for another person before."),
    "enrolment-revoked": N_("The enrolment of this passkey was revoked."),
    "enrolment-exercise": N_("This passkey was enrolled for an exercise, and what is asked is real."),
    "person-author": N_("Whoever made the request does not approve it."),
    "person-again": N_("This person has approved it already, and counts once, with whatever passkey."),
    "role-missing": N_("This person is not enrolled for what the action needs."),
    "assertion-challenge": N_("The passkey signed another request than this one."),
    "assertion-origin": N_("The passkey was used on another address than it was enrolled on."),
    "assertion-rp-id": N_("The passkey was used on another address than it was enrolled on."),
    "assertion-cross-origin": N_("The passkey was used inside a page of another site."),
    "assertion-presence": N_("Nobody was present at the device."),
    "assertion-verification": N_("The device did not verify who used it."),
    "assertion-signature": N_("The signature does not verify."),
}
"""By reason code; other codes are shown as they are."""

HEADER: Final = {f"header.{name}": label for name, label in HEADER_LABELS.items()} | {
    "header.refs": N_("Speaks of")
}

WARNED: Final = {
    "sign-count": N_("The counter of this passkey did not grow: it may have been copied. Ask the person."),
}


@dataclass(frozen=True, slots=True)
class Ready:
    """What a reader of the page may do: `options` for the browser, or `problem`, why there are none."""

    shown: PreviewedSet | None = None
    options: str = ""
    problem: str = ""


def routes(console: Console) -> APIRouter:
    """Return the routes of the pages about approvals."""
    router = APIRouter()
    desk = console.node.control.approvals

    def page(request: Request, asked: Asked, refused: str = "", status: int = 200) -> Response:
        return console.render(
            request,
            "approve_request.html",
            status=status,
            asked=asked,
            ready=_ready(console, request, asked),
            exercise=_fictional(asked),
            refused=refused,
            action=ACTIONS[asked.model.action],
            words={**REFUSED, **WARNED},
            able=desk.passkeys(asked),
            header=HEADER,
        )

    @router.get("/approve")
    def requests(request: Request) -> Response:
        query, total = Query.of(request), len(desk.places())
        leaf = leaf_of(query, total)
        asked = desk.requests(leaf.first - 1 if total else 0, leaf.last - leaf.first + 1)
        return console.render(
            request,
            "approve.html",
            asked=asked,
            leaf=leaf,
            actions=ACTIONS,
            exercise=any(_fictional(one) for one in asked),
            people=console.node.control.people.listing(),
            fictional=console.node.control.people.fictional,
            words=REFUSED,
        )

    @router.get("/approve/{index}")
    def one(request: Request, index: int) -> Response:
        try:
            return page(request, desk.asked(index))
        except RecordNotFoundError:
            return not_found(console, request)

    @router.post("/approve/{index}")
    def approve(
        request: Request, index: int, credential: Annotated[str, Form(max_length=MOST_CREDENTIAL)]
    ) -> Response:
        try:
            place = desk.approve(index, credential)
        except RecordNotFoundError:
            return not_found(console, request)
        except ApprovalRefusedError as error:
            return page(request, desk.asked(index), error.reason, error.status)
        used_passkey(request, desk.person(place.index))
        return RedirectResponse(f"/approve/{index}", status_code=303)

    return router


def _ready(console: Console, request: Request, asked: Asked) -> Ready:
    desk = console.node.control.approvals
    try:
        shown = desk.previewed(asked)
    except ApprovalRefusedError as error:
        # What is over may have been erased since: nothing is wrong with it.
        return Ready() if asked.stage == "done" else Ready(problem=error.reason)
    if asked.stage in ("done", "expired"):
        return Ready(shown)
    try:
        return Ready(shown, options=desk.options(asked, site_of_request(console.node, request)))
    except WrongHostError as error:
        return Ready(shown, problem=error.code)


def _fictional(asked: Asked) -> bool:
    content: Any = asked.record.content
    return bool(content.header.class_ == "exercise")

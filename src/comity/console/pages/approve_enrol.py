"""Enrolling a passkey by the one-time link of the custodian."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Form, Request, Response

from comity.console.pages.approve import MOST_CREDENTIAL
from comity.node.control.enrolment import EnrolmentLinkError, EnrolmentRefusedError
from comity.node.control.routes_people import site_of_request
from comity.node.control.signed_in import used_passkey

if TYPE_CHECKING:
    from comity.console.render import Console


def routes(console: Console) -> APIRouter:
    """Return the routes of the page that an enrolment link opens."""
    router = APIRouter()
    enrolling = console.node.control.enrolling

    def page(request: Request, secret: str, refused: str = "", status: int = 200) -> Response:
        try:
            invited = enrolling.invitation(secret)
        except EnrolmentLinkError as error:
            return console.render(request, "approve_over.html", status=error.status)
        options = enrolling.options(invited, site_of_request(console.node, request))
        return console.render(
            request,
            "approve_enrol.html",
            status=status,
            invited=invited,
            options=options,
            secret=secret,
            refused=refused,
            exercise=invited.exercise,
        )

    @router.get("/enrol/{secret}")
    def open_link(request: Request, secret: str) -> Response:
        return page(request, secret)

    @router.post("/enrol/{secret}")
    def enrol(
        request: Request, secret: str, credential: Annotated[str, Form(max_length=MOST_CREDENTIAL)]
    ) -> Response:
        site = site_of_request(console.node, request)
        try:
            invited = enrolling.invitation(secret)
            place = enrolling.enrol(secret, credential, site)
        except EnrolmentLinkError as error:
            return console.render(request, "approve_over.html", status=error.status)
        except EnrolmentRefusedError as error:
            return page(request, secret, str(error), error.status)
        used_passkey(request, invited.person)
        return console.render(
            request, "approve_enrolled.html", invited=invited, place=place, exercise=invited.exercise
        )

    return router

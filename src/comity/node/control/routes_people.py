"""The JSON API of people and their approvals: /api/v1/people, /api/v1/approvals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from comity.node.control import answers_people as answers
from comity.node.control.approvals import MOST_LISTED
from comity.node.control.signed_in import used_passkey
from comity.node.control.site import site_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.node.control.site import Site
    from comity.node.node import Node

PREFIX = "/api/v1"


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class InviteBody(_Asked):
    """Whom to enrol: a pseudonym, never a name, and what they may approve."""

    person: str = Field(min_length=1, max_length=64)
    roles: list[str] = Field(min_length=1, max_length=16)
    exercise: bool = False


class RevokeBody(_Asked):
    """Whose enrolments end, and why."""

    person: str = Field(min_length=1, max_length=64)
    reason: str = Field(min_length=1, max_length=2000)


def people_routes(node: Node, link: Callable[[], str]) -> APIRouter:
    """Return the API's routes.

    Args:
        node: the node.
        link: mints a one-time link to the console.
    """
    router = APIRouter(prefix=PREFIX, tags=["people"])

    @router.get("/people")
    def people() -> dict[str, Any]:
        """Return who is enrolled here, and whether each passkey counts."""
        return answers.people(node)

    @router.post("/people/links")
    def invite(asked: InviteBody) -> dict[str, Any]:
        """Mint a one-time link by which one person enrols one passkey."""
        return answers.invite(node, asked.person, asked.roles, exercise=asked.exercise, link=link())

    @router.post("/people/revoke")
    def revoke(asked: RevokeBody) -> dict[str, Any]:
        """End every enrolment of a person; what they approved before stays approved."""
        return answers.revoke(node, asked.person, asked.reason)

    @router.get("/approvals")
    def requests(
        start: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = MOST_LISTED,
    ) -> dict[str, Any]:
        """Return requests of the own log, newest first, and who approved each."""
        return answers.requests(node, start, limit)

    @router.get("/approvals/{index}")
    def request(index: int, request: Request) -> dict[str, Any]:
        """Return one request, and what a passkey is to sign to approve it."""
        return answers.request(node, index, site_of_request(node, request))

    @router.post("/approvals/{index}")
    def approve(
        index: int, credential: Annotated[dict[str, Any], Body()], request: Request
    ) -> dict[str, Any]:
        """Append an approval: the AuthenticationResponseJSON of a passkey (WebAuthn section 5.1.8)."""
        found = answers.approve(node, index, credential)
        used_passkey(request, node.control.approvals.person(found["approval"]))
        return found

    return router


def site_of_request(node: Node, request: Request) -> Site:
    """Return where the browser is.

    Raises:
        WrongHostError: passkeys of this node do not belong there.
    """
    return site_of(request.url.scheme, request.headers.get("host", ""), node.config.host)

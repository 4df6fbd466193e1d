"""Signing in with a passkey that was enrolled here: the session of the browser is that person's from then on.

A challenge is random, of this purpose alone, used once, and forgotten after five minutes. What a person signs
here approves nothing.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from comity.assessment.sessions.labels import PATH
from comity.console.i18n import N_
from comity.node.control.routes_people import site_of_request
from comity.node.control.signed_in import person_of, used_passkey
from comity.node.control.site import WrongHostError
from comity.node.errors import RequestError
from comity.record.approvals_assertion import AssertionRefusedError, verify_assertion
from comity.record.approvals_enrolment import passkey_of
from comity.record.canonical import b64, unb64

if TYPE_CHECKING:
    from comity.console import Console
    from comity.node.control.people import Enrolled
    from comity.node.control.site import Site
    from comity.node.node import Node

SIGN_IN: Final = "/assessment/sign-in"
CONTEXT: Final = b"comity/sign-in/v1\n"
LASTS: Final = 300.0
MOST: Final = 64
MOST_CREDENTIAL: Final = 32 * 1024
REFUSED: Final = {
    "unknown": N_("Nobody enrolled this passkey here, or its enrolment has ended."),
    "over": N_("The question to the device is too old, or was answered before. Try again."),
    "form": N_("The device gave no passkey."),
    "wrong": N_("The signature does not verify."),
    "host": N_("Passkeys belong to another address of this node."),
}


class SignInRefusedError(RequestError):
    """A passkey does not say who somebody is; `reason` is a code of `REFUSED`."""

    code = "sign-in-refused"
    advice = "Try again on the node's own page, with a passkey that was enrolled here."
    status = 403

    def __init__(self, reason: str) -> None:
        super().__init__(f"the passkey says nobody ({reason})")
        self.reason = reason


class Challenges:
    """Challenges that were given out and not answered yet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._given: dict[str, float] = {}

    def new(self) -> bytes:
        """Return a new one."""
        made = hashlib.sha256(CONTEXT + secrets.token_bytes(32)).digest()
        with self._lock:
            self._given[_name(made)] = time.monotonic() + LASTS
            while len(self._given) > MOST:
                del self._given[next(iter(self._given))]
        return made

    def take(self, name: str) -> bytes | None:
        """Use one up; None if it was never given out, is used, or too old."""
        with self._lock:
            until = self._given.pop(name, 0.0)
        return base64.urlsafe_b64decode(name + "=") if time.monotonic() < until else None


def who(node: Node, challenges: Challenges, credential: str) -> str:
    """Return the person whose passkey answered a challenge.

    Raises:
        SignInRefusedError: it says nobody.
    """
    from comity.node.control import ceremony  # noqa: PLC0415 - slow to load

    try:
        credential_id, assertion = ceremony.read_assertion(credential)
        named = str(json.loads(assertion.client_data)["challenge"])
    except (ceremony.CeremonyError, ValueError, KeyError, TypeError) as error:
        raise SignInRefusedError("form") from error
    expected = challenges.take(named)
    if expected is None:
        raise SignInRefusedError("over")
    found = next((one for one in _enrolled(node) if one.model.credential_id == b64(credential_id)), None)
    if found is None:
        raise SignInRefusedError("unknown")
    try:
        verify_assertion(assertion, passkey_of(found.model), expected)
    except AssertionRefusedError as error:
        raise SignInRefusedError("wrong") from error
    return found.model.person


def routes(console: Console) -> APIRouter:
    """Return the routes of the page."""
    router = APIRouter()
    challenges = Challenges()

    @router.get(SIGN_IN)
    def form(request: Request, then: str = "") -> Response:
        return _page(console, request, challenges, then)

    @router.post(SIGN_IN)
    def sign_in(
        request: Request, credential: Annotated[str, Form(max_length=MOST_CREDENTIAL)], then: str = ""
    ) -> Response:
        try:
            person = who(console.node, challenges, credential)
        except SignInRefusedError as error:
            return _page(console, request, challenges, then, error.reason, error.status)
        used_passkey(request, person)
        return RedirectResponse(_inside(then), status_code=303)

    return router


def _page(  # noqa: PLR0917 - the page, where to go on, and why it was refused
    console: Console,
    request: Request,
    challenges: Challenges,
    then: str,
    refused: str = "",
    status: int = 200,
) -> Response:
    options = ""
    try:
        options = _options(console.node, site_of_request(console.node, request), challenges)
    except WrongHostError:
        refused = "host"
    return console.render(
        request,
        "assessment/sessions/sign_in.html",
        status=status,
        options=options,
        then=_inside(then),
        path=SIGN_IN,
        refused=refused,
        words=REFUSED,
        person=person_of(request),
    )


def _options(node: Node, site: Site, challenges: Challenges) -> str:
    from comity.node.control import ceremony  # noqa: PLC0415 - slow to load

    known = [unb64(one.model.credential_id) for one in _enrolled(node)]
    return ceremony.request_options(site, challenges.new(), known)


def _enrolled(node: Node) -> list[Enrolled]:
    return [one for one in node.control.people.listing() if not one.fault]


def _inside(path: str) -> str:
    """Return a path of the sessions; another address is not followed."""
    return path if path.startswith(f"{PATH}/") and "\\" not in path and "//" not in path else PATH


def _name(challenge: bytes) -> str:
    return base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()

"""The doors: what every request passes before any route sees it, and what every reply carries.

`Door`, on this machine:
- The Host header must be this machine's (a page elsewhere cannot reach the node by a name of its own).
- Bodies have a limit.
- Public paths need nothing while nobody else can connect; the rest needs the cookie or the token.
- A system may know keys of its own to its own paths.
- A request that changes something and comes with the cookie must come from the node's own pages.
- What a paired node signed tells who it is, and must verify.

`PeerDoor`, for other nodes:
- Nothing but the paths between nodes, and only to a paired node that signed the request.

Behind both, `request.state.peer` is the origin of that node, or None.
"""

from __future__ import annotations

import html
from abc import ABC, abstractmethod
from functools import partial
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Final

import orjson

from comity.node import http_signatures
from comity.node.config import is_loopback
from comity.node.errors import BodyTooLargeError, CrossOriginError, HostError, RequestError, SignInError
from comity.node.http_errors import TooManyRequestsError
from comity.node.web.callers import PEER_PATHS, request_of, whole_body
from comity.record.witness import BODY_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from comity.node.web.callers import Callers
    from comity.node.web.session import Doorkeeper

MEBIBYTE: Final = 1 << 20
LIMITS: Final = (
    ("/witness/", BODY_LIMIT),
    ("/api/v1/perspectives/documents", 33 * MEBIBYTE),  # one document
    ("/api/", 16 * MEBIBYTE),
    ("/sta/", 64 * MEBIBYTE),  # observations in arrays
    ("/documents", 129 * MEBIBYTE),  # files that the operator drops on a page
)
DEFAULT_LIMIT: Final = MEBIBYTE
PUBLIC: Final = ("/log/", "/mirrors/", "/outbox/", "/witness/", "/static/", "/enter/")
TOKEN_ONLY: Final = frozenset(
    f"/api/v1/node/{name}"
    for name in ("export", "log-export", "backup", "attest", "links", "fsck", "rebuild", "unpair")
) | {"/api/v1/people/links", "/api/v1/people/revoke"}
"""What reads or writes files on this machine, lifts a guard, or says who may approve: for the command line,
never for a page."""
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
PROBLEM: Final = b"application/problem+json"

CONTENT_POLICY: Final = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
HEADERS: Final = (
    (b"content-security-policy", CONTENT_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


class _AnyDoor(ABC):
    """What both doors have in common: how a request comes in, and how a refusal goes out.

    Args:
        app: what is behind the door.
        callers: knows the paired nodes.
    """

    def __init__(self, app: ASGIApp, callers: Callers) -> None:
        self._app = app
        self._callers = callers

    @abstractmethod
    def _signed(self, scope: Scope, headers: dict[bytes, bytes]) -> bool:
        """Check a request; say whether a paired node must have signed it.

        Raises:
            RequestError: the request stays outside.
        """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer it here."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = _headers(scope)
        body = _Body(scope["path"], receive)
        answered = refused = False

        async def guarded(message: Message) -> None:
            nonlocal answered, refused
            if message["type"] == "http.response.start" and body.fault is not None:
                # Whatever the application made of a body that was cut off, this is the answer.
                refused = answered = True
                await _refuse(body.fault, scope, send)
            elif not refused:
                answered = True
                await _dress(message, send)

        scope.setdefault("state", {})["peer"] = None
        try:
            signed = self._signed(scope, headers)
            body.check_stated(headers)
            if signed:
                await self._for_peer(scope, body.receive, guarded)
            else:
                await self._app(scope, body.receive, guarded)
        except RequestError as error:
            if answered:
                raise
            await _refuse(error, scope, send)

    async def _for_peer(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin, signed = self._callers.identify(scope)
        with self._callers.admit(origin, signed):

            async def counted(message: Message) -> None:
                self._callers.charge(origin, len(message.get("body", b"")))
                await send(message)

            body, again = await whole_body(receive)
            self._callers.charge(origin, len(body))
            signed.check_body(body)
            scope["state"]["peer"] = origin
            await self._app(scope, again, counted)


class PeerDoor(_AnyDoor):
    """ASGI middleware where other nodes connect; see the module's rules."""

    def _signed(self, scope: Scope, headers: dict[bytes, bytes]) -> bool:
        del scope, headers
        return True


class Door(_AnyDoor):
    """ASGI middleware on this machine; see the module's rules.

    Args:
        app: what is behind the door.
        callers: knows the paired nodes.
        keeper: knows tokens and sessions.
        alone: whether no other address is listened on, so that the public paths need nothing.
        admits: what the systems have to say, each of keys of its own to its own paths.
    """

    def __init__(
        self,
        app: ASGIApp,
        callers: Callers,
        keeper: Doorkeeper,
        *,
        alone: bool,
        admits: Sequence[Callable[[str, str], bool]] = (),
    ) -> None:
        super().__init__(app, callers)
        self._admits = tuple(admits)
        self._keeper = keeper
        self._public = PUBLIC if alone else tuple(path for path in PUBLIC if path not in PEER_PATHS)

    def _signed(self, scope: Scope, headers: dict[bytes, bytes]) -> bool:
        host = headers.get(b"host", b"").decode("latin-1")
        if not is_loopback(_without_port(host)):
            raise HostError(f"this node does not answer for {host[:100]!a}")
        path: str = scope["path"]
        if path.startswith(PEER_PATHS) and http_signatures.is_signed(request_of(scope)):
            return True
        if not path.startswith(self._public):
            self._operator(scope, headers, host)
        return False

    def _operator(self, scope: Scope, headers: dict[bytes, bytes], host: str) -> None:
        """Check sign-in and origin of a request of the operator's.

        Raises:
            RequestError: the request stays outside.
        """
        path: str = scope["path"]
        authorization = headers.get(b"authorization", b"").decode("latin-1")
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() == "bearer" and self._keeper.knows_token(token.strip()):
            return
        if any(admits(path, authorization) for admits in self._admits):
            return
        if path in TOKEN_ONLY:
            raise SignInError("this needs the token of the run file")
        session = _cookie(headers.get(b"cookie", b""), self._keeper.cookie)
        if session is None or not self._keeper.knows_session(session):
            raise SignInError("this page needs the one-time link of the node, or the token of its run file")
        scope["state"]["person"] = self._keeper.person(session)
        scope["state"]["recognise"] = partial(self._keeper.recognise, session)
        scope["state"]["leave"] = partial(self._keeper.leave, session)
        if scope["method"] not in SAFE and not _same_origin(scope, headers, host):
            raise CrossOriginError("a form must be sent from the node's own pages")


def _headers(scope: Scope) -> dict[bytes, bytes]:
    return {name.lower(): value for name, value in scope["headers"]}


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]


def _cookie(header: bytes, name: str) -> str | None:
    try:
        found = SimpleCookie(header.decode("latin-1")).get(name)
    except CookieError:
        return None
    return None if found is None else found.value


def _same_origin(scope: Scope, headers: dict[bytes, bytes], host: str) -> bool:
    origin = headers.get(b"origin")
    if origin is not None:
        own = {f"{scope['scheme']}://{host}"}
        if ":" in host.rpartition("]")[2]:
            # A relay on this machine may speak TLS to the browser and plain HTTP to the node. Where the port
            # is named, one thing answers at host and port, whatever it speaks; without one they are two.
            own.add(f"https://{host}")
        return origin.decode("latin-1") in own
    return headers.get(b"sec-fetch-site") == b"same-origin"


class _Body:
    """Counts a body as it comes in, whatever it says of its own length."""

    def __init__(self, path: str, receive: Receive) -> None:
        self._most = next((limit for prefix, limit in LIMITS if path.startswith(prefix)), DEFAULT_LIMIT)
        self._receive = receive
        self._size = 0
        self.fault: BodyTooLargeError | None = None

    def check_stated(self, headers: dict[bytes, bytes]) -> None:
        """Refuse a length that is none, or too large, before anything is read."""
        stated = headers.get(b"content-length", b"0")[:20]
        if not stated.isdigit() or int(stated) > self._most:
            raise BodyTooLargeError(f"a body of {stated.decode('latin-1')!a} bytes: at most {self._most}")

    async def receive(self) -> Message:
        """Receive the next part; beyond the limit, refuse."""
        message = await self._receive()
        self._size += len(message.get("body", b""))
        if self._size > self._most:
            self.fault = BodyTooLargeError(f"a body above {self._most} bytes")
            raise self.fault
        return message


async def _dress(message: Message, send: Send) -> None:
    """Send a message on; the start of a reply gets the headers that it does not have."""
    if message["type"] == "http.response.start":
        headers = list(message.get("headers", []))
        names = {name.lower() for name, _ in headers}
        headers += [item for item in HEADERS if item[0] not in names]
        if b"cache-control" not in names:
            headers.append((b"cache-control", b"no-store"))
        message["headers"] = headers
    await send(message)


async def _refuse(error: RequestError, scope: Scope, send: Send) -> None:
    wants_page = b"text/html" in _headers(scope).get(b"accept", b"")
    problem = {**error.problem(), "status": error.status}
    if wants_page and not scope["path"].startswith("/api/"):
        media_type, body = b"text/html; charset=utf-8", plain_page(str(error), error.advice)
    else:
        media_type, body = PROBLEM, orjson.dumps(problem)
    headers = [(b"content-type", media_type), (b"content-length", str(len(body)).encode())]
    if isinstance(error, TooManyRequestsError):
        headers.append((b"retry-after", str(error.retry_after).encode()))
    await _dress({"type": "http.response.start", "status": error.status, "headers": headers}, send)
    await send({"type": "http.response.body", "body": body})


def plain_page(detail: str, advice: str) -> bytes:
    """Return the page of an error that has no console to dress it."""
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Comity</title>'
        f"<h1>Comity</h1><p>{html.escape(detail)}</p><p>{html.escape(advice)}</p></html>"
    ).encode()

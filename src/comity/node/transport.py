"""HTTP to a peer: the only module that knows the HTTP library.

Requests to a paired node are signed (`comity.node.http_signatures`), and https connects to a pinned key only
(`comity.node.tls`).

A peer is not trusted to be well: every reply has a size limit and a total deadline (a slow drip counts as
silence), redirects are not followed, and no proxy from the environment is used. Whatever goes wrong becomes
a `FetchError` with one line to show, or a `NotFoundError`.
"""

from __future__ import annotations

import threading
import time
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import urlsplit

import httpx

from comity.node import tls
from comity.node.http_signatures import Request, sign
from comity.record.fetch import FetchError, NotFoundError
from comity.record.note import MAX_NOTE
from comity.record.sealed import MAX_BLOB

if TYPE_CHECKING:
    from collections.abc import Collection
    from types import TracebackType

    from comity.node.keys import Key
    from comity.node.peers import Peers
    from comity.record.charter import Charter

MEBIBYTE: Final = 1 << 20
SMALL: Final = MAX_NOTE
"""Bytes of a checkpoint, a charter, a tile of hashes: the largest of them is a note."""
DEFAULT_DEADLINE: Final = 30.0
"""Seconds for one whole exchange."""
PAUSE_LIMIT: Final = 10.0
"""Seconds without a single byte."""
IDLE_SECONDS: Final = 2.0
"""A connection that says nothing is not used again after this; every node keeps it open for longer."""
MOST_WAIT: Final = 5.0
"""Seconds that a peer may ask us to wait within one exchange; what is longer ends it."""
MOST_WAITS: Final = 20
TOO_MANY: Final = 429
MOST_DIGITS: Final = 7
PORTS: Final = {"http": 80, "https": 443}


class BusyError(FetchError):
    """The peer answers, and asks to be asked later."""

    code = "peer-busy"
    advice = (
        "Nothing is wrong; the exchange goes on where it stood. The peer's [limits] say how much it takes."
    )


_LIMITS: Final = (
    ("/outbox/", MAX_BLOB),
    ("/tile/entries/", 4 * MEBIBYTE),
    ("/tile/", SMALL),
    ("/openings/", 20 * MEBIBYTE),
)


@dataclass(frozen=True, slots=True)
class Reply:
    """A peer's answer: status, media type, body, and the seconds it asks to wait."""

    status: int
    media_type: str
    body: bytes
    retry_after: int = 0


@dataclass(frozen=True, slots=True)
class Signing:
    """Who asks whom: the own key of the role http, and the origin of the peer."""

    key: Key
    to: str


def limit_for(path: str) -> int:
    """Return the most bytes that an honest reply to a path can have."""
    for part, limit in _LIMITS:
        if part in f"/{path.lstrip('/')}":
            return limit
    return SMALL


class Line:
    """Kept-alive connections to one node. Threads may share it.

        with Line("http://la.localhost:8711") as line:
            note = line.get("log/checkpoint")

    Args:
        base: `https://host:port` of a node, or `http://host:port` of one on this machine.
        token: bearer token, for the own node's API only.
        signing: how to sign every request; absent for the own node, and while pairing on this machine.
        pins: keys that may answer at an https address, as the peer's charter lists them.
        deadline: seconds for one whole exchange.
        patience: seconds without a single byte.
    """

    def __init__(
        self,
        base: str,
        *,
        token: str | None = None,
        signing: Signing | None = None,
        pins: Collection[bytes] = (),
        deadline: float = DEFAULT_DEADLINE,
        patience: float = PAUSE_LIMIT,
    ) -> None:
        parts = urlsplit(base)
        address = numeric(parts.hostname or "")
        shown = f"[{address}]" if ":" in address else address
        self.base = base
        self.deadline = deadline
        self._patience = patience
        self._signing = signing
        self._context = tls.client_context(pins) if parts.scheme == "https" else False
        self._url = f"{parts.scheme}://{shown}:{parts.port or PORTS[parts.scheme]}/"
        self._headers = {"Host": parts.netloc, "User-Agent": "comity", "Accept-Encoding": "identity"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"
        self._lock = threading.Lock()
        self._client = self._connect()

    def _connected(self) -> httpx.Client:
        """Return the client, anew after a deadline closed it."""
        with self._lock:
            if self._client.is_closed:
                self._client = self._connect()
            return self._client

    def _connect(self) -> httpx.Client:
        return httpx.Client(
            base_url=self._url,
            verify=self._context,
            headers=self._headers,
            timeout=httpx.Timeout(self._patience, connect=3.0),
            follow_redirects=False,
            trust_env=False,
            limits=httpx.Limits(
                max_connections=8, max_keepalive_connections=8, keepalive_expiry=IDLE_SECONDS
            ),
        )

    def __enter__(self) -> Self:
        """Return the line itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def get(self, path: str) -> bytes:
        """Fetch the body of a path.

        Raises:
            NotFoundError: the peer has nothing there.
            FetchError: the peer is away, slow, wordy or out of order.
        """
        reply = self.request("GET", path)
        if reply.status == httpx.codes.NOT_FOUND:
            raise NotFoundError(f"{self.base}/{path.lstrip('/')}: nothing there")
        if reply.status == TOO_MANY:
            raise BusyError(f"{self.base}/{path.lstrip('/')}: asks to wait for {reply.retry_after} seconds")
        if reply.status != httpx.codes.OK:
            raise FetchError(f"{self.base}/{path.lstrip('/')}: answered with status {reply.status}")
        return reply.body

    def request(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        media_type: str = "text/plain",
        limit: int | None = None,
    ) -> Reply:
        """Make one exchange and return whatever status comes; a short wait that is asked for is kept.

        Raises:
            FetchError: no complete reply within the limits of size and time.
        """
        path = path.lstrip("/")
        most = limit_for(path) if limit is None else limit
        reply = self._once(method, path, body, media_type, most)
        for _ in range(MOST_WAITS):
            if reply.status != TOO_MANY or not 0 < reply.retry_after <= MOST_WAIT:
                break
            time.sleep(reply.retry_after)
            reply = self._once(method, path, body, media_type, most)
        return reply

    def _once(self, method: str, path: str, body: bytes | None, media_type: str, most: int) -> Reply:
        end = time.monotonic() + self.deadline
        headers = {"Content-Type": media_type} if body is not None else {}
        client = self._connected()
        # The library's timeouts start anew with every byte; headers that drip are ended by closing.
        watchdog = threading.Timer(self.deadline, client.close)
        watchdog.daemon = True
        watchdog.start()
        try:
            request = client.build_request(method, path, content=body, headers=headers)
            self._sign(request, body or b"")
            response = client.send(request, stream=True)
            with closing(response):
                data = self._read(response, path, most, end)
            media_type = response.headers.get("content-type", "")
            return Reply(response.status_code, media_type, data, _seconds(response))
        except httpx.HTTPError as error:
            secured = tls.tls_error(error, self.base) if self._context else None
            if secured is not None:
                raise secured from error
            raise FetchError(f"{self.base}/{path}: {_plain(error)}") from error
        except (httpx.InvalidURL, httpx.StreamError, OSError, RuntimeError) as error:
            raise FetchError(f"{self.base}/{path}: the exchange was ended ({error})") from error
        finally:
            watchdog.cancel()

    def _sign(self, request: httpx.Request, body: bytes) -> None:
        if self._signing is None:
            return
        path, _, query = request.url.raw_path.decode("ascii").partition("?")
        seen = Request(request.method, request.url.scheme, request.headers["host"], path, query)
        key, to = self._signing.key, self._signing.to
        request.headers.update(sign(seen, key, to=to, body=body, now=int(time.time())))

    def _read(self, response: httpx.Response, path: str, most: int, end: float) -> bytes:
        parts: list[bytes] = []
        size = 0
        for part in response.iter_raw():
            size += len(part)
            if size > most:
                raise FetchError(f"{self.base}/{path}: more than {most} bytes")
            if time.monotonic() > end:
                raise FetchError(f"{self.base}/{path}: not complete within {self.deadline:g} seconds")
            parts.append(part)
        return b"".join(parts)


def numeric(host: str) -> str:
    """Return the address of a name under .localhost, and any other host as it is."""
    # Such names are this machine by RFC 6761; not every resolver knows it.
    return "127.0.0.1" if host.lower().endswith(".localhost") else host


def line_to(address: str, key: Key, peers: Peers, origin: str | None = None) -> Line:
    """Return a line to a node: signed if it is paired, to its pinned key if it is https.

    Args:
        address: its URL.
        key: the own key of the role http.
        peers: the peers of this node.
        origin: whom to expect; if absent, whoever is pinned with the key that answers there.

    Raises:
        TlsUnpinnedError: an https address where nobody answers that is pinned.
        TlsError: nobody there speaks TLS 1.3.
    """
    parts = urlsplit(address)
    charter = None if origin is None else peers.require(origin).charter
    if charter is None and parts.scheme == "https":
        charter = _pinned(tls.key_at(numeric(parts.hostname or ""), parts.port or PORTS["https"]), peers)
        if charter is None:
            raise tls.TlsUnpinnedError(f"{address}: the key there is of no node that is pinned here")
    if charter is None:
        return Line(address)
    return Line(address, signing=Signing(key, charter.origin), pins=[pin.spki for pin in charter.tls])


def _pinned(spki: bytes, peers: Peers) -> Charter | None:
    charters = (link.charter for link in peers)
    return next((found for found in charters if any(pin.spki == spki for pin in found.tls)), None)


def _seconds(response: httpx.Response) -> int:
    text = response.headers.get("retry-after", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < MOST_DIGITS else 0


def _plain(error: httpx.HTTPError) -> str:
    """Say what happened on the line without the library's words."""
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return "nobody answers at this address"
    if isinstance(error, httpx.TimeoutException):
        return "no byte came in time"
    if isinstance(error, httpx.RemoteProtocolError | httpx.ReadError | httpx.WriteError):
        return "the line was cut"
    return f"the exchange failed ({type(error).__name__})"

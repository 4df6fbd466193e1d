"""HTTP to a peer: the only module that knows the HTTP library.

A peer is not trusted to be well: every reply has a size limit and a total deadline (a slow drip counts as
silence), redirects are not followed, and no proxy from the environment is used. Whatever goes wrong becomes
a `FetchError` with one line to show, or a `NotFoundError`.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import urlsplit

import httpx

from comity.record.fetch import FetchError, NotFoundError
from comity.record.note import MAX_NOTE
from comity.record.sealed import MAX_BLOB

if TYPE_CHECKING:
    from types import TracebackType

MEBIBYTE: Final = 1 << 20
SMALL: Final = MAX_NOTE
"""Bytes of a checkpoint, a charter, a tile of hashes: the largest of them is a note."""
DEFAULT_DEADLINE: Final = 30.0
"""Seconds for one whole exchange."""
PAUSE_LIMIT: Final = 10.0
"""Seconds without a single byte."""

_LIMITS: Final = (
    ("/outbox/", MAX_BLOB),
    ("/tile/entries/", 4 * MEBIBYTE),
    ("/tile/", SMALL),
    ("/openings/", 20 * MEBIBYTE),
)


@dataclass(frozen=True, slots=True)
class Reply:
    """A peer's answer: status, media type, body."""

    status: int
    media_type: str
    body: bytes


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
        base: `http://host:port` of a node on this machine.
        token: bearer token, for the own node's API only.
        deadline: seconds for one whole exchange.
        patience: seconds without a single byte.
    """

    def __init__(
        self,
        base: str,
        *,
        token: str | None = None,
        deadline: float = DEFAULT_DEADLINE,
        patience: float = PAUSE_LIMIT,
    ) -> None:
        parts = urlsplit(base)
        host = parts.hostname or ""
        # Names under .localhost are this machine by RFC 6761; not every resolver knows it.
        address = "127.0.0.1" if host.endswith(".localhost") else host
        shown = f"[{address}]" if ":" in address else address
        self.base = base
        self.deadline = deadline
        self._patience = patience
        self._url = f"http://{shown}:{parts.port or 80}/"
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
            headers=self._headers,
            timeout=httpx.Timeout(self._patience, connect=3.0),
            follow_redirects=False,
            trust_env=False,
            limits=httpx.Limits(max_connections=8, max_keepalive_connections=8),
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
        """Make one exchange and return whatever status comes.

        Raises:
            FetchError: no complete reply within the limits of size and time.
        """
        path = path.lstrip("/")
        most = limit_for(path) if limit is None else limit
        end = time.monotonic() + self.deadline
        headers = {"Content-Type": media_type} if body is not None else {}
        client = self._connected()
        # The library's timeouts start anew with every byte; headers that drip are ended by closing.
        watchdog = threading.Timer(self.deadline, client.close)
        watchdog.daemon = True
        watchdog.start()
        try:
            with client.stream(method, path, content=body, headers=headers) as response:
                data = self._read(response, path, most, end)
                return Reply(response.status_code, response.headers.get("content-type", ""), data)
        except httpx.HTTPError as error:
            raise FetchError(f"{self.base}/{path}: {_plain(error)}") from error
        except (httpx.InvalidURL, httpx.StreamError, OSError, RuntimeError) as error:
            raise FetchError(f"{self.base}/{path}: the exchange was ended ({error})") from error
        finally:
            watchdog.cancel()

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


def _plain(error: httpx.HTTPError) -> str:
    """Say what happened on the line without the library's words."""
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return "nobody answers at this address"
    if isinstance(error, httpx.TimeoutException):
        return "no byte came in time"
    if isinstance(error, httpx.RemoteProtocolError | httpx.ReadError | httpx.WriteError):
        return "the line was cut"
    return f"the exchange failed ({type(error).__name__})"

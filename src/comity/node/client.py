"""Talking to a node that runs: what `comity.node.operations` does, through its API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import urlencode

import orjson

from comity.node.errors import NodeSilentError
from comity.record.errors import ComityError
from comity.record.fetch import FetchError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.node.lock import RunFile

OK: Final = 200
NOT_OK: Final = 300
MOST_REPLY: Final = 256 * 1024 * 1024
LONG: Final = 3600.0
"""Seconds that the own node may take: a rebuild of a large log is long, and nobody drips on loopback."""


class NodeError(ComityError):
    """A running node answered with problem details; `problem()` gives them as they came."""

    code = "node-answer"

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(str(problem.get("detail", "the node refused")))
        self._problem = problem

    @property
    def status(self) -> int:
        """The HTTP status."""
        return int(self._problem.get("status", 0))

    def problem(self) -> dict[str, Any]:
        """Return the problem details as the node gave them."""
        return {name: value for name, value in self._problem.items() if name != "status"}


class Client:
    """The API of one running node.

        with Client(run_file) as client:
            client.append([draft])

    Args:
        run: URL and token, as `comity.node.lock.running` gives them.
    """

    def __init__(self, run: RunFile) -> None:
        from comity.node.transport import Line  # noqa: PLC0415 - most commands need no HTTP

        self.url = run.url
        self._line = Line(run.url, token=run.token, deadline=LONG, patience=LONG)

    def __enter__(self) -> Self:
        """Return the client itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self._line.close()

    def get(self, name: str, **query: object) -> dict[str, Any]:
        """Ask for something."""
        text = f"?{urlencode(query)}" if query else ""
        return self._call("GET", f"api/v1/node/{name}{text}", None)

    def post(self, name: str, body: object) -> dict[str, Any]:
        """Have something done."""
        return self._call("POST", f"api/v1/node/{name}", orjson.dumps(body))

    def ask(self, path: str, **query: object) -> Any:
        """Return the JSON that a system's API has at a path below /api/v1; a list comes as a list."""
        text = f"?{urlencode(query)}" if query else ""
        return _plain(self._call("GET", f"api/v1/{path}{text}", None))

    def send(self, path: str, data: bytes, **query: object) -> Any:
        """Post bytes to a system's API."""
        text = f"?{urlencode(query)}" if query else ""
        return _plain(self._call("POST", f"api/v1/{path}{text}", data))

    def status(self) -> dict[str, Any]:
        """Return the state of the node and its peers."""
        return self.get("status")

    def append(self, items: Sequence[object]) -> dict[str, Any]:
        """Append drafts given as JSON; all or none."""
        return self.post("append", list(items))

    def sync(self, origins: Sequence[str] | None = None) -> dict[str, Any]:
        """Exchange with peers now."""
        return self.post("sync", {} if origins is None else {"origins": list(origins)})

    def pair(self, address: str, fingerprint: str | None = None) -> dict[str, Any]:
        """Return what to compare; with a fingerprint, pin the charter."""
        return self.post("pair", {"address": address, "fingerprint": fingerprint})

    def link(self) -> str:
        """Return a new one-time link to the console."""
        return str(self.post("links", {})["url"])

    def _call(self, method: str, path: str, body: bytes | None) -> dict[str, Any]:
        try:
            reply = self._line.request(
                method, path, body=body, media_type="application/json", limit=MOST_REPLY
            )
            data = orjson.loads(reply.body)
        except (FetchError, orjson.JSONDecodeError) as error:
            raise NodeSilentError(f"the node at {self.url} does not answer: {error}") from error
        if not OK <= reply.status < NOT_OK:
            raise NodeError(data if isinstance(data, dict) else {"detail": str(data)})
        return data if isinstance(data, dict) else {"items": data}


def _plain(answer: dict[str, Any]) -> Any:
    return answer["items"] if set(answer) == {"items"} else answer

"""How a command reaches a node: opens it under its lock, or talks to the process that has it open."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from comity.node import lock
from comity.node.errors import NodeLockedError
from comity.node.folder import Folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import typer

    from comity.node.client import Client
    from comity.node.node import Node
    from comity.node.system import System
    from comity.node.web.server import Mount

    Progress = Callable[[str, int, int], None]

PATIENCE: Final = 10.0
"""Seconds to wait for a node that is just starting, or for another command that holds it."""
PAUSE: Final = 0.1


@dataclass(frozen=True, slots=True)
class Roof:
    """What the roof gives to the commands: its systems, and how pages are put into the server."""

    systems: Callable[[], tuple[System, ...]]
    mount: Callable[[], Mount]


class Local:
    """The node, opened by this process."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def run(self, name: str, *args: object, progress: Progress | None = None) -> dict[str, Any]:
        """Do an operation of `comity.node.operations`."""
        from comity.node import operations  # noqa: PLC0415 - commands start without it

        operation: Callable[..., dict[str, Any]] = getattr(operations, name)
        return (
            operation(self._node, *args)
            if progress is None
            else operation(self._node, *args, progress=progress)
        )

    def ask(self, _path: str, local: Callable[[Node], Any], **_query: object) -> Any:
        """Answer for a system."""
        return local(self._node)

    def post(self, _path: str, local: Callable[[Node], Any], _body: object) -> Any:
        """Have something done here."""
        return local(self._node)


class Remote:
    """The node, run by another process."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def run(self, name: str, *args: object, progress: Progress | None = None) -> dict[str, Any]:
        """Do the same operation over there."""
        del progress  # the other process does the work
        return CALLS[name](self._client, *args)

    def ask(self, path: str, _local: Callable[[Node], Any], **query: object) -> Any:
        """Ask a system over there."""
        return self._client.ask(path, **query)

    def post(self, path: str, _local: Callable[[Node], Any], body: object) -> Any:
        """Have something done over there."""
        import orjson  # noqa: PLC0415 - most commands need none

        return self._client.send(path, orjson.dumps(body))

    def send(self, path: str, data: bytes, **query: object) -> Any:
        """Send bytes to a system over there."""
        return self._client.send(path, data, **query)


def ask(ctx: typer.Context, root: Path, path: str, local: Callable[[Node], Any], **query: object) -> Any:
    """Ask a system: over the API of a running node (`path` below /api/v1), or by `local` when it is open."""
    with reach(ctx, root) as node:
        return node.ask(path, local, **query)


CALLS: Final[dict[str, Callable[..., dict[str, Any]]]] = {
    "status": lambda client: client.status(),
    "listing": lambda client, origin, start, limit: client.get(
        "records", origin=origin, start=start, limit=limit
    ),
    "show": lambda client, origin, key: client.get("record", origin=origin, key=key),
    "prove": lambda client, origin, key, sealed_too, first: client.get(
        "record/proof", origin=origin, key=key, sealed_too=str(sealed_too).lower(), first=str(first).lower()
    ),
    "append": lambda client, items: client.append(items),
    "sync": lambda client, origins=None: client.sync(origins),
    "sync_from": lambda client, folder: client.post("sync", {"folder": folder}),
    "export": lambda client, path, mirrors: client.post("export", {"path": path, "mirrors": mirrors}),
    "log_export": lambda client, path: client.post("log-export", {"path": path}),
    "pair_propose": lambda client, address: client.pair(address),
    "pair": lambda client, address, fingerprint: client.pair(address, fingerprint),
    "compact_propose": lambda client, rules: client.post("compact/propose", {"path": rules}),
    "compact_adopt": lambda client, path, author, exercise=False: client.post(
        "compact/adopt", {"path": path, "author": author, "exercise": exercise}
    ),
    "unpair": lambda client, origin: client.post("unpair", {"origin": origin}),
    "rebuild": lambda client: client.post("rebuild", {}),
    "fsck": lambda client, repair=False: client.post("fsck", {"repair": repair}),
    "backup": lambda client, path, keys=None, days=90: client.post(
        "backup", {"path": path, "content_keys": keys, "keep_days": days}
    ),
    "attest": lambda client, reason: client.post("attest", {"reason": reason}),
}
"""The API call of each operation."""


@contextmanager
def reach(ctx: typer.Context, root: Path) -> Iterator[Local | Remote]:
    """Reach the node in a folder.

    Raises:
        NodeMissingError: there is none.
        NodeLockedError: a process holds it and does not serve it.
    """
    folder = Folder.existing(root)
    run = _running(folder)
    if run is None:
        from comity.node.node import Node  # noqa: PLC0415 - not needed to talk to a running node

        with lock.hold(folder), Node.open(root, systems(ctx)) as node:
            yield Local(node)
        return
    from comity.node.client import Client  # noqa: PLC0415 - not needed otherwise

    with Client(run) as client:
        yield Remote(client)


def systems(ctx: typer.Context) -> Sequence[System]:
    """Return the systems that the roof gives."""
    roof: Roof = ctx.obj
    return roof.systems()


def _running(folder: Folder) -> lock.RunFile | None:
    """Wait until the node is free, or served; return how to talk to it in the second case."""
    end = time.monotonic() + PATIENCE
    while lock.is_held(folder):
        run = lock.running(folder)
        if run is not None:
            return run
        if time.monotonic() > end:
            raise NodeLockedError(f"{folder.root}: another command has this node open")
        time.sleep(PAUSE)
    return None

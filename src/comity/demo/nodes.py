"""Nodes as processes: made, started, spoken to over their API, and ended."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Self

import orjson

from comity.node import config as configs
from comity.node import lock
from comity.node.config import split_listen
from comity.node.create import NewNode, create
from comity.node.folder import Folder
from comity.node.transport import Line, Reply
from comity.record.errors import ComityError

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from comity.demo.example import Member
    from comity.demo.ports import Ports

START_SECONDS: Final = 60.0
END_SECONDS: Final = 10.0
PAUSE: Final = 0.05
CALL_SECONDS: Final = 120.0
MOST_REPLY: Final = 64 << 20
TAIL: Final = 4000
NOT_FOUND: Final = 404
BROKEN: Final = 500


class DemoNodeError(ComityError):
    """A node of the demonstration did not start, ended early, or refused what it was asked."""

    code = "demo-node"
    advice = "Look at the node's output beside its folder; then run again, or start with an empty folder."


@dataclass
class RunningNode:
    """One party's node, running in a process of its own.

    with RunningNode.launch(member, root) as node:
        node.wait()
        node.get("node/status")
    """

    member: Member
    folder: Path
    process: subprocess.Popen[bytes] | None = None
    known: lock.RunFile | None = None
    _line: Line | None = None

    @classmethod
    def launch(cls, member: Member, root: Path) -> Self:
        """Start the process of a prepared node, if it does not run already; it is not waited for."""
        folder = root / member.party
        if lock.running(Folder(folder)) is not None:
            return cls(member, folder)
        with (root / f"{member.party}.log").open("ab") as output:
            process = subprocess.Popen(  # noqa: S603 - this very program, with paths of our own
                [sys.executable, "-m", "comity", "node", "run", str(folder)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches the demonstration alone, which ends its nodes
            )
        return cls(member, folder, process)

    def wait(self) -> None:
        """Wait until the node answers.

        Raises:
            DemoNodeError: it does not come up.
        """
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.alive:
            self.known = lock.running(Folder(self.folder))
            if self.known and (self.process is None or self.known.pid == self.process.pid):
                self._line = Line(
                    self.known.url, token=self.known.token, deadline=CALL_SECONDS, patience=CALL_SECONDS
                )
                return
            time.sleep(PAUSE)
        raise DemoNodeError(f"the node of {self.member.party} did not come up{self._output()}")

    @property
    def url(self) -> str:
        """Where it listens."""
        return self.known.url if self.known else ""

    @property
    def line(self) -> Line:
        """Connections to it."""
        if self._line is None:
            raise DemoNodeError(f"the node of {self.member.party} was not waited for")
        return self._line

    def __enter__(self) -> Self:
        """Return the node."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process, if it was started here."""
        self.end()

    @property
    def origin(self) -> str:
        """The name of its log."""
        return self.member.origin

    @property
    def alive(self) -> bool:
        """Whether its process still runs."""
        return self.process is None or self.process.poll() is None

    def get(self, path: str) -> Any:
        """Return the JSON at a path of the API.

        Raises:
            DemoNodeError: the node refuses.
            FetchError: it does not answer.
        """
        return self._json(path, self.line.request("GET", f"api/v1/{path}", limit=MOST_REPLY))

    def post(self, path: str, body: object) -> Any:
        """Post JSON to a path of the API; errors as `get`."""
        data = orjson.dumps(body)
        reply = self.line.request(
            "POST", f"api/v1/{path}", body=data, media_type="application/json", limit=MOST_REPLY
        )
        return self._json(path, reply)

    def upload(self, path: str, data: bytes) -> Any:
        """Post bytes to a path of the API; errors as `get`."""
        reply = self.line.request(
            "POST", f"api/v1/{path}", body=data, media_type="application/octet-stream", limit=MOST_REPLY
        )
        return self._json(path, reply)

    def find(self, path: str) -> Any | None:
        """Return the JSON at a path of the API, None where the node has nothing to show; errors as `get`."""
        reply = self.line.request("GET", f"api/v1/{path}", limit=MOST_REPLY)
        return None if reply.status == NOT_FOUND else self._json(path, reply)

    def page(self, path: str) -> str:
        """Return a page of the console; errors as `get`."""
        return self._said(path, self.line.request("GET", path, limit=MOST_REPLY)).decode()

    def form(self, path: str, data: bytes) -> None:
        """Send a form of the console; errors as `get`."""
        reply = self.line.request(
            "POST", path, body=data, media_type="application/x-www-form-urlencoded", limit=MOST_REPLY
        )
        self._said(path, reply)

    def ask_to_end(self) -> None:
        """Ask the process to end, if it was started here and still runs."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def end(self) -> None:
        """End the process and wait for it."""
        if self._line is not None:
            self._line.close()
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(END_SECONDS)

    def _json(self, path: str, reply: Reply) -> Any:
        return orjson.loads(self._said(path, reply))

    def _said(self, path: str, reply: Reply) -> bytes:
        if not 200 <= reply.status < 300:  # noqa: PLR2004 - HTTP's own words for success
            detail = reply.body[:TAIL].decode("utf-8", "replace")
            output = self._output() if reply.status >= BROKEN else ""
            raise DemoNodeError(
                f"{self.origin} answered {reply.status} to {path.partition('?')[0]}: {detail}{output}"
            )
        return reply.body

    def _output(self) -> str:
        """Return the end of what the process printed."""
        output = self.folder.parent / f"{self.member.party}.log"
        tail = output.read_bytes()[-TAIL:].decode("utf-8", "replace").strip() if output.exists() else ""
        return f"; its output ends with:\n{tail}"


def prepare(member: Member, folder: Path, ports: Ports) -> None:
    """Make a party's node where there is none, and see to it that the port it listens on is free.

    Raises:
        DemoNodeError: the folder holds another log.
    """
    if not Folder(folder).config.exists():
        create(
            folder,
            NewNode(
                party=member.party,
                node=member.node,
                listen=f"{member.party}.localhost:{ports.take()}",
                offices={"editor": dict(member.office or {"en": "Example editor"})},
                names=member.names,
                colour=member.colour,
                unprotected=True,  # nobody is there to type a passphrase; `links` says so to whoever looks
            ),
        )
        return
    known = configs.load(Folder(folder).config)
    if known.origin != member.origin:
        raise DemoNodeError(f"{folder} holds {known.origin}, not {member.origin}")
    if lock.running(Folder(folder)) is not None:
        return
    port = split_listen(known.listen)[1]
    if ports.take(port) != port:
        listen = f"{member.party}.localhost:{ports.last}"
        configs.save(Folder(folder).config, replace(known, listen=listen))

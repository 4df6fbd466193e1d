"""What a system gives to a node, and what a node gives to a system.

A *system* (the register, the comparison, …) is a projection of the record: it names the entry kinds it
writes, a projector that turns the feed into rows, its pages and its commands. The roof hands systems to the
node; the node never imports upward.

    SYSTEM = System(name="register", kinds=(Instrument, …), projector=RegisterProjector(), routes=routes,
                    nav=(NavItem("Register", "/register"),))

Inside `routes(app)` everything a page needs hangs on `app`: `app.node` reads and appends records,
`app.node.views` reads the projection tables, `app.console` renders templates. Write handlers as
plain `def`: they run in threads, so that blocking work never holds up the event loop.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from comity.record.canonical import b64

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    import typer
    from fastapi import APIRouter, Request, Response
    from sqlalchemy import Connection, MetaData

    from comity.node.node import Node
    from comity.record.charter import Office
    from comity.record.entry import Entry
    from comity.record.header import Header
    from comity.record.kinds import Content, Kind

    Task = Callable[[threading.Event], None]

Status = Literal["local", "published", "witnessed", "joint"]
"""How far a record has come: signed by nobody yet, under a signed head, under a head a peer witnessed,
mirrored."""

Cause = Literal["entry", "opened", "erased", "upgraded"]
"""Why the feed speaks of a record: sequenced, content arrived, content destroyed, status improved."""

CLEAR = "TLP:CLEAR"
"""The only marking whose content travels before grants exist."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Content to be sealed and appended to the own log.

    `office` is the name of the office whose key signs; empty means the node's first office. `id` (16 bytes)
    is drawn at random when it is not given.
    """

    model: Kind
    header: Header
    office: str = ""
    id: bytes | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """An entry together with the content this node holds of it.

    `entry` is None where the leaf is no well-formed entry, `office` is None where the charter of the origin
    does not name the signing key, `content` is None where the content is withheld, erased or was never
    received.
    """

    origin: str
    index: int
    id: bytes
    leaf_hash: bytes
    entry: Entry | None
    office: Office | None
    content: Content | None
    status: Status

    @property
    def id_text(self) -> str:
        """The id in base64: the primary key of every system's tables."""
        return b64(self.id)

    @property
    def clear(self) -> bool:
        """Whether the content is held and marked for everybody: what the other side sees."""
        return self.content is not None and self.content.header.marking == CLEAR


@dataclass(frozen=True, slots=True)
class Event:
    """One step of the feed, for one record.

    `seq` grows per origin. The projector may rely on order within an origin only. `was` is the kind@version
    under which the record was projected last, empty where it was sealed or is new: only the tables of that
    kind can hold rows of it. None says nothing: any table may.
    """

    seq: int
    origin: str
    index: int
    cause: Cause
    record: Record
    was: str | None = None


class Projector(Protocol):
    """Turns events into rows.

    `apply` runs inside the transaction that moves the cursor. It is idempotent (the same event twice leaves
    the same rows), ignores kinds that are not its own, purges on `erased`, and raises to quarantine the
    record. It never reads rows of other records: joins happen in queries, so that any interleaving of
    origins gives the same tables. One with a `follows_status` that is False is not told how far a record has
    come (`upgraded`) where nothing else of it has changed.
    """

    @property
    def metadata(self) -> MetaData:
        """The tables it owns; the node creates and drops them."""
        ...

    def apply(self, db: Connection, event: Event) -> None:
        """Write, replace or purge the rows of one record."""
        ...


class Texts(Protocol):
    """Reads the further texts of a record."""

    def __call__(self, node: Node, record: Record) -> Iterable[tuple[str, str, str]]:
        """Return language (or nothing), place and text of each line; no line where none can be read."""
        ...


class Renderer(Protocol):
    """What the node needs of a console: templates in, pages out."""

    def render(self, request: Request, template: str, /, **context: object) -> Response:
        """Render one template in the reader's language."""
        ...


@dataclass(frozen=True, slots=True)
class NavItem:
    """An item of the navigation: a msgid, translated when shown, and a path."""

    label: str
    path: str


@dataclass(frozen=True, slots=True)
class System:
    """One system, as the roof hands it to the node."""

    name: str
    kinds: tuple[type[Kind], ...]
    projector: Projector | None = None
    routes: Callable[[NodeApp], APIRouter] | None = None
    commands: typer.Typer | None = None
    nav: tuple[NavItem, ...] = ()
    templates: Path | None = None
    locales: Path | None = None
    admits: Callable[[Path], Callable[[str, str], bool]] | None = None
    """Given the node's folder, says whether a path and an Authorization header may pass its door: for what
    speaks to a system with a key of its own. What it may do there the system itself decides."""
    tasks: Callable[[Node], Sequence[Task]] | None = None
    """Given the open node, what runs while it is served, each in a thread until its event is set."""
    texts: Mapping[type[Kind], Texts] = field(default_factory=dict)
    """Where a kind has more text to be searched than its fields hold, such as a document's sentences."""


@dataclass(frozen=True, slots=True)
class NodeApp:
    """What routes get: the open node, the systems in it, and the console that renders.

    Reading, all thread-safe (`node` is `comity.node.node.Node`):

    - `node.origin`, `node.config`, `node.charter` (own), `node.charters` {origin: Charter}, `node.origins`
      (own first)
    - `node.record(origin, index) -> Record`, `node.find(origin, id) -> Record`, both raise
      `RecordNotFoundError`
    - `node.records(origin, start, stop) -> list[Record]`; `node.size(origin) -> int`
    - `node.views.connect()` for the projection tables; `node.quarantined(...)` for the badge
    - `node.status() -> NodeStatus` (own head, one `PeerStatus` each), see `comity.node.status`
    - `node.prove(origin, index) -> dict`, the self-contained proof file
    - `node.append(drafts) -> list[Receipt]`, `node.sync() -> list[SyncReport]`
    """

    node: Node
    systems: tuple[System, ...] = ()
    console: Renderer | None = None
    extras: dict[str, object] = field(default_factory=dict)

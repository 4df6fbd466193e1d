"""The views database: the node's own projection tables, and how they are written.

SQLite through SQLAlchemy Core, one writer, no WAL (DESIGN section 5). The cursor stands in the same
database as the rows, and moves in the same transaction.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Column,
    Engine,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    create_engine,
    event,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

METADATA = MetaData()

CURSOR = Table(
    "node_cursor",
    METADATA,
    Column("origin", Text, primary_key=True),
    Column("seq", Integer, nullable=False, comment="last feed row done"),
    Column("next", Integer, nullable=False, comment="first index not done of the row after it"),
)

QUARANTINE = Table(
    "node_quarantine",
    METADATA,
    Column("origin", Text, nullable=False),
    Column("index", Integer, nullable=False),
    Column("source", Text, nullable=False, comment="entry, opening, or the system whose projector refused"),
    Column("id", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("detail", Text, nullable=False),
    PrimaryKeyConstraint("origin", "index", "source"),
)

RECORDS = Table(
    "node_record",
    METADATA,
    Column("origin", Text, nullable=False),
    Column("index", Integer, nullable=False),
    Column("id", Text, nullable=False),
    Column("outer", Text, nullable=False),
    Column("office", Text, nullable=False),
    Column("kind", Text, nullable=False, comment="kind@version; empty while sealed"),
    Column("known", Integer, nullable=False, comment="whether a system here knows the kind"),
    Column("class_", Text, nullable=False),
    Column("marking", Text, nullable=False),
    Column("audience", Text, nullable=False, comment="releasable_to, each between commas"),
    PrimaryKeyConstraint("origin", "index"),
)

ANCHORED = Table(
    "node_anchored",
    METADATA,
    Column("writer", Text, nullable=False, comment="the log that holds the anchors"),
    Column("origin", Text, nullable=False, comment="the log whose heads they name"),
    Column("size", Integer, nullable=False, comment="the newest of them"),
    PrimaryKeyConstraint("writer", "origin"),
)

EXCHANGE = Table(
    "node_exchange",
    METADATA,
    Column("origin", Text, primary_key=True),
    Column(
        "openings_to", Integer, nullable=False, default=0, comment="entries whose openings were asked for"
    ),
    Column("last_try", Integer),
    Column("last_success", Integer),
    Column("failures", Integer, nullable=False, default=0),
    Column("error_code", Text),
    Column("error_detail", Text),
    Column("error_advice", Text),
)

LAYOUT = Table(
    "node_layout",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

KEPT = (EXCHANGE,)
"""What a rebuild leaves: it describes the exchange, not the record."""


class Reads:
    """Reading the views: a thread that reads while it reads goes on in the transaction that it has.

    A second one could wait for ever. A writer about to commit lets no reader begin, and waits until all have
    ended: the thread would wait for the writer, and the writer for the thread's first transaction.

        with reads.connect() as db:
            with reads.connect() as same: ...

    Args:
        engine: Of the views database.

    Attributes:
        writes: How many transactions were written since the node was opened.
    """

    def __init__(self, engine: Engine) -> None:
        self.writes = 0
        self._engine = engine
        self._of_thread = threading.local()

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """Hold a connection for the life of the block; for reading only."""
        held: Connection | None = getattr(self._of_thread, "held", None)
        if held is not None:
            yield held
            return
        with self._engine.connect() as db:
            self._of_thread.held = db
            try:
                yield db
            finally:
                self._of_thread.held = None


class Views:
    """The engine of the views database and its single writer.

        with views.writing() as db: ...       # one transaction, alone
        with views.reads.connect() as db:     # any thread, reads only

    Args:
        path: views.sqlite; made when absent.

    Attributes:
        engine: Of the database.
        reads: How everybody but the writer uses it.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self.engine: Engine = create_engine(
            f"sqlite:///{path}", connect_args={"check_same_thread": False, "timeout": 30}, pool_size=8
        )
        event.listen(self.engine, "connect", _configure)
        event.listen(self.engine, "begin", _begin)
        self.reads = Reads(self.engine)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Hold the only write transaction for the life of the block."""
        with self._lock, self.engine.connect() as connection:
            db = connection.execution_options(comity_write=True)
            with db.begin():
                yield db
            self.reads.writes += 1

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _configure(connection: Any, _record: Any) -> None:
    # Transactions are begun by `_begin` alone; the driver's own rules would break savepoints.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=DELETE")
    connection.execute("PRAGMA synchronous=NORMAL")  # derived: after a power cut it may be built again
    # What is purged is overwritten: a row of an erased record must not stay readable in a free page.
    connection.execute("PRAGMA secure_delete=ON")
    connection.execute("PRAGMA cache_size=-16000")


def _begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("comity_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

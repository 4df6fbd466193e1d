"""A feed for projectors: records made of models, played into an in-memory database in any order."""

from __future__ import annotations

import hashlib
import sqlite3
from functools import cache

from sqlalchemy import create_engine

from comity.node.system import Event, Record
from comity.record.header import Header
from comity.record.kinds import Registry, to_fields


class Feed:
    """Remembers what was played, so that a rebuild can be compared with it."""

    def __init__(self, projector, kinds):
        self.projector = projector
        self.registry = Registry(kinds)
        self.engine = create_engine("sqlite://", creator=lambda: copied(projector.metadata))
        self.sizes: dict[str, int] = {}

    def header(self, **changed):
        plain = {
            "author": "example editor",
            "marking": "TLP:CLEAR",
            "releasable_to": [],
            "basis": "test",
            "retention": "working",
            "class": "record",
            "claimed": 1_700_000_000_000,
            "refs": [],
        }
        return Header.model_validate({**plain, **changed})

    def record(self, origin, model, *, index=None, sealed=False, **changed):
        """Return the record of `model` at the next index of `origin`."""
        at = self.sizes.get(origin, 0) if index is None else index
        self.sizes[origin] = max(self.sizes.get(origin, 0), at + 1)
        content = None
        if not sealed:
            content = self.registry.from_fields(model.kind_id(), to_fields(self.header(**changed), model))
        ident = hashlib.sha256(f"{origin} {at}".encode()).digest()[:16]
        return Record(origin, at, ident, bytes(32), None, None, content, "local")

    def play(self, *records, cause="entry"):
        with self.engine.begin() as db:
            for record in records:
                self.projector.apply(db, Event(0, record.origin, record.index, cause, record))

    def add(self, origin, *models, **changed):
        """Record the models at the end of a log; return the last record."""
        record = None
        for model in models:
            record = self.record(origin, model, **changed)
            self.play(record)
        return record

    def rows(self):
        """Return every row of every table, as a comparable value."""
        with self.engine.connect() as db:
            return {
                table.name: sorted(map(repr, db.execute(table.select())))
                for table in self.projector.metadata.sorted_tables
            }


@cache
def empty(metadata):
    """Return a database with every table and no row, as bytes: an example of a property takes a copy."""
    engine = create_engine("sqlite://")
    with engine.begin() as db:
        metadata.create_all(db)
    with engine.connect() as db:
        return db.connection.driver_connection.serialize()


def copied(metadata):
    made = sqlite3.connect(":memory:", check_same_thread=False)
    made.deserialize(empty(metadata))
    return made

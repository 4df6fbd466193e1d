"""Two or more nodes in one process, joined by function calls instead of a line; tests cut and bend that line."""

from __future__ import annotations

import time
from typing import ClassVar

from pydantic import Field
from sqlalchemy import Column, MetaData, Table, Text, delete
from sqlalchemy.dialects.sqlite import insert

from comity.node.config import Peer
from comity.node.create import NewNode, create
from comity.node.node import Node
from comity.node.public import PublicFiles
from comity.node.system import Draft, System
from comity.record.canonical import b64
from comity.record.errors import ComityError
from comity.record.header import Header
from comity.record.kinds import Kind


class Fact(Kind):
    """A fact for tests."""

    kind: ClassVar[str] = "test.fact"
    version: ClassVar[int] = 1

    name: str = Field(min_length=1, max_length=40)
    value: int


class Secretive(Kind):
    """A kind that only some nodes know."""

    kind: ClassVar[str] = "test.secretive"
    version: ClassVar[int] = 1

    text: str


class FactProjector:
    """One row a fact; facts named `poison` are refused."""

    metadata = MetaData()
    table = Table(
        "test_fact",
        metadata,
        Column("origin", Text, primary_key=True),
        Column("id", Text, primary_key=True),
        Column("name", Text),
        Column("status", Text),
    )

    def apply(self, db, event):
        record = event.record
        db.execute(
            delete(self.table).where(
                (self.table.c.origin == record.origin) & (self.table.c.id == record.id_text)
            )
        )
        if event.cause == "erased" or record.content is None or record.content.kind != Fact.kind:
            return
        if record.content.fields["name"] == "poison":
            db.execute(
                insert(self.table).values(origin=record.origin, id=record.id_text, name="half", status="")
            )
            raise PoisonError("poison")
        db.execute(
            insert(self.table).values(
                origin=record.origin,
                id=record.id_text,
                name=record.content.fields["name"],
                status=record.status,
            )
        )


class PoisonError(ComityError):
    code = "poison"
    advice = "Do not drink."


FACTS = System("facts", (Fact,), FactProjector())
ALL = System("facts", (Fact, Secretive), FactProjector())


def header(**changes):
    values = {
        "author": "tester",
        "marking": "TLP:CLEAR",
        "releasable_to": [],
        "basis": "test",
        "retention": "working",
        "class": "exercise",
        "claimed": 1_700_000_000_000,
        "refs": [],
    }
    return Header.model_validate({**values, **changes})


def fact(name="one", value=1, **changes):
    return Draft(Fact(name=name, value=value), header(**changes))


def rows(node):
    with node.views.connect() as db:
        return sorted(tuple(row) for row in db.execute(FactProjector.table.select()))


class World:
    """Nodes in folders under one root."""

    def __init__(self, root):
        self.root = root
        self.nodes = {}

    def add(self, party, *, systems=(FACTS,), folder=None, node="hq"):
        place = self.root / (folder or party)
        if not place.exists():
            create(place, NewNode(party, node, listen="127.0.0.1:0", sync_seconds=0, unprotected=True))
        opened = Node.open(place, systems)
        self.nodes[folder or party] = opened
        return opened

    def reopen(self, name, systems=(FACTS,)):
        self.nodes.pop(name).close()
        return self.add(name, systems=systems, folder=name)

    def close(self):
        for node in self.nodes.values():
            node.close()
        self.nodes.clear()


def pin(node, other, address="http://127.0.0.1:9"):
    node.add_peer(Peer(other.origin, address, b64(other.charter.digest), other.charter.party), other.charter)


def line(other, bend=None):
    """Return a fetcher of everything a node shows; `bend(path, data)` may change or refuse it."""
    files = PublicFiles(other)

    def fetch(path):
        data = files.get(path).body
        return data if bend is None else bend(path, data)

    return fetch


def ask(other):
    """Return the POST side of the same line."""

    def post(path, body):
        assert path == "witness/add-checkpoint"
        reply = other.witness.add_checkpoint(body, int(time.time()))
        return reply.status, reply.content_type, reply.body

    return post


def sync(node, other, *, bend=None, asking=True):
    return node.sync_from(node.peers.require(other.origin), line(other, bend), ask(other) if asking else None)


def settle(first, second):
    """Exchange until nothing is left to say."""
    return [sync(first, second), sync(second, first), sync(first, second)]

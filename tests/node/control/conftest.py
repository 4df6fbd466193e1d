"""Two nodes that release to each other, joined by function calls; approvals are counted by a simple rule."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass, replace

import pytest

from comity.node.config import Peer
from comity.node.create import NewNode, create
from comity.node.kinds import Remark
from comity.node.node import Node
from comity.node.public import PublicFiles
from comity.node.system import Draft
from comity.record.canonical import b64
from comity.record.disclosure import Disclosure
from comity.record.header import Header
from comity.record.protocol_kinds import Approval, Pointer

NOW = 1_700_000_000_000


@dataclass(frozen=True)
class Verdict:
    ok: bool
    reasons: tuple[str, ...] = ()


def two_people(request, approvals, trust):
    """Two distinct people other than the author, by their word alone."""
    author = request.content.header.author
    people = {a.content.model.person for a in approvals} - {author}
    return Verdict(len(people) >= 2, () if len(people) >= 2 else ("too-few",))


def header(**changes):
    values = {
        "author": "clerk",
        "marking": "TLP:AMBER",
        "releasable_to": ["la"],
        "basis": "test",
        "retention": "working",
        "class": "exercise",
        "claimed": NOW,
    }
    return Header.model_validate({**values, **changes})


def remark(title="A title", text="the text", **changes):
    return Draft(Remark(title=title, text=text), header(**changes))


def bend(desk, monkeypatch):
    """Let a desk put another text into whatever it seals, as a node that lies or is broken does."""
    real = desk._preview

    def bent(wanted):
        made = real(wanted)
        fields = tuple(replace(f, value="Bent") if f.path == "text" else f for f in made.full.fields)
        full = replace(made.full, fields=fields)
        return replace(made, disclosure=Disclosure(made.disclosure.leaf, full))

    monkeypatch.setattr(desk, "_preview", bent)


class Pair:
    """Two paired nodes and the line between them."""

    def __init__(self, root):
        self.root = root
        self.nodes = {}
        for party in ("vn", "la"):
            self.open(party)

    def open(self, party):
        node = Node.open(self.root / party)
        node.control.desk.approved = two_people
        self.nodes[party] = node
        setattr(self, party, node)
        return node

    def reopen(self, party):
        self.nodes.pop(party).close()
        return self.open(party)

    @staticmethod
    def pin(node, other):
        pinned = Peer(other.origin, "http://127.0.0.1:9", b64(other.charter.digest), other.charter.party)
        node.add_peer(pinned, other.charter)

    def close(self):
        for node in self.nodes.values():
            node.close()

    def sync(self, node, other, bend=None, viewer="own"):
        files = PublicFiles(other)
        who = node.origin if viewer == "own" else viewer

        def fetch(path):
            data = files.get(path, who).body
            return data if bend is None else bend(path, data)

        def post(path, body):
            reply = other.witness.add_checkpoint(body, int(time.time()))
            return reply.status, reply.content_type, reply.body

        return node.sync_from(node.peers.require(other.origin), fetch, post)

    def settle(self):
        return [self.sync(self.vn, self.la), self.sync(self.la, self.vn), self.sync(self.vn, self.la)]

    def approve(self, node, request, *people):
        for person in people:
            model = Approval(
                request=Pointer.of(request),
                person=person,
                role="release",
                credential_id=b64(person.encode()),
                client_data=b64(b"{}"),
                authenticator_data=b64(b"data"),
                signature=b64(b"signature"),
                enrolment=Pointer(origin=node.origin, index=0, leaf=b64(bytes(32))),
            )
            node.control.steps.append(model, author=person, parties=["la"], exercise=True)

    def released(self, drafts, paths=(), *, settle=True):
        """Append, request, approve and grant; return the places of records and grant."""
        from comity.node.control.release import Wanted

        receipts = self.vn.append(drafts)
        wanted = [Wanted(receipt.index, tuple(paths)) for receipt in receipts]
        request = self.vn.control.desk.request(wanted, "la/hq", author="asker", reason="a test")
        self.approve(self.vn, request, "first", "second")
        grant = self.vn.control.desk.grant(request.index, author="asker")
        if settle:
            self.settle()
        return [receipt.index for receipt in receipts], request, grant


@pytest.fixture(scope="session")
def folders(tmp_path_factory):
    """Two paired nodes, made once and copied for every test."""
    root = tmp_path_factory.mktemp("pair")
    for party in ("vn", "la"):
        create(root / party, NewNode(party, "hq", listen="127.0.0.1:0", sync_seconds=0, unprotected=True))
    made = Pair(root)
    made.pin(made.vn, made.la)
    made.pin(made.la, made.vn)
    made.close()
    return root


@pytest.fixture
def pair(folders, tmp_path):
    shutil.copytree(folders, tmp_path / "pair")
    made = Pair(tmp_path / "pair")
    yield made
    made.close()

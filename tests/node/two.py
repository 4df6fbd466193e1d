"""vn and la in one process, paired, with the steps of the protocol travelling between them."""

from __future__ import annotations

import time

from comity.node.config import Peer
from comity.node.create import NewNode, create
from comity.node.kinds import Remark
from comity.node.node import Node
from comity.node.public import PublicFiles
from comity.node.system import Draft
from comity.record.canonical import b64
from comity.record.header import Header

HEADER = {
    "author": "desk",
    "marking": "TLP:CLEAR",
    "basis": "test",
    "retention": "working",
    "class": "exercise",
}


def remark(text, **changes):
    """Return a draft that is for everybody, unless it is changed."""
    values = {**HEADER, "releasable_to": [], "claimed": 1_700_000_000_000, **changes}
    return Draft(Remark(title="t", text=text), Header.model_validate(values))


def sync(node, other, origin=None, bend=None):
    """Let one node exchange with another, which knows who asks; `bend(path, data)` may change what it says."""
    files = PublicFiles(other)

    def fetch(path):
        data = files.get(path, node.origin).body
        return data if bend is None else bend(path, data)

    def post(_path, body):
        reply = other.witness.add_checkpoint(body, int(time.time()))
        return reply.status, reply.content_type, reply.body

    return node.sync_from(node.peers.require(origin or other.origin), fetch, post)


def make(root):
    """Make two nodes in a folder and pair them; return them open, vn first."""
    for party in ("vn", "la"):
        create(root / party, NewNode(party, "hq", listen="127.0.0.1:0", sync_seconds=0, unprotected=True))
    vn, la = Node.open(root / "vn"), Node.open(root / "la")
    for node, other in ((vn, la), (la, vn)):
        pinned = Peer(other.origin, "http://127.0.0.1:9", b64(other.charter.digest), other.charter.party)
        node.add_peer(pinned, other.charter)
    return vn, la


class Two:
    """Both, opened."""

    def __init__(self, root):
        self.root = root
        self.la = Node.open(root / "la")
        self.vn = Node.open(root / "vn")

    def reopen(self):
        """Open vn again."""
        self.vn.close()
        self.vn = Node.open(self.root / "vn")
        return self.vn

    def close(self):
        """Close both."""
        self.la.close()
        self.vn.close()

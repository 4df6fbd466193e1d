"""Two paired nodes with every system, exchanged: what a desk officer on either side has open."""

from __future__ import annotations

from contextlib import contextmanager

from comity.app import systems
from comity.node.config import Peer
from comity.node.create import NewNode, create
from comity.node.node import Node
from comity.node.sealing import drafts_from_json
from comity.record.canonical import b64
from tests.node.two import sync


@contextmanager
def pair(root, drafts):
    """Open vn and la with what each records (`drafts` by party, as JSON), each holding the other's log."""
    for party in ("vn", "la"):
        create(root / party, NewNode(party, "hq", listen="127.0.0.1:0", sync_seconds=0, unprotected=True))
    with Node.open(root / "vn", systems()) as vn, Node.open(root / "la", systems()) as la:
        for node, other in ((vn, la), (la, vn)):
            node.add_peer(
                Peer(other.origin, "http://127.0.0.1:9", b64(other.charter.digest), other.charter.party),
                other.charter,
            )
        for node in (vn, la):
            node.append(drafts_from_json(drafts.get(node.origin.partition("/")[0], []), node.registry))
        for node, other in ((vn, la), (la, vn)) * 2:
            sync(node, other)
        yield vn, la

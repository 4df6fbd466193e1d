"""Puts together the status of a node: own head, peers, quarantine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.node.exchange import milliseconds
from comity.node.status import NodeStatus, PeerStatus
from comity.record.canonical import b64

if TYPE_CHECKING:
    from comity.node.node import Node
    from comity.node.peers import PeerLink


def overview(node: Node) -> NodeStatus:
    """Return the state of a node and of its peers."""
    size, levels = node.log.size, node.own.levels()
    refusal = node.own.refusal()
    store = node.log.store
    return NodeStatus(
        origin=node.origin,
        party=node.config.party,
        node=node.config.node,
        size=size,
        root=b64(store.root(size)),
        fingerprint=node.charter.fingerprint,
        read_only=None if refusal is None else str(refusal),
        cosigned_by=sorted(
            link.origin
            for link in node.peers
            if any(node.own.cosigned(vkey) == size for vkey in link.cosigners().values())
        ),
        statuses={
            "local": size - levels.published,
            "published": levels.published - levels.witnessed,
            "witnessed": levels.witnessed - levels.joint,
            "joint": levels.joint,
        },
        quarantined=node.quarantined_count(),
        peers=[_peer(node, link) for link in node.peers],
        listen=node.config.listen,
        time=milliseconds(),
    )


def _peer(node: Node, link: PeerLink) -> PeerStatus:
    tries = node.book.read(link.origin)
    keys = link.cosigners()
    witnessed, mirrored = (node.own.cosigned(keys[role]) for role in ("witness", "mirror"))
    store = link.mirror.store
    return PeerStatus(
        origin=link.origin,
        party=link.peer.party,
        address=link.peer.address,
        state=link.mirror.state,
        size=store.size,
        root=b64(store.root()),
        witnessed_own=witnessed,
        mirrored_own=mirrored,
        lag=max(node.log.size - mirrored, 0),
        bytes=store.path.stat().st_size,
        last_try=tries.last_try,
        last_success=tries.last_success,
        next_try=node.next_tries.get(link.origin),
        failures=tries.failures,
        error=tries.error,
        unwitnessed_since=node.own.unwitnessed_since if max(witnessed, mirrored) < node.log.size else None,
    )

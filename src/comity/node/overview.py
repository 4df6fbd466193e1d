"""Puts together the status of a node: own head, peers, quarantine."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from comity.node.errors import MirrorDamagedError
from comity.node.exchange import milliseconds
from comity.node.peers import BrokenPeer
from comity.node.set_aside import PARTS
from comity.node.status import BROKEN, ENDED, NodeStatus, PeerStatus
from comity.record.canonical import b64
from comity.record.store_errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

    from comity.node.node import Node
    from comity.node.peers import Paired


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
            for link in node.peers.known()
            if any(node.own.cosigned(vkey) == size for vkey in link.cosigners().values())
        ),
        statuses={
            "local": size - levels.published,
            "published": levels.published - levels.witnessed,
            "witnessed": levels.witnessed - levels.joint,
            "joint": levels.joint,
        },
        quarantined=node.quarantined_count(),
        peers=[_peer(node, peer) for peer in node.peers.known()],
        listen=node.config.listen,
        time=milliseconds(),
    )


def _peer(node: Node, peer: Paired) -> PeerStatus:
    tries = node.book.read(peer.origin)
    keys = peer.cosigners()
    witnessed, mirrored = (node.own.cosigned(keys[role]) for role in ("witness", "mirror"))
    held = _held(node, peer)
    return PeerStatus(
        origin=peer.origin,
        party=peer.peer.party,
        address=peer.peer.address,
        state=ENDED if peer.peer.ended else held.state,
        size=held.size,
        root=held.root,
        witnessed_own=witnessed,
        mirrored_own=mirrored,
        lag=max(node.log.size - mirrored, 0),
        bytes=held.bytes,
        last_try=tries.last_try,
        last_success=tries.last_success,
        next_try=None if peer.peer.ended else node.next_tries.get(peer.origin),
        failures=tries.failures,
        error=tries.error if held.error is None else held.error,
        unwitnessed_since=None
        if peer.peer.ended or max(witnessed, mirrored) >= node.log.size
        else node.own.unwitnessed_since,
    )


class _Held(NamedTuple):
    """What is held of a peer's log."""

    state: str
    size: int = 0
    root: str = ""
    bytes: int = 0
    error: dict[str, str] | None = None


def _held(node: Node, peer: Paired) -> _Held:
    if isinstance(peer, BrokenPeer):
        return _Held(BROKEN, error=peer.refusal().problem())
    link = node.peers.require(peer.origin)
    store = link.mirror.store
    try:
        held = _Held(link.mirror.state, store.size, b64(store.root()), octets(store.path))
        fault: Exception | None = node.projection.faults.get(peer.origin)
    except (StoreError, OSError) as error:
        held, fault = _Held(BROKEN), error
    if fault is None:
        return held
    return held._replace(
        state=BROKEN, error=MirrorDamagedError(f"the mirror of {peer.origin} is damaged: {fault}").problem()
    )


def octets(path: Path) -> int:
    """Return what a database takes on disk, with the files beside it, where the newest writes stand."""
    parts = (path.with_name(path.name + end) for end in PARTS)
    return sum(part.stat().st_size for part in parts if part.exists())

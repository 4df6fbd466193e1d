"""An inclusion proof as a page draws it, and as the reader's browser recomputes it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from comity.record.canonical import b64
from comity.record.checkpoint import open_checkpoint
from comity.record.cosignature import merge_signatures, verified_cosignatures
from comity.record.merkle import prove_inclusion_from

if TYPE_CHECKING:
    from comity.node.node import Node
    from comity.node.system import Record
    from comity.record.store import TreeStore


@dataclass(frozen=True, slots=True)
class Step:
    """One hash of an inclusion path and the side it stands on."""

    hash: str
    left: bool


@dataclass(frozen=True, slots=True)
class Cosigned:
    """Who cosigned the head, and when: milliseconds UTC, by the cosigner's clock."""

    name: str
    time: int


@dataclass(frozen=True, slots=True)
class ProofView:
    """An inclusion proof; `data` is the JSON that the browser recomputes."""

    index: int
    size: int
    leaf_hash: str
    root: str
    steps: list[Step]
    cosignatures: list[Cosigned]
    checkpoint: str
    data: str


def proof_view(node: Node, record: Record) -> ProofView | None:
    """Return the proof of a record under a signed head, or None while no signed head covers it."""
    if record.entry is None:
        return None
    store, note = _signed(node, record.origin, record.index)
    if note is None:
        return None
    head = open_checkpoint(note, node.charters[record.origin].vkey("log"))
    if record.index >= head.size:
        return None
    path = prove_inclusion_from(store.hash, record.index, head.size)
    cosigners = [charter.vkey(role) for charter in node.charters.values() for role in ("witness", "mirror")]
    times = verified_cosignatures(note, cosigners)
    return ProofView(
        index=record.index,
        size=head.size,
        leaf_hash=b64(record.leaf_hash),
        root=b64(head.root),
        steps=sides(record.index, head.size, path),
        cosignatures=[Cosigned(name, seconds * 1000) for name, seconds in sorted(times.items())],
        checkpoint=note.decode(),
        data=_recomputable(record.entry.leaf, record.index, head.size, path, head.root),
    )


def _signed(node: Node, origin: str, index: int) -> tuple[TreeStore, bytes | None]:
    """Return the tree and the signed head to prove under: a cosigned one that covers the entry, if any."""
    if origin == node.origin:
        store = node.log.store
        sizes = [
            size for link in node.peers for size in map(store.newest_cosigned, link.cosigners().values())
        ]
        size = max((size for size in sizes if size > index), default=None)
        note = store.signed_head(size)
        size = store.signed_size() if size is None else size
        return store, note and merge_signatures(note, store.cosignatures(size or 0))
    mirror = node.mirrors[origin]
    note = mirror.checkpoint()
    if note is None:
        return mirror.store, None
    given = [mirror.heads.last_cosigned(vkey) for vkey in node.cosigner_vkeys]
    head = open_checkpoint(note, mirror.vkey)
    return mirror.store, merge_signatures(
        note, [own.line for own in given if own.size == head.size and own.line]
    )


def sides(index: int, size: int, path: list[bytes]) -> list[Step]:
    """Return for each hash of an inclusion path the side it is joined on (RFC 9162 section 2.1.3.2)."""
    steps = []
    node, last = index, size - 1
    for sibling in path:
        left = node % 2 == 1 or node == last
        steps.append(Step(b64(sibling), left))
        while left and node % 2 == 0 and node:
            node, last = node // 2, last // 2
        node, last = node // 2, last // 2
    return steps


def _recomputable(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> str:
    return json.dumps(
        {
            "leaf": b64(leaf),
            "index": index,
            "size": size,
            "path": [b64(step) for step in path],
            "root": b64(root),
        }
    )

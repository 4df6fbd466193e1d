"""fsck of a node: the own log, every mirror, every content held, and what the views say of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.record.commitment import verify_full
from comity.record.entry import Entry
from comity.record.errors import ComityError
from comity.record.fsck import fsck

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.node.node import Node
    from comity.node.reader import Origin

    Progress = Callable[[str, int, int], None]

STEP: Final = 256
MOST_NAMED: Final = 100


def check(node: Node, progress: Progress | None = None) -> dict[str, Any]:
    """Check everything; return `ok`, the faults found, and how much was looked at."""
    faults = _trees(node)
    looked = held = 0
    for origin in node.all_origins():
        size = origin.shelf.size
        for start in range(0, size, STEP):
            stop = min(start + STEP, size)
            for index, leaf in enumerate(origin.shelf.leaves(start, stop), start):
                looked += 1
                held += _content(node, origin, index, leaf, faults)
            if progress is not None:
                progress(origin.name, stop, size)
    quarantined = node.quarantined_count()
    return {
        "ok": not faults,
        "entries": looked,
        "contents": held,
        "quarantined": quarantined,
        "faults": faults[:MOST_NAMED],
        "more": max(len(faults) - MOST_NAMED, 0),
    }


def _trees(node: Node) -> list[str]:
    faults = [f"{node.origin}: {fault}" for fault in node.log.fsck()]
    for link in node.peers:
        found = fsck(link.mirror.store.path, link.mirror.vkey, cosigners=node.cosigner_vkeys)
        faults += [f"{link.origin}: {fault}" for fault in found]
    return faults


def _content(node: Node, origin: Origin, index: int, leaf: bytes, faults: list[str]) -> bool:
    """Hold the content at an index against its entry; return whether there is any."""
    try:
        entry = Entry.parse(leaf)
    except ComityError:
        return False  # no fault of this node's: the entry is in quarantine
    if not entry.n or origin.shelf.index_of(entry.id) != index:
        return False
    try:
        opening = node.contents.get(origin.name, entry.id)
        if opening is None:
            return False
        verify_full(opening, entry)
    except ComityError as error:
        faults.append(f"{origin.name} {index}: content: {error}")
    return True

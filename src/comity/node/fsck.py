"""fsck of a node: the own log, every mirror, and every content held against its entry.

A log that is damaged may be too damaged to open; then its file alone is checked, and the damage named.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from comity.node import config as configs
from comity.record.charter import Charter
from comity.record.commitment import verify_full
from comity.record.entry import Entry
from comity.record.errors import ComityError
from comity.record.fsck import fsck
from comity.record.store_errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from comity.node.folder import Folder
    from comity.node.node import Node
    from comity.node.reader import Origin

    Progress = Callable[[str, int, int], None]

STEP: Final = 256
MOST_NAMED: Final = 100
SETTLED: Final = 900.0
"""Seconds after which a ciphertext without a key is no longer one that is just being stored."""


def check(node: Node, progress: Progress | None = None, *, repair: bool = False) -> dict[str, Any]:
    """Check everything; return `ok`, the faults found, and how much was looked at.

    `orphans` are ciphertexts that no key opens, left by a crash: no fault, and removed with `repair`.
    """
    faults = _trees(node)
    looked = held = 0
    for origin in node.all_origins():
        size = origin.shelf.size
        for start in range(0, size, STEP):
            stop = min(start + STEP, size)
            try:
                leaves = origin.shelf.leaves(start, stop)
            except StoreError as error:
                faults.append(f"{origin.name}: {error}")
                continue
            for index, leaf in enumerate(leaves, start):
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
        "orphans": _orphans(node, repair=repair),
        "faults": faults[:MOST_NAMED],
        "more": max(len(faults) - MOST_NAMED, 0),
    }


def _orphans(node: Node, *, repair: bool) -> dict[str, Any]:
    found = node.contents.orphans(time.time() - SETTLED)
    if repair:
        for name in found:
            node.contents.vault.discard(name)
    return {"files": len(found), "bytes": sum(found.values()), "removed": repair}


def check_files(folder: Folder, why: ComityError) -> dict[str, Any]:
    """Check the logs of a node that does not open; `why` says what opening it ended in."""
    faults = [f"does not open: {why}"]
    with suppress(OSError, ComityError):
        own = Charter.parse(folder.charter.read_bytes())
        faults += tree_faults(own, folder.log)
        for peer in configs.load(folder.config).peers:
            charter = Charter.parse(folder.peer_charter(peer.origin).read_bytes())
            faults += tree_faults(charter, folder.mirror(peer.origin), own)
    return {
        "ok": False,
        "entries": 0,
        "contents": 0,
        "quarantined": 0,
        "orphans": {"files": 0, "bytes": 0, "removed": False},
        "faults": faults[:MOST_NAMED],
        "more": max(len(faults) - MOST_NAMED, 0),
    }


def _trees(node: Node) -> list[str]:
    faults = tree_faults(node.charter, node.folder.log)
    for link in node.peers:
        faults += tree_faults(link.charter, node.folder.mirror(link.origin), node.charter)
    for peer in node.peers.broken():
        faults += [
            str(peer.refusal()),
            *tree_faults(peer.charter, node.folder.mirror(peer.origin), node.charter),
        ]
    return faults


def tree_faults(charter: Charter, path: Path, cosigner: Charter | None = None) -> list[str]:
    """Check the file of one log; `cosigner` is whoever cosigns it here."""
    if not path.exists():
        return [f"{charter.origin}: {path.name} is missing"]
    cosigners = () if cosigner is None else (cosigner.vkey("witness"), cosigner.vkey("mirror"))
    found = fsck(path, charter.vkey("log"), cosigners=cosigners)
    return [f"{charter.origin}: {fault}" for fault in found]


def _content(node: Node, origin: Origin, index: int, leaf: bytes, faults: list[str]) -> bool:
    """Hold the content at an index against its entry; return whether there is any."""
    try:
        entry = Entry.parse(leaf)
    except ComityError:
        return False  # no fault of this node's: the entry is in quarantine
    if not entry.n or origin.shelf.index_of(entry.id) != index:
        return False
    try:
        opening = node.contents.get(origin.name, entry.id, afresh=True)
        if opening is None:
            return False
        verify_full(opening, entry)
    except ComityError as error:
        faults.append(f"{origin.name} {index}: content: {error}")
    return True

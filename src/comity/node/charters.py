"""The charters of a log on disk, version by version, and how a peer's next one is taken.

charter                  the own charter, newest version, as it is served
charters/<N>-<index>     every version with the place of its leaf, once there are several
peers/<hash>.charter     the version of a peer's charter that people compared and pinned
peers/<hash>.charters/   the versions that followed it, taken by the rules of succession
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import structlog

from comity.node.folder import origin_hash, write_atomic
from comity.record.charter import Charter, CharterError
from comity.record.entry import Entry
from comity.record.errors import ComityError
from comity.record.fetch import FetchError
from comity.record.trust import Trust

if TYPE_CHECKING:
    from pathlib import Path

    from comity.node.folder import Folder
    from comity.node.peers import PeerLink
    from comity.record.fetch import Fetch
    from comity.record.store import TreeStore

_LOG: Any = structlog.get_logger(__name__)
_NAME: Final = re.compile(r"([1-9][0-9]{0,5})-(0|[1-9][0-9]{0,18})")
_CHARTER_ENTRY: Final = b'"outer":"charter"'
SCAN: Final = 4096
"""Leaves looked at together."""


def own_folder(folder: Folder) -> Path:
    """Return where the versions of the own charter lie."""
    return folder.root / "charters"


def peer_folder(folder: Folder, origin: str) -> Path:
    """Return where the versions of a peer's charter lie that followed the pinned one."""
    return folder.peers / f"{origin_hash(origin)}.charters"


def stored(place: Path) -> list[tuple[int, int, bytes]]:
    """Return (version, index, note) of every version kept in a folder, in order."""
    if not place.is_dir():
        return []
    found = [(match, path) for path in place.iterdir() if (match := _NAME.fullmatch(path.name))]
    return sorted((int(match[1]), int(match[2]), path.read_bytes()) for match, path in found)


def store(place: Path, charter: Charter, index: int) -> None:
    """Keep a version beside the others."""
    place.mkdir(mode=0o700, exist_ok=True)
    write_atomic(place / f"{charter.version}-{index}", charter.encode())


def load(first: Charter, place: Path, shelf: TreeStore) -> Trust:
    """Return the trust that begins with a charter and goes on with the versions kept in a folder.

    Versions whose leaves are not held are left out: a mirror that was set aside takes them again with its
    leaves (`follow`).

    Args:
        first: the version that is trusted by itself: leaf 0 names it, or people pinned it.
        place: where later versions are kept.
        shelf: the leaves of the log.

    Raises:
        CharterError: what is kept does not follow.
    """
    trust = Trust(first)
    for version, index, note in stored(place):
        if index >= shelf.size:
            break
        if version > first.version:
            trust.accept(note, shelf.leaves(index, index + 1)[0], index)
    return trust


def newest(first: Charter, place: Path) -> Charter:
    """Return the newest version kept in a folder, each verified when it was taken; the first if none is."""
    kept = stored(place)
    return Charter.parse(kept[-1][2]) if kept and kept[-1][0] > first.version else first


def load_own(folder: Folder, shelf: TreeStore) -> Trust:
    """Return the trust in the own log.

    Raises:
        CharterError: the log does not begin with version 1, or the versions do not follow.
    """
    kept = stored(own_folder(folder))
    first = Charter.parse(kept[0][2] if kept else folder.charter.read_bytes())
    first.verify_first(shelf.leaves(0, 1)[0])
    trust = load(first, own_folder(folder), shelf)
    if trust.current.document != Charter.parse(folder.charter.read_bytes()).document:
        raise CharterError(f"{folder.charter} is not the newest version in {own_folder(folder)}")
    return trust


def follow(link: PeerLink, folder: Folder, fetch: Fetch) -> int:
    """Take every next version of a peer's charter that its log names; return how many.

    A version that cannot be fetched or does not follow is left for the next exchange: its leaf, and what new
    keys signed after it, stay quarantined. Whatever is judged anew is put into the feed of the mirror.
    """
    mirror, taken = link.mirror, 0
    for index, leaf in _charter_leaves(mirror.store, link.charters_seen):
        try:
            entry = Entry.parse(leaf)
            if entry.charter is None or entry.charter.version <= link.trust.current.version:
                continue
            before = dict.fromkeys(item.key_id for item in link.trust.current.revoked)
            note = fetch(f"log/charters/{entry.charter.version}")
            charter = link.trust.accept(note, leaf, index)
        except (ComityError, FetchError) as error:
            _LOG.warning("charter not taken", origin=link.origin, index=index, error=str(error))
            return taken
        store(peer_folder(folder, link.origin), charter, index)
        cuts = [item.start for item in charter.revoked if item.key_id not in before]
        mirror.store.add_cause(min([index, *cuts]), mirror.store.size, "upgraded")
        taken += 1
    link.charters_seen = mirror.store.size
    return taken


def leaf_of(shelf: TreeStore, charter: Charter, start: int) -> tuple[int, bytes] | None:
    """Return the first leaf from `start` on that names a charter, with its place, or None."""
    for index, leaf in _charter_leaves(shelf, start):
        try:
            charter.verify_leaf(leaf)
        except ComityError:
            continue
        return index, leaf
    return None


def _charter_leaves(shelf: TreeStore, start: int) -> list[tuple[int, bytes]]:
    found: list[tuple[int, bytes]] = []
    for low in range(start, shelf.size, SCAN):
        leaves = shelf.leaves(low, min(low + SCAN, shelf.size))
        found += [(low + i, leaf) for i, leaf in enumerate(leaves) if _CHARTER_ENTRY in leaf]
    return found

"""Anchors: when the own log says which heads of its peers it has seen (docs/spec/anchor.md).

Before a batch of real entries, if a peer's mirrored log grew since the last anchor by anything but anchors,
one anchor entry names the newest signed head of every peer whose head changed. Anchors and cosignatures
alone never cause one, so two nodes never answer each other for ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from comity.record.checkpoint import open_checkpoint
from comity.record.entry import Entry, Head
from comity.record.errors import ComityError
from comity.record.store_errors import StoreError

if TYPE_CHECKING:
    from comity.node.own import OwnLog
    from comity.node.peers import PeerLink, Peers

SCAN: Final = 256


class Anchors:
    """Remembers what the own log has named, and says when to name more.

    Args:
        own: the own log.
        peers: whose heads are named.
        named: for each peer the size of its newest head that the own log names.
    """

    def __init__(self, own: OwnLog, peers: Peers, named: dict[str, int]) -> None:
        self._own = own
        self._peers = peers
        self._named = dict(named)
        self._idle: dict[str, int] = {}

    def due(self) -> bytes | None:
        """Return the anchor entry to append before real entries, or None."""
        heads: list[Head] = []
        worth = False
        for link in self._peers:
            try:
                note = link.mirror.checkpoint()
                if note is None:
                    continue
                head = open_checkpoint(note, link.mirror.vkey)
                if head.size > self._named.get(link.origin, 0):
                    worth = worth or self._has_news(link, head.size)
                    heads.append(Head(link.origin, head.size, head.root))
            except StoreError:
                continue  # a damaged mirror is shown, and never blocks the own log
        if not worth:
            return None
        self._named |= {head.origin: head.size for head in heads}
        return self._own.anchor(heads)

    def _has_news(self, link: PeerLink, size: int) -> bool:
        """Whether the entries after the last named head hold more than anchors; remembers if not."""
        start = max(self._named.get(link.origin, 0), self._idle.get(link.origin, 0))
        for low in range(start, size, SCAN):
            if any(not _is_anchor(leaf) for leaf in link.mirror.store.leaves(low, min(low + SCAN, size))):
                return True
        self._idle[link.origin] = size
        return False


def _is_anchor(leaf: bytes) -> bool:
    try:
        return Entry.parse(leaf).outer == "anchor"
    except ComityError:
        return False

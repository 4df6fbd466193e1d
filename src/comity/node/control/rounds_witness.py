"""What a peer cosigned of other logs: kept beside the mirrors, because a third party's word may matter later.

A peer serves its newest cosigned head of every log that it mirrors. It is believed where the log's own
signature and the peer's cosignature verify, and the root is that of the tree held here.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from comity.node.folder import origin_hash
from comity.node.own import cosigner_key
from comity.record.checkpoint import open_checkpoint
from comity.record.cosignature import UnknownCosignerError, verify_cosignature
from comity.record.errors import ComityError
from comity.record.fetch import NotFoundError
from comity.record.note import split_note

if TYPE_CHECKING:
    from collections.abc import Iterable

    from comity.node.node import Node
    from comity.node.peers import PeerLink
    from comity.record.fetch import Fetch


def take_witnessed(node: Node, link: PeerLink, fetch: Fetch, logs: Iterable[str]) -> int:
    """Keep the peer's cosignatures over the logs named that this node mirrors; return how many there were.

    A head that is larger than what is held here is passed over: it is asked for again at the next exchange.
    """
    kept = 0
    for origin in logs:
        other = node.peers.get(origin)
        if other is None or origin == link.origin:
            continue
        try:
            note = fetch(f"mirrors/{origin_hash(origin)}/checkpoint")
            head = open_checkpoint(note, other.mirror.vkey)
        except NotFoundError:
            continue
        store = other.mirror.store
        if head.size > store.size or store.root(head.size) != head.root:
            continue
        for vkey in link.cosigners().values():
            for line in split_note(note)[1]:
                try:
                    seconds = verify_cosignature(note, line.line, vkey, now=int(time.time()))
                except UnknownCosignerError:
                    continue
                except ComityError:
                    break
                store.add_cosignature(head.size, cosigner_key(vkey), seconds, line.line)
                kept += 1
    return kept

"""The outbox: sealed blobs beside the log, each named by its SHA-256, for the one node it was granted to.

A blob is written before the grant that names it, so a grant that exists can be fetched. It goes when the
recipient's own log says that everything in it verified (`control.received` without disputes), or that its
disputes are settled (`control.settled`); what no grant names was left by a grant that failed, and goes too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from sqlalchemy import or_, select

from comity.node.control.tables_release import GRANTS, RECEIVED, SETTLED
from comity.record.canonical import b64
from comity.record.durable import sync_folder
from comity.record.sealed import blob_digest
from comity.record.vault import write_private

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from comity.node.views import Reads

_NAME: Final = re.compile(r"[0-9a-f]{64}\Z", re.ASCII)
NO_BLOB: Final = "0" * 64


class Outbox:
    """The blobs of one node.

    Args:
        folder: Made when the first blob is kept.
        origin: The node's log.
        views: Where grants and receipts are projected.
    """

    def __init__(self, folder: Path, origin: str, views: Reads) -> None:
        self._folder = folder
        self._origin = origin
        self._views = views

    def put(self, blob: bytes) -> bytes:
        """Keep a blob durably; return its SHA-256."""
        digest = blob_digest(blob)
        self._folder.mkdir(mode=0o700, exist_ok=True)
        write_private(self._folder / digest.hex(), blob)
        return digest

    def get(self, name: str, recipients: Collection[str] | None) -> bytes | None:
        """Return a blob to those it was granted to.

        Never granted, granted to somebody else, acknowledged, and no name at all take the same steps: one
        query that finds nothing, and no file is touched.

        Args:
            name: The blob's SHA-256 in hexadecimal.
            recipients: The origins of whoever asks; None for anybody on this machine.
        """
        known = name if _NAME.match(name) else NO_BLOB
        waiting = self._waiting(b64(bytes.fromhex(known)))
        allowed = waiting if recipients is None else waiting & set(recipients)
        if not allowed:
            return None
        try:
            return (self._folder / known).read_bytes()
        except FileNotFoundError:
            return None

    def waiting_for(self, recipient: str) -> dict[str, bytes]:
        """Return every blob that a node was granted and has not acknowledged, by its name."""
        if not self._folder.is_dir():
            return {}
        names = sorted(path.name for path in self._folder.iterdir() if _NAME.match(path.name))
        found = {name: self.get(name, (recipient,)) for name in names}
        return {name: blob for name, blob in found.items() if blob is not None}

    def keeps(self, digest: bytes) -> bool:
        """Whether a blob is here."""
        return (self._folder / digest.hex()).exists()

    def drop(self, digest: bytes) -> None:
        """Remove a blob."""
        if not self.keeps(digest):
            return
        (self._folder / digest.hex()).unlink(missing_ok=True)
        sync_folder(self._folder)

    def sweep(self) -> int:
        """Remove every blob that nobody waits for; return how many. No grant may be under way."""
        if not self._folder.is_dir():
            return 0
        names = [path.name for path in self._folder.iterdir() if _NAME.match(path.name)]
        done = [name for name in names if not self._waiting(b64(bytes.fromhex(name)))]
        for name in done:
            self.drop(bytes.fromhex(name))
        return len(done)

    def _waiting(self, sealed: str) -> set[str]:
        """Return the nodes that a blob was granted to and that have not said that all of it verified."""
        settled = (
            select(SETTLED.c.index)
            .where(SETTLED.c.origin == RECEIVED.c.origin, SETTLED.c.received_index == RECEIVED.c.index)
            .correlate(RECEIVED)
            .exists()
        )
        done = (
            select(RECEIVED.c.index)
            .where(
                RECEIVED.c.origin == GRANTS.c.recipient,
                RECEIVED.c.grant_origin == GRANTS.c.origin,
                RECEIVED.c.grant_index == GRANTS.c.index,
                RECEIVED.c.sealed == GRANTS.c.sealed,
                or_(RECEIVED.c.disputes == 0, settled),
            )
            .exists()
        )
        query = select(GRANTS.c.recipient).where(
            GRANTS.c.origin == self._origin, GRANTS.c.sealed == sealed, ~done
        )
        with self._views.connect() as db:
            return set(db.execute(query).scalars())

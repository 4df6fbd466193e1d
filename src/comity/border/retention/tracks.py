"""Tracks are made from observations: when these are over their time, so are the frames of the tracks.

A frame that an event still needs is made again from the observations that the event keeps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from comity.border.live.tracks import FOLDER, NAME, store_of
from comity.border.retention.erasing import emptied

if TYPE_CHECKING:
    from comity.node.node import Node

TABLES: Final = {"frame": "second * 1000", "claim": "at", "patrol": "at"}
"""Tables that say where something was, and their time in milliseconds."""


def forget(node: Node, before: int) -> int:
    """Delete and overwrite frames, claims and places of patrols before a moment, ms UTC; return how many."""
    if not (node.folder.root / FOLDER / NAME).is_file():
        return 0
    store = store_of(node)
    store.writer.execute("PRAGMA secure_delete = ON").fetchall()
    with store.transaction() as db:
        start = db.total_changes()
        for table, time in TABLES.items():
            db.execute(f"DELETE FROM {table} WHERE {time} < ?", (before,))  # noqa: S608 - constants
        count = db.total_changes() - start
    if count:
        with store.explained():
            store.writer.execute("VACUUM")
        emptied(store)
    return count

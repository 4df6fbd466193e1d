"""What a leaf must be before a log takes it: not too large, and with an id that the log has not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.record.errors import ComityError
from comity.record.tiles import MAX_ENTRY

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from comity.record.store import TreeStore

Ids = list[bytes | None] | None


class LeafError(ComityError):
    """A leaf cannot be appended."""

    code = "leaf"
    advice = "Correct or drop the leaf that the message names; nothing of its batch was appended."


class DuplicateIdError(LeafError):
    """The id of the entry is in the log already."""

    code = "duplicate-id"
    advice = (
        "The entry may have been appended before: look it up by its id, or make a new id for a new entry."
    )


class Intake:
    """Checks leaves for one log.

    Args:
        store: The log's tree, which knows the ids.
        identify: Checks a leaf (raises to refuse it) and returns its 16-byte id, or None; without it leaves
            are opaque.
    """

    def __init__(self, store: TreeStore, identify: Callable[[bytes], bytes | None] | None) -> None:
        self._store = store
        self._identify = identify

    def check(self, leaves: Sequence[bytes], taken: set[bytes]) -> Ids:
        """Return the ids of leaves that may be appended together, or None when nothing identifies them.

        Args:
            leaves: What one caller wants to append, all or none.
            taken: Ids to be refused as well; the ids of these leaves are added when all of them pass.

        Raises:
            LeafError: a leaf is too large, or its id is known; and whatever `identify` raises.
        """
        if leaves and max(map(len, leaves)) > MAX_ENTRY:
            place = next(place for place, leaf in enumerate(leaves) if len(leaf) > MAX_ENTRY)
            size = len(leaves[place])
            raise LeafError(f"leaf {place} of {len(leaves)} has {size} bytes, at most {MAX_ENTRY} fit")
        if self._identify is None:
            return None
        ids = list(map(self._identify, leaves))
        known = [entry_id for entry_id in ids if entry_id is not None]
        fresh = set(known)
        if len(fresh) < len(known) or not taken.isdisjoint(fresh):
            raise DuplicateIdError(
                f"{self._store.origin}: {_repeated(known, taken).hex()} comes twice at once"
            )
        found = self._store.first_known(known)
        if found is not None:
            raise DuplicateIdError(
                f"{self._store.origin}: the id {found[0].hex()} is that of entry {found[1]}"
            )
        taken |= fresh
        return ids


def _repeated(ids: Sequence[bytes], taken: set[bytes]) -> bytes:
    seen = set(taken)
    for entry_id in ids:
        if entry_id in seen:
            break
        seen.add(entry_id)
    return entry_id

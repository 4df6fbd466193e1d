"""Opening files: a leaf and what is disclosed of it, in one file (docs/spec/opening.md)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from comity.record import canonical
from comity.record.entry import MAX_LEAF, MAX_SLOTS, Entry
from comity.record.errors import ComityError
from comity.record.opening import FullOpening, Opening, OpeningFormError, verify_full, verify_opening
from comity.record.slots import check_fields

VERSION: Final = 1
MAX_FILE: Final = 2 << 20  # bytes


@dataclass(frozen=True, slots=True)
class Disclosure:
    """A leaf with all of its content, or with some fields of it.

    Attributes:
        leaf: The bytes of the entry.
        full: All of it; None where only `openings` are disclosed.
        kind: `kind@version` of the openings; empty beside `full`.
        openings: Some fields, by ascending slots; empty beside `full`.
    """

    leaf: bytes
    full: FullOpening | None = None
    kind: str = ""
    openings: tuple[Opening, ...] = ()

    def verify(self) -> Entry:
        """Check everything disclosed against the leaf and return its entry; its signature is not checked.

        Raises:
            EntryError: The leaf is no entry.
            CommitmentError: Something disclosed is not what was committed.
        """
        entry = Entry.parse(self.leaf)
        if self.full is not None:
            verify_full(self.full, entry)
            return entry
        check_fields(self.openings, entry.n)
        for opening in self.openings:
            verify_opening(opening, entry, self.kind)
        return entry

    def encode(self) -> bytes:
        """Return the canonical bytes of the file."""
        value: Any = {"v": VERSION, "leaf": canonical.b64(self.leaf)}
        if self.full is not None:
            value["full"] = self.full.to_json()
        else:
            value |= {"kind": self.kind, "openings": [opening.to_json() for opening in self.openings]}
        return canonical.encode(value)

    @classmethod
    def decode(cls, data: bytes) -> Disclosure:
        """Read an opening file strictly; nothing is believed before `verify`.

        Raises:
            CanonicalError: The bytes are not canonical.
            OpeningFormError: They are no opening file.
        """
        value: Any = canonical.decode(data, limit=MAX_FILE)
        keys = set(value) if isinstance(value, dict) else set()
        if keys not in ({"v", "leaf", "full"}, {"v", "leaf", "kind", "openings"}):
            raise OpeningFormError("an opening file has v and leaf, and either full, or kind and openings")
        if value["v"] is True or value["v"] != VERSION:
            raise OpeningFormError(f"v is {value['v']!r}: this software reads version {VERSION}")
        leaf = _leaf(value["leaf"])
        if "full" in keys:
            return cls(leaf, FullOpening.from_json(value["full"]))
        listed = value["openings"]
        if (
            not isinstance(value["kind"], str)
            or not isinstance(listed, list)
            or not 0 < len(listed) <= MAX_SLOTS
        ):
            raise OpeningFormError(f"kind is not a string, or openings is not a list of 1 to {MAX_SLOTS}")
        openings = tuple(Opening.from_json(item) for item in listed)
        if any(a.slot > b.slot for a, b in pairwise(openings)):
            raise OpeningFormError("openings are not in the order of their slots")
        return cls(leaf, None, value["kind"], openings)


def _leaf(value: object) -> bytes:
    if not isinstance(value, str) or len(value) > 2 * MAX_LEAF:
        raise OpeningFormError("leaf is not the base64 of an entry")
    try:
        return canonical.unb64(value)
    except ComityError as error:
        raise OpeningFormError(f"leaf is not base64: {error}") from error

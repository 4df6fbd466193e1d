"""Trust in one log: which charter is in force where, and which keys count (docs/spec/charter.md, Succession).

A pure object: it is given each version of a party's charter with the leaf that names it, in order, and
answers questions. Its rules:

1. Version 1 is named by leaf 0, and carries the threshold of its own root keys.
2. Version N+1 is signed by the thresholds of the root keys of N and of N+1, names the digest of N, and is
   named by a leaf of the log after N's. No version is skipped, none is shown twice or again.
3. A version is in force from its leaf on. An entry is judged by the version in force where it stands,
   whenever it is read.
4. A revocation takes effect at a place in the log, which may lie before the version that states it. It is
   never taken back.
5. Expiry freezes grants. It never stops appending or reading: a post without a line must not be bricked.

    >>> trust = Trust.begin(note, leaf)
    >>> trust.accept(next_note, next_leaf, index=412)
    >>> office = trust.verify_entry(entry, index=500)
    >>> trust.may_grant(now)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from comity.record.charter import (
    Charter,
    CharterError,
    CharterMismatchError,
    CharterPreviousError,
    CharterRevocationError,
    CharterRollbackError,
    CharterSkippedError,
    CharterThresholdError,
    KeyRevokedError,
)

if TYPE_CHECKING:
    from comity.record.entry import Entry
    from comity.record.roles import NoteRole, Office

__all__ = ["Trust", "check_succession"]


class Trust:
    """The charters of one log, in the order of their leaves.

    Not for several threads at once: the versions are few, and a copy is cheap to make anew.
    """

    def __init__(self, first: Charter) -> None:
        self._versions: list[tuple[int, Charter]] = [(0, first)]
        self._revoked: dict[bytes, int] = {item.key_id: item.start for item in first.revoked}

    @classmethod
    def begin(cls, note: bytes, leaf: bytes) -> Self:
        """Trust version 1 of a charter, once people compared its fingerprint.

        Args:
            note: The signed charter.
            leaf: Leaf 0 of the log.

        Raises:
            CharterMismatchError: It is not version 1, or the leaf does not name it.
            CharterError, NoteError, CanonicalError, EntryError: As `Charter.parse` and `Entry.parse`.
        """
        charter = Charter.parse(note)
        charter.verify_first(leaf)
        return cls(charter)

    def accept(self, note: bytes, leaf: bytes, index: int) -> Charter:
        """Take the next version, named by the leaf at `index`; nothing changes when it is refused.

        Raises:
            CharterSkippedError, CharterRollbackError, CharterPreviousError: It is not the next one.
            CharterUnsignedError, CharterThresholdError: Its own root keys, or those in force, did not sign it
                in sufficient number.
            CharterRevocationError: It takes back a revocation.
            CharterMismatchError: It is of another log, the leaf does not name it, or stands too early.
            CharterError, NoteError, CanonicalError, EntryError: As `Charter.parse` and `Entry.parse`.
        """
        charter = Charter.parse(note)
        check_succession(self.current, charter)
        charter.verify_leaf(leaf)
        if index <= self._versions[-1][0]:
            raise CharterMismatchError(
                f"version {charter.version} would stand at {index}, before its predecessor"
            )
        self._versions.append((index, charter))
        for item in charter.revoked:
            self._revoked[item.key_id] = item.start
        return charter

    @property
    def origin(self) -> str:
        """The log."""
        return self.current.origin

    @property
    def current(self) -> Charter:
        """The newest version accepted."""
        return self._versions[-1][1]

    @property
    def versions(self) -> tuple[tuple[int, Charter], ...]:
        """Every version with the place of its leaf, from version 1."""
        return tuple(self._versions)

    def version(self, number: int) -> Charter:
        """Return one version.

        Raises:
            CharterError: It was not accepted.
        """
        if not 1 <= number <= len(self._versions):
            raise CharterError(f"version {number} of the charter of {self.origin} is not known here")
        return self._versions[number - 1][1]

    def at(self, index: int) -> Charter:
        """Return the version in force at a place of the log; a charter's own leaf is judged by itself."""
        return next(charter for start, charter in reversed(self._versions) if start <= index)

    def revoked_from(self, key_id: bytes) -> int | None:
        """Return the place from which a key signs nothing any more, or None."""
        return self._revoked.get(key_id)

    def verify_entry(self, entry: Entry, index: int) -> Office | None:
        """Check the author of an entry at its place; return the office, or None for a root key.

        Raises:
            CharterMismatchError: The entry was written for another log, or is a charter entry that names no
                version accepted at that place.
            UnknownOfficeError: The version in force there does not list its key.
            KeyRevokedError: The key is revoked there.
            EntrySignatureError: Its signature does not verify.
        """
        charter = self.at(index)
        if entry.outer == "charter" and (index, charter.digest) != self._named(entry):
            raise CharterMismatchError(f"leaf {index} names a version of the charter that is not in force")
        office = charter.verify_entry(entry)
        if self._cut(entry.key, index):
            raise KeyRevokedError(
                f"the key {entry.key.hex()[:16]}… is revoked from leaf {self._revoked[entry.key]} on; "
                f"this is leaf {index}"
            )
        return office

    def vkeys(self, role: NoteRole, size: int | None = None) -> tuple[str, ...]:
        """Return the verifier keys of a note role that count for a head of `size` entries, or now.

        A head of `size` is signed by the keys of the version in force at its last leaf.
        """
        if size is None:
            return tuple(line.vkey for line in self.current.role_keys(role))
        last = max(size - 1, 0)
        lines = self.at(last).role_keys(role)
        return tuple(line.vkey for line in lines if not self._cut(line.key_id, last))

    def expires(self) -> int:
        """When the version in force expires: milliseconds UTC."""
        return self.current.expires

    def may_grant(self, now: int) -> bool:
        """Say whether anything may be granted under the charter at `now` (milliseconds UTC)."""
        return now < self.current.expires

    def _cut(self, key_id: bytes, index: int) -> bool:
        start = self._revoked.get(key_id)
        return start is not None and start <= index

    def _named(self, entry: Entry) -> tuple[int, bytes] | None:
        for start, charter in self._versions:
            if entry.charter and entry.charter.version == charter.version:
                return start, entry.charter.digest
        return None


def check_succession(old: Charter, new: Charter) -> None:
    """Check that `new` is the next version after `old`; `new` is known to carry its own threshold.

    Raises:
        CharterMismatchError: It is of another log or party.
        CharterRollbackError, CharterSkippedError: Its number is not the next one.
        CharterPreviousError: It was made from another predecessor.
        CharterThresholdError: Too few root keys of `old` signed it.
        CharterRevocationError: A revocation of `old` is missing or starts later.
    """
    if (new.origin, new.party) != (old.origin, old.party):
        raise CharterMismatchError(f"this is a charter of {new.origin}, not of {old.origin}")
    if new.version <= old.version:
        raise CharterRollbackError(f"version {new.version} was shown, version {old.version} is in force")
    if new.version > old.version + 1:
        raise CharterSkippedError(f"version {new.version} was shown, version {old.version + 1} comes next")
    if new.follows != old.follows:
        raise CharterMismatchError(
            f"version {new.version} goes on from another log than version {old.version}"
        )
    if new.previous != old.digest:
        raise CharterPreviousError(f"version {new.version} was made from another version {old.version}")
    signed, needed = len(new.signatures(by=old)), old.threshold("root")
    if signed < needed:
        raise CharterThresholdError(
            f"{signed} of the {needed} root keys needed of version {old.version} signed version {new.version}"
        )
    kept = {item.key_id: item.start for item in new.revoked}
    for item in old.revoked:
        if kept.get(item.key_id, item.start + 1) > item.start:
            raise CharterRevocationError(f"the key {item.key_id.hex()[:16]}… is revoked, and must stay so")

"""Charters: the signed document that says whose keys are whose (docs/spec/charter.md).

A charter is served as a signed note (C2SP): the canonical document, a newline, and the signatures of root
keys, as many as the threshold of the role asks for. Leaf 0 of every log is a charter entry that names the
digest of version 1; a later version has a leaf of its own, and `comity.record.trust` says which version is in
force where. Whoever pairs with a node compares the fingerprint of its charter.

    >>> charter = Charter.parse(note)             # its own threshold holds
    >>> charter.vkey("log"), charter.fingerprint  # doctest: +SKIP
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from comity.record import charter_form
from comity.record.charter_errors import (
    CharterError,
    CharterMismatchError,
    CharterPreviousError,
    CharterRevocationError,
    CharterRollbackError,
    CharterSkippedError,
    CharterSuccessionError,
    CharterThresholdError,
    CharterUnsignedError,
    KeyRevokedError,
    LogKeyChangeError,
    UnknownOfficeError,
)
from comity.record.charter_form import MAX_CHARTER, VERSION
from comity.record.entry import Entry, EntrySignatureError
from comity.record.roles import (
    ALGORITHMS,
    ROLES,
    HpkeLine,
    HttpKey,
    KeyLine,
    Office,
    Revoked,
    Role,
    TlsPin,
)
from comity.record.signed_document import SignedDocument, fingerprint_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.record.entry import Head

__all__ = [
    "ALGORITHMS",
    "MAX_CHARTER",
    "ROLES",
    "VERSION",
    "Charter",
    "CharterError",
    "CharterMismatchError",
    "CharterPreviousError",
    "CharterRevocationError",
    "CharterRollbackError",
    "CharterSkippedError",
    "CharterSuccessionError",
    "CharterThresholdError",
    "CharterUnsignedError",
    "HpkeLine",
    "HttpKey",
    "KeyLine",
    "KeyRevokedError",
    "LogKeyChangeError",
    "Office",
    "Revoked",
    "Role",
    "TlsPin",
    "UnknownOfficeError",
    "fingerprint_of",
]


@dataclass(frozen=True)
class Charter(SignedDocument):
    """A party's keys and offices for one log.

    Attributes:
        party: The party's code.
        origin: The log it belongs to.
        version: From 1.
        keys: Keys of the note roles: log and root always, witness and mirror where the node cosigns.
        offices: From 1 to 32 offices that sign records.
        names: The party's short name by language.
        colour: `#rrggbb`, so that two parties never look the same.
        expires: Milliseconds UTC; from then on nothing is granted under it.
        thresholds: By role; 1 where nothing is said. Of `root` it counts keys that sign a charter, of
            `release` and `erase` people that approve.
        control: Keys of the roles enrol, release and erase.
        hpke: Keys that content is sealed to, one a month.
        tls: Keys that the node shows on its line.
        http: Keys of HTTP message signatures.
        revoked: Keys that sign nothing from a place in the log on.
        previous: Digest of the version before; absent in version 1.
        follows: The head of the log that this one goes on from after a fork (docs/spec/epoch.md).
    """

    party: str
    origin: str
    version: int
    keys: tuple[KeyLine, ...]
    offices: tuple[Office, ...]
    names: Mapping[str, str]
    colour: str
    expires: int
    thresholds: Mapping[str, int] = field(default_factory=dict)
    control: tuple[Office, ...] = ()
    hpke: tuple[HpkeLine, ...] = ()
    tls: tuple[TlsPin, ...] = ()
    http: tuple[HttpKey, ...] = ()
    revoked: tuple[Revoked, ...] = ()
    previous: bytes | None = None
    follows: Head | None = None

    def __post_init__(self) -> None:
        # One form for one document, so that charters compare equal when they say the same.
        ordered = sorted(self.keys, key=lambda line: ROLES.index(line.role))
        object.__setattr__(self, "keys", tuple(ordered))
        object.__setattr__(self, "thresholds", {r: n for r, n in self.thresholds.items() if n != 1})

    @classmethod
    def parse(cls, note: bytes) -> Self:
        """Read a signed charter strictly.

        Raises:
            NoteError: The bytes are no signed note, or a signature by a root key does not verify.
            CanonicalError: The document is not canonical.
            CharterError: It is no charter.
            CharterUnsignedError: Its root keys signed below their threshold.
        """
        charter = cls.draft(note)
        charter.check_signed()
        return charter

    @classmethod
    def draft(cls, note: bytes) -> Self:
        """Read a charter that is still being signed: as `parse`, below the threshold too."""
        charter = cls.from_note(note)
        charter.signatures()
        return charter

    @classmethod
    def read(cls, document: bytes) -> Self:
        """Read the document of a charter, its signatures aside.

        Raises:
            CanonicalError: The bytes are not canonical.
            CharterError: They are no charter.
        """
        charter = cls(**charter_form.read(document))
        charter_form.check(charter)
        return charter

    def write(self) -> bytes:
        """Return the canonical document of a charter made here."""
        return charter_form.write(self)

    def unsigned(self) -> CharterUnsignedError:
        """Return the error that says that nobody signed yet."""
        return CharterUnsignedError(f"version {self.version} of the charter of {self.origin} is unsigned")

    def threshold(self, role: Role) -> int:
        """Return the threshold of a role, 1 where nothing is said."""
        return self.thresholds.get(role, 1)

    def role_keys(self, role: Role) -> tuple[KeyLine, ...]:
        """Return the keys of a note role."""
        return tuple(line for line in self.keys if line.role == role)

    def key_ids(self) -> set[bytes]:
        """Return the id of every key listed with a role."""
        ids = {line.key_id for line in self.keys} | {pin.key_id for pin in self.tls}
        ids |= {line.key_id for line in (*self.offices, *self.control)}
        return ids | {line.key_id for line in self.hpke} | {line.key_id for line in self.http}

    def vkey(self, role: Role) -> str:
        """Return the first verifier key of a note role.

        Raises:
            CharterError: The charter has none.
        """
        for line in self.role_keys(role):
            return line.vkey
        raise CharterError(f"the charter of {self.origin} has no {role} key")

    def office(self, key_id: bytes) -> Office:
        """Return the office, or the key of enrol, release or erase, that has this SHA-256.

        Raises:
            UnknownOfficeError: There is none.
        """
        for office in (*self.offices, *self.control):
            if office.key_id == key_id:
                return office
        raise UnknownOfficeError(f"no office of {self.origin} has the key {key_id.hex()[:16]}…")

    def recipient_key(self, month: str) -> HpkeLine:
        """Return the key to seal to in a month (`2026-10`).

        Raises:
            CharterError: There is none for that month.
        """
        for line in self.hpke:
            if line.month == month:
                return line
        raise CharterError(f"the charter of {self.origin} has no key to seal to in {month}")

    def signatures(self, by: Charter | None = None) -> set[bytes]:
        """Return the ids of the root keys, its own or those of the charter `by`, that signed this one.

        Raises:
            NoteError: A line names one of these keys, and the signature is not by it.
        """
        return self.signers((by or self).role_keys("root"))

    def check_signed(self) -> None:
        """Check that root keys of this very charter signed it, as many as its threshold.

        Raises:
            CharterUnsignedError: Fewer did.
        """
        signed, needed = len(self.signatures()), self.threshold("root")
        if signed < needed:
            raise CharterUnsignedError(
                f"{signed} of the {needed} root keys needed signed version {self.version} of {self.origin}"
            )

    def author_key(self, entry: Entry) -> bytes:
        """Return the 32-byte key that must have signed `entry`: a root key for a charter, else an office's.

        Raises:
            UnknownOfficeError: The entry names no key of this charter.
        """
        if entry.outer != "charter":
            return self.office(entry.key).key
        for line in self.role_keys("root"):
            if line.key_id == entry.key:
                return line.key
        raise UnknownOfficeError(f"no root key of {self.origin} is {entry.key.hex()[:16]}…")

    def verify_entry(self, entry: Entry) -> Office | None:
        """Check an entry's log and author; return the office, or None for a root key.

        Raises:
            CharterMismatchError: The entry was written for another log.
            UnknownOfficeError: Its key is not in the charter.
            EntrySignatureError: Its signature does not verify.
        """
        if entry.origin != self.origin:
            raise CharterMismatchError(f"the entry is for {entry.origin}, the charter for {self.origin}")
        entry.verify(self.author_key(entry))
        return None if entry.outer == "charter" else self.office(entry.key)

    def verify_leaf(self, leaf: bytes) -> Entry:
        """Check that `leaf` is the charter entry that names this document, by one of its root keys.

        Raises:
            CharterMismatchError: It is not.
            EntryError: It is no entry.
        """
        entry = Entry.parse(leaf)
        if entry.charter is None or entry.origin != self.origin:
            raise CharterMismatchError(f"the leaf is no charter entry of {self.origin}")
        if entry.charter.digest != self.digest or entry.charter.version != self.version:
            raise CharterMismatchError(f"the leaf names another charter than {self.fingerprint}")
        try:
            entry.verify(self.author_key(entry))
        except (EntrySignatureError, UnknownOfficeError) as error:
            raise CharterMismatchError(f"the leaf is not signed by a root key: {error}") from error
        return entry

    def verify_first(self, leaf: bytes) -> Entry:
        """Check that `leaf`, the first of a log, names this document, version 1; return it.

        Raises:
            CharterMismatchError: It does not.
            EntryError: It is no entry.
        """
        if self.version != 1:
            raise CharterMismatchError(f"leaf 0 names version 1, and this is version {self.version}")
        return self.verify_leaf(leaf)

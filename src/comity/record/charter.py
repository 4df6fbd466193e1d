"""Charters: the document that says whose keys are whose (docs/spec/charter.md).

Leaf 0 of every log is a charter entry: signed by the root key, naming the digest of this document. The
document itself is served beside the log. Whoever pairs with a node compares the fingerprint of its charter.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from comity.record import canonical
from comity.record.charter_form import (
    ALGORITHMS,
    COLOUR,
    MAX_OFFICES,
    NAME,
    ROLES,
    CharterError,
    CharterMismatchError,
    KeyLine,
    Office,
    Role,
    UnknownOfficeError,
    read_key,
    read_list,
    read_matching,
    read_object,
    read_office,
    read_origin,
    read_texts,
)
from comity.record.entry import Entry, EntrySignatureError
from comity.record.note import Verifier

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "ALGORITHMS",
    "MAX_CHARTER",
    "MAX_OFFICES",
    "ROLES",
    "Charter",
    "CharterError",
    "CharterMismatchError",
    "KeyLine",
    "Office",
    "Role",
    "UnknownOfficeError",
]

VERSION: Final = 1
MAX_CHARTER: Final = 1 << 16  # bytes
_KEYS = {"v", "party", "origin", "version", "keys", "offices", "names", "colour"}


@dataclass(frozen=True, slots=True)
class Charter:
    """A party's keys and offices for one log.

    Attributes:
        party: The party's code.
        origin: The log it belongs to.
        version: From 1.
        keys: One key for each role: log and root always, witness and mirror where the node cosigns.
        offices: From 1 to 32 offices, names and keys all different.
        names: The party's short name by language.
        colour: `#rrggbb`, so that two parties never look the same.
        raw: The bytes of the document.
    """

    party: str
    origin: str
    version: int
    keys: tuple[KeyLine, ...]
    offices: tuple[Office, ...]
    names: Mapping[str, str]
    colour: str
    raw: bytes = field(default=b"", repr=False, compare=False)

    @classmethod
    def parse(cls, data: bytes) -> Charter:
        """Read a charter document strictly.

        Raises:
            CanonicalError: The bytes are not canonical.
            CharterError: They are no charter.
        """
        value = canonical.decode(data, limit=MAX_CHARTER)
        item = read_object(value, _KEYS, "the charter")
        if item["v"] is True or item["v"] != VERSION:
            raise CharterError(f"v is {item['v']!r}: this software reads version {VERSION}")
        if type(item["version"]) is not int or item["version"] < 1:
            raise CharterError("version is not a whole number from 1")
        charter = cls(
            party=read_matching(item["party"], NAME, "party"),
            origin=read_origin(item["origin"]),
            version=item["version"],
            keys=tuple(read_key(line) for line in read_list(item["keys"], "keys", len(ROLES))),
            offices=tuple(
                read_office(office) for office in read_list(item["offices"], "offices", MAX_OFFICES)
            ),
            names=read_texts(item["names"], "names"),
            colour=read_matching(item["colour"], COLOUR, "colour"),
            raw=bytes(data),
        )
        _check(charter)
        return charter

    def encode(self) -> bytes:
        """Return the document's bytes: those received, or the canonical form of a charter made here.

        Raises:
            CharterError: The charter made here breaks a rule.
        """
        if self.raw:
            return self.raw
        document = canonical.encode(
            {
                "v": VERSION,
                "party": self.party,
                "origin": self.origin,
                "version": self.version,
                "keys": [{"role": k.role, "name": k.name, "vkey": k.vkey} for k in self.keys],
                "offices": [
                    {"name": o.name, "key": canonical.b64(o.key), "title": dict(o.title)}
                    for o in self.offices
                ],
                "names": dict(self.names),
                "colour": self.colour,
            }
        )
        Charter.parse(document)
        return document

    @property
    def digest(self) -> bytes:
        """SHA-256 of the document: what leaf 0 names."""
        return hashlib.sha256(self.encode()).digest()

    @property
    def fingerprint(self) -> str:
        """The digest's first 160 bits for people to compare: eight groups of four base32 characters."""
        text = base64.b32encode(self.digest[:20]).decode().lower()
        return " ".join(text[i : i + 4] for i in range(0, len(text), 4))

    def vkey(self, role: Role) -> str:
        """Return the verifier key of a role.

        Raises:
            CharterError: The charter has none.
        """
        for line in self.keys:
            if line.role == role:
                return line.vkey
        raise CharterError(f"the charter of {self.origin} has no {role} key")

    def office(self, key_id: bytes) -> Office:
        """Return the office whose key has this SHA-256.

        Raises:
            UnknownOfficeError: There is none.
        """
        for office in self.offices:
            if office.key_id == key_id:
                return office
        raise UnknownOfficeError(f"no office of {self.origin} has the key {key_id.hex()[:16]}…")

    def author_key(self, entry: Entry) -> bytes:
        """Return the 32-byte key that must have signed `entry`: the root's for a charter, else an office's.

        Raises:
            UnknownOfficeError: The entry names no key of this charter.
        """
        if entry.outer == "charter":
            return Verifier.parse(self.vkey("root")).key
        return self.office(entry.key).key

    def verify_entry(self, entry: Entry) -> Office | None:
        """Check an entry's log and author; return the office, or None for the root key.

        Raises:
            CharterMismatchError: The entry was written for another log.
            UnknownOfficeError: Its key is not in the charter.
            EntrySignatureError: Its signature does not verify.
        """
        if entry.origin != self.origin:
            raise CharterMismatchError(f"the entry is for {entry.origin}, the charter for {self.origin}")
        entry.verify(self.author_key(entry))
        return None if entry.outer == "charter" else self.office(entry.key)

    def verify_first(self, leaf: bytes) -> Entry:
        """Check that `leaf`, the first of a log, is the charter entry that names this document; return it.

        Raises:
            CharterMismatchError: It is not.
            EntryError: It is no entry.
        """
        entry = Entry.parse(leaf)
        if entry.charter is None or entry.origin != self.origin:
            raise CharterMismatchError(f"leaf 0 is no charter entry of {self.origin}")
        if entry.charter.digest != self.digest or entry.charter.version != self.version:
            raise CharterMismatchError(f"leaf 0 names another charter than {self.fingerprint}")
        try:
            entry.verify(self.author_key(entry))
        except EntrySignatureError as error:
            raise CharterMismatchError(f"leaf 0 is not signed by the root key: {error}") from error
        return entry


def _check(charter: Charter) -> None:
    if charter.origin.partition("/")[0] != charter.party:
        raise CharterError(f"origin {charter.origin} is not of party {charter.party}")
    roles = [line.role for line in charter.keys]
    if len(set(roles)) != len(roles) or not {"log", "root"} <= set(roles):
        raise CharterError("keys must have one log key and one root key, and no role twice")
    log = next(line for line in charter.keys if line.role == "log")
    if log.name != charter.origin:
        raise CharterError(f"the log key is named {log.name}, not {charter.origin}")
    # DESIGN section 6: log, witness, mirror and author keys all differ, and so do their names.
    keys = [Verifier.parse(line.vkey).key for line in charter.keys] + [o.key for o in charter.offices]
    names = [line.name for line in charter.keys] + [office.name for office in charter.offices]
    if len(set(keys)) != len(keys):
        raise CharterError("two roles or offices share a key")
    if len(set(names)) != len(names):
        raise CharterError("two roles or offices share a name")

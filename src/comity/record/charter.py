"""Charters: the document that says whose keys are whose (docs/spec/charter.md).

Leaf 0 of every log is a charter entry: signed by the root key, naming the digest of this document. The
document itself is served beside the log. Whoever pairs with a node compares the fingerprint of its charter.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from comity.record import canonical, signature
from comity.record.entry import Entry, EntrySignatureError, check_origin
from comity.record.errors import ComityError
from comity.record.note import Verifier

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION: Final = 1
MAX_CHARTER: Final = 1 << 16  # bytes
MAX_OFFICES: Final = 32
Role = Literal["log", "witness", "mirror", "root"]
ROLES: Final[tuple[Role, ...]] = ("log", "witness", "mirror", "root")
ALGORITHMS: Final[Mapping[Role, int]] = {"log": 0x01, "witness": 0x04, "mirror": 0x04, "root": 0x01}

_KEYS = {"v", "party", "origin", "version", "keys", "offices", "names", "colour"}
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_MAX_TEXT = 256  # characters


class CharterError(ComityError):
    """A charter document is refused."""

    code = "charter"
    advice = "Ask the party for its charter document again; docs/spec/charter.md gives its form."


class CharterMismatchError(CharterError):
    """The charter entry of a log does not name this document."""

    code = "charter-mismatch"
    advice = "Do not pair: compare the fingerprint with the party by another way than this line."


class UnknownOfficeError(CharterError):
    """A key is not one of the charter's."""

    code = "charter-office"
    advice = "The entry stays quarantined until a charter of that party lists the key that signed it."


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A key with a role: the C2SP name and verifier key (`vkey`) of the log, witness, mirror or root."""

    role: Role
    name: str
    vkey: str


@dataclass(frozen=True, slots=True)
class Office:
    """An office that signs entries: its name, 32-byte Ed25519 public key and titles by language."""

    name: str
    key: bytes
    title: Mapping[str, str]

    @property
    def key_id(self) -> bytes:
        """SHA-256 of the public key, as entries name it."""
        return hashlib.sha256(self.key).digest()


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
        item = _object(value, _KEYS, "the charter")
        if item["v"] is True or item["v"] != VERSION:
            raise CharterError(f"v is {item['v']!r}: this software reads version {VERSION}")
        if type(item["version"]) is not int or item["version"] < 1:
            raise CharterError("version is not a whole number from 1")
        charter = cls(
            party=_matching(item["party"], _NAME, "party"),
            origin=_origin(item["origin"]),
            version=item["version"],
            keys=tuple(_key(line) for line in _list(item["keys"], "keys", len(ROLES))),
            offices=tuple(_office(office) for office in _list(item["offices"], "offices", MAX_OFFICES)),
            names=_texts(item["names"], "names"),
            colour=_matching(item["colour"], _COLOUR, "colour"),
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


def _key(value: Any) -> KeyLine:
    item = _object(value, {"role", "name", "vkey"}, "an item of keys")
    if item["role"] not in ROLES:
        raise CharterError(f"role {item['role']!r} is not one of {', '.join(ROLES)}")
    role = cast("Role", item["role"])
    if not isinstance(item["vkey"], str) or not isinstance(item["name"], str):
        raise CharterError(f"name or vkey of the {role} key is not a string")
    try:
        verifier = Verifier.parse(item["vkey"])
        signature.check_public_key(verifier.key)
    except ComityError as error:
        raise CharterError(f"the {role} key is refused: {error}") from error
    if verifier.name != item["name"] or verifier.algorithm != ALGORITHMS[role]:
        raise CharterError(f"the {role} key has another name or type than its role")
    return KeyLine(role, item["name"], item["vkey"])


def _office(value: Any) -> Office:
    item = _object(value, {"name", "key", "title"}, "an item of offices")
    name = _matching(item["name"], _NAME, "an office's name")
    try:
        key = canonical.unb64(item["key"] if isinstance(item["key"], str) else "", 32)
        signature.check_public_key(key)
    except ComityError as error:
        raise CharterError(f"the key of office {name} is refused: {error}") from error
    return Office(name, key, _texts(item["title"], f"title of {name}"))


def _texts(value: Any, name: str) -> dict[str, str]:
    if not isinstance(value, dict) or "en" not in value:
        raise CharterError(f"{name} is not a map of languages with English")
    for language, text in value.items():
        if not _LANGUAGE.fullmatch(language) or not isinstance(text, str) or not 0 < len(text) <= _MAX_TEXT:
            raise CharterError(f"{name} has no text of up to {_MAX_TEXT} characters for {language!r}")
    return value


def _object(value: Any, keys: set[str], name: str) -> dict[str, Any]:
    if not isinstance(value, dict) or value.keys() != keys:
        raise CharterError(f"{name} is not an object of exactly {', '.join(sorted(keys))}")
    return value


def _list(value: Any, name: str, most: int) -> list[Any]:
    if not isinstance(value, list) or not 0 < len(value) <= most:
        raise CharterError(f"{name} is not a list of 1 to {most}")
    return value


def _matching(value: Any, pattern: re.Pattern[str], name: str) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise CharterError(f"{name} is {value!r}: not of the form that docs/spec/charter.md gives")
    return value


def _origin(value: Any) -> str:
    try:
        return check_origin(value)
    except ComityError as error:
        raise CharterError(str(error)) from error

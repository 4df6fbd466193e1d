"""The roles of a charter: what each kind of key may do, and the form of its lines (docs/spec/charter.md).

root                     signs charters and compacts, and the charter entries of the log
log                      signs the heads of the log
witness, mirror          cosign peers' heads
office                   signs records and anchors
enrol, release, erase    sign enrolments of people, grants, erasures
hpke                     receives what is sealed to the party, a key for each month
tls                      identifies the node's line: SHA-256 of the key it shows
http                     signs requests and replies (RFC 9421)
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from comity.record.note import COSIGNATURE, ED25519, Verifier
from comity.record.recipient_key import key_id as recipient_key_id

if TYPE_CHECKING:
    from collections.abc import Mapping

NoteRole = Literal["root", "log", "witness", "mirror"]
OfficeRole = Literal["office", "enrol", "release", "erase"]
Role = Literal[NoteRole, OfficeRole, "hpke", "tls", "http"]

NOTE_ROLES: Final[tuple[NoteRole, ...]] = ("root", "log", "witness", "mirror")
OFFICE_ROLES: Final[tuple[OfficeRole, ...]] = ("office", "enrol", "release", "erase")
ROLES: Final[tuple[Role, ...]] = (*NOTE_ROLES, *OFFICE_ROLES, "hpke", "tls", "http")
REQUIRED: Final[tuple[Role, ...]] = ("root", "log", "office")

ALGORITHMS: Final[Mapping[str, int]] = {
    "root": ED25519,
    "log": ED25519,
    "witness": COSIGNATURE,
    "mirror": COSIGNATURE,
}
MOST_KEYS: Final[Mapping[str, int]] = {
    "root": 16,
    "log": 4,
    "witness": 4,
    "mirror": 4,
    "office": 32,
    "enrol": 4,
    "release": 8,
    "erase": 8,
    "hpke": 24,
    "tls": 4,
    "http": 4,
}
PEOPLE_ROLES: Final = frozenset({"release", "erase"})
"""Roles whose threshold counts people that approve, not keys: one key signs what they approved."""
MOST_PEOPLE: Final = 16


_SPKI_ED25519: Final = bytes.fromhex("302a300506032b6570032100")  # RFC 8410 section 4: what precedes the key


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A key of a note role: its C2SP name and verifier key (`vkey`)."""

    role: NoteRole
    name: str
    vkey: str

    @property
    def key(self) -> bytes:
        """The 32-byte Ed25519 public key."""
        return Verifier.parse(self.vkey).key

    @property
    def key_id(self) -> bytes:
        """SHA-256 of the public key, as entries and revocations name it."""
        return hashlib.sha256(self.key).digest()


@dataclass(frozen=True, slots=True)
class Office:
    """An office that signs entries: its name, 32-byte Ed25519 public key, titles by language, and role."""

    name: str
    key: bytes
    title: Mapping[str, str]
    role: OfficeRole = "office"

    @property
    def key_id(self) -> bytes:
        """SHA-256 of the public key, as entries name it."""
        return hashlib.sha256(self.key).digest()


@dataclass(frozen=True, slots=True)
class HpkeLine:
    """A recipient's public key (1216 bytes) and the month it serves."""

    month: str
    key: bytes

    @property
    def key_id(self) -> bytes:
        """SHA-256 of the public key, as requests and grants name it."""
        return recipient_key_id(self.key)


@dataclass(frozen=True, slots=True)
class TlsPin:
    """The key a node shows on its line: SHA-256 of its SubjectPublicKeyInfo in DER (RFC 7469 section 2.4)."""

    spki: bytes

    @property
    def key_id(self) -> bytes:
        """The pin itself, as revocations name it."""
        return self.spki


@dataclass(frozen=True, slots=True)
class HttpKey:
    """A key of HTTP message signatures, algorithm ed25519 (RFC 9421 section 3.3.6); `name` is its keyid."""

    name: str
    key: bytes

    @property
    def key_id(self) -> bytes:
        """SHA-256 of the public key."""
        return hashlib.sha256(self.key).digest()


@dataclass(frozen=True, slots=True)
class Revoked:
    """A key that signs nothing in the own log from the leaf at `start` on; `key_id` has 32 bytes."""

    key_id: bytes
    start: int


def spki_pin(key: bytes) -> bytes:
    """Return the TLS pin of a 32-byte Ed25519 public key: SHA-256 of its SubjectPublicKeyInfo."""
    return hashlib.sha256(_SPKI_ED25519 + key).digest()

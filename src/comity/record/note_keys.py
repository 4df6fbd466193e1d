"""Keys for signed notes: verifier keys and signer keys as lines of text (C2SP signed-note).

A key signs under a name, and belongs to one signature type: 0x01, Ed25519 over the text of a note, or
0x04, the timestamped cosignature of a checkpoint. `comity.record.note` exports what stands here.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Self

from comity.record import signature
from comity.record.canonical import Base64Error, b64, unb64
from comity.record.note_errors import NoteKeyError

ED25519 = 0x01
"""Signature type: Ed25519 over the note text."""
COSIGNATURE = 0x04
"""Signature type: timestamped Ed25519 cosignature of a checkpoint (C2SP tlog-cosignature)."""
KEY_ID_SIZE = 4
TIME_SIZE = 8
DASH = "— "

_PRIVATE = "PRIVATE+KEY+"
_HEX_ID = re.compile(r"[0-9a-f]{8}\Z")
_NOT_IN_NAME = re.compile(r"[\s+\x00-\x1f\ud800-\udfff]")


@dataclass(frozen=True)
class Signature:
    """One signature line: `key_id` is 4 octets, `blob` what follows it in the base64."""

    name: str
    key_id: bytes
    blob: bytes

    @property
    def line(self) -> bytes:
        """The line as it stands in a note, with its newline."""
        return signature_line(self.name, self.key_id, self.blob)


@dataclass(frozen=True)
class Verifier:
    """A public key with the name it signs under: `key` has 32 octets, `algorithm` is the signature type."""

    name: str
    key: bytes
    algorithm: int = ED25519

    def __post_init__(self) -> None:
        _check_name(self.name)
        _check_algorithm(self.algorithm)
        signature.check_public_key(self.key)

    @classmethod
    def parse(cls, vkey: str) -> Verifier:
        """Return the verifier that a `name+id+base64(type || key)` line stands for.

        Raises:
            NoteKeyError: the line is malformed or its id is not that of the key.
            KeyRefusedError: the key is of small order or not in canonical form.
        """
        name, key_id, algorithm, key = _parse_key(vkey)
        verifier = cls(name, key, algorithm)
        if verifier.key_id != key_id:
            raise NoteKeyError(f"the id in the verifier key of {name} is not the id of its key")
        return verifier

    @cached_property
    def key_id(self) -> bytes:
        """The 4 octets that name this key in signature lines, beside its name."""
        content = self.name.encode() + b"\n" + bytes([self.algorithm]) + self.key
        return sha256(content).digest()[:KEY_ID_SIZE]

    @property
    def vkey(self) -> str:
        """The verifier key as one line of text."""
        return f"{self.name}+{self.key_id.hex()}+{b64(bytes([self.algorithm]) + self.key)}"

    def verify(self, text: bytes, blob: bytes) -> bool:
        """Say whether `blob`, as it follows the key id in a signature line, is of this key and this text."""
        if self.algorithm == COSIGNATURE:
            stamp, sig = blob[:TIME_SIZE], blob[TIME_SIZE:]
            seconds = int.from_bytes(stamp, "big")
            return seconds < 1 << 63 and signature.verify(self.key, cosigned_message(text, seconds), sig)
        return signature.verify(self.key, text, blob)


@dataclass(frozen=True)
class Signer:
    """A private key (`seed`, 32 octets) with the name it signs under."""

    name: str
    seed: bytes = field(repr=False)
    algorithm: int = ED25519

    def __post_init__(self) -> None:
        _check_name(self.name)
        _check_algorithm(self.algorithm)
        signature.public_key(self.seed)

    @classmethod
    def generate(cls, name: str) -> Self:
        """Return a signer with a fresh random key."""
        return cls(name, secrets.token_bytes(signature.SEED_SIZE))

    @classmethod
    def parse(cls, skey: str) -> Self:
        """Return the signer that a `PRIVATE+KEY+name+id+base64(type || seed)` line stands for.

        Raises:
            NoteKeyError: the line is malformed or its id is not that of the key.
        """
        if not skey.startswith(_PRIVATE):
            raise NoteKeyError(f"a signer key begins with {_PRIVATE}")
        name, key_id, algorithm, seed = _parse_key(skey.removeprefix(_PRIVATE))
        signer = cls(name, seed, algorithm)
        if signer.verifier.key_id != key_id:
            raise NoteKeyError(f"the id in the signer key of {name} is not the id of its key")
        return signer

    @cached_property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, signature.public_key(self.seed), self.algorithm)

    @property
    def vkey(self) -> str:
        """The verifier key as one line of text."""
        return self.verifier.vkey

    @property
    def skey(self) -> str:
        """The private key as one line of text: keep it secret."""
        encoded = b64(bytes([self.algorithm]) + self.seed)
        return f"{_PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{encoded}"

    def sign(self, text: bytes) -> Signature:
        """Return the signature of a note text by a key of type 0x01."""
        if self.algorithm != ED25519:
            raise NoteKeyError(f"the key of {self.name} only makes cosignatures, which need a time")
        return Signature(self.name, self.verifier.key_id, signature.sign(self.seed, text))


def signature_line(name: str, key_id: bytes, blob: bytes) -> bytes:
    """Return the signature line, with its newline."""
    return f"{DASH}{name} {b64(key_id + blob)}\n".encode()


def cosigned_message(text: bytes, seconds: int) -> bytes:
    """Return what a cosignature of the checkpoint `text` at a POSIX time signs (C2SP tlog-cosignature)."""
    return b"cosignature/v1\ntime %d\n" % seconds + text


def is_name(name: str) -> bool:
    """Say whether a key may have this name: not empty, no white space, no plus."""
    return bool(name) and not _NOT_IN_NAME.search(name)


def _check_name(name: str) -> None:
    if not is_name(name):
        raise NoteKeyError(f"{name!a} is no key name: no space, no plus, not empty")


def _check_algorithm(algorithm: int) -> None:
    if algorithm not in (ED25519, COSIGNATURE):
        raise NoteKeyError(f"signature type {algorithm:#04x} is not used here")


def _parse_key(text: str) -> tuple[str, bytes, int, bytes]:
    """Return name, id, signature type and key octets of `name+id+base64`."""
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    if not _HEX_ID.match(key_id):
        raise NoteKeyError("a key is: name, plus, 8 hexadecimal digits, plus, base64")
    try:
        content = unb64(encoded)
    except Base64Error as error:
        raise NoteKeyError(f"the key of {name!a} is malformed: {error}") from None
    _check_algorithm(content[0] if content else 0)
    if len(content) != 1 + signature.KEY_SIZE:
        raise NoteKeyError(f"the key of {name!a} has {len(content) - 1} octets, not {signature.KEY_SIZE}")
    return name, bytes.fromhex(key_id), content[0], content[1:]

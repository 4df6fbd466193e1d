r"""Signed notes: text, a blank line, signature lines (C2SP signed-note).

    >>> signer = Signer("vn.example/hq", bytes(32))
    >>> note = sign_note("agreed\n", [signer])
    >>> verify_note(note, [signer.vkey]).text
    'agreed\n'

Two signature types are used: 0x01, Ed25519 over the text, and 0x04, the timestamped cosignature of a
witness (`comity.record.cosignature` makes it). docs/spec/checkpoint.md states the bytes.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from comity.record import signature
from comity.record.canonical import Base64Error, b64, unb64
from comity.record.note_errors import (
    InvalidSignatureError,
    MalformedNoteError,
    NoteError,
    NoteKeyError,
    NoteTooLargeError,
    UnsignedNoteError,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "COSIGNATURE",
    "ED25519",
    "MAX_NOTE",
    "MAX_SIGNATURES",
    "InvalidSignatureError",
    "MalformedNoteError",
    "Note",
    "NoteError",
    "NoteKeyError",
    "NoteTooLargeError",
    "Signature",
    "Signer",
    "UnsignedNoteError",
    "Verifier",
    "cosigned_message",
    "parse_signature_line",
    "sign_note",
    "signature_line",
    "split_note",
    "verify_note",
]

ED25519 = 0x01
"""Signature type: Ed25519 over the note text."""
COSIGNATURE = 0x04
"""Signature type: timestamped Ed25519 cosignature of a checkpoint (C2SP tlog-cosignature)."""
MAX_NOTE = 1 << 17
"""The most octets a note may have; 16 signatures of post-quantum size fit."""
MAX_SIGNATURES = 100
"""The most signature lines a note may have; the specification asks for at least 16."""

_DASH = "— "
_KEY_ID_SIZE = 4
_TIME_SIZE = 8
_HEX_ID = re.compile(r"[0-9a-f]{8}\Z")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
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
class Note:
    """A note whose known signatures were verified; `unverified` are those of unknown keys."""

    text: str
    signatures: list[Signature]
    unverified: list[Signature]


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

    @property
    def key_id(self) -> bytes:
        """The 4 octets that name this key in signature lines, beside its name."""
        content = self.name.encode() + b"\n" + bytes([self.algorithm]) + self.key
        return sha256(content).digest()[:_KEY_ID_SIZE]

    @property
    def vkey(self) -> str:
        """The verifier key as one line of text."""
        return f"{self.name}+{self.key_id.hex()}+{b64(bytes([self.algorithm]) + self.key)}"

    def verify(self, text: bytes, blob: bytes) -> bool:
        """Say whether `blob`, as it follows the key id in a signature line, is of this key and this text."""
        if self.algorithm == COSIGNATURE:
            stamp, sig = blob[:_TIME_SIZE], blob[_TIME_SIZE:]
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
    def generate(cls, name: str, algorithm: int = ED25519) -> Signer:
        """Return a signer with a fresh random key."""
        return cls(name, secrets.token_bytes(signature.SEED_SIZE), algorithm)

    @classmethod
    def parse(cls, skey: str) -> Signer:
        """Return the signer that a `PRIVATE+KEY+name+id+base64(type || seed)` line stands for.

        Raises:
            NoteKeyError: the line is malformed or its id is not that of the key.
        """
        if not skey.startswith("PRIVATE+KEY+"):
            raise NoteKeyError("a signer key begins with PRIVATE+KEY+")
        name, key_id, algorithm, seed = _parse_key(skey.removeprefix("PRIVATE+KEY+"))
        signer = cls(name, seed, algorithm)
        if signer.verifier.key_id != key_id:
            raise NoteKeyError(f"the id in the signer key of {name} is not the id of its key")
        return signer

    @property
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
        return f"PRIVATE+KEY+{self.name}+{self.verifier.key_id.hex()}+{encoded}"

    def sign(self, text: bytes) -> Signature:
        """Return the signature of a note text by a key of type 0x01."""
        if self.algorithm != ED25519:
            raise NoteKeyError(f"the key of {self.name} only makes cosignatures, which need a time")
        return Signature(self.name, self.verifier.key_id, signature.sign(self.seed, text))


def sign_note(text: str | bytes, signers: Iterable[Signer | str]) -> bytes:
    """Return the note of `text` with one signature line for each signer (or signer key), in this order.

    Raises:
        MalformedNoteError: the text does not end in a newline, or holds control characters.
    """
    content = text.encode() if isinstance(text, str) else bytes(text)
    _decoded(content)
    if not content.endswith(b"\n"):
        raise MalformedNoteError("the text of a note ends in a newline")
    keys = [Signer.parse(signer) if isinstance(signer, str) else signer for signer in signers]
    if not keys:
        raise MalformedNoteError("a note has at least one signature")
    return content + b"\n" + b"".join(key.sign(content).line for key in keys)


def verify_note(note: bytes, vkeys: Iterable[str | Verifier]) -> Note:
    """Verify the signatures of the known keys, and return the note.

    Args:
        note: the octets received, at most `MAX_NOTE`.
        vkeys: the known keys, as verifier keys or parsed.

    Raises:
        InvalidSignatureError: a line names a known key and does not verify; the whole note is refused.
        UnsignedNoteError: no known key signed.
        NoteError: malformed, or too large.
    """
    known: dict[tuple[str, bytes], Verifier] = {}
    for vkey in vkeys:
        verifier = Verifier.parse(vkey) if isinstance(vkey, str) else vkey
        if known.setdefault((verifier.name, verifier.key_id), verifier) != verifier:
            raise NoteKeyError(f"two keys share the name {verifier.name} and one id")
    text, lines = split_note(note)
    verified, unverified = [], []
    for sig in dict.fromkeys(lines):
        key = known.get((sig.name, sig.key_id))
        if key is None:
            unverified.append(sig)
        elif key.verify(text, sig.blob):
            verified.append(sig)
        else:
            raise InvalidSignatureError(f"the signature of {sig.name}+{sig.key_id.hex()} does not verify")
    if not verified:
        raise UnsignedNoteError("no known key signed the note")
    return Note(text.decode(), verified, unverified)


def split_note(note: bytes) -> tuple[bytes, list[Signature]]:
    """Return the text and the signature lines of a note, nothing verified.

    Raises:
        MalformedNoteError: the bytes are not of the form of a note.
        NoteTooLargeError: more than `MAX_NOTE` octets or `MAX_SIGNATURES` lines.
    """
    if len(note) > MAX_NOTE:
        raise NoteTooLargeError(f"a note of {len(note)} octets where {MAX_NOTE} are allowed")
    _decoded(note)
    text, blank, block = note.rpartition(b"\n\n")
    if not blank or not block.endswith(b"\n"):
        raise MalformedNoteError("a note is text, a blank line, and signature lines")
    lines = block[:-1].split(b"\n")
    if len(lines) > MAX_SIGNATURES:
        raise NoteTooLargeError(f"{len(lines)} signatures where {MAX_SIGNATURES} are allowed")
    return text + b"\n", [parse_signature_line(line) for line in lines]


def parse_signature_line(line: bytes) -> Signature:
    """Return the signature that a line (without its newline) stands for, nothing verified."""
    text = _decoded(line)
    name, _, encoded = text.removeprefix(_DASH).partition(" ")
    if not text.startswith(_DASH) or not _is_name(name):
        raise MalformedNoteError("a signature line is: em dash, space, key name, space, base64")
    try:
        blob = unb64(encoded)
    except Base64Error as error:
        raise MalformedNoteError(f"the signature line of {name} is malformed: {error}") from None
    if len(blob) <= _KEY_ID_SIZE:
        raise MalformedNoteError(f"the signature line of {name} holds no signature")
    return Signature(name, blob[:_KEY_ID_SIZE], blob[_KEY_ID_SIZE:])


def signature_line(name: str, key_id: bytes, blob: bytes) -> bytes:
    """Return the signature line, with its newline."""
    return f"{_DASH}{name} {b64(key_id + blob)}\n".encode()


def cosigned_message(text: bytes, seconds: int) -> bytes:
    """Return what a cosignature of the checkpoint `text` at a POSIX time signs (C2SP tlog-cosignature)."""
    return b"cosignature/v1\ntime %d\n" % seconds + text


def _decoded(data: bytes) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise MalformedNoteError("a note is UTF-8") from None
    if _CONTROL.search(text):
        raise MalformedNoteError("a note holds no control character but the newline")
    return text


def _is_name(name: str) -> bool:
    return bool(name) and not _NOT_IN_NAME.search(name)


def _check_name(name: str) -> None:
    if not _is_name(name):
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
        content = unb64(encoded, 1 + signature.KEY_SIZE)
    except Base64Error as error:
        raise NoteKeyError(f"the key of {name!a} is malformed: {error}") from None
    return name, bytes.fromhex(key_id), content[0], content[1:]

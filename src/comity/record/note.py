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
from dataclasses import dataclass
from typing import TYPE_CHECKING

from comity.record.canonical import Base64Error, unb64
from comity.record.note_errors import (
    InvalidSignatureError,
    MalformedNoteError,
    NoteError,
    NoteKeyError,
    NoteTooLargeError,
    UnsignedNoteError,
)
from comity.record.note_keys import (
    COSIGNATURE,
    DASH,
    ED25519,
    KEY_ID_SIZE,
    Signature,
    Signer,
    Verifier,
    cosigned_message,
    is_name,
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
    "split_note",
    "verify_note",
]

MAX_NOTE = 1 << 17
"""The most octets a note may have; 16 signatures of post-quantum size fit."""
MAX_SIGNATURES = 100
"""The most signature lines a note may have; the specification asks for at least 16."""

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True)
class Note:
    """A note whose known signatures were verified; `unverified` are those of unknown keys."""

    text: str
    signatures: list[Signature]
    unverified: list[Signature]


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
    name, _, encoded = text.removeprefix(DASH).partition(" ")
    if not text.startswith(DASH) or not is_name(name):
        raise MalformedNoteError("a signature line is: em dash, space, key name, space, base64")
    try:
        blob = unb64(encoded)
    except Base64Error as error:
        raise MalformedNoteError(f"the signature line of {name} is malformed: {error}") from None
    if len(blob) <= KEY_ID_SIZE:
        raise MalformedNoteError(f"the signature line of {name} holds no signature")
    return Signature(name, blob[:KEY_ID_SIZE], blob[KEY_ID_SIZE:])


def _decoded(data: bytes) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise MalformedNoteError("a note is UTF-8") from None
    if _CONTROL.search(text):
        raise MalformedNoteError("a note holds no control character but the newline")
    return text

"""Checkpoints: the signed head of a log's tree (C2SP tlog-checkpoint)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from comity.record.canonical import Base64Error, b64, unb64
from comity.record.errors import ComityError
from comity.record.merkle import EMPTY_ROOT, HASH_SIZE, MAX_SIZE
from comity.record.note import ED25519, MAX_NOTE, Signer, Verifier, sign_note, verify_note

_SIZE = re.compile(r"(?:0|[1-9][0-9]{0,18})\Z", re.ASCII)
_NOT_IN_LINE = re.compile(r"[\x00-\x1f\ud800-\udfff]")
_FIXED_LINES = 3


class CheckpointError(ComityError):
    """A checkpoint that is malformed, or is not of the log that was meant."""

    code = "checkpoint"
    advice = "Fetch the checkpoint again, and check the log's name and verifier key."


@dataclass(frozen=True)
class Checkpoint:
    """A tree head: the log's `origin`, the number of leaves, the root (32 octets), extension lines."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for line in (self.origin, *self.extensions):
            if not line or _NOT_IN_LINE.search(line):
                raise CheckpointError("the origin and the extensions are lines of text, none empty")
        if not 0 <= self.size <= MAX_SIZE:
            raise CheckpointError(f"{self.size} is no size of a tree")
        if len(self.root) != HASH_SIZE:
            raise CheckpointError(f"a root has {HASH_SIZE} octets, not {len(self.root)}")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise CheckpointError("the root of no leaves is the hash of nothing")

    @property
    def text(self) -> str:
        """The note text: origin, size in decimal, root in base64, extensions; each line ended."""
        return "\n".join((self.origin, str(self.size), b64(self.root), *self.extensions, ""))

    @classmethod
    def parse(cls, text: str | bytes) -> Checkpoint:
        """Return the checkpoint that a note text states.

        Raises:
            CheckpointError: the text is not of the form of a checkpoint.
        """
        if len(text) > MAX_NOTE:
            raise CheckpointError(f"a checkpoint of {len(text)} octets where {MAX_NOTE} are allowed")
        lines = _decoded(text).split("\n")
        if len(lines) <= _FIXED_LINES or lines.pop():
            raise CheckpointError("a checkpoint is at least three lines, each ended by a newline")
        origin, size, root, *extensions = lines
        if not _SIZE.match(size):
            raise CheckpointError("the second line of a checkpoint is the size in decimal")
        try:
            return cls(origin, int(size), unb64(root, HASH_SIZE), tuple(extensions))
        except Base64Error as error:
            raise CheckpointError(f"the third line of a checkpoint is the root: {error}") from None


def sign(checkpoint: Checkpoint, signer: Signer | str) -> bytes:
    """Return the signed note of a checkpoint.

    Raises:
        CheckpointError: the signer's name is not the checkpoint's origin.
    """
    key = Signer.parse(signer) if isinstance(signer, str) else signer
    if key.name != checkpoint.origin:
        raise CheckpointError(f"{key.name} does not sign for the log {checkpoint.origin}")
    return sign_note(checkpoint.text, [key])


def open_checkpoint(note: bytes, vkey: str | Verifier) -> Checkpoint:
    """Return the checkpoint that the log with this key signed; other signatures are ignored.

    Raises:
        NoteError: the note is malformed or not signed by the key.
        CheckpointError: the text is no checkpoint, or its origin is not the name of the key.
    """
    verifier = Verifier.parse(vkey) if isinstance(vkey, str) else vkey
    if verifier.algorithm != ED25519:
        raise CheckpointError(f"the key of {verifier.name} is a cosigner's: it signs no checkpoint of a log")
    checkpoint = Checkpoint.parse(verify_note(note, [verifier]).text)
    if checkpoint.origin != verifier.name:
        raise CheckpointError(f"a checkpoint of {checkpoint.origin!a} signed by the key of {verifier.name}")
    return checkpoint


def _decoded(text: str | bytes) -> str:
    if isinstance(text, str):
        return text
    try:
        return text.decode()
    except UnicodeDecodeError:
        raise CheckpointError("a checkpoint is UTF-8") from None

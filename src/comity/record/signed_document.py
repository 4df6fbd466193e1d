"""What charters and compacts share: a canonical document that keys sign as a C2SP signed note.

The note is the document, a newline, a blank line and signature lines (docs/spec/checkpoint.md). The digest is
SHA-256 of the document alone, so that it stays the same while signatures are gathered.
"""

from __future__ import annotations

import base64
import hashlib
from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final, Self

from comity.record.note import Signer, UnsignedNoteError, sign_note, split_note, verify_note

if TYPE_CHECKING:
    from collections.abc import Iterable

    from comity.record.errors import ComityError
    from comity.record.roles import KeyLine

FINGERPRINT: Final = 20
"""Bytes of a digest that people compare: 160 bits."""


@dataclass(frozen=True, kw_only=True)
class SignedDocument(ABC):
    """A document with the signatures it has so far.

    Attributes:
        note: The signed note, as received or as signed here; empty while nobody signed.
    """

    note: bytes = field(default=b"", repr=False, compare=False)

    @classmethod
    @abstractmethod
    def read(cls, document: bytes) -> Self:
        """Read the document, its signatures aside; raises an error of its own where it is refused."""

    @abstractmethod
    def write(self) -> bytes:
        """Return the canonical document of what was made here."""

    @abstractmethod
    def unsigned(self) -> ComityError:
        """Return the error that says that nobody signed yet."""

    @classmethod
    def from_note(cls, note: bytes) -> Self:
        """Read a document with signatures, which are not looked at.

        Raises:
            NoteError: The bytes are no signed note.
            ComityError: As `read`.
        """
        return replace(cls.read(split_note(note)[0][:-1]), note=bytes(note))

    def sign(self, signers: Iterable[Signer]) -> Self:
        """Return the document with the signatures of these keys added to those it has.

        Raises:
            ComityError: As `read`: a rule of the document is broken.
        """
        document = self.document
        self.read(document)
        added = split_note(sign_note(document + b"\n", signers))[1]
        had = split_note(self.note)[1] if self.note else []
        lines = dict.fromkeys(sig.line for sig in (*had, *added))
        return replace(self, note=document + b"\n\n" + b"".join(lines))

    def encode(self) -> bytes:
        """Return the signed note, as it is served.

        Raises:
            ComityError: Nobody signed yet.
        """
        if not self.note:
            raise self.unsigned()
        return self.note

    @cached_property
    def document(self) -> bytes:
        """The canonical bytes that are signed: those received, or those of a document made here."""
        return split_note(self.note)[0][:-1] if self.note else self.write()

    @property
    def digest(self) -> bytes:
        """SHA-256 of the document."""
        return hashlib.sha256(self.document).digest()

    @property
    def fingerprint(self) -> str:
        """The digest's first 160 bits for people to compare: eight groups of four base32 characters."""
        return fingerprint_of(self.digest)

    def signers(self, keys: Iterable[KeyLine]) -> set[bytes]:
        """Return the ids of those of these keys that signed; other lines are ignored.

        Raises:
            NoteError: A line names one of these keys, and the signature is not by it.
        """
        lines = list(keys)
        if not self.note:
            return set()
        try:
            note = verify_note(self.note, [line.vkey for line in lines])
        except UnsignedNoteError:
            return set()
        made = {(sig.name, sig.key_id) for sig in note.signatures}
        return {line.key_id for line in lines if _identity(line) in made}


def fingerprint_of(digest: bytes) -> str:
    """Return the first 160 bits of a digest for people to compare (docs/spec/charter.md)."""
    text = base64.b32encode(digest[:FINGERPRINT]).decode().lower()
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


def _identity(line: KeyLine) -> tuple[str, bytes]:
    return line.name, bytes.fromhex(line.vkey.split("+")[1])

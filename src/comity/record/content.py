# ruff: noqa: A002 - `id` is the word of the specification
"""The content of records, encrypted beside the log (DESIGN section 6, docs/spec/content.md).

Each record's content is AES-256-GCM under a key drawn from its record key; the record key is wrapped in the
keyring. To erase is to destroy the wrapped key: the ciphertext that may linger anywhere says nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from comity.record import canonical
from comity.record.errors import ComityError
from comity.record.keyring import NONCE, Kept, Keyring, Retention
from comity.record.opening import MAX_OPENING, FullOpening, fields_from_json, fields_to_json
from comity.record.recent import Recent
from comity.record.slots import KEY_SIZE, expand, lp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from comity.record.vault import Vault

CHUNK: Final = 1 << 20  # bytes of an attachment in one vault file
READ_LAST: Final = 2048
"""Contents kept in memory: a round is read record by record, again and again."""
MOST_KEPT: Final = 1 << 14  # bytes of a ciphertext of which the content is
_CONTENT = b"comity/content/v1\n"
_BLOB = b"comity/blob/v1\n"
_DIGEST = 32
PARTIAL: Final = b"/partial"
"""Behind a record's id in the keyring: the key of single fields disclosed of it (`comity.record.partial`)."""


class ContentStoreError(ComityError):
    """Stored content does not open as what was stored."""

    code = "content-store"
    advice = (
        "Restore vault/ and keyring.sqlite from the same backup; the log and its proofs are not affected."
    )


@dataclass(frozen=True, slots=True)
class Blob:
    """An attachment stored: the SHA-256 of its plain bytes (which names it), and its length in bytes."""

    digest: bytes
    length: int


def seal_content(full: FullOpening) -> bytes:
    r"""Return nonce and ciphertext of a record's kind and fields.

    The key is HKDF-Expand(record_key, "comity/content/v1\\n"); log and id are bound as additional data.
    """
    content: Any = {"kind": full.kind, "fields": fields_to_json(full.fields)}
    plain = canonical.encode(content)
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(expand(full.record_key, _CONTENT)).encrypt(
        nonce, plain, _content_bound(full.origin, full.id)
    )


def unseal_content(data: bytes, origin: str, id: bytes, record_key: bytes) -> FullOpening:
    """Return the full opening from what `seal_content` wrote.

    Raises:
        ContentStoreError: Another key, another place, or damaged bytes.
    """
    try:
        plain = AESGCM(expand(record_key, _CONTENT)).decrypt(
            data[:NONCE], data[NONCE:], _content_bound(origin, id)
        )
    except (InvalidTag, ValueError) as error:
        raise ContentStoreError(f"the content of {id.hex()} in {origin} does not open") from error
    value: Any = canonical.decode(plain, limit=MAX_OPENING)
    return FullOpening(origin, id, value["kind"], record_key, fields_from_json(value["fields"]))


class ContentStore:
    """Contents and attachments of the records a node may read.

    Args:
        vault: Where ciphertext goes.
        keyring: Where wrapped keys go.
    """

    def __init__(self, vault: Vault, keyring: Keyring) -> None:
        self.vault = vault
        self.keyring = keyring
        self._read_last: Recent[tuple[str, bytes], tuple[Kept, FullOpening]] = Recent(READ_LAST)

    def put(self, origin: str, full: FullOpening, *, retention: Retention | None = None) -> None:
        """Store the content of one record; see `put_all`."""
        self.put_all(origin, [full], retention=retention)

    def put_all(
        self, origin: str, fulls: Sequence[FullOpening], *, retention: Retention | None = None
    ) -> None:
        """Store contents durably: the ciphertexts first, then all keys in one transaction.

        Args:
            origin: The log that all of them belong to.
            fulls: Verified full openings.
            retention: Overrides the class and month in each header.

        Raises:
            ContentStoreError: A full opening belongs to another log.
            KeyringError: A header's retention is malformed.
        """
        for full in fulls:
            if full.origin != origin:
                raise ContentStoreError(f"content of {full.origin} cannot be stored as content of {origin}")
        ends = [retention or _retention(full) for full in fulls]
        parts = [bytes.fromhex(name) for name in self.vault.put_all([seal_content(full) for full in fulls])]
        self._drop(
            self.keyring.keep(
                Kept(origin, full.id, end, full.record_key, part)
                for full, end, part in zip(fulls, ends, parts, strict=True)
            )
        )

    def get(self, origin: str, id: bytes, *, afresh: bool = False) -> FullOpening | None:
        """Return the content of a record; None if it was erased or never stored, which look the same.

        What was read last is kept in memory, and counts while the keyring holds the key of it: nobody changes
        what is in it.

        Args:
            origin: The log.
            id: Of the record.
            afresh: Read what is stored, whatever was read before.

        Raises:
            ContentStoreError: The stored bytes are damaged (`VaultError`, `KeyringError` likewise).
        """
        kept = self.keyring.find(origin, id)
        if afresh:  # what turns out to be damaged is not given out of memory either
            self._read_last.drop((origin, id))
        known = self._read_last.get((origin, id))
        if kept is None:
            return None
        if known is not None and known[0] == kept:
            return known[1]
        data = self.vault.get(kept.parts.hex())
        if data is None:
            return None
        full = unseal_content(data, origin, id, kept.key)
        if len(data) <= MOST_KEPT:
            self._read_last.put((origin, id), (kept, full))
        return full

    def erase(self, origin: str, id: bytes) -> None:
        """Destroy the keys of a record's content and of fields disclosed of it, then the ciphertexts."""
        self._read_last.drop((origin, id))
        self._drop(self.keyring.destroy(origin, id) + self.keyring.destroy(origin, id + PARTIAL))

    def erase_month(self, retention: Retention) -> None:
        """Destroy the month key of a retention class, then whatever it alone could open."""
        self._read_last.clear()
        self._drop(self.keyring.destroy_month(retention))

    def put_blob(self, origin: str, data: bytes | BinaryIO, retention: Retention) -> Blob:
        """Store an attachment in encrypted chunks of 1 MiB, each bound to its place; return what names it."""
        key, digest, length = secrets.token_bytes(KEY_SIZE), hashlib.sha256(), 0
        parts = bytearray()
        cipher = AESGCM(key)
        for index, chunk, last in _numbered(_chunks(data)):
            digest.update(chunk)
            length += len(chunk)
            sealed = cipher.encrypt(
                index.to_bytes(NONCE, "big"), chunk, _blob_bound(origin, index, last=last)
            )
            parts += bytes.fromhex(self.vault.put(sealed))
        blob = Blob(digest.digest(), length)
        known = self.keyring.find(origin, blob.digest)
        if known is not None:  # the same bytes again: keep what is there, drop what was just written
            self._drop(bytes(parts))
            return blob
        self.keyring.keep([Kept(origin, blob.digest, retention, key, bytes(parts))])
        return blob

    def read_blob(self, origin: str, digest: bytes) -> Iterator[bytes] | None:
        """Return the chunks of an attachment, each verified; None if it was erased or never stored."""
        kept = self.keyring.find(origin, digest)
        return None if kept is None else self._read(kept)

    def get_blob(self, origin: str, digest: bytes) -> bytes | None:
        """Return an attachment whole; None if it was erased or never stored.

        Raises:
            ContentStoreError: A chunk is missing, moved or damaged.
        """
        chunks = self.read_blob(origin, digest)
        return None if chunks is None else b"".join(chunks)

    def erase_blob(self, origin: str, digest: bytes) -> None:
        """Destroy the key of an attachment, then its chunks."""
        self.erase(origin, digest)

    def orphans(self, before: float) -> dict[str, int]:
        """Return the vault files that no key here opens, with their sizes in bytes.

        They are ciphertext whose key was never stored, because a crash came between, or was destroyed: nobody
        reads them any more.

        Args:
            before: POSIX time in seconds; younger files may belong to what is just being stored.
        """
        named = {part.hex() for part in self.keyring.parts()}
        return {
            name: status.st_size
            for name, status in self.vault.files()
            if name not in named and status.st_mtime < before
        }

    def _drop(self, parts: bytes) -> None:
        for name in _names(parts):
            self.vault.delete(name)

    def _read(self, kept: Kept) -> Iterator[bytes]:
        cipher, digest, names = AESGCM(kept.key), hashlib.sha256(), _names(kept.parts)
        for index, name in enumerate(names):
            sealed = self.vault.get(name)
            bound = _blob_bound(kept.origin, index, last=index == len(names) - 1)
            try:
                chunk = cipher.decrypt(index.to_bytes(NONCE, "big"), sealed or b"", bound)
            except (InvalidTag, ValueError) as error:
                raise ContentStoreError(
                    f"chunk {index} of attachment {kept.id.hex()} does not open"
                ) from error
            digest.update(chunk)
            yield chunk
        if digest.digest() != kept.id:
            raise ContentStoreError(f"attachment {kept.id.hex()} is not what was stored")


def _retention(full: FullOpening) -> Retention:
    value = next((field.value for field in full.fields if field.path == "header.retention"), None)
    if not isinstance(value, str):
        raise ContentStoreError(f"record {full.id.hex()} has no retention in its header")
    return Retention.parse(value)


def _names(parts: bytes) -> list[str]:
    return [parts[i : i + _DIGEST].hex() for i in range(0, len(parts), _DIGEST)]


def _chunks(data: bytes | BinaryIO) -> Iterator[bytes]:
    if isinstance(data, bytes | bytearray | memoryview):
        yield from (bytes(data[i : i + CHUNK]) for i in range(0, len(data), CHUNK))
        return
    while chunk := data.read(CHUNK):
        yield chunk


def _numbered(chunks: Iterable[bytes]) -> Iterator[tuple[int, bytes, bool]]:
    """Number the chunks and mark the last; an empty attachment is one empty chunk."""
    index, ahead = 0, None
    for chunk in chunks:
        if ahead is not None:
            yield index, ahead, False
            index += 1
        ahead = chunk
    yield index, ahead or b"", True


def _content_bound(origin: str, record_id: bytes) -> bytes:
    return _CONTENT + lp(origin.encode()) + record_id


def _blob_bound(origin: str, index: int, *, last: bool) -> bytes:
    return _BLOB + lp(origin.encode()) + index.to_bytes(4, "big") + bytes([last])

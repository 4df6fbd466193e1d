r"""Sealed blobs: what a grant delivers, encrypted to one recipient (docs/spec/release.md; RFC 9180).

    blob  = HPKE base mode seal to the recipient's key of the month: enc || ciphertext
    suite = MLKEM768-X25519, HKDF-SHA256, AES-256-GCM
    info  = "comity/sealed/v1\n" || lp(origin) || grant id || lp(party) || lp(recipient origin) || key id

The base mode authenticates no sender: the grant does, an entry of the sender's log that names the SHA-256 of
the blob. A blob sealed under one grant does not open under another, nor for another recipient or log.

What is sealed is a frame: the items, each behind its length, then zeros up to a padded size, so that the size
of a blob tells little of what is in it: its order of magnitude, and that something was granted.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from comity.record import canonical
from comity.record.errors import ComityError
from comity.record.recipient_key import read_public
from comity.record.slots import lp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.record.protocol_kinds import Recipient
    from comity.record.recipient_key import RecipientKey

CONTEXT: Final = b"comity/sealed/v1\n"
SUITE: Final = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
ENC_SIZE: Final = 1120
"""Bytes of the encapsulated key: ML-KEM-768 ciphertext (1088) and X25519 share (32)."""
TAG_SIZE: Final = 16
LEAST_FRAME: Final = 4096
"""Bytes that every frame has at least: a word and a page look alike."""
MAX_FRAME: Final = 64 << 20
MAX_BLOB: Final = MAX_FRAME + ENC_SIZE + TAG_SIZE
MAX_ITEMS: Final = 4096
_U32: Final = 4
_DIGEST: Final = 32


class SealedError(ComityError):
    """A sealed blob cannot be made or read."""

    code = "sealed"
    advice = "Fetch the blob again; if it stays like this, show its digest to the party that granted it."


class SealedOpenError(SealedError):
    """A blob does not open with this key under this grant."""

    code = "sealed-open"
    advice = (
        "It was sealed to another key, for another grant or recipient, or it is damaged: ask for a new grant."
    )


class SealedFrameError(SealedError):
    """What a blob holds is no frame."""

    code = "sealed-frame"
    advice = "The sender's software frames blobs in another way: docs/spec/release.md says how it is done."


def sealed_info(origin: str, grant_id: bytes, recipient: Recipient) -> bytes:
    """Return what a blob is bound to: the log of the grant, the grant's 16-byte id, and the recipient."""
    return (
        CONTEXT
        + lp(origin.encode())
        + grant_id
        + lp(recipient.party.encode())
        + lp(recipient.origin.encode())
        + canonical.unb64(recipient.hpke_key, _DIGEST)
    )


def seal_blob(items: Sequence[bytes], public_key: bytes, info: bytes) -> bytes:
    """Seal items to a recipient's public key (1216 bytes).

    Raises:
        SealedError: Too many items, or too long together.
        RecipientKeyError: The key is refused.
    """
    return SUITE.encrypt(frame(items), read_public(public_key), info)


def open_blob(blob: bytes, key: RecipientKey, info: bytes) -> list[bytes]:
    """Return the items of a blob.

    Raises:
        SealedOpenError: It does not open with this key and `info`.
        SealedFrameError: What opened is no frame.
    """
    if not ENC_SIZE + TAG_SIZE < len(blob) <= MAX_BLOB:
        raise SealedOpenError(f"a blob of {len(blob)} bytes: impossible")
    try:
        data = SUITE.decrypt(blob, key.private_key(), info)
    except (InvalidTag, ValueError) as error:
        raise SealedOpenError("the blob does not open with this key under this grant") from error
    return unframe(data)


def blob_digest(blob: bytes) -> bytes:
    """Return what names a blob: SHA-256 of its bytes."""
    return hashlib.sha256(blob).digest()


def padded_size(size: int) -> int:
    """Return the size to which a frame of `size` bytes is padded: at least 4096, then Padmé.

    Padmé (Nikitin et al., *Reducing Metadata Leakage from Encrypted Files and Communication with PURBs*,
    PoPETs 2019, section 4.2) keeps of a length as many leading bits as its exponent has bits: it leaks
    O(log log size) bits and adds at most 12 %.
    """
    if size <= LEAST_FRAME:
        return LEAST_FRAME
    exponent = size.bit_length() - 1  # E = floor(log2 L)
    zeros = exponent - exponent.bit_length()  # last bits of the length that become zero: E - S
    mask = (1 << zeros) - 1
    return (size + mask) & ~mask


def frame(items: Sequence[bytes]) -> bytes:
    """Return u32(number of items), each item behind its u32 length, and zeros up to the padded size.

    Raises:
        SealedError: There are none, too many, or they are too long together.
    """
    if not 0 < len(items) <= MAX_ITEMS:
        raise SealedError(f"{len(items)} items: a blob holds 1 to {MAX_ITEMS}")
    data = len(items).to_bytes(_U32, "big") + b"".join(map(lp, items))
    size = padded_size(len(data))
    if size > MAX_FRAME:
        raise SealedError(f"{len(data)} bytes: a blob holds at most {MAX_FRAME}; grant in several parts")
    return data.ljust(size, b"\0")


def unframe(data: bytes) -> list[bytes]:
    """Return the items of a frame; there is one way to frame them, and another is refused.

    Raises:
        SealedFrameError: Counts, lengths or padding are not those of a frame.
    """
    count, at = int.from_bytes(data[:_U32], "big"), _U32
    if len(data) < LEAST_FRAME or not 0 < count <= MAX_ITEMS:
        raise SealedFrameError(f"a frame of {len(data)} bytes that says it has {count} items")
    items = []
    for number in range(count):
        length = int.from_bytes(data[at : at + _U32], "big")
        at += _U32
        if at + length > len(data):
            raise SealedFrameError(f"item {number} of {count} is cut")
        items.append(data[at : at + length])
        at += length
    if len(data) != padded_size(at) or data.count(0, at) != len(data) - at:
        raise SealedFrameError("the padding is not zeros up to the padded size")
    return items

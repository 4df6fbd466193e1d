"""Fixed values for the vectors, each from a word."""

from __future__ import annotations

import hashlib
from typing import Any

from comity.record.canonical import b64


def bytes_of(word: str, size: int = 32) -> bytes:
    """Return bytes that depend on the word only."""
    return hashlib.sha256(b"comity vectors " + word.encode()).digest()[:size]


def sign_body(body: bytes, seed: bytes) -> bytes:
    """Sign any body as an entry, well-formed or not."""
    from comity.record import signature  # noqa: PLC0415 - a generator that names what it needs

    return body + b"\n" + b64(signature.sign(seed, b"comity/entry/v1\n" + body)).encode()


def refused(name: str, code: str, **inputs: Any) -> dict[str, Any]:
    """Return a case that must be refused with this error code."""
    return {"name": name, **inputs, "refuse": code}


def recipient_public(word: str) -> bytes:
    """Return a recipient's public key that depends on the word only."""
    from comity.record.recipient_key import RecipientKey  # noqa: PLC0415 - a generator that names what it needs

    return RecipientKey("2026-10", b"".join(bytes_of(f"{word} {part}") for part in range(3))).public

"""What names a session and its questions, and what a round on a stage asks."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from comity.record.canonical import b64, encode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.record.kinds import Kind


def fields_of(model: Kind) -> dict[str, Any]:
    """Return the fields of a record as they are recorded."""
    return model.model_dump(mode="json", by_alias=True, exclude_none=True)


def digest_of(fields: Mapping[str, Any]) -> str:
    """Return SHA-256 over the RFC 8785 JSON of fields, base64."""
    return b64(hashlib.sha256(encode(dict(fields))).digest())


def asked_by(fields: Mapping[str, Any], stage: str) -> bytes:
    """Return the question of the round on a stage: the session, which names its questions by digest."""
    return encode({"session": dict(fields), "stage": stage})


def asked_digest(fields: Mapping[str, Any], stage: str) -> str:
    """Return SHA-256 of the question of the round on a stage, base64, as the round names it."""
    return b64(hashlib.sha256(asked_by(fields, stage)).digest())


def round_name(slug: str, stage: str) -> str:
    """Return what the round on a stage is called."""
    return f"{slug}-{stage}"

"""Cosignatures: a witness's timestamped statement about a checkpoint (C2SP tlog-cosignature, Ed25519).

A cosignature says: at this time, this checkpoint was the largest consistent head of the log that the
cosigner had seen. The signed message does not name the cosigner, so a key cosigns under one name only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from comity.record import signature
from comity.record.checkpoint import Checkpoint
from comity.record.errors import ComityError
from comity.record.note import (
    COSIGNATURE,
    Signature,
    Signer,
    Verifier,
    cosigned_message,
    parse_signature_line,
    split_note,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

SKEW = 300
"""Seconds a cosigner's clock may be ahead before its cosignature counts as future-dated."""

_TIME_SIZE = 8


class CosignatureError(ComityError):
    """A cosignature that does not count."""

    code = "cosignature"
    advice = "Ask the witness to cosign the checkpoint again."


class UnknownCosignerError(CosignatureError):
    """A signature line by another key than the cosigner's."""

    code = "cosignature-unknown-key"
    advice = "Check the cosigner's verifier key; lines of other keys are ignored."


class FutureCosignatureError(CosignatureError):
    """A cosignature dated later than the clocks can explain."""

    code = "cosignature-future"
    advice = "Compare the clocks of the two nodes; one of them is wrong."


@dataclass(frozen=True)
class Cosigner(Signer):
    """A private key that cosigns checkpoints: a `Signer` of type 0x04."""

    algorithm: int = COSIGNATURE

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_type(self.name, self.algorithm)

    def cosign(self, checkpoint_note: bytes, now_seconds: int) -> bytes:
        """Return the signature line (with newline) for a checkpoint at a POSIX time in seconds.

        The caller has verified the checkpoint and its consistency with every earlier one.

        Args:
            checkpoint_note: the signed checkpoint, or its text alone.
            now_seconds: the time, from 0 to 2^63 - 1.

        Raises:
            CheckpointError: the text is no checkpoint.
            CosignatureError: the time is out of range.
        """
        if not 0 <= now_seconds < 1 << 63:
            raise CosignatureError(f"{now_seconds} is no time in seconds")
        text = _checkpoint_text(checkpoint_note)
        sig = signature.sign(self.seed, cosigned_message(text, now_seconds))
        blob = now_seconds.to_bytes(_TIME_SIZE, "big") + sig
        return Signature(self.name, self.verifier.key_id, blob).line


def verify_cosignature(
    note_or_text: bytes | str,
    line: bytes,
    vkey: str | Verifier,
    *,
    now: int | None = None,
    skew: int = SKEW,
) -> int:
    """Verify one cosignature line, and return its time (POSIX seconds).

    Args:
        note_or_text: the signed checkpoint, or its text alone.
        line: the signature line, with or without its newline.
        vkey: the cosigner's verifier key, of type 0x04.
        now: the present time; None accepts any time.
        skew: seconds that the cosigner's clock may be ahead.

    Raises:
        UnknownCosignerError: the line is by another key.
        FutureCosignatureError: the time is later than `now + skew`.
        CosignatureError: the line does not verify.
        NoteError, CheckpointError: the line or the checkpoint is malformed.
    """
    verifier = _cosigner(vkey)
    found = parse_signature_line(line.removesuffix(b"\n"))
    if (found.name, found.key_id) != (verifier.name, verifier.key_id):
        raise UnknownCosignerError(f"the line is by {found.name}, not by the key of {verifier.name}")
    return _verify(_checkpoint_text(note_or_text), found, verifier, now, skew)


def verified_cosignatures(
    note: bytes, vkeys: Iterable[str | Verifier], *, now: int | None = None, skew: int = SKEW
) -> dict[str, int]:
    """Return the newest time at which each known cosigner cosigned; lines of unknown keys are ignored.

    Raises:
        CosignatureError: a line of a known cosigner does not verify, or is future-dated.
    """
    known = {(key.name, key.key_id): key for key in map(_cosigner, vkeys)}
    text, lines = split_note(note)
    Checkpoint.parse(text)
    times: dict[str, int] = {}
    for found in lines:
        verifier = known.get((found.name, found.key_id))
        if verifier is not None:
            seconds = _verify(text, found, verifier, now, skew)
            times[found.name] = max(seconds, times.get(found.name, 0))
    return times


def merge_signatures(note: bytes, lines: Iterable[bytes]) -> bytes:
    """Return the note with more signature lines; lines it already has are not doubled.

    Nothing is verified here: what the lines state is for the reader of the note to verify.

    Raises:
        NoteError: the note or a line is malformed, or the note becomes too large.
    """
    text, signatures = split_note(note)
    more = (parse_signature_line(line.removesuffix(b"\n")) for line in lines)
    merged = text + b"\n" + b"".join(sig.line for sig in dict.fromkeys((*signatures, *more)))
    split_note(merged)
    return merged


def _verify(text: bytes, found: Signature, verifier: Verifier, now: int | None, skew: int) -> int:
    if not verifier.verify(text, found.blob):
        raise CosignatureError(f"the cosignature of {found.name} does not verify")
    seconds = int.from_bytes(found.blob[:_TIME_SIZE], "big")
    if now is not None and seconds > now + skew:
        raise FutureCosignatureError(f"the cosignature of {found.name} is {seconds - now} s in the future")
    return seconds


def _cosigner(vkey: str | Verifier) -> Verifier:
    verifier = Verifier.parse(vkey) if isinstance(vkey, str) else vkey
    _check_type(verifier.name, verifier.algorithm)
    return verifier


def _check_type(name: str, algorithm: int) -> None:
    if algorithm != COSIGNATURE:
        raise CosignatureError(f"the key of {name} is no cosigner's key (type 0x04)")


def _checkpoint_text(note_or_text: bytes | str) -> bytes:
    """Return the text of a signed or unsigned checkpoint; only a note has a blank line."""
    data = note_or_text.encode() if isinstance(note_or_text, str) else note_or_text
    text = split_note(data)[0] if b"\n\n" in data else data
    Checkpoint.parse(text)
    return text

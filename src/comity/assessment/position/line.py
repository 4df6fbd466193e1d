"""Where a joint line stands: written by whom, alike or not, approved, in force, over, withdrawn."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Literal

from comity.record.canonical import b64, encode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BOTH: Final = 2
"""Parties that a line needs at least."""

Status = Literal["one-sided", "differs", "awaiting-approval", "not-yet", "in-force", "expired", "withdrawn"]


@dataclass(frozen=True)
class Written:
    """One party's record of a line: its fields, and whether people approved its release to the others."""

    party: str
    origin: str
    index: int
    fields: Mapping[str, Any]
    approved: bool


@dataclass(frozen=True)
class Standing:
    """One version of a line.

    Attributes:
        number: Its version.
        status: Where it stands on the day asked about.
        written: Each party's record.
        withdrawn: Party and first day, of those who do not stand by it any more.
        digests: Digest of the fields by party: equal where they wrote the same.
    """

    number: int
    status: Status
    written: tuple[Written, ...]
    withdrawn: Mapping[str, str]
    digests: Mapping[str, str]


def digest(fields: Mapping[str, Any]) -> str:
    """Return the digest of a line's fields."""
    return b64(hashlib.sha256(encode(dict(fields))).digest())


def standing(
    number: int,
    written: Sequence[Written],
    withdrawn: Mapping[str, str],
    parties: Sequence[str],
    on: date,
) -> Standing:
    """Say where a version of a line stands.

    Args:
        number: The version.
        written: The newest record of each party that wrote it.
        withdrawn: By party, the first day (ISO 8601) from which it does not stand by the line.
        parties: Who has to sign.
        on: The day asked about.
    """
    digests = {one.party: digest(one.fields) for one in written}
    return Standing(
        number, _status(written, withdrawn, digests, parties, on), tuple(written), withdrawn, digests
    )


def _status(
    written: Sequence[Written],
    withdrawn: Mapping[str, str],
    digests: Mapping[str, str],
    parties: Sequence[str],
    on: date,
) -> Status:
    if any(day <= on.isoformat() for day in withdrawn.values()):
        return "withdrawn"
    if len(parties) < BOTH or set(digests) != set(parties):
        return "one-sided"
    if len(set(digests.values())) > 1:
        return "differs"
    if not all(one.approved for one in written):
        return "awaiting-approval"
    fields = written[0].fields
    if on < date.fromisoformat(fields["valid_from"]):
        return "not-yet"
    return "expired" if on > date.fromisoformat(fields["valid_to"]) else "in-force"

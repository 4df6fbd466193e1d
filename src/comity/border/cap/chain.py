"""Alert, Update, Cancel: which message stands, and what of a chain is not here.

A message is named by sender, identifier and sent together. Only its own sender updates or cancels it here;
what another says of it stays visible and changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from comity.border.cap.meaning import moment

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from comity.border.cap.model import Message, Reference

METHOD: Final = "cap-chain@1"
State = Literal["stands", "updated", "cancelled", "expired", "not a warning"]


@dataclass(frozen=True, slots=True)
class Standing:
    """A message: its state, what replaced it, references that are not here, and why a word does not count."""

    message: Message
    state: State
    by: Reference | None = None
    missing: tuple[Reference, ...] = ()
    refused: str = ""


def standings(messages: Iterable[Message], now: datetime) -> list[Standing]:
    """Return every message with its state at a moment, in the order of sending.

    The same message twice is one; the order in which messages come does not matter.
    """
    known: dict[Reference, Message] = {}
    for one in messages:
        known.setdefault(one.reference, one)
    ordered = sorted(known.values(), key=lambda one: (one.sent_at, one.sender, one.identifier))
    replaced: dict[Reference, tuple[State, Reference]] = {}
    refused: dict[Reference, str] = {}
    for one in ordered:
        if one.message_type not in {"Update", "Cancel"}:
            continue
        state: State = "cancelled" if one.message_type == "Cancel" else "updated"
        for earlier in one.references:
            reason = _refusal(one, earlier, known)
            if reason:
                refused[one.reference] = reason
            elif earlier not in replaced or replaced[earlier][0] == "updated":
                replaced[earlier] = (state, one.reference)
    return [_standing(one, known, replaced, refused, now) for one in ordered]


def _refusal(one: Message, earlier: Reference, known: dict[Reference, Message]) -> str:
    target = known.get(earlier)
    if target is None:
        return ""
    if earlier.sender != one.sender:
        return f"{one.sender} cannot change what {earlier.sender} sent"
    if target.exercise != one.exercise:
        return f"{one.status} cannot change what is {target.status}"
    return ""


def _standing(
    one: Message,
    known: dict[Reference, Message],
    replaced: dict[Reference, tuple[State, Reference]],
    refused: dict[Reference, str],
    now: datetime,
) -> Standing:
    missing = tuple(earlier for earlier in one.references if earlier not in known)
    state: State = "stands"
    by: Reference | None = None
    if one.reference in replaced:
        state, by = replaced[one.reference]
    if by is None and one.message_type not in {"Alert", "Update"}:
        state = "not a warning"
    elif by is None and _expired(one, now):
        state = "expired"
    return Standing(one, state, by, missing, refused.get(one.reference, ""))


def _expired(one: Message, now: datetime) -> bool:
    ends = [moment(info.expires) for info in one.infos]
    return bool(ends) and all(end is not None and end <= now for end in ends)

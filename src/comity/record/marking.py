"""Markings: who may be shown what (docs/spec/marking.md; FIRST, Traffic Light Protocol 2.0).

A marking is a label and an audience. What is made from several sources carries the most restrictive label
and the audience that all of them share; an unknown label, or an audience of nobody, denies everything. So
combining never widens: what may be shown of the whole may be shown of every part.

    >>> mark("TLP:AMBER", ["la", "kh"]).combine(mark("TLP:GREEN", ["la"]))
    Marked(label='TLP:AMBER', audience=frozenset({'la'}))
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

LABELS: Final = ("TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED")
"""The labels of TLP 2.0, least restrictive first."""
CLEAR: Final = LABELS[0]
UNKNOWN: Final = ""
"""Stands for every label that is not one of the five."""

REASONS: Final = {
    "marking-unknown": "The label is not one of TLP 2.0: it is denied.",
    "audience-empty": "The record is releasable to nobody.",
    "not-in-audience": "The recipient is not among those that the record is releasable to.",
    "no-compact": "No compact with the recipient is in force.",
    "not-a-member": "The recipient is no member of the compact.",
    "charter-expired": "A charter has expired: nothing is granted until its root keys sign a new one.",
}
"""Why a release is denied: stable codes, and what each means."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A marking: the label, and the parties that may be shown what it marks; None for everybody."""

    label: str
    audience: frozenset[str] | None

    def combine(self, *others: Marked) -> Marked:
        """Return the marking of what is made from this and others: see the module."""
        return combine((self, *others))

    @property
    def restriction(self) -> int:
        """The place of the label among the five; above all of them where it is unknown."""
        return LABELS.index(self.label) if self.label in LABELS else len(LABELS)

    def permits(self, party: str) -> bool:
        """Whether a party may be shown what this marks, by the marking alone."""
        return self.label in LABELS and (self.audience is None or party in self.audience)


def mark(label: str, releasable_to: Iterable[str]) -> Marked:
    """Return the marking that a header states.

    TLP:CLEAR is for everybody, whatever is listed beside it. Every other label is for those listed alone: it
    says how far *they* may pass it on, and here they pass nothing on (onward release is the originator's).
    """
    if label not in LABELS:
        return Marked(UNKNOWN, frozenset())
    return Marked(label, None if label == CLEAR else frozenset(releasable_to))


EVERYBODY: Final = Marked(CLEAR, None)
"""What restricts nothing: combining with it changes nothing."""


def combine(markings: Iterable[Marked]) -> Marked:
    """Return the most restrictive label and the shared audience; nothing to combine gives `EVERYBODY`."""
    result = EVERYBODY
    for item in markings:
        strictest = max(result, item, key=lambda marked: marked.restriction)
        if strictest.label not in LABELS:
            return Marked(UNKNOWN, frozenset())
        result = Marked(strictest.label, _shared(result.audience, item.audience))
    return result


def _shared(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    if one is None or other is None:
        return other if one is None else one
    return one & other


# --- Release ---


class Terms(Protocol):
    """What a compact says of releases; `comity.record.compact.Compact` is one."""

    def member(self, party: str) -> object | None:
        """Return what is agreed of a party or observer; None of a stranger."""
        ...


class Term(Protocol):
    """What a charter says of releases; `comity.record.trust.Trust` is one."""

    def may_grant(self, now: int) -> bool:
        """Whether the charter has not expired at `now`."""
        ...


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a release is allowed; if not, why: codes of `REASONS`, every one that applies."""

    allowed: bool
    reasons: tuple[str, ...] = ()


def may_release(  # noqa: PLR0917 - who, what, to whom, under what, when: in that order
    marking: str,
    releasable_to: Iterable[str],
    recipient: str,
    compact: Terms | None,
    trust: Iterable[Term],
    now: int,
) -> Decision:
    """Decide whether a record may be released to a party; people may approve it, and cannot widen it.

    Args:
        marking: The label in the header.
        releasable_to: The party codes in the header.
        recipient: The code of the party to release to.
        compact: The compact in force between the parties; None where there is none.
        trust: The charters of the log released from and of the node released to.
        now: Milliseconds UTC.
    """
    marked = mark(marking, releasable_to)
    reasons = [] if all(term.may_grant(now) for term in trust) else ["charter-expired"]
    if marked.label == UNKNOWN:
        reasons.append("marking-unknown")
    elif marked.audience is not None:
        reasons += _outside(marked, recipient, compact)
    return Decision(not reasons, tuple(reasons))


def _outside(marked: Marked, recipient: str, compact: Terms | None) -> list[str]:
    reasons = []
    if not marked.audience:
        reasons.append("audience-empty")
    elif not marked.permits(recipient):
        reasons.append("not-in-audience")
    if compact is None:
        reasons.append("no-compact")
    elif compact.member(recipient) is None:
        reasons.append("not-a-member")
    return reasons

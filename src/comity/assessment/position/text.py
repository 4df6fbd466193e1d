"""The single negotiating text: what state each clause is in, derived from both logs.

A party's word on a clause is its newest step on it, by the order of its own log; what other logs hold in
between does not matter, so that any interleaving gives the same states. A text is known by its digest
(SHA-256 over RFC 8785 JSON).

| the parties' words | state |
| --- | --- |
| all propose or accept one text | agreed |
| only one has spoken, or there is no other party here | proposed |
| one brackets a text, or they hold to different texts | bracketed |
| somebody speaks of a text that no log here holds | unknown-text |
| everybody took their word back | withdrawn |
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from comity.record.canonical import b64, encode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

State = Literal["agreed", "proposed", "bracketed", "unknown-text", "withdrawn"]


@dataclass(frozen=True)
class Step:
    """One step of one party; `index` orders within its `origin`, `claimed` between a party's logs."""

    party: str
    origin: str
    index: int
    claimed: int
    clause: str
    step: str
    text: Mapping[str, str] | None = None
    about: str = ""

    @property
    def version(self) -> str:
        """The digest of the text it speaks of; nothing where it takes a word back."""
        return digest(self.text) if self.text is not None else self.about


@dataclass(frozen=True)
class ClauseState:
    """Where a clause stands.

    Attributes:
        clause: Its slug.
        state: See the module.
        agreed: Digest of the agreed text, nothing where there is none.
        words: Each party's newest step, by party; a word taken back is there as `withdraw`.
        texts: The texts on the table, by digest.
    """

    clause: str
    state: State
    agreed: str
    words: Mapping[str, Step]
    texts: Mapping[str, Mapping[str, str]]


def digest(text: Mapping[str, str]) -> str:
    """Return the digest of a text."""
    return b64(hashlib.sha256(encode(dict(text))).digest())


def states(steps: Iterable[Step], parties: Sequence[str]) -> list[ClauseState]:
    """Return the clauses in the order of their slugs.

    Args:
        steps: Every step on one line, in any order.
        parties: Who has to agree.
    """
    by_clause: dict[str, list[Step]] = {}
    for step in steps:
        by_clause.setdefault(step.clause, []).append(step)
    return [_state(clause, by_clause[clause], parties) for clause in sorted(by_clause)]


def _state(clause: str, steps: Sequence[Step], parties: Sequence[str]) -> ClauseState:
    words = {party: word for party in parties if (word := _newest(steps, party)) is not None}
    texts = {step.version: step.text for step in steps if step.text is not None}
    standing = {party: word for party, word in words.items() if word.step != "withdraw"}
    known = {word.version: texts[word.version] for word in standing.values() if word.version in texts}
    return ClauseState(clause, *_judge(standing, known, parties), words, known)


def _judge(
    standing: Mapping[str, Step], known: Mapping[str, Any], parties: Sequence[str]
) -> tuple[State, str]:
    versions = {word.version for word in standing.values()}
    if not standing:
        return "withdrawn", ""
    if not versions <= set(known):
        return "unknown-text", ""
    if any(word.step == "bracket" for word in standing.values()) or len(versions) > 1:
        return "bracketed", ""
    if len(parties) > 1 and set(standing) == set(parties):
        return "agreed", versions.pop()
    return "proposed", ""


def _newest(steps: Iterable[Step], party: str) -> Step | None:
    last: dict[str, Step] = {}
    for step in steps:
        if step.party == party and (step.origin not in last or step.index > last[step.origin].index):
            last[step.origin] = step
    return max(last.values(), key=lambda step: (step.claimed, step.origin), default=None)

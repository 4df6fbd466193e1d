"""The parts of a compact: members and their logs, code lists, standing grants, deadlines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Log:
    """A log of a member, by the version and digest (32 bytes) of its charter when the compact was signed."""

    origin: str
    version: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Member:
    """A party, which signs, or an observer, which only reads what is released to all and may have no log."""

    party: str
    role: Literal["party", "observer"]
    names: Mapping[str, str]
    logs: tuple[Log, ...] = ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A code list that both sides use, by version and digest (32 bytes) of its file."""

    name: str
    version: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Policy:
    """Kinds of record that stand granted to an audience without a request: `control.*`, `round.start`."""

    kinds: str
    audience: Literal["parties", "members"]

    def covers(self, kind: str) -> bool:
        """Say whether a kind (without its version) falls under it."""
        return kind.startswith(self.kinds[:-1]) if self.kinds.endswith("*") else kind == self.kinds


@dataclass(frozen=True, slots=True)
class Deadlines:
    """What is late: days until an erasure is acknowledged, hours after a round's `open_by`."""

    erase_ack_days: int
    round_grace_hours: int

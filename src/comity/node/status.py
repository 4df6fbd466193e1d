"""The state of a node and of its peers, as screens, the API and `comity node status` show it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

BROKEN: Final = "broken"
"""The state of a peer whose mirror cannot be read."""

ENDED: Final = "ended"
"""The state of a peer whose pairing was ended: its log is read, and nothing is exchanged."""


@dataclass(frozen=True, slots=True)
class PeerStatus:
    """How the exchange with one peer stands. Times are integer milliseconds UTC; None means never.

    `size` is the verified size of the peer's log here; `witnessed_own` and `mirrored_own` are the sizes of
    the own log that the peer has witnessed and mirrored.
    `lag` counts own entries that the peer has not mirrored; `unwitnessed_since` is when the oldest own head
    that no peer witnessed was signed. `state` is consistent, behind, unproved or forked; or `broken`, when
    the mirror's file cannot be read: then `error` says why; or `ended`.
    """

    origin: str
    party: str
    address: str
    state: str
    size: int
    root: str
    witnessed_own: int
    mirrored_own: int
    lag: int
    bytes: int
    last_try: int | None = None
    last_success: int | None = None
    next_try: int | None = None
    failures: int = 0
    error: dict[str, str] | None = None
    unwitnessed_since: int | None = None


@dataclass(frozen=True, slots=True)
class NodeStatus:
    """The whole node at one glance.

    `cosigned_by` names the peers whose cosignature covers the newest head.
    """

    origin: str
    party: str
    node: str
    size: int
    root: str
    fingerprint: str
    read_only: str | None
    cosigned_by: list[str]
    statuses: dict[str, int]
    quarantined: int
    peers: list[PeerStatus]
    listen: str
    time: int

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return asdict(self)

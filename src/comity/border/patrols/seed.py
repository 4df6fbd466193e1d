"""The seed that breaks ties: both sides seal a share, and neither can choose it once all have sealed.

    round start NODE patrols-2026-08 …; each side: append `border.patrol_seed`, round seal, round open
    seed_of(node, "patrols-2026-08")  ->  SHA-256 over the shares in the order of the logs

Shares are sealed before any is open (docs/spec/round.md), so the last to open cannot fit its own to the
others. It may refuse to open: then there is no seed, and everybody sees who did not open.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from comity.border.entries.patrols import PatrolSeed
from comity.border.patrols.errors import PatrolSeedError
from comity.node.control.rounds import Round
from comity.record.canonical import unb64

if TYPE_CHECKING:
    from comity.node.node import Node

DOMAIN: Final = b"comity/patrol-seed/v1\n"
COMPLETE: Final = "complete"


def seed_of(node: Node, name: str) -> bytes:
    """Return the seed of a round, 32 bytes.

    Raises:
        PatrolSeedError: not everybody has opened, or what was sealed is no share of this round.
        RoundUnknownError: there is no such round.
    """
    standing = Round.find(node, name).status()
    if standing.phase != COMPLETE:
        raise PatrolSeedError(f"{name}: the round is {standing.phase}, not {COMPLETE}")
    shares = []
    for party in sorted(standing.parties, key=lambda one: one.origin):
        sealed = party.sealed
        content = node.record(sealed.origin, sealed.index).content if sealed else None
        model = None if content is None else content.model
        if not isinstance(model, PatrolSeed) or model.name != name:
            raise PatrolSeedError(f"{name}: {party.origin} sealed no share of this round")
        shares.append(unb64(model.share, 32))
    return combined(shares)


def combined(shares: list[bytes]) -> bytes:
    """Return SHA-256 over the shares, each of 32 bytes, in the order of the logs."""
    return hashlib.sha256(DOMAIN + b"".join(shares)).digest()

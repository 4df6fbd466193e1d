"""The kinds of protocol entries: requests, approvals, grants, erasures, rounds (docs/spec/protocol.md).

Their entries have `outer` = `protocol`: the leaf itself names its sequenced targets in `refs`, and the
content names them again where it says what is asked of each. What follows from them is worked out by the
state machines of this package; nothing here has state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from comity.record.protocol_agreements import Adoption, Epoch
from comity.record.protocol_erasure import Erase, EraseAck, Hold, Lapse, Remainder
from comity.record.protocol_release import (
    Approval,
    Dispute,
    Enrolment,
    Grant,
    Received,
    Request,
    Revocation,
    Settled,
)
from comity.record.protocol_rounds import RoundAck, RoundOpen, RoundSeal, RoundStart
from comity.record.protocol_values import Action, Person, Pointer, Pointers, Recipient, RoleName, Target

if TYPE_CHECKING:
    from comity.record.kinds import Kind

__all__ = [
    "KINDS",
    "Action",
    "Adoption",
    "Approval",
    "Dispute",
    "Enrolment",
    "Epoch",
    "Erase",
    "EraseAck",
    "Grant",
    "Hold",
    "Lapse",
    "Person",
    "Pointer",
    "Pointers",
    "Received",
    "Recipient",
    "Remainder",
    "Request",
    "Revocation",
    "RoleName",
    "RoundAck",
    "RoundOpen",
    "RoundSeal",
    "RoundStart",
    "Settled",
    "Target",
]

KINDS: Final[tuple[type[Kind], ...]] = (
    Request,
    Approval,
    Enrolment,
    Revocation,
    Grant,
    Received,
    Settled,
    Erase,
    EraseAck,
    Hold,
    Lapse,
    Adoption,
    Epoch,
    RoundStart,
    RoundSeal,
    RoundOpen,
    RoundAck,
)
"""Every kind of protocol entry."""

"""What is said of erasures: where an order stands, what each party says of it, and why; see `erasure`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from comity.record.errors import ComityError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.record.entry_form import Ref
    from comity.record.protocol_kinds import Remainder

Stage = Literal["waiting", "approved", "held", "ordered", "expired", "refused"]
State = Literal["waiting", "held", "overdue", "acknowledged"]

REASONS: Final = {
    "request-unknown": "The request is not held here, or its content is not.",
    "request-action": "The request asks for something else than this step does.",
    "request-order": "The request names a record that does not stand before it, or names one twice.",
    "request-expired": "The request had ended when the step was taken.",
    "not-originator": "The records, the request and the order do not all stand in one log.",
    "target-mismatch": "A record named is another one than stands at its place.",
    "targets-differ": "The step is about other records than were approved.",
    "month-differs": "The step is about another retention class or month than was approved.",
    "approval-unknown": "An approval that the step names is not held here, or is of another request.",
    "approval-order": "An approval does not stand between the request and the step in their log.",
    "approval-late": "An approval was given after the request had ended.",
    "not-erase-key": "The step is not signed by an erase key of the charter.",
    "already-ordered": "The request was carried out before: one approval, one order.",
    "order-unknown": "The order is not held here, or its content is not.",
    "not-content": "Nothing is held of the record that could be erased, or it is a step of the protocol.",
    "month-open": "The month is not over, or nothing is kept under it here.",
    "records-differ": "Other records are kept under the month than when people were asked.",
    "held": "A legal hold stands on a record that it names.",
    "hold-unknown": "There is no such hold in this log, or it was lifted before.",
}
"""Why a step does not hold: stable codes, and what each means. An approval rule adds its own."""


class ErasureRefusedError(ComityError):
    """An erasure, a lapse or the lifting of a hold may not be done, or does not hold; `reasons` has codes."""

    code = "erasure-refused"
    advice = "The reasons say what is missing; a legal hold must be lifted first, with people's approval."

    def __init__(self, message: str, reasons: Sequence[str]) -> None:
        super().__init__(f"{message}: {', '.join(reasons)}")
        self.reasons = tuple(reasons)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a request of control stands.

    Attributes:
        stage: `waiting` for approvals, `approved`, `held` by a legal hold, `ordered` (the step that rests on
            it is in the log), `expired` before it was, or `refused` (it can never be).
        approvals: Places of the approvals that were counted.
        order: Place of the step, once there is one that holds.
        reasons: Why it is no further: codes of `REASONS` or of the approval rule.
    """

    stage: Stage
    approvals: tuple[Ref, ...] = ()
    order: Ref | None = None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """What one node says of one order.

    Attributes:
        state: `acknowledged`; else `held` by its own hold, `overdue`, or `waiting`.
        ack: Place of its acknowledgement.
        done_at: When it says that it destroyed the content, milliseconds UTC.
        late: Whether it acknowledged after the deadline, by its own claim.
        remains: Where it says that the content may remain.
        hold: Place of the hold that stops it.
    """

    state: State
    ack: Ref | None = None
    done_at: int | None = None
    late: bool = False
    remains: tuple[Remainder, ...] = ()
    hold: Ref | None = None

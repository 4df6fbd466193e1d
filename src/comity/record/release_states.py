"""Where a release can stand, and why it is no further; `comity.record.release` exports these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from comity.record.errors import ComityError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.record.entry_form import Ref

Stage = Literal["waiting", "approved", "granted", "received", "disputed", "settled", "expired", "refused"]

REASONS: Final = {
    "request-unknown": "The request is not held here, or its content is not.",
    "request-action": "The request asks for something else than a release.",
    "not-originator": "The records, the request and the grant do not all stand in one log.",
    "request-order": "The request names a record that does not stand before it, or names one twice.",
    "target-mismatch": "A record named in the request is another one than stands at its place.",
    "recipient-differs": "The grant is for another recipient, or another key, than was approved.",
    "openings-differ": "The grant is of other openings than were previewed and approved.",
    "approval-unknown": "An approval that the grant names is not held here, or is of another request.",
    "approval-order": "An approval does not stand before the grant in its log.",
    "approval-late": "An approval was given after the request had ended.",
    "request-expired": "The request had ended when the grant was made.",
    "charter-expired": "The charter had expired when the grant was made: nothing is granted under it.",
    "not-release-key": "The grant is not signed by a release key of the charter.",
    "round-opens": "The round grants its openings itself, once everybody has sealed.",
    "sealed-in-round": "The record is sealed in a round that has not been opened: it is released there.",
    "already-granted": "The request was granted before: one approval, one grant.",
}
"""Why a grant is refused: stable codes, and what each means. An approval rule adds its own."""


class ReleaseRefusedError(ComityError):
    """A release cannot be granted, or a grant does not hold; `reasons` has the codes."""

    code = "release-refused"
    advice = "The reasons say what is missing; make a new request where something must change."

    def __init__(self, message: str, reasons: Sequence[str]) -> None:
        super().__init__(f"{message}: {', '.join(reasons)}")
        self.reasons = tuple(reasons)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a request stands.

    Attributes:
        stage: `waiting` for approvals, `approved`, `granted`, `received` (all of it verified), `disputed`,
            `settled` (the recipient closed its disputes), `expired` before it was granted, or `refused` (it
            can never be granted).
        approvals: Places of the approvals that were counted.
        grant: Place of the grant, once there is one that holds.
        received: Place of the recipient's word on it.
        reasons: Why it is no further: codes of `REASONS` or of the approval rule.
    """

    stage: Stage
    approvals: tuple[Ref, ...] = ()
    grant: Ref | None = None
    received: Ref | None = None
    reasons: tuple[str, ...] = ()

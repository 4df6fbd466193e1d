"""What a node refuses to do in a round."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from comity.node.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Iterable

REASONS: Final = {
    "name-taken": "a round of this name was started in this log before",
    "party-unknown": "a log that it names is not paired with this node",
    "not-a-party": "this node's log is not one of those that the round asks",
    "deadline-over": "the deadline is over",
    "question-differs": "the question is another than the one that the round was started with",
    "already-sealed": "this party has sealed in this round: the first seal counts",
    "seal-replayed": "the record was sealed for a round before",
    "released-before": "the record was released before: it is not blind any more",
    "not-blind": "the record is marked for everybody: whoever mirrors the log can read it",
    "no-content": "it is no record, or its content is not held here",
    "not-sealed": "this party has not sealed",
    "not-asked": "nobody was asked to approve the opening of these fields",
    "already-opened": "these fields are open",
    "nothing-new": "there is nothing to acknowledge",
}


class RoundRefusedError(RequestError):
    """A step of a round would not count, so it is not taken; `reason` is a code of `REASONS`."""

    code = "round-refused"
    advice = "The reason says why; `comity round status` shows how the round stands. Nothing was recorded."
    status: ClassVar[int] = 409

    def __init__(self, reason: str, message: str = "") -> None:
        super().__init__(f"{message or REASONS[reason]} ({reason})")
        self.reason = reason


class RoundNotSealedError(RequestError):
    """Not everybody has sealed, as far as this node knows; `missing` has the logs."""

    code = "round-not-sealed"
    advice = "Wait for the seals, and exchange: nothing is opened before all have sealed and others saw it."
    status: ClassVar[int] = 409

    def __init__(self, missing: Iterable[str]) -> None:
        self.missing = tuple(missing)
        super().__init__(f"no witnessed seal is known of {', '.join(self.missing)}")

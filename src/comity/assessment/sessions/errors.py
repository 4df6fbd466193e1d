"""What a session refuses, each with its reason."""

from __future__ import annotations

from typing import ClassVar, Final

from comity.node.errors import RequestError

ANSWERS: Final = {
    "unknown-question": "the session asks no such question",
    "question-changed": "the question is not the one that was shown: it was changed after the session began",
    "question-resolved": "its outcome is on record: it is not asked any more",
    "stage-unknown": "the protocol of the session has no such stage",
    "stage-closed": "the stage takes no answers now",
    "no-panel": "this party has named no panel for the session",
    "not-on-panel": "nobody of this pseudonym is on the panel",
    "wrong-count": "there are more or fewer values than the question asks for",
    "not-a-number": "a value is no finite number",
    "outside-domain": "a value lies outside of the domain",
    "crossed": "the quantiles cross",
    "zero-width": "two quantiles are the same: the interval between them has no width",
    "certain": "a probability of 0 or 1 leaves no room for being wrong",
    "not-one": "the probabilities of the categories do not sum to 1",
}
"""Why an answer is refused: stable codes. The message says which value, and what would do."""

STEPS: Final = {
    "name-taken": "a session of this name was started in this log before",
    "deadline-over": "a deadline lies in the past",
    "question-resolved": "an outcome of the question is on record: a resolved question is never asked again",
    "question-twice": "a question of this name is on record with other words: give it another name",
    "levels-differ": "quantities of one session are asked at the same levels",
    "too-large": "the summary would not fit into one record: ask fewer questions, or on coarser grids",
    "voices-differ": "the voices are not those that the compact gives: every party one, all the same",
    "not-in-compact": "a party is no party of the compact",
    "unknown-initiative": "no such initiative is on record",
    "unknown-gate": "no such consultation is on record",
    "unknown-recipient": "a node is not paired with this one",
    "not-a-party": "this node's log is not one that seals in the session",
    "question-changed": "a question was changed after the session began",
    "private-not-open": "the answers are revised after the first summaries were opened",
    "not-blind": "the compact lets summaries travel before they are opened",
    "no-answers": "no expert of this party has answered",
    "already-sealed": "this party has sealed the stage",
    "not-sealed": "this party has not sealed the stage",
    "not-your-turn": "another opening comes first",
    "all-open": "every question of the stage is open on this side",
    "unknown-question": "the session asks no such question",
    "stage-unknown": "the protocol of the session has no such stage",
    "out-of-range": "the outcome is none of the question",
    "resolved-before": "this party recorded another outcome of the question",
    "resolved-too-early": "the outcome would be of a time that has not come",
    "mixed-words": "a sentence speaks of confidence and of likelihood at once: make two of it",
    "one-end": "an argument is for a tail of a quantity or event, or for a category",
}
"""Why a step is refused: stable codes."""


class SessionError(RequestError):
    """A session is not as it is asked for."""

    code = "session"
    advice = "`comity assess session show NODE` lists the sessions held here."


class SessionStepError(RequestError):
    """A step of a session would not stand, so it is not taken; `reason` is a code of `STEPS`."""

    code = "session-step"
    advice = "The reason says why; `comity assess session board` shows how it stands. Nothing was recorded."
    status: ClassVar[int] = 409

    def __init__(self, reason: str, message: str = "") -> None:
        super().__init__(f"{message or STEPS[reason]} ({reason})")
        self.reason = reason


class AnswerRefusedError(RequestError):
    """An answer is refused; `reason` is a code of `ANSWERS`. What was typed stays in the draft."""

    code = "session-answer"
    advice = "Correct the value that is named and submit again; the draft keeps what was typed."
    status: ClassVar[int] = 422

    def __init__(self, reason: str, message: str = "") -> None:
        super().__init__(message or ANSWERS[reason])
        self.reason = reason


class PersonalError(RequestError):
    """Single answers are asked for by somebody who is neither their expert nor the custodian."""

    code = "session-personal"
    advice = "Ask as the expert, or as the custodian whom the panel names."
    status: ClassVar[int] = 403


class DraftFileError(RequestError):
    """A draft cannot be kept or read."""

    code = "session-draft"
    advice = "Name the expert by a pseudonym of a-z, 0-9 and hyphens; move a damaged draft file away."

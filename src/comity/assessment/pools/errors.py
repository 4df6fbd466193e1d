"""What cannot be pooled."""

from __future__ import annotations

from comity.record.errors import ComityError


class PoolError(ComityError):
    """Answers cannot be pooled or scored."""

    code = "assessment-pool"
    advice = "Correct what is named; probabilities lie between 0 and 1, and weights sum to more than 0."


class TooFewError(ComityError):
    """An aggregate of fewer than three experts would say what single experts answered."""

    code = "assessment-too-few"
    advice = "Ask more experts, or leave the question out of what is opened."


class SumError(ComityError):
    """The parts of a decomposition do not give the whole."""

    code = "assessment-parts"
    advice = (
        "Compare the summaries of both parties with the records they were made of; one of them is damaged."
    )

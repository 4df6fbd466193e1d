"""What an answer must be, question by question; each refusal says which value, and what would do.

    checks.checked(question, ["10", "20", "15"])     AnswerRefusedError: the 95 % value 15 is below ...

Values come as they were typed and leave as plain decimal strings. No rounding: what is checked is recorded.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from itertools import pairwise
from math import log
from typing import TYPE_CHECKING, Final

from comity.assessment.sessions.errors import AnswerRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from comity.assessment.entries.sessions import Question

LONGEST: Final = 40
"""Characters of one value."""


def checked(question: Question, values: Sequence[str]) -> list[str]:
    """Return an answer as decimal strings.

    Args:
        question: What was asked.
        values: Quantiles by rising level, one probability, or probabilities by category, as typed.

    Raises:
        AnswerRefusedError: `reason` says why, the message which value.
    """
    names = _names(question)
    if len(values) != len(names):
        raise AnswerRefusedError(
            "wrong-count", f"{len(values)} values are given; the question asks for {', '.join(names)}"
        )
    given = [_number(value, name) for value, name in zip(values, names, strict=True)]
    _CHECKS[question.form](question, given, names)
    return [f"{value:f}" for value in given]


def _names(question: Question) -> list[str]:
    """Return what each value is called in a message."""
    if question.form == "quantile":
        return [f"the {_percent(level)} value" for level in question.levels or ()]
    if question.form == "probability":
        return ["the probability"]
    return [f"the probability of {one.slug!r}" for one in question.categories or ()]


def _number(text: str, name: str) -> Decimal:
    plain = str(text).strip()
    if "," in plain:
        raise AnswerRefusedError("not-a-number", f"{name} {plain[:30]!a}: write decimals with a full stop")
    try:
        value = Decimal(plain)
    except InvalidOperation:
        raise AnswerRefusedError(
            "not-a-number", f"{name} is {plain[:30]!a}, which is no number" if plain else f"{name} is missing"
        ) from None
    if not value.is_finite():
        raise AnswerRefusedError("not-a-number", f"{name} is {plain[:30]!a}: only finite numbers are taken")
    if not -LONGEST < value.adjusted() < LONGEST or len(f"{value:f}") > LONGEST:
        raise AnswerRefusedError("not-a-number", f"{name} has more than {LONGEST} digits")
    return value


def _quantiles(question: Question, given: Sequence[Decimal], names: Sequence[str]) -> None:
    low, high, unit = Decimal(question.low or "0"), Decimal(question.high or "0"), question.unit
    for value, name in zip(given, names, strict=True):
        if not low < value < high or not float(low) < float(value) < float(high):
            raise AnswerRefusedError(
                "outside-domain", f"{name} {value:f} must lie above {low:f} and below {high:f} {unit}"
            )
    for (one, first), (other, second) in pairwise(zip(given, names, strict=True)):
        if other < one:
            raise AnswerRefusedError("crossed", f"{second} {other:f} is below {first} {one:f}")
        if not _placed(question, one) < _placed(question, other):
            raise AnswerRefusedError(
                "zero-width", f"{first} and {second} are both {one:f}: the interval between has no width"
            )


def _placed(question: Question, value: Decimal) -> float:
    """Return a value on the scale on which it is computed with: what differs must differ there."""
    return log(value) if question.scale == "log" else float(value)


def _probability(_question: Question, given: Sequence[Decimal], names: Sequence[str]) -> None:
    for value, name in zip(given, names, strict=True):
        if not 0 <= value <= 1:
            raise AnswerRefusedError("outside-domain", f"{name} is {value:f}; it lies between 0 and 1")
        if not 0 < float(value) < 1:
            raise AnswerRefusedError(
                "certain", f"{name} is {value:f}: 0 and 1 leave no room for being wrong, say how sure you are"
            )


def _categories(question: Question, given: Sequence[Decimal], names: Sequence[str]) -> None:
    _probability(question, given, names)
    total = sum(given, Decimal(0))
    if total != 1:
        gap = f"{abs(1 - total):f} {'missing' if total < 1 else 'too much'}"
        raise AnswerRefusedError("not-one", f"the probabilities sum to {total:f}, not to 1: {gap}")


def _percent(level: str) -> str:
    return f"{(Decimal(level) * 100).normalize():f} %"


_CHECKS: Final[dict[str, Callable[[Question, Sequence[Decimal], Sequence[str]], None]]] = {
    "quantile": _quantiles,
    "probability": _probability,
    "categorical": _categories,
}

"""The form of one question: its fields, what was typed in them, and what is wrong beside which field."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from comity.assessment.sessions.checks import checked
from comity.assessment.sessions.errors import AnswerRefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.assessment.entries.sessions import Question
    from comity.assessment.sessions.drafts import Draft

MOST: Final = 24
WORDS: Final = ("why", "why_low", "why_high")
HALF: Final = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Value:
    """One field of an answer.

    Attributes:
        name: In the form.
        level: Of a quantile, 0 to 1.
        label: Of a category, by language.
        typed: What was typed.
    """

    name: str
    level: Decimal | None
    label: Mapping[str, str] | None
    typed: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Why what was typed is no answer: its code, the words, and the field (empty where it is all of them)."""

    reason: str
    words: str
    name: str = ""


def values(question: Question, draft: Draft | None) -> list[Value]:
    """Return the fields of a question with what was typed."""
    typed = list(draft.values) if draft is not None else []
    if question.form == "quantile":
        places: list[tuple[Decimal | None, Any]] = [(Decimal(one), None) for one in question.levels or ()]
    elif question.form == "categorical":
        places = [(None, one.label) for one in question.categories or ()]
    else:
        places = [(None, None)]
    return [
        Value(f"v{at}", level, label, typed[at] if at < len(typed) else "")
        for at, (level, label) in enumerate(places)
    ]


def draft_of(question: Question, given: Mapping[str, str], language: str) -> dict[str, Any]:
    """Return what was typed, as drafts are kept; nothing is checked."""
    fields = values(question, None)
    typed = [given.get(one.name, "").strip()[:200] for one in fields]
    words = {name: given.get(name, "")[:2000] for name in WORDS}
    return {"values": typed, "language": language, **words}


def empty(draft: Draft | None) -> bool:
    """Whether nothing was typed."""
    return draft is None or not any(one.strip() for one in draft.values)


def fault(question: Question, draft: Draft | None) -> Fault | None:
    """Return why what was typed is no answer yet; None where it is one, or where nothing was typed."""
    if draft is None or empty(draft):
        return None
    try:
        checked(question, draft.values)
    except AnswerRefusedError as error:
        return Fault(error.reason, str(error), _where(question, draft.values, error))
    return None


def _where(question: Question, typed: Sequence[str], error: AnswerRefusedError) -> str:
    """Return the field that is at fault: the first whose own value is refused, else the later of a pair."""
    for at, value in enumerate(typed):
        reason = _alone(question, value, at)
        if reason is not None:
            return f"v{at}"
    if error.reason in ("crossed", "zero-width"):
        held = [Decimal(one.strip()) for one in typed]
        return next((f"v{at}" for at in range(1, len(held)) if held[at] <= held[at - 1]), "")
    return ""


def _alone(question: Question, value: str, at: int) -> str | None:
    """Return why one value is refused for itself, whatever stands in the other fields."""
    named: dict[str, Any]
    if question.form == "quantile":
        named = {"levels": [str((question.levels or ())[at])]}
    else:
        named = {"form": "probability", "categories": None}
    try:
        checked(question.model_copy(update=named), [value])
    except AnswerRefusedError as error:
        return error.reason
    return None

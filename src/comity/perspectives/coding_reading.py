"""The text in which a coder looks for passages: shown piece by piece beside the form, one passage chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from comity.perspectives.documents_reading import Shown, leaf_of, reading, sentence_spans, span_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST_LEAVES: Final = 6
"""Digits that the number of a leaf may have."""


@dataclass(frozen=True)
class Choosing:
    """A document of a task as its coder reads it.

    Attributes:
        document: Its place in the task.
        pieces: The segments of one leaf of its text.
        leaf: Number of the leaf, from 1.
        leaves: How many there are.
        span: First code point of the passage chosen, and one past its last; None where none is.
        passage: Its words.
        sentences: Spans of its sentences; none where it has but one.
    """

    document: int
    pieces: Sequence[Shown]
    leaf: int
    leaves: int
    span: tuple[int, int] | None
    passage: str
    sentences: tuple[tuple[int, int], ...]


def choosing(texts: Mapping[int, str], given: Mapping[str, str]) -> Choosing | None:
    """Return the document that `given` names, or the first held; None where no text is held.

    Args:
        texts: the text of each document held, by its place in the task.
        given: `document`, a place; `at`, a span as `start-end`; `leaf`, a number. What is none is left out.
    """
    if not texts:
        return None
    wanted = _number(given.get("document", ""))
    document = wanted if wanted is not None and wanted in texts else min(texts)
    text, at = texts[document], given.get("at", "")
    span = span_of(at)
    if span is None or not 0 <= span[0] < span[1] <= len(text):
        span, at = None, ""
    shown, leaf, leaves = leaf_of(reading(text, (), at), _number(given.get("leaf", "")) or 1)
    passage, sentences = ("", ()) if span is None else (text[slice(*span)], sentence_spans(text, span))
    return Choosing(document, shown, leaf, leaves, span, passage, sentences)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_LEAVES else None

"""A passage by its words: quotes with what stands around them, and finding them when the text changed.

W3C Web Annotation 4.2.4 (TextQuoteSelector) beside 4.2.5 (TextPositionSelector): the position is tried first,
against the digest; then the words. Words that stand in the text several times are told apart by what stands
before and after them, and only where that fits one place on both sides. Words that stand there once count
when what stands on one side of them at least is as it was: the same words among others may be another passage
that says the same. Everything else is an orphan with its reason; nothing is matched loosely.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from comity.perspectives.entries.parts import MOST_AROUND, MOST_QUOTED, TextQuote
from comity.perspectives.locators import (
    ABSENT,
    SEVERAL,
    Folded,
    LocatorError,
    Resolution,
    fold,
    passage_digest,
    resolve,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comity.record.values import Locator

AROUND: Final = 32
"""Code points kept before and after a quote, as the examples of the model have them."""
OTHER_WORDS: Final = "the words of the passage stand in this text once, but among other words"


def quote_of(text: str, start: int, end: int) -> TextQuote:
    """Return the quote of `text[start:end]`, white space folded, with up to `AROUND` code points around it.

    Raises:
        LocatorError: the span is no passage of the text, or is longer than a quote may be.
    """
    if not 0 <= start < end <= len(text):
        raise LocatorError(f"passage {start}..{end} is outside the document of {len(text)} code points")
    exact = fold(text[start:end]).text
    if not exact:
        raise LocatorError(f"passage {start}..{end} is empty")
    if len(exact) > MOST_QUOTED:
        raise LocatorError(f"a passage of {len(exact)} code points is quoted; at most {MOST_QUOTED} are kept")
    before, after = fold(text[max(0, start - 4 * AROUND) : start]), fold(text[end : end + 4 * AROUND])
    return TextQuote(
        exact=exact, prefix=before.text[-AROUND:].strip() or None, suffix=after.text[:AROUND].strip() or None
    )


def normal(exact: str, prefix: str = "", suffix: str = "") -> TextQuote | None:
    """Return a quote of another program in the form that is kept; None where it is too long or empty.

    White space is folded and text is NFC; what stands around it is cut to what is kept, next to the words.
    """
    words, before, after = (fold(unicodedata.normalize("NFC", part)).text for part in (exact, prefix, suffix))
    if not 0 < len(words) <= MOST_QUOTED:
        return None
    before, after = before[-MOST_AROUND:].strip(), after[:MOST_AROUND].strip()
    return TextQuote(exact=words, prefix=before or None, suffix=after or None)


def resolve_quoted(
    text: str, locator: Locator, quote: TextQuote | None, *, folded: Folded | None = None
) -> Resolution:
    """Return where a passage leads that has a locator and, where its coder kept one, a quote.

    Args:
        text: NFC text of a document.
        locator: Offsets and digest of the passage.
        quote: Its words; without them the digest alone is searched for.
        folded: The same text, folded before.
    """
    if quote is None:
        return resolve(text, locator, folded=folded)
    at_place = text[locator.start : locator.end] if locator.end <= len(text) else ""
    if at_place.strip() and passage_digest(at_place) == locator.digest:
        sides = _around(
            text[max(0, locator.start - _REACH) : locator.start],
            text[locator.end : locator.end + _REACH],
            quote,
        )
        if _one_side(sides):
            return Resolution("exact", locator.start, locator.end)
    return find(folded or fold(text), quote)


def find(whole: Folded, quote: TextQuote) -> Resolution:
    """Return the one place where a quote stands in a folded text, or an orphan with its reason."""
    text, size = whole.text, len(quote.exact)
    places = {
        at: _around(text[max(0, at - _REACH) : at], text[at + size : at + size + _REACH], quote)
        for at in _places(text, quote.exact)
    }
    fitting = [at for at, sides in places.items() if False not in sides]
    chosen = fitting or list(places)
    if not chosen:
        return Resolution("orphan", reason=ABSENT)
    if len(chosen) > 1:
        return Resolution("orphan", reason=SEVERAL)
    if not _one_side(places[chosen[0]]):
        return Resolution("orphan", reason=OTHER_WORDS)
    first, last = chosen[0], chosen[0] + size - 1
    return Resolution("moved", whole.offsets[first], whole.offsets[last] + 1)


_REACH: Final = 8 * MOST_AROUND


def _places(text: str, words: str) -> Iterator[int]:
    at = text.find(words)
    while at >= 0:
        yield at
        at = text.find(words, at + 1)


def _around(before: str, after: str, quote: TextQuote) -> tuple[bool | None, bool | None]:
    """Return whether what stands on each side is what the quote says; None where it says nothing of it."""
    lead = None if quote.prefix is None else fold(before).text.endswith(quote.prefix)
    trail = None if quote.suffix is None else fold(after).text.startswith(quote.suffix)
    return lead, trail


def _one_side(sides: tuple[bool | None, bool | None]) -> bool:
    """Whether one side at least is as it was, or the quote says of neither what it was."""
    return True in sides or sides == (None, None)

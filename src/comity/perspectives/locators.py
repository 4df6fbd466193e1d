"""Passages pointed to by offsets and digest, and found again when they moved: exactly, or not at all.

A locator names a passage of the NFC text of a document by code-point offsets and by the SHA-256 of the
passage with white space folded. Resolution tries the place first, then every window of the folded text that
has the passage's folded length. One match is the passage; none, or more than one, is an orphan: a lookalike
is never chosen for the reader (W3C Web Annotation 4.2.5). `quotes` adds the words of a passage (4.2.4).
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from comity.record.errors import ComityError
from comity.record.values import Locator

if TYPE_CHECKING:
    from collections.abc import Iterator

_SPACE: Final = re.compile(r"\s+")
SEARCH_LIMIT: Final = 4_000_000
"""Code points of folded text beyond which a moved passage is not searched for."""
ABSENT: Final = "the passage is not in this text"
SEVERAL: Final = "the passage stands in this text more than once"
TOO_LONG: Final = "the document is too long to search for a moved passage"


class LocatorError(ComityError):
    """A passage cannot be pointed to."""

    code = "locator"
    advice = "Give a passage that stands in the document exactly once, or offsets inside the document."


@dataclass(frozen=True)
class Resolution:
    """Where a locator leads: a span of the text, or an orphan with its reason."""

    state: Literal["exact", "moved", "orphan"]
    start: int = 0
    end: int = 0
    reason: str = ""


@dataclass(frozen=True)
class Folded:
    """A text with its white space folded, and for every code point of it the offset in the original."""

    text: str
    offsets: tuple[int, ...]


def fold(text: str) -> Folded:
    """Return `text` in NFC with runs of white space as one space and none at the ends, with its offsets."""
    pieces: list[str] = []
    offsets: list[int] = []
    for match in re.finditer(r"\S+", text):
        if pieces:
            pieces.append(" ")
            offsets.append(match.start() - 1)
        pieces.append(match.group())
        offsets.extend(range(match.start(), match.end()))
    return Folded("".join(pieces), tuple(offsets))


def passage_digest(passage: str) -> str:
    """Return the digest of a passage: base64 SHA-256 of its NFC form with white space folded, in UTF-8."""
    folded = _SPACE.sub(" ", unicodedata.normalize("NFC", passage)).strip()
    return base64.b64encode(hashlib.sha256(folded.encode()).digest()).decode()


def locate(text: str, start: int, end: int) -> Locator:
    """Return the locator of `text[start:end]`, where `text` is the NFC text of a document.

    Raises:
        LocatorError: the offsets lie outside the text, or the passage is nothing but white space.
    """
    if not 0 <= start < end <= len(text):
        raise LocatorError(f"passage {start}..{end} is outside the document of {len(text)} code points")
    length = len(fold(text[start:end]).text)
    if not length:
        raise LocatorError(f"passage {start}..{end} is empty")
    return Locator(start=start, end=end, digest=passage_digest(text[start:end]), length=length)


def point_to(text: str, passage: str) -> Locator:
    """Return the locator of `passage`, which must stand in `text` exactly once (white space folded).

    Raises:
        LocatorError: the passage is empty, absent, or stands in the text more than once.
    """
    whole, part = fold(text), fold(unicodedata.normalize("NFC", passage)).text
    if not part:
        raise LocatorError("the passage is empty")
    first = whole.text.find(part)
    if first < 0:
        raise LocatorError("the passage is not in the document")
    if whole.text.find(part, first + 1) >= 0:
        raise LocatorError("the passage stands in the document more than once")
    start, last = whole.offsets[first], whole.offsets[first + len(part) - 1]
    return locate(text, start, last + 1)


def resolve(text: str, locator: Locator, *, folded: Folded | None = None) -> Resolution:
    """Return where `locator` leads in `text`; pass `folded` (of the same text) to fold it only once."""
    if locator.end <= len(text) and passage_digest(text[locator.start : locator.end]) == locator.digest:
        return Resolution("exact", locator.start, locator.end)
    whole = folded or fold(text)
    if len(whole.text) > SEARCH_LIMIT:
        return Resolution("orphan", reason=TOO_LONG)
    found = list(_windows(whole, locator))
    if not found:
        return Resolution("orphan", reason=ABSENT)
    if len(found) > 1:
        return Resolution("orphan", reason=SEVERAL)
    start, end = found[0]
    return Resolution("moved", start, end)


def _windows(whole: Folded, locator: Locator) -> Iterator[tuple[int, int]]:
    """Yield at most two spans whose folded passage has the locator's digest."""
    size = locator.length or locator.end - locator.start
    wanted = base64.b64decode(locator.digest)
    text, found = whole.text, 0
    for at in range(len(text) - size + 1):
        if text[at] == " " or text[at + size - 1] == " ":
            continue
        if hashlib.sha256(text[at : at + size].encode()).digest() == wanted:
            yield whole.offsets[at], whole.offsets[at + size - 1] + 1
            found += 1
            if found > 1:
                return

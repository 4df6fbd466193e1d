"""Intake of a document: its text in NFC, its page map and its section map.

Offsets are code points of the text as this module makes it: UTF-8 decoded, one byte-order mark at the start
dropped, CRLF and CR made LF, Unicode NFC. Nothing else is changed, so that a passage can be shown as it
stands; the exact original is kept beside it.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from comity.perspectives.entries import Page, Section
from comity.record.errors import ComityError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES: Final = 32 * 1024 * 1024
"""The largest original that is taken in."""
MAX_SECTIONS: Final = 400
MAX_PAGES: Final = 5000
_MARK: Final = re.compile(r"^ {0,3}(?:(?P<fence>```|~~~)|(?P<level>#{1,6})(?=[ \t]))", re.MULTILINE)
_NUMBER: Final = re.compile(r"^(\d+(?:\.\d+)*)\.?\s+")
_CLOSING: Final = re.compile(r"(?:(?<=\s)|^)#+$")
_EMPHASIS: Final = re.compile(r"\*+|(?<!\w)_+|_+(?!\w)")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_MAX_TITLE: Final = 300
_MAX_LINE: Final = 4096


class IntakeError(ComityError):
    """A file is not a document that can be taken in."""

    code = "intake"
    advice = "Give a text or Markdown file in UTF-8 of at most 32 MiB."


@dataclass(frozen=True)
class TakenIn:
    """A document taken in: its text, maps, and the digest (base64 SHA-256) of the exact original."""

    text: str
    media_type: Literal["text/plain", "text/markdown"]
    sha256: str
    pages: tuple[Page, ...]
    sections: tuple[Section, ...]


def take_in(original: bytes) -> TakenIn:
    """Return the text of `original` with its maps.

    Raises:
        IntakeError: too large, empty, not UTF-8, or binary.
    """
    text = document_text(original)
    sections = _sections(text)
    return TakenIn(
        text=text,
        media_type="text/markdown" if sections else "text/plain",
        sha256=base64.b64encode(hashlib.sha256(original).digest()).decode(),
        pages=_pages(text),
        sections=sections,
    )


def document_text(original: bytes) -> str:
    """Return the text on which every offset of a document is counted."""
    if len(original) > MAX_BYTES:
        raise IntakeError(f"the file has {len(original)} bytes; at most {MAX_BYTES} are taken in")
    try:
        text = original.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise IntakeError(f"the file is not UTF-8: byte {error.start} cannot be read") from error
    control = _CONTROL.search(text)
    if control:
        raise IntakeError(f"the file is not text: it has the control character U+{ord(control.group()):04X}")
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if not text.strip():
        raise IntakeError("the file holds no text")
    return text


def _pages(text: str) -> tuple[Page, ...]:
    """Return the page map by form feeds; empty where the text has none (page-less)."""
    if "\f" not in text:
        return ()
    bounds = [0, *(match.end() for match in re.finditer("\f", text)), len(text)]
    if len(bounds) - 1 > MAX_PAGES:
        raise IntakeError(f"the text has more than {MAX_PAGES} pages")
    return tuple(
        Page(number=str(number), start=start, end=end)
        for number, (start, end) in enumerate(itertools.pairwise(bounds), start=1)
        if end > start
    )


def _sections(text: str) -> tuple[Section, ...]:
    """Return the section map by ATX headings outside fenced blocks; each ends where the next one starts."""
    headings = list(itertools.islice(_headings(text), MAX_SECTIONS))
    ends = [*(start for start, _ in headings), len(text)][1:]
    sections = []
    for (start, title), end in zip(headings, ends, strict=False):
        number = _NUMBER.match(title)
        sections.append(
            Section(
                number=number.group(1)[:20] if number else "",
                title=(title[number.end() :] if number else title)[:_MAX_TITLE],
                start=start,
                end=end,
            )
        )
    return tuple(sections)


def _headings(text: str) -> Iterator[tuple[int, str]]:
    """Yield where each heading starts, and its words without marks of emphasis."""
    fence = ""
    for match in _MARK.finditer(text):
        if match["fence"]:
            fence = "" if fence == match["fence"] else fence or match["fence"]
        elif not fence:
            end = text.find("\n", match.end())
            line = text[match.end() : len(text) if end < 0 else end][:_MAX_LINE].strip()
            title = _EMPHASIS.sub("", _CLOSING.sub("", line)).strip()
            if title:
                yield match.start(), title

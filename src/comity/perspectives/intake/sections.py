"""The section map, by ATX headings (CommonMark 4.2) outside fenced blocks."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Final

from comity.perspectives.entries.documents import Section

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_SECTIONS: Final = 400
_MARK: Final = re.compile(r"^ {0,3}(?:(?P<fence>```|~~~)|(?P<level>#{1,6})(?=[ \t]))", re.MULTILINE)
_NUMBER: Final = re.compile(r"^(\d+(?:\.\d+)*)\.?\s+")
_CLOSING: Final = re.compile(r"(?:(?<=\s)|^)#+$")
_EMPHASIS: Final = re.compile(r"\*+|(?<!\w)_+|_+(?!\w)")
_MAX_TITLE: Final = 300
_MAX_LINE: Final = 4096


def section_map(text: str) -> tuple[Section, ...]:
    """Return the sections of a Markdown text; each ends where the next one starts."""
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

"""What follows the year of a citation: pages, further years of the same author."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from comity.perspectives.citations.years import PERIOD, YEAR

_NUMBERS: Final = r"\d+[a-z]?(?:\s*[\u2013\u2014-]\s*\d+[a-z]?)?(?:\s?ff?\.?(?!\w))?"
_PAGE_LABEL: Final = r"(?:pp?\.?|pages?|tr\.|trang)"
_OTHER_LABEL: Final = (
    r"(?:ch(?:ap|apter|apters|s)?\.?|sec(?:tion|tions)?\.?|§+|vol(?:ume)?\.?|para(?:s|graphs?)?\.?"
    r"|fig(?:ure)?\.?|tables?|nos?\.|notes?|n\.|nn\.|fn\.?|annex|art(?:icle)?\.?)"
)
"""What counts something else than pages: it belongs to the citation and is no page."""
_LABEL: Final = rf"(?:{_PAGE_LABEL}|(?P<other>{_OTHER_LABEL}))"
_COLON: Final = re.compile(
    rf"\s*:\s*(?:{_LABEL}\s*)?(?P<pages>(?:{_NUMBERS}|[ivxlc]+(?:\s*[\u2013-]\s*[ivxlc]+)?)(?:\s*(?:,|and|&)\s*(?:{_NUMBERS})(?!\d))*)",
    re.IGNORECASE,
)
_COMMA: Final = re.compile(
    rf"\s*,?\s*{_LABEL}\s*(?P<pages>(?:{_NUMBERS}|[ivxlc]+\b)(?:\s*(?:,|and|&)\s*(?:{_NUMBERS})(?!\d))*)",
    re.IGNORECASE,
)
_PLAIN: Final = re.compile(
    rf"\s*,\s*(?P<pages>(?!{YEAR}(?!\d)){_NUMBERS}(?:\s*,\s*(?!{YEAR}(?!\d)){_NUMBERS}(?!\d))*)(?=\s*(?:[,;)\]]|$))"
)
_YEAR: Final = re.compile(
    rf"\s*(?:[,;]|,?\s*(?:and|&))\s*(?:(?:and|see|also|cf\.)\s+){{0,3}}(?P<year>{YEAR})(?![\w%])(?!{PERIOD})"
    r"(?!\s+[^\W\d_])"
)
_LETTER: Final = re.compile(r"\s*(?:,|and|&)\s*(?P<letter>[b-z])(?![\w.'\u2019])")


@dataclass(frozen=True, slots=True)
class Tail:
    """What follows a year.

    Attributes:
        pages: The pages pointed to, as printed.
        end: Where the citation ends.
        years: Further years of the same author: year, span, pages.
        after: Where the next citation may begin.
    """

    pages: str
    end: int
    years: tuple[tuple[str, int, int, str], ...]
    after: int


def read_tail(text: str, at: int, end: int) -> Tail:
    """Return what follows a year that ends at `at`, up to `end`."""
    pages, stop = _pages(text, at, end)
    first = stop
    year = text[max(0, at - 5) : at].strip("([ ,")
    stem = (re.search(r"\d{4}", year) or [""])[0]
    years: list[tuple[str, int, int, str]] = []
    while True:
        further = _YEAR.match(text, stop, end)
        letter = None if further else _LETTER.match(text, stop, end)
        if further:
            name, start, close = further["year"], further.start("year"), further.end()
        elif letter and stem and text[at - 1 : at].isalpha():
            name, start, close = stem + letter["letter"], letter.start("letter"), letter.end()
        else:
            return Tail(pages, first, tuple(years), stop)
        stem = name[:4]
        more, stop = _pages(text, close, end)
        years.append((name, start, stop, more))


def _pages(text: str, at: int, end: int) -> tuple[str, int]:
    for form in (_COLON, _COMMA, _PLAIN):
        match = form.match(text, at, end)
        if match:
            other = form is not _PLAIN and match["other"]
            return "" if other else " ".join(match["pages"].split()), match.end()
    return "", at

"""One reference read: authors, year, title, pages, dates, addresses, in the usual styles of author and year.

Chicago and Harvard (`Author. 2012. Title`, `Author 2012, 'Title'`), APA (`Author (2012, May 3). Title`), and
MLA (`Author. "Title." Journal, vol. 3, 2012, pp. 1-9`), in which the year comes late.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from comity.perspectives.citations.dates import Day, day_of_year, days_in
from comity.perspectives.citations.model import Reference
from comity.perspectives.citations.names import Name, parse_authors
from comity.perspectives.citations.years import ANY, PERIOD, YEAR, number, year_key

_URL: Final = re.compile(r"<?\b(?:https?://|www\.|doi\.org/|doi:\s?)[^\s<>]+>?", re.IGNORECASE)
_BRACKETED: Final = re.compile(
    rf"\s*[.,]?\s*[(\[](?P<year>{ANY})(?P<day>,?\s[^)\]]{{1,40}})?[)\]](?:\s+(?P<again>{YEAR})(?=[.,:]))?",
    re.IGNORECASE,
)
_PLAIN: Final = re.compile(
    rf"(?:[.,]\s*|\s+)(?P<year>{ANY})(?!{PERIOD})\s*[.,:;]?(?=[\s\"“'\u2018]|$)", re.IGNORECASE
)
_FIRST: Final = re.compile(r"\s*[(\[]1\d{3}[)\]]\.?")
"""The year of a first edition, behind that of the one that was read."""
_LATE: Final = re.compile(rf"\b(?P<year>{YEAR})(?!{PERIOD})(?!\))")
_QUOTED: Final = re.compile(
    r"“([^”]{3,600})”|\"([^\"]{3,600})\"|[\u2018'](.{3,600}?)[\u2019'](?=[,.\s]|$)|«([^»]{3,600})»"
)
_SENTENCE: Final = re.compile(r"(?:(?<=[^\W\d_]{2})|(?<=[)\]\d”]))[.?!](?=\s|$)")
_AUTHOR_ENDS: Final = re.compile(r"(?<![^\W\d_]\.)(?<=[^\W\d_][^\W\d_])\.\s+(?=[^\W\d_])")
_PAGES: Final = re.compile(
    r"(?:(?P<named>\bpp?\.?\s*|\btr\.\s*)|(?P<colon>:\s*)|(?<=[\s,]))(?P<first>\d{1,5})\s*[\u2013\u2014-]\s*(?P<last>\d{1,5})\b(?!\s*[\u2013-]\s*\d)"
)
_ACCESSED: Final = re.compile(
    r"\b(?:last\s+)?(?:accessed|retrieved|viewed|consulted|truy cập(?:\s+ngày)?)\b[\s:]*(?:on\s+|ngày\s+)?",
    re.IGNORECASE,
)
_LONGEST_AUTHORS: Final = 700
_QUOTES: Final = '“”"«»'


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a reference: authors as printed, year, where the rest begins, a day beside the year."""

    authors: str
    year: str
    after: int
    day: str = ""


def read_reference(printed: str, start: int, end: int, *, note: bool = False) -> Reference | None:
    """Return the reference that `printed` is, or None where it has no author or no year."""
    head = read_head(printed)
    if head is None:
        return None
    names, _ = parse_authors(head.authors)
    if not names:
        return None
    rest = printed[head.after :]
    title, tail = _title(rest) if head.authors != printed[: head.after] else ("", rest)
    year = number(head.year)
    outside = _URL.sub(" ", tail)
    accessed = _accessed(outside)
    published = None
    if year is not None:
        said = f"{head.day} {_ACCESSED.split(outside)[0]}"
        published = next((day for day, _, _ in days_in(said) if day.year == year), None) or day_of_year(
            said, year
        )
    return Reference(
        key=key_of(names, head.year),
        names=names,
        year=year_key(head.year),
        title=title,
        rest=tail.strip(),
        printed=printed,
        start=start,
        end=end,
        pages=_pages(outside),
        published=published,
        accessed=accessed,
        urls=tuple(match[0].strip("<>").rstrip(".,;)") for match in _URL.finditer(printed)),
        note=note,
    )


def key_of(names: tuple[Name, ...], year: str) -> str:
    """Return the key of a work: up to three authors, or the first one alone, and the year."""
    shown = names if len(names) <= 3 else names[:1]  # noqa: PLR2004 - as papers cite them
    return "-".join([*(name.slug for name in shown), year_key(year)])


def read_head(printed: str) -> Head | None:
    """Return the head of a reference, by the first style that fits."""
    plain = printed[:_LONGEST_AUTHORS]
    found = [match for form in (_BRACKETED, _PLAIN) if (match := form.search(plain))]
    for match in sorted(found, key=lambda match: match.start()):
        authors = plain[: match.start()].strip()
        if authors and _are_authors(authors):
            day = match["day"] if "day" in match.re.groupindex and match["day"] else ""
            again = match["again"] if "again" in match.re.groupindex else None
            after = match.end() + len((_FIRST.match(plain, match.end()) or [""])[0])
            return Head(authors, again or match["year"], after, day)
    return _late(printed)


def _are_authors(text: str) -> bool:
    """Whether what stands before a year is authors only: no title, no address, a capital first."""
    if any(quote in text for quote in _QUOTES) or _URL.search(text):
        return False
    if text[0].islower() and not re.match(
        r"(?:van|von|de|del|della|di|da|dos|du|la|le|al|el|bin|ibn|ter|ten)\b", text
    ):
        return False
    return not _AUTHOR_ENDS.search(text) and not text[0].isdigit()


def _late(printed: str) -> Head | None:
    """Return the head of a reference whose year comes after the title."""
    quoted = _QUOTED.search(printed)
    ends = _AUTHOR_ENDS.search(printed)
    at = quoted.start() if quoted else ends.start() + 1 if ends else 0
    authors = printed[:at].strip().rstrip(",")
    if not authors or not _are_authors(authors.rstrip(".")):
        return None
    body = _URL.sub(lambda match: " " * len(match[0]), printed)
    tail = _ACCESSED.split(body[at:])[0]
    after_title = quoted.end() - at if quoted else 0
    years = list(_LATE.finditer(tail, after_title)) or list(
        re.finditer(rf"\((?:[^()]*\s)?(?P<year>{YEAR})\)", tail)
    )
    return Head(authors, years[-1]["year"], at) if years else None


def _title(rest: str) -> tuple[str, str]:
    """Return the title that begins `rest`, and what follows it."""
    body = rest.lstrip(" .,:;")
    quoted = _QUOTED.match(body)
    if quoted:
        tail = body[quoted.end() :]
        more = re.match(r"\s*(\[[^\]]{3,400}\])", tail)
        return (quoted[0][1:-1].rstrip(" .,") + (f" {more[1]}" if more else "")), tail[
            more.end() :
        ] if more else tail
    end = _SENTENCE.search(body)
    url = _URL.search(body)
    stop = min(end.end() if end else len(body), url.start() if url else len(body))
    return body[:stop].rstrip(" ."), body[stop:]


def _pages(tail: str) -> tuple[int, int] | None:
    """Return the page range of a reference: the last one in it that no year range and no issue explains."""
    found = None
    for match in _PAGES.finditer(tail):
        first, last = int(match["first"]), int(match["last"])
        if last < first and len(match["last"]) < len(match["first"]):  # 207-17
            last = int(match["first"][: -len(match["last"])] + match["last"])
        years = len(match["first"]) == 4 and 1500 <= first <= 2100 and not (match["named"] or match["colon"])  # noqa: PLR2004 - a year
        if not years and tail[match.end() : match.end() + 1] != ")":
            found = (first, last)
    return found


def _accessed(tail: str) -> Day | None:
    match = _ACCESSED.search(tail)
    if match is None:
        return None
    return next((day for day, start, _ in days_in(tail[match.end() : match.end() + 60]) if start < 12), None)  # noqa: PLR2004 - right behind the word

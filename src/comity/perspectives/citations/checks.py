"""What does not fit in a paper's citations and references, one finding each."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from comity.perspectives.citations.crossrefs import cross_references
from comity.perspectives.citations.dates import Day, days_in
from comity.perspectives.citations.figures import contradictions
from comity.perspectives.citations.model import Finding
from comity.perspectives.citations.names import fold
from comity.perspectives.citations.years import number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from comity.perspectives.citations.model import Instance, Reference, Share
    from comity.perspectives.citations.paper import Lines, Paper
    from comity.perspectives.citations.resolve import Resolver
    from comity.perspectives.segments import Segment

_HISTORY: Final = re.compile(
    r"\b(?:received|revised|accepted|published(?: online)?|submitted|ngày nhận)\b\s*:?\s*", re.IGNORECASE
)
_FRONT: Final = 25
"""Segments at the head of a document in which its own dates are looked for."""
_SAME_TITLE: Final = 20


def check(paper: Paper) -> list[Finding]:
    """Return what does not fit, in the order of places."""
    by_key = {reference.key: reference for reference in reversed(paper.references)}
    found = [
        *_dangling(paper.instances, paper.resolver),
        *_uncited(paper.references, paper.instances, paper.lines),
        *_glued(paper.references, paper.lines),
        *_same_titles(paper.references, paper.lines),
        *_pages(paper.instances, by_key),
        *_dates(paper.references, paper.lines, own_day(paper.segments)),
        *_calendar(paper.segments, paper.lines),
        *cross_references(paper),
        *contradictions(paper.segments, paper.instances, by_key),
    ]
    return sorted(found, key=lambda item: (item.line, item.kind))


def own_day(segments: Sequence[Segment]) -> Day | None:
    """Return the last day that a document names of its own history (received, revised, accepted)."""
    days = [
        day
        for segment in segments[:_FRONT]
        if _HISTORY.search(segment.text)
        for day, start, _ in days_in(_plain(segment.text))
        if _HISTORY.search(segment.text[max(0, start - 40) : start + 1])
    ]
    return max(days, default=None)


def _plain(text: str) -> str:
    return re.sub(r"(?<=\d)(st|nd|rd|th)\b", lambda match: " " * len(match[0]), text)


def _dangling(instances: Sequence[Instance], resolver: Resolver) -> Iterator[Finding]:
    by_key: dict[str, list[Instance]] = defaultdict(list)
    for found in instances:
        if not found.resolved:
            by_key[found.key].append(found)
    for key, cited in by_key.items():
        first = cited[0]
        if first.candidates:
            what = f"{first.raw} may be {' or '.join(first.candidates)}"
            yield Finding("ambiguous", _places(cited), what, first.line, first.candidates)
            continue
        author = re.sub(r"[\s,(\[]*(?:\d{4}|n\.\s?d).*$", "", first.raw)
        others = resolver.other_years(author) if author else []
        hint = f"; the list has {', '.join(others)}" if others else ""
        what = f"{first.raw} is cited and is in no list of references{hint}"
        yield Finding("dangling", _places(cited), what, first.line, (key,))


def _places(cited: Sequence[Instance]) -> str:
    places = sorted({found.line for found in cited})
    return f"line {places[0]}" if len(places) == 1 else f"lines {', '.join(map(str, places))}"


def _uncited(
    references: Sequence[Reference], instances: Sequence[Instance], lines: Lines
) -> Iterator[Finding]:
    cited = {key for found in instances for key in (found.key, *found.candidates)}
    seen = set()
    for reference in references:
        if not reference.note and reference.key not in cited and reference.key not in seen:
            seen.add(reference.key)
            line = lines.at(reference.start)
            yield Finding(
                "uncited",
                f"line {line}",
                f"{reference.key} is in the list and cited nowhere",
                line,
                (reference.key,),
            )


def _glued(references: Sequence[Reference], lines: Lines) -> Iterator[Finding]:
    for reference in references:
        if reference.glued_to:
            line = lines.at(reference.start)
            yield Finding(
                "glued-reference",
                f"line {line}",
                f"{reference.key} has no entry of its own: it stands inside that of {reference.glued_to}",
                line,
                (reference.key, reference.glued_to),
            )


def _same_titles(references: Sequence[Reference], lines: Lines) -> Iterator[Finding]:
    """Yield works of the same authors under one title: perhaps one work twice, perhaps two versions."""
    first: dict[tuple[object, ...], Reference] = {}
    for reference in references:
        title = fold(reference.title)
        if len(title) < _SAME_TITLE or reference.note:
            continue
        who = tuple(name.words for name in reference.names)
        other = first.setdefault((who, title), reference)
        if other is not reference:
            line = lines.at(reference.start)
            yield Finding(
                "same-title",
                f"line {line}",
                f"{reference.key} has the authors and the title of {other.key}",
                line,
                (reference.key, other.key),
            )


def _pages(instances: Sequence[Instance], by_key: dict[str, Reference]) -> Iterator[Finding]:
    for found in instances:
        reference = by_key.get(found.key)
        if reference is None or reference.pages is None or not found.resolved:
            continue
        first, last = reference.pages
        outside = [
            page
            for page in map(int, re.findall(r"\d+", found.pages))
            if first <= last and not first <= page <= last
        ]
        abbreviated = re.search(r"\d+\s*[\u2013-]\s*\d+", found.pages)
        if outside and not (
            abbreviated
            and len(outside) == 1
            and outside[0] < first
            and _abbreviates(found.pages, first, last)
        ):
            yield Finding(
                "page-outside-range",
                f"line {found.line}",
                f"{found.raw} points to page {found.pages}; {found.key} has pages {first}\u2013{last}",
                found.line,
                (found.key,),
            )


def _abbreviates(pages: str, first: int, last: int) -> bool:
    """Whether a range such as 207-17 lies inside the pages of a work once its end is written out."""
    numbers = re.findall(r"\d+", pages)
    whole = (
        int(numbers[0][: -len(numbers[1])] + numbers[1])
        if len(numbers[1]) < len(numbers[0])
        else int(numbers[1])
    )
    return first <= int(numbers[0]) <= whole <= last


def _dates(references: Sequence[Reference], lines: Lines, own: Day | None) -> Iterator[Finding]:
    published: dict[str, Day] = {}
    for reference in references:
        year = number(reference.year)
        if year is not None:
            day = reference.published or Day(year)
            known = published.get(reference.key)
            if known is None or (day.month and not known.month):
                published[reference.key] = day
    for reference in references:
        line = lines.at(reference.start)
        appeared = published.get(reference.key)
        read = reference.accessed
        if appeared is not None and read is not None and read.before(appeared):
            yield _impossible(
                reference,
                line,
                f"{reference.key} was accessed on {read}, before it was published ({appeared})",
            )
        elif own is not None and read is not None and own.before(read):
            yield _impossible(
                reference,
                line,
                f"{reference.key} was accessed on {read}, after the paper's last date ({own})",
            )
        year = number(reference.year)
        if own is not None and year is not None and year > own.year:
            yield _impossible(
                reference, line, f"{reference.key} is of {year}, later than the paper itself ({own})"
            )
        if reference.pages and reference.pages[0] > reference.pages[1]:
            first, last = reference.pages
            yield Finding(
                "page-outside-range",
                f"line {line}",
                f"{reference.key} runs from page {first} back to {last}",
                line,
                (reference.key,),
            )


def _impossible(reference: Reference, line: int, what: str) -> Finding:
    return Finding("impossible-date", f"line {line}", what, line, (reference.key,))


def _calendar(segments: Sequence[Segment], lines: Lines) -> Iterator[Finding]:
    """Yield dates that no calendar has."""
    for segment in segments:
        for day, start, end in days_in(segment.text):
            if not day.possible:
                line = lines.at(segment.place(start))
                yield Finding(
                    "impossible-date", f"line {line}", f"no calendar has {segment.text[start:end]}", line
                )


def share_findings(shares: Sequence[Share]) -> Iterator[Finding]:
    """Yield how much of the citations rests on each origin."""
    works = sum(share.works for share in shares)
    citations = sum(share.citations for share in shares)
    for share in shares:
        yield Finding(
            "origin-share",
            f"origin {share.origin}",
            f"{share.works} of {works} works cited ({share.works / works:.0%}), "
            f"{share.citations} of {citations} citations ({share.citations / citations:.0%})",
        )

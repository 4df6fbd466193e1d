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
from comity.perspectives.citations.wording import WORDS, finding
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
            may = " or ".join(first.candidates)
            yield finding("ambiguous", _lines(cited), "may-be", first.candidates, raw=first.raw, works=may)
            continue
        author = re.sub(r"[\s,(\[]*(?:\d{4}|n\.\s?d).*$", "", first.raw)
        others = resolver.other_years(author) if author else []
        code = "in-no-list-others" if others else "in-no-list"
        yield finding("dangling", _lines(cited), code, [key], raw=first.raw, works=", ".join(others))


def _lines(cited: Sequence[Instance]) -> list[int]:
    return sorted({found.line for found in cited})


def _uncited(
    references: Sequence[Reference], instances: Sequence[Instance], lines: Lines
) -> Iterator[Finding]:
    cited = {key for found in instances for key in (found.key, *found.candidates)}
    seen = set()
    for reference in references:
        if not reference.note and reference.key not in cited and reference.key not in seen:
            seen.add(reference.key)
            line = lines.at(reference.start)
            yield finding("uncited", [line], "cited-nowhere", [reference.key], key=reference.key)


def _glued(references: Sequence[Reference], lines: Lines) -> Iterator[Finding]:
    for reference in references:
        if reference.glued_to:
            line = lines.at(reference.start)
            both = (reference.key, reference.glued_to)
            yield finding("glued-reference", [line], "inside-another", both, key=both[0], other=both[1])


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
            both = (reference.key, other.key)
            yield finding("same-title", [line], "same-title", both, key=both[0], other=both[1])


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
            yield finding(
                "page-outside-range",
                [found.line],
                "page-outside",
                [found.key],
                raw=found.raw,
                pages=found.pages,
                key=found.key,
                first=first,
                last=last,
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
            yield _impossible(reference, line, "read-before", read=read, appeared=appeared)
        elif own is not None and read is not None and own.before(read):
            yield _impossible(reference, line, "read-after", read=read, own=own)
        year = number(reference.year)
        if own is not None and year is not None and year > own.year:
            yield _impossible(reference, line, "later-than-paper", year=year, own=own)
        if reference.pages and reference.pages[0] > reference.pages[1]:
            first, last = reference.pages
            yield finding(
                "page-outside-range",
                [line],
                "runs-back",
                [reference.key],
                key=reference.key,
                first=first,
                last=last,
            )


def _impossible(reference: Reference, line: int, code: str, **said: object) -> Finding:
    return finding("impossible-date", [line], code, [reference.key], key=reference.key, **said)


def _calendar(segments: Sequence[Segment], lines: Lines) -> Iterator[Finding]:
    """Yield dates that no calendar has."""
    for segment in segments:
        for day, start, end in days_in(segment.text):
            if not day.possible:
                line = lines.at(segment.place(start))
                yield finding("impossible-date", [line], "no-such-day", day=segment.text[start:end])


def share_findings(shares: Sequence[Share]) -> Iterator[Finding]:
    """Yield how much of the citations rests on each origin."""
    works = sum(share.works for share in shares)
    citations = sum(share.citations for share in shares)
    for share in shares:
        said = {
            "works": share.works,
            "all_works": works,
            "share": f"{share.works / works:.0%}",
            "citations": share.citations,
            "all": citations,
            "part": f"{share.citations / citations:.0%}",
        }
        yield Finding("origin-share", f"origin {share.origin}", WORDS["share"] % said)

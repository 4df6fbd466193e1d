"""Citations in running text: those in brackets, those told in the sentence, those bare in a note."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from comity.perspectives.citations.authors import (
    is_body,
    is_capital,
    is_false_friend,
    looks_like_authors,
    speaks,
    used_as_place,
)
from comity.perspectives.citations.names import without_et_al
from comity.perspectives.citations.resolve import Match
from comity.perspectives.citations.tail import Tail, read_tail
from comity.perspectives.citations.told import names_before
from comity.perspectives.citations.vocabulary import alternatives
from comity.perspectives.citations.years import ANY, PERIOD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comity.perspectives.citations.resolve import Resolver

_LEAD: Final = re.compile(rf"(?:{alternatives('phrases', 'leads_patterns')})(?!\w)[\s.:,]*", re.IGNORECASE)
_HEAD: Final = re.compile(
    rf"(?P<comma>,?)\s*(?<![\w\u2013-])(?:\d{{4}}/(?=\d{{4}}))?(?P<year>{ANY})(?![\w%])(?!{PERIOD})(?!\.\d)",
    re.IGNORECASE,
)
_ONLY_YEAR: Final = re.compile(
    rf"\s*(?:\d{{4}}/(?=\d{{4}}))?(?P<year>{ANY})(?![\w%])(?!{PERIOD})(?!\.\d)", re.IGNORECASE
)
_OF_A_REPRINT: Final = re.compile(rf"\s*{ANY}(?!\w)", re.IGNORECASE)
"""A year behind the bracket of a first edition: `Marsh [1867] 1976`."""
_BARE: Final = re.compile(rf",?\s(?P<year>{ANY})(?![\w%])(?!{PERIOD})", re.IGNORECASE)
_ANY_YEAR: Final = re.compile(ANY, re.IGNORECASE)
_QUOTED_IN: Final = re.compile(
    r",?\s*\b(?:as\s+)?(?:cited|quoted|reported|reprinted|discussed)\s+(?:in|by)\s+|,?\s*dẫn theo\s+",
    re.IGNORECASE,
)
_DAY: Final = re.compile(r",?\s*(?:\d{1,2}\s+[A-Z][a-z]{2,8}|[A-Z][a-z]{2,8}\s+\d{1,2}),?\s*$")
_LONGEST: Final = 1500
_BACK: Final = 241
"""Code points before a bracket in which the names that a sentence speaks are looked for."""
_PRIVATE: Final = re.compile(r"personal (?:communication|interview)|pers\. comm|interview", re.IGNORECASE)
_POSSESSIVE: Final = re.compile(r"(?:['\u2019]s|s['\u2019])\s*\(?$")
_AFTER: Final = 100
_COLON: Final = re.compile(r":\s*\d")
_BRACKET: Final = re.compile(r"[()\[\]]")
_PAIRS: Final = {")": "(", "]": "["}


@dataclass(frozen=True, slots=True)
class Found:
    """A citation in a running text: its span, author as cited, year, pages, and what it resolves to."""

    start: int
    end: int
    author: str
    year: str
    pages: str
    match: Match


class Scanner:
    """Finds the citations of one document: what its references answer, and what reads as one beside."""

    def __init__(self, resolver: Resolver, running: str) -> None:
        self._resolver = resolver
        self._running = running
        self._places: dict[str, bool] = {}

    def scan(self, text: str, *, note: bool = False) -> list[Found]:
        """Return the citations of a running text in order."""
        found: list[Found] = []
        masked = list(text) if note else []
        for start, end, inner in brackets(text):
            if note:
                masked[start : end + 1] = " " * (end + 1 - start)
            if end - start > _LONGEST or not _ANY_YEAR.search(text, start, end):
                continue
            low = max(0, start - _BACK)
            window = _blanked(text, low, min(len(text), end + _AFTER), inner)
            found.extend(
                replace(item, start=item.start + low, end=item.end + low)
                for item in self._bracket(window, start + 1 - low, end - low)
            )
        if note:
            found.extend(self._bare("".join(masked)))
        return sorted(found, key=lambda item: item.start)

    def _bracket(self, masked: str, start: int, end: int) -> Iterator[Found]:
        """Yield the citations in a bracket: of the sentence before it, or its own."""
        year = _ONLY_YEAR.match(masked, start, end)
        if year:
            yield from self._told(masked, start, end, year)
            return
        at, author = start, ""
        for stop in [*(match.start() for match in re.finditer(";", masked[start:end])), end - start]:
            lone = _ONLY_YEAR.match(masked, at, start + stop)
            if lone and author:
                tail = read_tail(masked, lone.end(), start + stop)
                match = self._named(author, lone["year"])
                yield Found(lone.start("year"), tail.end, author, lone["year"], tail.pages, match)
            for found in self._item(masked, at, start + stop) if not lone else ():
                author = found.author
                yield found
            at = start + stop + 1

    def _item(self, text: str, at: int, end: int) -> Iterator[Found]:
        """Yield the citations between two semicolons of a bracket."""
        while at < end:
            begin = _begin(text, at, end)
            head = _HEAD.search(text, begin, end)
            if head is None:
                return
            for quoted in _QUOTED_IN.finditer(text, begin, head.start()):
                begin = quoted.end()
            tail = read_tail(text, head.end(), end)
            match, begin = self._accepted(text, begin, head, tail, end)
            if match is None:
                at = head.end()
                continue
            author = text[begin : head.start()].strip(" ,")
            yield Found(begin, tail.end, author, head["year"], tail.pages, match)
            for year, start, stop, pages in tail.years:
                yield Found(start, stop, author, year, pages, self._named(author, year))
            at = tail.after

    def _accepted(
        self, text: str, begin: int, head: re.Match[str], tail: Tail, end: int
    ) -> tuple[Match | None, int]:
        """Return what a cited author resolves to and where the author begins; None for no citation."""
        author = _DAY.sub("", text[begin : head.start()]).strip(" ,")
        if not author or _PRIVATE.search(author):
            return None, begin
        match = self._resolver.find(author, head["year"])
        if match.quality:
            return match, begin
        for offset in _suffixes(author):
            shorter = self._resolver.find(author[offset:], head["year"])
            if shorter.quality > 1:
                return shorter, text.index(author, begin) + offset
        rest = text[tail.end : end].strip().lower()
        alone = not rest or rest[0] in ",;:&" or rest.startswith(("and ", "cited", "quoted", "as "))
        if (alone or tail.years) and self._reads_as_citation(author, head, tail):
            return self._named(author, head["year"]), begin
        return None, begin

    def _reads_as_citation(self, author: str, head: re.Match[str], tail: Tail) -> bool:
        """Whether an author and a year, which no reference answers, are a citation all the same."""
        plain, more = without_et_al(author)
        if not looks_like_authors(plain) or is_false_friend(plain):
            return False
        if more or tail.pages or is_body(plain) or not head["year"][:1].isdigit():
            return True
        if plain not in self._places:
            self._places[plain] = used_as_place(plain, self._running)
        return not self._places[plain]

    def _named(self, author: str, year: str) -> Match:
        """Return the match of an author and a year, with a key of its own where no reference answers."""
        found = self._resolver.find(author, year)
        return found if found.quality else Match(self._resolver.named(author, year), 0)

    def _told(self, masked: str, start: int, end: int, year: re.Match[str]) -> Iterator[Found]:
        """Yield the citations whose author the sentence names before the bracket."""
        tail = read_tail(masked, year.end(), end)
        rest = masked[tail.after : end].strip(" .")
        if (rest.strip(",;") and rest[0] not in ",;") or _OF_A_REPRINT.match(masked, end + 1):
            return
        shift = max(0, start - _BACK)
        options = list(names_before(masked[shift : start - 1]))
        fits = [(self._resolver.find(name, year["year"]), offset, name) for offset, name in options]
        best = max(fits, key=lambda fit: fit[0].quality, default=None)
        if best is not None and best[0].quality:
            match, offset, author = best
        elif (
            options
            and not rest.strip(",;")
            and self._speaks(options[0], masked[shift:start], masked[end + 1 : end + 80], tail)
        ):
            offset, author = options[0]
            match = self._named(author, year["year"])
        else:
            return
        yield Found(shift + offset, end + 1, author, year["year"], tail.pages, match)
        for other, at, stop, pages in tail.years:
            yield Found(at, stop, author, other, pages, self._named(author, other))

    @staticmethod
    def _speaks(option: tuple[int, str], before: str, after: str, tail: Tail) -> bool:
        """Whether a name and a year in brackets, which no reference answers, are a citation all the same."""
        offset, author = option
        plain, more = without_et_al(author)
        told = more or tail.pages or _POSSESSIVE.search(before) or speaks(before[:offset], after)
        return bool(told) and not is_false_friend(plain) and looks_like_authors(plain)

    def _bare(self, masked: str) -> Iterator[Found]:
        """Yield the citations that a note writes without brackets; only those that a reference answers."""
        for year in _BARE.finditer(masked):
            best: tuple[Match, int, str] | None = None
            for offset, name in names_before(masked[: year.start()]):
                found = self._resolver.find(name, year["year"])
                sure = found.quality > 1 or (found.quality and _COLON.match(masked, year.end()))
                if sure and (best is None or found.quality > best[0].quality):
                    best = found, offset, name
            if best is not None:
                tail = read_tail(masked, year.end(), len(masked))
                yield Found(best[1], tail.end, best[2], year["year"], tail.pages, best[0])


def brackets(text: str) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
    """Yield the spans of brackets, inner ones first, each with the spans of those right inside it."""
    opened: list[tuple[str, int, list[tuple[int, int]]]] = []
    for match in _BRACKET.finditer(text):
        sign, at = match[0], match.start()
        if sign in "([":
            opened.append((sign, at, []))
            continue
        while opened and opened[-1][0] != _PAIRS[sign]:
            opened.pop()
        if opened:
            _, start, inner = opened.pop()
            if opened:
                opened[-1][2].append((start, at))
            yield start, at, inner


def _blanked(text: str, low: int, high: int, spans: list[tuple[int, int]]) -> str:
    """Return a stretch of a text with some spans of it blank."""
    pieces, at = [], low
    for start, end in spans:
        pieces += [text[at:start], " " * (end + 1 - start)]
        at = end + 1
    return "".join([*pieces, text[at:high]])


def _begin(text: str, at: int, end: int) -> int:
    """Return where the author of an item begins: behind `see`, `e.g.` and the like."""
    while True:
        while at < end and text[at] in " ,.:":
            at += 1
        lead = _LEAD.match(text, at, end)
        if lead is None or (
            lead[0][:1].isupper()
            and looks_like_authors(lead[0].strip())
            and lead[0].strip().endswith(("In", "By"))
        ):
            return at
        at = lead.end()


def _suffixes(author: str) -> Iterator[int]:
    """Yield where a shorter author may begin inside a text that ends in one, the longest first."""
    for match in re.finditer(r"(?<=\s)\S+", author):
        if is_capital(match[0]):
            yield match.start()

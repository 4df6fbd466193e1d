"""From a cited author and year to the reference that is meant, or to none, or to more than one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from comity.perspectives.citations.names import (
    CONNECTORS,
    Name,
    fold,
    parse_authors,
    same_author,
    without_et_al,
)
from comity.perspectives.citations.references import key_of
from comity.perspectives.citations.years import bare, year_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from comity.perspectives.citations.model import Reference

_EXACT: Final = 4
_SHORTER: Final = 1


@dataclass(frozen=True, slots=True)
class Match:
    """What a citation resolves to.

    Attributes:
        key: Key of the reference, or of what the citation names.
        quality: 4 the printed list of authors, 3 the same names, 2 in another order, 1 shortened, 0 nothing.
        candidates: Keys of the references that fit equally well, where more than one does.
    """

    key: str
    quality: int
    candidates: tuple[str, ...] = ()


class Resolver:
    """Resolves citations against the references of one document."""

    def __init__(self, references: Iterable[Reference]) -> None:
        self._by_year: dict[str, list[Reference]] = defaultdict(list)
        self._dangling: dict[tuple[tuple[str, ...], str], str] = {}
        self.references = list({found.key: found for found in reversed(list(references))}.values())[::-1]
        for found in self.references:
            self._by_year[bare(found.year)].append(found)

    def find(self, author: str, year: str) -> Match:
        """Return the reference meant by an author as cited and a year; quality 0 where there is none."""
        wanted = year_key(year)
        names, more = parse_authors(author)
        fits: list[tuple[int, Reference]] = []
        for reference in self._by_year[bare(wanted)]:
            if wanted in (reference.year, bare(reference.year)) or reference.year == bare(wanted):
                quality = _quality(author, names, reference, more=more)
                if quality:
                    fits.append((quality, reference))
        if not fits:
            return Match("", 0)
        best = max(quality for quality, _ in fits)
        lettered = [found for quality, found in fits if quality == best and found.year == wanted]
        keys = [found.key for found in lettered or [found for quality, found in fits if quality == best]]
        if len(set(keys)) > 1:
            return Match(self.named(author, year), best, tuple(dict.fromkeys(keys)))
        return Match(keys[0], best)

    def named(self, author: str, year: str) -> str:
        """Return the key of what a citation names itself; two orders of one name give one key."""
        names, _ = parse_authors(author)
        words = tuple(sorted(word for name in names for word in name.words))
        key = key_of(names, year)
        return self._dangling.setdefault((words, year_key(year)), key)

    def other_years(self, author: str) -> list[str]:
        """Return the keys of references by the author cited, of whatever year."""
        names, more = parse_authors(author)
        return [
            found.key for found in self.references if _quality(author, names, found, more=more) > _SHORTER
        ]


def _quality(author: str, names: tuple[Name, ...], reference: Reference, *, more: bool) -> int:
    """Return how well a cited list of authors fits a reference."""
    listed = reference.names
    cited = [word for word in fold(without_et_al(author)[0]).split() if word not in CONNECTORS]
    printed = [word for name in listed for word in (name.family or name.words)]
    if not more and cited and cited == printed and (len(listed) == len(names) or not listed[0].family):
        return _EXACT
    if not names or len(names) > len(listed):
        return 0
    if more and len(listed) == len(names):
        return min(1, *(same_author(*pair) for pair in zip(names, listed, strict=True)))
    if more:
        return (
            min(same_author(*pair) for pair in zip(names, listed, strict=False))
            if len(listed) > len(names)
            else 0
        )
    if len(names) != len(listed):
        return 0
    return min(same_author(*pair) for pair in zip(names, listed, strict=True))

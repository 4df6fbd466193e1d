"""Where the works of a list come from: by the record of the work, or by what the reference itself says.

An author's name and nationality never decide. On record is on record; else the country of the address at
which the work is published, else the country that its publishing body names; else it is `not stated`.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from comity.perspectives.citations.model import Share
from comity.perspectives.citations.names import Name, fold, parse_authors, same_author
from comity.perspectives.citations.years import bare

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.perspectives.citations.model import Instance, Reference

NOT_STATED: Final = "not stated"
NOT_LISTED: Final = "not listed"
_GENERIC: Final = frozenset({"io", "ai", "me", "tv", "co", "cc", "ly", "to", "fm", "gg", "sh", "gl", "eu"})
_COUNTRY: Final = 2
_TITLE_LIKE: Final = 40


def origins_of(references: Sequence[Reference], works: Sequence[Mapping[str, Any]] = ()) -> dict[str, str]:
    """Return the origin of every reference by its key."""
    found: dict[str, str] = {}
    for reference in references:
        origin = on_record(reference, works) or stated(reference)
        if found.get(reference.key, NOT_STATED) == NOT_STATED:
            found[reference.key] = origin
    return found


def shares_of(
    references: Sequence[Reference], instances: Sequence[Instance], origins: Mapping[str, str]
) -> tuple[Share, ...]:
    """Return, by origin, how many works are cited and how often, the most cited first."""
    listed = {reference.key for reference in references}
    cited = Counter(found.key for found in instances)
    works: Counter[str] = Counter()
    citations: Counter[str] = Counter()
    for key, times in cited.items():
        origin = origins.get(key, NOT_STATED) if key in listed else NOT_LISTED
        works[origin] += 1
        citations[origin] += times
    return tuple(
        Share(origin, works[origin], count)
        for origin, count in sorted(citations.items(), key=lambda item: (-item[1], item[0]))
    )


def on_record(reference: Reference, works: Sequence[Mapping[str, Any]]) -> str:
    """Return the recorded origin of the work that a reference names; empty where none is on record."""
    title = fold(reference.title)
    for work in works:
        if str(work["year"]) != bare(reference.year):
            continue
        told = fold(str(work["title"]))
        alike = len(told) >= _TITLE_LIKE and (told[:_TITLE_LIKE] in title or title[:_TITLE_LIKE] in told)
        if (alike and title) or (title and told and (title.startswith(told) or told.startswith(title))):
            return str(work["origin_party"])
    fits = [work for work in works if str(work["year"]) == bare(reference.year) and _same(work, reference)]
    return str(fits[0]["origin_party"]) if len({work["origin_party"] for work in fits}) == 1 else ""


def _same(work: Mapping[str, Any], reference: Reference) -> bool:
    names: list[Name] = [name for author in work["authors"] for name in parse_authors(author)[0]]
    return len(names) == len(reference.names) and all(
        same_author(one, other) > 1 for one, other in zip(names, reference.names, strict=True)
    )


def stated(reference: Reference) -> str:
    """Return the country, as a lower-case ISO 3166 code, that a reference states for its work."""
    for url in reference.urls:
        host = urlsplit(url if "//" in url else f"//{url}").hostname or ""
        top = host.rpartition(".")[2]
        if len(top) == _COUNTRY and top not in _GENERIC and top in _codes():
            return "gb" if top == "uk" else top
    bodies = [_named(" ".join(name.said)) for name in reference.names]
    if any(bodies):  # a body that names no country leaves open where a work of several comes from
        return bodies[0] if len(set(bodies)) == 1 else NOT_STATED
    return _named(fold(re.sub(r"<?https?://\S+", " ", reference.rest))) or NOT_STATED


def _named(text: str) -> str:
    """Return the country that a folded text names; empty where it names none."""
    return next((code for name, code in _countries() if re.search(rf"\b{re.escape(name)}\b", text)), "")


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    return frozenset({code for _, code in _countries()} | {"uk"})


@lru_cache(maxsize=1)
def _countries() -> tuple[tuple[str, str], ...]:
    """Return folded country names (CLDR, English and Vietnamese) with their codes, the longest first."""
    from babel import Locale  # noqa: PLC0415 - read where an origin is asked for only

    pairs = {
        (fold(str(name)), code.lower())
        for language in ("en", "vi")
        for code, name in Locale(language).territories.items()
        if len(code) == _COUNTRY and code.isalpha() and len(str(name)) > 3  # noqa: PLR2004 - short names are words
    }
    return tuple(sorted(pairs, key=lambda pair: (-len(pair[0]), pair)))

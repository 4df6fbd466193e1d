"""What does not fit in a series: of meetings by number, date and host; of plans by the time they cover.

Each finding names the records it rests on. It speaks of the record, never of the world: a number that is
missing is one of which no record is held here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal

from comity.register.calendar_bounds import Bounds, bounds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

Ref = tuple[str, int]
"""A record: its log and its place in it."""

Code = Literal[
    "number-missing",
    "number-repeated",
    "number-against-date",
    "late",
    "early",
    "host-repeated",
    "planned-no-record",
    "recorded-differently",
    "next-overdue",
    "term-gap",
    "term-overlap",
]

SLACK: Final = 1.5
"""A step of the cadence that is longer than this many cadences is late; shorter than 2 minus it, early."""

_DAYS: Final = {"Y": 365.25, "M": 30.4375, "W": 7.0, "D": 1.0}


@dataclass(frozen=True, slots=True)
class Session:
    """One session as all reports have it; `when` are the days it can have met, `records` the reports."""

    slug: str
    ordinal: int | None
    when: Bounds
    host: str | None
    held: bool
    records: tuple[Ref, ...]
    differs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """The time that a plan or protocol covers, and the one it follows."""

    slug: str
    when: Bounds
    follows: tuple[str, ...]
    records: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a series that does not fit, with the things and the records it rests on.

    `detail` holds the numbers it speaks of: `number`, `days`, `expected_days`, `host`.
    """

    code: Code
    things: tuple[str, ...]
    records: tuple[Ref, ...]
    detail: dict[str, int | str] = field(default_factory=dict)


def cadence_days(duration: str | None) -> float | None:
    """Return the days of an ISO 8601 duration such as P1Y or P6M; None where there is none."""
    if not duration:
        return None
    return sum(int(number) * _DAYS[unit] for number, unit in re.findall(r"(\d+)([YMWD])", duration)) or None


def findings(
    sessions: Sequence[Session], cadence: str | None, rotation: str | None, today: date
) -> tuple[Finding, ...]:
    """Return what does not fit in one mechanism's sessions; their order does not matter.

    Late and early are said only where every reading of the dates says so, and only with a cadence on record;
    a repeated host only where the rotation is on record as alternating.
    """
    days = cadence_days(cadence)
    numbered = sorted(
        (one for one in sessions if one.ordinal), key=lambda one: (one.ordinal or 0, _sort_key(one))
    )
    found = [
        Finding("recorded-differently", (one.slug,), one.records, {"fields": ", ".join(one.differs)})
        for one in sorted(sessions, key=_sort_key)
        if one.differs
    ]
    for one, other in pairwise(numbered):
        found += _between(one, other, days, rotation)
    found += _planned(sessions, today)
    return (*found, *_overdue(sessions, days, today))


def _between(one: Session, other: Session, days: float | None, rotation: str | None) -> list[Finding]:
    assert one.ordinal is not None
    assert other.ordinal is not None
    pair, records = (one.slug, other.slug), (*one.records, *other.records)
    step = other.ordinal - one.ordinal
    if step == 0:
        return [Finding("number-repeated", pair, records, {"number": one.ordinal})]
    found = [
        Finding("number-missing", pair, records, {"number": number})
        for number in range(one.ordinal + 1, other.ordinal)
    ]
    if _before(other.when, one.when):
        return [*found, Finding("number-against-date", pair, records)]
    if rotation == "alternating" and step == 1 and one.host and one.host == other.host:
        found.append(Finding("host-repeated", pair, records, {"host": one.host}))
    if days is not None and one.held and other.held:
        found += _drift(one, other, days * step)
    return found


def _drift(one: Session, other: Session, expected: float) -> list[Finding]:
    pair, records = (one.slug, other.slug), (*one.records, *other.records)
    least = one.when.days_to(other.when)
    most = _most_days(one.when, other.when)
    detail: dict[str, int | str] = {"days": least, "expected_days": round(expected)}
    if least > SLACK * expected:
        return [Finding("late", pair, records, detail)]
    if most is not None and most < (2 - SLACK) * expected:
        return [Finding("early", pair, records, {**detail, "days": most})]
    return []


def _planned(sessions: Sequence[Session], today: date) -> list[Finding]:
    held = {one.ordinal for one in sessions if one.held and one.ordinal}
    return [
        Finding("planned-no-record", (one.slug,), one.records)
        for one in sorted(sessions, key=_sort_key)
        if not one.held and one.ordinal not in held and one.when.last is not None and one.when.last < today
    ]


def _overdue(sessions: Sequence[Session], days: float | None, today: date) -> list[Finding]:
    ahead = any(not one.held and (one.when.last is None or one.when.last >= today) for one in sessions)
    held = [one for one in sessions if one.held and one.when.last is not None]
    if days is None or ahead or not held:
        return []
    last = max(held, key=lambda one: (str(one.when.last), one.slug))
    assert last.when.last is not None
    since = (today - last.when.last).days
    if since <= SLACK * days:
        return []
    return [
        Finding("next-overdue", (last.slug,), last.records, {"days": since, "expected_days": round(days)})
    ]


def joins(terms: Sequence[Term]) -> tuple[Finding, ...]:
    """Return where a plan that follows another does not begin on the day after it ends."""
    by_slug = {term.slug: term for term in terms}
    found = []
    for term in sorted(terms, key=lambda one: one.slug):
        for name in term.follows:
            before = by_slug.get(name)
            if before is None or before.when.last is None or term.when.first is None:
                continue
            days = (term.when.first - before.when.last).days - 1
            if days:
                code: Code = "term-gap" if days > 0 else "term-overlap"
                records = (*before.records, *term.records)
                found.append(Finding(code, (name, term.slug), records, {"days": abs(days)}))
    return tuple(found)


def meeting_days(start: str, end: str | None) -> Bounds:
    """Return the days on which a meeting from `start` to `end` (EDTF) can have met."""
    return Bounds(bounds(start).first, bounds(end or start).last)


def _most_days(one: Bounds, other: Bounds) -> int | None:
    if one.first is None or other.last is None:
        return None
    return (other.last - one.first).days


def _before(one: Bounds, other: Bounds) -> bool:
    return one.last is not None and other.first is not None and one.last < other.first


def _sort_key(one: Session) -> tuple[str, str]:
    return (str(one.when.first), one.slug)

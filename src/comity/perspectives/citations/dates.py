"""Days as references write them, by year, month and day as far as they are said."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

MONTHS: Final = {
    name.casefold(): number
    for table in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(table)
    if name
} | {"sept": 9}
_MONTH: Final = "|".join(sorted(MONTHS, key=len, reverse=True))
_DAY: Final = r"(?P<{0}>\d{{1,2}})(?:\s*(?:<sup>)?(?:st|nd|rd|th)(?:</sup>)?)?"
_FORMS: Final = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"\b(?P<month>{_MONTH})\.?\s+{_DAY.format('day')},?\s+(?P<year>\d{{4}})\b",
        rf"\b{_DAY.format('day')}\s+(?:of\s+)?(?P<month>{_MONTH})\.?,?\s+(?P<year>\d{{4}})\b",
        rf"\b(?P<year>\d{{4}}),?\s+(?P<month>{_MONTH})\.?\s+{_DAY.format('day')}\b",
        r"\b(?P<year>\d{4})-(?P<number>\d{2})-(?P<day>\d{2})\b",
        r"\b(?P<day>\d{1,2})[./](?P<number>\d{1,2})[./](?P<year>\d{4})\b",
    )
)
_WITHOUT_YEAR: Final = re.compile(
    rf"\b(?:(?P<month>{_MONTH})\.?\s+(?P<day>\d{{1,2}})|(?P<first>\d{{1,2}})\s+(?P<second>{_MONTH}))\b(?!\s*,?\s*\d{{4}})",
    re.IGNORECASE,
)
_LAST_MONTH: Final = 12


@dataclass(frozen=True, slots=True, order=True)
class Day:
    """A day, a month (`day` is 0) or a year (`month` is 0)."""

    year: int
    month: int = 0
    day: int = 0

    @property
    def possible(self) -> bool:
        """Whether the calendar has it."""
        if not 0 <= self.month <= _LAST_MONTH:
            return False
        return not self.month or self.day <= calendar.monthrange(self.year, self.month)[1]

    def before(self, other: Day) -> bool:
        """Whether it lies surely before another: as far as both are said."""
        if self.year != other.year or not (self.month and other.month):
            return self.year < other.year
        if self.month != other.month or not (self.day and other.day):
            return self.month < other.month
        return self.day < other.day

    def __str__(self) -> str:
        parts = (
            f"{self.year:04}",
            f"{self.month:02}" if self.month else "",
            f"{self.day:02}" if self.day else "",
        )
        return "-".join(part for part in parts if part)


def days_in(text: str) -> Iterator[tuple[Day, int, int]]:
    """Yield the full dates of a text with their spans; a date may be one the calendar does not have."""
    for form in _FORMS:
        for match in form.finditer(text):
            month = MONTHS[match["month"].casefold()] if "month" in form.groupindex else int(match["number"])
            if "number" in form.groupindex and month > _LAST_MONTH and int(match["day"]) <= _LAST_MONTH:
                yield Day(int(match["year"]), int(match["day"]), month), match.start(), match.end()
                continue
            yield Day(int(match["year"]), month, int(match["day"])), match.start(), match.end()


def day_of_year(text: str, year: int) -> Day | None:
    """Return the first day that a text names without a year, in the year given."""
    match = _WITHOUT_YEAR.search(text)
    if match is None:
        return None
    month = MONTHS[(match["month"] or match["second"]).casefold()]
    return Day(year, month, int(match["day"] or match["first"]))

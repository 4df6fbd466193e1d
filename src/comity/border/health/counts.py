"""Weekly counts from CSV: one place, weeks alone, nothing mixed in; bad rows set aside with their reason.

Takes OpenDengue's national extract (`ISO_A0`, `calendar_start_date`, `dengue_total`, `T_res` among its
columns) and plain files of a first day and a count. Months and years are left out: a week made of them would
be invented. A week that is not there is missing, not zero.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from comity.border.errors import SeriesFileError, StampError
from comity.border.river.stamps import read_day
from comity.border.tabular import Bad, Row, column, read_rows, required

if TYPE_CHECKING:
    from collections.abc import Sequence

WEEK: Final = timedelta(days=7)
COUNTRY_NAMES: Final = ("iso a0", "iso", "iso3", "country code", "country", "adm 0 name")
AREA_NAMES: Final = ("adm 1 name", "area", "province")
LEVEL_NAMES: Final = ("s res", "spatial resolution")
RESOLUTION_NAMES: Final = ("t res", "temporal resolution", "resolution")
START_NAMES: Final = ("calendar start date", "week start", "start date", "start", "week", "date")
END_NAMES: Final = ("calendar end date", "week end", "end date", "end")
COUNT_NAMES: Final = ("dengue total", "cases", "count", "total", "value")
SOURCE_NAMES: Final = ("sourceid", "source", "uuid")
MOST: Final = 100_000_000


@dataclass(frozen=True, slots=True)
class Week:
    """A week's count: its first day, the cases, the row in the file, and whose figure it is."""

    start: date
    cases: int
    row: int
    source: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """What a file holds of one place, in the order of weeks.

    `left_out` counts rows of other resolutions and levels by name; `merged` rows that say the same twice.
    """

    place: str
    weeks: tuple[Week, ...]
    bad: tuple[Bad, ...]
    merged: int
    left_out: dict[str, int]


@dataclass(frozen=True, slots=True)
class Gap:
    """Weeks that are missing between two that are there."""

    first: date
    last: date
    weeks: int


@dataclass(frozen=True, slots=True)
class _Places:
    country: int | None
    area: int | None
    level: int | None
    resolution: int | None
    start: int
    end: int | None
    count: int
    source: int | None


def read(
    data: bytes, country: str = "", *, area: str = "", start_column: str = "", count_column: str = ""
) -> Counts:
    """Read the weeks of a place.

    Args:
        data: CSV, UTF-8.
        country: ISO 3166-1 alpha-3 code, as in the file; may be empty where the file has no country.
        area: A first-level area; the country as a whole where empty.
        start_column: The column of first days, where it is not found by itself.
        count_column: The column of counts.

    Raises:
        SeriesFileError: it is no such file, or has no week of the place.
    """
    header, rows, bad = read_rows(data)
    at = _places(header, start_column, count_column)
    rows, left_out = _of_place(rows, at, country, area)
    weeks, refused = _weeks(rows, at)
    bad += refused
    weeks, refused = _aligned(weeks)
    bad += refused
    kept, refused, merged = _unique(weeks)
    bad += refused
    if not kept:
        shown = f"; row {bad[0].row}: {bad[0].reason}" if bad else ""
        raise SeriesFileError(f"no week of {area or country or 'this file'} can be read{shown}")
    return Counts(
        area or country,
        tuple(kept),
        tuple(sorted(bad, key=lambda one: (one.row, one.code))),
        merged,
        left_out,
    )


def gaps(weeks: Sequence[Week]) -> list[Gap]:
    """Return the stretches of weeks that are missing."""
    found = []
    for early, late in itertools.pairwise(weeks):
        missing = (late.start - early.start) // WEEK - 1
        if missing > 0:
            found.append(Gap(early.start + WEEK, late.start - WEEK, missing))
    return found


def _places(header: Sequence[str], start: str, count: str) -> _Places:
    return _Places(
        column(header, "", COUNTRY_NAMES),
        column(header, "", AREA_NAMES),
        column(header, "", LEVEL_NAMES),
        column(header, "", RESOLUTION_NAMES),
        required(header, start, START_NAMES, "the first day of a week"),
        column(header, "", END_NAMES),
        required(header, count, COUNT_NAMES, "a count"),
        column(header, "", SOURCE_NAMES),
    )


def _of_place(rows: Sequence[Row], at: _Places, country: str, area: str) -> tuple[list[Row], dict[str, int]]:
    """Return the weekly rows of a place, and how many rows of it have another level or resolution."""

    def cell(row: Row, place: int | None) -> str:
        return row.cells[place].strip() if place is not None else ""

    if at.country is not None:
        found = sorted({cell(row, at.country) for row in rows})
        if not country and len(found) > 1:
            raise SeriesFileError(f"several countries, name one with --country: {', '.join(found)[:200]}")
        if country and country not in found:
            raise SeriesFileError(f"no row of {country!r}; the file has {', '.join(found)[:200]}")
        rows = [row for row in rows if not country or cell(row, at.country) == country]
    left: Counter[str] = Counter()
    kept = []
    for row in rows:
        resolution = cell(row, at.resolution).casefold()
        level = cell(row, at.level).casefold()
        if resolution not in {"", "week", "weekly"}:
            left[cell(row, at.resolution)] += 1
        elif cell(row, at.area) != area or (not area and level not in {"", "admin0"}):
            left["another area"] += 1
        else:
            kept.append(row)
    return kept, dict(sorted(left.items()))


def _weeks(rows: Sequence[Row], at: _Places) -> tuple[list[Week], list[Bad]]:
    weeks, bad = list[Week](), list[Bad]()
    for row in rows:
        text = row.cells[at.count].strip()
        try:
            start = read_day(row.cells[at.start])
            end = read_day(row.cells[at.end]) if at.end is not None else start + timedelta(days=6)
        except StampError as error:
            bad.append(Bad(row.line, "stamp", str(error)))
            continue
        if (end - start).days != 6:  # noqa: PLR2004 - a week
            bad.append(Bad(row.line, "not-a-week", f"{start} to {end} is no week"))
        elif not text:
            bad.append(Bad(row.line, "no-value", "no count is given: the week is missing, not zero"))
        elif not re.fullmatch(r"[0-9]{1,9}(\.0+)?", text):
            bad.append(Bad(row.line, "not-a-count", f"{text[:40]!a} is no count"))
        else:
            source = row.cells[at.source].strip() if at.source is not None else ""
            weeks.append(Week(start, int(text.partition(".")[0]), row.line, source))
    return weeks, bad


def _aligned(weeks: Sequence[Week]) -> tuple[list[Week], list[Bad]]:
    """Return the weeks that begin on the day on which most do: others would overlap them."""
    days = Counter(one.start.weekday() for one in weeks)
    most = min(days, key=lambda day: (-days[day], day), default=0)
    bad = [
        Bad(one.row, "other-weekday", f"{one.start} begins on {one.start:%A}, most weeks on another day")
        for one in weeks
        if one.start.weekday() != most
    ]
    return [one for one in weeks if one.start.weekday() == most], bad


def _unique(weeks: Sequence[Week]) -> tuple[list[Week], list[Bad], int]:
    """Return one count a week: equal ones merged, contradicting ones set aside; the week is then missing."""
    groups: dict[date, list[Week]] = {}
    for one in weeks:
        groups.setdefault(one.start, []).append(one)
    kept, bad, merged = list[Week](), list[Bad](), 0
    for start in sorted(groups):
        group = sorted(groups[start], key=lambda one: (one.row, one.source))
        if len({one.cases for one in group}) > 1:
            words = f"the week of {start} has several counts: {', '.join(str(one.cases) for one in group)}"
            bad += [Bad(one.row, "contradiction", words) for one in group]
        else:
            kept.append(group[0])
            merged += len(group) - 1
    return kept, bad, merged

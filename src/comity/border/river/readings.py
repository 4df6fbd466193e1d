"""Readings of a gauge from CSV: columns found or named, times strict, bad rows set aside with their reason.

Takes the shape of the Mekong River Commission's download (`Station Code`, `Timestamp (UTC+07:00)`, `Value`,
`Unit` among its columns) and plain two-column files. Nothing here judges a reading: `quality` does, before
anything is detected.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final

from comity.border.errors import SeriesFileError, StampError
from comity.border.river.stamps import Stamp, header_zone, read_stamp
from comity.border.tabular import Bad, Row, column, read_rows, required

if TYPE_CHECKING:
    from collections.abc import Sequence

METRES: Final = {"m": 1.0, "metre": 1.0, "metres": 1.0, "meter": 1.0, "meters": 1.0, "cm": 0.01, "mm": 0.001}
HIGHEST: Final = 100.0
LOWEST: Final = -30.0
"""Metres beyond which no stage above a local zero lies; a file in the wrong unit mostly ends up there."""
TIME_NAMES: Final = ("timestamp", "datetime", "date time", "measured at", "time", "date", "day")
VALUE_NAMES: Final = ("value", "water level", "level", "stage", "gauge height", "h", "wl")
UNIT_NAMES: Final = ("unit", "units", "uom")
STATION_NAMES: Final = ("station name", "station", "location", "station code", "code", "gauge")
SKEW: Final = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Reading:
    """A stage: when it was read (UTC), the day as the file writes it, metres, and its row in the file."""

    time: datetime
    day: date
    level: float
    row: int


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of the columns, where they are not found by themselves."""

    time: str = ""
    value: str = ""
    unit: str = ""
    station: str = ""


@dataclass(frozen=True, slots=True)
class Readings:
    """What a file holds of one station, in the order of time.

    `zone` is the offset that its values are written in (None where they are bare days); `notes` say what was
    decided in reading it.
    """

    station: str
    items: tuple[Reading, ...]
    bad: tuple[Bad, ...]
    merged: int
    zone: timezone | None
    notes: tuple[str, ...] = field(default=())


def read(
    data: bytes,
    columns: Columns | None = None,
    *,
    unit: str = "",
    station: str = "",
    zone: timezone | None = None,
    now: datetime | None = None,
    name: str = "",
) -> Readings:
    """Read a file of readings.

    Args:
        data: CSV, UTF-8.
        columns: Their names, where they are not found by themselves.
        unit: m, cm or mm for every value; from the file where empty, metres where it is silent.
        station: Which station, where the file holds several.
        zone: For values and headers that name no offset.
        now: Later readings are refused; no such check without it.
        name: Of the file, which may name the station.

    Raises:
        SeriesFileError: it is no such file, holds several stations and none was named, or nothing readable.
    """
    wanted = columns or Columns()
    header, rows, bad = read_rows(data)
    time_at = required(header, wanted.time, TIME_NAMES, "a time")
    value_at = required(header, wanted.value, VALUE_NAMES, "a level")
    unit_at = column(header, wanted.unit, UNIT_NAMES)
    station_at = column(header, wanted.station, STATION_NAMES)
    rows, found, others = _of_station(rows, station_at, station)
    assumed = header_zone(header[time_at]) or zone
    scale = _scale(unit) if unit else _header_scale(header[value_at])
    stamped, refused = _stamped(rows, time_at, assumed)
    bad += refused
    readings, refused = _levels(
        stamped, value_at, unit_at if not unit else None, scale, now=now, assumed=assumed
    )
    bad += refused
    items, refused, merged = _unique(readings)
    bad += refused
    if not items:
        raise SeriesFileError(f"{name or 'the file'}: no reading can be read; {_first(bad)}")
    forms = {stamp.form for _, stamp in stamped}
    return Readings(
        station=found or station or _station_of(name),
        items=tuple(items),
        bad=tuple(sorted(bad, key=lambda one: one.row)),
        merged=merged,
        zone=_written_zone(forms, assumed),
        notes=(*_notes(header[time_at], forms, assumed), *others),
    )


def _first(bad: Sequence[Bad]) -> str:
    return f"row {bad[0].row}: {bad[0].reason}" if bad else "it has no rows"


def _of_station(rows: list[Row], at: int | None, wanted: str) -> tuple[list[Row], str, tuple[str, ...]]:
    """Return the rows of one station, its name, and a note of rows of others."""
    if at is None:
        return rows, "", ()
    names = Counter(row.cells[at].strip() for row in rows if row.cells[at].strip())
    if wanted and names:
        kept = [row for row in rows if row.cells[at].strip().casefold() == wanted.casefold()]
        if kept:
            left = len(rows) - len(kept)
            return kept, wanted, (f"{left} rows are of other stations",) if left else ()
        if len(names) > 1:
            raise SeriesFileError(f"no row of {wanted!r}; the file has {', '.join(sorted(names))}")
    if len(names) > 1:
        raise SeriesFileError(f"several stations, name one with --station: {', '.join(sorted(names))}")
    return rows, wanted or next(iter(names), ""), ()


def _stamped(
    rows: Sequence[Row], at: int, zone: timezone | None
) -> tuple[list[tuple[Row, Stamp]], list[Bad]]:
    """Return the rows with their times; those written in another way than most are refused."""
    read_, bad = list[tuple[Row, Stamp]](), list[Bad]()
    for row in rows:
        try:
            read_.append((row, read_stamp(row.cells[at], zone)))
        except StampError as error:
            bad.append(Bad(row.line, "stamp", str(error)))
    forms = Counter(stamp.form for _, stamp in read_)
    most = min(forms, key=lambda form: (-forms[form], form), default="")
    bad += [
        Bad(row.line, "mixed-offsets", f"{row.cells[at]!a} is placed by {stamp.form}, the others by {most}")
        for row, stamp in read_
        if stamp.form != most
    ]
    return [(row, stamp) for row, stamp in read_ if stamp.form == most], bad


def _levels(
    stamped: Sequence[tuple[Row, Stamp]],
    at: int,
    unit_at: int | None,
    scale: float,
    *,
    now: datetime | None,
    assumed: timezone | None,
) -> tuple[list[Reading], list[Bad]]:
    readings, bad = list[Reading](), list[Bad]()
    for row, stamp in stamped:
        text, words = row.cells[at].strip(), row.cells[unit_at].strip() if unit_at is not None else ""
        known = METRES.get(words.casefold()) if words else scale
        try:
            level = float(text) if re.fullmatch(r"[-+]?[0-9]*\.?[0-9]+", text) else math.nan
        except ValueError:
            level = math.nan
        if now is not None and stamp.moment > now + SKEW:
            bad.append(Bad(row.line, "future", f"{stamp.moment:%Y-%m-%dT%H:%MZ} is later than now"))
        elif not text:
            bad.append(Bad(row.line, "no-value", "no level is given"))
        elif not math.isfinite(level):
            bad.append(Bad(row.line, "not-a-number", f"{text[:40]!a} is no level"))
        elif known is None:
            bad.append(Bad(row.line, "unit", f"the unit {words[:20]!a} is none of m, cm, mm"))
        elif not LOWEST <= level * known <= HIGHEST:
            bad.append(
                Bad(row.line, "out-of-range", f"{level * known:g} m is no stage; is it in another unit?")
            )
        else:
            day = _day(stamp, assumed)
            readings.append(Reading(stamp.moment, day, round(level * known, 4), row.line))
    return readings, bad


def _unique(readings: Sequence[Reading]) -> tuple[list[Reading], list[Bad], int]:
    """Return one reading a moment: equal ones merged, contradicting ones set aside, in the order of time."""
    at: dict[datetime, list[Reading]] = {}
    for one in readings:
        at.setdefault(one.time, []).append(one)
    kept, bad, merged = list[Reading](), list[Bad](), 0
    for moment in sorted(at):
        group = sorted(at[moment], key=lambda one: one.row)
        if len({one.level for one in group}) > 1:
            bad += [
                Bad(
                    one.row,
                    "contradiction",
                    f"{moment:%Y-%m-%dT%H:%MZ} has several levels, here {one.level:g} m",
                )
                for one in group
            ]
        else:
            kept.append(group[0])
            merged += len(group) - 1
    return kept, bad, merged


def _day(stamp: Stamp, assumed: timezone | None) -> date:
    zone = _written_zone({stamp.form}, assumed)
    return stamp.moment.astimezone(zone).date() if zone is not None else stamp.moment.date()


def _written_zone(forms: set[str], assumed: timezone | None) -> timezone | None:
    form = next(iter(forms), "day")
    if form == "day":
        return None
    return assumed if form == "header" else timezone(timedelta(minutes=int(form)))


def _notes(header: str, forms: set[str], assumed: timezone | None) -> tuple[str, ...]:
    form = next(iter(forms), "day")
    if form in {"day", "header"} or assumed is None:
        return ()
    own = timezone(timedelta(minutes=int(form)))
    if own == assumed or own.utcoffset(None) == assumed.utcoffset(None):
        return ()
    said = "UTC" if own.utcoffset(None) == UTC.utcoffset(None) else str(own)
    return (f"the header says {header!r}, the values state {said}: they are taken at their word",)


def _scale(unit: str) -> float:
    if unit.casefold() not in METRES:
        raise SeriesFileError(f"the unit {unit[:20]!a} is none of m, cm, mm")
    return METRES[unit.casefold()]


def _header_scale(header: str) -> float:
    found = re.search(r"[(\[]\s*(mm|cm|m)\s*[)\]]", header.casefold())
    return METRES[found[1]] if found else 1.0


def _station_of(name: str) -> str:
    """Return the station that a file's name carries, as in `Water Level@LA_013901_[Pakse].csv`."""
    found = re.search(r"\[([^\]]+)\]", name)
    return found[1] if found else name.rpartition(".")[0] or name

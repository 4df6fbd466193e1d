"""Times of readings, parsed strictly: the offset of a value counts, that of a header only where it is silent.

Downloads of river stations may say UTC+07:00 in the header over values that end in `Z`. Such values are UTC:
a stated offset is never overruled. A value without an offset takes that of the header; where the header has
none either, nobody knows when it was read, and it is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

from comity.border.errors import StampError

_OFFSET: Final = re.compile(r"(?:UTC|GMT)?\s*([+-])(\d{1,2})(?::?(\d{2}))?")
_STAMP: Final = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?\s?(Z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)
MOST_OFFSET: Final = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Stamp:
    """A moment (aware, UTC), or a day at midnight; `form` says how its place in time is known."""

    moment: datetime
    form: str
    day_only: bool = False


def header_zone(header: str) -> timezone | None:
    """Return the zone that a column's name states, such as `Timestamp (UTC+07:00)`, or None.

    Raises:
        StampError: it states one that does not exist.
    """
    found = re.search(r"\b(?:UTC|GMT)\s*(?:([+-])\s*(\d{1,2})(?::?(\d{2}))?)?", header)
    if found is None:
        return None
    sign, hours, minutes = found.groups()
    return UTC if sign is None else _zone(sign, hours, minutes or "00")


def read_zone(text: str) -> timezone:
    """Return a zone written as `UTC`, `Z`, `+07:00` or `UTC+07:00`.

    Raises:
        StampError: it is none.
    """
    if text in {"Z", "UTC", "GMT"}:
        return UTC
    found = _OFFSET.fullmatch(text)
    if found is None:
        raise StampError(f"{text[:40]!a} is no offset")
    return _zone(found[1], found[2], found[3] or "00")


def read_stamp(text: str, zone: timezone | None) -> Stamp:
    """Return a time, or a day.

    Args:
        text: `YYYY-MM-DD`, or with a time after `T` or a space, with or without an offset.
        zone: What the header says, for values that say nothing.

    Raises:
        StampError: it is written otherwise, does not exist, or its offset is not known.
    """
    found = _STAMP.fullmatch(text.strip())
    if found is None:
        raise StampError(f"{text[:40]!a} is no time that can be read without guessing")
    year, month, day, hour, minute, second, offset = found.groups()
    try:
        naive = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))  # noqa: DTZ001 - the zone follows
    except ValueError as error:
        raise StampError(f"{text[:40]!a}: {error}") from error
    if hour is None:
        return Stamp(naive.replace(tzinfo=UTC), "day", day_only=True)
    if offset is None:
        if zone is None:
            raise StampError(f"{text[:40]!a} has no offset, and the header names none")
        return Stamp(_utc(naive, zone, text), "header")
    own = UTC if offset == "Z" else _zone(offset[0], offset[1:3], offset[-2:])
    minutes = int((own.utcoffset(None) or timedelta()).total_seconds()) // 60
    return Stamp(_utc(naive, own, text), f"{minutes:+d}")


def read_day(text: str) -> date:
    """Return a day written `YYYY-MM-DD` and nothing else.

    Raises:
        StampError: it is written otherwise, or does not exist.
    """
    stamp = read_stamp(text, None)
    if not stamp.day_only:
        raise StampError(f"{text[:40]!a} is no day")
    return stamp.moment.date()


def _utc(naive: datetime, zone: timezone, text: str) -> datetime:
    try:
        return naive.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError as error:
        raise StampError(f"{text[:40]!a}: out of range") from error


def _zone(sign: str, hours: str, minutes: str) -> timezone:
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    if offset > MOST_OFFSET or int(minutes) > 59:  # noqa: PLR2004 - minutes of an hour
        raise StampError(f"UTC{sign}{hours}:{minutes} is no offset")
    return timezone(-offset if sign == "-" else offset)

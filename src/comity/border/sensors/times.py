"""Times as the service keeps them: whole microseconds since 1970 UTC, read strictly.

A time without its offset is refused: whoever guesses it is wrong in one of two countries. An interval is two
instants with a solidus between them (ISO 8601, as OGC 18-088 section 8 uses it).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
DAY: Final = 86_400_000_000
SECOND: Final = 1_000_000
_DURATION: Final = re.compile(
    r"(?P<sign>-?)P(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?"
    r"(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)


def read_instant(text: object) -> int:
    """Return microseconds since 1970 UTC.

    Raises:
        ValueError: it is no time of ISO 8601 with an offset.
    """
    if not isinstance(text, str):
        raise ValueError("a time is text")  # noqa: TRY004 - one error for whatever is no time
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("a time without its offset")
    since = found - EPOCH
    return since.days * DAY + since.seconds * SECOND + since.microseconds


def read_time(text: object) -> tuple[int, int | None]:
    """Return an instant with None, or the two ends of an interval.

    Raises:
        ValueError: it is neither, or the interval ends before it begins.
    """
    if isinstance(text, str) and "/" in text:
        start, _, end = text.partition("/")
        first, last = read_instant(start), read_instant(end)
        if last < first:
            raise ValueError("an interval that ends before it begins")
        return first, last
    return read_instant(text), None


def write_instant(micros: int) -> str:
    """Return an instant as text, in UTC."""
    moment = EPOCH + timedelta(microseconds=micros)
    text = moment.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")
    if moment.microsecond:
        text += f".{moment.microsecond:06d}".rstrip("0")
    return text + "Z"


def write_time(start: int | None, end: int | None) -> str | None:
    """Return an instant or an interval as text, None for none."""
    if start is None:
        return None
    return write_instant(start) if end is None else f"{write_instant(start)}/{write_instant(end)}"


def read_duration(text: str) -> int:
    """Return the microseconds of `P1DT2H3M4.5S`.

    Raises:
        ValueError: it is no such duration.
    """
    found = _DURATION.fullmatch(text)
    if found is None or text.endswith(("P", "T")):
        raise ValueError(f"{text!r} is no duration of days, hours, minutes and seconds")
    parts = {name: float(found[name] or 0) for name in ("days", "hours", "minutes", "seconds")}
    size = round(timedelta(**parts) / timedelta(microseconds=1))
    return -size if found["sign"] else size


def now() -> int:
    """Return this moment."""
    since = datetime.now(UTC) - EPOCH
    return since.days * DAY + since.seconds * SECOND + since.microseconds

r"""What a feed gives: places that something says of itself, and what was set aside, by reason.

    2026-03-01T06:00:00Z,8D40621D58C382D690C8AC2863A7        a message a line, with the time it was received
    \c:1772344800*57\!AIVDM,1,1,,A,18SJ;POP0bWU…,0*05       or in a tag block of NMEA 4.10

Only numbers of ships and aircraft are taken as names. What else a message says of a ship, its owner or its
crew is not read, and that there was something is counted.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import cos, hypot, radians, sin
from typing import TYPE_CHECKING, Final, NamedTuple

from comity.border.errors import StampError
from comity.border.feeds.errors import FeedError
from comity.border.sensors.times import read_instant

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_BYTES: Final = 64 << 20
MOST_LINE: Final = 2_000
MOST_ASIDE: Final = 1_000
KNOT: Final = 1852 / 3600
"""Metres a second."""
POLE: Final = 90.0
ANTIMERIDIAN: Final = 180.0
SECOND: Final = 1_000_000
_TAG: Final = re.compile(r"\\([^\\]{1,200})\*([0-9A-Fa-f]{2})\\")
_EPOCH: Final = re.compile(r"(?:^|,)c:(\d{9,13})(?:,|$)")


class Said(NamedTuple):
    """A place that something says of itself.

    Attributes:
        time: When, µs UTC.
        lat: Degrees.
        lon: Degrees.
        kind: Class of the object.
        number: The number it gives itself, nothing where the feed has none.
        sigma: Metres.
        velocity: m/s east and north, where it says so.
    """

    time: int
    lat: float
    lon: float
    kind: str
    number: str
    sigma: float
    velocity: tuple[float, float] | None = None


class Aside(NamedTuple):
    """A message that was set aside: why, in words, and what it was."""

    reason: str
    words: str
    raw: str


@dataclass(slots=True)
class Heard:
    """What a file holds.

    Attributes:
        feed: adsb, ais or gps.
        said: Places, in the order of the file.
        aside: What was set aside, the first of it.
        counts: Of all that was set aside, by reason.
        left_out: Messages of other kinds, and what was not read of identities, by what it was.
        messages: How many there were.
    """

    feed: str
    said: list[Said] = field(default_factory=list)
    aside: list[Aside] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    messages: int = 0

    def put_aside(self, reason: str, words: str, raw: str) -> None:
        """Set one message aside."""
        self.counts[reason] += 1
        if len(self.aside) < MOST_ASIDE:
            self.aside.append(Aside(reason, words[:300], raw[:MOST_LINE]))

    def add(self, one: Said, raw: str) -> None:
        """Take a place, if it is one."""
        if abs(one.lat) <= POLE and abs(one.lon) <= ANTIMERIDIAN:
            self.said.append(one)
        else:
            self.put_aside("no-fix", "no place is given", raw)


def load(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises:
        FeedError: it cannot be read, or is too large.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise FeedError(f"{path}: {error.strerror}") from error
    if len(data) > MOST_BYTES:
        raise FeedError(f"{path}: more than {MOST_BYTES >> 20} MiB")
    return data


def lines(data: bytes, heard: Heard) -> Iterator[str]:
    """Yield the lines of a file that may be messages; others are set aside.

    A line that is no UTF-8 is set aside alone: receivers write noise.
    """
    for raw in data.removeprefix(b"\xef\xbb\xbf").splitlines():
        if not raw.strip() or raw.lstrip().startswith(b"#"):
            continue
        heard.messages += 1
        try:
            line = raw.decode("ascii").strip()
        except UnicodeDecodeError:
            heard.put_aside("malformed", "not plain text", raw[:MOST_LINE].decode(errors="replace"))
            continue
        if len(line) > MOST_LINE:
            heard.put_aside("malformed", f"more than {MOST_LINE} characters", line)
            continue
        yield line


def timed(line: str) -> tuple[int, str]:
    """Return when a line was received, µs UTC, and its message.

    Raises:
        StampError: it does not say so, or not with its offset.
    """
    tag = _TAG.match(line)
    if tag is not None:
        epoch = _EPOCH.search(tag[1])
        if epoch is None or _checksum(tag[1]) != int(tag[2], 16):
            raise StampError("the tag block has no time, or its checksum is another")
        seconds = int(epoch[1])
        # Ten digits are seconds until the year 2286, thirteen are milliseconds.
        return (seconds * SECOND if seconds < 10**11 else seconds * 1_000), line[tag.end() :]
    stamp, comma, message = line.partition(",")
    if not comma or not stamp[:1].isdigit():
        raise StampError("without the time of reception")
    try:
        return read_instant(stamp), message.strip()
    except (ValueError, OverflowError) as error:
        raise StampError(f"{stamp[:40]!a}: {error}") from error


def velocity_of(knots: float | None, course: float | None) -> tuple[float, float] | None:
    """Return m/s east and north of a speed over ground and a course, degrees from north, clockwise."""
    if knots is None or course is None or not 0 <= course <= 360:  # noqa: PLR2004 - degrees
        return None
    turn = radians(course)
    return round(knots * KNOT * sin(turn), 3), round(knots * KNOT * cos(turn), 3)


def speed_of(one: Said) -> float | None:
    """Return metres a second."""
    return None if one.velocity is None else round(hypot(*one.velocity), 3)


def micros(moment: datetime) -> int:
    """Return µs UTC of an aware time."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _checksum(text: str) -> int:
    found = 0
    for byte in text.encode():
        found ^= byte
    return found

"""A file of received messages, gathered into claims: what each transmitter says of itself, and where.

Each line is `[TIME[,TRANSMITTER],]HEX`: the time of reception with its offset, the name of the transmitter
(its address, as a receiver writes it), one message or pack. Bad lines and bad messages are set aside and
counted; what one transmitter sends too fast is counted too, and said.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from comity.border.errors import RemoteIdError, StampError
from comity.border.remoteid import decode
from comity.border.river.stamps import read_stamp

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from comity.border.remoteid.decode import Body, Location

MOST_BYTES: Final = 64 << 20
MOST_LINE: Final = 1_000
MOST_ASIDE: Final = 1_000
MOST_REPORTS: Final = 100_000
FLOOD: Final = 20
"""Messages a second of one transmitter beyond which it floods; the standard asks for about four."""
AHEAD: Final = 2_000
HOUR: Final = 3_600_000
STALE: Final = 10_000
"""Milliseconds between what a message says and when it came, beyond which it is said."""

_SPLIT = re.compile(r"[,\s]+")
_HEX = re.compile(r"[0-9A-Fa-f]+")


@dataclass(frozen=True, slots=True)
class Report:
    """A place that a claim names: when (ms UTC; None where nothing says so), and the message."""

    time: int | None
    location: Location
    line: int


@dataclass(slots=True)
class Claim:
    """What one transmitter says; nothing of it is proven.

    Attributes:
        transmitter: Its name, or nothing where the file names none.
        messages: How many could be read.
        bodies: The newest of each type but locations.
        ids: Every id it gave itself, in order.
        reports: The places it named.
        dropped: Places beyond those that are kept.
        flooding: Whether it sent faster than any honest one.
        stale: Places whose own time is far from that of reception.
    """

    transmitter: str
    messages: int = 0
    bodies: dict[str, Body] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    dropped: int = 0
    flooding: bool = False
    stale: int = 0


@dataclass(frozen=True, slots=True)
class Aside:
    """What was set aside: the line, why, in words."""

    line: int
    reason: str
    words: str


@dataclass(slots=True)
class Received:
    """A file: its claims by transmitter, what was set aside (the first of it, and counts of all)."""

    claims: list[Claim]
    aside: list[Aside]
    counts: Counter[str]
    lines: int


def read(data: bytes, now: datetime | None = None) -> Received:
    """Read a file of received messages.

    Args:
        data: Its bytes.
        now: The moment; messages received later are set aside.

    Raises:
        RemoteIdError: the file is too large or no text.
    """
    if len(data) > MOST_BYTES:
        raise RemoteIdError(f"more than {MOST_BYTES >> 20} MiB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RemoteIdError(f"it is no text: {error}") from error
    found = _Reader(None if now is None else int(now.timestamp() * 1000) + AHEAD)
    lines = text.splitlines()
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            found.take(number, line.strip())
    return Received(found.finished(), found.aside, found.counts, found.lines)


class _Reader:
    def __init__(self, latest: int | None) -> None:
        self._latest = latest
        self._claims: dict[str, Claim] = {}
        self._seconds: dict[str, Counter[int]] = {}
        self.aside: list[Aside] = []
        self.counts: Counter[str] = Counter()
        self.lines = 0

    def take(self, number: int, line: str) -> None:
        self.lines += 1
        try:
            time, name, data = _parts(line)
        except (RemoteIdError, StampError, ValueError) as error:
            self._put_aside(number, "line", str(error))
            return
        if time is not None and self._latest is not None and time > self._latest:
            self._put_aside(number, "future", "received later than now")
            return
        for one in decode.unpack(data):
            if isinstance(one, decode.BadMessageError):
                self._put_aside(number, one.reason, str(one))
            else:
                self._keep(number, time, name, one.body)

    def finished(self) -> list[Claim]:
        for name, seconds in self._seconds.items():
            self._claims[name].flooding = max(seconds.values()) > FLOOD
        return [self._claims[name] for name in sorted(self._claims)]

    def _keep(self, number: int, time: int | None, name: str, body: Body) -> None:
        claim = self._claims.setdefault(name, Claim(name))
        claim.messages += 1
        if time is not None:
            self._seconds.setdefault(name, Counter())[time // 1000] += 1
        if isinstance(body, decode.Location):
            if len(claim.reports) >= MOST_REPORTS:
                claim.dropped += 1
                return
            said = said_at(time, body.second)
            claim.stale += time is not None and said is not None and abs(said - time) > STALE
            claim.reports.append(Report(said, body, number))
            return
        claim.bodies[type(body).__name__] = body
        if isinstance(body, decode.BasicId) and body.uas_id and body.uas_id not in claim.ids:
            claim.ids.append(body.uas_id)

    def _put_aside(self, number: int, reason: str, words: str) -> None:
        self.counts[reason] += 1
        if len(self.aside) < MOST_ASIDE:
            self.aside.append(Aside(number, reason, words))


def said_at(received: int | None, second: float | None) -> int | None:
    """Return when a message says it is (ms UTC): its second in the hour nearest to the reception."""
    if received is None or second is None:
        return received
    start = received - received % HOUR + round(second * 1000)
    return min((start - HOUR, start, start + HOUR), key=lambda one: abs(one - received))


def _parts(line: str) -> tuple[int | None, str, bytes]:
    if len(line) > MOST_LINE:
        raise RemoteIdError(f"a line of more than {MOST_LINE} characters")
    *before, text = _SPLIT.split(line)
    if len(before) > 2:  # noqa: PLR2004 - time and transmitter
        raise RemoteIdError(f"{len(before) + 1} parts, a line has at most three")
    if len(text) % 2 or not _HEX.fullmatch(text):
        raise RemoteIdError("the last part is no hexadecimal")
    time = None
    if before:
        stamp = read_stamp(before[0], None)
        if stamp.day_only:
            raise StampError(f"{before[0]!a} is a day, not a time")
        time = int(stamp.moment.timestamp() * 1000)
    return time, before[1] if len(before) > 1 else "", bytes.fromhex(text)


def places(claim: Claim) -> Iterator[tuple[int, float, float, Location]]:
    """Yield time (ms UTC), longitude and latitude of each place that has all three, in the order of time."""
    found = [
        (one.time, one.location.longitude, one.location.latitude, one.location)
        for one in claim.reports
        if one.time is not None and one.location.longitude is not None and one.location.latitude is not None
    ]
    for time, lon, lat, location in sorted(found, key=lambda one: one[:3]):
        if lon is not None and lat is not None:
            yield time, lon, lat, location

"""AIS (ITU-R M.1371) by pyais: places of ships, and of aircraft that search for them, as they say themselves.

Names, call signs and destinations are not read: the number alone tells ships apart. Parts of a message are
put together in the order of their numbers, by channel and sequence; what stays incomplete is set aside.
"""

from __future__ import annotations

import re
from typing import Any, Final

from comity.border.errors import StampError
from comity.border.feeds.errors import DecoderMissingError
from comity.border.feeds.messages import Heard, Said, lines, timed, velocity_of

FORM: Final = re.compile(
    r"!([A-Z]{2}VD[MO]),([1-9]),([1-9]),(\d?),([AB12]?),([0-W`-w]{1,100}),([0-5])\*([0-9A-F]{2})"
)
PLACES: Final = {1: "boat", 2: "boat", 3: "boat", 9: "air", 18: "boat", 19: "boat", 27: "boat"}
"""Types of messages that say where somebody is, and the class of who sends them."""
IDENTITIES: Final = frozenset({5, 19, 24})
"""Types with names of ships, call signs and the like."""
NO_SPEED: Final = 102.3
FASTEST: Final = {9: 1022.0}
NO_COURSE: Final = 360.0
ACCURATE: Final = 10.0
INACCURATE: Final = 30.0
"""Metres: the standard says better or worse than 10 m and no more; worse is taken for three times that."""
LONG_RANGE: Final = 27
COARSE: Final = 185.0
"""Metres of a tenth of a minute, the resolution of long-range messages."""
MOST_OPEN: Final = 1_000


def read(data: bytes) -> Heard:
    """Return the places that a file's messages say.

    Raises:
        DecoderMissingError: pyais is not installed.
    """
    try:
        import pyais  # noqa: PLC0415 - an optional part
    except ImportError as error:
        raise DecoderMissingError("AIS needs pyais") from error
    heard = Heard("ais")
    parts = _Parts(heard)
    for line in lines(data, heard):
        try:
            time, message = timed(line)
        except StampError as error:
            heard.put_aside("stamp", str(error), line)
            continue
        whole = parts.whole(time, message.upper() if message.startswith("!ai") else message, line)
        if whole is not None:
            _take(pyais, *whole, heard)
    parts.finish()
    return heard


class _Parts:
    """Puts messages of several sentences together."""

    def __init__(self, heard: Heard) -> None:
        self._heard = heard
        self._open: dict[tuple[str, str, str], tuple[int, list[str], int]] = {}

    def whole(self, time: int, message: str, line: str) -> tuple[int, list[str]] | None:
        form = FORM.fullmatch(message)
        if form is None:
            self._heard.put_aside("malformed", "no sentence of AIS", line)
            return None
        total, number = int(form[2]), int(form[3])
        if total == 1:
            return time, [message]
        key = (form[4], form[5], form[1])
        first, known, count = self._open.pop(key, (time, [], total))
        if number == 1 and known:
            self._incomplete(known)
            first, known, count = time, [], total
        if number != len(known) + 1 or count != total:
            self._incomplete([*known, message])
            return None
        known.append(message)
        if number == total:
            return first, known
        self._open[key] = (first, known, total)
        if len(self._open) > MOST_OPEN:
            self._incomplete(self._open.pop(next(iter(self._open)))[1])
        return None

    def finish(self) -> None:
        for _, known, _ in self._open.values():
            self._incomplete(known)

    def _incomplete(self, known: list[str]) -> None:
        self._heard.put_aside("malformed", "parts of the message are missing", " ".join(known))


def _take(pyais: Any, time: int, sentences: list[str], heard: Heard) -> None:
    raw = " ".join(sentences)
    try:
        found = pyais.decode(*sentences, error_if_checksum_invalid=True)
        kind = int(found.msg_type)
        if kind in IDENTITIES:
            heard.left_out["names and identities"] += 1
        if kind not in PLACES:
            heard.left_out[f"type {kind}"] += 1
            return
        one = _said(time, kind, found)
    except pyais.exceptions.InvalidNMEAChecksum as error:
        heard.put_aside("checksum", str(error), raw)
    except Exception as error:  # noqa: BLE001 - whatever a decoder makes of noise, the next message is another
        heard.put_aside("malformed", f"{type(error).__name__}: {error}", raw)
    else:
        heard.add(one, raw)


def _said(time: int, kind: int, found: Any) -> Said:
    number = int(found.mmsi)
    if not 0 < number < 10**9:
        raise ValueError("no number of a ship")  # set aside by who calls
    speed, course = float(found.speed), float(found.course)
    known = speed < FASTEST.get(kind, NO_SPEED) and course < NO_COURSE
    sigma = COARSE if kind == LONG_RANGE else ACCURATE if found.accuracy else INACCURATE
    velocity = velocity_of(speed, course) if known else None
    lat, lon = float(found.lat), float(found.lon)
    return Said(time, round(lat, 6), round(lon, 6), PLACES[kind], f"{number:09d}", sigma, velocity)

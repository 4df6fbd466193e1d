"""ADS-B (ICAO Annex 10 vol. IV) by rs1090: places of aircraft, as they say themselves.

The decoder ends its whole process over one character that is no hexadecimal. So a message is looked at before
it is given to it, the decoder runs in a process of its own, and where that ends nevertheless, the one
message that ended it is found by halving and set aside. The number of the aircraft alone is kept; a
call sign is not read.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import IO, Any, Final, Self

from comity.border.errors import StampError
from comity.border.feeds.errors import DecoderMissingError, FeedError
from comity.border.feeds.messages import SECOND, Heard, Said, lines, timed, velocity_of

FORM: Final = re.compile(r"[0-9A-F]{14}|[0-9A-F]{28}")
WORKER: Final = Path(__file__).with_name("adsb_worker.py")
"""Run by its path: it needs nothing of this package, and starts faster without."""
SIGMA: Final = 50.0
"""Metres: what a message says of its own accuracy is a claim as well, and is not believed."""
FRESH: Final = 10 * SECOND
"""How long a speed stands by a place."""
MISSING: Final = 3
"""Exit code of a worker without a decoder."""

Message = tuple[float, str]


def read(data: bytes) -> Heard:
    """Return the places that a file's messages say.

    Raises:
        DecoderMissingError: rs1090 is not installed.
        FeedError: the decoder cannot be started.
    """
    heard = Heard("adsb")
    messages: list[tuple[int, str, str]] = []
    for line in lines(data, heard):
        try:
            time, text = timed(line)
        except StampError as error:
            heard.put_aside("stamp", str(error), line)
            continue
        frame = text.removeprefix("*").removesuffix(";").upper()
        if FORM.fullmatch(frame) is None:
            heard.put_aside("malformed", "not 14 or 28 hexadecimal digits", line)
        else:
            messages.append((time, frame, line))
    messages.sort(key=lambda one: one[0])  # a place needs two messages, one after the other
    _places(messages, heard)
    return heard


def _places(messages: list[tuple[int, str, str]], heard: Heard) -> None:
    with Decoder() as decoder:
        found, poison = decoder.decode([(time / SECOND, frame) for time, frame, _ in messages])
    by_frame: dict[tuple[float, str], dict[str, Any]] = {
        (one["timestamp"], one["frame"].upper()): one for one in found
    }
    speeds: dict[str, tuple[int, tuple[float, float] | None]] = {}
    for at, (time, frame, line) in enumerate(messages):
        one = by_frame.get((time / SECOND, frame))
        if at in poison:
            heard.put_aside("malformed", "the decoder ended over it", line)
        elif one is None:
            heard.put_aside("checksum", "its parity is another, or it is of no known form", line)
        else:
            _take(time, one, line, speeds, heard)


def _take(
    time: int,
    one: dict[str, Any],
    line: str,
    speeds: dict[str, tuple[int, tuple[float, float] | None]],
    heard: Heard,
) -> None:
    number = str(one.get("icao24", ""))
    if one.get("callsign"):
        heard.left_out["names and identities"] += 1
    if _is_number(one.get("groundspeed")) and _is_number(one.get("track")):
        speeds[number] = (time, velocity_of(one["groundspeed"], one["track"]))
    if not (_is_number(one.get("latitude")) and _is_number(one.get("longitude"))):
        heard.left_out["without a place"] += 1
        return
    at, velocity = speeds.get(number, (time, None))
    lat, lon = round(one["latitude"], 6), round(one["longitude"], 6)
    heard.add(Said(time, lat, lon, "air", number, SIGMA, velocity if time - at <= FRESH else None), line)


class Decoder:
    """The decoder, in a process of its own that may end at any message."""

    def __init__(self) -> None:
        self._worker: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def decode(self, messages: list[Message]) -> tuple[list[dict[str, Any]], set[int]]:
        """Return what the decoder makes of messages, and the places of those that it ended over.

        Args:
            messages: Time (s) and 14 or 28 hexadecimal digits, in the order of time.
        """
        if not messages:
            return [], set()
        found = self._ask(messages)
        if found is not None:
            return found, set()
        poison = set(self._ending(messages, 0))
        kept = [one for at, one in enumerate(messages) if at not in poison]
        found = self._ask(kept) if kept else []
        if found is None:
            raise FeedError("the decoder ends over these messages together, and over none alone")
        return found, poison

    def _ending(self, messages: list[Message], first: int) -> list[int]:
        """Return the places of the messages that end the decoder alone, by halving."""
        if self._ask(messages) is not None:
            return []
        if len(messages) == 1:
            return [first]
        half = len(messages) // 2
        return self._ending(messages[:half], first) + self._ending(messages[half:], first + half)

    def _ask(self, messages: list[Message]) -> list[dict[str, Any]] | None:
        """Return what the worker says; None where it ended."""
        worker = self._started()
        stdin, stdout = _pipes(worker)
        try:
            stdin.write(json.dumps(messages).encode() + b"\n")
            stdin.flush()
            line = stdout.readline()
        except OSError:
            line = b""
        if line:
            found: list[dict[str, Any]] | None = json.loads(line)
            return found
        code = worker.wait()
        self._end()
        if code == MISSING:
            raise DecoderMissingError("ADS-B needs rs1090")
        return None

    def _started(self) -> subprocess.Popen[bytes]:
        if self._worker is None:
            self._worker = subprocess.Popen(  # noqa: S603 - this interpreter and a file beside this one
                [sys.executable, "-I", str(WORKER)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self._worker

    def _end(self) -> None:
        if self._worker is not None:
            for pipe in (self._worker.stdin, self._worker.stdout):
                if pipe is not None:
                    pipe.close()
            self._worker.kill()
            self._worker.wait()
            self._worker = None


def _pipes(worker: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    assert worker.stdin is not None
    assert worker.stdout is not None
    return worker.stdin, worker.stdout


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)

"""Files read in a process of their own, so that none can hurt the one that holds the keys.

The reading process gets bytes and gives back text and maps; it opens no file, writes none, and has limits on
memory, processor time and open files. A file that exhausts it, or ends it, is refused by name; the next file
is read by a new process. The process is used again for the files that follow, and renewed after some of them.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import struct
import subprocess
import sys
import threading
import time
from typing import IO, TYPE_CHECKING, Any, Final, Self, cast

import orjson

from comity.perspectives.entries.documents import LanguageShare, Note, Page, Section
from comity.perspectives.intake import errors, taken
from comity.perspectives.intake.errors import IntakeError, StoppedError, TooLargeError
from comity.perspectives.intake.formats import TEXT, media_type
from comity.perspectives.intake.read import document_text
from comity.perspectives.intake.taken import TakenIn

if TYPE_CHECKING:
    from pathlib import Path

SECONDS: Final = 60.0
"""Time that a file may take."""
FILES: Final = 200
"""Files after which a reading process is renewed, so that its memory stays flat whatever the readers keep."""
MODULE: Final = "comity.perspectives.intake.worker"
_PIPE: Final = 65536
_SIZE: Final = struct.Struct(">I")
_ERRORS: Final = {
    kind.code: kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, IntakeError)
}


class Reader:
    """A reading process, started when the first file comes; a context manager."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._read = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def take_in(self, original: bytes, *, languages: bool = True) -> TakenIn:
        """Return a document read in the other process.

        Raises:
            IntakeError: as `take_in` of the package says; `StoppedError` where the reading was stopped.
        """
        if len(original) > taken.MAX_BYTES:
            raise TooLargeError(f"the file has {len(original)} bytes; at most {taken.MAX_BYTES} are taken in")
        if self._process is None or self._read >= FILES or self._process.poll() is not None:
            self._end()
            self._start()
        self._read += 1
        try:
            reply = self._asked(original, languages=languages)
        except BrokenPipeError:  # it had just ended for want of work
            self._end()
            self._start()
            reply = self._asked(original, languages=languages)
        if "error" in reply:
            raise _ERRORS.get(reply["error"], IntakeError)(reply["message"])
        return TakenIn(
            text=reply["text"],
            media_type=reply["media_type"],
            sha256=reply["sha256"],
            pages=tuple(Page(**page) for page in reply["pages"]),
            sections=tuple(Section(**section) for section in reply["sections"]),
            notes=tuple(Note(**note) for note in reply["notes"]),
            languages=tuple(LanguageShare(**share) for share in reply["languages"]),
            method=reply["method"],
        )

    def _start(self) -> None:
        environment = {
            name: value for name, value in os.environ.items() if name in {"PATH", "PYTHONPATH", "LANG"}
        }
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
            [sys.executable, "-m", MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env={**environment, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )
        self._read = 0

    def _asked(self, original: bytes, *, languages: bool) -> dict[str, Any]:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise StoppedError("the reading process is not running")
        deadline = time.monotonic() + self._seconds
        try:
            _send(process.stdin, _SIZE.pack(len(original)) + bytes([languages]), original, deadline)
            size = _SIZE.unpack(_exactly(process.stdout, _SIZE.size, deadline))[0]
            return cast("dict[str, Any]", orjson.loads(_exactly(process.stdout, size, deadline)))
        except TimeoutError as error:
            self._end()
            raise StoppedError(
                f"reading the file took more than {self._seconds:g} s and was stopped"
            ) from error
        except BrokenPipeError:
            raise
        except (OSError, EOFError) as error:
            self._end()
            raise StoppedError(
                "reading the file ended the reading process: memory, or a damaged file"
            ) from error

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()
            process.wait()


def _send(stream: IO[bytes], head: bytes, original: bytes, deadline: float) -> None:
    """Write a frame before a deadline."""
    waiting = memoryview(head + original)
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_WRITE)
        while waiting:
            left = deadline - time.monotonic()
            if left <= 0 or not selector.select(left):
                raise TimeoutError
            waiting = waiting[os.write(stream.fileno(), waiting[:_PIPE]) :]


def _exactly(stream: IO[bytes], size: int, deadline: float) -> bytes:
    """Read `size` bytes before a deadline."""
    parts = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while len(parts) < size:
            left = deadline - time.monotonic()
            if left <= 0 or not selector.select(left):
                raise TimeoutError
            part = os.read(stream.fileno(), min(size - len(parts), 1 << 20))
            if not part:
                raise EOFError
            parts += part
    return bytes(parts)


def read_file(path: Path) -> bytes:
    """Return the bytes of a file that is not too large to be taken in.

    Raises:
        IntakeError: it cannot be read, is no file, or is too large.
    """
    try:
        if not path.is_file():
            raise IntakeError(f"{path}: no such file")
        size = path.stat().st_size
        if size > taken.MAX_BYTES:
            raise TooLargeError(f"{path}: the file has {size} bytes; at most {taken.MAX_BYTES} are taken in")
        return path.read_bytes()
    except OSError as error:
        raise IntakeError(f"{path}: {error.strerror}") from error


_SHARED: Final = Reader()
_TURN: Final = threading.Lock()


def take_in_apart(original: bytes, *, languages: bool = True) -> TakenIn:
    """Return a document read by the reading process that this process shares, one file at a time.

    Raises:
        IntakeError: the bytes are no document that is read here.
    """
    with _TURN:
        return _SHARED.take_in(original, languages=languages)


def text_of(path: Path) -> str:
    """Return the text of a document's file.

    Raises:
        IntakeError: it cannot be read, or is no document that is read here.
    """
    return text_of_bytes(read_file(path))


def text_of_bytes(original: bytes) -> str:
    """Return the text of a document; a text file is read here, every other format apart.

    Raises:
        IntakeError: the bytes are no document that is read here.
    """
    if media_type(original) == TEXT:
        return document_text(original)
    return take_in_apart(original, languages=False).text

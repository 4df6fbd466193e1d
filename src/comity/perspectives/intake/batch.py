"""Many files at once: each read apart, each with its own outcome; begun again, what is held is passed over.

Files are read by a few reading processes, a few files ahead of what is recorded, so that memory does not grow
with the batch. Records are appended in groups; a batch that is stopped loses at most the group in hand, and
the same command goes on where it was: the same bytes are the same document.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import local
from typing import TYPE_CHECKING, Final, Literal

from comity.perspectives.intake.errors import IntakeError
from comity.perspectives.intake.isolated import Reader, read_file

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from comity.perspectives.intake.taken import TakenIn

READERS: Final = 2
AHEAD: Final = 4
"""Files that are read ahead of what is recorded, for each reading process."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: taken in, held before, or refused, and then why."""

    path: Path
    state: Literal["new", "held", "refused"]
    sha256: str = ""
    work: str = ""
    index: int | None = None
    code: str = ""
    message: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """A file that was read: its bytes and what they hold, or the refusal; neither where it is held."""

    path: Path
    sha256: str = ""
    original: bytes = b""
    taken: TakenIn | None = None
    refusal: IntakeError | None = None


def files_of(paths: Iterable[Path]) -> list[Path]:
    """Return the files named, those of a folder in the order of their names, hidden ones left out."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = (item.relative_to(path) for item in path.rglob("*") if item.is_file())
            shown = (item for item in inside if not any(part.startswith(".") for part in item.parts))
            found += [path / item for item in sorted(shown)]
        else:
            found.append(path)
    return found


def read_all(
    paths: Sequence[Path], known: Collection[str], *, seconds: float | None = None
) -> Iterator[Read]:
    """Yield every file in order, read; one whose digest is known, or came before, with its digest only."""
    readers: list[Reader] = []
    mine = local()
    seen: set[str] = set(known)

    def read(path: Path) -> Read:
        try:
            original = read_file(path)
            digest = base64.b64encode(hashlib.sha256(original).digest()).decode()
            if digest in seen:
                return Read(path, digest)
            if not hasattr(mine, "reader"):
                mine.reader = Reader() if seconds is None else Reader(seconds)
                readers.append(mine.reader)
            return Read(path, digest, original, mine.reader.take_in(original))
        except IntakeError as error:
            return Read(path, refusal=error)

    pool = ThreadPoolExecutor(READERS)
    try:
        for found in _ahead(pool, read, paths):
            if found.sha256 in seen:
                yield Read(found.path, found.sha256)
            else:
                if found.taken is not None:
                    seen.add(found.sha256)
                yield found
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        for reader in readers:
            reader.__exit__()


def _ahead(pool: ThreadPoolExecutor, read: Callable[[Path], Read], paths: Sequence[Path]) -> Iterator[Read]:
    """Yield results in order, with few files in the air."""
    waiting: deque[Future[Read]] = deque()
    following = iter(paths)
    waiting.extend(pool.submit(read, path) for path in itertools.islice(following, READERS * AHEAD))
    while waiting:
        yield waiting.popleft().result()
        path = next(following, None)
        if path is not None:
            waiting.append(pool.submit(read, path))


def refused(path: Path, error: IntakeError) -> Outcome:
    """Return the outcome of a file that is not taken in."""
    return Outcome(path, "refused", code=error.code, message=str(error), advice=error.advice)

"""Reads text files, plain or gzip, line by line, and says where one is damaged."""

from __future__ import annotations

import gzip
import zlib
from contextlib import contextmanager
from io import TextIOWrapper
from typing import TYPE_CHECKING, Final

from comity.perspectives.study.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_GZIP: Final = b"\x1f\x8b"


@contextmanager
def lines_of(path: Path) -> Iterator[TextIOWrapper]:
    """Open a UTF-8 file for reading; what makes it unreadable is one kind of error.

    Raises:
        StudyError: The file is missing, cut short, or is not UTF-8.
    """
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == _GZIP
        with gzip.open(path) if packed else path.open("rb") as file:
            yield TextIOWrapper(file, encoding="utf-8-sig", newline="")
    except (OSError, EOFError, zlib.error) as error:
        raise StudyError(f"{path} cannot be read: {error}") from error
    except UnicodeDecodeError as error:
        raise StudyError(f"{path} is not UTF-8 at byte {error.start}") from error

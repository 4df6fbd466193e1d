"""Files named on the command line: their bytes, or an error that names the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.record.errors import ComityError

if TYPE_CHECKING:
    from pathlib import Path


class RegisterFileError(ComityError):
    """A file that was named cannot be read."""

    code = "register-file"
    advice = "Name a file that is there and may be read."


def file_bytes(file: Path) -> bytes:
    """Return the bytes of a file.

    Raises:
        RegisterFileError: it cannot be read.
    """
    try:
        return file.read_bytes()
    except OSError as error:
        raise RegisterFileError(f"{file}: {error.strerror}") from error

"""Fetching: from a log's relative path to its bytes, whatever carries them.

A fetcher is a function `path -> bytes` that raises a `FetchError`. Paths are relative to the log's
prefix: "checkpoint", "tile/0/000". A folder, a USB stick for one, is fetched from like a web server.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path

from comity.record.errors import ComityError
from comity.record.tiles import FULL_WIDTH, MAX_ENTRY

Fetch = Callable[[str], bytes]

MAX_RESOURCE = FULL_WIDTH * (MAX_ENTRY + 2)
"""Octets of the largest entry bundle that can exist; nothing a log serves is larger."""

_SEGMENT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*\Z", re.ASCII)
_LONGEST_PATH = 256
_GONE = {errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG}


class FetchError(ComityError):
    """The bytes could not be had; trying again later may help."""

    code = "fetch"
    advice = "Check the line or the medium and try again."


class NotFoundError(FetchError):
    """There is nothing at this path."""

    code = "fetch-not-found"
    advice = "Check that this is the log that was meant; it may be shorter than expected."


class OversizeError(FetchError):
    """There are more octets than anything at this path may have; nothing of it is used."""

    code = "fetch-oversize"
    advice = "Tell whoever operates the log: it serves more than the format allows."


def folder_fetcher(folder: str | Path, *, limit: int = MAX_RESOURCE) -> Fetch:
    """Return a fetcher that reads the files of a static export.

    No path leaves the folder: each step is opened without following symbolic links, and only regular
    files are read.

    Args:
        folder: the folder that holds `checkpoint` and `tile`.
        limit: the most octets a file may have.
    """
    base = Path(folder)

    def fetch(path: str) -> bytes:
        *folders, name = _segments(path)
        try:
            return _read(_open(base, folders, name), path, limit)
        except OSError as error:
            if error.errno in _GONE:
                raise NotFoundError(f"{base} has no {path}") from None
            raise FetchError(f"{path} cannot be read from {base}: {error.strerror}") from None

    return fetch


def _segments(path: str) -> list[str]:
    segments = path.split("/") if len(path) <= _LONGEST_PATH else []
    if not segments or not all(map(_SEGMENT.match, segments)):
        raise NotFoundError(f"{path[:_LONGEST_PATH]!a} is no path of a log")
    return segments


def _open(base: Path, folders: list[str], name: str) -> int:
    """Open a file below `base`, one step at a time, and return its descriptor."""
    at = os.open(base, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for segment in folders:
            below = os.open(segment, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=at)
            os.close(at)
            at = below
        # Without O_NONBLOCK a named pipe would hold the reader for ever.
        return os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=at)
    finally:
        os.close(at)


def _read(descriptor: int, path: str, limit: int) -> bytes:
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise NotFoundError(f"{path} is no regular file")
    with os.fdopen(descriptor, "rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise OversizeError(f"{path} has more than {limit} octets")
    return data

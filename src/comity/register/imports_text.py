"""The encoding of a table file: found out where it can be, refused with what to do where it cannot.

UTF-8 with or without a byte-order mark, and UTF-16 with one, are read. Bytes that are not UTF-8 are never
guessed at: Windows-1258 (the Vietnamese code page) is recognised and named, and read when the user says so.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import Final

from comity.record.errors import ComityError

MAX_BYTES: Final = 64 * 1024 * 1024
ENCODINGS: Final = ("utf-8", "utf-16", "cp1258", "cp1252")
_VIETNAMESE_1258: Final = re.compile(
    rb"[\x41-\x7a\xc0-\xff][\xcc\xd2\xde\xec\xf2]|[\xf5\xfd\xd5\xdd\xf0\xd0\xfe]"
)
_INVISIBLE: Final = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")


class ImportFileError(ComityError):
    """A file cannot be read as a table."""

    code = "register-import-file"
    advice = "Save the table as CSV in UTF-8 or as XLSX, of at most 64 MiB and 100,000 rows, and try again."


def decode(data: bytes, name: str, encoding: str = "") -> str:
    """Return the text of a CSV file in NFC, without byte-order mark.

    Args:
        data: The bytes of the file.
        name: How the file is called in messages.
        encoding: One of `ENCODINGS` where the user knows it; empty to find out.

    Raises:
        ImportFileError: too large, empty, binary, or in an encoding that has to be named.
    """
    if len(data) > MAX_BYTES:
        raise ImportFileError(f"{name} has {len(data)} bytes; at most {MAX_BYTES} are read")
    if encoding and encoding not in ENCODINGS:
        raise ImportFileError(f"{name}: encoding {encoding[:20]!r} is not one of {', '.join(ENCODINGS)}")
    chosen = encoding or _found(data, name)
    try:
        text = data.decode("utf-8-sig" if chosen == "utf-8" else chosen)
    except UnicodeError as error:
        raise ImportFileError(f"{name} is not {chosen}: {error}") from error
    if "\x00" in text:
        raise ImportFileError(f"{name} is not text: it holds zero bytes")
    if not text.strip():
        raise ImportFileError(f"{name} is empty")
    return unicodedata.normalize("NFC", text)


def flaw(text: str) -> str:
    """Return what is wrong with the characters of one cell; empty where nothing is.

    Mojibake is text in UTF-8 that somebody read as Windows-1252 and saved again: it is found by undoing that,
    which gives readable UTF-8 by chance only once in many thousand texts.
    """
    if "\N{REPLACEMENT CHARACTER}" in text:
        return "a character was lost (U+FFFD): take the cell from the original again"
    for codec in ("cp1252", "latin-1"):
        try:
            undone = text.encode(codec).decode("utf-8")
        except UnicodeError:
            continue
        if undone != text:
            return f"the text was decoded wrongly once before: it may have been {undone[:60]!r}"
    return ""


def without_invisible(text: str) -> str:
    """Return the text without characters that nobody sees and every comparison trips over."""
    return _INVISIBLE.sub("", text).strip()


def _found(data: bytes, name: str) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        known = len(_VIETNAMESE_1258.findall(data)) > 0 and _reads_as_vietnamese(data)
        guess = (
            "it looks like Windows-1258 (Vietnamese): give --encoding cp1258, or save it as UTF-8"
            if known
            else "save it as UTF-8, or give --encoding"
        )
        raise ImportFileError(f"{name} is not UTF-8: byte {error.start} cannot be read; {guess}") from error
    return "utf-8"


def _reads_as_vietnamese(data: bytes) -> bool:
    try:
        text = unicodedata.normalize("NFC", data.decode("cp1258"))
    except UnicodeError:
        return False
    marked = sum(1 for char in text if "\u1ea0" <= char <= "\u1ef9" or char in "ăâđêôơưĂÂĐÊÔƠƯ")
    strange = sum(1 for char in text if unicodedata.category(char) in ("Mn", "So", "Sc"))
    return marked > strange

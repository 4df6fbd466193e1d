"""The text of a text file: decoded strictly, one byte-order mark dropped, line ends made LF, NFC.

Nothing else is changed, so that a passage can be shown as it stands; the exact original is kept beside it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from comity.perspectives.intake.errors import EncodingError, FormatError, IntakeError

_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_MOJIBAKE: Final = re.compile(
    "[\u00c2-\u00c5][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013\u2014"
    "\u2018-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]"
    "|\u00e1[\u00ba\u00bb][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2122]"
    "|\u00e0\u00ba[\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2122]"
    "|\u00e2\u20ac[\u0080-\u00bf\u0152\u0153\u0161\u0178\u02dc\u2122\u201c\u201d]"
)
"""UTF-8 of Latin, Vietnamese and Lao letters and of typographic quotes, read as Windows-1252."""
_LOST: Final = "\ufffd"
_MOJIBAKE_PER_LETTERS: Final = 200
"""One wrong pair in so many code points is still taken for chance (a text about encodings)."""
_LEAST: Final = 3


def document_text(original: bytes) -> str:
    """Return the text of a text file.

    Raises:
        IntakeError: empty, not UTF-8, binary, or decoded wrongly before.
    """
    try:
        text = original.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise EncodingError(f"the file is not UTF-8: byte {error.start} cannot be read") from error
    control = _CONTROL.search(text)
    if control:
        raise FormatError(f"the file is not text: it has the control character U+{ord(control.group()):04X}")
    return clean(text)


def clean(text: str) -> str:
    """Return `text` in NFC with LF line ends.

    Raises:
        IntakeError: it holds nothing, or was decoded wrongly.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if not text.strip():
        raise IntakeError("the file holds no text")
    refuse_mojibake(text)
    return text


def refuse_mojibake(text: str) -> None:
    """Refuse a text that shows the marks of a wrong decoding.

    Raises:
        EncodingError: it does; the first place is named.
    """
    lost = text.count(_LOST)
    if lost >= _LEAST and lost * _MOJIBAKE_PER_LETTERS > len(text):
        line = text.count("\n", 0, text.find(_LOST)) + 1
        raise EncodingError(f"{lost} letters were lost in an earlier decoding, the first in line {line}")
    found = list(_MOJIBAKE.finditer(text))
    if len(found) >= _LEAST and len(found) * _MOJIBAKE_PER_LETTERS > len(text):
        line = text.count("\n", 0, found[0].start()) + 1
        raise EncodingError(
            f"the text was decoded wrongly before, {len(found)} times, as {found[0].group()!r} in line {line}"
        )

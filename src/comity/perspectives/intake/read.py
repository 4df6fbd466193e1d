"""From the bytes of a file to a document with its maps."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Final

from comity.perspectives.footnotes import note_map
from comity.perspectives.intake import formats, taken
from comity.perspectives.intake.errors import TooLargeError
from comity.perspectives.intake.sections import section_map
from comity.perspectives.intake.taken import TakenIn
from comity.perspectives.intake.text import document_text as plain_text
from comity.perspectives.pages import page_map
from comity.perspectives.segments import segment

if TYPE_CHECKING:
    from collections.abc import Sequence

METHOD: Final = "intake/1"
"""Version of how text is made from formats that are not text."""


def take_in(original: bytes, *, languages: bool = True) -> TakenIn:
    """Return the text of `original` with its maps; the format is told by the bytes.

    A hostile file is read in a process of its own: `comity.perspectives.intake.isolated`.

    Raises:
        IntakeError: too large, empty, damaged, closed, or of a format that is not read here.
    """
    _refuse_large(original)
    found = formats.media_type(original)
    text, labels, method = _read(original, found)
    if len(text) > taken.MAX_TEXT:
        raise TooLargeError(f"the document has {len(text)} characters; at most {taken.MAX_TEXT} are read")
    sections = section_map(text)
    segments = segment(text, sections)
    shares: Sequence[object] = ()
    if languages:
        from comity.perspectives.languages import shares_of  # noqa: PLC0415 - loads a model

        shares = shares_of(segments)
    return TakenIn(
        text=text,
        media_type="text/markdown" if found == formats.TEXT and sections else found,  # type: ignore[arg-type]
        sha256=base64.b64encode(hashlib.sha256(original).digest()).decode(),
        pages=page_map(text, labels),
        sections=sections,
        notes=note_map(text, segments),
        languages=tuple(shares),  # type: ignore[arg-type]
        method=method,
    )


def document_text(original: bytes) -> str:
    """Return the text on which every offset of a document is counted.

    Raises:
        IntakeError: the bytes are no document that is read here.
    """
    _refuse_large(original)
    return _read(original, formats.media_type(original))[0]


def _refuse_large(original: bytes) -> None:
    if len(original) > taken.MAX_BYTES:
        raise TooLargeError(f"the file has {len(original)} bytes; at most {taken.MAX_BYTES} are taken in")


def _read(original: bytes, found: str) -> tuple[str, Sequence[str], str]:
    """Return the text, the page labels where the format has them, and the method with its version."""
    if found == formats.PDF:
        from comity.perspectives.intake import pdf  # noqa: PLC0415 - a heavy reader, for this format only

        return pdf.read(original)
    if found == formats.HTML:
        from comity.perspectives.intake import html  # noqa: PLC0415 - the same

        return html.read(original)
    if found == formats.DOCX:
        from comity.perspectives.intake import docx  # noqa: PLC0415 - the same

        return docx.read(original)
    return plain_text(original), (), METHOD

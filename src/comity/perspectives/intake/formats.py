"""Which format a file is of: by its bytes, never by its name."""

from __future__ import annotations

import re
from typing import Final

from comity.perspectives.intake.errors import DamagedError, FormatError

PDF: Final = "application/pdf"
HTML: Final = "text/html"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TEXT: Final = "text/plain"
_LEAD: Final = 1024
_ZIP: Final = b"PK\x03\x04"
_OTHERS: Final = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an older Word, Excel or PowerPoint file, or one with a password"),
    (b"{\\rtf", "a Rich Text file"),
    (b"\x89PNG", "an image (PNG)"),
    (b"\xff\xd8\xff", "an image (JPEG)"),
    (b"II*\x00", "an image (TIFF)"),
    (b"MM\x00*", "an image (TIFF)"),
    (b"GIF8", "an image (GIF)"),
    (b"Rar!", "an archive (RAR)"),
    (b"7z\xbc\xaf", "an archive (7z)"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"\x7fELF", "a program"),
    (b"%!PS", "a PostScript file"),
)
_HTML: Final = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.{0,400}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)


def media_type(original: bytes) -> str:
    """Return the media type of `original`; Markdown is told apart from text when it is read.

    Raises:
        FormatError: a format that is not read here.
    """
    lead = original[:_LEAD]
    at = lead.find(b"%PDF-")
    if at >= 0 and not lead[:at].strip(b"\x00\xef\xbb\xbf \r\n\t"):
        return PDF
    if lead.startswith(_ZIP):
        return _zipped(original)
    for magic, name in _OTHERS:
        if lead.startswith(magic):
            raise FormatError(f"the file is {name}")
    if _HTML.match(lead):
        return HTML
    return TEXT


def _zipped(original: bytes) -> str:
    """Return the type of a ZIP container; its central directory is read without unfolding anything."""
    import io  # noqa: PLC0415 - most files are no archives
    import zipfile  # noqa: PLC0415 - the same

    try:
        with zipfile.ZipFile(io.BytesIO(original)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise DamagedError(f"the file is a ZIP container that is cut off or damaged: {error}") from error
    if "word/document.xml" in names:
        return DOCX
    if "[Content_Types].xml" in names:
        raise FormatError("the file is an Office file, but no Word document")
    if "mimetype" in names:
        raise FormatError("the file is an OpenDocument or EPUB file")
    raise FormatError("the file is an archive (ZIP)")

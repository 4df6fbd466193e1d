"""A PDF file as Markdown: pdfium reads the text and where each line lies, `pdf_layout` makes blocks of it."""

from __future__ import annotations

import ctypes
import re
from typing import TYPE_CHECKING, Any, Final

import pypdfium2 as pdfium
from pypdfium2 import raw

from comity.perspectives.intake.errors import (
    DamagedError,
    EncodingError,
    EncryptedError,
    NoTextLayerError,
    TooLargeError,
)
from comity.perspectives.intake.pdf_layout import Line, lay_out
from comity.perspectives.intake.taken import MAX_TEXT
from comity.perspectives.intake.text import clean
from comity.perspectives.pages import MAX_PAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

METHOD: Final = f"intake-pdf/1 pdfium {pdfium.PYPDFIUM_INFO.version}"
_TAIL: Final = 4096
_END: Final = b"%%EOF"
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
_HYPHEN: Final = re.compile("[\x02\ufffe]")
_UNMAPPED: Final = re.compile("[\ufffd\ue000-\uf8ff]")
_RAISED: Final = re.compile(r"(?<=[^\s\d(\[/.,:-])\d{1,3}(?=$|[\s.,;:)])|(?<=[.,;:)”\"'])\d{1,3}(?=$|\s)")
_LETTERS_PER_PAGE: Final = 25
"""Fewer letters a page than this, over pages that hold images, are stamps and numbers on scans."""
_RAISE: Final = 0.15
"""Share of the letter size by which the foot of a raised number lies above the line."""
_LINE: Final = re.compile(r"([^\r\n\ufffe]*\ufffe?)(?:\r\n|[\r\n]|(?<=\ufffe)|$)")


def read(original: bytes) -> tuple[str, list[str], str]:
    """Return the text of a PDF as Markdown, its page labels, and the method.

    Raises:
        IntakeError: closed by a password, damaged, without a text layer, or with letters that have no code.
    """
    with _opened(original) as document:
        count = len(document)
        if count > MAX_PAGES:
            raise TooLargeError(f"the file has {count} pages; at most {MAX_PAGES} are read")
        pages: list[list[Line]] = []
        size = 0
        images = 0
        for number in range(count):
            lines, letters, image = _page(document, number)
            pages.append(lines)
            size += letters
            images += image
            if size > MAX_TEXT:
                raise TooLargeError(f"the text is longer than {MAX_TEXT} characters on page {number + 1}")
        _refuse_unreadable(pages, count, images)
        labels = [document.get_page_label(number) or str(number + 1) for number in range(count)]
    return clean(lay_out(pages)), labels, METHOD


class _opened:  # noqa: N801 - used as a function
    """Opens a PDF and closes it, with pdfium's refusals as errors of intake."""

    def __init__(self, original: bytes) -> None:
        if _END not in original[-_TAIL:]:
            raise DamagedError("the PDF is cut off: it has no end-of-file mark")
        try:
            self._document = pdfium.PdfDocument(original)
        except pdfium.PdfiumError as error:
            code = getattr(error, "err_code", None)
            if code in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}:
                raise EncryptedError("the PDF opens with a password only") from error
            raise DamagedError(f"the PDF cannot be opened: {error}") from error

    def __enter__(self) -> Any:
        return self._document

    def __exit__(self, *_: object) -> None:
        self._document.close()


def _page(document: Any, number: int) -> tuple[list[Line], int, bool]:
    """Return the lines of a page, how many characters it has, and whether an image is on it."""
    try:
        page = document[number]
    except pdfium.PdfiumError as error:
        raise DamagedError(f"page {number + 1} of the PDF cannot be read") from error
    text_page = page.get_textpage()
    try:
        text = text_page.get_text_range()
        lines = list(_lines(text, text_page.raw, page.get_height()))
        image = not lines and any(
            True for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)
        )
        return lines, len(text), image or (len(text) < _LETTERS_PER_PAGE and _has_image(page))
    finally:
        text_page.close()
        page.close()


def _has_image(page: Any) -> bool:
    return any(True for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3))


def _lines(text: str, handle: Any, height: float) -> Iterator[Line]:
    """Yield the lines of a page with their place (points from the top left) and letter size.

    pdfium writes U+FFFE for a hyphen at a line end, and no line end after it.
    """
    places = _Places(text, handle)
    for match in _LINE.finditer(text):
        body = match[1].strip()
        if body:
            first = match.start() + len(match[1]) - len(match[1].lstrip())
            yield places.line(body, first, height)


class _Places:
    """Asks pdfium where letters lie, by their place in the text of the page."""

    def __init__(self, text: str, handle: Any) -> None:
        self._handle = handle
        self._plain = raw.FPDFText_CountChars(handle) == len(text)
        self._box = [ctypes.c_double() for _ in range(4)]  # left, right, bottom, top
        self._origin = [ctypes.c_double(), ctypes.c_double()]

    def line(self, body: str, first: int, height: float) -> Line:
        """Return a line whose first letter stands at `first` of the page's text."""
        at = self._index(first)
        loose = raw.FS_RECTF()
        raw.FPDFText_GetLooseCharBox(self._handle, at, loose)
        size = raw.FPDFText_GetFontSize(self._handle, at) or 1.0
        scale = abs(loose.top - loose.bottom)
        if scale and not 0.7 * size <= scale <= 2 * size:  # the size is in text space, the box on the page
            size = scale
        raw.FPDFText_GetCharOrigin(self._handle, at, *self._origin)
        baseline = self._origin[1].value
        self._boxed(first + len(body) - 1)
        return Line(
            text=_cleaned(body),
            left=loose.left,
            right=max(self._box[1].value, loose.left),
            top=height - loose.top,
            size=round(size, 1),
            bold=raw.FPDFText_GetFontWeight(self._handle, at) >= 600,  # noqa: PLR2004 - CSS semi-bold
            calls=tuple(
                match.span()
                for match in _RAISED.finditer(body)
                if match.start() and self._bottom(first + match.start()) > baseline + size * _RAISE
            ),
        )

    def _index(self, at: int) -> int:
        return at if self._plain else raw.FPDFText_GetCharIndexFromTextIndex(self._handle, at)

    def _boxed(self, at: int) -> None:
        raw.FPDFText_GetCharBox(self._handle, self._index(at), *self._box)

    def _bottom(self, at: int) -> float:
        self._boxed(at)
        return self._box[2].value


def _cleaned(line: str) -> str:
    return _CONTROL.sub("", _HYPHEN.sub("-", line)).replace("\n", " ").replace("\f", " ")


def _refuse_unreadable(pages: list[list[Line]], count: int, images: int) -> None:
    letters = sum(len(line.text) for lines in pages for line in lines)
    if images and letters < _LETTERS_PER_PAGE * count:
        raise NoTextLayerError(f"no text layer: {images} of {count} pages are images; needs OCR")
    if not letters:
        raise NoTextLayerError(f"no text layer: nothing can be read on {count} pages; needs OCR")
    unmapped = sum(len(_UNMAPPED.findall(line.text)) for lines in pages for line in lines)
    if unmapped * 10 > letters:
        raise EncodingError(
            f"{unmapped} of {letters} letters have no code: its fonts do not say what they show; needs OCR"
        )

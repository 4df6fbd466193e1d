"""A DOCX file as Markdown: paragraphs, headings, lists, tables, foot- and endnotes.

Nothing is unfolded before its size is known; entities are not resolved. Pages are those of the last rendering
where the file remembers them, else explicit page breaks.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any, Final

import docx
import lxml.etree
from docx.oxml.ns import qn

from comity.perspectives.intake.errors import DamagedError, EncryptedError, IntakeError, TooLargeError
from comity.perspectives.intake.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

METHOD: Final = f"intake-docx/1 python-docx {docx.__version__}"
MAX_UNFOLDED: Final = 256 * 1024 * 1024
MAX_PART: Final = 64 * 1024 * 1024
MAX_RATIO: Final = 400
"""Unfolded bytes a packed byte, for a file that unfolds to more than 16 MiB: text packs to about a tenth."""
_SMALL: Final = 16 * 1024 * 1024
_ENCRYPTED: Final = 0x1
_BODY: Final = "word/document.xml"
_NOTES: Final = (("word/footnotes.xml", "footnote", ""), ("word/endnotes.xml", "endnote", "e"))
_TITLES: Final = {"title": 1, "subtitle": 2}


def read(original: bytes) -> tuple[str, tuple[str, ...], str]:
    """Return the text of a DOCX file as Markdown, no page labels, and the method.

    Raises:
        IntakeError: closed by a password, damaged, a bomb, or empty.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(original)) as archive:
            _refuse_bomb(archive, len(original))
            notes = {name: archive.read(name) for name, _, _ in _NOTES if name in archive.namelist()}
        document = docx.Document(io.BytesIO(original))
        writer = _Writer(document.element.body, _headings(document))
        written = writer.write(document.element.body)
        for name, tag, lead in _NOTES:
            if name in notes:
                written += _notes(notes[name], tag, lead, writer.marks)
    except IntakeError:
        raise
    except Exception as error:  # a reader of hostile files fails in ways that nobody has listed
        raise DamagedError(f"the DOCX file is cut off or damaged: {type(error).__name__}: {error}") from error
    return clean(written), (), METHOD


def _refuse_bomb(archive: zipfile.ZipFile, packed: int) -> None:
    infos = archive.infolist()
    if any(info.flag_bits & _ENCRYPTED for info in infos):
        raise EncryptedError("the DOCX file opens with a password only")
    whole = sum(info.file_size for info in infos)
    largest = max((info.file_size for info in infos if info.filename.endswith((".xml", ".rels"))), default=0)
    if whole > MAX_UNFOLDED or largest > MAX_PART:
        raise TooLargeError(f"the DOCX file unfolds to {whole} bytes, its largest part to {largest}")
    if whole > _SMALL and whole > packed * MAX_RATIO:
        raise TooLargeError(
            f"the DOCX file unfolds {packed} bytes to {whole}: it is built to exhaust its reader"
        )
    if len(infos) > 20_000:  # noqa: PLR2004 - a book with an image a page has 2,000
        raise TooLargeError(f"the DOCX file has {len(infos)} parts")


def _headings(document: Any) -> dict[str, int]:
    """Return the level of every style that is a heading."""
    levels = {}
    for style in document.styles:
        name = (style.name or "").casefold()
        if name.startswith("heading ") and name[8:].isdigit():
            levels[style.style_id] = int(name[8:])
        elif name in _TITLES:
            levels[style.style_id] = _TITLES[name]
    return levels


class _Writer:
    """Writes the body as Markdown and numbers the notes in the order in which they are called."""

    def __init__(self, body: Any, headings: dict[str, int]) -> None:
        self._headings = headings
        self._rendered = next(body.iter(qn("w:lastRenderedPageBreak")), None) is not None
        self.marks: dict[str, str] = {}

    def write(self, body: Any) -> str:
        """Return the blocks of the body."""
        return "\n\n".join(filter(None, (self._block(child) for child in _children(body)))) + "\n"

    def _block(self, element: Any) -> str:
        if element.tag == qn("w:tbl"):
            return "\n".join(self._row(row) for row in element.iter(qn("w:tr")))
        said = self._paragraph(element)
        if not said.strip():
            return "\f" if "\f" in said else ""
        style = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        level = self._headings.get(style.get(qn("w:val")) if style is not None else "")
        if level:
            lead = "\f" if said.startswith("\f") else ""
            return lead + "#" * min(level, 6) + " " + " ".join(said.split())
        if element.find(f"{qn('w:pPr')}/{qn('w:numPr')}") is not None:
            return f"- {said.strip()}"
        return f"\\{said}" if said.startswith("#") else said

    def _row(self, row: Any) -> str:
        cells = [
            " ".join(" ".join(self._paragraph(p) for p in cell.iter(qn("w:p"))).split())
            for cell in row.findall(qn("w:tc"))
        ]
        return "| " + " | ".join(cells) + " |"

    def _paragraph(self, paragraph: Any) -> str:
        pieces = []
        for element in _shown(paragraph):
            tag = element.tag
            if tag == qn("w:t"):
                pieces.append(element.text or "")
            elif tag == qn("w:tab"):
                pieces.append(" " if element.getparent().tag == qn("w:r") else "")
            elif tag == qn("w:noBreakHyphen"):
                pieces.append("-")
            elif tag == qn("w:lastRenderedPageBreak"):
                pieces.append("\f")
            elif tag in {qn("w:br"), qn("w:cr")}:
                page = element.get(qn("w:type")) == "page"
                pieces.append("\n" if not page else "" if self._rendered else "\f")
            elif tag in {qn("w:footnoteReference"), qn("w:endnoteReference")}:
                pieces.append(f"[^{self._mark(element)}]")
        return "".join(pieces)

    def _mark(self, element: Any) -> str:
        lead = "e" if element.tag == qn("w:endnoteReference") else ""
        key = lead + (element.get(qn("w:id")) or "")
        known = sum(name.startswith("e") == bool(lead) for name in self.marks)
        return self.marks.setdefault(key, f"{lead}{known + 1}")


def _children(body: Any) -> Iterator[Any]:
    """Yield paragraphs and tables, also those inside content controls."""
    for child in body:
        if child.tag in {qn("w:p"), qn("w:tbl")}:
            yield child
        elif child.tag == qn("w:sdt"):
            content = child.find(qn("w:sdtContent"))
            if content is not None:
                yield from _children(content)


def _shown(paragraph: Any) -> Iterator[Any]:
    """Yield the elements of a paragraph in order, without what is drawn twice or was deleted."""
    stack = [iter(paragraph)]
    while stack:
        element = next(stack[-1], None)
        if element is None:
            stack.pop()
        elif (
            isinstance(element.tag, str)
            and not element.tag.endswith("}Fallback")
            and element.tag != qn("w:del")
        ):
            yield element
            stack.append(iter(element))


def _notes(part: bytes, tag: str, lead: str, marks: dict[str, str]) -> str:
    """Return the notes of a part that the text calls, in the order of their marks."""
    parser = lxml.etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    root = lxml.etree.fromstring(part, parser)
    said = {}
    for note in root.iter(qn(f"w:{tag}")):
        mark = marks.get(lead + (note.get(qn("w:id")) or ""))
        words = " ".join("".join(t.text or "" for t in note.iter(qn("w:t"))).split())
        if mark and words:
            said[mark] = f"\n[^{mark}]: {words}\n"
    return "".join(said[mark] for mark in sorted(said, key=lambda mark: (len(mark), mark)))

"""The report as DOCX: real headings, tables whose header rows repeat, every run tagged with its language.

Pictures are in the PDF; here their figures stand in tables. Word lays out Lao as a complex script: it takes
font, size and language of such a run from other attributes than for Latin text, so both are set.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any, Final

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from docx.document import Document as Doc
    from docx.table import Table, _Cell
    from docx.text.paragraph import Paragraph

FONTS: Final = {"vi": "Noto Sans", "en": "Noto Sans", "lo": "Noto Sans Lao"}
TAGS: Final = {"vi": "vi-VN", "en": "en-GB", "lo": "lo-LA"}
QUIET: Final = RGBColor(0x55, 0x60, 0x6B)
WIDTH: Final = 178
"""Millimetres of text on a page."""
BEGIN: Final = (1980, 1, 1, 0, 0, 0)
"""The time of every part: the same report gives the same file."""
PLAIN: Final = "en"
"""The language of what all languages share: names, figures, digests."""


def docx(sheet: Mapping[str, Any]) -> bytes:
    """Return the report as a DOCX file."""
    document = Document()
    _page(document, sheet)
    _front(document, sheet)
    for section in sheet["sections"]:
        heading = document.add_heading(level=2)
        _stacked(
            heading, {c: f"{section['number']}. {w}" for c, w in section["heading"].items()}, 12, bold=True
        )
        for block in section["blocks"]:
            _block(document, sheet, block)
    for code in sheet["languages"]:
        labels = sheet["labels"][code]
        for words in filter(None, (labels["elsewhere"], labels["machine"])):
            _run(document.add_paragraph(), words, code, 8, quiet=True)
    out = io.BytesIO()
    document.save(out)
    return _dated(out.getvalue())


# --- inside ---


def _page(document: Doc, sheet: Mapping[str, Any]) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(16)
    section.top_margin = section.bottom_margin = Mm(20)
    first = sheet["languages"][0]
    properties = document.core_properties
    properties.title = sheet["front"][first]["title"]
    properties.language = TAGS[first]
    properties.author = properties.last_modified_by = properties.comments = ""
    header = section.header.paragraphs[0]
    header.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(header, f"{sheet['slug']}   {sheet['marking']}", PLAIN, 8, bold=True)
    footer = section.footer.paragraphs[0]
    for code in sheet["languages"]:
        if sheet["exercise"]:
            _run(header, f"   {sheet['labels'][code]['exercise']}", code, 8, bold=True)
        _run(footer, f"{sheet['labels'][code]['nature']}  ", code, 7, quiet=True)
    _field(footer, "PAGE")
    _run(footer, " / ", PLAIN, 7)
    _field(footer, "NUMPAGES")


def _front(document: Doc, sheet: Mapping[str, Any]) -> None:
    front, labels = sheet["front"], sheet["labels"]
    _stacked(document.add_heading(level=1), {c: f["title"] for c, f in front.items()}, 15, bold=True)
    _stacked(document.add_paragraph(), {c: f["topic"] for c, f in front.items()}, 9)
    when = {c: f"{f['kicker']} · {labels[c]['session']} · {f['when']}" for c, f in front.items()}
    _stacked(document.add_paragraph(), when, 8, quiet=True)
    if sheet["exercise"]:
        banner = {code: labels[code]["exercise_banner"] for code in sheet["languages"]}
        _stacked(document.add_paragraph(), banner, 10, bold=True)


def _block(document: Doc, sheet: Mapping[str, Any], block: Mapping[str, Any]) -> None:
    kind = block["kind"]
    if kind == "title":
        _stacked(document.add_heading(level=3), block["text"], 9.5, bold=True)
    elif kind == "text":
        paragraph = document.add_paragraph()
        size = 8 if block["quiet"] else 9
        _stacked(paragraph, block["text"], size, bold=block["strong"], quiet=block["quiet"])
        if block["sources"]:
            paragraph.add_run().add_break()
            _run(paragraph, ", ".join(block["sources"]), PLAIN, 7, quiet=True)
    elif kind == "facts":
        rows = [[{"text": row["name"]}, {"plain": row["plain"]}] for row in block["rows"]]
        _table(document, sheet, [], rows, (1, 2))
    elif kind == "table":
        _table(document, sheet, block["head"], block["rows"], block["widths"])


def _table(
    document: Doc,
    sheet: Mapping[str, Any],
    head: Sequence[Mapping[str, str]],
    rows: Sequence[Sequence[Mapping[str, Any]]],
    widths: Sequence[int],
) -> None:
    made = document.add_table(rows=1 if head else 0, cols=len(widths), style="Table Grid")
    made.autofit = False
    if head:
        for cell, words in zip(made.rows[0].cells, head, strict=True):
            _cell(cell, {"text": words}, sheet, bold=True)
        made.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - no name in the library
    for row in rows:
        for cell, given in zip(made.add_row().cells, row, strict=True):
            _cell(cell, given, sheet)
    _widths(made, widths)
    document.add_paragraph().paragraph_format.space_after = Pt(2)


def _widths(made: Table, widths: Sequence[int]) -> None:
    lengths = [Mm(WIDTH * width / sum(widths)) for width in widths]
    for column, length in zip(made.columns, lengths, strict=True):
        column.width = length  # the grid, by which LibreOffice goes
    for row in made.rows:
        for cell, length in zip(row.cells, lengths, strict=True):
            cell.width = length  # Word goes by the cells


def _cell(cell: _Cell, given: Mapping[str, Any], sheet: Mapping[str, Any], *, bold: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    words = given["text"] if "text" in given else dict.fromkeys(sheet["languages"], given["plain"])
    _stacked(paragraph, words, 7.5, bold=bold)


def _stacked(
    paragraph: Paragraph, words: Mapping[str, str], size: float, *, bold: bool = False, quiet: bool = False
) -> None:
    """Write words line by line, a language each; what all languages share stands once."""
    if len(set(words.values())) == 1:
        _run(paragraph, next(iter(words.values())), PLAIN, size, bold=bold, quiet=quiet)
        return
    for at, (code, text) in enumerate(words.items()):
        if at:
            paragraph.add_run().add_break()
        _run(paragraph, text, code, size, bold=bold, quiet=quiet)


def _run(
    paragraph: Paragraph, text: str, code: str, size: float, *, bold: bool = False, quiet: bool = False
) -> None:
    run = paragraph.add_run("".join(char for char in text if char >= " " or char in "\t\n"))
    run.bold = bold
    run.font.size = Pt(size)
    if quiet:
        run.font.color.rgb = QUIET
    properties = run._r.get_or_add_rPr()  # noqa: SLF001 - the library has no name for these
    fonts = properties.get_or_add_rFonts()
    for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{kind}"), FONTS[code])
    # In the order of the schema (ISO/IEC 29500-1, 17.3.2.28): szCs after sz, then cs, then lang.
    _append(properties, "w:szCs", {"w:val": str(round(size * 2))})
    if code == "lo":
        _append(properties, "w:cs", {})
    _append(properties, "w:lang", {"w:val": TAGS[code], "w:bidi": TAGS[code]})


def _append(properties: Any, tag: str, values: Mapping[str, str]) -> None:
    element = OxmlElement(tag)
    for name, value in values.items():
        element.set(qn(name), value)
    properties.append(element)


def _field(paragraph: Paragraph, name: str) -> None:
    element = OxmlElement("w:fldSimple")
    element.set(qn("w:instr"), name)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    element.append(run)
    paragraph._p.append(element)  # noqa: SLF001 - the library knows no fields


def _dated(made: bytes) -> bytes:
    """Return the file with one time on every part: its digest says what it holds, not when it was made."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, BEGIN), old.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()

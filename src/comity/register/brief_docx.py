"""The brief as DOCX: real headings, tables whose header rows repeat, every run tagged with its language.

Word lays out Lao as a complex script: it takes the font, the size and the language of such a run from other
attributes than for Latin text, so both are set on every run.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any, Final

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from docx.document import Document as Doc
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph

FONTS: Final = {"vi": "Noto Sans", "en": "Noto Sans", "lo": "Noto Sans Lao"}
TAGS: Final = {"vi": "vi-VN", "en": "en-GB", "lo": "lo-LA"}
QUIET: Final = RGBColor(0x55, 0x60, 0x6B)
_ORDER: Final = tuple(
    f"w:{name}"
    for name in (
        *("rStyle", "rFonts", "b", "bCs", "i", "iCs", "caps", "smallCaps", "strike", "dstrike", "outline"),
        *("shadow", "emboss", "imprint", "noProof", "snapToGrid", "vanish", "webHidden", "color", "spacing"),
        *("w", "kern", "position", "sz", "szCs", "highlight", "u", "effect", "bdr", "shd", "fitText"),
        *("vertAlign", "rtl", "cs", "em", "lang", "eastAsianLayout", "specVanish", "oMath"),
    )
)
_LATIN: Final = re.compile(r"([A-Za-z\u00c0-\u024f\u1e00-\u1eff](?:[^\u0e80-\u0eff]*[^\s\u0e80-\u0eff(])?)")
"""Latin words, up to the next Lao ones."""
_WIDTH: Final = 269
_NUMBER: Final = 14
_SOURCES: Final = 52


def docx(sheet: Mapping[str, Any]) -> bytes:
    """Return the brief as a DOCX file, to be edited."""
    document = Document()
    _page(document, sheet)
    _front(document, sheet)
    for section in sheet["sections"]:
        _section(document, sheet, section)
    _origin(document, sheet)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _page(document: Doc, sheet: Mapping[str, Any]) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(14)
    section.top_margin = section.bottom_margin = Mm(17)
    first = sheet["languages"][0]
    for name, size in (("Normal", 10), ("Heading 1", 17), ("Heading 2", 12.5)):
        style = document.styles[name]
        style.font.size = Pt(size)
        style.font.color.rgb = RGBColor(0x1B, 0x27, 0x33)
        _fonts(style.element.get_or_add_rPr(), first, size)
    properties = document.core_properties
    properties.title = sheet["front"][first]["title"]
    properties.language = TAGS[first]
    properties.author = sheet["made_by"]
    properties.comments = ""
    header = section.header.paragraphs[0]
    header.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(header, sheet["marking"], "en", 9, bold=True)
    if sheet["exercise"]:
        for code in sheet["languages"]:
            _run(header, f"   {sheet['labels'][code]['exercise']}", code, 9, bold=True)
    footer = section.footer.paragraphs[0]
    for place, code in enumerate(sheet["languages"]):
        _run(footer, f"{'  |  ' if place else ''}{sheet['labels'][code]['nature']}", code, 8, quiet=True)
    _run(footer, "    ", "en", 8)
    _field(footer, "PAGE")
    _run(footer, " / ", "en", 8)
    _field(footer, "NUMPAGES")


def _front(document: Doc, sheet: Mapping[str, Any]) -> None:
    codes = sheet["languages"]
    title = document.add_heading(level=1)
    for place, code in enumerate(codes):
        if place:
            title.add_run().add_break()
        _run(title, sheet["front"][code]["title"], code, 17, bold=True)
    table = document.add_table(rows=1, cols=len(codes))
    for cell, code in zip(table.rows[0].cells, codes, strict=True):
        front = sheet["front"][code]
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(0)
        _run(paragraph, f"{front['kicker']} · {front['state']}", code, 9, quiet=True)
        _more(cell, front["when"], code, 11, bold=True)
        _more(cell, front["previous"], code, 9, quiet=True)
        _more(cell, sheet["labels"][code]["audience"], code, 9, quiet=True)
        if sheet["exercise"]:
            _more(cell, sheet["labels"][code]["exercise_banner"], code, 10, bold=True)


def _section(document: Doc, sheet: Mapping[str, Any], section: Mapping[str, Any]) -> None:
    codes = sheet["languages"]
    heading = document.add_heading(level=2)
    for place, code in enumerate(codes):
        words = f"{section['number']}. {section['heading'][code]}" if not place else section["heading"][code]
        _run(heading, f"{' · ' if place else ''}{words}", code, 12.5, bold=True)
    for code in codes:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(2)
        paragraph.paragraph_format.keep_with_next = bool(section["lines"])
        words = section["lead"][code] if section["lines"] else section["empty"][code]
        _run(paragraph, words, code, 9, quiet=True)
    if section["lines"]:
        _table(document, sheet, section)
    for code, words in section["more"].items():
        _run(document.add_paragraph(), words, code, 9, quiet=True)


def _table(document: Doc, sheet: Mapping[str, Any], section: Mapping[str, Any]) -> None:
    codes = sheet["languages"]
    sourced = section["key"] != "agenda"
    share = (_WIDTH - _NUMBER - (_SOURCES if sourced else 0)) // len(codes)
    widths = [_NUMBER, *[share] * len(codes), *([_SOURCES] if sourced else [])]
    table = document.add_table(rows=1, cols=len(widths), style="Table Grid")
    table.autofit = False
    head = table.rows[0]
    _on_every_page(head)
    _run(head.cells[0].paragraphs[0], sheet["labels"][codes[0]]["number"], codes[0], 8, bold=True)
    for cell, code in zip(head.cells[1:], codes, strict=False):
        _run(cell.paragraphs[0], sheet["language_names"][code], code, 8, bold=True)
    if sourced:
        for place, code in enumerate(codes):
            paragraph = head.cells[-1].paragraphs[0] if not place else head.cells[-1].add_paragraph()
            _run(paragraph, sheet["labels"][code]["sources"], code, 8, bold=True)
    for line in section["lines"]:
        row = table.add_row()
        _whole(row)
        _run(row.cells[0].paragraphs[0], line["number"], "en", 8)
        for cell, code in zip(row.cells[1:], codes, strict=False):
            _words(cell, sheet, line, code)
        if sourced:
            _sources(row.cells[-1], line)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)  # the grid, by which LibreOffice goes; Word goes by the cells
        for cell in column.cells:
            cell.width = Mm(width)
            cell.paragraphs[0].paragraph_format.space_after = Pt(0)


def _words(cell: _Cell, sheet: Mapping[str, Any], line: Mapping[str, Any], code: str) -> None:
    paragraph = cell.paragraphs[0]
    if line["exercise"]:
        _run(paragraph, f"[{sheet['labels'][code]['exercise']}] ", code, 8, bold=True)
    _run(paragraph, line["texts"][code]["title"], code, 10, bold=True)
    for detail in line["texts"][code]["details"]:
        _more(cell, detail, code, 9)


def _sources(cell: _Cell, line: Mapping[str, Any]) -> None:
    texts = [*line["sources"], ", ".join(line["records"])]
    for place, text in enumerate(texts):
        paragraph = cell.paragraphs[0] if not place else cell.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(0)
        _run(paragraph, text, "lo" if _has_lao(text) else "en", 7.5, quiet=True)


def _origin(document: Doc, sheet: Mapping[str, Any]) -> None:
    for code in sheet["languages"]:
        labels = sheet["labels"][code]
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_before = Pt(8)
        _run(paragraph, labels["made"], code, 9, quiet=True)
        for head in sheet["heads"]:
            paragraph.add_run().add_break()
            text = f"{head['origin']}: {head['size']} {labels['entries']}, {head['root']}"
            _run(paragraph, text, code, 9, quiet=True)
        for note in [*sheet["footnotes"][code], labels["machine"]]:
            if note:
                paragraph.add_run().add_break()
                _run(paragraph, note, code, 9, quiet=True)


def _more(cell: _Cell, text: str, code: str, size: float, *, bold: bool = False, quiet: bool = False) -> None:
    paragraph = cell.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(0)
    _run(paragraph, text, code, size, bold=bold, quiet=quiet)


def _run(
    paragraph: Paragraph, text: str, code: str, size: float, *, bold: bool = False, quiet: bool = False
) -> None:
    """Add a text as runs: Latin words inside Lao are runs of their own, in a font that has them."""
    parts = _LATIN.split(_printable(text)) if code == "lo" else [_printable(text)]
    for place, part in enumerate(parts):
        if part or len(parts) == 1:
            _one(paragraph, part, "en" if place % 2 else code, size, bold=bold, quiet=quiet)


def _one(paragraph: Paragraph, text: str, code: str, size: float, *, bold: bool, quiet: bool) -> None:
    run = paragraph.add_run(text)
    run.bold = bold
    if quiet:
        run.font.color.rgb = QUIET
    run.font.size = Pt(size)
    properties = run._r.get_or_add_rPr()  # noqa: SLF001 - the library has no name for these
    _fonts(properties, code, size)
    if code == "lo":
        if bold:
            _put(properties, "w:bCs")
        _put(properties, "w:cs")


def _fonts(properties: Any, code: str, size: float) -> None:
    """Set font, size and language for Latin and for complex script alike."""
    fonts = properties.get_or_add_rFonts()
    for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{kind}"), FONTS[code])
    for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{kind}"), None)
    _put(properties, "w:szCs", {"w:val": str(round(size * 2))})
    _put(properties, "w:lang", {"w:val": TAGS[code], "w:bidi": TAGS[code]})


def _put(properties: Any, tag: str, values: Mapping[str, str] | None = None) -> None:
    """Set one property of a run at the place that the schema gives it (ISO/IEC 29500-1, 17.3.2.28)."""
    for old in properties.findall(qn(tag)):
        properties.remove(old)
    element = OxmlElement(tag)
    for name, value in (values or {}).items():
        element.set(qn(name), value)
    properties.insert_element_before(element, *_ORDER[_ORDER.index(tag) + 1 :])


def _field(paragraph: Paragraph, name: str) -> None:
    element = OxmlElement("w:fldSimple")
    element.set(qn("w:instr"), name)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    element.append(run)
    paragraph._p.append(element)  # noqa: SLF001 - the library knows no fields


def _on_every_page(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - no name in the library
    _whole(row)


def _whole(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - no name in the library


def _has_lao(text: str) -> bool:
    return any("\u0e80" <= char <= "\u0eff" for char in text)


def _printable(text: str) -> str:
    """Return the text without control characters, which XML cannot hold."""
    return "".join(char for char in text if char >= " " or char in "\t\n")

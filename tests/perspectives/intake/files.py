"""Files of every format, whole and hostile, each made here; how is said beside it."""

from __future__ import annotations

import io
import zipfile

import docx
import pypdfium2 as pdfium
import typst
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml

PAPER = """
#set page(paper: "a5", header: [_Journal of Rivers_ 12(3)], numbering: "1")
#set text(font: "Noto Serif", size: 10pt, lang: "en", hyphenate: true)
#set par(justify: true, first-line-indent: 1em)
= Rivers and agreements
== 1. Introduction
#lorem(90) (Alvarez and Brook 2014: 12).#footnote[See the minutes of the commission for details.]

#lorem(150) The gauge was read every single day by the commission (Okafor 2019).

== 2. Methods
#lorem(200) Then more words follow here.

= References
#set par(hanging-indent: 1.5em, first-line-indent: 0pt, justify: false)
Alvarez, M., and T. Brook. 2014. "Sharing a river between two cities and what became of it over time." _Water Policy_ 3(1):10--22.

Okafor, C. 2019. _Gauges and their readers in the northern basins of the continent_. River Press, Lagos.
"""


def pdf(source=PAPER):
    """A PDF as a typesetter makes it: justified, hyphenated, with running heads, numbers and a footnote."""
    return bytes(typst.compile(source.encode()))


def scanned():
    """A PDF whose only page is an image."""
    document = pdfium.PdfDocument.new()
    page = document.new_page(200, 200)
    image = pdfium.PdfImage.new(document)
    image.set_bitmap(pdfium.PdfBitmap.new_native(20, 20, pdfium.raw.FPDFBitmap_BGR))
    image.set_matrix(pdfium.PdfMatrix().scale(200, 200))
    page.insert_obj(image)
    page.gen_content()
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def locked():
    """A PDF with the standard security handler and keys that no empty password opens."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>",
        b"<</Filter/Standard/V 1/R 2/P -4/O<" + b"11" * 32 + b">/U<" + b"22" * 32 + b">>>",
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj" % number + body + b"endobj\n"
    start = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size 5/Root 1 0 R/Encrypt 4 0 R/ID[<31><31>]>>\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


def word(*, note=True):
    """A DOCX with a heading, a list, a table, a deleted word and, where wanted, a footnote."""
    document = docx.Document()
    document.add_heading("1. Introduction", level=1)
    first = document.add_paragraph("The gauge was read daily")
    deleted = parse_xml(
        f'<w:del xmlns:w="{qn("w:p")[1:].split("}")[0]}"><w:r><w:delText>never</w:delText></w:r></w:del>'
    )
    first._p.append(deleted)
    if note:
        space = qn("w:p")[1:].split("}")[0]
        first._p.append(parse_xml(f'<w:r xmlns:w="{space}"><w:footnoteReference w:id="7"/></w:r>'))
    first.add_run(" (Okafor 2019).")
    document.add_paragraph("an item", style="List Bullet")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "marker", "605"
    document.add_page_break()
    document.add_paragraph("Nước lên sáng sớm, trạm đo đã báo cho hai bên.")
    out = io.BytesIO()
    document.save(out)
    return _with_note(out.getvalue()) if note else out.getvalue()


def _with_note(original):
    space = qn("w:p")[1:].split("}")[0]
    part = (
        f'<w:footnotes xmlns:w="{space}"><w:footnote w:id="7"><w:p><w:r><w:t>A note of the commission.</w:t>'
        "</w:r></w:p></w:footnote></w:footnotes>"
    )
    return repacked(original, {"word/footnotes.xml": part.encode()})


def repacked(original, parts):
    """A ZIP container with parts added or put in place of others."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(original)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, data in parts.items():
            new.writestr(name, data)
    return out.getvalue()


def bomb():
    """A DOCX whose text unfolds to 80 MB from some 80 kB."""
    return repacked(word(note=False), {"word/document.xml": b"<a>" + b" " * 80_000_000 + b"</a>"})


def laughs():
    """A DOCX whose XML defines entities of entities."""
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    xml = f'<!DOCTYPE d [<!ENTITY e0 "ha">{entities}]><d>&e8;</d>'
    return repacked(word(note=False), {"word/document.xml": xml.encode()})


PAGE = """<!doctype html><html><head><title>T</title><script>steal()</script><style>p{}</style></head><body>
<header><nav><a href="/">Home</a></nav></header><div class="menu">Menu Menu</div>
<main><h1>Rivers</h1><p>The gauge was read daily<sup><a href="#fn1">1</a></sup> (Okafor 2019). It is told at some length
here, so that the page has a text of its own and not only a frame around an empty place in its middle, as many do.</p>
<ul><li>an item</li></ul><table><tr><td>marker</td><td>605</td></tr></table><p hidden>unseen</p>
<p>Nước lên sáng sớm, trạm đo đã báo cho hai bên biết trước.</p>
<ol><li id="fn1">A note of the commission. <a href="#fnref1">back</a></li></ol></main>
<footer>Footer</footer></body></html>"""

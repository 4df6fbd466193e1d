"""Intake: pages a second against pdfium's bare text, citations a second, and the memory of a long batch.

The bare limit is pdfium giving the text of the same pages and nothing else: no lines, no layout, no maps.
Languages are measured apart, because the model that names them costs more than everything else. The batch
reads files in processes of their own and records nothing; its memory is the largest resident size of any
reading process.
"""

from __future__ import annotations

import os
import resource
import tempfile
from pathlib import Path

import pypdfium2 as pdfium
import typst

from bench.harness import Case, Variant, per_second
from comity.perspectives.citations import audit
from comity.perspectives.intake import take_in
from comity.perspectives.intake.batch import read_all

PAGES = int(os.environ.get("COMITY_BENCH_PAGES", "60"))
FILES = int(os.environ.get("COMITY_BENCH_FILES", "1000"))
PAPER = """
#set page(paper: "a4", header: [_Journal of Rivers_ 12(3)], numbering: "1")
#set text(font: "Noto Serif", size: 10.5pt, lang: "en", hyphenate: true)
#set par(justify: true, first-line-indent: 1em)
#for chapter in range(%d) [
== #(chapter + 1). A chapter
#lorem(300) (Alvarez and Brook 2014: 12; Okafor 2019).#footnote[See the minutes of the commission.]

#lorem(280) Okafor (2019) argues otherwise.
]
= References
Alvarez, M., and T. Brook. 2014. "Sharing a river between two cities." _Water Policy_ 3(1):10--22.

Okafor, C. 2019. _Gauges and their readers in the northern basins_. River Press, Lagos.
"""


def cases():
    """The pages and the citations of one paper, and a batch of small files."""
    paper = bytes(typst.compile((PAPER % PAGES).encode()))
    with pdfium.PdfDocument(paper) as document:
        pages = len(document)
    text = take_in(paper, languages=False).text
    found = len(audit(text).instances)
    yield Case(
        f"A PDF of {pages} pages",
        "pages/s",
        [
            Variant("pdfium, bare text", lambda: per_second(pages, lambda: bare(paper))),
            Variant(
                "taken in, with its maps",
                lambda: per_second(pages, lambda: take_in(paper, languages=False)),
                aim=0.2,
            ),
            Variant("the same, and its languages", lambda: per_second(pages, lambda: take_in(paper))),
        ],
    )
    yield Case(
        f"The citations of a text of {len(text):,} characters",
        "citations/s",
        [Variant("found, resolved, audited", lambda: per_second(found, lambda: audit(text)))],
    )
    yield batch()


def bare(paper):
    """Give the text of every page."""
    with pdfium.PdfDocument(paper) as document:
        return [document[number].get_textpage().get_text_range() for number in range(len(document))]


def batch():
    """Return the case of many files; their memory is in its notes."""
    folder = Path(tempfile.mkdtemp(prefix="bench-intake-"))
    for number in range(FILES):
        (folder / f"{number:05}.md").write_text(f"# Report {number}\n\n" + "The gauge was read daily. " * 80)
    paths = sorted(folder.iterdir())
    peaks = {}

    def run(count):
        def work():
            for _ in read_all(paths[:count], ()):
                pass

        figure = per_second(count, work)
        peaks[count] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        case.notes[:] = [f"largest reading process after {n} files: {size} MiB" for n, size in peaks.items()]
        return figure

    def close():
        for path in paths:
            path.unlink()
        folder.rmdir()

    case = Case(
        f"A batch of {FILES} files, read apart",
        "files/s",
        [Variant("a tenth of them", lambda: run(FILES // 10)), Variant("all", lambda: run(FILES))],
        rounds=1,
        close=close,
    )
    return case

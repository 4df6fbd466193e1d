"""Forms that trip readers of citations, each in the words of a paper that does not exist, in four formats."""

from __future__ import annotations

import html
import io
import re
from collections import Counter

import docx
import pytest
import typst

from comity.perspectives.citations import audit
from comity.perspectives.intake.read import take_in

REFERENCES = """Álvarez-Ruiz, María. 2014. "Sharing a river between two cities." *River Papers* 3(1):10\u201332.

Brook, Tamsin, and Ola Hansen. 2016. Ferries of the north. River Press.

Brook, Tamsin, Ola Hansen, Petra Vogt, and Lim Wei. 2018. Ferries of the south. River Press.

Lee, J. 2010. Dams and their keepers. River Press.

Marsh, Karl. [1867] 1976. Old waters. River Press.

Ministry of Public Works (MPW). 2019. *Annual report on weirs*. Harbour City: MPW.

Nguyen, Van An. 2017. Sông và người. Nhà xuất bản Sông.

O\u2019Brien, Pat. 2003. Peat. River Press.

Phommavong, Bounthavy. 2012. Weirs of the plain. River Press.

Sato, Y., 2020a. Ebb. River Press.

Sato, Y., 2020b. Flow. River Press.

The River Times. 2021. "Gates shut again." 4 May. https://rivertimes.example/gates

UNESCO. 1998. Waters of the world. Paris.

van der Berg, H. 2009. Dikes. River Press.

Vogt, P. (ed.) 2015. Locks. River Press.

Yang Wei & Zhou Min. 2022. Sluices. River Press."""
LIST = REFERENCES.split("\n\n")
FERRIES = "brook-ola-hansen-2016"
CASES = [
    ("Cited (Álvarez-Ruiz, 2014, p. 12).", ["alvarez-ruiz-2014:12"]),
    ("Álvarez-Ruiz\u2019s (2014, pp. 11\u201312) book says so.", ["alvarez-ruiz-2014:11\u201312"]),
    (
        "Ferries matter (Brook & Hansen, 2016; Brook et al., 2018; O\u2019Brien, 2003).",
        [f"{FERRIES}:", "brook-2018:", "obrien-2003:"],
    ),
    (
        "Others [Brook and Hansen 2016; see also Sato 2020a, 2020b] stop.",
        [f"{FERRIES}:", "sato-2020a:", "sato-2020b:"],
    ),
    (
        "Sato (2020a, b) and Sato (2020a: 3; see also 2020b: 4) hold it.",
        ["sato-2020a:", "sato-2020b:", "sato-2020a:3", "sato-2020b:4"],
    ),
    ("Old waters return (Marsh [1867] 1976: 3).", ["marsh-1976:3"]),
    ("Marsh (1976 [1867], 3) and Marsh ([1867] 1976) and (Marsh 1867/1976).", ["marsh-1976:3", *["marsh-1976:"] * 2]),
    (
        "The Ministry of Public Works (MPW) (2019) and others (MPW 2019: 4) count.",
        ["ministry-of-public-works-2019:", "ministry-of-public-works-2019:4"],
    ),
    (
        "Van An Nguyen (2017), Nguyen Van An (2017: 3) and Nguyen V. A. (2017) are one (Nguyễn 2017).",
        ["nguyen-2017:", "nguyen-2017:3", "nguyen-2017:", "nguyen-2017:"],
    ),
    (
        "Bounthavy Phommavong (2012: 4) measured it (Phommavong Bounthavy 2012: 9).",
        ["phommavong-2012:4", "phommavong-2012:9"],
    ),
    (
        "UNESCO (1998) and van der Berg (2009: 7) are read (Vogt, ed., 2015).",
        ["unesco-1998:", "van-der-berg-2009:7", "vogt-2015:"],
    ),
    (
        "Yang and Zhou (2022) say so (Yang Wei & Zhou Min 2022, 9, 12\u201314, 20).",
        ["yang-wei-zhou-min-2022:", "yang-wei-zhou-min-2022:9, 12\u201314, 20"],
    ),
    (
        "The paper (The River Times, May 4, 2021) and (O\u2019Brien, 2003, para. 4; Lee 2010, ch. 3) agree.",
        ["the-river-times-2021:", "obrien-2003:", "lee-2010:"],
    ),
    ("Sato (2020a, emphasis added) and (Sato 2020a, 5 ff.).", ["sato-2020a:", "sato-2020a:5 ff."]),
    (
        "Kessler (2011), who says so, is in no list, nor are (Kessler & Roy, 2012; MRC, 2013).",
        ["kessler-2011:", "kessler-roy-2012:", "mrc-2013:"],
    ),
    (
        ("The share was 2.36% of output in 2018, the plan (2016\u20132020) ended, two opened (both in 1986), a "
        "treaty (Hanoi, 1977) and a bridge (1994\u20132004) followed, as did Vision 2030 (2018) and a law (Law No. "
        "12 of 2014)."),
        [],
    ),
]  # fmt: skip
NOTE = "See Brook and Hansen 2016: 3; also O\u2019Brien 2003."
NOTED = [f"{FERRIES}:3", "obrien-2003:"]
FILL = (
    "The river ran low below the town and nobody had written down what the gauges showed in the dry months. "
)
PARAGRAPHS = [f"{FILL}{said} {FILL * (number % 3)}{FILL}".strip() for number, (said, _) in enumerate(CASES)]
EXPECTED = Counter([*(item for _, expected in CASES for item in expected), *NOTED])


def found_in(text):
    return [f"{item.key}:{item.pages}" for item in audit(text).instances]


def markdown():
    body = "\n\n".join(PARAGRAPHS)
    return f"# On rivers\n\n## 1. Body\n\n{body}\n\nA note.[^1]\n\n[^1]: {NOTE}\n\n## References\n\n{REFERENCES}\n"


def as_html():
    def said(text):
        return re.sub(r"\*([^*]+)\*", r"<em>\1</em>", html.escape(text, quote=False))

    body = "".join(f"<p>{said(text)}</p>" for text in PARAGRAPHS)
    listed = "".join(f"<li>{said(text)}</li>" for text in LIST)
    return (
        f"<html><head><title>On rivers</title></head><body><nav>Home (Menu 2014)</nav><h1>On rivers</h1>{body}"
        f"<p>A note.<sup>1</sup></p><p><sup>1</sup> {said(NOTE)}</p><h2>References</h2><ul>{listed}</ul></body></html>"
    ).encode()


def as_docx():
    made = docx.Document()
    made.add_heading("On rivers", 1)
    for text in (*PARAGRAPHS, f"A note ({NOTE.rstrip('.')})."):
        made.add_paragraph(text)
    made.add_heading("References", 1)
    for text in LIST:
        made.add_paragraph(text.replace("*", ""))
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def as_pdf(columns):
    def said(text):
        plain = re.sub(r"([\[\]#@<>$_\\])", r"\\\1", text.replace("*", "")).replace("//", "\\/\\/")
        return plain.replace("'", "\u2019")

    source = (
        f'#set page(paper: "a5", margin: 2cm, columns: {columns}, header: [Journal of Rivers 12(3) #h(1fr) 2023], '
        'numbering: "1")\n#set text(font: "Noto Serif", size: 9.5pt, lang: "en", hyphenate: true)\n'
        "#set par(justify: true)\n= On rivers\n== 1. Body\n"
        + "\n\n".join(map(said, PARAGRAPHS))
        + f"\n\nA note.#footnote[{said(NOTE)}]\n\n== References\n"
        + "\n\n".join(f"#par(hanging-indent: 1em)[{said(text)}]" for text in LIST)
    )
    return typst.compile(source.encode())


@pytest.mark.parametrize(("said", "expected"), CASES)
def test_each_form(said, expected):
    assert found_in(f"# T\n\n## 1. A\n\n{said}\n\n## References\n\n{REFERENCES}\n") == expected


@pytest.mark.parametrize(
    "made",
    [
        lambda: markdown().encode(),
        as_html,
        as_docx,
        lambda: as_pdf(1),
        lambda: as_pdf(2),
    ],
    ids=["markdown", "html", "docx", "pdf", "pdf in two columns"],
)
def test_every_format_gives_the_same_citations_and_references(made):
    text = take_in(made()).text
    assert Counter(found_in(text)) == EXPECTED
    assert len(audit(text).keys) == len(LIST)
    assert audit(text).dangling == ["kessler-2011", "kessler-roy-2012", "mrc-2013"]


def test_a_number_of_a_page_between_two_halves_of_a_citation_is_stepped_over():
    assert found_in("Weirs hold (Phommavong\n\n12\n\n2012: 4) well.\n\n## References\n\n" + LIST[8]) == [
        "phommavong-2012:4"
    ]

"""Every form in which a citation stands, what only looks like one, and what does not fit."""

from __future__ import annotations

import pytest

from comity.perspectives.citations import audit
from comity.perspectives.citations.wording import WORDS
from comity.perspectives.labels_documents import FINDING_WORDS

LIST = """

## References

Alvarez, Maria. 2014. Sharing a river between two cities. *River Papers* 3(1):10\u201332.

Alvarez, Maria. 2016a. Sharing it again. River Press.

Alvarez, Maria. 2016b. Sharing it once more. River Press.

World Health Organization (WHO). 2020. Water and health. Geneva.

Food and Agriculture Organization. 2011. Rice in water. Rome.

Nguyen Viet Long. 2019. Chuyện sông nước. Nhà xuất bản Sông.

Phạm, Văn Đồng. 2005. On rivers. River Press.

Okafor, C. n.d. Undated gauges. River Press.

Brook, T. Forthcoming. Gauges to come. River Press.

Smith, J., and A. Jones. 2010. Wells. River Press.

de la Cruz, Juan. 2001. Ponds. River Press.

ບຸນສະຫວັງ ໄຊຍະເສນ. 2018. ສາຍນ້ຳ ແລະ ຊາຍແດນ. ວຽງຈັນ.
"""


def cites(sentence, listed=LIST):
    found = audit(f"# T\n\n## 1. A\n\n{sentence}\n{listed}")
    return [(item.key, item.pages) for item in found.instances]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Rivers flood (Alvarez 2014, 2016a).", [("alvarez-2014", ""), ("alvarez-2016a", "")]),
        ("Rivers flood (Alvarez 2016a, b).", [("alvarez-2016a", ""), ("alvarez-2016b", "")]),
        ("Rivers flood (Alvarez 2014; 2016a: 4).", [("alvarez-2014", ""), ("alvarez-2016a", "4")]),
        (
            "It floods (see also Smith and Jones 2010: 3\u20135, 9; Alvarez 2014).",
            [("smith-jones-2010", "3\u20135, 9"), ("alvarez-2014", "")],
        ),
        ("Alvarez (2014, p. 5; 2016b, p. 6) holds it.", [("alvarez-2014", "5"), ("alvarez-2016b", "6")]),
        (
            "WHO (2020) and others (WHO 2020: 12).",
            [("world-health-organization-2020", x) for x in ("", "12")],
        ),
        (
            "The Food and Agriculture Organization (2011: 4) notes.",
            [("food-agriculture-organization-2011", "4")],
        ),
        (
            "Theo Nguyễn Viết Long (2019: 5), nước dâng (Phạm Văn Đồng 2005: tr. 7).",
            [("nguyen-viet-long-2019", "5"), ("pham-2005", "7")],
        ),
        ("Okafor (n.d.) and Brook (forthcoming) agree.", [("okafor-nd", ""), ("brook-forthcoming", "")]),
        (
            "Ponds (de la Cruz 2001: 8) by Juan de la Cruz (2001).",
            [("de-la-cruz-2001", "8"), ("de-la-cruz-2001", "")],
        ),
        ("ຕາມ ບຸນສະຫວັງ ໄຊຍະເສນ (2018: 12).", [("ບຸນສະຫວັງ-ໄຊຍະເສນ-2018", "12")]),
        (
            "So (Smith and Jones 2010, as cited in Alvarez 2014: 15).",
            [("smith-jones-2010", ""), ("alvarez-2014", "15")],
        ),
        ("Smith & Jones\u2019 (2010) wells dry.", [("smith-jones-2010", "")]),
        ("J. Smith and A. Jones (2010) dig.", [("smith-jones-2010", "")]),
        ("Wells (e.g., the dry ones [Smith and Jones 2010]) fail.", [("smith-jones-2010", "")]),
        ("Wells (see Alvarez 2014 for more on this).", [("alvarez-2014", "")]),
        ("Wells dry (Smith\nand Jones\n2010:\n12).", [("smith-jones-2010", "12")]),
        (
            "Wells dry (Smith and\n\n---\n\n<sup>1</sup> A note between.\n\nJones 2010: 12) soon.",
            [("smith-jones-2010", "12")],
        ),
        ("Wells dry (Smith and\fJones 2010).", [("smith-jones-2010", "")]),
        ("Kovacs (1999) argues that wells dry.", [("kovacs-1999", "")]),
        (
            "Kovacs et al. (1999) did, and so did (Basin News 2001).",
            [("kovacs-1999", ""), ("basin-news-2001", "")],
        ),
    ],
)
def test_forms(sentence, expected):
    assert cites(sentence) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "It rose to 2.36% of output in 2018 (2.36% of GDP in 2018).",
        "The list is full (as of 2025), and older ones closed (both in 1986).",
        "They joined (Northland in 1995, Southland in 1997) and left (1945\u20131975).",
        "In Upper Valley (1953) and on Route 9 (1971) it held; the Peace Accords (1954).",
        "The law (Law No. 12 of 2014), (Act 2003), (Decree 2010), (Resolution 1973).",
        "See (Section 2014), (Table 2020), (Figure 2019), (March 2016), (Spring 2019).",
        "A letter (Kovacs, personal communication, 2019) and (interview, 12 May 2020).",
        "Prices (in 2015 USD), (N = 2000), (p < 2000), (planned for Q1-2025 at home).",
        "Elsewhere (Vietnam, 1995) and (Laos 1997); Hanoi (2019) and in Hanoi (Hanoi 2019).",
        "Terms (Kovacs 1999\u20132005) and names (founded 1999 by Kovacs).",
    ],
)
def test_what_only_looks_like_a_citation(sentence):
    assert cites(sentence) == []


def findings(text):
    return {(item.kind, item.where) for item in audit(text).findings if item.kind != "origin-share"}


def test_a_bibliographic_note_is_a_reference_and_a_citing_note_is_a_citation():
    text = (
        "Water rose.<sup>1</sup> It fell.<sup>2</sup>\n\n"
        "<sup>1</sup> Brook, T. (2011, March 4). *Water that rose in the night*. Basin Online. https://basin.example/a\n\n"
        "<sup>2</sup> See Alvarez 2014: 12.\n" + LIST
    )
    found = audit(text)
    assert [(item.key, item.pages) for item in found.instances] == [("alvarez-2014", "12")]
    assert "brook-2011" in found.keys


def test_pages_outside_the_range_and_abbreviated_ranges():
    body = "A (Alvarez 2014: 9). B (Alvarez 2014: 10\u201332). C (Alvarez 2014: 33). D (Alvarez 2014: 21-8)."
    found = audit(f"# T\n\n{body}{LIST}")
    assert [item.what.split("; ")[0] for item in found.findings if item.kind == "page-outside-range"] == [
        "Alvarez 2014: 9 points to page 9",
        "Alvarez 2014: 33 points to page 33",
    ]


def test_dates_that_cannot_be():
    text = (
        "# T\n\nReceived: 3 May 2020; Accepted: 9 June 2020\n\nIt met on 31 November 2019 (Alvarez 2014).\n\n## References\n\n"
        "Alvarez, M. 2014. Sharing a river. Accessed May 2, 2013. https://a.example/x\n\n"
        "Brook, T. 2021. Gauges of tomorrow. River Press.\n\n"
        "Cole, R. 2018. Wells of the south. Accessed July 1, 2020. https://a.example/y\n"
    )
    assert {where for kind, where in findings(text) if kind == "impossible-date"} == {
        "line 5",
        "line 9",
        "line 11",
        "line 13",
    }


def test_a_glued_reference_is_a_reference_and_is_named():
    text = (
        "A (Office of Water 2019). B (Alvarez 2014).\n\n## References\n\n"
        "- Alvarez, M. 2014. *Sharing a river*. Office of Water. 2019. “Wells that were dug in the hills.” Basin Press.\n"
    )
    found = audit(text)
    assert found.keys == ["alvarez-2014", "office-of-water-2019"]
    assert [item.kind for item in found.findings if item.kind != "origin-share"] == ["glued-reference"]


@pytest.mark.parametrize(
    ("said", "title", "contradicts"),
    [
        ("67 boats", "Nearly a hundred boats seized", True),
        ("97 boats", "Nearly a hundred boats seized", False),
        ("14,461 cases", "Over 14,000 cases in six months", False),
        ("12,000 cases", "Over 14,000 cases in six months", True),
        ("14.461 vụ việc", "Trên 14.000 vụ việc trong năm", False),
        ("three boats", "Three boats lost", False),
        ("in 2019 boats", "12 boats lost", False),
        ("seven barges", "12 boats lost", False),
    ],
)
def test_figures_against_the_title_of_their_source(said, title, contradicts):
    text = f"The post counted {said} (Basin News 2019).\n\n## References\n\nBasin News. 2019. “{title}.” Basin Online.\n"
    assert [item.kind for item in audit(text).findings if item.kind != "origin-share"] == (
        ["figure-contradicts-title"] if contradicts else []
    )


def test_cross_references_that_do_not_fit():
    text = (
        "# T\n\n## 1. Budgets\n\nBudgets shrank, treasuries borrowed, ministries postponed payments.\n\n"
        "## 2. Fisheries\n\nTrawlers, quotas, hatcheries and spawning grounds were surveyed.\n\n"
        "## 3. Ferries\n\nFerries, jetties and timetables changed.\n\n"
        "## 4. Talk\n\nQuotas for trawlers and hatcheries were cut (section 1). Treasuries borrowed (section 1). "
        "More is in section 7. As section 3 of the Ferry Act says, nothing follows.\n"
    )
    found = [item.what for item in audit(text).findings]
    assert len(found) == 2
    assert "section 1 does not speak" in found[0] or "section 1 does not speak" in found[1]
    assert any("no section 7" in what for what in found)


def test_a_citation_that_fits_two_references_is_ambiguous():
    found = audit(f"# T\n\nRivers flood (Alvarez 2016).{LIST}")
    assert [item.kind for item in found.findings if item.line == 3] == ["ambiguous"]


def test_the_json_has_exactly_what_is_promised():
    data = audit(f"# T\n\nRivers flood (Alvarez 2014: 12).{LIST}").as_json()
    assert set(data) == {"instances", "references", "dangling", "uncited", "findings"}
    assert data["instances"] == [{"raw": "Alvarez 2014: 12", "key": "alvarez-2014", "pages": "12", "line": 3}]
    assert all(set(item) == {"kind", "where", "what"} for item in data["findings"])


def test_every_finding_is_told_in_the_language_of_the_page():
    assert {code: str(words) for code, words in FINDING_WORDS.items()} == {
        code: words for code, words in WORDS.items() if code != "share"
    }

"""The real paper's citations, against a reading of it by hand: counts, keys and lines, none of its sentences."""

from __future__ import annotations

from collections import Counter

import pytest

from comity.perspectives.citations import audit
from comity.perspectives.intake import document_text

pytestmark = pytest.mark.shared

CITED = {
    "bounsavang-xayasane-2018": [44, 98, 116, 136],
    "central-propaganda-department-2017": [19, 44, 84, 88, 116, 144, 170],
    "dwyer-ingalls-baird-2016": [54, 118, 120, 134, 180],
    "external-information-2025": [154],
    "government-portal-2024": [154],
    "hoo-to-2025": [44, 48, 50, 100, 116, 120, 124, 136, 176, 192, 204],
    "le-hong-hiep-2020": [178],
    "le-thi-huyen-le-thi-thu-thanh-2023a": [148],
    "mike-danello-2017": [178],
    "ministry-of-defense-vietnam-2019": [44, 136, 172, 172, 176, 192, 202],
    "ministry-of-defense-vietnam-2024": [72, 148],
    "ministry-of-foreign-affairs-2017": [21],
    "ministry-of-public-security-2024": [30, 128, 154, 158],
    "national-defence-journal-2024": [72],
    "nguyen-viet-xuan-2021": [50, 50, 50, 154, 172, 192],
    "nguyen-viet-xuan-2022": [76, 76],
    "nhan-dan-newspaper-2017": [198],
    "nhan-dan-newspaper-2025": [72],
    "peoples-army-newspaper-2024a": [158, 172],
    "peoples-army-newspaper-2024b": [144, 150, 154, 158],
    "peoples-public-security-newspaper-2025": [128, 154, 172, 202],
    "phan-xuan-dung-2025": [54, 124, 130, 158, 178],
    "pongvongsa-2012": [54, 134, 158],
    "stimson-center-2025": [128, 158, 176, 202],
    "storey-2012": [48, 50, 122, 200],
    "stuart-fox-1980": [44, 50, 100, 120, 200],
    "thayer-2010": [48, 50, 120, 200],
    "to-lam-2025": [72, 76],
    "vgp-news-2024": [144, 144, 170, 192],
    "xuan-tu-van-phien-2026": [102],
}
DANGLING = {
    "government-portal-2024",
    "national-defence-journal-2024",
    "nhan-dan-newspaper-2025",
    "vgp-news-2024",
}
UNCITED = {
    "lao-peoples-revolutionary-party-communist-party-of-vietnam-2011",
    "le-thi-huyen-le-thi-thu-thanh-2023b",
    "ministry-of-foreign-affairs-2021",
}
PAGES = {
    (44, "81"), (48, "78"), (100, "191"), (100, "96"), (118, "209"), (120, "191"), (120, "207"), (124, "86"),
    (136, "25"), (172, "18"), (172, "29"), (176, "40"),
}  # fmt: skip
FINDINGS = Counter(
    {
        ("dangling", 72): 2,
        ("dangling", 144): 1,
        ("dangling", 154): 1,
        ("uncited", 253): 1,
        ("uncited", 259): 1,
        ("uncited", 264): 1,
        ("glued-reference", 264): 1,
        ("same-title", 259): 1,
        ("impossible-date", 279): 1,
        ("impossible-date", 281): 1,
        ("cross-reference", 202): 1,
        ("cross-reference", 208): 1,
        ("figure-contradicts-title", 154): 1,
        ("figure-contradicts-title", 172): 1,
    }
)


@pytest.fixture(scope="module")
def found(shared):
    return audit(document_text(next((shared / "seeds").glob("003_*.txt")).read_bytes()))


def test_every_citation_is_found_where_it_stands_and_nothing_else(found):
    by_key = {}
    for item in found.instances:
        by_key.setdefault(item.key, []).append(item.line)
    assert by_key == CITED
    assert len(found.instances) == 99


def test_the_pages_pointed_to_are_read(found):
    assert {(item.line, item.pages) for item in found.instances if item.pages} == PAGES


def test_the_references_are_each_one_key_and_a_note_is_none_of_its_own(found):
    assert len(found.keys) == 29
    assert set(found.keys) == (set(CITED) - DANGLING) | UNCITED
    assert sum(reference.note for reference in found.references) == 1


def test_what_is_cited_and_not_listed_and_what_is_listed_and_not_cited(found):
    assert set(found.dangling) == DANGLING
    assert set(found.uncited) == UNCITED


def test_every_finding_is_one_that_a_reader_makes(found):
    places = Counter((item.kind, item.line) for item in found.findings if item.kind != "origin-share")
    assert places == FINDINGS


def test_the_shares_of_origin_add_up_to_every_citation(found):
    assert sum(share.citations for share in found.shares) == 99
    assert sum(share.works for share in found.shares) == 30


def test_an_interview_without_citations_has_none(shared):
    text = document_text(next((shared / "seeds").glob("000_*.txt")).read_bytes())
    assert audit(text).as_json() == {
        "instances": [],
        "references": [],
        "dangling": [],
        "uncited": [],
        "findings": [],
    }

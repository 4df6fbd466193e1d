"""The two real documents: taken in whole, and every citation of the example leads to the place it names."""

from __future__ import annotations

import hashlib

import pytest

from comity.demo.example import find_example, read_example
from comity.perspectives.intake import take_in
from comity.perspectives.locators import resolve
from comity.record.values import Locator

pytestmark = pytest.mark.shared

PAPER, INTERVIEW = "doan-nguyen-2026", "wvr-interview-2025"
EXAMPLE = read_example(find_example())


@pytest.fixture(scope="module")
def documents(shared):
    by_digest = {
        hashlib.sha256(file.read_bytes()).hexdigest(): file for file in (shared / "seeds").glob("*.txt")
    }
    return {known.work: take_in(by_digest[known.sha256].read_bytes()) for known in EXAMPLE.documents}


def cites():
    """Every citation with a locator in the example, with the kind and fields it stands in."""
    for member in EXAMPLE.parties:
        for draft in EXAMPLE.drafts(member.party):
            fields = draft["fields"]
            for cite in [*fields.get("cites", []), *([fields["cite"]] if "cite" in fields else [])]:
                if "locator" in cite:
                    yield draft["kind"], fields, cite


def test_the_paper_has_its_sections_and_no_pages(documents):
    paper = documents[PAPER]
    assert (paper.media_type, paper.pages) == ("text/markdown", ())
    numbers = [section.number for section in paper.sections if section.number]
    assert numbers == [
        "1",
        "2",
        "3",
        "3.1",
        "3.2",
        "3.3",
        "4",
        "4.1",
        "4.2",
        "4.3",
        "5",
        "5.1",
        "5.2",
        "5.3",
        "6",
    ]
    assert len(paper.text) == 59532


def test_the_interview_is_plain_text_without_sections(documents):
    interview = documents[INTERVIEW]
    assert (interview.media_type, interview.pages, interview.sections) == ("text/plain", (), ())
    assert len(interview.text) == 11304


def test_every_locator_of_the_example_leads_to_its_passage(documents):
    found = [
        resolve(documents[cite["work"]].text, Locator.model_validate(cite["locator"]))
        for _, _, cite in cites()
    ]
    assert len(found) > 100
    assert {item.state for item in found} == {"exact"}


def test_every_locator_stands_in_the_section_that_the_citation_names(documents):
    for _, fields, cite in cites():
        sections = documents[cite["work"]].sections
        if not sections or "section" not in cite:
            continue
        start = cite["locator"]["start"]
        before = [section for section in sections if section.start <= start]
        named = {before[-1].title, [section.number for section in before if section.number][-1]}
        assert cite["section"] in named, (fields.get("slug"), cite["section"])


def test_every_statement_and_every_authors_finding_names_its_passage(documents):
    located = {(kind, fields.get("slug"), fields.get("proposition")) for kind, fields, _ in cites()}
    for member in EXAMPLE.parties:
        for draft in EXAMPLE.drafts(member.party):
            if draft["kind"] in ("perspectives.statement", "perspectives.finding"):
                fields = draft["fields"]
                assert (draft["kind"], fields.get("slug"), fields.get("proposition")) in located


def test_the_authors_findings_are_those_of_the_papers_comparison(documents):
    paper = documents[PAPER]
    compared = [section for section in paper.sections if section.number in ("5.1", "5.2")]
    findings = [(fields, cite) for kind, fields, cite in cites() if kind == "perspectives.finding"]
    assert {fields["finding"] for fields, _ in findings} >= {"converge", "diverge"}
    for fields, cite in findings:
        start = cite["locator"]["start"]
        if cite["section"] == "5.1":
            assert compared[0].start <= start < compared[0].end
            assert fields["finding"] == "converge"
        elif cite["section"] == "5.2":
            assert compared[1].start <= start < compared[1].end
            assert fields["finding"] in ("diverge", "mixed")

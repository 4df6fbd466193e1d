"""The demonstration's last part: the authors' findings, the audit, the origins, and nobody's undertaking."""

from __future__ import annotations

import hashlib
import io

import pytest
from rich.console import Console

from comity.demo.documents import look
from comity.demo.example import find_example, read_example
from comity.demo.paper import read_paper
from comity.demo.paper_picture import paper_picture
from comity.demo.reading import Records

pytestmark = pytest.mark.shared

EXAMPLE = read_example(find_example())


class Node:
    """Answers what a node would: the works of the example, and one computed row."""

    def get(self, path):
        if path == "perspectives/works":
            return [fields for kind, fields in drafts() if kind == "perspectives.work"]
        reason = {"code": "not_heard", "group": "south", "other": "", "work": ""}
        return {
            "rule": {"labels": {"south": {"en": "The south"}}},
            "rows": [{"proposition": "exclusivity", "computed_finding": "cannot tell", "reasons": [reason]}],
        }


def drafts():
    for member in EXAMPLE.parties:
        for draft in EXAMPLE.drafts(member.party):
            yield draft["kind"], draft["fields"]


def records(*more):
    contents = [{"content": {"kind": f"{kind}@1", "fields": fields}} for kind, fields in (*drafts(), *more)]
    return Records({"aa/hq": contents})


@pytest.fixture(scope="module")
def looked(shared):
    return look(shared / "seeds", EXAMPLE)


def test_every_finding_of_the_authors_leads_to_its_passage_and_to_what_is_cited_there(looked):
    paper = read_paper(looked, [Node()], records())
    assert len(paper.findings) == 13
    assert all(item.passage for item in paper.findings)
    by_slug = {item.proposition: item for item in paper.findings}
    assert by_slug["exclusivity"].cited == ("Thayer 2010", "Storey 2012")
    assert by_slug["exclusivity"].reasons == ("The south is not heard",)
    assert any("figure-contradicts-title" in fault for fault in by_slug["effectiveness"].faults)


def test_the_origins_of_the_works_cited_are_unequal_and_add_up(looked):
    shares = read_paper(looked, [Node()], records()).as_json()["shares"]
    assert shares[0]["origin"] == "vn"
    assert sum(share["citations"] for share in shares) == 99
    assert not any(share["origin"] == "la" for share in shares)


def test_no_proposal_of_the_authors_is_anybodys_undertaking(looked):
    paper = read_paper(looked, [Node()], records())
    assert paper.proposals == 6
    assert paper.rests_on_proposal == ()
    false = {"slug": "joint-assessment", "cites": [{"work": paper.work, "section": "5.3"}]}
    found = read_paper(looked, [Node()], records(("register.undertaking", false)))
    assert found.rests_on_proposal == ("joint-assessment",)


def test_the_picture_says_all_of_it(looked):
    console = Console(width=118, record=True, file=io.StringIO())
    console.print(paper_picture(read_paper(looked, [Node()], records())))
    text = console.export_text()
    for words in (
        "authors' finding",
        "computed finding",
        "99 citations",
        "origin of the works cited",
        "proposals",
    ):
        assert words in text


def test_a_folder_without_the_paper_has_no_such_part(tmp_path):
    (tmp_path / "other.txt").write_bytes(hashlib.sha256(b"other").hexdigest().encode())
    assert read_paper(look(tmp_path, EXAMPLE), [Node()], records()) is None

"""A passage of a dropped document becomes a coded statement, and the comparison counts it."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI

from comity.app import systems
from comity.console import mount
from comity.node.create import NewNode, create
from comity.node.node import Node
from comity.node.sealing import draft_from_json
from comity.node.web.problems import install
from comity.perspectives.entries import Statement
from comity.perspectives.locators import LocatorError
from comity.perspectives.passage_coding import PassageCodingError, passage_drafts
from tests.asgi import Client
from tests.console.conftest import Visitor
from tests.perspectives.test_routes_documents import dropped, whole

TEXT = "# Roads\n\nThe office holds that the road works. It plans a bridge.\n"
FORM = {
    "proposition": "road-works",
    "holder": "road-office",
    "stance": "2",
    "frame": "economy",
    "modality": "asserts",
    "paraphrase_en": "The road is said to do its work.",
    "date": "2025-06",
    "coder": "a coder",
}
WORK = {
    "title": "Roads",
    "authors": "A. Writer; B. Writer",
    "year": "2025",
    "kind": "official_report",
    "origin_party": "aa",
    "origin_cluster": "road-office",
}


def draft(node, kind, fields):
    item = {"kind": kind, "fields": fields, "author": "editor", "marking": "TLP:CLEAR", "basis": "test"}
    return draft_from_json({**item, "retention": "working"}, node.registry)


@pytest.fixture(scope="module")
def visitor(tmp_path_factory):
    root = tmp_path_factory.mktemp("node")
    create(root / "node", NewNode(party="aa", node="hq", unprotected=True))
    with Node.open(root / "node", systems()) as node:
        group = {"name": "office", "labels": {"en": "The office"}, "voice": "official"}
        holder = {"holder": "road-office", "names": {"en": "Road office"}, "group": "office"}
        claim = {
            "slug": "road-works",
            "text": {"en": "The road works."},
            "issue": "roads",
            "authors_section": "1",
        }
        rule = {"version": 1, "groups": [group], "holders": [holder]}
        node.append([draft(node, "perspectives.rule", rule), draft(node, "perspectives.proposition", claim)])
        web = FastAPI()
        install(web)
        mount(web, node, systems())
        site = Visitor(web)
        site.request = Client(web).request
        yield site


def sent(visitor, path, **form):
    return visitor.request("POST", path, data=form)


def test_a_dropped_document_is_coded_and_counted(visitor):
    page = dropped(visitor, **{"roads.md": TEXT.encode()})
    where = re.search(r'href="(/documents/aa/hq/\d+)"', page)[1]
    code = re.search(r'href="([^"]+/code\?at=[^"]+)"', whole(visitor.get(where, "en")))[1]
    for language in ("vi", "lo", "en"):
        form = whole(visitor.get(code, language))
    assert "The office holds that the road works. It plans a bridge." in form
    one = re.search(r'href="([^"]+/code\?at=[^"]+)">Sentence 1', form)[1]
    first = whole(visitor.get(one, "en"))
    assert "The office holds that the road works.</blockquote>" in first

    lacking = sent(visitor, one, **{**FORM, **WORK, "paraphrase_en": " "})
    assert lacking.status_code == 422
    assert "What is said, in your words: Fill it in" in lacking.text
    again = visitor.request(
        "POST", one, data={**FORM, **WORK, "year": "x"}, headers={"accept-language": "vi"}
    )
    assert "no whole number" not in again.text
    assert 'value="A. Writer; B. Writer"' in lacking.text
    assert "n = 1" not in visitor.get("/comparison", "en").text

    done = sent(visitor, one, **FORM, **WORK)
    assert done.status_code == 303
    statement = whole(visitor.get(done.headers["location"], "en"))
    assert "The office holds that the road works." in statement
    assert "The road is said to do its work." in statement
    assert "n = 1" in visitor.get("/comparison", "en").text
    assert "not described yet" not in whole(visitor.get(where, "en"))
    assert "as the coder kept them" not in statement
    other = {
        **FORM,
        "coder": "another",
        "paraphrase_en": "",
        "paraphrase_lo": "ຖະໜົນໃຊ້ໄດ້.",
        "keep_words": "yes",
    }
    lao = visitor.request("POST", one, data=other, headers={"accept-language": "lo"})
    assert "ຖະໜົນໃຊ້ໄດ້." in whole(visitor.get(lao.headers["location"], "lo"))
    kept = whole(visitor.get(lao.headers["location"], "en"))
    assert '<span lang="lo">ຖະໜົນໃຊ້ໄດ້.</span>' in kept
    assert "as the coder kept them" in kept
    assert "It plans a bridge." in kept
    assert 'name="origin_cluster"' not in whole(visitor.get(one, "en"))


def test_what_is_no_passage_or_no_document_is_not_found(visitor):
    page = dropped(visitor, **{"other.md": TEXT.replace("road", "rail").encode()})
    where = re.search(r'href="(/documents/aa/hq/\d+)"', page)[1]
    for at in ("", "5-5", "9-2", "0-99999", "x", "0-1-2-y"):
        assert visitor.get(f"{where}/code?at={at}", "en").status_code == 404, at
    assert visitor.get("/documents/aa/hq/99999/code?at=0-1", "en").status_code == 404
    assert sent(visitor, f"{where}/code?at=0-99999", **FORM, **WORK).status_code == 422
    hostile = {**FORM, "holder": "Not A Slug", "coder": "<b>x</b>"}
    refused = sent(visitor, f"{where}/code?at=0-9", **hostile, **WORK)
    assert refused.status_code == 422
    assert "<b>x</b>" not in refused.text


@pytest.mark.parametrize(
    "name", ["proposition", "holder", "stance", "frame", "modality", "coder", "title", "year"]
)
def test_an_empty_field_is_named(name):
    with pytest.raises(PassageCodingError, match=name):
        passage_drafts({**FORM, **WORK, name: " "}, "a-work", TEXT, (9, 20))


@pytest.mark.parametrize(
    ("name", "value"), [("stance", "2.5"), ("stance", "x"), ("year", "²025"), ("year", "9" * 9)]
)
def test_what_is_no_number_is_refused(name, value):
    with pytest.raises(PassageCodingError, match="no whole number"):
        passage_drafts({**FORM, **WORK, name: value}, "a-work", TEXT, (9, 20))


def test_a_span_beyond_the_text_is_refused():
    with pytest.raises(LocatorError):
        passage_drafts({**FORM, **WORK}, "a-work", TEXT, (9, len(TEXT) + 1))


def test_a_paraphrase_is_given_in_any_of_the_languages():
    given = {**FORM, **WORK, "paraphrase_en": "", "paraphrase_vi": " Con đường có ích. "}
    fields = passage_drafts(given, "a-work", TEXT, (9, 20))[-1]["fields"]
    assert fields["paraphrase"] == {"vi": "Con đường có ích."}
    assert Statement.model_validate(fields).paraphrase == {"vi": "Con đường có ích."}
    both = passage_drafts({**given, "paraphrase_en": "It does."}, "a-work", TEXT, (9, 20))[-1]["fields"]
    assert both["paraphrase"] == {"vi": "Con đường có ích.", "en": "It does."}
    with pytest.raises(PassageCodingError, match="paraphrase"):
        passage_drafts({**given, "paraphrase_vi": " "}, "a-work", TEXT, (9, 20))


def test_the_words_of_the_passage_are_kept_where_the_coder_asks_for_it():
    given = {**FORM, **WORK}
    assert "quote" not in passage_drafts(given, "a-work", TEXT, (9, 20))[-1]["fields"]
    fields = passage_drafts({**given, "keep_words": "yes"}, "a-work", TEXT, (9, 47))[-1]["fields"]
    assert fields["quote"]["exact"] == TEXT[9:47].strip()
    assert Statement.model_validate(fields).quote.suffix == "It plans a bridge."


def test_what_a_document_passes_on_reached_us_through_both_works():
    works = {"speech": {"title": "A speech", "authors": ["The office"], "year": 2024}}
    given = {**FORM, **WORK, "first": "speech", "modality": "reports"}
    fields = passage_drafts(given, "a-work", TEXT, (9, 20), works=works)[-1]["fields"]
    assert (fields["source"], fields["reported_by"]) == ("a-work", ["speech", "a-work"])
    assert fields["author"] == "A. Writer, B. Writer"
    with pytest.raises(PassageCodingError, match="first is not on record"):
        passage_drafts({**given, "first": "elsewhere"}, "a-work", TEXT, (9, 20), works=works)


def test_what_is_said_of_a_fictional_proposition_is_fictional_itself():
    for fictional, class_ in ((True, "exercise"), (False, "record")):
        made = passage_drafts({**FORM, **WORK}, "a-work", TEXT, (9, 20), exercise=fictional)
        assert [draft["class"] for draft in made] == [class_] * 2


def test_two_coders_of_one_passage_make_two_statements_and_one_coder_one():
    def slug(coder):
        return passage_drafts({**FORM, **WORK, "coder": coder}, "a-work", TEXT, (9, 20))[-1]["fields"]["slug"]

    assert slug("one") == slug("one")
    assert slug("one") != slug("two")

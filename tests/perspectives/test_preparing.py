"""A comparison is prepared in the browser: forms become records, and a form that lacks something records nothing."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from comity.app import mount, systems
from comity.node.create import NewNode, create
from comity.node.node import Node
from comity.node.web.problems import install
from comity.perspectives import preparing, queries
from comity.perspectives.preparing import PreparingError, slug_of
from tests.perspectives.coding_world import hold

WORK = {
    "slug": "talk",
    "title": "A talk",
    "year": "2026",
    "kind": "speech",
    "origin_party": "aa",
    "origin_cluster": "talk",
}
STEPS = (
    ("work", WORK, "/comparison/works/talk"),
    (
        "proposition",
        {"text_en": "The river is well managed.", "text_vi": "Sông được quản lý tốt.", "issue": "Water use"},
        "/comparison/the-river-is-well-managed",
    ),
    (
        "holder",
        {
            "name_en": "River Office",
            "group": "new",
            "group_en": "North",
            "voice": "official",
            "level": "ministry",
        },
        "/comparison/rule",
    ),
    ("holder", {"name_en": "Institute", "group": "new", "group_en": "Outside"}, "/comparison/rule"),
    (
        "codebook",
        {"proposition": "the-river-is-well-managed", "frames": "Solidarity\r\nInterest | Lợi ích"},
        "/comparison/rule",
    ),
    (
        "claim",
        {"text_en": "Every gauge is read.", "holder": "river-office", "work": "talk", "exercise": "1"},
        "/comparison/claims#every-gauge-is-read",
    ),
    (
        "evidence",
        {"claim": "every-gauge-is-read", "text_en": "Some were.", "work": "talk"},
        "/comparison/claims#every-gauge-is-read",
    ),
)
LACKING = (
    ("work", {**WORK, "slug": "other", "year": "soon"}, "Year: Give a whole number."),
    ("work", WORK, "Title: One of this name is on record already."),
    ("proposition", {"text_vi": "Sông.", "issue": "x"}, "Text: Give it in English, too"),
    ("proposition", {"text_en": "The river is well managed.", "issue": "x"}, "Text: One of this name"),
    ("holder", {"name_en": "B", "group": "moon"}, "Perspective: Choose one that is on record."),
    ("holder", {"name_en": "Institute", "group": "outside"}, "Name: One of this name"),
    ("codebook", {"frames": ""}, "Proposition: Nothing is named"),
    ("claim", {"text_en": "X.", "holder": "nobody", "work": "talk"}, "Held by: Choose one"),
    ("evidence", {"claim": "every-gauge-is-read", "text_en": "X.", "work": ""}, "Work: Fill it in."),
    ("proposition", {"text_en": "Y.", "issue": "x", "author": ""}, "Your pseudonym: Fill it in."),
    ("proposition", {"text_en": "Y.", "issue": "x", "marking": "TLP:RED"}, "Who may read it: Choose one"),
    (
        "claim",
        {"text_en": "Z.", "holder": "institute", "work": "talk", "date": "soon"},
        "the step was refused",
    ),
)


@pytest.fixture
def node(tmp_path):
    create(tmp_path / "node", NewNode(party="aa", node="hq", unprotected=True))
    with Node.open(tmp_path / "node", systems()) as opened:
        yield opened


def asking(node):
    app = FastAPI()
    install(app)
    mount(app, node, systems())

    def ask(method, path, **options):
        async def one():
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test.localhost") as client:
                return await client.request(method, path, **options)

        return asyncio.run(one())

    return ask


def test_from_nothing_to_a_codebook_and_a_claim(node):
    hold(node, "talk", "Every gauge is read.")
    ask = asking(node)
    for path in ("", *(f"/{what}" for what in ("work", "holder", "codebook", "evidence"))):
        assert ask("GET", f"/comparison/prepare{path}?lang=vi").status_code == 200
    assert ask("GET", "/comparison/prepare/moon").status_code == 404
    for what, form, done in STEPS:
        sent = ask("POST", f"/comparison/prepare/{what}", data={"author": "clerk", **form})
        assert (sent.status_code, sent.headers.get("location")) == (303, done), sent.text[-2000:]
    with node.views.connect() as db:
        book, rule = queries.codebook(db), queries.rule(db)
        assert queries.comparison(db).design.family == book.family
    assert (rule.version, rule.voice_of) == (2, {"north": "official", "outside": "open"})
    assert book.report.fields["frames"] == [
        {"slug": "solidarity", "labels": {"en": "Solidarity"}},
        {"slug": "interest", "labels": {"en": "Interest", "vi": "Lợi ích"}},
    ]
    refused(ask, node)
    page = ask("GET", "/comparison/claims").text
    assert "Some were." in page
    assert "[exercise]" not in page
    another_holder(ask, node)


def refused(ask, node):
    """Each form that lacks something says what, in the language of the page, and leaves no record."""
    before = node.log.size
    for what, form, words in LACKING:
        sent = ask("POST", f"/comparison/prepare/{what}", data={"author": "clerk", **form})
        assert (sent.status_code, words in sent.text) == (422, True), (what, words, sent.text[-3000:])
        told = ask("POST", f"/comparison/prepare/{what}?lang=lo", data={"author": "clerk", **form})
        assert words not in told.text
    assert node.log.size == before


def another_holder(ask, node):
    """A holder more is a new version of the rule, and the codebook goes with it."""
    form = {"author": "clerk", "name_en": "Second Institute", "group": "outside"}
    assert ask("POST", "/comparison/prepare/holder", data=form).status_code == 303
    with node.views.connect() as db:
        assert (queries.rule(db).version, queries.codebook(db).name) == (3, "comparison/2")
        assert queries.rule(db).group_of["second-institute"] == "outside"


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Đường sắt Vũng Áng", "duong-sat-vung-ang"),
        ("ທາງລົດໄຟ", ""),
        ("  A -- b!  ", "a-b"),
        ("x" * 90, "x" * 60),
        ("one " * 40, "-".join(["one"] * 15)),
    ],
)
def test_names_made_from_texts(text, slug):
    assert slug_of(text) == slug


@given(st.text(max_size=80))
def test_a_name_is_a_name_or_nothing(text):
    found = slug_of(text)
    assert len(found) <= 60
    assert found == "" or found == slug_of(found)


def test_a_codebook_needs_two_perspectives_and_not_too_many_tests():
    with pytest.raises(PreparingError, match="names nothing"):
        preparing.codebook({"proposition": "a"}, None, None, {"a"})

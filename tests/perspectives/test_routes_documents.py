"""The pages of documents: files dropped, what became of each, the document with its map, the audit."""

from __future__ import annotations

import re
import time

import pytest
from fastapi import FastAPI

from comity.app import systems
from comity.console import mount
from comity.node.create import NewNode, create
from comity.node.node import Node
from comity.node.web.problems import install
from tests.asgi import Client
from tests.console.conftest import Visitor
from tests.console.test_pages import Whole
from tests.perspectives.intake import files

PAPER = (
    "# A <b>paper</b>\n\n## 1. Water\n\nRivers flood (Alvarez 2014: 9) and wells dry (Brook 2019).[^1]\n\n"
    "[^1]: A note of the commission.\n\n## References\n\n"
    "Alvarez, M. 2014. Sharing a river. *River Papers* 3(1):10\u201332.\n"
)


@pytest.fixture(scope="module")
def visitor(tmp_path_factory):
    root = tmp_path_factory.mktemp("node")
    create(root / "node", NewNode(party="aa", node="hq", unprotected=True))
    with Node.open(root / "node", systems()) as node:
        web = FastAPI()
        install(web)
        mount(web, node, systems())
        site = Visitor(web)
        site.request = Client(web).request
        yield site


def whole(reply):
    parser = Whole()
    parser.feed(reply.text)
    assert reply.status_code == 200
    assert parser.open == []
    assert parser.headings.count(1) == 1
    assert "Undefined" not in reply.text
    return reply.text


def dropped(visitor, **named):
    """Drop files and follow the page until everything is done."""
    parts = [("files", (name, data)) for name, data in named.items()]
    reply = visitor.request("POST", "/documents", files=parts)
    assert reply.status_code == 303
    where = reply.headers["location"]
    until = time.monotonic() + 60
    while time.monotonic() < until:
        page = visitor.get(where, "en")
        if "Refresh" not in page.headers:
            return whole(page)
        time.sleep(0.1)
    raise AssertionError("the batch did not end")


def test_before_anything_the_page_says_what_to_do(visitor):
    assert "comity perspectives intake" in whole(visitor.get("/documents", "en"))


def test_dropped_files_are_taken_in_and_a_bad_one_is_named(visitor):
    page = dropped(visitor, **{"paper.md": PAPER.encode(), "locked.pdf": files.locked()})
    assert "password" in page
    where = re.search(r'href="(/documents/aa/hq/\d+)"', page)[1]
    for language in ("en", "vi", "lo"):
        document = whole(visitor.get(where, language))
        assert "A note of the commission." in document
        assert "<b>paper</b>" not in document
        listed = whole(visitor.get("/documents", language))
        assert "paper.md" in listed
    audit = whole(visitor.get(f"{where}/citations", "en"))
    assert "points to page 9" in audit
    assert "in no list" in audit
    passage = re.search(r'href="([^"]+#passage)">Alvarez 2014: 9<', audit)[1]
    shown = whole(visitor.get(passage.replace("&amp;", "&").partition("#")[0], "en"))
    assert '<mark id="passage">Alvarez 2014: 9</mark>' in shown


def test_nothing_dropped_and_nothing_there(visitor):
    assert visitor.request("POST", "/documents", files=[]).status_code in {303, 200}
    assert visitor.get("/documents/aa/hq/99999", "en").status_code == 404
    assert visitor.get("/documents/intake/none", "en").status_code == 404

"""Sentences of documents are found by the search, in three scripts, and go when the document is erased."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from comity.app import systems
from comity.node.create import NewNode, create
from comity.node.node import Node
from comity.node.search.answers import search
from comity.perspectives.documents import Texts, take

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """# Báo cáo

Mực nước sông được đo hằng ngày. Cửa khẩu Cầu Treo mở lúc bảy giờ.

ນ້ຳຂຶ້ນໃນຕອນເຊົ້າ ແລະ ລົງໃນຕອນແລງ.

The gauge at the bridge was read daily. Nobody warned the village.
"""


@pytest.fixture
def node(tmp_path: Path):
    create(tmp_path / "node", NewNode(party="aa", node="hq", unprotected=True))
    with Node.open(tmp_path / "node", systems()) as opened:
        take(opened, "the-report", TEXT.encode(), "editor")
        yield opened


@pytest.mark.parametrize(
    ("query", "lang", "words"),
    [
        ("muc nuoc", "vi", "Mực nước sông được đo hằng ngày."),
        ("Cầu Treo", "vi", "Cửa khẩu Cầu Treo mở lúc bảy giờ."),
        ("ຕອນເຊົ້າ", "lo", "ນ້ຳຂຶ້ນໃນຕອນເຊົ້າ"),
        ("gauge bridge", "en", "The gauge at the bridge was read daily."),
    ],
)
def test_a_sentence_is_found_and_leads_to_its_span(node: Node, query: str, lang: str, words: str) -> None:
    (found,) = search(node, query)["found"]
    assert (found["lang"], found["kind"]) == (lang, "perspectives.document")
    start, end = map(int, found["place"].split("-"))
    assert TEXT[start:end].strip() == words


def test_the_sentences_of_an_erased_document_are_found_no_more(node: Node) -> None:
    (found,) = search(node, "warned village")["found"]
    node.erase_local(node.origin, found["index"])
    assert search(node, "warned village")["found"] == []


def test_what_a_reader_made_of_another_format_is_found_at_its_place_in_that_text(node: Node) -> None:
    html = (
        "<html><body><h1>Weir</h1><p>The weir was repaired in spring.</p><p>Nước &amp; đất.</p></body></html>"
    )
    taken = take(node, "the-weir", html.encode(), "editor", "weir.html")
    (found,) = search(node, "weir repaired")["found"]
    assert (found["origin"], found["index"]) == (taken["origin"], taken["index"])
    start, end = map(int, found["place"].split("-"))
    with node.views.connect() as db:
        texts = Texts(db, node.contents)
        text = texts.text(texts.documents("the-weir")[0])
    assert text[start:end] == "The weir was repaired in spring."

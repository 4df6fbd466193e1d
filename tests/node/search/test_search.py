"""Search over a node: what is found, in what order, and what must not be found any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine

from comity.node.errors import SearchError
from comity.node.node import Node
from comity.node.search import ask
from comity.node.search.answers import search
from comity.node.search.asking import RANKED
from comity.node.search.index import DUE, LINES, METADATA, add, purge
from comity.node.search.tokens import columns, fold, normal, tokens
from comity.node.system import Draft, System
from comity.record.kinds import Kind
from tests.node.world import header

if TYPE_CHECKING:
    from pathlib import Path

LINES_OF_TEXT = {
    1: ("vi", "Hai nước cùng quản lý đường biên giới"),
    2: ("vi", "Hai nuoc cung quan ly duong bien gioi"),
    3: ("lo", "ສອງປະເທດຮ່ວມກັນຄຸ້ມຄອງຊາຍແດນ"),
    4: ("en", "The two countries manage the border at marker 578"),
    5: ("vi", "Bàn về biển và gió"),
    6: ("en", "ຊາຍແດນ border biên giới"),
}
RECORD = {"id": "aaaa", "kind": "test.text", "class_": "record"}


@pytest.fixture
def db():
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        METADATA.create_all(connection)
        for index, (lang, text) in LINES_OF_TEXT.items():
            add(connection, {**RECORD, "origin": "aa/one", "index": index}, [(lang, "text", text)])
        yield connection


def indexes(db, query: str, **options) -> list[int]:
    return [line.index for line in ask(db, query, **options).found]


def test_words_without_diacritics_find_every_spelling(db) -> None:
    assert set(indexes(db, "bien gioi")) == {1, 2, 6}
    assert set(indexes(db, "duong")) == {1, 2}


def test_words_with_diacritics_put_lines_written_so_first(db) -> None:
    found = ask(db, "biên giới").found
    assert [line.index for line in found if line.as_typed] in ([1, 6], [6, 1])
    assert found[-1].index == 2
    assert not found[-1].as_typed
    assert indexes(db, "biển") == [5, 2, 1, 6] or indexes(db, "biển")[0] == 5


def test_lao_is_found_inside_a_line_without_spaces(db) -> None:
    assert set(indexes(db, "ຊາຍແດນ")) == {3, 6}
    assert indexes(db, "ຄຸ້ມຄອງ") == [3]
    assert indexes(db, "ຄຸ້ມ ຄອງ") == [3]
    assert indexes(db, "ແດນຊາຍ") == []


def test_three_scripts_in_one_query(db) -> None:
    assert indexes(db, "ຊາຍແດນ border bien") == [6]


def test_the_last_word_may_be_a_beginning_and_a_quoted_one_not(db) -> None:
    assert indexes(db, "countries mana") == [4]
    assert indexes(db, '"mana"') == []
    assert indexes(db, "mana countries") == []


def test_quoted_words_stand_side_by_side(db) -> None:
    assert set(indexes(db, '"hai nuoc cung"')) == {1, 2}
    assert indexes(db, '"nuoc hai"') == []
    assert set(indexes(db, "nuoc hai")) == {1, 2}


def test_the_words_are_marked_where_they_stand(db) -> None:
    line = ask(db, "BIEN GIOI").found[0]
    assert {line.text[start:end].lower() for start, end in line.spans} <= {"biên", "giới", "bien", "gioi"}
    (lao,) = ask(db, "ຄຸ້ມຄອງ").found
    assert [lao.text[start:end] for start, end in lao.spans] == ["ຄຸ້ມຄອງ"]


@pytest.mark.parametrize("query", ["", "  ", "!?", '""', "x" * 401])
def test_what_cannot_be_looked_for_is_refused(db, query: str) -> None:
    with pytest.raises(SearchError):
        ask(db, query)


@pytest.mark.parametrize(
    "query", ['a" OR b', "NEAR(a b)", "folded:bien", "a AND", "*", "^bien", "bien)", "-a"]
)
def test_the_language_of_the_index_is_no_language_of_the_box(db, query: str) -> None:
    try:
        ask(db, query)
    except SearchError:
        assert not tokens(normal(query))


def test_common_words_are_not_ranked_and_the_answer_says_so(db) -> None:
    for index in range(100, 102 + RANKED):
        add(db, {**RECORD, "origin": "aa/one", "index": index}, [("en", "text", "again and again")])
    answer = ask(db, "again", limit=3)
    assert (answer.more, answer.total) == (True, RANKED)
    assert [line.index for line in answer.found] == [RANKED + 101, RANKED + 100, RANKED + 99]


words = st.sampled_from(["biên", "bien", "giới", "ຊາຍແດນ", "border", "hoà", "hòa", "đá", "da", "578"])


@settings(max_examples=60, deadline=None)
@given(lines=st.lists(st.lists(words, min_size=1, max_size=5), min_size=1, max_size=8), asked=words)
def test_a_line_is_found_exactly_when_it_holds_the_word(lines: list[list[str]], asked: str) -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as db:
        METADATA.create_all(db)
        for index, line in enumerate(lines):
            add(db, {**RECORD, "origin": "aa/one", "index": index}, [("", "text", " ".join(line))])
        found = set(indexes(db, f'"{asked}"', limit=100))
    # Lao words side by side run together, so a word of that script is a stretch of the line.
    expected = {
        index
        for index, line in enumerate(lines)
        if any(fold(normal(word)) == fold(normal(asked)) for word in line)
    }
    assert found == expected


def test_what_is_purged_is_found_no_more_and_leaves_no_row(db) -> None:
    assert purge(db, "aa/one", 3)
    assert not purge(db, "aa/one", 3)
    assert indexes(db, "ຊາຍແດນ") == [6]
    assert db.execute(LINES.select().where(LINES.c.index == 3)).all() == []


class Note(Kind):
    """A note for tests."""

    kind: ClassVar[str] = "test.note"
    version: ClassVar[int] = 1

    text: dict[str, str]


def further(_node, record):
    yield "vi", "0:9", f"Câu thứ nhất của tài liệu {record.index}"


NOTES = System(name="notes", kinds=(Note,), texts={Note: further})


@pytest.fixture
def node(tmp_path: Path):
    from comity.node.create import NewNode, create

    create(tmp_path / "aa", NewNode("aa", "one", listen="127.0.0.1:0", sync_seconds=0, unprotected=True))
    with Node.open(tmp_path / "aa", [NOTES]) as opened:
        yield opened


def test_records_and_their_further_texts_are_found_and_rebuilt(node: Node) -> None:
    node.append([Draft(Note(text={"vi": "Cửa khẩu Cầu Treo", "lo": "ດ່ານນ້ຳພາວ"}), header())])
    assert [line["place"] for line in search(node, "cau treo")["found"]] == ["text.vi"]
    assert [line["lang"] for line in search(node, "ນ້ຳພາວ")["found"]] == ["lo"]
    assert [line["place"] for line in search(node, "cau thu nhat")["found"]] == ["0:9"]
    node.projection.rebuild()
    with node.views.connect() as db:
        assert len(db.execute(DUE.select()).all()) == 1
    assert [line["place"] for line in search(node, "câu thứ nhất")["found"]] == ["0:9"]


def test_what_is_erased_is_in_no_file_of_the_index(node: Node) -> None:
    (receipt,) = node.append([Draft(Note(text={"en": "xylophonic quixotry"}), header())])
    node.append([Draft(Note(text={"en": "something else"}), header())])
    views = node.folder.views
    search(node, "xylophonic")
    assert b"xylophonic" in views.read_bytes()
    node.erase_local(node.origin, receipt.index)
    assert search(node, "xylophonic")["found"] == []
    for part in (b"xylophonic", b"quixotry"):
        assert part not in views.read_bytes()
    assert columns("something else")[0] == "something else"
    assert len(search(node, "something")["found"]) == 1

"""Lists whose state is the address."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from comity.console.listing import Column, Query, leaf_of, listing

COLUMNS = (Column("name", "Name"), Column("age", "Age", numeric=True), Column("note", "Note", sortable=False))
KEYS = {"name": lambda item: item[0], "age": lambda item: item[1]}


def query(**parameters: str) -> Query:
    return Query("/list", parameters)


def test_unknown_stays_last_in_both_directions():
    items = [("b", None), ("a", 3), ("c", 1)]
    rising = listing(query(sort="age"), COLUMNS, items, KEYS, default="name")
    falling = listing(query(sort="age", dir="desc"), COLUMNS, items, KEYS, default="name")
    assert [item[1] for item in rising.rows] == [1, 3, None]
    assert [item[1] for item in falling.rows] == [3, 1, None]


def test_heading_links_turn_round_and_say_so():
    listed = listing(query(sort="age", page="3", text="x"), COLUMNS, [], KEYS, default="name")
    assert listed.aria_sort(COLUMNS[1]) == "ascending"
    assert listed.aria_sort(COLUMNS[0]) == "none"
    assert listed.sort_link(COLUMNS[1]) == "/list?sort=age&text=x&dir=desc"
    assert listed.sort_link(COLUMNS[0]) == "/list?sort=name&text=x"


def test_sorting_by_what_cannot_be_sorted_is_ignored():
    listed = listing(query(sort="note"), COLUMNS, [("b", 1), ("a", 2)], KEYS, default="name")
    assert listed.sort == "name"
    assert [item[0] for item in listed.rows] == ["a", "b"]


@given(st.text(max_size=20), st.integers(0, 500), st.integers(1, 60))
def test_a_page_is_always_inside_the_list(asked, total, size):
    leaf = leaf_of(query(page=asked), total, size)
    assert 1 <= leaf.page <= leaf.pages
    assert (leaf.first, leaf.last) == (0, 0) if total == 0 else 1 <= leaf.first <= leaf.last <= total


@given(st.integers(0, 200), st.integers(1, 30))
def test_pages_hold_every_item_once(total, size):
    seen = []
    for page in range(1, leaf_of(query(), total, size).pages + 1):
        leaf = leaf_of(query(page=str(page)), total, size)
        seen += range(leaf.first, leaf.last + 1) if total else []
    assert seen == list(range(1, total + 1))

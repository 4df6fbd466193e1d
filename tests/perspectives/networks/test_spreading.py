"""Names in a picture: in lines, whole letters, and never one on another."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.perspectives.networks.spreading import (
    GAP,
    LINE,
    box_of,
    evened,
    height_for,
    letters,
    lines_of,
    spread,
)

WIDTH = 880.0
NAME = st.text(st.characters(codec="utf-8", categories=("L", "Mn", "Zs")), max_size=60)
NODES = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), NAME, st.floats(4, 22)), min_size=1, max_size=30)


@settings(max_examples=40, deadline=None)
@given(NODES)
def test_no_name_lies_on_another_and_none_leaves_the_picture(nodes):
    sizes = np.array([box_of(lines_of(name), radius, 17) for _, _, name, radius in nodes])
    size = (WIDTH, height_for(sizes, WIDTH, 400))
    centres = np.array([(x * size[0], y * size[1]) for x, y, _, _ in nodes])
    found = spread(centres, sizes, size)
    assert (found == spread(centres, sizes, size)).all(), "the same picture every time"
    assert (found - sizes / 2 >= -1e-6).all()
    assert (found[:, 0] + sizes[:, 0] / 2 <= WIDTH + 1e-6).all()
    apart = np.abs(found[:, None] - found[None])
    clear = (apart >= (sizes[:, None] + sizes[None]) / 2 + GAP - 1e-3).any(axis=2)
    assert clear[~np.eye(len(nodes), dtype=bool)].all()


def test_what_has_room_stays_where_it_is():
    centres = np.array([[100.0, 100.0], [400.0, 300.0]])
    assert (spread(centres, np.full((2, 2), 50.0), (880, 420)) == centres).all()
    assert evened(np.array([[0.5, 0.5]])).tolist() == [[0.5, 0.5]]
    far = evened(np.array([[0.0, 0.0], [0.01, 0.01], [1.0, 1.0]]))
    assert far[1, 0] > 0.2, "a group is not one dot because another is far away"


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("", ()),
        ("Storey 2012", ("Storey 2012",)),
        ("Embassy of Viet Nam in the Lao PDR", ("Embassy of Viet Nam in", "the Lao PDR")),
        (
            "Central Propaganda Department of the Communist Party",
            ("Central Propaganda", "Department of the Com\u2026"),
        ),
        ("x" * 40, ("x" * 21 + "\u2026",)),
    ],
)
def test_a_name_is_two_lines_at_most(name, lines):
    assert lines_of(name) == lines


@given(NAME)
def test_no_line_is_longer_than_its_room(name):
    for line in lines_of(name):
        assert letters(line) <= LINE


def test_a_lao_letter_keeps_its_marks():
    name = "\u0e81\u0eb5\u0ec8" * 30
    (line,) = lines_of(name)
    assert line == "\u0e81\u0eb5\u0ec8" * 21 + "\u2026"

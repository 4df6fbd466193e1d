"""Heat maps: a cell with fewer than ten tracks is never told, however the question is put."""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.border.map.heat import COARSE, HOUR, LEAST, LONGEST, SIZES, count, hours

PASSED = st.lists(
    st.tuples(st.integers(0, 40).map("t-{}".format), st.floats(-3_000, 3_000), st.floats(-3_000, 3_000)),
    max_size=120,
)


@given(PASSED, st.sampled_from(SIZES))
def test_no_cell_is_told_that_fewer_than_ten_passed(passed, size):
    truth = defaultdict(set)
    for track, x, y in passed:
        truth[int(x // size), int(y // size)].add(track)
    counted = count(passed, size)
    assert {(cell.column, cell.row) for cell in counted.cells} == {
        place for place, tracks in truth.items() if len(tracks) >= LEAST
    }
    for cell in counted.cells:
        real = len(truth[cell.column, cell.row])
        assert LEAST <= cell.tracks <= real < cell.tracks + COARSE
    assert counted.left_out is None or counted.left_out >= LEAST


def test_one_track_that_stays_is_one_track():
    assert count([("vn-1", 10.0, 10.0)] * 500, 1_000).cells == ()
    passed = [(f"vn-{n}", 10.0, 10.0) for n in range(14)] + [("vn-90", 4_000.0, 10.0)]
    counted = count(passed, 1_000)
    assert counted.cells == ((0, 0, 10),)
    assert counted.left_out is None, "one track alone in a cell is not even counted"


def test_what_is_left_out_is_counted_once_it_is_many():
    lonely = [(f"vn-{n}", n * 1_000.0 + 1, 1.0) for n in range(12)]
    assert count(lonely, 1_000) == ((), 10)


def test_spans_are_whole_hours_so_that_two_answers_cannot_be_subtracted_by_the_second():
    assert hours(HOUR + 1, 2 * HOUR - 1) == (HOUR, 2 * HOUR)
    assert hours(HOUR, HOUR) == (HOUR, HOUR)
    for start, stop in ((2 * HOUR, 0), (0, LONGEST + 1)):
        with pytest.raises(ValueError, match="span"):
            hours(start, stop)


def test_only_a_few_sizes_of_cells():
    with pytest.raises(ValueError, match="500"):
        count([], 501)

"""Pictures as places: inside their frame, in order, and saying what their figures say."""

from __future__ import annotations

from math import isclose

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.assessment.charts.axis import FULL, Axis
from comity.assessment.charts.categories import categories
from comity.assessment.charts.cumulative import cumulative
from comity.assessment.charts.exceedance import exceedance
from comity.assessment.charts.figures import figure, share
from comity.assessment.charts.parts import bar
from comity.assessment.charts.plot import JOINT
from comity.assessment.charts.ranges import ranges
from comity.assessment.charts.table import table
from comity.console import Column, Query

LOW = st.floats(1e-6, 1e6)
WIDE = st.floats(1.001, 1e6)


def places(line):
    return [tuple(map(float, pair.split(","))) for pair in line.points.split()]


@settings(max_examples=60, deadline=None)
@given(LOW, WIDE, st.sampled_from(["uni", "log"]))
def test_an_axis_is_named_at_a_few_round_values_in_order(low, wide, scale):
    axis = Axis(low, low * wide, scale)
    ticks = axis.ticks()
    assert 1 <= len(ticks) <= 12
    assert [one.place for one in ticks] == sorted(one.place for one in ticks)
    assert all(0 <= one.place <= FULL for one in ticks)
    assert axis.place(low / 2) == 0
    assert axis.place(low * wide * 2) == FULL


@pytest.mark.parametrize(
    ("low", "high", "scale"),
    [(1, 1, "uni"), (2, 1, "uni"), (0, 1, "log"), (0, float("inf"), "uni"), (float("nan"), 1, "uni")],
)
def test_what_is_no_range_is_no_axis(low, high, scale):
    with pytest.raises(ValueError, match="axis"):
        Axis(low, high, scale)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=2, max_size=40).filter(lambda parts: sum(parts) > 0))
def test_a_distribution_function_rises_from_bottom_to_top(parts):
    masses = [part / sum(parts) for part in parts]
    edges = [float(n) for n in range(len(parts) + 1)]
    drawn = cumulative({"la": masses, JOINT: masses}, edges, Axis(0, len(parts)))
    for line in drawn.lines:
        found = places(line)
        assert found[0] == (0, FULL)
        assert isclose(found[-1][1], 0, abs_tol=0.2)
        assert found == sorted(found, key=lambda place: (place[0], -place[1]))
    assert drawn.lines[0].points == drawn.lines[1].points


def test_parties_differ_by_dash_whatever_their_colours():
    masses = {"vn": [1.0], "la": [1.0], JOINT: [1.0]}
    dashes = {line.party: line.dash for line in cumulative(masses, [0, 1], Axis(0, 1)).lines}
    assert len({dashes["vn"], dashes["la"]}) == 2
    assert dashes[JOINT] == ""


def test_an_exceedance_curve_steps_down_on_logarithms():
    curve = [{"loss": 0, "exceeding": 0.1}, {"loss": 5, "exceeding": 0.01}, {"loss": 10, "exceeding": 0}]
    drawn = exceedance({"vn": curve, "la": []})
    (line,) = drawn.lines
    assert places(line) == [(0, 250), (500, 250), (500, 500), (1000, 500), (1000, 1000)]
    assert exceedance({"vn": []}).lines == ()


@settings(max_examples=40, deadline=None)
@given(*[st.floats(-1e-12, 1e9)] * 3)
def test_the_three_parts_fill_the_bar(within, experts, parties):
    found = bar({"within": within, "experts": experts, "parties": parties})
    if not found:
        assert max(within, experts, parties) <= 0
        return
    assert isclose(sum(part.share for part in found), 1)
    assert isclose(found[-1].start + found[-1].width, FULL, abs_tol=0.3)


def test_rows_of_one_three_or_five_values():
    drawn = ranges({"vn": [0.5], "la": [0.1, 0.2, 0.9], JOINT: [0, 0.1, 0.2, 0.3, 1]}, Axis(0, 1))
    point, three, five = drawn.rows
    assert (point.outer, point.inner, point.middle) == (None, None, 500)
    assert (three.outer, three.inner) == ((100, 900), None)
    assert (five.outer, five.inner, five.middle) == ((0, 1000), (100, 300), 200)
    with pytest.raises(ValueError, match="2 values"):
        ranges({"vn": [1, 2]}, Axis(0, 3))


def test_categories_are_those_of_the_question():
    drawn = categories(["yes", "no"], {"vn": [0.25, 0.75]})
    assert [(group.name, group.bars[0].width) for group in drawn.groups] == [("yes", 250), ("no", 750)]
    with pytest.raises(ValueError, match="vn: 1 probabilities"):
        categories(["yes", "no"], {"vn": [1.0]})


COLUMNS = (Column("party", "Party"), Column("value", "Value", numeric=True))
ROWS = [{"party": "a", "value": 3}, {"party": "b", "value": None}, {"party": "c", "value": 1}]


def test_a_table_is_sorted_by_the_address_and_no_other_is():
    query = Query("/page", {"table": "t", "by": "value", "party": "vn"})
    found = table(query, "t", COLUMNS, ROWS)
    assert [row["party"] for row in found.rows] == ["c", "a", "b"]
    assert found.aria_sort(COLUMNS[1]) == "ascending"
    assert "turned=yes" in found.link(COLUMNS[1])
    assert "party=vn" in found.link(COLUMNS[0])
    assert found.link(COLUMNS[0]).endswith("#t")
    turned = table(Query("/page", {"table": "t", "by": "value", "turned": "yes"}), "t", COLUMNS, ROWS)
    assert [row["party"] for row in turned.rows] == ["a", "c", "b"]
    other = table(query, "u", COLUMNS, ROWS)
    assert not other.asked
    assert list(other.rows) == ROWS
    assert table(Query("/page", {"table": "t", "by": "__class__"}), "t", COLUMNS, ROWS).by == ""


def test_numbers_have_the_digits_that_say_something():
    assert [figure(value) for value in (0, 1234567.8, 12.345, 0.000123456, -2.5)] == [
        "0",
        "1,234,568",
        "12.3",
        "0.000123",
        "-2.5",
    ]
    assert [share(value) for value in (0, 1, 0.123, 0.05, 0.0123, 0.0001)] == [
        "0 %",
        "100 %",
        "12 %",
        "5 %",
        "1.2 %",
        "0.01 %",
    ]


def test_a_line_ends_where_the_axis_does_at_its_height():
    drawn = cumulative({"vn": [0.5, 0.0, 0.5]}, [0, 10, 20, 30], Axis(5, 25))
    assert places(drawn.lines[0]) == [(0, 750), (250, 500), (750, 500), (1000, 250)]

"""Plain groups at once: the rows are those that each would make alone, or the group is left to the rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.border.sensors import bulk, rules
from comity.border.sensors.bulk import COLUMNS
from comity.border.sensors.rules import RefusedRowError, Row, Rule

ARRIVAL = 1_770_000_000_000_000
TIMES = st.sampled_from(
    (
        "2026-01-01T00:00:00Z",
        "2026-01-01T07:00:00.25+07:00",
        "2025-02-29T00:00:00Z",
        "2026-01-01T00:00:00",
        "2026-01-01T00:00:00Z/2026-01-01T01:00:00Z",
        "2099-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "20260101T000000Z",
        None,
        7,
    )
)
RESULTS = st.one_of(
    st.floats(-50, 50),
    st.integers(-50, 50),
    st.sampled_from((float("nan"), float("inf"), 2**53, 10**400, True, None, "7", [1])),
)
ROWS = st.one_of(
    st.tuples(TIMES, RESULTS).map(list),
    st.tuples(st.just("2026-01-01T00:00:00Z"), st.floats(-5, 5)).map(list),
    st.sampled_from((["2026-01-01T00:00:00Z"], "ab", {"a": 1, "b": 2}, 5, None)),
)
RULES = st.builds(
    Rule,
    st.just(3),
    form=st.sampled_from(("", "OM_Measurement", "OM_CountObservation", "OM_CategoryObservation")),
    low=st.sampled_from((-float("inf"), -10.0)),
    feature=st.sampled_from((4, None)),
    forecast=st.booleans(),
)


def alone(rule, row, number):
    if type(row) is not list or len(row) != 2:
        return None
    try:
        when, end = rules.stamp_of(rule, row[0], ARRIVAL)
        kind, result = rules.result_of(rule, row[1])
    except RefusedRowError:
        return None
    return Row(number, 3, 4, when, end, 0, None, ARRIVAL, kind, result, 0, None, None, None, None)


@given(RULES, st.lists(ROWS, max_size=4))
def test_rows_at_once_are_those_of_each_alone(rule, rows):
    found = bulk.plain(rule, COLUMNS, rows, range(10, 10 + len(rows)), ARRIVAL)
    if found is not None:
        made = list(found.rows())
        assert made == [alone(rule, row, 10 + n) for n, row in enumerate(rows)]
        assert [type(row[9]) for row in made] == [type(row[1]) for row in rows]


def test_what_is_plain_is_taken_at_once_and_other_columns_are_not():
    rows = [["2026-01-01T00:00:00Z", 1.5], ["2026-01-01T07:00:01+07:00", 2]]
    rule = Rule(3, "OM_Measurement", feature=4)
    assert bulk.plain(rule, COLUMNS, rows, range(1, 3), ARRIVAL) is not None
    assert bulk.plain(rule, ("result", "phenomenonTime"), rows, range(1, 3), ARRIVAL) is None
    assert bulk.plain(rule, COLUMNS, [*rows, ["2026-01-01T00:00:02Z", 10**400]], range(3), ARRIVAL) is None


def test_a_whole_number_beyond_all_bounds_is_refused_and_stops_nothing():
    for given_ in (10**400, -(10**400), 2**53):
        with pytest.raises(RefusedRowError) as found:
            rules.result_of(Rule(3), given_)
        assert found.value.reason == "range"

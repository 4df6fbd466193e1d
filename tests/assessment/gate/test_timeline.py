"""The picture of a consultation: in proportion along the axis, labels apart, nothing undated drawn."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from comity.assessment.gate.timeline import ROW, timeline

DAYS = st.dates().map(lambda day: day.isoformat())


def gate(steps=(), flags=(), end=None):
    return {
        "steps": [
            {
                "step": name,
                "when": {"first": first, "last": last},
                "number": None,
                "retroactive": None,
                "words": [{"place": ["la/hq", 1]}],
            }
            for name, first, last in steps
        ],
        "flags": [
            {
                "kind": "concession",
                "when": {"first": d, "last": d},
                "flag": True,
                "days": [1, 1],
                "place": ["x", 1],
            }
            for d in flags
        ],
        "end": end,
    }


def test_nothing_dated_draws_nothing_and_what_is_undated_is_counted():
    assert timeline(gate()) is None
    drawn = timeline(gate([("started", "2016-12-20", "2016-12-20"), ("concluded", None, "2017-06-19")]))
    assert (len(drawn.marks), drawn.undated) == (1, 1)


def test_the_period_is_the_stretch_from_start_to_end():
    end = {"earliest": "2017-06-19", "latest": "2017-06-19"}
    drawn = timeline(gate([("started", "2016-12-20", "2016-12-20")], ["2017-03-01"], end))
    assert [mark.name for mark in drawn.marks] == ["started", "concession", "end"]
    assert drawn.runs == (drawn.marks[0].top, drawn.marks[2].bottom)


@settings(max_examples=50, deadline=None)
@given(st.lists(DAYS, min_size=1, max_size=12))
def test_marks_lie_in_the_order_of_their_days_and_labels_apart(days):
    drawn = timeline(gate([("notified", day, day) for day in days]))
    assert all(one.first <= two.first and one.top <= two.top for one, two in pairwise(drawn.marks))
    assert all(two.label - one.label == ROW for one, two in pairwise(drawn.marks))
    assert all(0 < mark.top < drawn.height and mark.label < drawn.height for mark in drawn.marks)

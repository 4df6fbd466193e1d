"""Krippendorff's alpha against the published example, and against its plain pairwise definition."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.perspectives.agreement.alpha import alpha

N = np.nan
PUBLISHED = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
        [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
    ]
)
"""Krippendorff (2011), section C: four observers, twelve units, missing data."""


@pytest.mark.parametrize(
    ("level", "value"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_the_published_example(level, value):
    found = alpha(PUBLISHED, level)
    assert found.value == pytest.approx(value, abs=5e-4)
    assert (found.units, found.values) == (11, 40)


def distance(level, one, other, values):
    if level == "nominal":
        return float(one != other)
    if level == "interval":
        return (one - other) ** 2
    if level == "ratio":
        return ((one - other) / (one + other)) ** 2 if one + other else 0.0
    low, high = sorted((one, other))
    between = sum(low <= value <= high for value in values)
    return (between - (values.count(low) + values.count(high)) / 2) ** 2 if one != other else 0.0


def plainly(data, level):
    """Observed over expected disagreement, pair by pair (Krippendorff, Content Analysis, chapter 11)."""
    units = [[value for value in column if not np.isnan(value)] for column in np.array(data).T]
    units = [unit for unit in units if len(unit) > 1]
    values = [value for unit in units for value in unit]
    if not values:
        return None
    observed = sum(
        sum(distance(level, a, b, values) for a, b in permutations(unit, 2)) / (len(unit) - 1)
        for unit in units
    ) / len(values)
    expected = sum(distance(level, a, b, values) for a, b in permutations(values, 2))
    expected /= len(values) * (len(values) - 1)
    return None if expected == 0 else 1 - observed / expected


CODINGS = st.integers(2, 4).flatmap(
    lambda coders: st.lists(
        st.lists(st.sampled_from([0.0, 1.0, 2.0, 3.0, N]), min_size=coders, max_size=coders),
        min_size=1,
        max_size=8,
    )
)


@settings(max_examples=150, deadline=None)
@given(CODINGS, st.sampled_from(["nominal", "ordinal", "interval", "ratio"]))
def test_equals_the_pairwise_definition(units, level):
    data = np.array(units).T
    expected, found = plainly(data, level), alpha(data, level)
    if expected is None:
        assert found.value is None
        assert found.why in ("no_pairs", "no_variance")
    else:
        assert found.value == pytest.approx(expected, abs=1e-9)


def test_full_agreement_is_one_and_no_variance_is_no_estimate():
    assert alpha(np.array([[0, 1, 2], [0, 1, 2]]), "ordinal").value == 1.0
    same = alpha(np.array([[2, 2, 2], [2, 2, 2]]), "nominal")
    assert (same.value, same.why, same.units) == (None, "no_variance", 3)


def test_units_that_one_coder_coded_do_not_count():
    alone = alpha(np.array([[1, 2, N], [N, N, 1]]), "nominal")
    assert (alone.value, alone.why, alone.units) == (None, "no_pairs", 0)
    data = np.array([[1, 2, 1, N], [1, 2, 2, N]])
    more = np.column_stack([data, [[5], [N]]])
    assert alpha(more, "nominal") == alpha(data, "nominal")


@settings(max_examples=50, deadline=None)
@given(CODINGS, st.randoms())
def test_the_order_of_coders_and_units_does_not_matter(units, random):
    data = np.array(units).T
    rows, columns = list(range(data.shape[0])), list(range(data.shape[1]))
    random.shuffle(rows)
    random.shuffle(columns)
    one, other = alpha(data, "ordinal"), alpha(data[rows][:, columns], "ordinal")
    assert (one.units, one.why) == (other.units, other.why)
    if one.value is not None:
        assert other.value == pytest.approx(one.value, abs=1e-9)

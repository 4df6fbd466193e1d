"""Names in one list and not in another: as sets say, whatever the names."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from comity.border.fusion.names import absent

NAMES = st.lists(st.one_of(st.integers(0, 20), st.integers(0, (1 << 63) - 1)), max_size=60)


@given(NAMES, NAMES)
def test_names_are_told_apart_as_sets_do(names, others):
    found = absent(np.array(names, np.int64), np.array(others, np.int64))
    assert found.tolist() == [name for name in names if name not in set(others)]


def test_names_that_share_their_low_bits_stay_few_steps_apart():
    names = np.arange(2000, dtype=np.int64) << 40
    assert not len(absent(names, names[::-1].copy()))

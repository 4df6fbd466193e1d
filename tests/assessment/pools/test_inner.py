"""The inner layer and resolved questions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from comity.assessment.pools.decompose import Uncertainty
from comity.assessment.pools.distributions import Grid, binary
from comity.assessment.pools.errors import PoolError
from comity.assessment.pools.inner import Answer, inner
from comity.assessment.pools.resolved import Sealed, resolve

BITS = Uncertainty()
EVEN = {"a": 1.0, "b": 1.0}


def answers(chances, parties):
    return [
        Answer(party, f"x{place}", row)
        for place, (party, row) in enumerate(zip(parties, binary(chances), strict=True))
    ]


def test_whoever_has_the_answers_draws_the_same_in_any_order():
    given = answers(np.random.default_rng(1).random(24), "a" * 12 + "b" * 12)
    one, other = inner(given, EVEN, BITS), inner(given[::-1], EVEN, BITS)
    assert one == other
    assert not one.chance.exact
    assert len(one.inputs) == 64


def test_parties_that_differ_are_told_to_discuss():
    found = inner(answers([0.05, 0.1, 0.1, 0.1, 0.9, 0.9, 0.95, 0.9], "aaaabbbb"), EVEN, BITS)
    assert found.advice.word == "discuss"
    assert found.chance.p == pytest.approx(2 / 70)


def test_answers_of_others_and_answers_given_twice_are_refused():
    given = answers([0.1, 0.2, 0.3, 0.4], "aabb")
    with pytest.raises(PoolError, match="same parties"):
        inner(given, {"a": 1, "b": 1, "c": 1}, BITS)
    with pytest.raises(PoolError, match="twice"):
        inner([*given, given[0]], EVEN, BITS)


def test_an_event_resolves_and_who_sealed_too_late_is_not_scored():
    early, late = Sealed("x", 10, binary([0.8])[0]), Sealed("y", 20, binary([1.0])[0])
    found = resolve([early, late], 1, 20)
    assert found.scores["brier"] == {"x": pytest.approx(0.04)}
    assert found.scores["log"] == {"x": pytest.approx(np.log2(1 / 0.8))}
    assert found.late == ("y",)
    assert found.methods == {"brier": "brier@1", "log": "log-score@1"}
    assert found.inputs != resolve([early, late], 0, 20).inputs
    assert resolve([late], 1, 20).scores == {}
    with pytest.raises(PoolError, match="one name"):
        resolve([early, replace(late, name="x")], 1, 20)


def test_a_quantity_resolves():
    grid = Grid(0, 1)
    found = resolve([Sealed("x", 1, np.full(512, 1 / 512))], 0.5, 2, grid)
    assert found.scores["crps"]["x"] == pytest.approx(1 / 12)
    with pytest.raises(PoolError):
        resolve([Sealed("x", 1, np.full(512, 1 / 512))], float("nan"), 2, grid)

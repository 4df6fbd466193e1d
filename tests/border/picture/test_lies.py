"""A partner that lies or errs: its words are put aside with their reason, and its chain breaks, nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError

from comity.border.entries.tracklets import Increment, Sharing, Told, Tracklets, stretch_of
from comity.border.picture import wire
from tests.border.picture.story import DECISION, TERMS, Side, tell, truths

TIME = 10_000


@pytest.fixture(scope="module")
def said():
    truth, random = truths(3, 10, 5)
    vn, found = Side("vn", 10.0), []
    for n in range(10):
        vn.look(1000 * (n + 1), truth[n, :, :2], random)
        if n in (4, 9):
            found += vn.say(tell(found), 1000 * (n + 1))
    return found


def bend(exchange, number, **changes):
    """Return an exchange of which one word says something else, under a digest of its own."""
    move = replace(exchange.moves[number], digest=f"bent {changes}", **changes)
    moves = tuple(move if n == number else one for n, one in enumerate(exchange.moves))
    return replace(exchange, moves=moves)


def one_bad(said, code, **changes):
    joint = tell([said[0], bend(said[1], 1, **changes)])
    assert [one.code for one in joint.aside] == [code]
    good = tell(said)
    for name in ("vn-0", "vn-2"):  # the others of its entry are taken
        assert np.array_equal(joint.heard["vn", name].estimate.mean, good.heard["vn", name].estimate.mean)
    assert joint.heard["vn", "vn-1"].used == 1
    return joint


def test_an_increment_that_unlearns_or_makes_no_covariance_or_is_absurd_is_put_aside(said):
    good = said[1].moves[1].matrix
    joint = one_bad(said, "not-semidefinite", matrix=-good)
    assert joint.heard["vn", "vn-1"].broken == TIME
    one_bad(said, "not-semidefinite", matrix=good - 0.5 * np.eye(4))
    one_bad(said, "absurd", matrix=1e9 * np.eye(4))
    one_bad(said, "absurd", matrix=np.full((4, 4), np.nan))
    one_bad(said, "absurd", vector=np.array([1e9, 0, 0, 0]))
    one_bad(said, "absurd", vector=np.array([np.inf, 0, 0, 0]))
    one_bad(said, "gap", previous="other")
    one_bad(said, "gap", since=4000)
    one_bad(said, "future", time=TIME + 1)


def test_after_a_lie_nothing_of_the_chain_counts_until_it_begins_anew(said):
    bad = bend(said[1], 1, matrix=-said[1].moves[1].matrix)
    later = replace(said[1], time=TIME + 1000, index=7)
    joint = tell([said[0], bad, bend(later, 1, time=TIME + 500)])
    assert [one.code for one in joint.aside if one.move.track == "vn-1"] == ["not-semidefinite", "gap"]


def test_what_is_of_the_future_or_of_another_sector_is_put_aside(said):
    ahead = replace(said[0], claimed=said[0].time - 3000)
    assert {one.code for one in tell([ahead]).aside} == {"future"}
    assert {one.code for one in tell([replace(said[0], config="x")]).aside} == {"another-sector"}


def test_a_chain_is_not_begun_twice_under_one_name(said):
    twice = replace(said[0], time=6000, claimed=6000, index=9)
    moves = tuple(replace(one, digest=one.digest + "2") for one in twice.moves)
    joint = tell([said[0], replace(twice, moves=moves)])
    assert {one.code for one in joint.aside} == {"begun"}


def test_a_whole_estimate_that_is_none_is_put_aside(said):
    move = said[0].moves[0]
    whole = replace(move, kind="whole", matrix=None, vector=None, digest="w", track="w")
    for estimate, code in (
        (replace(tell(said).heard["vn", "vn-0"].estimate, covariance=-np.eye(4)), "no-covariance"),
        (replace(tell(said).heard["vn", "vn-0"].estimate, covariance=1e-8 * np.eye(4)), "absurd"),
        (replace(tell(said).heard["vn", "vn-0"].estimate, mean=np.array([1e7, 0, 0, 0])), "absurd"),
        (replace(tell(said).heard["vn", "vn-0"].estimate, mean=np.array([0, 0, 9e3, 0])), "absurd"),
    ):
        found = tell([replace(said[1], moves=(replace(whole, estimate=estimate, time=TIME),))])
        assert [one.code for one in found.aside] == [code]


def test_numbers_are_decimals_and_nothing_else():
    item = {
        "track": "vn-1", "object_class": "boat", "since": 1, "time": 1, "matrix": ["0.01"] * 10,
        "vector": ["1"] * 4, "existence": "0.9", "seen": 1,
    }  # fmt: skip
    assert Increment.model_validate(item)
    for wrong in ("NaN", "inf", "1e5", "", "1" * 19, "0." + "1" * 25, "٣"):
        with pytest.raises(ValidationError):
            Increment.model_validate({**item, "vector": [wrong, "1", "1", "1"]})
    for wrong in ({"matrix": ["1"] * 9}, {"object_class": "friend"}, {"affiliation": "x"}, {"time": -1}):
        with pytest.raises(ValidationError):
            Increment.model_validate({**item, **wrong})
    shared = {"sector": "ford", "config": "c", "decision": DECISION, "time": TIME}
    with pytest.raises(ValidationError, match="half-hour"):
        Tracklets.model_validate({**shared, "stretch": "2026-01-01T00:00Z"})
    assert Told.model_validate({**shared, "way": "delayed", "stretch": stretch_of(TIME)})
    decided = {
        "sector": "ford", "config": "c", "to": ["la"], "marking": "TLP:AMBER", "classes": ["boat"],
        "every": 5, "prices": [{"way": "plots", "error": "1", "times": "1"}], "valid_from": 5, "office": "o",
    }  # fmt: skip
    assert Sharing.model_validate({**decided, "way": "blurred", "blur": "50"})
    for wrong in (
        {"way": "blurred"}, {"way": "tracklets", "blur": "5"}, {"way": "tracklets", "classes": []},
        {"way": "delayed", "delay": 5, "valid_until": 5}, {"way": "tracklets", "prices": []},
    ):  # fmt: skip
        with pytest.raises(ValidationError):
            Sharing.model_validate({**decided, **wrong})


@pytest.mark.parametrize("value", [0.0, 1.0, -1.0, 123456.789012345, 1e-9, -3.25e-13, 9.9999999999e15, 1e-20])
def test_a_number_reads_back_to_ten_digits(value):
    text = wire.written(value)
    assert float(text) == pytest.approx(value, rel=1e-9, abs=1e-14)
    assert wire.written(float(text)) == text
    assert "e" not in text


def test_the_digest_binds_words_to_their_sector():
    item = {"track": "vn-1", "time": 1}
    first = wire.digest(wire.INCREMENT, item, TERMS.sector, TERMS.config)
    assert first != wire.digest(wire.INCREMENT, item, TERMS.sector, "other")
    assert first != wire.digest(wire.WHOLE, item, TERMS.sector, TERMS.config)
    assert first != wire.digest(wire.INCREMENT, {**item, "time": 2}, TERMS.sector, TERMS.config)

"""One picture of two: sums as good as said beforehand, in any order, with every word once."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from comity.border.fusion.tracklets import Estimate
from comity.border.fusion.withholding import Sharing, price
from comity.border.picture import saying
from comity.border.picture.blurring import Blur
from comity.border.picture.existence import together
from comity.border.picture.joint import Joint
from tests.border.picture.story import TERMS, Side, tell, truths

THINGS, LOOKS, EVERY = 16, 40, 5
SIGMAS = (20.0, 10.0)
SHIFT = np.array([30.0, 0, 0, 0])


@cache
def story(every=EVERY, things=THINGS):
    """Return the truth, both sides, and every exchange by tracklets."""
    truth, random = truths(things, LOOKS, 3)
    la, vn = Side("la", SIGMAS[0]), Side("vn", SIGMAS[1])
    joint, said = Joint(TERMS), []
    for n in range(LOOKS):
        time = 1000 * (n + 1)
        for side in (la, vn):
            side.look(time, truth[n, :, :2], random)
        if (n + 1) % every == 0:
            for side in (la, vn):
                for one in side.say(joint, time):
                    joint.take(one)
                    said.append(one)
    return truth, la, vn, said


def fused(joint, time=1000 * LOOKS):
    return {one.name: one for one in joint.tracks(time)}


def errors(tracks, truth):
    """Return errors of place, and errors in units of what is believed, of paired tracks."""
    found, normal = [], []
    for one in tracks.values():
        numbers = {side.track.partition("-")[2] for side in one.sides}
        assert len(numbers) == 1  # no track of one thing with a track of another
        error = one.estimate.mean - truth[int(numbers.pop())]
        found.append((error[:2] ** 2).sum())
        normal.append(error @ np.linalg.solve(one.estimate.covariance, error))
    return np.sqrt(np.mean(found)), np.mean(normal)


def test_sums_are_as_good_as_the_price_said_and_as_sure_as_they_may_be():
    truth, _, _, said = story()
    tracks = fused(tell(said))
    assert len(tracks) == THINGS
    assert {one.basis for one in tracks.values()} == {"tracklets"}
    error, sure = errors(tracks, truth[-1])
    expected = price(Sharing(*SIGMAS, exchange=EVERY, looks=LOOKS))
    # 16 places of two axes: the mean square has a standard error of 25 %, its root of 13 %
    assert error == pytest.approx(expected["tracklets"].error, rel=0.35)
    assert error < expected["nothing"].error
    assert abs(sure - 4) < 3 * np.sqrt(2 * 4 / THINGS) + 0.4  # chi-squared of 4, and shared noise


def test_the_order_of_arrival_does_not_matter_and_a_repeat_is_put_aside():
    _, _, _, said = story()
    joint = tell(said)
    again = [replace(one, index=one.index + 1000) for one in said]
    other = tell([*said[::-1], *again])
    assert not joint.aside
    assert {one.code for one in other.aside} == {"repeated"}
    one, two = fused(joint), fused(other)
    assert list(one) == list(two)
    for name, track in one.items():
        assert np.array_equal(track.estimate.mean, two[name].estimate.mean)
        assert np.array_equal(track.estimate.covariance, two[name].estimate.covariance)


def test_each_side_holds_of_the_other_what_the_other_knows():
    _, la, _, said = story()
    joint = tell(said)
    for one in joint.of("la", 1000 * LOOKS):
        known = la.tracks[one.track]
        np.testing.assert_allclose(one.estimate.mean, known.mean, rtol=1e-6, atol=1e-4)
        np.testing.assert_allclose(one.estimate.covariance, known.covariance, rtol=1e-5, atol=1e-6)


def test_a_gap_breaks_the_chain_until_a_whole_estimate_mends_it():
    truth, _, _, said = story(1, 6)  # with a whole estimate every twelfth exchange
    cut = next(one for one in said if one.party == "vn" and one.time == 20_000)
    joint = tell([one for one in said if one is not cut and one.time <= 23_000])
    assert {one.code for one in joint.aside} == {"gap"}
    assert all(one.broken for one in joint.of("vn", 23_000))
    joint = tell([one for one in said if one is not cut])
    assert not any(one.broken for one in joint.of("vn", 1000 * LOOKS))
    tracks = fused(joint)
    assert {one.basis for one in tracks.values()} == {"intersection"}
    error, _ = errors(tracks, truth[-1])
    assert error < price(Sharing(*SIGMAS, looks=LOOKS))["nothing"].error


def test_late_data_is_a_new_estimate_that_names_the_old_one_and_takes_its_place():
    _, _, vn, said = story()
    joint = tell(said)
    time = 1000 * (LOOKS + 1)
    moved = Estimate(1000 * LOOKS, vn.tracks["vn-3"].mean + SHIFT, vn.tracks["vn-3"].covariance)
    later = Side("vn", SIGMAS[1], dict(vn.tracks), dict(vn.frames), 900)
    later.tracks["vn-3"] = replace(moved, time=time)
    later.frames[1000 * LOOKS] = {**vn.frames[1000 * LOOKS], "vn-3": moved}
    before = joint.heard["vn", "vn-3"].chain.last
    exchanges = later.say(joint, time)
    wholes = [move for one in exchanges for move in one.moves if move.kind == "anchor"]
    assert [(one.track, one.reason, one.previous) for one in wholes] == [("vn-3", "corrected", before)]
    for one in exchanges:
        joint.take(one)
    tracks = {track.name: track for track in joint.tracks(time)}
    assert tracks["la-3+vn-3"].basis == "intersection"
    assert tracks["la-4+vn-4"].basis == "tracklets"
    assert joint.heard["vn", "vn-3"].used == LOOKS // EVERY + 1  # what was said stays used


def test_a_span_that_is_too_long_is_met_by_intersection():
    truth, _, vn, said = story()
    short = [one for one in said if one.time <= 20_000 or one.party == "la"]
    joint = tell(short)
    for one in vn.say(joint, 1000 * LOOKS):
        joint.take(one)
    tracks = fused(joint)
    assert {one.basis for one in tracks.values()} == {"intersection"}
    assert errors(tracks, truth[-1])[1] < 4 + 3 * np.sqrt(2 * 4 / THINGS)


@pytest.mark.parametrize(
    ("way", "given"),
    [("blurred", {"blur": 50.0}), ("gridded", {"grid": 200.0}), ("delayed", {"delay": 4000})],
)
def test_what_is_withheld_costs_what_the_price_said(way, given):
    truth, _, vn, said = story()
    blur = Blur(bytes(32), "decision", given.get("blur", 0.0), given.get("grid", 0.0))
    told, changed = Side("vn", SIGMAS[1]), []
    for n in range(15, LOOKS, EVERY):
        time = 1000 * (n + EVERY)
        own = [blur.of(one) for one in vn.own(time - given.get("delay", 0))]
        what = {
            "way": way,
            **{name: value if name == "delay" else f"{value:g}" for name, value in given.items()},
        }
        changed += told.entries(saying.wholes({}, own), time, **what)
    joint = tell([*(one for one in said if one.party == "la"), *changed])
    heard = joint.of("vn", 1000 * LOOKS)
    assert {one.way for one in heard} == {way}
    assert not {one.track for one in heard} & set(vn.tracks)  # names of their own
    tracks = [one for one in joint.tracks(1000 * LOOKS) if len(one.sides) == 2]
    assert {one.basis for one in tracks} == {"told"}
    names = {blur.name(name): name.partition("-")[2] for name in vn.tracks}
    gaps = []
    for one in tracks:
        number = one.sides[0].track.partition("-")[2]
        assert names[one.sides[1].track] == number
        gaps.append(((one.estimate.mean - truth[-1][int(number)])[:2] ** 2).sum())
    expected = price(Sharing(*SIGMAS, exchange=EVERY, looks=LOOKS, **given))[way].error
    assert np.sqrt(np.mean(gaps)) == pytest.approx(expected, rel=0.4)


def test_the_error_of_a_blur_is_one_for_a_track_and_is_not_averaged_away():
    _, _, vn, _ = story()
    blur = Blur(bytes(32), "one", 50.0)
    shifts = {
        tuple(np.round((blur.of(one).estimate.mean - one.estimate.mean)[:2], 6)) for one in vn.own(5000)
    }
    later = {tuple(np.round((blur.of(one).estimate.mean - one.estimate.mean)[:2], 6)) for one in vn.own()}
    assert shifts == later
    assert np.std([one for pair in shifts for one in pair]) == pytest.approx(50, rel=0.4)
    other = replace(blur, decision="two")
    assert other.name("vn-1") != blur.name("vn-1")


def test_two_that_believe_are_believed_and_distance_makes_doubt():
    here, far = (Estimate(0, np.array([x, 0.0, 0, 0]), np.diag([100.0, 100, 1, 1])) for x in (0.0, 100.0))
    assert together((0.9, here), (0.9, here)) == pytest.approx(0.9)
    assert together((0.99, here), (0.6, here)) < 0.99
    assert together((0.9, here), (0.9, far)) < 0.05
    assert together((0.0, here), (1.0, here)) == 0.0

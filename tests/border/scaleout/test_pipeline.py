"""The pipeline without a server: what equals one tracker exactly, what only nearly, and what no order changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.border.fusion.model import Limits
from comity.border.fusion.observations import Batch, Detections, join
from comity.border.fusion.scenarios import Recipe
from comity.border.fusion.tracker import Tracker
from comity.border.scaleout import states
from comity.border.scaleout.collector import Collector
from comity.border.scaleout.cutting import Cutter
from comity.border.scaleout.errors import ScaleMessageError, ScaleSnapshotError
from comity.border.scaleout.order import HELD, PATIENCE
from comity.border.scaleout.outputs import COLUMNS
from comity.border.scaleout.tile import TileTracker
from tests.border.scaleout.world import alone, collect, cuts, far, scenario, sector, stirred, tell

BUSY = Recipe(targets=60, clutter=40, steps=30, sensors=2, width=8000, height=4000, spread=60.0)
"""Fast things: many cross from tile to tile."""


def same(one, two):
    """The same tracks bit for bit; in what order they were told first does not matter."""
    a, b = np.argsort(one.uid), np.argsort(two.uid)
    return all(np.array_equal(getattr(one, name)[a], getattr(two, name)[b]) for name, *_ in COLUMNS)


@pytest.fixture(scope="module")
def quiet():
    """Four tiles, nothing lost, nothing twice."""
    told, tiles = tell(sector(), cuts())
    return told, tiles, *collect(sector(), told)


def test_one_tile_is_one_tracker_bit_for_bit():
    of = sector(1, 1)
    told, _ = tell(of, cuts(1, 1))
    moments, _, collector = collect(of, told)
    assert list(moments) == list(alone())
    assert all(same(moments[time].tracks, one.tracks) for time, one in alone().items())
    last = alone()[max(alone())]
    assert moments[max(moments)].unseen == pytest.approx(last.unseen, rel=1e-12)
    assert collector.counts()["handed_over"] == 0


def test_a_tile_is_a_tracker_of_its_own_area_bit_for_bit(quiet):
    of, (_, tiles, *_) = sector(), quiet
    for tile in of.tiles:
        every, own = scenario().detections, tile.config.area
        x, y = every.place.T
        inside = (x >= own.west) & (x <= own.east) & (y >= own.south) & (y <= own.north)
        tracker = Tracker(tile.config)
        tracker.push(Batch(every.take(inside), scenario().looks))
        assert same(tracker.every(), tiles[tile.number].tracker.every())


def test_several_tiles_are_one_tracker_nearly(quiet):
    apart, scaled, single = far(quiet[2])
    assert apart < 1.0  # m, mean GOSPA between the two pictures
    assert abs(scaled - single) < 0.01 * single
    assert list(quiet[2]) == list(alone())


def test_a_name_follows_its_thing_over_tiles_and_everything_has_one_owner():
    of = sector(3, 2, BUSY)
    moments, _, collector = collect(of, tell(of, cuts(3, 2, BUSY))[0])
    assert collector.counts()["handed_over"] >= 10
    apart, scaled, single = far(moments, BUSY)
    assert apart < 0.1 * single
    assert scaled < 1.05 * single
    one = alone(BUSY)
    names = {}
    switches = 0
    for time, moment in moments.items():
        tracks, true = moment.tracks, one[time].tracks
        assert len(set(tracks.uid.tolist())) == len(tracks)
        gap = np.linalg.norm(tracks.place[:, None] - true.place[None], axis=2)
        for n, k in enumerate(gap.argmin(axis=1) if len(true) else ()):
            if gap[n, k] < 1.0:
                switches += names.setdefault(int(true.uid[k]), int(tracks.uid[n])) != tracks.uid[n]
    assert switches == 0


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 1 << 32), st.integers(1, 40))
def test_twice_and_in_another_order_is_the_same_picture(quiet, seed, reach):
    told, _ = tell(sector(), stirred(cuts(), seed, reach))
    _, digest, collector = collect(sector(), told)
    assert digest == quiet[3]
    assert collector.counts()["missing"] == 0


def test_who_was_faster_changes_nothing_that_is_told(quiet):
    told = quiet[0]
    for order in (lambda one: (one.tile, one.position), lambda one: (-one.tile, one.position)):
        moments, digest, _ = collect(sector(), sorted(told, key=order))
        assert digest == quiet[3]
        assert all(same(moments[time].tracks, quiet[2][time].tracks) for time in moments)
    _, digest, _ = collect(sector(), [one for one in told for _ in (0, 1)])
    assert digest == quiet[3]


def test_a_silent_tile_is_waited_for_or_left_out_and_corrected(quiet):
    of, told = sector(), quiet[0]
    here, away = [one for one in told if one.tile != 3], [one for one in told if one.tile == 3]
    assert not collect(of, here)[0]
    moments, digest, _ = collect(of, here, patience=3000)
    assert max(moments) == 24_000
    assert digest != quiet[3]
    _, digest, collector = collect(of, here + away, patience=3000)
    assert collector.corrected >= len(away) - 1
    assert digest == quiet[3]


def test_what_is_older_than_the_horizon_is_never_told_again():
    of = sector()
    short = replace(of, config=replace(of.config, limits=Limits(horizon=3000)))
    cutter, messages = Cutter(short, 1), []
    for n, batch in enumerate(scenario().batches()):
        messages += cutter.add(batch, 1000 * n)
    told = tell(short, messages + cutter.finish())[0]
    here, away = [one for one in told if one.tile != 3], [one for one in told if one.tile == 3]
    collector, times = Collector(short, 2000), []
    for output in here + away:
        for batch in collector.take(output):
            if batch.replayed_from is not None:
                times = [time for time in times if time < batch.replayed_from]
            times.append(batch.time)
            assert len(collector.moments) <= 5
    assert times == sorted(set(times))
    assert times[-1] == 24_000


@settings(max_examples=5, deadline=None)
@given(st.data())
def test_a_tile_goes_on_from_any_snapshot_as_if_nothing_had_been(quiet, data):
    of = sector()
    messages = [one for one in stirred(cuts(), 5) if one.subject.endswith(".0")]
    stop = data.draw(st.integers(0, len(messages)))
    tile = TileTracker(of, 0)
    for position, cut in enumerate(messages[:stop], 1):
        tile.take(position, cut.payload)
    other = states.load(of, 0, states.save(tile), PATIENCE)
    assert states.save(other) == states.save(tile)
    for position, cut in enumerate(messages[stop:], stop + 1):
        one, two = tile.take(position, cut.payload), other.take(position, cut.payload)
        assert (one is None) == (two is None)
        if one is not None:
            assert (one.through, one.counts, one.unseen) == (two.through, two.counts, two.unseen)
            assert all(same(a[1], b[1]) for a, b in zip(one.frames, two.frames, strict=True))
    assert states.save(other) == states.save(tile)


def test_a_message_that_is_lost_is_missing_and_blocks_nothing():
    of, messages = sector(1, 1), list(cuts(1, 1))
    lost = messages.pop(20)
    told, tiles = tell(of, messages)
    moments, *_ = collect(of, told)
    assert tiles[0].counts()["missing"] == 1
    assert max(moments) == 24_000
    tiles[0].take(999, lost.payload)  # it comes after all
    assert tiles[0].counts()["missing"] == 0
    assert same(tiles[0].tracker.every(), tell(of, cuts(1, 1))[1][0].tracker.every())


def test_a_lie_about_sequences_blocks_nothing():
    from comity.border.scaleout import wire

    of = sector(1, 1)
    tile = TileTracker(of, 0)
    for number in (3, 1 << 40, *range(1 << 63, (1 << 63) + HELD)):
        message = wire.Message(9, number, 0, 1000, np.array([1000]), Detections.empty())
        tile.take(1, wire.encode(message, of))
    for n in range(HELD + 3):
        message = wire.Message(8, 10 + n, 0, 2000, np.array([1000]), Detections.empty())
        tile.take(2, wire.encode(message, of))
    assert tile.counts()["missing"] > 1 << 39
    assert len(states.save(tile)) < 1 << 20
    told, tiles = tell(of, cuts(1, 1))
    assert told
    assert tiles[0].counts()["missing"] == 0


def test_poison_is_counted_and_changes_nothing(quiet):
    of = sector()
    clean = TileTracker(of, 0)
    dirty = TileTracker(of, 0)
    for position, cut in enumerate(one for one in cuts() if one.subject.endswith(".0")):
        clean.take(position, cut.payload)
        for poison in (b"", b"\x00" * 70, cut.payload[:-1], cut.payload + b"x", cut.payload * 300):
            with pytest.raises(ScaleMessageError):
                dirty.take(position, poison)
        dirty.take(position, cut.payload)
    assert dirty.aside == 5 * (position + 1)
    assert same(clean.tracker.every(), dirty.tracker.every())


def test_what_is_bad_is_set_aside_before_it_is_sent():
    cutter = Cutter(sector(), 1)
    bad = Detections.of([0, 0, 0, 10_000], 0, [(np.nan, 0), (1e9, 0), (5, 5), (6, 6)], 10)
    cutter.add(Batch(bad, arrived=0), 0)
    assert cutter.intake.counts == {"not-finite": 1, "outside-area": 1, "from-the-future": 1}
    assert cutter.newest == 0


def test_a_state_that_is_damaged_or_of_another_tile_is_refused():
    of = sector()
    saved = states.save(TileTracker(of, 0))
    for number, data in ((0, saved[:-1]), (0, b""), (1, saved), (0, saved[:50] + b"?" + saved[51:])):
        with pytest.raises(ScaleSnapshotError):
            states.load(of, number, data, PATIENCE)
    with pytest.raises(ScaleSnapshotError, match="sector"):
        states.load(sector(2, 1), 0, saved, PATIENCE)


def test_a_look_larger_than_a_message_stays_one_look():
    crowd = Recipe(targets=900, clutter=300, steps=4, width=20_000, height=10_000)
    of = sector(1, 1, crowd)
    messages = cuts(1, 1, crowd)
    assert len(messages) >= 12
    told, _ = tell(of, messages)
    moments, _, collector = collect(of, told)
    assert all(same(moments[time].tracks, one.tracks) for time, one in alone(crowd).items())
    assert collector.corrected == 0


def test_the_same_observations_cut_again_are_the_same_messages():
    cuts.cache_clear()
    first = cuts()
    cuts.cache_clear()
    assert cuts() == first
    assert len({one.name for one in first}) == len(first)
    assert join([Detections.empty()]) is not None

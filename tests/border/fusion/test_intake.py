"""Bad observations: set aside one by one with their reason, counted, and without a trace in the picture."""

from __future__ import annotations

import numpy as np
import pytest

from comity.border.errors import FusionSettingError
from comity.border.fusion.model import Area, Config, Limits, Rules, Sensor
from comity.border.fusion.observations import Batch, Detections, join
from comity.border.fusion.tracker import Tracker

SENSORS = (Sensor("a"), Sensor("b", x=100, y=100, reach=500, most=50))
CONFIG = Config(Area(0, 0, 10_000, 5_000), SENSORS, limits=Limits(set_aside=30))
GOOD = Detections.of([0, 1000, 2000], 0, [(10, 10), (20, 20), (30, 30)], 5)

BAD = {
    "not-finite": Detections.of([500], 0, [(np.nan, 1)], 5),
    "noise-not-positive": Detections.of([500], 0, [(9, 9)], 0),
    "unknown-sensor": Detections.of([500], 7, [(9, 9)], 5),
    "unknown-class": Detections.of([500], 0, [(9, 9)], 5, kind=9),
    "outside-area": Detections.of([500], 0, [(4_000, 9_000)], 5),
    "outside-reach": Detections.of([500], 1, [(4_000, 4_000)], 5),
    "from-the-future": Detections.of([90_000], 0, [(9, 9)], 5),
    "time-out-of-range": Detections.of([1 << 60], 0, [(9, 9)], 5),
    "impossible-speed": Detections.of([500], 0, [(9, 9)], 5, kind=4, speed=40),
    "duplicate": Detections.of([1000], 0, [(20, 20)], 5),
}


@pytest.mark.parametrize("reason", BAD)
def test_a_bad_observation_is_set_aside_with_its_reason_and_the_rest_is_taken(reason):
    clean, soiled = Tracker(CONFIG), Tracker(CONFIG)
    told = clean.push(Batch(GOOD, arrived=3000))
    found = soiled.push(Batch(join([BAD[reason], GOOD]), arrived=3000))
    assert found.set_aside == {reason: 1}
    assert soiled.intake.counts == {reason: 1}
    assert soiled.intake.kept[0].reason == reason
    assert soiled.intake.kept[0].row in (0, 2)
    np.testing.assert_array_equal(found.tracks.states(), told.tracks.states())
    np.testing.assert_array_equal(clean.engine.unseen, soiled.engine.unseen)


def test_swapped_axes_are_seen_where_the_area_is_no_square():
    told = Tracker(CONFIG).push(Batch(Detections.of([0], 0, [(2_000, 8_000)], 5)))
    assert told.set_aside == {"outside-area": 1}


def test_a_flood_from_one_source_is_cut_and_harms_no_other():
    tracker = Tracker(CONFIG)
    random = np.random.default_rng(0)
    flood = Detections.of(np.arange(4000) % 1000, 1, random.uniform(0, 400, (4000, 2)), 5)
    told = tracker.push(Batch(join([flood, GOOD])))
    assert told.set_aside == {"flood": 3950}
    assert len(tracker.intake.kept) == 30
    again = tracker.push(Batch(Detections.of([999], 1, [(1, 1)], 5)))
    assert again.set_aside == {"flood": 1}  # the same second, in another batch
    assert len(tracker.push(Batch(Detections.of([3000], 1, [(1, 1)], 5))).set_aside) == 0


def test_a_look_of_the_future_or_of_nobody_does_not_move_the_clock():
    tracker = Tracker(CONFIG)
    tracker.push(Batch(GOOD, arrived=3000))
    looks = np.array([[99_000, 0], [2500, 8], [2500, -1], [2600, 0]])
    assert tracker.push(Batch(Detections.empty(), looks, arrived=3000)).time == 2600


def test_an_empty_batch_is_no_harm():
    told = Tracker(CONFIG).push(Batch(Detections.empty()))
    assert told.time is None
    assert len(told.tracks) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"sensors": ()},
        {"sensors": (Sensor("a"), Sensor("a"))},
        {"sensors": (Sensor("a", detects=1.0),)},
        {"area": Area(0, 0, 0, 5)},
        {"area": Area(0, 0, np.inf, 5)},
        {"area": Area(0, 0, 1e9, 1e9, 10)},
        {"rules": Rules(tell=0.2, untell=0.5)},
        {"limits": Limits(exact_bits=40)},
    ],
)
def test_a_configuration_that_cannot_work_is_refused_with_its_name(wrong):
    with pytest.raises(FusionSettingError) as caught:
        Config(**{"area": CONFIG.area, "sensors": CONFIG.sensors, **wrong})
    assert str(caught.value).split(":")[0].split()[0] in {"area", "sensors", "sensor", "rules", "limits"}

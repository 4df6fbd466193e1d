"""The engine with a clock of its own: delays on and off, escalation, replays, floods, the future."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from comity.border.alerts import signals
from comity.border.alerts.engine import MOST, Engine
from comity.border.alerts.rules import HOUR, MINUTE, SECOND
from comity.border.alerts.signals import Signal
from comity.border.geofence.watch import Event
from tests.border.alerts.made import START


class Clock:
    def __init__(self):
        self.now = START

    def __call__(self):
        return self.now


def signal(at, *, on=True, rule="coverage-lost", subject="s1", source="s1"):
    return Signal(rule, "cell 1 1", subject, on, START + at, START + at, source)


class Story:
    """An engine, its clock, and what it said, as (name, seconds after the start)."""

    def __init__(self):
        self.clock = Clock()
        self.engine = Engine(self.clock)
        self.told = []

    def at(self, time, *given):
        self.clock.now = START + time
        self.told += [(one.name, (one.at - START) // 1000) for one in self.engine.push(given)]
        return self


def test_delays_on_and_off():
    story = Story().at(0, signal(0)).at(59 * SECOND)
    assert story.told == [("raised", 0)]
    story.at(70 * SECOND)
    assert story.told[1:] == [("active", 60)]
    story.at(80 * SECOND, signal(80 * SECOND, on=False)).at(100 * SECOND, signal(100 * SECOND))
    story.at(300 * SECOND, signal(300 * SECOND, on=False)).at(419 * SECOND)
    assert len(story.told) == 2
    assert story.at(420 * SECOND).told[2:] == [("cleared", 420)]
    short = Story().at(0, signal(0)).at(30 * SECOND, signal(30 * SECOND, on=False)).at(HOUR)
    assert short.told == [("raised", 0), ("lapsed", 30)]
    assert short.engine.held() == []


def test_what_nobody_acknowledges_escalates_and_what_somebody_did_does_not():
    story = Story().at(0, signal(0)).at(MINUTE).at(16 * MINUTE).at(3 * HOUR).at(9 * HOUR)
    assert story.told[2:] == [("escalated", 16 * 60), ("escalated", 61 * 60)]
    story = Story().at(0, signal(0)).at(MINUTE)
    story.engine.acknowledged(story.engine.held()[0].occurrence)
    assert story.at(9 * HOUR).told[2:] == []


def test_the_future_replays_and_what_has_no_rule_are_set_aside_and_counted():
    story = Story().at(0, signal(5 * SECOND), replace(signal(0), since=START + 1), signal(0, rule="crossing"))
    assert story.told == []
    assert story.engine.aside == {"future": 2, "no-rule": 1}
    story.at(10 * SECOND, signal(10 * SECOND), signal(10 * SECOND), signal(9 * SECOND))
    assert story.told == [("raised", 9)]
    story.at(11 * SECOND, signal(9 * SECOND, on=False), signal(10 * SECOND, on=False))
    assert story.engine.aside["late-or-twice"] == 3
    assert story.engine.held()[0].off == -1


def test_a_flooding_source_raises_few_alerts_and_is_counted():
    story = Story()
    for n in range(5_000):
        story.at(n, signal(n, subject=f"t{n}", rule="geofence-dwell", source="drone"))
    names = [name for name, _ in story.told]
    assert names.count("raised") == MOST + 1
    assert names.count("counted") == 13
    story.at(5_000, signal(4_999, subject="other", rule="geofence-dwell", source="calm"))
    assert [name for name, _ in story.told].count("raised") == MOST + 2
    story.at(2 * HOUR).at(2 * HOUR + MINUTE)
    assert not [one for one in story.engine.held() if one.signal.rule == "source-flood"]


def test_an_engine_takes_up_where_another_left_off():
    one = Story().at(0, signal(0)).at(MINUTE)
    two = Story()
    two.engine.resume(one.engine.held())
    assert two.at(20 * MINUTE, signal(20 * MINUTE)).told == one.at(20 * MINUTE, signal(20 * MINUTE)).told[2:]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 3_000), st.sampled_from("abc"), st.booleans()), min_size=1, max_size=30
    ),
    st.integers(0, 2**32),
)
def test_the_order_inside_a_batch_and_replays_change_nothing(given_, seed):
    batch = [signal(at * SECOND, on=on, subject=name) for at, name, on in given_]
    mixed = random.Random(seed).sample(batch, len(batch))
    one, two = Story(), Story()
    one.at(HOUR, *batch).at(9 * HOUR)
    two.at(HOUR, *mixed, *batch).at(9 * HOUR)
    assert one.told == two.told
    names = [name for name, _ in one.told]
    assert names.count("raised") >= names.count("active") >= names.count("cleared")


def test_a_crossing_gives_no_signal_and_the_others_give_what_they_rest_on():
    event = Event("zone", "t1", "crossing", True, START, START, -50.0, 10.0, 7, 0.97)
    dwell = replace(event, name="dwell", since=START - MINUTE)
    found = list(signals.of_geofence([event, dwell], "radar", "m@1", classes={"t1": "boat"}))
    assert [one.rule for one in found] == ["geofence-dwell"]
    assert found[0].reasons == (
        ("observations", "7", ""), ("distance", "-50", "m"), ("sigma", "10", "m"), ("confidence", "0.97", ""),
    )  # fmt: skip
    assert (found[0].object_class, found[0].since) == ("boat", START - MINUTE)
    heard = {"a": (START - 10_000, 1_000), "b": (START - 2_000, 1_000)}
    assert [(one.subject, one.on) for one in signals.of_silence(heard, START)] == [("a", True), ("b", False)]
    claim = {
        "transmitter": "aa:01", "uas_ids": ["x"], "mismatch": False, "places_in_all": 9, "places": [{"time": START}],
        "corroboration": {"verdict": "contradicted", "score": 0.0, "impossible": 0, "reason": "no track"},
    }  # fmt: skip
    (one,) = signals.of_remote_id({"claims": [claim], "methods": ["m@1"]}, START + 1, "cell 0 0", "rx")
    assert (one.rule, one.on, one.words) == ("identity-mismatch", True, "no track")

"""The queue: the same for any order, one occurrence one alert, no party silences the other, lies put aside."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from comity.border.alerts import budget as budgets
from comity.border.alerts.answers import alert_json
from comity.border.alerts.queue import derive, groups
from comity.border.alerts.rules import CONTEXT, HOUR, MINUTE, RULES
from comity.border.entries.alerts import Alert, AlertStep
from tests.border.alerts.made import START, alert, report, step

LATER = START + 30 * 86_400_000


def shape(queue):
    return (
        [
            (
                one.key, one.state, one.level, one.count, one.outcome, one.inhibited, one.severity,
                [(r.origin, r.index) for r in one.raised], [(r.origin, r.index) for r in one.steps],
            )
            for one in queue.alerts
        ],
        [(one.report.origin, one.report.index, one.code) for one in queue.aside],
    )  # fmt: skip


def only(alerts, steps=(), now=LATER):
    (one,) = derive(alerts, steps, now).alerts
    return one


def test_both_nodes_name_an_occurrence_alike_and_one_occurrence_is_one_alert():
    mine, theirs = alert("vn"), alert("la", since=START + 5_000, severity="Severe")
    assert mine.fields["occurrence"] == theirs.fields["occurrence"]
    one = only([theirs, mine])
    assert (one.since, one.severity, len(one.raised)) == (START, "Severe", 2)
    before, after = alert("vn", since=START - 1_000), alert("la", since=START + 1_000)
    assert before.fields["occurrence"] != after.fields["occurrence"]
    one = only([after, before], [step(after, "acknowledged", "la", office="post 4")])
    assert (one.key, one.state) == (before.fields["occurrence"], "active")
    assert (sorted(one.acknowledgements), one.awaited) == (["la"], ["vn"])
    beside = alert("la", cell="cell 1 2")
    assert len(only([mine, beside]).raised) == 2
    for other in ({"subject": "t2"}, {"rule": "coverage-lost"}, {"since": START + 2 * HOUR}):
        assert len(derive([mine, alert("la", **other)], [], LATER).alerts) == 2


def test_what_two_centres_call_by_two_names_is_one_alert_as_soon_as_both_say_that_it_is_one_thing():
    mine, theirs = alert("vn", subject="vn-12"), alert("la", subject="la-7", since=START + 5_000)
    assert len(derive([mine, theirs], [], LATER).alerts) == 2
    names = {"vn-12": "la-7", "la-7": "la-7"}
    for order in ([mine, theirs], [theirs, mine]):
        (one,) = derive(order, [], LATER, names).alerts
        assert (one.key, len(one.raised)) == (mine.fields["occurrence"], 2)
    later = alert("la", subject="la-7", since=START + HOUR)
    assert len(derive([mine, later], [], LATER, names).alerts) == 2, "another time is another occurrence"


def test_no_party_silences_the_other():
    mine, theirs = alert("vn"), alert("la")
    active = step(mine, "active", index=1)
    assert only([mine, theirs]).state == "pending"
    assert only([mine, theirs], [active]).state == "active"
    gone = step(theirs, "resolved", "la", office="post", outcome="false")
    assert only([mine, theirs], [active, gone]).state == "active"
    assert only([mine], [active, gone]).state == "active"
    seen = step(mine, "acknowledged", index=2, office="post")
    assert only([mine, theirs], [active, gone, seen]).state == "acknowledged"
    cleared = step(mine, "cleared", index=3, after=9_000)
    one = only([mine, theirs], [active, gone, seen, cleared])
    assert (one.state, one.outcomes) == ("resolved", {"la": "false"})
    other = step(mine, "resolved", index=4, after=9_500, office="post", outcome="true")
    assert only([mine, theirs], [active, gone, seen, other]).outcome == "differ"
    assert only([mine], [step(mine, "lapsed")]).state == "resolved"


def test_who_took_it_up_stops_the_own_escalation_and_not_that_of_the_other():
    mine, theirs = alert("vn"), alert("la")
    steps = [step(one, "active", one.party) for one in (mine, theirs)]
    due = alert_json(only([mine, theirs], steps), LATER)["escalates_at"]
    steps.append(step(theirs, "acknowledged", "la", index=1, office="post"))
    one = alert_json(only([mine, theirs], steps), LATER)
    assert (one["state"], one["escalates_at"]) == ("active", due)
    steps.append(step(mine, "acknowledged", index=1, office="post"))
    assert alert_json(only([mine, theirs], steps), LATER)["escalates_at"] is None


def test_both_have_taken_it_up_only_when_each_has_said_so_itself_and_one_word_alone_is_named():
    mine, theirs = alert("vn"), alert("la")
    steps = [step(one, "active", one.party) for one in (mine, theirs)]
    alone = alert_json(only([mine], [steps[0]]), LATER)
    assert (alone["one_sided"], alone["raised_by"], alone["acknowledged_by"]) == (True, ["vn"], {})
    said = step(theirs, "acknowledged", "la", index=7, after=4_000, office="Post 4")
    one = alert_json(only([mine, theirs], [*steps, said]), LATER)
    assert (one["state"], one["awaited"], one["one_sided"]) == ("active", ["vn"], False)
    word = {"at": START + 4_000, "office": "Post 4", "place": ["la/hq", 7]}
    assert one["acknowledged_by"] == {"la": word}
    again = step(theirs, "acknowledged", "la", index=8, after=9_000, office="Another")
    stranger = step(mine, "acknowledged", "kh", index=9, after=5_000, office="Far")
    one = alert_json(only([mine, theirs], [*steps, said, again, stranger]), LATER)
    assert (one["state"], one["awaited"]) == ("active", ["vn"]), "who raised nothing speaks for nobody"
    assert one["acknowledged_by"]["la"] == word, "the first word stands"
    assert sorted(one["acknowledged_by"]) == ["kh", "la"]
    own = step(mine, "acknowledged", index=10, after=6_000, office="Post 1")
    one = alert_json(only([mine, theirs], [*steps, said, own]), LATER)
    assert (one["state"], one["awaited"]) == ("acknowledged", [])
    theirs_alone = alert_json(only([theirs], [steps[1], own]), LATER)
    assert (theirs_alone["state"], theirs_alone["awaited"]) == ("active", ["la"])


def test_entries_that_lie_or_come_from_the_future_are_put_aside_with_their_reason():
    good = alert()
    wrong = [
        (alert(index=1, occurrence="A" * 43 + "="), "name-differs"),
        (alert(index=2, window=1), "window-differs"),
        (report("vn", 3, START, {**good.fields, "rule": "crossing"}), "no-rule"),
        (alert(index=4, observed=START + 10_000), "future"),
        (alert(index=5, since=LATER + 10_000), "future"),
    ]
    steps = [
        (step(good, "active", index=6, after=-5_000), "before-it-began"),
        (step(alert(subject="none"), "active", index=7), "no-such-alert"),
        (report("vn", 8, START, {**step(good, "active").fields, "at": START + 60_000}), "future"),
        (step(good, "active", index=9, after=LATER), "future"),
        (step(good, "resolved", "zz", index=10, office="post", outcome="false"), "not-theirs"),
    ]
    found = derive([good, *(one for one, _ in wrong)], [one for one, _ in steps], LATER)
    assert [one.code for one in found.aside] == [code for _, code in wrong + steps]
    assert [one.state for one in found.alerts] == ["pending"]
    assert derive([alert(index=5, since=LATER + 10_000)], [], LATER + 10_000).alerts


def test_a_crossing_has_no_rule():
    assert not CONTEXT & set(RULES)
    assert not [name for name in RULES if "cross" in name]


def test_an_alert_has_no_affiliation_and_nothing_to_aim_by():
    for kind in (Alert, AlertStep):
        for name in kind.model_fields:
            assert not {"affiliation", "hostile", "friend", "target", "weapon", "engage"} & set(
                name.split("_")
            )
    fields = alert().fields
    assert Alert.model_validate({**fields, "object_class": "person-size"})
    for bad in ({"object_class": "hostile"}, {"observed": START - 1}, {"affiliation": "x"}):
        with pytest.raises(ValidationError):
            Alert.model_validate({**fields, **bad})
    for bad in (
        {"step": "resolved", "office": "x"},
        {"step": "acknowledged"},
        {"step": "active", "office": "x"},
        {"step": "escalated"},
        {"step": "fired"},
    ):
        with pytest.raises(ValidationError):
            AlertStep.model_validate({"occurrence": fields["occurrence"], "at": 1, **bad})


def test_a_flood_inhibits_what_stands_below_it():
    flood = alert(rule="river-flood", subject="pakse", severity="Severe")
    alarm = alert(index=1, rule="river-alarm", subject="pakse")
    elsewhere = alert(index=2, rule="river-alarm", subject="thakhek")
    steps = [step(one, "active", index=10 + n) for n, one in enumerate((flood, alarm, elsewhere))]
    found = {one.raised[0].index: one for one in derive([alarm, elsewhere, flood], steps, LATER).alerts}
    assert found[1].inhibited == [flood.fields["occurrence"]]
    assert found[0].inhibited == found[2].inhibited == []
    steps.append(step(flood, "cleared", index=20, after=HOUR))
    assert derive([alarm, flood], steps, LATER).alerts[1].inhibited == []
    noise = [alert(index=n, subject=f"t{n}", source="s") for n in range(30, 34)]
    source = alert(index=40, rule="source-flood", cell="s", subject="s", source="s")
    steps = [step(one, "active", index=50 + n) for n, one in enumerate([*noise, source])]
    steps += [step(source, "counted", index=60 + n, count=2**n) for n in range(9)]
    queue = derive([*noise, source], steps, LATER)
    assert sum(bool(one.inhibited) for one in queue.alerts) == 4
    assert max(one.count for one in queue.alerts) == 256
    assert sorted(map(len, groups(queue.alerts))) == [1, 4]


@st.composite
def histories(draw):
    parties, times = st.sampled_from(["vn", "la"]), st.integers(0, 90 * MINUTE)
    alerts = [
        alert(
            draw(parties), n, rule=draw(st.sampled_from(["geofence-dwell", "geofence-approach", "source-flood"])),
            subject=draw(st.sampled_from(["a", "radar-1"])), since=START + draw(times),
        )
        for n in range(draw(st.integers(1, 7)))
    ]  # fmt: skip
    needs = {
        "acknowledged": {"office": "o"},
        "resolved": {"office": "o", "outcome": "true"},
        "escalated": {"level": 1},
        "counted": {"count": 3},
    }
    steps = [
        step(
            draw(st.sampled_from(alerts)),
            name,
            draw(parties),
            100 + n,
            after=draw(times),
            **needs.get(name, {}),
        )
        for n, name in enumerate(
            draw(st.lists(st.sampled_from(["active", "lapsed", "cleared", *needs]), max_size=9))
        )
    ]
    return alerts, steps


@settings(max_examples=120, deadline=None)
@given(histories(), st.integers(0, 2**32), st.integers(0, 120 * MINUTE))
def test_any_interleaving_gives_the_same_queue(history, seed, now):
    alerts, steps = history
    whole = derive(alerts, steps, START + now)
    order = random.Random(seed)
    mixed = order.sample(alerts, len(alerts)), order.sample(steps, len(steps))
    assert shape(derive(*mixed, START + now)) == shape(whole)
    assert len(whole.aside) + sum(len(one.raised) + len(one.steps) for one in whole.alerts) == len(
        alerts
    ) + len(steps)


@settings(max_examples=60, deadline=None)
@given(histories())
def test_what_is_recorded_twice_changes_no_state(history):
    alerts, steps = history
    again = [report(one.party, one.index + 1000, one.claimed, one.fields) for one in (*alerts, *steps)]
    once = derive(alerts, steps, LATER)
    twice = derive([*alerts, *again[: len(alerts)]], [*steps, *again[len(alerts) :]], LATER)

    def told(queue):
        return [
            (one.key, one.state, one.level, one.count, one.outcome, one.inhibited) for one in queue.alerts
        ]

    assert told(twice) == told(once)


def test_a_budget_says_the_cost_and_the_precision_with_its_interval():
    alerts = [
        alert(index=n, subject=f"t{n}", since=START + n * MINUTE, source=f"s{n % 3}") for n in range(12)
    ]
    steps = [step(one, "active", index=100 + n) for n, one in enumerate(alerts)]
    outcomes = ["true"] * 6 + ["false"] * 2 + ["cannot_tell"]
    steps += [
        step(one, "resolved", index=200 + n, after=30_000, office="o", outcome=outcome)
        for n, (one, outcome) in enumerate(zip(alerts, outcomes, strict=False))
    ]
    theirs = alert("la", 300, subject="t0", since=START, source="s0")
    steps.append(step(theirs, "resolved", "la", 301, after=40_000, office="o", outcome="false"))
    steps.append(step(alerts[1], "resolved", "la", 302, after=40_000, office="o", outcome="false"))
    found = budgets.budget(
        derive([*alerts, theirs], steps, START + HOUR).alerts, START + HOUR, hours=2, operators=2, limit=1
    )
    assert (found["alerts"], found["grouped"], found["per_operator_hour"], found["within"]) == (
        12,
        6,
        1.5,
        False,
    )
    told = found["precision"]
    assert (told["value"], told["judged"], told["differ"], told["cannot_tell"]) == (round(5 / 7, 4), 7, 1, 1)
    assert told["low"] == pytest.approx(0.3589, abs=1e-3)
    assert told["high"] == pytest.approx(0.9178, abs=1e-3)
    assert found["rules"][0]["median_wait_seconds"] == 29
    empty = budgets.budget([], START, limit=6)
    assert (empty["precision"]["value"], empty["within"]) == (None, True)

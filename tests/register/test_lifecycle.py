"""The state of an instrument as of a day, as known on another: attested steps, and never what follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from comity.register.attestations import BEFORE_FORCE, EFFECTS, Attestation
from comity.register.lifecycle import CANNOT_TELL, DIFFERS, NOTHING, life
from comity.register.lifecycle_bands import bands

BOTH = ("aa", "bb")
LATE = date(2030, 1, 1)


def said(step, when, *, actor=None, recorder="aa", index=0, known=0, corrects=None):
    return Attestation(
        step, when, actor, recorder, f"{recorder}/hq", index, f"{recorder}{index}", known, corrects=corrects
    )


def state(*items, on=LATE, known=None, parties=BOTH):
    return life(items, parties, on, known).stand


def test_signed_is_not_ratified_is_not_in_force():
    signed = said("signed", "2016-03-16")
    ratified = said("ratified", "2016-12", index=1)
    in_force = said("in_force", "2017-09-05", index=2)
    assert state(signed).state == "signed"
    assert state(signed, ratified).state == "ratified"
    assert state(signed, ratified, in_force).state == "in force"
    assert state(signed, ratified, in_force, on=date(2017, 9, 4)).state == "ratified"
    assert state(signed, ratified, in_force, on=date(2016, 6, 1)).state == "signed"
    assert state(signed, on=date(2016, 3, 15)).state == NOTHING
    assert state().state == NOTHING


def test_what_a_coarse_date_leaves_open_is_not_told():
    items = (said("signed", "2016"), said("in_force", "2017", index=1))
    found = state(*items, on=date(2017, 5, 1))
    assert (found.state, found.candidates) == (CANNOT_TELL, ("in force", "signed"))
    assert state(*items, on=date(2017, 12, 31)).state == "in force"


def test_reports_of_one_step_narrow_it_down_or_contradict():
    narrow = (said("in_force", "2025-12"), said("in_force", "2025-12-03", recorder="bb"))
    assert state(*narrow, on=date(2025, 12, 10)).state == "in force"
    apart = (said("in_force", "2014-12-25", recorder="bb"), said("in_force", "2015-02-06"))
    found = life(apart, BOTH, date(2015, 1, 15))
    assert found.stand.state == CANNOT_TELL
    (conflict,) = found.conflicts
    assert conflict.code == "dates-contradict"
    assert set(conflict.records) == {("aa/hq", 0), ("bb/hq", 0)}
    assert state(*apart, on=date(2015, 2, 6)).state == "in force"


def test_each_party_ratifies_for_itself():
    items = (said("signed", "2023-01-11"), said("ratified", "2023", actor="aa", index=1))
    found = life(items, BOTH, LATE)
    assert {party: stand.state for party, stand in found.by_party.items()} == {
        "aa": "ratified",
        "bb": "signed",
    }
    assert found.stand.state == "signed"


def test_an_end_by_one_party_is_said_of_that_party_alone():
    items = (
        said("in_force", "2015-02-06"),
        said("in_force", "2015", recorder="bb"),
        said("terminated", "2025-06-18", actor="aa", index=1),
    )
    found = life(items, BOTH, LATE)
    assert found.stand.state == DIFFERS
    assert found.by_party["aa"].state == "terminated"
    assert found.by_party["bb"].state == "in force"
    assert {name: stand.state for name, stand in found.by_recorder.items()} == {
        "aa": DIFFERS,
        "bb": "in force",
    }
    assert [conflict.code for conflict in found.conflicts] == ["ended-by-one"]


def test_as_known_on_a_day_before_the_record():
    items = (
        said("signed", "2016-03-16", known=100),
        said("in_force", "2017-01-01", index=1, known=200),
        said("in_force", "2017-09-05", index=2, known=300, corrects="aa1"),
    )
    spring = date(2017, 3, 1)
    assert state(*items, on=spring, known=150).state == "signed"
    assert state(*items, on=spring, known=250).state == "in force"
    assert state(*items, on=spring, known=300).state == "signed"
    assert life(items, BOTH, spring, 150).unknown == 2


def test_nobody_corrects_the_record_of_another():
    items = (said("in_force", "2017-01-01"), said("in_force", "2019-01-01", recorder="bb", corrects="aa0"))
    found = life(items, BOTH, LATE)
    assert {conflict.code for conflict in found.conflicts} == {"dates-contradict", "correction-of-another"}


def test_records_that_correct_each_other_do_not_both_vanish():
    items = (
        said("signed", "2016-01-01", corrects="aa1"),
        said("signed", "2016-02-02", index=1, corrects="aa0"),
    )
    (step,) = life(items, BOTH, LATE).steps
    assert [report.index for report in step.reports] == [1]


def test_steps_in_an_order_that_cannot_be_are_named():
    found = life((said("signed", "2017-05-01"), said("in_force", "2016-01-01", index=1)), BOTH, LATE)
    assert [conflict.code for conflict in found.conflicts] == ["out-of-order"]
    back = life((said("signed", "2017", known=9), said("in_force", "2018", index=1, known=3)), BOTH, LATE)
    assert [conflict.code for conflict in back.conflicts] == ["recorded-out-of-order"]


def test_suspended_and_resumed_in_the_same_year_cannot_be_told_apart():
    items = [
        said("in_force", "2001"),
        said("suspended", "2010", index=1),
        said("resumed", "2010", index=2),
    ]
    assert state(*items).state == CANNOT_TELL
    items[2] = said("resumed", "2011", index=2)
    assert state(*items).state == "in force"
    assert state(*items, on=date(2010, 12, 31)).state == "suspended"


def test_renewal_after_the_end_brings_nothing_back_by_itself():
    items = (said("expired", "2020-12-31"), said("renewed", "2021-03-01", index=1))
    found = life(items, BOTH, LATE)
    assert found.stand.state == "expired"
    assert [conflict.code for conflict in found.conflicts] == ["renewed-after-end"]


def test_a_date_without_an_end_is_never_sure():
    assert state(said("signed", "2016/..")).state == CANNOT_TELL
    assert state(said("signed", "../2016")).state == "signed"


def test_bands_change_where_steps_lie_and_nowhere_else():
    items = (
        said("signed", "2016-03-16"),
        said("in_force", "2017-09-05", index=1),
        said("in_force", "2017-09-05", recorder="bb"),
    )
    found = bands(items, BOTH, date(2018, 1, 1))
    assert [(band.state, band.first, band.last) for band in found[""]] == [
        ("signed", date(2016, 3, 16), date(2017, 9, 4)),
        ("in force", date(2017, 9, 5), date(2018, 1, 1)),
    ]
    assert [band.state for band in found["bb"]] == ["in force"]
    assert bands((), BOTH, LATE) == {"": ()}


YEARS = st.integers(2000, 2010)
DATES = st.one_of(
    YEARS.map(str),
    st.dates(date(2000, 1, 1), date(2010, 12, 31)).map(str),
    st.tuples(YEARS, YEARS).map(lambda pair: f"{min(pair)}/{max(pair)}"),
    YEARS.map(lambda year: f"{year}/.."),
)
STEPS = st.sampled_from([*BEFORE_FORCE, *EFFECTS, "amended", "registered", "renewed"])


@st.composite
def attested(draw):
    count = draw(st.integers(0, 7))
    return [
        said(
            draw(STEPS),
            draw(DATES),
            actor=draw(st.sampled_from([None, "aa", "bb"])),
            recorder=draw(st.sampled_from(BOTH)),
            index=at,
            known=draw(st.integers(0, 5)),
            corrects=draw(st.sampled_from([None, None, None, "aa0", "bb1", "aa2"])),
        )
        for at in range(count)
    ]


DAYS = st.dates(date(1999, 1, 1), date(2012, 1, 1))


@given(attested(), st.randoms(), DAYS, st.integers(0, 5))
@settings(max_examples=80, deadline=None)
def test_any_order_of_arrival_gives_the_same_life(items, random, on, known):
    shuffled = list(items)
    random.shuffle(shuffled)
    assert life(items, BOTH, on, known) == life(shuffled, BOTH, on, known)


@given(attested(), DAYS)
@settings(max_examples=80, deadline=None)
def test_a_step_of_no_effect_changes_no_state(items, on):
    more = [*items, said("registered", "2005", index=99, known=9)]
    before, after = life(items, BOTH, on), life(more, BOTH, on)
    assert (before.stand.state, before.stand.candidates) == (after.stand.state, after.stand.candidates)
    assert {p: s.state for p, s in before.by_party.items()} == {p: s.state for p, s in after.by_party.items()}


@given(attested(), DAYS)
@settings(max_examples=80, deadline=None)
def test_what_is_told_holds_under_every_reading_of_a_coarse_date(items, on):
    items = [replace(item, corrects=None) for item in items if item.step in {*BEFORE_FORCE, "in_force"}]
    told = life(items, BOTH, on).stand
    for at, item in enumerate(items):
        if "/" in item.date or "-" in item.date or told.state in (CANNOT_TELL, DIFFERS):
            continue
        for sharp in (f"{item.date}-01-01", f"{item.date}-12-31"):
            read = life([*items[:at], replace(item, date=sharp), *items[at + 1 :]], BOTH, on)
            if not any(conflict.code == "dates-contradict" for conflict in read.conflicts):
                assert read.stand.state == told.state


@given(attested(), DAYS)
@settings(max_examples=60, deadline=None)
def test_a_band_says_what_the_state_is_on_its_days(items, until):
    for band in bands(items, BOTH, until)[""]:
        for day in (band.first, band.last):
            assert life(items, BOTH, day).stand.state == band.state

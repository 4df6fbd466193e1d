"""The state machine: a pure function of both parties' words, in any order, with the day given."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.assessment.gate import dates, rules
from comity.assessment.gate.deadline import parse_extension
from comity.assessment.gate.flags import Commitment, flag
from comity.assessment.gate.said import Opening, Place, Said, first_opening
from comity.assessment.gate.states import CANNOT_TELL, STATES, life

MEKONG, TEXT = rules.find("mrc-pnpca")
ALL = rules.parse(TEXT.replace('"each"', '"all"'))
BOTH = ("la", "vn")
LATE = date(2030, 1, 1)


def place(party="la", index=0, claimed=0, ident=""):
    return Place(party, f"{party}/hq", index, ident or f"{party}{index}", claimed)


OPENING = Opening(place(), "la", "gate", "dam", "mainstream", ("wet", "dry"), "intra_basin")


def said(step, when, *, party="la", index=1, number=None, extend=None, corrects=None, claimed=0):
    length = parse_extension(extend) if extend else None
    number = number or (1 if extend else None)
    return Said(place(party, index, claimed), step, dates.read(when), number, length, corrects)


# Submission and start are those of a public case; check and conclusion are made up for the machine.
HISTORY = (
    said("notified", "2016-11-04", index=1),
    said("complete", "2016-12", index=2),
    said("started", "2016-12-20", index=3),
    said("concluded", "2017-06-19", index=4),
)


def at(day, *words, rule=MEKONG, opening=OPENING, parties=BOTH):
    return life(opening, words, rule, parties, date.fromisoformat(day))


def test_a_consultation_from_submission_to_conclusion():
    assert at("2016-11-03", *HISTORY).state == "draft"
    assert at("2016-11-04", *HISTORY).state == "notified"
    assert at("2016-12-10", *HISTORY).candidates == ("notified", "complete")  # `2016-12` leaves it open
    found = at("2016-12-20", *HISTORY)
    assert found.candidates == ("open",)
    assert found.procedures == ("prior_consultation",)
    assert found.end.end == date(2017, 6, 19)
    assert at("2017-06-18", *HISTORY).state == "open"
    assert at("2017-06-19", *HISTORY).state == "concluded"
    assert at("2017-06-19", *HISTORY[:3]).state == "open"  # the last day belongs to the period
    assert at("2017-06-20", *HISTORY[:3]).state == "lapsed"
    assert at("2020-01-01", *HISTORY).conflicts == ()


def test_submission_is_no_start():
    found = at("2020-01-01", HISTORY[0])
    assert (found.state, found.end) == ("notified", None)
    late = at("2020-01-01", said("started", "2016-11-01", index=3), HISTORY[0])
    assert "started-before-notified" in late.conflicts
    assert "started-without-complete" in late.conflicts


def test_only_the_sponsor_opens_and_two_may_open_at_once():
    other = replace(OPENING, place=place("vn"))
    opening, aside = first_opening([other])
    assert opening is None
    assert [one.code for one in aside] == ["only-the-sponsor-opens"]
    again = replace(OPENING, place=place(index=7, claimed=9))
    opening, aside = first_opening([again, other, OPENING, OPENING])
    assert opening == OPENING
    assert sorted(one.code for one in aside) == ["only-the-sponsor-opens", "opened-before"]


def test_words_that_do_not_count_are_set_aside_and_stay_visible():
    words = [
        said("notified", "2016-11-04", party="vn"),  # the sponsor submits
        said("started", "2016-12-20", party="kh"),  # not one of the parties here
        said("notified", "2016-11-04"),
        said("notified", "2016-11-05", index=2),  # said before
    ]
    found = at("2020-01-01", *words)
    assert [(one.place.party, one.code) for one in found.aside] == [
        ("kh", "no-voice"),
        ("la", "said-before"),
        ("vn", "only-the-sponsor"),
    ]
    assert found.step("notified").when.exact == date(2016, 11, 4)


def test_a_correction_replaces_and_a_replay_does_not():
    words = (*HISTORY[:3], said("started", "2016-12-22", index=9, corrects="la3"))
    assert at("2017-01-01", *words).end.end == date(2017, 6, 21)
    replayed = (*HISTORY[:3], HISTORY[2], said("started", "2017-03-01", index=9))
    assert at("2017-01-01", *replayed).end.end == date(2017, 6, 19)
    twice = (
        *HISTORY[:3],
        said("extended", "2017-06-01", index=5, extend="6m"),
        said("extended", "2017-06-01", index=6, extend="6m"),
    )
    assert at("2017-07-01", *twice).end.end == date(2017, 12, 19)


def test_both_parties_words_narrow_a_date_or_contradict():
    words = (*HISTORY[:2], said("started", "2016-12"), said("started", "2016-12-20", party="vn"))
    assert at("2017-01-01", *words[2:]).end.end == date(2017, 6, 19)
    apart = (*HISTORY[:2], said("started", "2016-12-20", index=3), said("started", "2016-12-22", party="vn"))
    found = at("2017-06-20", *apart)
    assert found.conflicts == ("dates-contradict",)
    assert found.candidates == ("open", "lapsed")
    assert (found.end.end, found.end.earliest, found.end.latest) == (
        None,
        date(2017, 6, 19),
        date(2017, 6, 21),
    )


def test_where_the_word_of_all_is_needed_one_is_not_enough():
    assert at("2017-01-01", *HISTORY[:3], rule=ALL).state == "notified"
    words = (*HISTORY[:3], said("started", "2016-12-20", party="vn"))
    assert at("2017-01-01", *words, rule=ALL).state == "open"


def test_a_late_extension_is_retroactive():
    early = (*HISTORY[:3], said("extended", "2017-06-19", index=5, extend="3m"))
    found = at("2017-08-01", *early)
    assert (found.state, found.step("extended").retroactive) == ("extended", "no")
    late = (*HISTORY[:3], said("extended", "2017-07-01", index=5, extend="3m"))
    assert at("2017-06-25", *late).state == "lapsed"  # as it stood that day
    found = at("2017-08-01", *late)
    assert (found.state, found.step("extended").retroactive) == ("extended", "yes")
    assert found.end.end == date(2017, 9, 19)
    unsure = (*HISTORY[:3], said("extended", "2017-06", index=5, extend="3m"))
    assert at("2017-08-01", *unsure).step("extended").retroactive == "maybe"
    second = (*late, said("extended", "2017-09-20", party="vn", number=2, extend="30d"))
    assert [one.retroactive for one in at("2018-01-01", *second).steps if one.number] == ["yes", "yes"]


def test_extensions_that_do_not_fit_are_said():
    gap = (*HISTORY[:3], said("extended", "2017-06-01", index=5, number=2, extend="3m"))
    assert "extension-missing" in at("2017-07-01", *gap).conflicts
    two = (
        *HISTORY[:3],
        said("extended", "2017-06-01", index=5, extend="3m"),
        said("extended", "2017-06-01", party="vn", extend="6m"),
    )
    found = at("2017-10-01", *two)
    assert "extensions-differ" in found.conflicts
    assert found.candidates == ("extended", "lapsed")
    assert (found.end.earliest, found.end.latest) == (date(2017, 9, 19), date(2017, 12, 19))
    before = (*HISTORY[:3], said("extended", "2017-06-01", index=5, extend="2017-01-01"))
    assert at("2017-10-01", *before).end.end is None
    fixed = rules.parse(TEXT.replace("extendable = true", "extendable = false"))
    assert at("2017-10-01", *two, rule=fixed).state == "lapsed"


def test_what_has_no_period_has_no_end():
    notice = replace(OPENING, water="tributary")
    found = at("2030-01-01", *HISTORY[:3], opening=notice)
    assert (found.state, found.end, found.procedures) == ("open", None, ("notification",))
    unsaid = replace(OPENING, seasons=())
    assert at("2030-01-01", *HISTORY[:3], opening=unsaid).end is None


def test_unknown_dates_give_cannot_tell():
    words = (HISTORY[0], HISTORY[1], said("started", "2016-12-20~", index=3))
    found = at("2017-03-01", *words)
    assert found.state == CANNOT_TELL
    assert found.end.reason == "uncertain"
    many = [said("extended", "2017-06~", index=20 + n, number=n, extend="1m") for n in range(1, 12)]
    assert at("2017-03-01", *HISTORY[:3], *many).candidates == STATES


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_any_order_and_any_repetition_gives_the_same(data):
    steps = ("notified", "complete", "started", "extended", "concluded", "lapsed")
    words = data.draw(
        st.lists(
            st.builds(
                lambda step, when, party, index, ext, fix: said(
                    step,
                    when,
                    party=party,
                    index=index,
                    extend=ext if step == "extended" else None,
                    corrects=f"{party}{fix}",
                ),
                st.sampled_from(steps),
                st.sampled_from(["2016-11-04", "2016-12", "2016-12-20", "2017-06-19", "2017~", "../2017"]),
                st.sampled_from(["la", "vn", "kh"]),
                st.integers(1, 12),
                st.sampled_from(["6m", "30d", "2017-08-01"]),
                st.integers(1, 12),
            ),
            max_size=12,
            unique_by=lambda word: (word.place.party, word.place.index),
        )
    )
    day = data.draw(st.sampled_from(["2016-10-01", "2016-12-15", "2017-06-20", "2030-01-01"]))
    shuffled = data.draw(st.permutations(words + words[:3]))
    found = at(day, *words)
    assert at(day, *shuffled) == found
    assert found.candidates
    assert set(found.candidates) <= set(STATES)


def committed(kind, when):
    return Commitment(place("vn", 50), "deal", kind, dates.read(when))


@pytest.mark.parametrize(
    ("words", "when", "verdict", "basis", "days"),
    [
        (HISTORY, "2017-06-09", "before", "conclusion", (10, 10)),
        (HISTORY, "2017-06-19", "not before", "conclusion", (None, None)),
        (HISTORY, "2017-05", "before", "conclusion", (19, 49)),
        (HISTORY, "2017-06", "cannot tell", "conclusion", (0, 18)),
        (HISTORY, "2017-06-01~", "cannot tell", "conclusion", (18, 18)),
        (HISTORY[:3], "2017-06-19", "before", "end of the period", (0, 0)),
        (HISTORY[:3], "2017-06-20", "not concluded", "end of the period", (None, None)),
        (HISTORY[:1], "2016-01-01", "before", "nothing yet", (None, None)),
    ],
)
def test_the_flag_compares_two_dates(words, when, verdict, basis, days):
    found = flag(at("2030-01-01", *words), MEKONG, committed("concession", when))
    assert (found.verdict, found.basis, (found.fewest, found.most)) == (verdict, basis, days)
    assert found.raised is (verdict == "before")


def test_what_the_rule_does_not_list_is_not_counted():
    found = flag(at("2030-01-01", *HISTORY), MEKONG, committed("other", "2016-01-01"))
    assert (found.verdict, found.raised) == ("not counted", False)


def test_a_notification_is_compared_with_the_submission():
    notice = at("2030-01-01", HISTORY[0], opening=replace(OPENING, water="tributary"))
    found = flag(notice, MEKONG, committed("construction_start", "2016-11-01"))
    assert (found.verdict, found.basis, found.fewest) == ("before", "submission", 3)

"""From answers to lines to the joint layer: integers bit for bit, figures to 1e-9, nothing of too few."""

from __future__ import annotations

import json
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from comity.assessment.entries.sessions import WHOLE, Asked, Question, Session, SummaryLine
from comity.assessment.pools.errors import PoolError, SumError
from comity.assessment.pools.summary import summarise
from comity.assessment.sessions.digests import digest_of, fields_of
from comity.assessment.sessions.joining import METHODS, differences, joined
from comity.assessment.sessions.lines import (
    distributions,
    from_line,
    integers,
    root_of_leaves,
    text,
    uncertainty,
)
from comity.assessment.sessions.summing import Given, summed
from comity.assessment.sessions.weights import voices, weigh
from tests.assessment.sessions.world import ANSWERS, QUESTIONS, quantity, vary

MODELS = [Question.model_validate(one) for one in QUESTIONS]
ASKED = [Asked(question=one.slug, digest=digest_of(fields_of(one))) for one in MODELS]


def session(asked=ASKED, **changes):
    hour = 3_600_000
    return Session.model_validate(
        {
            "slug": "s",
            "title": {"en": "s"},
            "topic": {"en": "s"},
            "protocol": "cooke",
            "questions": [one.model_dump() for one in asked],
            "voices": [{"party": one, "log": f"{one}/hq"} for one in ("vn", "la")],
            "stages": [{"stage": "private", "answer_by": hour, "seal_by": hour, "open_by": hour}],
            "methods": list(METHODS),
            **changes,
        }
    )


def answers(party, count, start=0):
    return [
        Given(
            f"{party}-{at}",
            one.slug,
            tuple(vary(one.form, ANSWERS[party][one.slug], at)),
            f"{party}/hq",
            start + at,
            "x",
        )
        for at in range(count)
        for one in MODELS
    ]


def lines_of(party, count=3):
    return summed(session(), MODELS, party, answers(party, count), {}).lines


@given(st.lists(st.floats(1e-12, 1, allow_nan=False), min_size=2, max_size=256))
def test_integer_masses_sum_to_the_whole_and_lose_less_than_one_part(values):
    masses = np.array(values) / np.sum(values)
    parts = integers(masses)
    assert sum(parts) == WHOLE
    assert all(part >= 0 for part in parts)
    assert np.abs(np.array(parts) / WHOLE - masses).max() <= 1.5e-12


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e60, max_value=1e60))
def test_figures_are_decimal_strings_to_the_last_bit(value):
    assert len(text(value)) <= 80
    assert float(text(value)) == pytest.approx(value, rel=0, abs=1e-59)


def test_a_line_is_read_as_it_was_made_and_holds_no_float():
    for one, line in zip(MODELS, lines_of("vn"), strict=True):
        told = json.loads(json.dumps(fields := line.model_dump(mode="json", exclude_none=True)))
        assert not any(isinstance(value, float) for value in told.values())
        again = from_line(SummaryLine.model_validate(fields), "vn")
        made = summarise(
            "vn",
            distributions(one, [a.values for a in answers("vn", 3) if a.question == one.slug]),
            uncertainty(one),
        )
        assert np.abs(again.masses - made.masses).max() <= 1e-12
        assert (again.within, again.spread, again.effective) == (made.within, made.spread, made.effective)


def test_the_joint_layer_does_not_depend_on_who_computes_it_or_in_which_order():
    vn, la = lines_of("vn", 3), lines_of("la", 9)
    for place, one in enumerate(MODELS):
        opened = {"vn": vn[place], "la": la[place]}
        made = [
            joined(session(), "A" * 43 + "=", "private", ASKED[place], one, dict(items))
            for items in permutations(opened.items())
        ]
        assert made[0] == made[1]
        assert differences(*made) == []
        # Three experts have the voice of nine.
        whole = [(a + b) for a, b in zip(opened["vn"].masses, opened["la"].masses, strict=True)]
        assert (made[0].stream, made[0].out_of) == (whole, 2 * WHOLE)
        assert made[0].method == "joint-linear@1"


def test_a_line_that_contradicts_itself_gives_no_joint_layer():
    vn, la = lines_of("vn"), lines_of("la")
    wide = vn[0].model_copy(update={"within": "999999999"})
    with pytest.raises(SumError):
        joined(session(), "A" * 43 + "=", "private", ASKED[0], MODELS[0], {"vn": wide, "la": la[0]})
    with pytest.raises(PoolError):
        joined(session(), "A" * 43 + "=", "private", ASKED[0], MODELS[0], {"vn": vn[0]})
    many = vn[1].model_copy(update={"effective": "77"})
    with pytest.raises(PoolError):
        joined(session(), "A" * 43 + "=", "private", ASKED[1], MODELS[1], {"vn": many, "la": la[1]})
    for bad in (
        {"masses": [1, 2]},
        {"experts": 2},
        {"nothing": "too-few"},
        {"within": None},
        {"within": "nan"},
    ):
        with pytest.raises(ValidationError):
            SummaryLine.model_validate({**vn[1].model_dump(exclude_none=True), **bad})


def test_a_difference_is_named_bit_for_bit_and_to_nine_digits():
    one = joined(
        session(),
        "A" * 43 + "=",
        "private",
        ASKED[0],
        MODELS[0],
        {"vn": lines_of("vn")[0], "la": lines_of("la")[0]},
    )
    close = one.model_copy(update={"times": text(float(one.times) * (1 + 1e-12))})
    assert differences(one, close) == []
    assert differences(one, one.model_copy(update={"times": "1"})) == ["times"]
    bit = [one.stream[0] + 1, one.stream[1] - 1, *one.stream[2:]]
    assert differences(one, one.model_copy(update={"stream": bit})) == ["stream"]
    assert differences(one, one.model_copy(update={"inputs": "0" * 64})) == ["inputs"]


@pytest.mark.parametrize(
    ("count", "least", "opens"), [(2, 3, False), (3, 3, True), (4, 5, False), (5, 5, True)]
)
def test_nothing_is_opened_of_fewer_experts_than_agreed(count, least, opens):
    made = summed(session(least_experts=least), MODELS, "vn", answers("vn", count), {})
    for line in made.lines:
        assert (line.nothing is None) == opens
        if not opens:
            told = line.model_dump(mode="json", exclude_none=True)
            assert set(told) == {"question", "question_digest", "nothing"}


def test_never_less_than_three_can_be_agreed():
    with pytest.raises(ValidationError):
        session(least_experts=2)


SEEDS = [Question.model_validate(quantity(f"seed-{at}", role="seed")) for at in range(12)]
OUTCOMES = {one.slug: 100.0 + 30 * at for at, one in enumerate(SEEDS)}


def told_of(at, seed, skilled, others=2):
    """Return answers to a seed: some know, with honest widths, the others are sure and wrong."""
    truth = OUTCOMES[seed.slug]
    # One in ten above, one in ten below the interval: as many as the levels say.
    shift = {0: 60, 1: -60}.get(at, 5 * (-1) ** at)
    found = {}
    for expert in range(skilled):
        found[f"good-{expert}"] = (
            str(truth + shift - 40),
            str(truth + shift + expert),
            str(truth + shift + 45),
        )
    for expert in range(others):
        centre = 900 - 5 * at - expert
        found[f"sure-{expert}"] = (str(centre - 1), str(centre), str(centre + 1))
    return found


def judged(seeds, skilled, others=2):
    """Return the weights of a panel."""
    given_ = {
        (name, seed.slug): values
        for at, seed in enumerate(seeds)
        for name, values in told_of(at, seed, skilled, others).items()
    }
    return weigh([*seeds, MODELS[0]], {one.slug: OUTCOMES[one.slug] for one in seeds}, given_)


def test_performance_weighs_where_ten_seeds_show_it_and_three_voices_are_left():
    found = judged(SEEDS, 5)
    told = found.told
    assert (told.method, told.seeds, told.why) == ("cooke-global-optimised@1", 12, "better-unseen")
    assert sum(weight for name, weight in found.by_expert.items() if name.startswith("good")) > 0.99
    few = judged(SEEDS, 1)
    assert (few.told.method, few.told.why, few.by_expert) == ("equal@1", "few-weighted", None)
    assert judged(SEEDS, 2).told.why == "few-weighted"


def test_weights_that_would_say_what_one_expert_answered_are_not_taken():
    assert voices(np.array([1.0, 1.0, 1.0])) == 3
    assert voices(np.array([1.0, 1e-9, 1e-9])) < 1.1
    assert voices(np.array([1.0, 1.0, 1e-9, 1e-9])) < 2.1
    assert voices(np.zeros(3)) == 0


def test_otherwise_weights_are_equal_with_the_reason_and_scores_are_still_there():
    found = judged(SEEDS[:9], 3)
    assert (found.told.why, found.by_expert) == ("few-seeds", None)
    assert len(found.judged.experts) == 5
    assert weigh(SEEDS, {}, {}).told.why == "no-seeds"
    assert judged(SEEDS, 0, others=4).told.why == "not-better"


def test_performance_weighs_quantities_alone_and_never_as_fewer_than_three_voices():
    asked = [Asked(question=one.slug, digest=digest_of(fields_of(one))) for one in (*SEEDS, *MODELS)]
    every = [*SEEDS, *MODELS]
    values = []
    for at, seed in enumerate(SEEDS):
        for name, low in told_of(at, seed, skilled=5).items():
            values.append(Given(name, seed.slug, low, "vn/hq", 1, "x"))
    for number, name in enumerate(sorted({one.expert for one in values})):
        values += [
            Given(name, one.slug, tuple(vary(one.form, ANSWERS["vn"][one.slug], number)), "vn/hq", 3, "z")
            for one in MODELS
        ]
    made = summed(session(asked), every, "vn", values, OUTCOMES)
    weights = {line.question: line.weights for line in made.lines}
    assert (weights["flow"], weights["delay"], weights["season"]) == ("performance", "equal", "equal")
    gone = {("good-0", "flow"), ("good-1", "flow"), ("good-2", "flow")}
    fewer = [one for one in values if (one.expert, one.question) not in gone]
    again = {line.question: line for line in summed(session(asked), every, "vn", fewer, OUTCOMES).lines}
    assert (again["flow"].weights, again["flow"].experts) == ("equal", 4)


@settings(max_examples=20)
@given(st.permutations(answers("vn", 4)))
def test_the_order_in_which_answers_came_changes_nothing(order):
    assert summed(session(), MODELS, "vn", order, {}).lines == lines_of("vn", 4)


def test_the_root_is_over_leaves_which_are_salted_and_not_over_values():
    one, other = lines_of("vn"), summed(session(), MODELS, "vn", answers("vn", 3, start=50), {}).lines
    assert one[0].masses == other[0].masses
    assert one[0].inputs != other[0].inputs
    assert root_of_leaves([("a/b", 1, "x"), ("a/b", 2, "y")]) == root_of_leaves(
        [("a/b", 2, "y"), ("a/b", 1, "x")]
    )


def test_what_a_session_may_not_say():
    for bad in (
        {"protocol": "idea"},
        {"voices": [{"party": "vn", "log": "vn/hq"}] * 2},
        {"voices": [{"party": "vn", "log": "la/hq"}, {"party": "la", "log": "la/post"}]},
        {"questions": [ASKED[0].model_dump()] * 2},
        {"stages": [{"stage": "private", "answer_by": 9, "seal_by": 8, "open_by": 9}]},
    ):
        with pytest.raises(ValidationError):
            session(**bad)


def masses_of(values):
    """Return the masses of what a party would open of one event, with equal weights."""
    given_ = [Given(f"e-{at}", "delay", (value,), "vn/hq", at, "x") for at, value in enumerate(values)]
    asked = [one for one in ASKED if one.question == "delay"]
    return summed(session(asked), [MODELS[1]], "vn", given_, {}).lines[0].masses[1] / WHOLE


def test_two_of_three_experts_who_tell_each_other_their_answers_compute_the_third():
    """A limit, not a protection: a mean of three says what the third is to whoever knows two."""
    assert 3 * masses_of(["0.2", "0.5", "0.83"]) - 0.2 - 0.5 == pytest.approx(0.83, abs=1e-11)


def test_whoever_alone_changes_an_answer_is_read_from_the_two_stages():
    """A limit, not a protection: the difference of two means of the same experts is one expert's change."""
    before, after = masses_of(["0.2", "0.5", "0.8"]), masses_of(["0.2", "0.5", "0.6"])
    assert 3 * (after - before) == pytest.approx(-0.2, abs=1e-11)

"""Claims against the record: bounded, blind, independent, and never from grades of the source alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy.stats import beta

from comity.perspectives import entries
from comity.perspectives.agreement.grades import SCALE, middle
from comity.perspectives.answers_comparison import claim_json
from comity.perspectives.coding_grades_standing import BlindGrades, GradedUnit
from comity.perspectives.comparison.limits import Limits
from comity.perspectives.entries import Claim, Evidence
from comity.perspectives.record_claims import (
    Graded,
    Item,
    assess,
    fulfilment,
    included,
    jeffreys,
)
from comity.perspectives.record_claims_queries import _ended, claims
from comity.perspectives.tables import PROJECTOR
from tests.feed import Feed
from tests.perspectives.test_queries import codebook, proposition, rule, work

LIMITS = Limits()


def by(**grades):
    """The grade of each party's grader; `both=` is that of both."""
    both = grades.pop("both", None)
    return middle(
        {f"{party}/one": grade for party, grade in ({"la": both, "vn": both} if both else grades).items()}
    )


CLAIM = Graded("c", by(both="full"))


def item(slug, grade, *works, admiralty=("B2",)):
    graded = by(both=grade) if isinstance(grade, str) else grade
    return Item(slug, graded, works or (slug,), admiralty)


def items(*grades, **given_):
    return [item(f"e{at}", grade, **given_) for at, grade in enumerate(grades)]


@pytest.mark.parametrize(
    ("claim", "grades", "verdict", "why"),
    [
        ("full", ("partial", "none"), "exceeds", ()),
        ("full", ("partial", "none", "full"), "exceeds", ()),
        ("full", ("partial",), "cannot tell", ("few_clusters",)),
        ("full", ("partial", "full"), "cannot tell", ("no_majority",)),
        ("full", ("partial", "none", "full", "full"), "cannot tell", ("no_majority",)),
        ("partial", ("partial", "partial"), "matches", ()),
        ("partial", ("full", "substantial"), "falls short", ()),
        ("none", ("none", "none", "partial"), "matches", ()),
        ("full", (), "cannot tell", ("no_evidence",)),
    ],
)
def test_verdicts_need_two_origins_and_a_majority(claim, grades, verdict, why):
    found = assess(replace(CLAIM, grade=by(both=claim)), items(*grades), {}, LIMITS)
    assert (found.verdict, found.reasons) == (verdict, why)


def test_two_items_of_one_origin_are_one():
    found = assess(CLAIM, items("none", "none"), {"e0": "press", "e1": "press"}, LIMITS)
    assert (found.verdict, found.reasons, len(found.origins)) == ("cannot tell", ("few_clusters",), 1)
    passed_on = [item("a", "none", "a", "the-paper"), item("b", "none", "b", "the-paper")]
    assert len(assess(CLAIM, passed_on, {}, LIMITS).origins) == 1


def test_a_claim_supported_by_the_claimant_alone_is_single_party_corroboration():
    mine = replace(CLAIM, claimant_controls=frozenset({"e0", "e1"}))
    found = assess(mine, items("full", "full"), {}, LIMITS)
    assert (found.verdict, found.reasons, found.single_party) == ("cannot tell", ("single_party",), True)
    outside = assess(mine, items("full", "full", "full"), {}, LIMITS)
    assert (outside.verdict, outside.single_party) == ("matches", False)
    mostly = assess(mine, items("full", "full", "none"), {}, LIMITS)
    assert (mostly.verdict, mostly.reasons, mostly.single_party) == ("cannot tell", ("single_party",), True)


def test_a_claim_does_not_exceed_the_record_by_its_critics_word():
    contested = replace(CLAIM, critic_controls=frozenset({"e0", "e1"}))
    found = assess(contested, items("none", "none"), {}, LIMITS)
    assert (found.verdict, found.reasons) == ("cannot tell", ("critic_alone",))
    assert assess(contested, items("none", "none", "partial"), {}, LIMITS).verdict == "exceeds"


def test_what_was_not_graded_blind_is_in_no_verdict():
    mixed = [*items("none", "none"), item("e9", None)]
    found = assess(CLAIM, mixed, {}, LIMITS)
    assert (found.verdict, found.not_blind, len(found.origins)) == ("exceeds", ("e9",), 2)
    bare = assess(CLAIM, items(None, None), {}, LIMITS)
    assert (bare.verdict, bare.reasons, bare.not_blind) == ("cannot tell", ("not_blind",), ("e0", "e1"))
    claim = assess(replace(CLAIM, grade=None), items("none", "none"), {}, LIMITS)
    assert (claim.verdict, claim.reasons, claim.origins, claim.unknown_too) == (
        "cannot tell",
        ("not_blind",),
        (),
        "cannot tell",
    )


def test_a_verdict_stands_by_the_grades_of_each_side_alone():
    far = by(vn="none", la="substantial")
    assert assess(CLAIM, [item("a", far), item("b", far)], {}, LIMITS).verdict == "exceeds"
    split = by(vn="none", la="full")
    found = assess(CLAIM, [item("a", split), item("b", split)], {}, LIMITS)
    assert (found.verdict, found.reasons) == ("cannot tell", ("graders_differ",))
    assert found.by_party == {"la": "matches", "vn": "exceeds"}


@given(st.lists(st.sampled_from(sorted(SCALE)), min_size=1, max_size=5), st.integers(1, 4))
def test_a_side_with_more_graders_weighs_no_more(grades, times):
    ours = {f"vn/{at}": grade for at, grade in enumerate(grades)}
    many = {f"vn/{at}-{copy}": grade for at, grade in enumerate(grades) for copy in range(times)}
    theirs = {"la/one": "full"}
    assert middle(ours | theirs).value == middle(many | theirs).value


@pytest.mark.parametrize(
    ("grades", "state"),
    [
        (("A1",), "included"),
        (("C3",), "included"),
        (("D1",), "excluded"),
        (("A4",), "excluded"),
        (("E6",), "excluded"),
        (("F1",), "unknown"),
        (("A6",), "unknown"),
        (("F6",), "unknown"),
        (("F5",), "excluded"),
        ((), "unknown"),
        (("A1", "B2"), "included"),
        (("A1", "E5"), "unknown"),
    ],
)
def test_admiralty_letter_and_digit_stand_apart_and_f_and_6_are_unknown(grades, state):
    assert included(item("e", "none", admiralty=grades), LIMITS) == state


def test_grades_of_sources_decide_inclusion_and_nothing_else():
    best = assess(CLAIM, items("none", "none", admiralty=("A1",)), {}, LIMITS)
    least = assess(CLAIM, items("none", "none", admiralty=("C3",)), {}, LIMITS)
    assert (best.verdict, [one.grade for one in best.origins]) == (
        least.verdict,
        [one.grade for one in least.origins],
    )
    unknown = assess(CLAIM, items("none", "none", admiralty=("F6",)), {}, LIMITS)
    assert (unknown.verdict, unknown.unknown, unknown.unknown_too) == ("cannot tell", ("e0", "e1"), "exceeds")
    bad = assess(CLAIM, items("none", "none", admiralty=("E5",)), {}, LIMITS)
    assert (bad.excluded, bad.unknown_too) == (("e0", "e1"), "cannot tell")


def test_an_origin_on_which_all_hangs_is_seen():
    found = assess(CLAIM, items("none", "partial"), {}, LIMITS)
    assert [verdict for _, verdict in found.dropped] == ["cannot tell", "cannot tell"]
    assert not found.stable
    assert assess(CLAIM, items("none", "partial", "none", "none"), {}, LIMITS).stable


EVIDENCE = st.lists(
    st.tuples(
        st.sampled_from(sorted(SCALE)), st.sampled_from("uvwxyz"), st.sampled_from(["A1", "C3", "F6", "E5"])
    ),
    max_size=8,
)


@given(EVIDENCE, st.sampled_from(sorted(SCALE)), st.randoms())
def test_order_does_not_matter_and_exceeds_always_rests_on_two_adverse_origins(rows, grade, random):
    evidence = [item(f"e{at}", g, w, admiralty=(a,)) for at, (g, w, a) in enumerate(rows)]
    claim = replace(CLAIM, grade=by(both=grade))
    found = assess(claim, evidence, {"u": "1", "v": "1"}, LIMITS)
    random.shuffle(evidence)
    again = assess(claim, evidence, {"u": "1", "v": "1"}, LIMITS)
    assert (found.verdict, found.reasons) == (again.verdict, again.reasons)
    adverse = [origin for origin in found.origins if origin.bears == "adverse"]
    assert found.verdict != "exceeds" or len(adverse) >= 2
    assert (found.verdict == "cannot tell") == bool(found.reasons)


@pytest.mark.parametrize(("successes", "trials"), [(0, 5), (3, 9), (9, 9), (1, 1), (20, 41)])
def test_jeffreys_interval_against_the_reference(successes, trials):
    low, high = jeffreys(successes, trials)
    expected = beta.ppf([0.05, 0.95], successes + 0.5, trials - successes + 0.5)
    assert low == pytest.approx(0 if successes == 0 else expected[0], abs=1e-9)
    assert high == pytest.approx(1 if successes == trials else expected[1], abs=1e-9)


def test_jeffreys_interval_covers_on_average():
    rng = np.random.default_rng(3)
    covered = 0
    spans = [jeffreys(k, 15) for k in range(16)]
    for p in rng.uniform(0, 1, 2000):
        low, high = spans[rng.binomial(15, p)]
        covered += low <= p <= high
    assert 0.88 <= covered / 2000 <= 0.93


def test_what_is_not_reported_moves_the_bounds_and_not_the_share():
    found = fulfilment(3, 4, 10)
    assert (found.share, found.worst, found.best) == (0.75, 0.3, 0.9)
    assert found.interval[0] < 0.75 < found.interval[1]
    silent = fulfilment(0, 0, 6)
    assert (silent.share, silent.interval, silent.worst, silent.best) == (None, None, 0, 1)
    nothing = fulfilment(0, 0, 0)
    assert (nothing.share, nothing.worst, nothing.best) == (None, None, None)
    with pytest.raises(ValueError, match="not possible"):
        fulfilment(5, 4, 10)


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_the_share_lies_between_the_bounds(fulfilled, unmet, silent):
    found = fulfilment(fulfilled, fulfilled + unmet, fulfilled + unmet + silent)
    if found.share is not None:
        assert found.worst <= found.share <= found.best
        assert found.interval[0] <= found.share <= found.interval[1]


@pytest.mark.parametrize(
    ("window", "ended"),
    [
        (None, False),
        ("2025", True),
        ("2026", False),
        ("2026-01", True),
        ("2026-02", False),
        ("2026-02-04", True),
        ("2026-02-05", False),
        ("2021/2025", True),
        ("2025-12-03/..", False),
        ("2025/", False),
        ("202X", False),
        ("2025-12?", True),
    ],
)
def test_an_undertaking_is_due_when_its_window_has_ended(window, ended):
    assert _ended(window, date(2026, 2, 5)) is ended


def claim(**changed):
    plain = {
        "slug": "daily",
        "claimant": "north-office",
        "claims": {"en": "Every gauge is read daily."},
        "cite": {"work": "the-paper"},
        "proposition": "river",
    }
    return Claim.model_validate({**plain, **changed})


def evidence(slug, **changed):
    plain = {
        "slug": slug,
        "claim": "daily",
        "works": [f"w-{slug}"],
        "shows": {"en": "Some gauges were read."},
        "cite": {"work": f"w-{slug}"},
        "admiralty": [{"party": "aa", "grade": "B2"}],
    }
    return Evidence.model_validate({**plain, **changed})


def test_claims_are_held_against_evidence_on_record():
    feed = Feed(PROJECTOR, entries.KINDS)
    organs = [{"state": "aa", "clusters": ["aa-press", "aa-ministry"], "holders": ["north-office"]}]
    works = [work("w-a", cluster="aa-press"), work("w-b", cluster="aa-ministry"), work("w-c")]
    feed.add("aa/hq", rule(), proposition(), codebook(organs=organs), *works, claim())
    feed.add("aa/hq", evidence("a"), evidence("b"))
    full = dict.fromkeys("abc", "full")
    (view,) = asked(feed, full)
    assert (view.found.verdict, view.found.reasons, view.found.single_party) == (
        "cannot tell",
        ("single_party",),
        True,
    )
    feed.add("aa/hq", evidence("c"))
    assert asked(feed, full)[0].found.verdict == "matches"
    none = dict.fromkeys("abc", "none")
    assert asked(feed, none)[0].found.verdict == "exceeds"
    feed.add("aa/hq", claim(critic="w-c"))
    assert asked(feed, none)[0].found.verdict == "exceeds", "the organs are not the critic's"
    (bare,) = asked(feed)
    assert (bare.found.verdict, bare.found.reasons, bare.blind) == ("cannot tell", ("not_blind",), None)


def test_a_claim_is_judged_again_with_all_organs_of_a_party_state_as_one_origin():
    feed = Feed(PROJECTOR, entries.KINDS)
    organs = [{"state": "bb", "clusters": ["bb-press", "bb-ministry"]}]
    works = [work("w-a", cluster="bb-press"), work("w-b", cluster="bb-ministry"), work("w-c")]
    feed.add("aa/hq", rule(), proposition(), codebook(organs=organs), *works, claim())
    feed.add("aa/hq", evidence("a"), evidence("b"))
    none = dict.fromkeys("abc", "none")
    (view,) = asked(feed, none)
    assert (view.found.verdict, view.merged.verdict) == ("exceeds", "cannot tell")
    assert view.merged.reasons == ("few_clusters",)
    feed.add("aa/hq", evidence("c"))
    assert asked(feed, none)[0].merged.verdict == "exceeds"
    feed.add("aa/hq", claim(critic="w-a"))
    (view,) = asked(feed, none)
    assert [origin.critics for origin in view.merged.origins] == [True, False]
    assert claim_json(replace(view, blind=None))["organs_as_one_origin"] == "exceeds"
    feed.add("aa/hq", codebook(2))
    assert asked(feed, none)[0].merged is None


def test_a_grade_that_an_author_gave_is_in_no_verdict():
    feed = Feed(PROJECTOR, entries.KINDS)
    own = {"grade": "none", "coder": "the author"}
    feed.add("aa/hq", rule(), claim(grade="full", coder="one"), evidence("a", **own), evidence("b", **own))
    (view,) = asked(feed)
    assert (view.found.verdict, view.found.not_blind) == ("cannot tell", ("a", "b"))
    assert view.fields["grade"] == "full", "it is shown, as what it is"


def test_fictional_evidence_says_nothing_of_a_real_claim():
    feed = Feed(PROJECTOR, entries.KINDS)
    feed.add("aa/hq", rule(), claim(), evidence("a"), evidence("b"))
    feed.add("aa/hq", evidence("c"), **{"class": "exercise"})
    (view,) = asked(feed, {"a": "partial", "b": "partial"})
    assert (len(view.evidence), view.exercise, view.found.verdict) == (2, False, "exceeds")


def test_a_party_grades_an_item_once_and_by_the_scale():
    with pytest.raises(ValidationError, match="twice"):
        evidence("a", admiralty=[{"party": "aa", "grade": "B2"}] * 2)
    with pytest.raises(ValidationError):
        evidence("a", admiralty=[{"party": "aa", "grade": "G2"}])


def asked(feed, shown=None):
    """Claims with blind grades: the claim *full*, evidence as `shown` says; none without."""
    blind = {}
    if shown is not None:
        grades = {slug: GradedUnit(None, {"la/e": grade, "vn/e": grade}) for slug, grade in shown.items()}
        claimed = GradedUnit(None, {"la/c": "full", "vn/c": "full"})
        blind["daily"] = BlindGrades(None, None, claimed, grades)
    with feed.engine.connect() as db:
        return claims(db, blind)

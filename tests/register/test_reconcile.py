"""Two registers paired: what is alike is explained, what is not certain stays open, nobody is told to miss anything."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.record.canonical import b64
from comity.register import entries
from comity.register.calendar_bounds import bounds
from comity.register.entries import Figure, Match, Meeting, Ticket, TicketWord, Undertaking
from comity.register.reconcile import LIKELY, reconcile
from comity.register.reconcile_score import Item, score
from comity.register.reconcile_work import conflicts, outcome
from comity.register.tables import PROJECTOR
from tests.feed import Feed
from tests.register.test_queries import event, instrument

KIND = "register.instrument"


def item(party, slug, title="", lang="en", *, when=None, **changed):
    return Item(
        party=party,
        kind=changed.pop("kind", KIND),
        slug=slug,
        titles=((lang, title),) if title else (),
        date=bounds(when),
        classes=changed.pop("classes", ("treaty",)),
        parties=frozenset({"aa", "bb"}),
        **changed,
    )


def slugs(pairs):
    return [(pair.one.slug, pair.other.slug) for pair in pairs]


def test_the_same_name_is_the_same_thing_even_where_all_else_differs():
    found = reconcile(
        [item("aa", "t", "One", exact=("m", "1"))], [item("bb", "t", "Quite another", exact=("m", "2"))]
    )
    assert slugs(found.pairs) == [("t", "t")]


def test_titles_meet_without_marks_in_any_common_language_and_the_reasons_are_said():
    ours = item("aa", "hiep-uoc", "Hiệp ước hữu nghị và hợp tác (1977)", "vi", when="1977-07-18")
    theirs = item("bb", "friendship", "Hiep uoc huu nghi va hop tac (1977)", "vi", when="1977")
    found = reconcile([ours], [theirs])
    assert slugs(found.pairs) == [("hiep-uoc", "friendship")]
    assert found.pairs[0].score.reasons == (
        "titles in vi alike by 100 %",
        "the dates can meet",
        "the same class",
        "the same parties",
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Cooperation agreement 2021\u20132025", "Cooperation agreement 2026\u20132030"),
        ("25th annual border meeting", "26th annual border meeting"),
        ("Protocol number 1", "Protocol number 2"),
    ],
)
def test_titles_that_differ_in_a_number_do_not_meet(one, other):
    found = reconcile([item("aa", "x", one)], [item("bb", "y", other)])
    assert found.pairs == ()
    assert {lone.slug for lone in found.alone} == {"x", "y"}


def test_no_title_in_a_common_language_is_no_match():
    assert reconcile([item("aa", "x", "Hiệp ước", "vi")], [item("bb", "y", "ສົນທິສັນຍາ", "lo")]).pairs == ()


def test_a_tie_stays_open_and_shows_every_possible_pair():
    ours = [item("aa", "x", "Agreement on trade")]
    theirs = [item("bb", "y", "Agreement on trade"), item("bb", "z", "Agreement on trade")]
    found = reconcile(ours, theirs)
    assert (found.pairs, found.alone) == ((), ())
    assert sorted(slugs(found.open)) == [("x", "y"), ("x", "z")]


def test_what_is_likely_only_stays_open():
    found = reconcile(
        [item("aa", "x", "Memorandum on border trade gates", classes=("memorandum",))],
        [item("bb", "y", "Agreement on border trade and gates", classes=("agreement",))],
    )
    assert found.pairs == ()
    assert len(found.open) == 1
    assert found.open[0].score.value >= LIKELY


def test_people_decide_and_a_no_of_anybody_stays():
    ours, theirs = [item("aa", "x", "One thing")], [item("bb", "y", "Another matter")]
    assert slugs(reconcile(ours, theirs, {(KIND, "x", "y"): True}).pairs) == [("x", "y")]
    same = [item("bb", "y", "One thing")]
    assert reconcile(ours, same, {(KIND, "x", "y"): False}).pairs == ()


def test_fiction_never_meets_fact():
    ours, theirs = item("aa", "x", "Memorandum"), item("bb", "x", "Memorandum", exercise=True)
    assert reconcile([ours], [theirs]).pairs == ()
    assert reconcile([ours], [theirs], {(KIND, "x", "x"): True}).pairs == ()


def test_the_best_pairing_as_a_whole_is_taken_not_the_first():
    ours = [item("aa", "a", "Protocol on markers"), item("aa", "b", "Protocol on markers and gates")]
    theirs = [item("bb", "c", "Protocol on markers and gates"), item("bb", "d", "Protocol on markers")]
    assert sorted(slugs(reconcile(ours, theirs).pairs)) == [("a", "d"), ("b", "c")]


TITLES = st.sampled_from(
    ["Treaty of friendship", "Treaty of amity", "Protocol 2016", "Protocol 2017", "Minutes", "Plan 2026", ""]
)
DATES = st.sampled_from([None, "1977", "2016-03-16", "2017/2018", "2026"])


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(TITLES, DATES), max_size=6), st.lists(st.tuples(TITLES, DATES), max_size=6))
def test_every_item_is_in_one_place_and_the_order_of_parties_does_not_matter(ours, theirs):
    mine = [item("aa", f"a{n}", title, when=when) for n, (title, when) in enumerate(ours)]
    other = [item("bb", f"b{n}", title, when=when) for n, (title, when) in enumerate(theirs)]
    found = reconcile(mine, other)
    paired = [one for pair in found.pairs for one in (pair.one, pair.other)]
    unsure = {one for pair in found.open for one in (pair.one, pair.other)}
    assert len(paired) == len(set(paired))
    assert sorted([*paired, *unsure, *found.alone], key=lambda one: one.slug) == sorted(
        [*mine, *other], key=lambda one: one.slug
    )
    turned = reconcile(other, mine)
    assert {frozenset(p) for p in slugs(turned.pairs)} == {frozenset(p) for p in slugs(found.pairs)}


@settings(max_examples=60, deadline=None)
@given(TITLES, TITLES, DATES, DATES)
def test_a_score_is_symmetric_and_between_0_and_1(a, b, c, d):
    one, other = item("aa", "x", a, when=c), item("bb", "y", b, when=d)
    assert 0 <= score(one, other).value <= 1
    assert score(one, other).value == score(other, one).value
    assert score(one, replace(one, party="bb")).value == 1


# ---- over the tables


def meeting(slug="meeting-12", **changed):
    plain = {
        "slug": slug,
        "mechanism": "consultation",
        "ordinal": 12,
        "start": "2025-12-18",
        "state": "held",
        "cites": [{"work": "a-paper"}],
    }
    return Meeting.model_validate({**plain, **changed})


@pytest.fixture
def feed():
    return Feed(PROJECTOR, entries.KINDS)


def seen(feed):
    with feed.engine.connect() as db:
        return outcome(db, "aa", "bb", ("aa", "bb"))


def test_a_difference_is_a_ticket_and_changes_no_record(feed):
    feed.add("aa/hq", meeting())
    feed.add("bb/hq", meeting("tham-van-12", start="2025-12-16"))
    before = feed.rows()
    found = seen(feed)
    assert slugs(found.matched.pairs) == [("meeting-12", "tham-van-12")]
    (ticket,) = found.tickets
    assert (ticket.field, ticket.state, ticket.holds) == ("start", "open", True)
    assert ticket.readings == (("aa", "meeting-12", '"2025-12-18"'), ("bb", "tham-van-12", '"2025-12-16"'))
    assert feed.rows() == before


def test_what_one_side_leaves_out_or_withholds_is_no_difference(feed):
    feed.add("aa/hq", meeting(end="2025-12-19"), meeting("only-here", ordinal=9, start="2019"))
    feed.add("bb/hq", meeting())
    feed.play(feed.record("bb/hq", meeting("only-here", ordinal=9, start="2018"), sealed=True))
    found = seen(feed)
    assert found.tickets == ()
    assert [one.slug for one in found.matched.alone] == ["only-here"]


def ticket(view, **changed):
    readings = [{"party": p, "slug": s, "value": v} for p, s, v in view.readings]
    plain = {
        "slug": view.slug,
        "about": view.about,
        "field": view.field,
        "readings": readings,
        "owner": "Desk",
        "opened": "2026-01-01",
    }
    return Ticket.model_validate({**plain, **changed})


def word(slug, said, outcome_=None):
    plain = {"ticket": slug, "word": said, "on": "2026-01-02"}
    return TicketWord.model_validate({**plain, **({"outcome": outcome_} if outcome_ else {})})


def differing(feed):
    feed.add("aa/hq", meeting())
    feed.add("bb/hq", meeting(start="2025-12-16"))
    return seen(feed).tickets[0]


def test_a_ticket_is_settled_only_by_both_words_and_the_same_outcome(feed):
    view = differing(feed)
    feed.add("aa/hq", ticket(view), word(view.slug, "explained"))
    assert seen(feed).tickets[0].state == "explained"
    assert seen(feed).tickets[0].owners == {"aa": "Desk"}
    feed.add("aa/hq", word(view.slug, "settled", "2025-12-16"))
    assert seen(feed).tickets[0].state == "explained"
    feed.add("bb/hq", word(view.slug, "settled", "2025-12-18"))
    assert seen(feed).tickets[0].state == "settled differently"
    feed.add("bb/hq", word(view.slug, "settled", "2025-12-16"))
    assert seen(feed).tickets[0].state == "settled"
    feed.add("bb/hq", word(view.slug, "reopened"))
    assert seen(feed).tickets[0].state == "explained"


def test_a_stranger_and_a_fictional_word_settle_nothing(feed):
    view = differing(feed)
    feed.add("aa/hq", word(view.slug, "settled", "x"))
    feed.add("zz/hq", word(view.slug, "settled", "x"))
    feed.add("bb/hq", word(view.slug, "settled", "x"), **{"class": "exercise"})
    assert seen(feed).tickets[0].state == "explained"


def test_a_ticket_stays_when_the_records_agree_later_and_says_so(feed):
    view = differing(feed)
    feed.add("aa/hq", ticket(view))
    feed.add("bb/hq", meeting())
    after = seen(feed).tickets[0]
    assert (after.slug, after.holds, after.state) == (view.slug, False, "open")


def test_both_parties_name_the_ticket_alike_and_later_readings_keep_its_name(feed):
    view = differing(feed)
    with feed.engine.connect() as db:
        assert outcome(db, "bb", "aa", ("aa", "bb")).tickets[0].slug == view.slug
    feed.add("aa/hq", ticket(view))
    feed.add("bb/hq", meeting(start="2025-12-17"))
    assert (seen(feed).tickets[0].slug, seen(feed).tickets[0].readings_changed) == (view.slug, True)


def test_a_persons_word_joins_names_and_another_persons_no_parts_them(feed):
    feed.add("aa/hq", instrument("one", titles={"en": "One thing"}))
    feed.add("bb/hq", instrument("other", titles={"en": "Quite another matter"}))
    assert seen(feed).matched.pairs == ()
    same = Match.model_validate({"about": "instrument", "one": "one", "other": "other", "same": True})
    feed.add("aa/hq", same)
    assert slugs(seen(feed).matched.pairs) == [("one", "other")]
    feed.add("bb/hq", same.model_copy(update={"same": False}))
    assert seen(feed).matched.pairs == ()


def figure(value, by):
    plain = {
        "slug": "border-length",
        "subject": {"en": "Length of the border"},
        "value": value,
        "unit": "km",
        "period": "2013",
        "reported_by": by,
        "cites": [{"work": "a-paper"}],
    }
    return Figure.model_validate(plain)


def test_facts_of_several_sources_stay_several_in_the_conflict_view(feed):
    feed.add(
        "aa/hq", figure("2337", "one office"), figure("2067", "a newspaper"), event("2016"), event("2017")
    )
    feed.add("bb/hq", figure("2067", "another"), event("2013"))
    with feed.engine.connect() as db:
        found = {(one.key, one.field): one for one in conflicts(db, ("aa", "bb"))}
    lengths = found["border-length", "value"]
    assert [(value, len(said)) for value, said in lengths.values] == [("2067 km", 2), ("2337 km", 1)]
    assert [value for value, _ in found["treaty-one in_force", "date"].values] == ["2013", "2016", "2017"]


def undertaking(slug, words, **rests):
    plain = {
        "slug": slug,
        "obligors": ["aa", "bb"],
        "action": {"en": words},
        "modality": "agreement",
        "cites": [{"work": "a-paper"}],
    }
    return Undertaking.model_validate({**plain, **rests})


def test_undertakings_that_rest_on_different_things_are_not_the_same_however_alike_their_words(feed):
    feed.add("aa/hq", meeting("ministers-11", mechanism="ministers", ordinal=11, start="2024-12-16"))
    both = meeting("deputies-10", mechanism="deputies", ordinal=10, start="2025-07-08")
    feed.add("aa/hq", both, undertaking("next-deputies", "Hold the next consultation", meeting="deputies-10"))
    feed.add("bb/hq", both, undertaking("next", "Hold the next consultation", meeting="ministers-11"))
    feed.add("bb/hq", undertaking("deputies-next", "Hold a further consultation", meeting="deputies-10"))
    found = seen(feed)
    assert "next" in {one.slug for one in found.matched.alone}
    assert ("next-deputies", "deputies-next") in slugs((*found.matched.pairs, *found.matched.open))


def test_the_same_parties_and_class_do_not_make_one_thing_of_two(feed):
    tail = "(fictional: the Republic of Ostelvarra does not exist)"
    feed.add("aa/hq", undertaking("course", f"Train gauge operators in a course {tail}", instrument="memo"))
    feed.add("bb/hq", undertaking("road", f"Repair the access road to the gauge {tail}", instrument="memo"))
    assert seen(feed).matched.pairs == ()
    assert seen(feed).tickets == ()


def test_a_step_that_the_parties_date_differently_is_a_ticket_and_a_coarser_date_is_none(feed):
    feed.add("aa/hq", instrument(), event("2016-03-16", kind="signed"), event("2017", kind="ratified"))
    feed.add("bb/hq", instrument(), event("2017-09-05", kind="ratified"), event("2016-03-18", kind="signed"))
    (found,) = seen(feed).tickets
    assert (found.about, found.field) == ("event", "date")
    assert found.readings == (
        ("aa", "treaty-one signed", '"2016-03-16"'),
        ("bb", "treaty-one signed", '"2016-03-18"'),
    )
    feed.add("aa/hq", event("2016-03-18", kind="signed"))
    assert seen(feed).tickets == (), "one of several reports of a party can be right on both sides"


def test_a_corrected_step_is_compared_as_corrected(feed):
    old = event("2015-02-06")
    feed.add("aa/hq", instrument())
    wrong = feed.add("aa/hq", old)
    feed.add("bb/hq", instrument(), event("2015-03-01"))
    assert len(seen(feed).tickets) == 1
    feed.add("aa/hq", old.model_copy(update={"date": "2015-03-01", "corrects": b64(wrong.id)}))
    assert seen(feed).tickets == ()

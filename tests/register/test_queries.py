"""Records become facts; several reports stay several; purged content leaves no row."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from comity.register import entries, queries
from comity.register.entries import Event, Figure, Instrument, Status, Undertaking
from comity.register.tables import PROJECTOR
from tests.feed import Feed

CITES = [{"work": "a-paper", "section": "3.2"}]
TODAY = date(2026, 1, 1)
VOICES = ("aa", "bb")
"""The parties whose word counts."""


def instrument(slug="treaty-one", **changed):
    plain = {
        "slug": slug,
        "instrument_class": "treaty",
        "titles": {"en": "Treaty One", "vi": "Hiệp ước Một", "lo": "ສົນທິສັນຍາໜຶ່ງ"},
        "parties": [{"party": "aa", "level": "state"}, {"party": "bb", "level": "state"}],
        "cites": CITES,
    }
    return Instrument.model_validate({**plain, **changed})


def event(when, instrument="treaty-one", kind="in_force"):
    plain = {
        "instrument": instrument,
        "type": kind,
        "date": when,
        "attested_by": "example editor",
        "cites": CITES,
    }
    return Event.model_validate(plain)


def undertaking(slug="gauges", **changed):
    plain = {
        "slug": slug,
        "instrument": "treaty-one",
        "obligors": ["aa", "bb"],
        "action": {"en": "Read the gauges daily."},
        "window": "2025",
        "modality": "agreement",
        "cites": CITES,
    }
    return Undertaking.model_validate({**plain, **changed})


def status(word, slug="gauges"):
    return Status.model_validate({"undertaking": slug, "status": word, "on": "2025-12-01"})


@pytest.fixture
def feed():
    return Feed(PROJECTOR, entries.KINDS)


def test_a_fact_is_agreed_awaiting_or_recorded_differently(feed):
    feed.add("aa/hq", instrument(), instrument("only-here"), instrument("unlike"))
    feed.add(
        "bb/hq", instrument(titles={"en": "The First Treaty"}), instrument("unlike", instrument_class="plan")
    )
    with feed.engine.connect() as db:
        found = {fact.key: fact for fact in queries.facts(db, Instrument, VOICES)}
    assert found["treaty-one"].state == "agreed"
    assert (found["only-here"].state, found["only-here"].silent) == ("awaiting", ("bb",))
    assert (found["unlike"].state, found["unlike"].differs) == ("recorded differently", ("instrument_class",))


def test_facts_from_several_sources_stay_several(feed):
    feed.add("aa/hq", event("2016"), event("2017"), event("2017"))
    feed.add("bb/hq", event("2017"))
    with feed.engine.connect() as db:
        (fact,) = queries.facts(db, "register.event", VOICES)
    assert len(fact.reports) == 4
    assert fact.state == "recorded differently"


def test_a_party_corrects_itself_by_a_later_record_and_only_itself(feed):
    feed.add("aa/hq", instrument(instrument_class="plan"), instrument())
    feed.add("bb/hq", instrument())
    with feed.engine.connect() as db:
        (fact,) = queries.facts(db, Instrument, VOICES)
    assert [report.fields["instrument_class"] for report in fact.reports] == ["treaty", "treaty"]
    assert fact.state == "agreed"


@pytest.mark.parametrize(
    ("ours", "theirs", "state", "word"),
    [
        (["fulfilled"], ["fulfilled"], "joint", "fulfilled"),
        (["fulfilled"], [], "awaiting", None),
        ([], [], "awaiting", None),
        (["fulfilled"], ["lapsed"], "disputed", None),
        (["planned", "lapsed"], ["planned"], "disputed", None),
        (["planned", "lapsed"], ["lapsed"], "joint", "lapsed"),
    ],
)
def test_an_undertaking_stands_by_the_newest_word_of_each_party(feed, ours, theirs, state, word):
    feed.add("aa/hq", undertaking(), *map(status, ours), **{"class": "exercise"})
    feed.add("bb/hq", *map(status, theirs), **{"class": "exercise"})
    with feed.engine.connect() as db:
        (view,) = queries.undertakings(db, VOICES, TODAY)
    assert (view.standing.state, view.standing.status) == (state, word)
    assert view.exercise


def test_an_observer_and_a_stranger_cannot_make_a_status_joint(feed):
    feed.add("aa/hq", undertaking(), status("fulfilled"))
    feed.add("oo/hq", status("fulfilled"))
    feed.add("zz/hq", status("fulfilled"))
    with feed.engine.connect() as db:
        (view,) = queries.undertakings(db, VOICES, TODAY)
    assert (view.standing.state, view.standing.silent) == ("awaiting", ("bb",))


def test_a_fictional_word_never_counts_for_a_real_undertaking_nor_the_other_way(feed):
    feed.add("aa/hq", undertaking(), status("fulfilled"))
    feed.add("bb/hq", status("fulfilled"), **{"class": "exercise"})
    feed.add("aa/hq", undertaking("fiction"), **{"class": "exercise"})
    feed.add("aa/hq", status("fulfilled", "fiction"))
    with feed.engine.connect() as db:
        fiction, real = queries.undertakings(db, VOICES, TODAY)
    assert (real.standing.state, real.standing.said, real.exercise) == (
        "awaiting",
        {"aa": "fulfilled"},
        False,
    )
    assert (fiction.standing.said, fiction.exercise) == ({}, True)


def test_a_status_of_an_undertaking_nobody_recorded_shows_nowhere_as_an_undertaking(feed):
    feed.add("aa/hq", status("fulfilled", "unheard-of"))
    with feed.engine.connect() as db:
        assert queries.undertakings(db, VOICES, TODAY) == []


def test_the_page_of_an_instrument_has_its_events_by_date_and_its_undertakings(feed):
    feed.add("aa/hq", instrument(), event("2017-09-05"), event("2016-03-16", kind="signed"), undertaking())
    with feed.engine.connect() as db:
        page = queries.instrument(db, "treaty-one", VOICES, TODAY)
        assert queries.instrument(db, "no-such", VOICES, TODAY) is None
    assert [fact.fields["type"] for fact in page.events] == ["signed", "in_force"]
    assert [view.advice for view in page.undertakings] == ["window over, no evidence seen"]


def test_erased_and_withheld_content_leaves_no_row(feed):
    record = feed.add("aa/hq", instrument())
    before = feed.rows()
    gone = feed.record("aa/hq", instrument(), index=record.index, sealed=True)
    feed.play(gone, cause="erased")
    assert "Treaty One" not in str(feed.rows())
    feed.play(record, cause="opened")
    assert feed.rows() == before
    feed.play(record, cause="erased")
    assert "Treaty One" not in str(feed.rows())


def test_an_entry_that_repeats_an_id_cannot_take_the_first_ones_row(feed):
    record = feed.add("aa/hq", instrument())
    before = feed.rows()
    forged = feed.record("aa/hq", instrument("forged"), index=record.index + 1)
    object.__setattr__(forged, "id", record.id)
    with pytest.raises(Exception, match="UNIQUE"):
        feed.play(forged)
    feed.play(forged, cause="erased")
    assert feed.rows() == before


def test_a_new_version_of_a_kind_is_passed_over(feed):
    before = feed.rows()
    record = feed.record("aa/hq", instrument())
    object.__setattr__(record.content, "version", 99)
    feed.play(record)
    assert feed.rows() == before


MODELS = st.sampled_from(
    [
        instrument(),
        instrument(instrument_class="plan"),
        event("2016"),
        undertaking(),
        status("lapsed"),
        status("planned"),
    ]
)
CAUSES = st.lists(st.sampled_from(["entry", "opened", "upgraded", "erased"]), min_size=1, max_size=3)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(MODELS, CAUSES), max_size=5),
    st.lists(st.tuples(MODELS, CAUSES), max_size=5),
    st.randoms(),
)
def test_any_interleaving_of_origins_equals_a_rebuild(ours, theirs, random):
    played, rebuilt = Feed(PROJECTOR, entries.KINDS), Feed(PROJECTOR, entries.KINDS)
    steps = {}
    for origin, items in (("aa/hq", ours), ("bb/hq", theirs)):
        steps[origin] = []
        for index, (model, causes) in enumerate(items):
            full = played.record(origin, model, index=index)
            bare = played.record(origin, model, index=index, sealed=True)
            steps[origin] += [(bare if cause == "erased" else full, cause) for cause in causes]
            last = steps[origin][-1][0]
            rebuilt.play(last, last)  # a rebuild sees the record as it is now; twice changes nothing
    while any(steps.values()):
        origin = random.choice([name for name in steps if steps[name]])
        record, cause = steps[origin].pop(0)
        played.play(record, cause=cause)
    assert played.rows() == rebuilt.rows()
    with played.engine.connect() as one, rebuilt.engine.connect() as other:
        assert queries.digest(one) == queries.digest(other)
        assert queries.undertakings(one, VOICES, TODAY) == queries.undertakings(other, VOICES, TODAY)


@pytest.mark.parametrize(
    "changed",
    [
        {"slug": "Not A Slug"},
        {"slug": "-a"},
        {"titles": {"vi": "chỉ có tiếng Việt"}},
        {"parties": []},
        {"cites": []},
        {"cites": [{"work": "w", "locator": {"start": -1, "end": 2, "digest": "A" * 43 + "="}}]},
        {"cites": [{"work": "w", "locator": {"start": 0, "end": 2, "digest": "short"}}]},
        {"instrument_class": "rumour"},
        {"relations": [{"type": "resembles", "target": "x"}]},
        {"titles": {"en": "e\u0301"}},
        {"unknown": 1},
    ],
)
def test_what_does_not_follow_the_schema_is_refused(changed):
    with pytest.raises(ValidationError):
        instrument(**changed)


@pytest.mark.parametrize(
    "bad", [{"instrument": None}, {"meeting": "a-meeting"}, {"modality": "proposal"}, {"obligors": []}]
)
def test_an_undertaking_rests_on_one_thing_and_is_no_proposal(bad):
    with pytest.raises(ValidationError):
        undertaking(**bad)


@pytest.mark.parametrize("value", ["1e3", "1,000", "", "NaN", " 1", ".5"])
def test_a_figure_is_a_plain_decimal(value):
    plain = {
        "slug": "f",
        "subject": {"en": "s"},
        "unit": "cases",
        "period": "2024",
        "reported_by": "m",
        "cites": CITES,
    }
    assert Figure.model_validate({**plain, "value": "-2.36"}).value == "-2.36"
    with pytest.raises(ValidationError):
        Figure.model_validate({**plain, "value": value})


def test_counts_name_every_kind(feed):
    feed.add("aa/hq", instrument(), event("2016"), event("2017"))
    with feed.engine.connect() as db:
        found = queries.counts(db)
    assert set(found) == {kind.kind for kind in entries.KINDS}
    assert (found["register.instrument"], found["register.event"]) == (1, 2)


def test_a_field_beyond_everybodys_reach_does_not_change_the_common_digest(feed):
    with feed.engine.connect() as db:
        before = queries.digest(db)
    feed.add("aa/hq", instrument("inner"), marking="TLP:AMBER")
    with feed.engine.connect() as db:
        assert queries.digest(db) == before
    feed.add("aa/hq", instrument("outer"))
    with feed.engine.connect() as db:
        assert queries.digest(db) != before


def test_a_party_with_two_logs_speaks_by_its_latest_word(feed):
    for (early, late), expected in zip(
        itertools.permutations(["aa/hq", "aa/post"]), ["lapsed", "planned"], strict=True
    ):
        fresh = Feed(PROJECTOR, entries.KINDS)
        fresh.add("aa/hq", undertaking())
        fresh.add(early, status("planned" if early == "aa/hq" else "lapsed"), claimed=1)
        fresh.add(late, status("planned" if late == "aa/hq" else "lapsed"), claimed=2)
        with fresh.engine.connect() as db:
            (view,) = queries.undertakings(db, VOICES, TODAY)
        assert view.standing.said == {"aa": expected}

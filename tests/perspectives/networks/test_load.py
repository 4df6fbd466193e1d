"""From records to arrays: newest words only, coded alike only, offices on the rule only."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.perspectives import entries
from comity.perspectives.networks import load
from comity.perspectives.networks.errors import NetworkError
from comity.perspectives.networks.tables import CODES
from comity.perspectives.projection import PROJECTION
from tests.feed import Feed
from tests.perspectives.networks.made import statement, work

HOLDERS = ("north-office", "south-office")


@pytest.fixture
def feed():
    return Feed(PROJECTION, entries.KINDS)


def read(feed, scale="agreement", years=None, propositions=("river",)):
    with feed.engine.connect() as db:
        return load.read(db, HOLDERS, propositions, years or {}, scale)


def sides(coded):
    return sorted((coded.actors[a], coded.levels[k]) for a, k in zip(coded.actor, coded.level, strict=True))


def test_stances_become_sides_or_levels(feed):
    for slug, stance in (("s1", 2), ("s2", -1), ("s3", 0), ("s4", "mixed"), ("s5", "not_addressed")):
        feed.add("aa/hq", statement(slug, "north-office", stance))
    coded = read(feed)
    assert sides(coded) == [("north-office", 0.0), ("north-office", 1.0)]
    assert {k: v for k, v in coded.left_out.items() if v} == {
        "no side taken": 1,
        "mixed": 1,
        "not addressed": 1,
    }
    assert sorted(k for _, k in sides(read(feed, "stance"))) == [-1.0, 0.0, 2.0]


def test_a_corrected_statement_counts_once_as_corrected(feed):
    feed.add("aa/hq", statement("s1", "north-office", 2), statement("s1", "north-office", -2))
    assert sides(read(feed)) == [("north-office", 0.0)]


def test_of_two_logs_of_a_party_the_later_claimed_counts(feed):
    feed.add("aa/hq~2", statement("s1", "north-office", -2), claimed=1_700_000_000_009)
    feed.add("aa/hq", statement("s1", "north-office", 2), statement("s1", "north-office", 1))
    assert sides(read(feed)) == [("north-office", 0.0)]


def test_what_two_parties_code_alike_counts_once_and_otherwise_not(feed):
    for origin, second in (("aa/hq", 2), ("bb/hq", -2)):
        feed.add(origin, statement("alike", "north-office", 1), statement("apart", "north-office", second))
    feed.add("bb/hq", statement("stronger", "south-office", 1))
    feed.add("aa/hq", statement("stronger", "south-office", 2))
    coded = read(feed)
    assert sides(coded) == [("north-office", 1.0), ("south-office", 1.0)]
    assert coded.left_out["coded differently"] == 1
    assert read(feed, "stance").left_out["coded differently"] == 2


def test_holders_off_the_rule_and_propositions_off_the_record_are_counted(feed):
    feed.add("aa/hq", statement("s1", "somebody", 2), statement("s2", "north-office", 2, proposition="hill"))
    coded = read(feed)
    assert len(coded.actor) == 0
    assert coded.left_out["holder not placed"] == 1
    assert coded.left_out["proposition not on record"] == 1


def test_a_statement_without_a_date_is_of_the_year_of_its_source(feed):
    feed.add(
        "aa/hq",
        work("the-paper"),
        statement("s1", "north-office", 2),
        statement("s2", "north-office", 1, date="2020-05"),
    )
    days = sorted(read(feed, years={"the-paper": 2024}).first)
    assert [date.fromordinal(int(day)).isoformat() for day in days] == ["2020-05-01", "2024-01-01"]
    assert min(read(feed).first) == 0


def test_erased_content_leaves_no_row(feed):
    record = feed.add("aa/hq", statement("s1", "north-office", 2))
    feed.play(
        feed.record("aa/hq", statement("s1", "north-office", 2), index=record.index, sealed=True),
        cause="erased",
    )
    assert len(read(feed).actor) == 0


def test_fictional_statements_are_told(feed):
    feed.add("aa/hq", statement("s1", "north-office", 2))
    assert not read(feed).exercise
    feed.add("aa/hq", statement("s2", "north-office", 2), **{"class": "exercise"})
    assert read(feed).exercise


def test_nothing_on_record_is_no_statement(feed):
    coded = read(feed, propositions=())
    assert (len(coded.actor), coded.concepts) == (0, ())


def test_every_stance_has_a_code():
    assert list(CODES) == [-2, -1, 0, 1, 2, "mixed", "not_addressed"]
    assert [len(levels) for levels in load.LEVEL_OF.values()] == [len(CODES)] * 2


def test_two_names_of_one_digest_are_refused(monkeypatch):
    monkeypatch.setattr(load, "digest", lambda _name: b"AAAAAAAA")
    with pytest.raises(NetworkError, match="one digest"):
        load.numbers(load.np.zeros(0, dtype="u8"), ["a", "b"])


LOGS = ("aa/hq", "aa/hq~2", "bb/hq")


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(LOGS), st.sampled_from("xyz"), st.sampled_from([-2, 1, 2]), st.integers(0, 3)
        ),
        max_size=12,
    ),
    st.randoms(use_true_random=False),
)
def test_any_interleaving_of_logs_gives_the_same_columns(rows, rng):
    def found(order):
        feed = Feed(PROJECTION, entries.KINDS)
        for origin, slug, stance, claimed in order:
            feed.add(origin, statement(slug, "north-office", stance), claimed=1_700_000_000_000 + claimed)
        coded = read(feed)
        return sides(coded), coded.left_out

    by_log = {origin: [row for row in rows if row[0] == origin] for origin in LOGS}
    mixed = []
    while any(by_log.values()):
        origin = rng.choice([name for name, left in by_log.items() if left])
        mixed.append(by_log[origin].pop(0))
    assert found(rows) == found(mixed)


@pytest.mark.parametrize("size", [0, 1, 300, 4000])
def test_digests_are_found_whether_a_factor_tells_them_apart_or_not(size):
    rng = np.random.default_rng(7)
    known = np.unique(rng.integers(0, 1 << 63, size, dtype=np.uint64))
    rng.shuffle(known)
    wanted = np.concatenate([known, rng.integers(0, 1 << 63, 50, dtype=np.uint64), known[:9]])
    at = {int(value): place for place, value in enumerate(known)}
    assert load.places(wanted, known).tolist() == [at.get(int(value), -1) for value in wanted]

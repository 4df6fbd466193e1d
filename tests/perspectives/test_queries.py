"""From records to the matrix: two columns of findings, never mixed."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from comity.perspectives import entries, queries
from comity.perspectives.entries import Codebook, Finding, Proposition, Rule, Statement, Work
from comity.perspectives.tables import PROJECTOR
from tests.feed import Feed

GROUPS = ("north", "south", "outside")


def work(slug, cluster=None, **changed):
    plain = {
        "slug": slug,
        "title": f"Work {slug}",
        "authors": ["A. Author"],
        "year": 2026,
        "kind": "article",
        "origin_party": "aa",
        "origin_cluster": cluster or slug,
    }
    return Work.model_validate({**plain, **changed})


def rule(version=1, **moved):
    placed = {"north-office": "north", "south-office": "south", "institute": "outside", **moved}
    return Rule.model_validate(
        {
            "version": version,
            "groups": [{"name": name, "labels": {"en": name.title()}} for name in GROUPS],
            "holders": [
                {"holder": holder, "names": {"en": holder}, "group": group}
                for holder, group in placed.items()
            ],
        }
    )


def proposition(slug="river"):
    return Proposition.model_validate(
        {
            "slug": slug,
            "text": {"en": "The river is well managed."},
            "issue": "water",
            "authors_section": "5.1",
        }
    )


def statement(slug, holder, stance, *, via=("the-paper",), source=None, modality="asserts", **changed):
    plain = {
        "slug": slug,
        "proposition": "river",
        "holder": holder,
        "reported_by": list(via),
        "source": source or via[-1],
        "author": "A. Author",
        "coder": "example editor",
        "stance": stance,
        "frame": "solidarity",
        "modality": modality,
        "paraphrase": {"en": "It says so."},
        "cite": {"work": via[-1], "section": "5.1"},
    }
    return Statement.model_validate({**plain, **changed})


PAIRS = (("north", "south"), ("north", "outside"), ("south", "outside"))


def codebook(number=1, **changed):
    plain = {
        "slug": "cooperation",
        "version": number,
        "rule": 1,
        "propositions": ["river"],
        "family": [{"proposition": "river", "one": one, "other": other} for one, other in PAIRS],
        "thresholds": {"resamples": 999},
    }
    return Codebook.model_validate({**plain, **changed})


def finding(word="converge", **changed):
    plain = {
        "proposition": "river",
        "authors": ["A. Author"],
        "finding": word,
        "statement": {"en": "They conclude so."},
        "evidence": ["the-paper"],
        "cite": {"work": "the-paper", "section": "5.1"},
    }
    return Finding.model_validate({**plain, **changed})


@pytest.fixture
def feed():
    made = Feed(PROJECTOR, entries.KINDS)
    made.add("aa/hq", rule(), proposition(), work("the-paper"))
    return made


def row_of(feed):
    with feed.engine.connect() as db:
        (row,) = queries.comparison(db).rows
    return row


def test_a_matrix_from_one_work_cannot_tell_whatever_its_authors_conclude(feed):
    for holder, stance in (("north-office", 2), ("south-office", 2), ("institute", -1)):
        feed.add("aa/hq", statement(f"{holder}-1", holder, stance), statement(f"{holder}-2", holder, stance))
    feed.add("aa/hq", finding("converge"))
    row = row_of(feed)
    assert (row.authors_finding, row.computed.verdict) == ("converge", "cannot tell")
    assert row.computed.reasons[0].words == "one work reports every side: the-paper"
    assert {cell.through for cell in row.cells.values()} == {"the-paper"}


@pytest.mark.parametrize("word", ["converge", "diverge", "mixed"])
def test_what_the_authors_conclude_never_moves_what_is_computed(feed, word):
    feed.add("aa/hq", statement("one", "north-office", 2))
    before = row_of(feed).computed
    feed.add("aa/hq", finding(word))
    assert row_of(feed).computed == before
    assert row_of(feed).authors_finding == word


def test_a_proposition_without_an_authors_finding_has_none(feed):
    assert row_of(feed).authors_finding is None
    feed.add("aa/hq", finding("converge"))
    feed.add("bb/hq", finding("converge"))
    assert row_of(feed).authors_finding == "converge"
    feed.add("bb/hq", finding("diverge", authors=["B. Other"]))
    assert row_of(feed).authors_finding == "recorded differently"


def heard(feed, stances, origins=4):
    """Let each holder speak first-hand through works of its own."""
    for holder, stance in stances.items():
        for at in range(origins):
            slug = f"{holder}-{at}"
            feed.add("aa/hq", work(slug), statement(slug, holder, stance, via=(slug,)))


def test_independent_voices_are_compared_by_what_the_codebook_fixed(feed):
    feed.add("aa/hq", codebook())
    heard(feed, {"north-office": 2, "south-office": 2, "institute": -2})
    assert row_of(feed).computed.verdict == "differ"
    heard(feed, {"institute": 2})
    assert row_of(feed).computed.verdict == "agree"
    feed.add("bb/hq", work("institute-1", cluster="i"), work("institute-2", cluster="i"))
    assert row_of(feed).computed.verdict == "agree", "the party whose name comes first says what a work is"
    feed.add("aa/hq", work("institute-1", cluster="i"), work("institute-2", cluster="i"))
    assert row_of(feed).computed.verdict == "cannot tell"


def test_organs_of_one_party_state_are_taken_for_one_origin_beside_the_finding(feed):
    organs = [{"state": "aa", "clusters": [f"north-office-{at}" for at in range(4)]}]
    feed.add("aa/hq", codebook(organs=organs))
    heard(feed, {"north-office": 2, "south-office": 2, "institute": 2})
    row = row_of(feed)
    assert (row.computed.verdict, row.merged.computed.verdict) == ("agree", "cannot tell")
    assert [len(pair.pairing.clusters[0]) for pair in row.pairs if pair.pairing.one.group == "north"] == [
        4,
        4,
    ]


def why(feed):
    return {reason.code for reason in row_of(feed).computed.reasons}


def test_a_codebook_of_another_rule_fixes_nothing(feed):
    feed.add("aa/hq", codebook(rule=2))
    heard(feed, {"north-office": 2, "south-office": 2, "institute": 2})
    assert why(feed) == {"no_family"}


def test_a_codebook_recorded_in_two_ways_fixes_nothing(feed):
    feed.add("aa/hq", codebook())
    heard(feed, {"north-office": 2, "south-office": 2, "institute": 2})
    assert row_of(feed).computed.verdict == "agree"
    feed.add("bb/hq", codebook(thresholds={"near": "2"}))
    assert why(feed) == {"no_family"}


def test_a_comparison_that_was_fixed_after_the_statements_were_on_record_is_no_test_of_them(feed):
    heard(feed, {"north-office": 2, "south-office": 2, "institute": -2})
    assert why(feed) == {"no_family"}
    feed.add("aa/hq", codebook())
    assert why(feed) == {"fixed_late"}
    assert "on record before" in row_of(feed).computed.reasons[0].words
    assert not [pair for pair in row_of(feed).pairs if pair.tested]
    feed.add("bb/hq", codebook(), claimed=1)
    assert row_of(feed).computed.verdict == "differ", "another log: by the time its author claims"


def test_a_later_version_fixes_no_later_what_it_leaves_as_it_was(feed):
    feed.add("aa/hq", codebook())
    heard(feed, {"north-office": 2, "south-office": 2, "institute": -2})
    feed.add("aa/hq", codebook(2, propositions=["river", "moon"]))
    assert row_of(feed).computed.verdict == "differ"
    feed.add("aa/hq", codebook(3, thresholds={"resamples": 999, "near": "2"}))
    assert why(feed) == {"fixed_late"}, "other thresholds are another test"
    feed.add("aa/hq", codebook(4))
    assert why(feed) == {"fixed_late"}, "and back again is no better"


def test_silence_is_spoken_of_in_a_complete_corpus_alone(feed):
    heard(feed, {"south-office": 2}, origins=6)
    names = [f"north-{at}" for at in range(6)]
    feed.add("aa/hq", *map(work, names))
    corpora = [
        {"holder": "north-office", "period": "2026", "works": names},
        {"holder": "south-office", "period": "2025/..", "works": [f"south-office-{at}" for at in range(6)]},
    ]
    assert {said.state for said in row_of(feed).silences} == {"not covered"}, "no codebook, no corpus"
    feed.add("aa/hq", codebook())
    assert {said.holder: said.state for said in row_of(feed).silences} == {
        "north-office": "not covered",
        "institute": "not covered",
    }
    feed.add("aa/hq", codebook(2, corpora=corpora))
    (north, institute) = row_of(feed).silences
    assert (north.state, north.works, north.coded) == ("not covered", 6, 0), "nobody has coded them"
    for name in names:
        feed.add("aa/hq", statement(f"in-{name}", "north-office", "not_addressed", via=(name,)))
    (north, institute) = row_of(feed).silences
    assert (north.state, north.works, north.other_speak, north.organs_as_one) == ("silent", 6, 6, None)
    assert institute.state == "not covered"
    feed.add("aa/hq", statement("said-of-it", "institute", 2, modality="reports"))
    assert row_of(feed).silences[1].state == "not heard"
    feed.add("aa/hq", codebook(3, corpora=[{**corpora[0], "period": "2020"}, corpora[1]]))
    assert row_of(feed).silences[0].state == "not found in this corpus"
    feed.add("aa/hq", codebook(4, corpora=corpora, organs=[{"state": "aa", "clusters": names}]))
    north = row_of(feed).silences[0]
    assert (north.state, north.organs_as_one) == ("silent", "not found in this corpus")


def test_an_origin_is_called_by_its_authors_else_by_a_title_and_no_two_alike(feed):
    feed.add("aa/hq", work("a", "one"), work("b", "two"), work("c", "three", authors=["C.", "D.", "E."]))
    feed.add("aa/hq", work("d", "four", authors=[], title="Report of the river"))
    with feed.engine.connect() as db:
        assert queries.origin_names(db) == {
            "the-paper": "Work the-paper",
            "one": "Work a",
            "two": "Work b",
            "three": "C.; D.; \u2026",
            "four": "Report of the river",
        }


def test_a_codebook_refuses_a_family_it_does_not_code_and_an_organ_of_two():
    with pytest.raises(ValidationError, match="not coded"):
        codebook(family=[{"proposition": "moon", "one": "north", "other": "south"}])
    with pytest.raises(ValidationError, match="twice"):
        codebook(family=[{"proposition": "river", "one": a, "other": b} for a, b in ("ab", "ba")])
    with pytest.raises(ValidationError, match="itself"):
        codebook(family=[{"proposition": "river", "one": "north", "other": "north"}])
    with pytest.raises(ValidationError, match="two party-states"):
        codebook(organs=[{"state": state, "clusters": ["c"]} for state in ("aa", "bb")])
    for wrong in ({"discovery_rate": "1.5"}, {"near": "0"}, {"clusters_to_test": 3}, {"clusters_open": 2}):
        with pytest.raises(ValidationError):
            codebook(thresholds=wrong)


@pytest.mark.parametrize(
    ("via", "source", "modality", "expected"),
    [
        (("w",), "w", "asserts", True),
        (("w",), "w", "aspires", True),
        (("w",), "w", "reports", False),
        (("w",), "w", "quotes", False),
        (("w", "the-paper"), "w", "asserts", False),
        (("the-paper",), "w", "asserts", False),
    ],
)
def test_first_hand_means_that_nobody_passed_it_on(feed, via, source, modality, expected):
    feed.add("aa/hq", statement("one", "north-office", 2, via=via, source=source, modality=modality))
    with feed.engine.connect() as db:
        (view,) = queries.statements(db)
    assert view.first_hand is expected


def test_the_arithmetic_of_the_matrix(feed):
    feed.add(
        "aa/hq",
        statement("a", "north-office", 2),
        statement("b", "north-office", -1),
        statement("c", "north-office", "mixed"),
        statement("d", "south-office", "not_addressed"),
        statement("e", "nobody-placed", -2),
    )
    with feed.engine.connect() as db:
        (row,) = queries.matrix(db)
        assert queries.comparison(db).unplaced == ("nobody-placed",)
    assert row == {
        "proposition": "river",
        "authors_finding": None,
        "computed_finding": "cannot tell",
        "stances": {"north": 0.5, "south": None, "outside": None},
        "n": {"north": 2, "south": 0, "outside": 0},
    }


def test_a_fictional_statement_says_nothing_on_a_real_proposition(feed):
    feed.add("aa/hq", statement("a", "north-office", 2))
    feed.add("aa/hq", statement("b", "south-office", -2), **{"class": "exercise"})
    row = row_of(feed)
    assert (row.cells["north"].n, row.cells["south"].n, row.exercise) == (1, 0, False)
    feed.add("aa/hq", proposition("moon"), statement("c", "north-office", 1, proposition="moon"),
             **{"class": "exercise"})  # fmt: skip
    with feed.engine.connect() as db:
        rows = {found.slug: found for found in queries.comparison(db).rows}
    assert (rows["moon"].cells["north"].n, rows["moon"].exercise) == (1, True)


def test_two_coders_of_one_statement_make_one_statement(feed):
    feed.add("aa/hq", statement("a", "north-office", 2))
    feed.add("bb/hq", statement("a", "north-office", 1, coder="other editor"))
    with feed.engine.connect() as db:
        (view,) = queries.statements(db)
        (row,) = queries.matrix(db)
    assert (view.stance, view.coded_differently, len(view.codings)) == (Fraction(3, 2), True, 2)
    assert (row["stances"]["north"], row["n"]["north"]) == (1.5, 1)


def test_a_coder_corrects_only_itself(feed):
    feed.add("aa/hq", statement("a", "north-office", -2), statement("a", "north-office", 2))
    feed.add("bb/hq", statement("a", "north-office", 2))
    with feed.engine.connect() as db:
        (view,) = queries.statements(db)
    assert (view.stance, view.coded_differently) == (Fraction(2), False)


def test_a_newer_rule_moves_a_holder_and_the_result_names_it(feed):
    feed.add("aa/hq", statement("a", "institute", 2))
    assert row_of(feed).cells["outside"].n == 1
    feed.add("bb/hq", rule(2, institute="south"))
    feed.add("aa/hq", rule(1))
    with feed.engine.connect() as db:
        placed = queries.rule(db)
    assert (placed.version, placed.differs) == (2, False)
    assert row_of(feed).cells["south"].n == 1
    feed.add("aa/hq", rule(2))
    with feed.engine.connect() as db:
        assert queries.rule(db).differs


def test_without_a_rule_nobody_is_placed_and_nothing_breaks():
    feed = Feed(PROJECTOR, entries.KINDS)
    with feed.engine.connect() as db:
        assert queries.matrix(db) == []
    feed.add("aa/hq", proposition(), statement("a", "north-office", 2))
    with feed.engine.connect() as db:
        (row,) = queries.matrix(db)
    assert (row["computed_finding"], row["stances"], row["n"]) == ("cannot tell", {}, {})


def test_a_statement_on_a_proposition_nobody_recorded_makes_no_row(feed):
    feed.add("aa/hq", statement("a", "north-office", 2, proposition="unheard-of"))
    assert row_of(feed).statements == ()


def test_erased_statements_leave_the_matrix(feed):
    record = feed.add("aa/hq", statement("a", "north-office", 2))
    feed.play(record, cause="erased")
    assert row_of(feed).cells["north"].n == 0
    assert "It says so." not in str(feed.rows())


MODELS = st.sampled_from(
    [
        statement("a", "north-office", 2),
        statement("a", "north-office", -1),
        statement("b", "south-office", "mixed"),
        work("the-paper", cluster="press"),
        rule(2, institute="south"),
        finding("diverge"),
        codebook(),
    ]
)
CAUSES = st.lists(st.sampled_from(["entry", "opened", "upgraded", "erased"]), min_size=1, max_size=3)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(MODELS, CAUSES), max_size=5),
    st.lists(st.tuples(MODELS, CAUSES), max_size=5),
    st.randoms(),
)
def test_any_interleaving_of_origins_equals_a_rebuild(ours, theirs, random):
    played, rebuilt = Feed(PROJECTOR, entries.KINDS), Feed(PROJECTOR, entries.KINDS)
    for feed in (played, rebuilt):
        feed.add("aa/hq", proposition())
    steps = {"aa/hq": [], "bb/hq": []}
    for origin, items in (("aa/hq", ours), ("bb/hq", theirs)):
        for index, (model, causes) in enumerate(items, start=1):
            full = played.record(origin, model, index=index)
            bare = played.record(origin, model, index=index, sealed=True)
            steps[origin] += [(bare if cause == "erased" else full, cause) for cause in causes]
            rebuilt.play(steps[origin][-1][0])
    while any(steps.values()):
        origin = random.choice([name for name in steps if steps[name]])
        record, cause = steps[origin].pop(0)
        played.play(record, cause=cause)
    assert played.rows() == rebuilt.rows()
    with played.engine.connect() as one, rebuilt.engine.connect() as other:
        assert queries.comparison(one) == queries.comparison(other)
        assert queries.digest(one) == queries.digest(other)


@pytest.mark.parametrize(
    "changed",
    [
        {"stance": 3},
        {"stance": -3},
        {"stance": "2"},
        {"stance": True},
        {"stance": "neutral"},
        {"modality": "demands"},
        {"via": ()},
        {"holder": "Mr Somebody"},
        {"paraphrase": {}},
        {"paraphrase": {"lo": " "}},
        {"paraphrase": {"Lao": "ມັນເວົ້າແນວນັ້ນ"}},
    ],
)
def test_a_statement_that_is_not_coded_by_the_book_is_refused(changed):
    with pytest.raises((ValidationError, IndexError)):
        statement(**{"slug": "a", "holder": "north-office", "stance": 1, **changed})


def test_a_rule_cannot_place_a_holder_twice_or_nowhere():
    plain = rule().model_dump(by_alias=True)
    for holders in (
        [{"holder": "x", "names": {"en": "X"}, "group": "no-such"}],
        [{"holder": "x", "names": {"en": "X"}, "group": "north"}] * 2,
    ):
        with pytest.raises(ValidationError):
            Rule.model_validate({**plain, "holders": holders})

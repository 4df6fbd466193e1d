"""A passage is found by its words and what stands around them, or is an orphan with its reason."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from comity.perspectives.entries.parts import MOST_QUOTED, TextQuote
from comity.perspectives.labels_documents import ORPHANS
from comity.perspectives.locators import ABSENT, SEVERAL, TOO_LONG, LocatorError, fold, locate
from comity.perspectives.quotes import AROUND, OTHER_WORDS, find, normal, quote_of, resolve_quoted
from tests.perspectives.test_queries import statement

TEXT = (
    "The station reads the gauge at dawn. The gate was shut. Downstream the water fell.\n\n"
    "In the second week rain set in again. The gate was shut. Nobody was told of it.\n"
)
FIRST = TEXT.index("The gate was shut.")
SECOND = TEXT.rindex("The gate was shut.")
SIZE = len("The gate was shut.")


def both(text, start, end):
    return locate(text, start, end), quote_of(text, start, end)


@pytest.mark.parametrize("start", [FIRST, SECOND])
def test_a_passage_that_stands_twice_is_told_apart_by_what_stands_around_it(start):
    locator, quote = both(TEXT, start, start + SIZE)
    moved = "A preface that was added.\n\n" + TEXT
    found = resolve_quoted(moved, locator, quote)
    assert (found.state, found.start) == ("moved", start + len("A preface that was added.\n\n"))
    assert resolve_quoted(moved, locator, None).reason == SEVERAL


def test_a_twin_that_slid_to_the_place_of_the_passage_is_not_taken_for_it():
    locator, quote = both(TEXT, FIRST, FIRST + SIZE)
    without = TEXT[:FIRST].replace("dawn", "noon") + "It was left open." + TEXT[FIRST + SIZE :]
    cut = without[SECOND - FIRST - 1 :]
    assert cut[FIRST : FIRST + SIZE] == TEXT[SECOND : SECOND + SIZE]
    assert resolve_quoted(cut, locator, None).state == "exact"
    assert resolve_quoted(cut, locator, quote).reason == OTHER_WORDS


def test_a_passage_doubled_with_its_surroundings_is_an_orphan():
    locator, quote = both(TEXT, FIRST, FIRST + SIZE)
    assert resolve_quoted("x " + TEXT + TEXT, locator, quote).reason == SEVERAL


def test_an_edit_on_one_side_leaves_the_passage_one_on_both_leaves_its_twin_an_orphan():
    once = TEXT[:SECOND] + TEXT[SECOND + SIZE :]
    locator, quote = both(once, FIRST, FIRST + SIZE)
    left = once.replace("at dawn.", "at dawn, as ordered.")
    assert resolve_quoted(left, locator, quote).start == left.index("The gate")
    doubly = left.replace("Downstream", "Further down")
    assert resolve_quoted(doubly, locator, quote).reason == OTHER_WORDS


def test_a_changed_word_is_no_match():
    locator, quote = both(TEXT, 0, 36)
    assert resolve_quoted(TEXT.replace("dawn", "noon"), locator, quote).reason == ABSENT


def test_folding_and_unicode_forms_are_no_change():
    text = unicodedata.normalize("NFC", "Trước đó. Trạm thủy văn đọc mực nước mỗi ngày. ນ້ຳຂຶ້ນ ຕອນເຊົ້າ.")
    start, end = text.index("Trạm"), text.index(" ນ້ຳ")
    locator, quote = both(text, start, end)
    spaced = "Thêm.\n" + text.replace(" ", "\n  ")
    found = resolve_quoted(spaced, locator, quote)
    assert found.state == "moved"
    assert fold(spaced[found.start : found.end]).text == quote.exact
    foreign = normal(unicodedata.normalize("NFD", f"\u00a0{quote.exact}\n"), "…\n Trước   đó. ")
    assert foreign == TextQuote(exact=quote.exact, prefix="… Trước đó.")


def test_a_quote_says_nothing_of_what_does_not_stand_there():
    quote = quote_of("The gate was shut.", 0, 18)
    assert (quote.prefix, quote.suffix) == (None, None)
    assert find(fold("Now: The gate was shut. Later it was not."), quote).state == "moved"


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (0, 99), (5, 6)])
def test_what_is_no_passage_is_not_quoted(start, end):
    with pytest.raises(LocatorError):
        quote_of("abcde fgh", start, end)


def test_a_passage_beyond_the_bound_is_not_kept():
    text = "word " * MOST_QUOTED
    with pytest.raises(LocatorError, match="at most"):
        quote_of(text, 0, len(text))
    assert normal(text) is None
    assert normal(" \n") is None


def test_a_statement_quotes_the_passage_that_it_points_to_and_no_other():
    locator, quote = both(TEXT, FIRST, FIRST + SIZE)
    cite = {"work": "paper", "locator": locator}
    kept = statement("a", "north-office", 1, cite=cite, quote=quote)
    assert kept.slots()[-1] == "quote"
    for wrong in (
        {"cite": {"work": "paper"}, "quote": quote},
        {"cite": cite, "quote": quote.model_copy(update={"exact": "The gate was open."})},
        {"cite": cite, "quote": {"exact": quote.exact, "prefix": "x" * 65}},
        {"cite": cite, "quote": {"exact": quote.exact, "other": "y"}},
    ):
        with pytest.raises(ValidationError):
            statement("a", "north-office", 1, **wrong)


def test_every_reason_is_told_in_the_language_of_the_page():
    assert {ABSENT, SEVERAL, TOO_LONG, OTHER_WORDS} == ORPHANS.keys()


WORDS = st.lists(st.sampled_from(["gate", "water", "đập", "ນ້ຳ", "🌊", "read", "\n", "shut."]), max_size=12)


@settings(max_examples=150)
@given(st.lists(WORDS, min_size=3, max_size=3), WORDS, st.booleans(), st.integers(0, 3))
def test_whatever_is_inserted_the_passage_is_found_where_it_went_or_is_an_orphan(parts, added, twin, where):
    """Insert words, and a second copy of the passage, anywhere around a marked passage."""
    before, words, after = (" ".join(part) for part in parts)
    passage = f"§1 {words} §2".replace("\n", " ")
    text = f"{before} {passage} {after}"
    start = text.index(passage)
    locator, quote = both(text, start, start + len(passage))
    extra = " ".join(added) + (f" {passage} " if twin else "")
    pieces = [before, "", passage, "", after]
    place = (0, 1, 3, 4)[where]
    changed = " ".join([*pieces[:place], extra, *pieces[place:]])
    found = resolve_quoted(changed, locator, quote)
    if found.state == "orphan":
        assert found.reason in ORPHANS
        assert twin or found.reason == OTHER_WORDS
        return
    assert fold(changed[found.start : found.end]).text == quote.exact
    lead = fold(changed[: found.start]).text.endswith(quote.prefix or "")
    trail = fold(changed[found.end :]).text.startswith(quote.suffix or "")
    assert lead or trail
    if changed.count(passage) > 1 and found.state == "moved":
        assert lead
        assert trail


@given(st.integers(0, 5 * AROUND), st.text(alphabet="ab đ\n", max_size=5 * AROUND))
def test_a_passage_in_its_own_text_is_exact(start, rest):
    text = "a" * start + " passage " + rest
    locator, quote = both(text, start + 1, start + 8)
    assert resolve_quoted(text, locator, quote).start == start + 1

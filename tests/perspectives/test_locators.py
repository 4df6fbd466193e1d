"""A passage is found exactly, found again when it moved, or is an orphan: never a guess."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from comity.perspectives import locators
from comity.perspectives.locators import LocatorError, fold, locate, passage_digest, point_to, resolve

TEXTS = [
    "The gauge at the bridge was read each day.\nThe water rose by the morning, and\nthe sluice was opened.",
    "Trạm thủy văn đọc mực nước mỗi ngày.\n\nNước lên lúc sáng sớm, và cửa cống được mở.",
    "ສະຖານີອຸທົກກະສາດອ່ານລະດັບນ້ຳທຸກມື້ ແລະ ປະຕູນ້ຳໄດ້ເປີດໃນຕອນເຊົ້າ",
    "Đo 𐍈 = 3 m ở cầu 🌉, rồi mở cống.",
]


@pytest.mark.parametrize("text", [unicodedata.normalize("NFC", text) for text in TEXTS])
def test_every_passage_resolves_where_it_stands(text):
    for start in range(0, len(text) - 12, 7):
        found = resolve(text, locate(text, start, start + 12))
        assert (found.state, found.start, found.end) == ("exact", start, start + 12)


def test_a_moved_passage_is_found_again_over_other_line_breaks():
    old = TEXTS[0]
    locator = point_to(old, "The water rose by the morning, and the sluice")
    new = "A new heading\n\n" + old.replace("\n", "  \n\n ").replace("morning,", "morning,\n")
    found = resolve(new, locator)
    assert found.state == "moved"
    assert fold(new[found.start : found.end]).text == "The water rose by the morning, and the sluice"


def test_a_lookalike_is_never_chosen():
    text = "The gate was opened at noon. Later the gate was shut."
    locator = point_to(text, "gate was opened at noon")
    assert resolve(text.replace("noon", "nine"), locator).state == "orphan"
    assert resolve(text.replace("opened at", "opened  near"), locator).state == "orphan"


def test_a_passage_that_now_stands_twice_is_an_orphan_and_says_so():
    text = "Once: the gate was opened at noon."
    locator = point_to(text, "the gate was opened at noon")
    doubled = "x" + text + " Twice: the gate was opened at noon."
    found = resolve(doubled, locator)
    assert (found.state, found.reason) == ("orphan", "the passage stands in this text more than once")


def test_a_twin_elsewhere_does_not_disturb_the_passage_that_stands_in_its_place():
    text = "The gate was opened. The gate was opened."
    assert resolve(text, locate(text, 21, 41)).start == 21
    with pytest.raises(LocatorError, match="more than once"):
        point_to(text, "The gate was opened.")


def test_both_forms_of_unicode_give_one_digest():
    composed = unicodedata.normalize("NFC", TEXTS[1])
    decomposed = unicodedata.normalize("NFD", TEXTS[1])
    assert composed != decomposed
    assert passage_digest(composed) == passage_digest(decomposed)
    assert point_to(composed, decomposed) == locate(composed, 0, len(composed))


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (4, 3), (0, 999), (5, 6)])
def test_offsets_that_hold_no_passage_are_refused(start, end):
    with pytest.raises(LocatorError):
        locate("abcde fgh", start, end)


@pytest.mark.parametrize("passage", ["", "  \n", "not there at all"])
def test_a_passage_that_is_not_there_is_refused(passage):
    with pytest.raises(LocatorError):
        point_to(TEXTS[0], passage)


def test_offsets_beyond_a_shortened_text_end_in_a_search_not_in_a_crash():
    locator = locate(TEXTS[0], 60, 90)
    assert resolve("", locator).state == "orphan"
    assert resolve("short", locator).state == "orphan"
    assert resolve(TEXTS[0][60:90], locator).state == "moved"


def test_a_locator_without_a_length_falls_back_to_its_span():
    locator = point_to(TEXTS[0], "the sluice was opened").model_copy(update={"length": None})
    assert resolve("Then " + TEXTS[0], locator).state == "moved"


def test_a_text_too_long_to_search_says_so(monkeypatch):
    monkeypatch.setattr(locators, "SEARCH_LIMIT", 10)
    found = resolve("x" + TEXTS[0], locate(TEXTS[0], 0, 20))
    assert (found.state, "too long" in found.reason) == ("orphan", True)


ALPHABET = st.text(alphabet="ab ăđ\u0e81\u0e8d\n\t", min_size=1, max_size=60)


@given(ALPHABET, st.data())
def test_resolution_is_the_only_window_with_that_folded_text_or_nothing(text, data):
    text = unicodedata.normalize("NFC", text)
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    assume(text[start:end].strip())
    locator = locate(text, start, end)
    wanted = fold(text[start:end]).text
    moved = unicodedata.normalize("NFC", data.draw(ALPHABET) + text)
    found = resolve(moved, locator)
    whole = fold(moved).text
    places = [i for i in range(len(whole)) if whole.startswith(wanted, i)]
    if found.state == "orphan":
        assert len(places) != 1
    else:
        assert fold(moved[found.start : found.end]).text == wanted
        assert found.state == "exact" or len(places) == 1


@given(ALPHABET)
def test_folding_keeps_the_place_of_every_code_point(text):
    folded = fold(text)
    assert len(folded.text) == len(folded.offsets)
    assert folded.text == " ".join(text.split())
    for mark, offset in zip(folded.text, folded.offsets, strict=True):
        assert text[offset] == mark or (mark == " " and text[offset].isspace())

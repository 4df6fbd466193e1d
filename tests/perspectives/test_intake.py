"""Documents as they come: empty, huge, binary, badly encoded, from every editor."""

from __future__ import annotations

import base64
import hashlib
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.perspectives.intake import IntakeError, document_text, take_in, taken
from comity.perspectives.intake.sections import MAX_SECTIONS


@pytest.mark.parametrize(
    ("original", "message"),
    [
        (b"", "no text"),
        (b" \n\t\r\n", "no text"),
        ("\ufeff".encode(), "no text"),
        (b"%PDF-1.7\x00\x01", "cut off"),
        (b"abc\x1b[0m", "U\\+001B"),
        (b"\xff\xfeh\x00i\x00", "byte 0"),
        (b"fine until \xc3(", "byte 11"),
        (b"surrogate \xed\xa0\x80", "byte 10"),
        (b"overlong \xc0\xaf", "byte 9"),
        (b"cut \xe0\xba", "byte 4"),
    ],
)
def test_what_is_no_text_is_refused_by_name_of_the_place(original, message):
    with pytest.raises(IntakeError, match=message):
        take_in(original)


def test_what_is_too_large_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(taken, "MAX_BYTES", 100)
    assert take_in(b"x" * 100).text == "x" * 100
    with pytest.raises(IntakeError, match="101 bytes"):
        take_in(b"x" * 101)


@pytest.mark.parametrize("original", [b"one\r\ntwo\rthree\n", "\ufeffone\ntwo\r\nthree\n".encode()])
def test_line_ends_and_a_byte_order_mark_do_not_move_offsets(original):
    assert document_text(original) == "one\ntwo\nthree\n"


def test_the_digest_is_of_the_exact_original_not_of_its_text():
    original = "\ufeffmột\r\n".encode()
    assert take_in(original).sha256 == base64.b64encode(hashlib.sha256(original).digest()).decode()


def test_text_is_composed_and_lao_keeps_its_marks():
    decomposed = unicodedata.normalize("NFD", "Việt Nam và Lào: ຄວາມຮ່ວມມື")
    assert document_text(decomposed.encode()) == unicodedata.normalize("NFC", decomposed)


def test_a_text_without_page_breaks_is_page_less():
    assert take_in(b"one page, no break").pages == ()


def test_form_feeds_make_the_page_map_and_cover_the_text():
    taken = take_in(b"first\fsecond\f\fthird")
    assert [(page.number, taken.text[page.start : page.end].strip("\f")) for page in taken.pages] == [
        ("1", "first"),
        ("2", "second"),
        ("3", ""),
        ("4", "third"),
    ]
    assert taken.pages[0].start == 0
    assert taken.pages[-1].end == len(taken.text)


def test_a_last_form_feed_opens_no_empty_page():
    assert len(take_in(b"one\ftwo\f").pages) == 2


def test_headings_make_the_section_map():
    text = "before\n\n# Title ##\n\n## 1. Intro\nbody\n### **2.3. *Deep* part**\n  # indented\n#no heading\n####### seven"
    taken = take_in(text.encode())
    assert [(section.number, section.title) for section in taken.sections] == [
        ("", "Title"),
        ("1", "Intro"),
        ("2.3", "Deep part"),
        ("", "indented"),
    ]
    assert taken.media_type == "text/markdown"
    for one, two in zip(taken.sections, taken.sections[1:], strict=False):
        assert one.end == two.start
    assert taken.sections[-1].end == len(taken.text)


def test_headings_inside_a_fence_are_none():
    taken = take_in(b"# One\n```\n# not this\n```\n# Two\n~~~\n# nor this\n")
    assert [section.title for section in taken.sections] == ["One", "Two"]


def test_plain_text_has_no_sections():
    taken = take_in("Chỉ là văn bản thường.".encode())
    assert (taken.sections, taken.media_type) == ((), "text/plain")


def test_a_flood_of_headings_is_bounded():
    taken = take_in(b"# h\n" * 5000)
    assert len(taken.sections) == MAX_SECTIONS
    assert len(take_in(b"# " + b"t" * 9999).sections[0].title) == 300


@pytest.mark.parametrize(
    "line", ["# " + " " * 200_000 + "x", "# " + "#" * 200_000 + " x", "# " + "*" * 200_000, "#" * 200_000]
)
def test_a_hostile_line_is_read_in_linear_time(line):
    assert len(take_in((line + "\nbody").encode()).sections) <= 1


@given(st.binary(max_size=200))
def test_any_bytes_are_taken_in_or_refused_and_nothing_else(original):
    try:
        taken = take_in(original)
    except IntakeError:
        return
    assert unicodedata.is_normalized("NFC", taken.text)
    assert "\r" not in taken.text
    assert take_in(original) == taken

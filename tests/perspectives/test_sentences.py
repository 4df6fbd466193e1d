"""Sentences where a language marks them, phrases where it does not, at their places."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.perspectives.languages import language_of
from comity.perspectives.sentences import pieces


@pytest.mark.parametrize(
    ("language", "text", "expected", "unit"),
    [
        ("en", "Dr. Roy read it. It was 3.5 m high! Was it?", ["Dr. Roy read it.", "It was 3.5 m high!", "Was it?"], "sentence"),
        ("vi", "TS. Lan đo mực nước. Nước cao 14.000 mm. Có phải không?", ["TS. Lan đo mực nước.", "Nước cao 14.000 mm.", "Có phải không?"], "sentence"),
        ("lo", "ນ້ຳຂຶ້ນສູງ ສະຖານີໄດ້ແຈ້ງ ສອງຝ່າຍ", ["ນ້ຳຂຶ້ນສູງ", "ສະຖານີໄດ້ແຈ້ງ", "ສອງຝ່າຍ"], "phrase"),
        ("zh", "水位上升。双方已通知\uff01", ["水位上升。", "双方已通知\uff01"], "sentence"),
        ("km", "ទឹកឡើង។ ស្ថានីយបានជូនដំណឹង។", ["ទឹកឡើង។", "ស្ថានីយបានជូនដំណឹង។"], "sentence"),
    ],
)  # fmt: skip
def test_pieces(language, text, expected, unit):
    found = pieces(text, language)
    assert [text[piece.start : piece.end] for piece in found] == expected
    assert {piece.unit for piece in found} == {unit}


@given(st.text(alphabet="ab .?!Aắđ\n", max_size=60), st.sampled_from(("en", "vi", "lo", "km", "zh")))
def test_pieces_never_overlap_and_lose_no_letter(text, language):
    found = pieces(text, language)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
    kept = "".join(text[piece.start : piece.end] for piece in found)
    if language != "en":
        assert [sign for sign in kept if sign.isalpha()] == [sign for sign in text if sign.isalpha()]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The gauge was read daily by both sides.", "en"),
        ("Hai bên đã nhất trí tăng cường hợp tác.", "vi"),
        ("Hai ben da nhat tri tang cuong hop tac trong linh vuc quoc phong va an ninh.", "vi"),
        ("ສອງຝ່າຍໄດ້ຕົກລົງເພີ່ມທະວີການຮ່ວມມື", "lo"),
        ("ทั้งสองฝ่ายตกลงร่วมมือกัน", "th"),
        ("双方同意加强合作", "zh"),
        ("Les deux parties ont décidé de renforcer leur coopération.", "fr"),
        ("The envoy of Việt Nam met the governor of Savannakhet, and both spoke of trade.", "en"),
        ("12.3", "und"),
    ],
)
def test_languages(text, language):
    assert language_of(text) == language

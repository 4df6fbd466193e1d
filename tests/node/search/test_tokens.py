"""Words in three scripts: one spelling of each, spans that fit the text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.node.search.tokens import clean, columns, normal, tokens


def folded(text: str) -> list[str]:
    return [token.folded for token in tokens(normal(text))]


def exact(text: str) -> list[str]:
    return [token.exact for token in tokens(normal(text)) if token.exact]


def test_vietnamese_has_a_form_without_diacritics_and_one_with_them() -> None:
    assert folded("Đường biên giới") == ["duong", "bien", "gioi"]
    assert exact("Đường biên giới an ninh") == ["đường", "biên", "giới"]


def test_decomposed_and_composed_text_are_one() -> None:
    assert columns(unicodedata.normalize("NFD", "Nghệ An, Hòa Bình")) == columns("Nghệ An, Hòa Bình")


@pytest.mark.parametrize(("old", "new"), [("hoà", "hòa"), ("khoẻ", "khỏe"), ("uỷ", "ủy"), ("thuỷ", "thủy")])
def test_both_customs_of_placing_a_tone_are_one(old: str, new: str) -> None:
    assert exact(old) == exact(new) != []


def test_a_glide_after_q_and_an_i_after_g_keep_their_tone() -> None:
    assert exact("quý quà già") == ["quý", "quà", "già"]


def test_lao_becomes_pairs_across_the_spaces_between_phrases() -> None:
    assert folded("ຊາຍແດນ") == ["ຊາ", "າຍ", "ຍແ", "ແດ", "ດນ"]
    assert folded("ຊາຍ ແດນ") == folded("ຊາຍແດນ")


def test_the_spellings_of_a_lao_digraph_and_of_am_are_one_and_zero_width_goes() -> None:
    assert folded("ໜອງ") == folded("ຫນອງ")
    assert folded("ນ\u0eb3") == folded("ນ\u0ecd\u0eb2")
    assert folded("ລາວ\u200bໃໝ່") == folded("ລາວໃໝ່")


def test_scripts_side_by_side_are_told_apart() -> None:
    assert folded("km 578ລາວVN") == ["km", "578", "ລາ", "າວ", "vn"]


@given(st.text())
def test_every_token_stands_where_it_says(text: str) -> None:
    line = normal(text)
    assert len(line) == len(clean(text))
    for token in tokens(line):
        assert 0 <= token.start < token.end <= len(line)
        if not token.pair:
            assert tokens(line[token.start : token.end])[0].folded == token.folded


lao_or_latin = st.text(alphabet="ກຂຄaăâđộ ຊາຍແດນ\u200b1-.") | st.text()


@given(lao_or_latin)
def test_the_index_stores_the_very_tokens(text: str) -> None:
    held = tokens(normal(text))
    assert columns(text) == (
        " ".join(token.folded for token in held),
        " ".join(token.exact for token in held if token.exact),
    )

"""Versions of a formula are compared term by term, in every language."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from comity.register.formulas import differences, merged

FRIENDSHIP = {"id": "friendship", "text": {"en": "great friendship", "vi": "tình hữu nghị vĩ đại"}}
SOLIDARITY = {"id": "solidarity", "text": {"en": "special solidarity", "lo": "ຄວາມສາມັກຄີພິເສດ"}}
LINK = {
    "id": "link",
    "text": {"en": "strategic connection", "vi": "gắn kết chiến lược"},
    "renderings": [{"lang": "en", "text": "strategic cohesion"}, {"lang": "en", "text": "strategic bond"}],
}


def changes(before, after):
    return {found.id: found.change for found in differences(before, after)}


def test_a_term_is_added_with_its_renderings():
    found = differences([FRIENDSHIP, SOLIDARITY], [FRIENDSHIP, SOLIDARITY, LINK])
    assert [one.change for one in found] == ["kept", "kept", "added"]
    assert found[2].position == (None, 3)
    assert found[2].texts["vi"] == (None, "gắn kết chiến lược")
    assert found[2].renderings == {"en": ("strategic cohesion", "strategic bond")}


def test_removed_moved_and_reworded():
    assert changes([FRIENDSHIP, SOLIDARITY], [SOLIDARITY]) == {"solidarity": "kept", "friendship": "removed"}
    assert changes([FRIENDSHIP, SOLIDARITY], [SOLIDARITY, FRIENDSHIP]) == {
        "solidarity": "moved",
        "friendship": "moved",
    }
    other = {"id": "friendship", "text": {"en": "friendship"}}
    assert changes([FRIENDSHIP], [other]) == {"friendship": "reworded"}


def test_a_language_that_one_version_lacks_is_no_rewording():
    assert changes([FRIENDSHIP], [{"id": "friendship", "text": {"en": "great friendship"}}]) == {
        "friendship": "kept"
    }


def test_reports_add_languages_and_renderings_and_replace_no_word():
    bare = {"id": "link", "text": {"en": "strategic connectivity", "lo": "x"}}
    (found,) = merged([[LINK], [bare], [LINK]])
    assert found["text"] == {"en": "strategic connection", "vi": "gắn kết chiến lược", "lo": "x"}
    assert len(found["renderings"]) == 2
    assert "lo" not in LINK["text"]


TERMS = st.lists(st.sampled_from("abcde"), unique=True, max_size=5).map(
    lambda ids: [{"id": name, "text": {"en": name}} for name in ids]
)


@given(TERMS, TERMS)
def test_forth_and_back_are_mirror_images(before, after):
    forth, back = changes(before, after), changes(after, before)
    swap = {"added": "removed", "removed": "added"}
    assert {name: swap.get(change, change) for name, change in forth.items()} == back
    assert set(forth) == {term["id"] for term in (*before, *after)}

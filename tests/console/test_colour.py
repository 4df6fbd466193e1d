"""Party colours read on every surface, whatever the charter says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.console import colour

channel = st.integers(0, 255)
colours = st.tuples(channel, channel, channel)


def test_contrast_as_wcag_defines_it():
    assert colour.contrast(colour.BLACK, colour.WHITE) == pytest.approx(21)
    assert colour.contrast((119, 119, 119), colour.WHITE) == pytest.approx(4.48, abs=0.01)


@given(colours, st.sampled_from([colour.LIGHT_PAGE, colour.DARK_PAGE, colour.WHITE]))
def test_every_colour_is_made_readable(base, page):
    assert colour.contrast(colour.readable(base, page, colour.TEXT_CONTRAST), page) >= 4.5


@given(colours)
def test_a_readable_colour_is_left_alone(base):
    if colour.contrast(base, colour.WHITE) >= colour.TEXT_CONTRAST:
        assert colour.readable(base, colour.WHITE, colour.TEXT_CONTRAST) == base


@pytest.mark.parametrize("text", ["red", "#fff", "#12345g", "#123456; } body { display: none", ""])
def test_a_malformed_colour_never_reaches_the_stylesheet(text):
    neutral = colour.stylesheet("vn", {"vn": colour.NEUTRAL})
    assert colour.stylesheet("vn", {"vn": text}) == neutral


def test_two_parties_have_two_hues():
    sheet = colour.stylesheet("vn", {"vn": "#a4262c", "la": "#1f4e9c"})
    assert ".hue-vn { --hue: #a4262c; }" in sheet
    assert ".hue-la { --hue: #1f4e9c; }" in sheet

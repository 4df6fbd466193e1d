"""Numbers, dates and sizes as each language writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.console import formats
from comity.console.i18n import LANGUAGES, Languages, speaking

SPOKEN = Languages([])


@pytest.fixture(params=LANGUAGES)
def code(request):
    with speaking(SPOKEN[request.param]):
        yield request.param


def test_decimal_strings_keep_their_digits(code):
    mark = "." if code == "en" else ","
    group = "," if code == "en" else "."
    assert formats.number("2337.50") == f"2{group}337{mark}50"
    assert formats.number(1234567) == f"1{group}234{group}567"
    assert formats.number("not a number") == "not a number"


def test_stances_carry_their_sign(code):
    mark = "." if code == "en" else ","
    assert formats.fixed(1.5, sign=True) == f"+1{mark}50"
    assert formats.fixed(-0.25, sign=True) == f"\N{MINUS SIGN}0{mark}25"
    assert formats.fixed(0, 1, sign=True) == f"0{mark}0"


@pytest.mark.parametrize(
    ("edtf", "written"),
    [
        ("1977-07-18", "18 July 1977"),
        ("1977-07", "July 1977"),
        ("1977", "1977"),
        ("2015/2019", "2015 to 2019"),
        ("2026/..", "from 2026"),
        ("../2026", "until 2026"),
        ("2025-12?", "December 2025 (uncertain)"),
        ("2025~", "2025 (about)"),
        ("19XX", "19XX"),
        ("2025-02-31", "2025-02-31"),
        ("", ""),
    ],
)
def test_edtf_in_words(edtf, written):
    with speaking(SPOKEN["en"]):
        assert formats.edtf(edtf) == written


def test_months_are_named_in_the_language():
    with speaking(SPOKEN["lo"]):
        assert formats.edtf("1977-07-18") == "18 ກໍລະກົດ 1977"
    with speaking(SPOKEN["vi"]):
        assert formats.edtf("1977-07-18") == "18 tháng 7, 1977"


def test_times_say_that_they_are_utc(code):
    assert formats.moment(1_700_000_000_000).endswith(" UTC")
    assert formats.iso(1_700_000_000_000) == "2023-11-14T22:13:20Z"


@given(st.integers(-(2**60), 2**60), st.sampled_from(LANGUAGES))
def test_no_time_breaks_a_page(milliseconds, code):
    with speaking(SPOKEN[code]):
        assert formats.moment(milliseconds)
        formats.iso(milliseconds)


@given(st.text(max_size=40), st.sampled_from(LANGUAGES))
def test_no_date_breaks_a_page(text, code):
    with speaking(SPOKEN[code]):
        assert isinstance(formats.edtf(text), str)


def test_sizes_and_durations():
    with speaking(SPOKEN["en"]):
        assert formats.size(3) == "3 byte"
        assert formats.size(5 * 1024**3) == "5.0 GB"
        assert formats.duration(7_200_000) == "2 hours"


def test_a_country_that_is_no_party_has_its_name_and_a_code_of_none_stays():
    with speaking(SPOKEN["vi"]):
        assert formats.territory("kh") == "Campuchia"
        assert [formats.territory(code) for code in ("aa", "zz", "intl", "", "k1")] == [
            "aa", "zz", "intl", "", "k1"
        ]  # fmt: skip

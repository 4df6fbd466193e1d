"""The reasons of a pairing have words in every language; a reason without words stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from comity import register
from comity.console.i18n import Languages, speaking
from comity.register.reconcile_labels import REASONS, reason_words

SAID = (
    "the same name",
    "titles in vi alike by 75 %",
    "titles in lo alike by 52 %, the numbers differ",
    "titles in vi alike by 79 %, each has words of its own",
    "people said so",
    "people said that they are not the same",
    "no title in a common language",
    "the same class",
    "another class",
    "the same parties",
    "not the same parties",
    "the dates can meet",
    "31 days apart",
)
SPOKEN = Languages([Path(register.__file__).parent / "locale"])


@pytest.mark.parametrize("code", ["vi", "lo"])
def test_every_reason_is_translated_with_its_numbers(code):
    with speaking(SPOKEN[code]):
        for said in SAID:
            words = reason_words(said)
            assert words != said
            assert [digit for digit in said if digit.isdigit()] == [d for d in words if d.isdigit()]
    assert len(SAID) == len(REASONS)


def test_a_reason_without_words_stays():
    with speaking(SPOKEN["lo"]):
        assert reason_words("vn is not la") == "vn is not la"

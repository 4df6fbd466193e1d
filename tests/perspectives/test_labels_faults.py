"""What went wrong is told in the language of the page, whatever went wrong."""

from __future__ import annotations

import pytest

from comity.node.control.rounds_errors import REASONS
from comity.perspectives.coding_errors import WORDS, CodingError, CodingSheetError
from comity.perspectives.intake import errors
from comity.perspectives.labels_faults import CODING, FAULTS, LOCATORS, ROUNDS, told
from comity.perspectives.locators import LocatorError, point_to

NOT_OF_CODING = {"nothing-new"}
"""Reasons of steps that no page of perspectives takes."""


def test_every_reason_has_words_for_a_page():
    assert CODING == WORDS
    assert REASONS.keys() - NOT_OF_CODING <= ROUNDS.keys()
    refused = [errors.IntakeError, *errors.IntakeError.__subclasses__()]
    assert {error.code for error in refused} <= FAULTS.keys()


@pytest.mark.parametrize(
    ("error", "what", "detail"),
    [
        (CodingError("no-unit", unit="'x'"), "%(unit)s is not a unit of the round", ""),
        (CodingSheetError([{"item": 2, "detail": "no stance"}]), "rows cannot be read", "row 2: no stance"),
        (errors.EncryptedError("locked"), "the file needs a password", "locked"),
        (LocatorError("passage 3..9 is empty"), "the passage cannot be pointed to", "3..9"),
    ],
)
def test_an_error_keeps_its_own_words_where_they_say_more(error, what, detail):
    found = told(error)
    assert found.what.startswith(what)
    assert detail in found.detail
    assert found.what % found.said


@pytest.mark.parametrize(("text", "passage"), [("a b", " "), ("a b", "c"), ("a a", "a")])
def test_why_words_cannot_be_pointed_to(text, passage):
    with pytest.raises(LocatorError) as refused:
        point_to(text, passage)
    assert told(refused.value).what in LOCATORS

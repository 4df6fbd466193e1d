"""Sheets of coders: every bad row is named, and nothing that does not fit the task gets in."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.perspectives.coding_errors import CodingSheetError
from comity.perspectives.coding_rounds import question_of
from comity.perspectives.coding_sheet import COLUMNS, blank, read
from comity.perspectives.entries import Task

BOOK = {"propositions": ["river"], "frames": [{"slug": "solidarity", "labels": {"en": "Solidarity"}}]}
DIGEST = "A" * 43 + "="


def task(**changed):
    plain = {
        "slug": "coding-1",
        "codebook": "cooperation/1",
        "codebook_digest": DIGEST,
        "documents": [{"work": "w", "sha256": DIGEST, "length": 100}],
    }
    return Task.model_validate({**plain, **changed})


GIVEN = task(units=[{"document": 0, "start": 5, "end": 20, "proposition": "river", "holder": "office"}])
HEAD = "coder,document,start,end,proposition,holder,stance,frame,modality\n"
ROW = "first,0,5,20,river,office,1,solidarity,asserts\n"


def refused(text, of=None):
    with pytest.raises(CodingSheetError) as caught:
        read(text, of or task(), BOOK, "vn")
    assert caught.value.problem()["items"] == caught.value.items
    return {item["item"]: item["detail"] for item in caught.value.items}


def test_a_filled_sheet_is_read_with_or_without_given_units():
    (unit,) = read(HEAD + ROW, task(), BOOK, "vn").units
    assert (unit.coder, unit.start, unit.stance, unit.frame) == ("first", 5, 1, "solidarity")
    text = blank(GIVEN)
    assert text.splitlines()[0] == ",".join(COLUMNS)
    (again,) = read("\ufeffcoder,unit,stance\nfirst,0,mixed\n", GIVEN, BOOK, "vn").units
    assert (again.start, again.proposition, again.stance, again.frame) == (5, "river", "mixed", None)
    assert len(blank(task()).splitlines()) == 1


def test_every_bad_row_is_named_at_once():
    rows = [
        ROW,
        ROW.replace(",1,", ",3,", 1),
        ROW.replace("river", "moon"),
        ROW.replace("solidarity", "spite"),
        ROW.replace(",20,", ",200,"),
        ROW.replace(",20,", ",5,"),
        ROW.replace("first,0", "first,7"),
        ROW.replace("first", "Somebody Named"),
        ROW.replace(",1,", ",,"),
        ROW.replace("asserts", "guesses"),
        ROW.rstrip() + ",too,many\n",
        ROW.replace("5,20", "-5,20"),
    ]
    found = refused(HEAD + "".join(rows))
    assert sorted(found) == [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]
    assert "not a proposition" in found[4]
    assert "not a frame" in found[5]
    assert "behind the end" in found[6]


def test_what_is_no_sheet_is_refused():
    assert "needed" in refused("a,b\n1,2\n").get(1, "") or refused("a,b\n1,2\n")
    assert "unknown column" in refused("coder,stance,name\n")[1]
    assert "no rows" in refused(HEAD)[2]
    assert refused("")
    assert "twice" in refused(HEAD + ROW + ROW)[2]
    assert "not one of the units given" in refused(HEAD + ROW.replace(",5,", ",6,"), GIVEN)[2]
    assert "no such unit" in refused("coder,unit,stance\nfirst,4,1\n", GIVEN)[2]
    assert "below nought" in refused("coder,unit,stance\nfirst,-1,1\n", GIVEN)[2]
    many = HEAD + "".join(ROW.replace("first", f"c{at}") for at in range(401))
    assert "more than 400" in refused(many)[402]


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text):
    with suppress(CodingSheetError):
        assert read(HEAD + text, GIVEN, BOOK, "vn").units


def test_the_question_is_the_task_and_nothing_else():
    assert question_of(task()) == question_of(task())
    assert question_of(task()) != question_of(GIVEN)
    assert b'"units"' in question_of(GIVEN)

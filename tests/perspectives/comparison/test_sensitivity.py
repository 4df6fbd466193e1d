"""What hangs on where one holder or one work is counted."""

from __future__ import annotations

from dataclasses import replace

from comity.perspectives.comparison.matrix import Design, compare
from comity.perspectives.comparison.sensitivity import Move, as_one_origin, flips, moves, result
from tests.perspectives.test_clusters import QUICK, open_side, voice


def made():
    voices = {"p": [*open_side("a", [2] * 5), *open_side("b", [-2] * 5)]}
    family = {("p", frozenset("ab"))}
    return voices, Design({"a": "open", "b": "open"}, {}, family=family, limits=QUICK)


def test_a_result_that_hangs_on_one_work_is_listed_and_one_that_does_not_is_not():
    voices, design = made()
    assert compare(voices, design)["p"].computed.verdict == "differ"
    found = flips(voices, design)
    assert {flip.move.slug for flip in found if flip.move.what == "holder"} == {"a-holder", "b-holder"}
    one = Move("work", "a-0", "a", "b")
    (flip,) = flips(voices, design, [one])
    assert (flip.move, flip.before, flip.after) == (one, "differ", "cannot tell (apart)")


def test_a_work_that_agrees_with_where_it_goes_flips_nothing():
    voices, design = made()
    voices["p"].append(voice("a", -2, "stray"))
    voices["q"] = []
    before = compare(voices, design)["p"]
    assert [reason.code for reason in before.computed.reasons] == ["divided"]
    (flip,) = flips(voices, design, [Move("work", "stray", "a", "b")])
    assert (flip.proposition, flip.before, flip.after) == ("p", "cannot tell (apart)", "differ")
    assert flips(voices, design, [Move("work", "unheard-of", "a", "b")]) == []


def test_moves_name_every_holder_and_work_once_for_each_other_group():
    voices, design = made()
    wide = replace(design, groups={"a": "open", "b": "open", "c": "open"})
    found = moves(voices, wide)
    assert len(found) == len(set(found)) == 2 * 2 + 10 * 2
    assert Move("work", "a-0", "a", "c") in found


def test_organs_are_one_origin_only_where_the_codebook_says_so():
    voices, design = made()
    organs = {f"a-{at}": "aa" for at in range(4)}
    assert result(as_one_origin(voices, design, organs)["p"].pairs[0]) == "cannot tell (apart)"
    assert result(as_one_origin(voices, design, {})["p"].pairs[0]) == "differ"

"""Claims graded blind on two nodes: one rubric, two sides, nothing before all have opened, no verdict without."""

from __future__ import annotations

import csv
import io
import shutil
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from comity.node.sealing import draft_from_json
from comity.perspectives import answers_coding as answers
from comity.perspectives import answers_comparison, coding, coding_drafts, coding_grades
from comity.perspectives.agreement.grades import agreement
from comity.perspectives.coding_errors import CodingError, CodingSheetError
from comity.perspectives.coding_grades_standing import blind_grades
from comity.perspectives.entries import GradeSheet
from tests.perspectives.coding_world import HOUR, World
from tests.perspectives.test_coding import visitor
from tests.perspectives.test_commands import item
from tests.perspectives.test_queries import codebook, proposition, rule, work
from tests.perspectives.test_record_claims import claim, evidence

SAID = {"daily": "full", "gate": "substantial", "a": "none", "b": "partial", "c": "substantial"}
"""What both sides' graders say of each item where a test does not say otherwise."""
SECRET = "substantial"


def append(node, *models):
    return [node.append([draft_from_json(item(model), node.registry)])[0].index for model in models]


def prepare(world):
    """Two claims, evidence from two origins on one and from one on the other, no grade anywhere."""
    models = [rule(), proposition(), codebook(), *(work(f"w-{slug}") for slug in "abc")]
    append(world.vn, *models, claim(), claim(slug="gate", claims={"en": "The gate was shut."}))
    append(world.vn, evidence("a"), evidence("b"), evidence("c", claim="gate"))
    world.settle()


@pytest.fixture(scope="module")
def stages(coding_folders, tmp_path_factory):
    """Folders of both nodes, made once: claims on record, a round started, and that round open to all."""
    root = tmp_path_factory.mktemp("grading")
    steps = {"prepared": prepare, "started": start, "open": finish}
    place = coding_folders
    for name, step in steps.items():
        place = copied(place, root / name)
        with opened(place) as made:
            step(made)
    return root


@contextmanager
def opened(place):
    made = World(place)
    yield made
    made.close()


@pytest.fixture
def at(stages, tmp_path):
    """Nodes of a test's own, at a stage."""
    with ExitStack() as stack:
        yield lambda stage: stack.enter_context(opened(copied(stages / stage, tmp_path / stage)))


def copied(place, to):
    return Path(shutil.copytree(place, to))


def finish(world, name="grading-1", said=()):
    """Both sides seal the same and open it."""
    for node in (world.vn, world.la):
        approve(world, node, coding_grades.seal(node, name, sheets(node, name, said), "clerk"), settle=False)
    world.settle()
    open_both(world, name)


def open_both(world, name):
    for node in (world.vn, world.la):
        coding.Round.find(node, name).open(author="clerk")
    world.settle()
    world.settle()


def asked(world, *, hours=1, **changes):
    now = world.vn.control.rounds.clock()
    values = {
        "seal_by": now + hours * HOUR,
        "open_by": now + (hours + 1) * HOUR,
        "author": "clerk",
        **changes,
    }
    return coding.Asked(values.pop("parties", ["vn/hq", "la/hq"]), **values)


def start(world, name="grading-1", *, claims=("daily", "gate"), **changes):
    found = coding_grades.start(world.vn, name, asked(world, **changes), claims=claims)
    world.settle()
    return found


def sheets(node, name, said=(), coders=("claims-1", "evidence-1")):
    """Fill in the two blank sheets that the graders of a party are given."""
    grades = {**SAID, **dict(said)}
    filled = []
    for side, coder in zip(("claims", "evidence"), coders, strict=True):
        rows = list(csv.DictReader(io.StringIO(answers.sheet(node, name, side)["csv"])))
        out = io.StringIO()
        writer = csv.DictWriter(out, ("coder", "item", "grade"), extrasaction="ignore")
        writer.writeheader()
        for row in rows:
            writer.writerow({**row, "coder": coder, "grade": grades[row["evidence"] or row["claim"]]})
        filled.append(out.getvalue())
    return filled


def approve(world, node, found, *, settle=True):
    for one in found.round.requests():
        world.approve(node, one.place, "first", "second")
    if settle:
        world.settle()


def seal(world, node, name, said=()):
    approve(world, node, coding_grades.seal(node, name, sheets(node, name, said), "clerk"))


def judged(node, slug="daily"):
    return next(one for one in answers_comparison.claims(node)["claims"] if one["slug"] == slug)


def test_grades_count_once_all_have_opened_and_lead_to_seals_and_openings(at):
    world = at("started")
    assert judged(world.vn)["reasons"][0]["code"] == "not_blind"
    for node, said in ((world.vn, {}), (world.la, {"a": "partial"})):
        seal(world, node, "grading-1", said)
        for other in (world.vn, world.la):
            shown = answers.show(other, "grading-1")
            assert (shown["agreement"], shown["units"], shown["provenance"]) == (None, [], [])
            assert (judged(other)["verdict"], judged(other)["grades"]) == ("cannot tell", None)
    coding.Round.find(world.vn, "grading-1").open(author="clerk")
    world.settle()
    assert judged(world.la)["grades"] is None, "one opening is not all"
    coding.Round.find(world.la, "grading-1").open(author="clerk")
    world.settle()
    world.settle()
    for node in (world.vn, world.la):
        found = judged(node)
        assert (found["verdict"], found["by_party"]) == ("exceeds", {"la": "exceeds", "vn": "exceeds"})
        grades = found["grades"]
        assert grades["claim"]["grades"] == {"la/claims-1": "full", "vn/claims-1": "full"}
        assert [unit["grade"] for unit in grades["evidence"]] == [0.5, 1.0]
        assert [one["origin"] for one in grades["provenance"]] == ["vn/hq", "la/hq"]
        for one in grades["provenance"]:
            for place, kind in ((one["seal"], "round.seal"), *((at, "round.open") for at in one["openings"])):
                origin, _, index = place.rpartition("/")
                assert node.record(origin, int(index)).content.kind == kind
    assert judged(world.vn, "gate")["reasons"][0]["code"] == "few_clusters"
    shown = {name: answers.show(node, "grading-1") for name, node in world.nodes.items()}
    assert shown["vn"]["agreement"] == shown["la"]["agreement"]
    assert shown["vn"]["agreement"]["claims"]["alpha"] == 1
    assert 0 < shown["vn"]["agreement"]["evidence"]["alpha"] < 1
    pages(world)


def pages(world):
    ask = visitor(world.la).get
    key = answers.show(world.vn, "grading-1")["key"]
    claims = ask("/comparison/claims")
    for words in (
        "claims exceed the record found",
        "graded blind",
        "vn/claims-1: full",
        f"/comparison/coding/{key}",
    ):
        assert words in claims.text, words
    assert "that neither saw the other's grade is their word" not in claims.text
    page = ask(f"/comparison/coding/{key}")
    for words in ("la/evidence-1: partial", "Where the grades come from", "differs"):
        assert words in page.text, words
    for lang in ("vi", "lo"):
        for path in ("/comparison/claims", f"/comparison/coding/{key}", "/comparison/coding"):
            assert ask(path, lang=lang).status_code == 200


def test_grades_that_are_all_the_same_give_no_alpha():
    same = [{"la/one": "full", "vn/one": "full"}] * 3
    found = agreement(same, [0, 1, 2], "a round")
    assert (found.alpha.value, found.alpha.why, found.interval) == (None, "no_variance", None)
    far = [{"la/one": "none", "vn/one": "none"}, {"la/one": "full", "vn/one": "partial"}]
    assert 0 < agreement(far, [0, 1], "a round").alpha.value < 1


def test_a_grade_is_of_what_was_graded_and_a_later_round_takes_its_place(at):
    world = at("open")
    assert judged(world.la)["verdict"] == "exceeds"
    append(world.vn, evidence("b", shows={"en": "Something else."}))
    world.settle()
    changed = judged(world.la)
    assert (changed["verdict"], changed["not_blind"]) == ("cannot tell", ["b"])
    start(world, "grading-2", claims=("daily",), hours=2)
    for node in (world.vn, world.la):
        seal(world, node, "grading-2", {"a": "full", "b": "full"})
    assert judged(world.la)["grades"]["name"] == "grading-1", "not open yet"
    open_both(world, "grading-2")
    again = judged(world.la)
    assert (again["verdict"], again["grades"]["name"], again["not_blind"]) == ("matches", "grading-2", [])
    assert again["grades"]["earlier_rounds"] == [answers.show(world.la, "grading-1")["key"]]
    append(world.vn, claim(claims={"en": "Every gauge is read hourly."}))
    world.settle()
    assert blind_grades(world.la).keys() == {"gate"}
    assert "not graded" in visitor(world.la).get("/comparison/claims").text


def test_what_stands_graded_or_would_be_graded_by_one_party_is_not_started(at):
    world = at("prepared")
    for words, claims, changes in (
        ("no claim 'moon'", ("moon",), {}),
        ("two parties", ("daily",), {"parties": ["vn/hq"]}),
        ("no exercise", ("daily",), {"exercise": True}),
    ):
        with pytest.raises(CodingError, match=words):
            start(world, claims=claims, **changes)
    append(world.vn, evidence("a", grade="none", coder="two"))
    with pytest.raises(CodingError, match="stands on record with a grade"):
        start(world)
    assert coding_grades.rounds(world.vn) == []


BAD_ROWS = (
    ("x,0,full\nx,2,none\n", "grades claims and evidence"),
    ("x,0,best\n", "grade"),
    ("x,9,full\n", "not one of the 5"),
    ("x,-1,full\n", "below nought"),
    ("x,0,full\nx,0,none\n", "twice"),
    ("A Name,0,full\n", "coder"),
    ("x,0,\n", "no grade"),
    ("x,0,full,more\n", "more cells"),
    ("", "no grade"),
)


def test_a_sheet_that_cannot_be_read_is_refused_row_by_row(at):
    world = at("started")
    for rows, words in BAD_ROWS:
        with pytest.raises(CodingSheetError, match=words):
            coding_grades.seal(world.vn, "grading-1", ["coder,item,grade\n" + rows], "clerk")
    with pytest.raises(CodingError, match="nobody of this party has graded evidence"):
        coding_grades.seal(world.vn, "grading-1", ["coder,item,grade\nx,0,full\n"], "clerk")


def test_neither_side_is_given_what_the_other_grades(at):
    world = at("started")
    claims, shown = (answers.sheet(world.la, "grading-1", side)["csv"] for side in ("claims", "evidence"))
    assert "Some gauges were read." not in claims
    assert "Some gauges were read." in shown
    assert "Every gauge is read daily." in shown
    with pytest.raises(CodingError, match="which side"):
        answers.sheet(world.la, "grading-1")
    coding_drafts.hand_in(
        world.la,
        coding_grades.find(world.la, "grading-1"),
        [{"item": 0, "grade": SECRET}],
        coder="c",
        author="ann",
    )
    found = coding_grades.find(world.la, "grading-1")
    for coder, author, words in (("c", "bob", "somebody else"), ("d", "ann", "claims and evidence")):
        with pytest.raises(CodingError, match=words):
            coding_drafts.hand_in(world.la, found, [{"item": 2, "grade": "none"}], coder=coder, author=author)
    with pytest.raises(CodingError, match="nobody of this party has graded evidence"):
        coding_drafts.seal_drafts(world.la, found, "clerk")
    world.settle()
    assert coding_drafts.drafts(world.vn, found) == {}, "a draft stays at home"
    ask = visitor(world.la).get
    for path in ("", "/fill?coder=d&side=evidence", "/fill?coder=c&side=claims"):
        page = ask(f"/comparison/coding/{found.key}{path}")
        assert page.status_code == 200
        assert "checked" not in page.text, "nobody is signed in: no grade is shown"
    assert "Some gauges" not in ask(f"/comparison/coding/{found.key}/fill?coder=c&side=claims").text
    coding_drafts.hand_in(world.la, found, [{"item": 2, "grade": "none"}], coder="d", author="bob")
    approve(world, world.la, _sealed(world.la, found), settle=False)
    seal(world, world.vn, "grading-1")
    open_both(world, "grading-1")
    (unit, *_) = answers.show(world.vn, "grading-1")["units"]
    assert unit["grades"] == {"la/c": SECRET, "vn/claims-1": "full"}


def _sealed(node, found):
    coding_drafts.seal_drafts(node, found, "clerk")
    return found


def test_a_sheet_sealed_by_another_program_is_held_to_the_task(at):
    """A grader who grades both sides counts for nothing, whatever was sealed; then one side's grades are not blind."""
    world = at("started")
    found = coding_grades.find(world.vn, "grading-1")
    both = [{"coder": "x", "item": at, "grade": "full"} for at in range(5)]
    bad = item(GradeSheet.model_validate({"task": "grading-1", "party": "la", "grades": both}))
    bad |= {"marking": "TLP:AMBER", "releasable_to": ["la", "vn"]}
    index = world.la.append([draft_from_json(bad, world.la.registry)])[0].index
    theirs = coding_grades.find(world.la, "grading-1")
    theirs.round.seal(index, author="clerk")
    approve(world, world.la, theirs, settle=False)
    seal(world, world.vn, "grading-1")
    open_both(world, "grading-1")
    shown = answers.show(world.vn, "grading-1")
    assert shown["unread"] == ["la/hq"]
    assert [unit["grade"] for unit in shown["units"]] == [None] * 5
    assert shown["agreement"]["claims"]["why"] == "no_pairs"
    assert (judged(world.vn)["verdict"], judged(world.vn)["grades"]) == ("cannot tell", None)
    assert "does not fit the task" in visitor(world.vn).get(f"/comparison/coding/{found.key}").text

"""The walk as a file: complete, fictional throughout, and refused where it names what is not there."""

from __future__ import annotations

import pytest
from rich.console import Console

from comity.app import systems
from comity.demo.act_erasure import found
from comity.demo.example import ExampleError, find_example, read_example, with_id
from comity.demo.stage import NEXT, RELEASE, Step
from comity.demo.walk import read_walk
from comity.demo.walk_picture import addresses, walked
from comity.node.kinds import Remark
from comity.node.sealing import draft_from_json
from comity.record.kinds import Registry

EXAMPLE = read_example(find_example())
WALK = read_walk(EXAMPLE)
REGISTRY = Registry([Remark, *(kind for system in systems() for kind in system.kinds)])


def test_every_record_is_a_sealed_exercise_that_a_node_takes_and_says_that_it_is_fiction():
    assert WALK.records
    for name, record in WALK.records.items():
        draft = WALK.draft(name, EXAMPLE, f"{record.party}/hq")
        draft_from_json(draft, REGISTRY)
        assert (draft["marking"], draft["class"]) == ("TLP:AMBER", "exercise")
        assert draft["releasable_to"] == ["la", "vn"]
        words = str(draft["fields"]).lower()
        assert "fictional" in words
        assert "exist" in words


def test_whatever_stays_readable_says_that_it_is_fiction():
    for said in (WALK.release.reason, WALK.erasure.reason, *(item.reason for item in WALK.pending)):
        assert said.startswith("Exercise: ")
        assert "fictional" in said
    for question in (WALK.round, WALK.waiting_round):
        assert "fictional" in question.title["en"]
        assert set(question.title) == {"en", "vi", "lo"}
    for grading in (*WALK.gradings, WALK.waiting_grading):
        assert "fictional" in grading.title["en"]
        assert set(grading.title) == {"en", "vi", "lo"}
        assert all(role.startswith("exercise-") for role in grading.graders.values())
    assert set(WALK.waiting_grading.grades) < {member.party for member in EXAMPLE.parties}
    for person in (WALK.clerk, WALK.visitor, *WALK.approvers):
        assert person.startswith("exercise-")


def words(value):
    if isinstance(value, str):
        return value
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return " ".join(map(words, parts))


def test_the_assessment_says_that_it_is_fiction_in_every_entry_and_its_background_is_real():
    plan = WALK.assessment
    fiction, *facts = plan.drafts(EXAMPLE, "vn/hq")
    assert plan.drafts(EXAMPLE, "la/hq") == []
    assert fiction["class"] == "exercise"
    assert {one["class"] for one in facts} == {"record"}
    for one in (fiction, *facts):
        draft_from_json(one, REGISTRY)
    said = [plan.initiative, plan.commitment["fields"], plan.reply, plan.line, plan.joint_line, plan.gate]
    said += [plan.session, *plan.session["questions"], *plan.arguments, *(one.text for one in plan.clauses)]
    for one in said:
        assert "fictional" in words(one), one
    assert not any("fictional" in words(one["fields"]) for one in facts)
    for one in (plan.slug, plan.gate["slug"], plan.session["slug"], plan.line["slug"]):
        assert one.startswith("exercise-")
    for panel in plan.panels.values():
        assert len(panel.experts) >= 3
        assert all(name.startswith("exercise-") for name in (panel.custodian, *panel.experts))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ((b'by = "vn"', b'by = "zz"'), "zz"),
        (
            (b'question = "exercise-tal-ruun-least-flow"', b'question = "exercise-nothing"'),
            "exercise-nothing",
        ),
        ((b'[["0.88"], ', b"["), "answers 3 of 4"),
        ((b"[joint_line]", b"[joint_lines]"), "joint_line"),
    ],
)
def test_an_assessment_that_names_what_is_not_there_is_refused_by_name(tmp_path, change, said):
    whole = (EXAMPLE.folder / "assessment.toml").read_bytes()
    (tmp_path / "assessment.toml").write_bytes(whole.replace(*change))
    with pytest.raises(ExampleError, match=said):
        read_walk(example_with(tmp_path, (EXAMPLE.folder / "walk.toml").read_bytes()))


def test_a_draft_of_the_walk_is_known_again():
    assert WALK.drafts(EXAMPLE, "vn/hq")[0] == with_id(
        {key: value for key, value in WALK.drafts(EXAMPLE, "vn/hq")[0].items() if key != "id"}, "vn/hq"
    )


def example_with(folder, walk):
    for name in ("compact.toml", "documents.toml"):
        (folder / name).write_bytes((EXAMPLE.folder / name).read_bytes())
    if walk is not None:
        (folder / "walk.toml").write_bytes(walk)
    return read_example(folder)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ((b'records = ["note"]', b'records = ["nothing"]'), "nothing"),
        ((b'party = "vn"', b'party = "zz"'), "zz"),
        ((b'clerk = "exercise-clerk"', b""), "clerk"),
        ((b"alone = ", b"alon = "), "alon"),
        ((b"clerk", b"\xff"), "walk.toml"),
        ((b"[release]", b"[release"), "walk.toml"),
    ],
)
def test_a_walk_that_names_what_is_not_there_is_refused_by_name(tmp_path, change, said):
    whole = (EXAMPLE.folder / "walk.toml").read_bytes()
    with pytest.raises(ExampleError, match=said):
        read_walk(example_with(tmp_path, whole.replace(*change)))


def test_an_example_without_a_walk_walks_nowhere(tmp_path):
    assert read_walk(example_with(tmp_path, None)) is None


def test_the_search_finds_words_in_any_file_and_nothing_else(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.sqlite").write_bytes(b"\x00\x01the words\xff")
    (tmp_path / "empty").write_bytes(b"")
    assert found(tmp_path, b"the words") == ["a/b.sqlite"]
    assert found(tmp_path, b"other words") == []


def test_the_picture_gives_each_step_its_entries_and_links_that_can_be_copied():
    console = Console(width=60, record=True, highlight=False)
    console.print(walked([Step(RELEASE, "vn/hq", "grants", (7, 8)), Step(NEXT, "la/hq", "yours", ())]))
    link = f"http://vn.localhost:8710/enter/{'x' * 43}?next=/enrol/{'y' * 43}"
    console.print(
        addresses([("a page", "http://vn.localhost:8710/erasure")], [("Viet Nam", link)]), soft_wrap=True
    )
    text = console.export_text()
    for words in ("[exercise]", "7, 8", "grants", "Yours to do", "http://vn.localhost:8710/erasure"):
        assert words in text
    assert link in text

"""`comity perspectives export` and `import`: statements out of a node, and drafts of them into another."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from comity.app import systems
from comity.cli import app
from comity.node.create import NewNode, create
from comity.node.node import Node
from comity.node.sealing import draft_from_json
from comity.perspectives.entries import Statement
from comity.perspectives.locators import point_to
from comity.perspectives.queries import reports
from comity.perspectives.quotes import quote_of
from tests.perspectives.test_queries import proposition, rule, statement, work

TEXT = "# Report\n\nThe gauge 🌊 was read daily. Nước lên sáng sớm. ນ້ຳຂຶ້ນ. Twice here. Twice here.\n"
HEADER = {"author": "editor", "marking": "TLP:CLEAR", "basis": "test", "retention": "working"}


def item(model):
    fields = model.model_dump(mode="json", by_alias=True, exclude_none=True)
    return {**HEADER, "kind": model.kind, "fields": fields}


def comity(*args):
    return CliRunner().invoke(app, [str(arg) for arg in args])


@pytest.fixture
def place(tmp_path):
    """A node with two statements whose passages it holds, and one of which it holds no document."""
    create(tmp_path / "node", NewNode(party="aa", node="hq", unprotected=True))
    (tmp_path / "paper.md").write_text(TEXT, encoding="utf-8")

    def cited(slug, passage, stance, work="the-paper", **more):
        locator = point_to(TEXT, passage)
        if more.pop("keep", False):
            more["quote"] = quote_of(TEXT, locator.start, locator.end)
        return statement(slug, "north-office", stance, cite={"work": work, "locator": locator}, **more)

    away = statement("away", "north-office", 1, cite={"work": "elsewhere"})
    models = [
        work("the-paper"),
        rule(),
        proposition(),
        cited("one", "The gauge 🌊 was read", 2),
        cited("two", "ນ້ຳຂຶ້ນ", "mixed", keep=True, paraphrase={"lo": "ນ້ຳຂຶ້ນແລ້ວ"}),
        cited("received", "Nước lên sáng sớm.", 1, work="not-held", keep=True),
        away,
    ]
    with Node.open(tmp_path / "node", systems()) as node:
        node.append([draft_from_json(item(model), node.registry) for model in models])
    done = comity(
        "perspectives",
        "take",
        tmp_path / "node",
        tmp_path / "paper.md",
        "--work",
        "the-paper",
        "--author",
        "e",
    )
    assert done.exit_code == 0, done.output
    return tmp_path


def fields(place):
    with Node.open(place / "node", systems()) as node, node.views.connect() as db:
        return {report.fields["slug"]: report.fields for report in reports(db, Statement)}


@pytest.mark.parametrize("name", ["out.qdpx", "out.jsonld", "out.csv"])
def test_what_went_out_comes_back_as_the_same_statements(place, name):
    out = comity("perspectives", "export", place / "node", place / name, "--with-texts", "--json")
    assert out.exit_code == 3
    told = json.loads(out.stdout)
    assert (told["written"], [left["where"] for left in told["left_out"]]) == (3, ["away"])
    read = comity(
        "perspectives", "import", place / "node", place / name, place / "drafts.json", "--author", "e"
    )
    assert read.exit_code == 3, read.output
    assert "no draft: received: no document of the work 'not-held' is held here" in read.stdout
    drafts = json.loads((place / "drafts.json").read_text("utf-8"))
    before = fields(place)
    assert {draft["fields"]["slug"]: draft["fields"] for draft in drafts} == {
        slug: before[slug] for slug in ("one", "two")
    }
    with Node.open(place / "node", systems()) as node:
        size = node.size(node.origin)
        node.append([draft_from_json(draft, node.registry) for draft in drafts])
        assert node.size(node.origin) == size + 2


def test_another_program_s_codes_become_statements_by_a_mapping(place):
    (place / "coded.csv").write_text(
        "slug,work,code,quote,coder\n"
        'c1,report.md,Trust > high,"Nước lên sáng sớm.",Coder\n'
        "c2,report.md,Trust > high,Twice here.,Coder\n"
        "c3,report.md,Unknown,ນ້ຳຂຶ້ນ,Coder\n"
        "c4,nowhere,Trust > high,The gauge,Coder\n",
        encoding="utf-8",
    )
    (place / "map.toml").write_text(
        """
[works]
"report.md" = "the-paper"
[codes."Trust > high"]
proposition = "river"
stance = 2
frame = "solidarity"
[defaults]
holder = "north-office"
reported_by = ["the-paper"]
source = "the-paper"
author = "A. Author"
modality = "asserts"
paraphrase = { en = "It rose." }
""",
        encoding="utf-8",
    )
    done = comity(
        "perspectives",
        "import",
        place / "node",
        place / "coded.csv",
        place / "drafts.json",
        "--author",
        "e",
        "--mapping",
        place / "map.toml",
        "--json",
    )
    assert done.exit_code == 3
    problems = {item["where"]: item["what"] for item in json.loads(done.stdout)["problems"]}
    assert problems.keys() == {"c2", "c3", "c4"}
    assert "more than once" in problems["c2"]
    assert "proposition" in problems["c3"] or "stance" in problems["c3"]
    assert "no document of the work 'nowhere'" in problems["c4"]
    (draft,) = json.loads((place / "drafts.json").read_text("utf-8"))
    locator = draft["fields"]["cite"]["locator"]
    assert TEXT[locator["start"] : locator["end"]] == "Nước lên sáng sớm."


def test_a_quote_that_moved_is_found_by_its_words_and_one_that_lies_is_told(place):
    data = [
        {
            "type": "Annotation",
            "id": f"urn:{slug}",
            "target": {
                "source": "urn:comity:work:the-paper",
                "selector": [
                    {"type": "TextPositionSelector", "start": 0, "end": 5},
                    {"type": "TextQuoteSelector", "exact": exact},
                ],
            },
            "body": [{"type": "TextualBody", "purpose": "tagging", "value": f"slug: {slug}"}],
        }
        for slug, exact in (("moved", "was read daily"), ("lie", "was never read"))
    ]
    (place / "notes.jsonld").write_text(json.dumps(data), encoding="utf-8")
    (place / "map.toml").write_text(
        """
[defaults]
proposition = "river"
stance = 0
frame = "solidarity"
coder = "c"
holder = "north-office"
reported_by = ["the-paper"]
source = "the-paper"
author = "A"
modality = "asserts"
paraphrase = { en = "x" }
""",
        encoding="utf-8",
    )
    done = comity(
        "perspectives",
        "import",
        place / "node",
        place / "notes.jsonld",
        place / "drafts.json",
        "--author",
        "e",
        "--mapping",
        place / "map.toml",
    )
    assert "no draft: lie: the passage is not in this text" in done.stdout
    (draft,) = json.loads((place / "drafts.json").read_text("utf-8"))
    locator = draft["fields"]["cite"]["locator"]
    assert TEXT[locator["start"] : locator["end"]] == "was read daily"


def test_words_of_another_program_are_kept_where_that_is_asked_for(place):
    (place / "coded.csv").write_text(
        "slug,work,code,quote,prefix,suffix,coder\n"
        "c1,the-paper,river / 1,Twice here.,Twice here.,,Coder\n"
        "c2,the-paper,river / 1,ນ້ຳຂຶ້ນ,elsewhere,around,Coder\n",
        encoding="utf-8",
    )
    (place / "map.toml").write_text(
        """
[defaults]
frame = "solidarity"
holder = "north-office"
reported_by = ["the-paper"]
source = "the-paper"
author = "A"
modality = "asserts"
paraphrase = { lo = "x" }
""",
        encoding="utf-8",
    )
    where = ("perspectives", "import", place / "node", place / "coded.csv", place / "drafts.json")
    options = ("--author", "e", "--mapping", place / "map.toml")
    done = comity(*where, *options, "--keep-words")
    assert "no draft: c2: the words of the passage stand in this text once, but among other" in done.stdout
    (draft,) = json.loads((place / "drafts.json").read_text("utf-8"))
    assert draft["fields"]["cite"]["locator"]["start"] == TEXT.rindex("Twice")
    assert draft["fields"]["quote"]["exact"] == "Twice here."
    assert draft["class"] == "record"
    assert comity(*where, *options, "--exercise").exit_code == 3
    (draft,) = json.loads((place / "drafts.json").read_text("utf-8"))
    assert ("quote" in draft["fields"], draft["class"]) == (False, "exercise")


def test_a_mapping_of_another_shape_and_a_missing_file_are_refused(place):
    (place / "map.toml").write_text("[other]\nx = 1\n", encoding="utf-8")
    (place / "c.csv").write_text("work,code,quote\n", encoding="utf-8")
    for file, mapping in (("c.csv", "map.toml"), ("absent.csv", "map.toml"), ("c.csv", "absent.toml")):
        done = comity(
            "perspectives",
            "import",
            place / "node",
            place / file,
            place / "d.json",
            "--author",
            "e",
            "--mapping",
            place / mapping,
        )
        assert done.exit_code == 1
        assert "interchange" in done.output
    assert not (place / "d.json").exists()

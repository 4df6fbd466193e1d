"""`compare`, `moves`, `claims` and `coding` on a node of its own; the interface answers the same."""

from __future__ import annotations

import json

import pytest
from fastapi import FastAPI
from typer.testing import CliRunner

from comity.app import mount, systems
from comity.cli import app
from comity.node.create import NewNode, create
from comity.node.node import Node
from comity.node.sealing import draft_from_json
from comity.node.web.problems import install
from comity.perspectives.entries import Rule
from tests.console.conftest import Visitor
from tests.perspectives.test_commands import item
from tests.perspectives.test_queries import GROUPS, codebook, finding, proposition, rule, statement, work
from tests.perspectives.test_record_claims import claim, evidence


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Three sides with four origins each, two that agree and one that differs; a claim with its author's grade."""
    root = tmp_path_factory.mktemp("comparison")
    create(root / "node", NewNode(party="aa", node="hq", unprotected=True))
    models = [
        rule(),
        proposition(),
        codebook(),
        finding(),
        work("the-paper"),
        claim(grade="full", coder="one"),
        evidence("a", grade="none", coder="two"),
        evidence("b"),
    ]
    for holder, stance in (("north-office", 2), ("south-office", 2), ("institute", -2)):
        for at in range(4):
            slug = f"{holder}-{at}"
            models += [work(slug), statement(slug, holder, stance, via=(slug,))]
    with Node.open(root / "node", systems()) as node:
        node.append([draft_from_json(item(model), node.registry) for model in models])
    return root / "node"


def comity(*args):
    result = CliRunner().invoke(app, ["perspectives", *map(str, args)])
    assert result.exit_code == 0, result.output
    return result.stdout


def answer(*args):
    return json.loads(comity(*args, "--json"))


def test_a_comparison_leads_from_each_cell_to_its_statements(place):
    found = answer("compare", place, "--proposition", "river")
    (row,) = found["rows"]
    assert (row["authors_finding"], row["computed_finding"]) == ("converge", "differ")
    assert row["authors"][0]["evidence"] == ["the-paper"]
    assert row["cells"]["north"]["clusters"][0]["statements"] == ["north-office-0"]
    verdicts = {(pair["one"], pair["other"]): pair["verdict"] for pair in row["pairs"]}
    assert verdicts == {
        ("north", "south"): "agree",
        ("north", "outside"): "differ",
        ("south", "outside"): "differ",
    }
    apart = row["pairs"][1]
    assert apart["interval"][0] > 1
    assert apart["test"]["exact"]
    assert apart["test"]["family"] == 2, "the pair that all say alike on could not be tested, and left"
    assert row["pairs"][0]["test"]["testable"] is False
    assert answer("compare", place, "--proposition", "moon")["rows"] == []
    text = comity("compare", place)
    for words in ("clusters/2", "codebook cooperation/1", "q = 0.029 in 2", "not testable", "stable"):
        assert words in text, words


def test_moves_list_what_hangs_on_one_choice(place):
    found = answer("moves", place, "--only", "institute")
    assert found["moves"] == 2
    assert {flip["after"] for flip in found["flips"]} <= {"cannot tell", "agree", "cannot tell (apart)"}
    assert "0 results flip in 0 moves" in comity("moves", place, "--only", "nobody")


def test_claims_that_nobody_graded_blind_have_no_verdict(place):
    (found,) = answer("claims", place)["claims"]
    assert (found["verdict"], found["stable"], found["with_unknown"]) == ("cannot tell", True, "cannot tell")
    assert (found["grades"], found["grade_not_blind"], found["not_blind"]) == (None, "full", ["a", "b"])
    text = comity("claims", place)
    assert "not graded blind, in one round" in text
    assert "its author grades the claim full: not blind" in text
    assert "no coding round" in comity("coding", "show", place)


def test_pages_and_interface_answer_alike(place):
    with Node.open(place, systems()) as node:
        served = FastAPI()
        install(served)
        mount(served, node, systems())
        client = Visitor(served)
        assert client.get("/api/v1/perspectives/compare?proposition=river").json()["rows"][0][
            "computed_finding"
        ] == ("differ")
        assert client.get("/api/v1/perspectives/claims").json()["method"] == "record/2"
        assert client.get("/api/v1/perspectives/moves?slug=institute").json()["moves"] == 2
        assert client.get("/api/v1/perspectives/coding").json() == {"rounds": []}
        for path, words in (
            ("/comparison", "Claims against the record"),
            ("/comparison/river", "Differences between the sides"),
            ("/comparison/river", "not testable"),
            (
                "/comparison/claims",
                "claim and evidence were not graded blind, in one round that all have opened",
            ),
            ("/comparison/claims", "not blind"),
            ("/comparison/rule", "cooperation/1"),
            ("/comparison/rule?move=institute", "Results that hang on one choice"),
            ("/comparison/coding", "No coding round is held here"),
        ):
            page = client.get(path)
            assert page.status_code == 200, path
            assert words in page.text, (path, words)
        for lang in ("vi", "lo"):
            assert client.get("/comparison/river", lang=lang).status_code == 200


def test_a_party_that_others_report_is_not_heard_itself_and_organs_are_named_in_words(tmp_path):
    create(tmp_path / "node", NewNode(party="aa", node="hq", unprotected=True))
    groups = [{"name": name, "labels": {"en": name.title()}, "voice": "official"} for name in GROUPS]
    placed = Rule.model_validate(
        {**rule().model_dump(mode="json", by_alias=True, exclude_none=True), "groups": groups}
    )
    organs = [{"state": "aa", "clusters": ["north-press", "south-press"]}]
    models = [
        placed,
        proposition(),
        codebook(organs=organs),
        work("the-paper"),
        work("w", cluster="north-press"),
        statement("a", "north-office", 2, modality="reports"),
        statement("b", "south-office", 2, via=("w",)),
    ]
    with Node.open(tmp_path / "node", systems()) as node:
        node.append([draft_from_json(item(model), node.registry) for model in models])
        served = FastAPI()
        install(served)
        mount(served, node, systems())
        client = Visitor(served)
        for path, count in (("/comparison", 1), ("/comparison/river", 2)):
            assert client.get(path).text.count("not heard itself, only reported") == count, path
        page = client.get("/comparison/rule").text
        for cluster, named in (("north-press", "north press"), ("south-press", "south press")):
            assert f'<a href="/comparison/works?cluster={cluster}">{named}</a>' in page
        assert page.count("works by Work w") == 1
    assert comity("compare", tmp_path / "node").count("not heard itself, only reported") == 1

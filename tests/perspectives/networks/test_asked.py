"""From a node to a network: by command, by interface, on its page, and as a file others read."""

from __future__ import annotations

import csv
import io
import json

import pytest
from fastapi import FastAPI
from lxml import etree
from typer.testing import CliRunner

from comity.app import mount, systems
from comity.cli import app
from comity.node.create import NewNode, create
from comity.node.node import Node
from comity.node.sealing import draft_from_json
from comity.perspectives.entries import Proposition, Rule
from comity.perspectives.networks import dates
from comity.perspectives.networks.asked import asked
from comity.perspectives.networks.drawing import DRAWN, WIDTH, draw
from comity.perspectives.networks.formats import GRAPHML
from tests.asgi import Client
from tests.perspectives.networks.made import statement, work

HEADER = {"author": "editor", "marking": "TLP:CLEAR", "basis": "test", "retention": "working"}


def rule(*holders):
    return Rule.model_validate(
        {
            "version": 1,
            "groups": [{"name": "north", "labels": {"en": "North"}}],
            "holders": [
                {"holder": slug, "names": {"en": slug.title()}, "group": "north"} for slug in holders
            ],
        }
    )


def proposition(slug):
    fields = {
        "slug": slug,
        "text": {"en": f"The {slug} is <safe>."},
        "issue": "water",
        "authors_section": "5",
    }
    return Proposition.model_validate(fields)


def models():
    return [
        work("the-paper", 2021),
        rule("north-office", "south-office"),
        proposition("river"),
        proposition("hill"),
        statement("s1", "north-office", 2, date="2012-05-01"),
        statement("s2", "south-office", 1, date="2013"),
        statement("s3", "south-office", -2, proposition="hill", date="2019-02"),
        statement("s4", "north-office", 2, proposition="hill"),
        statement("s5", "a-private-person", 2, date="2012-05-01"),
        statement("s6", "north-office", "mixed", date="2012-06-01"),
    ]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("networks") / "node"
    create(folder, NewNode(party="aa", node="hq", unprotected=True))
    with Node.open(folder, systems()) as node:
        drafts = []
        for model in models():
            fields = model.model_dump(mode="json", by_alias=True, exclude_none=True)
            drafts.append(draft_from_json({**HEADER, "kind": model.kind, "fields": fields}, node.registry))
        node.append(drafts)
    return folder


@pytest.fixture(scope="module")
def client(place):
    with Node.open(place, systems()) as node:
        served = FastAPI()
        mount(served, node, systems())
        yield Client(served)


def comity(*args):
    return CliRunner().invoke(app, ["perspectives", "network", *map(str, args)])


def answer(*args):
    result = comity(*args, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_network_over_all_time(place):
    data = answer(place, "--method", "subtract", "--norm", "none")
    (window,) = data["windows"]
    assert window["ties"] == []  # one matter alike, one apart
    assert data["left_out"] == {"holder not placed": 1, "mixed": 1}
    assert [actor["slug"] for actor in data["actors"]] == ["north-office", "south-office"]
    (tie,) = answer(place, "--norm", "none")["windows"][0]["ties"]
    assert tie == {"from": "north-office", "to": "south-office", "value": 1.0}


def test_windows_tell_when_they_parted(place):
    data = answer(place, "--window", "5y", "--method", "subtract", "--norm", "none")
    found = [(w["first"], w["statements"], [t["value"] for t in w["ties"]]) for w in data["windows"]]
    # Statement s4 has no date of its own: it is of the year of its source.
    assert found == [("2012-01-01", 2, [1.0]), ("2017-01-01", 2, [-1.0])]


def test_two_modes_and_stances(place):
    (window,) = answer(place, "--mode", "two", "--method", "subtract", "--scale", "stance")["windows"]
    found = {(tie["from"], tie["to"]): tie["value"] for tie in window["ties"]}
    assert found[("south-office", "river")] == 0.5
    assert found[("south-office", "hill")] == -1.0


def test_text_names_the_method_and_what_was_left_out(place):
    text = comity(place, "--window", "5y").stdout
    assert "congruence by average, networks/1, agreement" in text
    assert "2012-01-01 to 2016-12-31: 2 statements, 1 ties" in text
    assert "left out, mixed: 1" in text


def test_csv_and_graphml_hold_the_same_ties(place):
    rows = list(
        csv.DictReader(io.StringIO(comity(place, "--window", "5y", "--norm", "none", "--csv").stdout))
    )
    assert [(row["from"], row["to"], row["value"]) for row in rows] == [
        ("north-office", "south-office", "1.0")
    ]
    root = etree.fromstring(comity(place, "--window", "5y", "--mode", "two", "--graphml").stdout.encode())
    graphs = root.findall(f"{{{GRAPHML}}}graph")
    assert [len(graph.findall(f"{{{GRAPHML}}}edge")) for graph in graphs] == [2, 2]
    ids = [node.get("id") for node in root.iter(f"{{{GRAPHML}}}node")]
    assert len(ids) == len(set(ids)) == 8


@pytest.mark.parametrize(
    "args",
    [
        ("--method", "harmony"),
        ("--norm", "l3"),
        ("--mode", "three"),
        ("--window", "often"),
        ("--scale", "mood"),
        ("--duplicates", "never"),
        ("--window", "1d"),
    ],
)
def test_a_choice_that_is_none_is_said_with_what_to_do(place, args):
    result = comity(place, *args)
    assert result.exit_code == 1
    assert "what to do:" in result.output


def test_the_interface_answers_what_the_command_line_does(place, client):
    assert client.get("/api/v1/perspectives/network?window=5y").json() == answer(place, "--window", "5y")


def test_the_page_draws_every_window_and_has_the_same_as_a_table(client):
    page = client.get("/networks?window=5y&lang=en").text
    assert page.count('role="img"') == 2
    assert page.count("As a table") == 1
    assert "a-private-person" not in page
    assert "&lt;safe&gt;" in client.get("/networks?mode=two").text
    assert client.get("/networks/ties.csv?window=5y").text.startswith("first,last,from,to,value")
    assert "graphml" in client.get("/networks/ties.graphml").headers["content-type"]


def test_an_address_that_asks_for_what_is_none_gets_the_plain_page(client):
    assert client.get("/networks?method=harmony&norm=%3Cscript%3E&window=1d&mode=x").status_code == 200


def test_too_many_windows_are_told_above_the_network_of_all_times(client, monkeypatch):
    monkeypatch.setattr(dates, "MOST", 1)
    for lang, words in (
        ("en", "no network can be made of these choices"),
        ("vi", "không lập được mạng lưới"),
    ):
        page = client.get(f"/networks?window=5y&lang={lang}")
        assert (page.status_code, words in page.text, page.text.count('role="img"')) == (200, True, 1)
    assert client.get("/networks/ties.csv?window=5y").status_code == 400


def test_a_drawing_is_always_the_same_and_keeps_to_its_frame(place):
    with Node.open(place, systems()) as node, node.views.connect() as db:
        network = asked(db, {"mode": "two", "window": "5y"}).network
    one, other = draw(network), draw(network)
    assert one == other
    assert [node.slug for node in one[0].nodes] == [node.slug for node in one[1].nodes]
    assert {(node.x, node.y) for node in one[0].nodes} == {(node.x, node.y) for node in one[1].nodes}
    assert all(0 <= node.x <= WIDTH and 0 <= node.y <= one[0].height for node in one[0].nodes)
    assert len(one[0].nodes) <= DRAWN


def test_without_a_rule_nobody_is_drawn(tmp_path):
    create(tmp_path / "node", NewNode(party="aa", node="hq", unprotected=True))
    assert answer(tmp_path / "node")["actors"] == []

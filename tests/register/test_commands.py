"""`comity register` and its JSON interface, on a node of its own."""

from __future__ import annotations

import json
from datetime import date

import pytest
from fastapi import FastAPI
from typer.testing import CliRunner

from comity.app import systems
from comity.cli import app
from comity.node.create import NewNode, create
from comity.node.node import Node
from comity.node.sealing import draft_from_json
from comity.node.system import NodeApp
from comity.node.web.problems import install
from comity.register import answers
from comity.register.api import api
from tests.asgi import Client
from tests.compacts import put
from tests.register.test_queries import event, instrument, status, undertaking

HEADER = {"author": "editor", "marking": "TLP:CLEAR", "basis": "test", "retention": "working"}


def item(model, class_="record"):
    fields = model.model_dump(mode="json", by_alias=True, exclude_none=True)
    return {**HEADER, "kind": model.kind, "class": class_, "fields": fields}


@pytest.fixture
def folder(tmp_path):
    create(tmp_path / "node", NewNode(party="aa", node="hq", unprotected=True))
    with Node.open(tmp_path / "node", systems()) as node:
        put(node, ("aa", "party"), ("bb", "party"), ("oo", "observer"))
        real = [instrument(), event("2016"), event("2017"), undertaking()]
        fictional = [undertaking("fiction"), status("partial", "fiction")]
        items = [*map(item, real), *(item(model, "exercise") for model in fictional)]
        node.append([draft_from_json(one, node.registry) for one in items])
    return tmp_path / "node"


def comity(*args):
    return CliRunner().invoke(app, [str(arg) for arg in args])


def answer(*args):
    result = comity(*args, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_facts_are_listed_by_kind_and_by_state(folder):
    states = {fact["key"]: fact["state"] for fact in answer("register", "list", folder)["facts"]}
    assert states == {
        "treaty-one": "awaiting",
        "treaty-one in_force": "recorded differently",
        "gauges": "awaiting",
        "fiction": "awaiting",
    }
    (fact,) = answer("register", "list", folder, "--state", "recorded differently")["facts"]
    assert len(fact["reports"]) == 2
    assert "[exercise] fiction" in comity("register", "list", folder, "--kind", "undertaking").stdout


def test_a_thing_is_shown_with_every_report_and_its_sources(folder):
    text = comity("register", "show", folder, "treaty-one").stdout
    for words in (
        "Treaty One",
        "reports differ in: date",
        "source: a-paper, section 3.2",
        "no counterpart visible of: bb",
    ):
        assert words in text


def test_standing_is_shown_and_advice_is_no_status(folder):
    views = {view["slug"]: view for view in answer("register", "status", folder)["undertakings"]}
    assert views["gauges"]["standing"] == {
        "state": "awaiting",
        "status": None,
        "said": {},
        "silent": ["aa", "bb"],
    }
    assert views["fiction"]["standing"]["said"] == {"aa": "partial"}
    assert "[exercise] fiction: aa partial" in comity("register", "status", folder, "fiction").stdout


def test_the_compact_is_not_in_force_while_one_party_is_silent(folder):
    found = answer("register", "compact", folder)["compact"]
    assert (found["in_force"], found["observers"]) == (False, ["oo"])
    assert "not in force" in comity("register", "compact", folder).stdout


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("show", "no-such"), 1),
        (("status", "no-such"), 1),
        (("list", "--kind", "rumour"), 1),
        (("list", "--kind"), 2),
    ],
)
def test_what_is_not_there_is_said(folder, args, code):
    verb, *rest = args
    result = comity("register", verb, folder, *rest)
    assert result.exit_code == code
    assert code == 2 or "code: register-unknown" in result.output


def test_the_interface_answers_what_the_command_line_does(folder):
    with Node.open(folder, systems()) as node:
        served = FastAPI()
        install(served)
        served.include_router(api(NodeApp(node, systems())))
        client = Client(served)
        assert client.get("/api/v1/register/summary").json()["counts"]["register.event"] == 2
        assert len(client.get("/api/v1/register/facts/instrument").json()) == 1
        assert len(client.get("/api/v1/register/things/treaty-one").json()) == 2
        assert len(client.get("/api/v1/register/undertakings").json()) == 2
        for path in ("facts/rumour", "facts/register.status", "things/no-such"):
            reply = client.get(f"/api/v1/register/{path}")
            assert reply.status_code == 404
            assert reply.headers["content-type"] == "application/problem+json"
        late = answers.undertakings(node, date(2030, 1, 1))
    assert {view["slug"]: view["advice"] for view in late}["gauges"] == "window over, no evidence seen"

"""`comity perspectives` and its JSON interface, on a node of its own."""

from __future__ import annotations

import json

import pytest
from fastapi import FastAPI
from typer.testing import CliRunner

from comity.app import systems
from comity.cli import app
from comity.node import lock
from comity.node.create import NewNode, create
from comity.node.folder import Folder
from comity.node.node import Node
from comity.node.sealing import draft_from_json
from comity.node.system import NodeApp
from comity.node.web.problems import install
from comity.perspectives import api as interface
from comity.perspectives.locators import point_to
from tests.asgi import Client
from tests.perspectives.test_queries import finding, proposition, rule, statement, work

TEXT = "# Report\n\nThe gauge was read daily. Nước lên sáng sớm.\n"
HEADER = {"author": "editor", "marking": "TLP:CLEAR", "basis": "test", "retention": "working"}


def item(model):
    fields = model.model_dump(mode="json", by_alias=True, exclude_none=True)
    return {**HEADER, "kind": model.kind, "fields": fields}


@pytest.fixture
def place(tmp_path):
    """A node with one statement on one proposition, and a file that holds its passage."""
    create(tmp_path / "node", NewNode(party="aa", node="hq", unprotected=True))
    (tmp_path / "paper.md").write_text(TEXT)
    locator = point_to(TEXT, "The gauge was read daily.").model_dump(exclude_none=True)
    voiced = statement("one", "north-office", 2, cite={"work": "the-paper", "locator": locator})
    with Node.open(tmp_path / "node", systems()) as node:
        models = [work("the-paper"), rule(), proposition(), voiced, finding()]
        node.append([draft_from_json(item(model), node.registry) for model in models])
    return tmp_path


def comity(*args):
    return CliRunner().invoke(app, [str(arg) for arg in args])


def answer(*args):
    result = comity(*args, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_matrix_keeps_the_two_findings_apart(place):
    (row,) = answer("perspectives", "matrix", place / "node")["rows"]
    assert (row["authors_finding"], row["computed_finding"]) == ("converge", "cannot tell")
    text = comity("perspectives", "matrix", place / "node").stdout
    assert "north +2.0 (1, as reported by the-paper)" in text
    assert "cannot tell: south is not heard" in text


def test_a_document_is_taken_in_once_and_its_locators_are_followed(place):
    orphan = answer("perspectives", "locators", place / "node")["locators"][0]
    assert orphan["reason"] == "no document of this work is held here"
    args = (
        "perspectives",
        "take",
        place / "node",
        place / "paper.md",
        "--work",
        "the-paper",
        "--author",
        "editor",
    )
    first, again = answer(*args), answer(*args)
    assert (first["new"], again["new"], first["index"]) == (True, False, again["index"])
    states = [found["state"] for found in answer("perspectives", "locators", place / "node")["locators"]]
    assert states == ["exact", "orphan"]
    (held,) = answer("perspectives", "documents", place / "node")["documents"]
    assert (held["marking"], held["fields"]["length"]) == ("TLP:AMBER", len(TEXT))
    assert "1 of 2 locators" in comity("perspectives", "locators", place / "node").stdout


def test_statements_say_by_way_of_which_works_they_came(place):
    text = comity("perspectives", "statements", place / "node").stdout
    assert "by way of the-paper" in text
    assert (
        answer("perspectives", "statements", place / "node", "--proposition", "no-such")["statements"] == []
    )


def test_a_locator_is_made_for_a_passage_that_stands_there_once(place):
    made = answer("perspectives", "locate", place / "paper.md", "Nước lên sáng sớm.")
    assert TEXT[made["start"] : made["end"]] == "Nước lên sáng sớm."


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("locate", "paper.md", "not there"), "not in the document"),
        (("locate", "none.md", "x"), "No such file"),
        (("take", "node", "blob", "--work", "the-paper", "--author", "e"), "not UTF-8"),
        (("take", "node", "none", "--work", "the-paper", "--author", "e"), "No such file"),
        (("take", "node", "paper.md", "--work", "The Paper!", "--author", "e"), "work:"),
        (("matrix", "blob"), "comity.toml"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_to_do(place, args, words):
    (place / "blob").write_bytes(b"\xff\xfe")
    verb, *rest = args
    result = comity(
        "perspectives", verb, *[place / arg if (place / arg).exists() or "." in arg else arg for arg in rest]
    )
    assert result.exit_code == 1, result.output
    assert words in result.output
    assert "what to do:" in result.output


@pytest.fixture
def client(place):
    with lock.hold(Folder(place / "node")), Node.open(place / "node", systems()) as node:
        served = FastAPI()
        install(served)
        served.include_router(interface.api(NodeApp(node, systems())))
        yield Client(served)


def test_the_interface_answers_what_the_command_line_does(client):
    (row,) = client.get("/api/v1/perspectives/matrix").json()
    assert row["stances"] == {"north": 2.0, "south": None, "outside": None}
    assert client.get("/api/v1/perspectives/comparison").json()["method"] == "clusters/2"
    assert len(client.get("/api/v1/perspectives/statements?proposition=river").json()) == 1
    assert set(client.get("/api/v1/perspectives/summary").json()) == {"counts", "digest"}


def test_a_document_over_the_interface_never_gives_its_text_back(client):
    url = "/api/v1/perspectives/documents?work=the-paper&author=e"
    assert client.post(url, content=TEXT.encode()).json()["new"]
    assert not client.post(url, content=TEXT.encode()).json()["new"]
    for path in ("documents", "locators"):
        assert "gauge was read" not in client.get(f"/api/v1/perspectives/{path}").text


@pytest.mark.parametrize(
    ("query", "body", "status"),
    [
        ("work=the-paper&author=e", b"\xff", 400),
        ("work=the-paper&author=e", b"", 400),
        ("work=../etc&author=e", b"text", 400),
        ("work=the-paper&author=", b"text", 400),
        ("author=e", b"text", 422),
        ("work=the-paper&author=" + "e" * 300, b"text", 400),
    ],
)
def test_a_bad_upload_is_refused_and_nothing_is_added(client, query, body, status):
    before = client.get("/api/v1/perspectives/documents").json()
    reply = client.post(f"/api/v1/perspectives/documents?{query}", content=body)
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"] == "application/problem+json"
    assert client.get("/api/v1/perspectives/documents").json() == before


def test_an_upload_without_end_is_cut_off(client, monkeypatch):
    monkeypatch.setattr(interface, "MAX_BYTES", 1000)
    reply = client.post("/api/v1/perspectives/documents?work=w&author=e", content=b"x" * 1001)
    assert reply.status_code == 413

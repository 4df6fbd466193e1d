"""Acts in the browser: shown first and recorded then; what would not stand is told beside its field."""

from __future__ import annotations

import html
import re
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI

from comity.app import mount, systems
from comity.assessment.position import answers
from comity.node.create import NewNode, create
from comity.node.node import Node
from comity.node.sealing import drafts_from_json
from tests.asgi import Client
from tests.assessment.gate.test_writing import initiative

WHO = {"author": "clerk-1", "marking": "TLP:CLEAR", "exercise": "yes"}
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    root = tmp_path_factory.mktemp("forms") / "la"
    create(root, NewNode(party="la", node="hq", unprotected=True))
    with Node.open(root, systems()) as node:
        node.append(drafts_from_json([initiative(), initiative("zone", "vn")], node.registry))
        web = FastAPI()
        mount(web, node, systems())
        yield node, Client(web)


def send(client, path, fields, do="show"):
    return client.request("POST", path, content=urlencode({**WHO, **fields, "do": do}).encode(), headers=FORM)


def take(client, path, fields):
    """Show, then record exactly what was shown."""
    seen = send(client, path, fields)
    assert seen.status_code == 200, seen.text
    hidden = {
        name: html.unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', seen.text)
    }
    done = send(client, path, hidden, "record")
    assert done.status_code == 303, done.text
    return seen.text, done.headers["location"]


def test_a_consultation_is_opened_stepped_extended_and_replied_to(served):
    node, client = served
    start = node.status().size
    gate = {"initiative": "dam", "slug": "dam-gate", "rule": "mrc-pnpca@1", "water": "mainstream"}
    gate |= {"season-dry": "yes", "use": "intra_basin"}
    shown = send(client, "/assessment/gate-acts/open", gate)
    assert node.status().size == start, "showing records nothing"
    assert "What the other side will see" in shown.text
    assert "dry season" in shown.text
    _, where = take(client, "/assessment/gate-acts/open", gate)
    assert where == "/assessment/initiatives/dam"
    step = {"gate": "dam-gate", "sponsor": "la", "step": "started", "on": "2026-01-20", "past": "yes"}
    _, where = take(client, "/assessment/gate-acts/step", step)
    assert where == "/assessment/gates/dam-gate#of-la"
    more = {**step, "step": "extended", "on": "2026-07-01", "length": "1m"}
    seen, _ = take(client, "/assessment/gate-acts/step", more)
    assert "months" in seen
    said = {"initiative": "dam", "slug": "mou", "commitment": "memorandum", "on": "2026-03-01", "by": "la"}
    said |= {
        "toward": "ostelvarra",
        "asserted_by": "example editor",
        "cites": "some-work",
        "unverified": "yes",
    }
    take(client, "/assessment/gate-acts/commitment", said)
    reply = {"gate": "dam-gate", "sponsor": "la", "reply": "contest", "text.en": "<b>No.</b>"}
    take(client, "/assessment/gate-acts/reply", reply)
    page = client.get("/assessment/gates/dam-gate?lang=en").text
    assert "dated before consultation concluded" in page
    assert "<b>No.</b>" not in page
    assert '<desc id="timeline-la-words">' in page


def test_what_would_not_stand_is_refused_and_what_was_typed_stays(served):
    node, client = served
    start = node.status().size
    gate = {"initiative": "dam", "slug": "Not A Slug", "rule": "mrc-pnpca@1", "water": "mainstream"}
    refused = send(client, "/assessment/gate-acts/open", gate)
    assert refused.status_code == 422
    assert "Nothing was recorded" in refused.text
    assert 'value="Not A Slug"' in refused.text
    nobody = send(client, "/assessment/gate-acts/open", {**gate, "slug": "x", "author": ""})
    assert 'id="fault-author"' in nobody.text
    theirs = {"initiative": "zone", "slug": "z", "rule": "mrc-pnpca@1"}
    assert "another party" in send(client, "/assessment/gate-acts/open", theirs).text
    wild = {**gate, "slug": "y", "marking": "TLP:PINK"}
    assert send(client, "/assessment/gate-acts/open", wild).status_code == 422
    assert node.status().size == start
    for path in (
        "gate-acts/none",
        "gate-acts/step?gate=none",
        "line-acts/none",
        "line-acts/clause?line=none",
    ):
        assert client.get(f"/assessment/{path}").status_code == 404


def test_a_line_is_opened_spoken_on_and_written(served):
    node, client = served
    line = {"slug": "flow-line", "title.en": "Flow", "matter": "position"}
    line |= {"issues": "Least flow: 50 % of the mean; 80 % of the mean\nData: daily; weekly"}
    take(client, "/assessment/line-acts/line", line)
    clause = {"line": "flow-line", "step": "propose", "clause": "c1", "text.en": "Data every day."}
    clause |= {"marking": "TLP:AMBER", "reason.en": "Floods come fast."}
    seen, _ = take(client, "/assessment/line-acts/clause", clause)
    assert "stays here until" in seen
    page = client.get("/assessment/lines/flow-line?lang=en").text
    assert "Floods come fast." in page
    assert "stays here" in page
    assert re.search(r'href="/assessment/release/\d+"', page)
    found = answers.line(node, "flow-line")
    (text,) = found["clauses"][0]["texts"]
    accept = {"line": "flow-line", "clause": "c1", "step": "accept", "about": text["digest"]}
    form = client.get("/assessment/line-acts/clause?" + urlencode(accept)).text
    assert "Data every day." in form
    early = {
        "line": "flow-line",
        "mandate_holder.en": "x",
        "valid_from": "2026-01-01",
        "valid_to": "2027-01-01",
    }
    assert "no clause is agreed yet" in send(client, "/assessment/line-acts/sign", early).text
    ticks = client.get("/assessment/line-acts/sign?line=flow-line").text
    assert "Least flow: 80 % of the mean" in ticks
    assert send(client, "/assessment/line-acts/line", {**line, "issues": "no options"}).status_code == 422


def test_a_release_is_refused_where_there_is_nobody_to_release_to(served):
    _, client = served
    assert client.get("/assessment/release/999999").status_code == 404
    assert client.get("/assessment/release/3").status_code == 409

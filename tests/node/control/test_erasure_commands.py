"""`comity erase` and `comity retention` on a node that rests: what they print, and their exit codes."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from comity.cli import app
from comity.node.control.people import People
from tests.node.control.conftest import remark
from tests.node.control.test_erasure import erased, two_people


@pytest.fixture
def pair(pair):
    for node in (pair.vn, pair.la):
        node.control.erasures.approved = two_people
    return pair


def run(*words, code=0):
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == code, done.output
    return done.output


def test_request_status_hold_and_lifting(pair):
    root = pair.vn.folder.root
    (receipt,) = pair.vn.append([remark("Level")])
    pair.nodes.pop("vn").close()
    who = ("--author", "clerk", "--reason", "law 91")
    asked = json.loads(run("erase", "request", root, receipt.index, *who, "--json"))
    assert (asked["stage"], asked["approvals"]) == ("waiting", [])
    assert "approvals-too-few" in run("erase", "status", root)
    assert "approvals-too-few" in run("erase", "status", root, asked["index"])
    refused = run("erase", "carry-out", root, asked["index"], "--author", "clerk", code=1)
    assert "erasure-refused" in refused
    assert "nothing was erased" in run("erase", "ledger", root)
    hold = json.loads(run("erase", "hold", root, receipt.index, *who, "--days", "3", "--json"))
    assert hold["stands"]
    assert "held" in run("erase", "status", root, asked["index"])
    assert f"hold {hold['index']} on vn/hq {receipt.index} stands" in run("erase", "ledger", root)
    assert "held" in run("erase", "request", root, receipt.index, *who, code=1)
    lift = json.loads(run("erase", "lift-request", root, hold["index"], *who, "--json"))
    assert lift["action"] == "hold"
    assert "erasure-refused" in run("erase", "lift", root, lift["index"], "--author", "clerk", code=1)


def test_the_ledger_ends_with_3_when_a_party_is_overdue(pair, monkeypatch):
    (index,), _, _ = pair.released([remark("Level")])
    pair.vn.control.erasures.ack_days = lambda: -1
    erased(pair, index)
    root = pair.vn.folder.root
    pair.nodes.pop("vn").close()
    assert "does not hold" in run("erase", "ledger", root)
    monkeypatch.setattr(People, "approved", lambda _people, *given: two_people(*given))
    said = run("erase", "ledger", root, code=3)
    assert "la/hq: overdue" in said
    assert "not enforceable: That a party destroyed its copy" in said


def test_retention_due_and_propose(pair):
    root = pair.vn.folder.root
    pair.vn.append([remark("Over", retention="working:2024-01")])
    pair.nodes.pop("vn").close()
    assert "working 2024-01: 1 records" in run("retention", "due", root)
    who = ("--author", "clerk", "--reason", "over")
    asked = json.loads(run("retention", "propose", root, "working", "2024-01", *who, "--json"))
    assert f"request {asked['index']} waiting" in run("retention", "due", root)
    assert "erasure-refused" in run("retention", "lapse", root, asked["index"], "--author", "clerk", code=1)
    assert "month-open" in run("retention", "propose", root, "working", "2999-01", *who, code=1)

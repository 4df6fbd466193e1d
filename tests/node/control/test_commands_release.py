"""`comity release` from the outside: on a node that rests, and on one that runs."""

from __future__ import annotations

import json
import os
import subprocess
import time

import pytest

from tests.node.control.conftest import bend, remark
from tests.ready import ready

PROTECTED = {**os.environ, "PYTHONUNBUFFERED": "1"}


def comity(*words, code=0):
    done = subprocess.run(
        [*ready(), *map(str, words)],
        check=False,
        capture_output=True,
        text=True,
        env=PROTECTED,
        timeout=120,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done


def asked(*words, code=0):
    done = comity(*words, "--json", code=code)
    return json.loads(done.stdout if code in (0, 3) else done.stderr)


@pytest.fixture
def resting(pair):
    """Folders of nodes that nobody has open, and the index of a record of vn."""
    (receipt,) = pair.vn.append([remark("Title", "Text")])
    (closed,) = pair.vn.append([remark("Held", "Back", releasable_to=[])])
    pair.close()
    pair.nodes.clear()
    return pair.root / "vn", pair.root / "la", receipt.index, closed.index


def test_the_way_of_a_release_on_the_command_line(resting):
    vn, la, index, closed = resting
    shown = asked("release", "preview", vn, index, "--to", "la/hq", "--field", "title")
    opened = {field["path"] for field in shown["records"][0]["fields"] if field["opened"]}
    assert "title" in opened
    assert "text" not in opened
    text = comity("release", "preview", vn, index, "--to", "la/hq", "--field", "title").stdout
    assert '  title: "Title"' in text
    assert "  text: (not shown)" in text

    denied = asked("release", "preview", vn, closed, "--to", "la/hq", code=3)
    assert [item["code"] for item in denied["records"][0]["denied"]] == ["audience-empty"]
    refused = comity(
        "release", "request", vn, closed, "--to", "la/hq", "--author", "clerk", "--reason", "r", code=1
    ).stderr
    assert "audience-empty" in refused
    assert "release-refused" in refused

    words = ["--to", "la/hq", "--author", "clerk", "--reason", "r", "--field", "title"]
    stale = asked("release", "request", vn, index, *words, "--digest", "A" * 43 + "=", code=1)
    assert stale["type"] == "urn:comity:error:release-refused"
    line = asked("release", "request", vn, index, *words, "--digest", shown["digest"])
    assert (line["stage"], line["to"], line["digest"]) == ("waiting", "la/hq", shown["digest"])
    assert line["reasons"][0]["code"] == "approvals-too-few"
    assert all(reason["text"] for reason in line["reasons"])
    assert asked("release", "status", vn)["requests"] == [line]
    assert "approvals-too-few" in comity("release", "status", vn, line["index"]).stdout
    assert (
        "approvals-too-few" in comity("release", "grant", vn, line["index"], "--author", "x", code=1).stderr
    )
    assert asked("release", "inbox", la) == {"origin": "la/hq", "grants": [], "disputes": []}
    assert "nothing was granted" in comity("release", "inbox", la).stdout
    assert not asked("release", "fetch", la, code=3)["ok"], "nobody answers there"


@pytest.mark.processes
def test_a_running_node_answers_the_same(resting):
    vn, _, index, _ = resting
    rest = asked("release", "preview", vn, index, "--to", "la/hq")
    server = subprocess.Popen([*ready(), "node", "run", str(vn)], stdout=subprocess.PIPE, env=PROTECTED)
    try:
        end = time.monotonic() + 60
        while not (vn / "run.json").exists() and time.monotonic() < end:
            time.sleep(0.1)
        assert asked("release", "preview", vn, index, "--to", "la/hq") == rest
        words = ["--to", "la/hq", "--author", "clerk", "--reason", "r"]
        line = asked("release", "request", vn, index, *words)
        assert asked("release", "status", vn, line["index"]) == line
        assert asked("release", "status", vn)["requests"] == [line]
        refused = asked("release", "grant", vn, line["index"], "--author", "clerk", code=1)
        assert "approvals-too-few" in refused["detail"]
        assert asked("release", "inbox", vn)["grants"] == []
        gone = asked("release", "status", vn, 0, code=1)
        assert gone["type"] == "urn:comity:error:not-found"
    finally:
        server.terminate()
        server.wait(30)
        server.stdout.close()


@pytest.fixture
def disputed(pair, monkeypatch):
    """Folders of nodes that nobody has open, where la disputes what vn granted; and the index of la's receipt."""
    with monkeypatch.context() as bending:
        bend(pair.vn.control.desk, bending)
        pair.released([remark("Title", "text")])
    (line,) = pair.la.control.inbox.listing()
    pair.close()
    pair.nodes.clear()
    return pair.root / "vn", pair.root / "la", line["received"]


def test_a_dispute_is_settled_by_whoever_made_it(disputed):
    vn, la, receipt = disputed
    assert [item["code"] for item in asked("release", "inbox", la, code=3)["disputes"]] == [
        "opening-mismatch"
    ]
    words = ["--author", "clerk", "--reason", "an error in typing; both know"]
    comity("release", "settle", la, receipt, "--outcome", "proven", *words, code=2)
    for wrong in (0, receipt + 1000):
        refused = asked("release", "settle", la, wrong, "--outcome", "left", *words, code=1)
        assert refused["type"] == "urn:comity:error:not-found"
    asked("release", "settle", vn, receipt, "--outcome", "left", *words, code=1)
    said = comity("release", "settle", la, receipt, "--outcome", "left", *words).stdout
    assert said == f"the disputes of la/hq {receipt} are settled: left\n"
    again = asked("release", "settle", la, receipt, "--outcome", "left", *words, code=1)
    assert "no receipt with open disputes" in again["detail"]
    shown = asked("release", "inbox", la)
    assert ([line["state"] for line in shown["grants"]], shown["disputes"]) == (["settled"], [])

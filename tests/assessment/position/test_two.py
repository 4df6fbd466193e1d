"""Two nodes, one text: what both derive alike, what is refused, and what never leaves its folder."""

from __future__ import annotations

import json
from datetime import date

import pytest
from fastapi import FastAPI
from typer.testing import CliRunner

from comity.assessment.api import api
from comity.assessment.position import answers, private, writing
from comity.assessment.position.errors import LineStepError
from comity.assessment.position.private import OwnValues, PrivateFileError
from comity.assessment.position.text import digest
from comity.cli import app
from comity.node import backup, operations
from comity.node.system import NodeApp
from comity.node.web.problems import install
from tests.asgi import Client
from tests.node.two import sync
from tests.register.pair import pair

HEAD = {"author": "editor", "marking": "TLP:CLEAR", "class": "exercise"}
TODAY = date(2026, 3, 1)
LINE = {
    "slug": "lumvarren-dam",
    "title": {"en": "The fictional dam"},
    "issues": [
        {
            "slug": "flow",
            "label": {"en": "Least flow"},
            "options": [{"slug": "low", "label": {"en": "low"}}, {"slug": "high", "label": {"en": "high"}}],
        }
    ],
}
TEXT = {"en": "Data are shared every day."}
SECRET = "qxzj-marmalade-774411"
OWN = {
    "weights": {"flow": "1"},
    "values": {"flow": {"low": "0.1", "high": "0.774411"}},
    "reservation": "0.4774411",
    "red_lines": [{"issue": "flow", "options": ["low"]}],
    "notes": SECRET,
}
SIGNED = {
    "line": "lumvarren-dam",
    "version": 1,
    "clauses": [{"clause": "c1", "text": digest(TEXT)}],
    "ranges": [{"issue": "flow", "options": ["high"]}],
    "red_lines": [{"en": "No secret annex."}],
    "fallbacks": [{"label": {"en": "Wait a year"}, "options": {"flow": "low"}}],
    "mandate_holder": {"en": "The joint mission"},
    "valid_from": "2026-01-01",
    "valid_to": "2026-12-31",
}


def act(fields, **header):
    return {"fields": fields, "header": {**HEAD, **header}}


def clause(step, **fields):
    return act({"line": "lumvarren-dam", "clause": "c1", "step": step, **fields})


def exchange(one, other):
    for _ in range(2):
        sync(one, other)
        sync(other, one)


@pytest.fixture
def both(tmp_path):
    with pair(tmp_path, {}) as nodes:
        writing.do(nodes[0], "line", act(LINE), TODAY)
        exchange(*nodes)
        yield nodes


def test_two_nodes_carry_a_text_to_a_line_and_away(both):
    vn, la = both
    with pytest.raises(LineStepError, match="on the table"):
        writing.do(la, "clause", clause("accept", about=digest(TEXT)), TODAY)
    shown = writing.shown(vn, "clause", clause("propose", text=TEXT), TODAY)
    assert {"path": "text", "value": TEXT} in shown["fields"]
    assert shown["seen_by"] == ["la"]
    assert writing.shown(vn, "line", act(LINE, marking="TLP:AMBER"), TODAY)["seen_by"] == []
    writing.do(vn, "clause", clause("propose", text=TEXT), TODAY)
    exchange(vn, la)
    with pytest.raises(LineStepError, match="not agreed"):
        writing.do(vn, "sign", act(SIGNED), TODAY)
    writing.do(la, "clause", clause("bracket", about=digest(TEXT)), TODAY)
    exchange(vn, la)
    assert answers.line(vn, "lumvarren-dam")["clauses"][0]["state"] == "bracketed"
    writing.do(la, "clause", clause("accept", about=digest(TEXT)), TODAY)
    exchange(vn, la)
    for node in both:
        assert answers.line(node, "lumvarren-dam")["clauses"][0]["state"] == "agreed"
    writing.do(vn, "sign", act(SIGNED), TODAY)
    assert answers.line(vn, "lumvarren-dam", "2026-03-01")["versions"][0]["status"] == "one-sided"
    writing.do(la, "sign", act(SIGNED), TODAY)
    exchange(vn, la)
    found = [answers.line(node, "lumvarren-dam", "2026-03-01")["versions"][0] for node in both]
    assert [one["status"] for one in found] == ["awaiting-approval"] * 2
    assert len(set(found[0]["digests"].values())) == 1
    writing.do(la, "withdraw", act({"line": "lumvarren-dam", "version": 1, "on": "2026-03-01"}), TODAY)
    exchange(vn, la)
    assert answers.line(vn, "lumvarren-dam", "2026-03-02")["versions"][0]["status"] == "withdrawn"
    assert answers.line(vn, "lumvarren-dam", "2026-02-01")["versions"][0]["status"] == "awaiting-approval"


REFUSED = [
    ("clause", {"line": "nowhere", "clause": "c", "step": "propose", "text": TEXT}, "no line"),
    ("clause", {"line": "lumvarren-dam", "clause": "c", "step": "propose"}, "a text is proposed"),
    ("clause", {"line": "lumvarren-dam", "clause": "c", "step": "accept"}, "names the digest"),
    ("clause", {"line": "lumvarren-dam", "clause": "c", "step": "withdraw"}, "has not spoken"),
    ("sign", {**SIGNED, "clauses": [], "ranges": [{"issue": "flow", "options": ["none"]}]}, "no option"),
    ("sign", {**SIGNED, "clauses": [], "valid_to": "2025-01-01"}, "before it begins"),
    ("sign", {**SIGNED, "clauses": [], "valid_from": "2026-02-30"}, "valid_from"),
    ("withdraw", {"line": "lumvarren-dam", "version": 7, "on": "2026-03-01"}, "did not sign"),
    ("line", {**LINE, "matter": "vote"}, "names its forum"),
    ("line", {**LINE, "reservation": "0.5"}, "Extra inputs"),
    ("bribe", {}, "no act"),
]


def test_a_step_that_would_not_stand_is_refused_with_its_reason(both):
    size = both[0].log.size
    for act_, fields, said in REFUSED:
        with pytest.raises(LineStepError, match=said):
            writing.do(both[0], act_, act(fields), TODAY)
    assert both[0].log.size == size


def test_own_values_stay_in_their_folder(both, tmp_path):
    """Kept on vn, they are in no byte of la's folder, of backups, exports, entries or answers."""
    vn, la = both
    source = tmp_path / "own.json"
    source.write_text(json.dumps(OWN))
    kept = CliRunner().invoke(
        app, ["position", "own", str(tmp_path / "vn"), "lumvarren-dam", "--keep", str(source)]
    )
    assert kept.exit_code == 0, kept.output
    source.unlink()
    place = private.path_of(tmp_path / "vn", "lumvarren-dam")
    assert place.stat().st_mode & 0o077 == 0
    assert private.crossed(private.read(tmp_path / "vn", "lumvarren-dam"), {"flow": "low"}) == ["flow"]
    exchange(vn, la)
    out = tmp_path / "out"
    out.mkdir()
    backup.backup(vn.folder, out / "node.tar", content_keys=out / "keys.tar")
    operations.export(vn, str(out / "bundle"), mirrors=True)
    served = Client(_app(vn))
    said = [json.dumps(served.get("/api/v1/assessment/lines").json()), json.dumps(answers.line_list(vn))]
    marks = [SECRET.encode(), b"0.774411", b"0.4774411"]
    for folder in (tmp_path / "la", out, tmp_path / "vn"):
        for file in folder.rglob("*"):
            if file.is_file() and file != place:
                data = file.read_bytes()
                assert not any(mark in data for mark in marks), file
    assert not any(mark.decode() in text for text in said for mark in marks)
    assert all(SECRET not in str(record.content) for record in vn.records(vn.origin, 0, vn.log.size))


def test_own_values_are_checked_without_being_said(tmp_path):
    with pytest.raises(PrivateFileError) as refused:
        private.keep(tmp_path, "x", json.dumps({"reservation": SECRET}).encode())
    assert SECRET not in str(refused.value)
    assert refused.value.__cause__ is None
    assert not private.path_of(tmp_path, "x").exists()
    for bad in ("../../x", "", "A", "x/y"):
        with pytest.raises(PrivateFileError):
            private.path_of(tmp_path, bad)
    with pytest.raises(PrivateFileError):
        private.read(tmp_path, "x")
    assert OwnValues.model_validate(OWN).reservation == "0.4774411"


def _app(node):
    web = FastAPI()
    install(web)
    web.include_router(api(NodeApp(node)))
    return web


def test_the_command_says_what_the_other_side_will_see_before_it_appends(tmp_path):
    with pair(tmp_path, {}):
        pass
    file = tmp_path / "line.json"
    file.write_text(json.dumps(LINE))
    step = ["position", "do", str(tmp_path / "vn"), "line", str(file), "--author", "desk", "--exercise"]
    done = CliRunner().invoke(app, step)
    assert done.exit_code == 0, done.output
    assert done.output.index("The other side will see") < done.output.index("recorded at")
    assert "the content stays here until it is released" in done.output
    data = json.loads(CliRunner().invoke(app, [*step, "--json"]).output)
    assert [field["path"] for field in data["other_side_will_see"]["fields"]][:2] == ["slug", "title"]
    quiet = CliRunner().invoke(app, [*step, "--yes"])
    assert "will see" not in quiet.output


def test_the_interface_shows_before_it_takes(both):
    client = Client(_app(both[0]))
    body = clause("propose", text=TEXT)
    size = both[0].log.size
    assert client.post("/api/v1/assessment/line-previews/clause", json=body).status_code == 200
    assert both[0].log.size == size
    assert client.post("/api/v1/assessment/line-acts/clause", json=body).status_code == 201
    assert client.get("/api/v1/assessment/lines/lumvarren-dam").json()["clauses"][0]["state"] == "proposed"
    assert client.get("/api/v1/assessment/lines/nowhere").status_code >= 400

"""`comity border cap`: written, read, checked; what is put aside ends with exit code 3 and its reasons."""

from __future__ import annotations

import json

from typer.testing import CliRunner

from comity.cli import app
from tests.border.cap.messages import SENT, bent, draft, xml


def run(*words, code=0):
    done = CliRunner().invoke(app, ["border", "cap", *map(str, words)])
    assert done.exit_code == code, done.output
    return done.output


def test_write_read_and_check(tmp_path):
    source, out, bad = tmp_path / "d.json", tmp_path / "a.xml", tmp_path / "b.xml"
    source.write_text(
        json.dumps(draft(sent="2025-07-23T14:05:00+07:00", onset=None, expires="2025-07-24T14:05:00+07:00"))
    )
    assert "written to" in run("write", source, "--out", out)
    shown = run("read", out)
    assert "[exercise] Alert exercise-1" in shown
    assert "ນ້ຳຂຶ້ນໄວ" in shown
    assert run("write", source) == out.read_text() + "\n"
    bad.write_bytes(bent(SENT, "2026-07-23T07:05:00Z"))
    found = json.loads(run("check", out, bad, "--json", code=3))
    assert [one["accepted"] for one in found["files"]] == [True, False]
    assert found["files"][1]["findings"][0]["code"] == "malformed-value"
    assert found["chain"][0]["state"] == "expired"
    assert "put aside" in run("check", bad, code=3)
    assert not json.loads(run("read", bad, "--json", code=3))["form"]
    toml = tmp_path / "d.toml"
    toml.write_text('sender = "s.example"\nstatus = "Draft"\n[event]\nen = "Flood"\n')
    assert json.loads(run("write", toml, "--json"))["message"]["status"] == "Draft"
    source.write_text(json.dumps(draft(expires=SENT)))
    run("write", source, code=1)
    run("read", tmp_path / "none.xml", code=1)
    big = tmp_path / "big.xml"
    big.write_bytes(xml() + b" " * 300_000)
    run("read", big, code=1)

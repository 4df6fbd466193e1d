"""Somebody who was not there: from exported folders and grants alone, the same picture and the same paper."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from comity.assessment.gate import answers as gate_answers
from comity.assessment.position import answers as line_answers
from comity.assessment.report import recording
from comity.assessment.report.sheets import content_of, sheet
from comity.assessment.sessions import answers, experts
from comity.node import operations
from comity.node.create import NewNode, create
from tests.assessment.report.world import carried
from tests.assessment.sessions.test_auditor import granted
from tests.assessment.sessions.world import QUESTIONS, World
from tests.compacts import put

VERIFIER = Path(__file__).resolve().parents[3] / "verifier" / "comity-verify.mjs"
MEMBERS = (("vn", "party"), ("la", "party"), ("aa", "party"))
"""Rounds and approvals travel to the parties of a compact: so the auditor is one, and has no voice in the session."""


@pytest.fixture
def three(session_folders, tmp_path):
    """Two parties, and a third one of the compact that audits: paired, and it has read nothing yet."""
    root = shutil.copytree(session_folders, tmp_path / "three")
    create(root / "aa", NewNode("aa", "hq", listen="127.0.0.1:0", sync_seconds=0, unprotected=True))
    made = World(root)
    made.open("aa")
    for one, other in (("vn", "aa"), ("la", "aa"), ("aa", "vn"), ("aa", "la")):
        made.pin(made.nodes[one], made.nodes[other])
    for node in made.nodes.values():
        put(node, *MEMBERS, policies=("round.*", "control.*"))
    made.keep_time()
    yield made
    made.close()


def test_a_node_that_was_not_there_makes_it_all_again(three, tmp_path):
    key = carried(three, questions=QUESTIONS[:1], recipients=["aa/hq"], auditors=["aa"], agree=False)
    auditor = three.nodes["aa"]
    assert auditor.size("vn/hq") == 0
    files = [recording.file_of("pdf", b"what was printed")]
    recording.record(three.vn, recording.Printed(key, "private", "vi,lo"), files, "clerk")
    three.settle()
    recording.cosign(three.la, files[0]["digest"], "clerk")
    for party, node in three.both():
        given = experts.given(node, key, f"{party}-keeper")
        granted(three, node, "aa/hq", [one.index for one in given])
    three.settle()
    three.sync(three.la, three.vn)
    for party, node in three.both():
        operations.export(node, str(tmp_path / party))
    for party in ("vn", "la", "vn", "la"):
        assert operations.sync_from(auditor, str(tmp_path / party))["ok"]

    found = answers.audit(auditor, key)
    assert (found["ok"], found["complete"]) == (True, True)
    assert {one["state"] for each in found["questions"] for one in each["inner"]} == {"same"}
    assert found["questions"][0]["across"]["advice"]["word"] == "discuss"
    lines = answers.board(auditor, key)["stages"][0]["lines"]
    assert all(line["in_turn"] for each in lines.values() for line in each.values())
    joint = [answers.joined(node, key, "private") for node in (auditor, three.vn)]
    assert joint[0]["agree"]
    assert joint[0]["questions"] == joint[1]["questions"]
    gates = [gate_answers.gate_list(node) for node in (auditor, three.vn)]
    assert gates[0] == gates[1]
    assert gates[0][0]["flags"][0]["days"] == [161, 161]
    told = [line_answers.line_list(node) for node in (auditor, three.vn)]
    assert told[0] == told[1]
    assert told[0][0]["clauses"][0]["words"].keys() == {"vn", "la"}
    assert content_of(sheet(auditor, key)) == content_of(sheet(three.vn, key))
    assert recording.check(auditor, files[0]["digest"])["parties"] == ["la", "vn"]
    _by_another_program(three, tmp_path)


def _by_another_program(three, tmp_path):
    """Both logs by the independent verifier, from a static export and the key alone."""
    if shutil.which("node") is None:
        pytest.skip("Node.js is not installed")
    for party, node in three.both():
        folder = tmp_path / f"{party}-static"
        vkey = operations.log_export(node, str(folder))["vkey"]
        done = subprocess.run(
            ["node", VERIFIER, "log", folder, vkey], capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

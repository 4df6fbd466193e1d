"""The command line from the outside: exit codes, JSON, bad input, and that nothing is loaded that is not needed."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from comity.cli import COMMANDS, app

RUNNER = CliRunner()
ITEM = {
    "kind": "node.remark",
    "fields": {"title": "t", "text": "x"},
    "author": "tester",
    "marking": "TLP:CLEAR",
    "basis": "test",
    "retention": "working",
    "class": "exercise",
}


def comity(*args, code=0, stdin=None):
    result = RUNNER.invoke(app, [str(arg) for arg in args], input=stdin)
    assert result.exit_code == code, (args, result.output, result.stderr, result.exception)
    return result


def asked(*args, code=0, stdin=None):
    return json.loads(comity(*args, "--json", code=code, stdin=stdin).stdout)


def refused(*args, code=1, stdin=None):
    text = comity(*args, "--json", code=code, stdin=stdin).stderr
    problem = json.loads(text)
    assert problem["type"].startswith("urn:comity:error:")
    assert problem["detail"]
    assert problem["title"]
    return problem["type"].rpartition(":")[2]


@pytest.fixture
def pair(tmp_path):
    for party in ("vn", "la"):
        asked(
            "node",
            "init",
            tmp_path / party,
            "--party",
            party,
            "--listen",
            "127.0.0.1:0",
            "--sync-seconds",
            "0",
            "--unprotected",
        )
        asked("sync", "export", tmp_path / party, tmp_path / f"{party}-out")
    for one, two in (("vn", "la"), ("la", "vn")):
        asked("node", "pair", tmp_path / one, tmp_path / f"{two}-out", "--yes")
    return tmp_path / "vn", tmp_path / "la"


def write(path, value):
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path


def test_the_whole_way_without_a_line(pair, tmp_path):
    vn, la = pair
    made = asked("record", "append", vn, write(tmp_path / "d.json", [ITEM, ITEM]))
    assert [item["index"] for item in made["receipts"]] == [1, 2]
    asked("sync", "export", vn, tmp_path / "vn-out")
    assert asked("sync", la, "--from", tmp_path / "vn-out")["peers"][0]["added"] == 3
    asked("sync", "export", la, tmp_path / "la-out")
    assert asked("sync", "pull", vn, "--from", tmp_path / "la-out")["peers"][0]["cosignatures"] == 2
    status = asked("node", "status", vn)
    assert status["cosigned_by"] == ["la/hq"]
    assert status["statuses"]["joint"] == 3
    shown = asked("record", "show", la, "vn/hq", made["receipts"][0]["id"])
    assert shown["content"]["fields"]["title"] == "t"
    assert len(asked("record", "show", vn, "--start", 1, "--limit", 1)["records"]) == 1
    proof = tmp_path / "proof.json"
    asked("record", "prove", la, "vn/hq", 1, "--out", proof)
    vkey = comity("log", "vkey", vn).stdout
    assert vkey.count("\n") == 1
    assert asked("record", "verify", proof, "--vkey", vkey.strip())["ok"]
    assert asked("record", "verify", "-", "--pin", status["fingerprint"], stdin=proof.read_text())["ok"]
    assert asked("node", "fsck", vn)["ok"]
    assert asked("node", "rebuild", vn)["records"] == 4
    asked("log", "export", vn, tmp_path / "static")
    assert (tmp_path / "static" / "checkpoint").read_text().startswith("vn/hq\n3\n")
    for args in (("node", "status", vn), ("record", "show", la, "vn/hq"), ("node", "fsck", la), ("sync", la)):
        assert comity(*args, code=0).stdout.strip()


def test_a_peer_that_is_away_is_exit_code_3(pair):
    vn, _ = pair
    found = asked("node", "pair", vn, pair[1].parent / "la-out", "--yes")
    assert found["known"]
    (pair[1].parent / "la-out" / "log" / "checkpoint").unlink()
    report = asked("sync", vn, code=3)
    assert not report["ok"]


def test_verification_needs_a_key_from_the_reader(pair, tmp_path):
    vn, la = pair
    proof = tmp_path / "p.json"
    asked("record", "prove", vn, "vn/hq", 0, "--out", proof)
    assert refused("record", "verify", proof) == "key-not-trusted"
    other = comity("log", "vkey", la).stdout.strip()
    assert refused("record", "verify", proof, "--vkey", other) == "key-not-trusted"
    document = json.loads(proof.read_text())
    document["index"] = 1
    vkey = comity("log", "vkey", vn).stdout.strip()
    assert refused("record", "verify", write(proof, document), "--vkey", vkey, code=3) == "proof-invalid"
    for text in ("", "{", "\x00", "[" * 100_000, "5"):
        refused("record", "verify", write(proof, text), "--vkey", vkey, code=3 if text == "5" else 1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "input-file"),
        ("{", "input-file"),
        ("NaN", "input-file"),
        ('{"kind": NaN}', "input-file"),
        ("[" * 100_000, "input-file"),
        ("5", "append-refused"),
        ("null", "append-refused"),
        ('{"a":1}\n{"b":2}\n{', "input-file"),
        ('{"a":1}\n{"b":2}', "append-refused"),
        (json.dumps({**ITEM, "marking": "TLP:BLUE"}), "append-refused"),
        (json.dumps([ITEM, {**ITEM, "kind": "x.y"}]), "append-refused"),
        (json.dumps({**ITEM, "fields": {"title": "t"}}), "append-refused"),
    ],
)
def test_bad_files_are_refused_whole(pair, tmp_path, text, code):
    vn, _ = pair
    assert refused("record", "append", vn, write(tmp_path / "bad.json", text)) == code
    assert refused("record", "append", vn, "-", stdin=text) == code
    assert asked("node", "status", vn)["size"] == 1


def test_files_that_are_no_text_or_not_there(pair, tmp_path):
    vn, _ = pair
    (tmp_path / "latin.json").write_bytes('{"a":"é"}'.encode("latin-1"))
    (tmp_path / "bom.json").write_bytes(b"\xef\xbb\xbf" + json.dumps(ITEM).encode())
    assert refused("record", "append", vn, tmp_path / "latin.json") == "input-file"
    assert refused("record", "append", vn, tmp_path / "absent.json") == "input-file"
    assert refused("record", "append", vn, tmp_path) == "input-file"
    assert asked("record", "append", vn, tmp_path / "bom.json")["size"] == 2


def test_json_lines_are_drafts(pair, tmp_path):
    text = "\n".join([json.dumps(ITEM), "", json.dumps(ITEM), ""])
    assert len(asked("record", "append", pair[0], write(tmp_path / "l.jsonl", text))["receipts"]) == 2


def test_folders_that_are_no_nodes(tmp_path):
    for args in (
        ("node", "status", tmp_path),
        ("node", "run", tmp_path),
        ("record", "show", tmp_path / "x"),
        ("log", "vkey", tmp_path),
        ("sync", tmp_path),
        ("node", "link", tmp_path),
    ):
        assert refused(*args) == "node-missing"


def test_refusals_of_init_and_pair(pair, tmp_path):
    vn, la = pair
    assert refused("node", "init", vn, "--party", "vn") == "node-exists"
    assert refused("node", "init", tmp_path / "n", "--party", "Vn") == "config-invalid"
    assert refused("node", "init", tmp_path / "n", "--party", "vn", "--listen", "0.0.0.0:1") == "not-loopback"
    assert refused("node", "init", tmp_path / "n", "--party", "vn", "--office", "x") == "config-invalid"
    assert not (tmp_path / "n").exists()
    assert refused("node", "pair", vn, "http://10.0.0.1:80", "--yes") == "not-loopback"
    assert refused("node", "pair", vn, "http://127.0.0.1:9", "--yes") == "fetch"
    assert refused("node", "pair", vn, tmp_path / "vn-out", "--yes") == "pairing-self"
    assert refused("node", "pair", vn, tmp_path / "la-out", "--fingerprint", "aaaa") == "fingerprint-differs"
    assert refused("node", "pair", vn, tmp_path / "la-out") == "fingerprint-differs"
    shown = comity("node", "pair", vn, tmp_path / "la-out", stdin="n\n", code=1)
    assert asked("node", "status", la)["fingerprint"] in shown.stdout
    assert asked("node", "status", vn)["fingerprint"] in shown.stdout


def test_backup_restore_and_attest(pair, tmp_path):
    vn, _ = pair
    asked("record", "append", vn, write(tmp_path / "d.json", ITEM))
    asked("node", "backup", vn, tmp_path / "b.tar", "--with-keys", tmp_path / "k.tar")
    assert refused("node", "backup", vn, tmp_path / "b.tar") == "backup"
    assert refused("node", "restore", tmp_path / "b.tar", vn) == "backup"
    asked("node", "restore", tmp_path / "b.tar", tmp_path / "again", "--with-keys", tmp_path / "k.tar")
    again = tmp_path / "again"
    waits = asked("record", "append", again, tmp_path / "d.json")
    assert (waits["size"], waits["receipts"], len(waits["queued"])) == (2, [], 1)
    assert asked("node", "status", again)["read_only"]
    assert refused("node", "attest", again, "--reason", " ") == "config-invalid"
    asked("node", "attest", again, "--reason", "drill")
    assert asked("record", "show", again, "vn/hq", "2")["id"] == waits["queued"][0]
    assert asked("record", "append", again, tmp_path / "d.json")["size"] == 4


def test_what_is_not_there_is_not_found(pair):
    for args in (("vn/hq", "9"), ("xx/hq", "0"), ("vn/hq", "A" * 22 + "=="), ("vn/hq", "junk")):
        assert refused("record", "show", pair[0], *args) == "not-found"
        assert refused("record", "prove", pair[0], *args) == "not-found"


def test_wrong_usage_is_exit_code_2(pair):
    for args in (
        ("nonsense",),
        ("node", "nonsense"),
        ("node", "init"),
        ("record", "show", pair[0], "--limit", "0"),
    ):
        assert RUNNER.invoke(app, [str(arg) for arg in args]).exit_code == 2
    assert RUNNER.invoke(app, []).exit_code in {0, 2}


def test_errors_for_people_say_what_to_do(tmp_path):
    text = comity("node", "status", tmp_path, code=1).stderr
    assert "what to do:" in text
    assert "code: node-missing" in text


@pytest.mark.parametrize("noun", list(COMMANDS))
def test_every_noun_loads_and_has_help(noun):
    result = comity(noun, "--help")
    assert "Usage" in result.stdout
    assert comity("--help").stdout.count(noun) >= 1


def test_help_and_version_load_neither_the_server_nor_the_systems():
    program = """
import sys
from comity.cli import main
for args in (["--version"], ["node", "--help"], ["record", "--help"]):
    sys.argv = ["comity", *args]
    try:
        main()
    except SystemExit as end:
        assert not end.code
heavy = {"fastapi", "sqlalchemy", "apsw", "httpx", "uvicorn", "numpy"}
print(sorted(m for m in sys.modules if m.split(".")[0] in heavy or m.startswith("comity.register")))
"""
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.splitlines()[-1] == "[]"

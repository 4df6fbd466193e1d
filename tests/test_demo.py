"""`comity demo` from the outside: processes, exit codes, one JSON object, a second run, nodes that die."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from comity.node import lock
from comity.node.folder import Folder
from tests.ready import ready

pytestmark = pytest.mark.processes

PATIENCE = 240
VERIFIER = Path(__file__).resolve().parent.parent / "verifier" / "comity-verify.mjs"
ORIGINS = {"vn/hq", "la/hq"}
CHECKS = {
    "fingerprints_equal",
    "every_entry_joint",
    "heads_cosigned",
    "mirrors_equal",
    "nothing_quarantined",
    "openings_verified",
    "sealed_stays_home",
    "compact_equal",
    "register_equal",
    "matrix_equal",
    "observer_verifies",
    "ground_rules_adopted",
    "acts_are_exercises",
    "release_received",
    "released_fields_read",
    "withheld_fields_stay",
    "round_complete",
    "round_one_field_alone",
    "round_sealed_not_what",
    "grading_complete",
    "claims_graded_blind",
    "one_grading_waits",
    "gate_under_the_signed_rule",
    "opened_in_turn",
    "joint_layer_alike",
    "uncertainty_split",
    "own_layer_made_again",
    "single_answers_stay_home",
    "text_agreed_clause_by_clause",
    "joint_line_in_force_on_both",
    "early_commitment_flagged_alike",
    "flag_replied_to",
    "border_sharing_travels",
    "border_seen_as_shown",
    "border_joint_picture",
    "border_counted_once",
    "border_replayed_from_record",
    "border_one_alert_on_both",
    "border_crossing_is_no_alert",
    "border_false_identity_seen",
    "border_silence_is_no_peace",
    "border_joint_patrol",
    "border_who_knew_when",
    "erasure_acknowledged",
    "erased_is_unreadable",
    "erased_is_in_no_file",
    "search_finds_what_stays",
    "ledger_says_what_nothing_enforces",
    "one_approval_waits",
}
ONCE = {"plaintext_was_there", "grades_sealed_not_what", "summaries_sealed_not_what"}
"""Can be looked at only before the erasure, and before the opening, so by the run that carries them out."""


def comity(*args, start=(sys.executable, "-m", "comity")):
    return subprocess.Popen(
        [*start, *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def finished(process):
    out, err = process.communicate(timeout=PATIENCE)
    return process.returncode, out, err


def run(*args):
    """Run a command to its end; that it loads by itself is tried by the first run, and by those that stay."""
    return finished(comity(*args, start=ready()))


@pytest.fixture(scope="module")
def first(made, tmp_path_factory):
    """One complete run: its folder, which may be changed, and the object it printed."""
    folder = made.copy(tmp_path_factory.mktemp("demo") / "data")
    return folder, json.loads(made.printed), made.printed


def nothing_runs(folder):
    return not any(lock.is_held(Folder(folder / party)) for party in ("vn", "la"))


def until(condition):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("waited in vain")


def test_once_prints_one_object_and_nothing_else_and_ends_both_nodes(first):
    folder, found, out = first
    assert len(out.strip().splitlines()) == 1
    assert set(found) - {"paper"} == {"origins", "register", "matrix", "walk", "checks"}
    assert nothing_runs(folder)


def test_both_origins_are_there_each_cosigned_by_the_other(first):
    _, found, _ = first
    assert set(found["origins"]) == ORIGINS
    for origin, head in found["origins"].items():
        assert set(head) == {"size", "root", "cosigned_by"}
        assert isinstance(head["size"], int)
        assert head["size"] > 100
        assert set(head["cosigned_by"]) == ORIGINS - {origin}


def test_every_check_is_a_boolean_that_held(first):
    _, found, _ = first
    assert set(found["checks"]) == CHECKS | ONCE
    assert set(found["checks"].values()) == {True}


def test_the_walk_names_the_entries_of_a_release_a_round_and_an_erasure(first):
    folder, found, _ = first
    assert list(dict.fromkeys(step["act"] for step in found["walk"])) == [
        "release",
        "round",
        "coding",
        "assessment",
        "border",
        "erasure",
        "next",
    ]
    for step in found["walk"]:
        assert step["origin"] in ORIGINS
        for entry in step["entries"]:
            assert 0 < entry < found["origins"][step["origin"]]["size"]
    named = {
        step["act"]: step["entries"] for step in found["walk"] if "approve it by passkey" in step["step"]
    }
    assert {act: len(entries) for act, entries in named.items()} == {"release": 2, "erasure": 2}
    code, out, err = run("record", "show", folder / "vn", "vn/hq", str(named["release"][0]), "--json")
    assert code == 0, err
    shown = json.loads(out)
    assert shown["content"]["kind"] == "control.approval@1"
    assert shown["content"]["header"]["class"] == "exercise"


def test_one_initiative_goes_from_notification_to_a_co_signed_line(first, tmp_path):
    """Each step is an entry of an exported log that the independent verifier holds; both print the same."""
    folder, found, _ = first
    steps = [step for step in found["walk"] if step["act"] == "assessment"]
    said = [step["step"] for step in steps]
    order = ("opens a consultation", "experts of both", "seals a summary", "opens it question by question")
    order += ("records the joint layer", "the parties: discuss", "brackets", "people approve", "3 days early")
    places = [next(at for at, words in enumerate(said) if wanted in words) for wanted in order]
    assert places == sorted(places)
    assert {step["origin"] for step in steps if step["entries"]} == ORIGINS
    digests = []
    for party in ("vn", "la"):
        export, node = tmp_path / party, folder / party
        code, out, err = run("log", "export", node, export)
        assert code == 0, err
        code, out, err = run("log", "vkey", node)
        assert code == 0, err
        command = ["node", VERIFIER, "log", export, out.strip()]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        asked = ("assess", "session", "report", node, "exercise-tal-ruun", "--out", tmp_path, "--json")
        code, out, err = run(*asked)
        assert code == 0, err
        told = json.loads(out)
        assert told["exercise"] is True
        digests.append([file["digest"] for file in told["files"]])
    assert digests[0] == digests[1]


def test_passkeys_of_the_walk_lie_in_no_nodes_folder_and_are_private(first):
    folder, _, _ = first
    (keys,) = folder.rglob("exercise-people.json")
    assert keys.parent == folder
    assert keys.stat().st_mode & 0o077 == 0


def test_the_register_counts_every_kind(first):
    _, found, _ = first
    for kind in ("instrument", "event", "mechanism", "meeting", "undertaking", "status", "figure"):
        assert found["register"][f"register.{kind}"] > 0


def test_the_matrix_has_both_findings_and_plain_numbers(first):
    _, found, _ = first
    assert found["matrix"]
    for row in found["matrix"]:
        assert set(row) == {"proposition", "authors_finding", "computed_finding", "stances", "n"}
        assert row["authors_finding"] in (None, "converge", "diverge", "mixed")
        assert row["computed_finding"] in ("agree", "differ", "cannot tell")
        assert set(row["stances"]) == set(row["n"])
        for group, mean in row["stances"].items():
            assert (mean is None) == (row["n"][group] == 0)
            assert mean is None or -2 <= mean <= 2


def test_a_second_run_on_the_same_folder_appends_nothing(first):
    folder, found, _ = first
    code, out, err = run("demo", "--dir", folder, "--once", "--json")
    assert code == 0, err
    again = json.loads(out)
    assert {origin: head["size"] for origin, head in again["origins"].items()} == {
        origin: head["size"] for origin, head in found["origins"].items()
    }
    assert again["matrix"] == found["matrix"]
    assert again["walk"] == found["walk"]
    assert set(again["checks"]) == CHECKS
    assert set(again["checks"].values()) == {True}


def test_the_picture_for_people_names_parties_findings_fiction_consoles_and_leaves_unknown_documents(
    first, tmp_path
):
    folder, _, _ = first
    (tmp_path / "notes.txt").write_bytes(b"\xff\xfe not utf-8")
    (tmp_path / "empty.md").write_bytes(b"")
    code, out, err = run("demo", "--dir", folder, "--once", "--documents", tmp_path)
    assert code == 0, err
    for words in (
        "Viet Nam",
        "Lao People's",
        "vn.localhost",
        "la.localhost",
        "joint",
        "awaiting",
        "disputed",
        "recorded differently",
        "authors'",
        "computed finding",
        "cannot tell",
        "[exercise]",
        "observer",
        "A release: fields leave",
        "A round: both seal",
        "An erasure: what was released",
        "1 of 2 approved",
        "notes.txt: no document of this example",
    ):
        assert words in out
    assert "FAILED" not in out


def test_a_node_holds_its_own_leaves_only_once_and_the_command_line_reads_them(first):
    folder, found, _ = first
    code, out, err = run("node", "status", folder / "vn", "--json")
    assert code == 0, err
    assert json.loads(out)["size"] == found["origins"]["vn/hq"]["size"]
    code, out, err = run("perspectives", "matrix", folder / "la", "--json")
    assert code == 0, err
    rows = {row["proposition"]: row["computed_finding"] for row in json.loads(out)["rows"]}
    assert rows == {row["proposition"]: row["computed_finding"] for row in found["matrix"]}
    code, out, err = run("register", "status", folder / "la", "--json")
    assert code == 0, err
    assert {view["standing"]["state"] for view in json.loads(out)["undertakings"]} == {
        "joint",
        "awaiting",
        "disputed",
    }


def test_a_rebuild_of_the_views_changes_nothing_that_is_shown(first, tmp_path):
    folder, _, _ = first
    copy = tmp_path / "la"
    shutil.copytree(folder / "la", copy)
    (copy / "views.sqlite").unlink()
    shown = [run("register", "list", place, "--json") for place in (folder / "la", copy)]
    assert shown[0][0] == 0, shown[0][2]
    assert shown[0][1] == shown[1][1]


@pytest.mark.shared
def test_with_the_documents_every_locator_leads_to_its_passage_or_is_an_orphan(first, shared):
    folder, found, _ = first
    code, out, err = run("demo", "--dir", folder, "--once", "--json", "--documents", shared / "seeds")
    assert code == 0, err
    again = json.loads(out)
    assert set(again["checks"]) == CHECKS | {
        "documents_held",
        "locators_accounted",
        "no_proposal_is_an_undertaking",
    }
    assert set(again["checks"].values()) == {True}
    assert again["matrix"] == found["matrix"]
    code, out, err = run("perspectives", "locators", folder / "vn", "--json")
    assert code == 0, err
    led = [item for item in json.loads(out)["locators"] if item["state"] == "exact"]
    assert len(led) > 20
    code, out, err = run("perspectives", "documents", folder / "la", "--json")
    (held,) = json.loads(out)["documents"]
    assert (held["origin"], held["marking"]) == ("la/hq", "TLP:AMBER")
    for file in (shared / "seeds").glob("*.txt"):
        sentence = max(file.read_text().split("\n"), key=len)[:80].encode()
        for place in folder.rglob("*"):
            if place.is_file():
                assert sentence not in place.read_bytes(), place


def test_a_folder_of_documents_that_is_not_there_is_said_before_anything_starts(tmp_path):
    code, out, err = run(
        "demo", "--dir", tmp_path / "data", "--once", "--json", "--documents", tmp_path / "none"
    )
    assert (code, out) == (1, "")
    assert "no such folder" in err
    assert not (tmp_path / "data").exists()


def test_a_folder_with_another_partys_node_is_refused(first, tmp_path):
    folder, _, _ = first
    (tmp_path / "data").mkdir()
    shutil.copy(folder / "demo.json", tmp_path / "data")
    shutil.copytree(folder / "la", tmp_path / "data" / "vn")
    code, out, err = run("demo", "--dir", tmp_path / "data", "--once", "--json")
    assert (code, out) == (1, "")
    assert "la/hq, not vn/hq" in err


@pytest.fixture
def staying(first):
    """The demonstration with both nodes up."""
    folder, _, _ = first
    process = comity("demo", "--dir", folder)
    try:
        until(lambda: all(lock.running(Folder(folder / party)) for party in ("vn", "la")) or process.poll())
        yield folder, process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=PATIENCE)
        for party in ("vn", "la"):
            known = lock.running(Folder(folder / party))
            if known:
                os.kill(known.pid, signal.SIGTERM)
        until(lambda: nothing_runs(folder))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_at_any_time_ends_both_nodes(staying, number):
    folder, process = staying
    process.send_signal(number)
    finished(process)
    assert nothing_runs(folder)


def test_a_node_that_dies_ends_the_demonstration_with_its_name_and_the_other_node_too(staying):
    folder, process = staying
    victim = lock.running(Folder(folder / "la"))
    os.kill(victim.pid, signal.SIGKILL)
    code, _, err = finished(process)
    assert code == 1
    assert "la/hq" in err or "did not come up" in err or "la.localhost" in err
    assert nothing_runs(folder)


def test_the_nodes_of_a_demonstration_that_was_killed_are_found_again_and_used(staying):
    folder, process = staying
    process.kill()
    process.communicate(timeout=PATIENCE)
    pids = {party: lock.running(Folder(folder / party)).pid for party in ("vn", "la")}
    code, out, err = run("demo", "--dir", folder, "--once", "--json")
    assert code == 0, err
    assert set(json.loads(out)["checks"].values()) == {True}
    assert {party: lock.running(Folder(folder / party)).pid for party in ("vn", "la")} == pids

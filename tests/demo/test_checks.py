"""Each check of the demonstration can fail."""

from __future__ import annotations

import io
import socket

import pytest
from rich.console import Console

from comity.demo import steps
from comity.demo.documents import Located, Looked, Orphan, look
from comity.demo.example import ExampleError, find_example, read_example
from comity.demo.picture import links, picture
from comity.demo.ports import Ports
from comity.demo.reading import Records
from comity.demo.steps import Outcome, matrix_equal

EXAMPLE = read_example(find_example())


def status(origin, other, **changed):
    peer = {"origin": other, "state": "consistent", "size": 3, "root": f"root of {other}"}
    return {
        "origin": origin,
        "size": 3,
        "root": f"root of {origin}",
        "cosigned_by": [other],
        "statuses": {"local": 0, "published": 0, "witnessed": 0, "joint": 3},
        "quarantined": 0,
        "peers": [{**peer, **changed}],
    }


@pytest.mark.parametrize(
    "changed", [{}, {"state": "behind"}, {"state": "forked"}, {"size": 2}, {"root": "another"}]
)
def test_a_mirror_that_is_not_the_log_is_seen(changed):
    statuses = {"vn/hq": status("vn/hq", "la/hq", **changed), "la/hq": status("la/hq", "vn/hq")}
    assert steps._mirrors_equal(statuses) is (not changed)


def test_a_peer_that_is_not_paired_is_seen():
    statuses = {"vn/hq": status("vn/hq", "la/hq"), "la/hq": {**status("la/hq", "vn/hq"), "peers": []}}
    assert not steps._mirrors_equal(statuses)


def record(origin, index, text, marking="TLP:CLEAR"):
    content = text and {"kind": "x.y@1", "header": {"marking": marking}, "fields": {"text": text}}
    return {"origin": origin, "index": index, "id": f"{origin} {index}", "content": content}


def seen(**theirs):
    """Return what both sides read of vn's log of two records, the second of which is inside only."""
    own = [record("vn/hq", 0, "open"), record("vn/hq", 1, "inside", "TLP:RED")]
    other = [
        record("vn/hq", 0, theirs.get("clear", "open")),
        record("vn/hq", 1, theirs.get("inside"), "TLP:RED"),
    ]
    return {
        "vn/hq": Records({"vn/hq": own, "la/hq": []}),
        "la/hq": Records({"vn/hq": other, "la/hq": []}),
    }


@pytest.mark.parametrize(
    ("theirs", "equal", "home"),
    [
        ({}, True, True),
        ({"clear": "altered"}, False, True),
        ({"clear": None}, False, True),
        ({"inside": "inside"}, True, False),
        ({"clear": "altered", "inside": "inside"}, False, False),
    ],
)
def test_altered_withheld_and_leaked_contents_are_seen(theirs, equal, home):
    readers = seen(**theirs)
    assert steps._contents_equal(readers, list(readers)) is equal
    assert steps._sealed_stays_home(readers, list(readers), []) is home
    assert steps._sealed_stays_home(readers, list(readers), ["x.*"]), "granted by the compact"


def test_an_outcome_without_a_single_check_did_not_hold():
    assert not Outcome().held
    assert not Outcome(checks={"one": True, "two": False}).held
    assert Outcome(checks={"one": True}).held


def test_a_folder_of_documents_is_looked_through_without_trust(tmp_path):
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "binary").write_bytes(bytes(range(256)))
    (tmp_path / "folder").mkdir()
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    looked = look(tmp_path, EXAMPLE)
    assert (looked.found, looked.strangers) == ((), ("binary", "empty"))
    assert set(looked.missing) == {known.work for known in EXAMPLE.documents}
    for bad in ("no-such-folder", "empty"):
        with pytest.raises(ExampleError, match=bad):
            look(tmp_path / bad, EXAMPLE)


def test_a_taken_port_is_passed_over():
    ports = Ports()
    first = ports.take()
    assert ports.take(first) != first
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        taken = held.getsockname()[1]
        assert Ports().take(taken) != taken
    assert Ports().take(taken) == taken


def test_the_picture_shows_failed_checks_orphans_and_fiction():
    reported = {"party": "vn", "fields": {"action": {"en": "Ring the bell"}}}
    outcome = Outcome(
        statuses={
            "vn/hq": status("vn/hq", "la/hq"),
            "la/hq": {**status("la/hq", "vn/hq"), "cosigned_by": []},
        },
        fingerprints={"vn/hq": "aaaa", "la/hq": "bbbb"},
        summaries={"vn/hq": {"compact": None}},
        undertakings=[
            {
                "slug": "bell",
                "exercise": True,
                "advice": "said differently",
                "standing": {"state": "disputed", "said": {"vn": "fulfilled", "la": "lapsed"}},
                "fact": {"reports": [reported]},
            }
        ],
        comparison={"method": "clusters/1", "rule": None, "rows": [], "unplaced": ["somebody"]},
        looked=Looked(strangers=("notes.txt",), missing=("doan-nguyen-2026",)),
        located=Located(
            3, 1, (Orphan("k", "lost", "vn/hq", 7, "w", "the passage is not in this text"),), False
        ),
        checks={"mirrors_equal": False, "matrix_equal": True},
    )
    out = io.StringIO()
    Console(file=out, width=118).print(picture(outcome, EXAMPLE))
    text = out.getvalue()
    for words in (
        "FAILED  mirrors equal",
        "held    matrix equal",
        "[exercise] Ring the bell",
        "disputed",
        "nobody",
        "the passage is not in this text",
        "notes.txt",
        "somebody",
    ):
        assert words in text


def test_the_demonstration_says_that_its_keys_are_for_play():
    out = io.StringIO()
    Console(file=out, width=118).print(links({"Party A": "http://aa.localhost:1/enter/x"}, staying=True))
    assert "keys lie without a passphrase" in out.getvalue()
    assert "http://aa.localhost:1/enter/x" in out.getvalue()


def test_matrices_differ_where_somebody_coded_for_itself_alone():
    def coded(statements, digest="d"):
        return {"digest": digest, "counts": {"perspectives.statement": statements}}

    assert matrix_equal(["m", "m"], [coded(3), coded(3)])
    assert not matrix_equal(["m", "n"], [coded(3), coded(3)])
    assert matrix_equal(["m", "n"], [coded(4), coded(3)])
    assert not matrix_equal(["m", "n"], [coded(4), coded(3, "e")])

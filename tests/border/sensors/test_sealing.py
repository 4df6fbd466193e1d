"""Batches on the record: sealed once, through a crash too; checked, replayed, and what is changed is found."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from comity.border import SYSTEM
from comity.border.sensors import answers, sealing
from comity.border.sensors.errors import BatchError, SensorConflictError
from comity.border.sensors.leaves import leaves
from comity.border.sensors.service import Service
from comity.cli import app
from comity.node import backup
from comity.node.create import NewNode, create
from comity.node.folder import Folder
from comity.node.node import Node
from comity.record.canonical import unb64
from comity.record.merkle import prove_inclusion, verify_inclusion
from tests.border.sensors.world import Api, datastream, location, stage, thing

HEAD = {"author": "duty officer", "marking": "TLP:AMBER", "releasable_to": [], "class": "exercise"}


class OfNode(Api):
    """The service of a node."""

    def __init__(self, node):
        self.store = answers.store_of(node)
        self.service = Service(self.store)


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "vn"
    create(root, NewNode(party="vn", node="hq", unprotected=True))
    return root


@pytest.fixture
def node(folder):
    with Node.open(folder, (SYSTEM,)) as opened:
        yield opened
        answers.shelf_of(opened).close()


@pytest.fixture
def api(node):
    api = OfNode(node)
    stages = [stage(n / 4, f"2026-03-01T06:00:{n:02d}Z") for n in range(10)]
    api.make("Things", thing(Locations=[location()], Datastreams=[datastream(Observations=stages)]))
    return api


def test_a_batch_is_on_the_record_and_says_nothing_of_the_values(node, api):
    made = answers.seal(node, HEAD)["batches"]
    assert [(one["number"], one["count"]) for one in made] == [(1, 10)]
    record = node.find(node.origin, unb64(made[0]["entry"], 16))
    assert record.content.header.class_ == "exercise"
    entry = record.content.model
    assert (entry.root, entry.count, entry.sensors, entry.previous) == (
        made[0]["root"],
        10,
        ["radar gauge"],
        None,
    )
    assert (entry.last - entry.first, entry.method) == (9000, "observation-leaf@1")
    assert answers.seal(node, HEAD)["batches"] == []
    api.rows(["2026-03-02T00:00:00Z", 1], ["x", 2])
    api.rows(["2026-03-02T00:00:00Z", 1])
    second = answers.seal(node, HEAD)["batches"][0]
    entry = node.find(node.origin, unb64(second["entry"], 16)).content.model
    assert (entry.number, entry.count, entry.set_aside, entry.previous) == (2, 1, 2, made[0]["root"])
    assert [one["wrong"] for one in answers.batches(node, check=True)] == ["", ""]


def test_a_sealed_observation_is_not_changed_and_its_deletion_is_no_hole(node, api):
    answers.seal(node, HEAD)
    with pytest.raises(SensorConflictError, match="sealed"):
        api.ask("PATCH", "Observations(3)", body={"result": 9})
    with pytest.raises(SensorConflictError, match="sealed"):
        api.ask("PUT", "Observations(3)", body={"result": 9})
    api.ask("DELETE", "Observations(3)")
    assert [one["wrong"] for one in answers.batches(node, check=True)] == [""]
    assert [one["id"] for one in answers.replay(node, 1)["observations"]] == [1, 2, *range(4, 11)]
    api.ask("DELETE", "Things(1)")
    assert [one["wrong"] for one in answers.batches(node, check=True)] == [""]


@pytest.mark.parametrize(
    "lie",
    [
        "UPDATE observation SET result = 99 WHERE id = 4",
        "UPDATE observation SET phenomenon = phenomenon + 1 WHERE id = 4",
        "UPDATE observation SET arrival = arrival - 1 WHERE id = 4",
        "UPDATE observation SET result = '0.75' WHERE id = 4",
        "DELETE FROM observation WHERE id = 4",
        "UPDATE observation SET id = 400 WHERE id = 4",
        "UPDATE batch SET root = zeroblob(32)",
        "UPDATE batch SET count = 9, last = 9",
    ],
)
def test_whoever_changes_the_store_is_found_out(node, api, lie):
    answers.seal(node, HEAD)
    with api.store.transaction() as db:
        db.execute(lie)
    assert answers.batches(node, check=True)[0]["wrong"]
    with pytest.raises(BatchError):
        answers.replay(node, 1)
    with pytest.raises(BatchError):
        answers.replay(node, 7)


def test_a_store_that_matches_itself_still_has_to_match_the_record(node, api):
    answers.seal(node, HEAD)
    with api.store.transaction() as db:
        db.execute("UPDATE observation SET result = 99 WHERE id = 4")
        one = sealing.stretches(api.store)[0]
        root = sealing.root_of_hashes(leaves(db, one.first, one.last, one.salt))
        db.execute("UPDATE batch SET root = ?", (root,))
    assert answers.batches(node, check=True)[0]["wrong"] == "its entry has another root"


def test_a_crash_between_store_and_log_is_made_good_once(node, api, monkeypatch):
    def crash(*_):
        raise OSError("power")

    with monkeypatch.context() as patched:
        patched.setattr(sealing, "_append", crash)
        with pytest.raises(OSError):
            answers.seal(node, HEAD)
    assert [one["wrong"] for one in answers.batches(node, check=True)] == ["its entry is not on the record"]
    size = node.log.size
    assert [one["number"] for one in answers.seal(node, HEAD)["batches"]] == [1]
    assert answers.seal(node, HEAD)["batches"] == []
    assert node.log.size > size
    assert [one["wrong"] for one in answers.batches(node, check=True)] == [""]
    with api.store.transaction() as db:
        db.execute("UPDATE batch SET sealed = 0")
    size = node.log.size
    answers.seal(node, HEAD)
    assert node.log.size == size, "the entry was there"


def test_one_observation_is_proved_without_the_others(node, api):
    answers.seal(node, HEAD)
    one = sealing.stretches(api.store)[0]
    hashes = leaves(api.store.reader(), one.first, one.last, one.salt)
    verify_inclusion(hashes[3], 3, one.count, prove_inclusion(hashes, 3, one.count), one.root)
    assert len(set(hashes)) == 10
    other = leaves(api.store.reader(), one.first, one.last, bytes(32))
    assert not set(hashes) & set(other), "without the salt nobody tries values out"


def test_a_backup_has_the_store_and_its_seals(node, api, folder, tmp_path):
    answers.seal(node, HEAD)
    backup.backup(Folder(folder), tmp_path / "a.tar")
    backup.restore(tmp_path / "a.tar", tmp_path / "again")
    assert not list((tmp_path / "again" / "sensors").glob("*-wal"))
    store = answers.SensorStore(tmp_path / "again" / "sensors")
    assert (store.count(), store.sealed_to) == (10, 10)
    store.close()


def test_the_commands(folder):
    def run(*line, code=0):
        done = CliRunner().invoke(app, ["border", *line])
        assert done.exit_code == code, done.output
        return done.output

    secret = run("sensors", "key", str(folder), "gateway-1", "--may", "write").strip()
    assert len(secret) > 40
    assert "gateway-1: may write" in run("sensors", "keys", str(folder))
    assert secret not in (folder / "sensors" / "keys.json").read_text()
    assert "no sensor" in run("sensors", "status", str(folder))
    with Node.open(folder, (SYSTEM,)) as node:
        api = OfNode(node)
        api.make("Things", thing(Locations=[location()], Datastreams=[datastream(Observations=[stage(1)])]))
        api.rows(["x", 1])
        answers.shelf_of(node).close()
    assert "set aside, stamp: 1" in run("sensors", "status", str(folder))
    assert "stamp" in run("sensors", "quarantine", str(folder))
    assert "batch 1: 1 observations" in run("seal", str(folder), "--author", "x", "--exercise")
    assert "sealed already" in run("seal", str(folder), "--author", "x")
    assert "whole" in run("batches", str(folder), "--check")
    assert json.loads(run("replay", str(folder), "1", "--json"))["observations"][0]["result"] == 1
    run("sensors", "revoke", str(folder), "gateway-1")
    run("sensors", "revoke", str(folder), "gateway-1", code=1)
    run("sensors", "key", str(folder), "Bad Name", code=1)
    with Node.open(folder, (SYSTEM,)) as node:
        with answers.store_of(node).transaction() as db:
            db.execute("UPDATE observation SET result = 5")
        answers.shelf_of(node).close()
    assert "does not make its root" in run("batches", str(folder), "--check", code=3)

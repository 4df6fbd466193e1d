"""From backup to joint again, and through a fork to a new epoch: two real processes and the command line."""

from __future__ import annotations

import shutil
import signal

import pytest

from comity.node.backup import restore
from comity.node.export import export_folder
from comity.node.folder import origin_hash
from comity.node.node import Node
from comity.node.public import PublicFiles
from comity.record.export import export as write_tiles
from comity.record.fork import ForkProof
from tests.node.processes_recovery import comity, item, sync_both, two_nodes

pytestmark = pytest.mark.processes
SECRET = "nobody-greps-this"


def lose_and_restore(vn, *, more=("three", "four"), la=None):
    """Back up, go on, lose the folder, restore; the node runs again, behind what it signed."""
    root = vn.root.parent
    vn.client.append([item("one"), item("two")])
    body = {"path": str(root / "old.tar"), "content_keys": str(root / "old-keys.tar")}
    vn.client.post("backup", body)
    if more:
        vn.client.append([item(text) for text in more])
    if la is not None:
        sync_both(vn, la)
    vn.end(signal.SIGKILL)
    shutil.rmtree(vn.root)
    restore(root / "old.tar", vn.root, content_keys=root / "old-keys.tar")
    return vn.start()


def queue_two(vn):
    first = vn.client.append([item(f"five {SECRET}")])
    assert first["receipts"] == []
    assert len(first["queued"]) == 1
    assert len(vn.client.append([item("six")])["queued"]) == 1
    recovery = vn.status["recovery"]
    assert (recovery["queued"], recovery["confirmed"]) == (2, False)


def held_in_clear(root):
    return [path for path in root.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]


def test_a_peer_gives_back_what_was_lost_and_the_queue_follows_in_order(tmp_path):
    with two_nodes(tmp_path) as (vn, la):
        lose_and_restore(vn, la=la)
        queue_two(vn)
        assert held_in_clear(vn.root) == []
        vn.end(signal.SIGKILL)
        vn.start()
        assert vn.status["recovery"]["queued"] == 2, "the queue outlives the process"
        report = vn.client.sync()
        assert report["peers"][0]["adopted"] >= 2
        sync_both(vn, la)
        status = vn.status
        assert status["recovery"] == {**status["recovery"], "queued": 0, "confirmed": True, "forked": False}
        assert status["statuses"]["joint"] == status["size"]
        assert la.texts() == ["one", "two", "three", "four", f"five {SECRET}", "six"]
        assert vn.client.post("fsck", {})["ok"]
        assert not list((vn.root / "intake").iterdir())


def test_an_attestation_lets_the_queue_in_where_nobody_answers(tmp_path):
    with two_nodes(tmp_path) as (vn, la):
        lose_and_restore(vn, more=())
        la.end()
        queue_two(vn)
        assert not vn.client.sync()["ok"]
        assert vn.status["recovery"]["queued"] == 2, "being away is no confirmation"
        comity("node", "attest", vn.root, "--reason", "the other node is under water")
        assert vn.status["recovery"]["queued"] == 0
        la.start()
        sync_both(vn, la)
        assert vn.status["statuses"]["joint"] == vn.status["size"]
        assert la.texts() == ["one", "two", f"five {SECRET}", "six"]


def test_a_folder_gives_back_what_was_lost_without_a_line(tmp_path):
    with two_nodes(tmp_path) as (vn, la):
        lose_and_restore(vn, la=la)
        queue_two(vn)
        la.end()
        stick = tmp_path / "stick"
        with Node.open(la.root) as node:
            export_folder(node, stick)
            path = f"mirrors/{origin_hash('vn/hq')}"
            write_tiles(
                node.mirrors["vn/hq"].store, PublicFiles(node).get(f"{path}/checkpoint").body, stick / path
            )
        data = comity("sync", vn.root, "--from", stick)
        assert data["peers"][0]["adopted"] >= 2
        assert vn.status["recovery"]["queued"] == 0
        la.start()
        sync_both(vn, la)
        assert la.texts()[-2:] == [f"five {SECRET}", "six"]
        assert vn.status["statuses"]["joint"] == vn.status["size"]


def test_a_fork_is_proved_quarantined_and_left_by_both_in_a_new_epoch(tmp_path):
    with two_nodes(tmp_path) as (vn, la):
        lose_and_restore(vn, la=la)
        comity("node", "attest", vn.root, "--reason", "rashly")
        vn.client.append([item("another three")])
        assert not vn.client.sync()["ok"]
        assert not la.client.sync()["ok"]
        # The alarm on both sides, each with a file that a stranger checks.
        assert la.status["peers"][0]["state"] == "forked"
        assert "two histories" in vn.status["read_only"] or "do not extend" in vn.status["read_only"]
        vkey = comity("log", "vkey", vn.root)["vkey"]
        proofs = [*la.root.glob("mirrors/*.fork.json"), vn.root / "log.sqlite.fork.json"]
        assert len(proofs) == 2
        for path in proofs:
            ForkProof.decode(path.read_bytes()).verify(vkey)
        assert "own-log-forked" in comity("record", "append", vn.root, write(tmp_path, item("no")), ok=False)

        file = tmp_path / "proposal.json"
        assert "node-locked" in comity("epoch", "propose", vn.root, file, ok=False)
        vn.end()
        proposal = comity("epoch", "propose", vn.root, file)
        words = ("--author", "desk", "--reason", "A backup was attested rashly.", "--exercise")
        assert "epoch-not-agreed" in comity("epoch", "begin", vn.root, *words, ok=False)
        agreed = comity("epoch", "agree", la.root, file, *words, "--yes")
        assert agreed["agreed_root"] == proposal["agreed_root"]
        vn.start()
        vn.client.sync()
        vn.end()
        assert comity("epoch", "begin", vn.root, *words)["new"] == "vn/hq~1"
        vn.start()
        assert comity("epoch", "begin", la.root)["paired"] == ["vn/hq~1"]
        vn.client.append([item("work goes on")])
        sync_both(vn, la)

        assert vn.status["statuses"]["joint"] == vn.status["size"]
        assert la.texts("vn/hq~1")[-1] == "work goes on"
        assert la.texts("vn/hq") == ["one", "two", "three", "four"]
        assert vn.texts("vn/hq") == ["one", "two", "another three"]
        for node in (vn, la):
            (row,) = comity("epoch", "show", node.root)["epochs"]
            assert (row["joint"], row["agreed_size"]) == (True, proposal["agreed_size"])
            states = {peer["origin"]: peer["state"] for peer in node.status["peers"]}
            assert states["vn/hq"] == "forked"
            assert node.status["quarantined"] >= 1
            assert node.client.post("fsck", {})["ok"]


def write(folder, draft):
    import json

    path = folder / "draft.json"
    path.write_text(json.dumps(draft))
    return path

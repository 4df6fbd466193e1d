"""A damaged mirror never keeps the node from its work; set aside, it is pulled anew without forgetting anything."""

from __future__ import annotations

import apsw
import pytest

from comity.node import keys as keyfiles
from comity.node.errors import MirrorDamagedError, MirrorSoundError, PeerUnknownError
from comity.node.fsck import check
from comity.node.set_aside import set_aside
from comity.node.status import BROKEN
from comity.record.cosigner_memory import CosignerMemoryError, memory_path
from comity.record.fetch import NotFoundError
from comity.record.fork import ForkProof
from comity.record.note import Signer
from tests.node.world import ask, fact, line, rows, settle, sync
from tests.sim.peer import Peer

GARBAGE = b"not a database at all" * 1000


@pytest.fixture
def settled(world, pair):
    """Two nodes that hold each other's facts; the folder and the mirror of vn."""
    vn, la = pair
    vn.append([fact("ours")])
    la.append([fact(f"theirs {number}") for number in range(3)])
    settle(vn, la)
    return world, vn.folder, vn.folder.mirror("la/hq")


def damage(world, path, data=GARBAGE):
    world.nodes.pop("vn").close()
    path.write_bytes(data)


def test_the_node_opens_and_shows_what_is_wrong(settled):
    world, _, path = settled
    damage(world, path)
    vn = world.add("vn")
    (peer,) = vn.status().peers
    assert (peer.origin, peer.state, peer.size) == ("la/hq", BROKEN, 0)
    assert peer.error["type"].endswith("mirror-damaged")
    assert "set-aside" in peer.error["title"]
    assert path.name in peer.error["detail"]
    assert vn.origins == ["vn/hq"]
    assert "la/hq" in vn.charters, "pairing still knows which charter is pinned"
    with pytest.raises(MirrorDamagedError):
        vn.peers.require("la/hq")
    (report,) = vn.sync()
    assert (report.ok, report.state) == (False, BROKEN)


def test_the_own_log_goes_on(settled):
    world, _, path = settled
    la = world.nodes["la"]
    damage(world, path)
    vn = world.add("vn")
    receipts = vn.append([fact("still")])
    assert vn.record("vn/hq", receipts[0].index).content.fields["name"] == "still"
    assert sync(la, vn, asking=False).ok, "the peer pulls as before"
    assert vn.record("vn/hq", 0).status == "joint", "what the peer said before still counts"
    body = ask(vn)("witness/add-checkpoint", b"old 0\n\n" + line(la)("log/checkpoint"))
    assert body[0] == 404, "nothing is witnessed without the memory of it"


def test_a_mirror_set_aside_is_pulled_anew(settled):
    world, folder, path = settled
    la = world.nodes["la"]
    before, lines = rows(world.nodes["vn"]), line(world.nodes["vn"])
    shown = lines(f"mirrors/{path.stem}/checkpoint")
    damage(world, path)
    done = set_aside(folder, "la/hq")
    assert done["faults"]
    assert (path.parent / done["file"]).read_bytes() == GARBAGE
    vn = world.add("vn")
    assert vn.status().peers[0].state == "unproved"
    report = sync(vn, la)
    assert (report.ok, report.state, report.added) == (True, "consistent", la.log.size)
    assert report.openings == 0, "the contents were held all the time"
    assert rows(vn) == before
    again = line(vn)(f"mirrors/{path.stem}/checkpoint")
    assert set(again.splitlines()) == set(shown.splitlines()), "the same cosignatures for the same head"
    assert check(vn)["ok"]


def test_new_entries_of_the_new_mirror_are_projected(settled):
    """The old cursor stands beyond the feed of a file that was made anew."""
    world, folder, path = settled
    la = world.nodes["la"]
    for number in range(4):
        la.append([fact(f"later {number}")])
        sync(world.nodes["vn"], la)
    damage(world, path)
    set_aside(folder, "la/hq")
    vn = world.add("vn")
    la.append([fact("newest")])
    sync(vn, la)
    assert "newest" in {row[2] for row in rows(vn)}


def test_a_shorter_or_other_log_is_never_cosigned_after_it(settled):
    world, folder, path = settled
    held = world.nodes["vn"].peers.require("la/hq").mirror.size
    damage(world, path)
    set_aside(folder, "la/hq")
    vn = world.add("vn")
    for length in (1, held - 2, held - 1, 9):
        report = vn.sync_from(vn.peers.require("la/hq"), rewritten(world.nodes["la"], length))
        mirror = vn.peers.require("la/hq").mirror
        assert not report.ok or report.state == "behind"
        assert all(mirror.heads.last_cosigned(key).size == held for key in vn.cosigner_vkeys)
    assert report.state == "forked"


def rewritten(node, length):
    """A fetcher of a log that begins with a node's charter entry and goes on otherwise, signed with its key."""
    keys = keyfiles.load(node.folder.keys)
    others = [b"other %d" % number for number in range(length)]
    peer = Peer(Signer(keys.log.name, keys.log.seed), [*node.log.entries(0, 1), *others])

    def fetch(path):
        if not path.startswith("log/") or path.startswith("log/openings"):
            raise NotFoundError(path)
        return peer.fetch(path.removeprefix("log/"))

    return fetch


def test_a_fork_proof_outlives_the_mirror(settled):
    world, folder, path = settled
    proof_file = path.with_name(path.name + ".fork.json")
    link = world.nodes["vn"].peers.require("la/hq")
    vkey = link.mirror.vkey
    sync_report = world.nodes["vn"].sync_from(link, rewritten(world.nodes["la"], 9))
    assert sync_report.state == "forked"
    damage(world, path)
    set_aside(folder, "la/hq")
    ForkProof.decode(proof_file.read_bytes()).verify(vkey)
    vn = world.add("vn")
    assert vn.status().peers[0].state == "forked"
    assert not sync(vn, world.nodes["la"]).ok


def test_nothing_is_set_aside_without_the_memory_of_what_was_cosigned(settled):
    world, folder, path = settled
    damage(world, path)
    memory_path(path).unlink()
    with pytest.raises(CosignerMemoryError):
        set_aside(folder, "la/hq")
    memory_path(path).write_bytes(b"half of i")
    with pytest.raises(CosignerMemoryError):
        set_aside(folder, "la/hq")
    assert path.read_bytes() == GARBAGE


def test_a_sound_mirror_and_a_stranger_are_left_alone(settled):
    world, folder, path = settled
    world.nodes.pop("vn").close()
    with pytest.raises(MirrorSoundError):
        set_aside(folder, "la/hq")
    with pytest.raises(PeerUnknownError):
        set_aside(folder, "xx/hq")
    path.unlink()
    with pytest.raises(MirrorSoundError):
        set_aside(folder, "la/hq")


def test_damage_found_while_reading_stops_neither_opening_nor_appending(settled):
    """The file opens, but a leaf is gone: the other log is projected, the peer shown as broken."""
    world, folder, path = settled
    la = world.nodes["la"]
    la.append([*(fact(f"fill {number}") for number in range(20)), fact("one more")])  # beyond one stripe
    sync(world.nodes["vn"], la)
    world.nodes.pop("vn").close()
    db = apsw.Connection(str(path))
    db.execute("DELETE FROM entry WHERE idx = 2")
    db.close()
    folder.views.unlink()
    vn = world.add("vn")
    (peer,) = vn.status().peers
    assert peer.state == BROKEN
    assert "missing" in peer.error["detail"]
    assert "ours" in {row[2] for row in rows(vn)}
    vn.append([fact("goes on")])
    assert "goes on" in {row[2] for row in rows(vn)}
    vn.projection.rebuild()
    assert "goes on" in {row[2] for row in rows(vn)}
    found = check(vn)
    assert not found["ok"]
    assert any("la/hq" in fault for fault in found["faults"])
    world.nodes.pop("vn").close()
    set_aside(folder, "la/hq")
    vn = world.add("vn")
    assert sync(vn, la).ok
    assert vn.status().peers[0].state == "consistent"
    assert "one more" in {row[2] for row in rows(vn)}


def test_two_mirrors_set_aside_do_not_overwrite_each_other(settled):
    world, folder, path = settled
    la = world.nodes["la"]
    names = set()
    for turn in range(3):
        damage(world, path, GARBAGE + bytes([turn]))
        names.add(set_aside(folder, "la/hq")["file"])
        assert sync(world.add("vn"), la).ok
    assert len(names) == 3
    assert not [
        file for file in path.parent.iterdir() if file.name.endswith(".damaged-wal") and file.stat().st_size
    ]

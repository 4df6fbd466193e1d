"""Exchange: statuses rise to joint on both sides; whatever a peer or a line does is reported, and harms nothing else."""

from __future__ import annotations

import random
import shutil

import orjson
import pytest

from comity.node.anchors import Anchors
from comity.node.errors import OwnForkError, PeerUnknownError, UnconfirmedError
from comity.node.exchange import LONGEST_PAUSE, pause
from comity.node.export import export_folder
from comity.node.node import Node
from comity.node.openings import openings_path
from comity.record.canonical import b64
from comity.record.commitment import FullOpening
from comity.record.fetch import FetchError, NotFoundError, folder_fetcher
from comity.record.fork import ForkProof
from tests.node.test_projection import badges, rows_of_views
from tests.node.world import FACTS, ask, fact, line, pin, rows, settle, sync


def statuses(node, origin):
    return [record.status for record in node.records(origin, 0, 99)]


def test_a_record_rises_to_joint_on_both_sides(pair):
    vn, la = pair
    vn.append([fact("a")])
    assert statuses(vn, "vn/hq") == ["published"] * 2
    report = sync(vn, la)
    assert report.ok
    assert statuses(vn, "vn/hq") == ["witnessed"] * 2, (
        "the witness has seen the head, nobody holds the entries"
    )
    report = sync(la, vn)
    assert (report.ok, report.added, report.openings) == (True, 2, 1)
    assert statuses(la, "vn/hq") == ["joint"] * 2
    sync(vn, la)
    assert statuses(vn, "vn/hq") == ["joint"] * 2
    assert vn.status().cosigned_by == ["la/hq"]
    assert {row[3] for row in rows(vn)} == {"joint"}, "projections saw the upgrade"
    assert vn.status().peers[0].lag == 0


def test_an_exchange_with_nothing_new_changes_nothing(pair):
    vn, la = pair
    vn.append([fact("a")])
    settle(vn, la)
    feeds = len(vn.log.store.feed(0)), len(la.mirrors["vn/hq"].store.feed(0))
    for report in settle(vn, la):
        assert (report.ok, report.added, report.openings, report.cosignatures) == (True, 0, 0, 0)
    assert (len(vn.log.store.feed(0)), len(la.mirrors["vn/hq"].store.feed(0))) == feeds


def test_only_clear_content_travels(pair):
    vn, la = pair
    for marking in ("TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"):
        vn.append([fact(marking.lower().replace(":", ""), marking=marking, releasable_to=["la"])])
    vn.append([fact("clear")])
    sync(la, vn)
    assert [row[2] for row in rows(la)] == ["clear"]
    files = line(vn)
    served = files("log/openings/000")
    assert served.count(b"\n") == 1
    assert b"tlpred" not in served
    for index in range(1, 5):
        assert la.record("vn/hq", index).content is None
        assert vn.record("vn/hq", index).content is not None


def bent_openings(change):
    def bend(path, data):
        return change(data) if "/openings/" in path else data

    return bend


def other_value(data):
    item = orjson.loads(data.splitlines()[0])
    item["fields"][-1]["value"] = 99
    return orjson.dumps(item, option=orjson.OPT_SORT_KEYS) + b"\n"


@pytest.mark.parametrize(
    "change",
    [
        other_value,
        lambda data: data[:-20],
        lambda data: b"\xff" * 50 + b"\n",
        lambda data: b"{}\n",
        lambda data: data.replace(b"vn/hq", b"vn/xx"),
        lambda data: data.replace(b"TLP:CLEAR", b"TLP:GREEN"),
        lambda data: b"\n" * 3,
        lambda data: b"[" * 100_000 + b"\n",
    ],
)
def test_a_bad_opening_is_quarantined_and_a_good_one_later_lifts_it(pair, change):
    vn, la = pair
    vn.append([fact("a")])
    report = sync(la, vn, bend=bent_openings(change))
    assert report.ok, "the flow goes on"
    assert report.refused >= 1
    assert report.added == 2
    assert any(source == "opening" for source, _ in badges(la).values())
    assert rows(la) == []
    assert statuses(la, "vn/hq") == ["joint"] * 2
    before = rows_of_views(la)
    la.projection.rebuild()
    assert rows_of_views(la) == before, "a rebuild keeps what was refused"
    vn.append([fact("b")])
    report = sync(la, vn)
    assert {row[2] for row in rows(la)} == {"a", "b"}
    assert badges(la) == {}


def test_openings_of_one_record_under_another_are_refused(pair):
    vn, la = pair
    vn.append([fact("a"), fact("b")])

    def swap(data):
        first, second = (orjson.loads(text) for text in data.splitlines())
        first["id"], second["id"] = second["id"], first["id"]
        return b"".join(orjson.dumps(item, option=orjson.OPT_SORT_KEYS) + b"\n" for item in (first, second))

    report = sync(la, vn, bend=bent_openings(swap))
    assert report.refused == 2
    assert rows(la) == []


def test_an_opening_of_sealed_content_that_the_peer_serves_is_not_taken(pair):
    vn, la = pair
    vn.append([fact("a", marking="TLP:AMBER")])
    record = vn.record("vn/hq", 1)
    opening = vn.contents.get("vn/hq", record.id)
    assert isinstance(opening, FullOpening)
    report = sync(la, vn, bend=bent_openings(lambda _data: opening.encode() + b"\n"))
    assert report.refused == 1
    assert la.record("vn/hq", 1).content is None


def test_more_than_one_bundle(pair):
    vn, la = pair
    for start in range(0, 600, 200):
        vn.append([fact(f"f{i}") for i in range(start, start + 200)])
        report = sync(la, vn)
        assert (report.ok, report.openings) == (True, 200)
    assert len(rows(la)) == 600
    assert openings_path(2) == "openings/002"


def test_a_peer_that_is_away_is_reported_and_blocks_nothing(pair):
    vn, la = pair

    def away(_path, _data):
        raise FetchError("nobody answers")

    for failures in (1, 2, 3):
        report = sync(vn, la, bend=away)
        assert not report.ok
        assert report.error["type"].endswith(":fetch")
        status = vn.status().peers[0]
        assert (status.failures, status.last_success) == (failures, None)
        assert status.error["detail"] == "nobody answers"
        vn.append([fact("a")])
    assert vn.status().peers[0].lag == vn.log.size
    assert vn.status().peers[0].unwitnessed_since is not None
    assert sync(vn, la).ok
    status = vn.status().peers[0]
    assert (status.failures, status.error) == (0, None)


def test_a_line_that_cuts_at_every_request_ends_in_the_same_state(pair):
    vn, la = pair
    vn.append([fact(f"f{i}") for i in range(300)])
    for budget in range(30):
        left = [budget]

        def cut(_path, data, left=left):
            left[0] -= 1
            if left[0] < 0:
                raise FetchError("the line was cut")
            return data

        report = sync(la, vn, bend=cut, asking=False)
        if report.ok:
            break
        la.append([fact("meanwhile")])
    assert report.ok
    assert statuses(la, "vn/hq")[-1] == "joint"
    assert len(rows(la)) == 300 + budget
    assert la.mirrors["vn/hq"].store.root() == vn.log.store.root()


def test_cosignatures_of_strangers_and_broken_ones_are_not_kept(world, pair):
    vn, la = pair
    vn.append([fact("a")])
    sync(la, vn)

    def broken(path, data):
        if path.startswith("mirrors/") and path.endswith("/checkpoint"):
            lines = data.split(b"\n")
            return b"\n".join([*lines[:-2], lines[-2][:-6] + b"AAAA==", b""])
        return data

    report = sync(vn, la, bend=broken, asking=False)
    assert not report.ok
    assert vn.status().cosigned_by == []

    def stranger(path, data):
        return (
            data.replace(b"la/hq/", b"xx/hq/")
            if path.endswith("/checkpoint") and path.startswith("mirrors/")
            else data
        )

    report = sync(vn, la, bend=stranger, asking=False)
    assert report.cosignatures == 0
    assert vn.status().cosigned_by == []
    assert sync(vn, la).ok
    assert vn.status().cosigned_by == ["la/hq"]


def test_a_witness_that_lies_about_the_size_is_reported(pair):
    vn, la = pair
    vn.append([fact("a")])
    answers = iter([(409, "text/x.tlog.size", b"1\n"), (409, "text/x.tlog.size", b"0\n")])
    report = vn.sync_from(vn.peers.require("la/hq"), line(la), lambda *_: next(answers))
    assert not report.ok
    for answer in [
        (409, "text/x.tlog.size", b"x"),
        (500, "text/plain", b"?"),
        (409, "text/plain", b"1"),
        (200, "t", b"junk\n"),
    ]:
        report = vn.sync_from(vn.peers.require("la/hq"), line(la), lambda *_, reply=answer: reply)
        assert not report.ok
        assert report.error["detail"]
    assert sync(vn, la).ok


def test_a_peer_by_folder_is_the_same_exchange(world, pair, tmp_path):
    vn, la = pair
    vn.append([fact(f"f{i}") for i in range(300)])
    stick = tmp_path / "stick"
    export_folder(vn, stick)
    report = la.sync_from(la.peers.require("vn/hq"), folder_fetcher(stick))
    assert (report.ok, report.added, report.openings) == (True, 301, 300)
    vn.append([fact("more")])
    export_folder(vn, stick)
    assert la.sync_from(la.peers.require("vn/hq"), folder_fetcher(stick)).added == 1
    back = tmp_path / "back"
    export_folder(la, back)
    report = vn.sync_from(vn.peers.require("la/hq"), folder_fetcher(back))
    assert report.ok
    assert report.cosignatures == 2, "the stick brought the cosignatures home"
    assert statuses(vn, "vn/hq")[-1] == "joint"


def test_a_stick_with_a_torn_file_is_reported_and_the_next_one_goes_on(pair, tmp_path):
    vn, la = pair
    vn.append([fact(f"f{i}") for i in range(300)])
    stick = tmp_path / "stick"
    export_folder(vn, stick)
    (bundle,) = (stick / "log" / "tile" / "entries").glob("000")
    whole = bundle.read_bytes()
    bundle.write_bytes(whole[: len(whole) // 2])
    report = la.sync_from(la.peers.require("vn/hq"), folder_fetcher(stick))
    assert not report.ok
    assert la.size("vn/hq") in {0, 256}
    bundle.write_bytes(whole)
    assert la.sync_from(la.peers.require("vn/hq"), folder_fetcher(stick)).ok


def test_an_export_does_not_write_over_something_else(pair, tmp_path):
    vn, la = pair
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    from comity.node.errors import BackupError

    with pytest.raises(BackupError):
        export_folder(vn, tmp_path / "mine")
    export_folder(la, tmp_path / "other")
    with pytest.raises(BackupError):
        export_folder(vn, tmp_path / "other")


def copy_of(world, name, into):
    """Copy a closed node's folder, keys and guard and all, and open both."""
    world.nodes.pop(name).close()
    shutil.copytree(world.root / name, world.root / into)
    return world.add(name), world.add(name, folder=into)


def test_two_copies_that_both_write_are_a_proven_fork_and_the_owner_learns_of_it(world, pair):
    vn, la = pair
    vn.append([fact("common")])
    settle(vn, la)
    vn, twin = copy_of(world, "vn", "vn-copy")
    vn.append([fact("one")])
    twin.append([fact("another")])
    assert sync(la, vn).ok
    report = sync(la, twin)
    assert not report.ok
    assert report.state == "forked"
    assert la.status().peers[0].state == "forked"
    proof = ForkProof.decode(la.mirrors["vn/hq"].fork_path.read_bytes())
    proof.verify(vn.charter.vkey("log"))
    assert not sync(la, vn).ok, "terminal"
    la.append([fact("still works")])
    report = sync(twin, la)
    assert report.error["type"].endswith(OwnForkError.code)
    with pytest.raises(OwnForkError):
        twin.append([fact("no more")])
    assert twin.status().read_only
    assert rows(twin), "reading goes on"


def test_a_restored_log_waits_for_a_peer_and_takes_back_what_it_lost(world, pair):
    from comity.node.backup import backup, restore

    vn, la = pair
    vn.append([fact("before")])
    settle(vn, la)
    backup(vn.folder, world.root / "b.tar", content_keys=world.root / "k.tar")
    vn.append([fact("after")])
    settle(vn, la)
    lost_root, lost_size = vn.log.store.root(), vn.log.size
    world.nodes.pop("vn").close()
    shutil.rmtree(world.root / "vn")
    restore(world.root / "b.tar", world.root / "vn", content_keys=world.root / "k.tar")
    vn = world.add("vn")
    assert vn.log.size < lost_size
    with pytest.raises(UnconfirmedError):
        vn.append([fact("too early")])
    assert "restored" in vn.status().read_only
    report = sync(vn, la)
    assert report.ok
    assert report.adopted == lost_size - 2
    assert vn.log.store.root() == lost_root
    assert vn.status().read_only is None
    assert vn.record("vn/hq", 1).content.fields["name"] == "before"
    vn.append([fact("onward")])
    assert sync(la, vn).ok
    assert la.mirrors["vn/hq"].state == "consistent"


def test_a_restored_log_that_lost_nothing_is_confirmed_by_a_peer(world, pair):
    vn, la = pair
    vn.append([fact("a")])
    settle(vn, la)
    vn.append([fact("b")])
    world.nodes.pop("vn").close()
    (world.root / "vn" / "keys" / "guard").unlink()
    vn = world.add("vn")
    with pytest.raises(UnconfirmedError):
        vn.append([fact("c")])
    assert sync(vn, la).adopted == 0
    vn.append([fact("c")])
    assert sync(la, vn).ok


def test_a_peer_that_never_mirrored_this_log_confirms_nothing(world, pair):
    vn, la = pair
    vn.append([fact("a")])
    world.nodes.pop("vn").close()
    (world.root / "vn" / "keys" / "guard").unlink()
    vn = world.add("vn")
    sync(vn, la)
    with pytest.raises(UnconfirmedError):
        vn.append([fact("b")])
    vn.attest("the peer is gone for good")
    vn.append([fact("b")])
    assert "gone for good" in (world.root / "vn" / "attestations.jsonl").read_text()


def test_a_forged_larger_head_is_not_adopted(world, pair):
    vn, la = pair
    vn.append([fact("a")])
    settle(vn, la)
    vn, twin = copy_of(world, "vn", "vn-copy")
    vn.append([fact("x")])
    twin.append([fact("y")])
    twin.append([fact("z")])
    # la mirrors the twin, which is longer and contradicts.
    assert sync(la, twin).ok
    size = vn.log.size
    report = sync(vn, la)
    assert report.error["type"].endswith(OwnForkError.code)
    assert vn.log.size == size, "nothing of it was taken"


def test_an_unknown_peer_is_named(pair):
    with pytest.raises(PeerUnknownError, match="xx/hq"):
        pair[0].sync(["xx/hq"])


def test_a_peer_at_a_dead_address_is_reported(pair):
    vn, _ = pair
    (report,) = vn.sync()
    assert not report.ok
    assert "127.0.0.1:9" in report.error["detail"]


def test_the_pause_grows_is_spread_and_has_an_end():
    rng = random.Random(1)
    for failures in range(40):
        pauses = [pause(30, failures, rng) for _ in range(50)]
        top = min(LONGEST_PAUSE, 30 * 2.0**failures)
        assert all(top / 2 <= value <= top for value in pauses)
        assert len(set(pauses)) == 50


def test_three_nodes_keep_their_heads_apart(world, pair):
    vn, la = pair
    kh = world.add("kh")
    for one, two in ((vn, kh), (la, kh), (kh, vn), (kh, la)):
        pin(one, two)
    vn.append([fact("a")])
    sync(kh, vn)
    sync(vn, kh)
    assert vn.status().cosigned_by == ["kh/hq"]
    sync(la, vn)
    sync(vn, la)
    assert vn.status().cosigned_by == ["kh/hq", "la/hq"]
    assert b64(kh.mirrors["vn/hq"].store.root()) == b64(la.mirrors["vn/hq"].store.root())
    assert isinstance(vn._anchors, Anchors)


def test_the_same_path_over_a_missing_mirror_is_not_found(pair):
    vn, la = pair
    with pytest.raises(NotFoundError):
        line(vn)("mirrors/" + "0" * 64 + "/checkpoint")
    with pytest.raises(NotFoundError):
        line(vn)("log/openings/009")
    assert ask(la)("witness/add-checkpoint", b"junk")[0] == 400
    assert isinstance(vn, Node)
    assert FACTS.name == "facts"

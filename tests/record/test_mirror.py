"""The mirror by example: what it stores, says and refuses. Schedules of faults are in tests/sim."""

from __future__ import annotations

import threading

import pytest

from comity.record import merkle
from comity.record.checkpoint import open_checkpoint
from comity.record.cosignature import Cosigner, verify_cosignature
from comity.record.errors import ComityError
from comity.record.fork import ForkProof
from comity.record.mirror import (
    CosignedLargerError,
    ForkFoundError,
    Mirror,
    MirrorIncompleteError,
    MirrorKeyError,
)
from comity.record.note import Signer
from comity.record.witness import Witness, format_request
from tests.sim.line import Line
from tests.sim.peer import Peer, failing, only

SIGNER = Signer("la/hq", bytes(32))
NOW = 1_700_000_000


def leaves(count, start=0, text="leaf"):
    return [f"{text} {number}".encode() for number in range(start, start + count)]


def peer_of(count):
    return Peer(SIGNER, leaves(count))


@pytest.fixture
def open_mirror(tmp_path):
    opened = []

    def make(**options):
        mirror = Mirror.open(tmp_path / "mirror.sqlite", "la/hq", SIGNER.vkey, **options)
        opened.append(mirror)
        return mirror

    yield make
    for mirror in opened:
        mirror.close()


@pytest.mark.parametrize("count", [0, 1, 2, 255, 256, 257, 511, 512, 4096, 4097, 5000, 65536, 65537, 70000])
def test_holds_exactly_what_was_signed(open_mirror, count):
    peer, mirror = peer_of(count), open_mirror()
    result = mirror.sync(peer.fetch)
    assert (result.state, result.size, result.added, result.target) == ("consistent", count, count, count)
    assert result.reason is None
    assert mirror.store.root() == peer.tree.root()
    assert mirror.store.leaves(0, count) == peer.leaves
    assert mirror.checkpoint() == peer.note


@pytest.mark.parametrize("step", [1, 100, 255, 256, 257, 1000])
def test_follows_a_growing_log(open_mirror, step):
    peer, mirror = peer_of(0), open_mirror()
    for turn in range(6):
        peer.append(leaves(step, turn * step))
        assert mirror.sync(peer.fetch).added == step
        assert mirror.store.root() == peer.tree.root()
    assert mirror.store.signed_sizes() == [step * turn for turn in range(1, 7)]
    assert [row.stop for row in mirror.store.feed()][-1] == 6 * step


def test_a_second_look_fetches_the_checkpoint_and_nothing_else(open_mirror):
    peer, mirror = peer_of(1000), open_mirror()
    mirror.sync(peer.fetch)
    peer.paths.clear()
    assert mirror.sync(peer.fetch).state == "consistent"
    assert peer.paths == ["checkpoint"]


def test_no_full_tile_of_leaf_hashes_is_fetched(open_mirror):
    peer, mirror = peer_of(2000), open_mirror()
    mirror.sync(peer.fetch)
    assert not [path for path in peer.paths if path.startswith("tile/0/") and ".p/" not in path]


def test_falls_back_to_full_tiles_where_partial_ones_are_gone(open_mirror):
    peer, mirror = peer_of(300), open_mirror()
    older = peer.note
    peer.append(leaves(300, 300))
    peer.keeps_old_partials = False
    peer.note = older
    assert mirror.sync(peer.fetch).state == "consistent"
    assert mirror.size == 300
    assert "tile/0/001" in peer.paths
    assert "tile/entries/001" in peer.paths


def test_resumes_at_a_bundle_boundary_after_a_cut(open_mirror):
    peer, mirror = peer_of(20_000), open_mirror()
    line = Line(peer.fetch, cut_after_requests=40)
    first = mirror.sync(line, in_flight=1)
    assert first.state == "unproved"
    assert first.reason.code == "fetch"
    assert 0 < first.size < 20_000
    assert first.size % 256 == 0
    assert first.target == 20_000
    assert mirror.checkpoint() is None, "no head without its data"
    line.mend()
    before = len([path for path in peer.paths if "entries" in path])
    assert mirror.sync(line, in_flight=1).state == "consistent"
    again = [path for path in peer.paths if "entries" in path][before:]
    assert len(again) == -(-(20_000 - first.size) // 256), "nothing stored is fetched again"


def test_resumes_in_a_new_process(open_mirror):
    peer, mirror = peer_of(20_000), open_mirror()
    mirror.sync(Line(peer.fetch, cut_after_requests=40))
    held = mirror.size
    mirror.close()
    mirror = open_mirror()
    assert (mirror.size, mirror.state) == (held, "unproved")
    assert mirror.sync(peer.fetch).added == 20_000 - held


def test_progress_is_told_after_every_batch(open_mirror):
    told = []
    open_mirror().sync(peer_of(10_000).fetch, progress=lambda held, target: told.append((held, target)))
    assert told == [(4096, 10_000), (8192, 10_000), (10_000, 10_000)]


def test_a_repeated_id_is_kept_as_a_leaf_and_the_first_one_is_found(open_mirror):
    peer = Peer(SIGNER, [b"a 1", b"b 2", b"a 3", b"not an entry"])

    def identify(leaf):
        if leaf.startswith(b"not"):
            raise ComityError("no entry")
        return leaf[:1] * 16

    mirror = open_mirror(identify=identify)
    assert mirror.sync(peer.fetch).state == "consistent"
    assert mirror.store.index_of(b"a" * 16) == 0
    assert mirror.store.leaves(0, 4) == peer.leaves


def test_an_older_head_that_agrees_is_behind_and_changes_nothing(open_mirror):
    peer, mirror = peer_of(1000), open_mirror()
    mirror.sync(peer.fetch)
    newest = mirror.checkpoint()
    peer.roll_back(400)
    result = mirror.sync(peer.fetch)
    assert (result.state, result.size) == ("behind", 1000)
    assert mirror.checkpoint() == newest
    peer.show(peer.leaves)
    assert mirror.sync(peer.fetch).state == "consistent"


def test_an_older_head_is_behind_even_while_a_larger_one_is_unfinished(open_mirror):
    peer, mirror = peer_of(20_000), open_mirror()
    mirror.sync(Line(peer.fetch, cut_after_requests=40))
    assert mirror.size >= 4096
    peer.roll_back(4096)
    assert mirror.sync(peer.fetch).state == "behind"
    assert open_checkpoint(mirror.checkpoint(), SIGNER.vkey).size == 4096


def assert_forked(mirror, form):
    assert mirror.state == "forked"
    proof = ForkProof.decode(mirror.fork_path.read_bytes())
    proof.verify(SIGNER.vkey)
    assert proof.form == form
    return proof


def test_two_roots_for_one_size(open_mirror):
    peer, mirror = peer_of(1000), open_mirror()
    mirror.sync(peer.fetch)
    peer.fork(900, leaves(100, text="other"))
    result = mirror.sync(peer.fetch)
    assert (result.state, result.added) == ("forked", 0)
    assert_forked(mirror, "size")


@pytest.mark.parametrize("at", [0, 1, 255, 256, 700, 999])
@pytest.mark.parametrize("longer", [1001, 5000])
def test_a_longer_history_that_is_another(open_mirror, at, longer):
    peer, mirror = peer_of(1000), open_mirror()
    mirror.sync(peer.fetch)
    root = mirror.store.root()
    peer.fork(at, leaves(longer - at, text="other"))
    assert mirror.sync(peer.fetch).state == "forked"
    assert assert_forked(mirror, "leaf").index == at
    assert (mirror.size, mirror.store.root()) == (1000, root), "nothing of the other history is stored"


@pytest.mark.parametrize("at", [0, 300, 599])
def test_a_shorter_history_that_is_another(open_mirror, at):
    peer, mirror = peer_of(1000), open_mirror()
    mirror.sync(peer.fetch)
    peer.fork(at, leaves(600 - at, text="other"))
    assert mirror.sync(peer.fetch).state == "forked"
    assert assert_forked(mirror, "leaf").index == at


def test_a_shorter_history_is_proven_even_if_its_tiles_are_refused(open_mirror):
    peer, mirror = peer_of(1000), open_mirror()
    mirror.sync(peer.fetch)
    peer.fork(100, leaves(500, text="other"))
    peer.lies = [only("tile", failing)]
    assert mirror.sync(peer.fetch).state == "forked"
    assert_forked(mirror, "prefix")


def test_a_history_changed_in_the_middle_of_a_pull(open_mirror):
    """The log may not know that the first head was seen: it is remembered before anything else is fetched."""
    peer, mirror = peer_of(20_000), open_mirror()
    mirror.sync(Line(peer.fetch, cut_after_requests=1))
    assert mirror.size == 0
    peer.fork(19_000, leaves(3000, text="other"))
    assert mirror.sync(peer.fetch).state == "forked"
    assert_forked(mirror, "prefix")
    assert mirror.size == 0


@pytest.mark.parametrize("size", [4096, 6000, 12_000])
def test_a_shorter_history_in_the_middle_of_a_pull(open_mirror, size):
    """What was pulled of the unfinished tree, with its right edge, proves the fork without another tile."""
    peer, mirror = peer_of(20_000), open_mirror()
    mirror.sync(Line(peer.fetch, cut_after_requests=40), in_flight=1)
    assert mirror.size == 8192
    peer.fork(100, leaves(size - 100, text="other"))
    peer.lies = [only("tile/0", failing), only("tile/entries", failing)]
    result = mirror.sync(peer.fetch)
    if size <= mirror.size:
        assert result.state == "forked"
        assert_forked(mirror, "prefix")
    else:
        assert (result.state, result.size) == ("unproved", 8192)


def test_an_inconsistent_head_without_its_tiles_is_unproved_then_proven(open_mirror):
    peer, mirror = peer_of(1000), open_mirror()
    mirror.sync(peer.fetch)
    root = mirror.store.root()
    peer.fork(900, leaves(600, text="other"))
    peer.lies = [only("tile", failing)]
    for _ in range(3):
        result = mirror.sync(peer.fetch)
        assert (result.state, result.reason.code, result.target) == ("unproved", "fetch", 1500)
    assert (mirror.size, mirror.store.root()) == (1000, root)
    assert peer.note in [seen.note for seen in mirror.heads.seen()], "the whole note is evidence"
    peer.lies = []
    peer.show(leaves(2000))
    assert mirror.sync(peer.fetch).state == "forked", "the honest tree of 2000 does not hold the head of 1500"
    assert_forked(mirror, "prefix")


def test_forked_is_terminal_and_durable(open_mirror):
    peer, mirror = peer_of(1000), open_mirror()
    honest = peer.leaves
    mirror.sync(peer.fetch)
    peer.fork(900, leaves(100, text="other"))
    mirror.sync(peer.fetch)
    peer.show(honest + leaves(500, 1000))
    peer.paths.clear()
    assert mirror.sync(peer.fetch).state == "forked"
    assert peer.paths == []
    mirror.close()
    mirror = open_mirror()
    assert mirror.sync(peer.fetch).state == "forked"
    assert mirror.size == 1000
    with pytest.raises(ForkFoundError):
        mirror.cosign(Cosigner("vn/mirror", bytes(32)), NOW)


@pytest.mark.parametrize("lost", ["file", "database"])
def test_either_copy_of_the_proof_is_enough(open_mirror, lost):
    peer, mirror = peer_of(10), open_mirror()
    mirror.sync(peer.fetch)
    peer.fork(5, leaves(5, text="other"))
    mirror.sync(peer.fetch)
    path = mirror.fork_path
    if lost == "file":
        path.unlink()
    else:
        mirror.store.set_meta("mirror_fork", b"")
    mirror.close()
    assert open_mirror().state == "forked"
    assert path.exists()


def test_a_stray_file_accuses_nobody(open_mirror):
    mirror = open_mirror()
    mirror.fork_path.write_bytes(b"{}\n")
    mirror.close()
    assert open_mirror().sync(peer_of(10).fetch).state == "consistent"


def test_the_quota_is_refused_before_storing_and_what_is_held_stays(open_mirror):
    peer = Peer(SIGNER, [bytes(1000)] * 20_000)
    mirror = open_mirror(quota_bytes=10 << 20)
    result = mirror.sync(peer.fetch)
    assert (result.state, result.reason.code) == ("unproved", "mirror-quota")
    assert 4096 <= result.size < 20_000
    assert (mirror.fork_path.parent / "mirror.sqlite").stat().st_size <= 10 << 20
    assert mirror.store.leaves(0, result.size) == peer.leaves[: result.size]
    mirror.quota_bytes = None
    assert mirror.sync(peer.fetch).state == "consistent"


@pytest.mark.parametrize("size", [65_535, 65_534, 8193])
def test_leaves_of_any_length_are_opaque(open_mirror, size):
    peer = Peer(SIGNER, [bytes(size), b"", b"x"] * 3)
    mirror = open_mirror()
    assert mirror.sync(peer.fetch).state == "consistent"
    assert mirror.store.leaves(0, 9) == peer.leaves


def test_a_mirror_keeps_its_key(open_mirror, tmp_path):
    open_mirror().close()
    with pytest.raises(MirrorKeyError):
        Mirror.open(tmp_path / "mirror.sqlite", "la/hq", Signer("la/hq", b"1" * 32).vkey)
    with pytest.raises(MirrorKeyError):
        Mirror.open(tmp_path / "mirror.sqlite", "vn/hq", SIGNER.vkey)


def test_cosignatures_are_given_again_byte_for_byte(open_mirror):
    peer, mirror = peer_of(700), open_mirror()
    mirror.sync(peer.fetch)
    witness, holder = Cosigner("vn/witness", b"w" * 32), Cosigner("vn/mirror", b"m" * 32)
    lines = {key.name: mirror.cosign(key, NOW) for key in (witness, holder)}
    assert verify_cosignature(peer.note, lines["vn/witness"], witness.vkey) == NOW
    assert verify_cosignature(peer.note, lines["vn/mirror"], holder.vkey) == NOW
    mirror.close()
    mirror = open_mirror()
    assert [mirror.cosign(key, NOW + 99) for key in (witness, holder)] == list(lines.values())


def test_nothing_is_cosigned_before_every_entry_is_held(open_mirror):
    peer, mirror = peer_of(20_000), open_mirror()
    key = Cosigner("vn/mirror", bytes(32))
    with pytest.raises(MirrorIncompleteError):
        mirror.cosign(key, NOW)
    mirror.sync(Line(peer.fetch, cut_after_requests=40))
    with pytest.raises(MirrorIncompleteError):
        mirror.cosign(key, NOW)
    mirror.sync(peer.fetch)
    assert verify_cosignature(peer.note, mirror.cosign(key, NOW), key.vkey) == NOW


def test_a_cosigner_never_goes_back(open_mirror):
    """The witness cosigned a head that the mirror then cannot follow: the smaller head gets no newer cosignature."""
    peer, mirror = peer_of(100), open_mirror()
    mirror.sync(peer.fetch)
    key = Cosigner("vn/witness", bytes(32))
    witness = Witness({"la/hq": mirror}.get, key)
    larger = Peer(SIGNER, leaves(200))
    assert witness.add_checkpoint(format_request(0, [], larger.note), NOW).status == 200
    with pytest.raises(MirrorIncompleteError):
        mirror.cosign(key, NOW + 1)
    mirror.heads.forget(mirror.heads.seen())
    with pytest.raises(CosignedLargerError):
        mirror.cosign(key, NOW + 1)


def test_a_pull_must_agree_with_what_the_witness_cosigned(open_mirror):
    peer, mirror = peer_of(100), open_mirror()
    mirror.sync(peer.fetch)
    witness = Witness({"la/hq": mirror}.get, Cosigner("vn/witness", bytes(32)))
    other = Peer(SIGNER, leaves(100) + leaves(50, text="other"))
    proof = merkle.prove_consistency_from(other.tree.read, 100, 150)
    assert witness.add_checkpoint(format_request(0, [], peer.note), NOW).status == 200
    assert witness.add_checkpoint(format_request(100, proof, other.note), NOW).status == 200
    peer.append(leaves(300, 100))
    assert mirror.sync(peer.fetch).state == "forked"
    assert_forked(mirror, "prefix")
    assert mirror.size == 100


def test_evidence_is_bounded_and_the_oldest_stays(open_mirror):
    peer, mirror = peer_of(10), open_mirror()
    mirror.sync(peer.fetch)
    first = None
    for turn in range(80):
        peer.claim(1000 + turn, bytes([turn]) * 32)
        first = first or peer.note
        assert mirror.sync(peer.fetch).state == "unproved"
    seen = mirror.heads.seen()
    assert len(seen) == 64
    assert first in [head.note for head in seen]


def test_two_threads_pull_one_after_the_other(open_mirror):
    peer, mirror = peer_of(3000), open_mirror()
    results = []
    threads = [threading.Thread(target=lambda: results.append(mirror.sync(peer.fetch))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(result.added for result in results) == [0, 0, 0, 3000]
    assert mirror.store.root() == peer.tree.root()

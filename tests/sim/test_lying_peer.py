"""One lie at a time: each is refused or reported, nothing false is stored, and the truth is taken afterwards."""

from __future__ import annotations

import threading

import pytest

from comity.record.cosignature import (
    CosignatureError,
    Cosigner,
    FutureCosignatureError,
    verified_cosignatures,
)
from comity.record.fetch import FetchError, folder_fetcher
from comity.record.fsck import fsck
from comity.record.log import Log
from comity.record.mirror import Mirror
from comity.record.note import MAX_NOTE, Signer

from .clock import Clock
from .line import Line
from .peer import (
    Peer,
    dripping,
    failing,
    flipped,
    garbage,
    missing,
    only,
    oversized,
    short_hashes,
    swapped,
    truncated,
    unknown_signature,
    with_lines,
)

SIGNER = Signer("la/hq", bytes(32))


def leaves(count, start=0):
    return [b"leaf %d" % number for number in range(start, start + count)]


@pytest.fixture
def mirror(tmp_path):
    with Mirror.open(tmp_path / "mirror.sqlite", "la/hq", SIGNER.vkey) as mirror:
        yield mirror


def sound(mirror):
    return fsck(mirror.store.path, SIGNER.vkey) == []


SERVED = {
    "a truncated tile": only("tile/0", truncated(1)),
    "a tile a hash short": only("tile/1", truncated(32)),
    "a truncated partial tile": only("tile/0/005.p", truncated(32)),
    "an oversized tile": only("tile/0", oversized()),
    "hashes of 31 bytes": only("tile/1", short_hashes),
    "hashes swapped": only("tile/1", swapped),
    "a bit in a tile": only("tile/1", flipped(40, 5)),
    "a bit in the leaf hashes": only("tile/0", flipped(9)),
    "no tiles": only("tile/", missing),
    "a truncated bundle": only("tile/entries/003", truncated(1)),
    "an empty bundle": only("tile/entries/003", lambda _path, _data: b""),
    "a bit in a leaf": only("tile/entries/003", flipped(200)),
    "a bit in a length": only("tile/entries/003", flipped(1)),
    "a leaf more": only("tile/entries/003", lambda _path, data: data + b"\0\1x"),
    "the leaves of another bundle": only("tile/entries/003", lambda _path, data: data[::-1]),
    "a bit in the last leaf": only("tile/entries/005.p", flipped(-1)),
    "a truncated last bundle": only("tile/entries/005.p", truncated(3)),
    "no bundles": only("tile/entries", missing),
    "errors for bundles": only("tile/entries", failing),
    "errors for everything": failing,
    "nothing at all": missing,
    "an empty checkpoint": only("checkpoint", lambda _path, _data: b""),
    "an oversized checkpoint": only("checkpoint", oversized(2 * MAX_NOTE)),
    "a truncated checkpoint": only("checkpoint", truncated(4)),
    "a bit in the signature": only("checkpoint", flipped(-10)),
    "another size in the checkpoint": only("checkpoint", lambda _path, data: data.replace(b"1500", b"1501")),
    "another origin": only("checkpoint", lambda _path, data: data.replace(b"la/hq", b"la/hx")),
    "a checkpoint without signature": only("checkpoint", lambda _path, data: data.split(b"\n\n")[0] + b"\n"),
    "thousands of signatures": only("checkpoint", lambda _, data: data + unknown_signature("x/y") * 3000),
    "control characters": only("checkpoint", lambda _, data: data.replace(b"\n1500", b"\n\x001500")),
    **{f"noise {seed}": garbage(seed) for seed in range(6)},
    **{f"a noisy checkpoint {seed}": only("checkpoint", garbage(seed)) for seed in range(6)},
}


@pytest.mark.parametrize("held", [0, 700])
@pytest.mark.parametrize("lie", SERVED.values(), ids=SERVED.keys())
def test_a_lie_in_what_is_served_is_reported_and_overcome(mirror, lie, held):
    peer = Peer(SIGNER, leaves(1500))
    peer.show(peer.leaves, held)
    assert mirror.sync(peer.fetch).size == held
    peer.show(peer.leaves)
    peer.lies = [lie]
    result = mirror.sync(peer.fetch)
    assert result.state in {"consistent", "unproved"}, "no served lie makes a fork"
    assert (result.reason is None) == (result.size == 1500 and result.state == "consistent")
    if result.reason is not None:
        assert result.reason.code
        assert result.reason.advice
    assert mirror.store.leaves(0, mirror.size) == peer.leaves[: mirror.size]
    assert sound(mirror)
    peer.lies = []
    assert mirror.sync(peer.fetch).state == "consistent"
    assert mirror.store.root() == peer.tree.root()


@pytest.mark.parametrize("size", [1501, 2000, 1 << 20, (1 << 63) - 1])
def test_a_size_that_no_tree_has(mirror, size):
    peer = Peer(SIGNER, leaves(1500))
    mirror.sync(peer.fetch)
    peer.claim(size, b"\x11" * 32)
    result = mirror.sync(peer.fetch)
    assert (result.state, result.size, result.target) == ("unproved", 1500, size)
    assert sound(mirror)


def test_the_tiles_of_an_immense_tree_that_fold_to_its_root(mirror):
    """A log can make up the right edge of 2**40 leaves; it gets no further than the first bundle it cannot serve."""
    tile = bytes(range(32))
    root = tile
    peer = Peer(SIGNER, leaves(3))
    peer.claim(1 << 40, root)
    peer.lies = [only("tile/5", lambda _path, _data: tile)]
    fetched = []

    def fetch(path):
        fetched.append(path)
        return tile if path == "tile/5/000.p/1" else peer.fetch(path)

    result = mirror.sync(fetch)
    assert (result.state, result.size) == ("unproved", 0)
    assert len(fetched) < 20
    assert sound(mirror)


def test_a_slow_drip_is_cut_off_by_the_deadline(mirror):
    clock = Clock()
    peer = Peer(SIGNER, leaves(1500))
    peer.lies = [only("tile/entries", dripping(clock, bytes_per_second=10))]
    began = clock.seconds
    result = mirror.sync(peer.fetch, in_flight=1)
    assert (result.state, result.reason.code) == ("unproved", "fetch")
    assert clock.seconds - began == 30, "one deadline, not one a bundle"
    assert sound(mirror)


def test_a_delay_beyond_the_deadline_is_a_lost_answer(mirror):
    clock = Clock()
    line = Line(Peer(SIGNER, leaves(1500)).fetch, clock=clock, delays=[0, 31])
    assert mirror.sync(line, in_flight=1).reason.code == "fetch"
    assert mirror.sync(line, in_flight=1).state == "consistent"


def test_a_flood_stops_at_the_quota_and_the_own_log_goes_on(tmp_path):
    peer = Peer(SIGNER, [bytes(60_000)] * 600)
    quota = 8 << 20
    with (
        Mirror.open(tmp_path / "mirror.sqlite", "la/hq", SIGNER.vkey, quota_bytes=quota) as mirror,
        Log.open(tmp_path / "log.sqlite", Signer("vn/hq", b"1" * 32)) as own,
    ):
        for turn in range(4):
            result = mirror.sync(peer.fetch)
            assert (result.state, result.reason.code) == ("unproved", "mirror-quota")
            own.append([b"our own %d" % turn])
            peer.append([bytes(60_000)] * 50)
        assert sum(path.stat().st_size for path in tmp_path.glob("mirror.sqlite*")) <= 2 * quota
        assert own.size == 4
        assert sound(mirror)


def test_a_peer_that_never_answers_does_not_block_the_own_log(tmp_path):
    asked, release = threading.Event(), threading.Event()
    peer = Peer(SIGNER, leaves(1500))

    def fetch(path):
        if path.startswith("tile/entries"):
            asked.set()
            if not release.wait(60):
                raise FetchError(path)
        return peer.fetch(path)

    with (
        Mirror.open(tmp_path / "mirror.sqlite", "la/hq", SIGNER.vkey) as mirror,
        Log.open(tmp_path / "log.sqlite", Signer("vn/hq", b"1" * 32)) as own,
    ):
        pulling = threading.Thread(target=mirror.sync, args=(fetch,))
        pulling.start()
        assert asked.wait(30)
        own.append([b"written while the peer is silent"])
        assert (own.size, mirror.size, mirror.state) == (1, 0, "unproved")
        assert mirror.checkpoint() is None
        release.set()
        pulling.join(60)
        assert mirror.state == "consistent"


def test_cosignatures_in_a_checkpoint_are_data_for_their_reader(mirror):
    """Stale, future and false cosignatures change nothing in the mirror; whoever reads them judges them."""
    clock, witness = Clock(), Cosigner("vn/witness", b"w" * 32)
    peer = Peer(SIGNER, leaves(300))
    older = peer.sign(200, peer.tree.root(200))
    stale = witness.cosign(peer.note, 1)
    future = witness.cosign(peer.note, clock.now() + 10 * 365 * 86_400)
    of_another_head = witness.cosign(older, clock.now())

    peer.lies = [with_lines(stale, unknown_signature("nobody/known"))]
    assert mirror.sync(peer.fetch).state == "consistent"
    assert verified_cosignatures(mirror.checkpoint(), [witness.vkey], now=clock.now()) == {"vn/witness": 1}

    note = peer.note + future
    with pytest.raises(FutureCosignatureError):
        verified_cosignatures(note, [witness.vkey], now=clock.now())
    clock.skew = 11 * 365 * 86_400
    assert verified_cosignatures(note, [witness.vkey], now=clock.now())
    with pytest.raises(CosignatureError):
        verified_cosignatures(peer.note + of_another_head, [witness.vkey])


def test_a_folder_and_a_line_are_one_code_path(tmp_path, mirror):
    with Log.open(tmp_path / "log.sqlite", SIGNER) as log:
        log.append(leaves(1500))
        log.export(tmp_path / "stick")
        assert mirror.sync(folder_fetcher(tmp_path / "stick")).state == "consistent"
        assert mirror.store.root() == log.store.root()


def test_a_stick_pulled_out_is_a_cut_line(tmp_path, mirror):
    with Log.open(tmp_path / "log.sqlite", SIGNER) as log:
        log.append(leaves(1500))
        log.export(tmp_path / "stick")
    (tmp_path / "stick" / "tile" / "entries" / "002").rename(tmp_path / "lost")
    result = mirror.sync(folder_fetcher(tmp_path / "stick"))
    assert result.state == "unproved"
    assert sound(mirror)
    (tmp_path / "lost").rename(tmp_path / "stick" / "tile" / "entries" / "002")
    assert mirror.sync(folder_fetcher(tmp_path / "stick")).state == "consistent"

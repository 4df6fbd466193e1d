"""What was cosigned outlives the mirror: a mirror made anew never leads a cosigner back."""

from __future__ import annotations

import pytest

from comity.record import merkle
from comity.record.checkpoint import open_checkpoint
from comity.record.cosignature import Cosigner
from comity.record.cosigner_memory import CosignerMemoryError, memory_path
from comity.record.mirror import (
    CosignedLargerError,
    ForkFoundError,
    Mirror,
    MirrorIncompleteError,
)
from comity.record.note import Signer
from comity.record.store_errors import StoreError
from comity.record.witness import CONFLICT, OK, Witness, format_request
from tests.sim.peer import Peer

SIGNER = Signer("la/hq", bytes(32))
COSIGNER = Cosigner("vn/hq/witness", b"\x01" * 32)
NOW = 1_700_000_000


def leaves(count, text="leaf"):
    return [f"{text} {number}".encode() for number in range(count)]


@pytest.fixture
def place(tmp_path):
    return tmp_path / "mirror.sqlite"


def opened(place):
    return Mirror.open(place, "la/hq", SIGNER.vkey)


def damage(place):
    """Lose the database, keep what lies beside it."""
    for path in (place, *(place.with_name(place.name + end) for end in ("-wal", "-shm"))):
        path.unlink(missing_ok=True)


@pytest.fixture
def cosigned(place):
    """Cosign a tree of 300 leaves, then lose the mirror."""
    peer = Peer(SIGNER, leaves(300))
    with opened(place) as mirror:
        mirror.sync(peer.fetch)
        line = mirror.cosign(COSIGNER, NOW)
    damage(place)
    return peer, line


def test_a_mirror_made_anew_gives_the_same_line(place, cosigned):
    peer, line = cosigned
    with opened(place) as mirror:
        assert mirror.size == 0
        assert mirror.sync(peer.fetch).state == "consistent"
        assert mirror.cosign(COSIGNER, NOW + 1000) == line


def test_never_a_smaller_tree(place, cosigned):
    peer, _ = cosigned
    smaller = Peer(SIGNER, peer.leaves[:200])
    with opened(place) as mirror:
        assert mirror.sync(smaller.fetch).state == "behind"
        with pytest.raises((CosignedLargerError, MirrorIncompleteError)):
            mirror.cosign(COSIGNER, NOW)


@pytest.mark.parametrize("count", [300, 301, 700])
def test_never_another_tree_and_the_fork_is_proven(place, cosigned, count):
    other = Peer(SIGNER, leaves(count, "other"))
    with opened(place) as mirror:
        assert mirror.sync(other.fetch).state == "forked"
        assert {open_checkpoint(note, SIGNER.vkey).size for note in mirror.fork.notes} == {300, count}
        with pytest.raises(ForkFoundError):
            mirror.cosign(COSIGNER, NOW)


def test_the_witness_goes_on_from_what_it_signed(place, cosigned):
    peer, _ = cosigned
    with opened(place) as mirror:
        witness = Witness({"la/hq": mirror}.get, COSIGNER)
        other = Peer(SIGNER, leaves(310, "other"))
        reply = witness.add_checkpoint(format_request(0, [], other.note), NOW)
        assert (reply.status, reply.body) == (CONFLICT, b"300\n")
        peer.append(leaves(5, "more"))
        proof = merkle.prove_consistency_from(peer.tree.read, 300, 305)
        reply = witness.add_checkpoint(format_request(300, proof, peer.note), NOW)
        assert reply.status == OK


def test_memory_that_cannot_be_read_stops_a_fresh_mirror(place, cosigned):
    memory_path(place).write_bytes(memory_path(place).read_bytes()[:-20])
    with pytest.raises(CosignerMemoryError):
        opened(place)
    memory_path(place).write_bytes(b"")
    with pytest.raises(CosignerMemoryError):
        opened(place)


def test_memory_that_cannot_be_read_is_written_anew_from_the_database(place):
    peer = Peer(SIGNER, leaves(3))
    with opened(place) as mirror:
        mirror.sync(peer.fetch)
        line = mirror.cosign(COSIGNER, NOW)
    for lost in (b"garbage", None):
        if lost is None:
            memory_path(place).unlink()
        else:
            memory_path(place).write_bytes(lost)
        opened(place).close()
        assert memory_path(place).is_file()
    damage(place)
    with opened(place) as mirror:
        mirror.sync(peer.fetch)
        assert mirror.cosign(COSIGNER, NOW + 5) == line


def test_no_line_leaves_when_the_memory_cannot_be_written(place, monkeypatch):
    peer = Peer(SIGNER, leaves(3))
    with opened(place) as mirror:
        mirror.sync(peer.fetch)

        def full(*_):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("comity.record.cosigner_memory.replace_file", full)
        with pytest.raises(StoreError):
            mirror.cosign(COSIGNER, NOW)
        assert mirror.heads.last_cosigned(COSIGNER.vkey).size == 0


@pytest.mark.parametrize("damaged", [b"", b"not a database" * 1000, b"SQLite format 3\x00" + bytes(5000)])
def test_a_damaged_database_is_one_clear_error(place, damaged):
    with opened(place) as mirror:
        mirror.sync(Peer(SIGNER, leaves(3)).fetch)
    place.write_bytes(damaged)
    if damaged:
        with pytest.raises(StoreError, match=r"mirror\.sqlite"):
            opened(place)
    else:
        with opened(place) as mirror:  # an empty file is a fresh database
            assert mirror.size == 0


def test_values_of_other_types_are_one_clear_error(place):
    import apsw

    with opened(place) as mirror:
        mirror.sync(Peer(SIGNER, leaves(300)).fetch)
        mirror.cosign(COSIGNER, NOW)
    for change in ("UPDATE head SET root = 7", "UPDATE cosigned_head SET size = 'many'", "DROP TABLE meta"):
        copy = place.with_name("copy.sqlite")
        copy.write_bytes(place.read_bytes())
        db = apsw.Connection(str(copy))
        db.execute(change)
        db.close()
        with pytest.raises(StoreError):
            Mirror.open(copy, "la/hq", SIGNER.vkey)

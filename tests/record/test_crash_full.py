"""A disk that is full or fails, at every operation: no more writing or signing, but serving goes on."""

from __future__ import annotations

import os

import apsw
import pytest

from comity.record import database, guard, merkle
from comity.record.checkpoint import open_checkpoint
from comity.record.guard import GuardError
from comity.record.log import Log
from comity.record.note import Signer
from comity.record.store_errors import ReadOnlyError, StoreError
from tests.sim.disk import FailingDisk, plugged

SIGNER = Signer("vn/hq", bytes(range(32)))
BATCHES = [[b"%d/%d" % (batch, n) * 40 for n in range(9)] for batch in range(7)]


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(database, "WAL_PAGES", 12)
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)


def work(log: Log, receipts: list, heads: list) -> None:
    for leaves in BATCHES:
        receipts += zip(leaves, log.append(leaves), strict=True)
        heads.append(open_checkpoint(log.checkpoint(), SIGNER.vkey))


def still_true(log: Log, receipts: list, heads: list) -> None:
    for leaf, receipt in receipts:
        assert log.entries(receipt.index, receipt.index + 1) == [leaf]
        proof = log.prove_inclusion(receipt.index, receipt.size)
        root = log.store.root(receipt.size)
        merkle.verify_inclusion(receipt.leaf_hash, receipt.index, receipt.size, proof, root)
    for head in heads:
        assert log.store.root(head.size) == head.root


def fail_at(folder, k: int, error, once: bool) -> bool:
    """Run until operation k fails; returns False when the run needs no k-th operation."""
    receipts, heads = [], []
    with plugged(FailingDisk(k, error, once=once)) as disk:
        log = None
        try:
            log = Log.open(folder, SIGNER, guard=folder / "guard", vfs=disk.name)
            work(log, receipts, heads)
        except ReadOnlyError:
            assert disk.failed
            assert log is not None
        except StoreError:
            assert disk.failed
            assert log is None, "a log that is open says that it is read-only"
        if log is not None:
            if disk.failed:
                now_read_only(log, receipts, heads)
            try:
                log.close()
            except apsw.Error:
                assert disk.failed
    with Log.open(folder, SIGNER, guard=folder / "guard") as log:
        assert log.writable
        assert log.fsck() == []
        still_true(log, receipts, heads)
        before = {head.size: head.root for head in heads}
        log.append([b"after"])
        head = open_checkpoint(log.checkpoint(), SIGNER.vkey)
        assert before.get(head.size, head.root) == head.root
    return disk.done > k


def now_read_only(log: Log, receipts: list, heads: list) -> None:
    assert not log.writable
    for _ in range(2):
        with pytest.raises(ReadOnlyError):
            log.append([b"more"])
    still_true(log, receipts, heads)
    if heads or log.store.signed_size() is not None:
        served = open_checkpoint(log.checkpoint(), SIGNER.vkey)
        assert served.size == log.store.signed_size()
        assert log.store.root(served.size) == served.root
    else:
        with pytest.raises(ReadOnlyError):
            log.checkpoint()


@pytest.mark.parametrize("once", [False, True], ids=["for good", "once"])
@pytest.mark.parametrize("error", [apsw.FullError, apsw.IOError])
def test_whatever_operation_fails_the_log_serves_and_says_nothing_false(tmp_path, error, once):
    k = 0
    while True:
        folder = tmp_path / str(k)
        folder.mkdir()
        if not fail_at(folder, k, error, once):
            break
        k += 1
    assert k > 100


def test_a_guard_that_cannot_be_written_stops_signing(tmp_path, monkeypatch):
    with Log.open(tmp_path, SIGNER, guard=tmp_path / "guard") as log:
        log.append([b"one"])
        first = log.checkpoint()
        log.append([b"two"])

        def full(*_):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(guard, "_replace", full)
        assert log.checkpoint() == first
        assert not log.writable
        with pytest.raises(ReadOnlyError):
            log.append([b"three"])
        assert log.entries(0, 9) == [b"one", b"two"]


def test_the_guard_is_moved_before_the_signature_is_kept(tmp_path, monkeypatch):
    with Log.open(tmp_path, SIGNER, guard=tmp_path / "guard") as log:
        log.append([b"one"])
        monkeypatch.setattr(log.store, "add_signed_head", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            log.checkpoint()
        assert guard.Guard(tmp_path / "guard").size == 1
    with Log.open(tmp_path, SIGNER, guard=tmp_path / "guard") as log:
        assert open_checkpoint(log.checkpoint(), SIGNER.vkey).size == 1


def test_a_log_older_than_its_guard_is_read_but_neither_grows_nor_is_signed(tmp_path):
    with Log.open(tmp_path, SIGNER, guard=tmp_path / "guard") as log:
        log.append([b"one"])
        old = log.checkpoint()
    backup = (tmp_path / "log.sqlite").read_bytes()
    with Log.open(tmp_path, SIGNER, guard=tmp_path / "guard") as log:
        log.append([b"two"])
        log.checkpoint()
    (tmp_path / "log.sqlite").write_bytes(backup)
    with Log.open(tmp_path, SIGNER, guard=tmp_path / "guard") as log:
        assert not log.writable
        with pytest.raises(GuardError, match="size 2 was signed"):
            log.append([b"another two"])
        assert log.checkpoint() == old
        assert log.entries(0, 9) == [b"one"]

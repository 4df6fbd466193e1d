"""Group commit: company is waited for, nobody pays for another's mistake, nothing is forgotten."""

from __future__ import annotations

import threading
from concurrent.futures import wait

import pytest

from comity.record.batch import GroupCommit, GroupCommitClosedError
from comity.record.errors import ComityError
from comity.record.intake import DuplicateIdError
from comity.record.log import Log
from comity.record.note import Signer
from comity.record.store_errors import ReadOnlyError

SIGNER = Signer("vn/hq", bytes(range(32)))


class RefusedError(ComityError):
    code = "refused-for-test"


def identify(leaf: bytes) -> bytes:
    if leaf.startswith(b"bad"):
        raise RefusedError("bad")
    return leaf[:16].ljust(16)


@pytest.fixture
def log(tmp_path):
    with Log.open(tmp_path, SIGNER, identify=identify) as log:
        yield log


def test_many_small_submissions_share_a_commit(log):
    with GroupCommit(log, max_batch=1000, max_delay=5) as group:
        futures = [group.submit([b"%d" % n]) for n in range(100)]
    assert [future.result()[0].index for future in futures] == list(range(100))
    assert len(log.store.feed()) <= 2
    assert log.entries(0, 100) == [b"%d" % n for n in range(100)]


def test_a_full_batch_does_not_wait(log):
    with GroupCommit(log, max_batch=10, max_delay=3600) as group:
        futures = [group.submit([b"%d" % n]) for n in range(10)]
        assert len(wait(futures, timeout=60).done) == 10


def test_a_lonely_submission_waits_no_longer_than_the_delay(log):
    with GroupCommit(log, max_batch=10_000, max_delay=0.01) as group:
        assert group.submit([b"x", b"y"]).result(timeout=60)[1].index == 1
        assert group.submit([]).result(timeout=60) == []


def test_a_bad_submission_fails_alone(log):
    log.append([b"old"])
    with GroupCommit(log, max_batch=1000, max_delay=5) as group:
        good, bad, twice, old, more = (
            group.submit(leaves) for leaves in ([b"a"], [b"b", b"bad"], [b"c", b"a"], [b"old"], [b"b", b"c"])
        )
    assert [receipt.index for receipt in good.result() + more.result()] == [1, 2, 3]
    assert isinstance(bad.exception(), RefusedError)
    assert isinstance(twice.exception(), DuplicateIdError)
    assert isinstance(old.exception(), DuplicateIdError)
    assert log.entries(0, 9) == [b"old", b"a", b"b", b"c"]


def test_a_failing_disk_is_heard_by_every_caller(log):
    with GroupCommit(log, max_batch=1000, max_delay=5) as group:
        log.store.fail(OSError(28, "No space left on device"))
        futures = [group.submit([b"%d" % n]) for n in range(5)]
    assert all(isinstance(future.exception(), ReadOnlyError) for future in futures)
    assert log.size == 0


def test_a_cancelled_submission_is_not_appended(log, monkeypatch):
    entered, leave = threading.Event(), threading.Event()
    append_each = log.append_each

    def slow(groups):
        entered.set()
        leave.wait(60)
        return append_each(groups)

    monkeypatch.setattr(log, "append_each", slow)
    with GroupCommit(log, max_batch=1, max_delay=0) as group:
        first = group.submit([b"a"])
        assert entered.wait(60)
        second, third = group.submit([b"b"]), group.submit([b"c"])
        assert second.cancel()
        leave.set()
    assert first.result()
    assert third.result()[0].index == 1
    assert log.entries(0, 9) == [b"a", b"c"]


def test_closing_appends_what_waits_and_takes_nothing_more(log):
    group = GroupCommit(log, max_batch=1000, max_delay=3600)
    waiting = group.submit([b"a"])
    group.close()
    group.close()
    assert waiting.result(timeout=0)
    with pytest.raises(GroupCommitClosedError):
        group.submit([b"b"])


def test_many_threads(log):
    with GroupCommit(log, max_batch=64, max_delay=0.001) as group:
        found = {}

        def work(name):
            for n in range(50):
                leaf = b"%d/%d" % (name, n)
                (found[leaf],) = group.submit([leaf]).result()

        threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(receipt.index for receipt in found.values()) == list(range(400))
    assert all(log.entries(r.index, r.index + 1) == [leaf] for leaf, r in found.items())
    assert log.fsck() == []

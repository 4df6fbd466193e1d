"""The log: receipts, checkpoints, refusals, the guard."""

from __future__ import annotations

import json
import threading

import pytest

from comity.record import merkle
from comity.record.checkpoint import open_checkpoint
from comity.record.cosignature import CosignatureError, Cosigner, verified_cosignatures
from comity.record.errors import ComityError
from comity.record.guard import Guard, GuardError, GuardMissingError
from comity.record.intake import DuplicateIdError, LeafError
from comity.record.log import Log
from comity.record.note import Signer, verify_note
from comity.record.store_errors import ForeignFileError, OutOfRangeError

SIGNER = Signer("vn/hq", bytes(range(32)))


class RefusedError(ComityError):
    code = "refused-for-test"


def identify(leaf: bytes) -> bytes | None:
    if leaf.startswith(b"bad"):
        raise RefusedError("bad")
    return None if leaf.startswith(b"none") else leaf[:16].ljust(16)


@pytest.fixture
def log(tmp_path):
    with Log.open(tmp_path, SIGNER, identify=identify, guard=tmp_path / "guard") as log:
        yield log


def head(log):
    return open_checkpoint(log.checkpoint(), SIGNER.vkey)


def test_the_usage_in_the_docstring(tmp_path):
    log = Log.open(tmp_path / "log.sqlite", SIGNER.skey)
    receipts = log.append([b"one", b"two"])
    note = log.checkpoint()
    proof = receipts[0].proof()
    root = open_checkpoint(note, SIGNER.vkey).root
    merkle.verify_inclusion(merkle.leaf_hash(b"one"), 0, 2, proof, root)
    assert (log.origin, log.size, log.entries(0, 2)) == ("vn/hq", 2, [b"one", b"two"])
    log.close()


def test_receipts_name_place_and_hash_and_prove_later(log):
    first = log.append([b"a", b"b", b"c"])
    second = log.append([b"d"])
    assert [(r.origin, r.index, r.leaf_hash, r.size) for r in first + second] == [
        ("vn/hq", n, merkle.leaf_hash(bytes([97 + n])), 3 if n < 3 else 4) for n in range(4)
    ]
    for receipt in first:
        for size in (3, 4):
            merkle.verify_inclusion(
                receipt.leaf_hash, receipt.index, size, receipt.proof(size), log.store.root(size)
            )
    with pytest.raises(AttributeError):
        first[0].index = 7
    with pytest.raises(OutOfRangeError):
        first[0].proof(99)
    assert log.append([]) == []


def test_a_checkpoint_is_the_newest_committed_head_and_the_same_bytes_again(log):
    assert head(log).size == 0
    assert head(log).root == merkle.EMPTY_ROOT
    log.append([b"a"])
    note = log.checkpoint()
    assert log.checkpoint() == note
    log.append([b"b"])
    assert head(log).size == 2
    assert log.signed_checkpoint(1) == note
    assert log.signed_checkpoint(7) is None
    merkle.verify_consistency(1, 2, log.prove_consistency(1), log.store.root(1), head(log).root)


def test_signing_is_on_demand_and_not_a_row_a_batch(log):
    for n in range(20):
        log.append([b"%d" % n])
    assert log.store.signed_sizes() == []
    log.checkpoint()
    assert log.store.signed_sizes() == [20]


def test_only_the_row_in_the_file_is_signed(log, monkeypatch):
    log.append([b"a"])
    monkeypatch.setattr(log.store, "_edge", log.store._edge.extend([bytes(32)])[0])
    with pytest.raises(OutOfRangeError, match="no batch ended at size 2"):
        log.checkpoint()


def test_entries_are_cut_at_the_end_and_refused_before_the_start(log):
    log.append([b"a", b"b"])
    assert log.entries(0, 99) == [b"a", b"b"]
    assert log.entries(2, 99) == log.entries(50, 60) == []
    for start, stop in ((-1, 1), (1, 0)):
        with pytest.raises(OutOfRangeError):
            log.entries(start, stop)
    for size in (-1, 3):
        with pytest.raises(OutOfRangeError):
            log.prove_inclusion(0, size)
    with pytest.raises(merkle.ProofError):
        log.prove_inclusion(2)
    with pytest.raises(merkle.ProofError):
        log.prove_inclusion(-1)


def test_a_bad_leaf_refuses_its_whole_batch(log):
    log.append([b"a"])
    for batch, error in (
        ([b"b", b"bad"], RefusedError),
        ([b"b", b"b"], DuplicateIdError),
        ([b"b", b"a"], DuplicateIdError),
        ([b"b", b"x" * 65_536], LeafError),
    ):
        with pytest.raises(error) as caught:
            log.append(batch)
        assert caught.value.advice
        assert log.size == 1
    assert log.writable
    log.append([b"b", b"x" * 65_535, b"none", b"none"])
    assert log.size == 5


def test_a_repeated_id_is_named_with_its_entry(log):
    log.append([b"a", b"b"])
    with pytest.raises(DuplicateIdError, match="of entry 1"):
        log.append([b"b"])
    with Log.open(log.store.path, SIGNER, identify=identify) as again, pytest.raises(DuplicateIdError):
        again.append([b"a"])


def test_opaque_leaves_may_repeat_and_be_empty(tmp_path):
    with Log.open(tmp_path, SIGNER) as log:
        log.append([b"", b"", b"x", b"x"])
        assert log.entries(0, 4) == [b"", b"", b"x", b"x"]


def test_each_group_fails_alone(log):
    log.append([b"old"])
    answers = log.append_each([[b"a"], [b"bad"], [b"b", b"old"], [b"a"], [], [b"c", b"d"], [b"b"]])
    assert isinstance(answers[1], RefusedError)
    assert isinstance(answers[2], DuplicateIdError)
    assert isinstance(answers[3], DuplicateIdError)
    assert answers[4] == []
    assert [[r.index for r in answers[n]] for n in (0, 5, 6)] == [[1], [2, 3], [4]]
    assert log.entries(1, 9) == [b"a", b"c", b"d", b"b"]
    assert log.append_each([[b"bad"]])[0].code == "refused-for-test"


def test_threads_append_one_after_the_other(log):
    answers = []

    def work(name):
        answers.extend((leaf, log.append([leaf])[0]) for leaf in [b"%d/%d" % (name, n) for n in range(40)])

    threads = [threading.Thread(target=work, args=(name,)) for name in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(receipt.index for _, receipt in answers) == list(range(200))
    assert all(log.entries(r.index, r.index + 1) == [leaf] for leaf, r in answers)
    assert log.fsck() == []


def test_cosignatures_are_verified_kept_and_served(log):
    cosigner = Cosigner("la/hq/witness", bytes(32))
    log.append([b"a"])
    note = log.checkpoint()
    line = cosigner.cosign(note, 1_700_000_000)
    assert log.add_cosignature(1, line, cosigner.vkey) == 1_700_000_000
    assert verified_cosignatures(log.checkpoint(), [cosigner.vkey]) == {"la/hq/witness": 1_700_000_000}
    verify_note(log.checkpoint(), [SIGNER.vkey])
    assert log.fsck() == []
    log.append([b"b"])
    assert verified_cosignatures(log.checkpoint(), [cosigner.vkey]) == {}
    assert verified_cosignatures(log.signed_checkpoint(1), [cosigner.vkey])
    with pytest.raises(CosignatureError):
        log.add_cosignature(2, line, cosigner.vkey)
    with pytest.raises(CosignatureError):
        log.add_cosignature(1, cosigner.cosign(note, 2_000_000_000), cosigner.vkey, now=1_800_000_000)
    with pytest.raises(OutOfRangeError):
        log.add_cosignature(9, line, cosigner.vkey)


def test_a_log_belongs_to_its_key_name(tmp_path):
    Log.open(tmp_path, SIGNER).close()
    with pytest.raises(ForeignFileError):
        Log.open(tmp_path, Signer.generate("la/hq"))


class TestGuard:
    def open(self, folder):
        return Log.open(folder, SIGNER, guard=folder / "guard")

    def test_it_moves_with_every_signature_and_only_forward(self, tmp_path):
        with self.open(tmp_path) as log:
            assert Guard(tmp_path / "guard").size == 0
            log.append([b"a"])
            assert Guard(tmp_path / "guard").size == 0
            log.checkpoint()
            guard = Guard(tmp_path / "guard")
            assert (guard.epoch, guard.size, guard.root) == (0, 1, log.store.root())
        with pytest.raises(GuardError, match="size 1 was signed"):
            guard.advance(0, merkle.EMPTY_ROOT)
        with pytest.raises(GuardError, match="another root"):
            guard.advance(1, bytes(32))
        guard.advance(1, guard.root)

    def test_another_root_for_a_signed_size_is_never_signed(self, tmp_path):
        with self.open(tmp_path) as log:
            log.append([b"a", b"b"])
            log.checkpoint()
        (tmp_path / "log.sqlite").unlink()
        with self.open(tmp_path) as log:
            assert not log.writable
            with pytest.raises(GuardError):
                log.append([b"x"])
            with pytest.raises(GuardError):
                log.checkpoint()

    def test_a_signed_log_without_its_guard_does_not_grow(self, tmp_path):
        with self.open(tmp_path) as log:
            log.append([b"a"])
            note = log.checkpoint()
        (tmp_path / "guard").unlink()
        with self.open(tmp_path) as log:
            assert not log.writable
            with pytest.raises(GuardMissingError):
                log.append([b"b"])
            assert log.checkpoint() == note
            assert not (tmp_path / "guard").exists()
            with pytest.raises(GuardMissingError):
                log.retake_guard(tmp_path / "guard")
            Guard.create(tmp_path / "guard", epoch=0, size=1, root=log.store.root())
            log.retake_guard(tmp_path / "guard")
            log.append([b"b"])
            assert head(log).size == 2

    def test_a_guard_is_not_made_anew_below_itself(self, tmp_path):
        Guard.create(tmp_path / "guard", epoch=1, size=5, root=bytes(32))
        for epoch, size in ((0, 9), (1, 4)):
            with pytest.raises(GuardError, match="stands at"):
                Guard.create(tmp_path / "guard", epoch=epoch, size=size, root=bytes(32))
        assert Guard.create(tmp_path / "guard", epoch=2, size=0, root=merkle.EMPTY_ROOT).epoch == 2

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"{}",
            b"[]",
            b"\xff\xfe",
            b'{"epoch":0,"size":1}',
            b'{"epoch":0,"root":"AA==","size":0,"v":1}',
            b'{"epoch":0,"root":5,"size":0,"v":1}',
            b'{"epoch":0,"root":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=","size":true,"v":1}',
            b'{"epoch":0,"root":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=","size":-4,"v":1}',
            b'{"epoch":-1,"root":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=","size":0,"v":1}',
            b'{"epoch":0,"root":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=","size":0.0,"v":1}',
            b'{"epoch":0,"root":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=","size":0,"v":2}',
            b'{"epoch":0,"root":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=","size":0}',
            b'{"v":1,"epoch":0,"root":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=","size":0}',
            b'{"epoch":0,"more":1,"root":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=","size":0,"v":1}',
            b'{"epoch":0,"root":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=","size":99,"v":1}',
        ],
    )
    def test_a_file_that_is_no_guard_stops_growing(self, tmp_path, body):
        (tmp_path / "guard").write_bytes(body)
        with self.open(tmp_path) as log:
            assert not log.writable
            with pytest.raises(GuardError):
                log.append([b"b"])
            assert log.size == 0

    def test_it_is_private_and_leaves_no_draft(self, tmp_path):
        with self.open(tmp_path) as log:
            log.append([b"a"])
            log.checkpoint()
        assert (tmp_path / "guard").stat().st_mode & 0o077 == 0
        assert json.loads((tmp_path / "guard").read_text())["size"] == 1
        assert sorted(path.name for path in tmp_path.iterdir()) == ["guard", "log.sqlite"]

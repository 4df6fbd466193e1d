"""The static folder: whole at every moment, readable by any client, and enough to make the log anew."""

from __future__ import annotations

import os
import random

import pytest

from comity.record import export as exporting
from comity.record import merkle
from comity.record.checkpoint import open_checkpoint
from comity.record.cosignature import Cosigner, verified_cosignatures
from comity.record.errors import ComityError
from comity.record.export import ExportError, RestoreError
from comity.record.log import Log
from comity.record.note import NoteError, Signer
from comity.record.tiles import decode_bundle, entries_path, tile_path, tile_width

SIGNER = Signer("vn/hq", bytes(range(32)))
COSIGNER = Cosigner("la/hq/witness", bytes(32))


def leaves(count, seed=0):
    rng = random.Random(seed)
    return [rng.randbytes(rng.choice((16, 60))) for _ in range(count)]


def identify(leaf):
    return leaf[:16]


def files(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def read_as_a_stranger(folder):
    """The leaves, read with nothing but the paths and the RFC's root."""
    head = open_checkpoint((folder / "checkpoint").read_bytes(), SIGNER.vkey)
    found = []
    for index in range(-(-head.size // 256)):
        width = tile_width(0, index, head.size)
        found += decode_bundle((folder / entries_path(index, width)).read_bytes(), width)
    assert merkle.root(found) == head.root
    level, row = 0, [merkle.leaf_hash(leaf) for leaf in found]
    while row:
        for index in range(-(-len(row) // 256)):
            part = row[256 * index : 256 * index + 256]
            assert (folder / tile_path(level, index, len(part))).read_bytes() == b"".join(part)
        row = [merkle.root_of_hashes(row[n : n + 256]) for n in range(0, len(row) // 256 * 256, 256)]
        level += 1
    return found


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 70_000])
def test_a_stranger_reads_the_folder_and_it_makes_the_same_log(tmp_path, size):
    everything = leaves(size)
    with Log.open(tmp_path / "a.sqlite", SIGNER) as log:
        log.append(everything)
        assert log.export(tmp_path / "out") == log.checkpoint()
        assert read_as_a_stranger(tmp_path / "out") == everything
    with Log.restore(tmp_path / "out", tmp_path / "b.sqlite", SIGNER, identify=identify) as again:
        assert again.entries(0, size) == everything
        assert again.fsck() == []
        assert again.checkpoint() == (tmp_path / "out" / "checkpoint").read_bytes()
        again.append([b"more" * 4])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.sqlite", "b.sqlite", "out"]


def test_a_later_export_adds_what_is_new_and_leaves_no_litter(tmp_path):
    out = tmp_path / "out"
    with Log.open(tmp_path / "a.sqlite", SIGNER) as log:
        for step, count in enumerate((3, 100, 153, 1, 600, 255)):
            log.append(leaves(count, step))
            before = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}
            log.export(out)
            after = files(out)
            log.export(tmp_path / f"fresh{step}")
            assert after == files(tmp_path / f"fresh{step}")
            full = [path for path in before if ".p" not in str(path) and path.name != "checkpoint"]
            assert all(path.stat().st_mtime_ns == before[path] for path in full)


def test_an_interrupted_export_leaves_the_older_log_whole(tmp_path, monkeypatch):
    out = tmp_path / "out"
    with Log.open(tmp_path / "a.sqlite", SIGNER) as log:
        log.append(leaves(300))
        log.export(out)
        log.append(leaves(900, 1))
        write = exporting._write
        for survive in range(14):
            left = [survive]

            def failing(path, data, left=left):
                if not left[0]:
                    raise OSError(28, "No space left on device")
                left[0] -= 1
                write(path, data)

            with monkeypatch.context() as patch:
                patch.setattr(exporting, "_write", failing)
                try:
                    log.export(out)
                except OSError:
                    assert len(read_as_a_stranger(out)) == 300
        log.export(out)
        log.export(tmp_path / "fresh")
        assert files(out) == files(tmp_path / "fresh")


def test_a_folder_of_another_log_is_refused_and_untouched(tmp_path):
    out = tmp_path / "out"
    with Log.open(tmp_path / "a.sqlite", SIGNER) as log, Log.open(tmp_path / "b.sqlite", SIGNER) as other:
        log.append(leaves(300))
        log.export(out)
        before = files(out)
        other.append(leaves(500, 9))
        with pytest.raises(ExportError):
            other.export(out)
        assert files(out) == before
        (out / "checkpoint").write_bytes(b"rubbish")
        with pytest.raises(ExportError):
            log.export(out)


def test_files_that_lay_there_before_the_first_checkpoint_are_not_trusted(tmp_path):
    out = tmp_path / "out"
    (out / "tile" / "0").mkdir(parents=True)
    (out / "tile" / "0" / "000").write_bytes(b"rubbish")
    with Log.open(tmp_path / "a.sqlite", SIGNER) as log:
        log.append(leaves(300))
        log.export(out)
    assert len(read_as_a_stranger(out)) == 300


def test_cosignatures_travel(tmp_path):
    with Log.open(tmp_path / "a.sqlite", SIGNER) as log:
        log.append(leaves(3))
        log.add_cosignature(3, COSIGNER.cosign(log.checkpoint(), 1_700_000_000), COSIGNER.vkey)
        log.export(tmp_path / "out")
    with Log.restore(tmp_path / "out", tmp_path / "b.sqlite", SIGNER) as again:
        assert verified_cosignatures(again.checkpoint(), [COSIGNER.vkey]) == {"la/hq/witness": 1_700_000_000}
        assert again.fsck() == []


class TestDamage:
    @pytest.fixture
    def out(self, tmp_path):
        with Log.open(tmp_path / "a.sqlite", SIGNER) as log:
            log.append(leaves(70_000))
            log.export(tmp_path / "out")
        return tmp_path / "out"

    def refused(self, out, match=None, error=RestoreError):
        target = out.parent / "b.sqlite"
        with pytest.raises(error, match=match) as caught:
            Log.restore(out, target, SIGNER)
        assert caught.value.advice
        assert not target.exists()

    def test_every_changed_missing_or_cut_file_is_refused_by_name(self, out):
        for name in (
            "tile/entries/007",
            "tile/entries/273.p/112",
            "tile/0/007",
            "tile/0/273.p/112",
            "tile/1/000",
            "tile/1/001.p/17",
            "tile/2/000.p/1",
        ):
            path = out / name
            data = path.read_bytes()
            middle = len(data) // 2
            for damaged in (
                data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :],
                data[:-1] if name.endswith("7") else data + b"x",
            ):
                path.write_bytes(damaged)
                self.refused(out, match="entr|tile")
            path.unlink()
            self.refused(out, match=name)
            path.write_bytes(data)
        Log.restore(out, out.parent / "c.sqlite", SIGNER).close()

    def test_consistent_lies_do_not_have_the_signed_root(self, out, tmp_path):
        with Log.open(tmp_path / "liar.sqlite", SIGNER) as liar:
            liar.append(leaves(70_000, seed=5))
            liar.export(tmp_path / "lies")
        (tmp_path / "lies" / "checkpoint").write_bytes((out / "checkpoint").read_bytes())
        self.refused(tmp_path / "lies", match="root")

    def test_checkpoints_of_others_are_refused(self, out):
        note = (out / "checkpoint").read_bytes()
        for body in (note[:-9] + b"AAAAAAA=\n", b"", b"vn/hq\n1\n", note.replace(b"70000", b"70001")):
            (out / "checkpoint").write_bytes(body)
            self.refused(out, error=(NoteError, ComityError))
        (out / "checkpoint").unlink()
        self.refused(out, match="checkpoint")

    def test_a_log_in_place_is_never_replaced(self, out):
        target = out.parent / "b.sqlite"
        target.write_bytes(b"precious")
        with pytest.raises(RestoreError, match="exists"):
            Log.restore(out, target, SIGNER)
        assert target.read_bytes() == b"precious"

    def test_an_interrupted_restore_is_begun_anew(self, out, monkeypatch):
        target = out.parent / "b.sqlite"
        with monkeypatch.context() as patch:
            patch.setattr(exporting, "_check_upper_tiles", lambda *_: os.kill)
            patch.setattr(exporting, "_keep_note", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                Log.restore(out, target, SIGNER)
        assert not target.exists()
        Log.restore(out, target, SIGNER).close()
        assert target.exists()

"""A crash at every moment: what was said stays true, whatever the disk kept of what was not synced."""

from __future__ import annotations

import os
import random
from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple

import pytest

from comity.record import database, guard, merkle, schema
from comity.record.checkpoint import open_checkpoint
from comity.record.log import Log
from comity.record.note import Signer
from tests.sim.disk import HastyDisk, Operation, RecordingDisk, plugged
from tests.sim.torn import choices, image, random_choice

if TYPE_CHECKING:
    from pathlib import Path

SIGNER = Signer("vn/hq", bytes(range(32)))


class Said(NamedTuple):
    """What left the house, and how many disk operations came before."""

    at: int
    kind: str
    value: object


class Session:
    """One run of a log on a recorded disk: operations, what was said, and the guard as it was replaced."""

    def __init__(self, base: dict[str, bytes], said: list[Said]) -> None:
        self.base = base
        self.operations: list[Operation] = []
        self.said = list(said)

    def files(self, cut: int, choice: dict[int, int | None]) -> dict[str, bytes]:
        return image(self.base, self.operations, cut, choice)

    def said_before(self, cut: int) -> list[Said]:
        return [Said(0, said.kind, said.value) for said in self.said if said.at <= cut]


def lay_out(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def run(folder: Path, session: Session, monkeypatch, rng: random.Random, batches: int) -> None:
    """Append and sign on a recorded disk; note what is said, and when."""
    with ExitStack() as stack:
        disk = stack.enter_context(plugged(RecordingDisk()))
        session.operations = disk.operations

        def replace(path, epoch, size, root, write=guard._replace):
            write(path, epoch, size, root)
            disk.operations.append(Operation("replace", path.name, data=path.read_bytes()))

        patch = stack.enter_context(monkeypatch.context())
        patch.setattr(guard, "_replace", replace)
        log = Log.open(folder, SIGNER, guard=folder / "guard", identify=lambda leaf: leaf[:16], vfs=disk.name)
        for _ in range(batches):
            leaves = [rng.randbytes(rng.choice((20, 700, 5000))) for _ in range(rng.choice((1, 5, 17, 40)))]
            for leaf, receipt in zip(leaves, log.append(leaves), strict=True):
                session.said.append(
                    Said(len(disk.operations), "receipt", (receipt.index, leaf, receipt.size))
                )
            if rng.random() < 0.7:
                session.said.append(Said(len(disk.operations), "checkpoint", log.checkpoint()))
        log.close()


def check(folder: Path, said: list[Said], rng: random.Random) -> None:
    """Open what the crash left, hold it against what was said, and go on another way."""
    with plugged(HastyDisk()) as disk:
        log = Log.open(folder, SIGNER, guard=folder / "guard", identify=lambda leaf: leaf[:16], vfs=disk.name)
        try:
            hold(log, said, rng)
        finally:
            log.close()


def hold(log: Log, said: list[Said], rng: random.Random) -> None:
    assert log.writable
    assert log.fsck() == []
    roots = {}
    for _, kind, value in said:
        if kind == "checkpoint":
            head = open_checkpoint(value, SIGNER.vkey)
            assert head.size <= log.size, "a signed checkpoint for data that is not there"
            assert log.store.root(head.size) == head.root, "two roots for one size"
            roots[head.size] = head.root
        else:
            index, leaf, size = value
            assert log.entries(index, index + 1) == [leaf], "a receipt for a leaf that is not there"
            proof = log.prove_inclusion(index, size)
            merkle.verify_inclusion(merkle.leaf_hash(leaf), index, size, proof, log.store.root(size))
    for _ in range(2):
        log.append([rng.randbytes(30) for _ in range(rng.choice((1, 4)))])
        head = open_checkpoint(log.checkpoint(), SIGNER.vkey)
        assert roots.setdefault(head.size, head.root) == head.root, "two roots for one size"


@pytest.fixture(autouse=True)
def _no_waiting_for_the_real_disk(monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)  # the model says what was synced


@pytest.fixture
def moves_wal_often(monkeypatch):
    monkeypatch.setattr(database, "WAL_PAGES", 12)


def explore(tmp_path, monkeypatch, seed: int, samples: int) -> int:
    """Every prefix of a short run, with every kind of loss; returns how many states were checked."""
    rng = random.Random(seed)
    session = Session({}, [])
    (tmp_path / "live").mkdir()
    run(tmp_path / "live", session, monkeypatch, rng, batches=6)
    seen = set()
    for cut in range(len(session.operations) + 1):
        said = session.said_before(cut)
        for choice in choices(session.operations, cut, rng, samples):
            files = session.files(cut, choice)
            key = (len(said), hash(frozenset(files.items())))
            if key not in seen:
                seen.add(key)
                check(lay_out(tmp_path / f"state{len(seen)}", files), said, random.Random(cut))
    return len(seen)


def test_every_prefix_of_a_run_with_every_loss_keeps_what_was_said(tmp_path, monkeypatch, moves_wal_often):
    assert explore(tmp_path, monkeypatch, seed=1, samples=1) > 800


@pytest.mark.parametrize("seed", range(40))
def test_crash_after_crash_keeps_what_was_said(tmp_path, monkeypatch, seed):
    rng = random.Random(1_000 + seed)
    files, said = {}, []
    for generation in range(5):
        folder = lay_out(tmp_path / f"live{generation}", files)
        session = Session(files, said)
        monkeypatch.setattr(database, "WAL_PAGES", rng.choice((5, 12, 1000)))
        run(folder, session, monkeypatch, rng, batches=rng.randrange(1, 6))
        cut = rng.randrange(len(session.operations) + 1)
        said = session.said_before(cut)
        files = session.files(cut, random_choice(session.operations, cut, rng))
        check(lay_out(tmp_path / f"crashed{generation}", files), said, rng)


def test_the_simulator_catches_a_store_that_does_not_sync(tmp_path, monkeypatch, moves_wal_often):
    careless = tuple(pragma.replace("FULL", "OFF") for pragma in schema._WRITER)
    assert careless != schema._WRITER
    with monkeypatch.context() as patch:
        patch.setattr(schema, "_WRITER", careless)
        with pytest.raises((AssertionError, schema.StoreError)):
            explore(tmp_path, patch, seed=1, samples=4)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2, 40))
def test_long_every_prefix_of_many_runs(tmp_path, monkeypatch, moves_wal_often, seed):
    assert explore(tmp_path, monkeypatch, seed=seed, samples=12) > 300

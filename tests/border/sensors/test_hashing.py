"""Roots made in a process beside: the same, and nothing of it is used once something was changed."""

from __future__ import annotations

import pytest

from comity.border.sensors import sealing
from comity.border.sensors.hashing import Hasher
from comity.border.sensors.leaves import leaves
from comity.record.merkle import root_of_hashes
from tests.border.sensors.world import Api, datastream, location, stage, thing


@pytest.fixture
def api(tmp_path):
    api = Api(tmp_path)
    stages = [stage(n / 4, f"2026-03-01T06:{n // 60:02d}:{n % 60:02d}Z") for n in range(100)]
    api.make("Things", thing(Locations=[location()], Datastreams=[datastream(Observations=stages)]))
    yield api
    api.store.close()


@pytest.fixture(scope="module")
def hasher():
    made = Hasher()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def beside(monkeypatch, hasher):
    monkeypatch.setattr(sealing, "MANY", 10)
    monkeypatch.setattr(sealing, "SOME", 10)
    monkeypatch.setattr(sealing, "HASHER", hasher)


def root(store, fixed):
    return root_of_hashes(leaves(store.reader(), fixed.first, fixed.last, fixed.salt))


def test_a_process_beside_gives_the_same_root(api, hasher):
    store, salt = api.store, bytes(32)
    hashes = leaves(store.reader(), 1, 100, salt)
    assert hasher.root(store.path, 1, 100, salt) == (100, root_of_hashes(hashes))
    assert hasher.ready
    fixed = sealing._fix(store)
    assert (fixed.count, fixed.root) == (100, root(store, fixed))
    assert sealing._fix(store) is None


@pytest.mark.parametrize("change", ["delete", "rewrite"])
@pytest.mark.parametrize("process", [True, False])
def test_what_is_changed_meanwhile_is_sealed_as_it_is(api, hasher, monkeypatch, change, process):
    store, asked = api.store, []
    of, name = (hasher, "root") if process else (sealing, "_root")
    plain = getattr(of, name)

    def late(*given):
        found = plain(*given)
        if not asked:
            with store.transaction() as db:
                if change == "delete":
                    db.execute("DELETE FROM observation WHERE id = 7")
                else:
                    db.execute("UPDATE observation SET result = 99 WHERE id = 7")
        asked.append(found[0])
        return found

    monkeypatch.setattr(of, name, late)
    monkeypatch.setattr(sealing, "MANY", 10 if process else 1000)
    monkeypatch.setattr(sealing, "SOME", 10 if process else 1000)
    fixed = sealing._fix(store)
    assert asked[0] == 100
    assert (fixed.count, fixed.root) == (99 if change == "delete" else 100, root(store, fixed))


def test_a_flag_of_quality_is_no_change_of_what_is_sealed(api):
    db = api.store.writer
    before = sealing._mark(db)
    with api.store.transaction():
        db.execute("UPDATE observation SET quality = 2 WHERE id = 7")
    assert sealing._mark(db) == before


def test_a_process_that_was_killed_or_cannot_is_done_without(api, hasher):
    hasher.root(api.store.path, 1, 2, bytes(32))
    hasher._process.kill()
    hasher._process.wait()
    assert not Hasher().ready
    fixed = sealing._fix(api.store)
    assert fixed.root == root(api.store, fixed)
    assert hasher.root(api.store.path.parent / "nothing.sqlite", 1, 2, bytes(32)) is None

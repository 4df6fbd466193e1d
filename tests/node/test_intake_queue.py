"""Drafts that wait: durable, in order, unreadable at rest, appended once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from comity.node import intake_queue as queues
from comity.node.intake_queue import IntakeQueue, QueueDamagedError, QueueFullError
from comity.node.kinds import Remark
from comity.node.system import Draft
from comity.record.header import Header
from comity.record.kinds import Registry

SEED = bytes(range(32))
REGISTRY = Registry([Remark])
VALUES = {
    "author": "desk",
    "marking": "TLP:RED",
    "releasable_to": [],
    "basis": "test",
    "retention": "working",
    "class": "record",
    "claimed": 1_700_000_000_000,
    "refs": [],
}


def draft(text):
    return Draft(Remark(title="t", text=text), Header.model_validate(VALUES))


def queue(folder, origin="vn/hq", seed=SEED):
    return IntakeQueue(folder / "intake", origin, seed, REGISTRY)


class Log:
    """Appends as a log does: all or none, no id twice; fails at the calls that it is told to."""

    def __init__(self, fail_at=()):
        self.texts = []
        self.ids = []
        self.calls = 0
        self.fail_at = fail_at

    def append(self, drafts):
        self.calls += 1
        if self.calls in self.fail_at:
            raise OSError("the disk is full")
        assert not {item.id for item in drafts} & set(self.ids)
        self.ids += [item.id for item in drafts]
        self.texts += [item.model.text for item in drafts]

    def index_of(self, entry_id):
        return self.ids.index(entry_id) if entry_id in self.ids else None


def test_what_waits_comes_back_in_order_in_another_process_and_goes_once(tmp_path):
    first = queue(tmp_path)
    assert (len(first), first.calls) == (0, 0)
    kept = [first.put([draft("one"), draft("two")]), first.put([draft("three")])]
    again = queue(tmp_path)
    assert list(again.waiting()) == kept
    assert all(len(item.id) == 16 for waiting in kept for item in waiting.drafts)
    log = Log()
    assert again.drain(log.append, log.index_of) == 3
    assert log.texts == ["one", "two", "three"]
    assert again.drain(log.append, log.index_of) == 0
    assert not list((tmp_path / "intake").iterdir())


def test_an_id_that_was_chosen_stays(tmp_path):
    chosen = replace(draft("one"), id=b"x" * 16)
    assert queue(tmp_path).put([chosen]).drafts == (chosen,)


def test_nothing_of_it_can_be_read_on_the_disk(tmp_path):
    queue(tmp_path).put([draft("a name that must not leak")])
    (path,) = (tmp_path / "intake").iterdir()
    data = path.read_bytes()
    assert b"leak" not in data
    assert b"TLP" not in data
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "other", [{"seed": bytes(32)}, {"origin": "vn/post"}, {"origin": "vn/hq~1"}], ids=["key", "log", "epoch"]
)
def test_another_node_cannot_read_it(tmp_path, other):
    queue(tmp_path).put([draft("one")])
    with pytest.raises(QueueDamagedError):
        list(queue(tmp_path, **other).waiting())


@pytest.mark.parametrize(
    "damage",
    [lambda data: data[:-1], lambda data: b"", lambda data: data[:20] + bytes([data[20] ^ 1]) + data[21:]],
)
def test_damage_is_named_and_appends_nothing(tmp_path, damage):
    waiting = queue(tmp_path)
    waiting.put([draft("one")])
    waiting.put([draft("two")])
    path = sorted((tmp_path / "intake").iterdir())[1]
    path.write_bytes(damage(path.read_bytes()))
    log = Log()
    with pytest.raises(QueueDamagedError, match=path.name):
        waiting.drain(log.append, log.index_of)
    assert log.texts == []
    assert waiting.calls == 2


def test_files_that_changed_places_are_refused(tmp_path):
    waiting = queue(tmp_path)
    waiting.put([draft("one")])
    waiting.put([draft("two")])
    first, second = sorted((tmp_path / "intake").iterdir())
    one, two = first.read_bytes(), second.read_bytes()
    first.write_bytes(two)
    second.write_bytes(one)
    with pytest.raises(QueueDamagedError):
        list(waiting.waiting())


def test_what_failed_waits_on_with_all_that_came_after_it(tmp_path):
    waiting = queue(tmp_path)
    for text in ("one", "two", "three"):
        waiting.put([draft(text)])
    log = Log(fail_at=(2,))
    with pytest.raises(OSError, match="full"):
        waiting.drain(log.append, log.index_of)
    assert log.texts == ["one"]
    waiting.put([draft("four")])
    assert waiting.drain(log.append, log.index_of) == 3
    assert log.texts == ["one", "two", "three", "four"]


def test_a_crash_after_the_append_and_before_it_is_forgotten_appends_nothing_twice(tmp_path, monkeypatch):
    waiting = queue(tmp_path)
    waiting.put([draft("one")])
    waiting.put([draft("two")])
    log = Log()

    def crash(_path):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(waiting, "_forget", crash)
        with pytest.raises(KeyboardInterrupt):
            waiting.drain(log.append, log.index_of)
    assert queue(tmp_path).drain(log.append, log.index_of) == 1
    assert log.texts == ["one", "two"]


def test_an_unfinished_write_is_no_draft(tmp_path):
    waiting = queue(tmp_path)
    waiting.put([draft("one")])
    (tmp_path / "intake" / ".000000000001.abc").write_bytes(b"half")
    assert len(waiting) == 1


def test_it_has_bounds(tmp_path, monkeypatch):
    waiting = queue(tmp_path)
    waiting.put([draft("one")])
    monkeypatch.setattr(queues, "MOST_CALLS", 1)
    with pytest.raises(QueueFullError):
        waiting.put([draft("two")])
    monkeypatch.setattr(queues, "MOST_CALLS", 10)
    monkeypatch.setattr(queues, "MOST_BYTES", 100)
    with pytest.raises(QueueFullError):
        waiting.put([draft("two")])
    assert waiting.calls == 1

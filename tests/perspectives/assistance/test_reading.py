"""What takes long is read behind: a page answers at once and says how far it is, a command draws a bar."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from comity.perspectives import commands_assistance as commands
from comity.perspectives.assistance import assistant, encoder
from comity.perspectives.assistance.errors import EncoderMissingError
from comity.perspectives.assistance.reading import Reading
from tests.perspectives.assistance.test_assistant import client, first, place

__all__ = ["client", "first", "place"]
PATH = "/assistance/river?lang=en"


def embed(texts):
    return np.ones((len(texts), 384), dtype=np.float32)


@pytest.fixture
def gate(monkeypatch):
    """Everything is read behind, and stops at the encoder until the gate is opened."""
    opened = threading.Event()

    def compute(texts):
        assert opened.wait(30)
        return embed(texts)

    monkeypatch.setattr(assistant, "FEW_PASSAGES", 0)
    monkeypatch.setattr(assistant, "FEW_DOCUMENTS", 0)
    monkeypatch.setattr(encoder.Embeddings.__init__, "__defaults__", (compute, encoder.KEPT))
    yield opened
    opened.set()


def until(ask, wanted):
    for _ in range(300):
        if wanted(found := ask()):
            return found
        time.sleep(0.02)
    raise AssertionError("it never came to that")


def test_a_page_never_waits_for_the_encoder_and_comes_back_by_itself(client, gate):
    ask = lambda: client.get(PATH)  # noqa: E731 - asked again and again
    assert "No passage is held" not in ask().text, "not gathered yet is not none"
    page = until(ask, lambda page: "Reading the passages for their meaning" in page.text)
    assert page.headers["refresh"] == "2"
    assert "by words and characters" in page.text
    assert "by words and meaning" not in page.text
    assert client.get("/assistance?lang=en").headers["refresh"] == "2"
    gate.set()
    page = until(ask, lambda page: "refresh" not in page.headers)
    assert "by words and meaning" in page.text
    assert "Reading the passages" not in page.text


def test_who_waits_is_told_how_far_it_is(client, monkeypatch):
    monkeypatch.setattr(encoder, "STEP", 2)
    told = []
    held = encoder.Embeddings(embed)
    held.of(["a", "bb", "ccc", "a", "dddd", "eeeee"], lambda *args: told.append(args))
    assert told == [("passages", 0, 5), ("passages", 2, 5), ("passages", 4, 5)]
    data = client.get("/api/v1/perspectives/assistance/suggestions?proposition=river").json()
    assert data["reading"] is None
    assert {one["ranked_by"] for one in data["suggestions"]["en"]} == {"words and meaning"}


def test_an_encoder_that_is_not_there_is_said_and_nothing_is_waited_for(client, monkeypatch):
    def missing(_texts):
        raise EncoderMissingError("not installed")

    monkeypatch.setattr(assistant, "FEW_PASSAGES", 0)
    monkeypatch.setattr(encoder.Embeddings.__init__, "__defaults__", (missing, encoder.KEPT))
    page = until(lambda: client.get(PATH), lambda page: "refresh" not in page.headers)
    assert "The encoder is not installed" in page.text
    assert "by words and characters" in page.text


def test_one_piece_of_work_at_a_time_and_what_fails_is_over(monkeypatch):
    monkeypatch.setattr(threading, "excepthook", lambda _args: None)
    reading, gate, ran = Reading(), threading.Event(), []

    def work(told):
        told("passages", 1, 2)
        ran.append(1)
        gate.wait(30)
        raise ValueError

    reading.begin("documents", 2, work)
    reading.begin("documents", 2, work)
    until(lambda: reading.now, lambda now: now == {"what": "passages", "done": 1, "all": 2})
    gate.set()
    until(lambda: reading.now, lambda now: now is None)
    assert ran == [1]


class Running:
    """A running node that reads for two looks."""

    def __init__(self):
        self.asked, self.looks = [], 2

    def ask(self, path, _local, **query):
        self.asked.append((path, query))
        if path.endswith("suggestions"):
            return {"reading": {} if self.looks else None}
        self.looks -= 1
        return {"reading": {"what": "passages", "done": 3, "all": 9} if self.looks else None}


def test_the_command_follows_a_running_node_until_it_has_read(monkeypatch):
    monkeypatch.setattr(commands, "PAUSE", 0)
    node, told = Running(), []
    data = commands._suggest_there(node, {"proposition": "river"}, lambda *args: told.append(args))
    assert data == {"reading": None}
    assert told == [("reading passages for their meaning", 3, 9)]
    assert {query["wait"] for _, query in node.asked} == {"false"}

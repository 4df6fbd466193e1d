"""Rounds with a third node: three that seal, and a witness of two."""

from __future__ import annotations

import pytest

from comity.node.control.desk import milliseconds
from comity.node.control.rounds import Round
from comity.node.create import NewNode, create
from comity.node.kinds import Remark
from comity.node.system import Draft

from .conftest import Pair, header

HOUR = 3_600_000
QUESTION = b"Which gauge fell first?"
NAMES = ("vn", "la", "kh")


class Three(Pair):
    """Three paired nodes."""

    def __init__(self, root):
        self.root = root
        self.nodes = {}
        for name in NAMES:
            create(root / name, NewNode(name, "hq", listen="127.0.0.1:0", sync_seconds=0, unprotected=True))
            self.open(name)
        for node in self.nodes.values():
            for other in self.nodes.values():
                if node is not other:
                    self.pin(node, other)

    def all(self):
        for _ in range(2):
            for node in self.nodes.values():
                for other in self.nodes.values():
                    if node is not other:
                        assert self.sync(node, other).ok


class Clock:
    def __init__(self):
        self.now = milliseconds()

    def __call__(self):
        return self.now


@pytest.fixture
def three(tmp_path, monkeypatch):
    made = Three(tmp_path)
    made.clock = Clock()
    monkeypatch.setattr("comity.node.control.desk.milliseconds", made.clock)
    for node in made.nodes.values():
        node.control.rounds.clock = made.clock
    yield made
    made.close()


def remark(node, text):
    others = [name for name in NAMES if name != node.charter.party]
    return node.append([Draft(Remark(title="Note", text=text), header(releasable_to=others))])[0].index


def sealed(three, parties, **asked):
    by = {"seal_by": three.clock.now + HOUR, "open_by": three.clock.now + 2 * HOUR, "author": "clerk"}
    Round.start(three.vn, "gauges-1", QUESTION, parties, exercise=True, **by, **asked)
    three.all()
    found = {}
    for name in parties:
        node = three.nodes[name.partition("/")[0]]
        round_ = found[name] = Round.find(node, "gauges-1")
        round_.seal(remark(node, f"the answer of {name}"), author="clerk")
        for one in round_.requests():
            three.approve(node, one.place, "first", "second")
    three.all()
    return found


def test_three_parties_seal_and_open_to_each_other(three):
    rounds = sealed(three, ["vn/hq", "la/hq", "kh/hq"])
    assert {round_.status().phase for round_ in rounds.values()} == {"all_sealed"}
    for round_ in rounds.values():
        assert len(round_.requests()) == 2
        round_.open(author="clerk")
        three.all()
    three.all()
    for round_ in rounds.values():
        standing = round_.status()
        assert (standing.phase, standing.refused, standing.undecided) == ("complete", (), ())
        assert {party.state for party in standing.parties} == {"received"}


def silent(node):
    """A node whose people let it say nothing by itself."""
    node.control.rounds.exchanged = lambda _link, _fetch: None


@pytest.mark.parametrize("seen", [True, False])
def test_a_witness_of_two_attests_what_one_of_them_keeps_silent_about(three, seen):
    rounds = sealed(three, ["vn/hq", "la/hq"], recipients=["kh/hq"])
    silent(three.la)
    rounds["vn/hq"].open(author="clerk")
    three.sync(three.la, three.vn)
    three.sync(three.kh, three.vn)
    remark(three.la, "another matter")  # the anchor before it names vn's head, with the opening under it
    if seen:
        three.sync(three.kh, three.la)  # cosigned before the deadline
    three.clock.now += 3 * HOUR
    three.sync(three.vn, three.la)
    assert rounds["vn/hq"].status().party("la/hq").state == "not_received"
    three.sync(three.kh, three.vn)  # kh received the opening, and says that the deadline is over
    three.sync(three.la, three.kh)
    remark(three.la, "and another")  # the anchor before it names kh's head, with that word under it
    three.sync(three.vn, three.kh)
    three.sync(three.vn, three.la)
    three.sync(three.vn, three.kh)
    party = rounds["vn/hq"].status().party("la/hq")
    if seen:
        assert (party.state, party.withheld.basis, party.withheld.by) == ("withheld", "attested", ("kh/hq",))
        assert rounds["la/hq"].status().party("la/hq").withheld.at == party.withheld.at
    else:
        assert (party.state, party.withheld) == ("not_received", None)

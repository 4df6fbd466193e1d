"""A fork, and the joint way out of it: on both sides, with a proof that a stranger can check."""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import replace

import pytest

from comity.node import charter_work, epoch_approval, keys
from comity.node import epoch_founding as founding
from comity.node.backup import backup, restore
from comity.node.config import load
from comity.node.control.approvals import ApprovalRefusedError
from comity.node.create import NewNode, create
from comity.node.epoch import NotAgreedError
from comity.node.epoch_approval import EpochApprovalError
from comity.node.errors import NodeReadOnlyError, OwnForkError, UnconfirmedError
from comity.node.folder import Folder
from comity.node.node import Node
from comity.record.charter import Charter
from comity.record.epoch import (
    EpochError,
    EpochPrefixError,
    EpochProofError,
    EpochUnsignedError,
)
from comity.record.fork import ForkProof
from comity.record.note import Signer
from tests.node.control.test_people import approve, device, enrol
from tests.node.two import Two, make, remark, sync

WHY = "A backup was attested while the node still ran elsewhere."


def settle(one, two):
    return [sync(one, two), sync(two, one), sync(one, two)]


class Fork(Two):
    """vn forked after entry 3: la holds one history, vn another."""

    def propose(self):
        self.vn.close()
        proposal = founding.propose(Folder(self.root / "vn"), ())
        self.vn = Node.open(self.root / "vn")
        return proposal

    def begin(self, proposal):
        self.vn.epochs.agreement(proposal)
        self.vn.close()
        founding.found(Folder(self.root / "vn"), proposal)
        self.vn = Node.open(self.root / "vn")
        return self.vn.epochs.confirm(proposal, author="desk", reason=WHY, exercise=True)


@pytest.fixture(scope="module")
def forked(tmp_path_factory):
    root = tmp_path_factory.mktemp("forked")
    vn, la = make(root)
    vn.append([remark("one"), remark("two")])
    settle(vn, la)
    backup(vn.folder, root / "old.tar", content_keys=root / "old-keys.tar")
    vn.append([remark("three"), remark("four")])
    settle(vn, la)
    vn.close()
    shutil.rmtree(root / "vn")
    restore(root / "old.tar", root / "vn", content_keys=root / "old-keys.tar")
    vn = Node.open(root / "vn")
    with pytest.raises(UnconfirmedError):
        vn.append([remark("no")])
    vn.attest("nobody answers")
    vn.append([remark("another three")])
    assert not sync(vn, la).ok
    assert not sync(la, vn).ok
    vn.close()
    la.close()
    return root


@pytest.fixture
def fork(forked, tmp_path):
    shutil.copytree(forked, tmp_path / "nodes")
    made = Fork(tmp_path / "nodes")
    yield made
    made.close()


def test_both_sides_are_alarmed_and_hold_a_file_that_a_stranger_checks(fork):
    assert fork.la.mirrors["vn/hq"].state == "forked"
    for path, vkey in (
        (fork.la.mirrors["vn/hq"].fork_path, fork.vn.own.vkey),
        (fork.vn.own.fork_path, fork.la.mirrors["vn/hq"].vkey),
    ):
        first, second = ForkProof.decode(path.read_bytes()).verify(vkey)
        assert first.origin == second.origin == "vn/hq"
    # It outlives the process, unlike the memory of an exchange.
    with pytest.raises(OwnForkError, match="two histories"):
        fork.vn.append([remark("more")])
    fork.reopen()
    with pytest.raises(OwnForkError, match="two histories"):
        fork.vn.append([remark("more")])
    with pytest.raises(NodeReadOnlyError):
        fork.vn.append([remark("more")])
    assert fork.vn.recovery.as_json()["forked"]


def test_the_way_out_ends_joint_again_and_the_old_log_stays_readable(fork):
    proposal = fork.propose()
    agreed = proposal.follows.size
    assert fork.propose() == proposal, "proposing again gives the same"
    with pytest.raises(NotAgreedError):
        fork.vn.epochs.agreement(proposal)
    with pytest.raises(NotAgreedError):
        fork.la.epochs.pair("http://127.0.0.1:9")
    word = fork.la.epochs.agree(proposal.encode(), author="desk", reason=WHY, exercise=True)
    assert fork.la.epochs.agree(proposal.encode(), author="desk", reason=WHY) == word
    sync(fork.vn, fork.la)
    said = fork.begin(proposal)
    assert said.origin == "vn/hq~1"
    assert fork.vn.config.epoch == 1
    assert load(fork.vn.folder.config).peers[-1].followed_by == "vn/hq~1"
    # la pairs by the link; the address is a folder here, as on a stick.
    stick = fork.root / "stick"
    from comity.node.export import export_folder

    export_folder(fork.vn, stick)
    assert fork.la.epochs.pair(str(stick)) == ["vn/hq~1"]
    assert fork.la.epochs.pair(str(stick)) == []
    fork.vn.append([remark("a new start")])
    for report in settle(fork.vn, fork.la):
        assert report.ok, report.error
    status = fork.vn.status()
    assert status.statuses["joint"] == status.size
    for node in (fork.vn, fork.la):
        (row,) = node.epochs.show()
        assert row == {
            "new": "vn/hq~1",
            "old": "vn/hq",
            "agreed_size": agreed,
            "said_by": ["la/hq", "vn/hq~1"],
            "joint": True,
            "here": True,
        }
        assert node.mirrors["vn/hq"].state == "forked"
        assert node.sync(["vn/hq"])[0].ok
        texts = [
            record.content.fields["text"]
            for record in node.records("vn/hq", 0, 100)
            if record.content is not None and "text" in record.content.fields
        ]
        assert texts[:2] == ["one", "two"]
        assert [row["index"] for row in node.quarantined("vn/hq") if row["code"] == "after-fork"] == [agreed]
        assert node.quarantined("vn/hq", agreed)[-1]["code"] == "after-fork"
        assert node.quarantined("vn/hq", agreed - 1) == []
    fork.reopen()
    assert fork.vn.status().read_only is None


@pytest.mark.parametrize("after", range(1, 12))
def test_a_change_that_was_cut_short_is_done_again_from_where_it_stopped(fork, after, monkeypatch):
    proposal = fork.propose()
    fork.la.epochs.agree(proposal.encode(), author="desk", reason=WHY, exercise=True)
    sync(fork.vn, fork.la)
    fork.vn.close()
    left = [after]
    move = founding._move

    def cut(source, target):
        left[0] -= 1
        if left[0] == 0:
            raise KeyboardInterrupt
        move(source, target)

    monkeypatch.setattr(founding, "_move", cut)
    with contextlib.suppress(KeyboardInterrupt):
        founding.found(Folder(fork.root / "vn"), proposal)
    monkeypatch.setattr(founding, "_move", move)
    founding.found(Folder(fork.root / "vn"), proposal)
    fork.vn = Node.open(fork.root / "vn")
    assert fork.vn.epochs.confirm(proposal, author="desk", reason=WHY, exercise=True).origin == "vn/hq~1"
    assert fork.vn.mirrors["vn/hq"].size == 5
    assert fork.vn.mirrors["vn/hq"].state == "forked"


def test_proposals_that_lie_are_refused(fork):
    proposal = fork.propose()
    old = fork.la.peers.require("vn/hq")

    def refuse(error, made):
        with pytest.raises(error):
            fork.la.epochs.agree(made.encode(), author="desk", reason=WHY)
        assert fork.la.control.steps.about("vn/hq", proposal.follows.size - 1) == []

    roots = [Signer("vn/hq~1/root/1", bytes(32))]
    line = type(proposal.charter.keys[0])("root", roots[0].name, roots[0].vkey)
    other_keys = tuple(key for key in proposal.charter.keys if key.role != "root")
    usurped = Charter.read(replace(proposal.charter, keys=(line, *other_keys), note=b"").document).sign(roots)
    refuse(EpochUnsignedError, replace(proposal, charter=usurped))
    root = founding.keyfiles.load_root(next((fork.root / "vn/keys/roots").glob("*")))

    def signed(follows):
        return replace(proposal, charter=replace(proposal.charter, follows=follows, note=b"").sign([root]))

    head = proposal.follows
    refuse(
        EpochPrefixError, signed(replace(head, size=head.size + 1, root=old.mirror.store.root(head.size + 1)))
    )
    refuse(EpochPrefixError, signed(replace(head, root=bytes(32))))
    refuse(EpochPrefixError, signed(replace(head, size=99)))
    refuse(EpochError, signed(None))
    stranger = Signer.generate("vn/hq")
    refuse(
        EpochProofError,
        replace(proposal, proof=replace(proposal.proof, vkey=stranger.vkey, notes=(b"", b""))),
    )
    for data in (b"", b"{}\n", proposal.encode()[:-40], proposal.encode().replace(b'"v":1', b'"v":2')):
        with pytest.raises(EpochError):
            fork.la.epochs.judge(data)


def test_a_sound_log_has_no_next_epoch(tmp_path):
    create(tmp_path / "vn", NewNode("vn", "hq", listen="127.0.0.1:0", unprotected=True))
    with pytest.raises(EpochProofError, match="nothing here proves"):
        founding.propose(Folder(tmp_path / "vn"), ())


def ask_two_people(fork):
    """Give la a charter whose root threshold is two."""
    fork.la.close()
    place = fork.root / "la"
    second = Signer.generate("la/hq/root/second")
    made = charter_work.propose(place, root_threshold=2, add_roots=[second.vkey])
    first = keys.load_root(place / "keys" / "roots" / "1")
    (fork.root / "v2").write_bytes(made.sign([first, second]).encode())
    charter_work.advance(place, fork.root / "v2", place / "keys" / "roots" / "1")
    fork.la = Node.open(place)


def test_where_the_charter_asks_for_two_people_nobody_agrees_alone(fork):
    ask_two_people(fork)
    proposal = fork.propose()
    data = proposal.encode()

    def agree():
        return fork.la.epochs.agree(data, author="desk", reason=WHY, exercise=True)

    with pytest.raises(EpochApprovalError, match="2 people"):
        agree()
    (asked,) = fork.la.control.approvals.requests()
    assert (asked.model.action, asked.verdict.role, asked.verdict.needed) == ("recover", "charter", 2)
    assert asked.model.targets[0].index == proposal.follows.size - 1
    with pytest.raises(EpochApprovalError, match="0 of 2"):
        agree()
    assert len(fork.la.control.approvals.requests()) == 1, "asked once"
    for person, roles in (("p-1", ["charter"]), ("p-2", ["charter"]), ("p-3", ["release"])):
        enrol(fork.la, person, device(person), *roles)
    approve(fork.la, asked.place, device("p-1"))
    with pytest.raises(EpochApprovalError, match="1 of 2"):
        agree()
    with pytest.raises(ApprovalRefusedError, match="role-missing"):
        approve(fork.la, asked.place, device("p-3"))
    with pytest.raises(ApprovalRefusedError, match="person-again"):
        approve(fork.la, asked.place, device("p-1"))
    approve(fork.la, asked.place, device("p-2"))
    word = agree()
    said = word.content.model
    assert said.request.ref() == asked.place
    assert len(said.approvals) == 2
    assert [one.stage for one in fork.la.control.approvals.requests()] == ["done"]
    assert agree() == word
    sync(fork.vn, fork.la)
    answer = fork.begin(proposal).content.model
    assert (answer.request, answer.approvals) == (None, [])
    assert answer.agreed() == said.agreed()


def test_approvals_are_of_one_proposal(fork, monkeypatch):
    ask_two_people(fork)
    proposal = fork.propose()
    with pytest.raises(EpochApprovalError):
        fork.la.epochs.agree(proposal.encode(), author="desk", reason=WHY, exercise=True)
    (first,) = fork.la.control.approvals.requests()
    monkeypatch.setattr(epoch_approval, "milliseconds", lambda: first.model.expires)
    monkeypatch.setattr(fork.la.control.approvals, "_clock", lambda: first.model.expires)
    with pytest.raises(EpochApprovalError):
        fork.la.epochs.agree(proposal.encode(), author="desk", reason=WHY, exercise=True)
    assert len(fork.la.control.approvals.requests()) == 2, "what expired is asked anew"

"""Erasure between two nodes: order, acknowledgement, holds, what may remain, what comes back."""

from __future__ import annotations

import shutil

import pytest

from comity.node import operations
from comity.node.control import answers_erasure as answers
from comity.node.control.release import Wanted
from comity.node.fsck import check
from comity.record.canonical import b64
from comity.record.entry_form import Ref
from comity.record.erasure import REASONS, ErasureRefusedError
from comity.record.keyring import Retention
from comity.record.protocol_kinds import Erase, EraseAck
from tests.node.control.conftest import remark, two_people

DAY = 24 * 3600 * 1000
SECRET = "the reservoir at marker 214"


@pytest.fixture
def pair(pair):
    for node in (pair.vn, pair.la):
        node.control.erasures.approved = two_people
    return pair


def reasons(call, *args, **keywords):
    with pytest.raises(ErasureRefusedError) as caught:
        call(*args, **keywords)
    assert caught.value.advice
    assert all(reason in REASONS or reason == "too-few" for reason in caught.value.reasons)
    return set(caught.value.reasons)


def asked(pair, *indexes, approve=("first", "second")):
    request = pair.vn.control.erasures.request(list(indexes), author="asker", reason="law 91, article 14")
    pair.approve(pair.vn, request, *approve)
    return request


def erased(pair, *indexes):
    request = asked(pair, *indexes)
    return pair.vn.control.erasures.carry_out(request.index, author="asker")


def title(node, index, origin="vn/hq"):
    content = node.record(origin, index).content
    return None if content is None else content.fields.get("title")


def ledger(node, order):
    return next(item for item in node.control.ledger.orders() if item["index"] == order.index)


def later(node, days):
    now = node.control.erasures.clock()
    node.control.erasures.clock = lambda: now + days * DAY
    node.control.retention.clock = node.control.erasures.clock


def test_an_order_destroys_here_then_at_whoever_was_granted_it_and_the_ledger_says_so(pair):
    (index, kept), _, _ = pair.released([remark("Level", SECRET), remark("Other", "stays")])
    entry = pair.vn.record("vn/hq", index)
    assert title(pair.la, index) == "Level"
    order = erased(pair, index)
    assert title(pair.vn, index) is None
    assert title(pair.vn, kept) == "Other"
    (party,) = ledger(pair.vn, order)["parties"]
    assert (party["origin"], party["state"], party["received"]) == ("la/hq", "waiting", True)
    pair.settle()
    assert title(pair.la, index) is None
    assert title(pair.la, kept) == "Other"
    line = ledger(pair.vn, order)
    (party,) = line["parties"]
    assert (party["state"], party["late"], line["here"]["state"]) == ("acknowledged", False, "done")
    assert {limit["code"] for limit in line["limits"]} == {"word", "seen", "media", "backups", "sealed"}
    assert ledger(pair.la, order)["here"]["state"] == "done"
    for node in (pair.vn, pair.la):
        record = node.record("vn/hq", index)
        assert (record.entry, record.leaf_hash) == (entry.entry, entry.leaf_hash)
        assert check(node)["ok"], check(node)
        node.projection.rebuild()
        assert title(node, index) is None


def test_single_fields_and_disputes_are_erased_with_the_record(pair):
    (index,), _, _ = pair.released([remark("Level", SECRET)], ["title"])
    assert pair.la.control.inbox.partial("vn/hq", index).values["title"] == "Level"
    erased(pair, index)
    pair.settle()
    assert pair.la.control.inbox.partial("vn/hq", index) is None


def test_a_blob_that_was_not_fetched_goes_with_the_record(pair):
    (index,), _, _ = pair.released([remark("Level", SECRET)], settle=False)
    outbox = pair.vn.folder.outbox
    assert len(list(outbox.iterdir())) == 1
    order = erased(pair, index)
    assert list(outbox.iterdir()) == []
    pair.settle()
    assert title(pair.la, index) is None
    (party,) = ledger(pair.vn, order)["parties"]
    assert (party["state"], party["received"]) == ("acknowledged", False)
    assert pair.sync(pair.la, pair.vn).granted == 0
    (grant,) = pair.la.control.inbox.listing()
    assert (grant["state"], grant["problem"]) == ("erased", None)


def test_nothing_is_erased_without_enough_people(pair):
    (receipt,) = pair.vn.append([remark("Level", SECRET)])
    request = asked(pair, receipt.index, approve=())
    carry_out = pair.vn.control.erasures.carry_out
    assert reasons(carry_out, request.index, author="asker") == {"too-few"}
    pair.approve(pair.vn, request, "asker", "first", "first")
    assert reasons(carry_out, request.index, author="asker") == {"too-few"}
    assert title(pair.vn, receipt.index) == "Level"
    pair.approve(pair.vn, request, "second")
    carry_out(request.index, author="asker")
    assert title(pair.vn, receipt.index) is None
    assert reasons(carry_out, request.index, author="asker") == {"already-ordered"}


def test_a_node_where_nobody_is_enrolled_erases_nothing(pair):
    (receipt,) = pair.vn.append([remark("Level", SECRET)])
    pair.vn.control.erasures.approved = pair.vn.control.approved
    request = asked(pair, receipt.index)
    with pytest.raises(ErasureRefusedError) as caught:
        pair.vn.control.erasures.carry_out(request.index, author="asker")
    assert "approvals-too-few" in caught.value.reasons
    assert title(pair.vn, receipt.index) == "Level"


def test_a_request_that_ended_a_step_and_what_is_gone_are_refused(pair):
    (receipt,) = pair.vn.append([remark()])
    desk = pair.vn.control.erasures
    request = desk.request([receipt.index], author="asker", reason="r", expires=1)
    assert reasons(desk.carry_out, request.index, author="asker") == {"request-expired"}
    assert reasons(desk.request, [request.index], author="asker", reason="r") == {"not-content"}
    assert reasons(desk.request, [0], author="asker", reason="r") == {"not-content"}


def test_a_hold_stops_it_until_people_lift_it(pair):
    (index,), _, _ = pair.released([remark("Level", SECRET)])
    desk = pair.vn.control.erasures
    request = asked(pair, index)
    hold = desk.hold([("vn/hq", index)], author="counsel", reason="case 7", until=None)
    assert reasons(desk.carry_out, request.index, author="asker") == {"held"}
    assert reasons(desk.request, [index], author="asker", reason="r") == {"held"}
    lift = desk.request_lift(hold.index, author="counsel", reason="case closed")
    assert reasons(desk.lift, lift.index, author="counsel") == {"too-few"}
    assert title(pair.vn, index) == "Level"
    pair.approve(pair.vn, lift, "first", "second")
    desk.lift(lift.index, author="counsel")
    assert [stands for _, stands in desk.holds()] == [False]
    assert answers.status(pair.vn, lift.index)["stage"] == "ordered"
    assert reasons(desk.request_lift, hold.index, author="counsel", reason="r") == {"hold-unknown"}
    desk.carry_out(request.index, author="asker")
    assert title(pair.vn, index) is None


def test_a_hold_that_ends_by_itself(pair):
    (receipt,) = pair.vn.append([remark()])
    desk = pair.vn.control.erasures
    desk.hold([("vn/hq", receipt.index)], author="counsel", reason="case", until=desk.clock() + DAY)
    assert reasons(desk.request, [receipt.index], author="asker", reason="r") == {"held"}
    later(pair.vn, 2)
    desk.request([receipt.index], author="asker", reason="r")


def test_the_recipients_own_hold_stops_it_there_and_is_shown(pair):
    (index,), _, _ = pair.released([remark("Level", SECRET)])
    desk = pair.la.control.erasures
    hold = desk.hold([("vn/hq", index)], author="prosecutor", reason="case 9", until=None)
    order = erased(pair, index)
    pair.settle()
    assert title(pair.vn, index) is None
    assert title(pair.la, index) == "Level"
    assert ledger(pair.la, order)["here"]["state"] == "held"
    assert ledger(pair.vn, order)["parties"][0]["state"] == "held"
    lift = desk.request_lift(hold.index, author="prosecutor", reason="closed")
    pair.approve(pair.la, lift, "third", "fourth")
    desk.lift(lift.index, author="prosecutor")
    pair.settle()
    pair.settle()
    assert title(pair.la, index) is None
    assert ledger(pair.vn, order)["parties"][0]["state"] == "acknowledged"


def test_a_peer_that_never_acknowledges_is_overdue_after_the_deadline(pair):
    (index,), _, _ = pair.released([remark("Level", SECRET)])
    order = erased(pair, index)
    pair.la.control.erasures.obey = lambda _link: 0
    pair.settle()
    assert ledger(pair.vn, order)["parties"][0]["state"] == "waiting"
    later(pair.vn, 29)
    assert ledger(pair.vn, order)["parties"][0]["state"] == "waiting"
    later(pair.vn, 2)
    assert ledger(pair.vn, order)["parties"][0]["state"] == "overdue"


def test_backups_and_exports_are_listed_until_they_expire_on_both_sides(pair, tmp_path):
    (index,), _, _ = pair.released([remark("Level", SECRET)])
    operations.backup(pair.vn, str(tmp_path / "b.tar"), str(tmp_path / "k.tar"), 10)
    operations.export(pair.la, str(tmp_path / "stick"))
    order = erased(pair, index)
    pair.settle()
    operations.backup(pair.vn, str(tmp_path / "after.tar"), None, 10)
    line = ledger(pair.vn, order)
    assert [item["where"] for item in line["copies"]] == ["backup", "backup"]
    assert [item["where"] for item in line["parties"][0]["remains"]] == ["export"]
    later(pair.vn, 11)
    line = ledger(pair.vn, order)
    assert line["copies"] == []
    assert len(line["parties"][0]["remains"]) == 1
    later(pair.vn, 80)
    assert ledger(pair.vn, order)["parties"][0]["remains"] == []


def test_what_a_restored_backup_of_the_recipient_brings_back_is_destroyed_again(pair):
    (index,), _, _ = pair.released([remark("Level", SECRET)])
    root, copy = pair.root / "la", pair.root / "saved"
    for name in ("vault", "keks"):
        shutil.copytree(root / name, copy / name)
    shutil.copy(root / "keyring.sqlite", copy)
    order = erased(pair, index)
    pair.settle()
    pair.la.close()
    for name in ("vault", "keks"):
        shutil.rmtree(root / name)
        shutil.copytree(copy / name, root / name)
    shutil.copy(copy / "keyring.sqlite", root)
    (root / "views.sqlite").unlink()
    node = pair.open("la")
    node.control.erasures.approved = two_people
    assert title(node, index) == "Level"
    pair.settle()
    pair.settle()
    assert title(node, index) is None
    assert ledger(pair.vn, order)["parties"][0]["state"] == "acknowledged"


def test_own_content_that_comes_back_is_destroyed_again(pair):
    (receipt,) = pair.vn.append([remark("Level", SECRET)])
    full = pair.vn.contents.get("vn/hq", pair.vn.record("vn/hq", receipt.index).id)
    erased(pair, receipt.index)
    pair.vn.contents.put("vn/hq", full)
    assert title(pair.vn, receipt.index) == "Level"
    pair.vn.control.tidy()
    assert title(pair.vn, receipt.index) is None


def test_a_crash_between_order_and_destruction_is_made_good(pair, monkeypatch):
    (receipt,) = pair.vn.append([remark("Level", SECRET)])
    request = asked(pair, receipt.index)

    def crash(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(pair.vn.control.erasures._destruction, "destroy", crash)
    with pytest.raises(KeyboardInterrupt):
        pair.vn.control.erasures.carry_out(request.index, author="asker")
    monkeypatch.undo()
    assert title(pair.vn, receipt.index) == "Level"
    node = pair.reopen("vn")
    node.control.erasures.approved = two_people
    node.control.tidy()
    assert title(node, receipt.index) is None


def test_an_order_of_another_log_or_without_ground_is_not_obeyed(pair):
    (index,), _, _ = pair.released([remark("Level", SECRET)])
    record = pair.vn.record("vn/hq", index)
    place = Ref("vn/hq", index, record.leaf_hash)
    target = {"origin": place.origin, "index": place.index, "leaf": b64(place.leaf)}
    forged = Erase.model_validate({"targets": [target], "basis": "b", "deadline": 10})
    pair.vn.control.steps.append(forged, author="one", parties=["la"], exercise=True)
    pair.settle()
    assert title(pair.la, index) == "Level"
    assert title(pair.vn, index) == "Level"
    assert pair.la.control.steps.of(EraseAck) == []
    (line,) = pair.la.control.ledger.orders()
    assert (line["valid"], line["here"]["state"]) == (False, "refused")
    assert line["reasons"] == ["request-unknown"]
    assert line["here"]["problem"]["code"] == "erasure-refused"


def test_content_for_everybody_is_asked_of_every_peer_and_called_public(pair):
    (receipt,) = pair.vn.append([remark("Level", SECRET, marking="TLP:CLEAR", releasable_to=["vn", "la"])])
    pair.settle()
    assert title(pair.la, receipt.index) == "Level"
    order = erased(pair, receipt.index)
    pair.settle()
    assert title(pair.la, receipt.index) is None
    line = ledger(pair.vn, order)
    assert line["parties"][0]["state"] == "acknowledged"
    assert "public" in {limit["code"] for limit in line["limits"]}


def test_a_grant_after_the_order_is_refused_and_the_record_can_not_be_released(pair):
    (receipt,) = pair.vn.append([remark("Level", SECRET)])
    erased(pair, receipt.index)
    with pytest.raises(Exception, match="no content is held"):
        pair.vn.control.desk.request([Wanted(receipt.index)], "la/hq", author="a", reason="r")


def test_an_attachment_goes_with_the_last_record_that_names_it(pair):
    blobs = [pair.vn.contents.put_blob("vn/hq", data, Retention("working")) for data in (b"map", b"photo")]
    alone, shared = (b64(blob.digest) for blob in blobs)
    first, second = pair.vn.append([remark(alone, shared), remark("Also", shared)])
    erased(pair, first.index)
    assert pair.vn.contents.get_blob("vn/hq", blobs[0].digest) is None
    assert pair.vn.contents.get_blob("vn/hq", blobs[1].digest) == b"photo"
    erased(pair, second.index)
    assert pair.vn.contents.get_blob("vn/hq", blobs[1].digest) is None

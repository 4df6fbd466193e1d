"""Approvals shown again: for another request, twice, in another log."""

from __future__ import annotations

import pytest

from comity.node.control.approvals import ApprovalRefusedError
from comity.record.approvals import challenge
from comity.record.protocol_kinds import Approval, Pointer
from comity.record.release import ReleaseRefusedError
from tests.node.control.test_people import approve, device, enrol, request
from tests.node.control.test_release import outbox


@pytest.fixture
def approved(vn):
    """A request that two people approved, and the models of their approvals."""
    passkeys = [device("one"), device("two", "EdDSA")]
    for number, passkey in enumerate(passkeys, 1):
        enrol(vn, f"p-{number}", passkey)
    place = request(vn)
    for passkey in passkeys:
        approve(vn, place, passkey)
    found = vn.control.steps.about("vn/hq", place.index, Approval)
    return place, [record.content.model for record in found]


def forced(node, model):
    """Append an approval without judging it first, as bent software would."""
    return node.control.steps.append(model, author=model.person, parties=["la"], exercise=True)


def reasons(node, place):
    asked = node.control.approvals.asked(place.index)
    return [one.reason for one in asked.verdict.judged]


def test_approvals_of_one_request_do_not_approve_another(vn, approved):
    _, models = approved
    twin = request(vn)
    for model in models:
        forced(vn, model.model_copy(update={"request": Pointer.of(twin)}))
    assert reasons(vn, twin) == ["assertion-challenge", "assertion-challenge"]
    with pytest.raises(ReleaseRefusedError):
        vn.control.desk.grant(twin.index, author="clerk-1")
    assert outbox(vn) == []


def test_an_approval_that_stands_twice_counts_once(vn):
    one = device("one")
    enrol(vn, "p-1", one)
    place = request(vn)
    approve(vn, place, one)
    (record,) = vn.control.steps.about("vn/hq", place.index, Approval)
    forced(vn, record.content.model)
    assert reasons(vn, place) == ["", "person-again"]
    with pytest.raises(ApprovalRefusedError, match="person-again"):
        vn.control.approvals.approve(place.index, one.response(challenge(place)))
    with pytest.raises(ReleaseRefusedError):
        vn.control.desk.grant(place.index, author="clerk-1")


def test_a_grant_that_was_made_is_not_made_again(pair, vn, approved):
    place, _ = approved
    vn.control.desk.grant(place.index, author="clerk-1")
    with pytest.raises(ReleaseRefusedError) as caught:
        vn.control.desk.grant(place.index, author="clerk-1")
    assert "already-granted" in caught.value.reasons
    pair.settle()
    assert outbox(vn) == []


def test_approvals_copied_into_another_log_count_there_for_nothing(pair, la, approved):
    place, models = approved
    pair.settle()
    mine = request_of_la(la)
    for model in models:
        forced(la, model.model_copy(update={"request": Pointer.of(mine)}))
    assert set(reasons(la, mine)) == {"enrolment-unknown"}
    assert place.origin != mine.origin


def request_of_la(la):
    from comity.node.control.release import Wanted
    from tests.node.control.conftest import remark

    (receipt,) = la.append([remark(releasable_to=["vn"])])
    return la.control.desk.request([Wanted(receipt.index)], "vn/hq", author="clerk-2", reason="a test")

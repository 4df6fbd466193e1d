"""An officer who is bribed: what one person can do at a node, and what one cannot."""

from __future__ import annotations

import pytest

from comity.node.control.approvals import ApprovalRefusedError
from comity.record.approvals_states import Verdict
from comity.record.canonical import unb64
from comity.record.release import ReleaseRefusedError
from comity.record.sealed import open_blob, sealed_info
from tests.node.control.conftest import remark
from tests.node.control.test_people import approve, device, enrol, request
from tests.node.control.test_release import outbox, titles


def test_one_person_with_any_number_of_passkeys_cannot_release_alone(pair, vn):
    one, spare = device("officer"), device("officer's spare")
    enrol(vn, "p-1", one)
    enrol(vn, "p-1", spare)
    place = request(vn, author="clerk-1")
    approve(vn, place, one)
    with pytest.raises(ApprovalRefusedError, match="person-again"):
        approve(vn, place, spare)
    with pytest.raises(ReleaseRefusedError) as caught:
        vn.control.desk.grant(place.index, author="p-1")
    assert "approvals-too-few" in caught.value.reasons
    pair.settle()
    assert outbox(vn) == []
    assert not any(titles(pair.la))


def test_a_grant_without_approvals_is_not_taken_and_stands_in_the_log_for_ever(pair, vn, la):
    """Whoever holds the release key signs what they like; the missing approvals are there to be read.

    The limit: software that was bent on both sides can pass on anything, here as over any other line.
    """
    place = request(vn)
    vn.control.desk.approved = lambda *_: Verdict(ok=True, people=("p-1", "p-2"))  # bent software
    grant = vn.control.desk.grant(place.index, author="p-1")
    pair.settle()
    (line,) = la.control.inbox.listing()
    assert (line["state"], line["problem"]["code"]) == ("waiting", "release-refused")
    assert "Shown" not in titles(la)
    with pytest.raises(ReleaseRefusedError) as caught:
        la.control.desk.machine(place).check_grant(grant)
    assert "approvals-too-few" in caught.value.reasons
    assert la.record("vn/hq", grant.index).status == "joint"
    model = la.record("vn/hq", grant.index).content.model
    blob = vn.control.blob(unb64(model.sealed_digest).hex(), "la/hq")
    info = sealed_info("vn/hq", la.record("vn/hq", grant.index).id, model.recipient)
    (key,) = [k for k in la.control.inbox._keys.values() if k.key_id == unb64(model.recipient.hpke_key)]
    assert open_blob(blob, key, info)


def test_what_is_marked_for_everybody_leaves_and_stays_on_record_as_its_authors(pair, vn):
    """A limit: nobody approves a marking, so one person can give away whatever they can write."""
    (receipt,) = vn.append([remark("The plan", "in full", marking="TLP:CLEAR", author="officer-7")])
    pair.settle()
    there = pair.la.record("vn/hq", receipt.index)
    assert there.content.fields["text"] == "in full"
    assert there.content.header.author == "officer-7"
    assert pair.vn.record("vn/hq", receipt.index).status == "joint"
    vn.erase_local("vn/hq", receipt.index)
    pair.settle()
    assert pair.la.record("vn/hq", receipt.index).content.header.author == "officer-7"

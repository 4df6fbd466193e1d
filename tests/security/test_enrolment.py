"""A passkey that should not be there: what a malicious enrolment can do."""

from __future__ import annotations

import pytest

from comity.node.control.approvals import ApprovalRefusedError
from comity.record.canonical import b64
from comity.record.errors import ComityError
from comity.record.protocol_kinds import Enrolment
from tests.node.control.conftest import remark
from tests.node.control.test_people import approve, device, enrol, request
from tests.node.control.test_release import outbox


def planted(node, person, passkey):
    """Append an enrolment as whoever has the node's files but not its enrol key can: under an office's."""
    model = Enrolment(
        person=person,
        roles=["release"],
        credential_id=b64(passkey.credential_id),
        public_key=b64(passkey.cose),
        rp_id=passkey.rp_id,
        origin_url=passkey.origin_url,
    )
    keys = node._sealer._keys
    kept = keys.control.pop("enrol")
    try:
        node.control.steps.append(model, author="custodian", parties=["la"], exercise=True)
    finally:
        keys.control["enrol"] = kept


def test_without_the_enrol_key_no_passkey_is_planted(vn):
    size = vn.size("vn/hq")
    mine = device("planted")
    with pytest.raises(ComityError, match="refused"):
        planted(vn, "p-9", mine)
    assert vn.size("vn/hq") == size
    with pytest.raises(ApprovalRefusedError, match="enrolment-unknown"):
        approve(vn, request(vn), mine)


def test_whoever_holds_the_enrol_key_is_two_people_and_the_other_side_can_read_when_they_came(pair, vn, la):
    """A limit: that two pseudonyms are two people is the word of the enrolling party, and of nobody else.

    What is left is in the log: both enrolments, their places, and what each of them approved.
    """
    one, two = device("mine"), device("mine again")
    (receipt,) = vn.append([remark()])
    places = [enrol(vn, "p-1", one), enrol(vn, "p-2", two)]
    place = request(vn)
    for passkey in (one, two):
        approve(vn, place, passkey)
    vn.control.desk.grant(place.index, author="clerk-1")
    assert len(outbox(vn)) == 1
    pair.settle()
    seen = [la.record("vn/hq", where.index) for where in places]
    assert [record.content.model.person for record in seen] == ["p-1", "p-2"]
    assert [record.office.role for record in seen] == ["enrol", "enrol"]
    assert receipt.index < places[0].index < place.index
    assert la.control.desk.standing(place).stage == "received"


def test_software_that_says_it_is_a_device_is_enrolled(vn):
    """A limit: a node asks for no attestation, so that no maker is asked about its people."""
    place = enrol(vn, "p-1", device("software, with nobody behind it"))
    assert vn.record("vn/hq", place.index).content.header.class_ == "record", "as somebody real"
    assert [one.fault for one in vn.control.people.counting("release")] == [""]

"""Compacts: the golden vectors hold form and signatures; here, how one follows another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from comity.record import signature
from comity.record.charter import Charter, KeyLine, Office
from comity.record.compact import (
    Compact,
    CompactCharterError,
    CompactSuccessionError,
    CompactUnsignedError,
    Deadlines,
    Log,
    Member,
    Policy,
)
from comity.record.note import Signer

ROOT = {party: Signer(f"{party}/root", bytes([n]) * 32) for n, party in enumerate(("aa", "bb", "cc"), 1)}


def charter(party):
    log = Signer(f"{party}/hq", ROOT[party].seed[::-1][:31] + b"\x77")
    desk = Office("desk", signature.public_key(ROOT[party].seed[:31] + b"\x55"), {"en": "Desk"})
    keys = (KeyLine("root", ROOT[party].name, ROOT[party].vkey), KeyLine("log", log.name, log.vkey))
    made = Charter(party, f"{party}/hq", 1, keys, (desk,), {"en": party}, "#000000", 10**12)
    return made.sign([ROOT[party]])


CHARTERS = {f"{party}/hq": charter(party) for party in ROOT}


def member(party, role="party"):
    known = CHARTERS[f"{party}/hq"]
    return Member(party, role, {"en": party}, (Log(known.origin, 1, known.digest),))


def made(*parties, **changes):
    members = tuple(member(party) for party in parties)
    rules = (Policy("control.*", "parties"),)
    compact = Compact("pact", 1, {"en": "Pact"}, members, {"working": 12}, rules, Deadlines(30, 24))
    return replace(compact, **changes)


def signed(compact, *parties):
    return Compact.parse(compact.sign([ROOT[party] for party in parties]).encode())


def test_it_reads_back_and_binds_when_all_signed():
    compact = signed(made("aa", "bb"), "aa", "bb")
    compact.verify(CHARTERS)
    assert compact == made("aa", "bb")
    assert Compact.read(compact.document) == compact
    assert compact.signed_by(CHARTERS["aa/hq"]) == (1, 1)
    assert compact.signed_by(CHARTERS["cc/hq"]) == (0, 1)


def test_signatures_come_one_by_one():
    passed_on = signed(made("aa", "bb"), "aa")
    with pytest.raises(CompactUnsignedError, match="bb: 0 of the 1"):
        passed_on.verify(CHARTERS)
    both = Compact.parse(passed_on.sign([ROOT["bb"]]).encode())
    both.verify(CHARTERS)
    assert both.digest == passed_on.digest


def test_an_observer_need_not_sign_but_its_charter_counts():
    members = (*made("aa", "bb").members, member("cc", "observer"))
    compact = signed(made("aa", "bb", members=members), "aa", "bb")
    compact.verify(CHARTERS)
    with pytest.raises(CompactCharterError):
        compact.verify({origin: known for origin, known in CHARTERS.items() if origin != "cc/hq"})


def test_a_charter_of_another_version_is_not_the_one_named():
    compact = signed(made("aa", "bb"), "aa", "bb")
    newer = replace(CHARTERS["bb/hq"], version=2, previous=CHARTERS["bb/hq"].digest, note=b"")
    with pytest.raises(CompactCharterError):
        compact.verify({**CHARTERS, "bb/hq": newer.sign([ROOT["bb"]])})


def test_the_next_version_needs_the_parties_of_both():
    one = signed(made("aa", "bb"), "aa", "bb")
    two = made("aa", "cc", version=2, previous=one.digest)
    without = signed(two, "aa", "cc")
    without.verify(CHARTERS)
    with pytest.raises(CompactUnsignedError, match="bb, a party of version 1"):
        without.follows(one, CHARTERS)
    signed(two, "aa", "bb", "cc").follows(one, CHARTERS)


@pytest.mark.parametrize(
    "changes",
    [{"version": 3}, {"previous": bytes(32)}, {"name": "other"}],
    ids=["skips", "branches", "other name"],
)
def test_what_does_not_follow(changes):
    one = signed(made("aa", "bb"), "aa", "bb")
    two = made("aa", "bb", **{"version": 2, "previous": one.digest, **changes})
    with pytest.raises(CompactSuccessionError):
        signed(two, "aa", "bb").follows(one, CHARTERS)


def test_nothing_stands_granted_without_a_policy():
    compact = made("aa", "bb", policies=())
    assert not compact.stands_granted("control.grant", "bb")

"""Trust in a log: the golden vectors hold each refusal; here, the questions it answers, and every subset of keys."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.record import entry, signature
from comity.record.charter import (
    Charter,
    CharterError,
    CharterMismatchError,
    CharterSkippedError,
    CharterSuccessionError,
    CharterUnsignedError,
    KeyLine,
    KeyRevokedError,
    Office,
    Revoked,
)
from comity.record.entry import Entry
from comity.record.errors import ComityError
from comity.record.note import Signer
from comity.record.trust import Trust

ROOTS = [Signer(f"aa/root/{n}", bytes([n + 1]) * 32) for n in range(5)]
LOG, LOG2 = Signer("aa/hq", b"\x21" * 32), Signer("aa/hq", b"\x22" * 32)
DESK, DESK2 = b"\x31" * 32, b"\x32" * 32
TERM = 2_000_000_000_000
DAY = 86_400_000


def lines(*numbers, log=LOG):
    return (
        *(KeyLine("root", ROOTS[n].name, ROOTS[n].vkey) for n in numbers),
        KeyLine("log", log.name, log.vkey),
    )


def office(name="desk", seed=DESK):
    return Office(name, signature.public_key(seed), {"en": name})


def first(**changes):
    made = {
        "party": "aa",
        "origin": "aa/hq",
        "version": 1,
        "keys": lines(0, 1, 2),
        "offices": (office(),),
        "names": {"en": "A"},
        "colour": "#0057a8",
        "expires": TERM,
        "thresholds": {"root": 2},
    }
    return Charter(**{**made, **changes})


def after(old, **changes):
    return replace(old, version=old.version + 1, previous=old.digest, note=b"", **changes)


def leaf_of(charter, root=0):
    return entry.charter_entry(
        origin=charter.origin,
        id=bytes([charter.version]) * 16,
        version=charter.version,
        digest=charter.digest,
        seed=ROOTS[root].seed,
    )


def note_of(charter, *numbers):
    return charter.sign([ROOTS[n] for n in numbers]).encode()


def record(seed=DESK):
    return Entry.parse(entry.record_entry(origin="aa/hq", id=b"\x09" * 16, commit=bytes(32), n=8, seed=seed))


def begun():
    one = first()
    return one, Trust.begin(note_of(one, 0, 1), leaf_of(one))


def test_a_version_is_in_force_from_its_leaf_on():
    one, trust = begun()
    two = after(one, offices=(office("desk-2", DESK2),))
    trust.accept(note_of(two, 0, 1), leaf_of(two), 7)
    assert [trust.at(index).version for index in (0, 6, 7, 1000)] == [1, 1, 2, 2]
    assert trust.verify_entry(record(), 6).name == "desk"
    assert trust.verify_entry(record(DESK2), 7).name == "desk-2"
    assert trust.version(1) == one
    with pytest.raises(CharterError, match="version 3"):
        trust.version(3)


def test_a_new_log_key_signs_the_heads_that_hold_its_charter():
    one, trust = begun()
    two = after(one, keys=lines(0, 1, 2, log=LOG2), revoked=(Revoked(first().role_keys("log")[0].key_id, 5),))
    trust.accept(note_of(two, 0, 1), leaf_of(two), 7)
    assert trust.vkeys("log") == (LOG2.vkey,)
    assert trust.vkeys("log", 5) == (LOG.vkey,)
    assert trust.vkeys("log", 6) == ()  # the old key is revoked from leaf 5 on, the new one is not there yet
    assert trust.vkeys("log", 8) == (LOG2.vkey,)
    assert trust.vkeys("log", 0) == (LOG.vkey,)


def test_revocation_reaches_back_and_leaves_what_was_before():
    one, trust = begun()
    gone = Revoked(office().key_id, 3)
    two = after(one, offices=(office("desk-2", DESK2),), revoked=(gone,))
    assert trust.verify_entry(record(), 3).name == "desk"
    trust.accept(note_of(two, 0, 1), leaf_of(two), 7)
    assert trust.verify_entry(record(), 2).name == "desk"
    with pytest.raises(KeyRevokedError, match="leaf 3"):
        trust.verify_entry(record(), 3)
    assert trust.revoked_from(office().key_id) == 3
    assert trust.revoked_from(office("x", DESK2).key_id) is None


def test_expiry_freezes_grants_and_nothing_else():
    _, trust = begun()
    assert trust.may_grant(TERM - 1)
    assert not trust.may_grant(TERM)
    assert not trust.may_grant(TERM + 400 * DAY)
    assert trust.verify_entry(record(), 5).name == "desk"
    assert trust.vkeys("log", 5) == (LOG.vkey,)
    two = after(trust.current, expires=TERM + DAY)  # an expired charter is followed like any other
    trust.accept(note_of(two, 0, 1), leaf_of(two), 7)
    assert trust.may_grant(TERM)


def test_what_is_refused_changes_nothing():
    one, trust = begun()
    three = after(after(one))
    with pytest.raises(CharterSkippedError):
        trust.accept(note_of(three, 0, 1), leaf_of(three), 7)
    two = after(one, revoked=(Revoked(bytes(32), 0),))
    with pytest.raises(CharterMismatchError):
        trust.accept(note_of(two, 0, 1), leaf_of(two), 0)
    assert trust.current == one
    assert trust.revoked_from(bytes(32)) is None
    trust.accept(note_of(two, 0, 1), leaf_of(two), 7)


def test_the_leaf_is_not_signed_by_a_root_that_the_version_revokes():
    one, trust = begun()
    cut = Revoked(one.role_keys("root")[0].key_id, 0)
    two = after(one, keys=lines(1, 2), revoked=(cut,))
    with pytest.raises(CharterMismatchError, match="not signed by a root key"):
        trust.accept(note_of(two, 0, 1, 2), leaf_of(two, root=0), 7)
    trust.accept(note_of(two, 1, 2), leaf_of(two, root=1), 7)


def test_a_lost_root_key_is_replaced_by_the_others():
    one, trust = begun()
    two = after(one, keys=lines(0, 1, 3))
    trust.accept(note_of(two, 0, 1), leaf_of(two), 7)
    three = after(two, keys=lines(1, 3, 4), thresholds={"root": 3})
    with pytest.raises(CharterMismatchError):
        trust.accept(note_of(three, 1, 4, 3), leaf_of(three), 8)  # leaf by root 0, which version 3 dropped
    trust.accept(note_of(three, 1, 3, 4), leaf_of(three, root=4), 8)
    assert trust.current.version == 3


@given(
    signers=st.sets(st.integers(0, 4), min_size=1),
    kept=st.sets(st.integers(0, 4), min_size=1),
    threshold=st.integers(1, 5),
)
def test_both_thresholds_decide_and_nothing_else(signers, kept, threshold):
    one, trust = begun()
    if threshold > len(kept):
        with pytest.raises(CharterError):
            note_of(after(one, keys=lines(*sorted(kept)), thresholds={"root": threshold}), *signers)
        return
    two = after(one, keys=lines(*sorted(kept)), thresholds={"root": threshold})
    arguments = note_of(two, *sorted(signers)), leaf_of(two, root=min(kept)), 7
    if len(signers & kept) >= threshold and len(signers & {0, 1, 2}) >= 2:
        assert trust.accept(*arguments).version == 2
        return
    with pytest.raises((CharterSuccessionError, CharterUnsignedError)):
        trust.accept(*arguments)
    assert trust.current.version == 1


@given(st.data())
def test_a_spoilt_note_never_counts(data):
    one, trust = begun()
    two = after(one, keys=lines(0, 1, 3))
    note = bytearray(note_of(two, 0, 1))
    at = data.draw(st.integers(0, len(note) - 1))
    note[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(ComityError):
        trust.accept(bytes(note), leaf_of(two), 7)
    assert trust.current == one

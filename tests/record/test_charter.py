"""Charters: the golden vectors hold the form; here, what a charter is used for."""

from __future__ import annotations

import pytest

from comity.record import entry, signature
from comity.record.charter import (
    Charter,
    CharterError,
    CharterMismatchError,
    KeyLine,
    Office,
    UnknownOfficeError,
)
from comity.record.cosignature import Cosigner
from comity.record.entry import Entry, EntrySignatureError
from comity.record.note import Signer

LOG, ROOT = Signer("aa/hq", b"\x01" * 32), Signer("aa/root", b"\x02" * 32)
WITNESS = Cosigner("aa/witness", b"\x03" * 32)
DESK, POST = b"\x04" * 32, b"\x05" * 32
ID = bytes(16)


def office(name="desk", seed=DESK):
    return Office(name, signature.public_key(seed), {"en": name.title(), "vi": "Bàn"})


def charter(**changes):
    made = {
        "party": "aa",
        "origin": "aa/hq",
        "version": 1,
        "keys": (KeyLine("log", LOG.name, LOG.vkey), KeyLine("root", ROOT.name, ROOT.vkey)),
        "offices": (office(), office("post", POST)),
        "names": {"en": "Party A"},
        "colour": "#0057a8",
        "expires": 2_000_000_000_000,
        **changes,
    }
    return Charter(**made)


def signed(**changes):
    return charter(**changes).sign([ROOT])


def leaf_by(seed, origin="aa/hq"):
    return Entry.parse(entry.record_entry(origin=origin, id=ID, commit=bytes(32), n=8, seed=seed))


def test_a_charter_reads_back():
    made = signed()
    found = Charter.parse(made.encode())
    assert found == made
    assert found.encode() == made.encode()
    assert found.digest == made.digest
    assert found.vkey("log") == LOG.vkey
    with pytest.raises(CharterError, match="no witness key"):
        found.vkey("witness")


def test_the_fingerprint_is_for_people():
    fingerprint = charter().fingerprint
    groups = fingerprint.split(" ")
    assert [len(group) for group in groups] == [4] * 8
    assert set("".join(groups)) <= set("abcdefghijklmnopqrstuvwxyz234567")
    assert charter(colour="#0057a9").fingerprint != fingerprint


def test_entries_are_checked_by_office():
    assert charter().verify_entry(leaf_by(POST)).name == "post"
    with pytest.raises(UnknownOfficeError):
        charter().verify_entry(leaf_by(b"\x09" * 32))
    with pytest.raises(CharterMismatchError, match="bb/hq"):
        charter().verify_entry(leaf_by(DESK, origin="bb/hq"))
    forged = leaf_by(DESK)
    flipped = Entry.parse(forged.leaf.replace(b'"n":8', b'"n":16'))
    with pytest.raises(EntrySignatureError):
        charter().verify_entry(flipped)


def test_neither_the_root_nor_the_log_key_signs_records():
    for seed in (ROOT.seed, LOG.seed):
        with pytest.raises(UnknownOfficeError):
            charter().verify_entry(leaf_by(seed))


def test_no_office_signs_a_charter():
    made = charter()
    by_desk = entry.charter_entry(origin="aa/hq", id=ID, version=1, digest=made.digest, seed=DESK)
    with pytest.raises(CharterMismatchError, match="root"):
        made.verify_first(by_desk)
    with pytest.raises(UnknownOfficeError):
        made.verify_entry(Entry.parse(by_desk))


def test_the_first_leaf_names_the_document():
    made = charter()
    good = entry.charter_entry(origin="aa/hq", id=ID, version=1, digest=made.digest, seed=ROOT.seed)
    assert made.verify_first(good).charter.digest == made.digest
    assert made.verify_entry(Entry.parse(good)) is None
    with pytest.raises(CharterMismatchError, match="another charter"):
        charter(colour="#000000").verify_first(good)


def test_thirty_two_offices_and_no_more():
    offices = tuple(office(f"office-{i}", bytes([i]) * 32) for i in range(10, 43))
    assert len(Charter.parse(signed(offices=offices[:32]).encode()).offices) == 32
    with pytest.raises(CharterError, match="1 to 32"):
        signed(offices=offices)


@pytest.mark.parametrize(
    "changes",
    [
        {"offices": (office(), office("other"))},
        {"offices": (office(), office("desk", POST))},
        {"offices": (office("desk", LOG.seed),)},
        {"offices": (office("desk", ROOT.seed),)},
        {"offices": (Office("desk", bytes(32), {"en": "Desk"}),)},
        {"offices": (Office("desk", b"\x01" + bytes(31), {"en": "Desk"}),)},
        {"offices": (Office("Desk", signature.public_key(DESK), {"en": "Desk"}),)},
        {"offices": (Office("desk", signature.public_key(DESK), {"en": ""}),)},
        {"keys": (KeyLine("log", LOG.name, LOG.vkey), KeyLine("root", LOG.name, LOG.vkey))},
        {"keys": (KeyLine("log", LOG.name, LOG.vkey), KeyLine("root", WITNESS.name, WITNESS.vkey))},
        {"keys": (KeyLine("root", ROOT.name, ROOT.vkey),)},
        {"party": "bb"},
        {"origin": "aa/other"},
        {"version": 0},
        {"names": {}},
        {"colour": "0057a8"},
    ],
)
def test_charters_that_are_refused_where_they_are_made(changes):
    with pytest.raises(CharterError):
        signed(**changes)


def test_cosigners_stand_in_their_own_roles():
    keys = (*charter().keys, KeyLine("witness", WITNESS.name, WITNESS.vkey))
    assert Charter.parse(signed(keys=keys).encode()).vkey("witness") == WITNESS.vkey
    with pytest.raises(CharterError, match="another name or type"):
        signed(keys=(*charter().keys, KeyLine("mirror", "aa/mirror", Signer("aa/mirror", DESK).vkey)))

"""Commitments: what is opened is what was sealed, there and nowhere else."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.record import entry, merkle
from comity.record.canonical import CanonicalError
from comity.record.commitment import (
    CommitmentError,
    DuplicatePathError,
    DuplicateSlotError,
    Field,
    FullOpening,
    Opening,
    OpeningFormError,
    OpeningMismatchError,
    OpeningPlaceError,
    OpeningProofError,
    PathError,
    Place,
    SlotError,
    open_field,
    seal,
    verify_full,
    verify_opening,
)
from comity.record.entry import Entry
from comity.record.slots import decoy, expand, field_digest, pad, salt, slot_digests

SEED, KEY, ID = bytes(range(32)), bytes(range(32, 64)), bytes(16)
KIND = "test.note@1"

values = st.recursive(
    st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.from_regex(r"[a-z ]{0,12}", fullmatch=True),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.from_regex("[a-z0-9_]{1,4}", fullmatch=True), inner, max_size=3)
    ),
    max_leaves=6,
)
fields = st.dictionaries(st.integers(0, 23), values, max_size=12).map(
    lambda found: tuple(Field(slot, f"f{slot}", value) for slot, value in sorted(found.items()))
)


def sealed_entry(held, slots=24, origin="aa/hq", record_id=ID, kind=KIND):
    sealed = seal(origin, record_id, kind, held, slots, KEY)
    leaf = entry.record_entry(origin=origin, id=record_id, commit=sealed.commit, n=sealed.n, seed=SEED)
    return Entry.parse(leaf), FullOpening(origin, record_id, kind, KEY, tuple(held))


@given(fields)
@settings(max_examples=60, deadline=None)
def test_everything_opens_and_nothing_else_does(held):
    made, full = sealed_entry(held)
    verify_full(FullOpening.decode(full.encode()), made)
    for field in held:
        opening = open_field(full, made.n, field.path)
        verify_opening(Opening.from_json(opening.to_json()), made, KIND)
        with pytest.raises(OpeningMismatchError):
            verify_opening(replace(opening, value=[field.value]), made, KIND)
        with pytest.raises(CommitmentError):
            verify_opening(replace(opening, slot=(field.slot + 1) % made.n), made, KIND)
    for slot in set(range(24)) - {field.slot for field in held}:
        lie = tuple(sorted((*held, Field(slot, "lie", 1)), key=lambda f: f.slot))
        with pytest.raises(OpeningMismatchError):
            verify_full(replace(full, fields=lie), made)


def test_a_field_withheld_is_not_passed_off_as_a_decoy():
    made, full = sealed_entry((Field(0, "a", 1), Field(1, "b", 2)))
    with pytest.raises(OpeningMismatchError):
        verify_full(replace(full, fields=full.fields[:1]), made)


def test_hkdf_is_that_of_rfc_5869():
    info = b"comity/salt/v1\n" + b"\x00\x00\x00\x04slug"
    assert salt(KEY, "slug") == HKDFExpand(SHA256(), 32, info).derive(KEY)
    assert decoy(KEY, 513) == HKDFExpand(SHA256(), 32, b"comity/decoy/v1\n\x02\x01").derive(KEY)
    # RFC 5869 appendix A.1: the first 32 bytes of the output.
    prk = bytes.fromhex("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5")
    okm = "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
    assert expand(prk, bytes.fromhex("f0f1f2f3f4f5f6f7f8f9")).hex() == okm


def test_the_digest_is_spelt_as_the_specification_spells_it():
    place = Place("aa/hq", ID, KIND)
    spelt = (
        b"comity/field/v1\n"
        b"\x00\x00\x00\x05aa/hq"
        + ID
        + b"\x00\x00\x00\x0btest.note@1"
        + b"\x00\x08"
        + salt(KEY, "slug")
        + b"\x00\x00\x00\x04slug"
        + b'{"a":[true,1]}'
    )
    found = field_digest(place, Field(8, "slug", {"a": [True, 1]}), salt(KEY, "slug"))
    assert found == hashlib.sha256(spelt).digest()


def test_the_commitment_is_the_root_over_fields_and_decoys_in_slot_order():
    held = (Field(1, "b", 2), Field(3, "d", 4))
    sealed = seal("aa/hq", ID, KIND, held, 5, KEY)
    place = Place("aa/hq", ID, KIND)
    digests = [decoy(KEY, slot) for slot in range(8)]
    digests[1] = field_digest(place, held[0], salt(KEY, "b"))
    digests[3] = field_digest(place, held[1], salt(KEY, "d"))
    assert sealed.n == 8
    assert slot_digests(place, held, 8, KEY) == digests
    assert sealed.commit == merkle.root(digests)


@pytest.mark.parametrize(("slots", "n"), [(1, 8), (8, 8), (9, 16), (1017, 1024), (1024, 1024)])
def test_slots_are_padded_to_eight(slots, n):
    assert pad(slots) == n


@pytest.mark.parametrize("slots", [0, -1, 1025])
def test_impossible_numbers_of_slots(slots):
    with pytest.raises(SlotError):
        pad(slots)


def test_every_seal_has_its_own_key():
    held = (Field(0, "a", 1),)
    one, two = (seal("aa/hq", ID, KIND, held, 8) for _ in range(2))
    assert one.record_key != two.record_key
    assert one.commit != two.commit
    assert "record_key" not in repr(one)


@pytest.mark.parametrize(
    ("held", "error"),
    [
        ((Field(0, "a", 1), Field(0, "b", 1)), DuplicateSlotError),
        ((Field(0, "a", 1), Field(1, "a", 1)), DuplicatePathError),
        ((Field(8, "a", 1),), SlotError),
        ((Field(-1, "a", 1),), SlotError),
        ((Field(True, "a", 1),), SlotError),
        ((Field(0, "", 1),), PathError),
        ((Field(0, "A", 1),), PathError),
        ((Field(0, "a..b", 1),), PathError),
        ((Field(0, "a" * 129, 1),), PathError),
        ((Field(0, "a", None),), CanonicalError),
        ((Field(0, "a", 0.5),), CanonicalError),
        ((Field(0, "a", "e\u0301"),), CanonicalError),
    ],
)
def test_what_cannot_be_sealed(held, error):
    with pytest.raises(error):
        seal("aa/hq", ID, KIND, held, 8)


def test_a_short_record_key_is_refused():
    with pytest.raises(CommitmentError, match="31 bytes"):
        seal("aa/hq", ID, KIND, (), 8, bytes(31))


def test_a_commitment_replayed_elsewhere_does_not_open():
    held = (Field(8, "slug", "a"),)
    made, full = sealed_entry(held)
    opening = open_field(full, made.n, "slug")
    for origin, record_id in (("bb/hq", ID), ("aa/hq", b"\x01" * 16)):
        copied = Entry.parse(
            entry.record_entry(origin=origin, id=record_id, commit=made.commit, n=made.n, seed=SEED)
        )
        with pytest.raises(OpeningPlaceError):
            verify_full(full, copied)
        with pytest.raises(OpeningMismatchError):
            verify_full(replace(full, origin=origin, id=record_id), copied)
        with pytest.raises(OpeningMismatchError):
            verify_opening(opening, copied, KIND)


@pytest.mark.parametrize(("n", "error"), [(8, SlotError), (24, OpeningProofError), (32, OpeningProofError)])
def test_an_entry_that_lies_about_its_slots(n, error):
    made, full = sealed_entry((Field(8, "slug", "a"),), slots=12)
    lying = Entry.parse(entry.record_entry(origin="aa/hq", id=ID, commit=made.commit, n=n, seed=SEED))
    with pytest.raises((SlotError, OpeningMismatchError)):
        verify_full(full, lying)
    with pytest.raises(error):
        verify_opening(open_field(full, 16, "slug"), lying, KIND)


def test_an_author_who_salts_by_hand_cannot_open_fully():
    """A slot outside the key's schedule opens alone, as any value would, but no record key reproduces the whole."""
    place, field, own_salt = Place("aa/hq", ID, KIND), Field(9, "extra", "x"), b"\x07" * 32
    digests = slot_digests(place, (Field(8, "slug", "a"),), 16, KEY)
    digests[9] = field_digest(place, field, own_salt)
    leaf = entry.record_entry(origin="aa/hq", id=ID, commit=merkle.root(digests), n=16, seed=SEED)
    for held in ((Field(8, "slug", "a"),), (Field(8, "slug", "a"), field)):
        with pytest.raises(OpeningMismatchError):
            verify_full(FullOpening("aa/hq", ID, KIND, KEY, held), Entry.parse(leaf))


def test_entries_without_content_open_nothing():
    anchor = Entry.parse(
        entry.anchor_entry(origin="aa/hq", id=ID, heads=[entry.Head("bb/hq", 1, bytes(32))], seed=SEED)
    )
    with pytest.raises(SlotError):
        verify_full(FullOpening("aa/hq", ID, KIND, KEY, ()), anchor)
    with pytest.raises(SlotError):
        verify_opening(Opening("slug", 0, "a", bytes(32), ()), anchor, KIND)


def test_hashes_of_a_proof_are_measured_first():
    made, full = sealed_entry((Field(8, "slug", "a"),))
    opening = open_field(full, made.n, "slug")
    for proof in ((), opening.proof[:-1], (*opening.proof, bytes(32)), (b"", *opening.proof[1:])):
        with pytest.raises(OpeningProofError):
            verify_opening(replace(opening, proof=proof), made, KIND)
    with pytest.raises(OpeningFormError, match="salt"):
        verify_opening(replace(opening, salt=bytes(31)), made, KIND)


def test_there_is_no_opening_of_an_absent_field():
    made, full = sealed_entry((Field(8, "slug", "a"),))
    with pytest.raises(CommitmentError, match="no field 'note'"):
        open_field(full, made.n, "note")


GOOD = FullOpening("aa/hq", ID, KIND, KEY, (Field(8, "slug", "a"),)).to_json()


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"v": True},
        {"kind": 1},
        {"origin": "aa"},
        {"id": "AAAA"},
        {"record_key": "AAAA"},
        {"record_key": 7},
        {"fields": {}},
        {"fields": [{"slot": 8, "path": "slug"}]},
        {"fields": [{"slot": "8", "path": "slug", "value": "a"}]},
        {"fields": [{"slot": True, "path": "slug", "value": "a"}]},
        {"fields": [{"slot": 8, "path": 8, "value": "a"}]},
        {"fields": [{"slot": 9, "path": "b", "value": 1}, {"slot": 8, "path": "a", "value": 1}]},
        {"more": 1},
    ],
)
def test_malformed_full_openings(change):
    with pytest.raises(OpeningFormError):
        FullOpening.from_json({**GOOD, **change})


@pytest.mark.parametrize(
    "change",
    [
        {"proof": "x"},
        {"proof": ["AA=="]},
        {"proof": ["A" * 43 + "="] * 11},
        {"salt": "AA=="},
        {"slot": "1"},
        {"x": 1},
    ],
)
def test_malformed_single_openings(change):
    made, full = sealed_entry((Field(8, "slug", "a"),))
    with pytest.raises(OpeningFormError):
        Opening.from_json({**open_field(full, made.n, "slug").to_json(), **change})


def test_a_large_opening_has_a_limit():
    full = FullOpening("aa/hq", ID, KIND, KEY, (Field(8, "slug", "a" * (1 << 20)),))
    with pytest.raises(CanonicalError):
        FullOpening.decode(full.encode())

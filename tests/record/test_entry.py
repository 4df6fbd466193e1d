"""Entries: strict to the byte, and fast where most leaves are."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.record import canonical, entry, signature
from comity.record.canonical import b64
from comity.record.entry import Entry, EntryError, EntryOriginError, EntrySignatureError, Head, Ref
from comity.record.errors import ComityError

SEED = bytes(range(32))
ID = bytes(range(16))


def leaf(**changes):
    fields = {"origin": "aa/hq", "id": ID, "commit": bytes(range(32)), "n": 16, "seed": SEED, **changes}
    return entry.record_entry(**fields)


origins = st.from_regex(entry.ORIGIN, fullmatch=True)
heads = st.builds(
    Head,
    origins.filter(lambda o: o != "aa/hq"),
    st.integers(1, 2**53 - 1),
    st.binary(min_size=32, max_size=32),
)


@given(
    origin=origins,
    record_id=st.binary(min_size=16, max_size=16),
    commit=st.binary(min_size=32, max_size=32),
    n=st.integers(1, 128),
    seed=st.binary(min_size=32, max_size=32),
)
def test_a_record_reads_back_as_it_was_written(origin, record_id, commit, n, seed):
    made = leaf(origin=origin, id=record_id, commit=commit, n=n * 8, seed=seed)
    found = Entry.parse(made)
    assert (found.origin, found.id, found.commit, found.n) == (origin, record_id, commit, n * 8)
    assert entry.identify(made) == record_id
    assert entry.identifier(origin)(made) == record_id
    key = signature.public_key(seed)
    assert found.key == hashlib.sha256(key).digest()
    found.verify(key)
    assert found.leaf == made
    assert found.body + b"\n" + b64(found.signature).encode() == made


@given(st.lists(heads, min_size=1, max_size=32, unique_by=lambda head: head.origin))
@settings(max_examples=30)
def test_an_anchor_reads_back(named):
    made = entry.anchor_entry(origin="aa/hq", id=ID, heads=named, seed=SEED)
    found = Entry.parse(made)
    assert found.heads == tuple(named)
    assert (found.n, found.commit) == (0, entry.EMPTY_COMMIT)
    assert entry.identify(made) == ID


def test_a_protocol_step_and_a_charter_read_back():
    refs = [Ref("bb/hq", 5, bytes(32)), Ref("bb/hq", 5, bytes(32))]
    found = Entry.parse(
        entry.protocol_entry(origin="aa/hq", id=ID, commit=bytes(32), n=8, refs=refs, seed=SEED)
    )
    assert found.refs == tuple(refs)
    found = Entry.parse(entry.charter_entry(origin="aa/hq", id=ID, version=3, digest=bytes(32), seed=SEED))
    assert found.charter == entry.CharterRef(3, bytes(32))


def test_the_largest_protocol_step_fits():
    refs = [Ref(f"{'a' * 32}/{'b' * 32}~999999", 2**53 - 1, bytes(32))] * entry.MAX_REFS
    made = entry.protocol_entry(origin="aa/hq", id=ID, commit=bytes(32), n=8, refs=refs, seed=SEED)
    assert len(made) <= entry.MAX_LEAF


@given(st.integers(0, 277), st.integers(1, 255))
@settings(max_examples=200)
def test_no_changed_byte_goes_unseen(at, change):
    spoilt = bytearray(leaf())
    spoilt[at % len(spoilt)] ^= change
    with pytest.raises(ComityError):
        Entry.parse(bytes(spoilt)).verify(signature.public_key(SEED))


@given(st.binary(max_size=400))
def test_bytes_of_any_kind_are_refused_in_words(data):
    with pytest.raises(ComityError) as caught:
        entry.identify(data)
    assert str(caught.value)


@given(st.data())
@settings(max_examples=300)
def test_the_fast_way_and_the_strict_way_agree(data):
    """Cut, doubled and exchanged pieces of a good leaf: `identify` accepts exactly what `parse` accepts."""
    good = leaf()
    a, b = sorted((data.draw(st.integers(0, len(good))), data.draw(st.integers(0, len(good)))))
    piece = data.draw(
        st.sampled_from([b"", b"8", b"=", b"A", b'"', b"\n", b" ", good[a:b], b"\xc3\xa9", b"~1"])
    )
    spoilt = good[:a] + piece + good[b:]
    try:
        parsed = Entry.parse(spoilt)
    except ComityError as error:
        with pytest.raises(type(error)):
            entry.identify(spoilt)
    else:
        assert entry.identify(spoilt) == parsed.id


@pytest.mark.parametrize("n", [4, 12, 1032, 9000, 9992])
def test_the_fast_way_counts_slots(n):
    body = canonical.decode(Entry.parse(leaf()).body) | {"n": n}
    data = canonical.encode(body)
    made = data + b"\n" + b64(signature.sign(SEED, entry.SIGNATURE_CONTEXT + data)).encode()
    with pytest.raises(EntryError, match=f"n is {n}"):
        entry.identify(made)


def test_a_copied_entry_does_not_pass_for_the_other_logs_own():
    made = leaf()
    assert entry.identifier("aa/hq")(made) == ID
    for other in ("bb/hq", "aa/hq~1", "aa/h", "aa/hqq"):
        with pytest.raises(EntryOriginError):
            entry.identifier(other)(made)


def test_the_signature_binds_the_key_and_the_context():
    made = Entry.parse(leaf())
    with pytest.raises(EntrySignatureError, match="another office key"):
        made.verify(signature.public_key(bytes(32)))
    bare = made.body + b"\n" + b64(signature.sign(SEED, made.body)).encode()
    with pytest.raises(EntrySignatureError, match="does not verify"):
        Entry.parse(bare).verify(signature.public_key(SEED))


@pytest.mark.parametrize(
    "changes", [{"origin": "AA/hq"}, {"origin": "aa"}, {"n": 9}, {"n": 0}, {"id": b"short"}, {"commit": b""}]
)
def test_what_is_not_an_entry_is_not_signed(changes):
    with pytest.raises(EntryError):
        leaf(**changes)


def test_the_leaf_holds_nothing_of_the_author():
    body = canonical.decode(Entry.parse(leaf()).body)
    assert set(body) == {"v", "origin", "id", "outer", "commit", "n", "key"}

"""Sealed blobs: bound to grant and recipient, framed in one way, padded."""

from __future__ import annotations

import hashlib
import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.record import sealed
from comity.record.canonical import b64
from comity.record.protocol_kinds import Recipient
from comity.record.recipient_key import RecipientKey
from comity.record.sealed import (
    ENC_SIZE,
    LEAST_FRAME,
    SealedError,
    SealedFrameError,
    SealedOpenError,
    frame,
    open_blob,
    padded_size,
    seal_blob,
    sealed_info,
    unframe,
)

KEY = RecipientKey("2026-11", hashlib.sha512(b"key").digest() + hashlib.sha256(b"key").digest())
OTHER = RecipientKey("2026-11", hashlib.sha512(b"other").digest() + hashlib.sha256(b"other").digest())
TO = Recipient(party="la", origin="la/hq", hpke_key=b64(KEY.key_id))
ID = bytes(range(16))


def info(origin="vn/hq", grant=ID, **changes):
    return sealed_info(origin, grant, TO.model_copy(update=changes))


BLOB = seal_blob([b"one", b"two"], KEY.public, info())


def test_a_blob_opens_for_its_recipient():
    assert open_blob(BLOB, KEY, info()) == [b"one", b"two"]
    assert len(BLOB) == ENC_SIZE + LEAST_FRAME + sealed.TAG_SIZE
    assert sealed.SUITE is not None
    from cryptography.hazmat.primitives.hpke import KEM

    assert KEM.MLKEM768_X25519.enc_length() == ENC_SIZE


def test_two_blobs_of_the_same_are_not_the_same():
    assert seal_blob([b"one"], KEY.public, info()) != seal_blob([b"one"], KEY.public, info())


@pytest.mark.parametrize(
    "bound",
    [
        info(origin="vn/post"),
        info(grant=bytes(16)),
        info(party="kh"),
        info(hpke_key=b64(OTHER.key_id)),
        sealed_info("vn/hq", ID, TO.model_copy(update={"origin": "la/post"})),
        b"",
    ],
)
def test_a_blob_does_not_open_under_another_grant_or_for_another_recipient(bound):
    with pytest.raises(SealedOpenError):
        open_blob(BLOB, KEY, bound)


def test_nothing_can_be_moved_between_the_parts_that_a_blob_is_bound_to():
    one = sealed_info("a/b", ID, TO.model_copy(update={"party": "c", "origin": "c/d"}))
    other = sealed_info("a/b", ID, TO.model_copy(update={"party": "cc", "origin": "/d"}))
    assert one != other


def test_another_key_does_not_open_it():
    with pytest.raises(SealedOpenError):
        open_blob(BLOB, OTHER, info())


@settings(max_examples=60)
@given(st.integers(0, len(BLOB) - 1), st.integers(1, 255))
def test_one_changed_byte_and_it_does_not_open(at, change):
    bent = BLOB[:at] + bytes([BLOB[at] ^ change]) + BLOB[at + 1 :]
    with pytest.raises(SealedOpenError):
        open_blob(bent, KEY, info())


@pytest.mark.parametrize("size", [0, 1, ENC_SIZE, ENC_SIZE + 16, ENC_SIZE + 17, len(BLOB) - 1])
def test_a_cut_blob_does_not_open(size):
    with pytest.raises(SealedOpenError):
        open_blob(BLOB[:size], KEY, info())


def test_a_longer_blob_does_not_open():
    with pytest.raises(SealedOpenError):
        open_blob(BLOB + b"\0", KEY, info())


@given(st.lists(st.binary(max_size=3000), min_size=1, max_size=30))
def test_a_frame_gives_back_its_items(items):
    data = frame(items)
    assert unframe(data) == items
    assert len(data) == padded_size(4 + sum(4 + len(item) for item in items))


@given(st.integers(LEAST_FRAME, 1 << 26))
def test_padding_adds_at_most_12_percent_and_is_its_own_size(size):
    padded = padded_size(size)
    assert size <= padded <= size * 1.12
    assert padded_size(padded) == padded
    assert padded_size(size + 1) >= padded


def test_sizes_fall_into_few_buckets():
    assert len({padded_size(size) for size in range(1 << 16, 1 << 17)}) <= 33
    assert {padded_size(size) for size in range(LEAST_FRAME + 1)} == {LEAST_FRAME}


def test_impossible_frames_are_not_made():
    for items in ([], [b""] * 4097, [bytes(sealed.MAX_FRAME)]):
        with pytest.raises(SealedError):
            frame(items)


GOOD = frame([b"one", b"two"])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        GOOD[:-1],
        GOOD + b"\0",
        bytes(LEAST_FRAME),
        (4097).to_bytes(4, "big") + GOOD[4:],
        (3).to_bytes(4, "big") + GOOD[4:-1] + b"\1",
        GOOD[:4] + (2**32 - 1).to_bytes(4, "big") + GOOD[8:],
        GOOD[:-1] + b"\1",
        GOOD.ljust(2 * LEAST_FRAME, b"\0"),
    ],
)
def test_what_is_no_frame_is_refused(data):
    with pytest.raises(SealedFrameError):
        unframe(data)


@given(st.binary(max_size=6000))
def test_no_bytes_make_the_reader_fall_over(data):
    try:
        items = unframe(data)
    except SealedFrameError:
        return
    assert frame(items) == data


def test_random_bytes_do_not_open():
    for size in (2000, 6000):
        with pytest.raises(SealedOpenError):
            open_blob(secrets.token_bytes(size), KEY, info())

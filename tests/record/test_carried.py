"""Sealed bundles of a folder: bound to log, bundle and recipient; one key opens them."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.record.carried import KEY_ID, Bundle, CarriedError, CarriedKeyError, open_bundle, seal_bundle
from comity.record.recipient_key import RecipientKey

KEY = RecipientKey("2026-11", hashlib.sha512(b"key").digest() + hashlib.sha256(b"key").digest())
OTHER = RecipientKey("2026-10", hashlib.sha512(b"other").digest() + hashlib.sha256(b"other").digest())
BUNDLE = Bundle("vn/hq", 3, "la", "la/hq")
ITEMS = [b"one", b"two"]
FILE = seal_bundle(BUNDLE, ITEMS, KEY.public, KEY.key_id)


def test_it_opens_with_the_key_that_it_names():
    assert open_bundle(BUNDLE, FILE, [OTHER, KEY]) == ITEMS
    assert FILE[:KEY_ID] == KEY.key_id
    with pytest.raises(CarriedKeyError):
        open_bundle(BUNDLE, FILE, [OTHER])
    with pytest.raises(CarriedError):
        open_bundle(BUNDLE, OTHER.key_id + FILE[KEY_ID:], [OTHER, KEY])


@pytest.mark.parametrize(
    "change", [{"origin": "vn/post"}, {"number": 4}, {"party": "kh"}, {"recipient": "la/x"}]
)
def test_it_is_of_one_log_bundle_and_recipient(change):
    with pytest.raises(CarriedError):
        open_bundle(replace(BUNDLE, **change), FILE, [KEY])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(FILE) - 1), st.integers(1, 255))
def test_no_altered_byte_opens(at, by):
    bent = FILE[:at] + bytes([FILE[at] ^ by]) + FILE[at + 1 :]
    with pytest.raises(CarriedError):
        open_bundle(BUNDLE, bent, [KEY])
    with pytest.raises(CarriedError):
        open_bundle(BUNDLE, FILE[:at], [KEY])

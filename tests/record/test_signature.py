"""One rule for signatures, held by the published edge cases and by a second implementation of the spec."""

import json
import re
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from comity.record import signature

SPEC = Path(__file__).parents[2] / "docs/spec/signature.md"
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
SEED = bytes(range(32))
DECIDING = {
    "low_order_A",
    "low_order_R",
    "non_canonical_A",
    "non_canonical_R",
    "low_order_residue",
    "reencoded_k",
}


def add(first, second):
    (x1, y1), (x2, y2) = first, second
    t = D * x1 * x2 * y1 * y2 % P
    return (x1 * y2 + x2 * y1) * pow(1 + t, -1, P) % P, (y1 * y2 + x1 * x2) * pow(1 - t, -1, P) % P


def multiply(scalar, point):
    result = (0, 1)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def a_point(y):
    """A point with this y, or None (RFC 8032 section 5.1.3)."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    for candidate in (x, x * pow(2, (P - 1) // 4, P) % P):
        if candidate * candidate % P == square:
            return candidate, y
    return None


def small_order_encodings():
    """Every 32 octets that a lenient decoder takes for a point whose order divides 8, computed."""
    torsion, y = set(), 2
    while len(torsion) < 8:
        point = a_point(y)
        y += 1
        if point:
            torsion |= {multiply(times * L, point) for times in range(8)}
    spellings = {y + more for _, y in torsion for more in (0, P) if y + more < 2**255}
    return {(y | sign << 255).to_bytes(32, "little") for y in spellings for sign in (0, 1)}


def listed_small_order():
    return [bytes.fromhex(row) for row in re.findall(r"^\| `([0-9a-f]{64})`", SPEC.read_text(), re.MULTILINE)]


def verify_by_the_spec(key, message, sig):
    """The rule as docs/spec/signature.md tells an implementer to build it on OpenSSL."""
    listed = set(listed_small_order())
    if len(key) != 32 or len(sig) != 64 or int.from_bytes(sig[32:], "little") >= L:
        return False
    if int.from_bytes(unsigned(key), "little") >= P or {unsigned(key), unsigned(sig[:32])} & listed:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(sig, message)
    except InvalidSignature:
        return False
    return True


def unsigned(point):
    return point[:31] + bytes([point[31] & 0x7F])


def test_the_list_in_the_specification_is_the_computed_one():
    listed = listed_small_order()
    assert len(listed) == 7
    assert {
        point[:31] + bytes([point[31] | sign]) for point in listed for sign in (0, 0x80)
    } == small_order_encodings()


@pytest.mark.parametrize("key", sorted(small_order_encodings()), ids=bytes.hex)
def test_small_order_keys_are_refused(key):
    with pytest.raises(signature.KeyRefusedError):
        signature.check_public_key(key)
    assert not signature.verify(key, b"", key + bytes(32))


def test_keys_that_are_not_canonical_or_no_points_are_refused():
    refused = 0
    for y in range(P, 2**255):
        with pytest.raises(signature.KeyRefusedError, match="canonical"):
            signature.check_public_key(y.to_bytes(32, "little"))
    for y in range(2, 60):
        if a_point(y) is None:
            refused += 1
            with pytest.raises(signature.KeyRefusedError, match="no point"):
                signature.check_public_key(y.to_bytes(32, "little"))
        else:
            signature.check_public_key(y.to_bytes(32, "little"))
    assert refused > 10


@pytest.mark.parametrize("key", [b"", bytes(31), bytes(33), SEED + b"\x00"], ids=len)
def test_keys_of_another_length_are_refused(key):
    with pytest.raises(signature.KeyRefusedError, match="32 octets"):
        signature.check_public_key(key)
    assert not signature.verify(key, b"", bytes(64))
    lengthened = signature.public_key(SEED) + key
    assert signature.verify(lengthened, b"m", signature.sign(SEED, b"m")) == (key == b"")


def test_seeds_of_another_length_are_refused():
    for seed in (b"", bytes(31), bytes(64)):
        with pytest.raises(signature.KeyRefusedError):
            signature.public_key(seed)
        with pytest.raises(signature.KeyRefusedError):
            signature.sign(seed, b"")


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=100))
def test_what_is_signed_verifies_here_and_elsewhere(seed, message):
    key = signature.public_key(seed)
    signature.check_public_key(key)
    sig = signature.sign(seed, message)
    assert signature.verify(key, message, sig)
    assert verify_by_the_spec(key, message, sig)


@given(st.binary(max_size=40), st.integers(0, 64 * 8 - 1))
def test_a_flipped_bit_is_refused(message, bit):
    key, sig = signature.public_key(SEED), bytearray(signature.sign(SEED, message))
    sig[bit // 8] ^= 1 << bit % 8
    assert not signature.verify(key, message, bytes(sig))
    assert not signature.verify(key, message + b"\x00", signature.sign(SEED, message))


def test_a_second_spelling_of_s_is_refused():
    key, sig = signature.public_key(SEED), signature.sign(SEED, b"m")
    larger = int.from_bytes(sig[32:], "little") + L
    assert not signature.verify(key, b"m", sig[:32] + larger.to_bytes(32, "little"))


@pytest.mark.parametrize("length", [0, 32, 63, 65, 128])
def test_signatures_of_another_length_are_refused(length):
    key, sig = signature.public_key(SEED), signature.sign(SEED, b"m") * 2
    assert not signature.verify(key, b"m", sig[:length])
    # 65 octets whose last is moved to the message would be a signature of another message.
    assert not signature.verify(key, b"", signature.sign(SEED, b"m") + b"m")


@pytest.mark.shared
class TestPublishedVectors:
    def test_the_edge_cases_get_the_verdict_of_libsodium(self, shared):
        cases = json.loads((shared / "vectors/cctv/ed25519vectors.json").read_text())
        assert len(cases) == 914
        accepted = 0
        for case in cases:
            key, message, sig = bytes.fromhex(case["key"]), case["msg"].encode(), bytes.fromhex(case["sig"])
            verdict = signature.verify(key, message, sig)
            flags = set(case["flags"] or [])
            assert verdict == verify_by_the_spec(key, message, sig), case
            # What the flags say about a case decides it, whatever library is asked.
            assert verdict == (not flags & DECIDING), case
            accepted += verdict
        assert accepted == 43

    def test_wycheproof(self, shared):
        groups = json.loads((shared / "vectors/wycheproof/ed25519_test.json").read_text())["testGroups"]
        tested = 0
        for group in groups:
            key = bytes.fromhex(group["publicKey"]["pk"])
            for case in group["tests"]:
                message, sig = bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"])
                assert signature.verify(key, message, sig) == (case["result"] == "valid"), case
                tested += 1
        assert tested == 151

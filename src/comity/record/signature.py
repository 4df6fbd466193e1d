"""Ed25519 by one rule everywhere: canonical encodings, S < L, no small-order A or R, no cofactor.

Honest libraries disagree about some signatures, and in a joint record such a signature splits the
parties. The rule is libsodium's; docs/spec/signature.md states it for whoever implements it elsewhere.
"""

from __future__ import annotations

from functools import lru_cache

from nacl.bindings import crypto_sign, crypto_sign_open, crypto_sign_seed_keypair
from nacl.exceptions import BadSignatureError

from comity.record.errors import ComityError

KEY_SIZE = 32
SEED_SIZE = 32
SIGNATURE_SIZE = 64

_P = 2**255 - 19  # RFC 8032 section 5.1: the field, and d of the curve -x^2 + y^2 = 1 + d x^2 y^2
_D = -121665 * pow(121666, -1, _P) % _P
_ORDER_EIGHT_Y = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_SMALL_ORDER_Y = frozenset({0, 1, _P - 1, _ORDER_EIGHT_Y, _P - _ORDER_EIGHT_Y})
"""The y of the eight points whose order divides 8."""


class KeyRefusedError(ComityError):
    """A public key or seed that must not be used."""

    code = "key-refused"
    advice = "Generate a new key pair; this key could let two honest verifiers disagree."


def verify(public_key: bytes, message: bytes, sig: bytes) -> bool:
    """Say whether `sig` (64 octets) is a signature of `message` by `public_key` (32 octets)."""
    if len(public_key) != KEY_SIZE or len(sig) != SIGNATURE_SIZE:
        return False
    return _verify(bytes(public_key), bytes(message), bytes(sig))


@lru_cache(maxsize=1024)  # all that counts is in the arguments, and the same steps are read again and again
def _verify(public_key: bytes, message: bytes, sig: bytes) -> bool:
    try:
        crypto_sign_open(sig + message, public_key)
    except BadSignatureError:
        return False
    return True


def check_public_key(public_key: bytes) -> None:
    """Raise unless `public_key` may be registered.

    Raises:
        KeyRefusedError: not 32 octets, not the canonical encoding of a point (RFC 8032 section 5.1.3), or
            a point of small order, for which anybody can sign.
    """
    if len(public_key) != KEY_SIZE:
        raise KeyRefusedError(f"a public key has {KEY_SIZE} octets, not {len(public_key)}")
    y = int.from_bytes(public_key, "little") & ((1 << 255) - 1)
    if y >= _P:
        raise KeyRefusedError("the public key is not in canonical form: y is not below 2^255 - 19")
    if y in _SMALL_ORDER_Y:
        raise KeyRefusedError("the public key is a point of small order")
    x_squared = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    if pow(x_squared, (_P - 1) // 2, _P) != 1:
        raise KeyRefusedError("the public key is no point of the curve")


def public_key(seed: bytes) -> bytes:
    """Return the public key of a 32-octet private seed (RFC 8032 section 5.1.5)."""
    return _key_pair(bytes(seed))[0]


def sign(seed: bytes, message: bytes) -> bytes:
    """Return the signature of `message` by the private `seed` (RFC 8032 section 5.1.6)."""
    return crypto_sign(message, _key_pair(bytes(seed))[1])[:SIGNATURE_SIZE]


@lru_cache(maxsize=16)  # deriving the pair costs as much as signing; a node signs with few keys
def _key_pair(seed: bytes) -> tuple[bytes, bytes]:
    if len(seed) != SEED_SIZE:
        raise KeyRefusedError(f"a private seed has {SEED_SIZE} octets, not {len(seed)}")
    return crypto_sign_seed_keypair(seed)

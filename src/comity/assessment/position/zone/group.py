"""A group of prime order: the main subgroup of edwards25519, by libsodium.

An item becomes a point by two maps of SHA-512 halves, added (Elligator 2 with the cofactor cleared, as in
RFC 9380 section 3, `hash_to_curve`; the maps are libsodium's, so the points are not those of a suite named
there). Nobody knows a multiple that leads from one such point to another. Ristretto255 would give the group
without a cofactor to care for; PyNaCl does not bind it. The care is this: only canonical encodings of points
in the main subgroup, other than the neutral one, are ever taken (`is_point`); the multiplication refuses the
rest.
"""

from __future__ import annotations

import hashlib
from typing import Final

from nacl import bindings
from nacl.exceptions import RuntimeError as SodiumError

from comity.assessment.position.zone.errors import ZoneMessageError
from comity.record.slots import lp

SIZE: Final = 32
"""Bytes of a point, of a scalar, of a seed."""
_HALF: Final = 32


def to_point(*parts: bytes) -> bytes:
    """Return the point of an item, given as parts that are told apart by their lengths."""
    wide = hashlib.sha512(b"comity/zone/point/v1\n" + b"".join(map(lp, parts))).digest()
    one = bindings.crypto_core_ed25519_from_uniform(wide[:_HALF])
    return bindings.crypto_core_ed25519_add(one, bindings.crypto_core_ed25519_from_uniform(wide[_HALF:]))


def to_scalar(*parts: bytes) -> bytes:
    """Return a scalar below the order of the group; 0 with a chance of 2^-252."""
    wide = hashlib.sha512(b"comity/zone/scalar/v1\n" + b"".join(map(lp, parts))).digest()
    return bindings.crypto_core_ed25519_scalar_reduce(wide)


def is_point(data: bytes) -> bool:
    """Whether bytes are the one encoding of a point of the group, other than the neutral one."""
    return len(data) == SIZE and bool(bindings.crypto_core_ed25519_is_valid_point(data))


def multiply(scalar: bytes, point: bytes) -> bytes:
    """Return scalar x point.

    Raises:
        ZoneMessageError: the point is not one of the group.
    """
    try:
        return bindings.crypto_scalarmult_ed25519_noclamp(scalar, point)
    except (SodiumError, TypeError, ValueError) as error:
        raise ZoneMessageError("a point that was sent is not one of the group") from error

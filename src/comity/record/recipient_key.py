"""Recipients' keys for sealed delivery: HPKE with the hybrid KEM MLKEM768-X25519, one key pair a month.

The public key is the ML-KEM-768 encapsulation key (1184 octets) followed by the X25519 public key (32); the
private one is the ML-KEM seed d || z (64) followed by the X25519 private key (32), docs/spec/charter.md. Once
a month is over and what was sealed to its key was fetched, the private key is destroyed: nobody can open a
copy later.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey

from comity.record.errors import ComityError

MLKEM_PUBLIC: Final = 1184  # bytes, FIPS 203 section 8, table 3
MLKEM_SEED: Final = 64
X25519_SIZE: Final = 32
PUBLIC_SIZE: Final = MLKEM_PUBLIC + X25519_SIZE
PRIVATE_SIZE: Final = MLKEM_SEED + X25519_SIZE
MONTH: Final = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")


class RecipientKeyError(ComityError):
    """Octets that are no recipient's key, or one that must not be used."""

    code = "recipient-key"
    advice = "Ask the recipient for a charter with a sound key for this month."


def read_public(data: bytes) -> MLKEM768X25519PublicKey:
    """Return the public key that 1216 octets stand for.

    Raises:
        RecipientKeyError: another length, no ML-KEM key (FIPS 203 section 7.2), or an X25519 point of small
            order, for which everybody computes the same secret (RFC 7748 section 6.1).
    """
    if len(data) != PUBLIC_SIZE:
        raise RecipientKeyError(f"a recipient's public key has {PUBLIC_SIZE} octets, not {len(data)}")
    try:
        lattice = MLKEM768PublicKey.from_public_bytes(data[:MLKEM_PUBLIC])
        curve = X25519PublicKey.from_public_bytes(data[MLKEM_PUBLIC:])
        # Whatever the own half is, an exchange with a point of small order gives zero, which is refused.
        X25519PrivateKey.from_private_bytes(b"\x40" * X25519_SIZE).exchange(curve)
    except ValueError as error:
        raise RecipientKeyError(f"the recipient's public key is refused: {error}") from error
    return MLKEM768X25519PublicKey(lattice, curve)


def key_id(public: bytes) -> bytes:
    """Return the id of a public key: SHA-256 of its octets."""
    return hashlib.sha256(public).digest()


def check_month(month: str) -> str:
    """Return a month written `2026-10`.

    Raises:
        RecipientKeyError: it is written otherwise.
    """
    if not MONTH.fullmatch(month):
        raise RecipientKeyError(f"{month!r} is no month such as 2026-10")
    return month


def months_from(month: str, count: int) -> list[str]:
    """Return `count` months in a row, the first of them `month`."""
    start = int(check_month(month)[:4]) * 12 + int(month[5:]) - 1
    return [f"{at // 12:04}-{at % 12 + 1:02}" for at in range(start, start + count)]


@dataclass(frozen=True, slots=True)
class RecipientKey:
    """A key pair of one month; `private` has 96 octets."""

    month: str
    private: bytes = field(repr=False)

    def __post_init__(self) -> None:
        check_month(self.month)
        if len(self.private) != PRIVATE_SIZE:
            raise RecipientKeyError(f"a private key has {PRIVATE_SIZE} octets, not {len(self.private)}")

    @classmethod
    def generate(cls, month: str) -> RecipientKey:
        """Draw a key pair."""
        return cls(month, secrets.token_bytes(PRIVATE_SIZE))

    @property
    def public(self) -> bytes:
        """The 1216 octets for the charter."""
        lattice, curve = self._halves()
        return lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()

    @property
    def key_id(self) -> bytes:
        """SHA-256 of the public key."""
        return key_id(self.public)

    def private_key(self) -> MLKEM768X25519PrivateKey:
        """Return the key as HPKE takes it."""
        return MLKEM768X25519PrivateKey(*self._halves())

    def _halves(self) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
        return (
            MLKEM768PrivateKey.from_seed_bytes(self.private[:MLKEM_SEED]),
            X25519PrivateKey.from_private_bytes(self.private[MLKEM_SEED:]),
        )

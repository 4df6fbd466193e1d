"""A blind zone of agreement: one side's arithmetic for a cap of 32, in multiplications of the group a second.

The bare limit is `crypto_scalarmult` (X25519) as often: one multiplication a point, with neither a check that
the point is in the group of prime order nor a canonical encoding of the result.
"""

from __future__ import annotations

import secrets
import time

from nacl.bindings import crypto_scalarmult, crypto_scalarmult_base

from bench.harness import Case, Variant
from comity.assessment.position.zone.protocol import Side

CAP = 32
ROUNDS = 8
MULTIPLICATIONS = 4 * CAP
"""Of one side and run: its own points, the other's for the reply, and both again to find what is common."""


def per_second(work):
    """Multiplications a second of processor time; `work` does `MULTIPLICATIONS` of them."""

    def run():
        start = time.process_time()
        for _ in range(ROUNDS):
            work()
        return ROUNDS * MULTIPLICATIONS / (time.process_time() - start)

    return run


def side(accepted):
    """One side that accepts `accepted` packages, with a seed of its own."""
    names = frozenset(f"p{number}" for number in range(accepted))
    return Side(secrets.token_bytes(32), bytes(32), bytes(32), names, CAP)


def cases():
    """The one case."""
    one, other = side(20), side(10)
    mine, theirs = one.first(), other.first()
    returned = other.second(mine)
    scalar, point = secrets.token_bytes(32), crypto_scalarmult_base(secrets.token_bytes(32))

    def bare():
        for _ in range(MULTIPLICATIONS):
            crypto_scalarmult(scalar, point)

    def whole():
        one.first()
        one.second(theirs)
        one.common(returned, theirs)

    yield Case(
        f"one side of a zone with a cap of {CAP}",
        "multiplications/s",
        [Variant("bare X25519", per_second(bare)), Variant("points, reply, common", per_second(whole))],
    )

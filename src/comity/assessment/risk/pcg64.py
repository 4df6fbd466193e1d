"""PCG64 in machine code: the very numbers of `numpy.random.PCG64`, from any place of its stream.

The generator is XSL-RR 128/64 (M. O'Neill 2014, HMC-CS-2014-0905, section 6.3). Its state goes on by
s' = a s + c mod 2^128, so n steps are one: s + n = a^n s + c (a^n - 1) / (a - 1) (F. Brown 1994, "Random
number generation with arbitrary strides"). Four places of one stream are followed at once, because each
waits for its own multiplication only.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from comity.assessment.risk.machine import machine

if TYPE_CHECKING:
    from numpy.random import PCG64
    from numpy.typing import NDArray

MULTIPLIER: Final = 0x2360ED051FC65DA44385DF649FCCF645
"""a, as numpy has it."""
ROUND: Final = 1 << 128
LANES: Final = 4
"""Places followed at once."""
_HALF: Final = (1 << 64) - 1
_TOP, _WORD, _WRAP = np.uint64(58), np.uint64(64), np.uint64(63)


class Stream:
    """A stream, read on from one of its places.

    Args:
        bits: numpy's generator; it is not moved.
        skipped: How many numbers lie before the place.
    """

    def __init__(self, bits: PCG64, skipped: int = 0) -> None:
        known = bits.state["state"]
        state, more = int(known["state"]), int(known["inc"])
        times, plus = stride(skipped + 1)  # the generator moves first, then says its number
        self._state = _halves((times * state + plus * more) % ROUND)
        times, plus = stride(LANES)
        self._strides = np.concatenate(
            (_halves(MULTIPLIER), _halves(more), _halves(times), _halves(plus * more % ROUND))
        )

    def read(self, found: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Fill an array with the next numbers, and return it."""
        _fill(self._state, self._strides, found)
        return found


@lru_cache(maxsize=256)
def stride(count: int) -> tuple[int, int]:
    """Return a^count and (a^count - 1) / (a - 1), mod 2^128, in as many steps as count has bits."""
    times, plus, a, c = 1, 0, MULTIPLIER, 1
    while count:
        if count & 1:
            times, plus = times * a % ROUND, (plus * a + c) % ROUND
        a, c = a * a % ROUND, (a + 1) * c % ROUND
        count >>= 1
    return times, plus


def _halves(number: int) -> NDArray[np.uint64]:
    return np.array([number >> 64, number & _HALF], np.uint64)


def _next_typed(  # noqa: PLR0917 - numba calls it by position
    _: Any, s1: Any, s0: Any, a1: Any, a0: Any, c1: Any, c0: Any
) -> Any:
    """Return a * s + c mod 2^128, each by its halves, the upper one first."""
    half, whole = ir.IntType(64), ir.IntType(128)
    pair: Any = types.UniTuple(types.uint64, 2)  # type: ignore[no-untyped-call]  # numba has no types for it
    signature = pair(*[types.uint64] * len((s1, s0, a1, a0, c1, c0)))

    def build(context: Any, builder: Any, signature: Any, halves: Any) -> Any:
        state, times, plus = (
            builder.or_(
                builder.shl(builder.zext(halves[at], whole), whole(64)),
                builder.zext(halves[at + 1], whole),
            )
            for at in (0, 2, 4)
        )
        found = builder.add(builder.mul(state, times), plus)
        parts = (builder.trunc(builder.lshr(found, whole(64)), half), builder.trunc(found, half))
        return context.make_tuple(builder, signature.return_type, parts)

    return signature, build


_next: Any = intrinsic(_next_typed)


@machine
def _said(high: np.uint64, low: np.uint64) -> np.uint64:
    """XSL-RR: both halves together, turned by what the first six bits say."""
    mixed, turn = high ^ low, high >> _TOP
    return (mixed >> turn) | (mixed << ((_WORD - turn) & _WRAP))


@machine
def _fill(state: NDArray[np.uint64], strides: NDArray[np.uint64], found: NDArray[np.uint64]) -> None:
    """Write the next numbers and move the state; `strides` are those of one step and of `LANES`."""
    a1, a0, c1, c0 = strides[0], strides[1], strides[2], strides[3]
    b1, b0, d1, d0 = strides[4], strides[5], strides[6], strides[7]
    h0, l0 = state[0], state[1]
    h1, l1 = _next(h0, l0, a1, a0, c1, c0)
    h2, l2 = _next(h1, l1, a1, a0, c1, c0)
    h3, l3 = _next(h2, l2, a1, a0, c1, c0)
    whole = found.size - found.size % LANES
    for i in range(0, whole, LANES):
        found[i] = _said(h0, l0)
        found[i + 1] = _said(h1, l1)
        found[i + 2] = _said(h2, l2)
        found[i + 3] = _said(h3, l3)
        h0, l0 = _next(h0, l0, b1, b0, d1, d0)
        h1, l1 = _next(h1, l1, b1, b0, d1, d0)
        h2, l2 = _next(h2, l2, b1, b0, d1, d0)
        h3, l3 = _next(h3, l3, b1, b0, d1, d0)
    for i in range(whole, found.size):
        found[i] = _said(h0, l0)
        h0, l0 = _next(h0, l0, a1, a0, c1, c0)
    state[0], state[1] = h0, l0

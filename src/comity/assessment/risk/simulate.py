"""Monte Carlo over a register: whole numbers, in spans, the same on every node and by any number of threads.

In each draw a risk comes about N times within the horizon, and costs N times the impact of one event, for
each party and dimension that it touches (so the events of one draw cost alike: tails are rather too heavy
than too light). Risks of a group share a factor: z = sqrt(rho) m + sqrt(1 - rho) e. Losses are summed over
risks, never over parties or dimensions.
"""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np

from comity.assessment.risk import steps
from comity.assessment.risk.draws import CHUNK, Draws
from comity.assessment.risk.errors import RegisterError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from comity.assessment.risk.draws import Steps
    from comity.assessment.risk.register import Key, Register

    Told = Callable[[str, int, int], None]
    Shares = dict[Key, dict[str, int]]
    Losses = Iterator[tuple[str, Key, int, NDArray[np.int64]]]

Taken = TypeVar("Taken")

SPAN: Final = 8 * CHUNK
"""Draws that one thread makes at a stretch."""
MOST_THREADS: Final = 8
FEWEST_DRAWS: Final = 1000
MOST_DRAWS: Final = 4_000_000
LONG: Final = 8_000_000
"""Draws times risks from which machine code is worth its loading."""
_HIGHEST: Final = 1 << 62


@dataclass(frozen=True)
class Setting:
    """How a run is done: the seed (any text), and the number of draws.

    `threads` are those that draw, all that this process may use if 0; no integer depends on it.
    """

    seed: str
    draws: int
    threads: int = 0

    def __post_init__(self) -> None:
        """Refuse a run that says nothing, or one that fills the memory."""
        if not FEWEST_DRAWS <= self.draws <= MOST_DRAWS:
            raise RegisterError(f"{self.draws} draws; a run has {FEWEST_DRAWS} to {MOST_DRAWS}")


@dataclass(frozen=True)
class Result:
    """What a run gave, in thousandths of each unit.

    Attributes:
        totals: By party and dimension the loss of each draw, (draws,).
        shares: By party and dimension, by risk, the sum of its losses over all draws.
        digest: SHA-256 over all totals: two nodes that agree on it agree on every draw.
    """

    totals: Mapping[Key, NDArray[np.int64]]
    shares: Mapping[Key, Mapping[str, int]]
    digest: bytes


def run(register: Register, setting: Setting, told: Told | None = None) -> Result:
    """Run a register.

    Raises:
        RegisterError: horizons differ, or the losses are too large to be summed.
    """
    totals = {key: np.zeros(setting.draws, np.int64) for key in register.keys}

    def take(losses: Losses) -> Shares:
        found: Shares = {}
        for risk, key, start, loss in losses:
            totals[key][start : start + loss.size] += loss
            by_risk = found.setdefault(key, {})
            by_risk[risk] = by_risk.get(risk, 0) + int(loss.sum())
        return found

    shares = _sum(register, _spans(register, setting, take, told))
    state = hashlib.sha256()
    for key in register.keys:
        state.update("\x00".join(key).encode() + b"\x01")
        state.update(totals[key].astype("<i8", copy=False).data)
    return Result(totals, shares, state.digest())


def shares_of(register: Register, setting: Setting, chosen: Mapping[Key, NDArray[np.int64]]) -> Shares:
    """Return by party, dimension and risk the sum of losses over chosen draws: the same streams, drawn again.

    Args:
        register: The risks.
        setting: The run.
        chosen: Indexes of draws, rising.
    """

    def take(losses: Losses) -> Shares:
        found: Shares = {}
        for risk, key, start, loss in losses:
            first, last = np.searchsorted(chosen[key], (start, start + loss.size))
            by_risk = found.setdefault(key, {})
            by_risk[risk] = by_risk.get(risk, 0) + int(loss[chosen[key][first:last] - start].sum())
        return found

    return _sum(register, _spans(register, setting, take, None))


def _sum(register: Register, parts: Iterator[Shares]) -> Shares:
    """Add what each span gave: whole numbers, so that their order says nothing."""
    found: Shares = {key: {} for key in register.keys}
    for part in parts:
        for key, by_risk in part.items():
            for risk, loss in by_risk.items():
                found[key][risk] = found[key].get(risk, 0) + loss
    return found


def _spans(
    register: Register, setting: Setting, take: Callable[[Losses], Taken], told: Told | None
) -> Iterator[Taken]:
    """Yield what is taken from each span of draws, in their order."""
    register.horizon  # noqa: B018 - refuses risks of different horizons
    draws, size = Draws(register, setting.seed), setting.draws
    if draws.most * size >= _HIGHEST:
        raise RegisterError("the losses are too large to be summed exactly: choose a larger unit")
    by, starts = _steps(len(register.risks) * size), range(0, size, SPAN)
    pool = ThreadPoolExecutor(min(len(starts), setting.threads or _threads()))
    try:
        taken = pool.map(lambda start: take(draws.span(by, start, min(start + SPAN, size))), starts)
        for start, found in zip(starts, taken, strict=True):
            if told is not None:
                told("draws", min(start + SPAN, size), size)
            yield found
    finally:
        pool.shutdown(cancel_futures=True)


def _threads() -> int:
    """Return how many threads draw."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, MOST_THREADS)


def _steps(size: int) -> Steps:
    """Return the steps of a draw for so many draws times risks."""
    if size < LONG:
        return steps
    from comity.assessment.risk import compiled  # noqa: PLC0415 - loading takes a moment

    return compiled

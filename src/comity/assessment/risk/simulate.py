"""Monte Carlo over a register: whole numbers, in chunks, the same on every node.

In each draw a risk comes about N times within the horizon, and costs N times the impact of one event, for
each party and dimension that it touches (so the events of one draw cost alike: tails are rather too heavy
than too light). Risks of a group share a factor: z = sqrt(rho) m + sqrt(1 - rho) e. Losses are summed over
risks, never over parties or dimensions.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from comity.assessment.risk import steps
from comity.assessment.risk.errors import RegisterError
from comity.assessment.risk.frequency import Counter
from comity.assessment.risk.streams import stream
from comity.assessment.risk.tables import Work, normal, table_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.random import PCG64
    from numpy.typing import NDArray

    from comity.assessment.risk.distributions import Distribution
    from comity.assessment.risk.register import Key, Register, Risk
    from comity.assessment.risk.tables import Table

    Told = Callable[[str, int, int], None]

    class Steps(Protocol):
        """`steps`, or the same in machine code."""

        def counts(
            self,
            bits: NDArray[np.uint64],
            factor: NDArray[np.int64] | None,
            weights: tuple[int, int],
            counter: Counter,
            work: Work,
        ) -> NDArray[np.int64]:
            """Return the number of events of each draw."""

        def losses(
            self, bits: NDArray[np.uint64], events: NDArray[np.int64], table: Table, work: Work
        ) -> NDArray[np.int64]:
            """Return the loss of each draw."""


CHUNK: Final = 1 << 14
"""Draws at once: the arrays of a chunk stay in the cache, and cost nothing to allocate."""
FEWEST_DRAWS: Final = 1000
MOST_DRAWS: Final = 4_000_000
LONG: Final = 8_000_000
"""Draws times risks from which machine code is worth its loading."""
_HIGHEST: Final = 1 << 62


@dataclass(frozen=True)
class Setting:
    """How a run is done: the seed (any text), and the number of draws."""

    seed: str
    draws: int

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


class _Drawn:
    """One risk's tables and streams, read chunk after chunk."""

    def __init__(self, risk: Risk, setting: Setting, rho: float) -> None:
        self.risk = risk
        self._events = stream(setting.seed, "events", risk.slug)
        self._counter = Counter(risk.frequency.thresholds())
        self._weights = weights(rho)
        self._impacts: dict[Key, tuple[Table, PCG64]] = {
            key: (_table(impact), stream(setting.seed, "impact", risk.slug, *key))
            for key, impact in sorted(risk.impacts.items())
        }

    @property
    def most(self) -> int:
        """The largest loss that can be drawn."""
        largest = max((int(table.tail[-1]) for table, _ in self._impacts.values()), default=0)
        return largest * len(self._counter)

    def chunk(
        self, by: Steps, size: int, factor: NDArray[np.int64] | None, work: Work
    ) -> Iterator[tuple[Key, NDArray[np.int64]]]:
        """Yield the losses of the next `size` draws by party and dimension, each valid until the next."""
        events = by.counts(self._events.random_raw(size), factor, self._weights, self._counter, work)
        for key, (table, bits) in self._impacts.items():
            yield key, by.losses(bits.random_raw(size), events, table, work)


def run(register: Register, setting: Setting, told: Told | None = None) -> Result:
    """Run a register.

    Raises:
        RegisterError: horizons differ, or the losses are too large to be summed.
    """
    totals = {key: np.zeros(setting.draws, np.int64) for key in register.keys}
    shares: dict[Key, dict[str, int]] = {key: {} for key in register.keys}
    for risk, key, start, loss in _losses(register, setting, told):
        totals[key][start : start + len(loss)] += loss
        shares[key][risk] = shares[key].get(risk, 0) + int(loss.sum())
    state = hashlib.sha256()
    for key in register.keys:
        state.update("\x00".join(key).encode() + b"\x01" + totals[key].astype("<i8").tobytes())
    return Result(totals, shares, state.digest())


def shares_of(
    register: Register, setting: Setting, chosen: Mapping[Key, NDArray[np.int64]]
) -> dict[Key, dict[str, int]]:
    """Return by party, dimension and risk the sum of losses over chosen draws: the same streams, drawn again.

    Args:
        register: The risks.
        setting: The run.
        chosen: Indexes of draws, rising.
    """
    found: dict[Key, dict[str, int]] = {key: {} for key in chosen}
    for risk, key, start, loss in _losses(register, setting, None):
        first, last = np.searchsorted(chosen[key], (start, start + len(loss)))
        part = int(loss[chosen[key][first:last] - start].sum())
        found[key][risk] = found[key].get(risk, 0) + part
    return found


def _losses(
    register: Register, setting: Setting, told: Told | None
) -> Iterator[tuple[str, Key, int, NDArray[np.int64]]]:
    register.horizon  # noqa: B018 - refuses risks of different horizons
    drawn = [_Drawn(risk, setting, register.loadings.get(risk.group or "", 0.0)) for risk in register.risks]
    if sum(one.most for one in drawn) * setting.draws >= _HIGHEST:
        raise RegisterError("the losses are too large to be summed exactly: choose a larger unit")
    groups = {name: stream(setting.seed, "group", name) for name in sorted(register.loadings)}
    work, by = Work(min(CHUNK, setting.draws)), _steps(len(drawn) * setting.draws)
    for start in range(0, setting.draws, CHUNK):
        size = min(CHUNK, setting.draws - start)
        factors = {name: normal(bits.random_raw(size)) for name, bits in groups.items()}
        for one in drawn:
            for key, loss in one.chunk(by, size, factors.get(one.risk.group or ""), work):
                yield one.risk.slug, key, start, loss
        if told is not None:
            told("draws", start + size, setting.draws)


def _steps(size: int) -> Steps:
    """Return the steps of a draw for so many draws times risks."""
    if size < LONG:
        return steps
    from comity.assessment.risk import compiled  # noqa: PLC0415 - loading takes a moment

    return compiled


@lru_cache(maxsize=256)
def _table(impact: Distribution) -> Table:
    """Return an impact's table; the same one serves treatments and the second pass over a tail."""
    return table_of(impact.quantile)


def weights(rho: float) -> tuple[int, int]:
    """Return sqrt(rho) and sqrt(1 - rho) in steps of 2^-15."""
    one = 1 << steps.WEIGHT_BITS
    return round(math.sqrt(rho) * one), round(math.sqrt(1 - rho) * one)

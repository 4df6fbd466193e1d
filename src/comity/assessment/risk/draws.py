"""The draws of a register, from any place to any other: what they are does not depend on who draws them.

Every stream is read from the place of the draw (`Stream(bits, skipped)`), so that spans of draws are made
one after the other or by several threads at once, to the same integers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Protocol

from comity.assessment.risk import steps
from comity.assessment.risk.frequency import Counter
from comity.assessment.risk.streams import stream
from comity.assessment.risk.tables import Work, table_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy as np
    from numpy.random import PCG64
    from numpy.typing import NDArray

    from comity.assessment.risk.distributions import Distribution
    from comity.assessment.risk.frequency import Frequency
    from comity.assessment.risk.register import Key, Register, Risk
    from comity.assessment.risk.tables import Table

    class Reader(Protocol):
        """A stream, read on from one of its places."""

        def read(self, found: NDArray[np.uint64]) -> NDArray[np.uint64]:
            """Fill an array with the next numbers, and return it."""

    class Steps(Protocol):
        """`steps`, or the same in machine code."""

        def Stream(self, bits: PCG64, skipped: int = 0) -> Reader:  # noqa: N802 - a class of both modules
            """Return a stream from one of its places."""

        def normal(self, bits: NDArray[np.uint64], work: Work) -> NDArray[np.int64]:
            """Return standard normal numbers."""

        def counts(
            self,
            bits: NDArray[np.uint64],
            common: NDArray[np.int64] | None,
            own: int,
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


@dataclass(frozen=True)
class _Drawn:
    """One risk's tables, and its streams from their beginning."""

    risk: Risk
    own: int
    counter: Counter
    events: PCG64
    impacts: Mapping[Key, tuple[Table, PCG64]]


class Draws:
    """Every draw of a register under a seed.

    Args:
        register: The risks.
        seed: Of the run.
    """

    def __init__(self, register: Register, seed: str) -> None:
        self._drawn = [_drawn(risk, seed, register.loadings) for risk in register.risks]
        self._groups = {
            name: (stream(seed, "group", name), weights(rho)[0])
            for name, rho in sorted(register.loadings.items())
        }

    @property
    def most(self) -> int:
        """The largest loss of one draw, over all risks, parties and dimensions."""
        return sum(
            len(one.counter) * max((int(table.tail[-1]) for table, _ in one.impacts.values()), default=0)
            for one in self._drawn
        )

    def span(self, by: Steps, start: int, stop: int) -> Iterator[tuple[str, Key, int, NDArray[np.int64]]]:
        """Yield risk, party and dimension, first draw and losses of the draws `start` to `stop`.

        The losses are valid until the next ones are asked for.
        """
        work = Work(min(CHUNK, stop - start))
        groups = {name: (by.Stream(bits, start), weight) for name, (bits, weight) in self._groups.items()}
        readers = [
            (
                one,
                by.Stream(one.events, start),
                {key: by.Stream(bits, start) for key, (_, bits) in one.impacts.items()},
            )
            for one in self._drawn
        ]
        for first in range(start, stop, CHUNK):
            bits = work.bits[: min(CHUNK, stop - first)]
            common = {
                name: by.normal(reader.read(bits), work) * weight for name, (reader, weight) in groups.items()
            }
            for one, events, impacts in readers:
                shared = None if one.risk.group is None else common[one.risk.group]
                found = by.counts(events.read(bits), shared, one.own, one.counter, work)
                for key, reader in impacts.items():
                    yield (
                        one.risk.slug,
                        key,
                        first,
                        by.losses(reader.read(bits), found, one.impacts[key][0], work),
                    )


def weights(rho: float) -> tuple[int, int]:
    """Return sqrt(rho) and sqrt(1 - rho) in steps of 2^-15."""
    one = 1 << steps.WEIGHT_BITS
    return round(math.sqrt(rho) * one), round(math.sqrt(1 - rho) * one)


def _drawn(risk: Risk, seed: str, loadings: Mapping[str, float]) -> _Drawn:
    return _Drawn(
        risk,
        weights(loadings.get(risk.group or "", 0.0))[1],
        _counter(risk.frequency),
        stream(seed, "events", risk.slug),
        {
            key: (_table(impact), stream(seed, "impact", risk.slug, *key))
            for key, impact in sorted(risk.impacts.items())
        },
    )


@lru_cache(maxsize=256)
def _table(impact: Distribution) -> Table:
    """Return an impact's table; the same one serves treatments and the second pass over a tail."""
    return table_of(impact.quantile)


@lru_cache(maxsize=256)
def _counter(frequency: Frequency) -> Counter:
    """Return a frequency's thresholds, ready to be looked up."""
    return Counter(frequency.thresholds())

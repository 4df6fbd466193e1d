"""Do parties matter? The part between parties, against what drawing the parties by lot gives.

`reassigned` needs the answers themselves, so it is for one who was granted them: all ways to draw panels of
the same sizes where these are few, else seeded draws. `expected` needs summaries only: the mean over all
draws of the squared distances of the parties' means from the pool's, which has a closed form (sampling
without replacement, Cochran 1977, Sampling Techniques, chapter 2); both nodes compute it. `bounds` turns it
into what summaries prove about the share of draws: no less than the actual panels among all that can be
drawn, no more than the mean over the distance (Markov's inequality).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from math import comb, factorial, prod
from typing import TYPE_CHECKING, Final

import numpy as np

from comity.assessment.pools.errors import PoolError
from comity.assessment.pools.summary import placed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from comity.assessment.pools.decompose import Uncertainty
    from comity.assessment.pools.summary import Summary

    Floats = NDArray[np.float64]

METHOD: Final = "reassignment@1"
BOUNDS: Final = "reassignment-bounds@1"
EXPECTED: Final = "reassignment-mean@1"
MOST: Final = 20_000
"""Ways to draw the parties up to which all are tried."""
DRAWS: Final = 9_999
BINS: Final = 20
"""Classes in which the draws are counted, from 0 to the largest."""
LEVELS: Final = (0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
"""Levels at which the distribution over the draws is told."""
EQUAL: Final = 1e-9
_CELLS: Final = 4_000_000


@dataclass(frozen=True)
class Chance:
    """The part between parties among those of drawn parties.

    Attributes:
        observed: Between the parties as they are.
        mean: Over the draws.
        p: Share of draws that give at least as much, the actual one among them.
        draws: How many.
        exact: Whether they are all there are.
        quantiles: Of the draws, at `LEVELS`.
        counts: Draws in each of `BINS` classes of one width.
        width: Of a class.
        method: Name and version of this computation.
    """

    observed: float
    mean: float
    p: float
    draws: int
    exact: bool
    quantiles: tuple[float, ...] = ()
    counts: tuple[int, ...] = ()
    width: float = 0.0
    method: str = METHOD


@dataclass(frozen=True)
class Bounds:
    """What summaries prove of the share of draws that give at least the actual distance.

    Attributes:
        ways: Ways to draw panels of these sizes.
        least: No smaller share can come out, however far apart the parties are.
        most: No larger share can: the mean over the draws, over the distance.
        exact: Whether experts of a party weigh the same; where not, both are those of as many equal voices.
        method: Name and version of this computation.
    """

    ways: int
    least: float
    most: float
    exact: bool
    method: str = BOUNDS


def reassigned(
    distributions: Floats, party: NDArray[np.int64], voices: Floats, uncertainty: Uncertainty, seed: int
) -> Chance:
    """Compare the part between parties with draws of the parties; experts of a party weigh the same.

    Args:
        distributions: Shape (E, C).
        party: Shape (E,): from 0 to P - 1.
        voices: Shape (P,), summing to 1.
        uncertainty: Which.
        seed: Of the draws, where they are not all tried; name it beside the result.
    """
    two, members = len(voices) == 2, int((party == 0).sum())  # noqa: PLR2004 - two parties
    exact = two and comb(len(party), members) <= MOST
    draws = _all(len(party), members) if exact else _drawn(party, seed)
    numbers = np.bincount(party, minlength=len(voices))
    size = max(1, _CELLS // (len(voices) * distributions.shape[1]))
    found = []
    for start in range(0, len(draws), size):
        marks = draws[start : start + size, None, :] == np.arange(len(voices))[None, :, None]
        pools = (marks / numbers[:, None]) @ distributions
        whole = uncertainty.of(np.einsum("p,rpc->rc", voices, pools))
        found.append(whole - uncertainty.of(pools) @ voices)
    values = np.maximum(np.concatenate(found), 0.0)
    # The actual parties are the first of the seeded draws; among all draws they are somewhere.
    marks = party == np.arange(len(voices))[:, None]
    pools = (marks / numbers[:, None]) @ distributions
    observed = max(float(uncertainty.of(voices @ pools) - uncertainty.of(pools) @ voices), 0.0)
    p = float((values >= observed * (1 - 1e-9) - 1e-12).mean())
    return Chance(observed, float(values.mean()), p, len(values), exact, *_distribution(values, observed))


def _distribution(values: Floats, observed: float) -> tuple[tuple[float, ...], tuple[int, ...], float]:
    """Return the quantiles of the draws, how many are in each class, and how wide a class is."""
    largest = max(float(values.max()), observed)
    if largest <= 0:
        return (0.0,) * len(LEVELS), (len(values), *[0] * (BINS - 1)), 0.0
    counts, _ = np.histogram(values, BINS, (0.0, largest))
    quantiles = np.quantile(values, LEVELS, method="inverted_cdf")
    return tuple(quantiles.tolist()), tuple(counts.tolist()), largest / BINS


def _all(experts: int, members: int) -> NDArray[np.int64]:
    """Return every way to draw the first of two parties, shape (R, E)."""
    chosen = np.array(list(combinations(range(experts), members)))
    draws = np.ones((len(chosen), experts), np.int64)
    draws[np.arange(len(chosen))[:, None], chosen] = 0
    return draws


def _drawn(party: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """Return the actual parties, and seeded draws, shape (1 + DRAWS, E)."""
    rng = np.random.Generator(np.random.PCG64(seed))
    return np.concatenate([party[None], rng.permuted(np.tile(party, (DRAWS, 1)), axis=1)])


def expected(summaries: Sequence[Summary], voices: Floats, uncertainty: Uncertainty) -> float:
    """Return how many times the distance between parties is that which drawing them gives in the mean.

    With S the variance (divisor N - 1) between all N experts, the mean over draws of
    sum W_P |m_P - m|^2 is S sum W_P (1 - W_P) / n_P. Exact where a party's experts weigh the same; else n_P
    is the number of equal voices as which they count.

    Returns:
        The ratio; 0 where the experts do not differ at all.
    """
    means = placed(np.stack([one.masses for one in summaries]), uncertainty)
    numbers = np.array([one.effective for one in summaries])
    if len(summaries) != len(voices):
        raise PoolError("every party with a voice gives one summary, and nobody else")
    center = (numbers @ means) / numbers.sum()
    squares = numbers @ (np.array([one.spread for one in summaries]) + ((means - center) ** 2).sum(axis=1))
    variance = squares / (numbers.sum() - 1)
    drawn = variance * (voices * (1 - voices) / numbers).sum()
    actual = voices @ ((means - voices @ means) ** 2).sum(axis=1)
    return float(actual / drawn) if drawn > 0 else 0.0


def bounds(
    experts: Sequence[int], effective: Sequence[float], voices: Sequence[float], times: float
) -> Bounds:
    """Return what summaries prove of the share of draws that give at least as large a distance.

    The actual panels are one of all ways to draw them; two panels of one size and one voice may also be
    exchanged. The share is at most 1 over `times` (Markov's inequality on the draws).

    Args:
        experts: Of each party.
        effective: As how many equal voices they count.
        voices: Of each party.
        times: As `expected` gives it.
    """
    ways, left = 1, sum(experts)
    for number in experts:
        ways, left = ways * comb(left, number), left - number
    kinds = Counter(zip(experts, voices, strict=True))
    same = prod(factorial(count) for count in kinds.values())
    least = same / ways
    most = 1.0 if times <= 1 else max(1 / times, least)
    exact = all(abs(one - other) <= EQUAL * one for one, other in zip(experts, effective, strict=True))
    return Bounds(ways, least, most, exact)

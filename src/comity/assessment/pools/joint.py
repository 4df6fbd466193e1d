"""The joint layer: what both nodes compute from the parties' summaries, and nothing else.

Whatever the number of experts, a party has the voice that the compact gives it. Both nodes sort by party
and add in that order; figures agree to 1e-9, and `same` says where they do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from comity.assessment.pools.advice import advise
from comity.assessment.pools.chance import EXPECTED, expected
from comity.assessment.pools.decompose import TOLERANCE, Parts, Uncertainty
from comity.assessment.pools.errors import PoolError, SumError
from comity.assessment.pools.probability import METHODS, log_odds, median, normal
from comity.assessment.pools.summary import root_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from comity.assessment.pools.advice import Advice
    from comity.assessment.pools.summary import Summary

    Floats = NDArray[np.float64]

METHOD: Final = "joint-linear@1"
LEVELS: Final = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class Joint:
    """One question, jointly.

    Attributes:
        parties: In order.
        voices: Shape (P,), summing to 1.
        masses: Shape (C,): the linear pool.
        parts: Its uncertainty, split.
        times: How many times the mean over drawn parties the distance between the parties is.
        advice: What to do.
        others: Other pools of a probability, by `method@version`.
        quantiles: Of the pool of a quantity, at `LEVELS`; empty otherwise.
        inputs: Root of the summaries, hexadecimal.
        method: Name and version of this computation.
    """

    parties: tuple[str, ...]
    voices: Floats
    masses: Floats
    parts: Parts
    times: float
    advice: Advice
    others: Mapping[str, float]
    quantiles: tuple[float, ...]
    inputs: str
    method: str = METHOD

    def told(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "method": self.method,
            "inputs": self.inputs,
            "voices": {party: float(voice) for party, voice in zip(self.parties, self.voices, strict=True)},
            "masses": self.masses.tolist(),
            "quantiles": list(self.quantiles),
            "other_pools": dict(self.others),
            "parts": {
                "method": self.parts.method,
                "unit": self.parts.unit,
                "total": self.parts.total,
                "within": self.parts.within,
                "experts": self.parts.experts,
                "parties": self.parts.parties,
            },
            "chance": {"method": EXPECTED, "times": self.times},
            "advice": {
                "method": self.advice.method,
                "word": self.advice.word,
                "divisive": self.advice.divisive,
                "reason": self.advice.reason,
            },
        }


def joint(summaries: Iterable[Summary], voices: Mapping[str, float], uncertainty: Uncertainty) -> Joint:
    """Compute the joint layer.

    Args:
        summaries: One of each party that has a voice.
        voices: The parties' weights by the compact; equal ones for equal voice.
        uncertainty: The grid of the question, or none for categories.

    Raises:
        PoolError: a party is missing, twice, or without a voice.
        SumError: a summary contradicts itself.
    """
    ordered = sorted(summaries, key=lambda one: one.party)
    parties = tuple(one.party for one in ordered)
    if sorted(voices) != list(parties):
        raise PoolError(
            f"summaries of {', '.join(parties) or 'nobody'}; voices have {', '.join(sorted(voices))}"
        )
    cells = len(ordered[0].masses) if uncertainty.grid is None else uncertainty.grid.cells
    if any(len(one.masses) != cells for one in ordered):
        raise PoolError("the summaries are on different grids")
    held = normal(np.array([voices[party] for party in parties], float))
    own = np.stack([one.masses for one in ordered])
    parts = _parts(ordered, held, uncertainty)
    times = expected(ordered, held, uncertainty)
    pool = held @ own
    return Joint(
        parties=parties,
        voices=held,
        masses=pool,
        parts=parts,
        times=times,
        advice=advise(parts, times),
        others=_others(ordered, held),
        quantiles=tuple(uncertainty.grid.quantiles(LEVELS, pool).tolist()) if uncertainty.grid else (),
        inputs=root_of(ordered),
    )


def _parts(ordered: list[Summary], voices: Floats, uncertainty: Uncertainty) -> Parts:
    own, within = np.stack([one.masses for one in ordered]), np.array([one.within for one in ordered])
    of_parties, total = uncertainty.of(own), float(uncertainty.of(voices @ own))
    for one, most in zip(ordered, of_parties, strict=True):
        if one.within > most + TOLERANCE * uncertainty.scale:
            raise SumError(
                f"{one.party}: answers are told to be wider ({one.within:g}) than their pool ({most:g})"
            )
    experts, between = float(voices @ (of_parties - within)), total - float(voices @ of_parties)
    return Parts(total, float(voices @ within), experts, between, uncertainty.unit, uncertainty.scale)


def _others(ordered: list[Summary], voices: Floats) -> dict[str, float]:
    """Return the parties' medians and log-odds pools, pooled in the same way again."""
    medians, odds = [one.median for one in ordered], [one.log_odds for one in ordered]
    if None in medians or None in odds:
        return {}
    return {
        METHODS["median"]: float(median([value for value in medians if value is not None], voices)),
        METHODS["log_odds"]: float(log_odds([value for value in odds if value is not None], voices)),
    }


def same(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Return where two nodes' results differ: by more than 1e-9 in a number, at all in anything else."""
    return list(_differences(one, other, ""))


def _differences(one: Any, other: Any, place: str) -> Iterable[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other}):
            yield from _differences(one.get(key), other.get(key), f"{place}.{key}".lstrip("."))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for at, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from _differences(left, right, f"{place}[{at}]")
    elif isinstance(one, float) and isinstance(other, float):
        if not abs(one - other) <= TOLERANCE * max(1.0, abs(one)):
            yield place
    elif one != other:
        yield place

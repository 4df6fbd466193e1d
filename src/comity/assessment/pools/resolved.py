"""A question resolves: proper scores of the answers that were sealed before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from comity.assessment.pools import proper
from comity.assessment.pools.errors import PoolError
from comity.record.canonical import encode
from comity.record.merkle import root

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from comity.assessment.pools.distributions import Grid

    Floats = NDArray[np.float64]

Score = Literal["brier", "log", "crps"]

METHOD: Final = "score-sealed@1"


@dataclass(frozen=True)
class Sealed:
    """One sealed answer, or a pool of sealed answers.

    Attributes:
        name: Whose: a pseudonym, or the `method@version` of a pool.
        sealed_at: Milliseconds UTC.
        masses: Shape (C,): no and yes of an event, or the cells of a grid.
    """

    name: str
    sealed_at: int
    masses: Floats


@dataclass(frozen=True)
class Resolved:
    """The scores of one question.

    Attributes:
        scores: By score, then by name; less is better.
        late: Who sealed too late, and is not scored.
        inputs: Root of answers, outcome and time of resolution, hexadecimal.
        methods: Of each score.
        method: Name and version of this computation.
    """

    scores: Mapping[Score, Mapping[str, float]]
    late: tuple[str, ...]
    inputs: str
    methods: Mapping[Score, str]
    method: str = METHOD


def resolve(
    answers: Sequence[Sealed], outcome: float, resolved_at: int, grid: Grid | None = None
) -> Resolved:
    """Score the answers that were sealed before the resolution.

    Args:
        answers: Those there are.
        outcome: 0 or 1 of an event; in the unit of the question for a quantity.
        resolved_at: Milliseconds UTC.
        grid: Of a quantity; None for an event.

    Raises:
        PoolError: two answers of one name, or an outcome that is none.
    """
    if len({one.name for one in answers}) != len(answers):
        raise PoolError("two answers have one name")
    early = proper.scorable([one.sealed_at for one in answers], resolved_at)
    scored = [one for one, counts in zip(answers, early, strict=True) if counts]
    found: dict[Score, Mapping[str, float]] = {}
    if scored:
        names, masses = [one.name for one in scored], np.stack([one.masses for one in scored])
        for score, values in _scores(masses, outcome, grid).items():
            found[score] = dict(zip(names, values.tolist(), strict=True))
    return Resolved(
        scores=found,
        late=tuple(one.name for one, counts in zip(answers, early, strict=True) if not counts),
        inputs=_root(answers, outcome, resolved_at),
        methods={score: proper.METHODS[score] for score in found},
    )


def _scores(masses: Floats, outcome: float, grid: Grid | None) -> dict[Score, Floats]:
    if grid is not None:
        return {"crps": proper.crps(grid, masses, outcome)}
    given = masses[:, 1]
    return {"brier": proper.brier(given, outcome), "log": proper.logarithmic(given, outcome)}


def _root(answers: Sequence[Sealed], outcome: float, resolved_at: int) -> str:
    leaves = [encode(["outcome", repr(float(outcome)), resolved_at])]
    leaves += [
        encode(["answer", one.name, one.sealed_at, *map(repr, one.masses.tolist())]) for one in answers
    ]
    return root(sorted(leaves)).hex()

"""The inner layer: from the answers themselves, at home or by one who was granted them.

It gives what the summaries cannot: whether drawing the parties by lot gives as large a part between them. The
draws are seeded by the root of the answers, so that whoever has the same answers draws the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from comity.assessment.pools.advice import advise
from comity.assessment.pools.chance import reassigned
from comity.assessment.pools.decompose import decompose
from comity.assessment.pools.errors import PoolError
from comity.assessment.pools.probability import normal
from comity.record.canonical import encode
from comity.record.merkle import root

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from comity.assessment.pools.advice import Advice
    from comity.assessment.pools.chance import Chance
    from comity.assessment.pools.decompose import Parts, Uncertainty

    Floats = NDArray[np.float64]

METHOD: Final = "inner-layer@1"


@dataclass(frozen=True)
class Answer:
    """One expert's answer to the question.

    Attributes:
        party: Whose expert.
        expert: The pseudonym.
        masses: Shape (C,): the distribution.
    """

    party: str
    expert: str
    masses: Floats


@dataclass(frozen=True)
class Inner:
    """One question, from its answers; experts of a party weigh the same.

    Attributes:
        parts: The uncertainty of the pool, split.
        chance: The part between the parties, against drawn parties.
        advice: What to do.
        inputs: Root of the answers, hexadecimal; its first 8 bytes seed the draws.
        method: Name and version of this computation.
    """

    parts: Parts
    chance: Chance
    advice: Advice
    inputs: str
    method: str = METHOD


def inner(answers: Sequence[Answer], voices: Mapping[str, float], uncertainty: Uncertainty) -> Inner:
    """Compute the inner layer.

    Args:
        answers: Of all experts of all parties, in any order.
        voices: The parties' weights by the compact.
        uncertainty: The grid of the question, or none for categories.

    Raises:
        PoolError: a party has no answers or no voice, or an expert answers twice.
    """
    ordered = sorted(answers, key=lambda one: (one.party, one.expert))
    names = sorted(voices)
    if sorted({one.party for one in ordered}) != names:
        raise PoolError(f"answers and voices must be of the same parties: {', '.join(names)}")
    if len({(one.party, one.expert) for one in ordered}) != len(ordered):
        raise PoolError("an expert answers twice")
    masses = np.stack([one.masses for one in ordered])
    party = np.array([names.index(one.party) for one in ordered])
    held = normal(np.array([voices[name] for name in names], float))
    inputs = root_of(ordered)
    parts = decompose(masses, party, held, uncertainty)
    chance = reassigned(masses, party, held, uncertainty, seed=int(inputs[:16], 16))
    return Inner(parts, chance, advise(parts, chance), inputs)


def root_of(answers: Sequence[Answer]) -> str:
    """Return the root over the answers, hexadecimal; their order does not matter."""
    leaves = [encode([one.party, one.expert, *map(repr, one.masses.tolist())]) for one in answers]
    return root(sorted(leaves)).hex()

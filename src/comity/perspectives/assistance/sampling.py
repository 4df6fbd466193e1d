"""Calibration on this corpus: a random sample that people code, and what the model's scores are on it.

The guarantee of `conformal` carries over to passages that are exchangeable with the calibration ones. Drawn
at random, without replacement, from the candidates that assistance would show, coded passages are
exchangeable with the rest of them. Passages that take no side have no place in a choice between two sides:
they are counted, and the level then speaks of passages that do take one.
"""

from __future__ import annotations

import base64
import hashlib
import json
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from comity.perspectives.assistance.errors import AssistanceInputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

NEEDED: Final = 100
"""Coded passages of a sample from which on calibration is that of this corpus."""
METHOD: Final = "sample of candidates/1"

Place = tuple[str, str, int, int]
"""Proposition, work, first code point, one past the last."""


@dataclass(frozen=True)
class Drawing:
    """What was drawn, from how many, and the digest of all that it was drawn from."""

    items: tuple[Place, ...]
    population: int
    population_digest: str


@dataclass(frozen=True)
class Coding:
    """How far people have coded a sample.

    Attributes:
        drawn: How many passages the sample has.
        sides: For a passage that one side is taken in: 1 supports, 0 undermines.
        without_side: Coded passages that take no side, or are not about the proposition.
        apart: Passages that people coded on opposite sides; they do not calibrate.
    """

    drawn: int
    sides: dict[Place, int] = field(default_factory=dict)
    without_side: int = 0
    apart: int = 0

    @property
    def coded(self) -> int:
        """How many passages of the sample are coded."""
        return len(self.sides) + self.without_side + self.apart

    @property
    def enough(self) -> bool:
        """Whether the sample calibrates: all of it is coded, and it is large enough."""
        return self.drawn >= NEEDED and self.coded >= self.drawn


def draw(population: Iterable[Place], size: int, seed: int) -> Drawing:
    """Return a random sample, the same for the same population and seed.

    Raises:
        AssistanceInputError: the population is smaller than the sample.
    """
    ordered = sorted(set(population))
    if size > len(ordered):
        raise AssistanceInputError(f"there are {len(ordered)} candidates, fewer than the {size} to be drawn")
    listed = json.dumps(ordered, ensure_ascii=False, separators=(",", ":")).encode()
    digest = base64.b64encode(hashlib.sha256(listed).digest()).decode("ascii")
    drawn = random.Random(seed).sample(ordered, size)  # noqa: S311 - recorded, so that anybody can redraw
    return Drawing(tuple(drawn), len(ordered), digest)


def coding(sample: Sequence[Place], statements: Iterable[Mapping[str, Any]]) -> Coding:
    """Return how far a sample is coded by statements, given as the fields of their records."""
    stances: dict[Place, set[Any]] = {place: set() for place in sample}
    for fields in statements:
        locator = fields["cite"].get("locator")
        if locator is None:
            continue
        place = (fields["proposition"], fields["cite"]["work"], locator["start"], locator["end"])
        if place in stances:
            stances[place].add(_side(fields["stance"]))
    apart = [place for place, found in stances.items() if {0, 1} <= found]
    sides = {place: int(1 in found) for place, found in stances.items() if len(found & {0, 1}) == 1}
    neither = [place for place, found in stances.items() if found == {None}]
    return Coding(len(sample), sides, len(neither), len(apart))


def _side(stance: Any) -> int | None:
    """Return 1 for a stance that affirms, 0 for one that rejects, None for every other coding."""
    if isinstance(stance, int) and stance:
        return int(stance > 0)
    return None

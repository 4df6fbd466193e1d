"""Packages: one option for each issue; a side's values of them, additive over the issues.

u(package) = min(1, sum over issues of weight x evaluation), evaluations between 0 and 1, summed in the
order of the issues. Utilities are kept as integers on a grid of 10^-12, so that two packages are worth the
same exactly when they are equal there, whatever the last bit of a floating-point sum was.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Final

import numpy as np

from comity.assessment.position.errors import PackagesError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

GRID: Final = 10**12
"""Steps of the grid of utilities in 1."""
MOST: Final = 200_000_000
"""Packages beyond which a domain is refused."""
CHUNK: Final = 1 << 19
"""Packages that are valued at once."""


@dataclass(frozen=True)
class Issue:
    """What is to be settled, and the ways to settle it."""

    name: str
    options: tuple[str, ...]


@dataclass(frozen=True)
class Domain:
    """Issues; a package takes one option of each."""

    name: str
    issues: tuple[Issue, ...]

    def __post_init__(self) -> None:
        """Refuse what has no package, or more than can be looked at."""
        if not self.issues or not all(issue.options for issue in self.issues):
            raise PackagesError("a domain has an issue at least, and each issue an option")
        check_size(self.issues)

    @property
    def size(self) -> int:
        """How many packages there are."""
        return prod(len(issue.options) for issue in self.issues)


def check_size(issues: Sequence[Issue]) -> None:
    """Refuse issues that make more packages than are looked at.

    Raises:
        PackagesError: they do.
    """
    size = prod(len(issue.options) for issue in issues)
    if size > MOST:
        raise PackagesError(f"{size} packages; at most {MOST} are looked at")


@dataclass(frozen=True)
class Profile:
    """What options are worth to one side.

    Attributes:
        weights: One for each issue.
        values: For each issue an array (options,) of evaluations in 0..1.
        reservation: Utility of no agreement; None where none is given, which counts as 0.
        discount: Discount factor of the file, 1 where none is given; reported, never applied.
    """

    weights: tuple[float, ...]
    values: tuple[NDArray[np.float64], ...]
    reservation: float | None = None
    discount: float = 1.0

    def __post_init__(self) -> None:
        """Refuse numbers that are none."""
        numbers = [
            np.asarray(self.weights),
            *self.values,
            np.asarray([self.reservation or 0.0, self.discount]),
        ]
        if not all(np.isfinite(part).all() for part in numbers):
            raise PackagesError("a weight, an evaluation, a reservation or a discount is not a finite number")


def on_grid(value: float) -> int:
    """Return a utility as an integer on the grid."""
    return round(value * GRID)


def off_grid(step: int) -> float:
    """Return a utility of the grid as a number."""
    return step / GRID


def utilities(domain: Domain, profile: Profile) -> Iterator[NDArray[np.int64]]:
    """Yield the utilities of all packages on the grid, in chunks, the last issue running fastest.

    Raises:
        PackagesError: the profile is not one of this domain.
    """
    sizes = [len(issue.options) for issue in domain.issues]
    if [len(part) for part in profile.values] != sizes or len(profile.weights) != len(sizes):
        raise PackagesError("the profile has other issues or options than the domain")
    terms = [weight * part for weight, part in zip(profile.weights, profile.values, strict=True)]
    tail = len(sizes)
    while tail > 1 and prod(sizes[tail - 1 :]) <= CHUNK:
        tail -= 1
    block = max(1, CHUNK // prod(sizes[tail:]))
    for head in _heads(terms[:tail], block):
        found = head
        for term in terms[tail:]:
            found = (found[:, None] + term).ravel()
        yield np.rint(np.minimum(found, 1.0) * GRID).astype(np.int64)


def _heads(terms: list[NDArray[np.float64]], block: int) -> Iterator[NDArray[np.float64]]:
    """Yield the sums over the leading issues, `block` of them at a time."""
    sizes = tuple(len(term) for term in terms)
    count = prod(sizes)
    for start in range(0, count, block):
        places = np.unravel_index(np.arange(start, min(start + block, count)), sizes)
        found = np.zeros(len(places[0]))
        for term, place in zip(terms, places, strict=True):
            found = found + term[place]
        yield found

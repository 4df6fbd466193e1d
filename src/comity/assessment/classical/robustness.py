"""How much the optimised decision maker hangs on single experts or seeds: leave some out, and judge again.

Every choice of up to `most` that are left out is one row of a batch. Without an expert the ranges of the
items are those of the others; without a seed they stay (Cooke 1991, 12.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from comity.assessment.classical import optimise
from comity.assessment.classical.inputs import root_of
from comity.assessment.classical.scale import scaled
from comity.assessment.classical.study import StudyError
from comity.assessment.classical.weighing import Choices, weigh

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from comity.assessment.classical.optimise import Best, Convention
    from comity.assessment.classical.scale import Scaled
    from comity.assessment.classical.study import Floats, Study

METHOD: Final = "cooke-leave-out@1"
MOST_ROWS: Final = 20_000
"""Choices that are judged at most."""
_CELLS: Final = 2_000_000
"""Heights of decision makers that are held at once."""

Of = Literal["experts", "seeds"]
KINDS: Final[tuple[Of, ...]] = ("experts", "seeds")


@dataclass(frozen=True)
class Robustness:
    """The optimised decision maker, with some experts or seeds left out.

    Attributes:
        left: For each row, the names that are left out; the first row leaves out none.
        alpha: Shape (R,): the cut-off; NaN where no cut-off gives a decision maker.
        calibration, information_seeds: Shape (R,).
        inputs: Root of the study, hexadecimal.
        method: Name and version of this computation.
    """

    left: tuple[tuple[str, ...], ...]
    alpha: Floats
    calibration: Floats
    information_seeds: Floats
    inputs: str
    method: str = METHOD


def leave_out(study: Study, of: Of, most: int = 2, convention: Convention = "eligible") -> Robustness:
    """Judge a panel again for each choice of up to `most` that are left out; at least one stays.

    Raises:
        StudyError: there are more than `MOST_ROWS` choices.
    """
    put = scaled(study)
    places = np.flatnonzero(put.seeds) if of == "seeds" else np.arange(len(study.experts))
    most = min(most, len(places) - 1)
    if most < 0:
        raise StudyError(f"there are no {of} to leave out")
    if sum(comb(len(places), size) for size in range(most + 1)) > MOST_ROWS:
        raise StudyError(f"up to {most} of {len(places)} {of} are more than {MOST_ROWS} choices")
    left = [one for size in range(most + 1) for one in combinations(places.tolist(), size)]
    names = study.items if of == "seeds" else study.experts
    found = [optimise.best(put, weigh(put, part), put.seeds, convention) for part in _parts(put, left, of)]
    return Robustness(
        tuple(tuple(names[place] for place in one) for one in left),
        _joined(found, "alpha"),
        _joined(found, "calibration"),
        _joined(found, "information_seeds"),
        root_of(study),
    )


def _parts(put: Scaled, left: list[tuple[int, ...]], of: Of) -> Iterator[Choices]:
    """Yield the choices, as many at once as memory is meant for."""
    experts, _, levels = put.quantiles.shape
    size = max(1, _CELLS // (int(put.seeds.sum()) * experts * (experts * levels + 2)))
    for start in range(0, len(left), size):
        part = left[start : start + size]
        seeds = np.repeat(put.seeds[None], len(part), axis=0)
        kept = np.ones((len(part), experts), bool)
        _drop(seeds if of == "seeds" else kept, part)
        yield Choices(seeds, kept)


def _drop(marks: NDArray[np.bool_], left: list[tuple[int, ...]]) -> None:
    for row, places in enumerate(left):
        marks[row, list(places)] = False


def _joined(found: list[Best], name: Literal["alpha", "calibration", "information_seeds"]) -> Floats:
    return np.concatenate([getattr(one, name) for one in found])

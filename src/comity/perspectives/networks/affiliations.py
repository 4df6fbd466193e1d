"""The affiliation tensor A[level, actor, concept]: how often an actor took a level of agreement on a concept.

Leifeld 2017, "Discourse Network Analysis" (Oxford Handbook of Political Networks), section on affiliation
networks, and Leifeld, Gruber & Bossner 2019, "Discourse Network Analyzer Manual", section 4: a statement is
(actor, concept, agreement), an actor repeats itself, and duplicates may be counted once in a unit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from comity.perspectives.networks.errors import NetworkError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Integers = NDArray[np.integer[Any]]
    Floats = NDArray[np.float64]

AGREEMENT: Final = (0.0, 1.0)
"""The two levels of a yes-or-no qualifier: disagrees, agrees."""
CELLS: Final = 200_000_000
"""Cells of a tensor beyond which it is refused: 1.6 GB of numbers."""
_WIDEST: Final = 1 << 62


@dataclass(frozen=True)
class Affiliations:
    """The tensor and what its levels mean.

    Attributes:
        counts: Shape (levels, actors, concepts), float64, whole numbers unless statements were weighted.
        levels: Value of every level, rising, shape (levels,).
    """

    counts: Floats
    levels: Floats = field(default_factory=lambda: np.array(AGREEMENT))

    @property
    def activity(self) -> Floats:
        """Return nᵢ: statements of each actor, shape (actors,)."""
        return np.asarray(self.counts.sum(axis=(0, 2)))

    @property
    def prominence(self) -> Floats:
        """Return the statements on each concept, shape (concepts,)."""
        return np.asarray(self.counts.sum(axis=(0, 1)))


def affiliations(
    actor: ArrayLike,
    concept: ArrayLike,
    level: ArrayLike,
    *,
    shape: tuple[int, int] | None = None,
    levels: ArrayLike = AGREEMENT,
    once_per: ArrayLike | None = None,
) -> Affiliations:
    """Count statements into the tensor.

    Args:
        actor: Number of the actor of each statement, shape (n,), from 0.
        concept: Number of the concept, shape (n,), from 0.
        level: Number of the level of agreement, shape (n,): an index into `levels`.
        shape: How many actors and concepts there are; by default as many as occur.
        levels: Value of every level, rising; the default is disagrees and agrees.
        once_per: Number of the unit (a document, a week, a window) inside which the same statement of the
            same actor counts once, shape (n,); by default every statement counts.

    Raises:
        NetworkError: arrays of different lengths, a number outside its range, or too large a tensor.
    """
    values = np.asarray(levels, dtype=np.float64)
    columns = [np.asarray(column) for column in (level, actor, concept)]
    if values.ndim != 1 or len(values) < 1 or (np.diff(values) <= 0).any():
        raise NetworkError("levels must be rising numbers")
    actors, concepts = shape or (_size(columns[1]), _size(columns[2]))
    sizes = (len(values), actors, concepts)
    if sizes[0] * actors * concepts > CELLS:
        raise NetworkError(f"{sizes[0]} levels of {actors} actors by {concepts} concepts are too many cells")
    cell: Integers = np.zeros(columns[0].shape, dtype=np.int64)
    for name, column, size in zip(("level", "actor", "concept"), columns, sizes, strict=True):
        if column.ndim != 1 or column.shape != cell.shape:
            raise NetworkError("level, actor and concept must be of one length")
        if len(column) and (column.dtype.kind not in "iu" or column.min() < 0 or column.max() >= size):
            raise NetworkError(f"{name}: not a whole number from 0 to {size - 1}")
        cell = cell * size + column.astype(np.int64, copy=False)
    if once_per is not None:
        cell = _once(cell, np.asarray(once_per), sizes[0] * actors * concepts)
    counts = np.bincount(cell, minlength=sizes[0] * actors * concepts).astype(np.float64)
    return Affiliations(counts.reshape(sizes), values)


def two_mode(
    tensor: Affiliations,
    method: Literal["ignore", "subtract"] = "ignore",
    norm: Literal["none", "activity", "prominence"] = "none",
) -> Floats:
    """Return the two-mode network of actors and concepts, shape (actors, concepts).

    `ignore` counts statements whatever their level; `subtract` counts agreement as +1 and disagreement as
    -1, and levels between them in proportion. `activity` divides by what the actor said in all, `prominence`
    by what was said on the concept in all (Leifeld et al. 2019, section 4.2).

    Raises:
        NetworkError: the method or the norm is none of these.
    """
    if method == "ignore":
        found = tensor.counts.sum(axis=0)
    elif method == "subtract":
        low, high = tensor.levels[0], tensor.levels[-1]
        signs = 2 * (tensor.levels - low) / (high - low) - 1 if high > low else np.ones(1)
        found = np.tensordot(signs, tensor.counts, axes=1)
    else:
        raise NetworkError(f"{method!r} is not a two-mode method: ignore, subtract")
    if norm == "activity":
        return _divided(found, tensor.activity[:, None])
    if norm == "prominence":
        return _divided(found, tensor.prominence[None, :])
    if norm != "none":
        raise NetworkError(f"{norm!r} is not a two-mode norm: none, activity, prominence")
    return np.asarray(found, dtype=np.float64)


def _once(cell: Integers, unit: Integers, cells: int) -> Integers:
    """Return the cells of the statements that differ in cell or unit."""
    if unit.shape != cell.shape or (len(unit) and unit.dtype.kind not in "iu"):
        raise NetworkError("once_per must hold a whole number for each statement")
    if not len(unit):
        return cell
    low, high = int(unit.min()), int(unit.max())
    if (high - low + 1) * cells < _WIDEST:
        numbers = (unit - unit.dtype.type(low)).astype(np.int64)
    else:
        numbers = np.unique(unit, return_inverse=True)[1].astype(np.int64)
    return np.asarray(distinct(numbers * cells + cell) % cells)


def distinct(values: Integers) -> Integers:
    """Return the values that differ, sorted: by one sort, many times faster here than by numpy's hashing."""
    found = np.sort(values)
    first = np.ones(len(found), dtype=bool)
    np.not_equal(found[1:], found[:-1], out=first[1:])
    return np.asarray(found[first])


def _divided(value: Floats, by: Floats) -> Floats:
    """Return `value / by`, and 0 where nothing was said."""
    found = np.zeros(np.broadcast_shapes(value.shape, by.shape))
    np.divide(value, by, out=found, where=by != 0)
    return found


def _size(column: Integers) -> int:
    return int(column.max()) + 1 if column.size and column.dtype.kind in "iu" else 0

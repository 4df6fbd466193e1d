"""One-mode networks of actors: congruence, conflict, their difference, and four ways to normalise them.

With A[i, j, k] how often actor i took level k on concept j, and w(k, k') = 1 - |k - k'| / range:

    congruence(i, i') = Σⱼ Σₖ Σₖ' w(k, k') A[i, j, k] A[i', j, k']
    conflict(i, i')   = Σⱼ Σₖ Σₖ' (1 - w(k, k')) A[i, j, k] A[i', j, k']
    subtract          = congruence - conflict

For two levels w is the identity, and these are the published ones (Leifeld et al. 2019, "Discourse Network
Analyzer Manual", section 4.1; Leifeld 2017). `ignore` takes w = 1. With nᵢ = Σⱼ Σₖ A[i, j, k], a value v is

    average     v / ((nᵢ + nᵢ') / 2)
    jaccard     v / (nᵢ + nᵢ' - v)
    cosine      v / (‖Aᵢ‖₂ ‖Aᵢ'‖₂)
    dna_cosine  v / (nᵢ nᵢ'), which that program calls cosine: it divides by counts and not by lengths

and for `subtract` the difference of the two normalised parts. The diagonal is 0: an actor has no tie to
itself. Where the divisor is 0 nothing was said, and the value is 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from comity.perspectives.networks.affiliations import AGREEMENT, Affiliations, affiliations
from comity.perspectives.networks.errors import NetworkError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from comity.perspectives.networks.affiliations import Floats

Method = Literal["ignore", "congruence", "conflict", "subtract"]
Norm = Literal["none", "average", "jaccard", "cosine", "dna_cosine"]

METHODS: Final = ("ignore", "congruence", "conflict", "subtract")
NORMS: Final = ("none", "average", "jaccard", "cosine", "dna_cosine")
EXACT: Final = 2.0**24
"""Whole numbers below this are exact in single precision (IEEE 754), which multiplies twice as fast."""
_TWO: Final = 2


def congruence(
    actor: ArrayLike,
    concept: ArrayLike,
    agreement: ArrayLike,
    *,
    method: Method = "congruence",
    norm: Norm = "none",
    shape: tuple[int, int] | None = None,
    levels: ArrayLike = AGREEMENT,
    once_per: ArrayLike | None = None,
) -> Floats:
    """Return the network of actors, shape (actors, actors), from statements as arrays of numbers.

    Args:
        actor: Number of the actor of each statement, shape (n,), from 0.
        concept: Number of the concept, shape (n,), from 0.
        agreement: Number of the level of agreement, shape (n,): 0 disagrees, 1 agrees, or into `levels`.
        method: What two statements on one concept add.
        norm: By what it is divided.
        shape: How many actors and concepts there are.
        levels: Value of every level, rising.
        once_per: Unit inside which a repeated statement counts once, shape (n,).

    Raises:
        NetworkError: arrays that do not fit, or a choice that is none.
    """
    tensor = affiliations(actor, concept, agreement, shape=shape, levels=levels, once_per=once_per)
    return one_mode(tensor, method, norm)


def one_mode(tensor: Affiliations, method: Method = "congruence", norm: Norm = "none") -> Floats:
    """Return the network of actors of an affiliation tensor, symmetric, with a diagonal of 0.

    Raises:
        NetworkError: the method or the norm is none.
    """
    if method not in METHODS or norm not in NORMS:
        raise NetworkError(f"{method!r} by {norm!r}: methods are {METHODS}, norms are {NORMS}")
    if method == "ignore":
        found = _normalised(_all_pairs(tensor), tensor, norm)
    elif method == "congruence":
        found = _normalised(_congruence(tensor), tensor, norm)
    else:
        same = _congruence(tensor)
        opposed = _all_pairs(tensor) - same
        found = _normalised(opposed, tensor, norm)
        if method == "subtract":
            found = _normalised(same, tensor, norm) - found
    np.fill_diagonal(found, 0.0)
    return found


def _congruence(tensor: Affiliations) -> Floats:
    """Sum over the cuts between levels: two levels are as far apart as the cuts between them are wide.

    1 - |k - k'| / range = Σ over cuts c of (width of c / range) · [k and k' are on one side of c], so that
    whole numbers are multiplied and the only division comes last: a divisor that is 0 is found to be 0.
    """
    span = float(tensor.levels[-1] - tensor.levels[0])
    if not span:
        return _all_pairs(tensor)
    levels, actors, concepts = tensor.counts.shape
    if levels == _TWO:  # one cut, as wide as the range
        return _gram(tensor.counts.transpose(1, 0, 2).reshape(actors, 2 * concepts))
    found = np.zeros((actors, actors))
    for cut in range(1, levels):
        sides = np.stack([tensor.counts[:cut].sum(axis=0), tensor.counts[cut:].sum(axis=0)], axis=1)
        product = _gram(sides.reshape(actors, 2 * concepts))
        product *= float(tensor.levels[cut] - tensor.levels[cut - 1])
        found += product
    found /= span
    return found


def _all_pairs(tensor: Affiliations) -> Floats:
    return _gram(tensor.counts.sum(axis=0))


def _gram(rows: Floats) -> Floats:
    """Return rows · rowsᵀ; whole numbers whose sums stay small go in single precision, without an error."""
    if rows.size and float(rows.sum(axis=1).max()) ** 2 < EXACT:
        narrow: NDArray[np.float32] = rows.astype(np.float32)
        return (narrow @ narrow.T).astype(np.float64)
    return np.asarray(rows @ rows.T)


def _normalised(value: Floats, tensor: Affiliations, norm: Norm) -> Floats:
    """Return `value` divided; a divisor that is 0 gives 0."""
    if norm == "none":
        return value
    said = tensor.activity
    if norm == "jaccard":
        divisor = said[:, None] + said[None, :] - value
        found = np.zeros_like(value)
        np.divide(value, divisor, out=found, where=divisor != 0)
        return found
    if norm == "cosine":
        size = np.sqrt(np.einsum("kij,kij->i", tensor.counts, tensor.counts))
    else:
        size = said / 2 if norm == "average" else said
    size = np.where(size > 0, size, 1.0)  # who said nothing has no tie, whatever it is divided by
    divisor = np.add.outer(size, size) if norm == "average" else np.multiply.outer(size, size)
    return np.divide(value, divisor, out=divisor)

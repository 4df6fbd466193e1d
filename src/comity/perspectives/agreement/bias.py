"""Own-side bias: whether the coders of a side read a holder higher than the coders of the other side do.

Only units in which both sides gave a stance count: the mean stance of one side's coders less that of the
other's, unit by unit, averaged over the units of a holder. Documents are resampled for the interval. A
difference is of codings, and says nothing of any coder.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from comity.perspectives.agreement.bootstrap import Interval, by_document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.perspectives.agreement.units import Unit


@dataclass(frozen=True)
class Bias:
    """How much higher side `one` reads `holder` than side `other` does, in steps of stance."""

    holder: str
    one: str
    other: str
    difference: float
    interval: Interval | None
    units: int
    documents: int


def bias(units: Sequence[Unit], seed: str) -> list[Bias]:
    """Return the mean difference of each two sides, by holder; a holder that only one side coded is out."""
    parties = sorted({coding.party for unit in units for coding in unit.codings.values()})
    holders = sorted({unit.holder for unit in units})
    found = [
        _difference(units, holder, one, other, seed)
        for holder in holders
        for one, other in combinations(parties, 2)
    ]
    return [item for item in found if item is not None]


def _difference(units: Sequence[Unit], holder: str, one: str, other: str, seed: str) -> Bias | None:
    rows = []
    for unit in units:
        ours, theirs = _mean(unit, one), _mean(unit, other)
        if unit.holder == holder and ours is not None and theirs is not None:
            rows.append((unit.span.document, ours - theirs))
    if not rows:
        return None
    documents = [document for document, _ in rows]
    values = np.array([value for _, value in rows])
    return Bias(
        holder=holder,
        one=one,
        other=other,
        difference=float(values.mean()),
        interval=by_document(
            documents, lambda at: float(values[at].mean()), seed=(seed, "bias", holder, one, other)
        ),
        units=len(rows),
        documents=len(set(documents)),
    )


def _mean(unit: Unit, party: str) -> float | None:
    stances = [
        coding.stance
        for coding in unit.codings.values()
        if coding.party == party and isinstance(coding.stance, int)
    ]
    return sum(stances) / len(stances) if stances else None

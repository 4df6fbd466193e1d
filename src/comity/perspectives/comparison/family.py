"""The family of tests: Benjamini and Hochberg's procedure over the rows that can be tested at all.

Y. Benjamini and Y. Hochberg, "Controlling the False Discovery Rate", JRSS B 57(1), 1995, procedure (1). Rows
that cannot reach the rate whatever their sides say leave the family first, which the pooled values alone
decide (Tarone 1990; Gilbert, "A modified false discovery rate multiple-comparisons procedure for discrete
data", JRSS C 54(1), 2005). Rows that share clusters depend on each other; the rate is proven under positive
dependence (Benjamini and Yekutieli, "The control of the false discovery rate in multiple testing under
dependency", Annals of Statistics 29(4), 2001).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.perspectives.comparison.permutation import Permuted

Key = TypeVar("Key")


@dataclass(frozen=True)
class Tested:
    """A row of the family: its p-value, and its q-value where the row can be tested.

    `q` is None for a row that is not testable: it left the family. `size` is what remained.
    """

    p: float
    least: float
    exact: bool
    q: float | None
    size: int

    @property
    def testable(self) -> bool:
        """Whether the row is in the family that was corrected."""
        return self.q is not None


def adjust(rows: Mapping[Key, Permuted], rate: float) -> dict[Key, Tested]:
    """Return every row with its q-value; rows whose least p exceeds `rate` leave the family."""
    kept = {key: row.p for key, row in rows.items() if row.least <= rate}
    q = q_values(kept)
    return {key: Tested(row.p, row.least, row.exact, q.get(key), len(kept)) for key, row in rows.items()}


def q_values(p_values: Mapping[Key, float]) -> dict[Key, float]:
    """Return the adjusted p-values of Benjamini and Hochberg: the least rate at which a row is found."""
    ordered = sorted(p_values.items(), key=lambda item: item[1], reverse=True)
    size, smallest = len(ordered), 1.0
    found: dict[Key, float] = {}
    for rank, (key, p) in zip(range(size, 0, -1), ordered, strict=True):
        smallest = min(smallest, p * size / rank)
        found[key] = smallest
    return found

"""The root of a study: a result names it, so that whoever has the answers can tell whether it is of them.

One leaf for the levels, one for each item, one for each expert with all answers, in an order that is not
that of the file: the tree of RFC 6962 over their canonical bytes. Numbers are decimal strings; there are no
floats.
"""

from __future__ import annotations

from itertools import chain
from math import isnan
from typing import TYPE_CHECKING

from comity.record.canonical import encode
from comity.record.merkle import root

if TYPE_CHECKING:
    from collections.abc import Iterable

    from comity.assessment.classical.study import Study


def root_of(study: Study) -> str:
    """Return the root, hexadecimal; the order of experts and items does not matter."""
    leaves = [encode(["levels", *_decimals(study.levels)])]
    for name, scale, value in zip(study.items, study.scales, study.realisations, strict=True):
        leaves.append(encode(["item", name, scale, *_decimals([value])]))
    for name, row in zip(study.experts, study.answers.tolist(), strict=True):
        given = sorted(
            (item, " ".join(map(repr, values)))
            for item, values in zip(study.items, row, strict=True)
            if not isnan(values[0])
        )
        leaves.append(encode(["expert", name, *chain.from_iterable(given)]))
    return root(sorted(leaves)).hex()


def _decimals(values: Iterable[float]) -> list[str]:
    return ["" if isnan(value) else repr(float(value)) for value in values]

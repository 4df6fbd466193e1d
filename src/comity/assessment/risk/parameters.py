"""The kinds of distribution and what their parameters must obey, checked where a risk is recorded."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from comity.assessment.risk.errors import DistributionError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PARAMETERS: Final[Mapping[str, tuple[str, ...]]] = {
    "point": ("value",),
    "uniform": ("low", "high"),
    "triangular": ("low", "mode", "high"),
    "pert": ("low", "mode", "high"),
    "lognormal": ("p5", "p95"),
    "quantiles": ("low", "p5", "p50", "p95", "high"),
}
"""By kind, the parameters in rising order."""


def check(kind: str, values: Sequence[float]) -> None:
    """Refuse what is no distribution, and say why.

    Raises:
        DistributionError: an unknown kind, or parameters that are missing, out of order, negative or no
        numbers.
    """
    if kind not in PARAMETERS:
        raise DistributionError(f"{kind!r} is no kind of distribution")
    names = PARAMETERS[kind]
    if len(values) != len(names):
        raise DistributionError(f"{kind} has {', '.join(names)}; {len(values)} numbers are given")
    if not all(math.isfinite(value) for value in values):
        raise DistributionError(f"{kind}: a parameter is not a finite number")
    if values[0] < 0 or (kind == "lognormal" and values[0] <= 0):
        raise DistributionError(f"{kind}: {names[0]} is {values[0]}")
    for name, value, after, greater in zip(names, values, names[1:], values[1:], strict=False):
        if greater < value:
            raise DistributionError(f"{kind}: {after} ({greater}) is below {name} ({value})")
    if len(names) > 1 and values[-1] <= values[0]:
        raise DistributionError(f"{kind}: its width is 0; a certain number is a point")

"""Units inside which the same statement of the same actor counts once: a document, a week, a month, a year.

Leifeld et al. 2019, "Discourse Network Analyzer Manual", section 4.3 (duplicates). A date that does not fall
into one week (month, year) as a whole is a unit of its own; statements without a date share one.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from comity.perspectives.networks.errors import NetworkError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from comity.perspectives.networks.load import Coded

Duplicates = Literal["all", "document", "week", "month", "year", "window"]

DUPLICATES: Final = ("all", "document", "week", "month", "year", "window")
_EPOCH: Final = date(1970, 1, 1).toordinal()
_DAYS: Final = 1 << 22
"""More days than the calendar has."""


def units(coded: Coded, duplicates: Duplicates) -> NDArray[np.int64] | None:
    """Return the unit of each statement, shape (n,); None where every statement counts.

    Raises:
        NetworkError: the choice is none.
    """
    if duplicates not in DUPLICATES:
        raise NetworkError(f"{duplicates!r} is none of {DUPLICATES}")
    if duplicates == "all":
        return None
    if duplicates == "window":
        return np.zeros(len(coded.actor), dtype=np.int64)
    if duplicates == "document":
        return np.unique(coded.document, return_inverse=True)[1].astype(np.int64)
    start, end = _period(coded.first, duplicates), _period(coded.last, duplicates)
    apart = -1 - (coded.first * _DAYS + coded.last)
    return np.where(start == end, start, apart)


def _period(day: NDArray[np.int64], kind: str) -> NDArray[np.int64]:
    """Return the number of the week (from Monday), month or year of each day, all positive."""
    if kind == "week":
        return (day + 6) // 7  # day 1 is a Monday
    dates = (day - _EPOCH).astype("datetime64[D]")
    unit = "datetime64[M]" if kind == "month" else "datetime64[Y]"
    return dates.astype(unit).astype(np.int64) + _DAYS

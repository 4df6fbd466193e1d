"""What goes next: the oldest of each class that is left, when its time is over, and how many go with it.

A day ends at midnight UTC. What came in during the day D goes at the first midnight after D plus the days of
its class; what an open event or a hold keeps stays, and is counted when the clock strikes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from comity.border.retention.clock import DAY, mark_of, over
from comity.border.retention.erasing import WHERE
from comity.border.retention.policy import CLASSES

if TYPE_CHECKING:
    import apsw

    from comity.border.retention.policy import Policy

LOOKED_AT: Final = 200_000
"""Observations of a store that are looked at for one class, from the oldest that may be left of it."""


@dataclass(frozen=True, slots=True)
class Coming:
    """What goes next of a class.

    Attributes:
        oldest: When the oldest that is left came in, µs UTC; None where nothing is left, or not found.
        goes: When its time is over, µs UTC.
        due: How many came in on that day.
        whole: Whether all was looked at: else `due` is at least, and nothing found says nothing.
    """

    oldest: int | None
    goes: int | None
    due: int
    whole: bool


def coming(db: apsw.Connection, policy: Policy, time: int) -> dict[str, Coming]:
    """Return for each class what goes next.

    Args:
        db: A connection to the store.
        policy: The rule.
        time: The moment, µs UTC.
    """
    return {name: _of(db, name, policy.days[name], time) for name in CLASSES}


def goes_at(arrival: int, days: int) -> int:
    """Return the midnight at which what came in then is over its time, µs UTC."""
    return arrival // DAY * DAY + days * DAY


def _of(db: apsw.Connection, data_class: str, days: int, time: int) -> Coming:
    first: Any = db.execute(
        "SELECT coalesce(max(last) + 1, 0) FROM batch WHERE number <= ?", (mark_of(db, data_class),)
    ).fetchone()
    looked = "SELECT id, arrival, kind, result, datastream FROM observation WHERE id >= ? ORDER BY id LIMIT ?"
    # What is over its time already and still there is kept by an event or a hold: it does not go next.
    left: Any = db.execute(
        f"SELECT arrival FROM ({looked}) WHERE arrival >= ? AND ({WHERE[data_class]}) ORDER BY id LIMIT 1",  # noqa: S608 - constants
        (first[0], LOOKED_AT, over(time, days)),
    ).fetchone()
    last: Any = db.execute(f"SELECT count(*) FROM ({looked})", (first[0], LOOKED_AT)).fetchone()  # noqa: S608 - a constant
    whole = last[0] < LOOKED_AT
    if left is None:
        return Coming(None, None, 0, whole)
    ends = left[0] // DAY * DAY + DAY
    due: Any = db.execute(
        f"SELECT count(*) FROM ({looked}) WHERE arrival >= ? AND arrival < ? AND ({WHERE[data_class]})",  # noqa: S608 - constants
        (first[0], LOOKED_AT, left[0], ends),
    ).fetchone()
    return Coming(left[0], goes_at(left[0], days), due[0], whole)

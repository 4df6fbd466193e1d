"""What a datastream's silence says: heard, no data since a moment, or cannot tell. A gap is never normal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.border.quality.words import QUALITY
from comity.border.sensors.times import write_instant

if TYPE_CHECKING:
    import apsw

STALE: Final = 3
"""Usual times between two observations after which a datastream is silent."""
LEAST: Final = 10_000_000
"""Microseconds of silence that no sensor is doubted for."""
SHOWN: Final = 20


def state(db: apsw.Connection, stream: int, now: int) -> dict[str, Any]:
    """Return whether a datastream is heard.

    Args:
        db: a reading connection.
        stream: the datastream.
        now: microseconds since 1970 UTC.
    """
    query = (
        "SELECT (SELECT spacing FROM stream WHERE datastream = ?1), "
        "(SELECT max(last_phenomenon) FROM tally WHERE datastream = ?1)"
    )
    row: Any = db.execute(query, (stream,)).fetchone()
    spacing, last = row
    if last is None:
        return {"state": "cannot tell", "reason": "it has sent nothing"}
    if not spacing:
        return {
            "state": "cannot tell",
            "last": write_instant(last),
            "reason": "too few to tell how often it sends",
        }
    silent = now - last > max(STALE * spacing, LEAST)
    name = "since" if silent else "last"
    return {
        "state": "no data" if silent else "heard",
        name: write_instant(last),
        "every_seconds": spacing / 1_000_000,
    }


def gaps(db: apsw.Connection, stream: int) -> tuple[int, list[dict[str, Any]]]:
    """Return how many gaps a datastream has, and the newest of them."""
    count: Any = db.execute("SELECT count(*) FROM gap WHERE datastream = ?", (stream,)).fetchone()
    rows = db.execute(
        "SELECT after, before, missing FROM gap WHERE datastream = ? ORDER BY after DESC LIMIT ?",
        (stream, SHOWN),
    )
    shown = [
        {"after": write_instant(after), "before": write_instant(before), "missing": missing}
        for after, before, missing in rows
    ]
    return int(count[0]), shown


def set_aside(db: apsw.Connection) -> dict[int, dict[str, int]]:
    """Return how many were set aside of each datastream, by reason; under 0 what names none."""
    found: dict[int, dict[str, int]] = {}
    for stream, reason, count in db.execute("SELECT datastream, reason, count FROM refused_of ORDER BY 1, 2"):
        found.setdefault(stream, {})[reason] = count
    return found


def doubtful(db: apsw.Connection) -> dict[int, dict[str, int]]:
    """Return how many observations of each datastream have each flag that doubts them."""
    found: dict[int, dict[str, int]] = {}
    query = (
        "SELECT datastream, quality, count(*) FROM observation INDEXED BY observation_flagged "
        "WHERE quality BETWEEN 2 AND 9 GROUP BY datastream, quality"
    )
    for stream, quality, count in db.execute(query):
        found.setdefault(stream, {})[QUALITY[quality]] = count
    return found

"""Entities out of the store, with what cannot be without them (OGC 18-088 table 25).

Of a sealed observation the hash of its leaf stays, so that its batch still proves all others.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from comity.border.sensors import leaves

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import apsw

    from comity.border.sensors.model import EntityType
    from comity.border.sensors.store import SensorStore

CASCADE: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "thing": (("datastream", "thing"), ("historical_location", "thing")),
    "sensor": (("datastream", "sensor"),),
    "observed_property": (("datastream", "observed_property"),),
    "datastream": (("observation", "datastream"),),
    "feature": (("observation", "feature"),),
}
LINKS: Final[dict[str, tuple[str, ...]]] = {
    "thing": ("DELETE FROM thing_location WHERE thing = ?",),
    "location": (
        (
            "DELETE FROM historical_location WHERE id IN "
            "(SELECT historical FROM historical_link WHERE location = ?)"
        ),
        "DELETE FROM historical_link WHERE location = ?",
        "DELETE FROM thing_location WHERE location = ?",
        "UPDATE feature SET of_location = NULL WHERE of_location = ?",
    ),
    "datastream": (
        "DELETE FROM stream WHERE datastream = ?",
        "DELETE FROM gap WHERE datastream = ?",
        "DELETE FROM refused_of WHERE datastream = ?",
    ),
    "historical_location": ("DELETE FROM historical_link WHERE historical = ?",),
}


def remove(store: SensorStore, db: apsw.Connection, kind: EntityType, number: int) -> None:
    """Delete an entity and what hangs on it, inside a transaction."""
    store.rules.clear()
    _remove(db, kind.table, number)


def _remove(db: apsw.Connection, table: str, number: int) -> None:
    if table == "observation":
        _observations(db, "id = ?", number)
        return
    for child, column in CASCADE.get(table, ()):
        if child == "observation":
            _of_many(db, column, number)
            continue
        query = f"SELECT id FROM {child} WHERE {column} = ?"  # noqa: S608 - constants
        for (one,) in _rows(db, query, number):
            _remove(db, child, one)
    for query in LINKS.get(table, ()):
        db.execute(query, (number,))
    db.execute(f"DELETE FROM {table} WHERE id = ?", (number,))  # noqa: S608 - constants


def _of_many(db: apsw.Connection, column: str, number: int) -> None:
    if column == "datastream":
        _observations(db, "datastream = ?", number)
        return
    for (stream,) in _rows(db, "SELECT datastream FROM tally WHERE feature = ?", number):
        _observations(db, "datastream = ? AND feature = ?", stream, number)


def _rows(db: apsw.Connection, query: str, *given: Any) -> list[Any]:
    return db.execute(query, given).fetchall()


def _observations(db: apsw.Connection, where: str, *given: Any) -> None:
    leaves.keep(db, where, given)
    if where == "id = ?":
        _one(db, *given)
        return
    query = f"SELECT DISTINCT datastream, feature FROM observation WHERE {where}"  # noqa: S608 - constants
    touched = _rows(db, query, *given)
    db.execute(f"DELETE FROM observation WHERE {where}", given)  # noqa: S608 - constants
    db.executemany("DELETE FROM tally WHERE datastream = ? AND feature = ?", touched)


def remove_rows(db: apsw.Connection, numbers: Sequence[int]) -> Counter[tuple[int, int]]:
    """Delete observations whose leaves are kept already; return how many of each datastream and feature.

    Counts follow at once, extents by `extend`, once for many of these.
    """
    query = "DELETE FROM observation WHERE id = ? RETURNING datastream, feature"
    gone: Counter[tuple[int, int]] = Counter(db.executemany(query, [(one,) for one in numbers]))
    db.executemany(
        "UPDATE tally SET count = count - ? WHERE datastream = ? AND feature = ?",
        [(count, *place) for place, count in gone.items()],
    )
    db.executemany("DELETE FROM tally WHERE datastream = ? AND feature = ? AND count = 0", list(gone))
    return gone


def extend(db: apsw.Connection, streams: Iterable[int]) -> None:
    """Find the extents of datastreams anew, each in one pass."""
    for stream in streams:
        query = (
            "SELECT min(phenomenon), max(coalesce(phenomenon_end, phenomenon)), min(result_time), "
            "max(result_time), datastream, feature FROM observation WHERE datastream = ? GROUP BY feature"
        )
        db.executemany(
            "UPDATE tally SET first_phenomenon = ?, last_phenomenon = ?, first_result_time = ?, "
            "last_result_time = ? WHERE datastream = ? AND feature = ?",
            _rows(db, query, stream),
        )


def _one(db: apsw.Connection, number: int) -> None:
    """Delete one observation; the extent is found anew only where it stood at an end of it."""
    query = (
        "DELETE FROM observation WHERE id = ? "
        "RETURNING datastream, feature, phenomenon, phenomenon_end, result_time"
    )
    for datastream, feature, start, end, result_time in _rows(db, query, number):
        place = (datastream, feature)
        db.execute("UPDATE tally SET count = count - 1 WHERE datastream = ? AND feature = ?", place)
        db.execute("DELETE FROM tally WHERE datastream = ? AND feature = ? AND count = 0", place)
        ends = _rows(
            db,
            "SELECT first_phenomenon, last_phenomenon, first_result_time, last_result_time FROM tally "
            "WHERE datastream = ? AND feature = ?",
            *place,
        )
        if any(one in {start, end or start, result_time} for row in ends for one in row if one is not None):
            db.execute(_EXTENT, place)


_EXTENT: Final = """
UPDATE tally SET (first_phenomenon, last_phenomenon, first_result_time, last_result_time) =
 (SELECT min(phenomenon), max(coalesce(phenomenon_end, phenomenon)), min(result_time), max(result_time)
  FROM observation WHERE datastream = ?1 AND feature = ?2)
WHERE datastream = ?1 AND feature = ?2
"""

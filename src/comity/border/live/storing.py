"""What came of a window into the tables of the store of tracks, beside its frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import apsw

    from comity.border.live.machine import Outcome


def store(db: apsw.Connection, sector: str, one: Outcome) -> None:
    """Write silences, verdicts, patrols, and what was set aside or late, inside a transaction."""
    db.executemany(
        "INSERT OR REPLACE INTO silence VALUES (?, ?, ?, ?)",
        [(sector, *silence) for silence in one.silences],
    )
    db.executemany(
        "INSERT OR REPLACE INTO claim VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(sector, *found) for found in one.verdicts],
    )
    db.executemany(
        "INSERT OR REPLACE INTO patrol VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(sector, *found) for found in one.patrols],
    )
    db.executemany(
        "INSERT INTO aside VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count",
        [(sector, *key, count) for key, count in sorted(one.aside.items())],
    )
    db.executemany("INSERT OR IGNORE INTO late VALUES (?, ?)", [(sector, number) for number in one.late])

"""The stretch of a series that new readings touch: read, checked, and its gaps kept.

A reading is judged by those beside it, so that those before are read with it and those after too, where it
came late. What stands at the edge of the stretch keeps the flag that it has.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from comity.border.quality import series
from comity.border.quality.words import NUMBER
from comity.border.sensors import rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import apsw

    from comity.border.quality.settings import Settings

BESIDE: Final = 40
"""Readings before and after that are read."""
EDGE: Final = 8
"""Of these, those that are not judged: what they would be judged by was not read."""
APART: Final = 200
"""Usual times between two new readings, beyond which they are judged apart."""
FEWEST: Final = 3
COLUMNS: Final = "SELECT id, phenomenon, result, quality FROM observation"
OF: Final = f"WHERE datastream = ? AND feature = ? AND run = 0 AND kind = {rules.NUMBER}"


@dataclass(slots=True)
class Found:
    """What the checks found.

    Attributes:
        given: The number of each observation's flag.
        known: The number that it had, where that is known.
        gaps: By datastream: stretches that were looked at, each with its gaps (after, before, missing).
        spacing: Usual microseconds between two, by datastream.
        last: The newest time, by datastream.
    """

    given: dict[int, int] = field(default_factory=dict)
    known: dict[int, int] = field(default_factory=dict)
    gaps: list[tuple[int, int, int, list[tuple[int, int, int]]]] = field(default_factory=list)
    spacing: dict[int, int] = field(default_factory=dict)
    last: dict[int, int] = field(default_factory=dict)

    def changes(self) -> Iterator[tuple[int, int]]:
        """Yield flag and id where a flag is another than before."""
        return ((new, number) for number, new in self.given.items() if new != self.known.get(number, 0))

    def heard(self, stream: int, times: Sequence[int], interval: int | None) -> None:
        """Note when a datastream was heard, and how often it usually is."""
        apart = np.diff(np.unique(np.array(times, dtype=np.int64)))
        if interval:
            self.spacing[stream] = interval
        elif len(apart) >= FEWEST:
            self.spacing[stream] = int(np.median(apart))
        self.last[stream] = max(self.last.get(stream, times[0]), *times)

    def write_gaps(self, db: apsw.Connection) -> None:
        """Keep gaps and spacings, inside a transaction."""
        for stream, first, last, gaps in self.gaps:
            db.execute(
                "DELETE FROM gap WHERE datastream = ? AND after >= ? AND before <= ?", (stream, first, last)
            )
            db.executemany("INSERT OR REPLACE INTO gap VALUES (?, ?, ?, ?)", [(stream, *one) for one in gaps])
        db.executemany(
            "INSERT INTO stream VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET "
            "spacing = coalesce(excluded.spacing, spacing), last = max(last, excluded.last)",
            [(stream, self.spacing.get(stream), last) for stream, last in self.last.items()],
        )


class Numbers:
    """The series of one datastream and feature of interest.

    Args:
        db: a reading connection.
        stream: the datastream.
        feature: the feature.
        settings: how it is checked.
    """

    def __init__(self, db: apsw.Connection, stream: int, feature: int, settings: Settings) -> None:
        self._db = db
        self._key = (stream, feature)
        self._settings = settings

    def flag(self, times: Sequence[int], found: Found) -> None:
        """Judge the readings of these times and those beside them."""
        order = np.sort(np.array(times, dtype=np.int64))
        row = self._db.execute("SELECT spacing FROM stream WHERE datastream = ?", self._key[:1]).fetchone()
        spacing = (row[0] if row else None) or int(np.median(np.diff(order))) if len(order) > 1 else 0
        cuts: Any = np.flatnonzero(np.diff(order) > APART * spacing) + 1 if spacing else []
        for part in np.split(order, cuts):
            self._window(int(part[0]), int(part[-1]), found)

    def _window(self, first: int, last: int, found: Found) -> None:
        before = self._rows("phenomenon < ? ORDER BY phenomenon DESC LIMIT ?", first, BESIDE)[::-1]
        inside = self._rows("phenomenon BETWEEN ? AND ? ORDER BY phenomenon", first, last)
        after = self._rows("phenomenon > ? ORDER BY phenomenon LIMIT ?", last, BESIDE)
        rows = [*before, *inside, *after]
        times = np.array([row[1] for row in rows], dtype=np.int64)
        values = np.array([row[2] for row in rows], dtype=np.float64)
        limits, skip = self._settings.limits, self._settings.skip
        whole = series.stretches(times, limits.interval)
        words = series.flags(times, values, limits, whole)
        start = EDGE if len(before) == BESIDE else 0
        end = len(rows) - (EDGE if len(after) == BESIDE else 0)
        for (number, _, _, known), word in list(zip(rows, words, strict=True))[start:end]:
            new = NUMBER.get(word, 0) if word not in skip else 0
            if word == "unconfirmed" and "spike" in skip:
                new = 0
            found.known[number] = known
            # Where a flat line began may lie before what was read.
            found.given[number] = known if known == NUMBER["flat"] and not new else new
        self._gaps(times, whole, found)

    def _gaps(self, times: Any, whole: series.Stretches, found: Found) -> None:
        stream = self._key[0]
        gaps = [
            (int(times[at]), int(times[at + 1]), missing)
            for at, missing in zip(whole.before, whole.missing, strict=True)
        ]
        found.gaps.append((stream, int(times[0]), int(times[-1]), gaps if len(times) > FEWEST else []))
        found.heard(stream, times.tolist(), self._settings.limits.interval)

    def _rows(self, where: str, *given: int) -> list[Any]:
        query = f"{COLUMNS} {OF} AND {where}"
        return self._db.execute(query, (*self._key, *given)).fetchall()

"""`TrackStore`: what the own sensors saw move, second by second; sealed batches can make it again.

    store = TrackStore(folder / "border")
    for row in store.at("ford", moment): print(row.track, row.x, row.y, row.existence)

One row of the table is one frame: every track that is told after the last look of a second, as arrays, so
that a frame is the same bytes whenever it is made again. A frame made again takes the place of the first.
Names of tracks are `<party>-<number>`: the number comes from the first detection and survives a replay.
"""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from comity.border.fusion.model import CLASSES
from comity.border.live.schema import FORMAT, PATROL, TABLES, UNSEEN
from comity.border.live.told import Row, SetAside, Silence, Whereabouts
from comity.border.sensors.moving import MovingDatabase
from comity.record.store_errors import ForeignFileError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from comity.border.fusion.picture import Frame, TrackBatch, Tracks
    from comity.node.node import Node

FOLDER: Final = "border"
NAME: Final = "tracks.sqlite"
SECOND: Final = 1_000
STALE: Final = 60_000
"""Milliseconds after which a frame says nothing of now."""
TOLD: Final = 120_000
"""Milliseconds that a claim stands by its track."""
CARRIED: Final = 10_000
"""Milliseconds that a track stays an own patrol's after that was found."""
FIGURES: Final = 15
WORDS: Final = 5


class TrackStore(MovingDatabase):
    """The store in a folder; made when it is not there.

    Args:
        folder: `<node>/border`.
        party: Whose tracks these are; what the file says without.

    Attributes:
        sending: Held by whoever puts steps of alerts on record: one after the other.
        outgoing: Set when there are some.

    Raises:
        ForeignFileError: the file is not of this format.
        StoreError: it cannot be opened.
    """

    def __init__(self, folder: Path, party: str = "") -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        super().__init__(folder / NAME)
        self.sending, self.outgoing = threading.Lock(), threading.Event()
        try:
            with self.explained():
                # What a power cut takes back is made again from the observations, with the same names.
                self.writer.execute("PRAGMA synchronous=NORMAL")
                self._prepare(party)
        except BaseException:
            self.close()
            raise

    def _prepare(self, party: str) -> None:
        if self.writer.execute("SELECT 1 FROM sqlite_schema").fetchone() is None:
            with self.transaction() as db:
                db.execute(TABLES)
                db.execute("INSERT INTO meta VALUES ('format', ?), ('party', ?)", (str(FORMAT), party))
        if party:
            with self.transaction() as db:
                db.execute("UPDATE meta SET value = ? WHERE name = 'party'", (party,))
        found = dict(self.writer.execute("SELECT name, value FROM meta"))
        if found.get("format") != str(FORMAT):
            raise ForeignFileError(f"{self.path}: of another format")
        self.party = str(found["party"])
        with self.transaction() as db:
            db.execute(UNSEEN + PATROL)

    # --- frames ----------------------------------------------------------------------------------------

    def add(self, sector: str, frames: Iterable[Frame]) -> int:
        """Keep the last frame of each second, in the place of those from the first of these on.

        Args:
            sector: Slug.
            frames: As a tracker tells them, in the order of time: all looks from some time on.

        Returns:
            How many seconds these were.
        """
        last = {frame.time // SECOND: frame for frame in frames}
        if not last:
            return 0
        with self.transaction() as db:
            db.execute("DELETE FROM frame WHERE sector = ? AND second >= ?", (sector, min(last)))
            db.executemany(
                "INSERT INTO frame VALUES (?, ?, ?, ?, ?)",
                [(sector, second, one.time, *_packed(one.tracks)) for second, one in last.items()],
            )
        return len(last)

    def at(self, sector: str, moment: int, stale: int = STALE) -> list[Row]:
        """Return the tracks of the last frame at or before a moment, none where it is stale.

        Args:
            sector: Slug.
            moment: ms UTC.
            stale: Milliseconds after which a frame says nothing.
        """
        found = self.read_one(
            "SELECT time, words, figures FROM frame WHERE sector = ? AND second <= ? "
            "AND time BETWEEN ? AND ? ORDER BY second DESC LIMIT 1",
            (sector, moment // SECOND, moment - stale, moment),
        )
        return [] if found is None else self._told(sector, [found])

    def between(self, sector: str, start: int, stop: int) -> list[Row]:
        """Return the tracks of every frame from a moment to another, both in, in order of time, ms UTC."""
        found = self.read_all(
            "SELECT time, words, figures FROM frame WHERE sector = ? AND second BETWEEN ? AND ? "
            "AND time BETWEEN ? AND ? ORDER BY second",
            (sector, start // SECOND, stop // SECOND, start, stop),
        )
        return self._told(sector, found)

    def span(self, sector: str) -> tuple[int, int] | None:
        """Return the times of the first and the last frame, ms UTC; None where there is none."""
        found = self.read_one(
            "SELECT (SELECT time FROM frame WHERE sector = ? ORDER BY second LIMIT 1), "
            "(SELECT time FROM frame WHERE sector = ? ORDER BY second DESC LIMIT 1)",
            (sector, sector),
        )
        return None if found[0] is None else (int(found[0]), int(found[1]))

    def expect(self, sector: str, told: Iterable[TrackBatch]) -> None:
        """Keep for each second how many things are expected there that nobody detected."""
        rows = [(sector, one.time // SECOND, one.time, one.unseen) for one in told if one.time is not None]
        with self.transaction() as db:
            db.executemany("INSERT OR REPLACE INTO unseen VALUES (?, ?, ?, ?)", rows)

    def expected(self, sector: str, moment: int) -> tuple[int, float] | None:
        """Return the time (ms UTC) of the last look at or before a moment, and what was unseen after it."""
        found = self.read_one(
            "SELECT time, expected FROM unseen WHERE sector = ? AND second <= ? AND time <= ? "
            "ORDER BY second DESC LIMIT 1",
            (sector, moment // SECOND, moment),
        )
        return None if found is None else (int(found[0]), float(found[1]))

    def forget(self, sector: str, before: int) -> None:
        """Let go of frames and claims before a moment, ms UTC."""
        with self.transaction() as db:
            db.execute("DELETE FROM unseen WHERE sector = ? AND second < ?", (sector, before // SECOND))
            db.execute("DELETE FROM frame WHERE sector = ? AND second < ?", (sector, before // SECOND))
            for table in ("claim", "patrol"):
                db.execute(f"DELETE FROM {table} WHERE sector = ? AND at < ?", (sector, before))  # noqa: S608 - constants

    def _told(self, sector: str, frames: list[Any]) -> list[Row]:
        if not frames:
            return []
        span = (frames[0][0], frames[-1][0])
        claims, patrols = self._claims(sector, *span), self._carriers(sector, *span)
        return [
            row
            for time, words, figures in frames
            for row in self._rows(time, words, figures, (claims, patrols))
        ]

    def _rows(
        self, time: int, words: bytes, figures: bytes, said_of: tuple[list[Any], list[Any]]
    ) -> Iterator[Row]:
        claims, patrols = said_of
        standing = {name: (said, score) for at, name, said, score in claims if time - TOLD <= at <= time}
        own = {name: (patrol, score) for at, name, patrol, score in patrols if time - CARRIED <= at <= time}
        whole = np.frombuffer(words, "<i8").reshape(-1, WORDS)
        reals = np.frombuffer(figures, "<f8").reshape(-1, FIGURES)
        for (uid, kind, born, seen, hits), real in zip(whole.tolist(), reals.tolist(), strict=True):
            name = name_of(self.party, uid)
            patrol, fits = own.get(name, ("", None))
            said, score = (patrol, fits) if patrol else standing.get(name, ("", None))
            x, y, vx, vy = real[:4]
            yield Row(
                time, name, CLASSES[kind], x, y, vx, vy, tuple(real[4:14]), real[14],
                born, seen, hits, said, score, patrol,
            )  # fmt: skip

    # --- claims and silences ---------------------------------------------------------------------------

    def _claims(self, sector: str, start: int, stop: int) -> list[Any]:
        return self.read_all(
            "SELECT at, track, said, score FROM claim WHERE sector = ? AND at BETWEEN ? AND ? "
            "AND verdict = 'corroborated' ORDER BY at, said",
            (sector, start - TOLD, stop),
        )

    def _carriers(self, sector: str, start: int, stop: int) -> list[Any]:
        return self.read_all(
            "SELECT at, track, patrol, score FROM patrol WHERE sector = ? AND at BETWEEN ? AND ? "
            "AND track != '' ORDER BY at, patrol",
            (sector, start - CARRIED, stop),
        )

    def patrols(self, sector: str, moment: int, back: int = STALE) -> list[Whereabouts]:
        """Return where each own patrol was in the time before a moment (ms UTC), in order of time."""
        query = (
            "SELECT at, patrol, lat, lon, sigma, track, score FROM patrol "
            "WHERE sector = ? AND at BETWEEN ? AND ? ORDER BY at, patrol"
        )
        return [Whereabouts(*row) for row in self.read_all(query, (sector, moment - back, moment))]

    def silences(self, sector: str) -> list[Silence]:
        """Return when sensors said nothing, the earliest first."""
        query = "SELECT sensor, since, until FROM silence WHERE sector = ? ORDER BY since, sensor"
        return [Silence(*row) for row in self.read_all(query, (sector,))]

    def aside(self, sector: str) -> list[SetAside]:
        """Return what was set aside by sensor and reason."""
        query = "SELECT sensor, reason, count FROM aside WHERE sector = ? ORDER BY sensor, reason"
        return [SetAside(*row) for row in self.read_all(query, (sector,))]

    def late(self, sector: str) -> int:
        """Return how many observations came after the horizon."""
        return int(self.read_one("SELECT count(*) FROM late WHERE sector = ?", (sector,))[0])


def name_of(party: str, uid: int) -> str:
    """Return the name of a track."""
    return f"{party}-{uid:x}"


def _packed(tracks: Tracks) -> tuple[bytes, bytes]:
    """Return tracks as two columns of bytes, little-endian: whole numbers and reals, a track a row."""
    whole = np.stack([tracks.uid, tracks.kind, tracks.born, tracks.seen, tracks.hits], axis=1)
    reals = np.concatenate([tracks.place, tracks.velocity, tracks.moments, tracks.existence[:, None]], axis=1)
    return whole.astype("<i8").tobytes(), reals.astype("<f8").tobytes()


class Shelf:
    """Opens the store of a node when it is first asked for, once for the life of a process."""

    def __init__(self, node: Node) -> None:
        self._folder, self._party = node.folder.root / FOLDER, node.config.party
        self._lock = threading.Lock()
        self._store: TrackStore | None = None

    def store(self) -> TrackStore:
        """Return the store."""
        with self._lock:
            if self._store is None:
                self._store = TrackStore(self._folder, self._party)
            return self._store

    def close(self) -> None:
        """Close the store if it is open."""
        with self._lock:
            if self._store is not None:
                self._store.close()
                self._store = None


_SHELVES: Final[weakref.WeakKeyDictionary[Node, Shelf]] = weakref.WeakKeyDictionary()


def shelf_of(node: Node) -> Shelf:
    """Return the shelf of a node: one for the life of the node in a process."""
    known = _SHELVES.get(node)
    if known is None:
        known = _SHELVES.setdefault(node, Shelf(node))
        weakref.finalize(node, known.close)
    return known


def store_of(node: Node) -> TrackStore:
    """Return the store of a node."""
    return shelf_of(node).store()

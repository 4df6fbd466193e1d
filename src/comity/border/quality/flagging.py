"""Flags for what came in since the last time: each observation once, and again what later ones confirm.

    Flagger(store, boxes).run()

Nothing of an observation is changed but the node's own flag. Whoever detects calls this first, and leaves out
what `DETECTION_WITHOUT` names. It is idempotent, and goes on after a crash where the mark stands.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, Final

import orjson

from comity.border.quality import positions, together
from comity.border.quality.settings import Settings, settings_of
from comity.border.quality.windows import Found, Numbers
from comity.border.quality.words import NO_CHECK, NUMBER, QUALITY, marked
from comity.border.sensors import rules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import apsw

    from comity.border.quality.positions import Box, Fix
    from comity.border.sensors.store import SensorStore

CHUNK: Final = 20_000
"""Observations of one transaction: those who send wait for it."""
CONTEXT: Final = 8
"""Places of an object before the new ones."""
SETTINGS: Final = """
SELECT d.observation_type, d.unit, d.properties, s.name
FROM datastream d JOIN sensor s ON s.id = d.sensor WHERE d.id = ?
"""
NEW: Final = """
SELECT id, datastream, feature, phenomenon, run, kind, result FROM observation
WHERE id > ? ORDER BY id LIMIT ?
"""
BEFORE: Final = """
SELECT phenomenon, result, quality FROM observation
WHERE datastream = ? AND feature = ? AND phenomenon < ? AND kind = ? ORDER BY phenomenon DESC LIMIT ?
"""


class Flagger:
    """Flags the observations of one store.

    Args:
        store: the store.
        boxes: The sector of each sensor, by the sensor's name.
    """

    def __init__(self, store: SensorStore, boxes: Mapping[str, Box] | None = None) -> None:
        self._store = store
        self._boxes = boxes or {}

    def run(self) -> Counter[str]:
        """Flag everything that was not looked at yet; return how many of each word there are among it."""
        given: Counter[str] = Counter()
        while self._chunk(given):
            pass
        return given

    def _chunk(self, given: Counter[str]) -> int:
        with self._store.reader() as db:  # one state of the store
            mark = marked(db)
            rows: list[Any] = db.execute(NEW, (mark, CHUNK)).fetchall()
            found = self._flagged(db, rows)
        if not rows:
            return 0
        with self._store.transaction() as db:
            if marked(db) != mark:
                return len(rows)  # an observation was changed meanwhile: they are looked at again
            db.executemany("UPDATE observation SET quality = ? WHERE id = ?", found.changes())
            found.write_gaps(db)
            db.execute("INSERT OR REPLACE INTO meta VALUES ('checked', ?)", (rows[-1][0],))
        new = [found.given.get(row[0], 0) for row in rows]
        given.update(QUALITY[number or NUMBER["good"]] for number in new)
        return len(rows)

    def _flagged(self, db: apsw.Connection, rows: Sequence[Any]) -> Found:
        found = Found()
        numbers: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        objects: dict[int, list[Any]] = defaultdict(list)
        for row in rows:
            number, stream, feature, time, run, kind, _ = row
            if kind == rules.JSON:  # its run tells apart what was seen in one look
                objects[stream].append(row)
            elif kind == rules.NUMBER and not run:
                numbers[stream][feature].append(time)
            else:
                found.given[number] = NO_CHECK
        for stream in sorted({*numbers, *objects}):
            settings, box = self._settings(db, stream)
            if settings.forecast:
                found.given.update((row[0], NO_CHECK) for row in objects[stream])
                continue
            for feature, times in numbers[stream].items():
                Numbers(db, stream, feature, settings).flag(times, found)
            if objects[stream]:
                _objects(db, stream, objects[stream], settings, box, found)
        return found

    def _settings(self, db: apsw.Connection, stream: int) -> tuple[Settings, Box | None]:
        row: Any = db.execute(SETTINGS, (stream,)).fetchone()
        form, unit, properties, sensor = row
        data = [None if text is None else orjson.loads(text) for text in (unit, properties)]
        settings = settings_of((form or "").removeprefix(rules.TYPE_PREFIX), *data)
        return settings, self._boxes.get(sensor)


def _objects(  # noqa: PLR0917 - what a place is held against
    db: apsw.Connection, stream: int, rows: Sequence[Any], settings: Settings, box: Box | None, found: Found
) -> None:
    heard: list[int] = []
    if not settings.one_object:
        fine = together.sound([row[6] for row in rows], box).tolist()
        heard = [row[3] for row, one in zip(rows, fine, strict=True) if one]
        rows = [row for row, one in zip(rows, fine, strict=True) if not one]
    sound: dict[int, list[tuple[Fix, int]]] = defaultdict(list)
    for number, _, feature, time, _, _, result in rows:
        fixes = positions.fixes_of(time, orjson.loads(result))
        if fixes is None:
            found.given[number] = NO_CHECK
            continue
        heard.append(time)
        words = [
            positions.place_flag(fix, box) or ("speed" if positions.too_fast(fix) else "") for fix in fixes
        ]
        # Of several objects in one look, those that can be are not left out for one that cannot.
        if words and all(words):
            found.given[number] = NUMBER[words[0]]
        else:
            found.given[number] = 0
            if len(fixes) == 1:
                sound[feature].append((fixes[0], number))
    if heard:
        found.heard(stream, heard, settings.limits.interval)
    if settings.one_object:
        for feature, way in sound.items():
            _speeds(db, stream, feature, sorted(way), found)


def _speeds(
    db: apsw.Connection, stream: int, feature: int, fixes: Sequence[tuple[Fix, int]], found: Found
) -> None:
    query = (stream, feature, fixes[0][0].time, rules.JSON, CONTEXT)
    before, doubted = None, list[positions.Fix]()
    for time, result, quality in db.execute(BEFORE, query):
        fix = positions.fix_of(time, orjson.loads(result))
        if fix is None or quality not in (0, NUMBER["speed"]):
            continue
        if quality == 0:
            before = fix
            break
        doubted.insert(0, fix)
    words = positions.speed_flags([*doubted, *(fix for fix, _ in fixes)], before)
    for (_, number), word in zip(fixes, words[len(doubted) :], strict=True):
        if word:
            found.given[number] = NUMBER[word]

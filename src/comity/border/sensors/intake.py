"""Observations into the store: checked one by one, written in one transaction, what is bad set aside.

Fast because little is done for each: a time is read, a result is looked at, a tuple is made; where all rows
of a group are plain, for the group at once (`bulk.py`). SQLite gets all rows in one statement and
tells duplicates by its own index.
"""

from __future__ import annotations

from collections import Counter
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

import orjson

from comity.border.quality.words import is_own
from comity.border.sensors import bulk, rules
from comity.border.sensors.fresh import group_of
from comity.border.sensors.rules import RefusedRowError, Row
from comity.border.sensors.times import now

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import apsw

    from comity.border.sensors.bulk import Plain
    from comity.border.sensors.rules import Rule
    from comity.border.sensors.store import SensorStore

    Written = Row | tuple[Any, ...]
    """A row, or its values in the same order."""

INSERT: Final = "INSERT OR IGNORE INTO observation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
TALLY: Final = """
INSERT INTO tally VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
 count = count + excluded.count,
 first_phenomenon = min(first_phenomenon, excluded.first_phenomenon),
 last_phenomenon = max(last_phenomenon, excluded.last_phenomenon),
 first_result_time = coalesce(min(first_result_time, excluded.first_result_time),
                              first_result_time, excluded.first_result_time),
 last_result_time = coalesce(max(last_result_time, excluded.last_result_time),
                             last_result_time, excluded.last_result_time)
"""
NUMBER_OF, OF, BEGINS, ENDS, RESULTED = (
    itemgetter(Row._fields.index(name))
    for name in ("id", "datastream", "phenomenon", "phenomenon_end", "result_time")
)
PLACE: Final = itemgetter(Row._fields.index("datastream"), Row._fields.index("feature"))
"""Columns of a row, whether it is a `Row` or a tuple of the same order."""
MOST_RAW: Final = 2_000
MOST_KEPT: Final = 100_000
"""Rows that are kept of what was set aside, the newest; all are counted."""


class Intake:
    """Takes observations of one request, in one transaction of the store.

    Args:
        store: the store.
        db: its writing connection, inside a transaction.
    """

    def __init__(self, store: SensorStore, db: apsw.Connection) -> None:
        self._store = store
        self._db = db
        self._parts: list[Plain | list[Written]] = []
        self._bad: list[tuple[int | None, str, str, str]] = []
        first = store.arriving is None
        if first:
            store.arriving = 0  # whoever looks before the clock was read waits
        self.arrival = now()
        if first:
            store.arriving = self.arrival

    def rule(self, datastream: Any) -> Rule:
        """Return the rule of a datastream.

        Raises:
            RefusedRowError: there is no such datastream.
        """
        known = self._store.rules.get(datastream) if type(datastream) is int else None
        if known is None:
            known = _rule(self._db, datastream)
            self._store.rules[known.datastream] = known
        return known

    def add(self, rule: Rule, given: dict[str, Any], number: int) -> int:
        """Add one observation by its properties; return its id.

        Raises:
            RefusedRowError: it is not taken.
        """
        phenomenon, end = rules.stamp_of(rule, given.get("phenomenonTime"), self.arrival)
        if "result" not in given:
            raise RefusedRowError("malformed", "without a result")
        kind, result = rules.result_of(rule, given["result"])
        result_time = rules.result_time_of(rule, given.get("resultTime"), self.arrival)
        valid, valid_end = rules.valid_of(given.get("validTime"))
        parameters, quality = given.get("parameters"), given.get("resultQuality")
        rules.check_unit(rule, parameters)
        rules.check_rights([parameters, quality])
        feature = given.get("feature", rule.feature)
        if feature is None:
            raise RefusedRowError("feature", "without a feature of interest, of a thing without a location")
        row = Row(
            number, rule.datastream, feature, phenomenon, end,
            (result_time or self.arrival) if rule.forecast else rules.run_of(kind, result),
            result_time, self.arrival, kind, result, 0, valid, valid_end,
            None if parameters is None else rules.packed(parameters),
            None if quality is None or is_own(quality) else rules.packed(quality),
        )  # fmt: skip
        self._one_by_one().append(row)
        return number

    def _one_by_one(self) -> list[Written]:
        """Return the rows that the next one comes after."""
        if not self._parts or not isinstance(self._parts[-1], list):
            self._parts.append([])
        last = self._parts[-1]
        assert isinstance(last, list)
        return last

    def add_columns(
        self, rule: Rule, columns: Sequence[str], rows: Sequence[Any], ids: range
    ) -> list[int | None]:
        """Add rows whose columns are named once; return an id for each, or None where one is set aside."""
        together = bulk.plain(rule, columns, rows, ids, self.arrival)
        if together is not None:
            self._parts.append(together)
            return list(ids)
        found: list[int | None] = []
        plain = tuple(columns) == ("phenomenonTime", "result") and rule.feature is not None
        width, append, done = len(columns), self._one_by_one().append, found.append
        for number, row in zip(ids, rows, strict=True):
            try:
                if type(row) is not list or len(row) != width:
                    raise RefusedRowError("malformed", f"a row has {width} values")  # noqa: TRY301 - set aside below
                if plain and not rule.forecast:
                    when, end = rules.stamp_of(rule, row[0], self.arrival)
                    kind, result = rules.result_of(rule, row[1])
                    append(
                        Row(number, rule.datastream, rule.feature or 0, when, end,
                            rules.run_of(kind, result), None, self.arrival,
                            kind, result, 0, None, None, None, None)
                    )  # fmt: skip
                else:
                    self.add(rule, self._named(columns, row), number)
                done(number)
            except RefusedRowError as error:
                self.set_aside(rule.datastream, error, row)
                done(None)
        return found

    def _named(self, columns: Sequence[str], row: list[Any]) -> dict[str, Any]:
        given = dict(zip(columns, row, strict=True))
        feature = given.pop("FeatureOfInterest/id", None)
        if feature is not None:
            given["feature"] = self.feature(feature)
        return given

    def feature(self, given: Any) -> int:
        """Return the id of a feature of interest.

        Raises:
            RefusedRowError: there is none of that id.
        """
        known = self._db.execute("SELECT id FROM feature WHERE id = ?", (_plain_id(given),)).fetchone()
        if known is None:
            raise RefusedRowError("feature", f"no feature of interest {str(given)[:40]!r}")
        return int(known[0])

    def set_aside(self, datastream: int | None, error: RefusedRowError, raw: Any) -> None:
        """Keep what was refused, with its reason."""
        self._bad.append((datastream, error.reason, str(error), _shown(raw)))

    def finish(self) -> set[int]:
        """Write everything; return the ids of those that were there before and are set aside too."""
        twice = self._insert()
        if twice:
            for row in self._rows():
                if NUMBER_OF(row) in twice:
                    error = RefusedRowError("duplicate", "an observation of this time and place is there")
                    self.set_aside(OF(row), error, row)
            self._parts = [[row for row in self._rows() if NUMBER_OF(row) not in twice]]
        for one in self._parts:
            self._count(one) if isinstance(one, list) else self._count_plain(one)
        self._quarantine()
        if self._store.fresh.wanted:
            for one in self._parts:
                self._store.fresh.add(map(group_of, one) if isinstance(one, list) else (one.group(),))
        return twice

    def _insert(self) -> set[int]:
        """Write; return the ids of those that were there already, which are not written."""
        before, count = self._db.total_changes(), 0
        for one in self._parts:
            if isinstance(one, list):
                count += len(one)
                self._db.executemany(INSERT, one)
            else:
                count += len(one.ids)
                one.insert(self._db)
        if self._db.total_changes() - before == count:
            return set()
        given = set(map(NUMBER_OF, self._rows()))
        span = (min(given), max(given))
        there = {
            one for (one,) in self._db.execute("SELECT id FROM observation WHERE id BETWEEN ? AND ?", span)
        }
        return given - there

    def _rows(self) -> Iterator[Written]:
        for one in self._parts:
            yield from one if isinstance(one, list) else one.rows()

    def _count(self, every: Sequence[Written]) -> None:
        groups: dict[tuple[int, int], list[Written]] = {}
        for row in every:
            groups.setdefault(PLACE(row), []).append(row)
        for place, rows in sorted(groups.items()):
            last = max(map(BEGINS, rows))
            ends = [end for end in map(ENDS, rows) if end is not None]
            times = [time for time in map(RESULTED, rows) if time is not None]
            known = (min(times), max(times)) if times else (None, None)
            first = min(map(BEGINS, rows))
            self._db.execute(TALLY, (*place, len(rows), first, max([last, *ends]), *known))

    def _count_plain(self, one: Plain) -> None:
        self._db.execute(TALLY, (*one.place, len(one.ids), min(one.times), max(one.times), None, None))

    def _quarantine(self) -> None:
        if not self._bad:
            return
        self._db.executemany(
            "INSERT INTO quarantine(at, datastream, reason, detail, raw) VALUES (?, ?, ?, ?, ?)",
            [(self.arrival, *one) for one in self._bad],
        )
        self._db.executemany(
            "INSERT INTO refused VALUES (?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count",
            list(Counter(reason for _, reason, _, _ in self._bad).items()),
        )
        self._db.executemany(
            "INSERT INTO refused_of VALUES (?, ?, ?) "
            "ON CONFLICT DO UPDATE SET count = count + excluded.count",
            [
                (*source, count)
                for source, count in Counter(
                    (stream or 0, reason) for stream, reason, _, _ in self._bad
                ).items()
            ],
        )
        self._db.execute(
            "DELETE FROM quarantine WHERE id <= (SELECT max(id) FROM quarantine) - ?", (MOST_KEPT,)
        )


def _rule(db: apsw.Connection, datastream: Any) -> Rule:
    row = db.execute(
        "SELECT id, observation_type, unit, properties, thing FROM datastream WHERE id = ?",
        (_plain_id(datastream),),
    ).fetchone()
    if row is None:
        raise RefusedRowError("datastream", f"no datastream {str(datastream)[:40]!r}")
    number, form, unit, properties, thing = row
    place = db.execute(
        "SELECT f.id FROM thing_location tl JOIN feature f ON f.of_location = tl.location WHERE tl.thing = ? "
        "ORDER BY f.id DESC LIMIT 1",
        (thing,),
    ).fetchone() or _made_feature(db, thing)
    return rules.rule_of(
        number, form or "", _data(unit), _data(properties), None if place is None else place[0]
    )


def _made_feature(db: apsw.Connection, thing: int) -> tuple[int] | None:
    """Make a feature of interest of where a thing is (OGC 18-088, 10.2); None where nobody knows."""
    made = db.execute(
        "INSERT INTO feature(name, description, encoding_type, feature, of_location) "
        "SELECT name, description, encoding_type, location, id FROM location "
        "WHERE id = (SELECT max(location) FROM thing_location WHERE thing = ?) RETURNING id",
        (thing,),
    ).fetchone()
    return None if made is None else (int(made[0]),)


def _plain_id(given: Any) -> int:
    return given if type(given) is int and abs(given) < rules.FURTHEST else -1


def _data(text: str | None) -> Any:
    return None if text is None else orjson.loads(text)


def _shown(raw: Any) -> str:
    try:
        text = orjson.dumps(raw, default=str).decode()
    except (TypeError, ValueError):
        text = repr(raw)
    return text[:MOST_RAW]

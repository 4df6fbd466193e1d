"""A group of plain observations at once: a time with its offset and a number or an object each.

What gateways send most. Nothing is refused here: where a row is in any way unusual, none is taken, and the
rules look at each row by itself, with the same result for the others.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, Final

from orjson import dumps

from comity.border.sensors.fresh import Group
from comity.border.sensors.rights import all_fine
from comity.border.sensors.rules import FURTHEST, FUTURE, JSON, NUMBER, run_of_bytes
from comity.border.sensors.times import EPOCH

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import apsw

    from comity.border.sensors.rules import Rule

COLUMNS: Final = ("phenomenonTime", "result")
MICROSECOND: Final = timedelta(microseconds=1)
OBJECTS: Final = frozenset({"", "OM_Observation"})
"""Forms that take any object."""
OTHER_FORMS: Final = frozenset({"OM_CategoryObservation", "OM_TruthObservation"})
SIZES: Final = tuple(1 << power for power in range(10, -1, -1))
"""Rows of one statement, inside which other threads go on: any number of rows needs few of them."""


INSERT: Final = """
INSERT OR IGNORE INTO observation
SELECT column1, ?, ?, column2, NULL, column3, NULL, ?, ?, column4, 0, NULL, NULL, NULL, NULL FROM (VALUES """
INSERTS: Final = {size: f"{INSERT}{', '.join(['(?, ?, ?, ?)'] * size)})" for size in SIZES}


@dataclass(frozen=True, slots=True)
class Plain:
    """Rows of one datastream in columns: nothing but a time and a result is told of each.

    Attributes:
        ids: Of each.
        place: Datastream and feature.
        arrival: Microseconds since 1970 UTC.
        kind: Of every result.
        times: Microseconds since 1970 UTC.
        runs: What tells apart results of one time.
        results: As they are kept.
        data: Of results that are objects, the objects.
    """

    ids: range
    place: tuple[int, int]
    arrival: int
    kind: int
    times: list[int]
    runs: list[int]
    results: list[Any]
    data: list[Any] | None

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Yield each as a `rules.Row` without its names."""
        stream, feature = map(repeat, self.place)
        nothing, plain = repeat(None), repeat(0)
        return zip(
            self.ids, stream, feature, self.times, nothing, self.runs, nothing, repeat(self.arrival),
            repeat(self.kind), self.results, plain, nothing, nothing, nothing, nothing, strict=False,
        )  # fmt: skip

    def insert(self, db: apsw.Connection) -> None:
        """Write them, but those that are there already."""
        shared = (*self.place, self.arrival, self.kind)
        rows = list(zip(self.ids, self.times, self.runs, self.results, strict=True))
        at = 0
        for size in SIZES:
            while len(rows) - at >= size:
                db.execute(INSERTS[size], (*shared, *chain.from_iterable(rows[at : at + size])))
                at += size

    def group(self) -> Group:
        """Return what followers are told of them."""
        return Group(self.ids, self.place[0], self.arrival, self.times, self.kind, self.results, self.data)


def plain(rule: Rule, columns: Sequence[str], rows: Sequence[Any], ids: range, arrival: int) -> Plain | None:
    """Return the rows as they are kept, or None where they are to be looked at one by one.

    Args:
        rule: Of their datastream.
        columns: Names of their values.
        rows: As they were sent.
        ids: One for each.
        arrival: Microseconds since 1970 UTC.
    """
    if tuple(columns) != COLUMNS or rule.feature is None or rule.forecast or not rows:
        return None
    times = _times(rows)
    if times is None or min(times) <= -FURTHEST or max(times) > min(arrival + FUTURE, FURTHEST - 1):
        return None
    results = [result for _, result in rows]
    place = (rule.datastream, rule.feature)
    if set(map(type, results)) == {dict} and rule.form in OBJECTS:
        texts = _texts(results)
        if texts is None:
            return None
        runs, kept = list(map(run_of_bytes, texts)), list(map(bytes.decode, texts))
        # What is no number was written as null: then the text alone says what is kept.
        data = None if b"null" in b"".join(texts) else results
        return Plain(ids, place, arrival, JSON, times, runs, kept, data)
    if not _fine(rule, results):
        return None
    return Plain(ids, place, arrival, NUMBER, times, [0] * len(rows), results, None)


def _times(rows: Sequence[Any]) -> list[int] | None:
    """Return the times of rows of a time and a result each; None where one is none."""
    read = datetime.fromisoformat
    try:
        stamps = [when for when, _ in rows]
        known = {when: (read(when) - EPOCH) // MICROSECOND for when in set(stamps)}  # many share a look
        return [known[when] for when in stamps]
    except (ValueError, TypeError, OverflowError):
        return None


def _texts(results: list[Any]) -> list[bytes] | None:
    """Return objects as JSON text, or None where the rules are to look at each."""
    if not all_fine(results):
        return None
    try:
        return [dumps(one) for one in results]
    except (TypeError, ValueError):
        return None


def _fine(rule: Rule, results: list[Any]) -> bool:
    """Return whether every result is a number that the rule takes."""
    kinds = set(map(type, results))
    if not kinds <= {int, float} or rule.form in OTHER_FORMS:
        return False
    if rule.form == "OM_CountObservation" and float in kinds:
        return False
    low, high = min(results), max(results)
    if int in kinds and not -FURTHEST < low <= high < FURTHEST:
        return False
    return rule.low <= low <= high <= rule.high and all(map(math.isfinite, results))

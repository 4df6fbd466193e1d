"""A group of plain observations at once: a time with its offset and a number or an object each.

What gateways send most. Nothing is refused here: where a row is in any way unusual, none is taken, and the
rules look at each row by itself, with the same result for the others.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from itertools import repeat
from typing import TYPE_CHECKING, Any, Final

from orjson import dumps

from comity.border.sensors.rights import all_fine
from comity.border.sensors.rules import FURTHEST, FUTURE, JSON, NOTHING, NUMBER, run_of_bytes
from comity.border.sensors.times import EPOCH

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from comity.border.sensors.rules import Rule

    Plain = tuple[Any, ...]
    """As `rules.Row`, without its names."""

COLUMNS: Final = ("phenomenonTime", "result")
MICROSECOND: Final = timedelta(microseconds=1)
OBJECTS: Final = frozenset({"", "OM_Observation"})
"""Forms that take any object."""
OTHER_FORMS: Final = frozenset({"OM_CategoryObservation", "OM_TruthObservation"})


def plain(
    rule: Rule, columns: Sequence[str], rows: Sequence[Any], ids: range, arrival: int
) -> list[Plain] | None:
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
    read = datetime.fromisoformat
    try:
        stamps = [when for when, _ in rows]
        known = {when: (read(when) - EPOCH) // MICROSECOND for when in set(stamps)}  # many share a look
        times = [known[when] for when in stamps]
    except (ValueError, TypeError, OverflowError):
        return None
    if min(times) <= -FURTHEST or max(times) > min(arrival + FUTURE, FURTHEST - 1):
        return None
    results, runs, kind = _kept(rule, [result for _, result in rows])
    if kind == NOTHING:
        return None
    before, after = (rule.datastream, rule.feature), (0, None, None, None, None)
    return list(
        zip(
            ids, *map(repeat, before), times, repeat(None), runs, repeat(None), repeat(arrival),
            repeat(kind), results, *map(repeat, after), strict=False,
        )
    )  # fmt: skip


def _kept(rule: Rule, results: list[Any]) -> tuple[list[Any], Iterable[int], int]:
    """Return results as they are kept, their runs, and their kind; NOTHING where the rules are to look."""
    if set(map(type, results)) == {dict} and rule.form in OBJECTS:
        if not all_fine(results):
            return [], (), NOTHING
        try:
            texts = [dumps(one) for one in results]
        except (TypeError, ValueError):
            return [], (), NOTHING
        return list(map(bytes.decode, texts)), list(map(run_of_bytes, texts)), JSON
    return results, repeat(0), NUMBER if _fine(rule, results) else NOTHING


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

"""What an observation must be like to be taken: its datastream's type, unit, range and place.

Everything else is refused with a reason, one row at a time: a bad row never takes its batch down.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import orjson

from comity.border.sensors.rights import refused
from comity.border.sensors.times import SECOND, read_instant, read_time

FUTURE: Final = 2 * SECOND
"""How far a clock may be ahead; more is from the future."""
FURTHEST: Final = 2**53
"""Times and whole results beyond are not kept: no reader of JSON would get them exactly."""
REASONS: Final = (
    "stamp",
    "future",
    "type",
    "not-a-number",
    "range",
    "unit",
    "duplicate",
    "datastream",
    "feature",
    "malformed",
    "checksum",
    "no-fix",
    "rights",
)
"""Why an observation is set aside."""
TYPE_PREFIX: Final = "http://www.opengis.net/def/observationType/OGC-OM/2.0/"
NUMBER, TEXT, TRUTH, JSON, NOTHING = range(5)
"""The kind of a result, as it is kept."""
_EMPTY: Final = hashlib.blake2b(digest_size=7)


class RefusedRowError(Exception):
    """An observation is set aside; `reason` is one of REASONS, `datastream` where it was for, if known."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.datastream: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """What observations of one datastream must be like.

    Attributes:
        datastream: Its id.
        form: `OM_Measurement` and the like, without the prefix; empty for any result.
        units: Symbol, name and definition of its unit: an observation may name one of them.
        low: Least result.
        high: Greatest result.
        forecast: Whether its observations may be of the future, and may be made anew.
        feature: Where its thing is, as a feature of interest; None where nobody said so.
    """

    datastream: int
    form: str = ""
    units: tuple[str, ...] = ()
    low: float = -math.inf
    high: float = math.inf
    forecast: bool = False
    feature: int | None = None


class Row(NamedTuple):
    """An observation as it is kept, in the order of the table's columns."""

    id: int
    datastream: int
    feature: int
    phenomenon: int
    phenomenon_end: int | None
    run: int
    result_time: int | None
    arrival: int
    kind: int
    result: Any
    quality: int
    valid: int | None
    valid_end: int | None
    parameters: str | None
    result_quality: str | None


def rule_of(datastream: int, observation_type: str, unit: Any, properties: Any, feature: int | None) -> Rule:
    """Return the rule of a datastream; `valid_range` and `forecast` stand in its properties."""
    more = properties if isinstance(properties, dict) else {}
    span = more.get("valid_range")
    low, high = -math.inf, math.inf
    if isinstance(span, list) and len(span) == 2 and all(_is_number(one) for one in span):  # noqa: PLR2004 - a pair
        low, high = float(span[0]), float(span[1])
    named = unit if isinstance(unit, dict) else {}
    units = tuple(str(named[name]) for name in ("symbol", "name", "definition") if named.get(name))
    form = observation_type.removeprefix(TYPE_PREFIX)
    return Rule(datastream, form, units, low, high, more.get("forecast") is True, feature)


def result_of(rule: Rule, result: Any) -> tuple[int, Any]:  # noqa: C901 - a type of observation a line
    """Return kind and value of a result.

    Raises:
        RefusedRowError: it is not what the datastream is for.
    """
    kind = type(result)
    if kind is float or kind is int:
        if kind is int and not -FURTHEST < result < FURTHEST:
            raise RefusedRowError("range", "a whole number of more than 53 bits")
        if not math.isfinite(result):
            raise RefusedRowError("not-a-number", f"the result is {result}")
        if not rule.low <= result <= rule.high:
            raise RefusedRowError("range", f"{result} is not from {rule.low:g} to {rule.high:g}")
        if rule.form == "OM_CountObservation" and kind is float and not result.is_integer():
            raise RefusedRowError("type", f"{result} is no count")
        if rule.form in ("OM_CategoryObservation", "OM_TruthObservation"):
            raise RefusedRowError("type", f"a number, where a {rule.form} is due")
        return NUMBER, result
    if rule.form in ("OM_Measurement", "OM_CountObservation"):
        word = result.strip().lower() if isinstance(result, str) else None
        reason = "not-a-number" if word in ("nan", "inf", "-inf", "") else "type"
        raise RefusedRowError(reason, f"{str(result)[:60]!r} is no number")
    if rule.form == "OM_TruthObservation" and kind is not bool:
        raise RefusedRowError("type", f"{str(result)[:60]!r} is neither true nor false")
    if rule.form == "OM_CategoryObservation" and kind is not str:
        raise RefusedRowError("type", f"{str(result)[:60]!r} is no word")
    if kind is str:
        return TEXT, result
    if kind is bool:
        return TRUTH, int(result)
    if result is None:
        return NOTHING, None
    check_rights(result)
    return JSON, packed(result)


def run_of(kind: int, result: Any) -> int:
    """Return what tells apart observations of one datastream, time and place.

    Of a value there is one, and another is a duplicate. An object may be one of several that were seen in
    one look: its own bytes tell it apart, below 2^56.
    """
    return run_of_bytes(result.encode()) if kind == JSON else 0


def run_of_bytes(text: bytes) -> int:
    """Return the run of an object by its JSON text."""
    found = _EMPTY.copy()
    found.update(text)
    return int.from_bytes(found.digest(), "big")


def check_rights(value: Any) -> None:
    """Check that JSON data names nothing that nobody here may have.

    Raises:
        RefusedRowError: it does.
    """
    found = refused(value)
    if found:
        raise RefusedRowError("rights", f"{found}: no observation holds it")


def check_unit(rule: Rule, parameters: Any) -> None:
    """Check that an observation that names its unit names its datastream's.

    Raises:
        RefusedRowError: it is another.
    """
    given = parameters.get("unit") if isinstance(parameters, dict) else None
    if given is not None and rule.units and given not in rule.units:
        raise RefusedRowError("unit", f"in {str(given)[:40]!r}, where {rule.units[0]!r} is due")


def stamp_of(rule: Rule, given: Any, arrival: int) -> tuple[int, int | None]:
    """Return the two ends of the phenomenon time; nothing given is the arrival.

    Raises:
        RefusedRowError: it cannot be read, or lies in the future.
    """
    if given is None:
        return arrival, None
    try:
        found = (read_instant(given), None) if "/" not in given else read_time(given)
    except (ValueError, TypeError, OverflowError) as error:
        raise RefusedRowError("stamp", f"{str(given)[:60]!r}: {error}") from error
    last = found[1] or found[0]
    if last > arrival + FUTURE and not rule.forecast:
        raise RefusedRowError("future", f"{given} has not come yet")
    if not -FURTHEST < found[0] <= last < FURTHEST:
        raise RefusedRowError("stamp", f"{given} is too far away")
    return found


def result_time_of(rule: Rule, given: Any, arrival: int) -> int | None:
    """Return the time of the result, None for none.

    Raises:
        RefusedRowError: it cannot be read, or lies in the future.
    """
    if given is None:
        return None
    try:
        found = read_instant(given)
    except (ValueError, OverflowError) as error:
        raise RefusedRowError("stamp", f"resultTime {str(given)[:60]!r}: {error}") from error
    if found > arrival + FUTURE and not rule.forecast:
        raise RefusedRowError("future", f"resultTime {given} has not come yet")
    return found


def valid_of(given: Any) -> tuple[int | None, int | None]:
    """Return the two ends of the valid time.

    Raises:
        RefusedRowError: it cannot be read.
    """
    if given is None:
        return None, None
    try:
        return read_time(given)
    except (ValueError, OverflowError) as error:
        raise RefusedRowError("stamp", f"validTime {str(given)[:60]!r}: {error}") from error


def packed(value: Any) -> str:
    """Return JSON text.

    Raises:
        RefusedRowError: it holds what JSON has not.
    """
    try:
        return orjson.dumps(value).decode()
    except (TypeError, ValueError) as error:
        raise RefusedRowError("malformed", str(error)) from error


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)

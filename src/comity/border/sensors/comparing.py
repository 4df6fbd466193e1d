"""Pieces of SQL for filters: compared and reckoned with, as far as their kinds allow."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from comity.border.sensors.errors import SensorRequestError


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of SQL with its parameters in order.

    Attributes:
        text: The SQL.
        given: The parameters.
        kind: What it yields: number, text, time, duration, bool, null, shape, result or any.
        end: Of an interval, the SQL of its end.
    """

    text: str
    given: tuple[Any, ...] = ()
    kind: str = "any"
    end: str = ""


OPERATORS: Final = {"eq": "=", "ne": "<>", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}
SIGNS: Final = {"add": "+", "sub": "-", "mul": "*"}


def require(found: Sql, kind: str) -> Sql:
    """Return a piece as a value of a kind, NULL where a row holds another.

    Raises:
        SensorRequestError: it never is of that kind.
    """
    if found.kind == "result" and kind == "number":
        return Sql(f"iif({found.end} = 0, {found.text}, NULL)", found.given, kind)
    if found.kind == "result" and kind == "text":
        return Sql(f"iif({found.end} = 1, {found.text}, NULL)", found.given, kind)
    if found.kind == "any" and kind == "text":
        return Sql(f"iif(typeof({found.text}) = 'text', {found.text}, NULL)", found.given * 2, kind)
    if found.kind == "any" and kind == "number":
        plain = f"iif(typeof({found.text}) IN ('integer', 'real'), {found.text}, NULL)"
        return Sql(plain, found.given * 2, kind)
    if found.kind not in (kind, "any", "null"):
        raise SensorRequestError(f"a {kind} is needed where a {found.kind} stands")
    return found


def compared(operator: str, a: Sql, b: Sql) -> Sql:
    """Return a comparison.

    Raises:
        SensorRequestError: the two cannot be compared.
    """
    if "null" in (a.kind, b.kind):
        return _nothing(operator, a, b)
    for one, other in ((a, b), (b, a)):
        if one.kind in ("result", "any") and other.kind not in ("result", "any"):
            if other.kind == "bool":
                return _truth(operator, one, other)
            fitted = require(one, other.kind)
            a, b = (fitted, other) if one is a else (other, fitted)
    if a.kind == "bool" and b.kind == "bool":
        return Sql(f"({a.text} {OPERATORS[operator]} {b.text})", a.given + b.given, "bool")
    if a.kind != b.kind and "any" not in (a.kind, b.kind):
        raise SensorRequestError(f"a {a.kind} cannot be compared with a {b.kind}")
    return _in_time(operator, a, b)


def _in_time(operator: str, a: Sql, b: Sql) -> Sql:
    """An interval is before what its end is before, and after what its start is after."""
    sign = OPERATORS[operator]
    plain = f"({a.text} {sign} {b.text})"
    given = a.given + b.given
    ends = [one.end for one in (a, b) if one.kind == "time" and one.end]
    if not ends or (operator in ("gt", "ge") and a.end) or (operator in ("lt", "le") and b.end and not a.end):
        return Sql(plain, given, "bool")
    if operator in ("eq", "ne"):
        same = " AND ".join(f"{one.end} = {one.text}" for one in (a, b) if one.end)
        return Sql(
            plain if len(ends) > 1 else f"({plain} {'AND' if operator == 'eq' else 'OR NOT'} {same})",
            given,
            "bool",
        )
    late = replace(a, text=a.end or a.text), replace(b, text=b.end or b.text)
    return Sql(f"({plain} AND {late[0].text} {sign} {late[1].text})", given * 2, "bool")


def _nothing(operator: str, a: Sql, b: Sql) -> Sql:
    if operator not in ("eq", "ne"):
        raise SensorRequestError("nothing is neither more nor less than a value: use eq or ne")
    is_it = "IS" if operator == "eq" else "IS NOT"
    return Sql(f"({a.text} {is_it} {b.text})", a.given + b.given, "bool")


def _truth(operator: str, one: Sql, truth: Sql) -> Sql:
    """A result that is true or false is kept as 1 or 0 with its own kind."""
    if operator not in ("eq", "ne"):
        raise SensorRequestError("a truth is neither more nor less: use eq or ne")
    plain = f"({one.text} {OPERATORS[operator]} {truth.text})"
    if one.kind == "result":
        plain = f"({one.end} = 2 AND {plain})"
    return Sql(plain, one.given + truth.given, "bool")


def calculated(operator: str, a: Sql, b: Sql) -> Sql:
    """Return a sum, difference, product, quotient or rest.

    Raises:
        SensorRequestError: the two cannot be reckoned with each other.
    """
    given = a.given + b.given
    if "time" in (a.kind, b.kind) or "duration" in (a.kind, b.kind):
        kinds = (a.kind, operator, b.kind)
        yields = {
            ("time", "add", "duration"): "time",
            ("time", "sub", "duration"): "time",
            ("time", "sub", "time"): "duration",
            ("duration", "add", "duration"): "duration",
        }.get(kinds)
        if yields is None:
            raise SensorRequestError(f"a {a.kind} {operator} a {b.kind} is nothing")
        return Sql(f"({a.text} {SIGNS[operator]} {b.text})", given, yields)
    a, b = require(a, "number"), require(b, "number")
    given = a.given + b.given
    if operator in SIGNS:
        return Sql(f"({a.text} {SIGNS[operator]} {b.text})", given, "number")
    return Sql(f"sta_{'divide' if operator == 'div' else 'mod'}({a.text}, {b.text})", given, "number")

"""Filters as SQL: a tree of the grammar becomes a condition whose values are all parameters.

A relation in a path becomes EXISTS over the rows it leads to: with a relation to many, one of them is enough.
Types are checked where they can be told, so that a number is never compared with a word.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from comity.border.quality import words
from comity.border.sensors.comparing import OPERATORS, Sql, calculated, compared, require
from comity.border.sensors.errors import SensorRequestError, SensorUnsupportedError
from comity.border.sensors.grammar import Apply, Call, Node, Path, Value
from comity.border.sensors.model import BY_NAME, EntityType, Property, Relation
from comity.border.sensors.times import now

UNSUPPORTED: Final = frozenset({"st_touches", "st_overlaps", "st_crosses", "st_relate"})
_T, _N, _M, _S = "text", "number", "time", "shape"
CALLS: Final[dict[str, tuple[str, tuple[str, ...], str]]] = {
    "substringof": ("holds", (_T, _T), "bool"),
    "endswith": ("ends", (_T, _T), "bool"),
    "startswith": ("starts", (_T, _T), "bool"),
    "length": ("length", (_T,), _N),
    "indexof": ("index", (_T, _T), _N),
    "substring": ("substring", (_T, _N, _N), _T),
    "tolower": ("lower", (_T,), _T),
    "toupper": ("upper", (_T,), _T),
    "trim": ("trim", (_T,), _T),
    "concat": ("concat", (_T, _T), _T),
    "round": ("round", (_N,), _N),
    "floor": ("floor", (_N,), _N),
    "ceiling": ("ceiling", (_N,), _N),
    **{name: (name, (_M,), _N) for name in ("year", "month", "day", "hour", "minute", "second")},
    "fractionalseconds": ("fraction", (_M,), _N),
    "date": ("date", (_M,), _M),
    "time": ("time", (_M,), "duration"),
    "geo.distance": ("geo_distance", (_S, _S), _N),
    "geo.length": ("geo_length", (_S,), _N),
    "geo.intersects": ("st_intersects", (_S, _S), "bool"),
    **{
        name: (name, (_S, _S), "bool")
        for name in ("st_equals", "st_disjoint", "st_within", "st_contains", "st_intersects")
    },
}
"""Name in filters, to: name in the store, kinds of the arguments, kind of the value."""
LIMITS: Final = {"mindatetime": -62_135_596_800_000_000, "maxdatetime": 253_402_300_799_999_999}
OPTIONAL: Final = {"substring": 2}


class Conditions:
    """Makes conditions on the rows of one type.

    Args:
        kind: the type.
        alias: what its table is called in the query.
    """

    def __init__(self, kind: EntityType, alias: str = "t") -> None:
        self._kind = kind
        self._alias = alias
        self._count = 0
        self._joins: list[tuple[tuple[str, ...], str, str]] | None = None

    def condition(self, node: Node) -> Sql:
        """Return the condition of a filter.

        Raises:
            SensorRequestError: it is about what is not there, or compares what cannot be compared.
            SensorUnsupportedError: it needs a function that is not here.
        """
        if isinstance(node, Apply) and node.operator in ("and", "or"):
            a, b = (self.condition(one) for one in node.given)
            return Sql(f"({a.text} {node.operator.upper()} {b.text})", a.given + b.given, "bool")
        if isinstance(node, Apply) and node.operator == "not":
            inner = self.condition(node.given[0])
            return Sql(f"(NOT coalesce({inner.text}, 0))", inner.given, "bool")
        return self._leaf(node)

    def ordering(self, node: Node) -> Sql:
        """Return what rows are ordered by."""
        found, joins = self._gathered(node)
        if not joins:
            return found
        tables = ", ".join(f"{table} AS {alias}" for _, table, alias in joins)
        on = " AND ".join(text for (text, *_), _, _ in joins)
        return replace(found, text=f"(SELECT {found.text} FROM {tables} WHERE {on} LIMIT 1)")  # noqa: S608 - names of the model, values as parameters

    def _leaf(self, node: Node) -> Sql:
        found, joins = self._gathered(node)
        if found.kind not in ("bool", "any", "result"):
            raise SensorRequestError(f"a filter must say yes or no, not give a {found.kind}")
        if not joins:
            return found
        tables = ", ".join(f"{table} AS {alias}" for _, table, alias in joins)
        on = " AND ".join(text for (text, *_), _, _ in joins)
        text = f"EXISTS (SELECT 1 FROM {tables} WHERE {on} AND {found.text})"  # noqa: S608 - names of the model, values as parameters
        return replace(found, text=text, kind="bool")

    def _gathered(self, node: Node) -> tuple[Sql, list[tuple[tuple[str, ...], str, str]]]:
        before, self._joins = self._joins, []
        found = self._value(node)
        joins, self._joins = self._joins, before
        return found, joins

    def _value(self, node: Node) -> Sql:  # noqa: PLR0911 - a kind of node a line
        match node:
            case Value():
                return (
                    Sql("?", (node.value,), node.kind) if node.value is not None else Sql("NULL", (), "null")
                )
            case Path():
                return self._path(node.names)
            case Call():
                return self._call(node)
            case Apply(operator="-"):
                inner = require(self._value(node.given[0]), "number")
                return replace(inner, text=f"(- {inner.text})")
            case Apply(operator=operator) if operator in OPERATORS:
                return compared(operator, *(self._value(one) for one in node.given))
            case Apply(operator=operator) if operator in ("and", "or", "not"):
                return self.condition(node)
        return calculated(node.operator, *(self._value(one) for one in node.given))

    # --- paths -----------------------------------------------------------------------------------------

    def _path(self, names: tuple[str, ...]) -> Sql:
        kind, alias, walked = self._kind, self._alias, list[str]()
        for at, name in enumerate(names):
            relation = kind.relation(name)
            if relation is None:
                return _column(kind, alias, names[at:])
            walked.append(name)
            alias = self._joined(tuple(walked), relation, alias)
            kind = BY_NAME[relation.target]
        return Sql(f"{alias}.id", (), "number")

    def _joined(self, walked: tuple[str, ...], relation: Relation, alias: str) -> str:
        assert self._joins is not None
        for (_, *known), _, there in self._joins:
            if tuple(known) == walked:
                return there
        self._count += 1
        there = f"j{self._count}"
        table = BY_NAME[relation.target].table
        self._joins.append(((relation.joined(alias, there), *walked), table, there))
        return there

    # --- functions -------------------------------------------------------------------------------------

    def _call(self, node: Call) -> Sql:
        if node.name in LIMITS or node.name == "now":
            if node.given:
                raise SensorRequestError(f"{node.name} takes nothing")
            return Sql("?", (LIMITS.get(node.name) or now(),), "time")
        if node.name == "totaloffsetminutes":
            return Sql("0", (), "number")  # every time is kept in UTC
        if node.name in UNSUPPORTED:
            raise SensorUnsupportedError(f"{node.name}: no such relation of shapes is computed here")
        if node.name not in CALLS:
            raise SensorRequestError(f"no function {node.name[:40]!a}")
        name, kinds, yields = CALLS[node.name]
        if not OPTIONAL.get(node.name, len(kinds)) <= len(node.given) <= len(kinds):
            raise SensorRequestError(f"{node.name} takes {len(kinds)} values, not {len(node.given)}")
        values = [require(self._value(one), kind) for one, kind in zip(node.given, kinds, strict=False)]
        inner = ", ".join(one.text for one in values)
        return Sql(f"sta_{name}({inner})", tuple(p for one in values for p in one.given), yields)


def _column(kind: EntityType, alias: str, names: tuple[str, ...]) -> Sql:  # noqa: PLR0911, C901 - a form a line
    if names in (("id",), ("@iot.id",)):
        return Sql(f"{alias}.id", (), "number")
    found = kind.property_of(names[0])
    if found is None:
        raise SensorRequestError(f"{kind.name} has no property {names[0][:60]!a}")
    if kind.name == "Datastream" and found.derived:
        return _extent(found, alias)
    column = f"{alias}.{found.column}"
    if found.form == "result":
        if len(names) > 1:
            return Sql(f"json_extract(iif({alias}.kind = 3, {column}, NULL), ?)", (_inside(names[1:]),))
        return Sql(column, (), "result", end=f"{alias}.kind")
    if names == ("resultQuality", "flag"):
        return Sql(words.flag(alias), (), "text")  # the node's own, whatever the sensor said of quality
    if found.form in ("json", "geo"):
        if len(names) > 1:
            return Sql(f"json_extract({column}, ?)", (_inside(names[1:]),))
        return Sql(column, (), "shape" if found.form == "geo" else "any")
    if len(names) > 1:
        raise SensorRequestError(f"{found.name} has no parts")
    if found.form == "interval":
        return Sql(column, (), "time", end=f"coalesce({column}_end, {column})")
    return Sql(column, (), "time" if found.form == "instant" else "text")


def _extent(found: Property, alias: str) -> Sql:
    """The time that a datastream's observations span, from the counts that are kept."""
    first, last = (
        f"(SELECT {call}({name}_{found.column}) FROM tally WHERE datastream = {alias}.id)"  # noqa: S608 - names of the model, values as parameters
        for call, name in (("min", "first"), ("max", "last"))
    )
    return Sql(first, (), "time", end=last)


def _inside(names: tuple[str, ...]) -> str:
    return "$" + "".join(f'."{name}"' for name in names)

"""Entities out of the store: a collection or one, filtered, ordered, expanded, in the JSON of OGC 18-088."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import orjson

from comity.border.quality import states, words
from comity.border.sensors import rules
from comity.border.sensors.conditions import Conditions
from comity.border.sensors.errors import SensorMissingError, SensorRequestError
from comity.border.sensors.model import BY_NAME, DATASTREAM, OBSERVATION, EntityType, Relation
from comity.border.sensors.options import MOST, MOST_INLINE, PAGE, Options
from comity.border.sensors.times import now, write_instant, write_time

if TYPE_CHECKING:
    import apsw

    Source = tuple[Relation, EntityType, int]
    Row = dict[str, Any]

_EXTENTS: Final = {
    column: f"(SELECT {call}({name}) FROM tally WHERE datastream = t.id)"  # noqa: S608 - constants
    for column, call, name in (
        ("phenomenon", "min", "first_phenomenon"),
        ("phenomenon_end", "max", "last_phenomenon"),
        ("result_time", "min", "first_result_time"),
        ("result_time_end", "max", "last_result_time"),
    )
}


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of a collection.

    Attributes:
        rows: The rows of its entities.
        more: Whether others follow.
        count: The number of all, where it was asked for.
    """

    rows: list[Row]
    more: bool
    count: int | None


class Reader:
    """Reads entities by one connection.

    Args:
        db: a connection with the functions of filters.
        base: where the service is, `http://…/sta/v1.1`.
    """

    def __init__(self, db: apsw.Connection, base: str) -> None:
        self._db = db
        self.base = base

    # --- rows ------------------------------------------------------------------------------------------

    def page(self, kind: EntityType, source: Source | None, options: Options, most: int = MOST) -> Page:
        """Return the entities of a collection that the options want."""
        where, given = self._where(kind, source, options)
        count = self._count(kind, source, options, where, given) if options.count else None
        top = min(PAGE if options.top is None else options.top, most)
        order, more_given = _order(kind, options)
        if options.after is not None:
            where, given = f"{where} AND t.id > ?", (*given, options.after)
        query = (
            f"SELECT {_columns(kind)} FROM {kind.table} AS t WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?"  # noqa: S608 - names of the model, values as parameters
        )
        found = self._db.execute(query, (*given, *more_given, top + 1, options.skip)).fetchall()
        rows = [dict(zip(kind.columns, row, strict=True)) for row in found[:top]]
        return Page(rows, len(found) > top, count)

    def row(self, kind: EntityType, number: int) -> Row:
        """Return one entity.

        Raises:
            SensorMissingError: there is none.
        """
        query = f"SELECT {_columns(kind)} FROM {kind.table} AS t WHERE t.id = ?"  # noqa: S608 - names of the model
        found = self._db.execute(query, (number,)).fetchone()
        if found is None:
            raise SensorMissingError(f"no {kind.name} {number}")
        return dict(zip(kind.columns, found, strict=True))

    def _where(
        self, kind: EntityType, source: Source | None, options: Options
    ) -> tuple[str, tuple[Any, ...]]:
        where, given = "1", tuple[Any, ...]()
        if source is not None:
            relation, origin, number = source
            where, given = relation.from_one(origin.table, "t"), (number,)
            if relation.where == "back" and origin.name == "FeatureOfInterest":
                # The index of observations begins with the datastream: the counts know which ones.
                where += " AND t.datastream IN (SELECT datastream FROM tally WHERE feature = ?)"
                given = (number, number)
        if options.filter is not None:
            condition = Conditions(kind).condition(options.filter)
            where, given = f"{where} AND {condition.text}", (*given, *condition.given)
        return where, given

    def _count(
        self, kind: EntityType, source: Source | None, options: Options, where: str, given: tuple[Any, ...]
    ) -> int:
        if kind.name == "Observation" and options.filter is None:
            column = "" if source is None else f" WHERE {source[0].key} = ?"
            query = f"SELECT coalesce(sum(count), 0) FROM tally{column}"  # noqa: S608 - the model's column
            return _number(self._db.execute(query, given[:1]).fetchone())
        query = f"SELECT count(*) FROM {kind.table} AS t WHERE {where}"  # noqa: S608 - names of the model
        return _number(self._db.execute(query, given).fetchone())

    # --- JSON ------------------------------------------------------------------------------------------

    def entity(self, kind: EntityType, row: Row, options: Options) -> Row:
        """Return an entity as JSON data."""
        link = f"{self.base}/{kind.plural}({row['id']})"
        wanted = None if options.select is None else set(_known(kind, options.select))
        found: Row = {}
        if wanted is None or "id" in wanted or "@iot.id" in wanted:
            found["@iot.id"] = row["id"]
        if wanted is None:
            found["@iot.selfLink"] = link
        for one in kind.properties:
            if wanted is None or one.name in wanted:
                value = property_value(kind, one.name, row)
                if value is not None or (kind is OBSERVATION and one.name in ("result", "resultTime")):
                    found[one.name] = value
        if kind.name == "Observation" and wanted is None:
            found["@comity.arrivalTime"] = write_instant(row["arrival"])
            found["@comity.quality"] = words.QUALITY[row["quality"]]
        if kind is DATASTREAM and wanted is None:
            found["@comity.state"] = states.state(self._db, row["id"], now())
        self._related(kind, row, options, found, link, wanted)
        return found

    def _related(  # noqa: PLR0917 - what an entity is made of
        self, kind: EntityType, row: Row, options: Options, found: Row, link: str, wanted: set[str] | None
    ) -> None:
        for name in options.expand:
            if kind.relation(name) is None:
                raise SensorRequestError(f"$expand: {kind.name} has no relation {name[:60]!a}")
        for relation in kind.relations:
            inner = options.expand.get(relation.name)
            if inner is not None:
                self._expanded(kind, row, relation, inner, found, link)
            elif wanted is None or relation.name in wanted:
                found[f"{relation.name}@iot.navigationLink"] = f"{link}/{relation.name}"

    def _expanded(  # noqa: PLR0917 - the same
        self, kind: EntityType, row: Row, relation: Relation, options: Options, found: Row, link: str
    ) -> None:
        target = BY_NAME[relation.target]
        page = self.page(target, (relation, kind, row["id"]), options, MOST_INLINE)
        shown = [self.entity(target, one, options) for one in page.rows]
        if not relation.many:
            if shown:
                found[relation.name] = shown[0]
            return
        found[relation.name] = shown
        if page.count is not None:
            found[f"{relation.name}@iot.count"] = page.count
        if page.more:
            skip = options.skip + len(shown)
            found[f"{relation.name}@iot.nextLink"] = (
                f"{link}/{relation.name}?$top={len(shown)}&$skip={skip}"
                if shown
                else f"{link}/{relation.name}"
            )

    def collection(
        self, kind: EntityType, source: Source | None, options: Options, path: str, query: str
    ) -> Row:
        """Return a collection as JSON data, with the link to what follows."""
        page = self.page(kind, source, options)
        found: Row = {}
        if page.count is not None:
            found["@iot.count"] = page.count
        if page.more and page.rows:
            found["@iot.nextLink"] = f"{self.base}/{path}?{_following(query, options, page.rows)}"
        found["value"] = [self.entity(kind, row, options) for row in page.rows]
        return found

    def links(self, kind: EntityType, source: Source | None, options: Options, path: str, query: str) -> Row:
        """Return the links to the entities of a collection."""
        found = self.collection(kind, source, replace(options, select=None, expand={}), f"{path}/$ref", query)
        found["value"] = [{"@iot.selfLink": one["@iot.selfLink"]} for one in found["value"]]
        return found


def property_value(kind: EntityType, name: str, row: Row) -> Any:  # noqa: PLR0911 - a form a line
    """Return the value of a property as JSON data."""
    if name in ("id", "@iot.id"):
        return row["id"]
    found = kind.property_of(name)
    if found is None:
        raise SensorMissingError(f"{kind.name} has no property {name[:60]!a}")
    value = row[found.column]
    if name == "resultQuality" and value is None:
        return words.element(row["quality"])
    match found.form:
        case "interval":
            end = row[f"{found.column}_end"]
            return write_time(value, value if kind.name == "Datastream" and end is None else end)
        case "instant":
            return write_time(value, None)
        case "result":
            return result_value(row["kind"], value)
        case "json" | "geo":
            return None if value is None else orjson.loads(value)
    return value


def result_value(kind: int, value: Any) -> Any:
    """Return a result as JSON data."""
    if kind == rules.TRUTH:
        return bool(value)
    return orjson.loads(value) if kind == rules.JSON else value


def _number(row: Any) -> int:
    return int(row[0])


def _known(kind: EntityType, names: list[str]) -> list[str]:
    for name in names:
        if name not in ("id", "@iot.id") and kind.property_of(name) is None and kind.relation(name) is None:
            raise SensorRequestError(f"$select: {kind.name} has no {name[:60]!a}")
    return names


def _columns(kind: EntityType) -> str:
    if kind.name == "Datastream":
        return ", ".join(_EXTENTS.get(name, f"t.{name}") for name in kind.columns)
    return ", ".join(words.effective("t") if name == "quality" else f"t.{name}" for name in kind.columns)


def _order(kind: EntityType, options: Options) -> tuple[str, tuple[Any, ...]]:
    """Return the order, always ending in the id, so that pages neither repeat nor leave out."""
    parts, given, conditions = list[str](), list[Any](), Conditions(kind)
    for node, falls in options.order:
        found = conditions.ordering(node)
        parts.append(f"{found.text}{' DESC' if falls else ''}")
        given += found.given
    falling = bool(options.order) and options.order[-1][1]
    return ", ".join([*parts, "t.id DESC" if falling else "t.id"]), tuple(given)


def _following(query: str, options: Options, rows: list[Row]) -> str:
    """Return the query of the next page: by id where that is the order, else by how many were seen."""
    kept = [one for one in query.split("&") if one and one.partition("=")[0].lower() not in _PAGING]
    if not options.order:
        return "&".join([*kept, f"$skiptoken={rows[-1]['id']}"])
    return "&".join([*kept, f"$skip={options.skip + len(rows)}"])


_PAGING: Final = ("$skip", "$skiptoken", "%24skip", "%24skiptoken")


def escaped(path: str) -> str:
    """Return a path as it stands in links."""
    return quote(path, safe="/()$',")

"""Entities into the store: deep insert and change (OGC 18-088 section 10), all of a request or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from comity.border.quality.words import look_again
from comity.border.sensors import deleting, geometry
from comity.border.sensors.errors import SensorConflictError, SensorRequestError
from comity.border.sensors.intake import Intake
from comity.border.sensors.model import BY_NAME, OBSERVATION, EntityType, Property, Relation
from comity.border.sensors.paths import exists
from comity.border.sensors.rights import refused
from comity.border.sensors.rules import RefusedRowError
from comity.border.sensors.times import now, read_instant

if TYPE_CHECKING:
    import apsw

    from comity.border.sensors.store import SensorStore

    Body = dict[str, Any]
    Via = tuple[Relation, EntityType, int] | None

MOST_DEPTH: Final = 12
GEOJSON: Final = ("application/vnd.geo+json", "application/geo+json")
BACK: Final = {"Things": "Thing", "Datastreams": "Datastream", "HistoricalLocations": "HistoricalLocation"}


class Writer:
    """Writes entities inside one transaction.

    Args:
        store: the store.
        db: its writing connection, inside a transaction.
    """

    def __init__(self, store: SensorStore, db: apsw.Connection) -> None:
        self._store = store
        self._db = db
        self._depth = 0
        self.intake = Intake(store, db)

    def finish(self) -> None:
        """Write the observations of the request.

        Raises:
            RefusedRowError: one of them is there already.
        """
        if self.intake.finish():
            raise RefusedRowError("duplicate", "an observation of this datastream, time and feature is there")

    # --- create ----------------------------------------------------------------------------------------

    def create(self, kind: EntityType, body: Any, via: Via = None) -> int:
        """Create an entity with everything inline; return its id.

        Raises:
            SensorRequestError: something is missing or malformed.
        """
        if not isinstance(body, dict):
            raise SensorRequestError(f"a {kind.name} is a JSON object")
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise SensorRequestError(f"entities are nested to a depth of {MOST_DEPTH}")
        self._store.rules.clear() if kind is not OBSERVATION else None
        _check_names(kind, body)
        made = self._observation(body, via) if kind is OBSERVATION else self._entity(kind, body, via)
        self._depth -= 1
        return made

    def _entity(self, kind: EntityType, body: Body, via: Via) -> int:
        values = _columns(kind, body)
        for relation in kind.relations:
            if relation.where == "column":
                values[relation.key] = self._one(kind, relation, body, via)
        names = ", ".join(values)
        places = ", ".join("?" * len(values))
        query = f"INSERT INTO {kind.table}({names}) VALUES ({places}) RETURNING id"  # noqa: S608 - names of the model
        made: Any = self._db.execute(query, tuple(values.values())).fetchone()
        number = int(made[0])
        self._connect(kind, number, body, via)
        return number

    def _one(self, kind: EntityType, relation: Relation, body: Body, via: Via) -> int | None:
        """Return the id of the entity that a relation to one leads to."""
        if relation.name in body:
            return self._linked(BY_NAME[relation.target], body[relation.name])
        if via is not None and via[0].target == kind.name and via[1].name == relation.target:
            return via[2]
        if relation.required:
            raise SensorRequestError(f"a {kind.name} needs its {relation.name}")
        return None

    def _linked(self, kind: EntityType, given: Any) -> int:
        if isinstance(given, dict) and "@iot.id" in given:
            number = given["@iot.id"]
            if not exists(self._db, kind, number):
                raise SensorRequestError(f"no {kind.name} {str(number)[:40]!a}")
            return int(number)
        return self.create(kind, given)

    def _connect(self, kind: EntityType, number: int, body: Body, via: Via) -> None:
        """Create and link what stands inline in relations to many."""
        for relation in kind.relations:
            if relation.where == "column" or relation.name not in body:
                continue
            given = body[relation.name]
            items = given if isinstance(given, list) else [given]
            target = BY_NAME[relation.target]
            if relation.where == "back":
                for one in items:
                    self._child(target, one, (relation, kind, number))
            else:
                self._link(kind, number, relation, [self._linked(target, one) for one in items])
        if via is not None and via[0].where == "link":
            self._link(via[1], via[2], via[0], [number])
        if kind.name == "HistoricalLocation":
            self._follow(number)

    def _child(self, kind: EntityType, given: Any, via: Via) -> None:
        if isinstance(given, dict) and "@iot.id" in given:
            assert via is not None
            self._linked(kind, given)
            query = f"UPDATE {kind.table} SET {via[0].key} = ? WHERE id = ?"  # noqa: S608 - names of the model
            if kind is OBSERVATION:
                raise SensorRequestError("an observation stays with its datastream")
            self._db.execute(query, (via[2], given["@iot.id"]))
            return
        self.create(kind, given, via)

    # --- where things are ------------------------------------------------------------------------------

    def _link(self, kind: EntityType, number: int, relation: Relation, others: list[int]) -> None:
        if relation.table != "thing_location":
            query = f"INSERT OR IGNORE INTO {relation.table}({relation.key}, {relation.other}) VALUES (?, ?)"  # noqa: S608 - names of the model
            self._db.executemany(query, [(number, other) for other in others])
            return
        moves = {number: others} if kind.name == "Thing" else {other: [number] for other in others}
        for thing, locations in moves.items():
            self._place(thing, locations)
            made: Any = self._db.execute(
                "INSERT INTO historical_location(time, thing) VALUES (?, ?) RETURNING id", (now(), thing)
            ).fetchone()
            self._db.executemany(
                "INSERT OR IGNORE INTO historical_link VALUES (?, ?)", [(made[0], one) for one in locations]
            )

    def _place(self, thing: int, locations: list[int]) -> None:
        """Put a thing at its new locations (section 8.2.2: those of one moment, in several encodings)."""
        self._store.rules.clear()
        self._db.execute("DELETE FROM thing_location WHERE thing = ?", (thing,))
        self._db.executemany(
            "INSERT OR IGNORE INTO thing_location VALUES (?, ?)", [(thing, one) for one in locations]
        )

    def _follow(self, historical: int) -> None:
        """Move a thing where its newest historical location says."""
        row = self._db.execute(
            "SELECT h.thing FROM historical_location h WHERE h.id = ? AND h.time >= "
            "(SELECT max(time) FROM historical_location WHERE thing = h.thing)",
            (historical,),
        ).fetchone()
        query = "SELECT location FROM historical_link WHERE historical = ?"
        locations = [one for (one,) in self._db.execute(query, (historical,))]
        if row is not None and locations:
            self._place(int(row[0]), locations)

    # --- observations ----------------------------------------------------------------------------------

    def _observation(self, body: Body, via: Via) -> int:
        relation = OBSERVATION.relations[0]
        datastream = self._one(OBSERVATION, relation, body, via)
        given = {name: value for name, value in body.items() if OBSERVATION.property_of(name) is not None}
        try:
            rule = self.intake.rule(datastream)
            if "FeatureOfInterest" in body:
                given["feature"] = self._linked(BY_NAME["FeatureOfInterest"], body["FeatureOfInterest"])
            elif via is not None and via[1].name == "FeatureOfInterest":
                given["feature"] = via[2]
            return self.intake.add(rule, given, self._store.take_ids(self._db, 1)[0])
        except RefusedRowError as error:
            error.datastream = datastream
            raise

    # --- change ----------------------------------------------------------------------------------------

    def update(self, kind: EntityType, number: int, body: Any, *, whole: bool = False) -> None:
        """Change what of an entity is given; with `whole`, drop what is not.

        Raises:
            SensorRequestError: something is malformed.
            SensorConflictError: it is sealed.
        """
        if not isinstance(body, dict):
            raise SensorRequestError(f"a {kind.name} is a JSON object")
        _check_names(kind, body)
        if kind is OBSERVATION:
            self._update_observation(number, body)
            return
        self._store.rules.clear()
        values = _columns(kind, body, partial=not whole)
        for relation in kind.relations:
            if relation.where == "column" and relation.name in body:
                values[relation.key] = self._linked(BY_NAME[relation.target], body[relation.name])
        if values:
            names = ", ".join(f"{name} = ?" for name in values)
            query = f"UPDATE {kind.table} SET {names} WHERE id = ?"  # noqa: S608 - names of the model
            self._db.execute(query, (*values.values(), number))
        self._connect(kind, number, body, None)

    def _update_observation(self, number: int, body: Body) -> None:
        """Take the changed observation like a new one of the same id."""
        if number <= self._store.sealed_to:
            raise SensorConflictError(f"observation {number} is sealed")
        from comity.border.sensors.reading import Reader  # noqa: PLC0415 - reading imports nothing of here

        row = Reader(self._db, "").row(OBSERVATION, number)
        known = Reader(self._db, "").entity(OBSERVATION, row, _EVERYTHING)
        given = {name: value for name, value in known.items() if OBSERVATION.property_of(name) is not None}
        given |= {name: value for name, value in body.items() if OBSERVATION.property_of(name) is not None}
        query = "SELECT datastream, feature, arrival FROM observation WHERE id = ?"
        found: Any = self._db.execute(query, (number,)).fetchone()
        datastream, feature, arrival = found
        given["feature"] = feature
        if "FeatureOfInterest" in body:
            given["feature"] = self._linked(BY_NAME["FeatureOfInterest"], body["FeatureOfInterest"])
        if "Datastream" in body:
            datastream = self._linked(BY_NAME["Datastream"], body["Datastream"])
        deleting.remove(self._store, self._db, OBSERVATION, number)
        self.intake.arrival = arrival
        self.intake.add(self.intake.rule(datastream), given, number)
        look_again(self._db, number)


def _everything() -> Any:
    from comity.border.sensors.options import Options  # noqa: PLC0415 - one value

    return Options()


_EVERYTHING: Final = _everything()


def _check_names(kind: EntityType, body: Body) -> None:
    for name in body:
        known = kind.property_of(name) or kind.relation(name)
        if known is None and "@" not in name and name != "id":
            raise SensorRequestError(f"a {kind.name} has no {name[:60]!a}")


def _columns(kind: EntityType, body: Body, *, partial: bool = False) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for one in kind.properties:
        if one.derived:
            continue
        if one.name not in body or body[one.name] is None:
            if one.required and (not partial or one.name in body):
                raise SensorRequestError(f"a {kind.name} needs its {one.name}")
            if not partial or one.name in body:
                values[one.column] = None
            continue
        values[one.column] = _value(kind, one, body)
    return values


def _value(kind: EntityType, one: Property, body: Body) -> Any:
    given = body[one.name]
    match one.form:
        case "text":
            if not isinstance(given, str):
                raise SensorRequestError(f"{one.name} of a {kind.name} is text")
            return given
        case "instant":
            try:
                return read_instant(given)
            except (ValueError, OverflowError) as error:
                raise SensorRequestError(f"{one.name}: {error}") from error
        case "geo":
            if body.get("encodingType", GEOJSON[0]) in GEOJSON:
                _check_shape(one.name, given)
    if one.name in ("properties", "unitOfMeasurement") and not isinstance(given, dict):
        raise SensorRequestError(f"{one.name} of a {kind.name} is a JSON object")
    if word := refused(given):
        raise SensorRequestError(f"{one.name} of a {kind.name}: {word}: nothing here holds it")
    return orjson.dumps(given).decode()


def _check_shape(name: str, given: Any) -> None:
    try:
        shape = geometry.from_geojson(given)
    except ValueError as error:
        raise SensorRequestError(f"{name}: {error}") from error
    if any(abs(x) > 180 or abs(y) > 90 for x, y in shape.corners()):  # noqa: PLR2004 - degrees of the globe
        raise SensorRequestError(f"{name}: not longitude, latitude; are the two swapped?")

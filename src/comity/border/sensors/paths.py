"""Paths to entities (OGC 18-088 section 9.2): `Things(1)/Datastreams`, `…/name/$value`, `…/$ref`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from comity.border.sensors.errors import SensorMissingError, SensorRequestError
from comity.border.sensors.model import BY_NAME, BY_PLURAL, EntityType, Relation

if TYPE_CHECKING:
    import apsw

_PART: Final = re.compile(r"(\$?[A-Za-z]\w*)(?:\((-?\d{1,18}|'[^']*')\))?")
MOST_PARTS: Final = 24


@dataclass(frozen=True, slots=True)
class Place:
    """What a path leads to.

    Attributes:
        kind: The type of its entities.
        id: The one entity, or None for a collection.
        source: Where the last step began: relation, type and id; None for a whole collection.
        names: The property, and parts of it.
        value: Whether its bare value is asked for.
        ref: Whether links alone are asked for.
    """

    kind: EntityType
    id: int | None = None
    source: tuple[Relation, EntityType, int] | None = None
    names: tuple[str, ...] = ()
    value: bool = False
    ref: bool = False


def resolve(db: apsw.Connection, path: str) -> Place:
    """Return where a path leads, every entity on the way being there.

    Raises:
        SensorMissingError: something on the way is not there.
        SensorRequestError: it is no path.
    """
    parts = [part for part in path.split("/") if part]
    if len(parts) > MOST_PARTS:
        raise SensorRequestError(f"a path of more than {MOST_PARTS} steps")
    tail = parts.pop() if parts and parts[-1] in ("$ref", "$value") else ""
    first, given = _part(parts[0] if parts else "")
    if first not in BY_PLURAL:
        raise SensorMissingError(f"no collection {first[:60]!a}")
    kind = BY_PLURAL[first]
    place = Place(kind, None if given is None else _there(db, kind, given))
    for at, text in enumerate(parts[1:], 1):
        name, given = _part(text)
        relation = place.kind.relation(name)
        if place.id is None:
            raise SensorMissingError(f"{name[:60]!a} stands behind a whole collection")
        if relation is None:
            place = _property(place, parts[at:])
            break
        place = _step(db, place, relation, given)
    return _tail(place, tail)


def _part(text: str) -> tuple[str, str | None]:
    found = _PART.fullmatch(text)
    if found is None:
        raise SensorMissingError(f"{text[:60]!a} is no step of a path")
    return found[1], found[2]


def _number(given: str) -> int:
    text = given.strip("'")
    if not text.lstrip("-").isdigit() or len(text) > 18:  # noqa: PLR2004 - digits of 2^53 and more
        raise SensorMissingError(f"no entity {given[:40]!a}: ids are whole numbers")
    return int(text)


def _there(db: apsw.Connection, kind: EntityType, given: str) -> int:
    number = _number(given)
    if not exists(db, kind, number):
        raise SensorMissingError(f"no {kind.name} {number}")
    return number


def exists(db: apsw.Connection, kind: EntityType, number: Any) -> bool:
    """Whether there is an entity of an id."""
    if type(number) is not int or abs(number) >= 2**63:
        return False
    return db.execute(f"SELECT 1 FROM {kind.table} WHERE id = ?", (number,)).fetchone() is not None  # noqa: S608 - the model's table


def _step(db: apsw.Connection, place: Place, relation: Relation, given: str | None) -> Place:
    assert place.id is not None
    kind = BY_NAME[relation.target]
    if relation.many and given is None:
        return Place(kind, None, (relation, place.kind, place.id))
    where = relation.from_one(place.kind.table, "t")
    query = f"SELECT id FROM {kind.table} AS t WHERE {where}"  # noqa: S608 - the model's names
    values: tuple[Any, ...] = (place.id,)
    if given is not None:
        query, values = f"{query} AND t.id = ?", (place.id, _number(given))
    found = db.execute(query, values).fetchone()
    if found is None:
        raise SensorMissingError(f"{place.kind.name} {place.id} has no such {relation.name}")
    return Place(kind, int(found[0]), (relation, place.kind, place.id))


def _property(place: Place, names: list[str]) -> Place:
    found = place.kind.property_of(names[0])
    if found is None and names[0] != "id":
        raise SensorMissingError(f"{place.kind.name} has no property {names[0][:60]!a}")
    return Place(place.kind, place.id, None, tuple(names))


def _tail(place: Place, tail: str) -> Place:
    if tail == "$value" and not place.names:
        raise SensorRequestError("$value stands behind a property")
    if tail == "$ref" and place.names:
        raise SensorRequestError("$ref stands behind a collection or an entity")
    return Place(place.kind, place.id, place.source, place.names, tail == "$value", tail == "$ref")

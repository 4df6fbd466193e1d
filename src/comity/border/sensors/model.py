"""The entities of OGC 18-088 section 8 as data: properties, relations, and where each lies in the store.

SensorThings 2.0 (23-019) renames and adds, and keeps this shape: a facade for it needs other names, not
another engine. Everything that depends on an entity's form reads it here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Form = Literal["text", "json", "geo", "instant", "interval", "result"]
Where = Literal["column", "back", "link"]


@dataclass(frozen=True, slots=True)
class Property:
    """One property of an entity.

    Attributes:
        name: As the standard has it.
        column: Where it lies; an interval has `<column>_end` besides.
        form: What it holds.
        required: Whether who creates an entity must give it.
        derived: Whether the service alone gives it.
    """

    name: str
    column: str
    form: Form = "text"
    required: bool = False
    derived: bool = False


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation of an entity to others.

    Attributes:
        name: As it stands in paths.
        target: Name of the other entity's type.
        many: Whether it leads to a collection.
        where: A column here, a column there (`back`), or a table of links.
        key: That column; of a link, the column of the table that holds this entity.
        table: The table of links.
        other: The column of the table of links that holds the other entity.
        required: Whether who creates an entity must give it.
    """

    name: str
    target: str
    many: bool
    where: Where
    key: str
    table: str = ""
    other: str = ""
    required: bool = False

    def joined(self, source: str, target: str) -> str:
        """Return the condition that holds between a row here and a row there, by their aliases."""
        if self.where == "column":
            return f"{target}.id = {source}.{self.key}"
        if self.where == "back":
            return f"{target}.{self.key} = {source}.id"
        linked = f"SELECT {self.other} FROM {self.table} WHERE {self.key} = {source}.id"  # noqa: S608 - names of this module
        return f"{target}.id IN ({linked})"

    def from_one(self, table: str, target: str) -> str:
        """Return the condition on a row there when the one here has the id that a parameter gives."""
        if self.where == "column":
            return f"{target}.id = (SELECT {self.key} FROM {table} WHERE id = ?)"  # noqa: S608 - names of this module
        if self.where == "back":
            return f"{target}.{self.key} = ?"
        linked = f"SELECT {self.other} FROM {self.table} WHERE {self.key} = ?"  # noqa: S608 - names of this module
        return f"{target}.id IN ({linked})"


@dataclass(frozen=True, slots=True)
class EntityType:
    """One type of entity.

    Attributes:
        name: Singular, as it stands in relations to one.
        plural: Name of the collection.
        table: Its table.
        properties: In the order in which they are shown.
        relations: The same.
    """

    name: str
    plural: str
    table: str
    properties: tuple[Property, ...]
    relations: tuple[Relation, ...]

    def property_of(self, name: str) -> Property | None:
        """Return the property of a name, or None."""
        return next((one for one in self.properties if one.name == name), None)

    def relation(self, name: str) -> Relation | None:
        """Return the relation of a name, or None."""
        return next((one for one in self.relations if one.name == name), None)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that reading needs, the id first."""
        found = ["id"]
        for one in self.properties:
            found.append(one.column)
            if one.form == "interval":
                found.append(f"{one.column}_end")
        if self.table == "observation":
            found += ["kind", "arrival", "quality", "datastream"]
        return tuple(found)


_NAMED: Final = (
    Property("name", "name", required=True),
    Property("description", "description", required=True),
)
_MORE: Final = Property("properties", "properties", "json")
_ENCODING: Final = Property("encodingType", "encoding_type", required=True)

TYPES: Final[tuple[EntityType, ...]] = (
    EntityType(
        "Thing",
        "Things",
        "thing",
        (*_NAMED, _MORE),
        (
            Relation("Locations", "Location", True, "link", "thing", "thing_location", "location"),
            Relation("HistoricalLocations", "HistoricalLocation", True, "back", "thing"),
            Relation("Datastreams", "Datastream", True, "back", "thing"),
        ),
    ),
    EntityType(
        "Location",
        "Locations",
        "location",
        (*_NAMED, _ENCODING, Property("location", "location", "geo", required=True), _MORE),
        (
            Relation("Things", "Thing", True, "link", "location", "thing_location", "thing"),
            Relation(
                "HistoricalLocations",
                "HistoricalLocation",
                True,
                "link",
                "location",
                "historical_link",
                "historical",
            ),
        ),
    ),
    EntityType(
        "HistoricalLocation",
        "HistoricalLocations",
        "historical_location",
        (Property("time", "time", "instant", required=True),),
        (
            Relation("Thing", "Thing", False, "column", "thing", required=True),
            Relation("Locations", "Location", True, "link", "historical", "historical_link", "location"),
        ),
    ),
    EntityType(
        "Datastream",
        "Datastreams",
        "datastream",
        (
            *_NAMED,
            Property("observationType", "observation_type", required=True),
            Property("unitOfMeasurement", "unit", "json", required=True),
            Property("observedArea", "observed_area", "geo"),
            Property("phenomenonTime", "phenomenon", "interval", derived=True),
            Property("resultTime", "result_time", "interval", derived=True),
            _MORE,
        ),
        (
            Relation("Thing", "Thing", False, "column", "thing", required=True),
            Relation("Sensor", "Sensor", False, "column", "sensor", required=True),
            Relation(
                "ObservedProperty", "ObservedProperty", False, "column", "observed_property", required=True
            ),
            Relation("Observations", "Observation", True, "back", "datastream"),
        ),
    ),
    EntityType(
        "Sensor",
        "Sensors",
        "sensor",
        (*_NAMED, _ENCODING, Property("metadata", "metadata", "json", required=True), _MORE),
        (Relation("Datastreams", "Datastream", True, "back", "sensor"),),
    ),
    EntityType(
        "ObservedProperty",
        "ObservedProperties",
        "observed_property",
        (_NAMED[0], Property("definition", "definition", required=True), _NAMED[1], _MORE),
        (Relation("Datastreams", "Datastream", True, "back", "observed_property"),),
    ),
    EntityType(
        "Observation",
        "Observations",
        "observation",
        (
            Property("phenomenonTime", "phenomenon", "interval"),
            Property("result", "result", "result", required=True),
            Property("resultTime", "result_time", "instant"),
            Property("resultQuality", "result_quality", "json"),
            Property("validTime", "valid", "interval"),
            Property("parameters", "parameters", "json"),
        ),
        (
            Relation("Datastream", "Datastream", False, "column", "datastream", required=True),
            Relation("FeatureOfInterest", "FeatureOfInterest", False, "column", "feature"),
        ),
    ),
    EntityType(
        "FeatureOfInterest",
        "FeaturesOfInterest",
        "feature",
        (*_NAMED, _ENCODING, Property("feature", "feature", "geo", required=True), _MORE),
        (Relation("Observations", "Observation", True, "back", "feature"),),
    ),
)

BY_NAME: Final = {one.name: one for one in TYPES}
BY_PLURAL: Final = {one.plural: one for one in TYPES}
OBSERVATION: Final = BY_NAME["Observation"]
DATASTREAM: Final = BY_NAME["Datastream"]

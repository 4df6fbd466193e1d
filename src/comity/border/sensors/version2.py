"""The names of SensorThings 2.0 (OGC 23-019) for what this service keeps, and an entity told by them.

Taken from the source text of the standard's clause 8 "The SensorThings API Core Data Model", in the public
repository opengeospatial/sensorthings at commit b0c8e3b9: that is the working text, and the approved document
of 2026-11-04 may word a name otherwise. Two things there are not of one mind: the role from a Datastream to
its observed properties is `ObservedProperty`, and leads to several; that from a Thing is `Location` in the
table and `Locations` in the example. They are given here as the service document would have to address them.

This is a table of names with a function beside it, so that a facade at /v2.0 needs no other store and no
other engine. It is not such a service: nothing here answers a request.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from comity.border.sensors.model import TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.border.sensors.model import EntityType

SOURCE: Final = "OGC 23-019, clause 8, as in opengeospatial/sensorthings at b0c8e3b9"
_NAMED: Final = ("id", "name", "definition", "description")


@dataclass(frozen=True, slots=True)
class Class2:
    """A class of the core data model of 2.0: the names of its set, its attributes and its roles."""

    plural: str
    attributes: tuple[str, ...]
    roles: tuple[str, ...]


STANDARD: Final = {
    "Thing": Class2(
        "Things", (*_NAMED, "properties"), ("Locations", "HistoricalLocations", "Datastreams")
    ),
    "Location": Class2(
        "Locations", (*_NAMED, "encodingType", "location", "properties"), ("Things", "HistoricalLocations")
    ),
    "HistoricalLocation": Class2("HistoricalLocations", ("id", "time"), ("Locations", "Thing")),
    "Datastream": Class2(
        "Datastreams",
        (
            *_NAMED, "resultType", "resultEncoding", "observedArea", "phenomenonTime", "resultTime",
            "properties",
        ),
        (
            "Thing", "Sensor", "ObservedProperty", "Observations", "ProximateFeatureOfInterest",
            "UltimateFeatureOfInterest",
        ),
    ),
    "Sensor": Class2(
        "Sensors", (*_NAMED, "encodingType", "metadata", "properties"), ("Datastreams",)
    ),
    "ObservedProperty": Class2("ObservedProperties", (*_NAMED, "properties"), ("Datastreams",)),
    "Observation": Class2(
        "Observations",
        ("id", "phenomenonTime", "result", "resultTime", "validTime", "properties"),
        ("Datastream", "ProximateFeatureOfInterest"),
    ),
    "Feature": Class2(
        "Features",
        (*_NAMED, "encodingType", "feature", "properties"),
        ("Observations", "DatastreamsProximate", "DatastreamsUltimate"),
    ),
}  # fmt: skip
"""What the standard has; its FeatureType is a class that this service keeps nothing of."""

CLASSES: Final = {one.name: one.name for one in TYPES} | {"FeatureOfInterest": "Feature"}
"""The class of 2.0 for each type of entity here."""
RENAMED: Final = {
    ("Datastream", "observationType"): "resultType",
    ("Datastream", "unitOfMeasurement"): "resultType",
    ("Observation", "parameters"): "properties",
    ("Observation", "resultQuality"): "properties",
    ("Observation", "FeatureOfInterest"): "ProximateFeatureOfInterest",
}
"""Names of a type of entity here that are others in 2.0; every name that is not here stays."""
ADDED: Final = {
    "Datastream": ("resultEncoding", "ProximateFeatureOfInterest", "UltimateFeatureOfInterest"),
    "Feature": ("DatastreamsProximate", "DatastreamsUltimate"),
}
"""What 2.0 has besides, and this service nothing for; each of them may be left out. `definition` is another,
of every class but those of times and observations."""
CONTROL: Final = {"@iot.id": "id", "@iot.selfLink": "@id", "@iot.navigationLink": "@navigationLink",
                  "@iot.count": "@count", "@iot.nextLink": "@nextLink"}  # fmt: skip
"""Control information; what stands behind a name of a relation keeps its place."""
COMPONENTS: Final = {
    "OM_Measurement": "Quantity",
    "OM_CountObservation": "Count",
    "OM_CategoryObservation": "Category",
    "OM_TruthObservation": "Boolean",
}
"""The SWE Common component of each observation type; of others `DataRecord`, as an object is."""
TIMES: Final = frozenset({"phenomenonTime", "resultTime", "validTime", "time"})
INSTANTS: Final = {("Observation", "resultTime"), ("HistoricalLocation", "time")}
"""Times that are one instant; every other is an object with a start, and an end where there is one."""


def name_of(kind: str, name: str) -> str:
    """Return the name in 2.0 of a property or relation of a type of entity here."""
    return RENAMED.get((kind, name), name)


def entity(kind: EntityType, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entity of 1.1, as this service gives it, told by the names of 2.0.

    Args:
        kind: Its type.
        given: Its JSON data; of a datastream with its observed property expanded, so that its component can
            name it.
    """
    number, plural = given["@iot.id"], STANDARD[CLASSES[kind.name]].plural
    found: dict[str, Any] = {"@id": f"{plural}({number})", "id": number}
    for name, value in given.items():
        if name.endswith("@iot.navigationLink"):
            role = name_of(kind.name, name.partition("@")[0])
            found[f"{role}@navigationLink"] = f"{plural}({number})/{role}"
        elif kind.property_of(name) and (kind.name, name) not in RENAMED and value is not None:
            found[name] = _time(value) if _is_span(kind.name, name) else value
    if kind.name == "Datastream":
        found["resultType"] = _component(given)
    if kind.name == "Observation":
        more = {"resultQuality": given.get("resultQuality")}
        more = {**(given.get("parameters") or {}), **{name: one for name, one in more.items() if one}}
        found |= {"properties": more} if more else {}
    return found


def _is_span(kind: str, name: str) -> bool:
    return name in TIMES and (kind, name) not in INSTANTS


def _time(text: str) -> dict[str, str]:
    """Return an instant or an interval (ISO 8601, parted by a slash) as an object."""
    start, _, end = text.partition("/")
    return {"start": start, "end": end} if end else {"start": start}


def _component(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the SWE Common component of a datastream: its result, with the unit where there is one."""
    form = str(given.get("observationType", "")).rpartition("/")[2]
    unit = given.get("unitOfMeasurement") or {}
    made: dict[str, Any] = {"type": COMPONENTS.get(form, "DataRecord"), "label": given.get("name", "")}
    observed = given.get("ObservedProperty") or {}
    if "@iot.id" in observed:
        made["definition"] = f"ObservedProperties({observed['@iot.id']})"
        made["label"] = observed.get("name", "")
    if made["type"] == "Quantity":
        code = {"code": unit["symbol"]} if unit.get("symbol") else {}
        href = {"href": unit["definition"]} if unit.get("definition") else {}
        label = {"label": unit["name"]} if unit.get("name") else {}
        made["uom"] = {**code, **href, **label}
    return made

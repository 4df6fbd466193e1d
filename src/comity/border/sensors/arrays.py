"""The data array extension (OGC 18-088 section 13): observations in columns, in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.border.sensors.errors import SensorRequestError
from comity.border.sensors.intake import Intake
from comity.border.sensors.model import OBSERVATION
from comity.border.sensors.reading import property_value
from comity.border.sensors.rules import RefusedRowError

if TYPE_CHECKING:
    from comity.border.sensors.options import Options
    from comity.border.sensors.reading import Page, Reader
    from comity.border.sensors.store import SensorStore

FEATURE: Final = "FeatureOfInterest/id"
COMPONENTS: Final = frozenset({*(one.name for one in OBSERVATION.properties), FEATURE})
MOST_ROWS: Final = 500_000


def create(store: SensorStore, body: Any) -> list[int | None]:
    """Take observations in columns; return the id of each in order, None where it is set aside.

    Raises:
        SensorRequestError: the whole is no list of groups, each with datastream, components and rows.
    """
    groups = _groups(body)
    with store.transaction() as db:
        intake = Intake(store, db)
        found: list[int | None] = []
        for datastream, columns, rows in groups:
            try:
                rule = intake.rule(datastream)
            except RefusedRowError as error:
                for row in rows:
                    intake.set_aside(None, error, row)
                found += [None] * len(rows)
                continue
            found += intake.add_columns(rule, columns, rows, store.take_ids(db, len(rows)))
        twice = intake.finish()
    return [None if number in twice else number for number in found] if twice else found


def _groups(body: Any) -> list[tuple[Any, list[str], list[Any]]]:
    if not isinstance(body, list):
        raise SensorRequestError("CreateObservations takes a list, an object for each datastream")
    found = []
    for group in body:
        if not isinstance(group, dict) or not isinstance(group.get("Datastream"), dict):
            raise SensorRequestError('each object has "Datastream": {"@iot.id": …}')
        columns, rows = group.get("components"), group.get("dataArray")
        if not isinstance(columns, list) or not isinstance(rows, list):
            raise SensorRequestError("each object has components and dataArray, both lists")
        unknown = [str(one) for one in columns if not isinstance(one, str) or one not in COMPONENTS]
        if unknown or "result" not in columns or len(set(columns)) != len(columns):
            raise SensorRequestError(f"components: {', '.join(unknown)[:80] or 'result once, others once'}")
        found.append((group["Datastream"].get("@iot.id"), columns, rows))
    if sum(len(rows) for _, _, rows in found) > MOST_ROWS:
        raise SensorRequestError(f"more than {MOST_ROWS} observations in one request")
    return found


def shown(reader: Reader, page: Page, options: Options) -> list[dict[str, Any]]:
    """Return a page of observations in columns, an object for each datastream."""
    names = options.select
    if names is None:
        names = ["id", *(one.name for one in OBSERVATION.properties)]
    known = {"id", "@iot.id", *(one.name for one in OBSERVATION.properties)}
    columns = [name for name in names if name in known]
    groups: dict[int, list[Any]] = {}
    for row in page.rows:
        values = [property_value(OBSERVATION, name, row) for name in columns]
        groups.setdefault(row["datastream"], []).append(values)
    return [
        {
            "Datastream@iot.navigationLink": f"{reader.base}/Datastreams({datastream})",
            "components": columns,
            "dataArray@iot.count": len(rows),
            "dataArray": rows,
        }
        for datastream, rows in groups.items()
    ]

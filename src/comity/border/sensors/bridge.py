"""Sensors over MQTT: from the topics of OGC 18-088 sections 14 and 15 into the service, and out of it.

In: `v1.1/Datastreams(7)/Observations` and `v1.1/Observations` take one observation a message, and
`v1.1/CreateObservations`, which the standard has not, takes arrays. Messages are gathered and go to the node
as one request; each is acknowledged once the node has it on disk. What is no observation is set aside there,
alone. Out: every new observation as a message of its datastream's topic and of `v1.1/Observations`.

A broker passes a sender's message on to whoever listens to the same topic; listeners tell an observation of
the service by its `@iot.selfLink`. The bridge itself hears nothing that it sent (MQTT 5, no local).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import orjson

from comity.border.sensors.arrays import FEATURE, MOST_ROWS
from comity.border.sensors.model import OBSERVATION

if TYPE_CHECKING:
    from collections.abc import Callable

TOPICS: Final = ("v1.1/+/Observations", "v1.1/Observations", "v1.1/CreateObservations")
MOST: Final = 500
"""Messages that are gathered into one request."""
_OF_STREAM: Final = re.compile(r"v1\.1/Datastreams\((\d{1,15})\)/Observations")
COLUMNS: Final = (*(one.name for one in OBSERVATION.properties), FEATURE)


@dataclass(slots=True)
class Gathered:
    """Messages on their way to the node.

    Attributes:
        rows: By datastream and columns, the rows.
        whole: Groups that came as arrays.
        count: How many messages these are.
    """

    rows: dict[tuple[Any, tuple[str, ...]], list[Any]] = field(default_factory=dict)
    whole: list[dict[str, Any]] = field(default_factory=list)
    count: int = 0

    def add(self, topic: str, payload: bytes) -> None:
        """Take one message; what cannot be read goes on as a row that the node sets aside."""
        self.count += 1
        try:
            data = orjson.loads(payload)
        except orjson.JSONDecodeError:
            self._row(_stream(topic, None), ("result",), payload[:2000].decode(errors="replace"))
            return
        if topic.endswith("/CreateObservations"):
            self._groups(data)
        elif not isinstance(data, dict) or "result" not in data:
            self._row(_stream(topic, data), ("result",), {"message": data})
        else:
            self._observation(_stream(topic, data), data)

    def bodies(self) -> list[bytes]:
        """Return the bodies of requests: one for single observations, one for each array."""
        made = [_group(stream, list(columns), rows) for (stream, columns), rows in self.rows.items()]
        return [orjson.dumps(one) for one in ([made] if made else []) + [[group] for group in self.whole]]

    def _groups(self, data: Any) -> None:
        for group in data if isinstance(data, list) else [data]:
            try:
                stream, columns, rows = (
                    group["Datastream"]["@iot.id"],
                    group["components"],
                    group["dataArray"],
                )
                fits = isinstance(rows, list) and len(rows) <= MOST_ROWS and _known(columns)
            except (TypeError, KeyError):
                fits = False
            if fits:
                self.whole.append(_group(stream, columns, rows))
            else:
                self._row(None, ("result",), {"message": group})

    def _observation(self, stream: Any, data: dict[str, Any]) -> None:
        given = dict(data)
        feature = given.pop("FeatureOfInterest", None)
        if isinstance(feature, dict) and "@iot.id" in feature:
            given[FEATURE] = feature["@iot.id"]
        columns = tuple(name for name in COLUMNS if name in given)
        self._row(stream, columns, [given[name] for name in columns])

    def _row(self, stream: Any, columns: tuple[str, ...], row: Any) -> None:
        key = stream if type(stream) is int else None
        self.rows.setdefault((key, columns), []).append(row)


def _known(columns: list[str]) -> bool:
    return set(columns) <= set(COLUMNS) and "result" in columns and len(set(columns)) == len(columns)


def _stream(topic: str, data: Any) -> Any:
    found = _OF_STREAM.fullmatch(topic)
    if found is not None:
        return int(found[1])
    given = data.get("Datastream") if isinstance(data, dict) else None
    return given.get("@iot.id") if isinstance(given, dict) else None


def _group(stream: Any, columns: list[str], rows: list[Any]) -> dict[str, Any]:
    return {"Datastream": {"@iot.id": stream}, "components": columns, "dataArray": rows}


class Outgoing:
    """Finds observations that nobody was told of yet.

    Args:
        ask: asks the service, `ask(path) -> JSON data`.
        publish: sends a message, `publish(topic, payload)`.
    """

    def __init__(self, ask: Callable[[str], Any], publish: Callable[[str, bytes], None]) -> None:
        self._ask = ask
        self._publish = publish
        newest = ask("Observations?$orderby=id%20desc&$top=1&$select=id")["value"]
        self._last = int(newest[0]["@iot.id"]) if newest else 0

    def tell(self) -> int:
        """Send what is new, in the order in which it arrived; return how many."""
        found = self._ask(
            f"Observations?$filter=id%20gt%20{self._last}&$orderby=id&$top=1000&$expand=Datastream($select=id)"
        )["value"]
        for one in found:
            stream = one.pop("Datastream")["@iot.id"]
            payload = orjson.dumps(one)
            self._publish(f"v1.1/Datastreams({stream})/Observations", payload)
            self._publish("v1.1/Observations", payload)
            self._last = one["@iot.id"]
        return len(found)

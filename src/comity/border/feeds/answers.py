"""What commands and the JSON API do with what a feed gave: the same for both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from comity.border.feeds.delivering import deliver
from comity.border.feeds.messages import MOST_LINE, Heard, Said
from comity.border.sensors import answers as sensors
from comity.border.sensors.errors import SensorRequestError

if TYPE_CHECKING:
    from comity.node.node import Node

MOST: Final = 20_000
"""Places of one request."""

Number = Annotated[str, StringConstraints(pattern=r"^(?:|[0-9a-f]{6}|[0-9]{9})$")]
"""Of an aircraft or of a ship; no other name is taken."""
Degrees = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Speed = Annotated[float, Field(ge=-2_000, le=2_000, allow_inf_nan=False)]
Class = Literal["air", "boat", "vehicle", "person-size", "unknown"]
Place = tuple[
    Annotated[int, Field(ge=0, lt=2**53)],
    Degrees,
    Degrees,
    Class,
    Number,
    Annotated[float, Field(gt=0, le=100_000, allow_inf_nan=False)],
    tuple[Speed, Speed] | None,
]
Text = Annotated[str, StringConstraints(max_length=MOST_LINE)]


class Delivery(BaseModel):
    """What a feed gave, as it goes to a running node."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    feed: Literal["adsb", "ais", "gps"]
    sensor: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    purpose: Annotated[str, StringConstraints(max_length=200)] = ""
    said: Annotated[list[Place], Field(max_length=MOST)] = []
    aside: Annotated[list[tuple[Text, Text, Text]], Field(max_length=1_000)] = []


def bodies(heard: Heard, sensor: str, purpose: str) -> list[dict[str, Any]]:
    """Return what a file held as bodies of requests, one at least."""
    found = []
    for first in range(0, max(len(heard.said), 1), MOST):
        body: dict[str, Any] = {"feed": heard.feed, "sensor": sensor, "purpose": purpose}
        body["said"] = [list(one) for one in heard.said[first : first + MOST]]
        body["aside"] = [] if first else [list(one) for one in heard.aside]
        found.append(body)
    return found


def take(node: Node, body: dict[str, Any]) -> dict[str, Any]:
    """Keep what a feed gave.

    Raises:
        SensorRequestError: the body is none.
    """
    try:
        given = Delivery.model_validate(body)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(one) for one in first["loc"])
        raise SensorRequestError(f"{place}: {first['msg']}") from error
    said = [Said(*one) for one in given.said]
    store = sensors.store_of(node)
    return deliver(store, given.feed, given.sensor, said, given.aside, purpose=given.purpose)


def summary(heard: Heard, replies: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what became of a file."""
    counts = dict(heard.counts)
    for reply in replies:
        for reason, count in reply["set_aside"].items():
            counts[reason] = counts.get(reason, 0) + count
    return {
        "feed": heard.feed,
        "messages": heard.messages,
        "places": len(heard.said),
        "kept": sum(reply["kept"] for reply in replies),
        "datastream": replies[0]["datastream"],
        "set_aside": dict(sorted(counts.items())),
        "left_out": dict(sorted(heard.left_out.items())),
    }

"""Messages of ASTM F3411-22a, types 0 to 5 and packs: 25 bytes to a message, or a refusal with its name.

All numbers are little-endian. Byte 0 holds the type in its upper half and the version of the protocol in its
lower one. Values that the standard keeps for "unknown" become None; values that it does not define but
reserves are named so; values that no encoder can mean are refused.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from comity.border.errors import RemoteIdError
from comity.border.remoteid import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SIZE: Final = 25
MOST_IN_PACK: Final = 9
PACK: Final = 0xF
EPOCH_2019: Final = 1_546_300_800
"""1 January 2019, from which times of authentication and system messages count, seconds UTC."""
NO_ALTITUDE, NO_TIME, NO_DIRECTION, NO_SPEED, NO_CLIMB = 0, 0xFFFF, 361, 255.0, 63.0
HALF_TURN: Final = 180
LAST_TENTH: Final = 36_000
FASTEST_CLIMB: Final = 62.0


class BadMessageError(RemoteIdError):
    """Bytes are no message; `reason` names what is wrong."""

    code = "border-remote-id-message"

    def __init__(self, reason: str, words: str) -> None:
        super().__init__(f"{reason}: {words}")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class BasicId:
    """Type 0: what the aircraft calls itself."""

    id_type: str
    aircraft: str
    uas_id: str


@dataclass(frozen=True, slots=True)
class Location:
    """Type 1: where it says it is. Degrees, metres, m/s; accuracies are 95 % bounds in the same units.

    `second` counts in the hour, UTC; `height` is above take-off or ground as `height_over` says.
    """

    status: str
    latitude: float | None
    longitude: float | None
    direction: float | None
    speed: float | None
    climb: float | None
    pressure_altitude: float | None
    altitude: float | None
    height: float | None
    height_over: str
    horizontal_accuracy: float | None
    vertical_accuracy: float | None
    pressure_accuracy: float | None
    speed_accuracy: float | None
    second: float | None
    time_accuracy: float | None


@dataclass(frozen=True, slots=True)
class Authentication:
    """Type 2: a page of what might authenticate it; nothing here checks it, so it proves nothing."""

    scheme: str
    page: int
    last_page: int | None
    length: int | None
    time: int | None
    data: bytes


@dataclass(frozen=True, slots=True)
class SelfId:
    """Type 3: free text of the operator. It may name a person."""

    text_type: str
    text: str


@dataclass(frozen=True, slots=True)
class System:
    """Type 4: where the operator says to be, the area, the category. The place is that of a person.

    `time` is seconds UTC; areas in metres.
    """

    place_type: str
    classification: str
    latitude: float | None
    longitude: float | None
    altitude: float | None
    area_count: int
    area_radius: int
    area_ceiling: float | None
    area_floor: float | None
    category: str
    class_: str
    time: int | None


@dataclass(frozen=True, slots=True)
class OperatorId:
    """Type 5: the operator's registration. It is personal data."""

    id_type: str
    operator: str


Body = BasicId | Location | Authentication | SelfId | System | OperatorId


@dataclass(frozen=True, slots=True)
class Message:
    """One message with its type and the version of the protocol it was written in."""

    type: int
    version: int
    body: Body


def decode(data: bytes) -> Message:
    """Return one message.

    Raises:
        BadMessageError: these bytes are none.
    """
    if len(data) != SIZE:
        raise BadMessageError("length", f"{len(data)} bytes, a message has {SIZE}")
    kind, version = data[0] >> 4, data[0] & 15
    reader = READERS.get(kind)
    if reader is None:
        raise BadMessageError("type", f"type {kind:X} is none of 0 to 5")
    return Message(kind, version, reader(data))


def unpack(data: bytes) -> Iterator[Message | BadMessageError]:
    """Yield each message of a pack, or the only one; a bad one is yielded as what is wrong with it."""
    parts: list[bytes] = [data]
    if data and data[0] >> 4 == PACK:
        try:
            parts = _parts(data)
        except BadMessageError as error:
            yield error
            return
    for part in parts:
        try:
            yield decode(part)
        except BadMessageError as error:
            yield error


def _parts(data: bytes) -> list[bytes]:
    if len(data) < 3:  # noqa: PLR2004 - type, size, count
        raise BadMessageError("length", f"{len(data)} bytes, a pack has at least 3")
    size, count = data[1], data[2]
    if size != SIZE:
        raise BadMessageError("pack-size", f"messages of {size} bytes, they have {SIZE}")
    if not 1 <= count <= MOST_IN_PACK:
        raise BadMessageError("pack-count", f"{count} messages, a pack has 1 to {MOST_IN_PACK}")
    whole = data[3:]
    if not count * SIZE <= len(whole) <= MOST_IN_PACK * SIZE:
        raise BadMessageError("length", f"{len(whole)} bytes for {count} messages")
    return [whole[at * SIZE : (at + 1) * SIZE] for at in range(count)]


def _basic_id(data: bytes) -> BasicId:
    kind = data[1] >> 4
    raw = data[2:22]
    # Session ids and UUIDs are bytes, serial numbers and registrations are characters.
    text = raw.rstrip(b"\0").hex() if kind in {3, 4} else _text(raw)
    return BasicId(words.of(words.ID_TYPES, kind), words.of(words.AIRCRAFT, data[1] & 15), text)


def _location(data: bytes) -> Location:
    flags, turn, fast, climb, lat, lon, pressure, altitude, height, places, speeds, tenth, late = (
        struct.unpack_from("<BBBbiiHHHBBHB", data, 1)
    )
    latitude, longitude = _place(lat, lon)
    if tenth != NO_TIME and tenth > LAST_TENTH:
        raise BadMessageError("timestamp", f"{tenth / 10} s after the hour")
    return Location(
        status=words.of(words.STATUS, flags >> 4),
        latitude=latitude,
        longitude=longitude,
        direction=_direction(turn, west=bool(flags & 2)),
        speed=_speed(fast, coarse=bool(flags & 1)),
        climb=_climb(climb),
        pressure_altitude=_altitude(pressure),
        altitude=_altitude(altitude),
        height=_altitude(height),
        height_over="ground" if flags & 4 else "take-off",
        horizontal_accuracy=words.HORIZONTAL.get(places & 15),
        vertical_accuracy=words.VERTICAL.get(places >> 4),
        pressure_accuracy=words.VERTICAL.get(speeds >> 4),
        speed_accuracy=words.SPEED.get(speeds & 15),
        second=None if tenth == NO_TIME else tenth / 10,
        time_accuracy=(late & 15) / 10 or None,
    )


def _authentication(data: bytes) -> Authentication:
    scheme, page = words.of(words.SCHEMES, data[1] >> 4), data[1] & 15
    if page:
        return Authentication(scheme, page, None, None, None, data[2:])
    last, length, time = struct.unpack_from("<BBI", data, 2)
    if last > 15:  # noqa: PLR2004 - pages are numbered in four bits
        raise BadMessageError("page", f"last page {last}, pages are 0 to 15")
    return Authentication(scheme, 0, last, length, EPOCH_2019 + time, data[8:])


def _self_id(data: bytes) -> SelfId:
    return SelfId(words.of(words.TEXTS, data[1]), _text(data[2:]))


def _system(data: bytes) -> System:
    lat, lon, count, radius, ceiling, floor, category, altitude, time = struct.unpack_from(
        "<iiHBHHBHI", data, 2
    )
    latitude, longitude = _place(lat, lon)
    classification = data[1] >> 2 & 7
    european = classification == 1
    return System(
        place_type=words.of(words.PLACES, data[1] & 3),
        classification=words.of(words.CLASSIFICATIONS, classification),
        latitude=latitude,
        longitude=longitude,
        altitude=_altitude(altitude),
        area_count=count,
        area_radius=radius * 10,
        area_ceiling=_altitude(ceiling),
        area_floor=_altitude(floor),
        category=words.of(words.CATEGORIES, category >> 4) if european else "",
        class_=words.of(words.CLASSES, category & 15) if european else "",
        time=EPOCH_2019 + time if time else None,
    )


def _operator_id(data: bytes) -> OperatorId:
    return OperatorId(words.of(words.OPERATORS, data[1]), _text(data[2:22]))


READERS: Final[dict[int, Callable[[bytes], Body]]] = {
    0: _basic_id,
    1: _location,
    2: _authentication,
    3: _self_id,
    4: _system,
    5: _operator_id,
}


def _place(lat: int, lon: int) -> tuple[float | None, float | None]:
    if lat == lon == 0:
        return None, None
    if abs(lat) > 900_000_000 or abs(lon) > 1_800_000_000:  # noqa: PLR2004 - degrees, times 1e7
        raise BadMessageError("place", f"latitude {lat / 1e7}, longitude {lon / 1e7}")
    return lat / 1e7, lon / 1e7


def _direction(raw: int, *, west: bool) -> float | None:
    degrees = raw + (180 if west else 0)
    if degrees == NO_DIRECTION:
        return None
    # The byte goes to 180; west of it 181 says "unknown".
    if raw > HALF_TURN:
        raise BadMessageError("direction", f"{raw} in a half turn of {HALF_TURN} degrees")
    return float(degrees % 360)


def _speed(raw: int, *, coarse: bool) -> float | None:
    speed = raw * 0.75 + 63.75 if coarse else raw * 0.25
    return None if speed == NO_SPEED else speed


def _climb(raw: int) -> float | None:
    climb = raw * 0.5
    if climb == NO_CLIMB:
        return None
    if abs(climb) > FASTEST_CLIMB:
        raise BadMessageError("climb", f"{climb} m/s")
    return climb


def _altitude(raw: int) -> float | None:
    return None if raw == NO_ALTITUDE else raw * 0.5 - 1000.0


def _text(raw: bytes) -> str:
    text = raw.partition(b"\0")[0].rstrip(b" ")
    if any(not 32 <= byte < 127 for byte in text):  # noqa: PLR2004 - printable ASCII
        raise BadMessageError("text", "characters beyond printable ASCII")
    return text.decode("ascii")

"""Places into the store of sensors: a datastream for each sensor, a feature of interest for each object.

Without a purpose no number is kept. Objects are told apart by a name made from their number with a key of the
day that nobody else has; when the key is deleted, nobody can make it again. With a purpose the number is kept
beside it, and the purpose stands in every observation.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import secrets
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import orjson

from comity.border.feeds.messages import MOST_ASIDE, MOST_LINE, Said, speed_of
from comity.border.sensors.intake import Intake
from comity.border.sensors.model import BY_NAME
from comity.border.sensors.rules import TYPE_PREFIX, RefusedRowError
from comity.border.sensors.times import DAY, write_instant
from comity.border.sensors.writing import Writer

if TYPE_CHECKING:
    from collections.abc import Sequence

    import apsw

    from comity.border.sensors.store import SensorStore

FEEDS: Final = {"adsb": "ADS-B", "ais": "AIS", "gps": "satellite receivers"}
CHUNK: Final = 5_000
KEY_SIZE: Final = 32
FIND: Final = """
SELECT d.id FROM datastream d JOIN sensor s ON s.id = d.sensor WHERE s.name = ? AND d.name = ? ORDER BY d.id
"""


def deliver(
    store: SensorStore,
    feed: str,
    sensor: str,
    said: Sequence[Said],
    aside: Sequence[Sequence[str]] = (),
    *,
    purpose: str = "",
) -> dict[str, Any]:
    """Keep places as observations; return how many there are, and what was set aside, by reason.

    Args:
        store: the store.
        feed: adsb, ais or gps.
        sensor: Name of the sensor that received them; made where there is none.
        said: The places.
        aside: What was set aside before: reason, words, what it was.
        purpose: Why numbers are kept; without one they are not.
    """
    kept, counts = 0, Counter[str]()
    for first in range(0, max(len(said), 1), CHUNK):
        with store.transaction() as db:
            way = _Delivery(store, db, feed, sensor, purpose)
            kept += way.keep(said[first : first + CHUNK], [] if first else aside[:MOST_ASIDE], counts)
    return {"datastream": way.stream, "kept": kept, "set_aside": dict(sorted(counts.items()))}


class _Delivery:
    """One transaction of a delivery."""

    def __init__(self, store: SensorStore, db: apsw.Connection, feed: str, sensor: str, purpose: str) -> None:
        self._store = store
        self._db = db
        self._feed = feed
        self._purpose = purpose
        self.stream = self._found(sensor)
        self._features: dict[str, int] = dict(
            db.execute(
                "SELECT f.name, f.id FROM feature f JOIN tally y ON y.feature = f.id WHERE y.datastream = ?",
                (self.stream,),
            ).fetchall()  # type: ignore[arg-type]  # name and id
        )

    def keep(self, said: Sequence[Said], aside: Sequence[Sequence[str]], counts: Counter[str]) -> int:
        """Keep what can be kept; return how many."""
        intake = Intake(self._store, self._db)
        for reason, words, raw in aside:
            intake.set_aside(self.stream, RefusedRowError(reason, words), raw[:MOST_LINE])
        rule, taken = intake.rule(self.stream), 0
        for one, number in zip(said, self._store.take_ids(self._db, len(said)), strict=True):
            given = self._observation(one)
            try:
                intake.add(rule, given, number)
                taken += 1
            except RefusedRowError as error:
                intake.set_aside(self.stream, error, given)
                counts[error.reason] += 1
        twice = intake.finish()
        if twice:
            counts["duplicate"] += len(twice)
        return taken - len(twice)

    def _observation(self, one: Said) -> dict[str, Any]:
        name = self._name(one)
        result: dict[str, Any] = {"transmitter": name, "lat": one.lat, "lon": one.lon, "class": one.kind}
        result["sigma"] = one.sigma
        if one.velocity is not None:
            result |= {"velocity": list(one.velocity), "speed": speed_of(one)}
        if self._purpose and one.number:
            result["id"] = one.number
        given = {
            "phenomenonTime": write_instant(one.time),
            "result": result,
            "feature": self._feature(name, one),
        }
        return {**given, "parameters": {"purpose": self._purpose}} if self._purpose else given

    def _name(self, one: Said) -> str:
        if self._purpose and one.number:
            return one.number
        if not one.number:
            return f"carrier of stream {self.stream}"
        told = hmac.digest(self._key(one.time // DAY), f"{self._feed} {one.number}".encode(), hashlib.sha256)
        return f"object {told[:6].hex()}"

    def _key(self, day: int) -> bytes:
        query = "SELECT key FROM feed_key WHERE day = ?"
        row: Any = self._db.execute(query, (day,)).fetchone()
        if row is None:
            row = (secrets.token_bytes(KEY_SIZE),)
            self._db.execute("INSERT INTO feed_key VALUES (?, ?)", (day, row[0]))
        return bytes(row[0])

    def _feature(self, name: str, one: Said) -> int:
        """Return the feature of interest of an object: where it was, to a degree and no better."""
        known = self._features.get(name)
        if known is not None:
            return known
        south, west = min(math.floor(one.lat), 89), min(math.floor(one.lon), 179)
        ring = [[west, south], [west + 1, south], [west + 1, south + 1], [west, south + 1], [west, south]]
        shape = orjson.dumps({"type": "Polygon", "coordinates": [ring]}).decode()
        made: Any = self._db.execute(
            "INSERT INTO feature(name, description, encoding_type, feature, properties) "
            "VALUES (?, ?, 'application/geo+json', ?, ?) RETURNING id",
            (name, "what says it was there; nobody proves it", shape, '{"claimed":true}'),
        ).fetchone()
        self._features[name] = int(made[0])
        return self._features[name]

    def _found(self, sensor: str) -> int:
        name = f"positions by {FEEDS[self._feed]}"
        row: Any = self._db.execute(FIND, (sensor, name)).fetchone()
        if row is not None:
            return int(row[0])
        known: Any = self._db.execute(
            "SELECT id FROM sensor WHERE name = ? ORDER BY id", (sensor,)
        ).fetchone()
        body = {
            "name": sensor,
            "description": f"a receiver of {FEEDS[self._feed]}",
            "Datastreams": [_datastream(name, sensor, None if known is None else int(known[0]))],
        }
        thing = Writer(self._store, self._db).create(BY_NAME["Thing"], body)
        row = self._db.execute("SELECT id FROM datastream WHERE thing = ?", (thing,)).fetchone()
        return int(row[0])


def _datastream(name: str, sensor: str, known: int | None) -> dict[str, Any]:
    made = {
        "name": sensor,
        "description": "receives what others say of themselves",
        "encodingType": "text/plain",
        "metadata": "claims",
    }
    return {
        "name": name,
        "description": "where senders say they are; nobody proves it",
        "observationType": f"{TYPE_PREFIX}OM_Observation",
        "unitOfMeasurement": {"name": "none", "symbol": "", "definition": ""},
        "properties": {"one_object": True},
        "Sensor": made if known is None else {"@iot.id": known},
        "ObservedProperty": {
            "name": "claimed position",
            "definition": "https://www.w3.org/2003/01/geo/wgs84_pos#location",
            "description": "latitude and longitude as somebody says of himself",
        },
    }

"""The service: method, path, query and body in, status and JSON out; HTTP is put around it elsewhere.

service = Service(store)
reply = service.answer(Ask("GET", "Things(1)/Datastreams", "$top=5", b"", base))
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import orjson

from comity.border.sensors import arrays, deleting, requests
from comity.border.sensors.errors import (
    SensorConflictError,
    SensorKeyError,
    SensorMissingError,
    SensorRequestError,
)
from comity.border.sensors.intake import Intake
from comity.border.sensors.model import OBSERVATION, TYPES
from comity.border.sensors.options import Options, parse
from comity.border.sensors.patching import patched
from comity.border.sensors.paths import Place, resolve
from comity.border.sensors.reading import Reader, escaped, property_value
from comity.border.sensors.rules import RefusedRowError
from comity.border.sensors.writing import Writer

if TYPE_CHECKING:
    import apsw

    from comity.border.sensors.store import SensorStore

SPEC: Final = "http://www.opengis.net/spec/iot_sensing/1.1/req"
CONFORMANCE: Final = tuple(
    f"{SPEC}/{name}"
    for name in (
        "datamodel",
        "resource-path/resource-path-to-entities",
        "request-data",
        "create-update-delete",
        "batch-request/batch-request",
        "data-array/data-array",
    )
)
READING: Final = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Ask:
    """A request.

    Attributes:
        method: GET, POST, PATCH, PUT or DELETE.
        path: Below the service's root, decoded, without a slash in front.
        query: As it came.
        body: As it came.
        base: Address of the service's root.
        media_type: Of the body.
        may_write: Whether the caller may change anything.
    """

    method: str
    path: str
    query: str = ""
    body: bytes = b""
    base: str = "/sta/v1.1"
    media_type: str = "application/json"
    may_write: bool = True


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer.

    Attributes:
        status: HTTP status.
        body: JSON data, text, or nothing.
        headers: Further ones.
    """

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


class Service:
    """Answers requests from one store.

    Args:
        store: the store.
    """

    def __init__(self, store: SensorStore) -> None:
        self.store = store

    def answer(self, ask: Ask) -> Reply:
        """Return the answer.

        Raises:
            RequestError: the request cannot be met; it says why.
        """
        path = ask.path.strip("/")
        if path == "$batch" and ask.method == "POST":
            return Reply(200, requests.answer_all(self, ask))
        if ask.method in READING:
            with self.store.explained():
                return self._root(ask) if not path else self._get(path, ask)
        if not ask.may_write:
            raise SensorKeyError("this key may read only")
        match ask.method:
            case "POST":
                return self._arrays(ask) if path == "CreateObservations" else self._post(path, ask)
            case "PATCH" | "PUT":
                return self._change(path, ask)
            case "DELETE":
                return self._delete(path)
        raise SensorRequestError(f"{ask.method[:20]} is not used here")

    # --- reading ---------------------------------------------------------------------------------------

    def _root(self, ask: Ask) -> Reply:
        value = [{"name": one.plural, "url": f"{ask.base}/{one.plural}"} for one in TYPES]
        settings = {"conformance": list(CONFORMANCE)}
        return Reply(200, {"value": value, "serverSettings": settings})

    def _get(self, path: str, ask: Ask) -> Reply:
        with self.store.reader() as db:  # one state of the store for the whole reply
            place, options, reader = resolve(db, path), parse(ask.query), Reader(db, ask.base)
            if place.names:
                found = _property(place, reader.row(place.kind, place.id or 0))
            elif place.id is None:
                found = Reply(200, self._collection(place, options, reader, path, ask.query))
            elif place.ref:
                found = Reply(200, {"@iot.selfLink": f"{ask.base}/{place.kind.plural}({place.id})"})
            else:
                found = Reply(200, reader.entity(place.kind, reader.row(place.kind, place.id), options))
        return found

    def _collection(self, place: Place, options: Options, reader: Reader, path: str, query: str) -> Any:
        shown = escaped(path.removesuffix("/$ref"))
        if place.ref:
            return reader.links(place.kind, place.source, options, shown, query)
        if options.data_array:
            if place.kind is not OBSERVATION:
                raise SensorRequestError("$resultFormat=dataArray is for observations")
            found = reader.collection(place.kind, place.source, Options(**_plain(options)), shown, query)
            found["value"] = arrays.shown(reader, reader.page(place.kind, place.source, options), options)
            return found
        return reader.collection(place.kind, place.source, options, shown, query)

    # --- writing ---------------------------------------------------------------------------------------

    def _post(self, path: str, ask: Ask) -> Reply:
        body = loads(ask.body)
        with self._setting_aside(body), self.store.transaction() as db:
            place = resolve(db, path)
            if place.id is not None or place.names or place.ref:
                raise SensorRequestError("entities are created in collections")
            writer = Writer(self.store, db)
            number = writer.create(place.kind, body, place.source)
            writer.finish()
            row = Reader(db, ask.base)
            entity = row.entity(place.kind, row.row(place.kind, number), Options())
        return Reply(201, entity, {"location": entity["@iot.selfLink"]})

    def _arrays(self, ask: Ask) -> Reply:
        found = arrays.create(self.store, loads(ask.body))
        start = f"{ask.base}/Observations("
        return Reply(201, ["error" if number is None else f"{start}{number})" for number in found])

    def _change(self, path: str, ask: Ask) -> Reply:
        body = loads(ask.body)
        with self._setting_aside(body), self.store.transaction() as db:
            place = _one(db, path)
            assert place.id is not None
            writer, reader = Writer(self.store, db), Reader(db, ask.base)
            whole = ask.method == "PUT"
            if "json-patch" in ask.media_type:
                known = reader.entity(place.kind, reader.row(place.kind, place.id), Options())
                plain = {name: value for name, value in known.items() if "@" not in name}
                derived = {one.name for one in place.kind.properties if one.derived}
                body, whole = patched({n: v for n, v in plain.items() if n not in derived}, body), True
            writer.update(place.kind, place.id, body, whole=whole)
            writer.finish()
            entity = reader.entity(place.kind, reader.row(place.kind, place.id), Options())
        return Reply(200, entity, {"location": entity["@iot.selfLink"]})

    def _delete(self, path: str) -> Reply:
        with self.store.transaction() as db:
            place = _one(db, path)
            assert place.id is not None
            deleting.remove(self.store, db, place.kind, place.id)
        return Reply(200)

    def _setting_aside(self, body: Any) -> _SettingAside:
        return _SettingAside(self.store, body)


class _SettingAside:
    """Keeps and counts an observation that was refused, once its transaction is rolled back."""

    def __init__(self, store: SensorStore, body: Any) -> None:
        self._store = store
        self._body = body

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Keep what was refused, and say why."""
        if not isinstance(error, RefusedRowError):
            return
        with self._store.transaction() as db:
            intake = Intake(self._store, db)
            intake.set_aside(error.datastream, error, self._body)
            intake.finish()
        kind = SensorConflictError if error.reason == "duplicate" else SensorRequestError
        raise kind(f"{error.reason}: {error}; it is set aside") from error


def loads(body: bytes) -> Any:
    """Return JSON data; where it has NaN, which JSON has not, the value that its row is refused for.

    Raises:
        SensorRequestError: it is no JSON.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as first:
        import json  # noqa: PLC0415 - for what senders call JSON

        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            raise SensorRequestError(f"no JSON: {first}") from error


def _one(db: apsw.Connection, path: str) -> Place:
    place = resolve(db, path)
    if place.id is None or place.names or place.ref:
        raise SensorRequestError("name one entity")
    return place


def _property(place: Place, row: dict[str, Any]) -> Reply:
    value = property_value(place.kind, place.names[0], row)
    for name in place.names[1:]:
        if not isinstance(value, dict) or name not in value:
            raise SensorMissingError(f"{place.names[0]} has no {name[:60]!a}")
        value = value[name]
    if not place.value:
        return Reply(200, {place.names[-1]: value}) if value is not None else Reply(204)
    if value is None:
        return Reply(204)
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return Reply(200, text, {"content-type": "text/plain; charset=utf-8"})


def _plain(options: Options) -> dict[str, Any]:
    names = ("filter", "order", "top", "skip", "count", "after")
    return {name: getattr(options, name) for name in names}

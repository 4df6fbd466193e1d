"""`$batch`: several requests in one (OGC 18-088 section 11, in the JSON form of OData 4.01 part 1, 19).

Requests of one `atomicityGroup` are all done or none. `$id` in an address or a link stands for what the
request of that id created.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

import orjson

from comity.border.sensors.errors import SensorRequestError
from comity.record.errors import ComityError

if TYPE_CHECKING:
    from comity.border.sensors.service import Ask, Service

MOST: Final = 1_000
_REFERENCE: Final = re.compile(r"\$([A-Za-z0-9_-]+)")


class _UndoneError(Exception):
    """One request of a group failed: the others are undone."""


def answer_all(service: Service, ask: Ask) -> dict[str, Any]:
    """Answer the requests of a batch in order.

    Raises:
        SensorRequestError: it is no batch.
    """
    items = _items(ask.body)
    made: dict[str, str] = {}
    responses: list[dict[str, Any]] = []
    for group, members in groupby(items, key=lambda one: one.get("atomicityGroup")):
        listed = list(members)
        if group is None:
            responses += [_answer(service, ask, one, made) for one in listed]
        else:
            responses += _together(service, ask, listed, made)
    return {"responses": responses}


def _items(body: bytes) -> list[dict[str, Any]]:
    try:
        data = orjson.loads(body)
        items = data["requests"]
        known = [(str(one["id"]), str(one["method"]), str(one["url"])) for one in items]
    except (orjson.JSONDecodeError, TypeError, KeyError) as error:
        raise SensorRequestError('$batch takes {"requests": [{"id", "method", "url", …}, …]}') from error
    if len(items) > MOST or len({number for number, _, _ in known}) != len(items):
        raise SensorRequestError(f"$batch: at most {MOST} requests, each with an id of its own")
    return list(items)


def _together(
    service: Service, ask: Ask, items: list[dict[str, Any]], made: dict[str, str]
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    before = dict(made)
    try:
        with service.store.transaction():
            for one in items:
                found.append(_answer(service, ask, one, made))
                if found[-1]["status"] >= 400:  # noqa: PLR2004 - HTTP's errors
                    raise _UndoneError  # noqa: TRY301 - leaves the transaction
    except _UndoneError:
        made.clear()
        made.update(before)
        failed = found[-1]
        text = f"undone: request {failed['id']} of its group failed"
        others = {"status": 424, "body": {"detail": text}}
        return [
            failed if str(one["id"]) == failed["id"] else {"id": str(one["id"]), **others} for one in items
        ]
    return found


def _answer(service: Service, ask: Ask, one: dict[str, Any], made: dict[str, str]) -> dict[str, Any]:
    from comity.border.sensors.service import Ask  # noqa: PLC0415 - the service answers batches

    path, _, query = _resolved(str(one["url"]), made).partition("?")
    path = path.removeprefix(ask.base).removeprefix("/sta/v1.1").strip("/")
    body = b"" if one.get("body") is None else orjson.dumps(_linked(one["body"], made))
    method = str(one["method"]).upper()
    try:
        if path == "$batch":
            raise SensorRequestError("a batch holds no batch")
        headers = one.get("headers")
        given = headers.get("Content-Type", "") if isinstance(headers, dict) else ""
        reply = service.answer(Ask(method, unquote(path), query, body, ask.base, str(given), ask.may_write))
    except ComityError as error:
        return {"id": str(one["id"]), "status": getattr(error, "status", 400), "body": error.problem()}
    found: dict[str, Any] = {"id": str(one["id"]), "status": reply.status}
    if reply.body is not None:
        found["body"] = reply.body
    if "location" in reply.headers:
        found["location"] = reply.headers["location"]
        made[str(one["id"])] = reply.headers["location"].removeprefix(ask.base).lstrip("/")
    return found


def _resolved(url: str, made: dict[str, str]) -> str:
    return _REFERENCE.sub(lambda found: made.get(found[1], found[0]), url)


def _linked(value: Any, made: dict[str, str]) -> Any:
    """Return a body whose links to requests before it are ids."""
    if isinstance(value, list):
        return [_linked(one, made) for one in value]
    if not isinstance(value, dict):
        return value
    found = {name: _linked(one, made) for name, one in value.items()}
    link = found.get("@iot.id")
    if isinstance(link, str) and link.startswith("$") and link[1:] in made:
        found["@iot.id"] = int(made[link[1:]].rpartition("(")[2].rstrip(")"))
    return found

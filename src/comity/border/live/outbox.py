"""What a centre has to put on record: kept with its frames first, then appended, each step once.

The id of an entry is made from what it says, so that a step that is told again, after a crash or by a cache
that was made again, is found on the record and not appended a second time.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

import orjson

from comity.border.alerts.writing import draft, taken_up
from comity.border.entries.tracking import Tracking
from comity.border.sector import history
from comity.border.sensors.times import now
from comity.node import operations
from comity.node.errors import RecordNotFoundError
from comity.record.canonical import b64, encode, unb64

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import apsw

    from comity.border.alerts.engine import Emission
    from comity.border.live.tracks import TrackStore
    from comity.node.node import Node
    from comity.record.canonical import Value

DOMAIN: Final = b"comity/border/step/v1\n"
SIZE: Final = 16
MICROSECONDS: Final = 1_000
MOST: Final = 500
"""Entries that are appended at once."""


def put(db: apsw.Connection, origin: str, steps: Iterable[Emission], header: Mapping[str, Any]) -> None:
    """Keep steps that are to be put on record, in the transaction of what gave cause to them."""
    (number,) = next(iter(db.execute("SELECT coalesce(max(number), 0) FROM outbox")))
    rows = [
        (name_of(origin, one), number + place, orjson.dumps(draft(one, header)).decode())
        for place, one in enumerate(steps, start=1)
    ]
    db.executemany("INSERT OR IGNORE INTO outbox VALUES (?, ?, ?)", rows)


def put_begun(db: apsw.Connection, origin: str, begun: Mapping[str, Any]) -> None:
    """Keep the entry of what the centre tracks by from now on, ahead of all that it gives."""
    number = "(SELECT coalesce(max(number), 0) + 1 FROM outbox)"
    row = (history.name_of(origin, begun), orjson.dumps(begun).decode())
    db.execute(f"INSERT OR IGNORE INTO outbox SELECT ?1, {number}, ?2", row)


def send(node: Node, store: TrackStore) -> int:
    """Append what is kept to the own log, and forget it; return how many steps of alerts were new.

    Raises:
        NodeReadOnlyError: the log must not grow now; what is kept stays.
    """
    with store.sending:
        return _send(node, store)


def _send(node: Node, store: TrackStore) -> int:
    sent = 0
    while rows := store.read_all("SELECT id, draft FROM outbox ORDER BY number LIMIT ?", (MOST,)):
        drafts = [{**orjson.loads(text), "id": name} for name, text in rows if not _is_there(node, name)]
        drafts = _still_due(node, drafts)
        if drafts:
            operations.append(node, drafts)
        with store.transaction() as db:
            db.executemany("DELETE FROM outbox WHERE id = ?", [(name,) for name, _ in rows])
        sent += sum(one["kind"] != Tracking.kind for one in drafts)
    return sent


def name_of(origin: str, one: Emission) -> str:
    """Return the id of the entry of a step, base64: the same for the same step of the same occurrence."""
    said: list[Value] = [origin, one.occurrence, one.name, one.number, one.signal.at]
    return b64(hashlib.sha256(DOMAIN + encode(said)).digest()[:SIZE])


def _still_due(node: Node, drafts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return steps without the escalations that people of this party have forestalled.

    The centre's own state depends on observations alone; what people did is asked of the record, here.
    """
    if not any(one["fields"].get("step") == "escalated" for one in drafts):
        return drafts
    known = taken_up(node, now() // MICROSECONDS)
    return [
        one
        for one in drafts
        if one["fields"].get("step") != "escalated" or one["fields"]["occurrence"] not in known
    ]


def _is_there(node: Node, name: str) -> bool:
    try:
        node.find(node.origin, unb64(name, SIZE))
    except RecordNotFoundError:
        return False
    return True

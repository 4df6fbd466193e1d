"""What commands and the JSON API say of the sensors of a node: the same data for both."""

from __future__ import annotations

import weakref
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from comity.border.quality import states
from comity.border.sensors import sealing
from comity.border.sensors.errors import SensorRequestError
from comity.border.sensors.store import SensorStore, Shelf
from comity.border.sensors.times import now, write_instant, write_time
from comity.record.canonical import b64
from comity.record.header import Header

if TYPE_CHECKING:
    from comity.border.sensors.sealing import Stretch
    from comity.node.node import Node
    from comity.node.sync import Progress

_SHELVES: Final[weakref.WeakKeyDictionary[Node, Shelf]] = weakref.WeakKeyDictionary()
SHOWN: Final = 200
MOST_REPLAYED: Final = 100_000


def shelf_of(node: Node) -> Shelf:
    """Return the shelf of a node: one for the life of the node in a process."""
    known = _SHELVES.get(node)
    if known is None:
        known = _SHELVES.setdefault(node, Shelf(node.folder.root))
        weakref.finalize(node, known.close)
    return known


def store_of(node: Node) -> SensorStore:
    """Return the store of a node."""
    return shelf_of(node).store()


def overview(node: Node) -> dict[str, Any]:
    """Return datastreams with their counts, what was set aside and why, and the batches."""
    store = store_of(node)
    streams = store.read_all(
        "SELECT d.id, d.name, s.name, t.name, sum(y.count), min(first_phenomenon), max(last_phenomenon) "
        "FROM datastream d JOIN sensor s ON s.id = d.sensor JOIN thing t ON t.id = d.thing "
        "LEFT JOIN tally y ON y.datastream = d.id GROUP BY d.id ORDER BY d.id LIMIT ?",
        (SHOWN,),
    )
    return {
        "datastreams": _streams(store, streams),
        "observations": store.count(),
        "set_aside": dict(store.read_all("SELECT reason, count FROM refused ORDER BY reason")),
        "sealed_to": store.sealed_to,
        "batches": len(sealing.stretches(store)),
    }


def _streams(store: SensorStore, rows: list[Any]) -> list[dict[str, Any]]:
    names = ("id", "datastream", "sensor", "thing", "observations")
    found, at = [], now()
    with store.reader() as db:
        doubtful, aside = states.doubtful(db), states.set_aside(db)
        for row in rows:
            count, newest = states.gaps(db, row[0])
            found.append(
                {
                    **dict(zip(names, (*row[:4], row[4] or 0), strict=True)),
                    "phenomenonTime": write_time(row[5], row[6]),
                    "state": states.state(db, row[0], at),
                    "flags": doubtful.get(row[0], {}),
                    "gaps": {"count": count, "newest": newest},
                    "set_aside": aside.get(row[0], {}),
                }
            )
    return found


def check(node: Node) -> dict[str, Any]:
    """Flag what was not looked at yet, each place against its sensor's sector; return counts by flag."""
    from comity.border.quality.flagging import Flagger  # noqa: PLC0415 - it needs arrays
    from comity.border.quality.sectors import boxes  # noqa: PLC0415 - the same

    given = Flagger(store_of(node), boxes(node)).run()
    return {"checked": given.total(), "flags": dict(sorted(given.items()))}


def quarantine(node: Node) -> list[dict[str, Any]]:
    """Return what was set aside, the newest first."""
    rows = store_of(node).read_all(
        "SELECT at, datastream, reason, detail, raw FROM quarantine ORDER BY id DESC LIMIT ?", (SHOWN,)
    )
    return [
        {"at": write_instant(at), "datastream": datastream, "reason": reason, "detail": detail, "raw": raw}
        for at, datastream, reason, detail, raw in rows
    ]


def seal(node: Node, given: dict[str, Any], progress: Progress | None = None) -> dict[str, Any]:
    """Seal what no batch holds yet."""
    try:
        header = Header.model_validate(
            {"basis": "monitoring", "retention": "working", **given, "claimed": now() // 1000}
        )
    except ValueError as error:
        raise SensorRequestError(f"what the entry says of itself is malformed: {error}") from error
    made = sealing.seal(node, store_of(node), header, progress)
    return {"origin": node.origin, "batches": [_batch(one) for one in made]}


def batches(node: Node, *, check: bool = False) -> list[dict[str, Any]]:
    """Return every batch; with `check`, each with what is wrong with it, nothing where it is whole."""
    store = store_of(node)
    found = [_batch(one) for one in sealing.stretches(store)]
    if check:
        for shown, one in zip(found, sealing.stretches(store), strict=True):
            shown["wrong"] = sealing.check(node, store, one)
    return found


def replay(node: Node, number: int) -> dict[str, Any]:
    """Return the observations of a batch that is whole."""
    rows = list(islice(sealing.replay(node, store_of(node), number), MOST_REPLAYED + 1))
    if len(rows) > MOST_REPLAYED:
        raise SensorRequestError(
            f"batch {number} has more than {MOST_REPLAYED} observations: read it by $filter"
        )
    return {"number": number, "observations": rows}


def _batch(one: Stretch) -> dict[str, Any]:
    return {
        "number": one.number,
        "count": one.count,
        "root": b64(one.root),
        "entry": b64(one.entry),
        "first_id": one.first,
        "last_id": one.last,
        "sealed": write_instant(one.sealed) if one.sealed else None,
    }

"""What may be asked of a node, as JSON data in and out: for the API and the command line alike."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from comity.node import backup as backups
from comity.node import pairing, proof
from comity.node.control.copies import DAY, KEPT_DAYS, Copy
from comity.node.control.desk import milliseconds
from comity.node.errors import ConfigError, FingerprintError, RecordNotFoundError, RequestError
from comity.node.export import export_folder, export_log
from comity.node.sealing import drafts_from_json
from comity.record.canonical import b64, unb64
from comity.record.errors import ComityError
from comity.record.fetch import folder_fetcher

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from comity.node.control.copies import What
    from comity.node.node import Node
    from comity.node.system import Record

    Progress = Callable[[str, int, int], None]

MOST_LISTED: Final = 1000
ID_SIZE: Final = 16


def record_json(record: Record, quarantine: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """Return one record as JSON data; `content` is null where nothing may be shown, whatever the reason."""
    content = record.content
    return {
        "origin": record.origin,
        "index": record.index,
        "id": record.id_text,
        "leaf_hash": b64(record.leaf_hash),
        "outer": None if record.entry is None else record.entry.outer,
        "office": None if record.office is None else record.office.name,
        "status": record.status,
        "quarantine": [
            {"source": row["source"], "code": row["code"], "detail": row["detail"]} for row in quarantine
        ],
        "content": None
        if content is None
        else {
            "kind": f"{content.kind}@{content.version}",
            "known": content.model is not None,
            "header": content.header.model_dump(mode="json", by_alias=True),
            # A personal record is shown to the people concerned, by the system that keeps it.
            "fields": {} if content.model is not None and content.model.personal else content.fields,
        },
    }


def locate(node: Node, origin: str, key: str) -> int:
    """Return the index that an index or an id (base64) names.

    Raises:
        RecordNotFoundError: it names nothing.
    """
    if key.isascii() and key.isdigit():
        index = int(key[:20])
        if index >= node.size(origin):
            raise RecordNotFoundError(f"no record {index} in {origin}")
        return index
    try:
        entry_id = unb64(key.replace("-", "+").replace("_", "/"), ID_SIZE)
    except ComityError as error:
        raise RecordNotFoundError(f"{key[:60]!a} is neither an index nor an id") from error
    return node.find(origin, entry_id).index


def status(node: Node) -> dict[str, Any]:
    """Return the state of the node and its peers."""
    return {**node.status().as_json(), "kinds": node.kinds(), "recovery": node.recovery.as_json()}


def append(node: Node, items: Sequence[object]) -> dict[str, Any]:
    """Append drafts given as JSON; all or none. They wait where a restored log is not confirmed yet."""
    drafts = drafts_from_json(items, node.registry)
    if drafts and node.recovery.waits:
        kept = node.recovery.hold(drafts)
        ids = [b64(draft.id or b"") for draft in kept.drafts]
        return {"origin": node.origin, "size": node.log.size, "receipts": [], "queued": ids}
    node.recovery.settle()
    receipts = node.append(drafts)
    leaves = node.log.entries(receipts[0].index, receipts[-1].index + 1) if receipts else []
    ids = [record.id_text for record in _of(node, receipts[0].index, len(leaves))] if receipts else []
    return {
        "origin": node.origin,
        "size": node.log.size,
        "queued": [],
        "receipts": [
            {"index": item.index, "id": entry_id, "leaf_hash": b64(item.leaf_hash)}
            for item, entry_id in zip(receipts, ids, strict=True)
        ],
    }


def _of(node: Node, start: int, count: int) -> list[Record]:
    return node.records(node.origin, start, start + count)


def show(node: Node, origin: str, key: str) -> dict[str, Any]:
    """Return one record."""
    index = locate(node, origin, key)
    return record_json(node.record(origin, index), node.quarantined(origin, index))


def listing(node: Node, origin: str, start: int, limit: int) -> dict[str, Any]:
    """Return a stretch of a log, at most 1000 records."""
    limit = min(max(limit, 0), MOST_LISTED)
    bad: dict[int, list[dict[str, Any]]] = {}
    for row in node.quarantined(origin):
        bad.setdefault(row["index"], []).append(row)
    records = node.records(origin, start, start + limit)
    return {
        "origin": origin,
        "size": node.size(origin),
        "records": [record_json(record, bad.get(record.index, [])) for record in records],
    }


def prove(node: Node, origin: str, key: str, sealed_too: bool = False, first: bool = False) -> dict[str, Any]:
    """Return the proof file of one record; content that is not for everybody only when asked for."""
    return proof.make(node, origin, locate(node, origin, key), sealed_too=sealed_too, first=first)


def sync(
    node: Node, origins: Sequence[str] | None = None, progress: Progress | None = None
) -> dict[str, Any]:
    """Exchange with peers now."""
    reports = [report.as_json() for report in node.sync(origins, progress=progress)]
    return {"ok": all(report["ok"] for report in reports), "peers": reports}


def sync_from(node: Node, folder: str, progress: Progress | None = None) -> dict[str, Any]:
    """Exchange with the peer whose folder this is (a USB stick)."""
    from comity.node import carrying  # noqa: PLC0415 - only here
    from comity.record.charter import Charter  # noqa: PLC0415 - only here

    origin = Charter.parse(folder_fetcher(folder)("log/charter")).origin
    fetch = carrying.fetcher(node, folder, origin)
    report = node.sync_from(node.peers.require(origin), fetch, progress=progress)
    return {"ok": report.ok, "peers": [report.as_json()]}


def export(
    node: Node,
    target: str,
    mirrors: bool = False,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Write the folder that a peer can be synchronised from."""
    data = export_folder(node, Path(target), progress, mirrors=mirrors)
    _note_copy(node, "export", target, KEPT_DAYS)
    return data


def log_export(node: Node, target: str) -> dict[str, Any]:
    """Write the own log as a static tlog-tiles folder, which any client of that format verifies."""
    return {**export_log(node, Path(target)), "vkey": node.own.vkey}


def pair_propose(node: Node, address: str) -> dict[str, Any]:
    """Return what two people compare before they pair."""
    return pairing.propose(node, address).as_json()


def pair(node: Node, address: str, fingerprint: str) -> dict[str, Any]:
    """Pin the charter at an address, whose fingerprint was compared."""
    if not fingerprint.strip():
        raise FingerprintError("no fingerprint was given: compare it with the other party first")
    return pairing.pair(node, address, fingerprint).as_json()


def unpair(node: Node, origin: str) -> dict[str, Any]:
    """End the pairing with a peer today; its mirror stays, to be read."""
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    node.end_pairing(origin, day)
    return {"origin": origin, "ended": day, "size": node.size(origin) if origin in node.origins else 0}


def compact_propose(node: Node, rules: str) -> dict[str, Any]:
    """Return the next compact, unsigned: the rules of a TOML file over the charters that the node trusts."""
    from comity.node.compact_work import propose  # noqa: PLC0415 - only here

    return {"document": propose(node, Path(rules)).document.decode()}


def compact_adopt(node: Node, path: str, author: str, exercise: bool = False) -> dict[str, Any]:
    """Adopt the signed compact in a file, and say so in the own log."""
    from comity.node.compact_work import adopt, read_compact  # noqa: PLC0415 - only here

    place = adopt(node, read_compact(Path(path)), author, exercise=exercise)
    return {"origin": place.origin, "index": place.index}


def rebuild(node: Node, progress: Progress | None = None) -> dict[str, Any]:
    """Derive every view again."""
    return {"records": node.projection.rebuild(progress), "quarantined": node.quarantined_count()}


def fsck(node: Node, repair: bool = False, progress: Progress | None = None) -> dict[str, Any]:
    """Check the own log, every mirror, and every content held; `repair` removes ciphertexts without a key."""
    from comity.node.fsck import check  # noqa: PLC0415 - only here

    return check(node, progress, repair=repair)


def _note_copy(node: Node, what: What, target: str, days: int) -> None:
    """Put a backup or an export on the list of what an erasure does not reach."""
    now = milliseconds()
    sizes = {origin: node.size(origin) for origin in node.origins}
    node.control.copies.note(Copy(what, Path(target).name, now, now + days * DAY, sizes))


def backup(
    node: Node,
    target: str,
    content_keys: str | None = None,
    keep_days: int = KEPT_DAYS,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Write a backup that is kept for `keep_days` days."""
    keys = None if content_keys is None else Path(content_keys)
    written = backups.backup(node.folder, Path(target), content_keys=keys, progress=progress)
    _note_copy(node, "backup", target, keep_days)
    if content_keys is not None:
        _note_copy(node, "keys", content_keys, keep_days)
    return {"archives": [{"path": str(path), "bytes": path.stat().st_size} for path in written]}


def attest(node: Node, reason: str) -> dict[str, Any]:
    """Let a restored log grow without a peer's word, on somebody's responsibility."""
    if not reason.strip():
        raise ConfigError("a reason is needed: it is kept")
    node.attest(reason)
    return {"origin": node.origin, "size": node.log.size}


def absolute(path: str) -> str:
    """Return a path that means the same to the running node, which has another working folder.

    Raises:
        RequestError: it is relative.
    """
    if not Path(path).is_absolute():
        raise RequestError(f"{path!r}: give an absolute path")
    return path

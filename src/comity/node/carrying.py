"""What a folder carries besides what is for everybody, sealed to one peer (docs/spec/folder.md).

sealed/<sha256(recipient origin)>/<N>    what stands granted to that peer of bundle N, sealed to its key
outbox/<sha256>                          sealed blobs of grants that are not acknowledged yet

On the line a node knows who asks, and shows them what stands granted to them. A folder knows nobody, and may
be lost: so the same openings are in it sealed, and the other side's fetcher opens them where the line would
have given them.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any, Final

from comity.node.control.desk import milliseconds, month_of
from comity.node.folder import origin_hash, write_atomic
from comity.node.openings import BUNDLE, openings_path
from comity.node.public import PublicFiles
from comity.record.carried import Bundle, open_bundle, seal_bundle
from comity.record.charter import CharterError
from comity.record.fetch import NotFoundError, folder_fetcher
from comity.record.sealed import MAX_BLOB
from comity.record.tiles import entries_path, parse_path

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from comity.node.node import Node
    from comity.node.peers import PeerLink
    from comity.record.fetch import Fetch
    from comity.record.roles import HpkeLine

    Progress = Callable[[str, int, int], None]

SEALED: Final = "sealed"
OUTBOX: Final = "outbox"
OPENINGS: Final = "log/openings/"


def write(node: Node, target: Path, progress: Progress | None = None) -> list[dict[str, Any]]:
    """Write what stands granted to each peer; return for each how much, and why nothing where there is none.

    What an earlier export left is replaced: it may be sealed to a key that is over, or acknowledged.

    Args:
        node: whose steps and blobs.
        target: the folder.
        progress: told (what, done, all).
    """
    for area in (SEALED, OUTBOX):
        shutil.rmtree(target / area, ignore_errors=True)
    month = month_of(milliseconds())
    carried = []
    for link in node.peers.exchanging():
        line: dict[str, Any] = {"origin": link.origin, "steps": 0, "blobs": 0, "problem": None}
        try:
            key = link.charter.recipient_key(month)
        except CharterError as error:
            line["problem"] = str(error)
        else:
            line["steps"] = _write_openings(node, link, key, target / SEALED, progress)
        line["blobs"] = _write_blobs(node, link.origin, target / OUTBOX)
        carried.append(line)
    return carried


def fetcher(node: Node, folder: Path | str, origin: str) -> Fetch:
    """Return a fetcher that reads a peer's folder as the line would answer this node.

    Args:
        node: who reads.
        folder: what the peer exported.
        origin: the peer's log.
    """
    plain, long = folder_fetcher(folder), folder_fetcher(folder, limit=MAX_BLOB + 32)

    def fetch(path: str) -> bytes:
        if not path.startswith(OPENINGS):
            return long(path) if path.startswith(f"{OUTBOX}/") else plain(path)
        number = parse_path("tile/entries/" + path.removeprefix(OPENINGS)).index
        parts = [_read(lambda: _opened(node, long, origin, number)), _read(lambda: plain(path))]
        if all(part is None for part in parts):
            raise NotFoundError(f"{folder} has no {path}")
        return b"".join(part for part in parts if part is not None)

    return fetch


def _write_openings(
    node: Node, link: PeerLink, key: HpkeLine, target: Path, progress: Progress | None
) -> int:
    files, written = PublicFiles(node), 0
    count = -(-node.log.size // BUNDLE)
    for number in range(count):
        path = f"log/{openings_path(number)}"
        public = set(files.get(path).body.splitlines())
        lines = [line for line in files.get(path, link.origin).body.splitlines() if line not in public]
        if lines:
            bundle = Bundle(node.origin, number, link.charter.party, link.origin)
            place = target / origin_hash(link.origin) / _name(number)
            place.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(place, seal_bundle(bundle, lines, key.key, key.key_id))
            written += len(lines)
        if progress is not None:
            progress(link.origin, number + 1, count)
    return written


def _write_blobs(node: Node, recipient: str, target: Path) -> int:
    blobs = node.control.outbox.waiting_for(recipient)
    for name, blob in blobs.items():
        target.mkdir(exist_ok=True)
        write_atomic(target / name, blob)
    return len(blobs)


def _opened(node: Node, fetch: Fetch, origin: str, number: int) -> bytes:
    data = fetch(f"{SEALED}/{origin_hash(node.origin)}/{_name(number)}")
    bundle = Bundle(origin, number, node.charter.party, node.origin)
    return b"".join(line + b"\n" for line in open_bundle(bundle, data, node.control.recipient_keys()))


def _read(read: Callable[[], bytes]) -> bytes | None:
    try:
        return read()
    except NotFoundError:
        return None


def _name(number: int) -> str:
    return entries_path(number).removeprefix("tile/entries/")

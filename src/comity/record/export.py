"""A log as a plain folder of C2SP tlog-tiles, and back.

The folder holds `checkpoint`, `tile/<level>/<index>` and `tile/entries/<index>`; any web server serves it
and any tlog-tiles client verifies it. `checkpoint` is replaced last, so the folder is a whole log at every
moment; a later export adds what is new and removes the partial tiles that nothing needs any more.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from comity.record.checkpoint import Checkpoint, open_checkpoint
from comity.record.errors import ComityError
from comity.record.fetch import FetchError, folder_fetcher
from comity.record.note import split_note
from comity.record.store import TreeStore
from comity.record.tiles import BundleError, TileRef, decode_bundle, tile_width
from comity.record.tree import TILE, leaf_hashes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from comity.record.fetch import Fetch
    from comity.record.note import Verifier

RESTORE_BATCH = 16
"""Bundles of 256 leaves that are verified and stored at a time."""
_COSIGNATURE_BLOB = 72  # 8 bytes of time, 64 of signature (C2SP tlog-cosignature)


class ExportError(ComityError):
    """The folder is not a whole export of this log."""

    code = "export"
    advice = "Use an empty folder, or the folder of an earlier, undamaged export of the same log."


class RestoreError(ComityError):
    """The log cannot be made anew from this folder."""

    code = "restore"
    advice = "Move away what lies at the target, or fetch the export again: nothing of it was taken over."


def export(store: TreeStore, note: bytes, folder: Path | str) -> None:
    """Write everything below the signed head `note`, then the head itself.

    Raises:
        ExportError: the folder holds another log.
        OSError: the folder cannot be written.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    size = Checkpoint.parse(split_note(note)[0]).size
    done = _exported(store, folder, size)
    written = []
    for ref in _resources(size):
        if (ref.index + 1) * TILE << (8 * (ref.level or 0)) > done:
            path = folder / ref.path
            path.parent.mkdir(parents=True, exist_ok=True)
            data = (
                store.bundle(ref.index, ref.width)
                if ref.level is None
                else store.tile(ref.level, ref.index, ref.width)
            )
            _write(path, data)
            written.append(path)
    _sync(written)
    checkpoint = folder / "checkpoint"
    _write(checkpoint.with_name("checkpoint.new"), note)
    _sync([checkpoint.with_name("checkpoint.new")])
    checkpoint.with_name("checkpoint.new").replace(checkpoint)
    _sync([folder])
    _remove_stale(folder / "tile", {folder / ref.path for ref in _resources(size) if ref.width < TILE})


def restore(
    folder: Path | str,
    path: Path,
    verifier: Verifier,
    *,
    identify: Callable[[bytes], bytes | None] | None = None,
) -> None:
    """Make the file of a log from its export: every leaf, hash and the signature verified, then it appears.

    Args:
        folder: What `export` wrote.
        path: The SQLite file to make; there must be none.
        verifier: The log's key.
        identify: Gives the id of a leaf; where it raises, the leaf is kept without one.

    Raises:
        RestoreError: there is a file already, or the folder is incomplete or wrong; the message says where.
        NoteError, CheckpointError: the checkpoint is not signed by this key.
    """
    if path.exists():
        raise RestoreError(f"{path}: exists already")
    fetch = folder_fetcher(folder)
    try:
        note = fetch("checkpoint")
    except FetchError as error:
        raise RestoreError(f"{folder}: no checkpoint: {error}") from error
    head = open_checkpoint(note, verifier)
    draft = path.with_name(path.name + ".restoring")
    for leftover in (draft, *(draft.with_name(draft.name + end) for end in ("-wal", "-shm"))):
        leftover.unlink(missing_ok=True)
    with TreeStore(draft, head.origin) as store:
        for start in range(0, -(-head.size // TILE), RESTORE_BATCH):
            leaves, hashes = _read_bundles(fetch, start, head.size)
            store.append(leaves, ids=_ids(leaves, identify), hashes=hashes)
        if store.root() != head.root:
            raise RestoreError(f"{folder}: the entries do not have the root of the checkpoint")
        _check_upper_tiles(fetch, store, head.size)
        _keep_note(store, head.size, note, verifier)
    _sync([draft])
    draft.replace(path)
    _sync([path.parent])


def _exported(store: TreeStore, folder: Path, size: int) -> int:
    """How many leaves the folder holds for certain: those below its checkpoint, if it is of this log."""
    try:
        head = Checkpoint.parse(split_note((folder / "checkpoint").read_bytes())[0])
    except FileNotFoundError:
        return 0
    except ComityError as error:
        raise ExportError(f"{folder}: its checkpoint cannot be read: {error}") from error
    if head.origin != store.origin or head.size > size or store.root(head.size) != head.root:
        held = f"{head.origin} of size {head.size}"
        raise ExportError(f"{folder}: holds {held}, not an earlier state of {store.origin}")
    return head.size


def _resources(size: int) -> Iterator[TileRef]:
    """Every tile and bundle of a tree of `size` leaves."""
    for index in range(-(-size // TILE)):
        yield TileRef(None, index, tile_width(0, index, size))
    level = 0
    while size >> (8 * level):
        for index in range(-(-(size >> (8 * level)) // TILE)):
            yield TileRef(level, index, tile_width(level, index, size))
        level += 1


def _write(path: Path, data: bytes) -> None:
    beside = path.with_name(path.name + ".tmp")
    beside.write_bytes(data)
    beside.replace(path)


def _sync(paths: list[Path]) -> None:
    """Flush files and the folders that name them; done together, as one flush then serves many."""
    for path in [*paths, *{path.parent for path in paths}]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _remove_stale(tiles: Path, needed: set[Path]) -> None:
    """Remove partial tiles of earlier sizes."""
    for folder in list(tiles.glob("**/*.p")):
        for path in folder.iterdir():
            if path not in needed:
                path.unlink()
        if not any(folder.iterdir()):
            folder.rmdir()


def _read_bundles(fetch: Fetch, start: int, size: int) -> tuple[list[bytes], list[bytes]]:
    """Read bundles from `start` on and hold each leaf against its hash in the tile."""
    leaves: list[bytes] = []
    hashes: list[bytes] = []
    for index in range(start, min(start + RESTORE_BATCH, -(-size // TILE))):
        width = tile_width(0, index, size)
        bundle = _fetch(fetch, TileRef(None, index, width))
        try:
            found = decode_bundle(bundle, width)
        except BundleError as error:
            raise RestoreError(f"{TileRef(None, index, width).path}: {error}") from error
        made = leaf_hashes(found)
        tile = _fetch(fetch, TileRef(0, index, width))
        if b"".join(made) != tile:
            place = next((n for n, value in enumerate(made) if tile[32 * n : 32 * n + 32] != value), width)
            raise RestoreError(
                f"entry {index * TILE + place} does not have the hash of {TileRef(0, index, width).path}"
            )
        leaves += found
        hashes += made
    return leaves, hashes


def _check_upper_tiles(fetch: Fetch, store: TreeStore, size: int) -> None:
    for ref in _resources(size):
        if ref.level and _fetch(fetch, ref) != store.tile(ref.level, ref.index, ref.width):
            raise RestoreError(f"{ref.path}: not the hashes of the entries")


def _fetch(fetch: Fetch, ref: TileRef) -> bytes:
    try:
        return fetch(ref.path)
    except FetchError as error:
        raise RestoreError(f"{ref.path}: {error}") from error


def _keep_note(store: TreeStore, size: int, note: bytes, verifier: Verifier) -> None:
    """Keep the signed note, and the lines of others beside it as the cosignatures that they are."""
    text, signatures = split_note(note)
    own = [line for line in signatures if (line.name, line.key_id) == (verifier.name, verifier.key_id)]
    store.add_signed_head(size, text + b"\n" + own[0].line)
    for found in signatures:
        if found not in own and len(found.blob) == _COSIGNATURE_BLOB:
            seconds = int.from_bytes(found.blob[:8], "big")
            if seconds < 1 << 63:
                store.add_cosignature(size, f"{found.name}+{found.key_id.hex()}", seconds, found.line)


def _ids(leaves: list[bytes], identify: Callable[[bytes], bytes | None] | None) -> list[bytes | None] | None:
    if identify is None:
        return None
    ids: list[bytes | None] = []
    for leaf in leaves:
        try:
            ids.append(identify(leaf))
        except ComityError:
            ids.append(None)
    return ids

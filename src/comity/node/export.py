"""The folder that a peer can be synchronised from: what a node shows over HTTP, as files.

What the line would show to a peer alone is sealed to that peer (`comity.node.carrying`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.node import carrying
from comity.node.errors import BackupError
from comity.node.folder import origin_hash, write_atomic
from comity.node.public import PublicFiles, export_paths
from comity.record.export import export as write_tiles

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from comity.node.node import Node
    from comity.record.store import TreeStore

    Progress = Callable[[str, int, int], None]

LOG: Final = "log/"


def export_folder(
    node: Node, target: Path, progress: Progress | None = None, *, mirrors: bool = False
) -> dict[str, Any]:
    """Write or refresh an export.

    The checkpoint is written last, so that a medium pulled out early never shows a head whose tiles are
    missing.

    Args:
        node: whose log, openings and cosignatures of peers' heads.
        target: the folder; may hold an older export of the same node.
        progress: told (what, done, all).
        mirrors: also write every mirrored log whole, so that a peer which lost its own takes it back from
            here. A folder that has a mirror whole keeps it so.

    Raises:
        BackupError: the folder holds something else.
    """
    _refuse_foreign(node, target, target / "log" / "charter")
    held = {
        f"mirrors/{origin_hash(link.origin)}": link.mirror.store
        for link in node.peers
        if link.mirror.checkpoint() is not None
    }
    whole = {path: store for path, store in held.items() if mirrors or (target / path / "tile").is_dir()}
    paths = [path for path in export_paths(node) if path.removesuffix("/checkpoint") not in whole]
    files = _write_beside(node, paths, target, progress)
    carried = carrying.write(node, target, progress)
    for path, store in whole.items():
        _write_mirror(node, path, store, target)
    node.log.export(target / "log")
    written = {"origin": node.origin, "size": node.log.size, "folder": str(target), "files": files}
    return {**written, "carried": carried}


def export_log(node: Node, target: Path) -> dict[str, Any]:
    """Write or refresh the own log alone, as a static tlog-tiles folder: for whoever trusts neither party.

    The charter and the openings of what is for everybody lie beside the tiles, so that a verifier can check
    the authors and the contents too.

    Args:
        node: whose log.
        target: the folder; may hold an older export of the same log.

    Raises:
        BackupError: the folder holds something else.
    """
    _refuse_foreign(node, target, target / "charter")
    paths = [path for path in export_paths(node) if path.startswith(LOG)]
    files = _write_beside(node, paths, target, None, without=LOG)
    node.log.export(target)
    return {"origin": node.origin, "size": node.log.size, "folder": str(target), "files": files}


def _write_mirror(node: Node, path: str, store: TreeStore, target: Path) -> None:
    if not (target / path / "tile").is_dir():
        # An export without mirrors left a head here; the tiles below it are not.
        (target / path / "checkpoint").unlink(missing_ok=True)
    write_tiles(store, PublicFiles(node).get(f"{path}/checkpoint").body, target / path)


def _refuse_foreign(node: Node, target: Path, charter: Path) -> None:
    if (
        target.exists()
        and any(target.iterdir())
        and not (charter.is_file() and charter.read_bytes() == node.charter.encode())
    ):
        raise BackupError(f"{target}: holds something else than an export of {node.origin}")


def _write_beside(
    node: Node, paths: list[str], target: Path, progress: Progress | None, without: str = ""
) -> int:
    files = PublicFiles(node)
    for done, path in enumerate(paths, 1):
        place = target / path.removeprefix(without)
        place.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(place, files.get(path).body)
        if progress is not None:
            progress("openings", done, len(paths))
    return len(paths)

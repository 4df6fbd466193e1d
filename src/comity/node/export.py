"""The folder that a peer can be synchronised from: what a node shows over HTTP, as files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comity.node.errors import BackupError
from comity.node.folder import write_atomic
from comity.node.public import PublicFiles, export_paths

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from comity.node.node import Node

    Progress = Callable[[str, int, int], None]


def export_folder(node: Node, target: Path, progress: Progress | None = None) -> dict[str, Any]:
    """Write or refresh an export.

    The checkpoint is written last, so that a medium pulled out early never shows a head whose tiles are
    missing.

    Args:
        node: whose log, openings and cosignatures of peers' heads.
        target: the folder; may hold an older export of the same node.
        progress: told (what, done, all).

    Raises:
        BackupError: the folder holds something else.
    """
    charter = target / "log" / "charter"
    if (
        target.exists()
        and any(target.iterdir())
        and not (charter.is_file() and charter.read_bytes() == node.charter.encode())
    ):
        raise BackupError(f"{target}: holds something else than an export of {node.origin}")
    (target / "log").mkdir(parents=True, exist_ok=True)
    files = PublicFiles(node)
    paths = list(export_paths(node))
    for done, path in enumerate(paths, 1):
        place = target / path
        place.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(place, files.get(path).body)
        if progress is not None:
            progress("openings", done, len(paths))
    node.log.export(target / "log")
    return {"origin": node.origin, "size": node.log.size, "folder": str(target), "files": len(paths)}

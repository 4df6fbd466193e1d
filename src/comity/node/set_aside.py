"""Setting a damaged mirror aside, so that the next exchange pulls the log again.

The file is renamed, never deleted. What must not be forgotten lies beside it and stays: the fork proof, and
what this node's keys have cosigned. Where the second is not there, nothing is set aside: a witness that
forgot could be led to sign another history.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.node import config as configs
from comity.node.errors import MirrorSoundError, PeerUnknownError
from comity.node.fsck import tree_faults
from comity.record.charter import Charter
from comity.record.cosigner_memory import CosignerMemory, CosignerMemoryError
from comity.record.durable import sync_folder

if TYPE_CHECKING:
    from pathlib import Path

    from comity.node.folder import Folder

SUFFIX: Final = ".damaged"
PARTS: Final = ("", "-wal", "-shm")
"""The ends of the names of the files that are one database."""


def set_aside(folder: Folder, origin: str) -> dict[str, Any]:
    """Rename the damaged mirror of a peer. The caller holds the node's lock, and the node is not open.

    Returns:
        `origin`, `file` (the new name) and `faults`, what is wrong with it.

    Raises:
        PeerUnknownError: no such peer.
        MirrorSoundError: nothing is wrong with the mirror.
        CosignerMemoryError: what was cosigned of that log is not known outside the damaged file.
    """
    if all(peer.origin != origin for peer in configs.load(folder.config).peers):
        raise PeerUnknownError(f"{origin!r} is not paired with this node")
    path = folder.mirror(origin)
    own = Charter.parse(folder.charter.read_bytes())
    theirs = Charter.parse(folder.peer_charter(origin).read_bytes())
    faults = tree_faults(theirs, path, own)
    if not faults or not path.exists():
        raise MirrorSoundError(f"{path}: nothing damaged is there")
    memory = CosignerMemory(path)
    if not memory.load():
        raise CosignerMemoryError(f"{memory.path}: not there")
    return {"origin": origin, "file": str(_rename(path)), "faults": faults}


def _rename(path: Path) -> Path:
    number = 0
    while (target := path.with_name(f"{path.name}{SUFFIX}{f'-{number}' if number else ''}")).exists():
        number += 1
    for part in PARTS:
        file = path.with_name(path.name + part)
        if file.exists():
            file.rename(target.with_name(target.name + part))
    sync_folder(path.parent)
    return target

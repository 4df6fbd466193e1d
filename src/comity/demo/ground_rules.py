"""The ground rules of the demonstration: proposed by one node, signed by all, adopted by all."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from comity.node.folder import Folder, write_atomic
from comity.node.keys import ROOTS, load_root
from comity.record.canonical import b64
from comity.record.compact import Compact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.demo.example import Example
    from comity.demo.nodes import RunningNode

AUTHOR: Final = "exercise-minister"
ADOPTION: Final = "control.adoption"


def agree(nodes: Sequence[RunningNode], example: Example) -> dict[str, int]:
    """Let every node adopt the compact of the example; return the places of the adoptions by origin.

    A node that adopted one keeps it. The nodes are paired: the compact names their charters.
    """
    lacking = [node for node in nodes if not _adopted(node)]
    if not lacking:
        return {}
    with tempfile.TemporaryDirectory(prefix="comity-compact-") as place:
        path = Path(place) / "compact"
        write_atomic(path, _signed(nodes, example).encode())
        asked = {"path": str(path), "author": AUTHOR, "exercise": True}
        return {node.origin: node.post("node/compact/adopt", asked)["index"] for node in lacking}


def _adopted(node: RunningNode) -> bool:
    return any((node.folder / "compacts").glob("*"))


def _signed(nodes: Sequence[RunningNode], example: Example) -> Compact:
    """Return the compact that was adopted, or what the first node proposes, signed by every party."""
    for node in nodes:
        for path in (node.folder / "compacts").glob("*"):
            return Compact.parse(path.read_bytes())
    rules = str((example.folder / "compact.toml").resolve())
    document = nodes[0].post("node/compact/propose", {"path": rules})["document"]
    compact = Compact.read(document.encode())
    roots = [path for node in nodes for path in sorted((Folder(node.folder).keys / ROOTS).iterdir())]
    return compact.sign([load_root(path) for path in roots])


def adopted_by_all(nodes: Sequence[RunningNode]) -> bool:
    """Whether every node reads, in every party's log, that the party adopted the very compact it holds."""
    for node in nodes:
        held = [Compact.parse(path.read_bytes()) for path in (node.folder / "compacts").glob("*")]
        digests = {b64(compact.digest) for compact in held}
        for other in nodes:
            page = node.get(f"node/records?origin={other.origin}&limit=20")
            said = {
                record["content"]["fields"]["digest"]
                for record in page["records"]
                if record["content"] and record["content"]["kind"].partition("@")[0] == ADOPTION
            }
            if not digests or said != digests:
                return False
    return True

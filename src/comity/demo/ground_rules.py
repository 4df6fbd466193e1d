"""The ground rules of the demonstration: proposed by one node, signed by all, adopted by all."""

from __future__ import annotations

import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from comity.node.compacts import in_force
from comity.node.folder import Folder, write_atomic
from comity.node.keys import ROOTS, load_root
from comity.record.canonical import b64
from comity.record.compact import Compact

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.demo.example import Example
    from comity.demo.nodes import RunningNode
    from comity.demo.reading import Records

AUTHOR: Final = "exercise-minister"
ADOPTION: Final = "control.adoption"


def agree(nodes: Sequence[RunningNode], example: Example) -> dict[str, int]:
    """Let every node adopt the compact of the example; return the places of the adoptions by origin.

    A node that adopted one keeps it. The nodes are paired: the compact names their charters.
    """
    lacking = [node for node in nodes if in_force(Folder(node.folder)) is None]
    if not lacking:
        return {}
    with tempfile.TemporaryDirectory(prefix="comity-compact-") as place:
        path = Path(place) / "compact"
        write_atomic(path, _signed(nodes, example).encode())
        asked = {"path": str(path), "author": AUTHOR, "exercise": True}
        adopted = {node.origin: node.post("node/compact/adopt", asked)["index"] for node in lacking}
    with ThreadPoolExecutor(len(nodes)) as pool:
        # Each reads that the others adopted it: only then a rule of it binds.
        list(pool.map(lambda node: node.post("node/sync", {}), nodes))
    return adopted


def granted_by_rule(example: Example) -> tuple[str, ...]:
    """Return the kinds that the compact lets its parties read without a request, as patterns."""
    rules = tomllib.loads((example.folder / "compact.toml").read_text(encoding="utf-8"))
    return tuple(one["kinds"] for one in rules.get("policy", []) if one["audience"] == "parties")


def _signed(nodes: Sequence[RunningNode], example: Example) -> Compact:
    """Return the compact that was adopted, or what the first node proposes, signed by every party."""
    for node in nodes:
        known = in_force(Folder(node.folder))
        if known is not None:
            return known
    rules = str((example.folder / "compact.toml").resolve())
    document = nodes[0].post("node/compact/propose", {"path": rules})["document"]
    compact = Compact.read(document.encode())
    roots = [path for node in nodes for path in sorted((Folder(node.folder).keys / ROOTS).iterdir())]
    return compact.sign([load_root(path) for path in roots])


def adopted_by_all(nodes: Sequence[RunningNode], seen: Mapping[str, Records]) -> bool:
    """Whether every node reads, in every party's log, that the party adopted the very compact it holds.

    Args:
        nodes: the nodes.
        seen: what each of them reads, by origin.
    """
    for node in nodes:
        held = in_force(Folder(node.folder))
        words = seen[node.origin].contents(ADOPTION)
        said = {record["origin"] for record in words if held and _digest(record) == b64(held.digest)}
        if said != {other.origin for other in nodes}:
            return False
    return True


def _digest(record: dict[str, Any]) -> str:
    return str(record["content"]["fields"]["digest"])

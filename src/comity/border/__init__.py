"""Border: one picture of what moves, two sovereign centres; warnings that cross the same line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from comity.border.entries import KINDS
from comity.border.tables import PROJECTOR
from comity.node.system import NavItem, System
from comity.node.system_routes import standard_routes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from comity.node.node import Node
    from comity.node.system import Task

__all__ = ["SYSTEM"]

_HERE: Final = Path(__file__).parent


def _admits(root: Path) -> Callable[[str, str], bool]:
    from comity.border.sensors.keys import Keys  # noqa: PLC0415 - commands that serve nothing do without

    return Keys(root).admit


def _tasks(node: Node) -> Sequence[Task]:
    from comity.border.quality import keeping as quality  # noqa: PLC0415 - commands that serve nothing do without
    from comity.border.retention import keeping as retention  # noqa: PLC0415 - the same

    always = (retention.task_of(node), quality.task_of(node))
    if "border-centre" not in node.config.features:
        return always
    from comity.border.live.keeping import keeper_of  # noqa: PLC0415 - nodes that keep no sector do without

    return (keeper_of(node).run, *always)


SYSTEM: Final = System(
    name="border",
    kinds=KINDS,
    projector=PROJECTOR,
    routes=standard_routes(__name__),
    nav=(NavItem("Border", "/border"),),
    templates=_HERE / "templates",
    locales=_HERE / "locale",
    admits=_admits,
    tasks=_tasks,
)
"""The border, as the roof hands it to a node."""

"""Border: one picture of what moves, two sovereign centres; warnings that cross the same line."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from comity.border.entries import KINDS
from comity.border.tables import PROJECTOR
from comity.node.system import NavItem, System
from comity.node.system_routes import standard_routes

__all__ = ["SYSTEM"]

_HERE: Final = Path(__file__).parent

SYSTEM: Final = System(
    name="border",
    kinds=KINDS,
    projector=PROJECTOR,
    routes=standard_routes(__name__),
    nav=(NavItem("Border", "/border"),),
    templates=_HERE / "templates",
    locales=_HERE / "locale",
)
"""The border, as the roof hands it to a node."""

"""Joint strategic assessment: judge blind, see where you differ, agree a line before you commit."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from comity.assessment.entries import KINDS
from comity.assessment.tables import PROJECTOR
from comity.node.system import NavItem, System
from comity.node.system_routes import standard_routes

__all__ = ["SYSTEM"]

_HERE: Final = Path(__file__).parent

SYSTEM: Final = System(
    name="assessment",
    kinds=KINDS,
    projector=PROJECTOR,
    routes=standard_routes(__name__),
    nav=(NavItem("Assessment", "/assessment"),),
    templates=_HERE / "templates",
    locales=_HERE / "locale",
)
"""Joint assessment, as the roof hands it to a node."""

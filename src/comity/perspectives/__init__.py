"""Who said what, as reported by whom; where voices converge and diverge."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from comity.node.system import NavItem, System
from comity.node.system_routes import standard_routes
from comity.perspectives.entries import KINDS, Document
from comity.perspectives.projection import PROJECTION
from comity.perspectives.searchable import sentences_of

__all__ = ["SYSTEM"]

_HERE: Final = Path(__file__).parent

SYSTEM: Final = System(
    name="perspectives",
    kinds=KINDS,
    projector=PROJECTION,
    routes=standard_routes(__name__),
    nav=(
        NavItem("Comparison", "/comparison"),
        NavItem("Documents", "/documents"),
    ),
    templates=_HERE / "templates",
    locales=_HERE / "locale",
    texts={Document: sentences_of},
)
"""Perspectives, as the roof hands it to a node."""

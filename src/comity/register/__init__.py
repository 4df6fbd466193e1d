"""Instruments, mechanisms, meetings, undertakings, and what became of them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from comity.node.system import NavItem, System
from comity.node.system_routes import standard_routes
from comity.register.entries import KINDS
from comity.register.tables import PROJECTOR

__all__ = ["SYSTEM"]

_HERE: Final = Path(__file__).parent

SYSTEM: Final = System(
    name="register",
    kinds=KINDS,
    projector=PROJECTOR,
    routes=standard_routes(__name__),
    nav=(NavItem("Register", "/register"),),
    templates=_HERE / "templates",
    locales=_HERE / "locale",
)
"""The register, as the roof hands it to a node."""

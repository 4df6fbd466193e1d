"""The roof: puts a node together from its systems and the console."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from comity.node.system import System

if TYPE_CHECKING:
    from fastapi import FastAPI

    from comity.node.node import Node

ROOMS: Final = ("comity.register", "comity.perspectives", "comity.assessment", "comity.border")
"""The systems of this house; each module names its `SYSTEM`."""


def systems() -> tuple[System, ...]:
    """Return every system, in the order in which the console shows them."""
    found = (getattr(import_module(room), "SYSTEM", None) for room in ROOMS)
    return tuple(system for system in found if isinstance(system, System))


def mount(app: FastAPI, node: Node, given: tuple[System, ...]) -> None:
    """Put the console and the systems' pages into a node's server."""
    from comity import console  # noqa: PLC0415 - commands that serve nothing do without pages

    console.mount(app, node, given)

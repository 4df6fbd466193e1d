"""Parties as the options of a choice, under their own names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.node.compacts import members

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.node.node import Node


def named(node: Node) -> list[tuple[str, Mapping[str, str]]]:
    """Return code and names of every party whose word counts."""
    return [(one.party, one.names) for one in members(node) if one.role == "party"]

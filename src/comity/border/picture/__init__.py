"""The joint picture of two centres: what each says of its tracks, on the record, and what both make of it.

Nothing is imported here but lazily. The parts: `terms` is what both centres share of a sector, `saying` turns
own tracks into entries, `heard` and `joint` turn entries into one picture, `sharing` decides and prices what
leaves, `record` reads and `sending` writes the entries, `replay` makes it all again from sealed observations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from comity.node.node import Node


def at(node: Node, sector: str, ms: int | None = None, view: str = "joint") -> dict[str, Any]:
    """Return a picture of a sector at a moment, as the API gives it (`answers.picture`)."""
    from comity.border.picture.answers import picture  # noqa: PLC0415 - needs arrays

    return picture(node, sector, ms, view)

"""What may be asked of the map as JSON data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.border.live.tracks import store_of
from comity.border.map import METHOD, heat
from comity.border.sector import queries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comity.border.live.tracks import TrackStore
    from comity.node.node import Node

LOOKS: Final = 2_000
"""Moments of a span at which the tracks are counted: what passes a cell between two of them is not."""
SECOND: Final = 1_000


def heat_map(node: Node, sector: str, start: int | None, stop: int | None, size: int) -> dict[str, Any]:
    """Return the cells that at least ten tracks passed; the whole span that is kept without start and stop.

    Raises:
        SectorUnknownError: there is no such sector.
        ValueError: the span or the size is none that is told.
    """
    view, store = queries.find(node, sector), store_of(node)
    kept = store.span(sector) or (0, 0)
    first, last = heat.hours(kept[0] if start is None else start, kept[1] if stop is None else stop)
    found = heat.count(_passed(store, sector, max(first, kept[0]), min(last, kept[1])), size)
    cells = []
    for cell in found.cells:
        south, west = view.plane.earth(cell.column * size, cell.row * size)
        north, east = view.plane.earth((cell.column + 1) * size, (cell.row + 1) * size)
        cells.append({"south": south, "west": west, "north": north, "east": east, "tracks": cell.tracks})
    return {
        "sector": sector,
        "from": first,
        "to": last,
        "cell": size,
        "least": heat.LEAST,
        "cells": cells,
        "left_out": found.left_out,
        "method": METHOD,
    }


def _passed(store: TrackStore, sector: str, first: int, last: int) -> Iterator[tuple[str, float, float]]:
    step = max(SECOND, (last - first) // LOOKS)
    for moment in range(first, last + 1, step):
        yield from ((row.track, row.x, row.y) for row in store.at(sector, moment))

"""How many tracks passed a cell, where at least ten did: k-anonymity (Samarati and Sweeney 1998), k = 10.

    counted = count([("vn-1", 120.0, 40.0), …], 1_000)

A cell with fewer is not in the answer, and how many tracks were left out is said only if they are ten or
more.
Two things keep neighbouring questions from being subtracted from each other: spans are whole hours and cells
of a few fixed sizes on one grid, and a count is told as the multiple of five below it.
"""

from __future__ import annotations

from collections import defaultdict
from math import floor
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

LEAST: Final = 10
"""Distinct tracks below which a cell is never told."""
COARSE: Final = 5
"""Counts are told as multiples of this."""
SIZES: Final = (500, 1_000, 2_000, 5_000)
"""Edges of cells, metres."""
HOUR: Final = 3_600_000
"""Milliseconds in an hour."""
LONGEST: Final = 31 * 24 * HOUR


class Cell(NamedTuple):
    """A square cell: column and row from the sector's origin, and at least how many tracks passed it."""

    column: int
    row: int
    tracks: int


class Counted(NamedTuple):
    """The cells by row and column, and how many tracks are only in cells left out: None below ten."""

    cells: tuple[Cell, ...]
    left_out: int | None


def count(passed: Iterable[tuple[str, float, float]], size: int) -> Counted:
    """Count distinct tracks by cell.

    Args:
        passed: Name of a track and where it was, metres east and north of the origin; any number of times.
        size: Edge of a cell, metres.

    Raises:
        ValueError: the size is none of `SIZES`.
    """
    if size not in SIZES:
        raise ValueError(f"a cell is {', '.join(map(str, SIZES))} metres")
    found: dict[tuple[int, int], set[str]] = defaultdict(set)
    for track, x, y in passed:
        found[floor(y / size), floor(x / size)].add(track)
    told = {place: tracks for place, tracks in found.items() if len(tracks) >= LEAST}
    shown = set().union(*told.values()) if told else set()
    hidden = set().union(*found.values()) - shown if found else set()
    return Counted(
        tuple(Cell(column, row, _coarse(len(tracks))) for (row, column), tracks in sorted(told.items())),
        _coarse(len(hidden)) if len(hidden) >= LEAST else None,
    )


def hours(start: int, stop: int) -> tuple[int, int]:
    """Return the whole hours that hold a span, milliseconds UTC.

    Raises:
        ValueError: it ends before it begins, or is longer than 31 days.
    """
    first, last = start // HOUR * HOUR, -(-stop // HOUR) * HOUR
    if not 0 <= last - first <= LONGEST:
        raise ValueError("a span ends after it begins, and is at most 31 days")
    return first, last


def _coarse(number: int) -> int:
    return number // COARSE * COARSE

"""A picture of lines over two axes: what every curve here is drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from comity.assessment.charts.axis import Tick

JOINT: Final = ""
"""The name of what belongs to no party: drawn in the colour of the text, thick."""
DASHES: Final = ("", "9 4", "2 4", "12 3 2 3")
"""How the lines of the parties are broken, in the order of their codes."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line: whose (`JOINT` where no party's), its points as SVG writes them, and how it is broken."""

    party: str
    points: str
    dash: str


@dataclass(frozen=True, slots=True)
class Plot:
    """Lines, the grid across and the names along; places in thousandths from the left and from the top."""

    lines: tuple[Line, ...]
    rows: tuple[Tick, ...]
    columns: tuple[Tick, ...]


def dashes(parties: Iterable[str]) -> dict[str, str]:
    """Return how each party's line is broken; what belongs to no party is whole."""
    named = sorted({party for party in parties if party != JOINT})
    return {JOINT: "", **{party: DASHES[place % len(DASHES)] for place, party in enumerate(named)}}


def points(places: Sequence[tuple[float, float]]) -> str:
    """Write places (from the left, from the top) as SVG does."""
    return " ".join(f"{x:g},{y:g}" for x, y in places)

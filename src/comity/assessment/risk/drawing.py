"""An exceedance curve as points of a picture: loss to the right, the probability of more upwards."""

from __future__ import annotations

from dataclasses import dataclass
from math import log10
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH: Final = 720
HEIGHT: Final = 320
LEFT: Final = 70
BOTTOM: Final = 40
TOP: Final = 16
DECADES: Final = 4
"""From 100 % down to 0.01 %."""


@dataclass(frozen=True)
class Picture:
    """Points as SVG writes them, and the lines of the grid: (place, label)."""

    points: str
    rows: tuple[tuple[float, str], ...]
    columns: tuple[tuple[float, float], ...]


def draw(curve: Sequence[dict[str, Any]]) -> Picture:
    """Return the picture of a curve of `{"loss", "exceeding"}`, losses rising."""
    most = max((point["loss"] for point in curve), default=0.0) or 1.0
    points: list[str] = []
    for before, point in zip([None, *curve], curve, strict=False):
        x = _x(point["loss"], most)
        # A step: between two losses that were drawn the probability is that of the lower one.
        points += [f"{x},{_y(before['exceeding'])}"] if before else []
        points.append(f"{x},{_y(point['exceeding'])}")
    rows = tuple((_y(10.0**-power), f"{100 * 10.0**-power:g} %") for power in range(DECADES + 1))
    columns = tuple((_x(most * part / 4, most), most * part / 4) for part in range(5))
    return Picture(" ".join(points), rows, columns)


def _x(loss: float, most: float) -> float:
    return round(LEFT + (WIDTH - LEFT - 30) * loss / most, 1)


def _y(probability: float) -> float:
    depth = min(-log10(probability), DECADES) / DECADES if probability else 1.0
    return round(TOP + (HEIGHT - TOP - BOTTOM) * depth, 1)

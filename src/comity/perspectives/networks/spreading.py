"""Room for names: nodes that were laid out are moved where the box of a node and its name lies on no other.

The largest box is set first, each next one on the free place nearest to where it was laid out. No random
numbers: the same boxes always end in the same places.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CLOSE: Final = 1e-6
GAP: Final = 6.0
"""Pixels between two boxes at least."""
LINE: Final = 22
"""Letters in a line of a name."""
LINES: Final = 2
LETTER: Final = 7.8
"""Pixels of a letter, on the average, in the size that names are written in."""
FILLED: Final = 0.4
"""Share of a picture that boxes fill at most, so that there is a free place near each."""
MESH: Final = 12.0
"""Pixels between two places that are tried."""
BELOW: Final = 1e6
"""How much farther a place is for each pixel below the frame."""


def evened(place: Floats) -> Floats:
    """Return places in the unit square half way to their ranks: no two groups far apart, no empty half."""
    size = len(place)
    if size <= 1:
        return place
    ranks = np.argsort(np.argsort(place, axis=0, kind="stable"), axis=0, kind="stable") / (size - 1)
    return np.asarray((place + ranks) / 2)


def height_for(sizes: Floats, width: float, least: float) -> float:
    """Return the height of a picture in which boxes of `sizes`, shape (n, 2), have room to spare."""
    return max(least, float((sizes + GAP).prod(axis=1).sum()) / (FILLED * width))


def spread(centres: Floats, sizes: Floats, frame: tuple[float, float]) -> Floats:
    """Return the centres of boxes, shape (n, 2): each on the free place that is nearest to where it was.

    Args:
        centres: Where they were laid out, shape (n, 2).
        sizes: Width and height of each, shape (n, 2); none is wider than the frame.
        frame: Width and height; only what finds no place inside goes below.
    """
    place = np.zeros_like(centres)
    free = _grid(frame[0], frame[1] + float(sizes[:, 1].sum()) + GAP * len(sizes))
    done: list[int] = []
    for at in np.argsort(-sizes.prod(axis=1), kind="stable"):
        half = sizes[at] / 2
        wanted = np.clip(centres[at], half, np.maximum(np.asarray(frame) - half, half))
        spots = np.vstack([wanted, free])
        inside = (spots[:, 0] >= half[0]) & (spots[:, 0] <= frame[0] - half[0]) & (spots[:, 1] >= half[1])
        room = (sizes[done] + sizes[at]) / 2 + GAP
        apart = np.abs(spots[:, None, :] - place[done][None, :, :])
        clear = inside & (apart >= room - CLOSE).any(axis=2).all(axis=1)
        far = ((spots - wanted) ** 2).sum(axis=1) + BELOW * np.maximum(spots[:, 1] + half[1] - frame[1], 0)
        place[at] = spots[int(np.argmin(np.where(clear, far, np.inf)))]
        done.append(int(at))
    return place


def _grid(width: float, height: float) -> Floats:
    """Return the places that are tried, shape (places, 2)."""
    x, y = np.meshgrid(np.arange(0, width, MESH), np.arange(0, height, MESH))
    return np.stack([x.ravel(), y.ravel()], axis=1)


def lines_of(name: str) -> tuple[str, ...]:
    """Return a name in lines that a picture has room for; what is left out is an ellipsis."""
    found: list[str] = []
    words = name.split()
    while words and len(found) < LINES:
        line = words.pop(0)
        while words and letters(f"{line} {words[0]}") <= LINE:
            line = f"{line} {words.pop(0)}"
        if letters(line) > LINE:
            line, words = _cut(line), []
        elif words and len(found) == LINES - 1:
            line = _cut(f"{line} {words[0]}")
        found.append(line)
    return tuple(found)


def letters(text: str) -> int:
    """Return how many letters stand beside each other: marks above and below take no room."""
    return sum(unicodedata.category(letter) != "Mn" for letter in text)


def box_of(lines: tuple[str, ...], radius: float, line_height: float) -> tuple[float, float]:
    """Return width and height of a node of `radius` with its name below."""
    wide = max((letters(line) for line in lines), default=0) * LETTER
    return max(wide, 2 * radius), 2 * radius + len(lines) * line_height


def _cut(text: str) -> str:
    """Return the beginning of a text with an ellipsis, never between a letter and its marks."""
    kept = ""
    for letter in text:
        if unicodedata.category(letter) != "Mn" and letters(kept) >= LINE - 1:
            break
        kept += letter
    return kept.rstrip() + "\u2026"

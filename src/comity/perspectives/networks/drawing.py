"""One window of a network as circles and lines with coordinates, for a page to write as SVG."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from comity.perspectives.networks.layout import layout
from comity.perspectives.networks.spreading import box_of, evened, height_for, lines_of, spread

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from comity.perspectives.networks.network import Network, Window

DRAWN: Final = 30
"""Nodes that a picture holds at most: those with the most statements; the table has all."""
WIDTH: Final = 900
HEIGHT: Final = 420
"""Of a picture with few nodes; one with many is higher, so that their names have room."""
MARGIN: Final = 8
LINE_HEIGHT: Final = 17.0
THICKEST: Final = 6.0
THINNEST: Final = 0.8
LARGEST: Final = 22.0


@dataclass(frozen=True)
class Node:
    """A circle: `square` where it is a proposition; `said` counts its statements in the window.

    `name` is written below it, in lines.
    """

    slug: str
    name: tuple[str, ...]
    square: bool
    x: float
    y: float
    radius: float
    said: int


@dataclass(frozen=True)
class Line:
    """A tie; `opposed` where its value is below 0 or the network is one of conflict."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float
    opposed: bool


@dataclass(frozen=True)
class Drawing:
    """What is drawn, and how many nodes are left to the table."""

    nodes: tuple[Node, ...]
    lines: tuple[Line, ...]
    left: int
    width: int
    height: int


def draw(network: Network, names: Mapping[str, str] | None = None) -> list[Drawing]:
    """Return a drawing for each window; a node keeps its place from window to window.

    `names` are what slugs are called; no name lies on another.
    """
    slugs = [*network.actors] + ([*network.concepts] if network.choice.mode == "two" else [])
    said = [_said(network, window) for window in network.windows]
    whole = sum((_whole(network, window) for window in network.windows), np.zeros((len(slugs),) * 2))
    total = sum(said, np.zeros(len(slugs)))
    heard = [int(i) for i in np.argsort(-total, kind="stable") if total[i] > 0]
    chosen = sorted(heard[:DRAWN])
    most = max((float(np.abs(window.matrix).max(initial=0)) for window in network.windows), default=0.0)
    called = [lines_of((names or {}).get(slugs[i], slugs[i])) for i in chosen]
    widest = np.max(said, axis=0) if said else total
    boxes = [box_of(lines, _radius(widest[i]), LINE_HEIGHT) for lines, i in zip(called, chosen, strict=True)]
    sizes = np.asarray(boxes).reshape(-1, 2)
    size = (WIDTH - 2 * MARGIN, height_for(sizes, WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN))
    place = spread(evened(layout(whole[np.ix_(chosen, chosen)])) * size, sizes, size) + MARGIN
    lowest = float((place[:, 1] + sizes[:, 1] / 2).max(initial=0))
    place[:, 1] -= sizes[:, 1] / 2 - [_radius(widest[i]) for i in chosen]
    height = round(max(size[1] + MARGIN, lowest) + MARGIN)
    frame = _Frame([slugs[i] for i in chosen], called, chosen, place, most, len(heard), height)
    pairs = zip(network.windows, said, strict=True)
    return [_drawing(network, window, counts, frame) for window, counts in pairs]


@dataclass(frozen=True)
class _Frame:
    """What all windows of a network share: who is drawn, where, and the strongest tie."""

    slugs: list[str]
    called: list[tuple[str, ...]]
    chosen: list[int]
    place: NDArray[np.float64]
    most: float
    heard: int
    height: int


def _drawing(network: Network, window: Window, counts: NDArray[np.float64], frame: _Frame) -> Drawing:
    x, y = frame.place[:, 0], frame.place[:, 1]
    nodes = tuple(
        Node(
            slug=slug,
            name=frame.called[n],
            square=i >= len(network.actors),
            x=round(float(x[n]), 1),
            y=round(float(y[n]), 1),
            radius=_radius(counts[i]),
            said=int(counts[i]),
        )
        for n, (slug, i) in enumerate(zip(frame.slugs, frame.chosen, strict=True))
    )
    matrix = _whole(network, window)[np.ix_(frame.chosen, frame.chosen)]
    lines = tuple(
        _line(nodes[a], nodes[b], float(matrix[a, b]), network.choice.method == "conflict", frame.most)
        for a, b in zip(*np.nonzero(np.triu(matrix, 1)), strict=True)
    )
    return Drawing(nodes, lines, frame.heard - len(frame.chosen), WIDTH, frame.height)


def _radius(said: float) -> float:
    return round(min(4 + 2 * float(np.sqrt(said)), LARGEST), 1)


def _line(one: Node, other: Node, value: float, opposed: bool, most: float) -> Line:
    width = round(max(THINNEST, THICKEST * abs(value) / most), 1)
    return Line(one.x, one.y, other.x, other.y, width, opposed or value < 0)


def _said(network: Network, window: Window) -> NDArray[np.float64]:
    """Return how many statements each node has in a window, holders first."""
    if network.choice.mode == "one":
        return window.tensor.activity
    return np.concatenate([window.tensor.activity, window.tensor.prominence])


def _whole(network: Network, window: Window) -> NDArray[np.float64]:
    """Return the symmetric matrix over all nodes."""
    if network.choice.mode == "one":
        return window.matrix
    actors, concepts = window.matrix.shape
    found = np.zeros((actors + concepts,) * 2)
    found[:actors, actors:] = window.matrix
    found[actors:, :actors] = window.matrix.T
    return found

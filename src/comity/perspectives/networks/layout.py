"""Where the nodes of a network are drawn: springs and repulsion, from a fixed start, always the same.

Fruchterman & Reingold 1991, "Graph Drawing by Force-directed Placement", section 3: attraction d²/k along
ties, repulsion k²/d between all, steps that cool. It starts on a circle in the order of the nodes and uses no
random numbers, so that the same network is the same picture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEPS: Final = 200
HEAT: Final = 0.1
CLOSE: Final = 1e-6


def layout(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return places in the unit square, shape (nodes, 2), for symmetric tie weights (nodes, nodes).

    The sign of a weight does not matter: who argues with each other stands together as well.
    """
    size = len(weights)
    if size == 0:
        return np.zeros((0, 2))
    angle = 2 * np.pi * np.arange(size) / size
    place = np.stack([np.cos(angle), np.sin(angle)], axis=1) / 2
    pull = np.abs(weights) / max(float(np.abs(weights).max()), CLOSE)
    spring = 1 / np.sqrt(size)
    for step in range(STEPS):
        apart = place[:, None, :] - place[None, :, :]
        distance = np.maximum(np.sqrt((apart**2).sum(axis=2)), CLOSE)
        force = spring**2 / distance**2 - pull * distance / spring
        np.fill_diagonal(force, 0.0)
        # A weak pull to the middle keeps those without ties in the picture.
        move = (apart * force[:, :, None]).sum(axis=1) - 0.1 * place
        length = np.maximum(np.sqrt((move**2).sum(axis=1, keepdims=True)), CLOSE)
        place += move / length * np.minimum(length, HEAT * (1 - step / STEPS))
    return _fitted(place)


def _fitted(place: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the places scaled into the unit square, each axis by itself; a single node in its middle."""
    low, high = place.min(axis=0), place.max(axis=0)
    span = high - low
    return np.where(span > CLOSE, (place - low) / np.where(span > CLOSE, span, 1), 0.5)

"""What leaves of a track that is not shared as it is: error added, a place rounded, a name of its own.

The error that is added is one for each track and decision, drawn by a key that never leaves: a new one at
every exchange would be averaged away by whoever listens long enough. The name is another one, so that what
was shared before under the true name does not give the error away.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from comity.border.fusion.tracklets import Estimate
from comity.record.durable import replace_file

if TYPE_CHECKING:
    from pathlib import Path

    from comity.border.picture.own import OwnTrack

NAME: Final = "blur.key"
SIZE: Final = 32


def key_of(folder: Path) -> bytes:
    """Return the key of a node's folder `border/`, made when it is not there.

    Where it is lost, tracks are blurred by another error from then on, and the two may be compared.
    """
    path = folder / NAME
    try:
        found = path.read_bytes()
    except FileNotFoundError:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = secrets.token_bytes(SIZE)
        replace_file(path, found)
    return found


@dataclass(frozen=True, slots=True)
class Blur:
    """How one decision changes tracks.

    Attributes:
        key: That never leaves.
        decision: Name of the decision: another one, other errors and names.
        blur: Error that is added to each axis of the place, m; 0 for none.
        grid: Side of a cell, m; 0 for none.
    """

    key: bytes
    decision: str
    blur: float = 0.0
    grid: float = 0.0

    def of(self, track: OwnTrack) -> OwnTrack:
        """Return a track as the other side may see it."""
        estimate = track.estimate
        mean, covariance = estimate.mean.copy(), estimate.covariance.copy()
        if self.blur:
            mean[:2] += self.blur * np.array(self._normals(track.name))
            covariance[[0, 1], [0, 1]] += self.blur**2
        if self.grid:
            mean[:2] = (np.floor(mean[:2] / self.grid) + 0.5) * self.grid
            covariance[[0, 1], [0, 1]] += self.grid**2 / 12  # of an error spread evenly over the cell
        return replace(track, name=self.name(track.name), estimate=Estimate(estimate.time, mean, covariance))

    def name(self, track: str) -> str:
        """Return the name by which a track is told."""
        party = track.partition("-")[0]
        return f"{party}-{self._drawn('name', track)[:8].hex()}"

    def _normals(self, track: str) -> tuple[float, float]:
        """Return two numbers as if drawn from the standard normal (Box and Muller 1958)."""
        drawn = self._drawn("error", track)
        one, two = ((int.from_bytes(drawn[n : n + 8], "big") + 0.5) / 2.0**64 for n in (0, 8))
        radius = math.sqrt(-2 * math.log(one))
        return radius * math.cos(2 * math.pi * two), radius * math.sin(2 * math.pi * two)

    def _drawn(self, what: str, track: str) -> bytes:
        said = f"comity/blur/v1\n{what}\n{self.decision}\n{track}"
        return hmac.digest(self.key, said.encode(), hashlib.sha256)

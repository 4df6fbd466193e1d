"""Random streams that depend on nothing but the seed of the run and what they are for.

A stream is PCG64 (M. O'Neill 2014) seeded with SHA-256 of "comity/risk/v1", the run's seed, the risk's slug
and the part, each after its length. Adding or leaving out a risk changes no other risk's numbers, and a
treatment meets the same years as the untreated register.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.random import PCG64

PREFIX: Final = "comity/risk/v1"


def stream(seed: str, *parts: str) -> PCG64:
    """Return the stream of a part of a run."""
    state = hashlib.sha256()
    for part in (PREFIX, seed, *parts):
        data = part.encode()
        state.update(len(data).to_bytes(4, "big") + data)
    return np.random.PCG64(int.from_bytes(state.digest(), "big"))
